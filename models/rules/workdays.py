"""Which days an office works: the public holidays of Viet Nam, corrected by the file the secretariat edits.

The `holidays` package is right on Tết and on most swapped days, but knows a swap only when its authors have
read of it (it misses 02/01/2026), and its later years are estimates until the official notice: the file wins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Annotated, Any

import holidays
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.codes import Roll
from models.rules.deadlines import read_day
from models.rules.files.file_faults import read_as
from models.time import vn_date

ONE_DAY = timedelta(days=1)
WEEKEND = {5: "Thứ Bảy", 6: "Chủ nhật"}
CULTURAL_DAY = "Ngày Văn hóa Việt Nam"  # as the holidays package names 24/11 and its day in lieu
DECEMBER = 12


def _named_days(value: object) -> object:
    """Days may be written as people write them (02/01/2026) or as YAML does (2026-01-02)."""
    if value is None:  # a heading left empty in the file
        return {}
    if not isinstance(value, Mapping):
        return value
    days: dict[date, str] = {}
    for written, name in value.items():
        day = written if isinstance(written, date) else read_day(str(written))
        if day is None:
            raise ValueError(f"“{written}” không phải là một ngày, ví dụ viết đúng: 02/01/2026")
        if day in days:
            raise ValueError(f"ngày {vn_date(day)} ghi hai lần")
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"ngày {vn_date(day)} chưa ghi lý do")
        days[day] = name
    return days


def _empty_list(value: object) -> object:
    return [] if value is None else value


NamedDays = Annotated[dict[date, str], BeforeValidator(_named_days)]


class DaysOffFile(BaseModel):
    """The override file: days off and make-up working days with their names, which go before the package's.

    `confirmed_years` are the years whose official notice has been compared with the calendar.
    `cultural_day_24_11` says whether 24/11 is a day off (Politburo resolution 80-NQ/TW, from 2026).
    (A field named `off` could not be written in YAML, which reads that word as false.)
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    confirmed_years: Annotated[list[int], BeforeValidator(_empty_list)]
    cultural_day_24_11: bool
    days_off: NamedDays = Field(default_factory=dict)
    working_days: NamedDays = Field(default_factory=dict)

    @model_validator(mode="after")
    def _no_day_is_both(self) -> "DaysOffFile":
        both = sorted(self.days_off.keys() & self.working_days.keys())
        if both:
            raise ValueError(
                f"ngày {vn_date(both[0])} vừa ghi ở days_off (nghỉ) vừa ghi ở working_days (làm việc)"
            )
        return self


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Working days of certain years. A day of any other year is refused, never guessed.

    Each is itself alone, so that what was counted by it can be remembered (step_plan)."""

    off: Mapping[date, str]
    working: frozenset[date]
    years: frozenset[int]

    def knows(self, day: date) -> bool:
        """Whether the day is in a year of the calendar."""
        return day.year in self.years

    def name_of(self, day: date) -> str:
        """Why a day is off ("Tết Nguyên Đán", "Chủ nhật"); "" when it is a working day."""
        if not self.knows(day):
            raise ValueError(f"Lịch làm việc chưa có năm {day.year}, không tính được ngày {vn_date(day)}.")
        if day in self.working:
            return ""
        return self.off.get(day) or WEEKEND.get(day.weekday(), "")

    def is_day_off(self, day: date) -> bool:
        return self.name_of(day) != ""

    def roll(self, day: date, roll: Roll) -> date:
        """The day itself when it is worked, else the nearest working day on the side that `roll` says.

        LATER is Bộ luật Dân sự 2015, Điều 148; NONE keeps a day off as it is written.
        """
        if roll is Roll.NONE:
            return day
        step = ONE_DAY if roll is Roll.LATER else -ONE_DAY
        while self.is_day_off(day):
            day += step
        return day

    def add(self, day: date, n: int) -> date:
        """The n-th working day strictly after `day`; before it when n < 0; `day` itself when n = 0."""
        step = ONE_DAY if n > 0 else -ONE_DAY
        left = abs(n)
        while left:
            day += step
            if not self.is_day_off(day):
                left -= 1
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days an office has after the day `start` until the end (24:00) of the day `end`.

        So `end` counts and `start` does not; 0 when `end` is not after `start`.
        """
        days = (start + timedelta(days=i) for i in range(1, (end - start).days + 1))
        return sum(not self.is_day_off(day) for day in days)


def days_off_from(data: object) -> DaysOffFile:
    """The override file as loaded from YAML; ValueError in Vietnamese, one sentence a line."""
    return read_as(DaysOffFile, data, "Tệp ngày nghỉ")


def work_calendar(file: DaysOffFile, years: Iterable[int]) -> WorkCalendar:
    """The calendar of these years: the file first, then the holidays package, then weekends.

    The package names the Saturday that makes up for each swapped day it knows; that Saturday is worked, too.
    """
    known = frozenset(years)
    package: Any = holidays.country_holidays("VN", years=known, language="vi")
    off = {day: name for day, name in package.items() if day.year in known}
    if not file.cultural_day_24_11:
        off = {day: name for day, name in off.items() if not name.startswith(CULTURAL_DAY)}
    working = (set(package.weekend_workdays) - file.days_off.keys()) | file.working_days.keys()
    return WorkCalendar(
        off=MappingProxyType({**off, **file.days_off}), working=frozenset(working), years=known
    )


def unconfirmed_year(file: DaysOffFile, day: date) -> int | None:
    """The year whose official days off must now be compared and confirmed in the file; None when all is well.

    Asked of next year from 1 December, and still of the current year as long as nobody has confirmed it.
    """
    if day.year not in file.confirmed_years:
        return day.year
    if day.month == DECEMBER and day.year + 1 not in file.confirmed_years:
        return day.year + 1
    return None
