"""Contradictions in the prose of a report: within itself, and against the figures that the same agency reported.

Prose speaks of many documents at once. It is held against a figure only where it surely names the same thing, and
what it says is taken to agree when any number it gives, or the sum of them, is the figure.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from models.codes import DiscrepancyKind
from models.rules.annexes.annex import Outline
from models.rules.checks.check_levels import OF_PROSE, levelled
from models.rules.checks.prose_checks import prose_findings
from models.rules.discrepancies.found import Found
from models.rules.numbers import read_number, write_number
from models.rules.text import clean, fold
from models.time import vn_instant

_NUMBER = r"(?<![\w/.,])(\d{1,3}(?:\.\d{3})+|\d{1,9})(?![\d/]|[.,]\d)"
_TASKS_ASKED = (rf"\bgiao\b[^.;]{{0,90}}?{_NUMBER} nhiệm vụ",)
_TASKS_DONE = (
    rf"hoàn thành (?:được )?{_NUMBER} nhiệm vụ",
    r"(?<![\w/.,])(\d{1,5})(?:/\d{1,5})? nhiệm vụ (?:có thời hạn )?(?:đã |được )*hoàn thành",
)
_TOTAL = re.compile(r"(?:tổng )?số (?P<noun>.+)")
_LEAST_WORDS = 3  # a noun of fewer may mean anything


@dataclass(frozen=True)
class Prose:
    """The prose that counts of an agency's report: heading's code -> text."""

    agency_code: str
    agency_name: str
    received: datetime
    texts: Mapping[str, str]
    outline: Outline | None

    @property
    def words(self) -> str:
        """Sở Nội vụ, lời văn nhận lúc 08:00 ngày 05/3/2026."""
        return f"{self.agency_name}, lời văn nhận lúc {vn_instant(self.received)}"


@dataclass(frozen=True)
class Figure:
    """A figure that the agency reported, and how prose names it. `noun` is the thing counted."""

    code: str
    noun: str
    value: Decimal
    place: str  # trang “Số liệu chính”, ô D6
    patterns: tuple[str, ...]


def tasks_asked(count: int) -> Figure:
    """How many tasks the form asks of the agency."""
    return Figure("nhiem-vu-giao", "nhiệm vụ được giao", Decimal(count), "trang “Nhiệm vụ”", _TASKS_ASKED)


def tasks_done(count: int) -> Figure:
    """How many tasks the agency declares complete in its form."""
    noun = "nhiệm vụ đã hoàn thành"
    return Figure("nhiem-vu-hoan-thanh", noun, Decimal(count), "trang “Nhiệm vụ”", _TASKS_DONE)


def annex_total(code: str, label: str, value: Decimal, place: str) -> Figure | None:
    """A total of an annex that prose may name ("Tổng số hồ sơ tiếp nhận"); None of one that it could not."""
    found = _TOTAL.fullmatch(fold(label.partition(" – ")[0]))
    if found is None or len(found["noun"].split()) < _LEAST_WORDS or value != value.to_integral_value():
        return None
    noun = found["noun"]
    name = re.escape(noun)
    return Figure(code, noun, value, place, (rf"{_NUMBER} {name}", rf"số {name}(?: là| gồm|:)? {_NUMBER}"))


def in_prose(prose: Prose, levels: Mapping[str, str]) -> Iterator[Found]:
    """What contradicts itself within the prose, by the levels that the regime sets."""
    names = _headings(prose)
    for issue in levelled(prose_findings(prose.texts, outline=prose.outline), levels):
        if issue.rule not in OF_PROSE:
            continue
        heading = issue.row_key.rpartition(":")[2]
        # Its sentence has nothing but the figures that contradict each other: it is what makes it the same one.
        told = hashlib.sha256(issue.sentence.encode()).hexdigest()[:12]
        yield Found(
            key=f"{prose.agency_code}:{issue.rule}:{issue.row_key}:{told}",
            kind=DiscrepancyKind.PROSE,
            agency_code=prose.agency_code,
            source=f"{prose.words}: {names.get(heading, heading)}",
            sentence=issue.sentence,
        )


def against_figures(prose: Prose, figures: Iterable[Figure]) -> Iterator[Found]:
    """Where the prose gives numbers of something that was also reported as a figure, and none of them is that."""
    texts = {code: clean(text) for code, text in prose.texts.items()}
    names = _headings(prose)
    for figure in figures:
        said = list(_said(figure, texts))
        values = [value for _, _, value in said]
        if not said or figure.value in values or sum(values) == figure.value:
            continue
        written = list(dict.fromkeys(number for _, number, _ in said))
        places = list(dict.fromkeys(names.get(code, code) for code, _, _ in said))
        yield Found(
            key=f"{prose.agency_code}:loi-van-khac-bieu:{figure.code}",
            kind=DiscrepancyKind.PROSE,
            agency_code=prose.agency_code,
            source=f"{prose.words}: {'; '.join(places)}; biểu: {figure.place}",
            sentence=(
                f"Lời văn nêu {_joined(written)} {figure.noun}, biểu ghi {write_number(figure.value)} "
                f"({figure.place}). Đề nghị sửa cho khớp, hoặc giải trình cách tính."
            ),
        )


def _said(figure: Figure, texts: Mapping[str, str]) -> Iterator[tuple[str, str, Decimal]]:
    """Heading, number as written and its value, wherever prose names the figure."""
    for code, text in texts.items():
        for pattern in figure.patterns:
            for found in re.finditer(pattern, text, re.IGNORECASE):
                value = read_number(found[1]).value
                if value is not None:
                    yield code, found[1], value


def _headings(prose: Prose) -> dict[str, str]:
    headings = prose.outline.headings if prose.outline else ()
    return {heading.code: f"mục “{f'{heading.number} {heading.title}'.strip()}”" for heading in headings}


def _joined(parts: Sequence[str]) -> str:
    return " và ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]
