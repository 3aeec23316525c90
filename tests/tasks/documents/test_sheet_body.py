"""Rows written straight into a sheet read back as they were meant, by whoever reads them."""

from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tasks.documents.sheet_table import About, new_book, packed, write_table
from tasks.documents.table import GROUP, Table

ABOUT = About("Kỳ", "tính đến ngày 14/3/2026", "Sơ bộ")
LONG = "\n".join(f"Dòng {number}" for number in range(60))


def read(rows: list[dict[str, Any]], **how: Any) -> Any:
    book = new_book()
    table = Table((GROUP, "TT", "Nội dung", "Xếp loại"), rows)
    write_table(book.create_sheet("Bảng"), ABOUT, "BẢNG", table, to_filter=True)
    return load_workbook(BytesIO(packed(book, "Bảng", date(2026, 3, 14))), **how)["Bảng"]


def test_what_is_typed_stays_what_it_is() -> None:
    typed = ["=1+1", " <b>&\r\x07 ", "", "a\nb", "+84", LONG]
    sheet = read([{GROUP: "", "TT": at, "Nội dung": text} for at, text in enumerate(typed)])
    cells = [row[1] for row in sheet.iter_rows(min_row=5)]
    assert [cell.value for cell in cells[:5]] == ["=1+1", " <b>&\r  ", None, "a\nb", "+84"]
    assert [cell.quotePrefix for cell in cells[:5]] == [True, False, False, False, True]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert [row[0].value for row in sheet.iter_rows(min_row=5)][:6] == [0, 1, 2, 3, 4, 5]
    assert "\n".join(cell.value for cell in cells[5:]) == LONG  # as many rows as it needs
    assert len(cells) > 6


def test_the_rest_of_the_sheet_knows_of_them() -> None:
    rows = [{GROUP: f"Nhóm {at // 2}", "TT": at, "Xếp loại": "▲ Chậm, quá hạn"} for at in range(4)]
    sheet = read(rows)
    assert sheet.dimensions == "A1:C10"
    assert sheet.auto_filter.ref == "A4:C10"
    assert {str(one) for one in sheet.merged_cells.ranges} >= {"A5:C5", "A8:C8"}
    assert sheet["C6"].fill.fgColor.rgb == "FFFF9B9B"
    assert sheet["C6"].font.b
    assert len(list(read(rows, read_only=True).iter_rows())) == 10
