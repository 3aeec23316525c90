"""A request as a form, and a form as it came back: what the workbook (and later the page) carries.

A row key is `register code/key in the register`, e.g. KH57-2026/V.5.1; it names a row on its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from models.codes import DeadlineKind, Severity
from models.rules.annexes.annex import Annex, Outline
from models.rules.checks.check_policy import CheckPolicy

SHEET_ASSIGNMENTS = "Nhiệm vụ"
SHEET_INDICATORS = "Chỉ tiêu"
SHEET_GENERAL = "Thông tin chung"
SHEET_GUIDE = "Hướng dẫn"
SHEET_TEXT = "Lời văn"


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
class Last:
    """What the agency reported last time, as it is put into this form: field name (models.rules.typed_form) -> text.

    Frozen with the request when its form is written. It is nobody's answer until it is confirmed or changed.
    """

    cycle_name: str
    texts: Mapping[str, str]


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
    annexes: tuple[Annex, ...] = ()
    outline: Outline | None = None
    last: Last | None = None
    checks: CheckPolicy = field(default_factory=CheckPolicy)


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
    same: Cell = Cell()  # "x": what was carried over from last period still holds


@dataclass(frozen=True)
class FilledIndicator:
    row_key: str
    value: Cell = Cell()
    as_of: Cell = Cell()
    source: Cell = Cell()
    same: Cell = Cell()


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
    same_all: Cell = Cell()  # "x": everything carried over from last period still holds
    number: Cell = Cell()  # of the signed Báo cáo, when there is one already; its day; who signed it
    signed_on: Cell = Cell()
    signer: Cell = Cell()
    assignments: tuple[FilledAssignment, ...] = ()
    indicators: tuple[FilledIndicator, ...] = ()
    cells: Mapping[str, Cell] = field(
        default_factory=dict
    )  # of the annexes, by field name: PL-V/8:C, PL-V:same
    texts: Mapping[str, Cell] = field(default_factory=dict)  # of the outline, by code of the heading
    problems: tuple[Issue, ...] = field(default=())  # what could not be read: a missing sheet, a doubled row
