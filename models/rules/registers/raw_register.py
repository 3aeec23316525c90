"""A register as a file writes it: from the rows of its annexes to sections, keys and plain texts.

Nothing is interpreted here beyond the shape of the table: deadlines, numbers and agencies stay words. A row
that cannot be placed becomes a `RawProblem` with its text, and the rest is read; nothing goes without a word.

The key of an assignment is section + subsection + number, because numbers restart in every section: "I.1",
"V.1.1" (1.1 in section V), "V.2" for the row without a number under subsection V.2. The key of an indicator
is section + number: "V.45".
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.fault import Fault
from models.rules.text import clean, clean_lines, fold


class RegisterUnreadable(Fault):
    """A file that cannot be read as a register at all; its text is the Vietnamese sentence to show."""


class ItemKind(StrEnum):
    """What a row of a register is. Its value stands before a key where both kinds must be told apart."""

    ASSIGNMENT = "nhiem-vu"
    INDICATOR = "chi-tieu"


@dataclass(frozen=True)
class RawRow:
    """A row of an annex's table.

    `number` is what a person counts or sees beside it (the header is row 1 in Word, the sheet's own number in
    Excel); `notes` are the footnotes that its cells refer to.
    """

    number: int
    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RawTable:
    """A table of a file: the annex it stands in ("Phụ lục I"), the lines above it, and its rows.

    The header may have rows above it; they are heading too.
    """

    annex: str
    heading: tuple[str, ...]
    rows: tuple[RawRow, ...]


@dataclass(frozen=True)
class RawAssignment:
    """A row of the annex of assignments, cleaned; `leads` and `coordinators` keep their lines.

    `place` and `row` (where a person finds it) say nothing about the assignment and are not compared.
    """

    key: str
    section: str
    section_name: str
    subsection: str
    subsection_name: str
    number: str
    name: str
    leads: str
    coordinators: str
    result: str
    deadline: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class RawIndicator:
    """A row of the annex of indicators, cleaned; `note` holds its footnotes and its column "Ghi chú"."""

    key: str
    section: str
    section_name: str
    number: str
    name: str
    unit: str
    baseline: str
    target: str
    note: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class RawProblem:
    """Something a person must look at: where it stands, what stands there, and what to do.

    `lost`: the row is not among the assignments or indicators. `key` is then what it would have been, or "".
    """

    place: str
    text: str
    why: str
    kind: ItemKind | None = None
    key: str = ""
    lost: bool = False


@dataclass(frozen=True)
class RawRegister:
    """One file's list, in the order written."""

    year: int
    assignments: tuple[RawAssignment, ...]
    indicators: tuple[RawIndicator, ...]
    problems: tuple[RawProblem, ...]


@dataclass(frozen=True)
class Column:
    """A column of an annex: the heading the annex writes, and what other headings mean the same."""

    name: str
    label: str
    pattern: re.Pattern[str]
    longest: int | None = None  # what the table of the store takes
    optional: bool = False


_NUMBER = Column("number", "STT", re.compile(r"(stt|tt|số thứ tự|số tt)"))

ASSIGNMENT_COLUMNS = (
    _NUMBER,
    Column("name", "Tên nhiệm vụ", re.compile(r".*nhiệm vụ.*")),
    Column("leads", "Cơ quan chủ trì", re.compile(r".*chủ trì.*")),
    Column("coordinators", "Cơ quan phối hợp", re.compile(r".*phối hợp.*")),
    Column("result", "Kết quả", re.compile(r"(kết quả|sản phẩm).*")),
    Column("deadline", "Thời gian hoàn thành", re.compile(r"(thời gian|thời hạn|hạn) .*"), 300),
)
INDICATOR_COLUMNS = (
    _NUMBER,
    Column("name", "Mục tiêu", re.compile(r"(tên |nội dung )?(mục tiêu|chỉ tiêu)( cụ thể)?")),
    Column("unit", "Đơn vị tính", re.compile(r"(đơn vị tính|đơn vị|đvt)"), 100),
    Column("baseline", "Kết quả năm …", re.compile(r"(kết quả|thực hiện|ước).*\b20\d\d\b.*"), longest=200),
    Column(
        "target", "Mục tiêu năm …", re.compile(r"(mục tiêu|chỉ tiêu|kế hoạch).*\b20\d\d\b.*"), longest=200
    ),
    Column("note", "Ghi chú", re.compile(r"ghi chú.*"), optional=True),
)
_LAYOUTS = {ItemKind.ASSIGNMENT: ASSIGNMENT_COLUMNS, ItemKind.INDICATOR: INDICATOR_COLUMNS}
_KEEPS_LINES = ("leads", "coordinators")

