"""The subject line of a digest: the worst first, in as many words as an inbox shows."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

LONGEST = 119
"""The letters of a subject line, at most."""
_ENOUGH_OF_A_NAME = 40  # letters; the least pressing is left unsaid before a name is cut shorter than this


class Owed(Protocol):
    """A line of a digest. `left` is what is read: quá hạn 02 ngày làm việc; `days_left` below 0 is overdue."""

    @property
    def due(self) -> str: ...
    @property
    def left(self) -> str: ...
    @property
    def days_left(self) -> int: ...


class OwedReport(Owed, Protocol):
    @property
    def cycle(self) -> str: ...
    @property
    def mending(self) -> bool: ...


class OwedAssignment(Owed, Protocol):
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...


class _Clause(NamedTuple):
    """What is said of lines of one kind: as the opening of the line, or beside something worse."""

    left: str
    name: str  # may be shortened
    after: str
    beside: str


def headline(reports: Sequence[OwedReport], assignments: Sequence[OwedAssignment]) -> str:
    """Both worst first: "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026 ...; 03 nhiệm vụ đến hạn 31/3/2026".

    Where the whole would be longer than `LONGEST`, the name of the worst is shortened, then what presses least is
    left to the letter itself.
    """
    groups = [
        _of_reports([line for line in reports if line.days_left < 0]),
        _of_assignments([line for line in assignments if line.days_left < 0]),
        _of_reports([line for line in reports if line.days_left >= 0]),
        _of_assignments([line for line in assignments if line.days_left >= 0]),
    ]
    clauses = [clause for clause in groups if clause is not None]
    if not clauses:
        raise ValueError("thư không có dòng nào thì không có tiêu đề")
    worst = clauses[0]
    before = f"{worst.left[:1].upper()}{worst.left[1:]}: "
    beside = [clause.beside for clause in clauses[1:]]
    needed = len(before) + min(len(worst.name), _ENOUGH_OF_A_NAME)
    rest = worst.after + "".join(f"; {said}" for said in beside)
    while beside and needed + len(rest) > LONGEST:
        beside.pop()
        rest = worst.after + "".join(f"; {said}" for said in [*beside, "nội dung khác"])
    return f"{before}{shortened(worst.name, LONGEST - len(before) - len(rest))}{rest}"


def _of_reports(lines: Sequence[OwedReport]) -> _Clause | None:
    if not lines:
        return None
    worst, others = lines[0], len(lines) - 1
    left = f"{worst.left}, chưa hoàn thiện" if worst.mending else worst.left
    deadline = "" if worst.days_left < 0 else f" (hạn {worst.due})"
    after = f" và {others:02d} báo cáo khác" if others else deadline
    return _Clause(left, worst.cycle, after, f"{len(lines):02d} báo cáo {_when(lines)}")


def _of_assignments(lines: Sequence[OwedAssignment]) -> _Clause | None:
    if not lines:
        return None
    worst, late = lines[0], lines[0].days_left < 0
    beside = f"{len(lines):02d} nhiệm vụ {_when(lines)}"
    if len(lines) == 1:
        name = f"Nhiệm vụ {worst.number}. {worst.title}" if worst.number else f"Nhiệm vụ {worst.title}"
        return _Clause(worst.left, name, "" if late else f" (hạn {worst.due})", beside)
    if late and _differ(lines):
        return _Clause(
            worst.left.replace("quá hạn", "quá hạn đến", 1), f"{len(lines):02d} nhiệm vụ", "", beside
        )
    return _Clause(worst.left, f"{len(lines):02d} nhiệm vụ" if late else beside, "", beside)


def _when(lines: Sequence[Owed]) -> str:
    if lines[0].days_left < 0:
        return "quá hạn"
    return f"sắp đến hạn, sớm nhất {lines[0].due}" if _differ(lines) else f"đến hạn {lines[0].due}"


def _differ(lines: Sequence[Owed]) -> bool:
    return len({line.due for line in lines}) > 1


def shortened(text: str, longest: int) -> str:
    """As much of a text as there is room for, ended at a word, with an ellipsis where something is left out."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    if " " in kept and text[longest - 1] != " ":
        kept = kept.rpartition(" ")[0]
    return kept.rstrip(" ,;:.–-(“") + "…"
