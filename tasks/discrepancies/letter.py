"""The letter that asks an agency about contradictions: where they are, and the link to the page that says which."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.codes import DiscrepancyState
from models.cycle import Cycle, Request
from models.directory import Person
from models.notice import Notice
from models.register import Assignment, AssignmentRevision, Register
from tasks.discrepancies.points import Point, outgoing, points_of
from tasks.letters.clerk import Clerk, Written, subject_id
from tasks.letters.wording import AskedOfOne, AskedPoint, DiscrepancyLetter

NOTHING_ASKED = "không còn điểm nào chờ giải trình"


def still_asked(session: Session, notice: Notice) -> bool:
    """Whether anything that may be said is still asked of the request that this notice is about."""
    request = session.get_one(Request, subject_id(notice))
    return bool(_asked_of(session, session.get_one(Cycle, request.cycle_id), request))


def discrepancy_letter(clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """All that is asked of a person's agency now, once for each request, however often it was asked."""
    requests = list({notice.request_id: clerk.request(notice) for notice in notices}.values())
    asked = {request.id or 0: _asked_of(clerk.session, clerk.cycle(request), request) for request in requests}
    titles = _titles(clerk.session, [point for points in asked.values() for point in points])
    agencies = {clerk.agency(request).name for request in requests}
    letter = DiscrepancyLetter(
        to=agencies.pop() if len(agencies) == 1 else person.name,
        contact=clerk.contact(clerk.cycle(requests[0])),
        parts=tuple(
            AskedOfOne(
                clerk.line(request),
                tuple(
                    AskedPoint(point.kind.label, point.source, titles.get(point.row_key, ""))
                    for point in asked[request.id or 0]
                ),
            )
            for request in requests
        ),
    )
    return letter, ()


def _asked_of(session: Session, cycle: Cycle, request: Request) -> list[Point]:
    states = [DiscrepancyState.ASKED]
    return outgoing(points_of(session, cycle, request_id=request.id, states=states))


def _titles(session: Session, points: Sequence[Point]) -> dict[str, str]:
    """Row key -> "KH57-2026/V.5.1. Xây dựng …" of the assignments that these are about."""
    keys = {point.row_key for point in points if point.row_key}
    if not keys:
        return {}
    rows = session.exec(
        select(Register.code, Assignment.key, AssignmentRevision.name)
        .join(Assignment, col(Assignment.register_id) == col(Register.id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(
            col(AssignmentRevision.no) == col(Assignment.revision_no),
            (col(Register.code) + "/" + col(Assignment.key)).in_(keys),
        )
    )
    return {f"{code}/{key}": f"{code}/{key}. {name}" for code, key, name in rows}
