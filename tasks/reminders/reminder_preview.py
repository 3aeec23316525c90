"""What would go out on a day: to whom, on which channel, about what, and what would be held back and why.

Nothing is written. It is what the sweep would decide if nothing came in until that morning: no report, no promise, no
extension; sweeps until then are taken to have run.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models.codes import Channel, NoticeState, PersonRole
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Notice
from models.rules.reminders.notices import OPENS_AT, Standing, hold_until, time_left
from models.rules.reminders.slips import slips
from models.rules.workdays import ONE_DAY, WorkCalendar
from models.time import at_hour, end_of, local_day, vn_date
from tasks.cycle.cycles import cycle_id_of
from tasks.reminders.assignment_sweep import (
    assignment_and_agency,
    assignment_names,
    look_at_assignments,
)
from tasks.reminders.duties import Steps
from tasks.reminders.pauses import BY_HAND_LABEL, ReminderFault
from tasks.reminders.planned_lines import Look
from tasks.reminders.sweep import cycle_subject, facts_of, look_at, released_cycles, step_plans, subject_of

A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class PreviewLine:
    """One line that would go out on the day (`goes_at`), or would be held (`goes_at` is None), with why.

    `agency` is a code, "" for what is told of a whole cycle; `whom` the person with the role.
    """

    agency: str
    whom: str
    channel: Channel
    step: str
    about: str
    goes_at: datetime | None
    why: str = ""


@dataclass(frozen=True)
class _Seen:
    """One line as a look finds it: whether it is there already, and its standing."""

    subject: str
    step: str
    person_id: int
    channel: Channel
    standing: Standing


def preview(
    session: Session,
    steps: Steps,
    calendar_of: Callable[[date], WorkCalendar],
    day: date,
    now: datetime,
    usable: Collection[Channel] = tuple(Channel),
) -> list[PreviewLine]:
    """What would go out on a day, today included, by the steps of every cycle and of the assignments."""
    if day < local_day(now):
        raise ReminderFault(
            f"Ngày {vn_date(day)} đã qua; xem lịch sử nhắc của từng cơ quan: dondoc reminders history MÃ_CƠ_QUAN"
        )
    calendar = calendar_of(day)
    at = max(now, at_hour(day, *OPENS_AT))
    before = _last_chance(day, now, calendar)
    lines: list[PreviewLine] = []
    for cycle in released_cycles(session):

        def look(instant: datetime, cycle_id: int = cycle_id_of(cycle)) -> Look:
            return look_at(session, cycle_id, calendar, instant, usable)

        labels = {step.code: step.label for step in step_plans(cycle)}
        about = _about_cycle(session, cycle, calendar, at)
        lines += _lines(session, look, about, labels, at, before, calendar, urgent=cycle.urgent)

    def look_at_them(instant: datetime) -> Look:
        return look_at_assignments(session, steps, calendar, instant, usable)

    labels = {step.code: step.label for of_register in steps.values() for step in of_register}
    named = _assignments(session, calendar, at)
    lines += _lines(session, look_at_them, named, labels, at, before, calendar, urgent=False)
    return sorted(
        lines, key=lambda line: (line.goes_at is None, line.agency, line.whom, line.step, line.about)
    )


def _last_chance(day: date, now: datetime, calendar: WorkCalendar) -> datetime | None:
    """The last instant before the day at which a sweep would have sent what was due then; None when there is none.

    What becomes due on a day off goes out on the next working morning, and so belongs to that.
    """
    earlier = day - ONE_DAY if calendar.is_day_off(day) else calendar.add(day, -1)
    instant = end_of(earlier) - A_MOMENT
    return instant if instant > now else None


About = Callable[[str], tuple[str, str]]
"""Subject -> the agency's code, and what the line is about."""


def _lines(
    session: Session,
    look: Callable[[datetime], Look],
    about: About,
    labels: Mapping[str, str],
    at: datetime,
    before: datetime | None,
    calendar: WorkCalendar,
    *,
    urgent: bool,
) -> Iterator[PreviewLine]:
    earlier = _seen(session, look(before)) if before is not None else {}
    for key, seen in _seen(session, look(at)).items():
        state = seen.standing.state
        if state is NoticeState.SUPERSEDED:
            continue
        if key in earlier and earlier[key].standing.state is NoticeState.DUE:
            continue  # it goes out before
        agency, subject = about(seen.subject)
        person = session.get_one(Person, seen.person_id)
        yield PreviewLine(
            agency=agency,
            whom=f"{person.name} ({PersonRole(person.role).label})",
            channel=seen.channel,
            step=labels.get(seen.step, BY_HAND_LABEL),
            about=subject,
            goes_at=hold_until(at, calendar, urgent) if state is NoticeState.DUE else None,
            why=seen.standing.why,
        )


def _seen(session: Session, look: Look) -> dict[tuple[str, int, str, int, Channel], _Seen]:
    """What a look would leave open: the lines it would put down, and the open ones as they would stand then."""
    found = {
        (line.subject, line.plan_no, line.step, line.person.id or 0, line.channel): _Seen(
            line.subject, line.step, line.person.id or 0, line.channel, line.standing
        )
        for line in look.lines
    }
    moved = {move.line.id: move.to for move in look.moves}
    ids = [line.id for line in look.open_lines]
    for notice in session.exec(select(Notice).where(col(Notice.id).in_(ids)).order_by(col(Notice.id))):
        standing = moved.get(notice.id or 0) or Standing(notice.state, notice.why)
        key = (notice.subject, notice.plan_no, notice.step, notice.person_id, notice.channel)
        found[key] = _Seen(notice.subject, notice.step, notice.person_id, notice.channel, standing)
    return found


def _about_cycle(session: Session, cycle: Cycle, calendar: WorkCalendar, at: datetime) -> About:
    requests = session.exec(select(Request).where(Request.cycle_id == cycle.id)).all()
    codes = {agency.id: agency.code for agency in session.exec(select(Agency))}
    words = {
        subject_of(request): (
            codes[request.agency_id],
            f"{cycle.name}: hạn {vn_date(request.due)}, {time_left(request.due, calendar, at)}",
        )
        for request in requests
    }
    made = slips(facts_of(session, cycle, requests), step_plans(cycle), calendar, at)
    on_it = len({request_id for slip in made for request_id in slip.request_ids})
    words[cycle_subject(cycle)] = ("", f"{cycle.name}: danh sách {on_it:02d} cơ quan, đơn vị chưa báo cáo")
    return words.__getitem__


def _assignments(session: Session, calendar: WorkCalendar, at: datetime) -> About:
    names = assignment_names(session)
    codes = {agency.id: agency.code for agency in session.exec(select(Agency))}

    def about(subject: str) -> tuple[str, str]:
        assignment_id, agency_id = assignment_and_agency(subject)
        key, name, due = names[assignment_id]
        when = f" (hạn {vn_date(due)}, {time_left(due, calendar, at)})" if due is not None else ""
        return codes[agency_id], f"Nhiệm vụ {key}: {name}{when}"

    return about
