"""Working days and deadlines of the soak's year, worked out apart from the program: the days off that the Government
announced for 2025 and January 2026 are written here, the corrections are read from the folder's days-off.yaml.

Nothing of dondoc is imported: what the program makes of the calendar is held against this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

FIRST_DAY = date(2025, 1, 2)
HOLIDAYS = frozenset(
    {
        date(2025, 1, 1),
        *(date(2025, 1, day) for day in range(27, 32)),  # Tết Ất Tỵ, 25/01-02/02/2025 with its weekends
        date(2025, 4, 7),
        date(2025, 4, 30),
        date(2025, 5, 1),
        date(2025, 9, 1),
        date(2025, 9, 2),
        date(2026, 1, 1),
    }
)
ONE = timedelta(days=1)
DUE_DAY, PROVINCE_DAY, CUT_OFF_DAY = 20, 25, 14


class Days:
    """Which days an office works."""

    def __init__(self, folder: Path) -> None:
        said = yaml.safe_load((folder / "days-off.yaml").read_text(encoding="utf-8"))
        self.off = HOLIDAYS | {_day(text) for text in said["days_off"] or {}}
        self.made_up = {_day(text) for text in said["working_days"] or {}}

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return day in self.made_up or (day.weekday() < 5 and day not in self.off)

    def after(self, day: date, count: int) -> date:
        """So many working days after a day; before it when `count` is negative; the day itself for 0."""
        step = ONE if count > 0 else -ONE
        for _ in range(abs(count)):
            day += step
            while not self.works(day):
                day += step
        return day

    def rolled(self, day: date, step: timedelta) -> date:
        """The day, or the nearest working day in that direction."""
        while not self.works(day):
            day += step
        return day


def _day(text: object) -> date:
    if isinstance(text, date):
        return text
    day, month, year = (int(part) for part in str(text).split("/"))
    return date(year, month, day)


@dataclass(frozen=True)
class Period:
    """One cycle of the year: `month` is its last one, `title` how letters name it."""

    code: str
    title: str
    month: int
    opens: date
    due: date
    province_due: date
    closes: date
    """The last day on which reports are collected."""


_PERIODS = (
    ("bcd-quy-2025-Q1", "Quý I/2025", 3),
    ("bcd-quy-2025-Q2", "Quý II/2025", 6),
    ("bcd-6-thang-2025-H1", "6 tháng đầu năm 2025", 6),
    ("bcd-quy-2025-Q3", "Quý III/2025", 9),
    ("bcd-quy-2025-Q4", "Quý IV/2025", 12),
    ("bcd-6-thang-2025-H2", "6 tháng cuối năm 2025", 12),
    ("bcd-nam-2025", "năm 2025", 12),
)


def periods(days: Days, close_after: int, open_before: int = 10) -> list[Period]:
    """The seven cycles, in the order in which they fall due."""
    return [
        Period(
            code=code,
            title=f"Báo cáo {name} thực hiện",
            month=month,
            opens=days.after(date(2025, month, CUT_OFF_DAY), -open_before),
            due=days.rolled(date(2025, month, DUE_DAY), -ONE),
            province_due=(province := days.rolled(date(2025, month, PROVINCE_DAY), ONE)),
            closes=province + timedelta(days=close_after),
        )
        for code, name, month in _PERIODS
    ]


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    while first <= last:
        yield first
        first += ONE


STEPS = (
    ("truoc-5", -5, "officer"),
    ("truoc-1", -1, "officer"),
    ("sau-1", 1, "officer"),
    ("sau-2-thu-truong", 2, "head"),
)
"""The steps of a cycle that chase an agency: code, working days from the deadline, whom."""
SLIP = ("sau-3-lanh-dao", 3)
DUTY_STEPS = (
    ("nv-truoc-10", -10, "officer"),
    ("nv-truoc-3", -3, "officer"),
    ("nv-sau-1", 1, "officer"),
    ("nv-sau-5", 5, "head"),
)
"""The steps of an assignment's own deadline."""


def duty_due(number: int, every: int) -> date | None:
    """The day on which one assignment of agency `number` falls due within the year; None for most agencies. `every`:
    one agency of so many has one; 0: none."""
    if not every or number % every:
        return None
    turn = number // every
    return date(2025, 3 + turn % 9, 3 + turn * 7 % 24)


def duty_line(number: int, per_agency: int, recurring: int) -> int:
    """The id of that assignment: the agency's first with a date."""
    return (number - 1) * per_agency + recurring + 1
