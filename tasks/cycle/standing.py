"""How a request stands by what there is of it: versions, recorded reports, returns. What an act leaves when it is
undone is told from these, and not from what was before it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.codes import PersonRole, RequestState, SubmissionVerdict
from models.cycle import DueChange, Request
from models.desk_act import RecordedReport, ReturnedReport
from models.directory import Person
from models.submission import Submission
from tasks.reminders.notices import people_of
from tasks.reminders.replan import give_up_overtaken
from tasks.states import move_request

CHASED = (RequestState.SENT, RequestState.INCOMPLETE)
"""States of a request that its agency is reminded of."""


def standing_records(session: Session, request_ids: Sequence[int]) -> dict[int, RecordedReport]:
    """Request id -> the report that the secretariat has recorded on the agency's behalf and that stands."""
    rows = session.exec(
        select(RecordedReport)
        .where(col(RecordedReport.request_id).in_(request_ids), col(RecordedReport.cancelled_at).is_(None))
        .order_by(col(RecordedReport.id))
    )
    return {row.request_id: row for row in rows}


def open_returns(session: Session, request_ids: Sequence[int]) -> dict[int, ReturnedReport]:
    """Request id -> the return that its agency has not answered: neither by an accepted version nor by a report that
    was recorded since."""
    latest = {
        row.request_id: row
        for row in session.exec(
            select(ReturnedReport)
            .where(
                col(ReturnedReport.request_id).in_(request_ids), col(ReturnedReport.cancelled_at).is_(None)
            )
            .order_by(col(ReturnedReport.id))
        )
    }
    if not latest:
        return {}
    answered: dict[int, datetime] = {
        request_id: record.at for request_id, record in standing_records(session, list(latest)).items()
    }
    for version in session.exec(
        select(Submission).where(
            col(Submission.request_id).in_(list(latest)), Submission.verdict == SubmissionVerdict.ACCEPTED
        )
    ):
        known = answered.get(version.request_id, version.judged_at)
        answered[version.request_id] = max(known, version.judged_at)
    return {
        request_id: row
        for request_id, row in latest.items()
        if request_id not in answered or answered[request_id] <= row.at
    }


def state_by_what_there_is(session: Session, request: Request) -> RequestState:
    """The state that the versions, records and returns of a request make; exemptions apart."""
    request_id = request.id or 0
    if request_id in open_returns(session, [request_id]):
        return RequestState.INCOMPLETE
    verdicts = session.exec(
        select(Submission.verdict, Submission.judged_at).where(Submission.request_id == request_id)
    ).all()
    accepted = [at for verdict, at in verdicts if verdict == SubmissionVerdict.ACCEPTED]
    returned = session.exec(
        select(ReturnedReport.at)
        .where(ReturnedReport.request_id == request_id, col(ReturnedReport.cancelled_at).is_(None))
        .order_by(col(ReturnedReport.id).desc())
    ).first()
    if accepted and (returned is None or max(accepted) > returned):
        return RequestState.COMPLETE
    if standing_records(session, [request_id]):
        return RequestState.RECORDED
    if verdicts:
        return RequestState.INCOMPLETE
    return RequestState.SENT if request.sent_at is not None else RequestState.PLANNED


def settle_instants(session: Session, request: Request) -> None:
    """When anything of this request first reached us, and when an accepted report did. A report that was recorded
    counts from the day on which it came, whoever typed its figures and when."""
    request_id = request.id or 0
    versions = session.exec(
        select(Submission.verdict, Submission.received_at).where(Submission.request_id == request_id)
    ).all()
    record = standing_records(session, [request_id]).get(request_id)
    recorded = [record.received_at] if record else []
    accepted = [at for verdict, at in versions if verdict == SubmissionVerdict.ACCEPTED]
    request.first_received_at = min([*recorded, *(at for _, at in versions)], default=None)
    request.complete_at = min([*recorded, *accepted]) if accepted else None
    session.add(request)


def new_plan(
    session: Session, request: Request, due: date, *, reason: str, actor: str, now: datetime
) -> None:
    """Begin another plan of a request: its reminders start afresh for this deadline, those of the plan before are
    given up."""
    request.plan_no += 1
    if request.due != due:
        request.due = due
        request.form_sha256 = None  # it says the old deadline: written anew when it is next needed
    session.add(request)
    session.add(
        DueChange(
            request_id=request.id or 0,
            plan_no=request.plan_no,
            due_written=due,
            due=due,
            reason=reason,
            actor=actor,
            at=now,
        )
    )
    give_up_overtaken(session, [request], actor=actor, now=now)


def settle_state(
    session: Session, request: Request, *, reason: str, actor: str, now: datetime, due: date | None = None
) -> None:
    """After an act was undone: the state that is left. Where the agency owes a report again, its reminders start
    afresh, for this deadline or for the one in force. An exemption stays: only asking again ends it."""
    exempt = request.state == RequestState.EXEMPT
    state = RequestState.EXEMPT if exempt else state_by_what_there_is(session, request)
    moved = state != request.state
    move_request(session, request, state, reason=reason, actor=actor, now=now)
    if due is not None or (moved and state in (*CHASED, RequestState.PLANNED)):
        new_plan(session, request, due or request.due, reason=reason, actor=actor, now=now)


def whom_to_tell(session: Session, request: Request) -> list[Person]:
    """The agency's officers; its head where no officer is in the directory."""
    roles = (PersonRole.OFFICER, PersonRole.HEAD)
    people = people_of(session, [request.agency_id], roles).get(request.agency_id, [])
    officers = [person for person in people if person.role == PersonRole.OFFICER]
    return officers or people


def report_dues(session: Session, request_ids: Sequence[int]) -> dict[int, date]:
    """Request id -> the deadline by which its report is on time, where that is not the one in force: of what was sent
    back to be completed, the deadline before the first return. More time to complete makes no late report punctual."""
    first: dict[int, datetime] = {}
    for row in session.exec(
        select(ReturnedReport)
        .where(col(ReturnedReport.request_id).in_(request_ids), col(ReturnedReport.cancelled_at).is_(None))
        .order_by(col(ReturnedReport.id))
    ):
        first.setdefault(row.request_id, row.at)
    found: dict[int, date] = {}
    for change in session.exec(
        select(DueChange)
        .where(col(DueChange.request_id).in_(list(first)))
        .order_by(col(DueChange.request_id), col(DueChange.plan_no))
    ):
        if change.at < first[change.request_id]:
            found[change.request_id] = change.due
    return found


def due_before(session: Session, request_id: int, at: datetime) -> date | None:
    """The deadline that was in force just before an instant."""
    change = session.exec(
        select(DueChange)
        .where(DueChange.request_id == request_id, col(DueChange.at) < at)
        .order_by(col(DueChange.plan_no).desc())
    ).first()
    return change.due if change else None


def first_due(session: Session, request_id: int) -> date | None:
    """The deadline that a request had at first; the later ones stand beside it."""
    change = session.exec(
        select(DueChange).where(DueChange.request_id == request_id).order_by(col(DueChange.plan_no))
    ).first()
    return change.due if change else None
