"""The issues of one form while it is being judged, in the order in which a person goes through it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.codes import Severity
from models.rules.form import Cell, Issue

ONE_BY_ONE = 5
"""More omissions of one kind than this are told in one sentence."""


@dataclass
class Issues:
    """What was found so far."""

    found: list[Issue] = field(default_factory=list)

    @property
    def blocking(self) -> bool:
        return any(issue.severity is Severity.BLOCK for issue in self.found)

    def block(self, rule: str, sentence: str, cell: Cell, row_key: str = "") -> None:
        self.add(Issue(Severity.BLOCK, rule, sentence, cell.sheet, cell.ref, row_key))

    def warn(self, rule: str, sentence: str, cell: Cell, row_key: str = "") -> None:
        self.add(Issue(Severity.WARN, rule, sentence, cell.sheet, cell.ref, row_key))

    def add(self, *issues: Issue) -> None:
        # What could not even be read in a cell has been told: to call it empty would be a second answer.
        unread = {(i.sheet, i.cell) for i in self.found if i.rule == "o-khong-co-gia-tri"}
        self.found += [i for i in issues if not (i.cell and (i.sheet, i.cell) in unread)]

    def extend(self, issues: Iterable[Issue]) -> None:
        self.add(*issues)
