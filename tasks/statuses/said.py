"""What the secretariat said last of each declared status, and whether that still speaks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import ConfirmationVerdict, ReportStatus
from models.cycle import Cycle
from models.desk_act import Confirmation
from models.rules.cycle_view import ConfirmedWord
from models.rules.registers.confirmed import Declared, same_declaration, still_speaks
from models.submission import AssignmentReport
from tasks.among import among

Key = tuple[int, int | None]
"""Assignment id and agency id; None in its place: what is said of the assignment as a whole, by the secretariat."""


class Declares(Protocol):
    """What an agency declares, as a row of the database or as what was read of it."""

    @property
    def status(self) -> ReportStatus | None: ...
    @property
    def completed_on(self) -> date | None: ...
    @property
    def product(self) -> str: ...


@dataclass(frozen=True)
class Said:
    """What the secretariat said last of one word, and the declaration it had looked at."""

    confirmation: Confirmation
    looked_at: AssignmentReport | None

    def is_of(self, report: Declares) -> bool:
        """Whether the agency still declares what was looked at."""
        return self.looked_at is not None and same_declaration(declared(self.looked_at), declared(report))


def said_last(
    session: Session, cycle: Cycle | None = None, only: Collection[int] | None = None
) -> dict[Key, Said]:
    """The last confirmation of each word up to a cycle; without one, of all of them. One query. `only`: ids of the
    assignments that are meant."""
    order = (col(Confirmation.cycle_id).desc(), col(Confirmation.id).desc())
    subject = (col(Confirmation.assignment_id), col(Confirmation.agency_id))
    place = sa.func.row_number().over(partition_by=subject, order_by=order)
    ranked = (
        sa.select(col(Confirmation.id), place.label("place"))
        .where(
            sa.true() if cycle is None else col(Confirmation.cycle_id) <= cycle.id,
            sa.true() if only is None else among(Confirmation.assignment_id, only),
        )
        .subquery()
    )
    rows = session.execute(
        sa.select(Confirmation, AssignmentReport)
        .outerjoin(AssignmentReport, col(AssignmentReport.id) == col(Confirmation.assignment_report_id))
        .where(col(Confirmation.id).in_(sa.select(ranked.c.id).where(ranked.c.place == 1)))
    )
    return {(one.assignment_id, one.agency_id): Said(one, looked_at) for one, looked_at in rows}


def declared(report: Declares) -> Declared:
    """What a confirmation of this declaration is of."""
    return Declared(report.status, report.completed_on, report.product)


def confirmed_word(said: Said | None, cycle: Cycle, report: Declares | None) -> ConfirmedWord | None:
    """What a confirmation says in a cycle of a declaration (None: of the whole); None when it does not stand."""
    if said is None or said.confirmation.verdict is ConfirmationVerdict.WITHDRAWN:
        return None
    confirmation = said.confirmation
    status = confirmation.status
    if status is None or not still_speaks(status, this_cycle=confirmation.cycle_id == cycle.id):
        return None
    if report is not None and not said.is_of(report):
        return None
    return ConfirmedWord(
        status=status,
        completed_on=confirmation.completed_on,
        corrected=confirmation.verdict is ConfirmationVerdict.CORRECTED,
        document=confirmation.document,
        note=confirmation.note,
        by=confirmation.actor,
        at=confirmation.at,
    )


def complete_as_whole(said: Mapping[Key, Said]) -> frozenset[int]:
    """Ids of the assignments of which the secretariat says that they are complete as a whole, in whichever cycle."""
    return frozenset(
        assignment_id
        for (assignment_id, agency_id), one in said.items()
        if agency_id is None
        and one.confirmation.verdict is not ConfirmationVerdict.WITHDRAWN
        and one.confirmation.status is ReportStatus.COMPLETE
    )


def reopened(said: Said | None, report: Declares) -> bool:
    """Whether the secretariat has corrected this declared completion to something else: it is owed again."""
    return (
        said is not None
        and said.confirmation.verdict is ConfirmationVerdict.CORRECTED
        and said.confirmation.status is not ReportStatus.COMPLETE
        and report.status is ReportStatus.COMPLETE
        and said.is_of(report)
    )
