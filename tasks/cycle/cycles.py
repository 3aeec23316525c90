"""Opening, releasing and closing a cycle. Each is idempotent and in the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.codes import CycleState, ReportStatus, SubmissionVerdict
from models.columns import coded
from models.cycle import Cycle, CycleRegister, Request
from models.fault import Fault
from models.register import Register
from models.rules.periods import Period
from models.rules.policy import CycleDates, Regime, cycle_dates, policy_faults
from models.rules.registers.owing import Asked, AssignmentToAsk, IndicatorToAsk, what_each_owes
from models.rules.workdays import WorkCalendar
from models.submission import AssignmentReport, Submission
from models.time import end_of
from tasks.once import put_once
from tasks.registers.proposal_acts import accepted_proposals
from tasks.registers.register_facts import (
    Directory,
    bearers_in_force,
    indicators_in_force,
    read_directory,
)
from tasks.states import move_cycle, record_act
from tasks.statuses.said import Key, Said, complete_as_whole, reopened, said_last


class CycleFault(Fault):
    """An act on a cycle that cannot be done now; the message says why and what to do."""


@dataclass(frozen=True)
class DateOverrides:
    """Dates that the secretariat sets on one cycle, whatever its regime says. Local days."""

    as_of: date | None = None
    due: date | None = None


def cycle_code(regime_code: str, period_code: str) -> str:
    """What people type for a cycle: bcd-quy-2026-Q1."""
    return f"{regime_code}-{period_code}"


def find_cycle(session: Session, code: str) -> Cycle:
    """The cycle with this code. CycleFault lists those there are."""
    cycle = session.exec(select(Cycle).where(Cycle.code == code)).first()
    if cycle is None:
        known = session.exec(select(Cycle.code).order_by(col(Cycle.id))).all()
        raise CycleFault(
            f"Không có kỳ báo cáo {code!r}. "
            + (f"Các kỳ hiện có: {', '.join(known)}." if known else "Chưa mở kỳ nào (dondoc cycle open).")
        )
    return cycle


def cycle_id_of(cycle: Cycle) -> int:
    """The id of a stored cycle."""
    if cycle.id is None:
        raise ValueError(f"kỳ {cycle.code} chưa được lưu")
    return cycle.id


def registers_of(session: Session, cycle: Cycle) -> list[Register]:
    """The registers that a cycle asks about, oldest first."""
    return list(
        session.exec(
            select(Register)
            .join(CycleRegister, col(CycleRegister.register_id) == col(Register.id))
            .where(CycleRegister.cycle_id == cycle.id)
            .order_by(col(Register.id))
        )
    )


def open_cycle(
    session: Session,
    regime: Regime,
    period: Period,
    calendar: WorkCalendar,
    *,
    actor: str,
    now: datetime,
    overrides: DateOverrides | None = None,
    urgent: bool = False,
) -> tuple[Cycle, bool]:
    """Open a cycle as a draft, its dates and policy frozen; (cycle, whether it is new).

    An open cycle is returned as it stands: its policy is changed by an explicit act, never by opening again.
    CycleFault when a register is not imported or the dates make no sense.
    """
    code = cycle_code(regime.code, period.code)
    existing = session.exec(select(Cycle).where(Cycle.code == code)).first()
    if existing is not None:
        return existing, False
    dates = _dates(regime, period, calendar, overrides or DateOverrides())
    registers = _registers(session, regime)
    cycle = Cycle(
        code=code,
        regime_code=regime.code,
        period=period.code,
        period_kind=period.kind,
        name=regime.title_of(period),
        urgent=urgent,
        data_from=dates.data_from,
        cut_off=dates.cut_off,
        as_of=dates.as_of,
        due_written=dates.due_written,
        due=dates.due,
        province_due_written=dates.province_due_written,
        province_due=dates.province_due,
        policy=regime.model_dump(mode="json"),
        opened_at=now,
    )
    if not put_once(session, cycle):
        return find_cycle(session, code), False  # another process was quicker
    cycle = find_cycle(session, code)
    for register in registers:
        session.add(CycleRegister(cycle_id=cycle_id_of(cycle), register_id=register.id or 0))
    record_act(
        session,
        "mo-ky",
        "cycle",
        cycle.id,
        actor=actor,
        now=now,
        after={"kỳ": code, "chốt số liệu": str(dates.as_of), "hạn cơ quan": str(dates.due)},
    )
    session.flush()
    return cycle, True


def _dates(regime: Regime, period: Period, calendar: WorkCalendar, overrides: DateOverrides) -> CycleDates:
    try:
        dates = cycle_dates(regime, period, calendar)
    except ValueError as error:
        raise CycleFault(str(error)) from error
    as_of = overrides.as_of or dates.as_of
    due = overrides.due or dates.due
    dates = replace(dates, as_of=as_of, due=due, due_written=overrides.due or dates.due_written)
    try:
        faults = policy_faults(regime, dates, calendar)
    except ValueError as error:  # a day in a year that no calendar knows
        raise CycleFault(str(error)) from error
    if faults:
        raise CycleFault(" ".join(faults))
    return dates


def _registers(session: Session, regime: Regime) -> list[Register]:
    found = {
        r.code: r for r in session.exec(select(Register).where(col(Register.code).in_(regime.registers)))
    }
    for code in regime.registers:
        if code not in found:
            raise CycleFault(
                f"Chế độ {regime.code} cần danh mục nhiệm vụ {code} chưa được nạp (dondoc register import)."
            )
    return [found[code] for code in regime.registers]


def who_owes(session: Session, cycle: Cycle, day: date) -> tuple[Directory, dict[str, tuple[Asked, ...]]]:
    """Agency code -> what it owes in this cycle, with the groups as they are on a day, in directory order."""
    directory = read_directory(session, day)
    codes = [register.code for register in registers_of(session, cycle)]
    said = said_last(session)
    settled = _settled(session, cycle, directory, said)
    over = accepted_proposals(session) | complete_as_whole(said)
    owed = what_each_owes(
        (
            AssignmentToAsk(
                revision_id=borne.revision_id,
                leads=borne.leads,
                coordinators=borne.coordinators,
                lead_of_record=borne.lead_of_record,
                withheld=borne.withheld,
                settled=frozenset(settled.get(borne.assignment_id, ())),
                over=borne.assignment_id in over,
            )
            for borne in bearers_in_force(session, directory, codes)
        ),
        (
            IndicatorToAsk(facts.revision.id or 0, facts.owner_code)
            for facts in indicators_in_force(session, directory, codes)
        ),
        directory.groups,
        asks_coordinators=Regime.model_validate(cycle.policy).asks_coordinators,
    )
    order = {agency.code: agency.position for agency in directory.agencies.values()}
    return directory, {code: owed[code] for code in sorted(owed, key=order.__getitem__)}


class _Complete(NamedTuple):
    """A declared completion."""

    assignment_id: int
    agency_id: int
    status: ReportStatus | None
    completed_on: date | None
    product: str


def _settled(
    session: Session, cycle: Cycle, directory: Directory, said: Mapping[Key, Said]
) -> dict[int, set[str]]:
    """Assignment id -> agencies whose report that counts says complete, in a cycle opened before this one, unless the
    secretariat has confirmed otherwise."""
    rows = session.execute(
        sa.select(
            col(AssignmentReport.assignment_id),
            col(Request.agency_id),
            col(AssignmentReport.status),
            col(AssignmentReport.completed_on),
            col(AssignmentReport.product),
        )
        .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .where(
            col(AssignmentReport.status) == ReportStatus.COMPLETE,
            col(Submission.id).in_(counting_versions()),
            col(Request.cycle_id) < cycle.id,
        )
        .order_by(col(Request.cycle_id))
    )
    last = {(row.assignment_id, row.agency_id): row for row in map(_Complete._make, rows)}
    settled: dict[int, set[str]] = {}
    for (assignment_id, agency_id), report in last.items():
        if not reopened(said.get((assignment_id, agency_id)), report):
            settled.setdefault(assignment_id, set()).add(directory.agencies[agency_id].code)
    return settled


def counting_versions() -> sa.Select[tuple[int | None]]:
    """Ids of the versions that count: of each request the accepted one that reached us last, whichever way it came
    and whenever it was judged."""
    order = (col(Submission.received_at).desc(), col(Submission.version).desc())
    place = sa.func.row_number().over(partition_by=col(Submission.request_id), order_by=order)
    accepted = (
        sa.select(col(Submission.id), place.label("place"))
        .where(col(Submission.verdict) == SubmissionVerdict.ACCEPTED)
        .subquery()
    )
    return sa.select(accepted.c.id).where(accepted.c.place == 1)


def counts() -> sa.ColumnElement[bool]:
    """Whether the submission that a statement is at is one of the versions that count: where it has few submissions to
    ask about, the database need not rank those of every cycle."""
    later = aliased(Submission)
    place = (col(Submission.received_at), col(Submission.version))
    overtaken = sa.exists().where(
        col(later.request_id) == col(Submission.request_id),
        col(later.verdict) == SubmissionVerdict.ACCEPTED,
        sa.tuple_(col(later.received_at), col(later.version)) > sa.tuple_(*place),
    )
    return sa.and_(col(Submission.verdict) == SubmissionVerdict.ACCEPTED, ~overtaken)


def says_complete() -> sa.ColumnElement[bool]:
    """Whether the report that a statement is at declares its assignment complete: in the words of the index that finds
    those few among the reports of all cycles."""
    complete = sa.literal(ReportStatus.COMPLETE, coded(ReportStatus), literal_execute=True)
    return col(AssignmentReport.status) == complete


def hold_cycle(session: Session, cycle: Cycle) -> None:
    """See the cycle as it stands and hold it to the end of the transaction: of two who act on it at once, the second
    sees what the first did."""
    session.flush()
    session.refresh(cycle, with_for_update=True)


def due_to_close(cycle: Cycle, now: datetime) -> bool:
    """Whether a released cycle's time is over: its regime's days after the province's due date have passed, and the
    day till which it was reopened."""
    regime = Regime.model_validate(cycle.policy)
    last = date.fromordinal(cycle.province_due.toordinal() + regime.close_after_days)
    last = max(last, cycle.reopened_until or last)
    return cycle.state == CycleState.RELEASED and now >= end_of(last)


def close_cycle(session: Session, cycle: Cycle, *, reason: str, actor: str, now: datetime) -> None:
    """Close a released cycle: what arrives later is kept and flagged. Closing a closed one changes nothing."""
    hold_cycle(session, cycle)
    if cycle.state == CycleState.DRAFT:
        raise CycleFault(f"Kỳ {cycle.code} còn là dự thảo, chưa phát hành nên không đóng được.")
    if cycle.state == CycleState.CLOSED:
        return
    cycle.closed_at = now
    move_cycle(session, cycle, CycleState.CLOSED, reason=reason, actor=actor, now=now)
    record_act(session, "dong-ky", "cycle", cycle.id, actor=actor, now=now, reason=reason)
