"""The work list read from the database: what waits for one account, or for everybody, in a fixed number of queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import (
    ArrivalVerdict,
    ContactState,
    CycleState,
    DiscrepancyState,
    NoticeState,
    ReportStatus,
    RequestState,
)
from models.cycle import Cycle, Request
from models.directory import Agency, ContactCheck, Person
from models.discrepancy import Discrepancy
from models.notice import Notice
from models.register import Assignment
from models.rules.desk.following import Following
from models.rules.desk.worklist import Work, WorkGroup, WorkKind, work_groups
from models.rules.reminders.notices import WAITS_FOR_RELEASE
from models.submission import Arrival
from models.time import local_day, vn_date
from tasks.cycle.agency_acts import last_promises, open_asks
from tasks.cycle.standing import open_returns
from tasks.desk.following import read_following
from tasks.office import Office
from tasks.registers.proposal_acts import decisions
from tasks.reminders.call_sheet import call_sheet, cycle_in_short
from tasks.reminders.sweep import step_plans
from tasks.statuses.words import Words, read_words

LEADERS_ONLY = (WorkKind.DRAFT, WorkKind.PROPOSAL)
"""What only a leader of the secretariat may do."""


@dataclass(frozen=True)
class _Look:
    """What every kind of work is read from; `account_id` None: everybody's work."""

    session: Session
    office: Office
    now: datetime
    following: Following
    account_id: int | None
    agencies: Mapping[int, Agency]
    cycles: Sequence[Cycle]  # released

    def mine(self, agency_id: int | None, assignment_id: int | None = None) -> bool:
        """Whether it is this account's work; what belongs to no agency is everybody's."""
        if self.account_id is None or (agency_id is None and assignment_id is None):
            return True
        return self.following.is_mine(self.account_id, agency_id, assignment_id)

    def name(self, agency_id: int) -> str:
        return self.agencies[agency_id].name


def worklist(
    session: Session, office: Office, now: datetime, account_id: int | None = None, *, leads: bool = True
) -> tuple[WorkGroup, ...]:
    """What waits: of what an account follows, or (None) of everything. `leads`: with what only a leader may do."""
    cycles = session.exec(
        select(Cycle).where(Cycle.state == CycleState.RELEASED).order_by(col(Cycle.id))
    ).all()
    look = _Look(
        session=session,
        office=office,
        now=now,
        following=read_following(session),
        account_id=account_id,
        agencies={agency.id or 0: agency for agency in session.exec(select(Agency))},
        cycles=cycles,
    )
    words = {cycle.code: read_words(session, cycle) for cycle in cycles}
    found = [
        *_files(look),
        *_extensions(look),
        *_drafts(look),
        *_steps_to_release(look),
        *_of_requests(look),
        *_calls(look),
        *_to_confirm(look, words),
        *_proposals(look, words),
        *_discrepancies(look),
        *_contacts(look),
    ]
    return work_groups(found, () if leads else LEADERS_ONLY)


def _files(look: _Look) -> Iterator[Work]:
    rows = look.session.exec(
        select(Arrival, Request.agency_id)
        .outerjoin(Request, col(Request.id) == col(Arrival.request_id))
        .where(Arrival.verdict == ArrivalVerdict.PERSON)
    )
    for arrival, agency_id in rows:
        if look.mine(agency_id):
            whose = f" ({look.name(agency_id)})" if agency_id is not None else ""
            yield Work(WorkKind.FILE, f"{arrival.file_name}{whose}", "/tep-den", arrival.received_at)


def _extensions(look: _Look) -> Iterator[Work]:
    for ask, request, cycle, agency in open_asks(look.session):
        if look.mine(agency.id):
            what = f"{agency.name}: đề nghị đến {vn_date(ask.wanted)}, {cycle_in_short(cycle)}"
            yield Work(WorkKind.EXTENSION, what, f"/yeu-cau/{request.id}", ask.asked_at)


