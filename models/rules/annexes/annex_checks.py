"""An annex of a filled form: every cell read, the omissions, the secretariat's own rules, the jumps.

An annex that still says what was carried over, and is not confirmed, is no answer: nothing else is said of it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from models.codes import Relation, Severity
from models.rules.annexes.annex import Annex, AskedCell
from models.rules.annexes.annex_cells import ReadCell, read_cells
from models.rules.annexes.annex_last import last_numbers
from models.rules.annexes.annex_relations import Past, begun, findings
from models.rules.checks.carried import Carried
from models.rules.checks.check_issues import ONE_BY_ONE, Issues
from models.rules.checks.check_levels import annex_rule
from models.rules.checks.check_words import listed, short
from models.rules.checks.checks_general import foreign_cells
from models.rules.checks.declared import DeclaredCell
from models.rules.checks.jumps import jump_of
from models.rules.form import Cell, Filled, Form, Issue
from models.rules.form_columns import NOTHING, SAME_ALL, SAME_ANNEX
from models.rules.numbers import magnitude_doubt


def check_annexes(
    form: Form, filled: Filled, carried: Carried, nothing: bool, issues: Issues
) -> tuple[DeclaredCell, ...]:
    """Every annex that was asked, judged; `nothing` excuses what is not filled in."""
    declared: list[DeclaredCell] = []
    for annex in form.annexes:
        if carried.unconfirmed(annex.code):
            if not nothing:
                _tell_unconfirmed(annex, filled, issues)
            continue
        cells = read_cells(annex, filled)
        if any(cell.filled for cell in cells.values()):
            _check_annex(form, annex, cells, nothing, issues)
        elif not (annex.optional or nothing or _was_unreadable(annex, filled)):
            issues.block(
                "phu-luc-trong",
                f"{annex.sheet} chưa điền ô nào. Điền phụ lục này, hoặc đánh dấu x ở ô “{NOTHING}” và ghi lý do nếu cả "
                "báo cáo không phát sinh.",
                Cell(sheet=annex.sheet),
            )
        declared += [_declared(annex, cell) for cell in cells.values() if cell.raw]
    _tell_foreign(form, filled, issues)
    return tuple(declared)


def _check_annex(
    form: Form, annex: Annex, cells: Mapping[str, ReadCell], nothing: bool, issues: Issues
) -> None:
    for cell in cells.values():
        for severity, rule, sentence in cell.faults:
            issues.add(_issue(severity, rule, f"{_place(annex, cell)}: {sentence}", cell))
    if not nothing:
        _tell_missing(annex, _missing(annex, cells), issues)
    past = Past(last_numbers(annex, cells, form.last), form.last.cycle_name if form.last else "")
    for found in findings(annex, cells, past):
        if not (nothing and not found.cell.filled):
            rule = annex_rule(annex.code, found.rule.code)
            issues.add(_issue(found.rule.severity, rule, found.sentence, found.cell))
    _tell_jumps(form, annex, cells, past.numbers, issues)


def _issue(severity: Severity, rule: str, sentence: str, cell: ReadCell) -> Issue:
    return Issue(severity, rule, sentence, cell.cell.sheet, cell.cell.ref, cell.name)


def _place(annex: Annex, cell: ReadCell) -> str:
    line = f", dòng thứ {cell.line.number}" if cell.line.number else ""
    return f"{annex.sheet}{line}, {cell.asked.label}"


# What is not there


def _was_unreadable(annex: Annex, filled: Filled) -> bool:
    """Whether it has been told that the sheet could not be read: to call it empty would be a second answer."""
    return any(p.severity is Severity.BLOCK and p.sheet == annex.sheet for p in filled.problems)


def _tell_unconfirmed(annex: Annex, filled: Filled, issues: Issues) -> None:
    mark = filled.cells.get(annex.confirm_field, Cell())
    erase = " Không phải báo cáo phụ lục này thì xóa các ô đã điền sẵn." if annex.optional else ""
    issues.block(
        "chua-xac-nhan",
        f"{annex.sheet}: còn nguyên số liệu kỳ trước. Sửa số liệu đã thay đổi; nếu tất cả vẫn đúng, đánh dấu x ở ô "
        f"“{SAME_ANNEX}” hoặc ô “{SAME_ALL}”.{erase}",
        Cell(sheet=mark.sheet or annex.sheet, ref=mark.ref),
        annex.confirm_field,
    )


def _missing(annex: Annex, cells: Mapping[str, ReadCell]) -> list[ReadCell]:
    """Required cells that are empty. Of a repeated line at least the first is needed, unless the annex is optional."""
    started = begun(cells)
    rows = {cell.line.row for cell in cells.values() if cell.line.row_key in started}
    return [
        cell
        for cell in cells.values()
        if cell.asked.required
        and not cell.filled
        and (
            not cell.line.number
            or cell.line.row_key in started
            or (cell.line.number == 1 and cell.line.row not in rows and not annex.optional)
        )
    ]


def _tell_missing(annex: Annex, missing: Sequence[ReadCell], issues: Issues) -> None:
    if len(missing) > ONE_BY_ONE:
        names = listed((_short_name(cell) for cell in missing), noun="ô")
        issues.block(
            "o-bat-buoc-trong",
            f"{annex.sheet} còn {len(missing)} ô bắt buộc chưa điền: {names}. Điền các ô này.",
            Cell(sheet=annex.sheet),
        )
        return
    for cell in missing:
        issues.block(
            "o-bat-buoc-trong", f"{_place(annex, cell)}: chưa điền. Điền ô này.", cell.cell, cell.name
        )


def _short_name(cell: ReadCell) -> str:
    return cell.cell.ref or cell.asked.label


def _tell_foreign(form: Form, filled: Filled, issues: Issues) -> None:
    foreign = foreign_cells(form, filled)
    if foreign:
        first = next(iter(foreign.values()))
        issues.warn(
            "phu-luc-o-la",
            f"Có {len(foreign)} ô phụ lục không thuộc yêu cầu của kỳ này, không được tính: "
            f"{listed((short(name) for name in foreign), noun='ô')}. Xem lại phụ lục có đúng biểu đã gửi không.",
            first,
        )


# Against last period


def _tell_jumps(
    form: Form, annex: Annex, cells: Mapping[str, ReadCell], last: Mapping[str, Decimal], issues: Issues
) -> None:
    """Jumps of numbers for which the secretariat has not said itself how near they must be."""
    own = {p for rule in annex.rules if rule.relation is Relation.NEAR_LAST for p in rule.cells}
    jumps: list[tuple[ReadCell, str]] = []
    for cell in cells.values():
        before = last.get(cell.name)
        if cell.number is None or before is None or _place_of(cell.asked) in own:
            continue
        if doubt := magnitude_doubt(cell.number, [before]):
            issues.warn("do-lon-bat-thuong", f"{_place(annex, cell)}: {doubt}", cell.cell, cell.name)
        elif jump := jump_of(cell.number, before, form.checks.jump):
            jumps.append((cell, jump))
    if len(jumps) > ONE_BY_ONE:
        told = "; ".join(f"{_short_name(cell)} {jump.rstrip('.')}" for cell, jump in jumps[:10])
        more = f"; và {len(jumps) - 10} ô khác" if len(jumps) > 10 else ""
        issues.warn(
            "nhay-so",
            f"{annex.sheet} có {len(jumps)} ô thay đổi nhiều so với kỳ trước: {told}{more}. Xem lại số liệu.",
            Cell(sheet=annex.sheet),
        )
        return
    for cell, jump in jumps:
        issues.warn("nhay-so", f"{_place(annex, cell)}: {jump} Xem lại số liệu.", cell.cell, cell.name)


def _place_of(asked: AskedCell) -> str:
    return f"{asked.column}{asked.row}"


def _declared(annex: Annex, cell: ReadCell) -> DeclaredCell:
    return DeclaredCell(
        annex_code=annex.code,
        row_key=cell.line.row_key,
        column=cell.asked.column,
        sheet=cell.cell.sheet,
        raw=cell.raw,
        number=cell.number,
        day=cell.day,
    )
