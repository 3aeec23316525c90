"""A request as a form, and a form as it came back: what the workbook (and later the page) carries.

A row key is `register code/key in the register`, e.g. KH57-2026/V.5.1; it names a row on its own.
"""

from dataclasses import dataclass, field
from datetime import date

from models.codes import DeadlineKind, Severity

SHEET_ASSIGNMENTS = "Nhiệm vụ"
SHEET_INDICATORS = "Chỉ tiêu"
SHEET_GENERAL = "Thông tin chung"
SHEET_GUIDE = "Hướng dẫn"


@dataclass(frozen=True)
class AssignmentLine:
    """A prefilled row of the sheet "Nhiệm vụ"."""

    row_key: str
    name: str
    role: str  # "Chủ trì", or "Thành viên UBND các xã, phường"
    result: str
    deadline: str  # as the register writes it
    kind: DeadlineKind
    due: date | None


@dataclass(frozen=True)
class IndicatorLine:
    """A prefilled row of the sheet "Chỉ tiêu"; baseline and target as the register writes them."""

    row_key: str
    name: str
    unit: str
    baseline: str
    target: str


@dataclass(frozen=True)
class Form:
    """What one agency is asked in one cycle."""

    request_id: int
    version: int
    cycle_code: str
    cycle_name: str
    agency_code: str
    agency_name: str
    data_from: date
    as_of: date
    due: date
    contact: str  # whom to ask, one line: name, phone, mail
    assignments: tuple[AssignmentLine, ...]
    indicators: tuple[IndicatorLine, ...]


@dataclass(frozen=True)
class Cell:
    """What stood in one cell of a form: the text a person typed, and where."""

    text: str = ""
    sheet: str = ""
    ref: str = ""  # E7


@dataclass(frozen=True)
class FilledAssignment:
    row_key: str
    status: Cell = Cell()
    percent: Cell = Cell()
    completed_on: Cell = Cell()
    product: Cell = Cell()
    reason: Cell = Cell()
    proposal: Cell = Cell()


@dataclass(frozen=True)
class FilledIndicator:
    row_key: str
    value: Cell = Cell()
    as_of: Cell = Cell()
    source: Cell = Cell()


@dataclass(frozen=True)
class Issue:
    """One thing to mend (block) or to look at (warn), where it stands, in a sentence an official understands."""

    severity: Severity
    rule: str  # short code of the rule, e.g. "hoan-thanh-thieu-ngay"
    sentence: str
    sheet: str = ""
    cell: str = ""
    row_key: str = ""


@dataclass(frozen=True)
class Filled:
    """A workbook as read; nothing is judged yet. Dates that Excel keeps as numbers come as dd/mm/yyyy text."""

    nothing: Cell = Cell()  # "x" when the agency has nothing to report
    nothing_reason: Cell = Cell()
    assignments: tuple[FilledAssignment, ...] = ()
    indicators: tuple[FilledIndicator, ...] = ()
    problems: tuple[Issue, ...] = field(default=())  # what could not be read: a missing sheet, a doubled row
