"""Submissions over time against the deadline: how many agencies had reported by the end of each day."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.codes import RequestState
from models.rules.completion import is_expected
from models.rules.cycle_view import CycleView, RequestView
from models.time import local_day

_MOST_DAYS = 366


@dataclass(frozen=True)
class ArrivalLines:
    """`received[i]` and `complete[i]`: agencies that had reported, and reported acceptably, by the end of `days[i]`."""

    days: tuple[date, ...]
    received: tuple[int, ...]
    complete: tuple[int, ...]
    expected: int
    due: date


def arrival_lines(view: CycleView, seen_on: date) -> ArrivalLines | None:
    """The lines of a cycle, from the first day that anything was asked or came to `seen_on`; None when nobody was
    asked. Only who is expected is counted, so that the lines end at the rates of the same day."""
    expected = [request for request in view.requests if is_expected(request)]
    if not expected:
        return None
    received = sorted(local_day(at) for at in map(_received_at, expected) if at is not None)
    complete = sorted(
        local_day(request.complete_at)
        for request in expected
        if request.state is RequestState.COMPLETE and request.complete_at is not None
    )
    asked = [local_day(request.sent_at) for request in expected if request.sent_at is not None]
    first = min([*asked, *received, *complete, seen_on])
    first = max(first, seen_on - timedelta(days=_MOST_DAYS))
    days = tuple(first + timedelta(days=passed) for passed in range((seen_on - first).days + 1))
    return ArrivalLines(
        days=days,
        received=tuple(bisect_right(received, day) for day in days),
        complete=tuple(bisect_right(complete, day) for day in days),
        expected=len(expected),
        due=view.due,
    )


def _received_at(request: RequestView) -> datetime | None:
    """When anything of this agency first came, also by a way of its own."""
    known = [
        at for at in (request.first_received_at, request.recorded_at, request.complete_at) if at is not None
    ]
    return min(known, default=None)
