"""A calendar file (.ics, RFC 5545) of all-day events, as Outlook, Google Calendar and telephones subscribe to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
"""Octets of one line before it is folded (RFC 5545, 3.1); no letter is cut in two."""
MEDIA_TYPE = "text/calendar; charset=utf-8"
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Event:
    """One all-day event. `uid` is the same however often the file is made: a calendar program recognises it by that.

    `tentative`: the day may still move. `alarm_hours`: an alarm so many hours before the day begins; 0: none.
    """

    uid: str
    day: date
    title: str
    description: str = ""
    tentative: bool = False
    alarm_hours: int = 0


def calendar_file(name: str, events: Iterable[Event], made: datetime) -> bytes:
    """The file. `made` is an aware instant; the same events made at the same instant give the same bytes."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//dondoc//lich bao cao//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "X-WR-TIMEZONE:Asia/Ho_Chi_Minh",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "X-PUBLISHED-TTL:P1D",
        *(line for event in events for line in _event(event, made)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode()


def _event(event: Event, made: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.uid)}"
    yield f"DTSTAMP:{made.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(event.title)}"
    if event.description:
        yield f"DESCRIPTION:{_text(event.description)}"
    yield f"STATUS:{'TENTATIVE' if event.tentative else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"  # a deadline keeps nobody busy
    if event.alarm_hours:
        yield from (
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            f"DESCRIPTION:{_text(event.title)}",
            f"TRIGGER:-PT{event.alarm_hours}H",
            "END:VALARM",
        )
    yield "END:VEVENT"


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most LONGEST_LINE octets; each but the first begins with a space."""
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part += letter
        size += width
    yield part
