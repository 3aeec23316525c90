"""An annex as it is drawn: repeated lines written out, what stands below them moved down, tables told from captions.

Rows are counted from 1 in what is drawn; `DrawnRow.row` is the row of the marked-up workbook that it stands for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models.rules.annexes.annex import Annex, GivenCell
from models.rules.annexes.annex_rule_row import column_number


@dataclass(frozen=True)
class DrawnRow:
    """One row. `number` counts the lines of a repeated row and is 0 elsewhere; `row_key` is "" where nothing is
    asked; `table` is the number of the table that the row belongs to, 0 for captions, notes and gaps."""

    row: int
    number: int
    row_key: str
    table: int = 0
    header: bool = False


@dataclass(frozen=True)
class DrawnMerge:
    """Cells drawn as one; rows as drawn, columns by number (A is 1)."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


def columns_of(annex: Annex) -> tuple[int, int]:
    """The first and the last column in which something stands."""
    columns = [column_number(cell.column) for cell in annex.given]
    columns += [column_number(cell.column) for cell in annex.asked]
    columns += [column_number(merge.last_column) for merge in annex.merges]
    return min(columns, default=1), max(columns, default=1)


def drawn_rows(annex: Annex) -> tuple[DrawnRow, ...]:
    """Every row from the first to the last, gaps included."""
    times = {repeat.row: repeat.times for repeat in annex.repeats}
    keys = {(line.row, line.number): line.row_key for line in annex.lines}
    tables, headers = _tables(annex)
    rows: list[DrawnRow] = []
    for row in range(1, _last_row(annex) + 1):
        numbers = range(1, times[row] + 1) if row in times else range(1)
        rows += (
            DrawnRow(row, number, keys.get((row, number), ""), tables.get(row, 0), row in headers)
            for number in numbers
        )
    return tuple(rows)


def drawn_merges(annex: Annex, rows: tuple[DrawnRow, ...]) -> tuple[DrawnMerge, ...]:
    """The merges where they are drawn: one along a repeated line once for each, one across it stretched."""
    places: dict[int, list[int]] = {}
    for place, row in enumerate(rows, 1):
        places.setdefault(row.row, []).append(place)
    found = []
    for merge in annex.merges:
        first, last = places[merge.first_row], places[merge.last_row]
        alone = merge.first_row == merge.last_row
        spans = [(place, place) for place in first] if alone else [(first[0], last[-1])]
        columns = column_number(merge.first_column), column_number(merge.last_column)
        found += [DrawnMerge(top, columns[0], bottom, columns[1]) for top, bottom in spans]
    return tuple(found)


_COUNTED = re.compile(r"(0*)([1-9][0-9]{0,3})(\.?)")


def given_on(cell: GivenCell, number: int) -> GivenCell:
    """A given cell on the n-th of repeated lines: a bare ordinal (1, 01, 1.) counts on, any other text stays."""
    counted = _COUNTED.fullmatch(cell.text.strip())
    if number < 2 or counted is None:
        return cell
    width = len(counted[1] + counted[2])
    text = f"{int(counted[2]) + number - 1:0{width}d}{counted[3]}"
    return cell.model_copy(update={"text": text})


def _last_row(annex: Annex) -> int:
    rows = [cell.row for cell in annex.given] + [cell.row for cell in annex.asked]
    return max([*rows, *(merge.last_row for merge in annex.merges)], default=0)


def _tables(annex: Annex) -> tuple[Mapping[int, int], frozenset[int]]:
    """Row -> number of its table, and the rows of headings.

    A table starts with its headings and goes on to a gap, to the next headings, or to the caption before them. Below
    the last line to fill, a row with a single text is a note.
    """
    headers = _header_rows(annex)
    asked = {cell.row for cell in annex.asked}
    given = {row: sum(cell.row == row for cell in annex.given) for row in {cell.row for cell in annex.given}}
    held = {row for merge in annex.merges for row in range(merge.first_row, merge.last_row + 1)}
    tables: dict[int, int] = {}
    number, run = 0, list[int]()

    def close() -> None:
        while run and run[-1] not in asked and run[-1] not in headers and given.get(run[-1], 0) < 2:
            run.pop()
        tables.update(dict.fromkeys(run, number))
        run.clear()

    for row in range(1, _last_row(annex) + 1):
        starts = row in headers and row - 1 not in headers
        if starts or row not in asked | given.keys() | held:
            close()
        if starts:
            number += 1
        if starts or run:
            run.append(row)
    close()
    return tables, headers


def _header_rows(annex: Annex) -> frozenset[int]:
    """Rows with a heading of columns, and those that a heading merged downwards reaches into."""
    places = {(cell.row, cell.column) for cell in annex.given if cell.header}
    rows = {row for row, _ in places}
    for merge in annex.merges:
        if (merge.first_row, merge.first_column) in places:
            rows |= set(range(merge.first_row, merge.last_row + 1))
    return frozenset(rows)
