"""Where each row of a cycle came from: whose version, when it arrived, in which file; in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, and_, col, select

from models.codes import ReportStatus
from models.cycle import Cycle, Request
from models.directory import Agency
from models.register import Indicator, Register
from models.submission import Arrival, AssignmentReport, IndicatorReport, Submission
from tasks.cycle.cycles import counting_versions


@dataclass(frozen=True)
class Source:
    """One version of an agency's answer. `cycle_code` is that of the cycle it was given in."""

    agency_code: str
    cycle_code: str
    version: int
    received_at: datetime
    channel: str
    file_name: str
    arrival_id: int


@dataclass(frozen=True)
class Sources:
    """The sources of a cycle: of declarations by the id of the declaration (models.rules.cycle_view.LeadReport), of
    indicators by row key, of requests by agency: the version that counts, else the latest there is."""

    declared: Mapping[int, Source] = field(default_factory=dict)
    indicators: Mapping[str, Source] = field(default_factory=dict)
    requests: Mapping[str, Source] = field(default_factory=dict)


_ARRIVED = (
    col(Agency.code),
    col(Cycle.code),
    col(Submission.version),
    col(Submission.received_at),
    col(Arrival.channel),
    col(Arrival.file_name),
    col(Arrival.id),
)


def read_sources(session: Session, cycle: Cycle) -> Sources:
    """The sources of everything that counts in a cycle; three queries."""
    return Sources(_declared(session, cycle), _indicators(session, cycle), _requests(session, cycle))


def _declared(session: Session, cycle: Cycle) -> dict[int, Source]:
    """Also what was declared complete in an earlier cycle: it stands in this one."""
    rows = session.execute(
        select(AssignmentReport.id, *_ARRIVED)  # type: ignore[call-overload]
        .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
        .join(Arrival, col(Arrival.id) == col(Submission.arrival_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(
            col(Submission.id).in_(counting_versions()),
            (col(Request.cycle_id) == cycle.id)
            | and_(col(AssignmentReport.status) == ReportStatus.COMPLETE, col(Request.cycle_id) < cycle.id),
        )
    )
    return {report_id: Source(*arrived) for report_id, *arrived in rows}


def _indicators(session: Session, cycle: Cycle) -> dict[str, Source]:
    rows = session.execute(
        select(Register.code, Indicator.key, *_ARRIVED)  # type: ignore[call-overload]
        .join(Indicator, col(Indicator.register_id) == col(Register.id))
        .join(IndicatorReport, col(IndicatorReport.indicator_id) == col(Indicator.id))
        .join(Submission, col(Submission.id) == col(IndicatorReport.submission_id))
        .join(Arrival, col(Arrival.id) == col(Submission.arrival_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(col(Submission.id).in_(counting_versions()), col(Request.cycle_id) == cycle.id)
        .order_by(col(IndicatorReport.id))
    )
    return {f"{register}/{key}": Source(*arrived) for register, key, *arrived in rows}


def _requests(session: Session, cycle: Cycle) -> dict[str, Source]:
    counting = set(
        session.exec(
            select(Submission.id)
            .join(Request, col(Request.id) == col(Submission.request_id))
            .where(col(Submission.id).in_(counting_versions()), col(Request.cycle_id) == cycle.id)
        )
    )
    rows = session.execute(
        select(Submission.id, *_ARRIVED)  # type: ignore[call-overload]
        .join(Arrival, col(Arrival.id) == col(Submission.arrival_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(col(Request.cycle_id) == cycle.id)
        .order_by(col(Submission.request_id), col(Submission.version))
    )
    found: dict[str, tuple[bool, Source]] = {}
    for submission_id, *arrived in rows:
        source, counts = Source(*arrived), submission_id in counting
        if counts or not found.get(source.agency_code, (False, source))[0]:
            found[source.agency_code] = (counts, source)
    return {code: source for code, (_, source) in found.items()}
