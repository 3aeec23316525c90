"""Indicators to their targets: the reported value as a share of the target, so that different units stand together."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from models.rules.completion import has_figure, meets_target
from models.rules.cycle_view import CycleView, IndicatorView


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
    """All indicators that can be drawn, and how many cannot: without a figure, without a target to divide by."""

    bars: tuple[TargetBar, ...]
    without_figure: int
    not_comparable: int

    @property
    def total(self) -> int:
        return len(self.bars) + self.without_figure + self.not_comparable


def target_bars(view: CycleView) -> TargetBars:
    """The indicators of a cycle, in the order of the register."""
    reported = [indicator for indicator in view.indicators if has_figure(indicator)]
    bars = tuple(bar for bar in map(_bar, reported) if bar is not None)
    return TargetBars(bars, len(view.indicators) - len(reported), len(reported) - len(bars))


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
