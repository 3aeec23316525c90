"""The sheet of an annex: drawn as the secretariat has drawn it, with its cells to fill open.

Everything stands one row lower and one column further right than in the marked-up workbook: the first row and the
first column are hidden and say which cell is which (tasks.workbook.marks).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from models.codes import CellKind
from models.rules.annexes.annex import Annex, AskedCell, GivenCell
from models.rules.annexes.annex_layout import (
    DrawnMerge,
    DrawnRow,
    columns_of,
    drawn_merges,
    drawn_rows,
    given_on,
)
from models.rules.annexes.annex_rule_row import column_number
from models.rules.form import Form
from models.rules.form_columns import SAME_ANNEX
from models.rules.typed_form import field_name
from tasks.workbook.annex_hints import MARK_TO_CONFIRM, hint_for
from tasks.workbook.form_sheet import FormSheet
from tasks.workbook.looks import BODY, is_bold, size_of
from tasks.workbook.marks import NO_KEY, mark_of
from tasks.workbook.sheet import (
    MARK_ONLY,
    MARKS,
    NO_SECRETS,
    finish,
    merge,
    offer,
    prompt,
    wide,
)
from tasks.workbook.sheet_layout import height_for
from tasks.workbook.stamp import Lists

_USUAL_WIDTH = 13.0  # of a column whose width the marked-up workbook does not say
_NARROWEST, _NARROWEST_ASKED = 4.0, 9.0
_HIGHEST_IN_VIEW = 260.0  # points: headings that take more are not held in view, or nothing else would be
_CENTRED = set(CellKind) - {CellKind.TEXT}


@dataclass(frozen=True)
class _Content:
    """What stands in one cell (of merged ones in the first), and how it looks."""

    text: str
    look: str
    asked: AskedCell | None = None


def write_annex(sheet: FormSheet, form: Form, annex: Annex, lists: Lists) -> None:
    """Fills in the sheet of an annex."""
    _Drawing(sheet, form, annex, lists).write()


class _Drawing:
    """One annex on its sheet. Rows and columns of what is drawn; on the sheet each is one more."""

    def __init__(self, sheet: FormSheet, form: Form, annex: Annex, lists: Lists) -> None:
        self.sheet, self.form, self.annex, self.lists = sheet, form, annex, lists
        self.rows = drawn_rows(annex)
        self.merges = {(m.first_row, m.first_column): m for m in drawn_merges(annex, self.rows)}
        self.first, self.last = columns_of(annex)
        names = {field_name(line.row_key, cell.column) for line in annex.lines for cell in line.cells}
        texts = form.last.texts if form.last and annex.carried else {}
        self.carried = {name: text for name, text in texts.items() if text and name in names}

    def write(self) -> None:
        self._set_widths()
        content = dict(self._content())
        self._put(content)
        self._set_heights(content)
        open_cells = self._explain(content)
        self._write_keys()
        row = len(self.rows) + 3  # one lower for the hidden row, and a gap
        if self.carried:
            open_cells.append(self._ask_to_confirm(row))
            row += 1
        self._note(row)
        finish(self.sheet, self.form, headers=self._headers())
        self.sheet.keys_hidden = True
        self.sheet.asked = " ".join(open_cells)

    def _set_widths(self) -> None:
        asked = {cell.column for cell in self.annex.asked}
        self.sheet.widths[1] = 12.0
        for column in range(1, self.last + 1):
            letter = get_column_letter(column)
            usual = _USUAL_WIDTH if column >= self.first else _NARROWEST
            width = self.annex.widths.get(letter, usual)
            least = _NARROWEST_ASKED if letter in asked else _NARROWEST
            self.sheet.widths[column + 1] = max(width, least)

    # What stands where

    def _content(self) -> Iterator[tuple[tuple[int, int], _Content]]:
        """Every cell with something in it, by drawn row and column; then the empty ones of the tables."""
        given: dict[int, list[GivenCell]] = {}
        for cell in self.annex.given:
            given.setdefault(cell.row, []).append(cell)
        lines = {line.row_key: line for line in self.annex.lines}
        seen = set()
        for place, row in enumerate(self.rows, 1):
            for cell in given.get(row.row, ()):
                seen.add((place, column_number(cell.column)))
                yield (place, column_number(cell.column)), self._given(cell, row)
            for asked in lines[row.row_key].cells if row.row_key else ():
                seen.add((place, column_number(asked.column)))
                yield (place, column_number(asked.column)), self._asked(asked, row)
        yield from self._gaps(seen | {place for m in self.merges.values() for place in _places(m)})

    def _gaps(self, used: set[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], _Content]]:
        """The empty cells of each table, as far as it goes: tables of one annex may differ in width."""
        widths: dict[int, list[int]] = {}
        for place, column in used:
            widths.setdefault(self.rows[place - 1].table, []).append(column)
        for place, row in enumerate(self.rows, 1):
            columns = widths[row.table] if row.table else []
            for column in range(min(columns, default=1), max(columns, default=0) + 1):
                if (place, column) not in used:
                    yield (place, column), _Content("", "Cho sẵn")

    def _given(self, cell: GivenCell, row: DrawnRow) -> _Content:
        text = given_on(cell, row.number).text
        if row.header:
            return _Content(text, "Tiêu đề cần điền" if self._heads_asked(cell, row) else "Tiêu đề cho sẵn")
        if row.table or row.row_key:
            bold, centred = ", đậm" if cell.bold else "", ", giữa" if cell.centred else ""
            return _Content(text, f"Cho sẵn{bold}{centred}")
        return _Content(text, _CAPTIONS[cell.bold, cell.centred])

    def _heads_asked(self, cell: GivenCell, row: DrawnRow) -> bool:
        """Whether something is asked below this heading."""
        first = column_number(cell.column)
        span = next(
            (
                m
                for m in self.merges.values()
                if m.first_column == first and self._at(m.first_row) == cell.row
            ),
            None,
        )
        below = {r.row for r in self.rows if r.table == row.table}
        return any(
            first <= column_number(asked.column) <= (span.last_column if span else first)
            for asked in self.annex.asked
            if asked.row in below
        )

    def _at(self, place: int) -> int:
        return self.rows[place - 1].row

    def _asked(self, cell: AskedCell, row: DrawnRow) -> _Content:
        text = self.carried.get(field_name(row.row_key, cell.column), "")
        centred = ", giữa" if cell.kind in _CENTRED else ""
        return _Content(text, ("Như kỳ trước" if text else "Cần điền") + centred, cell)

    def _put(self, content: Mapping[tuple[int, int], _Content]) -> None:
        for (row, column), cell in content.items():
            self.sheet.put(row + 1, column + 1, cell.text, cell.look)
        for first, m in self.merges.items():
            if first not in content:
                continue
            for row, column in _places(m):
                if (row, column) != first:
                    self.sheet.put(row + 1, column + 1, "", content[first].look)
            merge(self.sheet, m.first_row + 1, m.first_column + 1, m.last_column + 1, m.last_row + 1)

    # How high the rows are

    def _set_heights(self, content: Mapping[tuple[int, int], _Content]) -> None:
        """High enough for every text and every choice; what is merged downwards makes its last row higher."""
        heights = [max(self.annex.heights.get(row.row, 0.0), height_for([], BODY)) for row in self.rows]
        downwards: list[tuple[DrawnMerge, float]] = []
        for place, cell in content.items():
            span = self.merges.get(place) or DrawnMerge(*place, *place)
            needed = self._needed(cell, self._width(span))
            if span.first_row == span.last_row:
                heights[span.first_row - 1] = max(heights[span.first_row - 1], needed)
            else:
                downwards.append((span, needed))
        for span, needed in downwards:
            missing = needed - sum(heights[span.first_row - 1 : span.last_row])
            heights[span.last_row - 1] += max(missing, 0.0)
        for number, height in enumerate(heights, 2):
            self.sheet.heights[number] = height

    def _needed(self, cell: _Content, width: float) -> float:
        texts = (cell.text, *cell.asked.options) if cell.asked else (cell.text,)
        least = 2 if cell.asked and cell.asked.kind is CellKind.TEXT else 1
        return height_for(
            [(text, width) for text in texts], size_of(cell.look), bold=is_bold(cell.look), least=least
        )

    def _width(self, span: DrawnMerge) -> float:
        return self.sheet.width(span.first_column + 1, span.last_column + 1)

    # What helps to fill it in

    def _explain(self, content: Mapping[tuple[int, int], _Content]) -> list[str]:
        """A hint for each cell to fill, and the list that it offers. Returns the ranges of these cells."""
        lines: dict[AskedCell, list[tuple[int, int]]] = {}  # those of a repeated line are one below the other
        for place, cell in content.items():
            if cell.asked:
                lines.setdefault(cell.asked, []).append(place)
        ranges = {asked: _range(places[0], places[-1]) for asked, places in lines.items()}
        for asked, cells in ranges.items():
            hint = hint_for(asked)
            if asked.kind is CellKind.CHOICE:
                source = self.lists.source(asked.options)
                offer(self.sheet, source, [cells], "Chọn một nội dung trong danh sách của ô.", hint)
            elif asked.kind is CellKind.MARK:
                offer(self.sheet, MARKS, [cells], MARK_ONLY, hint)
            else:
                prompt(self.sheet, [cells], hint)
        return list(ranges.values())

    def _ask_to_confirm(self, row: int) -> str:
        """The row that confirms what was carried over: a box to mark, and what is confirmed by it."""
        box, label = self.first + 1, self.first + 2
        last = max(self.last + 1, label)
        self.sheet.put(row, 1, self.annex.confirm_field, "Cho sẵn")
        self.sheet.put(row, box, "", "Cần điền, giữa")
        wide(self.sheet, row, SAME_ANNEX, "Cho sẵn, đậm", last, first=label)
        ref = f"{get_column_letter(box)}{row}"
        offer(self.sheet, MARKS, [ref], MARK_ONLY, MARK_TO_CONFIRM)
        return ref

    def _note(self, row: int) -> None:
        about = ""
        if self.carried and self.form.last:
            about = (
                f"Chữ nghiêng màu xanh là số liệu kỳ trước ({self.form.last.cycle_name}): ghi đè nếu đã thay đổi; nếu "
                "vẫn đúng cả thì đánh dấu x vào ô ngay trên dòng này. "
            )
        self.sheet.put(row, 1, NO_KEY, "Cho sẵn")
        text = f"Chỉ điền vào ô nền trắng. {about}{NO_SECRETS}"
        wide(self.sheet, row, text, "Chú dẫn", self.last + 1, first=self.first + 1)

    def _write_keys(self) -> None:
        """The hidden row and column, as far as the annex goes."""
        self.sheet.put(1, 1, mark_of(self.annex.code), "Cho sẵn")
        for column in range(self.first, self.last + 1):
            self.sheet.put(1, column + 1, get_column_letter(column), "Cho sẵn")
        for place, row in enumerate(self.rows, 1):
            self.sheet.put(place + 1, 1, row.row_key or NO_KEY, "Cho sẵn")

    def _headers(self) -> tuple[int, int] | None:
        """The rows of headings to repeat, if the annex is one table with headings that leave room for it."""
        if {row.table for row in self.rows} - {0} != {1}:
            return None
        places = [place + 1 for place, row in enumerate(self.rows, 1) if row.header]
        above = sum(self.sheet.heights.get(row, 0.0) for row in range(2, places[-1] + 1))
        return (places[0], places[-1]) if above <= _HIGHEST_IN_VIEW else None


_CAPTIONS = {
    (False, False): "Lời văn",
    (False, True): "Phụ đề",
    (True, False): "Mục",
    (True, True): "Đề mục",
}
"""Looks of a given text outside of the tables, by whether it is bold and whether it is centred."""


def _range(first: tuple[int, int], last: tuple[int, int]) -> str:
    """Where these drawn cells are on the sheet: C6, or C6:C9."""
    refs = [f"{get_column_letter(column + 1)}{row + 1}" for row, column in (first, last)]
    return refs[0] if first == last else ":".join(refs)


def _places(m: DrawnMerge) -> Iterator[tuple[int, int]]:
    for row in range(m.first_row, m.last_row + 1):
        for column in range(m.first_column, m.last_column + 1):
            yield row, column
