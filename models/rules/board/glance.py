"""A cycle at a glance: what the board shows of it, computed once from the cycle's view. Withheld assignments are in no
line of it; only their number is told."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from models.codes import AssignmentClass, Basis
from models.rules.board.lamps import Lamp, lamp_of
from models.rules.board.standing import Standing, standing_of
from models.rules.completion import (
    Completion,
    CycleRates,
    OnBothBases,
    Ratio,
    Tally,
    completion_on_both,
    cycle_rates,
    days_late,
    is_expected,
    members_text,
)
from models.rules.cycle_view import AgencyView, AssignmentView, CycleView, IndicatorView, RequestView
from models.rules.registers.classes import bearers
from models.rules.text import plain
from models.rules.workdays import WorkCalendar
from models.time import local_day


@dataclass(frozen=True)
class TimeLeft:
    """From a local day to a deadline. `days` is below 0 when it is past; `working` counts working days either way."""

    due: date
    days: int
    working: int

    @property
    def text(self) -> str:
        """ "còn 08 ngày (06 ngày làm việc)", "hết hạn trong hôm nay", "đã quá hạn 02 ngày (02 ngày làm việc)"."""
        if self.days == 0:
            return "hết hạn trong hôm nay"
        said = f"{abs(self.days):02d} ngày" + (f" ({self.working:02d} ngày làm việc)" if self.working else "")
        return f"còn {said}" if self.days > 0 else f"đã quá hạn {said}"


def time_left(calendar: WorkCalendar, seen: date, due: date) -> TimeLeft:
    """How far a deadline is, on a local day; of a cycle years ago in plain days alone."""
    first, last = sorted((seen, due))
    known = calendar.knows(first) and calendar.knows(last)
    return TimeLeft(due, (due - seen).days, calendar.working_days_between(first, last) if known else 0)


@dataclass(frozen=True)
class AgencyLine:
    """One agency: whether it has reported, and how far what it leads is. `request` None: not asked in this cycle."""

    agency: AgencyView
    request: RequestView | None
    lamp: Lamp | None
    days_late: int
    tallies: Mapping[Basis, Tally]  # empty: leads nothing

    @cached_property
    def searched(self) -> str:
        """What a search looks into."""
        return plain(f"{self.agency.name} {self.agency.code}")


@dataclass(frozen=True)
class AssignmentLine:
    """One assignment that may be shown."""

    assignment: AssignmentView
    classes: Mapping[Basis, AssignmentClass]
    leads: str  # names, or a group's name
    members: str  # "41/45 xã, phường" of a group
    kinds: frozenset[str]  # of the agencies that lead it

    @property
    def section(self) -> str:
        return f"{self.assignment.register_code}/{self.assignment.section}"

    @cached_property
    def searched(self) -> str:
        """What a search looks into."""
        one = self.assignment
        return plain(f"{one.row_key} {one.name} {self.leads} {one.leads_raw}")


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator, and how it stands to its target."""

    indicator: IndicatorView
    standing: Standing
    owner: str

    @property
    def section(self) -> str:
        return f"{self.indicator.register_code}/{self.indicator.section}"

    @cached_property
    def searched(self) -> str:
        """What a search looks into."""
        return plain(f"{self.indicator.row_key} {self.indicator.name} {self.owner}")


@dataclass(frozen=True)
class DayCount:
    """Reports received by the end of a local day, of agencies that count as expected."""

    day: date
    received: int


@dataclass(frozen=True)
class Glance:
    """All of it. `day` is the day the figures are true of, `seen` the local day on which one looks."""

    view: CycleView
    day: date
    seen: date
    rates: CycleRates
    both: OnBothBases
    agencies: tuple[AgencyLine, ...]
    assignments: tuple[AssignmentLine, ...]
    indicators: tuple[IndicatorLine, ...]
    received_by_day: tuple[DayCount, ...]

    def on(self, basis: Basis) -> Completion:
        """The completion by what is declared, or by what is confirmed of it."""
        return self.both.on(basis)

    @property
    def lines(self) -> int:
        """How large it is: its assignments and agencies."""
        return len(self.assignments) + len(self.agencies)

    @property
    def overdue(self) -> Ratio:
        """Past the deadline and nothing received, of those expected."""
        return Ratio(self.rates.overdue, self.rates.expected)

    @cached_property
    def lamps(self) -> Mapping[Lamp, int]:
        """How many agencies have which light; every light, zeros included."""
        shown = Counter(line.lamp for line in self.agencies)
        return {lamp: shown[lamp] for lamp in Lamp}

    @cached_property
    def standings(self) -> Mapping[Standing, int]:
        """How many indicators stand how; zeros included."""
        found = Counter(line.standing for line in self.indicators)
        return {standing: found[standing] for standing in Standing}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Agency code -> name, of every agency that the cycle knows."""
        return {agency.code: agency.name for agency in self.view.agencies}

    def agency_line(self, code: str) -> AgencyLine | None:
        """The line of this agency; None when the cycle knows none."""
        return self._agencies_by_code.get(code)

    def assignment_line(self, row_key: str) -> AssignmentLine | None:
        """The line of this assignment; None when there is none, or it is withheld."""
        return self._assignments_by_key.get(row_key)

    def led_by(self, code: str) -> Sequence[AssignmentLine]:
        """What this agency leads, itself or as member of a group, in the register's order."""
        return self._led.get(code, ())

    @cached_property
    def _agencies_by_code(self) -> Mapping[str, AgencyLine]:
        return {line.agency.code: line for line in self.agencies}

    @cached_property
    def _assignments_by_key(self) -> Mapping[str, AssignmentLine]:
        return {line.assignment.row_key: line for line in self.assignments}

    @cached_property
    def _led(self) -> Mapping[str, Sequence[AssignmentLine]]:
        led: dict[str, list[AssignmentLine]] = {}
        for line in self.assignments:
            for code in bearers(line.assignment):
                led.setdefault(code, []).append(line)
        return led


