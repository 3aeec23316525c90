"""One cell of an annex as it came back: read by its kind, with what is wrong with it by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from models.codes import CellKind, Comparator, Severity
from models.rules.annexes.annex import Annex, AnnexLine, AskedCell
from models.rules.annexes.annex_mark import NUMERIC
from models.rules.checks.check_words import means_something, quote
from models.rules.checks.marks import is_marked, is_unmarked
from models.rules.checks.shares import decimals
from models.rules.deadlines import read_day
from models.rules.form import Cell, Filled
from models.rules.numbers import read_number, write_number
from models.rules.text import clean, fold
from models.rules.typed_form import field_name

_LONGEST_RAW = 200
_SIZES = {"nghìn": "nghìn", "ngàn": "nghìn", "vạn": "vạn", "triệu": "triệu", "tỷ": "tỷ", "tỉ": "tỷ"}
_WORD = re.compile(r"[^\W\d_]+")
_HUNDRED = Decimal(100)

Fault = tuple[Severity, str, str]
"""Level, rule, and what to do; the name of the cell is put before it."""


@dataclass(frozen=True)
class ReadCell:
    """A cell and what it says. `filled`: something stands there; a dash or an empty box is nothing.

    `number` is None for words, for what is doubtful and for what may not be: then no rule reckons with it.
    """

    name: str  # PL-V/8:C
    line: AnnexLine
    asked: AskedCell
    cell: Cell
    raw: str
    filled: bool
    number: Decimal | None = None
    day: date | None = None
    faults: tuple[Fault, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Whether it can be taken as what it says."""
        return not any(severity is Severity.BLOCK for severity, _, _ in self.faults)


def read_cells(annex: Annex, filled: Filled) -> dict[str, ReadCell]:
    """Every asked cell of an annex by its field name, in the order of its lines; empty ones, too."""
    return {cell.name: cell for line in annex.lines for cell in _line(annex, line, filled)}


def _line(annex: Annex, line: AnnexLine, filled: Filled) -> Iterator[ReadCell]:
    for asked in line.cells:
        name = field_name(line.row_key, asked.column)
        cell = filled.cells.get(name, Cell())
        yield _read(name, line, asked, Cell(cell.text, cell.sheet or annex.sheet, cell.ref))


def _read(name: str, line: AnnexLine, asked: AskedCell, cell: Cell) -> ReadCell:
    if asked.kind is CellKind.MARK:
        return _mark(name, line, asked, cell)
    if not means_something(cell.text):
        return ReadCell(name, line, asked, cell, cell.text, filled=False)
    if asked.kind in NUMERIC:
        number, faults = _number(asked, clean(cell.text)[:_LONGEST_RAW])
        return ReadCell(name, line, asked, cell, cell.text, True, number, faults=faults)
    if asked.kind is CellKind.DAY:
        day = read_day(cell.text)
        wrong = _wrong(
            "o-ngay-khong-doc-duoc",
            f"ghi {quote(cell.text)}, không rõ là ngày nào. Ghi ngày/tháng/năm, ví dụ 31/03/2026.",
        )
        return ReadCell(name, line, asked, cell, cell.text, True, day=day, faults=() if day else wrong)
    if asked.kind is CellKind.CHOICE:
        return _choice(name, line, asked, cell)
    return ReadCell(name, line, asked, cell, cell.text, filled=True)


def _mark(name: str, line: AnnexLine, asked: AskedCell, cell: Cell) -> ReadCell:
    if is_marked(cell.text):
        return ReadCell(name, line, asked, cell, "x", filled=True)
    if is_unmarked(cell.text):
        return ReadCell(name, line, asked, cell, "", filled=False)
    faults = _wrong(
        "o-danh-dau-khong-ro", f"ghi {quote(cell.text)}, không rõ nghĩa. Đánh dấu x, hoặc để trống."
    )
    return ReadCell(name, line, asked, cell, cell.text, filled=True, faults=faults)


