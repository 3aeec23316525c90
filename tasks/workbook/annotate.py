"""A copy of a report that was sent, with what to mend marked in it: to be mended there, and sent back as it is.

The copy holds the sender's values, never a formula, and nothing of the file that we do not know: no macro, link,
picture or name. So it can be opened without thinking by whoever gets it.
"""

import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from io import BytesIO
from itertools import groupby
from xml.etree.ElementTree import Element, tostring

from defusedxml.ElementTree import fromstring
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedNameDict
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import Severity
from models.rules.form import Issue
from models.rules.text import clean, fold
from tasks.steady_zip import steady_zip
from tasks.workbook.package import MOST_COLUMNS, MOST_ROWS, UnreadableForm, packed, parts_of
from tasks.workbook.sheet_layout import height_for, set_row_height

SHEET_LIST = "Cần hoàn thiện"
_AUTHOR = "dondoc"
_MUST = PatternFill("solid", fgColor="FFFFC7CE")
_LOOK = PatternFill("solid", fgColor="FFFFEB9C")
_MARKS = {_MUST.fgColor.rgb, _LOOK.fgColor.rgb}
_NO_MARK = PatternFill()

_FONT, _SIZE = "Times New Roman", 12
_LINE = Side(style="thin", color="FF808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAP = Alignment(vertical="top", wrap_text=True)
_WIDTHS = (6, 20, 10, 18, 90)
_HEADER = ("STT", "Trang", "Ô", "Mức độ", "Nội dung")
_LEVELS = {Severity.BLOCK: "Phải sửa", Severity.WARN: "Đề nghị xem lại"}
_FILLS = {Severity.BLOCK: _MUST, Severity.WARN: _LOOK}
_MOST_TAGS = 150_000  # in one sheet: every one of them becomes an object
_MOST_MERGED = 2_000  # ranges in a sheet, and cells in a range

_PLACE = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
_LIKE_A_FORMULA = ("=", "+", "-", "@")
_COLUMNS_OF_COMMENT, _LINES_OF_COMMENT = 260, 22  # pixels


def annotate(content: bytes, issues: Iterable[Issue]) -> bytes:
    """The workbook that was sent with each faulty cell marked, red where it must be mended, amber where it is to be
    looked at again, and commented; and a first sheet that lists every issue with a link to its cell.

    What cannot be opened gives a workbook of the list alone. The same arguments give the same bytes.
    """
    told = sorted(issues, key=lambda issue: issue.severity is not Severity.BLOCK)
    try:
        book = _copy_of(content)
    except Exception:  # bytes from outside break parsers in any way; the list serves without them
        book = None
    if book is None:
        return _saved(_with_list(_empty(), told))
    try:
        return _saved(_with_list(_marked(book, told), told))
    except Exception:  # what was loaded may still be what cannot be written
        return _saved(_with_list(_empty(), told))


def _empty() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


# The copy


def _copy_of(content: bytes) -> Workbook:
    """The sender's sheets with their values, looks, lists to choose from and protection, and nothing else."""
    parts = parts_of(content)
    kept = {
        name: _plain_sheet(part) if _is_sheet(part) else part
        for name, part in parts.items()
        if "/_rels/" not in name or name == "xl/_rels/workbook.xml.rels"
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(packed(kept), data_only=True, keep_links=False)
    book.defined_names = DefinedNameDict()
    for sheet in book.worksheets:
        sheet.defined_names = DefinedNameDict()
        if fold(sheet.title) == fold(SHEET_LIST):
            book.remove(sheet)  # of an earlier copy
            continue
        for number, row in list(sheet.row_dimensions.items()):
            if row.ht and not row.hidden:
                set_row_height(sheet, number, row.ht)  # it goes on growing with what is typed
        for cell in _cells_of(sheet):
            _neutralise(cell)
            if cell.fill.fgColor.rgb in _MARKS:
                cell.fill = _NO_MARK
    return book


_SHEET = re.compile(rb"<(?:\w+:)?worksheet[\s>]")
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_KNOWN = {
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetProtection",
    "mergeCells",
    "dataValidations",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
}


def _is_sheet(part: bytes) -> bool:
    return _SHEET.search(part[:2000]) is not None


def _plain_sheet(part: bytes) -> bytes:
    """A sheet without what points out of it or could be without measure."""
    if part.count(b"<") > _MOST_TAGS:
        raise UnreadableForm("trang quá lớn để sao lại")
    sheet = fromstring(part, forbid_dtd=True)
    for child in list(sheet):
        name = child.tag.removeprefix(_NAMESPACE)
        if name not in _KNOWN:
            sheet.remove(child)
        elif name == "mergeCells":
            _bound_merges(child)
        elif name == "sheetData":
            _bound_rows(child)
        elif name == "dataValidations":
            _keep(child, lambda rule: all("[" not in (text.text or "") for text in rule))
        elif name == "pageSetup":
            child.attrib.pop("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", None)
    return bytes(tostring(sheet))


def _bound_rows(rows: Element) -> None:
    """What a reader of forms would not look at is not copied."""
    _keep(rows, lambda row: int(row.get("r") or 1) <= MOST_ROWS)
    for row in rows:
        _keep(row, lambda cell: _column(cell.get("r") or "A1") <= MOST_COLUMNS)


def _bound_merges(merges: Element) -> None:
    _keep(merges, lambda merge: _area(merge.get("ref", "")) <= _MOST_MERGED)
    for merge in list(merges)[_MOST_MERGED:]:
        merges.remove(merge)


def _keep(parent: Element, wanted: Callable[[Element], bool]) -> None:
    parent[:] = [child for child in parent if wanted(child)]


def _column(ref: str) -> int:
    return int(range_boundaries(ref)[0] or 0)


def _area(ref: str) -> int:
    left, top, right, bottom = (int(edge or 1_000_000) for edge in range_boundaries(ref))
    return (right - left + 1) * (bottom - top + 1)


def _cells_of(sheet: Worksheet) -> Iterable[Cell]:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell):
                yield cell


def _neutralise(cell: Cell) -> None:
    """Text that begins like a formula stays text, also after somebody has edited the cell."""
    if isinstance(cell.value, str) and cell.value.startswith(_LIKE_A_FORMULA):
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = True


# What is marked in it


def _marked(book: Workbook, issues: Sequence[Issue]) -> Workbook:
    sheets = {clean(sheet.title): sheet for sheet in reversed(book.worksheets)}
    placed = [issue for issue in issues if issue.sheet in sheets and _PLACE.fullmatch(issue.cell)]
    placed.sort(key=_place)
    for (title, ref), found in groupby(placed, key=_place):
        cell = _whole(sheets[title], ref)
        if cell is None:
            continue
        of_cell = list(found)
        cell.fill = _FILLS[min((issue.severity for issue in of_cell), key=list(_FILLS).index)]
        cell.comment = _comment([issue.sentence for issue in of_cell])
    return book


def _place(issue: Issue) -> tuple[str, str]:
    return issue.sheet, issue.cell


def _whole(sheet: Worksheet, ref: str) -> Cell | None:
    """The cell at this place; of merged ones the one that shows. None outside of what is copied."""
    column, row = range_boundaries(ref)[:2]
    if not (column and row) or column > MOST_COLUMNS or row > MOST_ROWS:
        return None
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        merged = next(merged for merged in sheet.merged_cells.ranges if ref in merged)
        cell = sheet.cell(merged.min_row, merged.min_col)
    return cell if isinstance(cell, Cell) else None


def _comment(sentences: Sequence[str]) -> Comment:
    text = "\n".join(_writable(sentence) for sentence in sentences)
    lines = sum(len(sentence) // 36 + 1 for sentence in sentences)
    return Comment(text, _AUTHOR, height=min(400, 30 + lines * _LINES_OF_COMMENT), width=_COLUMNS_OF_COMMENT)


# The list


def _with_list(book: Workbook, issues: Sequence[Issue]) -> Workbook:
    """The first sheet, which says everything that is to be done."""
    copied = {clean(sheet.title): sheet.title for sheet in reversed(book.worksheets)}
    sheet = book.create_sheet(SHEET_LIST, 0)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _say(sheet, 1, 1, "NỘI DUNG CẦN HOÀN THIỆN", bold=True)
    _say(sheet, 2, 1, _what_to_do(issues, bool(copied)))
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(_WIDTHS))
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=len(_WIDTHS))
    set_row_height(sheet, 2, height_for([(str(sheet.cell(2, 1).value), sum(_WIDTHS))], _SIZE))
    for column, header in enumerate(_HEADER, 1):
        _say(sheet, 4, column, header, bold=True, boxed=True)
    for number, issue in enumerate(issues, 1):
        row = 4 + number
        texts = (str(number), issue.sheet, issue.cell, _LEVELS[issue.severity], issue.sentence)
        for column, text in enumerate(texts, 1):
            _say(sheet, row, column, text, boxed=True)
        sheet.cell(row, 4).fill = _FILLS[issue.severity]
        if issue.sheet in copied:
            _link(sheet, row, copied[issue.sheet], issue.cell if _PLACE.fullmatch(issue.cell) else "A1")
        set_row_height(sheet, row, height_for(zip(texts, _WIDTHS, strict=True), _SIZE))
    sheet.freeze_panes = "A5"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    for other in book.worksheets:
        other.sheet_view.tabSelected = False
    book.active = 0
    return book


