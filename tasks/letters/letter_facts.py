"""The few plain facts of a letter that a message of fixed wording is filled with, and its link."""

from urllib.parse import urlsplit

from models.codes import PersonRole
from models.rules.zalo_templates import Fact
from tasks.letters.wording import (
    DigestLetter,
    FaultsLetter,
    LetterContext,
    Line,
    ReceiptLetter,
    RequestLetter,
    worst_first,
)


def letter_facts(context: LetterContext, name: str) -> dict[str, str]:
    """By the names of models.rules.zalo_templates.Fact; empty for a letter that is about no request."""
    lines = _lines(context)
    if not lines:
        return {}
    line = lines[0]
    return {
        Fact.NAME.value: name,
        Fact.AGENCY.value: line.agency,
        Fact.CYCLE.value: line.cycle,
        Fact.DUE.value: line.due,
        Fact.LEFT.value: line.left,
        Fact.COUNT.value: str(len(lines)),
        Fact.ITEMS.value: str(len(line.shown)),
        Fact.PAGE.value: urlsplit(line.link).path.removeprefix("/"),
    }


def letter_code(context: LetterContext, template: str) -> str:
    """What zalo.yaml calls this letter (models.rules.zalo_templates.LetterCode).

    A digest of requests, in whatever wording, is a reminder to an officer and an escalation to whoever is above. One
    of assignments alone has none of the facts that these are filled with: it keeps its template's name, and no
    approved template stands for it.
    """
    if not isinstance(context, DigestLetter) or not context.lines:
        return template
    return "reminder" if context.role is PersonRole.OFFICER else "escalation"


def link_in(context: LetterContext) -> str:
    """The page of the letter's most pressing request, "" without one."""
    return next((line.link for line in _lines(context) if line.link), "")


def _lines(context: LetterContext) -> tuple[Line, ...]:
    if isinstance(context, DigestLetter):
        return worst_first(context.lines)
    if isinstance(context, RequestLetter | ReceiptLetter | FaultsLetter):
        return (context.line,)
    return ()