_HEADER_WITHIN = 20  # rows; a sheet has its titles above the header

_ROMAN = re.compile(r"(?=[IVX])X{0,3}(IX|IV|V?I{0,3})")
_ARABIC = re.compile(r"\d{1,4}(\.\d{1,4}){0,3}|[a-zđ]")
_YEAR = re.compile(r"\bnăm (20\d\d)\b")
_COLUMN_YEAR = re.compile(r"\b(20\d\d)\b")
_ANNEX = re.compile(r"phụ lục\b.*")
_ANNEX_NAME = re.compile(r"phụ lục( số)?( (\d+|[IVX]+)\b)?", re.IGNORECASE)
_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")
_NOTE_MARK = re.compile(r"\[(?:foot|end)noteRef:(\d+)\]")


def is_annex_heading(text: str) -> bool:
    """Whether a line opens an annex ("Phụ lục II")."""
    return _ANNEX.fullmatch(fold(drop_bookmarks(text))) is not None


def annex_heading(lines: Sequence[str], otherwise: str) -> tuple[str, tuple[str, ...]]:
    """The annex a table stands in and its own heading, from the lines above the table.

    The heading begins at the last line that says "Phụ lục"; without one, it is the three lines before the
    table, and the annex is called `otherwise`.
    """
    said = [line for text in lines for line in clean_lines(drop_bookmarks(text)).split("\n") if line]
    for at in range(len(said) - 1, -1, -1):
        if is_annex_heading(said[at]):
            named = _ANNEX_NAME.match(said[at])
            return named[0] if named else otherwise, tuple(said[at:])
    return otherwise, tuple(said[-3:])


def drop_bookmarks(text: str) -> str:
    """The text without the "[bookmark: ...]" marks that a conversion from Word to plain text leaves."""
    return _BOOKMARK.sub("", text)


def lift_notes(text: str) -> tuple[str, tuple[str, ...]]:
    """A cell's text without footnote marks, and the footnotes.

    A conversion to plain text writes "≥ 4[footnoteRef:11] [11: Căn cứ hợp đồng ...]". A mark whose footnote
    is not in the cell stays in the text, so that a person sees it.
    """
    notes: list[str] = []
    for number in _NOTE_MARK.findall(text):
        opened = re.search(rf"\[{number}:", text)
        closed = _closing(text, opened.start()) if opened else None
        if opened is None or closed is None:
            continue
        notes.append(clean(text[opened.end() : closed]))
        text = text[: opened.start()] + text[closed + 1 :]
        text = re.sub(rf"\[(?:foot|end)noteRef:{number}\]", "", text)
    return text, tuple(note for note in notes if note)


def has_open_bracket(text: str) -> bool:
    """Whether a footnote that began in this text has not ended in it."""
    return any(_closing(text, found.start()) is None for found in re.finditer(r"\[\d+:", text))


def _closing(text: str, at: int) -> int | None:
    """Where the bracket that opens at `at` closes."""
    depth = 0
    for position in range(at, len(text)):
        depth += (text[position] == "[") - (text[position] == "]")
        if depth == 0:
            return position
    return None


def columns_of(kind: ItemKind, header: Sequence[str]) -> dict[str, int]:
    """Which column stands where, by the words of the header; what is not there is not in the answer."""
    found: dict[str, int] = {}
    folded = [fold(_plain(cell)) for cell in header]
    for column in _LAYOUTS[kind]:
        for at, text in enumerate(folded):
            if at not in found.values() and column.pattern.fullmatch(text):
                found[column.name] = at
                break
    return found


def kind_of(header: Sequence[str]) -> ItemKind | None:
    """What a table lists, by its header row; None when it is neither annex."""
    for kind, columns in _LAYOUTS.items():
        found = columns_of(kind, header)
        if all(column.name in found or column.optional for column in columns):
            return kind
    return None


def numbers_rows(row: Sequence[str]) -> bool:
    """Whether a row looks like the header of a numbered table ("STT", ...)."""
    return any(_NUMBER.pattern.fullmatch(fold(cell)) for cell in row)


