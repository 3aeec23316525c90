"""How much is done: counts that add up, ratios that keep their two numbers, and who has reported.

Every count of assignments is a Tally: classes of a set of assignments, each with the kind of its deadline.
A Tally whose parts do not add up to its total cannot be made, nor a Completion whose cuts do not.

The same task in several registers is one task: it counts once in all, by agency and by quarter, and in each of its
registers and their sections.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from models.codes import AssignmentClass, Basis, Comparator, DeadlineKind, RequestState
from models.rules.cycle_view import AgencyView, AssignmentView, CycleView, IndicatorView, RequestView
from models.rules.form_columns import NO_FIGURE
from models.rules.registers.classes import (
    DONE,
    classes_of,
    deadline_kind,
    led_by_group,
    members_complete,
)
from models.rules.registers.confirmed import WordCount, confirmed_words, word_count
from models.rules.registers.same_task import Tasks
from models.rules.text import fold
from models.time import end_of, local_day

UNDATED = frozenset({DeadlineKind.GUIDED, DeadlineKind.UNCLEAR})
ON_SCHEDULE = frozenset(
    {
        AssignmentClass.DONE_ON_TIME,
        AssignmentClass.IN_PROGRESS,
        AssignmentClass.NOT_STARTED,
        AssignmentClass.RECURRING_ON,
    }
)
RECURRING_NAME = "Thường xuyên"
UNDATED_NAME = "Chưa có thời hạn"
_ROMAN = ("I", "II", "III", "IV")


class SumError(ValueError):
    """Parts that do not make their total: nothing may be written from them."""


@dataclass(frozen=True)
class Ratio:
    """A share that never loses its two numbers. It may exceed one: nothing is capped."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError(f"tỷ lệ có số âm: {self.numerator}/{self.denominator}")

    @property
    def percent(self) -> Decimal | None:
        """Per cent to one decimal, half up; None of nothing."""
        if self.denominator == 0:
            return None
        share = Decimal(self.numerator) * 100 / Decimal(self.denominator)
        return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

    @property
    def percent_text(self) -> str:
        """ "77,5%", "100%": decimal comma, no decimal that says nothing; "" of nothing."""
        percent = self.percent
        return "" if percent is None else f"{percent:f}".removesuffix(".0").replace(".", ",") + "%"

    @property
    def text(self) -> str:
        """ "93/120 (77,5%)"; of nothing "0/0"."""
        bare = f"{self.numerator}/{self.denominator}"
        return bare if self.denominator == 0 else f"{bare} ({self.percent_text})"


@dataclass(frozen=True)
class Tally:
    """How many assignments are in which class, by kind of deadline; adds up or does not exist."""

    counts: Mapping[tuple[AssignmentClass, DeadlineKind], int]
    total: int

    def __post_init__(self) -> None:
        if any(count < 0 for count in self.counts.values()):
            raise SumError("số nhiệm vụ không thể âm")
        parts = sum(self.counts.values())
        if parts != self.total:
            raise SumError(f"tổng số là {self.total} nhưng các loại cộng lại là {parts}")

    @classmethod
    def over(cls, classes: Iterable[tuple[AssignmentClass, DeadlineKind]]) -> "Tally":
        """The tally of a list of (class, kind of deadline), one per assignment."""
        counts = Counter(classes)
        return cls(counts=dict(counts), total=counts.total())

    def count(
        self, classes: Iterable[AssignmentClass] | None = None, kinds: Iterable[DeadlineKind] | None = None
    ) -> int:
        """How many are in any of these classes and have any of these kinds of deadline; None: all."""
        wanted_classes = set(AssignmentClass if classes is None else classes)
        wanted_kinds = set(DeadlineKind if kinds is None else kinds)
        return sum(
            count
            for (of_class, kind), count in self.counts.items()
            if of_class in wanted_classes and kind in wanted_kinds
        )

    @property
    def by_class(self) -> dict[AssignmentClass, int]:
        """Every class in its standing order, zeros included."""
        totals = dict.fromkeys(AssignmentClass, 0)
        for (of_class, _kind), count in self.counts.items():
            totals[of_class] += count
        return totals

    @property
    def undated(self) -> int:
        """Those that wait for a date (theo hướng dẫn, chưa rõ): outside `completed`, listed apart."""
        return self.count(set(AssignmentClass) - {AssignmentClass.PROPOSED_OUT}, UNDATED)

    @property
    def completed(self) -> Ratio:
        """Completed of those with a deadline (93/101); recurring and proposed ones are no failure."""
        kept = set(AssignmentClass) - {AssignmentClass.PROPOSED_OUT}
        return Ratio(self.count(DONE, {DeadlineKind.DATE}), self.count(kept, {DeadlineKind.DATE}))

    @property
    def on_schedule(self) -> Ratio:
        """On schedule of all (119/120): done on time, not due and not behind, recurring on schedule."""
        return Ratio(self.count(ON_SCHEDULE), self.total)