def _drafts(look: _Look) -> Iterator[Work]:
    drafts = look.session.exec(select(Cycle).where(Cycle.state == CycleState.DRAFT))
    for cycle in drafts:
        yield Work(WorkKind.DRAFT, cycle.name, f"/ky/{cycle.code}", cycle.opened_at)


def _steps_to_release(look: _Look) -> Iterator[Work]:
    """Steps of the reminders that a person lets go, one line for each step of a cycle."""
    by_subject = {f"cycle:{cycle.id}": cycle for cycle in look.cycles}
    by_id = {cycle.id: cycle for cycle in look.cycles}
    waiting: dict[tuple[str, str], list[datetime]] = {}
    rows = look.session.exec(
        select(Notice.subject, Notice.step, Notice.created_at, Request.cycle_id)
        .outerjoin(Request, col(Request.id) == col(Notice.request_id))
        .where(Notice.state == NoticeState.HELD, Notice.why == WAITS_FOR_RELEASE)
    )
    for subject, step, created_at, cycle_id in rows:
        cycle = by_id.get(cycle_id) or by_subject.get(subject)
        if cycle is not None:
            waiting.setdefault((cycle.code, step), []).append(created_at)
    for cycle in look.cycles:
        labels = {step.code: step.label for step in step_plans(cycle)}
        for (code, step), times in waiting.items():
            if code == cycle.code:
                what = f"{labels.get(step, step)}, {cycle_in_short(cycle)} ({len(times):02d} thông báo)"
                yield Work(WorkKind.RELEASE, what, f"/ky/{code}", min(times))


def _of_requests(look: _Look) -> Iterator[Work]:
    """Promises that are due or broken; reports recorded without their figures; reports sent back and not answered."""
    known = {cycle.id: cycle for cycle in look.cycles}
    waiting = (RequestState.SENT, RequestState.INCOMPLETE, RequestState.RECORDED)
    requests = look.session.exec(
        select(Request).where(col(Request.cycle_id).in_(known), col(Request.state).in_(waiting))
    ).all()
    mine = [request for request in requests if look.mine(request.agency_id)]
    owing = [request for request in mine if request.state is not RequestState.RECORDED]
    promised = last_promises(look.session, [request.id or 0 for request in owing])
    returned = open_returns(look.session, [request.id or 0 for request in owing])
    today = local_day(look.now)
    for request in mine:
        who = f"{look.name(request.agency_id)}, {cycle_in_short(known[request.cycle_id])}"
        path = f"/yeu-cau/{request.id}"
        day = promised.get(request.id or 0)
        if request.state is RequestState.RECORDED:
            since = request.first_received_at or look.now
            yield Work(WorkKind.FIGURES, who, path, since)
        elif day is not None and day <= today:
            word = "hẹn nộp hôm nay" if day == today else f"đã lỡ hẹn ngày {vn_date(day)}"
            yield Work(WorkKind.PROMISE, f"{who}: {word}", path, day)
        if (back := returned.get(request.id or 0)) is not None:
            yield Work(WorkKind.RETURNED, f"{who}: hạn hoàn thiện {vn_date(back.due)}", path, back.at)


def _calls(look: _Look) -> Iterator[Work]:
    ids = {agency.name: agency_id for agency_id, agency in look.agencies.items()}
    for row in call_sheet(look.session, look.office, look.now).rows:
        if look.mine(ids.get(row.agency)):
            why = row.late or "; ".join((*row.promises, *row.faults)[:1])
            what = f"{row.agency}: {why}" if why else row.agency
            yield Work(WorkKind.CALL, what, "/goi-dien", row.since)


