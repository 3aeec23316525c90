"""The same task in two registers: linked by a person, counted once, and held against each other.

A likeness of names may suggest a link, never make one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.registers.classes import bearers, deciding_report, stands
from models.rules.text import fold

LEAST_ALIKE = 0.55
_LEAST_SHARED = 0.3  # of their words: two names that share fewer are not compared letter by letter


@dataclass(frozen=True)
class Named:
    """An assignment by its name, for looking for its like."""

    id: int
    register_code: str
    row_key: str
    name: str


@dataclass(frozen=True)
class Likeness:
    """Two assignments of different registers whose names resemble each other; `share` from 0 to 1."""

    one: Named
    other: Named
    share: float


@dataclass(frozen=True)
class LinkedContradiction:
    """Linked assignments of which different things are said: by one agency in two places (`agency_code`), or by the
    leads of record ("", each word with its own agency). `words` are row keys with what was said there."""

    agency_code: str
    words: tuple[tuple[str, LeadReport], ...]


class Tasks:
    """Which tasks were met so far: of linked assignments the first one in the order given, which is that of the
    registers, is the task."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def is_new(self, assignment: AssignmentView) -> bool:
        """Whether this is a task that was not met under another key."""
        if assignment.row_key in self._taken:
            return False
        self._taken.update(assignment.linked)
        return True


def once(assignments: Iterable[AssignmentView]) -> list[AssignmentView]:
    """Each task once."""
    tasks = Tasks()
    return [assignment for assignment in assignments if tasks.is_new(assignment)]


def groups_of(pairs: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """Id -> the ids it is linked with, directly or through others, in order."""
    group: dict[int, set[int]] = {}
    for one, other in pairs:
        merged = group.get(one, {one}) | group.get(other, {other})
        for member in merged:
            group[member] = merged
    return {member: tuple(sorted(merged - {member})) for member, merged in group.items()}


def likenesses(
    named: Sequence[Named], linked: Iterable[tuple[int, int]] = (), limit: int = 50
) -> list[Likeness]:
    """Pairs of different registers with like names that are not linked yet, the likest first."""
    known = {(one, other) for one, others in groups_of(linked).items() for other in others}
    words = {each.id: frozenset(fold(each.name).split()) for each in named}
    found = []
    for at, one in enumerate(named):
        for other in named[at + 1 :]:
            if one.register_code == other.register_code or (one.id, other.id) in known:
                continue
            shared = len(words[one.id] & words[other.id])
            if shared < _LEAST_SHARED * min(len(words[one.id]), len(words[other.id]) or 1):
                continue
            share = _share(fold(one.name), fold(other.name))
            if share >= LEAST_ALIKE:
                found.append(Likeness(one, other, share))
    return sorted(found, key=lambda like: (-like.share, like.one.row_key, like.other.row_key))[:limit]


def linked_contradictions(assignments: Iterable[AssignmentView]) -> list[LinkedContradiction]:
    """What is said differently of linked assignments; withheld ones are left out."""
    shown = {one.row_key: one for one in assignments if not one.withheld}
    found = []
    seen: set[str] = set()
    for row_key, assignment in shown.items():
        if row_key in seen:
            continue
        group = [assignment, *(shown[key] for key in assignment.linked if key in shown)]
        seen.update(one.row_key for one in group)
        if len(group) > 1:
            found += _within(group)
    return found


def _within(group: Sequence[AssignmentView]) -> list[LinkedContradiction]:
    found = []
    agencies = dict.fromkeys(code for one in group for code in bearers(one))
    for code in agencies:
        words = [
            (one.row_key, report)
            for one in group
            for report in one.reports
            if report.agency_code == code and stands(report)
        ]
        if _differ(words):
            found.append(LinkedContradiction(code, tuple(words)))
    leads = [
        (one.row_key, lead) for one in group if (lead := deciding_report(one)) is not None and stands(lead)
    ]
    if len({lead.agency_code for _, lead in leads}) > 1 and _differ(leads):
        found.append(LinkedContradiction("", tuple(leads)))
    return found


def _differ(words: Sequence[tuple[str, LeadReport]]) -> bool:
    return len({(report.status, report.completed_on) for _, report in words}) > 1


def _share(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < LEAST_ALIKE:
        return 0.0
    return matcher.ratio()