class _Counts(Counter[tuple[AssignmentClass, DeadlineKind]]):
    """A tally in the making."""

    def tally(self) -> Tally:
        return Tally(counts=dict(self), total=self.total())


@dataclass(frozen=True)
class Cut:
    """The assignments of one register, section or quarter."""

    code: str
    name: str
    tally: Tally


@dataclass(frozen=True)
class AgencyCut:
    """What one agency leads: as lead of record, beside another lead, as member of a leading group.

    Its classes are the agency's own (`member_class`). An assignment of several leads counts for each of them,
    so the lines of all agencies do not add up to the number of assignments.
    """

    agency: AgencyView
    tally: Tally
    as_lead: int
    as_co_lead: int
    as_member: int


@dataclass
class _Led:
    """What one agency leads, in the making; the same task counts once."""

    counts: _Counts = field(default_factory=_Counts)
    tasks: Tasks = field(default_factory=Tasks)
    as_lead: int = 0
    as_member: int = 0

    def count(
        self, assignment: AssignmentView, counted: tuple[AssignmentClass, DeadlineKind], code: str
    ) -> None:
        if not self.tasks.is_new(assignment):
            return
        self.counts[counted] += 1
        lead = assignment.lead_of_record
        if lead is not None:
            self.as_member += lead.kind == "group"
            self.as_lead += lead.kind == "agency" and lead.code == code

    def cut(self, agency: AgencyView) -> AgencyCut:
        total = self.counts.total()
        as_co_lead = total - self.as_lead - self.as_member
        return AgencyCut(agency, self.counts.tally(), self.as_lead, as_co_lead, self.as_member)


@dataclass(frozen=True)
class Completion:
    """Every assignment of a cycle on a day, and its cuts. Withheld ones are only counted, apart.

    `counted_again`: how many lines of `by_register` and `by_section` are a task that another register has, too.
    """

    day: date
    classes: Mapping[str, AssignmentClass]  # by row key
    overall: Tally
    by_register: tuple[Cut, ...]
    by_section: tuple[Cut, ...]
    by_quarter: tuple[Cut, ...]
    by_agency: tuple[AgencyCut, ...]
    withheld: int
    counted_again: int = 0

    def __post_init__(self) -> None:
        for name, cuts, again in (
            ("văn bản", self.by_register, self.counted_again),
            ("lĩnh vực", self.by_section, self.counted_again),
            ("thời hạn", self.by_quarter, 0),
        ):
            parts = sum(cut.tally.total for cut in cuts)
            if parts != self.overall.total + again:
                raise SumError(f"tổng số là {self.overall.total + again} nhưng cộng theo {name} là {parts}")


@dataclass(frozen=True)
class OnBothBases:
    """A cycle's completion as the agencies declare it and as the secretariat has confirmed it, never mixed."""

    declared: Completion
    confirmed: Completion
    words: WordCount

    def on(self, basis: Basis) -> Completion:
        return self.confirmed if basis is Basis.CONFIRMED else self.declared

    @property
    def basis(self) -> Basis:
        """What a report counts: the confirmed statuses, as soon as any is confirmed."""
        return Basis.CONFIRMED if self.words.confirmed else Basis.DECLARED