def _to_confirm(look: _Look, words: Mapping[str, Words]) -> Iterator[Work]:
    """One line for each agency and cycle."""
    for cycle in look.cycles:
        waiting: dict[int, list[datetime]] = {}
        for word in words[cycle.code].by_agency.values():
            if (
                word.confirmed is None
                and word.report.status is not None
                and look.mine(word.agency_id, word.assignment_id)
            ):
                waiting.setdefault(word.agency_id, []).append(word.received_at)
        for agency_id, times in waiting.items():
            yield Work(
                WorkKind.CONFIRM,
                f"{look.name(agency_id)}, {cycle_in_short(cycle)}: {len(times):02d} trạng thái",
                f"/xac-nhan/{cycle.code}/{look.agencies[agency_id].code}",
                min(times),
                len(times),
            )


def _proposals(look: _Look, words: Mapping[str, Words]) -> Iterator[Work]:
    """Proposals (không thực hiện, phối hợp) on which nobody has decided, one line for each assignment."""
    asked: dict[int, datetime] = {}
    for of_cycle in words.values():
        for word in of_cycle.by_agency.values():
            if word.report.status is ReportStatus.PROPOSED_OUT and look.mine(
                word.agency_id, word.assignment_id
            ):
                asked.setdefault(word.assignment_id, word.received_at)
    decided = decisions(look.session)
    keys = look.session.exec(select(Assignment.id, Assignment.key).where(col(Assignment.id).in_(asked))).all()
    for assignment_id, key in keys:
        if assignment_id not in decided:
            what = f"Nhiệm vụ {key}: đề xuất không thực hiện hoặc phối hợp"
            yield Work(WorkKind.PROPOSAL, what, f"/nhiem-vu/{assignment_id}", asked[assignment_id or 0])


def _discrepancies(look: _Look) -> Iterator[Work]:
    """Contradictions that nobody has asked about, and those that were explained; by agency and cycle."""
    known = {cycle.id: cycle for cycle in look.cycles}
    kinds = {
        DiscrepancyState.OPEN: WorkKind.DISCREPANCY,
        DiscrepancyState.EXPLAINED: WorkKind.ANSWERED,
    }
    rows = look.session.exec(
        select(Discrepancy).where(
            col(Discrepancy.cycle_id).in_(known),
            col(Discrepancy.state).in_(kinds),
            col(Discrepancy.gone_at).is_(None),
        )
    )
    found: dict[tuple[WorkKind, int, int | None], list[datetime]] = {}
    for row in rows:
        if look.mine(row.agency_id, row.assignment_id):
            since = row.answered_at if row.state is DiscrepancyState.EXPLAINED else row.found_at
            key = (kinds[row.state], row.cycle_id, row.agency_id)
            found.setdefault(key, []).append(since or row.found_at)
    for (kind, cycle_id, agency_id), times in found.items():
        cycle = known[cycle_id]
        state = "explained" if kind is WorkKind.ANSWERED else "open"
        path = f"/doi-chieu?ky={cycle.code}&muc={state}"
        who = "Giữa các cơ quan"
        if agency_id is not None:
            who = look.name(agency_id)
            path += f"&don_vi={look.agencies[agency_id].code}"
        what = f"{who}, {cycle_in_short(cycle)}: {len(times):02d} nội dung"
        yield Work(kind, what, path, min(times), len(times))


def _contacts(look: _Look) -> Iterator[Work]:
    people = look.session.exec(
        select(Person).where(
            col(Person.agency_id).is_not(None),
            col(Person.active).is_(True),
            col(Person.bounced_at).is_not(None),
        )
    )
    for person in people:
        if person.agency_id is not None and person.bounced_at is not None and look.mine(person.agency_id):
            what = f"{look.name(person.agency_id)}: {person.name}, {person.email}"
            path = f"/danh-ba/{look.agencies[person.agency_id].code}"
            yield Work(WorkKind.CONTACT, what, path, person.bounced_at)
    asks = look.session.exec(select(ContactCheck).where(ContactCheck.state == ContactState.PROPOSED))
    for ask in asks:
        if look.mine(ask.agency_id):
            path = "/danh-ba/xac-nhan"
            yield Work(WorkKind.CONTACT_ASK, look.name(ask.agency_id), path, ask.answered_at or look.now)
