"""Two periods: every assignment in exactly one move, nothing withheld, nothing of two bases mixed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from small_cycle import AS_OF, SEEN, VIEW, said, task

from models.codes import AssignmentClass, ReportStatus
from models.rules.cycle_view import AssignmentView, ConfirmedWord, CycleView
from models.rules.report_compare.compare import Move, compare, move_of

C = AssignmentClass
S = ReportStatus
BEFORE = date(2025, 12, 14)


@pytest.mark.parametrize(
    ("then", "now", "move"),
    [
        (C.IN_PROGRESS, C.DONE_ON_TIME, Move.FINISHED),
        (C.BEHIND, C.DONE_LATE, Move.FINISHED),
        (C.NO_REPORT, C.IN_PROGRESS, Move.ONWARD),
        (C.BEHIND, C.IN_PROGRESS, Move.ONWARD),
        (C.RECURRING_OFF, C.RECURRING_ON, Move.ONWARD),
        (C.DONE_ON_TIME, C.IN_PROGRESS, Move.REOPENED),
        (C.DONE_ON_TIME, C.NO_REPORT, Move.REOPENED),
        (C.IN_PROGRESS, C.BEHIND, Move.SLID),
        (C.RECURRING_ON, C.NO_REPORT, Move.SLID),
        (C.PROPOSED_OUT, C.IN_PROGRESS, Move.SLID),
        (C.NOT_STARTED, C.PROPOSED_OUT, Move.OUT),
        (C.DONE_ON_TIME, C.DONE_LATE, Move.SAME),
        (C.IN_PROGRESS, C.IN_PROGRESS, Move.SAME),
        (None, C.IN_PROGRESS, Move.NEW),
        (C.IN_PROGRESS, None, Move.GONE),
    ],
)
def test_what_two_classes_say(then: AssignmentClass | None, now: AssignmentClass | None, move: Move) -> None:
    assert move_of(then, now) is move


@pytest.mark.parametrize("then", [None, *C])
@pytest.mark.parametrize("now", [None, *C])
def test_any_two_classes_are_one_move(then: AssignmentClass | None, now: AssignmentClass | None) -> None:
    assert move_of(then, now) in Move


def earlier(*assignments: AssignmentView) -> CycleView:
    return replace(
        VIEW, code="bcd-quy-2025-Q4", name="Báo cáo Quý IV/2025", as_of=BEFORE, assignments=assignments
    )


def now(*assignments: AssignmentView) -> CycleView:
    return replace(VIEW, assignments=assignments)


def test_every_assignment_of_either_period_is_in_one_move() -> None:
    then = earlier(
        task("1", date(2026, 3, 31), said("SKHCN", S.IN_PROGRESS)),
        task("2", date(2026, 6, 30), said("SKHCN", S.COMPLETE, completed_on=BEFORE)),
        task("3", None, said("SKHCN", S.ON_SCHEDULE)),
    )
    found = compare(
        then,
        now(
            task("1", date(2026, 3, 31), said("SKHCN", S.COMPLETE, completed_on=AS_OF)),
            task("2", date(2026, 9, 30), said("SKHCN", S.IN_PROGRESS)),
            task("4", None, said("SKHCN", None)),
        ),
        BEFORE,
        SEEN,
    )
    assert {move.name: [one.assignment.key for one in of] for move, of in found.by_move.items() if of} == {
        "FINISHED": ["I.1"],
        "REOPENED": ["I.2"],
        "NEW": ["I.4"],
        "GONE": ["I.3"],
    }
    assert sum(len(of) for of in found.by_move.values()) == len(found.assignments) == 4
    assert [(one.due_then, one.due_now) for one in found.postponed] == [
        (date(2026, 6, 30), date(2026, 9, 30))
    ]


def test_what_either_period_withholds_is_in_no_move() -> None:
    shown = task("1", AS_OF, said("SKHCN", S.IN_PROGRESS))
    withheld = replace(shown, withheld=True)
    assert compare(earlier(shown), now(withheld), BEFORE, SEEN).assignments == ()
    assert compare(earlier(withheld), now(shown), BEFORE, SEEN).assignments == ()


def test_figures_then_and_now() -> None:
    one = VIEW.indicators[0]
    then = replace(VIEW, indicators=(replace(one, reported_raw="1,08", reported_value=Decimal("1.08")),))
    (move,) = compare(then, VIEW, BEFORE, SEEN).indicators
    assert (move.then_raw, move.now_raw, move.change) == ("1,08", "2,5", Decimal("1.42"))
    silent = replace(VIEW, indicators=(replace(one, reported_raw="chưa có số liệu", reported_value=None),))
    (move,) = compare(silent, VIEW, BEFORE, SEEN).indicators
    assert (move.then_raw, move.change) == ("", None)


def test_confirmed_figures_are_there_only_where_something_is_confirmed() -> None:
    word = ConfirmedWord(S.IN_PROGRESS)
    confirmed = now(
        task("1", date(2026, 3, 31), said("SKHCN", S.COMPLETE, completed_on=AS_OF, confirmed=word))
    )
    found = compare(VIEW, confirmed, BEFORE, SEEN)
    assert found.then.confirmed is None
    assert found.now.confirmed is not None
    assert found.now.confirmed.overall.completed.text == "0/1 (0%)"
    assert found.now.result.overall.completed.text == "1/1 (100%)"
