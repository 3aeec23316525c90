"""How a plain program reads a filled form, whichever frame serves it: openpyxl, every cell that it needs, no proof."""

import warnings
from collections.abc import Iterable, Mapping
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rows = Mapping[str, Mapping[str, str]]
"""What a file says, by the key of the row or the place of the cell; what must be filled in is under ""."""

_REQUIRED = {"Nhiệm vụ": "Trạng thái", "Chỉ tiêu": "Giá trị thực hiện"}


def read(content: bytes) -> tuple[int, Rows]:
    """Which request a workbook says it answers, and everything that it says."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(content), data_only=True)
    return _request_of(book), {**_tables(book), **_figures(book)}


def missing(asked: Iterable[str], rows: Rows) -> list[str]:
    """The keys of the rows that were asked for and are not filled in."""
    return [key for key in asked if not rows.get(key, {}).get("")]


def _request_of(book: Workbook) -> int:
    return next(
        int(str(row[1])) for row in book["_dondoc"].iter_rows(values_only=True) if row[0] == "request"
    )


def _tables(book: Workbook) -> dict[str, dict[str, str]]:
    """Every row of the two tables by its key."""
    found = {}
    for title, required in _REQUIRED.items():
        if title not in book.sheetnames:
            continue
        header: tuple[str, ...] = ()
        for row in book[title].iter_rows(values_only=True):
            texts = tuple("" if value is None else str(value) for value in row)
            if "Mã" in texts:
                header = texts
            elif header and (key := texts[header.index("Mã")]):
                said = dict(zip(header, texts, strict=False))
                found[key] = {**said, "": said.get(required, "")}
    return found


def _figures(book: Workbook) -> dict[str, dict[str, str]]:
    """Every figure of the annexes by its place."""
    return {
        f"{sheet.title}!{cell.coordinate}": {"value": str(cell.value)}
        for sheet in book.worksheets
        if isinstance(sheet, Worksheet) and sheet.title.startswith("Phụ lục")
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float)
    }
