"""What is to be done next: the tasks that are overdue, and those that fall due by the end of the next period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.codes import AssignmentClass, DeadlineKind
from models.rules.cycle_view import AssignmentView
from models.rules.registers.classes import DONE, classify, deadline_kind
from models.rules.registers.same_task import once

_OVER = DONE | {AssignmentClass.PROPOSED_OUT}


@dataclass(frozen=True)
class Coming:
    """`due`: by their deadlines, the overdue first; `recurring` go on; `undated` wait for a date. `later` are due
    after the next period, and are only counted."""

    due: tuple[AssignmentView, ...]
    recurring: tuple[AssignmentView, ...]
    undated: tuple[AssignmentView, ...]
    later: int


def coming(assignments: Iterable[AssignmentView], day: date, until: date) -> Coming:
    """The tasks that are open on a day, each once; withheld ones are left out."""
    open_ones = [
        one for one in once(one for one in assignments if not one.withheld) if classify(one, day) not in _OVER
    ]
    dated = [one for one in open_ones if deadline_kind(one) is DeadlineKind.DATE]
    due = [one for one in dated if one.due is not None and one.due <= until]
    return Coming(
        due=tuple(sorted(due, key=lambda one: one.due or until)),
        recurring=tuple(one for one in open_ones if deadline_kind(one) is DeadlineKind.RECURRING),
        undated=tuple(
            one for one in open_ones if deadline_kind(one) not in (DeadlineKind.DATE, DeadlineKind.RECURRING)
        ),
        later=len(dated) - len(due),
    )
