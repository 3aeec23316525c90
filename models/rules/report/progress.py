"""An indicator against its target and its last period: met, on the way, behind, no data, or not to be told."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from models.codes import Comparator
from models.rules.completion import has_figure, meets_target
from models.rules.cycle_view import IndicatorView
from models.rules.numbers import read_number

MET = "Đạt"
ON_THE_WAY = "Có chuyển biến"
BEHIND = "Chưa chuyển biến"
UNSURE = "Chưa đủ căn cứ"
NO_DATA = "Chưa có số liệu"
STANDINGS = (MET, ON_THE_WAY, BEHIND, UNSURE, NO_DATA)


@dataclass(frozen=True)
class LastFigure:
    """What was last reported of an indicator before this cycle, in which cycle."""

    raw: str
    value: Decimal | None
    cycle_name: str


@dataclass(frozen=True)
class Progress:
    """Where one indicator stands. `last` is None where no earlier cycle reported it."""

    indicator: IndicatorView
    standing: str
    last: LastFigure | None


def progress(indicators: Iterable[IndicatorView], last: Mapping[str, LastFigure]) -> list[Progress]:
    """Each indicator with its standing; `last` by row key."""
    return [Progress(one, _standing(one, last.get(one.row_key)), last.get(one.row_key)) for one in indicators]


def counted(found: Iterable[Progress]) -> dict[str, int]:
    """How many have each standing, zeros included."""
    counts = Counter(one.standing for one in found)
    return {standing: counts[standing] for standing in STANDINGS}


def _standing(one: IndicatorView, last: LastFigure | None) -> str:
    """On the way: nearer to the target than last time; without a last time, than the baseline of the register.

    Without a comparator the register does not say in which direction the target is to be reached: nearer is nearer.
    """
    if not has_figure(one):
        return NO_DATA
    met = meets_target(one)
    if met:
        return MET
    then = last.value if last is not None and last.value is not None else read_number(one.baseline_raw).value
    if one.reported_value is None or one.target_value is None or then is None:
        return UNSURE
    if met is None and _beyond(then, one.target_value, one.reported_value):
        return UNSURE
    match one.target_comparator:
        case Comparator.GE | Comparator.GT:
            nearer = one.reported_value > then
        case Comparator.LE | Comparator.LT:
            nearer = one.reported_value < then
        case _:
            nearer = abs(one.target_value - one.reported_value) < abs(one.target_value - then)
    return ON_THE_WAY if nearer else BEHIND


def _beyond(then: Decimal, target: Decimal, now: Decimal) -> bool:
    """Past a bare target, seen from where it started: it may be met, but the register does not say so."""
    return (now - target) * (target - then) > 0
