"""The headings of a received text against the outline that was asked for: which is which.

A heading is known by its title, or by its number together with a title that resembles; a resemblance alone assigns
nothing. What stays doubtful is a piece of its own, without code, and a person is told.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from models.rules.annexes.annex import Heading, Outline
from models.rules.text import clean, fold

LONGEST_HEADING = 300
"""Letters; a longer paragraph is no heading, however bold it is."""

_RENAMED = 0.5  # share of words in common, for a title under the same number in the same place
_RETYPED = 0.8  # the same, for a title without a number
_LONGEST_QUOTE = 100
_MOST_TOLD = 20  # headings unknown to the outline that are told one by one
_PLAIN_WORDS = 4  # so many words that are exactly a title are that heading even in plain letters

_PARTS = {"nhất": "1", "một": "1", "hai": "2", "ba": "3", "tư": "4", "bốn": "4", "năm": "5"} | {
    roman: str(number) for number, roman in enumerate(("i", "ii", "iii", "iv", "v", "vi"), 1)
}
_PART = re.compile(r"(phần\s+(?:thứ\s+)?(\w+))(?:\s*[.:)\-–—]+\s*|\s+|$)", re.IGNORECASE)
_ROMAN = re.compile(r"([IVXL]+)\s*[.:)\-–—/]+\s*")
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\s*[.:)\-–—]+\s*(?!\d)|(\d{1,2}(?:\.\d{1,2})+)\s+(?=\D)")
_LETTER = re.compile(r"([^\W\d_])\s*[.)]\s*")
_BULLET = re.compile(r"[-+*•·▪–—]\s*\D")
_WORD = re.compile(r"\w+")
_TAIL = re.compile(r"nơi nhận\b|trên đây là\b.*\bbáo cáo\b")


@dataclass(frozen=True)
class Candidate:
    """A paragraph that may be a heading: its text with its number, the level of its heading style (0: none), and
    whether all of it is bold or in capitals."""

    text: str
    level: int = 0
    strong: bool = False

    @cached_property
    def number(self) -> str:
        return split_number(self.text)[0]

    @cached_property
    def words(self) -> tuple[str, ...]:
        return _words(split_number(self.text)[1])

    @cached_property
    def looks_it(self) -> bool:
        """Whether it looks like a heading to a person."""
        return bool(self.words) and (self.level > 0 or (self.strong and bool(self.number)))

    @cached_property
    def rank(self) -> int:
        """How deep it stands, by its number, else by its style."""
        return _rank(self.number) or self.level


@dataclass(frozen=True)
class Matching:
    """What each candidate is: the code of its heading; "" for a heading that the outline does not know; None for a
    paragraph of the text. `findings` say in Vietnamese what is renamed, moved, unknown, doubled or missing."""

    codes: tuple[str | None, ...]
    findings: tuple[str, ...]


def split_number(text: str) -> tuple[str, str]:
    """The number before a title, brought to one spelling ("phần 1", "iv", "1", "1.2", "a"; "" for none); the title."""
    line = clean(text)
    if part := _PART.match(line):
        word = fold(part[2])
        said = word if word.isdigit() else _PARTS.get(word, "")
        if said:
            return f"phần {said}", line[part.end() :]
    for pattern in (_ROMAN, _DECIMAL, _LETTER):
        if found := pattern.match(line):
            number = next(group for group in found.groups() if group)
            return number.casefold(), line[found.end() :]
    return "", line


def is_bare_number(text: str) -> bool:
    """Whether a line is only "Phần 1" or "IV.": its title stands on the next line."""
    number, title = split_number(text)
    return bool(number) and not title and _rank(number) in (1, 2)


def may_be_heading(candidate: Candidate) -> bool:
    """Whether a paragraph is worth comparing with the outline."""
    if not candidate.words or len(candidate.text) > LONGEST_HEADING:
        return False
    return candidate.level > 0 or not _BULLET.match(clean(candidate.text))


def ends_the_report(text: str) -> bool:
    """Whether a line begins what follows the last section: the closing sentence, the list of recipients."""
    return bool(_TAIL.match(fold(text)))


def label(heading: Heading) -> str:
    """The heading as people write it: "II. VỀ HOÀN THIỆN THỂ CHẾ"."""
    between = " " if heading.number.endswith((".", ")", "-")) else ". "
    return f"{heading.number}{between}{heading.title}" if heading.number else heading.title


def parents(outline: Outline) -> dict[str, Heading | None]:
    """Code -> the heading above it."""
    above: dict[str, Heading | None] = {}
    line: list[Heading] = []
    for heading in outline.headings:
        line = [other for other in line if other.level < heading.level]
        above[heading.code] = line[-1] if line else None
        line.append(heading)
    return above


def match_headings(outline: Outline, candidates: Sequence[Candidate]) -> Matching:
    """Which candidates are headings of the outline, and what a person should know of the others."""
    matcher = _Matcher(outline, candidates)
    for level in range(1, 5):
        matcher.match_level(level)
    if not matcher.found:
        codes = tuple("" if candidate.looks_it else None for candidate in candidates)
        return Matching(codes, (_NOTHING_KNOWN,))
    codes = tuple(matcher.codes())
    return Matching(codes, (*matcher.findings, *matcher.moved(), *matcher.missing()))


_NOTHING_KNOWN = (
    "Không nhận ra đề mục nào của đề cương; toàn bộ nội dung được giữ lại, chưa xếp vào mục nào. Đề nghị trình bày "
    "theo đúng các đề mục của tệp đề cương đã gửi."
)


def _short(text: str) -> str:
    line = clean(text)
    return line if len(line) <= _LONGEST_QUOTE else f"{line[:_LONGEST_QUOTE].rsplit(' ', 1)[0]}…"


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def _rank(number: str) -> int:
    """1 for Phần 1, 2 for IV, 3 for 1, 4 for a or 1.2; 0 without a number."""
    if not number:
        return 0
    if number.startswith("phần"):
        return 1
    if number[0].isdigit():
        return 4 if "." in number else 3
    return 2 if _ROMAN.fullmatch(f"{number.upper()}.") else 4


def _alike(one: Sequence[str], other: Sequence[str]) -> float:
    """Share of the words that stand in both, in the same order."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