def glance(view: CycleView, group_names: Mapping[str, str], seen: date) -> Glance:
    """What the board shows of a cycle, on the local day `seen`; `group_names` is code -> name."""
    both = completion_on_both(view, view.as_of)
    return Glance(
        view=view,
        day=view.as_of,
        seen=seen,
        rates=cycle_rates(view, seen),
        both=both,
        agencies=_agencies(view, both, seen),
        assignments=_assignments(view, both, group_names),
        indicators=_indicators(view),
        received_by_day=_received_by_day(view, seen),
    )


def _agencies(view: CycleView, both: OnBothBases, seen: date) -> tuple[AgencyLine, ...]:
    requests = {request.agency_code: request for request in view.requests}
    tallies: dict[str, dict[Basis, Tally]] = {}
    for basis in Basis:
        for cut in both.on(basis).by_agency:
            tallies.setdefault(cut.agency.code, {})[basis] = cut.tally
    lines = []
    for agency in sorted(view.agencies, key=lambda a: (a.position, a.code)):
        request, led = requests.get(agency.code), tallies.get(agency.code, {})
        if request is None and not led:
            continue
        lines.append(
            AgencyLine(
                agency=agency,
                request=request,
                lamp=lamp_of(request, seen) if request else None,
                days_late=days_late(request, seen) if request else 0,
                tallies=led,
            )
        )
    return tuple(lines)


def _assignments(
    view: CycleView, both: OnBothBases, group_names: Mapping[str, str]
) -> tuple[AssignmentLine, ...]:
    agencies = {agency.code: agency for agency in view.agencies}
    # Of forty thousand lines most say the same of class and kinds: said once, it is held once.
    all_classes: dict[tuple[AssignmentClass, ...], Mapping[Basis, AssignmentClass]] = {}
    all_kinds: dict[frozenset[str], frozenset[str]] = {}
    of_basis = [both.on(basis).classes for basis in Basis]
    lines = []
    for assignment in view.assignments:
        if assignment.withheld:
            continue
        lead = assignment.lead_of_record
        if lead is None:
            leads = assignment.leads_raw
        elif lead.kind == "group":
            leads = group_names.get(lead.code, lead.code)
        else:
            leads = agencies[lead.code].name if lead.code in agencies else lead.code
        found = tuple(classes[assignment.row_key] for classes in of_basis)
        kinds = frozenset(
            agencies[report.agency_code].kind.value
            for report in assignment.reports
            if report.agency_code in agencies
        )
        lines.append(
            AssignmentLine(
                assignment=assignment,
                classes=all_classes.setdefault(found, dict(zip(Basis, found, strict=True))),
                leads=leads,
                members=members_text(assignment, view.as_of),
                kinds=all_kinds.setdefault(kinds, kinds),
            )
        )
    return tuple(lines)


def _indicators(view: CycleView) -> tuple[IndicatorLine, ...]:
    names = {agency.code: agency.name for agency in view.agencies}
    return tuple(
        IndicatorLine(indicator, standing_of(indicator), names.get(indicator.owner_code or "", ""))
        for indicator in view.indicators
    )


def _received_by_day(view: CycleView, seen: date) -> tuple[DayCount, ...]:
    """Every local day from the first report to the later of the deadline and the last report, not beyond `seen`."""
    days = sorted(
        local_day(request.first_received_at)
        for request in view.requests
        if is_expected(request) and request.first_received_at is not None
    )
    if not days:
        return ()
    last = min(seen, max(view.due, days[-1]))
    return tuple(
        DayCount(day, bisect_right(days, day))
        for day in (days[0] + timedelta(n) for n in range((last - days[0]).days + 1))
    )
