"""A report as it is held against another: paragraphs and tables, each with its place as a person finds it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.rules.text import clean

BLANK = "____"
"""What stands for room left open for a pen: the number, the day, the signature."""

FOR_US = "PHẦN DÀNH CHO "
"""How the part of our draft begins that is for the secretariat alone and is taken off before the signature."""

_SOURCE = re.compile(r"\(Nguồn: .*\)")
_TO_WRITE = re.compile(r"\[.*đề nghị bổ sung\.?\]")
_ROOM = re.compile("[\N{NO-BREAK SPACE}]{3,}|[_.…]{4,}")
_HEADINGS = (
    re.compile(r"(?:Phần|PHẦN) (?:thứ )?(?P<number>\d+|[IVX]+|(?:nhất|hai|ba|bốn|NHẤT|HAI|BA|BỐN))\b"),
    re.compile(r"(?P<number>[IVX]{1,6})\s?[.\-–/:]"),
    re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\s?[.\-–)] "),
    re.compile(r"(?P<number>[a-zđ])\) "),
)
_TITLE = re.compile(r"(?P<name>(?:Biểu|Bảng|Phụ lục)(?: số)? [\dIVX]{1,6})\b", re.IGNORECASE)
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: "Mục I.2, đoạn 3"."""

    place: str
    text: str


@dataclass(frozen=True)
class Row:
    """A row of a table. `columns` are the names of the columns in which its cells stand."""

    number: int  # below the heading, from 1; 0 of the heading itself
    cells: tuple[str, ...]
    columns: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its first cell that has a word in it; "" when none has."""
        return next((cell for cell in self.cells if any(letter.isalpha() for letter in cell)), "")


@dataclass(frozen=True)
class Table:
    """A table: "Biểu 2", or "Bảng 3" where it has no title."""

    name: str
    rows: tuple[Row, ...]

    @property
    def heading(self) -> tuple[str, ...]:
        """What its columns are called."""
        return self.rows[0].cells if self.rows else ()

    def place(self, row: Row, cell: int) -> str:
        """Biểu 2, dòng 5 “Sở Nội vụ”, cột “Tổng số”."""
        if not row.number:
            return f"{self.name}, tiêu đề"
        named = f" “{shortened(row.name)}”" if row.name else ""
        column = row.columns[cell] if cell < len(row.columns) else ""
        return (
            f"{self.name}, dòng {row.number}{named}, cột {f'“{shortened(column)}”' if column else cell + 1}"
        )


@dataclass(frozen=True)
class Content:
    """A report as read."""

    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...]

    @property
    def size(self) -> int:
        """How many paragraphs and rows it has."""
        return len(self.paragraphs) + sum(len(table.rows) for table in self.tables)


@dataclass
class Places:
    """Tells of each paragraph, in the order of the document, where a person finds it."""

    path: list[str] = field(default_factory=lambda: ["", "", "", ""])
    since: int = 0

    def of(self, text: str) -> str:
        """The place of the next paragraph, whose text this is."""
        for level, heading in enumerate(_HEADINGS):
            found = heading.match(text)
            if found:
                self.path[level:] = [found["number"], *[""] * (len(self.path) - level - 1)]
                self.since = 0
                return self._named
        self.since += 1
        return f"{self._named}, đoạn {self.since}"

    @property
    def _named(self) -> str:
        part, *numbers = self.path
        inner = ".".join(number for number in numbers if number)
        words = [f"Phần {part}"] if part else []
        words += [f"Mục {inner}"] if inner else []
        return ", ".join(words) or "Phần mở đầu"


def written(text: str) -> str:
    """A text on one line, room left for a pen as BLANK."""
    return clean(_ROOM.sub(f" {BLANK} ", text))


def for_us(text: str) -> bool:
    """Whether a paragraph of our draft is a note for who completes it: where a text comes from."""
    return _SOURCE.fullmatch(text) is not None


def to_write(text: str) -> bool:
    """Whether a paragraph of our draft holds the place of a text that somebody has yet to write."""
    return _TO_WRITE.fullmatch(text) is not None


def body_of(text: str) -> str:
    """A paragraph without the number of the heading that it may begin with: that is no figure."""
    found = next((match for heading in _HEADINGS if (match := heading.match(text))), None)
    return text[found.end() :] if found else text


def title_of(text: str) -> str:
    """ "Biểu 2" of "Biểu 2. Kết quả thực hiện ..."; "" of any other paragraph."""
    found = _TITLE.match(text)
    return found["name"] if found else ""


def shortened(text: str) -> str:
    """A name that fits into a line."""
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1].rstrip()}…"


def column_names(headings: Iterable[Iterable[tuple[int, int, str]]]) -> dict[int, str]:
    """Grid column -> its name, from rows of a heading as (first column, how many, text): upper headings first."""
    names: dict[int, list[str]] = {}
    for heading in headings:
        for start, span, text in heading:
            for column in range(start, start + span):
                if text and text not in names.setdefault(column, []):
                    names[column].append(text)
    return {column: " – ".join(texts) for column, texts in names.items()}


def numbers_in(text: str) -> tuple[str, ...]:
    """Every number of a text as it is written: 93, 93/120, 77,5, 14/3/2026."""
    return tuple(found[0] for found in NUMBER.finditer(text))


def masked(text: str) -> str:
    """A text in which every number is the same: two that differ in figures alone become equal."""
    return NUMBER.sub("#", text)


def words_of(text: str) -> list[str]:
    """The words of a text; a mark of punctuation is one by itself, a number is one with what parts it."""
    return [found[0] for found in _WORD.finditer(text)]


def spans_of(text: str) -> list[tuple[int, int]]:
    """Where each of a text's words begins and ends."""
    return [found.span() for found in _WORD.finditer(text)]


NUMBER = re.compile(r"\d+(?:[.,/]\d+)*")
_WORD = re.compile(rf"{NUMBER.pattern}|{BLANK}|[^\W\d_]+|[^\w\s]|_")
