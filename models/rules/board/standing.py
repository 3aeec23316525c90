"""How an indicator stands to its target: met, on the way, behind, or nothing that could be compared.

"Met" is `meets_target`, as in the report. A value that does not meet the target is on the way when it lies nearer to
it than the baseline did, behind when it does not. A target written without a comparator is approached from its
baseline's side; a value beyond it may be good or bad, which a person must say.
"""

from decimal import Decimal

from models.codes import Code, Comparator
from models.rules.board.signs import AMBER, BLUE, GREEN, GREY, RED
from models.rules.completion import has_figure, meets_target
from models.rules.cycle_view import IndicatorView
from models.rules.numbers import read_number


class Standing(Code):
    """Exactly one of these for each indicator."""

    MET = "met", "Đạt mục tiêu"
    ON_WAY = "on_way", "Chưa đạt, có chuyển biến"
    BEHIND = "behind", "Chưa đạt, chưa chuyển biến"
    UNSURE = "unsure", "Chưa đủ căn cứ so sánh"
    NO_DATA = "no_data", "Chưa có số liệu"

    @property
    def sign(self) -> str:
        """A sign that tells them apart without their colours."""
        return {"met": "●", "on_way": "►", "behind": "▲", "unsure": "?", "no_data": "■"}[self]

    @property
    def colour(self) -> str:
        """The colour's name in the style sheet."""
        return {"met": GREEN, "on_way": BLUE, "behind": RED, "unsure": AMBER, "no_data": GREY}[self]


_UP = frozenset({Comparator.GE, Comparator.GT})
_DOWN = frozenset({Comparator.LE, Comparator.LT})


def standing_of(indicator: IndicatorView) -> Standing:
    """Where the reported value stands."""
    if not has_figure(indicator):
        return Standing.NO_DATA
    met = meets_target(indicator)
    if met:
        return Standing.MET
    value, target = indicator.reported_value, indicator.target_value
    baseline = read_number(indicator.baseline_raw).value
    if value is None or target is None or baseline is None:
        return Standing.UNSURE
    if indicator.target_comparator in _UP:
        return Standing.ON_WAY if value > baseline else Standing.BEHIND
    if indicator.target_comparator in _DOWN:
        return Standing.ON_WAY if value < baseline else Standing.BEHIND
    return _between(value, baseline, target)


def _between(value: Decimal, baseline: Decimal, target: Decimal) -> Standing:
    """A bare target, not reached exactly."""
    if baseline == target:
        return Standing.UNSURE
    way = (value - baseline) / (target - baseline)
    if way <= 0:
        return Standing.BEHIND
    return Standing.ON_WAY if way < 1 else Standing.UNSURE
