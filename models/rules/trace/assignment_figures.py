"""The numbers on assignments: by register, section and deadline, by agency, by member of a leading group."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from models.codes import AssignmentClass, Basis, DeadlineKind
from models.rules.board.signs import SIGNS, signed
from models.rules.completion import ON_SCHEDULE, Completion, Tally, quarter_name
from models.rules.cycle_view import AssignmentView, CycleView
from models.rules.registers.classes import (
    DONE,
    bearers,
    deadline_kind,
    deciding_report,
    led_by_group,
    member_class,
    stands,
)
from models.rules.registers.same_task import once
from models.rules.trace.figure import Counted, Figure, SourceRow

CUTS = "Tổng hợp, mục IV"
AGENCIES = "Theo cơ quan"
MEMBERS = "Phụ lục II, thành viên hoàn thành"
Classed = tuple[AssignmentView, AssignmentClass]


def assignment_figures(view: CycleView, result: Completion, basis: Basis) -> Iterator[Figure]:
    """Every number of assignments of a cycle that is not zero. `view` and `result` are of one basis."""
    shown = [assignment for assignment in view.assignments if not assignment.withheld]
    tasks = once(shown)

    def classed(of: Iterable[AssignmentView]) -> list[Classed]:
        return [(assignment, result.classes[assignment.row_key]) for assignment in of]

    yield from _of_tally(CUTS, "Toàn bộ nhiệm vụ", result.overall, classed(tasks), basis, _word)
    for cut in result.by_register:
        mine = [one for one in shown if one.register_code == cut.code]
        yield from _of_tally(CUTS, cut.name, cut.tally, classed(mine), basis, _word)
    for cut in result.by_section:
        mine = [one for one in shown if f"{one.register_code}/{one.section}" == cut.code]
        yield from _of_tally(CUTS, cut.name, cut.tally, classed(mine), basis, _word)
    for cut in result.by_quarter:
        mine = [one for one in tasks if quarter_name(one) == cut.code]
        yield from _of_tally(CUTS, cut.name, cut.tally, classed(mine), basis, _word)
    led: dict[str, list[AssignmentView]] = {}
    for assignment in shown:
        for code in bearers(assignment):
            led.setdefault(code, []).append(assignment)
    for one in result.by_agency:
        code = one.agency.code
        own = [(a, member_class(a, code, result.day)) for a in once(led.get(code, []))]
        yield from _of_tally(AGENCIES, one.agency.name, one.tally, own, basis, partial(_own_word, code))
    for assignment in shown:
        if led_by_group(assignment):
            yield from _members(assignment, result, basis)


def _of_tally(
    place: str,
    line: str,
    tally: Tally,
    of: Sequence[Classed],
    basis: Basis,
    word: Callable[[AssignmentView], SourceRow],
) -> Iterator[Figure]:
    """The total, every class and the parts of both ratios."""
    dated = [one for one in of if deadline_kind(one[0]) is DeadlineKind.DATE]
    parts: list[tuple[str, int, list[Classed]]] = [("Tổng số", tally.total, list(of))]
    parts += [
        (signed(wanted), tally.by_class[wanted], [one for one in of if one[1] is wanted]) for wanted in SIGNS
    ]
    parts += [
        (
            "Hoàn thành, có thời hạn",
            tally.completed.numerator,
            [one for one in dated if one[1] in DONE],
        ),
        (
            "Có thời hạn",
            tally.completed.denominator,
            [one for one in dated if one[1] is not AssignmentClass.PROPOSED_OUT],
        ),
        (
            "Bảo đảm tiến độ",
            tally.on_schedule.numerator,
            [one for one in of if one[1] in ON_SCHEDULE],
        ),
    ]
    for name, value, rows in parts:
        if value or rows:
            yield Figure(
                place, line, name, value, Counted.ASSIGNMENTS, tuple(word(a) for a, _ in rows), basis
            )


def _members(assignment: AssignmentView, result: Completion, basis: Basis) -> Iterator[Figure]:
    """Each class of a leading group's members, so that 41/45 can be counted."""
    line = f"{assignment.row_key} {assignment.name}"
    members = [one.agency_code for one in assignment.reports]
    if members:
        rows = tuple(_own_word(code, assignment) for code in members)
        yield Figure(MEMBERS, line, "Tổng số thành viên", len(members), Counted.MEMBERS, rows, basis)
    for wanted in SIGNS:
        rows = tuple(
            _own_word(code, assignment)
            for code in members
            if member_class(assignment, code, result.day) is wanted
        )
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


def _own_word(agency_code: str, assignment: AssignmentView) -> SourceRow:
    spoken = any(one.agency_code == agency_code and stands(one) for one in assignment.reports)
    return SourceRow(assignment.row_key, agency_code, "" if spoken else "Chưa có báo cáo")
