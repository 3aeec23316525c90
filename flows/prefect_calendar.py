"""The reporting calendar as schedules of “Mở kỳ báo cáo”: one for each period, its run in the UI with its own name.

A schedule fires once. Its run carries regime and period alone: the days are computed when the cycle opens, so a
correction of the days off needs no other run. Schedules that somebody made by hand are left alone, and one that
somebody has switched off stays off.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import DeploymentSchedule, StateType
from prefect.client.schemas.schedules import RRuleSchedule
from prefect.exceptions import ObjectNotFound

from flows.open_cycle import CyclePart
from models.fault import Fault
from models.rules.reporting_calendar import OPENS_AT, CalendarEntry, last_day_ahead
from models.time import end_of, local_day, vn_date, vn_instant
from tasks.console.calendar_days import calendar_entries
from tasks.office import Office

DEPLOYMENT = "Mở kỳ báo cáo/Mở kỳ báo cáo"
ZONE = "Asia/Ho_Chi_Minh"
OURS = "ky-"
"""How the slugs of the calendar's own schedules begin."""


class CalendarFault(Fault):
    """The calendar cannot be put on the server; the message says why and what to do."""


def slug_of(entry: CalendarEntry) -> str:
    """The slug of an entry's schedule: ky-bcd-quy-2027-q1."""
    return f"{OURS}{entry.code}".lower()


def rule_of(entry: CalendarEntry) -> str:
    """Once, at the hour of opening, Viet Nam's time."""
    return f"DTSTART:{entry.opens_on:%Y%m%d}T{OPENS_AT:%H%M%S}\nRRULE:FREQ=DAILY;COUNT=1"


def parameters_of(entry: CalendarEntry) -> dict[str, Any]:
    """What the form of “Mở kỳ báo cáo” would be filled with."""
    part = CyclePart[entry.period.part.upper()]
    return {
        "parameters": {"regime": entry.regime.code, "part": part.value, "year": entry.period.year},
    }


def run_name(entry: CalendarEntry) -> str:
    """What the scheduled run is called in the UI, with its days."""
    assert entry.dates is not None  # noqa: S101 - only what opens has a run
    days = (
        f"chốt {vn_date(entry.dates.as_of)}, hạn cơ quan {vn_date(entry.dates.due)}, "
        f"hạn tỉnh {vn_date(entry.dates.province_due)}"
    )
    return f"Mở kỳ {entry.period.name}: {days}{' (dự kiến)' if entry.estimated else ''}"


def apply_calendar(office: Office, now: datetime, *, dry_run: bool = False) -> list[str]:
    """Make the schedules of “Mở kỳ báo cáo” say what the regimes say, from today to the end of next year.

    Returns the difference in lines for a person. Applying twice changes nothing. CalendarFault when no server
    answers or the deployment is not there.
    """
    today = local_day(now)
    entries = calendar_entries(office, today)
    try:
        with get_client(sync_client=True) as client:
            return _apply(client, entries, now, dry_run=dry_run)
    except httpx.HTTPError as error:
        raise CalendarFault(
            "Máy chủ Prefect không trả lời. Chạy dondoc up trước, hoặc nêu cổng của giao diện bằng --port."
        ) from error


