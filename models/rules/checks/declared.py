"""What a filled form declares: the outcome of the checks, as it is written down and counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.codes import Comparator, ReportStatus, Severity
from models.rules.form import Issue


@dataclass(frozen=True)
class DeclaredAssignment:
    """What the agency declares of one assignment, as far as it could be read.

    `as_last`: it was carried over from last period, and confirmed.
    """

    row_key: str
    status: ReportStatus | None
    percent_raw: str
    percent: Decimal | None
    completed_on: date | None
    product: str
    reason: str
    proposal: str
    as_last: bool = False


@dataclass(frozen=True)
class DeclaredIndicator:
    """What the agency declares of one indicator.

    `value` is None for "chưa có số liệu" and for what is doubtful. `as_of` is the cycle's day where the
    agency wrote none: the form says that an empty cell means that day.
    """

    row_key: str
    raw: str
    comparator: Comparator | None
    value: Decimal | None
    as_of: date | None
    source: str
    as_last: bool = False


@dataclass(frozen=True)
class DeclaredCell:
    """What the agency says in one asked cell of an annex; every cell in which something stands.

    `raw` is what was written; of a choice the spelling of the list, of a mark "x". `number` and `day` are None for
    another kind of cell and for what could not be read.
    """

    annex_code: str
    row_key: str  # PL-V/8, of a repeated line PL-VII/9.2
    column: str
    sheet: str
    raw: str
    number: Decimal | None = None
    day: date | None = None


@dataclass(frozen=True)
class Judgement:
    """What a filled form declares, and every issue with it.

    `nothing` is a valid "không phát sinh": marked, with its reason. Rows that were filled in all the same are
    declared beside it. `texts` is the prose by heading; it is kept whatever becomes of the figures.
    """

    issues: tuple[Issue, ...]
    assignments: tuple[DeclaredAssignment, ...]
    indicators: tuple[DeclaredIndicator, ...]
    nothing: bool
    nothing_reason: str
    cells: tuple[DeclaredCell, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocking(self) -> bool:
        """Whether something must be mended before the report counts as complete."""
        return any(issue.severity is Severity.BLOCK for issue in self.issues)
