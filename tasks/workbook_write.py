"""A form as a workbook: prefilled, locked where it is given, open where it is asked.

Every cell to fill is a text cell. In a text cell what is typed stays as typed: a machine with English
settings makes 2848 of 28,48, and the 4th of March of 03/04/2026, without a word; a line that starts with a
dash becomes a formula that fails. Reading what was typed is the reader's affair, by Vietnamese rules.

The same form and key give the same bytes, so that a form is known by its hash.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from models.codes import DeadlineKind, ReportStatus
from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_GUIDE,
    SHEET_INDICATORS,
    AssignmentLine,
    Form,
    IndicatorLine,
)
from models.rules.form_columns import (
    ASSIGNMENT_ASKED,
    ASSIGNMENT_GIVEN,
    INDICATOR_ASKED,
    INDICATOR_GIVEN,
    NO_FIGURE,
    NOTHING,
    NOTHING_REASON,
    PHONE,
    PREPARED_BY,
    statuses_for,
)
from models.rules.stamp import Stamp, sign
from models.time import vn_date
from tasks.sheet_layout import height_for, set_row_height, width_for

SHEET_STAMP = "_dondoc"
STAMP_ROWS = ("request", "version", "cycle", "agency", "mac")  # column A of the stamp's sheet, values in B
STAMP_KEYS_COLUMN = 3
_STATUS_COLUMNS = {DeadlineKind.DATE: 4, DeadlineKind.RECURRING: 5}  # the lists that cells offer

_FONT = "Times New Roman"
_BODY, _SMALL, _TITLE = 12, 11, 14
_A4 = 9

_LEFT = Alignment(vertical="top", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="top", wrap_text=True)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_THIN = Side(style="thin", color="FF808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_NO_BOX = Border()
_OPEN = Protection(locked=False)
_SHUT = Protection(locked=True)
_GIVEN_FILL = PatternFill("solid", fgColor="FFF2F2F2")
_GIVEN_HEAD = PatternFill("solid", fgColor="FFD9D9D9")
_ASKED_HEAD = PatternFill("solid", fgColor="FFFFF2CC")
_NO_FILL = PatternFill()
_PLAIN = Font(name=_FONT, size=_BODY)
_BOLD = Font(name=_FONT, size=_BODY, bold=True)
_ITALIC = Font(name=_FONT, size=_SMALL, italic=True)
_HEADLINE = Font(name=_FONT, size=_TITLE, bold=True)

# name: font, fill, border, alignment, protection; made once, shared by every workbook
_LOOKS: dict[str, tuple[Font, PatternFill, Border, Alignment, Protection]] = {
    "Đề mục": (_HEADLINE, _NO_FILL, _NO_BOX, _MIDDLE, _SHUT),
    "Phụ đề": (_PLAIN, _NO_FILL, _NO_BOX, _MIDDLE, _SHUT),
    "Chú dẫn": (_ITALIC, _NO_FILL, _NO_BOX, _LEFT, _SHUT),
    "Mục": (_BOLD, _NO_FILL, _NO_BOX, _LEFT, _SHUT),
    "Lời văn": (_PLAIN, _NO_FILL, _NO_BOX, _LEFT, _SHUT),
    "Lưu ý": (_BOLD, _ASKED_HEAD, _BOX, _MIDDLE, _SHUT),
    "Tiêu đề cho sẵn": (_BOLD, _GIVEN_HEAD, _BOX, _MIDDLE, _SHUT),
    "Tiêu đề cần điền": (_BOLD, _ASKED_HEAD, _BOX, _MIDDLE, _SHUT),
    "Cho sẵn": (_PLAIN, _GIVEN_FILL, _BOX, _LEFT, _SHUT),
    "Cho sẵn, giữa": (_PLAIN, _GIVEN_FILL, _BOX, _CENTRE, _SHUT),
    "Cho sẵn, đậm": (_BOLD, _GIVEN_FILL, _BOX, _LEFT, _SHUT),
    "Cần điền": (_PLAIN, _NO_FILL, _BOX, _LEFT, _OPEN),
    "Cần điền, giữa": (_PLAIN, _NO_FILL, _BOX, _CENTRE, _OPEN),
}

# The first column is as wide as the keys need.
_ASSIGNMENT_WIDTHS = (36, 11, 21, 13, 17, 11, 13, 27, 25, 23)
_INDICATOR_WIDTHS = (48, 16, 16, 14, 18, 15, 40)
_GUIDE_WIDTHS = (30, 56, 56)
_GENERAL_WIDTHS = (48, 94)
_CENTRED = {"row_key", "role", "unit", "baseline", "target", "deadline"} | {
    "status",
    "percent",
    "completed_on",
    "value",
    "as_of",
}
_HEADER_ROW = 4

_MEANINGS = {
    ReportStatus.COMPLETE: (
        "Đã đạt đủ kết quả phải đạt: sản phẩm đã được ban hành, phê duyệt, nghiệm thu hoặc đưa vào sử dụng.",
        "Ngày hoàn thành; Sản phẩm/minh chứng. Hoàn thành sau thời hạn thì ghi thêm Lý do chậm/vướng mắc.",
    ),
    ReportStatus.IN_PROGRESS: (
        "Đang triển khai và bảo đảm thời hạn.",
        "Tỷ lệ hoàn thành (%). Đã quá thời hạn mà chưa xong thì phải ghi Lý do chậm/vướng mắc.",
    ),
    ReportStatus.NOT_STARTED: (
        "Chưa bắt đầu thực hiện.",
        "Đã quá thời hạn thì phải ghi Lý do chậm/vướng mắc.",
    ),
    ReportStatus.BEHIND: (
        "Đã triển khai nhưng chậm so với tiến độ, hoặc đã quá thời hạn.",
        "Lý do chậm/vướng mắc; Tỷ lệ hoàn thành (%).",
    ),
    ReportStatus.ON_SCHEDULE: (
        "Nhiệm vụ thường xuyên; trong kỳ đã thực hiện đúng yêu cầu.",
        "Kết quả trong kỳ ghi ở cột Sản phẩm/minh chứng (nếu có).",
    ),
    ReportStatus.OFF_SCHEDULE: (
        "Nhiệm vụ thường xuyên; trong kỳ chưa thực hiện đúng yêu cầu.",
        "Lý do chậm/vướng mắc.",
    ),
    ReportStatus.PROPOSED_OUT: (
        "Đề nghị không thực hiện, hoặc chuyển sang phối hợp với bộ, ngành, cơ quan khác.",
        "Đề xuất: nội dung và căn cứ. Chỉ được tính khi cấp có thẩm quyền chấp thuận.",
    ),
}

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


def write_form(form: Form, key: bytes) -> bytes:
    """The workbook (XLSX) of this form, stamped with `key`. The same arguments give the same bytes."""
    book = Workbook()
    _set_default_font(book)
    for name, (font, fill, border, alignment, protection) in _LOOKS.items():
        style = NamedStyle(name, font, fill, border, alignment, number_format="@", protection=protection)
        book.add_named_style(style)
    guide = book.active
    assert isinstance(guide, Worksheet)  # noqa: S101  a new workbook has one sheet, and it is a worksheet
    guide.title = SHEET_GUIDE
    _write_guide(guide, form)
    text_cells = {2: _write_general(book.create_sheet(SHEET_GENERAL), form)}
    if form.assignments:
        sheet = book.create_sheet(SHEET_ASSIGNMENTS)
        text_cells[len(book.worksheets)] = _write_assignments(sheet, form)
    if form.indicators:
        sheet = book.create_sheet(SHEET_INDICATORS)
        text_cells[len(book.worksheets)] = _write_indicators(sheet, form)
    rows = [*(line.row_key for line in form.assignments), *(line.row_key for line in form.indicators)]
    stamp = sign(form.request_id, form.version, form.cycle_code, form.agency_code, rows, key)
    _write_stamp(book.create_sheet(SHEET_STAMP), stamp)
    book.properties.title = f"Biểu báo cáo {form.cycle_name} - {form.agency_name}"
    book.properties.creator = "dondoc"
    return _bytes_of(book, text_cells, datetime.combine(form.data_from, time()))


def _write_guide(sheet: Worksheet, form: Form) -> None:
    """Who asks what of whom by when, how to fill it in, and what every status means."""
    _set_widths(sheet, _GUIDE_WIDTHS)
    row = _headline(sheet, "BIỂU BÁO CÁO TÌNH HÌNH THỰC HIỆN NHIỆM VỤ, CHỈ TIÊU", 1, len(_GUIDE_WIDTHS))
    row = _wide(sheet, row, f"Kỳ báo cáo: {form.cycle_name}", "Phụ đề")
    row += 1
    for label, text in _facts(form):
        _put(sheet, row, 1, label, "Cho sẵn, đậm")
        _put(sheet, row, 2, text, "Cho sẵn")
        _put(sheet, row, 3, "", "Cho sẵn")
        _merge(sheet, row, 2, 3)
        texts = [(label, _GUIDE_WIDTHS[0]), (text, sum(_GUIDE_WIDTHS[1:]))]
        set_row_height(sheet, row, height_for(texts, _BODY, bold=True))
        row += 1
    row += 1
    row = _wide(
        sheet,
        row,
        "KHÔNG NHẬP NỘI DUNG THUỘC BÍ MẬT NHÀ NƯỚC VÀO BIỂU NÀY.\n"
        "Nội dung mật (nếu có) được báo cáo riêng theo quy định của pháp luật về bảo vệ bí mật nhà nước.",
        "Lưu ý",
    )
    row += 1
    row = _wide(sheet, row, "CÁCH ĐIỀN", "Mục")
    for number, text in enumerate(_instructions(form), 1):
        row = _wide(sheet, row, f"{number}. {text}", "Lời văn")
    statuses = [s for s in ReportStatus if any(s in statuses_for(line.kind) for line in form.assignments)]
    if statuses:
        row += 1
        row = _wide(sheet, row, "Ý NGHĨA CỦA TRẠNG THÁI", "Mục")
        for column, header in enumerate(("Trạng thái", "Dùng khi", "Nội dung phải ghi thêm"), 1):
            _put(sheet, row, column, header, "Tiêu đề cho sẵn")
        set_row_height(sheet, row, height_for([], _BODY))
    for status in statuses:
        row += 1
        meaning = (status.label, *_MEANINGS[status])
        for column, text in enumerate(meaning, 1):
            _put(sheet, row, column, text, "Cho sẵn, đậm" if column == 1 else "Cho sẵn")
        height = height_for(zip(meaning, _GUIDE_WIDTHS, strict=True), _BODY, bold=True)
        set_row_height(sheet, row, height)
    _finish(sheet, form)
    sheet.page_setup.fitToHeight = 1


def _facts(form: Form) -> list[tuple[str, str]]:
    counts = [
        f"{len(lines):02d} {noun} (trang “{where}”)"
        for lines, noun, where in (
            (form.assignments, "nhiệm vụ", SHEET_ASSIGNMENTS),
            (form.indicators, "chỉ tiêu", SHEET_INDICATORS),
        )
        if lines
    ]
    return [
        ("Cơ quan báo cáo", f"{form.agency_name} (mã: {form.agency_code})"),
        ("Nơi yêu cầu, liên hệ", form.contact),
        ("Kỳ báo cáo", f"{form.cycle_name} (mã: {form.cycle_code})"),
        ("Số liệu", f"từ ngày {vn_date(form.data_from)} đến hết ngày {vn_date(form.as_of)}"),
        ("Hạn gửi báo cáo", f"chậm nhất hết ngày {vn_date(form.due)}"),
        ("Nội dung phải báo cáo", "; ".join(counts) or "không có dòng cho sẵn"),
        ("Phiên bản biểu", str(form.version)),
    ]


def _instructions(form: Form) -> Iterator[str]:
    yield (
        "Chỉ điền vào ô nền trắng. Ô nền xám là nội dung cho sẵn và được khóa (không có mật khẩu); nội "
        "dung cho sẵn chưa đúng thì báo cho nơi yêu cầu, không tự sửa. Không xóa, không đổi cột Mã."
    )
    yield (
        f"Trang “{SHEET_GENERAL}”: ghi người lập báo cáo và điện thoại. Nếu trong kỳ không phát sinh nội "
        "dung báo cáo thì đánh dấu x và ghi lý do; khi đó không phải điền các trang sau."
    )
    if form.assignments:
        yield (
            f"Trang “{SHEET_ASSIGNMENTS}”: mỗi nhiệm vụ một dòng; chọn Trạng thái trong danh sách của ô, "
            "rồi ghi thêm theo bảng dưới đây. Tỷ lệ hoàn thành là một số từ 0 đến 100 (ví dụ: 75 hoặc "
            "66,67)."
        )
    if form.indicators:
        yield (
            f"Trang “{SHEET_INDICATORS}”: Giá trị thực hiện là một số, dấu phẩy cho phần thập phân, dấu "
            f"chấm cho hàng nghìn (ví dụ: 28,48; 1.294). Chưa có thì ghi “{NO_FIGURE}”, và ghi ở cột Nguồn "
            f"số liệu nơi sẽ cung cấp. Tính đến ngày: để trống nếu là ngày {vn_date(form.as_of)}."
        )
    yield (
        "Ngày ghi theo dạng ngày/tháng/năm, ví dụ 31/03/2026. Xuống dòng trong một ô: Alt+Enter (Excel, "
        "WPS) hoặc Ctrl+Enter (LibreOffice)."
    )
    yield (
        "Lưu tệp ở định dạng .xlsx (không phải .xls, PDF hay ảnh chụp), không đặt mật khẩu, rồi gửi lại "
        "theo thư yêu cầu báo cáo. Báo cáo còn chỗ phải sửa thì nơi nhận trả lời, nêu rõ trang và ô."
    )


def _write_general(sheet: Worksheet, form: Form) -> str:
    """Agency, cycle, who filled the form in; and "nothing to report". Returns the range of its cells to "
    "fill."""
    _set_widths(sheet, _GENERAL_WIDTHS)
    row = _headline(sheet, "THÔNG TIN CHUNG", 1, len(_GENERAL_WIDTHS)) + 1
    given = [
        ("Cơ quan báo cáo", form.agency_name),
        ("Kỳ báo cáo", form.cycle_name),
        ("Số liệu", f"từ ngày {vn_date(form.data_from)} đến hết ngày {vn_date(form.as_of)}"),
        ("Hạn gửi báo cáo", f"chậm nhất hết ngày {vn_date(form.due)}"),
    ]
    for label, text in given:
        _put(sheet, row, 1, label, "Cho sẵn, đậm")
        _put(sheet, row, 2, text, "Cho sẵn")
        height = height_for(zip((label, text), _GENERAL_WIDTHS, strict=True), _BODY, bold=True)
        set_row_height(sheet, row, height)
        row += 1
    first = row
    for label in (PREPARED_BY, PHONE, NOTHING, NOTHING_REASON):
        _put(sheet, row, 1, label, "Cho sẵn, đậm")
        _put(sheet, row, 2, "", "Cần điền")
        least = 3 if label == NOTHING_REASON else 1
        height = height_for([(label, _GENERAL_WIDTHS[0])], _BODY, bold=True, least=least)
        set_row_height(sheet, row, height)
        if label == NOTHING:
            _offer(sheet, '"x"', [f"B{row}"], "Đánh dấu x, hoặc để trống.")
        row += 1
    _put(sheet, row, 1, "Không nhập nội dung thuộc bí mật nhà nước vào biểu này.", "Chú dẫn")
    _merge(sheet, row, 1, 2)
    _finish(sheet, form)
    return f"B{first}:B{row - 1}"