def _apply(
    client: SyncPrefectClient, entries: Sequence[CalendarEntry], now: datetime, *, dry_run: bool
) -> list[str]:
    try:
        deployment = client.read_deployment_by_name(DEPLOYMENT)
    except ObjectNotFound as error:
        raise CalendarFault(
            "Máy chủ Prefect chưa có luồng “Mở kỳ báo cáo”. Khởi động lại dondoc up để đưa các luồng việc lên."
        ) from error
    there = {
        schedule.slug: schedule
        for schedule in client.read_deployment_schedules(deployment.id)
        if schedule.slug and schedule.slug.startswith(OURS)
    }
    wanted = {slug_of(entry): entry for entry in entries if entry.opens}
    new = [entry for slug, entry in wanted.items() if slug not in there]
    moved = [(there[slug], entry) for slug, entry in wanted.items() if slug in there]
    changed = [(schedule, entry) for schedule, entry in moved if not _same(schedule, entry)]
    gone = [schedule for slug, schedule in there.items() if slug not in wanted]
    if not dry_run:
        for schedule in gone:
            client.delete_deployment_schedule(deployment.id, schedule.id)
        for schedule, entry in changed:
            client.update_deployment_schedule(
                deployment.id, schedule.id, schedule=_schedule(entry), parameters=parameters_of(entry)
            )
        if new:
            client.create_deployment_schedules(deployment.id, [_create(entry) for entry in new])
        _name_runs(client, deployment.id, wanted, now)
    off = [entry for schedule, entry in moved if not schedule.active]
    return _told(entries, new, [entry for _, entry in changed], gone, off, len(moved) - len(changed), dry_run)


def _schedule(entry: CalendarEntry) -> RRuleSchedule:
    return RRuleSchedule(rrule=rule_of(entry), timezone=ZONE)


def _create(entry: CalendarEntry) -> DeploymentScheduleCreate:
    return DeploymentScheduleCreate(
        schedule=_schedule(entry), slug=slug_of(entry), parameters=parameters_of(entry)
    )


def _same(schedule: DeploymentSchedule, entry: CalendarEntry) -> bool:
    return (
        isinstance(schedule.schedule, RRuleSchedule)
        and schedule.schedule.rrule == rule_of(entry)
        and schedule.schedule.timezone == ZONE
        and schedule.parameters == parameters_of(entry)
    )


def _name_runs(
    client: SyncPrefectClient, deployment_id: UUID, wanted: dict[str, CalendarEntry], now: datetime
) -> None:
    """Create the scheduled runs now, not when the scheduler comes round, and name each for what it opens."""
    end = end_of(last_day_ahead(local_day(now)))
    client.request(
        "POST",
        "/deployments/{id}/schedule",
        path_params={"id": deployment_id},
        json={"start_time": now.isoformat(), "end_time": end.isoformat(), "min_runs": len(wanted)},
    )
    schedules = {
        str(schedule.id): wanted[schedule.slug]
        for schedule in client.read_deployment_schedules(deployment_id)
        if schedule.slug in wanted
    }
    runs = client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED]))
        ),
    )
    for run in runs:
        entry = schedules.get(str(run.created_by.id)) if run.created_by else None
        if entry is not None and run.name != run_name(entry):
            client.update_flow_run(run.id, name=run_name(entry))


def _told(
    entries: Sequence[CalendarEntry],
    new: Sequence[CalendarEntry],
    changed: Sequence[CalendarEntry],
    gone: Sequence[DeploymentSchedule],
    off: Sequence[CalendarEntry],
    same: int,
    dry_run: bool,
) -> list[str]:
    would = "Sẽ" if dry_run else "Đã"
    lines = [
        f"{would} thêm {len(new)}, sửa {len(changed)}, bỏ {len(gone)} lịch mở kỳ; giữ nguyên {same}.",
        *(f"  + {_line(entry)}" for entry in new),
        *(f"  ~ {_line(entry)}" for entry in changed),
        *(f"  - {schedule.slug}" for schedule in gone),
        *(f"  ‖ {entry.code}: lịch đang được tắt trên giao diện, giữ nguyên như vậy" for entry in off),
    ]
    for entry in entries:
        if entry.answered_by:
            lines.append(f"  · {entry.code}: không mở, báo cáo {entry.answered_by} trả lời thay")
        elif entry.fault:
            lines.append(f"  ! {entry.code}: {entry.fault}")
    return lines


def _line(entry: CalendarEntry) -> str:
    return f"{entry.code}: mở lúc {vn_instant(entry.opens_at)}; {run_name(entry).partition(': ')[2]}"
