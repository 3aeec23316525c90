"""The numbers on assignments: by register, section and deadline, by agency, by member of a leading group."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.codes import AssignmentClass, Basis, DeadlineKind
from models.rules.board.signs import SIGNS, signed
from models.rules.completion import ON_SCHEDULE, Completion, Cut, Tally, quarter_name
from models.rules.cycle_view import AssignmentView, CycleView
from models.rules.registers.classes import (
    DONE,
    bearers,
    classes_of,
    deadline_kind,
    deciding_report,
    led_by_group,
    stands,
)
from models.rules.registers.same_task import once
from models.rules.trace.figure import Counted, Figure, SourceRow

CUTS = "Tổng hợp, mục IV"
AGENCIES = "Theo cơ quan"
MEMBERS = "Phụ lục II, thành viên hoàn thành"


@dataclass(frozen=True, slots=True)
class _Line:
    """An assignment as it is counted in one figure or another: its class there, its kind, its row as a source."""

    of_class: AssignmentClass
    kind: DeadlineKind
    row: SourceRow


class _Lines:
    """The assignments of a cycle, each looked at once for all the figures it is counted in."""

    def __init__(self, result: Completion) -> None:
        self._result = result
        self._whole: dict[str, _Line] = {}
        self._groups: dict[str, Mapping[str, _Line]] = {}

    def whole(self, assignment: AssignmentView) -> _Line:
        """As the cuts count it, by the word that decides it."""
        key = assignment.row_key
        if key not in self._whole:
            self._whole[key] = _Line(self._result.classes[key], deadline_kind(assignment), _word(assignment))
        return self._whole[key]

    def own(self, assignment: AssignmentView, code: str) -> _Line:
        """As it is counted for one of those who bear it."""
        if not led_by_group(assignment):
            return self._each(assignment)[code]
        if assignment.row_key not in self._groups:
            self._groups[assignment.row_key] = self._each(assignment)
        return self._groups[assignment.row_key][code]

    def _each(self, assignment: AssignmentView) -> Mapping[str, _Line]:
        """By agency."""
        kind, whole = deadline_kind(assignment), self.whole(assignment)
        spoken = {one.agency_code for one in assignment.reports if stands(one)}
        lines = {}
        for code, of_class in classes_of(assignment, assignment.reports, self._result.day)[1].items():
            row = SourceRow(assignment.row_key, code, "" if code in spoken else "Chưa có báo cáo")
            line = _Line(of_class, kind, row)
            lines[code] = whole if line == whole else line
        return lines


def assignment_figures(view: CycleView, result: Completion, basis: Basis) -> Iterator[Figure]:
    """Every number of assignments of a cycle that is not zero. `view` and `result` are of one basis."""
    shown = [assignment for assignment in view.assignments if not assignment.withheld]
    lines = _Lines(result)
    tasks = once(shown)
    every = list(map(lines.whole, tasks))
    yield from _of_tally(CUTS, "Toàn bộ nhiệm vụ", result.overall, every, basis)
    registers: dict[str, list[AssignmentView]] = {}
    sections: dict[str, list[AssignmentView]] = {}
    quarters: dict[str, list[AssignmentView]] = {}
    led: dict[str, list[AssignmentView]] = {}
    for assignment in shown:
        registers.setdefault(assignment.register_code, []).append(assignment)
        sections.setdefault(f"{assignment.register_code}/{assignment.section}", []).append(assignment)
        for code in bearers(assignment):
            led.setdefault(code, []).append(assignment)
    for assignment in tasks:
        quarters.setdefault(quarter_name(assignment), []).append(assignment)
    cuts: tuple[tuple[Sequence[Cut], Mapping[str, list[AssignmentView]]], ...] = (
        (result.by_register, registers),
        (result.by_section, sections),
        (result.by_quarter, quarters),
    )
    for several, of in cuts:
        for cut in several:
            yield from _of_tally(
                CUTS, cut.name, cut.tally, list(map(lines.whole, of.get(cut.code, ()))), basis
            )
    for one in result.by_agency:
        code = one.agency.code
        own = [lines.own(assignment, code) for assignment in once(led.get(code, ()))]
        yield from _of_tally(AGENCIES, one.agency.name, one.tally, own, basis)
    for assignment in shown:
        if led_by_group(assignment):
            yield from _members(assignment, lines, basis)


def _of_tally(place: str, line: str, tally: Tally, of: Sequence[_Line], basis: Basis) -> Iterator[Figure]:
    """The total, every class and the parts of both ratios."""
    classes: dict[AssignmentClass, list[_Line]] = {}
    for one in of:
        classes.setdefault(one.of_class, []).append(one)
    dated = [one for one in of if one.kind is DeadlineKind.DATE]
    by_class = tally.by_class
    parts: list[tuple[str, int, Sequence[_Line]]] = [("Tổng số", tally.total, of)]
    parts += [(signed(wanted), by_class[wanted], classes.get(wanted, ())) for wanted in SIGNS]
    parts += [
        (
            "Hoàn thành, có thời hạn",
            tally.completed.numerator,
            [one for one in dated if one.of_class in DONE],
        ),
        (
            "Có thời hạn",
            tally.completed.denominator,
            [one for one in dated if one.of_class is not AssignmentClass.PROPOSED_OUT],
        ),
        (
            "Bảo đảm tiến độ",
            tally.on_schedule.numerator,
            [one for one in of if one.of_class in ON_SCHEDULE],
        ),
    ]
    for name, value, lines in parts:
        if value or lines:
            rows = tuple(one.row for one in lines)
            yield Figure(place, line, name, value, Counted.ASSIGNMENTS, rows, basis)


def _members(assignment: AssignmentView, lines: _Lines, basis: Basis) -> Iterator[Figure]:
    """Each class of a leading group's members, so that 41/45 can be counted."""
    line = f"{assignment.row_key} {assignment.name}"
    members = [lines.own(assignment, one.agency_code) for one in assignment.reports]
    if members:
        every = tuple(one.row for one in members)
        yield Figure(MEMBERS, line, "Tổng số thành viên", len(members), Counted.MEMBERS, every, basis)
    for wanted in SIGNS:
        rows = tuple(one.row for one in members if one.of_class is wanted)
        if rows:
            yield Figure(MEMBERS, line, signed(wanted), len(rows), Counted.MEMBERS, rows, basis)


def _word(assignment: AssignmentView) -> SourceRow:
    """An assignment with the word that decides it."""
    if led_by_group(assignment):
        noun = assignment.member_noun or "cơ quan, đơn vị"
        note = f"Do {len(assignment.reports)} {noun} chủ trì; xem “{MEMBERS}”"
        if assignment.whole is not None:
            note = "Theo xác nhận chung của Tổ Giúp việc"
        return SourceRow(assignment.row_key, "", note)
    report = deciding_report(assignment)
    if report is None:
        return SourceRow(assignment.row_key, "", "Chưa xác định được cơ quan chủ trì")
    return SourceRow(assignment.row_key, report.agency_code, "" if stands(report) else "Chưa có báo cáo")
