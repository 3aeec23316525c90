"""Where the numbers of a workbook came from, on its last sheets."""

from openpyxl.worksheet.worksheet import Worksheet

from tasks.documents.sheet_table import About, Book, write_table
from tasks.documents.trace_table import COUNTED_IN, LONGEST, Trace, figures_table, rows_table, trace_table

TRACE, ROWS = "Nguồn số liệu", "Dòng nguồn"
_TITLE = "NGUỒN CỦA TỪNG SỐ LIỆU"
_COUNT = "đếm các dòng khác nhau (theo cột “Cách đếm”) thì được đúng giá trị. "
_KEYS = "“Mã dòng” là mã ghi ở cột “Mã” của biểu mà cơ quan nộp. Số liệu bằng 0 không có dòng nguồn. "
_TO_PRINT = (
    "Trang này để tra cứu trên máy: khi in cả sổ chỉ in phần đầu; cần in các dòng thì bỏ vùng in (Clear Print "
    "Area)."
)
HOW_TO_READ = f"Lọc cột “Mã số liệu” để thấy các dòng làm nên một số liệu; {_COUNT}{_KEYS}{_TO_PRINT}"
_HOW_TO_READ_FIGURES = (
    f"Các dòng làm nên một số liệu ở trang “{ROWS}”: lọc cột “{COUNTED_IN}” theo điều kiện chứa (Text Filters › "
    f"Contains) mã ở cột “Mã số liệu”; {_COUNT}Số liệu bằng 0 không có dòng nguồn. {_TO_PRINT}"
)
_HOW_TO_READ_ROWS = (
    f"Mỗi dòng nguồn đứng một lần, kèm mã của mọi số liệu được đếm từ dòng ấy (trang “{TRACE}”). Lọc cột "
    f"“{COUNTED_IN}” theo điều kiện chứa mã. {_KEYS}{_TO_PRINT}"
)


def write_trace(
    book: Book, about: About, trace: Trace, *, longest: int = LONGEST, to_print: bool = False
) -> None:
    """The numbers with their rows: on one sheet, or, where that would be longer than `longest` lines, the numbers on
    one and the rows on another. Unless `to_print`, whoever prints the book gets their heads alone."""
    if trace.lines <= longest:
        sheets = [(TRACE, _TITLE, trace_table(trace), HOW_TO_READ)]
    else:
        sheets = [
            (TRACE, _TITLE, figures_table(trace), _HOW_TO_READ_FIGURES),
            (ROWS, "CÁC DÒNG LÀM NÊN SỐ LIỆU", rows_table(trace), _HOW_TO_READ_ROWS),
        ]
    for name, title, table, note in sheets:
        sheet: Worksheet = book.create_sheet(name)
        write_table(sheet, about, title, table, note=note, to_filter=True)
        if not to_print:
            sheet.print_area = f"A1:{_last(table.shown)}4"


def _last(columns: list[str]) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(columns) - 1]
