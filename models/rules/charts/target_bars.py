"""Indicators to their targets: the reported value as a share of the target, so that different units stand together."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from models.rules.completion import has_figure, meets_target
from models.rules.cycle_view import CycleView, IndicatorView
from models.rules.report.shortened import shortened

_MOST = 72  # what a reader goes through: four pages in print
_FARTHEST = 36  # of more than that


@dataclass(frozen=True)
class TargetBar:
    """One indicator. `percent` is the value in per cent of the target; `met` None where nobody can say it."""

    number: str
    name: str
    unit: str
    value: str
    target: str
    percent: Decimal
    met: bool | None


@dataclass(frozen=True)
class TargetBars:
    """All indicators that can be drawn, and how many cannot: without a figure, without a target to divide by.

    `of`: how many can be drawn where only those farthest from their targets are, else None.
    """

    bars: tuple[TargetBar, ...]
    without_figure: int
    not_comparable: int
    of: int | None = None

    @property
    def total(self) -> int:
        return (self.of or len(self.bars)) + self.without_figure + self.not_comparable


def target_bars(view: CycleView) -> TargetBars:
    """The indicators of a cycle, in the order of the register."""
    reported = [indicator for indicator in view.indicators if has_figure(indicator)]
    bars = tuple(bar for bar in map(_bar, reported) if bar is not None)
    few = shortened(bars, lambda bar: (bar.met is True, bar.percent), few=_FARTHEST, longest=_MOST)
    return TargetBars(
        tuple(few.lines),
        len(view.indicators) - len(reported),
        len(reported) - len(bars),
        few.of if few.left else None,
    )


def _bar(indicator: IndicatorView) -> TargetBar | None:
    value, target = indicator.reported_value, indicator.target_value
    if value is None or target is None or target <= 0 or value < 0:
        return None
    return TargetBar(
        number=indicator.number,
        name=indicator.name,
        unit=indicator.unit,
        value=indicator.reported_raw,
        target=indicator.target_raw,
        percent=(value * 100 / target).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP),
        met=meets_target(indicator),
    )