def _choice(name: str, line: AnnexLine, asked: AskedCell, cell: Cell) -> ReadCell:
    options = {fold(option): option for option in asked.options}
    chosen = options.get(fold(cell.text))
    if chosen is not None:
        return ReadCell(name, line, asked, cell, chosen, filled=True)
    near = get_close_matches(fold(cell.text), options, n=1, cutoff=0.7)
    choices = "; ".join(f"“{option}”" for option in asked.options)
    question = f"Có phải “{options[near[0]]}”? Chọn lại trong danh sách." if near else f"Chọn: {choices}."
    faults = _wrong("o-chon-khong-co", f"ghi {quote(cell.text)}, không có trong danh sách. {question}")
    return ReadCell(name, line, asked, cell, cell.text, filled=True, faults=faults)


def _number(asked: AskedCell, text: str) -> tuple[Decimal | None, tuple[Fault, ...]]:
    written = read_number(text)
    if written.value is None and asked.text_allowed and text[0].isalpha():
        return None, _look("o-ghi-chu-thay-so", f"ghi {quote(text)}, không phải là số. Được giữ như đã ghi.")
    if written.value is None:
        instead = " Không có số liệu thì để trống hoặc ghi bằng chữ." if asked.text_allowed else ""
        return None, _wrong("o-so-khong-ro", f"{written.doubt}{instead}")
    value = written.value
    if written.comparator not in (None, Comparator.EQ):
        return None, _wrong(
            "o-so-khong-ro", f"ghi {quote(text)}. Ghi một số cụ thể, không ghi khoảng hay mức so sánh."
        )
    if asked.kind is CellKind.WHOLE and value != value.to_integral_value():
        plain = write_number(value.scaleb(3))
        question = f" Nếu là {plain} thì ghi {plain}." if decimals(value) == 3 else ""
        return None, _wrong("o-so-khong-nguyen", f"ghi {quote(text)}, phải là số nguyên.{question}")
    outside = _outside(asked, value)
    if outside:
        return None, _wrong("o-so-ngoai-khoang", f"là {write_number(value)}, {outside}. Ghi lại số liệu.")
    return value, _unit_faults(asked, value, text, written.remark)


def _outside(asked: AskedCell, value: Decimal) -> str:
    """Of a share the bounds are 0 and 100 where the secretariat has set none."""
    share = asked.kind is CellKind.PERCENT
    least = asked.least if asked.least is not None or not share else Decimal(0)
    most = asked.most if asked.most is not None or not share else _HUNDRED
    if least is not None and value < least:
        return f"nhỏ hơn mức thấp nhất là {write_number(least)}"
    if most is not None and value > most:
        return f"lớn hơn mức cao nhất là {write_number(most)}"
    return ""


def _unit_faults(asked: AskedCell, value: Decimal, text: str, remark: str) -> tuple[Fault, ...]:
    """A number in another unit than asked: "3 tỷ" where millions are asked, "98%" where a count is."""
    label = fold(asked.label)
    sizes = {_SIZES[word] for word in _WORD.findall(fold(remark)) if word in _SIZES}
    asked_sizes = {_SIZES[word] for word in _WORD.findall(label) if word in _SIZES}
    is_share = asked.kind is CellKind.PERCENT
    if sizes - asked_sizes or ("%" in text and not is_share and "%" not in label and "tỷ lệ" not in label):
        return _look(
            "o-don-vi-khac", f"ghi {quote(text)}, kèm đơn vị khác với đơn vị của ô. Xem lại, và chỉ ghi số."
        )
    if is_share and 0 < value < 1:
        shifted = write_number(value * 100)
        return _look("ty-le-qua-nho", f"là {write_number(value)}. Nếu là {shifted} %, ghi {shifted}.")
    return ()


def _wrong(rule: str, sentence: str) -> tuple[Fault, ...]:
    return ((Severity.BLOCK, rule, sentence),)


def _look(rule: str, sentence: str) -> tuple[Fault, ...]:
    return ((Severity.WARN, rule, sentence),)
