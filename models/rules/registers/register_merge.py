"""What a new file changes in a register that has moved on since the last one.

Between two imports a person may have changed a row: a deadline slips by a decision, with its document. The
file does not know that. So a field changes only when the file says something else than the last file did; a
field that both the file and a decision have changed is for a person to settle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Generic, TypeVar

from models.codes import Comparator, DeadlineKind
from models.rules.registers.names import Named
from models.time import vn_date

_STEP = 1000  # between neighbours, so that a row put between two others moves neither


@dataclass(frozen=True)
class AssignmentContent:
    """All that a revision of an assignment says."""

    position: int
    section: str
    section_name: str
    subsection: str
    subsection_name: str
    number: str
    name: str
    leads_raw: str
    coordinators_raw: str
    result: str
    deadline_raw: str
    deadline_kind: DeadlineKind
    due: date | None
    leads: tuple[Named, ...]
    coordinators: tuple[Named, ...]
    source: str = ""  # the document that allows the deadline in force, when it is not the register's own
    decided_on: date | None = None  # of which day that document is


@dataclass(frozen=True)
class IndicatorContent:
    """All that a revision of an indicator says."""

    position: int
    section: str
    section_name: str
    number: str
    name: str
    unit: str
    baseline_raw: str
    baseline_comparator: Comparator | None
    baseline_value: Decimal | None
    target_raw: str
    target_comparator: Comparator | None
    target_value: Decimal | None
    note: str


AnyContent = AssignmentContent | IndicatorContent
Content = TypeVar("Content", bound=AnyContent)


@dataclass(frozen=True)
class Field:
    """Attributes that change together, and what a person calls them.

    `names` are compared; `along` are not, and change only with them.
    """

    label: str
    names: tuple[str, ...]
    along: tuple[str, ...] = ()

    def values(self, content: AnyContent) -> tuple[Any, ...]:
        return tuple(getattr(content, name) for name in self.names)

    def shown(self, content: AnyContent) -> str:
        """The field as a person reads it: the words, and for names and deadlines what they were taken for."""
        first, *others = self.values(content)
        meant = "; ".join(filter(None, map(_meant, others)))
        return f"{first} [{meant}]" if meant else str(first)


def _meant(value: object) -> str:
    """What a text was taken for, in a few words; "" when its own words say all."""
    match value:
        case DeadlineKind():
            return "" if value is DeadlineKind.DATE else value.label
        case Comparator():
            return ""
        case str():
            return value
        case date():
            return vn_date(value)
        case tuple():
            return ", ".join(named.bearer.code if named.bearer else "chưa rõ" for named in value)
    return ""


NAME = Field("Tên", ("name",))
LEADS = Field("Cơ quan chủ trì", ("leads_raw", "leads"))
DEADLINE = Field(
    "Thời gian hoàn thành", ("deadline_raw", "due", "deadline_kind"), along=("source", "decided_on")
)
_SECTION = Field("Mục", ("section", "section_name"))
_NUMBER = Field("Số thứ tự", ("number",))
_POSITION = Field("Vị trí trong danh mục", ("position",))

ASSIGNMENT_FIELDS = (
    NAME,
    LEADS,
    Field("Cơ quan phối hợp", ("coordinators_raw", "coordinators")),
    Field("Kết quả", ("result",)),
    DEADLINE,
    _SECTION,
    Field("Tiểu mục", ("subsection", "subsection_name")),
    _NUMBER,
    _POSITION,
)
INDICATOR_FIELDS = (
    NAME,
    Field("Đơn vị tính", ("unit",)),
    Field("Kết quả năm trước", ("baseline_raw", "baseline_comparator", "baseline_value")),
    Field("Mục tiêu", ("target_raw", "target_comparator", "target_value")),
    Field("Ghi chú", ("note",)),
    _SECTION,
    _NUMBER,
    _POSITION,
)


def fields_of(content: AnyContent) -> tuple[Field, ...]:
    return ASSIGNMENT_FIELDS if isinstance(content, AssignmentContent) else INDICATOR_FIELDS


@dataclass(frozen=True)
class Change:
    """One field that a new file changes."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Merged(Generic[Content]):
    """What a row says after a new file.

    `overruled`: among the changes, those to fields that a person had changed since the last file.
    """

    content: Content
    changes: tuple[Change, ...]
    overruled: tuple[Change, ...]


def last_word_of_files(revisions: Sequence[tuple[Content, bool]]) -> Content:
    """What the files last said of each field; `revisions` in order, each with whether a file made it.

    A revision that a file made carries along what a person had changed before: only what it changed counts.
    """
    word = revisions[0][0]
    for (before, _), (content, by_file) in pairwise(revisions):
        for each in fields_of(content) if by_file else ():
            if each.values(before) != each.values(content):
                word = _with(word, each, content)
    return word


def merge(base: Content, current: Content, new: Content) -> Merged[Content]:
    """`current` with what `new` says otherwise than `base`, which is what the files said last."""
    merged = current
    changes: list[Change] = []
    overruled: list[Change] = []
    for each in fields_of(current):
        said = each.values(new)
        if said in (each.values(base), each.values(current)):
            continue
        change = Change(each.label, each.shown(current), each.shown(new))
        changes.append(change)
        if each.values(base) != each.values(current):
            overruled.append(change)
        merged = _with(merged, each, new)
    return Merged(merged, tuple(changes), tuple(overruled))


def _with(content: Content, each: Field, other: Content) -> Content:
    return replace(content, **{name: getattr(other, name) for name in (*each.names, *each.along)})


def place_rows(positions: Sequence[int | None]) -> list[int]:
    """Positions for rows in a file's order; None stands for a new row.

    Rows that are there already keep theirs, and new ones go between; only when their order has changed, or no
    room is left between two, are all placed anew.
    """
    kept = [position for position in positions if position is not None]
    if all(one < other for one, other in pairwise(kept)):
        placed: list[int] = []
        for at, position in enumerate(positions):
            if position is not None:
                placed.append(position)
                continue
            low = placed[-1] if placed else 0
            following = positions[at:]
            new = next((n for n, each in enumerate(following) if each is not None), len(following))
            high = following[new] if new < len(following) else None
            step = _STEP if high is None else (high - low) // (new + 1)
            placed.append(low + step)
        if all(one < other for one, other in pairwise([0, *placed])):
            return placed
    return [(at + 1) * _STEP for at in range(len(positions))]
