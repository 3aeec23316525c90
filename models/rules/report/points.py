"""Difficulties and proposals as points: each once, with all who raise it, by whom they are addressed to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.rules.report.narrative import Passage, Piece, Source, paragraphs, together
from models.rules.report.noted import Noted
from models.rules.report.report_outline import Addressee
from models.rules.text import fold

NOBODY_NAMED = "Chưa nêu rõ cơ quan tiếp nhận"

_BULLET = re.compile(r"^(?:[-–—+*•·▪]|\(?\d{1,2}[.)]|[a-zđ][.)])\s*")
_WORDS_READ = 25  # whom a proposal addresses stands at its beginning


@dataclass(frozen=True)
class PointGroup:
    """Points under a name; "" where they are not divided."""

    name: str
    points: tuple[Passage, ...]


def points(pieces: Iterable[Piece], more: Sequence[tuple[Noted, Source]] = ()) -> list[Passage]:
    """Every paragraph of these pieces as a point without its bullet, and `more`; what most agencies raise first."""
    said = [(_bare(text), piece.source) for piece in pieces for text in paragraphs(piece)]
    found = together([*said, *more])
    return sorted(found, key=lambda passage: -passage.agencies)  # stable: else in the order they came


def by_addressee(found: Iterable[Passage], addressees: Sequence[Addressee]) -> list[PointGroup]:
    """Points by the addressee that their text names first, in the order of the outline; the others last."""
    groups: dict[str, list[Passage]] = {addressee.name: [] for addressee in addressees}
    groups[NOBODY_NAMED] = []
    for passage in found:
        groups[_addressed(passage.variants[0].text.plain, addressees)].append(passage)
    return [PointGroup(name, tuple(of)) for name, of in groups.items() if of]


def _bare(text: Noted) -> Noted:
    return Noted(_BULLET.sub("", text.text) or text.text, text.notes)


def _addressed(text: str, addressees: Sequence[Addressee]) -> str:
    beginning = " ".join(fold(text).split()[:_WORDS_READ])
    named = [
        (match.start(), -len(word), addressee.name)
        for addressee in addressees
        for word in addressee.words
        if (match := re.search(rf"(?<!\w){re.escape(fold(word))}(?!\w)", beginning))
    ]
    return min(named)[2] if named else NOBODY_NAMED
