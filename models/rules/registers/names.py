"""The names in a register's cell, told apart by the directory and never by punctuation.

"Sở Văn hóa, Thể thao và Du lịch" is one agency and "Sở Tài chính, Sở Nội vụ" are two: only a book of known
names can tell. So the longest known name wins, it must end where a name can end, and what is unknown is kept
as written for a person to decide; a resemblance is offered to that person and assigns nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from models.rules.text import clean_lines, fold

_TOKEN = re.compile(r"[,;.\-‒–—―−]|[^\s,;.\-‒–—―−]+")
_BULLETS = frozenset("-+*•·▪")
_ALIKE = 0.6  # the ratio difflib calls a close match


@dataclass(frozen=True)
class Bearer:
    """Whoever bears a name: an agency, or a group that stands for many."""

    kind: Literal["agency", "group"]
    code: str


@dataclass(frozen=True)
class Named:
    """One name as the cell writes it, and who that is; None when the book does not know."""

    raw: str
    bearer: Bearer | None


@dataclass(frozen=True)
class _Token:
    """A word or a punctuation mark: as compared, and where it stands in the text."""

    folded: str
    start: int
    end: int
    opens_line: bool  # the first of a line other than the first

    @property
    def is_bullet(self) -> bool:
        return (self.opens_line or self.start == 0) and self.folded in _BULLETS

    @property
    def parts(self) -> bool:
        """Whether two names nobody knows are surely two: a semicolon, or the bullet of a list."""
        return self.folded == ";" or self.is_bullet

    @property
    def between(self) -> bool:
        """Whether it may stand between two names."""
        return self.folded in (",", ";", ".", "và") or self.is_bullet


class NameBook:
    """Every known way to write an agency or a group."""

    def __init__(self, aliases: Mapping[str, Bearer]) -> None:
        """`aliases`: by folded name. ValueError when one name would have two bearers."""
        self._bearers: dict[tuple[str, ...], Bearer] = {}
        self._folded: list[str] = []
        for alias, bearer in aliases.items():
            folded = fold(alias)
            words = _key(_tokens(folded))
            if not words:
                raise ValueError("Tên gọi để trống trong danh bạ")
            bearer_so_far = self._bearers.setdefault(words, bearer)
            if bearer_so_far != bearer:
                raise ValueError(f"Tên gọi “{alias}” chỉ cả hai nơi: {bearer_so_far.code} và {bearer.code}")
            self._folded.append(folded)
        self._longest = max((len(words) for words in self._bearers), default=0)

    def split(self, text: str) -> tuple[Named, ...]:
        """The names in a cell, in the order written.

        A known name is taken only whole: from the start, a separator, "và" or a new line up to the next of
        these or the end ("Sở Nội vụ" is not found in "Sở Nội vụ tỉnh khác"). What lies between known names
        stays together with its commas; only a semicolon or a bullet parts it.
        """
        lines = clean_lines(text)
        tokens = _tokens(lines)
        found: list[Named] = []
        unknown: list[_Token] = []
        at = 0
        while at < len(tokens):
            length = self._known_at(tokens, at)
            if length:
                words = tokens[at : at + length]
                found += _unknown(lines, unknown)
                found.append(Named(_written(lines, words), self._bearers[_key(words)]))
                unknown = []
                at += length
                continue
            if tokens[at].parts:
                found += _unknown(lines, unknown)
                unknown = []
            unknown.append(tokens[at])
            at += 1
        return (*found, *_unknown(lines, unknown))

    def suggest(self, raw: str, limit: int = 3) -> list[str]:
        """Known names (folded) that resemble a name or a part of it, closest first. Never an assignment."""
        parts = {fold(part) for part in (raw, *re.split(r"[,;\n]|\bvà\b", clean_lines(raw)))}
        scores = {
            alias: max(
                (SequenceMatcher(None, alias, part, autojunk=False).ratio() for part in parts if part),
                default=0.0,
            )
            for alias in dict.fromkeys(self._folded)
        }
        alike = sorted(
            (alias for alias in scores if scores[alias] >= _ALIKE), key=lambda alias: -scores[alias]
        )
        return alike[:limit]

    def _known_at(self, tokens: list[_Token], at: int) -> int:
        """How many tokens the longest known name takes that stands here whole; 0 when none does."""
        if at > 0 and not (tokens[at].opens_line or tokens[at - 1].between):
            return 0
        for length in range(min(self._longest, len(tokens) - at), 0, -1):
            after = at + length
            ends = after == len(tokens) or tokens[after].opens_line or tokens[after].between
            if ends and _key(tokens[at:after]) in self._bearers:
                return length
        return 0


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(
            folded=found.group() if found.group() in ",;." else fold(found.group()),
            start=found.start(),
            end=found.end(),
            opens_line=found.start() > 0 and text[found.start() - 1] == "\n",
        )
        for found in _TOKEN.finditer(text)
    ]


def _key(tokens: list[_Token]) -> tuple[str, ...]:
    return tuple(token.folded for token in tokens)


def _unknown(text: str, tokens: list[_Token]) -> list[Named]:
    """What no known name covers, without what stands between names; nothing if that leaves no word."""
    while tokens and tokens[0].between:
        tokens = tokens[1:]
    while tokens and tokens[-1].between:
        tokens = tokens[:-1]
    if not any(c.isalnum() for token in tokens for c in token.folded):
        return []
    return [Named(_written(text, tokens), None)]


def _written(text: str, tokens: list[_Token]) -> str:
    return text[tokens[0].start : tokens[-1].end].replace("\n", " ")
