"""The sheet of general information: who reports, who filled the form in, whether there is anything to report, what
holds from last period as a whole, and the signed report where there is one already."""

from models.rules.form import Form
from models.rules.form_columns import (
    NOTHING,
    NOTHING_REASON,
    PHONE,
    PREPARED_BY,
    REPORT_NUMBER,
    SAME_ALL,
    SIGNED_ON,
    SIGNER,
)
from models.time import vn_date
from tasks.workbook.form_sheet import FormSheet
from tasks.workbook.looks import BODY
from tasks.workbook.sheet import (
    MARK_ONLY,
    MARKS,
    finish,
    headline,
    merge,
    offer,
    prompt,
    set_widths,
    wide,
)
from tasks.workbook.sheet_layout import height_for

_WIDTHS = (48, 94)
_IF_SIGNED = "Nếu báo cáo đã ký, ghi thêm (không bắt buộc); chưa ký thì để trống:"


def write_general(sheet: FormSheet, form: Form) -> None:
    """Fills in the sheet "Thông tin chung"."""
    set_widths(sheet, _WIDTHS)
    row = headline(sheet, "THÔNG TIN CHUNG", 1, len(_WIDTHS)) + 1
    given = [
        ("Cơ quan báo cáo", form.agency_name),
        ("Kỳ báo cáo", form.cycle_name),
        ("Số liệu", f"từ ngày {vn_date(form.data_from)} đến hết ngày {vn_date(form.as_of)}"),
        ("Hạn gửi báo cáo", f"chậm nhất hết ngày {vn_date(form.due)}"),
    ]
    for label, text in given:
        sheet.put(row, 1, label, "Cho sẵn, đậm")
        sheet.put(row, 2, text, "Cho sẵn")
        height = height_for(zip((label, text), _WIDTHS, strict=True), BODY, bold=True)
        sheet.heights[row] = height
        row += 1
    same = (SAME_ALL,) if form.last else ()
    first = row
    row = _ask(sheet, row, (PREPARED_BY, PHONE, NOTHING, NOTHING_REASON, *same))
    signed = wide(sheet, row, _IF_SIGNED, "Chú dẫn", len(_WIDTHS))
    end = _ask(sheet, signed, (REPORT_NUMBER, SIGNED_ON, SIGNER))
    sheet.put(end, 1, "Không nhập nội dung thuộc bí mật nhà nước vào biểu này.", "Chú dẫn")
    merge(sheet, end, 1, 2)
    finish(sheet, form)
    sheet.asked = f"B{first}:B{row - 1} B{signed}:B{end - 1}"


def _ask(sheet: FormSheet, row: int, labels: tuple[str, ...]) -> int:
    """A cell to fill beside each label; returns the next row."""
    for label in labels:
        sheet.put(row, 1, label, "Cho sẵn, đậm")
        sheet.put(row, 2, "", "Cần điền")
        least = 3 if label == NOTHING_REASON else 1
        sheet.heights[row] = height_for([(label, _WIDTHS[0])], BODY, bold=True, least=least)
        if label in (NOTHING, SAME_ALL):
            offer(sheet, MARKS, [f"B{row}"], MARK_ONLY)
        elif label == SIGNED_ON:
            prompt(sheet, [f"B{row}"], (SIGNED_ON, "Ghi ngày/tháng/năm. Ví dụ: 31/03/2026"))
        row += 1
    return row
