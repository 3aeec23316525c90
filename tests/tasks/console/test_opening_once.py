"""The schedule and the sweep open the same cycle once, whichever comes first, and both at the same instant."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from models.cycle import Cycle
from models.history import Audit
from models.time import VIETNAM
from tasks.console.calendar_days import calendar_entries
from tasks.office import Office
from tasks.steps import one_after_another, open_step, sweep_step

CODE = "bcd-quy-2026-Q1"


def at(hour: int, minute: int) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


def scheduled(office: Office, now: datetime) -> None:
    """What the run of the calendar's schedule does."""
    entry = next(entry for entry in calendar_entries(office, now.astimezone(VIETNAM).date()) if entry.opens)
    assert entry.code == CODE
    open_step(office, entry.period.code, now, regime_code=entry.regime.code)


def opened(province: Any) -> tuple[list[str], int]:
    acts = [act for act in province.all(Audit) if act.act == "mo-ky"]
    return [cycle.code for cycle in province.all(Cycle)], len(acts)


def test_the_sweep_leaves_today_to_the_schedule_until_its_hour(imported_both: Any) -> None:
    office = imported_both.office
    sweep_step(office, at(0, 0), one_after_another)
    sweep_step(office, at(5, 30), one_after_another)
    assert opened(imported_both) == ([], 0)
    scheduled(office, at(5, 45))
    sweep_step(office, at(6, 0), one_after_another)
    assert opened(imported_both) == ([CODE], 1)


@pytest.mark.parametrize("late", [at(6, 0), at(14, 30)])
def test_the_sweep_opens_what_the_schedule_missed_and_a_late_run_opens_nothing_more(
    imported_both: Any, late: datetime
) -> None:
    sweep_step(imported_both.office, at(6, 0), one_after_another)
    assert opened(imported_both) == ([CODE], 1)
    scheduled(imported_both.office, late)
    assert opened(imported_both) == ([CODE], 1)


def test_both_at_once_open_one(imported_both: Any) -> None:
    offices = []
    for _ in range(2):
        office = Office(settings=imported_both.office.settings, store=imported_both.open_again())
        office.__dict__["profile"] = imported_both.office.profile
        offices.append(office)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(scheduled, offices[0], at(6, 0))
        second = pool.submit(sweep_step, offices[1], at(6, 0), one_after_another)
        first.result()
        second.result()
    assert opened(imported_both) == ([CODE], 1)
