"""The sheets of assignments and indicators: a row each, given on the left, to fill on the right.

What the agency reported last time stands in the cells to fill, in a look of its own; such a table has a last column
by which a row is confirmed as it is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from models.rules.form import AssignmentLine, Form
from models.rules.form_columns import (
    ASSIGNMENT_ASKED,
    ASSIGNMENT_GIVEN,
    INDICATOR_ASKED,
    INDICATOR_GIVEN,
    NO_FIGURE,
    SAME,
    statuses_for,
)
from models.rules.typed_form import SAME_COLUMN, field_name
from models.time import vn_date
from tasks.workbook.form_sheet import FormSheet
from tasks.workbook.looks import BODY
from tasks.workbook.sheet import (
    MARK_ONLY,
    MARKS,
    NO_SECRETS,
    finish,
    headline,
    offer,
    prompt,
    set_widths,
    wide,
)
from tasks.workbook.sheet_layout import height_for, width_for
from tasks.workbook.stamp import status_sources

# The first column is as wide as the keys need.
_ASSIGNMENT_WIDTHS = (36, 11, 21, 13, 17, 11, 13, 27, 25, 23)
_INDICATOR_WIDTHS = (48, 16, 16, 14, 18, 15, 40)
_SAME_WIDTH = 9
_CENTRED = {"row_key", "role", "unit", "baseline", "target", "deadline"} | {
    "status",
    "percent",
    "completed_on",
    "value",
    "as_of",
    SAME_COLUMN,
}
_HEADER_ROW = 4

_PROMPTS = {
    "percent": ("Tỷ lệ hoàn thành", "Ghi một số từ 0 đến 100. Ví dụ: 75 hoặc 66,67"),
    "completed_on": ("Ngày hoàn thành", "Ghi ngày/tháng/năm. Ví dụ: 31/03/2026"),
    "value": (
        "Giá trị thực hiện",
        (
            f"Ghi một số: dấu phẩy cho phần thập phân, dấu chấm cho hàng nghìn (28,48; 1.294). "
            f"Chưa có thì ghi: {NO_FIGURE}"
        ),
    ),
    "as_of": ("Tính đến ngày", "Ghi ngày/tháng/năm. Để trống nếu đúng ngày chốt số liệu của kỳ báo cáo."),
}


@dataclass(frozen=True)
class _Table:
    """One table: what it asks, of which rows, and what was carried over into it (field name -> text)."""

    title: str
    given: Mapping[str, str]
    asked: Mapping[str, str]
    rows: Sequence[tuple[str, ...]]  # the given texts; the row key comes first
    widths: Sequence[float]
    carried: Mapping[str, str]
    least: int  # lines that a row is high at least

    def column(self, field: str) -> str:
        """The letter of the column of a field to fill."""
        return get_column_letter(len(self.given) + list(self.asked).index(field) + 1)

    def carried_into(self, row_key: str) -> bool:
        return any(field_name(row_key, field) in self.carried for field in self.asked)


def write_assignments(sheet: FormSheet, form: Form) -> None:
    """The assignments this agency answers for."""
    table = _table(
        form,
        "NHIỆM VỤ ĐƯỢC GIAO",
        ASSIGNMENT_GIVEN,
        ASSIGNMENT_ASKED,
        [(line.row_key, line.name, line.role, line.result, _deadline(line)) for line in form.assignments],
        _ASSIGNMENT_WIDTHS,
        least=3,  # the longest status must show once it is chosen
    )
    _write_table(sheet, form, table)
    status = table.column("status")
    for kind, source in status_sources().items():
        cells = [
            f"{status}{row}"
            for row, line in enumerate(form.assignments, _HEADER_ROW + 1)
            if statuses_for(line.kind) == statuses_for(kind)
        ]
        if cells:
            offer(sheet, source, cells, "Chọn một trạng thái trong danh sách của ô.")


def write_indicators(sheet: FormSheet, form: Form) -> None:
    """The indicators this agency reports."""
    rows = [(line.row_key, line.name, line.unit, line.baseline, line.target) for line in form.indicators]
    table = _table(form, "CHỈ TIÊU", INDICATOR_GIVEN, INDICATOR_ASKED, rows, _INDICATOR_WIDTHS, least=2)
    _write_table(sheet, form, table)


def _table(
    form: Form,
    title: str,
    given: Mapping[str, str],
    asked: Mapping[str, str],
    rows: Sequence[tuple[str, ...]],
    widths: Sequence[float],
    least: int,
) -> _Table:
    keys = width_for((row[0] for row in rows), BODY, narrowest=10, widest=30)
    texts = form.last.texts if form.last else {}
    names = {field_name(row[0], field) for row in rows for field in asked} if texts else set()
    carried = {name: text for name, text in texts.items() if text and name in names}
    if carried:
        asked, widths = {**asked, SAME_COLUMN: SAME}, (*widths, _SAME_WIDTH)
    return _Table(title, given, asked, rows, (keys, *widths), carried, least)


def _write_table(sheet: FormSheet, form: Form, table: _Table) -> None:
    """Everything that both tables have."""
    _write_head(sheet, form, table)
    for number, texts in enumerate(table.rows, _HEADER_ROW + 1):
        _write_row(sheet, number, texts, table)
    last = _HEADER_ROW + len(table.rows)
    for field in table.asked:
        letter = table.column(field)
        if field in _PROMPTS:
            first = f"{letter}{_HEADER_ROW + 1}"
            cells = first if last == _HEADER_ROW + 1 else f"{first}:{letter}{last}"
            prompt(sheet, [cells], _PROMPTS[field])
        elif field == SAME_COLUMN:
            rows = enumerate(table.rows, _HEADER_ROW + 1)
            open_cells = [f"{letter}{number}" for number, row in rows if table.carried_into(row[0])]
            offer(sheet, MARKS, open_cells, MARK_ONLY)
    finish(sheet, form, headers=(_HEADER_ROW, _HEADER_ROW))
    sheet.asked = f"{get_column_letter(len(table.given) + 1)}{_HEADER_ROW + 1}:{letter}{last}"


def _write_head(sheet: FormSheet, form: Form, table: _Table) -> None:
    """Title, what the table is about, and the header row."""
    widths = table.widths
    set_widths(sheet, widths)
    row = headline(sheet, table.title, 1, len(widths))
    subtitle = f"{form.agency_name} – {form.cycle_name} (số liệu đến hết ngày {vn_date(form.as_of)})"
    wide(sheet, row, subtitle, "Phụ đề", len(widths))
    wide(
        sheet,
        row + 1,
        f"Chỉ điền vào ô nền trắng. {_about_carried(form, table)}{NO_SECRETS}",
        "Chú dẫn",
        len(widths),
    )
    headers = (*table.given.values(), *table.asked.values())
    for column, header in enumerate(headers, 1):
        look = "Tiêu đề cho sẵn" if column <= len(table.given) else "Tiêu đề cần điền"
        sheet.put(_HEADER_ROW, column, header, look)
    height = height_for(zip(headers, widths, strict=True), BODY, bold=True, least=2)
    sheet.heights[_HEADER_ROW] = height


def _about_carried(form: Form, table: _Table) -> str:
    if form.last is None or not table.carried:
        return ""
    return (
        f"Chữ nghiêng màu xanh là nội dung đã báo cáo kỳ trước ({form.last.cycle_name}): ghi đè nếu đã thay đổi, đánh "
        "dấu x ở cột cuối nếu vẫn đúng. "
    )


def _write_row(sheet: FormSheet, number: int, texts: tuple[str, ...], table: _Table) -> None:
    """The given cells of a row, and the ones to fill."""
    row_key = texts[0]
    for column, (field, text) in enumerate(zip(table.given, texts, strict=True), 1):
        sheet.put(number, column, text, "Cho sẵn, giữa" if field in _CENTRED else "Cho sẵn")
    answers = []
    for column, field in enumerate(table.asked, len(table.given) + 1):
        text = table.carried.get(field_name(row_key, field), "") if table.carried else ""
        look = "Như kỳ trước" if text else "Cần điền"
        if field == SAME_COLUMN and not table.carried_into(row_key):
            look = "Cho sẵn"  # nothing stands here that could be confirmed
        sheet.put(number, column, text, f"{look}, giữa" if field in _CENTRED else look)
        answers.append(text)
    height = height_for(zip((*texts, *answers), table.widths, strict=True), BODY, least=table.least)
    sheet.heights[number] = height


def _deadline(line: AssignmentLine) -> str:
    """The deadline as the register writes it, with the day it means where it does not name one."""
    if line.due is None or re.search(rf"\b0?{line.due.day}\s*[/.-]\s*0?{line.due.month}\b", line.deadline):
        return line.deadline
    return f"{line.deadline}\n(hết {vn_date(line.due)})"
