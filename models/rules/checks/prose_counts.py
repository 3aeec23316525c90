"""A count and its parts in one sentence of prose: "120 nhiệm vụ, trong đó: 93 nhiệm vụ ..., 08 nhiệm vụ ...".

Prose rarely means to be complete: parts are added up only where there are two at least, all of the noun of the whole,
and the sentence says "trong đó" (not "trong đó có"), or sorts tasks by how far they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from models.rules.numbers import read_number, write_number
from models.rules.text import fold

_COUNT = re.compile(
    r"(?<![\w/.,-])(?P<number>\d{1,12}(?:[.,]\d{1,9}){0,4}) (?P<noun>[^\W\d_]+(?: [^\W\d_]+)*)"
)
_NO_COUNT = re.compile(
    r"(?:(?<!tổng )số|ngày|tháng|quý|năm|điều|khoản|mục|nghị quyết|quyết định|phụ lục)\s*$", re.IGNORECASE
)
_ABOUT = re.compile(r"\b(?:khoảng|gần|hơn|trên|xấp xỉ|ước|chừng)\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_OF_WHICH = re.compile(r"trong đó\b(?! có\b)", re.IGNORECASE)
_ANY_OF_WHICH = re.compile(r"trong đó\b", re.IGNORECASE)
_WHOLE = re.compile(r"(?:gồm|bao gồm|tổng số|tổng cộng|được giao|giao|là|có)(?: có)?\s*$", re.IGNORECASE)
_ONE_SYLLABLE = re.compile(r"người|xã|trang|máy|lớp|đợt|cuộc|tin|bài|trường|bản|hộ|giường")
_SORTED = ("nhiệm vụ", "chỉ tiêu")
_STATES = {
    "chưa hoàn thành": "open",
    "hoàn thành": "done",
    "đang": "open",
    "tiếp tục": "open",
    "chưa": "not begun",
    "quá hạn": "late",
    "chậm": "late",
    "thường xuyên": "recurring",
}
_BEFORE = re.compile(r"(?:đã )?(hoàn thành|chưa hoàn thành|quá hạn|chậm)(?: được)?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class _Count:
    value: Decimal
    written: str
    words: tuple[str, ...]
    start: int
    end: int
    about: bool


def count_findings(sentence: str) -> Iterator[str]:
    """What to say of each whole whose parts do not make it."""
    plain = _BRACKETS.sub(lambda found: " " * len(found[0]), sentence)
    counts = list(_counts(plain))
    pieces = [found.start() for found in _ANY_OF_WHICH.finditer(plain)] + [len(plain)]
    for found in _OF_WHICH.finditer(plain):
        before = [count for count in counts if count.end <= found.start()]
        end = next(piece for piece in pieces if piece > found.start())
        if before:
            yield from _of_which(before[-1], [c for c in counts if found.end() <= c.start < end])
    if len(pieces) == 1:
        yield from _sorted_by_state(plain, counts)


def _of_which(whole: _Count, after: list[_Count]) -> Iterator[str]:
    noun = _noun(whole, after)
    parts = [count for count in after if noun and count.words[: len(noun)] == noun]
    if len(parts) > 1 and not _add_up(whole, parts):
        yield _sentence(whole, parts, " ".join(noun))


def _add_up(whole: _Count, parts: list[_Count]) -> bool:
    """Also where more is told after the parts ("..., có 2 nhiệm vụ quá hạn"), or a number is not meant exactly."""
    sums = accumulate(count.value for count in parts)
    return whole.value in sums or any(count.about for count in (whole, *parts))


def _noun(whole: _Count, after: list[_Count]) -> tuple[str, ...]:
    """The noun of the whole, where something of what follows has it, too; () where it is not to be made out."""
    least = 1 if _ONE_SYLLABLE.fullmatch(whole.words[0]) else 2
    noun = whole.words[:least]
    return noun if len(noun) == least and any(count.words[:least] == noun for count in after) else ()


def _sorted_by_state(plain: str, counts: list[_Count]) -> Iterator[str]:
    """18 tasks, of which the sentence accounts for two by their states."""
    for at, whole in enumerate(counts):
        noun = next((noun for noun in _SORTED if " ".join(whole.words).startswith(noun)), "")
        if not noun or not _WHOLE.search(plain[: whole.start]):
            continue
        parts = [
            (state, count)
            for count in counts[at + 1 :]
            if count.words[:2] == tuple(noun.split()) and (state := _state(plain, count))
        ]
        states = [state for state, _ in parts]
        told = [count for _, count in parts]
        if (
            len(parts) > 1
            and "done" in states
            and len(set(states)) == len(states)
            and not _add_up(whole, told)
        ):
            yield _sentence(whole, told, noun)
        return


def _state(plain: str, count: _Count) -> str:
    """The state that a count of tasks is said to be in, before its number or after its noun."""
    before = _BEFORE.search(plain[max(0, count.start - 40) : count.start])
    after = " ".join(count.words[2:]).removeprefix("đã ").removeprefix("có thời hạn đã ")
    said = fold(before[1]) if before else after
    return next((state for words, state in _STATES.items() if said.startswith(words)), "")


def _sentence(whole: _Count, parts: list[_Count], noun: str) -> str:
    total = sum((count.value for count in parts), Decimal())
    added = " + ".join(count.written for count in parts)
    return (
        f"nêu {whole.written} {noun} nhưng các phần kể ra cộng lại là {write_number(total)} ({added}). "
        "Đề nghị xem lại, hoặc nêu đủ các phần."
    )


def _counts(plain: str) -> Iterator[_Count]:
    for found in _COUNT.finditer(plain):
        value = read_number(found["number"]).value
        before = plain[max(0, found.start() - 20) : found.start()]
        if value is None or _NO_COUNT.search(before):
            continue
        words = tuple(fold(found["noun"]).split())
        about = bool(_ABOUT.search(before))
        yield _Count(value, found["number"], words, found.start(), found.end("number"), about)
