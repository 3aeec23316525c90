"""The rows of one table as they came back: judged one by one; the missing, the unconfirmed, the empty, the foreign
told of. What is told of many rows is told in one sentence."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from models.rules.checks.carried import Carried
from models.rules.checks.check_issues import ONE_BY_ONE, Issues
from models.rules.checks.check_words import listed, name_of, short
from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_INDICATORS,
    AssignmentLine,
    Cell,
    FilledAssignment,
    FilledIndicator,
    IndicatorLine,
)
from models.rules.form_columns import ASSIGNMENT_ASKED, INDICATOR_ASKED, SAME, SAME_ALL
from models.rules.text import fold


@dataclass(frozen=True)
class Words:
    """How one kind of rows is spoken of, and under which rules their omissions go."""

    sheet: str
    noun: str
    column: str
    missing_row: str
    missing_content: str
    foreign_row: str


WORDS_OF_ASSIGNMENT = Words(
    SHEET_ASSIGNMENTS, "nhiệm vụ", ASSIGNMENT_ASKED["status"], "dong-thieu", "trang-thai-thieu", "dong-la"
)
WORDS_OF_INDICATOR = Words(
    SHEET_INDICATORS,
    "chỉ tiêu",
    INDICATOR_ASKED["value"],
    "chi-tieu-thieu-dong",
    "gia-tri-thieu",
    "chi-tieu-la",
)

Line = TypeVar("Line", AssignmentLine, IndicatorLine)
Row = TypeVar("Row", FilledAssignment, FilledIndicator)
Declared = TypeVar("Declared")


def cells_of(row: FilledAssignment | FilledIndicator) -> tuple[Cell, ...]:
    """The cells of a row that report something."""
    if isinstance(row, FilledAssignment):
        return (row.status, row.percent, row.completed_on, row.product, row.reason, row.proposal)
    return (row.value, row.as_of, row.source)


def has_content(row: FilledAssignment | FilledIndicator) -> bool:
    return any(cell.text for cell in cells_of(row))


def check_rows(
    lines: Sequence[Line],
    filled: Sequence[Row],
    words: Words,
    carried: Carried,
    nothing: bool,
    declare: Callable[[Line, Row], Declared],
    issues: Issues,
) -> tuple[Declared, ...]:
    """Every row that was asked for and is an answer, as `declare` reads it. `nothing` excuses the others."""
    rows = {fold(row.row_key): row for row in filled}
    declared: list[Declared] = []
    missing: list[tuple[Line, Cell]] = []
    unconfirmed: list[tuple[Line, Cell]] = []
    empty: list[tuple[Line, Cell]] = []
    for line in lines:
        row = rows.get(fold(line.row_key))
        if row is None:
            missing.append((line, Cell(sheet=words.sheet)))
        elif carried.unconfirmed(line.row_key):
            unconfirmed.append((line, row.same if row.same.ref else cells_of(row)[0]))
        elif has_content(row):
            declared.append(declare(line, row))
        else:
            empty.append((line, cells_of(row)[0]))
    if not nothing:
        _tell_missing(issues, words, missing, whole=len(missing) == len(lines))
        _tell_omissions(
            issues,
            "chua-xac-nhan",
            unconfirmed,
            one=f"{{name}}: còn nguyên nội dung kỳ trước. Sửa nếu đã thay đổi; nếu vẫn đúng thì ghi x ở cột “{SAME}”.",
            many=f"Còn {{count}} {words.noun} để nguyên nội dung kỳ trước mà chưa xác nhận: {{keys}}. Sửa nội dung đã "
            f"thay đổi; nội dung vẫn đúng thì đánh dấu x ở cột “{SAME}”, hoặc ở ô “{SAME_ALL}” nếu tất cả đều đúng.",
        )
        _tell_omissions(
            issues,
            words.missing_content,
            empty,
            one=f"{{name}}: chưa báo cáo. Điền cột {words.column}.",
            many=f"Còn {{count}} {words.noun} chưa báo cáo: {{keys}}. Điền cột {words.column}.",
        )
    _tell_foreign(issues, words, rows, {fold(line.row_key) for line in lines})
    return tuple(declared)


def _tell_missing(issues: Issues, words: Words, missing: Sequence[tuple[Line, Cell]], *, whole: bool) -> None:
    if missing and whole:
        issues.block(
            words.missing_row,
            f"Không tìm thấy bảng của trang “{words.sheet}” trong tệp ({len(missing)} {words.noun}). Điền vào "
            "biểu gốc và gửi lại đủ các trang.",
            Cell(sheet=words.sheet),
        )
        return
    _tell_omissions(
        issues,
        words.missing_row,
        missing,
        one="{name}: không có dòng này trong tệp. Ghi lại dòng như trong biểu gốc và điền báo cáo.",
        many=f"Tệp thiếu {{count}} dòng {words.noun}: {{keys}}. Điền vào biểu gốc và gửi lại.",
    )


def _tell_omissions(
    issues: Issues, rule: str, omitted: Sequence[tuple[Line, Cell]], one: str, many: str
) -> None:
    if len(omitted) > ONE_BY_ONE:
        keys = listed((line.row_key for line, _ in omitted), limit=50)
        issues.block(rule, many.format(count=len(omitted), keys=keys), Cell(sheet=omitted[0][1].sheet))
        return
    for line, cell in omitted:
        issues.block(rule, one.format(name=name_of(line)), cell, line.row_key)


def _tell_foreign(issues: Issues, words: Words, rows: Mapping[str, Row], asked: set[str]) -> None:
    foreign = [row for key, row in rows.items() if key not in asked and has_content(row)]
    if foreign:
        cells = cells_of(foreign[0])
        keys = listed(short(row.row_key) for row in foreign)
        issues.warn(
            words.foreign_row,
            f"Có {len(foreign)} dòng {words.noun} không thuộc yêu cầu của kỳ này, không được tính: {keys}.",
            Cell(sheet=cells[0].sheet, ref=cells[0].ref),
        )
