"""Their rows and our assignments: which is which, and where they differ.

A row is matched by the code that it is known by, else by exactly the same name where only one bears it on either
side. A likeness of names is suggested to a person, never taken for a match.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from models.codes import AssignmentClass, Code
from models.rules.central.central_file import CentralSystem
from models.rules.text import fold
from models.time import vn_date

LEAST_ALIKE = 0.6
MOST_SUGGESTIONS = 3
_LEAST_SHARED = 0.4  # of the shorter name's words: others are not compared letter by letter


@dataclass(frozen=True)
class TheirRow:
    """One row of their workbook. `due` None with `due_raw`: a deadline that is no day."""

    row: int
    code: str
    name: str
    due_raw: str = ""
    due: date | None = None
    status: str = ""


@dataclass(frozen=True)
class OurRow:
    """One assignment of ours, with the code that it is known by ("" while there is none)."""

    id: int
    row_key: str
    name: str
    code: str
    due_raw: str
    due: date | None
    of_class: AssignmentClass
    basis: str  # in words: whose word the class rests on


class What(Code):
    """What differs."""

    DUE = "due", "Thời hạn"
    STATUS = "status", "Trạng thái"
    NAME = "name", "Tên nhiệm vụ"
    CODE = "code", "Mã trên hệ thống của Trung ương"


@dataclass(frozen=True)
class Difference:
    """One thing that is said differently of one assignment."""

    what: What
    ours: str
    theirs: str


@dataclass(frozen=True)
class Pair:
    """A row of theirs and the assignment that it is."""

    theirs: TheirRow
    ours: OurRow
    by_code: bool
    differences: tuple[Difference, ...]

    @property
    def new_code(self) -> str:
        """The code that can be kept now: the row has one, and the assignment none yet."""
        return self.theirs.code if self.theirs.code and not self.ours.code else ""

    @property
    def their_due(self) -> date | None:
        """Their deadline, when it is another day than ours."""
        return self.theirs.due if self.theirs.due is not None and self.theirs.due != self.ours.due else None


@dataclass(frozen=True)
class Unmatched:
    """A row that is no assignment of ours, as far as can be told, and what it resembles."""

    theirs: TheirRow
    why: str
    suggestions: tuple[OurRow, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything that came of holding the two lists against each other."""

    pairs: tuple[Pair, ...]
    unmatched: tuple[Unmatched, ...]
    missing: tuple[OurRow, ...]  # ours that their workbook does not have

    @property
    def differing(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.differences)


def compare(theirs: Sequence[TheirRow], ours: Sequence[OurRow], system: CentralSystem) -> Comparison:
    """Match and compare."""
    by_code = {row.code: row for row in ours if row.code}
    our_names = Counter(fold(row.name) for row in ours)
    their_names = Counter(fold(row.name) for row in theirs)
    codes = Counter(row.code for row in theirs if row.code)
    pairs: list[Pair] = []
    left: list[tuple[TheirRow, str]] = []
    taken: set[int] = set()
    waiting: list[TheirRow] = []
    for row in theirs:
        if row.code and codes[row.code] > 1:
            left.append((row, f"mã {row.code} ghi ở {codes[row.code]} dòng"))
        elif row.code in by_code:
            mine = by_code[row.code]
            taken.add(mine.id)
            pairs.append(_pair(row, mine, system, by_code=True))
        else:
            waiting.append(row)
    by_name = {fold(row.name): row for row in ours if our_names[fold(row.name)] == 1}
    for row in waiting:
        name = fold(row.name)
        found = by_name.get(name)
        if found is None or found.id in taken:
            many = our_names[name] > 1
            left.append((row, "nhiều nhiệm vụ của tỉnh trùng tên này" if many else "chưa khớp mã, tên"))
        elif their_names[name] > 1:
            left.append((row, "tên này ghi ở nhiều dòng"))
        else:
            taken.add(found.id)
            pairs.append(_pair(row, found, system, by_code=False))
    free = [row for row in ours if row.id not in taken]
    names = [_Name.of(row) for row in free]
    return Comparison(
        pairs=tuple(sorted(pairs, key=lambda pair: pair.theirs.row)),
        unmatched=tuple(
            Unmatched(row, why, _alike(row.name, names))
            for row, why in sorted(left, key=lambda one: one[0].row)
        ),
        missing=tuple(free),
    )


@dataclass(frozen=True)
class _Name:
    """An assignment with its name made ready to be compared, once for all their rows."""

    row: OurRow
    folded: str
    words: frozenset[str]
    count: int

    @classmethod
    def of(cls, row: OurRow) -> "_Name":
        folded = fold(row.name)
        words = folded.split()
        return cls(row, folded, frozenset(words), len(words))


def _alike(name: str, names: Sequence[_Name]) -> tuple[OurRow, ...]:
    """Assignments whose names resemble this one, the likest first."""
    said = fold(name)
    words = set(said.split())
    scored = []
    for ours in names:
        shared = len(words & ours.words)
        if shared < _LEAST_SHARED * min(len(words), ours.count) or not shared:
            continue
        matcher = SequenceMatcher(None, said, ours.folded, autojunk=False)
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < LEAST_ALIKE:
            continue  # cannot be alike, and comparing letter by letter takes long
        share = matcher.ratio()
        if share >= LEAST_ALIKE:
            scored.append((share, ours.row))
    scored.sort(key=lambda one: (-one[0], one[1].row_key))
    return tuple(row for _, row in scored[:MOST_SUGGESTIONS])


def _pair(theirs: TheirRow, ours: OurRow, system: CentralSystem, *, by_code: bool) -> Pair:
    found = []
    if theirs.code and ours.code and theirs.code != ours.code:
        found.append(Difference(What.CODE, ours.code, theirs.code))
    if fold(theirs.name) != fold(ours.name):
        found.append(Difference(What.NAME, ours.name, theirs.name))
    if theirs.due_raw and not _same_deadline(theirs, ours):
        found.append(Difference(What.DUE, _said(ours.due_raw, ours.due), _said(theirs.due_raw, theirs.due)))
    if theirs.status:
        meant = system.classes_of(theirs.status)
        if ours.of_class not in meant:
            unknown = "" if meant else " (từ này chưa có trong tệp của hệ thống)"
            word = f"{system.word_for(ours.of_class)} ({ours.basis})"
            found.append(Difference(What.STATUS, word, f"{theirs.status}{unknown}"))
    return Pair(theirs, ours, by_code, tuple(found))


def _same_deadline(theirs: TheirRow, ours: OurRow) -> bool:
    if theirs.due is not None:
        return theirs.due == ours.due
    return fold(theirs.due_raw) == fold(ours.due_raw)


def _said(raw: str, due: date | None) -> str:
    """A deadline as written, with its day where that does not stand in it."""
    if due is None:
        return raw or "chưa có"
    day = vn_date(due)
    return raw if raw == day else f"{raw} ({day})" if raw else day
