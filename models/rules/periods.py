"""Reporting periods of the calendar: a quarter, six months, a year; and the days their data cover."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from models.codes import PeriodKind

MONTHS = {PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.YEAR: 12}
PARTS = {
    "Q1": (PeriodKind.QUARTER, 1),
    "Q2": (PeriodKind.QUARTER, 2),
    "Q3": (PeriodKind.QUARTER, 3),
    "Q4": (PeriodKind.QUARTER, 4),
    "H1": (PeriodKind.HALF, 1),
    "H2": (PeriodKind.HALF, 2),
    "year": (PeriodKind.YEAR, 1),
}
_NAMES = {
    "Q1": "Quý I/{year}",
    "Q2": "Quý II/{year}",
    "Q3": "Quý III/{year}",
    "Q4": "Quý IV/{year}",
    "H1": "6 tháng đầu năm {year}",
    "H2": "6 tháng cuối năm {year}",
    "year": "Năm {year}",
}
_PART_OF = {place: part for part, place in PARTS.items()}
_CODE = re.compile(r"(20\d\d)(?:-(Q[1-4]|H[12]))?")
ND09_FIRST, ND09_LAST = 15, 14  # NĐ 09/2019/NĐ-CP, Điều 12


@dataclass(frozen=True)
class Period:
    """One period; `index` counts from 1 within its year. An ad-hoc review is none: its letter dates it."""

    kind: PeriodKind
    year: int
    index: int = 1

    def __post_init__(self) -> None:
        if (self.kind, self.index) not in _PART_OF:
            raise ValueError(f"Không có kỳ thứ {self.index} loại “{self.kind.label}” trong lịch của một năm.")

    @property
    def part(self) -> str:
        """Which part of a year it is, whatever the year: Q1 to Q4, H1, H2, year."""
        return _PART_OF[self.kind, self.index]

    @property
    def code(self) -> str:
        """What people type: 2026-Q1, 2026-H1, 2026."""
        return f"{self.year}" if self.kind is PeriodKind.YEAR else f"{self.year}-{self.part}"

    @property
    def name(self) -> str:
        return _NAMES[self.part].format(year=self.year)

    @property
    def first_day(self) -> date:
        return date(self.year, last_month(self.part) - MONTHS[self.kind] + 1, 1)

    @property
    def last_day(self) -> date:
        month = last_month(self.part)
        return date(self.year, month, monthrange(self.year, month)[1])


def last_month(part: str) -> int:
    """The month (1 to 12) in which a part of a year ends."""
    kind, index = PARTS[part]
    return index * MONTHS[kind]


def parse_period(text: str) -> Period:
    """The period behind a code (2026-Q1, 2026-H1, 2026); ValueError in Vietnamese when there is none."""
    match = _CODE.fullmatch(text.strip().upper())
    if match is None:
        raise ValueError(f"“{text}” không phải là mã kỳ báo cáo, ví dụ viết đúng: 2026-Q1, 2026-H1, 2026.")
    kind, index = PARTS[match[2] or "year"]
    return Period(kind, int(match[1]), index)


def nd09_window(period: Period) -> tuple[date, date]:
    """First and last day of a period's data by NĐ 09/2019/NĐ-CP, Điều 12; the last one is the cut-off.

    From the 15th of the month before the period to the 14th of the period's last month.
    """
    month_before = period.first_day - timedelta(days=1)
    return month_before.replace(day=ND09_FIRST), period.last_day.replace(day=ND09_LAST)


def calendar_window(period: Period) -> tuple[date, date]:
    """First and last day of a period that is counted by the calendar."""
    return period.first_day, period.last_day


def next_periods(kinds: Iterable[PeriodKind], after: date, until: date) -> list[Period]:
    """Periods of these kinds whose last day is after `after` and not after `until`, in order of that day.

    Of periods that end together the shorter comes first.
    """
    wanted = set(kinds)
    periods = [
        Period(kind, year, index)
        for year in range(after.year, until.year + 1)
        for kind, index in PARTS.values()
        if kind in wanted
    ]
    ending = [period for period in periods if after < period.last_day <= until]
    return sorted(ending, key=lambda period: (period.last_day, MONTHS[period.kind]))
