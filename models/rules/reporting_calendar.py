"""The reporting calendar: which cycles of which regime open when, and all their days, as far ahead as one likes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from models.rules.periods import Period
from models.rules.policy import CycleDates, Regime, cycle_dates, openings, replaced_by
from models.rules.workdays import WorkCalendar
from models.time import VIETNAM, at_hour, local_day

OPENS_AT = time(5, 45)
"""The local hour at which the schedule opens a draft. What it missed, the sweep opens from then on."""


@dataclass(frozen=True)
class CalendarEntry:
    """One period of one regime.

    `opens_on` is the day its draft opens. `dates` is None, and `fault` says why, when its days contradict each other.
    `answered_by`: the regime whose report answers this one, so that no cycle opens; "" when it does. `estimated`:
    a day lies in a year whose official days off nobody has confirmed yet.
    """

    regime: Regime
    period: Period
    opens_on: date
    dates: CycleDates | None
    fault: str = ""
    answered_by: str = ""
    estimated: bool = False

    @property
    def opens(self) -> bool:
        """Whether a cycle opens for it."""
        return self.dates is not None and not self.answered_by

    @property
    def opens_at(self) -> datetime:
        """The instant (UTC) at which its draft opens."""
        return opening_instant(self.opens_on)

    @property
    def code(self) -> str:
        """The code of its cycle: bcd-quy-2026-Q1."""
        return f"{self.regime.code}-{self.period.code}"


def opening_instant(day: date) -> datetime:
    """The instant (UTC) at which what opens on a day opens."""
    return at_hour(day, OPENS_AT.hour, OPENS_AT.minute)


def missed_until(now: datetime) -> date:
    """The last day whose openings are missed when they have not happened by now: today's only after their hour."""
    today = local_day(now)
    opened = now.astimezone(VIETNAM).time() >= OPENS_AT
    return today if opened else date.fromordinal(today.toordinal() - 1)


def last_day_ahead(today: date) -> date:
    """How far the calendar goes: to the end of next year."""
    return date(today.year + 1, 12, 31)


def reporting_calendar(
    regimes: Sequence[Regime],
    calendar: WorkCalendar,
    confirmed_years: Collection[int],
    since: date,
    until: date,
) -> list[CalendarEntry]:
    """Every period of the active regimes whose draft opens, or would open, from `since` to `until`, by that day.

    The working calendar must know the year before `since` and the one after `until`.
    """
    entries = [
        _entry(regimes, regime, period, opens_on, calendar, confirmed_years)
        for regime in regimes
        if regime.active
        for opens_on, period in openings(regime, calendar, since, until)
    ]
    return sorted(entries, key=lambda entry: (entry.opens_on, entry.period.last_day, entry.regime.code))


def _entry(
    regimes: Sequence[Regime],
    regime: Regime,
    period: Period,
    opens_on: date,
    calendar: WorkCalendar,
    confirmed_years: Collection[int],
) -> CalendarEntry:
    fault = ""
    dates: CycleDates | None = None
    try:
        dates = cycle_dates(regime, period, calendar)
    except ValueError as wrong:
        fault = str(wrong)
    days = (opens_on, dates.cut_off, dates.due, dates.province_due) if dates else (opens_on,)
    return CalendarEntry(
        regime=regime,
        period=period,
        opens_on=opens_on,
        dates=dates,
        fault=fault,
        answered_by=replaced_by(regimes, regime.code, period) or "",
        estimated=any(day.year not in confirmed_years for day in days),
    )