def _write_assignments(sheet: Worksheet, form: Form) -> str:
    """The assignments this agency answers for. Returns the range of the cells to fill."""
    widths = (_key_width(form.assignments), *_ASSIGNMENT_WIDTHS)
    _start_table(sheet, form, "NHIỆM VỤ ĐƯỢC GIAO", ASSIGNMENT_GIVEN, ASSIGNMENT_ASKED, widths)
    filled = _write_rows(
        sheet,
        [(line.row_key, line.name, line.role, line.result, _deadline(line)) for line in form.assignments],
        tuple(ASSIGNMENT_GIVEN),
        tuple(ASSIGNMENT_ASKED),
        widths,
        least=3,  # the longest status must show once it is chosen
    )
    status = get_column_letter(len(ASSIGNMENT_GIVEN) + 1)
    for kind, column in _STATUS_COLUMNS.items():
        cells = [
            f"{status}{row}"
            for row, line in enumerate(form.assignments, _HEADER_ROW + 1)
            if statuses_for(line.kind) == statuses_for(kind)
        ]
        if cells:
            letter = get_column_letter(column)
            source = f"'{SHEET_STAMP}'!${letter}$1:${letter}${len(statuses_for(kind))}"
            _offer(sheet, source, cells, "Chọn một trạng thái trong danh sách của ô.")
    _prompt(sheet, ASSIGNMENT_GIVEN, ASSIGNMENT_ASKED, len(form.assignments))
    _finish(sheet, form, header_row=_HEADER_ROW)
    return filled


