"""Periods and the days their data cover, as tables (NĐ 09/2019/NĐ-CP, Điều 12)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import PeriodKind
from models.rules.periods import (
    PARTS,
    Period,
    calendar_window,
    nd09_window,
    next_periods,
    parse_period,
)

PERIODS = st.builds(
    lambda year, place: Period(place[0], year, place[1]),
    st.integers(2001, 2098),
    st.sampled_from(list(PARTS.values())),
)


@pytest.mark.parametrize(
    ("code", "kind", "index", "name", "part"),
    [
        ("2026-Q1", PeriodKind.QUARTER, 1, "Quý I/2026", "Q1"),
        ("2026-Q2", PeriodKind.QUARTER, 2, "Quý II/2026", "Q2"),
        ("2026-Q3", PeriodKind.QUARTER, 3, "Quý III/2026", "Q3"),
        ("2026-Q4", PeriodKind.QUARTER, 4, "Quý IV/2026", "Q4"),
        ("2026-H1", PeriodKind.HALF, 1, "6 tháng đầu năm 2026", "H1"),
        ("2026-H2", PeriodKind.HALF, 2, "6 tháng cuối năm 2026", "H2"),
        ("2026", PeriodKind.YEAR, 1, "Năm 2026", "year"),
    ],
)
def test_a_period_and_its_names(code: str, kind: PeriodKind, index: int, name: str, part: str) -> None:
    period = parse_period(code)
    assert period == Period(kind, 2026, index)
    assert (period.code, period.name, period.part) == (code, name, part)


@pytest.mark.parametrize("typed", [" 2026-q3 ", "2026-Q3\n"])
def test_a_code_may_be_typed_carelessly(typed: str) -> None:
    assert parse_period(typed) == Period(PeriodKind.QUARTER, 2026, 3)


@pytest.mark.parametrize(
    "typed", ["", "2026-Q5", "2026-Q0", "2026-H3", "26-Q1", "Q1", "2026-", "1926", "2026-Q11"]
)
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises(
        ValueError, match=r"không phải là mã kỳ báo cáo, ví dụ viết đúng: 2026-Q1, 2026-H1, 2026\.$"
    ):
        parse_period(typed)


@pytest.mark.parametrize(
    ("kind", "index"),
    [(PeriodKind.QUARTER, 0), (PeriodKind.QUARTER, 5), (PeriodKind.HALF, 3), (PeriodKind.YEAR, 2)],
)
def test_a_year_has_no_such_period(kind: PeriodKind, index: int) -> None:
    with pytest.raises(
        ValueError, match=f"^Không có kỳ thứ {index} loại “{kind.label}” trong lịch của một năm"
    ):
        Period(kind, 2026, index)


def test_an_ad_hoc_review_is_not_a_period_of_the_calendar() -> None:
    with pytest.raises(ValueError, match="loại “Đột xuất”"):
        Period(PeriodKind.ADHOC, 2026, 1)


@pytest.mark.parametrize(
    ("code", "nd09", "by_calendar"),
    [
        ("2026-Q1", ("2025-12-15", "2026-03-14"), ("2026-01-01", "2026-03-31")),
        ("2026-Q2", ("2026-03-15", "2026-06-14"), ("2026-04-01", "2026-06-30")),
        ("2026-Q3", ("2026-06-15", "2026-09-14"), ("2026-07-01", "2026-09-30")),
        ("2026-Q4", ("2026-09-15", "2026-12-14"), ("2026-10-01", "2026-12-31")),
        ("2026-H1", ("2025-12-15", "2026-06-14"), ("2026-01-01", "2026-06-30")),
        ("2026-H2", ("2026-06-15", "2026-12-14"), ("2026-07-01", "2026-12-31")),
        ("2026", ("2025-12-15", "2026-12-14"), ("2026-01-01", "2026-12-31")),
    ],
)
def test_data_windows(code: str, nd09: tuple[str, str], by_calendar: tuple[str, str]) -> None:
    period = parse_period(code)
    assert nd09_window(period) == tuple(map(date.fromisoformat, nd09))
    assert calendar_window(period) == tuple(map(date.fromisoformat, by_calendar))
    assert calendar_window(period) == (period.first_day, period.last_day)


@given(PERIODS)
def test_a_code_reads_back(period: Period) -> None:
    assert parse_period(period.code) == period


@given(PERIODS)
def test_windows_of_consecutive_periods_abut(period: Period) -> None:
    """No day is in two quarters' data, and none is in no quarter's; so with half-years and years."""
    following = next_periods([period.kind], period.last_day, period.last_day + timedelta(days=366))[0]
    for window in (nd09_window, calendar_window):
        assert window(following)[0] == window(period)[1] + timedelta(days=1)


@given(st.integers(2001, 2098), st.sampled_from([nd09_window, calendar_window]))
def test_quarters_and_half_years_make_up_the_year(year: int, window: object) -> None:
    assert callable(window)
    first, last = window(Period(PeriodKind.YEAR, year))
    for kind, n in ((PeriodKind.QUARTER, 4), (PeriodKind.HALF, 2)):
        assert window(Period(kind, year, 1))[0] == first
        assert window(Period(kind, year, n))[1] == last


@pytest.mark.parametrize(
    ("kinds", "after", "until", "codes"),
    [
        pytest.param(
            [PeriodKind.YEAR, PeriodKind.HALF, PeriodKind.QUARTER],
            date(2025, 12, 31),
            date(2026, 12, 31),
            ["2026-Q1", "2026-Q2", "2026-H1", "2026-Q3", "2026-Q4", "2026-H2", "2026"],
            id="a year of all kinds, the shorter first",
        ),
        pytest.param(
            [PeriodKind.QUARTER], date(2026, 3, 30), date(2026, 3, 31), ["2026-Q1"], id="until counts"
        ),
        pytest.param([PeriodKind.QUARTER], date(2026, 3, 31), date(2026, 6, 29), [], id="after does not"),
        pytest.param(
            [PeriodKind.HALF],
            date(2025, 7, 1),
            date(2027, 6, 30),
            ["2025-H2", "2026-H1", "2026-H2", "2027-H1"],
            id="half-years over three years",
        ),
        pytest.param([PeriodKind.ADHOC], date(2026, 1, 1), date(2027, 1, 1), [], id="ad hoc has no calendar"),
        pytest.param([PeriodKind.YEAR], date(2027, 1, 1), date(2026, 1, 1), [], id="nothing backwards"),
    ],
)
def test_next_periods(kinds: list[PeriodKind], after: date, until: date, codes: list[str]) -> None:
    assert [period.code for period in next_periods(kinds, after, until)] == codes