def parse_register(tables: Iterable[RawTable]) -> RawRegister:
    """The register that a file's tables make. RegisterUnreadable when they hold neither annex, or no year."""
    found = _Found()
    years: list[tuple[str, int]] = []
    columns_years: list[tuple[str, int]] = []
    unsure_years: list[tuple[str, int]] = []
    recognised = 0
    for found_table in tables:
        table = _from_header(found_table)
        kind = kind_of(table.rows[0].cells) if table.rows else None
        if kind is None:
            _note_unrecognised(table, found)
            continue
        recognised += 1
        written = {
            int(year) for line in table.heading if line[:1] != "(" for year in _YEAR.findall(fold(line))
        }
        said = [(table.annex, year) for year in sorted(written, reverse=True)]
        if len(said) == 1:
            years += said
        else:  # "KẾT QUẢ NĂM 2025, NHIỆM VỤ NĂM 2026": a plan looks ahead, and a person is told
            unsure_years += said
        if kind is ItemKind.ASSIGNMENT:
            _AssignmentTable(table, found).read()
        else:
            column = table.rows[0].cells[columns_of(kind, table.rows[0].cells)["target"]]
            columns_years += [(table.annex, int(year)) for year in _COLUMN_YEAR.findall(column)]
            _IndicatorTable(table, found).read()
    if not recognised:
        raise RegisterUnreadable(_nothing_found(found))
    return RawRegister(
        _year([*years, *columns_years, *unsure_years], found),
        tuple(found.assignments),
        tuple(found.indicators),
        tuple(found.problems),
    )


