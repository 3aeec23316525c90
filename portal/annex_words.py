"""What the lines and columns of an annex are called, read off the table as the secretariat drew it."""

import re
from collections.abc import Iterable, Iterator

from models.rules.annexes.annex import Annex, AskedCell, GivenCell, Merge
from models.rules.text import clean, fold

_COUNTS = re.compile(r"\(?(\d{1,3}(\.\d{1,3})*|[a-zđ]|[ivxl]{1,5})\)?[.)]?", re.IGNORECASE)
"""What stands in a row that only numbers the columns, or in a column that numbers the rows."""

_UNIT = {"đơn vị tính", "đơn vị", "đvt"}


def place(column: str) -> tuple[int, str]:
    """By which letters of columns are ordered: Z comes before AA."""
    return len(column), column


def row_title(annex: Annex, row: int) -> str:
    """What the given cells of a row say it is: 1.1. Hồ sơ tiếp nhận trực tuyến (hồ sơ). "" when they say nothing."""
    said: list[str] = []
    units: list[str] = []
    for cell in sorted(annex.given, key=lambda cell: (place(cell.column), cell.row)):
        merge = _merge_of(annex, cell.row, cell.column)
        if not cell.header and cell.row <= row <= (merge.last_row if merge else cell.row):
            unit = any(fold(heading) in _UNIT for heading in _headings(annex, row, cell.column))
            (units if unit and said else said).append(clean(cell.text))
    title = joined(said)
    return f"{title} ({', '.join(units)})" if title and any(units) else title


def joined(texts: Iterable[str]) -> str:
    """Texts that stand side by side as one: a number first, then the words. "" when there is only a number."""
    said = [text for text in texts if text]
    if said and _COUNTS.fullmatch(said[0]):
        number = said.pop(0).strip("().")
        said[:1] = [f"{number}. {said[0]}"] if said else []
    return ", ".join(said)


def column_titles(annex: Annex, cells: tuple[AskedCell, ...]) -> dict[str, str]:
    """Column -> what the headings above these cells of one row call it; where they do not tell two of them apart, or
    there are none, the words that the annex itself has for the cell."""
    found = {cell.column: " – ".join(_headings(annex, cell.row, cell.column)) for cell in cells}
    said = [fold(title) for title in found.values()]
    return {
        cell.column: found[cell.column] if said.count(fold(found[cell.column])) == 1 else cell.label
        for cell in cells
        if found[cell.column] or cell.label
    }


def _headings(annex: Annex, row: int, column: str) -> Iterator[str]:
    """The headings above a cell, from the top: those of the nearest run of rows that has any."""
    above = [head for head in annex.given if head.header and head.row < row]
    rows: set[int] = set()
    for head in above:
        merge = _merge_of(annex, head.row, head.column)
        rows.update(range(head.row, min(merge.last_row if merge else head.row, row - 1) + 1))
    first = max(rows, default=0)
    while first - 1 in rows:
        first -= 1
    seen = set()
    for head in sorted(above, key=lambda head: head.row):
        text = clean(head.text)
        if head.row >= first and _covers(annex, head, column) and not _COUNTS.fullmatch(text):
            if fold(text) not in seen:
                yield text
            seen.add(fold(text))


def _covers(annex: Annex, head: GivenCell, column: str) -> bool:
    merge = _merge_of(annex, head.row, head.column)
    last = merge.last_column if merge else head.column
    return place(head.column) <= place(column) <= place(last)


def _merge_of(annex: Annex, row: int, column: str) -> Merge | None:
    return next((m for m in annex.merges if (m.first_row, m.first_column) == (row, column)), None)
