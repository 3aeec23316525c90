"""Texts that say nearly the same, found by the words they share: many communes write from one draft.

Likeness is Jaccard's: words in common over words in both, by the pairs of neighbouring words, so that order counts,
too. Only texts that could reach it are compared (those that share one of their rarest pairs of words), so that
thousands of texts stay cheap. Nothing here is random: the same texts give the same groups.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import ceil

from models.rules.text import fold

ALIKE = 0.6
"""Share of pairs of words in common from which two texts are shown together."""
FEWEST_WORDS = 8
"""Shorter texts are alike only when they are the same."""

_WORD = re.compile(r"\w+")
_CALL = re.compile(r"\[\^?\d{1,5}\]")


def like_groups(texts: Sequence[str]) -> list[list[int]]:
    """The places of the texts in groups of like ones, in the order of each group's first text.

    A text joins the first group to whose first text it is like; spelling that does not count (models.rules.text.fold)
    makes no difference.
    """
    folded = [fold(_CALL.sub("", text)) for text in texts]
    pairs = [_pairs(text) for text in folded]
    often = Counter(pair for each in pairs for pair in each)
    groups: list[list[int]] = []
    same: dict[str, int] = {}  # folded text -> its group
    rare: dict[str, list[int]] = {}  # pair of words -> groups whose first text has it among its rarest
    for place, text in enumerate(folded):
        group = same.get(text)
        prefix = _rarest(pairs[place], often)
        if group is None:
            group = _like(pairs, place, groups, {at for pair in prefix for at in rare.get(pair, ())})
        if group is None:
            group = len(groups)
            groups.append([])
            for pair in prefix:
                rare.setdefault(pair, []).append(group)
        groups[group].append(place)
        same.setdefault(text, group)
    return groups


def _pairs(text: str) -> frozenset[str]:
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        return frozenset()
    return frozenset(f"{one} {other}" for one, other in pairwise(words))


def _rarest(pairs: frozenset[str], often: Counter[str]) -> list[str]:
    """So many of the rarest pairs that two texts without one of these in common cannot be alike."""
    ordered = sorted(pairs, key=lambda pair: (often[pair], pair))
    return ordered[: len(ordered) - ceil(ALIKE * len(ordered)) + 1] if ordered else []


def _like(
    pairs: Sequence[frozenset[str]], place: int, groups: Sequence[list[int]], candidates: set[int]
) -> int | None:
    mine = pairs[place]
    for group in sorted(candidates):
        other = pairs[groups[group][0]]
        if len(mine & other) >= ALIKE * len(mine | other):
            return group
    return None
