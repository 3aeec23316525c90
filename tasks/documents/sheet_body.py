"""The rows of a table as they stand in a sheet's file, written there straight, one after the other.

A country's workbook has more than a million cells; as objects of openpyxl they take minutes and gigabytes. So that
library makes all that stands around the rows (title, header, widths, page, styles, charts), and the rows are put into
its sheet when the file is packed. Until then they are kept compressed.
"""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from tasks.documents.table import Value
from tasks.workbook.sheet_layout import height_for, lines_of

SIZE = 12
_MOST_LINES = 25  # of one row: more would pass the height that a row may have
_KNOWN = 2_000  # cells of a column that are remembered: most values stand in many rows
_ROWS_TOGETHER = 500
_END = b"</sheetData>"
_DIMENSION = re.compile(rb'(<dimension ref="[A-Z]+\d+:)[A-Z]+\d+(")')
_MERGES = re.compile(rb'<mergeCells count="(\d+)">(.*?)</mergeCells>')

_PLAIN = re.compile("[^&<>\x00-\x1f]*")  # no text of which has to be written otherwise
_FORMULA = ("=", "+", "-", "@")  # what a formula begins with
_Drawn = tuple[str, int]  # a cell's end, from its style on; how many lines its text takes
_Cell = tuple[str, int, tuple[_Drawn, ...]]  # the same, and what goes on in the rows below


@dataclass(frozen=True)
class Column:
    """How a column's cells look, as numbers of the workbook's styles.

    `quoted`: of a text that begins like a formula, so that it stays a text when somebody has edited it. `lit`: of the
    texts that have a colour of their own.
    """

    letter: str
    width: float
    style: int
    quoted: int
    lit: Mapping[str, int] = field(default_factory=dict)


class Body:
    """The rows below a sheet's header; the first is to stand in row `first`. `heading` is the style of a line across
    the whole table."""

    def __init__(self, first: int, columns: Sequence[Column], heading: int) -> None:
        self.next = first
        self._columns = columns
        self._starts = [f'<c r="{column.letter}' for column in columns]
        self._heading = heading
        self._known: list[dict[Value, _Cell]] = [{} for _ in columns]
        self._heights: dict[int, float] = {}
        self._merged: list[str] = []
        self._waiting: list[str] = []
        self._packer = zlib.compressobj(1)
        self._packed: list[bytes] = []

    def heading(self, text: str) -> None:
        """A line across the table."""
        first, last = self._columns[0].letter, self._columns[-1].letter
        width = sum(column.width for column in self._columns)
        height = height_for([(text, width)], SIZE, bold=True)
        head = _text(text, self._heading)
        cells = [f'<c r="{first}{self.next}"{head}']
        cells += [f'{start}{self.next}" s="{self._heading}"/>' for start in self._starts[1:]]
        if len(self._columns) > 1:
            self._merged.append(f'<mergeCell ref="{first}{self.next}:{last}{self.next}"/>')
        self._write(height, "".join(cells))

    def record(self, values: Sequence[Value]) -> None:
        """One row, and as many below it as its longest text needs."""
        cells = [
            known.get(value) or self._new(known, value, column)
            for column, known, value in zip(self._columns, self._known, values, strict=True)
        ]
        row = f'{self.next}"'
        drawn = "".join([start + row + cell[0] for start, cell in zip(self._starts, cells, strict=True)])
        self._write(self._height(max([cell[1] for cell in cells])), drawn)
        longer = max([len(cell[2]) for cell in cells])
        for at in range(longer):
            self._further([more[at] if at < len(more) else ("", 1) for _, _, more in cells])

    def _new(self, known: dict[Value, _Cell], value: Value, column: Column) -> _Cell:
        """A cell as it is drawn, remembered for the rows below."""
        if len(known) >= _KNOWN:
            known.clear()
        cell = known[value] = _drawn(value, column)
        return cell

    def within(self, sheet: bytes) -> Iterator[bytes]:
        """The sheet's part with these rows behind its own; once only."""
        before, after = sheet.split(_END)
        last = f"{self._columns[-1].letter}{self.next - 1}".encode()
        yield _DIMENSION.sub(rb"\g<1>" + last + rb"\g<2>", before, count=1)
        self._pack()
        self._packed.append(self._packer.flush())
        unpacker = zlib.decompressobj()
        for packed in self._packed:
            yield unpacker.decompress(packed)
        yield unpacker.flush()
        self._packed.clear()
        yield _END + _MERGES.sub(self._with_merged, after, count=1)

    def _with_merged(self, found: re.Match[bytes]) -> bytes:
        count = int(found[1]) + len(self._merged)
        return (
            f'<mergeCells count="{count}">'.encode()
            + found[2]
            + "".join(self._merged).encode()
            + b"</mergeCells>"
        )

    def _further(self, cells: Sequence[_Drawn]) -> None:
        """A row that goes on with the texts that were too long for the one above."""
        ends = [
            end or f' s="{column.style}"/>' for column, (end, _) in zip(self._columns, cells, strict=True)
        ]
        drawn = [f'{start}{self.next}"{end}' for start, end in zip(self._starts, ends, strict=True)]
        self._write(self._height(max(lines for _, lines in cells)), "".join(drawn))

    def _write(self, height: float, cells: str) -> None:
        self._waiting.append(f'<row r="{self.next}" ht="{height}">{cells}</row>')
        self.next += 1
        if len(self._waiting) >= _ROWS_TOGETHER:
            self._pack()

    def _pack(self) -> None:
        self._packed.append(self._packer.compress("".join(self._waiting).encode()))
        self._waiting.clear()

    def _height(self, lines: int) -> float:
        if lines not in self._heights:
            self._heights[lines] = height_for((), SIZE, least=lines)
        return self._heights[lines]


def _drawn(value: Value, column: Column) -> _Cell:
    """A number as a number, a text as a text: what starts with = is no formula."""
    if isinstance(value, int | Decimal):
        lines = lines_of(str(value), column.width, SIZE)
        return f' s="{column.style}" t="n"><v>{value}</v></c>', lines, ()
    lines = lines_of(value, column.width, SIZE)
    if lines <= _MOST_LINES:
        return _text(value, _style(value, column)), lines, ()
    (first, lines), *more = [
        (_text(piece, _style(piece, column)), lines_of(piece, column.width, SIZE))
        for piece in _parts(value, column.width)
    ]
    return first, lines, tuple(more)


def _style(text: str, column: Column) -> int:
    if text.startswith(_FORMULA):
        return column.quoted
    return column.lit.get(text, column.style)


def _text(text: str, style: int) -> str:
    """The end of a text's cell; empty where there is none."""
    if not text:
        return f' s="{style}"/>'
    written = text
    if not _PLAIN.fullmatch(text):
        written = escape(ILLEGAL_CHARACTERS_RE.sub(" ", text), {"\r": "&#13;"})
    kept = ' xml:space="preserve"' if written[0].isspace() or written[-1].isspace() else ""
    return f' s="{style}" t="inlineStr"><is><t{kept}>{written}</t></is></c>'


def _parts(text: str, width: float) -> list[str]:
    """A text in pieces that each fit the height of one row, cut between words."""
    pieces: list[str] = []
    piece = ""
    for line in text.split("\n"):
        for start, word in enumerate(line.split(" ")):
            longer = f"{piece}{' ' if start else chr(10) if piece else ''}{word}"
            if piece and lines_of(longer, width, SIZE) > _MOST_LINES:
                pieces.append(piece)
                longer = word
            piece = longer
    return [*pieces, piece]
