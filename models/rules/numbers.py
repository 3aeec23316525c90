"""Numbers as Vietnamese offices write them: comma for decimals, dot for thousands, exact, never guessed.

Babel reads them in its strict mode. What can be read two ways gets no value but a sentence for a person; and
since "40.665 tỷ" may stand for 40,665 and nobody would notice, a value is also held against its neighbours.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from babel.numbers import NumberFormatError, parse_decimal

from models.codes import Comparator
from models.rules.text import clean, fold

_MOST_DIGITS = 24  # Babel checks its reading in decimal arithmetic of 28 digits
_LOCALE = "vi"

_SIGNS = {
    "≥": Comparator.GE,
    "≧": Comparator.GE,
    "⩾": Comparator.GE,
    ">=": Comparator.GE,
    "=>": Comparator.GE,
    "≤": Comparator.LE,
    "≦": Comparator.LE,
    "⩽": Comparator.LE,
    "<=": Comparator.LE,
    "=<": Comparator.LE,
    ">": Comparator.GT,
    "<": Comparator.LT,
    "=": Comparator.EQ,
}
_WORDS = {
    "không dưới": Comparator.GE,
    "không thấp hơn": Comparator.GE,
    "không ít hơn": Comparator.GE,
    "ít nhất": Comparator.GE,
    "tối thiểu": Comparator.GE,
    "không quá": Comparator.LE,
    "không vượt quá": Comparator.LE,
    "tối đa": Comparator.LE,
    "trên": Comparator.GT,
    "dưới": Comparator.LT,
}
_TAILS = {"trở lên": Comparator.GE, "trở xuống": Comparator.LE}

_COMPARED = re.compile(r"(?P<sign>[≥≧⩾≤≦⩽]|[<>]\s?=|=\s?[<>]|[<>=])?\s*(?P<rest>.*)")
_NUMBER = re.compile(r"\+?(?P<number>[-−]?[0-9](?:[0-9.,]*[0-9])?)(?P<remark>(?:[\s%(/–-].*)?)")
_ABOUT = re.compile(r"(?:khoảng|gần|xấp xỉ|ước|hơn|chừng)\b|[~≈]")
_ALL_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_PER_ONE = re.compile(r"(?<=[^\W\d_])\s?/\s?0?1 (?=[^\W\d_])")  # người/01 vạn dân
_SECOND_NUMBER = re.compile(r"(?<![^\W\d_])[0-9]")  # km2 has none, "đến 10" has
_UNIT = re.compile(r"/?\s?[^\W\d_].*")


@dataclass(frozen=True)
class Written:
    """A number as written and as read.

    `raw` is cleaned text. `value` is None for an empty cell and wherever there is a `doubt` (a sentence for a
    person). `remark` is what follows the number, a unit or the text in brackets; the sign "%" is none. It is
    never applied to the value: "3 tỷ" is 3, remark "tỷ".
    """

    raw: str
    comparator: Comparator | None
    value: Decimal | None
    remark: str
    doubt: str


def read_number(raw: str) -> Written:
    """What a cell says: "1.294" is 1294, "1,078" is 1.078, "≥ 3", "50 (5G)", "98,76%"; "20.86" is a doubt.

    A share, a range and an estimate ("18.672/28.005", "5-10", "khoảng 70%") are doubts too.
    """
    text = clean(raw)
    if not text:
        return Written("", None, None, "", "")
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return Written(text, None, Decimal(text), "", "")  # what most cells hold, and can be read in one way
    if _ABOUT.match(fold(text)):
        return _doubtful(text, "là số ước lượng; đề nghị ghi số chính xác.")
    comparator, rest = _comparator(text)
    found = _NUMBER.fullmatch(rest)
    if found is None:
        return _doubtful(text, "không đọc được thành một số; đề nghị chỉ ghi số.")
    number, remark = found["number"].replace("−", "-"), found["remark"].strip().removeprefix("%").strip()
    for tail, tail_comparator in _TAILS.items():
        if comparator is None and fold(remark).endswith(tail):
            comparator, remark = tail_comparator, remark.rstrip(" .;,")[: -len(tail)].strip()
    outside = _IN_BRACKETS.sub(" ", _PER_ONE.sub("/", remark)).strip()
    if _SECOND_NUMBER.search(outside):
        return _doubtful(text, "có nhiều hơn một số; đề nghị chỉ ghi một số.")
    if outside and not _UNIT.fullmatch(outside):
        return _doubtful(text, "không đọc được thành một số; đề nghị chỉ ghi số.")
    if sum(c.isdigit() for c in number) > _MOST_DIGITS:
        return _doubtful(text, "có quá nhiều chữ số; đề nghị kiểm tra lại.")
    try:
        value = parse_decimal(number, locale=_LOCALE, strict=True)
    except NumberFormatError as refusal:
        return _doubtful(text, _ways_to_read(refusal))
    whole = _ALL_IN_BRACKETS.fullmatch(remark)
    return Written(text, comparator, value, whole[1].strip() if whole else remark, "")


def magnitude_doubt(value: Decimal, others: Sequence[Decimal], factor: int = 100) -> str:
    """A sentence when a value is more than `factor` times above or below each one of `others`, else "".

    `others` are its neighbours in the table, and its last period. Zeros say nothing about magnitude.
    """
    near = [other for other in others if other]
    if not value or not near or not all(_far_apart(value, other, factor) for other in near):
        return ""
    beside = "; ".join(write_number(other) for other in near[:3])
    return (
        f"{write_number(value)} chênh lệch trên {factor} lần so với số liệu cùng loại ({beside}); "
        "đề nghị kiểm tra lại dấu thập phân và đơn vị tính."
    )


def write_number(value: Decimal, places: int | None = None) -> str:
    """The number in Vietnamese: 1294 is "1.294", 1.078 is "1,078".

    `places`: at most so many decimals, halves rounded away from zero; None: all of them. Zeros at the end of
    the decimals are not written.
    """
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, Context(prec=200))
    written = format(value, ",f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    if not value:
        return "0"
    return written.translate(str.maketrans(",.", ".,"))


def _comparator(text: str) -> tuple[Comparator | None, str]:
    """The comparator before a number, by sign or by word, and what follows it."""
    compared = _COMPARED.fullmatch(text)
    if compared and compared["sign"]:
        return _SIGNS[compared["sign"].replace(" ", "")], compared["rest"]
    folded = fold(text)
    for words, comparator in _WORDS.items():
        if folded.startswith(words + " "):
            return comparator, text[len(words) :].strip()
    if folded.startswith("từ ") and folded.endswith(tuple(_TAILS)):
        return None, text[len("từ ") :].strip()
    return None, text


def _far_apart(one: Decimal, other: Decimal, factor: int) -> bool:
    small, large = sorted((abs(one), abs(other)))
    return large > factor * small


def _ways_to_read(refusal: NumberFormatError) -> str:
    """Why strict reading refused: dots that group no thousands, or several commas."""
    advice = "đề nghị ghi dấu phẩy cho phần thập phân, dấu chấm cho hàng nghìn."
    if refusal.suggestions is None or len(refusal.suggestions) < 2:
        return f"không đọc được thành một số; {advice}"
    ways = " hoặc ".join(f"“{way}”" for way in refusal.suggestions)
    return f"có thể hiểu là {ways}; {advice}"


def _doubtful(text: str, why: str) -> Written:
    return Written(text, None, None, "", f"“{text}” {why}")
