"""The call sheet read from the database: who owes what, whom to call, what they said and were sent last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from models.agency_act import ExtensionAsk
from models.codes import CycleState, MessageState, NoticeState, PeriodKind, PersonRole, RequestState
from models.cycle import Cycle, DueChange, Request
from models.desk_act import PhoneCall
from models.directory import Agency, Person
from models.notice import Message, Notice
from models.rules.periods import parse_period
from models.rules.policy import Regime
from models.rules.reminders.call_sheet import (
    AgencyFacts,
    Called,
    Callee,
    CallRow,
    OwedAssignment,
    OwedReport,
    call_rows,
    group_post,
    listed_on,
)
from models.rules.workdays import WorkCalendar
from models.time import local_day, vn_date
from tasks.cycle.agency_acts import last_promises
from tasks.cycle.forms import contact_line
from tasks.directory.calls import last_calls
from tasks.office import Office
from tasks.reminders.duties import Steps
from tasks.reminders.overdue_assignments import overdue_assignments

OPEN = (RequestState.PLANNED, RequestState.SENT, RequestState.INCOMPLETE)
"""States of a request that is not answered well yet."""
TOLD = (NoticeState.SENT, NoticeState.FAILED, NoticeState.UNKNOWN)

CALLS_SHOWN = timedelta(days=14)
"""How long the last call to an agency stays on the sheet."""


@dataclass(frozen=True)
class CallSheet:
    """The sheet of a morning. `notes` say what is left out and why; `unit` is whose sheet it is.

    `zalo_text` is to be pasted into the group, "" when nobody is overdue.
    """

    day: date
    made_at: datetime
    unit: str
    rows: tuple[CallRow, ...]
    notes: tuple[str, ...]
    zalo_text: str


def call_sheet(session: Session, office: Office, now: datetime) -> CallSheet:
    """The sheet as it stands now, in a fixed number of queries."""
    today = local_day(now)
    calendar = office.calendar(today)
    cycles = list(
        session.exec(select(Cycle).where(Cycle.state == CycleState.RELEASED).order_by(col(Cycle.id)))
    )
    chased = [cycle for cycle in cycles if cycle.paused_at is None]
    agencies = _agencies(session, chased, office.profile.assignment_steps, calendar, now)
    rows = call_rows(agencies, calendar, now)
    return CallSheet(
        day=today,
        made_at=now,
        unit=office.profile.regimes[0].letter.unit,
        rows=rows,
        notes=tuple(
            f"{cycle.name}: đang tạm dừng nhắc từ ngày {vn_date(local_day(cycle.paused_at))}"
            f"{f' ({cycle.paused_why})' if cycle.paused_why else ''}, không nêu trong danh sách này."
            for cycle in cycles
            if cycle.paused_at is not None
        ),
        zalo_text=group_post(rows, calendar, now, contact_line(session)),
    )


def cycle_in_short(cycle: Cycle) -> str:
    """What a list calls a cycle: Báo cáo Quý I/2026; an ad-hoc review keeps its name."""
    if cycle.period_kind is PeriodKind.ADHOC:
        return cycle.name
    period = parse_period(cycle.period)
    return f"Báo cáo {'năm' + period.name[3:] if period.kind is PeriodKind.YEAR else period.name}"


def _agencies(
    session: Session, cycles: Sequence[Cycle], steps: Steps, calendar: WorkCalendar, now: datetime
) -> list[AgencyFacts]:
    """Every agency that owes a report or an overdue assignment."""
    requests = session.exec(
        select(Request)
        .where(
            col(Request.cycle_id).in_([cycle.id for cycle in cycles]),
            col(Request.state).in_(OPEN),
        )
        .order_by(col(Request.id))
    ).all()
    reports = _reports(session, cycles, requests, calendar)
    assignments: dict[int, list[OwedAssignment]] = {}
    for late in overdue_assignments(session, steps, now):
        owed = OwedAssignment(late.key, late.name, late.due)
        assignments.setdefault(late.agency_id, []).append(owed)
    owing = sorted({*reports, *assignments})
    agencies = {agency.id: agency for agency in session.exec(select(Agency).where(col(Agency.id).in_(owing)))}
    people = _people(session, owing)
    last_told = _last_told(session, owing)
    calls = last_calls(session, owing, now - CALLS_SHOWN)
    return [
        AgencyFacts(
            name=agencies[agency_id].name,
            position=agencies[agency_id].position,
            officers=tuple(_callee(p) for p in people.get(agency_id, ()) if p.role is PersonRole.OFFICER),
            heads=tuple(_callee(p) for p in people.get(agency_id, ()) if p.role is PersonRole.HEAD),
            reports=tuple(reports.get(agency_id, ())),
            assignments=tuple(assignments.get(agency_id, ())),
            last_told=last_told.get(agency_id),
            code=agencies[agency_id].code,
            called=_called(calls.get(agency_id)),
        )
        for agency_id in owing
    ]


def _reports(
    session: Session, cycles: Sequence[Cycle], requests: Sequence[Request], calendar: WorkCalendar
) -> dict[int, list[OwedReport]]:
    """Agency id -> what it owes in these cycles."""
    ids = [request.id or 0 for request in requests]
    known = {cycle.id: cycle for cycle in cycles}
    regimes = {cycle.id: Regime.model_validate(cycle.policy) for cycle in cycles}
    began = {
        change.request_id: change.at
        for change in session.exec(
            select(DueChange)
            .join(Request, col(Request.id) == col(DueChange.request_id))
            .where(
                col(DueChange.request_id).in_(ids),
                col(DueChange.plan_no) > 1,
                col(DueChange.plan_no) == col(Request.plan_no),
            )
        )
    }
    promised = last_promises(session, ids)
    wanted = {
        ask.request_id: ask.wanted
        for ask in session.exec(
            select(ExtensionAsk).where(
                col(ExtensionAsk.request_id).in_(ids), col(ExtensionAsk.decided_at).is_(None)
            )
        )
    }
    deliveries = _deliveries(session, ids)
    found: dict[int, list[OwedReport]] = {}
    for request in requests:
        request_id = request.id or 0
        told = began.get(request_id, request.sent_at)
        delivery, why = deliveries.get(request_id, (None, ""))
        listed = None
        if request.sent_at is not None and told is not None:
            began_on = local_day(max(told, request.sent_at))
            listed = listed_on(regimes[request.cycle_id].steps, request.due, began_on, calendar)
        report = OwedReport(
            cycle=cycle_in_short(known[request.cycle_id]),
            due=request.due,
            state=request.state,
            listed_on=listed,
            promised=promised.get(request_id),
            wanted=wanted.get(request_id),
            delivery=delivery,
            delivery_why=why,
        )
        found.setdefault(request.agency_id, []).append(report)
    return found


def _deliveries(session: Session, request_ids: Sequence[int]) -> Mapping[int, tuple[NoticeState, str]]:
    """Request id -> how the latest message about it to the agency's officers fared: as with whom it fared best."""
    order = (NoticeState.SENT, NoticeState.UNKNOWN, NoticeState.FAILED)
    latest: dict[tuple[int, int], Notice] = {}
    for notice in session.exec(
        select(Notice)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(
            col(Notice.request_id).in_(request_ids),
            col(Notice.state).in_(TOLD),
            col(Person.role) == PersonRole.OFFICER,
            col(Person.active).is_(True),
        )
        .order_by(col(Notice.id))
    ):
        latest[(notice.request_id or 0, notice.person_id)] = notice
    best: dict[int, Notice] = {}
    for (request_id, _), notice in latest.items():
        known = best.get(request_id)
        if known is None or order.index(notice.state) < order.index(known.state):
            best[request_id] = notice
    return {request_id: (notice.state, notice.why) for request_id, notice in best.items()}


