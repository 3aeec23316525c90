"""Two periods held against each other: what moved on, what slid, what was reopened, which figures changed.

Both are compared as the agencies declare, each on the day its own figures are true of; an assignment is known by its
row key, an indicator by its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from models.codes import AssignmentClass
from models.rules.completion import (
    Completion,
    CycleRates,
    IndicatorCounts,
    completion_on_both,
    cycle_rates,
    has_figure,
    indicator_counts,
)
from models.rules.cycle_view import AssignmentView, CycleView, IndicatorView
from models.rules.registers.classes import DONE

C = AssignmentClass


class Move(StrEnum):
    """What became of an assignment between two periods, in the order a report tells it."""

    FINISHED = "Hoàn thành trong kỳ"
    ONWARD = "Có chuyển biến"
    REOPENED = "Kỳ trước đã hoàn thành, kỳ này chưa hoàn thành"
    SLID = "Chậm lại, kém hơn kỳ trước"
    OUT = "Đề xuất không thực hiện, phối hợp được chấp thuận"
    NEW = "Mới so với kỳ trước"
    GONE = "Không còn trong kỳ này"
    SAME = "Không thay đổi"


_RANK = {
    C.NO_REPORT: 0,
    C.BEHIND: 1,
    C.RECURRING_OFF: 1,
    C.NOT_STARTED: 2,
    C.IN_PROGRESS: 3,
    C.RECURRING_ON: 3,
    C.DONE_LATE: 4,
    C.DONE_ON_TIME: 4,
}


@dataclass(frozen=True)
class AssignmentMove:
    """One assignment in both periods; a class is None where the period does not have it."""

    assignment: AssignmentView  # of this period; of the earlier one where it is gone
    then: AssignmentClass | None
    now: AssignmentClass | None
    due_then: date | None
    due_now: date | None
    move: Move

    @property
    def postponed(self) -> bool:
        """Whether its deadline lies later than in the earlier period."""
        return None not in (self.then, self.now) and bool(
            self.due_then and self.due_now and self.due_then < self.due_now
        )


@dataclass(frozen=True)
class IndicatorMove:
    """One indicator's figures; `change` is None where one of them cannot be read as a number."""

    indicator: IndicatorView  # of this period
    then_raw: str
    now_raw: str
    change: Decimal | None


@dataclass(frozen=True)
class Period:
    """The headline figures of one of the two."""

    view: CycleView
    result: Completion
    confirmed: Completion | None  # None while nothing is confirmed
    rates: CycleRates
    counts: IndicatorCounts


@dataclass(frozen=True)
class Comparison:
    """The earlier period and this one; every shown assignment of either is in exactly one move."""

    then: Period
    now: Period
    assignments: tuple[AssignmentMove, ...]
    indicators: tuple[IndicatorMove, ...]

    @property
    def by_move(self) -> Mapping[Move, tuple[AssignmentMove, ...]]:
        return {move: tuple(one for one in self.assignments if one.move is move) for move in Move}

    @property
    def postponed(self) -> tuple[AssignmentMove, ...]:
        return tuple(one for one in self.assignments if one.postponed)


def compare(then: CycleView, now: CycleView, seen_then: date, seen_now: date) -> Comparison:
    """`seen_then` and `seen_now`: the days on which the submissions of each are looked at."""
    earlier, later = _period(then, seen_then), _period(now, seen_now)
    return Comparison(earlier, later, _assignments(earlier, later), _indicators(then, now))


def move_of(then: AssignmentClass | None, now: AssignmentClass | None) -> Move:
    """What two classes of one assignment say of it."""
    if then is None or now is None:
        return Move.GONE if now is None else Move.NEW
    if then is now or (then in DONE and now in DONE):
        return Move.SAME
    if now is C.PROPOSED_OUT:
        return Move.OUT
    if now in DONE:
        return Move.FINISHED
    if then in DONE:
        return Move.REOPENED
    if then is C.PROPOSED_OUT or _RANK[now] < _RANK[then]:
        return Move.SLID
    return Move.ONWARD if _RANK[now] > _RANK[then] else Move.SAME


def _period(view: CycleView, seen_on: date) -> Period:
    both = completion_on_both(view, view.as_of)
    return Period(
        view=view,
        result=both.declared,
        confirmed=both.confirmed if both.words.confirmed else None,
        rates=cycle_rates(view, seen_on),
        counts=indicator_counts(view),
    )


def _assignments(then: Period, now: Period) -> tuple[AssignmentMove, ...]:
    """In this period's order, then those that are gone. Whatever either period withholds is left out."""
    withheld = {one.row_key for view in (then.view, now.view) for one in view.assignments if one.withheld}
    earlier = {one.row_key: one for one in then.view.assignments if one.row_key not in withheld}
    later = {one.row_key: one for one in now.view.assignments if one.row_key not in withheld}
    moves = []
    for row_key in [*later, *(key for key in earlier if key not in later)]:
        before, after = earlier.get(row_key), later.get(row_key)
        was, stands = then.result.classes.get(row_key), now.result.classes.get(row_key)
        shown = after or before
        if shown is not None:
            moves.append(
                AssignmentMove(
                    assignment=shown,
                    then=was,
                    now=stands,
                    due_then=before.due if before else None,
                    due_now=after.due if after else None,
                    move=move_of(was, stands),
                )
            )
    return tuple(moves)


def _indicators(then: CycleView, now: CycleView) -> tuple[IndicatorMove, ...]:
    earlier = {one.row_key: one for one in then.indicators}
    return tuple(_indicator(earlier.get(one.row_key), one) for one in now.indicators)


def _indicator(before: IndicatorView | None, after: IndicatorView) -> IndicatorMove:
    was = before.reported_value if before is not None else None
    change = None if was is None or after.reported_value is None else after.reported_value - was
    return IndicatorMove(
        indicator=after,
        then_raw=before.reported_raw if before is not None and has_figure(before) else "",
        now_raw=after.reported_raw if has_figure(after) else "",
        change=change,
    )
