"""Where the assignments that a request asks about stand: a word for each, which changes with whatever changes what its
form says of them (withheld, or another revision in force)."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.cycle import RequestItem
from models.register import Assignment, AssignmentRevision

_WITHHELD = "x"


def standing_word(assignment_id: int, revision_no: int, *, withheld: bool) -> str:
    """The word of one assignment."""
    return f"{assignment_id}:{revision_no}:{_WITHHELD if withheld else ''}"


def is_withheld(word: str) -> bool:
    """Whether the word is of an assignment that is withheld."""
    return word.endswith(_WITHHELD)


def standing_words(text: str | None) -> frozenset[str]:
    """The words out of what `standing_asked` gives."""
    return frozenset(text.split(",")) if text else frozenset()


def standing_asked(request_id: Any) -> sa.ScalarSelect[str | None]:
    """The words of all assignments of a request, as one text, within another question."""
    word = (
        sa.cast(col(Assignment.id), sa.Text)
        + ":"
        + sa.cast(col(Assignment.revision_no), sa.Text)
        + ":"
        + sa.case((col(Assignment.withheld), _WITHHELD), else_="")
    )
    return (
        sa.select(sa.func.aggregate_strings(word, ","))
        .select_from(RequestItem)
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .where(col(RequestItem.request_id) == request_id)
        .scalar_subquery()
    )
