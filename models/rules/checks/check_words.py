"""How the checks speak: names of rows, lists of keys, short quotes."""

from collections.abc import Iterable

from models.rules.form import AssignmentLine, IndicatorLine
from models.rules.text import clean

_LONGEST_QUOTE = 40


def name_of(line: AssignmentLine | IndicatorLine) -> str:
    """What a row is called in a sentence."""
    noun = "Nhiệm vụ" if isinstance(line, AssignmentLine) else "Chỉ tiêu"
    return f"{noun} {line.row_key}"


def means_something(text: str) -> bool:
    """A dash or a dot is no reason."""
    return any(c.isalnum() for c in text)


def listed(keys: Iterable[str], limit: int = 10, noun: str = "dòng") -> str:
    """The keys, the first `limit` of them."""
    every = list(keys)
    more = f" và {len(every) - limit} {noun} khác" if len(every) > limit else ""
    return ", ".join(every[:limit]) + more


def joined(parts: Iterable[str]) -> str:
    """A, B và C."""
    *first, last = parts
    return f"{', '.join(first)} và {last}" if first else last


def short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1].rstrip() + "…"


def quote(text: str) -> str:
    return f"“{short(clean(text))}”"