def _write_indicators(sheet: Worksheet, form: Form) -> str:
    """The indicators this agency reports. Returns the range of the cells to fill."""
    widths = (_key_width(form.indicators), *_INDICATOR_WIDTHS)
    _start_table(sheet, form, "CHỈ TIÊU", INDICATOR_GIVEN, INDICATOR_ASKED, widths)
    filled = _write_rows(
        sheet,
        [(line.row_key, line.name, line.unit, line.baseline, line.target) for line in form.indicators],
        tuple(INDICATOR_GIVEN),
        tuple(INDICATOR_ASKED),
        widths,
        least=2,
    )
    _prompt(sheet, INDICATOR_GIVEN, INDICATOR_ASKED, len(form.indicators))
    _finish(sheet, form, header_row=_HEADER_ROW)
    return filled


def _start_table(
    sheet: Worksheet,
    form: Form,
    title: str,
    given: Mapping[str, str],
    asked: Mapping[str, str],
    widths: Sequence[float],
) -> None:
    """Title, what the table is about, and the header row."""
    _set_widths(sheet, widths)
    row = _headline(sheet, title, 1, len(widths))
    subtitle = f"{form.agency_name} – {form.cycle_name} (số liệu đến hết ngày {vn_date(form.as_of)})"
    _wide(sheet, row, subtitle, "Phụ đề", len(widths))
    note = "Chỉ điền vào ô nền trắng. Không nhập nội dung thuộc bí mật nhà nước."
    _wide(sheet, row + 1, note, "Chú dẫn", len(widths))
    for column, header in enumerate((*given.values(), *asked.values()), 1):
        look = "Tiêu đề cho sẵn" if column <= len(given) else "Tiêu đề cần điền"
        _put(sheet, _HEADER_ROW, column, header, look)
    texts = zip((*given.values(), *asked.values()), widths, strict=True)
    set_row_height(sheet, _HEADER_ROW, height_for(texts, _BODY, bold=True, least=2))


