"""Instants and days. Everything is kept in UTC; everything is decided and shown in Viet Nam's time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def local_day(instant: datetime) -> date:
    """The day in Viet Nam at an aware instant."""
    return instant.astimezone(VIETNAM).date()


def start_of(day: date) -> datetime:
    """The instant (UTC) at which a Vietnamese day begins."""
    return datetime.combine(day, time(0), VIETNAM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The instant (UTC) at which a Vietnamese day has ended: 24:00, so `arrived < end_of(due)` is on time."""
    return start_of(day + timedelta(days=1))


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant (UTC) of a local hour on a local day."""
    return datetime.combine(day, time(hour, minute), VIETNAM).astimezone(UTC)


def vn_date(day: date) -> str:
    """A day as officials write it: 05/3/2026 (days below ten and months 1-2 carry a zero, NĐ 30/2020)."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def vn_date_long(day: date) -> str:
    """A day in a letter's heading: ngày 05 tháng 3 năm 2026."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def vn_instant(instant: datetime) -> str:
    """An instant as a person reads it: 17:05 ngày 05/3/2026."""
    local = instant.astimezone(VIETNAM)
    return f"{local:%H:%M} ngày {vn_date(local.date())}"
