"""The calendar of cycles: what opens when, what another report answers, what rests on days off nobody confirmed."""

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from models.rules.policy import regimes_from
from models.rules.reporting_calendar import (
    CalendarEntry,
    last_day_ahead,
    missed_until,
    reporting_calendar,
)
from models.rules.workdays import days_off_from, work_calendar
from models.time import VIETNAM

PROVINCE = Path(__file__).parents[3] / "deployments" / "dien-bien"
DAYS_OFF = days_off_from(yaml.safe_load((PROVINCE / "days-off.yaml").read_text(encoding="utf-8")))
FILE = yaml.safe_load((PROVINCE / "regimes.yaml").read_text(encoding="utf-8"))
for name in ("outline", "report"):  # names of other files: tasks.profile puts their content here
    FILE["defaults"].pop(name, None)
REGIMES = regimes_from(FILE)
TODAY = date(2026, 1, 1)
CALENDAR = work_calendar(DAYS_OFF, range(2025, 2029))


def entries() -> list[CalendarEntry]:
    return reporting_calendar(REGIMES, CALENDAR, DAYS_OFF.confirmed_years, TODAY, last_day_ahead(TODAY))


@pytest.mark.parametrize(
    ("code", "opens", "cut_off", "due", "province_due", "estimated"),
    [
        # Quý I/2026: ten working days before 14/3; 20/3 is a Friday
        ("bcd-quy-2026-Q1", "2026-03-02", "2026-03-14", "2026-03-20", "2026-03-25", False),
        # 20/6/2026 is a Saturday: agencies a day earlier
        ("bcd-6-thang-2026-H1", "2026-06-01", "2026-06-14", "2026-06-19", "2026-06-25", False),
        # ten working days before 14/9/2026: 31/8 is swapped, 1/9 and 2/9 are the national day
        ("bcd-quy-2026-Q3", "2026-08-26", "2026-09-14", "2026-09-18", "2026-09-25", False),
        ("bcd-nam-2026", "2026-11-30", "2026-12-14", "2026-12-18", "2026-12-25", False),
        # the official days off of 2027 are not confirmed yet; 25/12/2027 is a Saturday: the province later
        ("bcd-quy-2027-Q1", "2027-03-01", "2027-03-14", "2027-03-19", "2027-03-25", True),
        ("bcd-nam-2027", "2027-11-30", "2027-12-14", "2027-12-20", "2027-12-27", True),
    ],
)
def test_days_of_what_opens(
    code: str, opens: str, cut_off: str, due: str, province_due: str, estimated: bool
) -> None:
    entry = next(entry for entry in entries() if entry.code == code)
    assert entry.opens
    assert entry.dates is not None
    days = (entry.opens_on, entry.dates.cut_off, entry.dates.due, entry.dates.province_due)
    assert [day.isoformat() for day in days] == [opens, cut_off, due, province_due]
    assert entry.estimated is estimated
    assert entry.opens_at.astimezone(VIETNAM).isoformat() == f"{opens}T05:45:00+07:00"


def test_a_period_that_another_report_answers_opens_nothing_and_is_still_told() -> None:
    told = {entry.code: (entry.opens, entry.answered_by) for entry in entries()}
    assert told["bcd-quy-2026-Q2"] == (False, "bcd-6-thang")
    assert told["bcd-quy-2026-Q4"] == (False, "bcd-nam")
    assert told["bcd-6-thang-2027-H2"] == (False, "bcd-nam")
    opened = [code for code, (opens, _) in told.items() if opens]
    assert opened == [
        "bcd-quy-2026-Q1",
        "bcd-6-thang-2026-H1",
        "bcd-quy-2026-Q3",
        "bcd-nam-2026",
        "bcd-quy-2027-Q1",
        "bcd-6-thang-2027-H1",
        "bcd-quy-2027-Q3",
        "bcd-nam-2027",
    ]


def test_a_preset_that_is_not_in_use_is_not_in_the_calendar() -> None:
    assert not any(entry.regime.code == "bcd-nam-duong-lich" for entry in entries())


def test_days_that_contradict_each_other_are_told_and_open_nothing() -> None:
    quarterly = next(regime for regime in REGIMES if regime.code == "bcd-quy")
    late = quarterly.model_copy(
        update={"province_due": quarterly.province_due.model_copy(update={"day": 16})}
    )
    entry = reporting_calendar([late], CALENDAR, [2026], TODAY, date(2026, 6, 30))[0]
    assert not entry.opens
    assert "sau hạn tỉnh phải gửi" in entry.fault


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 3, 2, 0, 10, tzinfo=VIETNAM), date(2026, 3, 1)),
        (datetime(2026, 3, 2, 5, 44, tzinfo=VIETNAM), date(2026, 3, 1)),
        (datetime(2026, 3, 2, 5, 45, tzinfo=VIETNAM), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 23, 59, tzinfo=VIETNAM), date(2026, 3, 2)),
    ],
)
def test_an_opening_is_missed_only_after_its_hour(now: datetime, until: date) -> None:
    assert missed_until(now) == until