def _write_rows(
    sheet: Worksheet,
    rows: Sequence[tuple[str, ...]],
    given: tuple[str, ...],
    asked: tuple[str, ...],
    widths: Sequence[float],
    least: int,
) -> str:
    """The given cells and the open ones, at least `least` lines high. Returns the range of the open ones."""
    looks = [f"Cho sẵn{', giữa' if field in _CENTRED else ''}" for field in given]
    open_looks = [f"Cần điền{', giữa' if field in _CENTRED else ''}" for field in asked]
    for row, texts in enumerate(rows, _HEADER_ROW + 1):
        for column, (text, look) in enumerate(zip(texts, looks, strict=True), 1):
            _put(sheet, row, column, text, look)
        for column, look in enumerate(open_looks, len(given) + 1):
            _put(sheet, row, column, "", look)
        height = height_for(zip(texts, widths, strict=False), _BODY, least=least)
        set_row_height(sheet, row, height)
    first, last = get_column_letter(len(given) + 1), get_column_letter(len(given) + len(asked))
    return f"{first}{_HEADER_ROW + 1}:{last}{_HEADER_ROW + len(rows)}"


def _write_stamp(sheet: Worksheet, stamp: Stamp) -> None:
    """What the form says of itself; and the lists of statuses, whose commas an inline list could not hold."""
    values = (str(stamp.request_id), str(stamp.version), stamp.cycle_code, stamp.agency_code, stamp.mac)
    for row, (label, value) in enumerate(zip(STAMP_ROWS, values, strict=True), 1):
        _put(sheet, row, 1, label, "Cho sẵn")
        _put(sheet, row, 2, value, "Cho sẵn")
    for row, row_key in enumerate(stamp.row_keys, 1):
        _put(sheet, row, STAMP_KEYS_COLUMN, row_key, "Cho sẵn")
    for kind, column in _STATUS_COLUMNS.items():
        for row, status in enumerate(statuses_for(kind), 1):
            _put(sheet, row, column, status.label, "Cho sẵn")
    sheet.protection.sheet = True
    sheet.sheet_state = "veryHidden"


