"""An indicator against its target and its last period, as a table of cases."""

from dataclasses import replace
from decimal import Decimal

import pytest
from small_cycle import VIEW

from models.codes import Comparator
from models.rules.cycle_view import IndicatorView
from models.rules.report.progress import (
    BEHIND,
    MET,
    NO_DATA,
    ON_THE_WAY,
    UNSURE,
    LastFigure,
    counted,
    progress,
)

GE, GT, LE, LT, EQ = Comparator.GE, Comparator.GT, Comparator.LE, Comparator.LT, Comparator.EQ


def indicator(now: str, comparator: Comparator | None, target: str, baseline: str = "") -> IndicatorView:
    value = Decimal(now.replace(",", ".")) if now and now[0].isdigit() else None
    return replace(
        VIEW.indicators[0],
        baseline_raw=baseline,
        target_comparator=comparator,
        target_value=Decimal(target) if target else None,
        reported_raw=now,
        reported_value=value,
    )


@pytest.mark.parametrize(
    ("now", "comparator", "target", "last", "baseline", "standing"),
    [
        ("80", GE, "80", "70", "", MET),
        ("75", GE, "80", "70", "", ON_THE_WAY),
        ("70", GE, "80", "70", "", BEHIND),
        ("65", GT, "80", "70", "", BEHIND),
        ("75", GE, "80", "", "60", ON_THE_WAY),
        ("75", GE, "80", "", "≥ 76", BEHIND),
        ("75", GE, "80", "", "", UNSURE),
        ("6", LE, "4", "8", "", ON_THE_WAY),
        ("8", LT, "4", "6", "", BEHIND),
        ("60", None, "60", "50", "", MET),
        ("55", None, "60", "50", "", ON_THE_WAY),
        ("50", None, "60", "55", "", BEHIND),
        ("65", None, "60", "50", "", UNSURE),
        ("65", EQ, "60", "50", "", ON_THE_WAY),
        ("65", GE, "", "50", "", UNSURE),
        ("khoảng 70", GE, "80", "60", "", UNSURE),
        ("", GE, "80", "70", "", NO_DATA),
        ("Chưa có  số liệu", GE, "80", "70", "", NO_DATA),
    ],
)
def test_where_an_indicator_stands(
    now: str, comparator: Comparator | None, target: str, last: str, baseline: str, standing: str
) -> None:
    one = indicator(now, comparator, target, baseline)
    then = {one.row_key: LastFigure(last, Decimal(last), "Quý IV/2025")} if last else {}
    assert [found.standing for found in progress([one], then)] == [standing]


def test_the_standings_add_up() -> None:
    found = progress([indicator("80", GE, "80"), indicator("", GE, "80"), indicator("70", GE, "80")], {})
    assert counted(found) == {MET: 1, ON_THE_WAY: 0, BEHIND: 0, UNSURE: 1, NO_DATA: 1}
