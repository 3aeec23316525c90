"""Lists that are too long to be read in a report: told by their most telling lines and by how many there are.

A province's lists are printed whole. A country's would make thousands of pages that nobody reads; all their lines
stand in the annex workbook, and the report says on which sheet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

LONGEST = 200
"""Lines of a list that is printed whole."""
FEW = 50
"""Lines of a longer one that are printed."""

Line = TypeVar("Line")


@dataclass(frozen=True)
class Shortened(Generic[Line]):
    """The lines to print, of so many."""

    lines: Sequence[Line]
    of: int

    @property
    def left(self) -> int:
        """How many are not printed."""
        return self.of - len(self.lines)


def shortened(
    lines: Sequence[Line],
    telling: Callable[[Line], Any] | None = None,
    *,
    few: int = FEW,
    longest: int = LONGEST,
) -> Shortened[Line]:
    """The whole list as it is; of one longer than `longest` the first `few`, those first that `telling` sorts first."""
    if len(lines) <= longest:
        return Shortened(lines, len(lines))
    return Shortened((sorted(lines, key=telling) if telling else lines)[:few], len(lines))