def _set_default_font(book: Workbook) -> None:
    """The unit of column widths follows the workbook's first font; openpyxl has no public way to it."""
    book._fonts[0] = Font(name=_FONT, size=_SMALL, family=1)  # type: ignore[attr-defined]


def _set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _key_width(lines: Sequence[AssignmentLine | IndicatorLine]) -> float:
    return width_for((line.row_key for line in lines), _BODY, narrowest=10, widest=30)


def _merge(sheet: Worksheet, row: int, first: int, last: int) -> None:
    """One cell of several that have their look already; openpyxl's own way works every border out again."""
    sheet.merged_cells.add(f"{get_column_letter(first)}{row}:{get_column_letter(last)}{row}")


def _put(sheet: Worksheet, row: int, column: int, text: str, look: str) -> None:
    """Writes text as text: a name that starts with = is no formula."""
    cell = sheet.cell(row, column)
    cell.style = look
    if text:
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
        cell.data_type = "s"


def _wide(sheet: Worksheet, row: int, text: str, look: str, columns: int = len(_GUIDE_WIDTHS)) -> int:
    """A line across the whole sheet; returns the next row."""
    for column in range(1, columns + 1):
        _put(sheet, row, column, text if column == 1 else "", look)
    _merge(sheet, row, 1, columns)
    width = sum(sheet.column_dimensions[get_column_letter(c)].width for c in range(1, columns + 1))
    font = _LOOKS[look][0]
    set_row_height(sheet, row, height_for([(text, width)], font.sz or _BODY, bold=bool(font.b)))
    return row + 1


