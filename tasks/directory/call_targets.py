"""Whom the secretariat may call at an agency and about what, for many agencies in a few queries."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from models.codes import CycleState, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency, Person


@dataclass
class CallTarget:
    """An agency with its people in use (who has a telephone first) and the reports that it still owes."""

    agency: Agency
    people: list[Person] = field(default_factory=list)
    owed: list[tuple[int, str]] = field(default_factory=list)  # request id, the cycle's name


def call_targets(session: Session, codes: Collection[str]) -> dict[str, CallTarget]:
    """Agency code -> whom to call about what, of these agencies."""
    agencies = session.exec(select(Agency).where(col(Agency.code).in_(codes))).all()
    found = {agency.id or 0: CallTarget(agency) for agency in agencies}
    people = session.exec(
        select(Person)
        .where(col(Person.agency_id).in_(found), col(Person.active).is_(True))
        .order_by(col(Person.role).desc(), col(Person.id))
    )
    for person in people:
        found[person.agency_id or 0].people.append(person)
    owed = session.exec(
        select(Request, Cycle.name)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(
            col(Request.agency_id).in_(found),
            Cycle.state == CycleState.RELEASED,
            col(Request.state).not_in([RequestState.COMPLETE, RequestState.EXEMPT]),
        )
        .order_by(col(Request.due), col(Request.id))
    )
    for request, cycle in owed:
        found[request.agency_id].owed.append((request.id or 0, cycle))
    for target in found.values():
        target.people.sort(key=lambda person: not person.phone)
    return {target.agency.code: target for target in found.values()}
