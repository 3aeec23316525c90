"""What the secretariat decides about reminders: pause and resume a cycle, let a held step go, send one now.

Each act is in the audit trail with its author; the sweep that follows does what the act asks for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from models.codes import Channel, CycleState, NoticeState, PersonRole
from models.cycle import Cycle, Request
from models.directory import Agency
from models.fault import Fault
from models.notice import Notice
from models.rules.reminders.notices import BY_HAND, DUE, WAITS_FOR_RELEASE, why_left_alone
from models.rules.reminders.step_plan import StepPlan
from models.time import vn_instant
from tasks.cycle.cycles import find_cycle
from tasks.cycle.request_acts import find_request
from tasks.reminders.notice_states import move_notice
from tasks.reminders.notices import people_of, put_notice
from tasks.reminders.planned_lines import channels_for
from tasks.reminders.sweep import cycle_subject, facts_of, step_plans, subject_of
from tasks.states import record_act

BY_HAND_TEMPLATE = "digest"
BY_HAND_LABEL = "Nhắc ngay theo quyết định của thư ký"


class ReminderFault(Fault):
    """An act on reminders that cannot be done; the message says why and what to do."""


def pause_cycle(session: Session, code: str, *, reason: str, actor: str, now: datetime) -> bool:
    """Hold the reminders of a cycle back until it is resumed; False when they are held for this reason already.

    What a person had let go and has not gone out waits for a release again.
    """
    cycle = _held(session, code)
    if not reason.strip():
        raise ReminderFault("Cần ghi lý do tạm dừng nhắc (--reason).")
    if cycle.paused_at is not None and cycle.paused_why == reason.strip():
        return False
    before = cycle.paused_why or None
    cycle.paused_at, cycle.paused_why = now, reason.strip()
    session.add(cycle)
    _record(
        session,
        "tam-dung-nhac",
        cycle,
        actor,
        now,
        reason.strip(),
        before={"lý do": before} if before else None,
    )
    return True


def resume_cycle(session: Session, code: str, *, actor: str, now: datetime) -> bool:
    """Let the reminders of a paused cycle go on; False when they were not paused.

    What was overtaken meanwhile is superseded by the next sweep, not sent as a backlog.
    """
    cycle = _held(session, code)
    if cycle.paused_at is None:
        return False
    since = vn_instant(cycle.paused_at)
    cycle.paused_at = None
    _record(session, "nhac-lai", cycle, actor, now, cycle.paused_why, before={"tạm dừng từ": since})
    cycle.paused_why = ""
    session.add(cycle)
    return True


def release_step(session: Session, code: str, step_code: str, *, actor: str, now: datetime) -> int:
    """Let the notices of a step go that wait for a person; returns how many. They go out with the next sweep."""
    cycle = _held(session, code)
    waiting = [step for step in step_plans(cycle) if step.by_person]
    if step_code not in [step.code for step in waiting]:
        named = ", ".join(step.code for step in waiting) or "không có"
        raise ReminderFault(
            f"Kỳ {code} không có bước chờ duyệt nào mang mã {step_code!r}. Các bước chờ duyệt: {named}."
        )
    if cycle.paused_at is not None:
        raise ReminderFault(
            f"Kỳ {code} đang tạm dừng nhắc ({cycle.paused_why}). Cho nhắc lại trước: dondoc reminders resume {code}"
        )
    mine = select(Request.id).where(Request.cycle_id == cycle.id)
    held = session.exec(
        select(Notice.id)
        .where(
            Notice.step == step_code,
            Notice.state == NoticeState.HELD,
            Notice.why == WAITS_FOR_RELEASE,
            col(Notice.request_id).in_(mine) | (col(Notice.subject) == cycle_subject(cycle)),
        )
        .order_by(col(Notice.id))
    ).all()
    released = sum(
        move_notice(session, notice_id or 0, NoticeState.HELD, DUE, now=now, actor=actor)
        for notice_id in held
    )
    if not released:
        raise ReminderFault(f"Bước {step_code} của kỳ {code} chưa có thông báo nào chờ duyệt.")
    _record(session, "duyet-gui-nhac", cycle, actor, now, after={"bước": step_code, "số thông báo": released})
    return released


@dataclass(frozen=True)
class SentNow:
    """A reminder outside the policy: its step, and whom it goes to."""

    step: str
    people: tuple[str, ...]


def send_now(
    session: Session,
    cycle_code: str,
    agency_code: str,
    *,
    reason: str,
    actor: str,
    now: datetime,
    usable: Collection[Channel] = tuple(Channel),
) -> SentNow:
    """Put down a reminder to an agency's officers, outside the policy. It goes out whatever is paused or promised,
    unless the report has come by then. `usable` are the channels that are set up."""
    request = find_request(session, cycle_code, agency_code)
    cycle = session.get_one(Cycle, request.cycle_id)
    alone = why_left_alone(facts_of(session, cycle, [request])[0])
    if alone:
        raise ReminderFault(f"Không nhắc {agency_code}: {alone}.")
    officers = people_of(session, [request.agency_id], [PersonRole.OFFICER]).get(request.agency_id, [])
    if not officers:
        raise ReminderFault(f"{agency_code} chưa có cán bộ đầu mối trong danh bạ (people.yaml).")
    subject = subject_of(request)
    earlier = session.exec(
        select(func.count(func.distinct(Notice.step))).where(
            Notice.subject == subject, col(Notice.step).like(f"{BY_HAND}%")
        )
    ).one()
    step = by_hand_step(earlier + 1, step_plans(cycle))
    for person in officers:
        for channel in channels_for(person, step, usable):
            put_notice(
                session,
                subject=subject,
                plan_no=request.plan_no,
                step=step.code,
                person=person,
                request_id=request.id,
                channel=channel,
                now=now,
            )
    record_act(
        session,
        "nhac-ngay",
        "request",
        request.id,
        actor=actor,
        now=now,
        reason=reason.strip(),
        after={"bước": step.code, "số người": len(officers)},
    )
    return SentNow(step.code, tuple(person.name for person in officers))


def by_hand_step(number: int, policy: tuple[StepPlan, ...]) -> StepPlan:
    """The step of a reminder by hand: on the channels that the policy uses."""
    channels = dict.fromkeys(channel for step in policy for channel in step.channels)
    return StepPlan(
        code=f"{BY_HAND}{number}",
        when="before",
        working_days=0,
        audience=(PersonRole.OFFICER,),
        template=BY_HAND_TEMPLATE,
        label=BY_HAND_LABEL,
        channels=tuple(channels) or (Channel.EMAIL,),
    )


def waiting_for_release(session: Session) -> list[tuple[str, str, int]]:
    """What waits for a person: (cycle, step, number of notices), oldest cycle first."""
    slips_of = Notice.subject == sa.literal("cycle:") + sa.cast(col(Cycle.id), sa.String)
    rows = session.exec(
        select(Cycle.id, Cycle.code, Notice.step, func.count(col(Notice.id)))
        .join(Request, col(Request.id) == col(Notice.request_id), isouter=True)
        .join(Cycle, (col(Cycle.id) == col(Request.cycle_id)) | slips_of)
        .where(Notice.state == NoticeState.HELD, Notice.why == WAITS_FOR_RELEASE)
        .group_by(col(Cycle.id), col(Cycle.code), col(Notice.step))
        .order_by(col(Cycle.id), col(Notice.step))
    )
    return [(code, step, count) for _, code, step, count in rows]


def find_agency(session: Session, code: str) -> Agency:
    """The agency with this code."""
    agency = session.exec(select(Agency).where(Agency.code == code)).first()
    if agency is None:
        raise ReminderFault(f"Không có cơ quan mang mã {code!r} trong danh bạ (agencies.yaml).")
    return agency


def _held(session: Session, code: str) -> Cycle:
    """The cycle, held to the end of the transaction: of two acts at once the second sees what the first did."""
    cycle = find_cycle(session, code)
    session.refresh(cycle, with_for_update=True)
    if cycle.state != CycleState.RELEASED:
        raise ReminderFault(f"Kỳ {code}: {cycle.state.label.lower()}, không có gì để nhắc.")
    return cycle


def _record(
    session: Session,
    act: str,
    cycle: Cycle,
    actor: str,
    now: datetime,
    reason: str = "",
    before: dict[str, str] | None = None,
    after: dict[str, str | int] | None = None,
) -> None:
    record_act(
        session, act, "cycle", cycle.id, actor=actor, now=now, reason=reason, before=before, after=after
    )