@dataclass
class _Matcher:
    outline: Outline
    candidates: Sequence[Candidate]
    found: dict[int, Heading] = field(default_factory=dict)  # place of the candidate -> its heading
    first: dict[str, int] = field(default_factory=dict)  # code -> place of its first candidate
    findings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parents = parents(self.outline)
        self.titles = {heading.code: _words(heading.title) for heading in self.outline.headings}
        self.numbers = {
            heading.code: split_number(f"{heading.number} x")[0] for heading in self.outline.headings
        }
        self.places: dict[tuple[str, ...], list[int]] = {}
        for place, candidate in enumerate(self.candidates):
            self.places.setdefault(candidate.words, []).append(place)

    def match_level(self, level: int) -> None:
        """Headings of one level: where their parent's text is; else, when there is only one, wherever it is; else
        under another name."""
        headings = [heading for heading in self.outline.headings if heading.level == level]
        headings.sort(key=lambda heading: not self._parent_found(heading))  # who knows its place comes first
        for heading in headings:
            first, last = self._span(heading)
            inside = [place for place in self._same_title(heading) if first <= place < last]
            self._assign(heading, inside)
        for heading in headings:
            if heading.code not in self.first and len(elsewhere := self._same_title(heading)) == 1:
                self._assign(heading, elsewhere)
        for heading in headings:
            if heading.code not in self.first and len(renamed := self._renamed(heading)) == 1:
                self._assign(heading, renamed)
                written = self.candidates[renamed[0]].text
                self.findings.append(f"Mục {self._named(heading)} đã đổi tên: “{_short(written)}”.")

    def _parent_found(self, heading: Heading) -> bool:
        above = self.parents[heading.code]
        return above is None or above.code in self.first

    def _assign(self, heading: Heading, places: list[int]) -> None:
        for place in places:
            self.found[place] = heading
        if places:
            self.first[heading.code] = places[0]
        if len(places) > 1:
            self.findings.append(
                f"Mục {self._named(heading)} có {len(places)} lần trong văn bản; nội dung được ghép lại theo thứ tự."
            )

    def _same_title(self, heading: Heading) -> list[int]:
        title, number = self.titles[heading.code], self.numbers[heading.code]
        return [
            place
            for place in self.places.get(title, ())
            if place not in self.found
            and (
                self.candidates[place].looks_it
                or self.candidates[place].strong
                or self.candidates[place].number == number
                or (not self.candidates[place].number and len(title) >= _PLAIN_WORDS)
            )
        ]

    def _renamed(self, heading: Heading) -> list[int]:
        first, last = self._span(heading)
        known = set(self.titles.values())
        title, number = self.titles[heading.code], self.numbers[heading.code]
        return [
            place
            for place in range(first, last)
            if place not in self.found
            and (candidate := self.candidates[place]).words not in known
            and (candidate.level or candidate.strong)
            and candidate.number in (number, "")
            and _alike(candidate.words, title) >= (_RENAMED if candidate.number else _RETYPED)
        ]

    def _named(self, heading: Heading) -> str:
        """The heading in a sentence: “2. Về hạ tầng, kiến trúc số” (thuộc mục III)."""
        numbers: list[str] = []
        above = self.parents[heading.code]
        while above is not None and above.level > 1:
            numbers.insert(0, above.number.rstrip(".)-"))
            above = self.parents[above.code]
        return f"“{_short(label(heading))}”" + (f" (thuộc mục {'.'.join(numbers)})" if numbers else "")

    def _span(self, heading: Heading) -> tuple[int, int]:
        """Where the text of the nearest heading above that was found begins and ends."""
        above = self.parents[heading.code]
        while above is not None and above.code not in self.first:
            above = self.parents[above.code]
        if above is None:
            return 0, len(self.candidates)
        start = self.first[above.code]
        ends = (place for place, h in self.found.items() if place > start and h.level <= above.level)
        return start + 1, min(ends, default=len(self.candidates))

    def codes(self) -> Iterable[str | None]:
        """What each candidate is. A heading within a section that the outline does not divide is its text."""
        deepest = {h.code for h in self.outline.headings} - {p.code for p in self.parents.values() if p}
        level, divided, unknown = 0, True, 0
        for place, candidate in enumerate(self.candidates):
            heading = self.found.get(place)
            if heading is not None:
                level, divided = heading.level, heading.code not in deepest
                yield heading.code
            elif not candidate.looks_it or (not divided and candidate.rank > level):
                yield None
            else:
                level, divided, unknown = candidate.rank, False, unknown + 1
                if unknown <= _MOST_TOLD:
                    self.findings.append(self._unknown(candidate))
                yield ""
        if unknown > _MOST_TOLD:
            more = unknown - _MOST_TOLD
            self.findings.append(
                f"Còn {more} đề mục khác không có trong đề cương; mỗi đề mục được giữ thành phần riêng."
            )

    def _unknown(self, candidate: Candidate) -> str:
        written = _short(candidate.text)
        for heading in self.outline.headings:
            if heading.code in self.first:
                continue
            if _alike(candidate.words, self.titles[heading.code]) >= _RENAMED:
                return (
                    f"Đề mục “{written}” có thể là mục {self._named(heading)} của đề cương nhưng chưa đủ căn cứ để "
                    "xếp; nội dung được giữ thành phần riêng."
                )
        return f"Đề mục “{written}” không có trong đề cương; nội dung được giữ thành phần riêng."

    def moved(self) -> Iterable[str]:
        """Of headings that stand out of order, or under another heading than their own."""
        order = {heading.code: at for at, heading in enumerate(self.outline.headings)}
        by_code = {heading.code: heading for heading in self.outline.headings}
        met = sorted(self.first, key=lambda code: self.first[code])
        kept = _longest_rising([order[code] for code in met])
        astray = {code for at, code in enumerate(met) if at not in kept}
        for at, code in enumerate(met):
            above = self.parents[code]
            if code in astray and not (above and above.code in astray):
                after = f"sau mục {self._named(by_code[met[at - 1]])}" if at else "ở đầu văn bản"
                yield f"Mục {self._named(by_code[code])} không còn ở vị trí của đề cương: đang đứng {after}."

    def missing(self) -> Iterable[str]:
        """Of headings that are nowhere, nor anything under them; one sentence for a whole branch."""
        there = set(self.first)
        for code in self.first:
            above = self.parents[code]
            while above is not None:
                there.add(above.code)
                above = self.parents[above.code]
        for heading in self.outline.headings:
            above = self.parents[heading.code]
            if heading.code not in there and (above is None or above.code in there):
                yield f"Thiếu mục {self._named(heading)}."


def _longest_rising(values: Sequence[int]) -> set[int]:
    """The places of a longest rising run, not necessarily unbroken."""
    tails: list[int] = []  # places that end the best run of each length
    before: dict[int, int] = {}
    for place, value in enumerate(values):
        length = bisect_left([values[tail] for tail in tails], value)
        if length:
            before[place] = tails[length - 1]
        tails[length:] = [place, *tails[length + 1 :]]
    kept: set[int] = set()
    place_of: int | None = tails[-1] if tails else None
    while place_of is not None:
        kept.add(place_of)
        place_of = before.get(place_of)
    return kept
