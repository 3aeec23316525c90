"""What is being made out of the sheets of a workbook that came back, and what could not be made out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.codes import Severity
from models.rules.form import Cell, Issue
from tasks.workbook.cells import Sheet


@dataclass
class Reading:
    """The sheets, the problems met so far, and the titles of the sheets that annexes were given (code -> title)."""

    sheets: list[Sheet]
    annexes: Mapping[str, str]
    problems: list[Issue] = field(default_factory=list)

    def problem(
        self,
        severity: Severity,
        rule: str,
        sentence: str,
        sheet: str = "",
        cell: str = "",
        row_key: str = "",
    ) -> None:
        """Tell of something that could not be read."""
        self.problems.append(Issue(severity, rule, sentence, sheet, cell, row_key))

    def cell(
        self,
        sheet: Sheet,
        row: int,
        column: int,
        *,
        numeric: bool = False,
        lines: bool = False,
        row_key: str = "",
    ) -> Cell:
        """One cell to fill; a value that cannot be known is told of."""
        found = sheet.cell(row, column, numeric=numeric, lines=lines)
        fault = sheet.fault(row, column)
        if fault:
            sentence = f"Ô {found.ref} {fault}"
            self.problem(Severity.BLOCK, "o-khong-co-gia-tri", sentence, sheet.title, found.ref, row_key)
        return found
