"""Lines of a file that people edit: lists and mappings that remember where each of their entries stands.

They are lists and dictionaries in everything else, so that whoever does not ask for lines need not know of them.
"""

from collections.abc import Sequence
from typing import Any


class LinedDict(dict[Any, Any]):
    """A mapping of a file. `lines`: key -> its line, counted from 1; `line`: where the mapping begins."""

    line: int = 0
    lines: dict[Any, int]

    def over(self, other: "dict[Any, Any]") -> "LinedDict":
        """Both as one mapping: what stands here goes before what stands in the other, lines and all."""
        both = LinedDict({**other, **self})
        both.line = self.line
        both.lines = {**(other.lines if isinstance(other, LinedDict) else {}), **self.lines}
        return both


class LinedList(list[Any]):
    """A list of a file, with the line on which each entry begins."""

    lines: list[int]


def line_of(data: object, place: Sequence[int | str]) -> int:
    """The line of what stands at this place, as near as the file has anything; 0 where no lines are known."""
    line = data.line if isinstance(data, LinedDict) else 0
    for part in place:
        known = _lines(data)
        if part not in known:
            break
        line = known[part]
        data = data[part]  # type: ignore[index]
    return line


def _lines(data: object) -> dict[Any, int]:
    if isinstance(data, LinedDict):
        return data.lines
    return dict(enumerate(data.lines)) if isinstance(data, LinedList) else {}