def _headline(sheet: Worksheet, text: str, row: int, columns: int) -> int:
    return _wide(sheet, row, text, "Đề mục", columns)


def _offer(sheet: Worksheet, source: str, cells: Sequence[str], otherwise: str) -> None:
    """A list to choose from in these cells; what is not in it is refused with the sentence `otherwise`."""
    choice = DataValidation("list", source, allow_blank=True, showErrorMessage=True, errorStyle="stop")
    choice.errorTitle, choice.error = "Không có trong danh sách", otherwise
    for cell in cells:
        choice.add(cell)
    sheet.add_data_validation(choice)


def _prompt(sheet: Worksheet, given: Mapping[str, str], asked: Mapping[str, str], rows: int) -> None:
    """A hint beside the cell that is being filled in; it refuses nothing."""
    for column, field in enumerate(asked, len(given) + 1):
        if field in _PROMPTS:
            title, text = _PROMPTS[field]
            hint = DataValidation(showInputMessage=True, promptTitle=title, prompt=text)
            letter = get_column_letter(column)
            hint.add(f"{letter}{_HEADER_ROW + 1}:{letter}{_HEADER_ROW + rows}")
            sheet.add_data_validation(hint)


def _finish(sheet: Worksheet, form: Form, header_row: int | None = None) -> None:
    """Paper (A4 landscape, as wide as the sheet), footer, protection, and what stays in view."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    margins = sheet.page_margins  # inches
    margins.left, margins.right, margins.top, margins.bottom = 0.6, 0.4, 0.5, 0.7
    margins.header = margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    about = f"{form.agency_name} – {form.cycle_name}".replace("&", "&&")
    footer = sheet.HeaderFooter.oddFooter = HeaderFooterItem()
    for part, text in ((footer.left, about), (footer.right, "Trang &P/&N")):
        part.text, part.font, part.size = text, f"{_FONT},Regular", 10
    sheet.protection.sheet = True
    sheet.protection.formatRows = sheet.protection.formatColumns = False  # False: allowed
    sheet.sheet_view.zoomScale = 100
    if header_row is not None:
        sheet.sheet_view.zoomScale = 85
        sheet.print_title_rows = f"{header_row}:{header_row}"
        sheet.freeze_panes = f"A{header_row + 1}"


def _deadline(line: AssignmentLine) -> str:
    """The deadline as the register writes it, with the day it means where it does not name one."""
    if line.due is None or re.search(rf"\b0?{line.due.day}\s*[/.-]\s*0?{line.due.month}\b", line.deadline):
        return line.deadline
    return f"{line.deadline}\n(hết {vn_date(line.due)})"


def _bytes_of(book: Workbook, text_cells: Mapping[int, str], made: datetime) -> bytes:
    """The workbook as a file, with nothing in it that depends on the hour of writing.

    `text_cells` are the cells to fill of the n-th sheet: numbers that stand there as text are meant so, and
    are not to be marked as errors (an element of the format that openpyxl does not know).
    """
    book.properties.created = made
    draft, final = BytesIO(), BytesIO()
    with ZipFile(draft, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).save()
    marks = {
        f"xl/worksheets/sheet{number}.xml": (
            f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"/></ignoredErrors>'
        )
        for number, cells in text_cells.items()
    }
    with ZipFile(draft) as archive, ZipFile(final, "w", ZIP_DEFLATED) as fixed:
        for name in archive.namelist():
            part = archive.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + f"{made:%Y-%m-%dT%H:%M:%SZ}".encode() + rb"\g<2>", part)
            elif name in marks:
                part = part.replace(b"</headerFooter>", b"</headerFooter>" + marks[name].encode(), 1)
            entry = ZipInfo(name)  # dated 1980-01-01
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            fixed.writestr(entry, part)
    return final.getvalue()


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