@dataclass(frozen=True)
class CycleRates:
    """Who has reported, in DHIS2's words, by number of agencies.

    `expected`: actually asked, less those exempted with a reason. `received`: of these, anything that can be
    attributed, faulty ones included. `complete`: accepted. `on_time`: the first accepted version arrived by
    the effective deadline. `overdue`: nothing received, and past it. `unexpected`: reports of agencies
    that were exempted or never asked; they stand beside the rates, never inside.
    """

    expected: int
    exempt: int
    not_asked: int
    received: int
    complete: int
    on_time: int
    overdue: int
    unexpected: int
    signed: int = 0  # of the accepted: with their signed Báo cáo; the others' figures are "sơ bộ"
    recorded: int = 0  # of the received: came on paper, by telephone...; their figures are still to come

    @property
    def preliminary(self) -> int:
        """Accepted, and not yet signed."""
        return self.complete - self.signed

    @property
    def missing(self) -> int:
        """Expected and not received, due or not."""
        return self.expected - self.received

    @property
    def incomplete(self) -> int:
        """Received, and sent back to be mended: neither accepted nor recorded by the secretariat."""
        return self.received - self.complete - self.recorded

    @property
    def late(self) -> int:
        """Accepted, but not by the deadline."""
        return self.complete - self.on_time

    @property
    def reporting(self) -> Ratio:
        return Ratio(self.received, self.expected)

    @property
    def completeness(self) -> Ratio:
        return Ratio(self.complete, self.expected)

    @property
    def timeliness(self) -> Ratio:
        return Ratio(self.on_time, self.expected)


@dataclass(frozen=True)
class IndicatorCounts:
    """Indicators with and without a figure; of those with one, how they stand to their target."""

    total: int
    reported: int
    met: int
    not_met: int
    without_owner: int


def quarter_name(assignment: AssignmentView) -> str:
    """Where a deadline belongs: "Quý I/2026", "Thường xuyên" or "Chưa có thời hạn"."""
    kind = deadline_kind(assignment)
    if kind is DeadlineKind.RECURRING:
        return RECURRING_NAME
    if assignment.due is None:
        return UNDATED_NAME
    return f"Quý {_ROMAN[(assignment.due.month - 1) // 3]}/{assignment.due.year}"


def members_text(assignment: AssignmentView, day: date) -> str:
    """ "41/45 xã, phường" of an assignment led by a group; "" of any other."""
    if not led_by_group(assignment):
        return ""
    done, members = members_complete(assignment, day)
    return f"{done}/{members} {assignment.member_noun or 'cơ quan, đơn vị'}"


def completion(view: CycleView, day: date, basis: Basis = Basis.DECLARED) -> Completion:
    """Every assignment of the view classified on a day, and the cuts a report shows; by what is declared, or by the
    confirmed words of it alone. Counted as it is gone through: a country has 40,000 assignments."""
    names = {register.code: register.name for register in view.registers}
    classes: dict[str, AssignmentClass] = {}
    tasks, overall = Tasks(), _Counts()
    registers = defaultdict(_Counts, {code: _Counts() for code in names})
    sections: dict[tuple[str, str], _Counts] = defaultdict(_Counts)
    section_names: dict[tuple[str, str], str] = {}
    quarters: dict[tuple[tuple[int, date], str], _Counts] = defaultdict(_Counts)
    agencies: dict[str, _Led] = defaultdict(_Led)
    for assignment in view.assignments:
        if assignment.withheld:
            continue
        reports = confirmed_words(assignment) if basis is Basis.CONFIRMED else assignment.reports
        of_class, of_bearers = classes_of(assignment, reports, day)
        kind = deadline_kind(assignment)
        counted = of_class, kind
        classes[assignment.row_key] = of_class
        section = assignment.register_code, assignment.section
        registers[assignment.register_code][counted] += 1
        sections[section][counted] += 1
        section_names.setdefault(section, assignment.section_name)
        if tasks.is_new(assignment):
            overall[counted] += 1
            quarters[_quarter(assignment)][counted] += 1
        for code, own_class in of_bearers.items():
            agencies[code].count(assignment, (own_class, kind), code)
    shown = sum(counts.total() for counts in registers.values())
    return Completion(
        day=day,
        classes=classes,
        overall=overall.tally(),
        by_register=tuple(
            Cut(code, names.get(code, code), counts.tally()) for code, counts in registers.items()
        ),
        by_section=tuple(
            Cut("/".join(section), f"{section[1]}. {section_names[section]}", counts.tally())
            for section, counts in sections.items()
        ),
        by_quarter=tuple(Cut(name, name, quarters[order, name].tally()) for order, name in sorted(quarters)),
        by_agency=tuple(
            agencies[agency.code].cut(agency)
            for agency in sorted(view.agencies, key=lambda agency: (agency.position, agency.code))
            if agency.code in agencies
        ),
        withheld=len(view.assignments) - shown,
        counted_again=shown - overall.total(),
    )


