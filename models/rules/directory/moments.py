"""The hour of a call as people type it: 8:15, 08h15, 14h, with a day behind it or without."""

import re
from datetime import date, datetime

from models.rules.deadlines import read_day
from models.rules.text import clean
from models.time import at_hour

_HOUR = re.compile(r"(\d{1,2})\s*(?:[:hg]\s*(\d{2})?)(?:\s*(?:ngày|,)?\s*(.+))?", re.IGNORECASE)


def read_moment(written: str, today: date) -> datetime | None:
    """The instant (UTC) of "8:15" today or of "08h15 ngày 23/3/2026"; None for what is no hour."""
    found = _HOUR.fullmatch(clean(written))
    if found is None:
        return None
    hour, minute, day = int(found[1]), int(found[2] or 0), today
    if found[3]:
        typed = read_day(found[3])
        if typed is None:
            return None
        day = typed
    return at_hour(day, hour, minute) if hour < 24 and minute < 60 else None
