"""The form as a whole: "không phát sinh" and whether it stands, and a form in which nothing was filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.rules.checks.carried import Carried, rows_of
from models.rules.checks.check_issues import Issues
from models.rules.checks.check_rows import cells_of, has_content
from models.rules.checks.check_words import joined, listed, means_something, quote, short
from models.rules.checks.checks_assignment import is_overdue
from models.rules.checks.marks import is_marked, is_unmarked
from models.rules.form import (
    SHEET_GENERAL,
    AssignmentLine,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
    Form,
    IndicatorLine,
)
from models.rules.form_columns import ASSIGNMENT_ASKED, INDICATOR_ASKED, SAME, SAME_ALL
from models.rules.text import fold
from models.rules.typed_form import annex_fields, field_name
from models.time import vn_date


@dataclass(frozen=True)
class Written:
    """What was answered: rows by their keys, annexes by their codes. Prose answers only a form that asks no figures."""

    rows: tuple[str, ...]
    annexes: tuple[str, ...]
    prose: bool

    def __bool__(self) -> bool:
        return bool(self.rows or self.annexes or self.prose)


def written_in(form: Form, filled: Filled, carried: Carried) -> Written:
    """What of the form is an answer: it has content, and is not merely what was put in."""
    rows = tuple(
        key for key, row in rows_of(form, filled) if has_content(row) and not carried.unconfirmed(key)
    )
    annexes = tuple(
        annex.code
        for annex in form.annexes
        if not carried.unconfirmed(annex.code)
        and any(means_something(filled.cells.get(name, Cell()).text) for name in annex_fields(annex))
    )
    asks_figures = form.assignments or form.indicators or any(not annex.optional for annex in form.annexes)
    return Written(rows, annexes, prose=not asks_figures and _has_prose(filled))


def check_nothing(form: Form, filled: Filled, written: Written, issues: Issues) -> bool:
    """Whether the form validly says "không phát sinh"."""
    mark, reason = filled.nothing, filled.nothing_reason
    if is_unmarked(mark.text):
        if means_something(reason.text) and not written:
            issues.block(
                "khong-phat-sinh-thieu-dau",
                "Đã ghi lý do không phát sinh nhưng chưa đánh dấu x ở ô “Không phát sinh nội dung báo "
                "cáo”. Đánh dấu x vào ô đó, hoặc điền báo cáo.",
                mark,
            )
        return False
    if not is_marked(mark.text, "không phát sinh"):
        tell = issues.warn if written else issues.block
        tell(
            "khong-phat-sinh-khong-ro",
            f"Ô “Không phát sinh nội dung báo cáo” ghi {quote(mark.text)}, không rõ nghĩa. Đánh dấu x nếu "
            "không phát sinh, để trống nếu có báo cáo.",
            mark,
        )
        return False
    if not means_something(reason.text):
        issues.block(
            "khong-phat-sinh-thieu-ly-do",
            "Đã đánh dấu “Không phát sinh nội dung báo cáo” nhưng chưa ghi lý do. Ghi lý do, hoặc bỏ dấu "
            "x và điền báo cáo.",
            Cell("", reason.sheet or mark.sheet, reason.ref or mark.ref),
        )
        return False
    if written.rows or written.annexes:
        counts = ((len(written.rows), "dòng"), (len(written.annexes), "phụ lục"))
        filled_in = joined(f"{count} {noun}" for count, noun in counts if count)
        issues.warn(
            "khong-phat-sinh-co-noi-dung",
            f"Đã đánh dấu “Không phát sinh nội dung báo cáo” nhưng vẫn điền {filled_in}. Nội dung đã điền vẫn được "
            "ghi nhận; bỏ dấu x nếu đánh dấu nhầm.",
            mark,
        )
    overdue = [
        line for line in form.assignments if is_overdue(line, form.as_of) and line.row_key not in written.rows
    ]
    if overdue:
        issues.warn(
            "khong-phat-sinh-co-qua-han",
            f"Báo không phát sinh trong khi có {len(overdue)} nhiệm vụ đã quá thời hạn tính đến "
            f"{vn_date(form.as_of)} ({listed(line.row_key for line in overdue)}). Đề nghị báo cáo tình hình "
            "các nhiệm vụ này.",
            mark,
        )
    return True


def say_empty(form: Form, filled: Filled, carried: Carried, issues: Issues) -> None:
    """One sentence for a form in which nothing was filled in."""
    if issues.blocking:
        return  # why it is empty has been told: a mark without its reason, a table without header
    rows: list[FilledAssignment | FilledIndicator] = [*filled.assignments, *filled.indicators]
    lines: list[AssignmentLine | IndicatorLine] = [*form.assignments, *form.indicators]
    asked = {fold(line.row_key) for line in lines}
    foreign = {
        row.row_key: cells_of(row)[0].sheet
        for row in rows
        if fold(row.row_key) not in asked and has_content(row)
    }
    foreign |= {name.rpartition(":")[0]: cell.sheet for name, cell in foreign_cells(form, filled).items()}
    if foreign and not carried.any_unconfirmed:
        issues.block(
            "nham-bieu",
            f"Các dòng đã điền không thuộc yêu cầu báo cáo này ({listed(short(key) for key in foreign)}). "
            "Có thể đã gửi nhầm biểu của kỳ khác hoặc cơ quan khác; đề nghị gửi đúng biểu.",
            Cell(sheet=next(iter(foreign.values()))),
        )
    elif (form.assignments or form.indicators) and not rows:
        issues.block(
            "khong-thay-bang",
            "Không tìm thấy bảng Nhiệm vụ, Chỉ tiêu của biểu báo cáo trong tệp này. Đề nghị điền vào biểu "
            ".xlsx kèm theo yêu cầu báo cáo và gửi lại chính tệp đó.",
            Cell(),
        )
    else:
        issues.block(
            "bieu-trong",
            f"{_what_stands(form, filled, carried)} Nếu không phát sinh thì đánh dấu x ở trang “{SHEET_GENERAL}” và "
            "ghi lý do.",
            Cell(sheet=filled.nothing.sheet),
        )


def foreign_cells(form: Form, filled: Filled) -> Mapping[str, Cell]:
    """Cells with content that this form neither asks nor gives. A workbook brings the given ones back, too."""
    known = {annex.confirm_field for annex in form.annexes}
    for annex in form.annexes:
        known |= annex_fields(annex).keys()
        known |= {
            field_name(line.row_key, given.column)
            for given in annex.given
            for line in annex.lines
            if line.row == given.row
        }
    return {
        name: cell for name, cell in filled.cells.items() if means_something(cell.text) and name not in known
    }


def _what_stands(form: Form, filled: Filled, carried: Carried) -> str:
    """What an empty form holds all the same, and what to do."""
    if carried.any_unconfirmed and form.last:
        return (
            f"Biểu còn nguyên nội dung điền sẵn của kỳ trước ({form.last.cycle_name}), chưa phải là báo cáo kỳ này. "
            f"Sửa những nội dung đã thay đổi; nội dung nào vẫn đúng thì đánh dấu x ở “{SAME}”, hoặc ở ô "
            f"“{SAME_ALL}” nếu tất cả đều đúng."
        )
    asked = [
        f"{what} cho {len(lines)} {noun}"
        for lines, what, noun in (
            (form.assignments, f"cột {ASSIGNMENT_ASKED['status']}", "nhiệm vụ"),
            (form.indicators, f"cột {INDICATOR_ASKED['value']}", "chỉ tiêu"),
        )
        if lines
    ]
    annexes = [annex.sheet for annex in form.annexes if not annex.optional]
    asked += [f"trang {listed(annexes, noun='phụ lục')}"] if annexes else []
    stands = (
        "Biểu mới có lời văn, chưa có số liệu." if _has_prose(filled) else "Biểu chưa được điền nội dung nào."
    )
    return f"{stands} Điền {joined(asked)}." if asked else stands


def _has_prose(filled: Filled) -> bool:
    return any(means_something(cell.text) for cell in filled.texts.values())
