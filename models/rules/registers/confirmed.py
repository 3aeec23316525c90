"""Declared and confirmed: an agency declares, the officer who follows it confirms.

A confirmation speaks of one declaration. It stands while the agency declares the same; a declaration that nobody has
confirmed is silence on the confirmed basis, and how many there are is always told beside.
"""

from dataclasses import dataclass, replace
from datetime import date

from models.codes import ReportStatus
from models.rules.cycle_view import AssignmentView, CycleView, LeadReport
from models.rules.registers.classes import stands
from models.rules.text import clean


@dataclass(frozen=True)
class Declared:
    """What a confirmation is of: the status, its day, the product. Percentages and reasons may change beside it."""

    status: ReportStatus | None
    completed_on: date | None
    product: str


@dataclass(frozen=True)
class WordCount:
    """How many words of agencies stand, and of how many of them the secretariat has said something."""

    declared: int
    confirmed: int

    @property
    def unconfirmed(self) -> int:
        return self.declared - self.confirmed


def same_declaration(one: Declared, other: Declared) -> bool:
    """Whether two declarations say the same of what a confirmation rests on."""
    return (one.status, one.completed_on, clean(one.product)) == (
        other.status,
        other.completed_on,
        clean(other.product),
    )


def still_speaks(status: ReportStatus, *, this_cycle: bool) -> bool:
    """Whether what was confirmed in a cycle speaks in the one looked at: a completion does in every later one."""
    return this_cycle or status is ReportStatus.COMPLETE


def word_count(view: CycleView) -> WordCount:
    """Over every lead and member of the assignments that are shown (no withheld one)."""
    words = [
        report
        for assignment in view.assignments
        if not assignment.withheld
        for report in assignment.reports
        if stands(report)
    ]
    return WordCount(len(words), sum(report.confirmed is not None for report in words))


def confirmed_view(view: CycleView) -> CycleView:
    """The cycle by confirmed words alone: an unconfirmed word is silence, a corrected one says what was confirmed."""
    return replace(view, assignments=tuple(confirmed_assignment(one) for one in view.assignments))


def confirmed_assignment(assignment: AssignmentView) -> AssignmentView:
    """One assignment by confirmed words alone."""
    return replace(
        assignment,
        reports=tuple(
            _confirmed(report) or LeadReport(report.agency_code, this_cycle=False)
            for report in assignment.reports
        ),
    )


def confirmed_words(assignment: AssignmentView) -> list[LeadReport]:
    """What is reported of an assignment by confirmed words alone; of who is silent then, nothing."""
    return [word for report in assignment.reports if (word := _confirmed(report)) is not None]


def _confirmed(report: LeadReport) -> LeadReport | None:
    word = report.confirmed
    if word is None or not stands(report):
        return None
    return replace(report, status=word.status, completed_on=word.completed_on)
