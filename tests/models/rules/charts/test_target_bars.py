"""Indicators to target: the share, the verdict, and what cannot be drawn is counted, not dropped."""

from datetime import date
from decimal import Decimal

import pytest

from models.codes import Comparator
from models.rules.charts.target_bars import target_bars
from models.rules.cycle_view import CycleView, IndicatorView

DAY = date(2026, 3, 14)


def indicator(
    raw: str, value: str | None, comparator: Comparator | None = Comparator.GE, target: str | None = "4"
) -> IndicatorView:
    return IndicatorView(
        row_key="K/I.1",
        register_code="K",
        key="I.1",
        section="I",
        section_name="Hạ tầng",
        number="1",
        name="Số doanh nghiệp",
        unit="doanh nghiệp",
        baseline_raw="",
        target_raw=target or "",
        target_comparator=comparator,
        target_value=Decimal(target) if target else None,
        note="",
        owner_code=None,
        owner_provisional=False,
        reported_raw=raw,
        reported_value=Decimal(value) if value else None,
        reported_as_of=None,
        source="",
    )


def view(*indicators: IndicatorView) -> CycleView:
    return CycleView("K", "Kỳ", DAY, DAY, DAY, DAY, DAY, (), (), (), indicators, ())


@pytest.mark.parametrize(
    ("value", "comparator", "percent", "met"),
    [
        ("3", Comparator.GE, "75.0", False),
        ("5", Comparator.GE, "125.0", True),
        ("4", Comparator.GT, "100.0", False),
        ("3", Comparator.LE, "75.0", True),
        ("3", None, "75.0", None),
        ("1", Comparator.GE, "25.0", False),
    ],
)
def test_a_bar(value: str, comparator: Comparator | None, percent: str, met: bool | None) -> None:
    (bar,) = target_bars(view(indicator(value, value, comparator))).bars
    assert (bar.percent, bar.met) == (Decimal(percent), met)


def test_what_cannot_be_drawn_is_counted() -> None:
    found = target_bars(
        view(
            indicator("2", "2"),
            indicator("", None),
            indicator("chưa có số liệu", None),
            indicator("50 (5G)", None),
            indicator("3", "3", target=None),
            indicator("3", "3", target="0"),
        )
    )
    assert (len(found.bars), found.without_figure, found.not_comparable, found.total) == (1, 2, 3, 6)
