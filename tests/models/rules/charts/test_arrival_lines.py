"""Reports over time: the lines end at the rates of the same day."""

from dataclasses import replace
from datetime import date, datetime

from models.codes import RequestState
from models.rules.charts.arrival_lines import arrival_lines
from models.rules.completion import cycle_rates
from models.rules.cycle_view import CycleView, RequestView
from models.time import at_hour

DUE, SEEN = date(2026, 3, 20), date(2026, 3, 24)
R = RequestState


def request(
    code: str, state: RequestState, arrived: date | None = None, **how: datetime | None
) -> RequestView:
    at = at_hour(arrived, 9) if arrived else None
    made = RequestView(
        agency_code=code,
        state=state,
        due=DUE,
        sent_at=at_hour(date(2026, 3, 16), 8),
        first_received_at=at,
        complete_at=at if state is R.COMPLETE else None,
        nothing_reason="",
        exempt_reason="",
        versions=1,
    )
    return replace(made, **how)  # type: ignore[arg-type]


def view(*requests: RequestView) -> CycleView:
    return CycleView("K", "Kỳ", SEEN, SEEN, SEEN, DUE, DUE, (), (), (), (), requests)


def test_each_day_counts_what_had_come_by_its_end() -> None:
    lines = arrival_lines(
        view(
            request("A", R.COMPLETE, date(2026, 3, 18)),
            request("B", R.INCOMPLETE, date(2026, 3, 19)),
            request("C", R.RECORDED, recorded_at=at_hour(date(2026, 3, 23), 10)),
            request("D", R.SENT),
            request("E", R.EXEMPT, date(2026, 3, 17)),
        ),
        SEEN,
    )
    assert lines is not None
    assert (lines.days[0], lines.days[-1], lines.expected) == (date(2026, 3, 16), SEEN, 4)
    assert lines.received == (0, 0, 1, 2, 2, 2, 2, 3, 3)
    assert lines.complete == (0, 0, 1, 1, 1, 1, 1, 1, 1)


def test_the_lines_end_at_the_rates() -> None:
    cycle = view(
        request("A", R.COMPLETE, date(2026, 3, 18)), request("B", R.INCOMPLETE, SEEN), request("D", R.SENT)
    )
    lines, rates = arrival_lines(cycle, SEEN), cycle_rates(cycle, SEEN)
    assert lines is not None
    assert (lines.received[-1], lines.complete[-1], lines.expected) == (
        rates.received,
        rates.complete,
        rates.expected,
    )


def test_mended_later_counts_as_received_first_and_complete_when_it_was() -> None:
    mended = request("A", R.COMPLETE, date(2026, 3, 18), complete_at=at_hour(date(2026, 3, 20), 9))
    lines = arrival_lines(view(mended), SEEN)
    assert lines is not None
    assert lines.received == (0, 0, 1, 1, 1, 1, 1, 1, 1)
    assert lines.complete == (0, 0, 0, 0, 1, 1, 1, 1, 1)


def test_nobody_expected_no_lines() -> None:
    assert arrival_lines(view(request("A", R.EXEMPT)), SEEN) is None


def test_a_long_cycle_shows_its_last_year() -> None:
    lines = arrival_lines(view(request("A", R.SENT)), date(2028, 3, 24))
    assert lines is not None
    assert len(lines.days) == 367
