"""What the pages of confirming show: how much waits with each agency, and one agency's declared statuses."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import CycleState
from models.cycle import Cycle
from models.directory import Agency
from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.registers.classes import stands
from tasks.cycle.cycle_view import read_cycle
from tasks.statuses.words import read_words


@dataclass(frozen=True)
class AgencyWaiting:
    """How many statuses an agency declares in a cycle, how many are confirmed, since when the oldest waits."""

    agency: Agency
    declared: int
    confirmed: int
    oldest: datetime | None

    @property
    def waiting(self) -> int:
        return self.declared - self.confirmed


@dataclass(frozen=True)
class WordLine:
    """One declared status of an agency, with its assignment."""

    assignment: AssignmentView
    report: LeadReport


def cycles_to_look_at(session: Session) -> list[Cycle]:
    """Cycles in which something may have been declared, the latest released first, then the closed ones."""
    cycles = session.exec(
        select(Cycle).where(col(Cycle.state) != CycleState.DRAFT).order_by(col(Cycle.as_of).desc())
    )
    return sorted(cycles, key=lambda cycle: cycle.state is CycleState.CLOSED)


def agencies_waiting(session: Session, cycle: Cycle) -> list[AgencyWaiting]:
    """Every agency that has declared something, those with something that waits first, as the directory has them."""
    by_agency: dict[int, list[tuple[bool, datetime]]] = {}
    for word in read_words(session, cycle).by_agency.values():
        if word.report.status is not None:
            said = (word.confirmed is not None, word.received_at)
            by_agency.setdefault(word.agency_id, []).append(said)
    rows = []
    for agency in session.exec(select(Agency).order_by(col(Agency.position))):
        said_by = by_agency.get(agency.id or 0, [])
        if said_by:
            waiting = [at for confirmed, at in said_by if not confirmed]
            oldest = min(waiting, default=None)
            rows.append(AgencyWaiting(agency, len(said_by), len(said_by) - len(waiting), oldest))
    return sorted(rows, key=lambda row: row.waiting == 0)


def agency_words(session: Session, cycle: Cycle, agency_code: str) -> list[WordLine]:
    """What an agency declares that stands, in the order of the registers; nothing of a withheld assignment."""
    return [
        WordLine(assignment, report)
        for assignment in read_cycle(session, cycle).assignments
        if not assignment.withheld
        for report in assignment.reports
        if report.agency_code == agency_code and stands(report)
    ]
