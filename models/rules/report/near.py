"""Texts that say nearly the same, found by the words they share: many communes write from one draft.

Likeness is Jaccard's: words in common over words in both, by the pairs of neighbouring words, so that order counts,
too. Only texts that could reach it are compared (those that share one of their rarest pairs of words, and of these so
many), so that tens of thousands of texts stay cheap. Nothing here is random: the same texts give the same groups.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil

from models.rules.text import fold

ALIKE = 0.6
"""Share of pairs of words in common from which two texts are shown together."""
FEWEST_WORDS = 8
"""Shorter texts are alike only when they are the same."""

_MOST_COMPARED = 100
_LIKELIEST = 20
"""A text is held against every group that shares a rare pair with it; where those are more than the first number, as
in no province, against so many that share most of them."""
_REMEMBERED = 10_000  # texts whose folding is known: many agencies write the same

_WORD = re.compile(r"\w+")
_CALL = re.compile(r"\[\^?\d{1,5}\]")


def like_groups(texts: Sequence[str]) -> list[list[int]]:
    """The places of the texts in groups of like ones, in the order of each group's first text.

    A text joins the first group to whose first text it is like; spelling that does not count (models.rules.text.fold)
    makes no difference.
    """
    plain = [folded(_CALL.sub("", text)) for text in texts]
    known = _numbered(Counter(plain))
    pairs = [known[text] for text in plain]
    groups: list[list[int]] = []
    same: dict[str, int] = {}  # folded text -> its group
    rare: dict[int, list[int]] = {}  # pair of words -> groups whose first text has it among its rarest
    for place, text in enumerate(plain):
        group = same.get(text)
        if group is None:
            prefix = _rarest(pairs[place])
            group = _like(pairs, place, groups, _candidates(prefix, rare))
        if group is None:
            group = len(groups)
            groups.append([])
            for pair in prefix:
                rare.setdefault(pair, []).append(group)
        groups[group].append(place)
        same.setdefault(text, group)
    return groups


@lru_cache(maxsize=_REMEMBERED)
def folded(text: str) -> str:
    """A text as texts are compared here (models.rules.text.fold)."""
    return fold(text)


def _pairs(text: str) -> frozenset[str]:
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return frozenset()
    return frozenset(f"{one} {other}" for one, other in pairwise(words))


def _numbered(times: Mapping[str, int]) -> dict[str, frozenset[int]]:
    """Texts, each so many times, with their pairs of words as numbers: the rarest pair of all is 0."""
    known = {text: _pairs(text) for text in times}
    often: dict[str, int] = {}
    for text, pairs in known.items():
        for pair in pairs:
            often[pair] = often.get(pair, 0) + times[text]
    rank = {pair: at for at, pair in enumerate(sorted(often, key=lambda pair: (often[pair], pair)))}
    return {text: frozenset(map(rank.__getitem__, pairs)) for text, pairs in known.items()}


def _rarest(pairs: frozenset[int]) -> list[int]:
    """So many of the rarest pairs that two texts without one of these in common cannot be alike."""
    ordered = sorted(pairs)
    return ordered[: len(ordered) - ceil(ALIKE * len(ordered)) + 1] if ordered else []


def _candidates(prefix: Sequence[int], rare: Mapping[int, Sequence[int]]) -> Iterable[int]:
    """The groups that a text may be like; the rarest pairs come first."""
    shared: Counter[int] = Counter()
    for pair in prefix:
        if groups := rare.get(pair):
            shared.update(groups[:_MOST_COMPARED])
            if len(shared) > 2 * _MOST_COMPARED:
                break
    if len(shared) <= _MOST_COMPARED:
        return shared
    return sorted(sorted(shared), key=shared.__getitem__, reverse=True)[:_LIKELIEST]


def _like(
    pairs: Sequence[frozenset[int]], place: int, groups: Sequence[list[int]], candidates: Iterable[int]
) -> int | None:
    mine = pairs[place]
    for group in sorted(candidates):
        other = pairs[groups[group][0]]
        if min(len(mine), len(other)) < ALIKE * max(len(mine), len(other)):
            continue  # too different in length
        shared = len(mine & other)
        if shared >= ALIKE * (len(mine) + len(other) - shared):
            return group
    return None
