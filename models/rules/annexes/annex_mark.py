"""The mark of an asked cell, as the secretariat writes it into a workbook: [[số | bắt buộc | từ 0]].

In the brackets stands the kind (a label of CellKind; a choice is followed by its options, [[chọn: Có; Không]]), then
any modifiers, each after an upright bar. Case, spacing and the way accents are kept do not count.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from models.codes import CellKind
from models.rules.numbers import read_number
from models.rules.text import clean, fold

REQUIRED = "bắt buộc"
LEAST = "từ"
MOST = "đến"
WORDS_ALLOWED = "cho phép ghi chữ"
REPEATED = "lặp"
MOST_TIMES = 200
"""How often a line may be repeated at most."""
NUMERIC = frozenset({CellKind.NUMBER, CellKind.WHOLE, CellKind.PERCENT})
"""Kinds that rules can reckon with."""

_WHOLE_CELL = re.compile(r"\[\s*\[(?P<inside>[^\[\]]*)\]\s*\]")
_DOUBLE_BRACKET = re.compile(r"\[\s*\[|\]\s*\]")
_ONE_BRACKET = re.compile(r"\[(?P<inside>[^\[\]]*)\]")
_TIMES = re.compile(rf"{REPEATED}\s*(?P<times>\d+)(?: dòng| lần)?")
_KINDS = {fold(kind.label): kind for kind in CellKind} | {"tỉ lệ": CellKind.PERCENT}
_KNOWN = ", ".join(f"[[{kind.label}]]" for kind in CellKind if kind is not CellKind.CHOICE)
_MODIFIERS = f"“{REQUIRED}”, “{LEAST} 0”, “{MOST} 100”, “{WORDS_ALLOWED}”, “{REPEATED} 15 dòng”"


@dataclass(frozen=True)
class Mark:
    """What a mark asks for. `times` is 0 unless the mark says that its line is repeated."""

    kind: CellKind
    required: bool = False
    options: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    text_allowed: bool = False
    times: int = 0


def looks_marked(text: str) -> bool:
    """Whether a cell's text is a mark or was meant as one: it is no text to be drawn."""
    written = clean(text)
    single = _ONE_BRACKET.fullmatch(written)
    return bool(_DOUBLE_BRACKET.search(written)) or bool(single and _kind(single["inside"].split("|")[0])[0])


def read_mark(text: str, complain: Callable[[str], None]) -> Mark | None:
    """The mark that a cell's text is; what is wrong with it is told to `complain`, a clause a mistake.

    None when not even the kind can be told.
    """
    written = clean(text)
    whole = _WHOLE_CELL.fullmatch(written)
    if whole is None:
        complain(
            f"“{written}” không phải một dấu hỏi đúng cách; dấu hỏi đứng một mình trong ô, giữa hai ngoặc vuông kép, "
            "ví dụ [[số]]. Chữ đi kèm ghi ở ô bên cạnh"
        )
        return None
    first, *modifiers = whole["inside"].split("|")
    kind, options = _kind(first)
    if kind is None:
        complain(f"không có loại ô “{clean(first)}”; ghi một trong các loại {_KNOWN} hoặc [[chọn: …; …]]")
        return None
    mark = Mark(kind, options=options)
    if kind is CellKind.CHOICE and len(options) < 2:
        complain(
            "[[chọn]] phải kèm ít nhất hai phương án, cách nhau bằng dấu chấm phẩy, "
            "ví dụ [[chọn: Đã hoàn thành; Chưa hoàn thành]]"
        )
    elif len({fold(option) for option in options}) < len(options):
        complain("[[chọn]] có hai phương án trùng nhau; bỏ bớt một")
    for modifier in modifiers:
        mark = _modified(mark, clean(modifier), complain)
    if mark.least is not None and mark.most is not None and mark.least > mark.most:
        complain(f"mức “{LEAST}” lớn hơn mức “{MOST}”; ghi lại hai mức")
    return mark


def _kind(written: str) -> tuple[CellKind | None, tuple[str, ...]]:
    word, _, rest = written.partition(":")
    kind = _KINDS.get(fold(word))
    if kind is not CellKind.CHOICE:
        return _KINDS.get(fold(written)), ()
    return kind, tuple(option for option in map(clean, rest.split(";")) if option)


def _modified(mark: Mark, modifier: str, complain: Callable[[str], None]) -> Mark:
    folded = fold(modifier)
    if not folded:
        return mark
    if folded == fold(REQUIRED):
        return replace(mark, required=True)
    if folded == fold(WORDS_ALLOWED):
        if mark.kind not in NUMERIC:
            complain(f"“{WORDS_ALLOWED}” chỉ dùng cho ô số; bỏ phần này")
            return mark
        return replace(mark, text_allowed=True)
    if times := _TIMES.fullmatch(folded):
        if not 1 <= int(times["times"]) <= MOST_TIMES:
            complain(f"“{modifier}”: số dòng lặp phải từ 1 đến {MOST_TIMES}")
            return mark
        return replace(mark, times=int(times["times"]))
    word, _, number = modifier.partition(" ")
    if number and fold(word) == LEAST:
        return replace(mark, least=_bound(mark, modifier, complain))
    if number and fold(word) == MOST:
        return replace(mark, most=_bound(mark, modifier, complain))
    complain(f"không hiểu “{modifier}”; sau dấu | chỉ ghi được {_MODIFIERS}")
    return mark


def _bound(mark: Mark, modifier: str, complain: Callable[[str], None]) -> Decimal | None:
    if mark.kind not in NUMERIC:
        complain(f"“{modifier}” chỉ dùng cho ô số; bỏ phần này")
        return None
    read = read_number(modifier.partition(" ")[2])
    if read.value is None or read.comparator is not None:
        complain(f"“{modifier}” không phải một mức bằng số; ghi như “{LEAST} 0” hoặc “{MOST} 100”")
        return None
    return read.value
