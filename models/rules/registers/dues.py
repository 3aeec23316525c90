"""The deadlines an assignment has had: the first one stays visible, a decision moves it, another takes that back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.codes import DeadlineKind
from models.rules.cycle_view import DueSince


@dataclass(frozen=True)
class Deadline:
    """A deadline as one revision has it: its words, what they mean, the document that moved it there (""), its day."""

    raw: str
    kind: DeadlineKind
    due: date | None
    source: str = ""
    decided_on: date | None = None

    @property
    def _said(self) -> tuple[str, DeadlineKind, date | None, str]:
        return self.raw, self.kind, self.due, self.source

    def same_as(self, other: "Deadline") -> bool:
        """Whether both say the same; the day from which it is in force does not count."""
        return self._said == other._said


def dues_since(deadlines: Iterable[Deadline]) -> tuple[DueSince, ...]:
    """Every day that was due, with the day from which it was; () while there was one alone. In the order decided."""
    dues: list[DueSince] = []
    for deadline in deadlines:
        if not dues or dues[-1].due != deadline.due:
            dues.append(DueSince(deadline.decided_on, deadline.due))
    return tuple(dues) if len(dues) > 1 else ()


def standing_changes(deadlines: Iterable[Deadline]) -> list[Deadline]:
    """The first deadline, then those that moved it and were not taken back; the last one is in force."""
    standing: list[Deadline] = []
    for deadline in deadlines:
        if standing and deadline.same_as(standing[-1]):
            continue
        if len(standing) > 1 and deadline.same_as(standing[-2]):
            standing.pop()
        else:
            standing.append(deadline)
    return standing


def taken_back(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The deadline that stands again when the last decision is taken back; None when no decision is in force.

    It counts from the day on which the decision that is taken back did: that one was never right.
    """
    standing = standing_changes(deadlines)
    if len(standing) < 2 or not standing[-1].source:
        return None
    before, undone = standing[-2], standing[-1]
    return Deadline(before.raw, before.kind, before.due, before.source, undone.decided_on)