def _people(session: Session, agency_ids: Sequence[int]) -> dict[int, list[Person]]:
    """Agency id -> its active people, whoever has a telephone first."""
    found: dict[int, list[Person]] = {}
    for person in session.exec(
        select(Person)
        .where(col(Person.agency_id).in_(agency_ids), col(Person.active).is_(True))
        .order_by(col(Person.id))
    ):
        found.setdefault(person.agency_id or 0, []).append(person)
    return {agency: sorted(people, key=lambda person: not person.phone) for agency, people in found.items()}


def _called(call: PhoneCall | None) -> Called | None:
    return Called(call.called_at, call.whom, call.answered, call.promised) if call is not None else None


def _callee(person: Person) -> Callee:
    """A person with whether messages reach them: a bound Zalo chat does where mail does not."""
    if person.zalo_chat_id or person.zalo_user_id or (person.email and person.bounced_at is None):
        return Callee(person.name, person.phone)
    if not person.email:
        return Callee(person.name, person.phone, False, "chưa có địa chỉ thư điện tử")
    returned = f" từ ngày {vn_date(local_day(person.bounced_at))}" if person.bounced_at else ""
    return Callee(person.name, person.phone, False, f"thư gửi {person.email} bị trả lại{returned}")


def _last_told(session: Session, agency_ids: Sequence[int]) -> dict[int, datetime]:
    """Agency id -> when a message last went out to one of its people."""
    rows = session.exec(
        select(Person.agency_id, func.max(Message.sent_at))
        .join(Message, col(Message.person_id) == col(Person.id))
        .where(col(Person.agency_id).in_(agency_ids), Message.state == MessageState.SENT)
        .group_by(col(Person.agency_id))
    )
    return {
        agency_id: sent_at for agency_id, sent_at in rows if agency_id is not None and sent_at is not None
    }
