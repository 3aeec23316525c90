"""A cycle as rules and documents see it: read once from the database, then only looked at.

Nothing here is computed from anything else here; what follows from these facts is in classes, completion and
sentences. All days are local.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from models.codes import AgencyKind, Comparator, DeadlineKind, ReportStatus, RequestState
from models.rules.registers.names import Bearer


@dataclass(frozen=True)
class AgencyView:
    code: str
    name: str
    kind: AgencyKind
    position: int


@dataclass(frozen=True)
class ConfirmedWord:
    """What the secretariat says of a status, having looked at the product: as declared, or (`corrected`) otherwise."""

    status: ReportStatus
    completed_on: date | None = None
    corrected: bool = False
    document: str = ""  # number and date of the product that was looked at
    note: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class LeadReport:
    """What one lead (or member of a leading group) last declared of an assignment, in an accepted version.

    `this_cycle` is False when the declaration is carried over from an earlier cycle (complete stays complete),
    and when the agency is silent (then status is None). `confirmed` is what the secretariat says of this very
    declaration, None while nobody has looked at it.
    """

    agency_code: str
    this_cycle: bool
    status: ReportStatus | None = None
    percent: Decimal | None = None
    completed_on: date | None = None
    product: str = ""
    reason: str = ""
    proposal: str = ""
    confirmed: ConfirmedWord | None = None
    report_id: int = 0  # of the declaration, for a confirmation to name


@dataclass(frozen=True)
class DueSince:
    """A deadline and the day from which it was in force; None: from the beginning."""

    since: date | None
    due: date | None


@dataclass(frozen=True)
class AssignmentView:
    row_key: str  # KH57-2026/V.5.1
    register_code: str
    key: str
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
    kind: DeadlineKind
    due: date | None  # in force on the day of the view
    lead_of_record: Bearer | None  # None: nobody was recognised, a person must decide
    member_noun: str  # "xã, phường" when a group leads, else ""
    reports: tuple[LeadReport, ...]  # every lead or member that was asked, in the register's order
    withheld: bool
    proposal_accepted: bool  # by the committee; a proposal that is only declared is not enough
    id: int = 0
    first_deadline_raw: str = ""  # as the register first wrote it; "" where nothing is known of it
    first_due: date | None = None
    due_source: str = ""  # number and date of the document that moved the deadline
    dues: tuple[DueSince, ...] = ()  # every deadline it had, in the order decided; () when it never moved
    whole: ConfirmedWord | None = None  # of one that a group leads: "or the secretariat says so"
    linked: tuple[str, ...] = ()  # row keys of the same task in other registers

    @property
    def moved(self) -> bool:
        """Whether the deadline in force is another than the first one."""
        return bool(self.first_deadline_raw) and self.first_due != self.due

    def due_on(self, day: date) -> date | None:
        """The deadline in force on a day: the last decided of those that were in force by then."""
        if not self.dues:
            return self.due
        in_force = [one.due for one in self.dues if one.since is None or one.since <= day]
        return in_force[-1] if in_force else self.dues[0].due


@dataclass(frozen=True)
class IndicatorView:
    row_key: str
    register_code: str
    key: str
    section: str
    section_name: str
    number: str
    name: str
    unit: str
    baseline_raw: str
    target_raw: str
    target_comparator: Comparator | None
    target_value: Decimal | None
    note: str
    owner_code: str | None
    owner_provisional: bool
    reported_raw: str  # "" while nothing is reported
    reported_value: Decimal | None
    reported_as_of: date | None
    source: str


@dataclass(frozen=True)
class RequestView:
    agency_code: str
    state: RequestState
    due: date
    sent_at: datetime | None
    first_received_at: datetime | None
    complete_at: datetime | None
    nothing_reason: str  # of the accepted "không phát sinh", else ""
    exempt_reason: str
    versions: int
    signed: str = ""  # the signed Báo cáo, "số 125/BC-SNV ngày 18/3/2026"; "" while the figures are "sơ bộ"
    recorded_at: datetime | None = None  # when it came by a way of its own, as the secretariat recorded it
    report_due: date | None = None  # the deadline of the report, where `due` is that of completing it

    @property
    def punctual_by(self) -> date:
        """The day by which a report is on time: more time to complete it makes no late report punctual."""
        return self.report_due or self.due


@dataclass(frozen=True)
class RegisterView:
    code: str
    name: str
    year: int


@dataclass(frozen=True)
class CycleView:
    code: str
    name: str
    data_from: date
    cut_off: date
    as_of: date
    due: date
    province_due: date
    registers: tuple[RegisterView, ...]
    agencies: tuple[AgencyView, ...]
    assignments: tuple[AssignmentView, ...]
    indicators: tuple[IndicatorView, ...]
    requests: tuple[RequestView, ...]

    def agency(self, code: str) -> AgencyView:
        """The agency with this code; KeyError when the cycle does not know it."""
        for agency in self.agencies:
            if agency.code == code:
                return agency
        raise KeyError(code)
