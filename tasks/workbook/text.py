"""The sheet of prose: the outline heading by heading, with what is expected and a large cell for the answer."""

from models.rules.annexes.annex import Heading, Outline
from models.rules.form import Form
from tasks.workbook.form_sheet import FormSheet
from tasks.workbook.looks import BODY, SMALL
from tasks.workbook.marks import NO_KEY, TEXT_MARK
from tasks.workbook.sheet import NO_SECRETS, finish, merge, set_widths, wide
from tasks.workbook.sheet_layout import height_for

_KEYS, _HEADING, _GUIDE, _ANSWER = 1, 2, 3, 4  # columns
_WIDTHS = (12, 38, 36, 96)
_HEADER_ROW = 4  # the first row is hidden, then the title and a note
_HEADERS = {_HEADING: "Đề mục", _GUIDE: "Yêu cầu", _ANSWER: "Nội dung báo cáo"}
_LEAST_LINES = 7
_INDENT = 1.5  # of a column's width, for each level
_LONGEST = "32.767"  # letters: what Excel allows in a cell


def write_text(sheet: FormSheet, form: Form, outline: Outline) -> None:
    """Fills in the sheet "Lời văn"."""
    set_widths(sheet, _WIDTHS)
    sheet.put(1, _KEYS, TEXT_MARK, "Cho sẵn")
    sheet.put(1, _ANSWER, "D", "Cho sẵn")
    wide(sheet, 2, outline.title, "Đề mục", _ANSWER, first=_HEADING)
    note = (
        "Viết vào ô nền trắng; đề mục không có nội dung thì để trống. Xuống dòng trong ô: Alt+Enter (Excel, WPS) hoặc "
        f"Ctrl+Enter (LibreOffice). Một ô chứa được nhiều nhất {_LONGEST} ký tự. {NO_SECRETS}"
    )
    wide(sheet, 3, note, "Chú dẫn", _ANSWER, first=_HEADING)
    for column, header in _HEADERS.items():
        sheet.put(_HEADER_ROW, column, header, f"Tiêu đề {'cần điền' if column == _ANSWER else 'cho sẵn'}")
    sheet.heights[_HEADER_ROW] = height_for([], BODY, least=2)
    last = _HEADER_ROW + len(outline.headings)
    for row, heading in enumerate(outline.headings, _HEADER_ROW + 1):
        _write_heading(sheet, row, heading)
    for row in range(2, _HEADER_ROW + 1):
        sheet.put(row, _KEYS, NO_KEY, "Cho sẵn")
    finish(sheet, form, headers=(_HEADER_ROW, _HEADER_ROW))
    sheet.keys_hidden = True
    sheet.asked = f"D{_HEADER_ROW + 1}:D{last}"


def _write_heading(sheet: FormSheet, row: int, heading: Heading) -> None:
    """One heading; one that only groups others has no cell to fill."""
    title = f"{heading.number} {heading.title}".strip()
    look = f"Đề cương cấp {heading.level}"
    sheet.put(row, _KEYS, heading.code if heading.asked else NO_KEY, "Cho sẵn")
    sheet.put(row, _HEADING, title, look)
    sheet.put(row, _GUIDE, heading.guide, "Yêu cầu")
    room = _WIDTHS[_HEADING - 1] - _INDENT * (heading.level - 1)
    if heading.asked:
        sheet.put(row, _ANSWER, "", "Cần điền")
        title_height = height_for([(title, room)], BODY, bold=True, least=_LEAST_LINES)
        guide_height = height_for([(heading.guide, _WIDTHS[_GUIDE - 1])], SMALL)
        sheet.heights[row] = max(title_height, guide_height)
        return
    sheet.put(row, _ANSWER, "", "Yêu cầu")
    first = _GUIDE if heading.guide else _HEADING
    merge(sheet, row, first, _ANSWER)
    room = sum(_WIDTHS[_HEADING - 1 :]) if first == _HEADING else room
    title_height = height_for([(title, room)], BODY, bold=True)
    guide_height = height_for([(heading.guide, sum(_WIDTHS[_GUIDE - 1 :]))], SMALL)
    sheet.heights[row] = max(title_height, guide_height)