def completion_on_both(view: CycleView, day: date) -> OnBothBases:
    """The completion of a cycle by what agencies declare, and by what is confirmed of it."""
    return OnBothBases(completion(view, day), completion(view, day, Basis.CONFIRMED), word_count(view))


def cycle_rates(view: CycleView, day: date) -> CycleRates:
    """Who has reported, seen on a day: whether a silent agency is overdue depends on it."""
    expected = [request for request in view.requests if is_expected(request)]
    others = [request for request in view.requests if not is_expected(request)]
    return CycleRates(
        expected=len(expected),
        exempt=sum(request.state is RequestState.EXEMPT for request in view.requests),
        not_asked=sum(request.state is RequestState.PLANNED for request in view.requests),
        received=sum(is_received(request) for request in expected),
        complete=sum(request.state is RequestState.COMPLETE for request in expected),
        on_time=sum(is_on_time(request) for request in expected),
        overdue=sum(not is_received(request) and request.due < day for request in expected),
        unexpected=sum(is_received(request) for request in others),
        signed=sum(bool(request.signed) and request.state is RequestState.COMPLETE for request in expected),
        recorded=sum(request.state is RequestState.RECORDED for request in expected),
    )


def is_expected(request: RequestView) -> bool:
    """Asked in fact, and not exempted."""
    return request.state not in (RequestState.PLANNED, RequestState.EXEMPT)


def is_received(request: RequestView) -> bool:
    """Something of this agency has arrived, faulty or not."""
    return request.first_received_at is not None or request.state in (
        RequestState.RECORDED,
        RequestState.INCOMPLETE,
        RequestState.COMPLETE,
    )


def is_on_time(request: RequestView) -> bool:
    """Accepted, and the first accepted version arrived before the end of the effective due day."""
    return (
        request.state is RequestState.COMPLETE
        and request.complete_at is not None
        and request.complete_at < end_of(request.punctual_by)
    )


def days_late(request: RequestView, day: date) -> int:
    """Days from the effective due day to the accepted (or recorded) arrival, else to `day`; 0 while it is in time."""
    arrived = {RequestState.COMPLETE: request.complete_at, RequestState.RECORDED: request.recorded_at}
    due = request.due
    if (at := arrived.get(request.state)) is not None:
        day, due = local_day(at), request.punctual_by
    return max(0, (day - due).days) if is_expected(request) else 0


def meets_target(indicator: IndicatorView) -> bool | None:
    """Whether the reported value satisfies the target as written; None when that cannot be said.

    A bare target ("60") does not say in which direction it is to be reached, and #11's target lies below its
    baseline: only an equal value is sure to meet it.
    """
    value, target = indicator.reported_value, indicator.target_value
    if value is None or target is None:
        return None
    match indicator.target_comparator:
        case Comparator.GE:
            return value >= target
        case Comparator.GT:
            return value > target
        case Comparator.LE:
            return value <= target
        case Comparator.LT:
            return value < target
        case Comparator.EQ:
            return value == target
        case _:
            return True if value == target else None


def has_figure(indicator: IndicatorView) -> bool:
    """Whether something was reported that is a figure: "chưa có số liệu" is an answer, and none."""
    return bool(indicator.reported_raw) and fold(indicator.reported_raw) != NO_FIGURE


def indicator_counts(view: CycleView) -> IndicatorCounts:
    """How many indicators have a figure, meet their target, or have nobody to report them."""
    met = [meets_target(indicator) for indicator in view.indicators]
    return IndicatorCounts(
        total=len(view.indicators),
        reported=sum(has_figure(indicator) for indicator in view.indicators),
        met=met.count(True),
        not_met=met.count(False),
        without_owner=sum(indicator.owner_code is None for indicator in view.indicators),
    )


def _quarter(assignment: AssignmentView) -> tuple[tuple[int, date], str]:
    """The name of its quarter, after what brings them in order: quarters by date, then the recurring ones, then those
    without a date."""
    name = quarter_name(assignment)
    if deadline_kind(assignment) is DeadlineKind.RECURRING:
        return (1, date.max), name
    due = assignment.due
    return (2, date.max) if due is None else (0, date(due.year, (due.month - 1) // 3 * 3 + 1, 1)), name