@dataclass
class _Found:
    """What has been read so far."""

    assignments: list[RawAssignment] = field(default_factory=list)
    indicators: list[RawIndicator] = field(default_factory=list)
    problems: list[RawProblem] = field(default_factory=list)
    places: dict[tuple[ItemKind, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """A row by its columns."""

    place: str
    number: str
    texts: Mapping[str, str]
    notes: tuple[str, ...]
    whole: str  # all its cells, for a person
    complete: bool  # it has as many cells as the header
    only_names: bool  # nothing but a number and a name: how sections and subsections look


@dataclass
class _Heading:
    """A section or subsection that is open."""

    number: str = ""
    name: str = ""
    place: str = ""
    used: bool = True


class _Table(ABC):
    """One recognised table, read row by row. What both annexes share."""

    kind: ItemKind
    has_subsections: bool

    def __init__(self, table: RawTable, found: _Found) -> None:
        self.table = table
        self.found = found
        self.header = table.rows[0]
        self.columns = columns_of(self.kind, self.header.cells)
        self.section = _Heading()
        self.subsection = _Heading()

    def read(self) -> None:
        self._say_what_the_header_holds()
        for row in self.table.rows[1:]:
            line = self._line(row)
            if line is None:
                continue
            if _ROMAN.fullmatch(line.number):
                self._open_section(line)
            elif not line.complete and not (line.only_names and self.has_subsections):
                self._lose(
                    line,
                    f"Dòng có {len(row.cells)} ô trong khi tiêu đề bảng có {len(self.header.cells)} cột; "
                    "sửa cho đủ ô rồi nạp lại.",
                    self._likely_key(line),
                )
            else:
                self._row(line)
        self._close(self.subsection)
        self._close(self.section)

    @abstractmethod
    def _row(self, line: _Line) -> None:
        """A row that is no section: its item, or its problem."""

    def _say_what_the_header_holds(self) -> None:
        known = set(self.columns.values())
        for at, cell in enumerate(self.header.cells):
            below = [
                row.cells[at] for row in self.table.rows[1:] if at < len(row.cells) and _plain(row.cells[at])
            ]
            if at not in known and (_plain(cell) or below):
                self._problem(
                    f"{self.table.annex}, cột {at + 1}",
                    _plain(cell) or _plain(below[0]),
                    "Cột không có trong mẫu nên nội dung của cột không được nạp; "
                    "chuyển nội dung cần giữ sang cột có trong mẫu rồi nạp lại.",
                )
        for note in (*self.header.notes, *(n for cell in self.header.cells for n in lift_notes(cell)[1])):
            self._problem(self._place(self.header), note, _NOTE_NOT_KEPT)

    def _line(self, row: RawRow) -> _Line | None:
        """The row by its columns; None for a blank one, a repeated header, and the row (1) (2) (3)."""
        lifted = [lift_notes(cell) for cell in row.cells]
        cells = [text for text, _ in lifted]
        plain = [_plain(cell) for cell in cells]
        while len(plain) > len(self.header.cells) and not plain[-1]:
            plain.pop()
        notes = (*row.notes, *(note for _, found in lifted for note in found))
        if not any(plain) and not notes:
            return None
        if [fold(cell) for cell in plain] == [fold(_plain(cell)) for cell in self.header.cells]:
            return None
        if [cell.strip("()") for cell in plain] == [str(at + 1) for at in range(len(plain))]:
            return None
        texts = {
            name: (clean_lines(cells[at]) if name in _KEEPS_LINES else plain[at]) if at < len(plain) else ""
            for name, at in self.columns.items()
        }
        beyond = plain[len(self.header.cells) :]
        number = _tidy_number(texts["number"])
        place = self._place(row) + (f" (số {number})" if _is_number(number) else "")
        return _Line(
            place=place,
            number=number,
            texts=texts,
            notes=notes,
            whole=" | ".join(cell for cell in plain if cell),
            complete=len(plain) == len(self.header.cells),
            only_names=not any(
                (*(text for name, text in texts.items() if name not in ("number", "name")), *beyond)
            ),
        )

    def _place(self, row: RawRow) -> str:
        return f"{self.table.annex}, dòng {row.number}"

    def _open_section(self, line: _Line) -> None:
        self._close(self.subsection)
        self._close(self.section)
        self.section = _Heading(line.number, line.texts["name"], line.place, used=False)
        self.subsection = _Heading()
        if not line.only_names:
            self._problem(
                line.place,
                line.whole,
                f"Dòng mang số La Mã nên được hiểu là tên mục {line.number}, nhưng các ô khác còn nội dung; "
                f"nội dung đó không được nạp. Nếu đây là {_NOUN[self.kind]} thì đánh số 1, 2, … rồi nạp lại.",
                lost=True,
            )
        self._refuse_notes(line)

    def _close(self, heading: _Heading) -> None:
        if not heading.used:
            self._problem(
                heading.place,
                f"{heading.number} {heading.name}".strip(),
                "Dòng chỉ có số và tên, bên dưới không có dòng nào thuộc về nó. Nếu đây là "
                f"{_NOUN[self.kind]} thì ghi đủ các ô còn lại rồi nạp lại; nếu là tên mục thì bỏ qua.",
                lost=heading is self.subsection,
                key=".".join(part for part in (self.section.number, heading.number) if part)
                if heading is self.subsection
                else "",
            )
            heading.used = True

    def _refuse_notes(self, line: _Line) -> None:
        for note in line.notes:
            self._problem(line.place, note, _NOTE_NOT_KEPT)

    def _likely_key(self, line: _Line) -> str:
        number = line.number if _ARABIC.fullmatch(line.number) else ""
        return ".".join(part for part in (self.section.number, number) if part) if number else ""

    def _accepts(self, line: _Line, key: str) -> bool:
        """Whether the row can stand in the register under this key; if not, it is lost with a reason."""
        self.section.used = self.subsection.used = True
        if not line.texts["name"]:
            self._lose(line, f"Dòng không có tên {_NOUN[self.kind]}; ghi tên rồi nạp lại.", key)
            return False
        for column in _LAYOUTS[self.kind]:
            if column.longest and len(line.texts.get(column.name, "")) > column.longest:
                self._lose(
                    line,
                    f"Cột “{self._label(column.name)}” dài quá {column.longest} ký tự; rút gọn rồi nạp lại.",
                    key,
                )
                return False
        first = self.found.places.get((self.kind, key))
        if first is not None:
            self._lose(
                line,
                f"Trùng số với {first}; chỉ dòng đó được nạp. Đánh lại số một trong hai dòng rồi nạp lại.",
                key,
            )
            return False
        self.found.places[(self.kind, key)] = line.place
        return True

    def _label(self, name: str) -> str:
        return _plain(self.header.cells[self.columns[name]])

    def _lose(self, line: _Line, why: str, key: str = "") -> None:
        self.section.used = self.subsection.used = True
        self._problem(line.place, line.whole, why, lost=True, key=key)
        self._refuse_notes(line)

    def _problem(self, place: str, text: str, why: str, *, lost: bool = False, key: str = "") -> None:
        self.found.problems.append(RawProblem(place, text, why, self.kind, key, lost))


class _AssignmentTable(_Table):
    kind = ItemKind.ASSIGNMENT
    has_subsections = True

    def __init__(self, table: RawTable, found: _Found) -> None:
        super().__init__(table, found)
        self.plain_numbers = False  # numbers restart inside the open subsection: 1, 2, 3 under subsection 1
        self.numbered = False  # the open subsection has a numbered row

    def _open_section(self, line: _Line) -> None:
        super()._open_section(line)
        self.plain_numbers = self.numbered = False

    def _row(self, line: _Line) -> None:
        if line.number and not _ARABIC.fullmatch(line.number):
            self._lose(
                line,
                f"Không hiểu số thứ tự “{line.number}”; "
                "ghi số của mục (I, II, …) hoặc của nhiệm vụ (1, 1.1, …) rồi nạp lại.",
            )
        elif line.number and line.only_names:
            self._open_subsection(line)
        elif not line.number:
            self._unnumbered(line)
        else:
            self._numbered(line)

    def _open_subsection(self, line: _Line) -> None:
        name = line.texts["name"]
        if line.number.startswith(self.subsection.number + "."):  # 1.1 under 1: both names
            self.subsection.used = True
            name = f"{self.subsection.name} – {name}"
        self._close(self.subsection)
        self.section.used = True
        self.subsection = _Heading(line.number, name, line.place, used=False)
        self.plain_numbers = self.numbered = False
        self._refuse_notes(line)

    def _unnumbered(self, line: _Line) -> None:
        if not self.subsection.number:
            self._lose(line, "Dòng không có số thứ tự nên không có khóa để theo dõi; ghi số rồi nạp lại.")
        elif line.only_names:
            self._lose(
                line, "Dòng không có số thứ tự và chỉ có tên; nếu là nhiệm vụ thì ghi đủ các ô rồi nạp lại."
            )
        else:
            self._add(line, self._key(self.section.number, self.subsection.number))

    def _numbered(self, line: _Line) -> None:
        under = self.subsection.number
        if under and "." in line.number and not line.number.startswith(under + "."):
            self._lose(
                line,
                f"Số {line.number} đứng dưới tiểu mục {under}; "
                "sửa số hoặc thêm dòng tên tiểu mục rồi nạp lại.",
                self._key(self.section.number, line.number),
            )
            return
        if under and "." not in line.number:
            restarts = not self.numbered and line.number in ("1", "a")
            self.plain_numbers = self.plain_numbers or restarts
            if not self.plain_numbers:  # it follows the subsection: 2 after 1.1, 1.2
                self._close(self.subsection)
                self.subsection = _Heading()
                under = ""
        self.numbered = True
        inside = under and not line.number.startswith(under + ".")
        self._add(line, self._key(self.section.number, under if inside else "", line.number))

    def _add(self, line: _Line, key: str) -> None:
        self._refuse_notes(line)
        if not self._accepts(line, key):
            return
        self.found.assignments.append(
            RawAssignment(
                key=key,
                section=self.section.number,
                section_name=self.section.name,
                subsection=self.subsection.number,
                subsection_name=self.subsection.name,
                number=line.number,
                name=line.texts["name"],
                leads=line.texts["leads"],
                coordinators=line.texts["coordinators"],
                result=line.texts["result"],
                deadline=line.texts["deadline"],
                place=line.place,
            )
        )

    @staticmethod
    def _key(*parts: str) -> str:
        return ".".join(part for part in parts if part)


class _IndicatorTable(_Table):
    kind = ItemKind.INDICATOR
    has_subsections = False

    def _row(self, line: _Line) -> None:
        if not line.number:
            self._lose(line, "Dòng không có số thứ tự nên không có khóa để theo dõi; ghi số rồi nạp lại.")
            return
        if not _ARABIC.fullmatch(line.number):
            self._lose(
                line,
                f"Không hiểu số thứ tự “{line.number}”; "
                "ghi số của mục (I, II, …) hoặc của chỉ tiêu (1, 2, …) rồi nạp lại.",
            )
            return
        key = self._likely_key(line)
        if not self._accepts(line, key):
            return
        if not line.texts["target"]:
            self._problem(
                f"{line.place}, cột “{self._label('target')}”",
                line.texts["name"],
                "Chỉ tiêu chưa có mục tiêu; vẫn được nạp, đề nghị bổ sung mục tiêu.",
            )
        self.found.indicators.append(
            RawIndicator(
                key=key,
                section=self.section.number,
                section_name=self.section.name,
                number=line.number,
                name=line.texts["name"],
                unit=line.texts["unit"],
                baseline=line.texts["baseline"],
                target=line.texts["target"],
                note=" ".join(note for note in (*line.notes, line.texts.get("note", "")) if note),
                place=line.place,
            )
        )


_NOUN = {ItemKind.ASSIGNMENT: "nhiệm vụ", ItemKind.INDICATOR: "chỉ tiêu"}
_NOTE_NOT_KEPT = (
    "Chú thích chỉ được giữ cho chỉ tiêu; nếu cần nội dung này để theo dõi thì ghi vào ô rồi nạp lại."
)


def _plain(cell: str) -> str:
    return clean(lift_notes(drop_bookmarks(cell))[0])


def _tidy_number(text: str) -> str:
    """A number without the stops and brackets around it, "01" as "1", the Roman sign Ⅰ as a letter."""
    tidy = re.sub(r"^[\s(]+|[\s.):/-]+$", "", unicodedata.normalize("NFKC", text))
    return ".".join(part.lstrip("0") or "0" if part.isdigit() else part for part in tidy.split("."))


def _from_header(table: RawTable) -> RawTable:
    """The table with its header first; what stands above the header joins the heading."""
    tests: tuple[Callable[[Sequence[str]], bool], ...] = (lambda row: kind_of(row) is not None, numbers_rows)
    for is_header in tests:
        for at, row in enumerate(table.rows[:_HEADER_WITHIN]):
            if is_header(row.cells):
                above = [cell for earlier in table.rows[:at] for cell in earlier.cells]
                annex, heading = annex_heading([*table.heading, *above], table.annex)
                return RawTable(annex, heading, table.rows[at:])
    return table


def _is_number(text: str) -> bool:
    return bool(_ROMAN.fullmatch(text) or _ARABIC.fullmatch(text))


def _note_unrecognised(table: RawTable, found: _Found) -> None:
    """A table that is neither annex is told to a person if it is numbered or stands under an annex's heading.

    The other tables of a document are its layout.
    """
    if not table.rows or not (numbers_rows(table.rows[0].cells) or is_annex_heading(table.annex)):
        return
    header = table.rows[0].cells

    def missing(kind: ItemKind) -> list[str]:
        there = columns_of(kind, header)
        return [c.label for c in _LAYOUTS[kind] if c.name not in there and not c.optional]

    kind = min(_LAYOUTS, key=lambda each: len(missing(each)))
    lacking = ", ".join(f"“{label}”" for label in missing(kind))
    found.problems.append(
        RawProblem(
            f"{table.annex}, dòng {table.rows[0].number}",
            " | ".join(_plain(cell) for cell in header if _plain(cell)),
            f"Bảng không được nạp vì thiếu cột {lacking}; "
            "nếu đây là phụ lục thì đặt lại tên cột theo mẫu rồi nạp lại.",
            kind,
            lost=True,
        )
    )


def _nothing_found(found: _Found) -> str:
    why = "Tệp không có phụ lục chỉ tiêu hoặc phụ lục nhiệm vụ nào nhận ra được."
    return " ".join([why, *(f"{problem.place}: {problem.why}" for problem in found.problems)])


def _year(written: Sequence[tuple[str, int]], found: _Found) -> int:
    """The year that headings and columns name; when they differ, the first, and a person is told."""
    if not written:
        raise RegisterUnreadable(
            "Không rõ phụ lục là của năm nào; ghi năm ở tên phụ lục (ví dụ “… NĂM 2026”) hoặc ở cột "
            "“Mục tiêu năm 2026” rồi nạp lại."
        )
    year = written[0][1]
    others = [(annex, other) for annex, other in written if other != year]
    if others:
        found.problems.append(
            RawProblem(
                f"{others[0][0]}, tiêu đề",
                "; ".join(f"{annex}: năm {other}" for annex, other in written),
                f"Các phụ lục ghi năm khác nhau; danh mục được hiểu là của năm {year}, đề nghị kiểm tra lại.",
            )
        )
    return year
