"""What each asked cell of an annex is called, made out of how the secretariat has drawn the table.

A cell is called by what is given to its left in its row, then by the headings above its column, the highest first:
"Cấp tỉnh – Số DVCTT – Toàn trình". Numbers of rows and columns (1.1, III, (2)) name nothing; a column of units stands
in brackets; a title that runs across the whole table is no heading.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from models.rules.text import clean, fold

Place = tuple[int, int]
"""Row and column, both counted from 1."""

_ORDINAL = re.compile(r"\(?(?:\d+|[ivxlc]+|[a-zđ])(?:[.\d]*)[.)]*(?:\s*=.*)?", re.IGNORECASE)
_LONG_REMARK = re.compile(r"\s*\([^()]{25,}\)")
_UNIT_HEADINGS = ("đơn vị tính", "đơn vị", "đvt")
_SAYS_NOTHING = frozenset({"số liệu", "giá trị", "nội dung", "trả lời"})
"""Headings that add nothing to the name of the row."""
_JOINT = " – "


@dataclass(frozen=True)
class Block:
    """Cells drawn as one, first and last included."""

    first: Place
    last: Place

    def covers(self, place: Place) -> bool:
        return self.first[0] <= place[0] <= self.last[0] and self.first[1] <= place[1] <= self.last[1]


@dataclass(frozen=True)
class Drawing:
    """A sheet as drawn: given texts and asked cells by place (of a merged cell: its first), and what is merged."""

    given: Mapping[Place, str]
    asked: frozenset[Place]
    blocks: tuple[Block, ...] = ()

    @cached_property
    def heading_rows(self) -> frozenset[int]:
        """Rows that hold the headings of columns."""
        return frozenset(
            row
            for place in self.asked
            for heading in self._headings(place)
            for row in range(heading[0], self._block(heading).last[0] + 1)
        )

    def is_heading(self, place: Place) -> bool:
        """Whether a given text is drawn as a heading of columns."""
        return place[0] in self.heading_rows and not self._is_title(place, place)

    def label(self, place: Place) -> str:
        """What the asked cell at this place is called, in words; "" when the drawing says nothing."""
        row, units = self._row_words(place)
        columns = [_short(self.given[heading]) for heading in self._headings(place)]
        told = (
            word for word in columns if not _is_ordinal(word) and not (row and fold(word) in _SAYS_NOTHING)
        )
        words = _JOINT.join([*row, *told])
        return f"{words} ({', '.join(units)})" if words and units else words

    def _row_words(self, place: Place) -> tuple[list[str], list[str]]:
        """The texts to the left, as far as the nearest asked cell beyond them; units apart."""
        words: list[str] = []
        units: list[str] = []
        for column in range(place[1] - 1, 0, -1):
            at = self._first(place[0], column)
            if at in self.asked:
                if words:
                    break
                continue
            text = clean(self.given.get(at, ""))
            if not text or _is_ordinal(text) or text in words or text in units:
                continue
            (units if self._is_unit(at) else words).insert(0, text)
        return words, units

    def _is_unit(self, place: Place) -> bool:
        return any(_short(fold(self.given[heading])) in _UNIT_HEADINGS for heading in self._headings(place))

    def _headings(self, place: Place) -> list[Place]:
        """The headings above a cell, the highest first. Rows of the table between them and the cell are passed by."""
        found: list[Place] = []
        for row in range(place[0] - 1, 0, -1):
            at = self._first(row, place[1])
            if row in self._asked_rows or not self._is_used(row):
                if found or row not in self._asked_rows:
                    break
                continue
            if at not in self.given or self._is_title(at, place):
                if found:
                    break
                continue
            if at not in found:
                found.insert(0, at)
        return found

    def _is_title(self, place: Place, under: Place) -> bool:
        """Whether a text runs from the sheet's first column across all that is asked in a row."""
        block = self._block(place)
        rightmost = max((column for row, column in self.asked if row == under[0]), default=self._last_column)
        return (
            block.first != block.last
            and block.first[1] <= self._first_column
            and block.last[1] >= min(max(rightmost, under[1]), self._last_column)
        )

    def _block(self, place: Place) -> Block:
        return next((block for block in self.blocks if block.first == place), Block(place, place))

    def _first(self, row: int, column: int) -> Place:
        """The place whose text is seen at this one."""
        return next((block.first for block in self.blocks if block.covers((row, column))), (row, column))

    @cached_property
    def _asked_rows(self) -> frozenset[int]:
        return frozenset(row for row, _ in self.asked)

    @cached_property
    def _used_rows(self) -> frozenset[int]:
        places = {*self.given, *self.asked}
        return frozenset(row for place in places for row in range(place[0], self._block(place).last[0] + 1))

    def _is_used(self, row: int) -> bool:
        return row in self._used_rows

    @cached_property
    def _first_column(self) -> int:
        return min(column for _, column in {*self.given, *self.asked})

    @cached_property
    def _last_column(self) -> int:
        return max(self._block(place).last[1] for place in {*self.given, *self.asked})


def _is_ordinal(text: str) -> bool:
    """Whether a text names nothing: a number of a row or a column, a dash."""
    return _ORDINAL.fullmatch(text) is not None or not any(letter.isalpha() for letter in text)


def _short(text: str) -> str:
    """A heading without a long remark in brackets."""
    written = clean(text)
    return _LONG_REMARK.sub("", written) or written
