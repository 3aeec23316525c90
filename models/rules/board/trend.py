"""The cycles of one regime beside each other, oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.codes import Basis
from models.rules.board.glance import Glance
from models.rules.completion import Ratio
from models.rules.periods import parse_period

CYCLES = 12
"""How many cycles a trend goes back."""


@dataclass(frozen=True)
class TrendPoint:
    """One cycle's headline figures. `name` is the period's: Quý I/2026."""

    code: str
    name: str
    as_of: date
    reporting: Ratio
    timeliness: Ratio
    completed: Mapping[Basis, Ratio]
    on_schedule: Mapping[Basis, Ratio]


def trend_point(told: Glance, period: str) -> TrendPoint:
    """The point of a cycle."""
    return TrendPoint(
        code=told.view.code,
        name=period_name(period),
        as_of=told.day,
        reporting=told.rates.reporting,
        timeliness=told.rates.timeliness,
        completed={basis: told.on(basis).overall.completed for basis in Basis},
        on_schedule={basis: told.on(basis).overall.on_schedule for basis in Basis},
    )


def period_name(period: str) -> str:
    """2026-Q1 as people say it; an ad-hoc code as it is."""
    try:
        return parse_period(period).name
    except ValueError:
        return period
