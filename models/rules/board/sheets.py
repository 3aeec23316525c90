"""A list of agencies that is too long for one page: whom to look at first, and how many there are of each kind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.codes import AgencyKind
from models.rules.board.glance import AgencyLine
from models.rules.board.lamps import Lamp

WHOLE = 150
"""Agencies that one page shows whole, in the order of the directory."""
PER_SHEET = 100
"""Agencies of one part of a longer list."""
_FIRST = (
    Lamp.OVERDUE,
    Lamp.MENDING,
    Lamp.RECORDED,
    Lamp.WAITING,
    Lamp.NOT_ASKED,
    Lamp.LATE,
    Lamp.ON_TIME,
    Lamp.EXEMPT,
)
"""Whom to look at first."""


@dataclass(frozen=True)
class Sheet:
    """One part of a list; `number` of `many`, the first is 1. Where the list is shown whole, `many` is 1."""

    lines: tuple[AgencyLine, ...]
    number: int
    many: int
    first: int  # place of its first line in the list


def sheet_of(lines: Sequence[AgencyLine], number: int) -> Sheet:
    """This part of the list, those that need attention first; the last part where there is none of that number."""
    if len(lines) <= WHOLE:
        return Sheet(tuple(lines), 1, 1, 1)
    many = -(-len(lines) // PER_SHEET)
    number = min(number, many)
    at = (number - 1) * PER_SHEET
    return Sheet(tuple(sorted(lines, key=_urgency)[at : at + PER_SHEET]), number, many, at + 1)


def _urgency(line: AgencyLine) -> tuple[int, int]:
    return (_FIRST.index(line.lamp) if line.lamp else len(_FIRST), -line.days_late)


@dataclass(frozen=True)
class KindRow:
    """The agencies of one kind, by their lights."""

    kind: AgencyKind
    total: int
    lamps: Mapping[Lamp, int]


def kind_rows(lines: Iterable[AgencyLine]) -> tuple[KindRow, ...]:
    """Every kind that has agencies, in the order of the kinds."""
    counts: dict[AgencyKind, Counter[Lamp]] = {}
    totals: Counter[AgencyKind] = Counter()
    for line in lines:
        totals[line.agency.kind] += 1
        if line.lamp:
            counts.setdefault(line.agency.kind, Counter())[line.lamp] += 1
    return tuple(
        KindRow(kind, totals[kind], {lamp: counts.get(kind, Counter())[lamp] for lamp in Lamp})
        for kind in AgencyKind
        if totals[kind]
    )