def _what_to_do(issues: Sequence[Issue], copied: bool) -> str:
    must = sum(issue.severity is Severity.BLOCK for issue in issues)
    counts = f"Có {must:02d} điểm phải sửa, {len(issues) - must:02d} điểm đề nghị xem lại."
    if not copied:
        return f"{counts} Đề nghị sửa trong biểu đã điền rồi gửi lại."
    return (
        f"{counts} Đề nghị sửa ngay trong tệp này: ô tô đỏ là phải sửa, ô tô vàng là xem lại; đưa con trỏ vào ô để đọc "
        "ghi chú. Sửa xong, lưu và gửi lại chính tệp này."
    )


def _say(
    sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False, boxed: bool = False
) -> None:
    cell = sheet.cell(row, column)
    cell.font, cell.alignment, cell.number_format = Font(name=_FONT, size=_SIZE, bold=bold), _WRAP, "@"
    if boxed:
        cell.border = _BOX
    if text:
        cell.value = _writable(text)
        cell.data_type = "s"


def _link(sheet: Worksheet, row: int, title: str, ref: str) -> None:
    quoted = title.replace("'", "''")
    cell = sheet.cell(row, 3)
    cell.value = cell.value or "xem trang"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{ref}")
    cell.font = Font(name=_FONT, size=_SIZE, underline="single", color="FF0563C1")


def _writable(text: str) -> str:
    return ILLEGAL_CHARACTERS_RE.sub(" ", text)


def _saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return steady_zip(out.getvalue(), date(2000, 1, 1))
