"""One agency and one assignment through the cycles, for the board: what was owed, what was said, when."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from models.codes import CycleState, DeadlineKind, ReportStatus, SubmissionVerdict
from models.cycle import Cycle, DueChange, Request
from models.directory import Agency
from models.register import Assignment, AssignmentRevision, Register
from models.rules.board.lamps import Lamp, lamp_of
from models.rules.completion import Ratio, days_late, is_expected, is_on_time
from models.rules.cycle_view import RequestView
from models.submission import AssignmentReport, SignedReport, Submission
from models.time import vn_date
from tasks.cycle.cycles import counts
from tasks.cycle.light import LIGHT

CYCLES = 12
"""How many cycles back a history goes."""


@dataclass(frozen=True)
class PastRequest:
    """What an agency owed in one cycle. `first_due` is the deadline before any extension."""

    cycle_code: str
    cycle_name: str
    request: RequestView
    lamp: Lamp
    first_due: date
    days_late: int


@dataclass(frozen=True)
class Version:
    """One version that came in."""

    number: int
    received_at: datetime
    verdict: SubmissionVerdict
    nothing_to_report: bool


@dataclass(frozen=True)
class AgencyHistory:
    """An agency's requests, the latest first, and its versions in the cycle looked at, in order."""

    requests: tuple[PastRequest, ...]
    versions: tuple[Version, ...]

    @property
    def on_time(self) -> Ratio:
        """Cycles in which it reported on time, of those in which it was asked and the deadline is over or met."""
        settled = [
            past for past in self.requests if is_expected(past.request) and past.lamp is not Lamp.WAITING
        ]
        return Ratio(sum(is_on_time(past.request) for past in settled), len(settled))


@dataclass(frozen=True)
class Said:
    """What one agency declared of an assignment in a cycle, in the version that counts."""

    agency: str
    status: ReportStatus | None
    percent: Decimal | None
    completed_on: date | None
    product: str
    reason: str
    proposal: str


@dataclass(frozen=True)
class SaidInCycle:
    """What was declared of an assignment in one cycle."""

    cycle_code: str
    cycle_name: str
    as_of: date
    words: tuple[Said, ...]


@dataclass(frozen=True)
class Deadline:
    """One deadline that an assignment had, from when, by which document."""

    raw: str
    kind: DeadlineKind
    due: date | None
    source: str
    made_at: datetime


@dataclass(frozen=True)
class AssignmentHistory:
    """Deadlines in the order decided, the first one first; cycles, the latest first."""

    deadlines: tuple[Deadline, ...]
    cycles: tuple[SaidInCycle, ...]


def agency_history(session: Session, cycle: Cycle, agency: Agency, seen: date) -> AgencyHistory:
    """The agency's requests up to this cycle, and its versions in it."""
    rows = session.exec(
        select(Request, Cycle)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(
            Request.agency_id == agency.id,
            Cycle.state != CycleState.DRAFT,
            col(Cycle.cut_off) <= cycle.cut_off,
        )
        .order_by(col(Cycle.cut_off).desc(), col(Cycle.id).desc())
        .limit(CYCLES)
        .options(LIGHT)
    ).all()
    ids = [request.id or 0 for request, _ in rows]
    first: dict[int, date] = {}
    for change in session.exec(
        select(DueChange).where(col(DueChange.request_id).in_(ids)).order_by(col(DueChange.id))
    ):
        first.setdefault(change.request_id, change.due)
    signed = {
        paper.request_id: f"số {paper.number} ngày {vn_date(paper.signed_on)}"
        for paper in session.exec(
            select(SignedReport).where(col(SignedReport.request_id).in_(ids)).order_by(col(SignedReport.id))
        )
    }
    past = []
    for request, of in rows:
        view = _view(request, agency.code, signed.get(request.id or 0, ""))
        past.append(
            PastRequest(
                cycle_code=of.code,
                cycle_name=of.name,
                request=view,
                lamp=lamp_of(view, seen),
                first_due=first.get(request.id or 0, request.due),
                days_late=days_late(view, seen),
            )
        )
    here = [request.id for request, of in rows if of.id == cycle.id]
    versions = session.exec(
        select(Submission).where(col(Submission.request_id).in_(here)).order_by(col(Submission.version))
    )
    return AgencyHistory(
        tuple(past),
        tuple(Version(v.version, v.received_at, v.verdict, v.nothing_to_report) for v in versions),
    )


def _view(request: Request, agency_code: str, signed: str) -> RequestView:
    return RequestView(
        agency_code=agency_code,
        state=request.state,
        due=request.due,
        sent_at=request.sent_at,
        first_received_at=request.first_received_at,
        complete_at=request.complete_at,
        nothing_reason="",
        exempt_reason="",
        versions=0,
        signed=signed,
    )


def assignment_history(session: Session, assignment_id: int, cycle: Cycle) -> AssignmentHistory:
    """What became of an assignment up to this cycle. Not for a withheld one: the caller asks first."""
    deadlines: list[Deadline] = []
    for revision in session.exec(
        select(AssignmentRevision)
        .where(AssignmentRevision.assignment_id == assignment_id)
        .order_by(col(AssignmentRevision.no))
    ):
        last = deadlines[-1] if deadlines else None
        if last is None or (last.raw, last.due) != (revision.deadline_raw, revision.due):
            deadlines.append(
                Deadline(
                    revision.deadline_raw,
                    revision.deadline_kind,
                    revision.due,
                    revision.source,
                    revision.made_at,
                )
            )
    rows = session.exec(
        select(Cycle, Agency, AssignmentReport)
        .join(Request, col(Request.cycle_id) == col(Cycle.id))
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .join(Submission, col(Submission.request_id) == col(Request.id))
        .join(AssignmentReport, col(AssignmentReport.submission_id) == col(Submission.id))
        .where(
            AssignmentReport.assignment_id == assignment_id,
            counts(),
            col(Cycle.cut_off) <= cycle.cut_off,
        )
        .order_by(col(Cycle.cut_off).desc(), col(Cycle.id).desc(), col(Agency.position))
        .options(LIGHT)
    )
    cycles: dict[int, tuple[Cycle, list[Said]]] = {}
    for of, agency, report in rows:
        cycles.setdefault(of.id or 0, (of, []))[1].append(
            Said(
                agency=agency.name,
                status=report.status,
                percent=report.percent,
                completed_on=report.completed_on,
                product=report.product,
                reason=report.reason,
                proposal=report.proposal,
            )
        )
    return AssignmentHistory(
        tuple(deadlines),
        tuple(SaidInCycle(of.code, of.name, of.as_of, tuple(said)) for of, said in cycles.values())[:CYCLES],
    )


def assignment_named(session: Session, assignment_id: int) -> tuple[Assignment, str] | None:
    """The assignment with this id, and its row key; None when there is none."""
    found = session.exec(
        select(Assignment, Register.code).join(Register).where(Assignment.id == assignment_id)
    ).first()
    return None if found is None else (found[0], f"{found[1]}/{found[0].key}")
