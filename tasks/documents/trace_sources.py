"""Where each row of a cycle came from: whose version, when it arrived, in which file; read together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.cycle import Cycle, Request
from models.directory import Agency
from models.register import Indicator, Register
from models.rules.cycle_view import CycleView
from models.submission import Arrival, AssignmentReport, IndicatorReport, Submission
from tasks.cycle.cycles import counting_versions


@dataclass(frozen=True, slots=True)
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
    col(Submission.id),
    col(Agency.code),
    col(Cycle.code),
    col(Submission.version),
    col(Submission.received_at),
    col(Arrival.channel),
    col(Arrival.file_name),
    col(Arrival.id),
)
_AT_ONCE = 10_000  # ids in a query
Versions = dict[int, Source]  # by the id of the version


def read_sources(session: Session, cycle: Cycle, view: CycleView) -> Sources:
    """The sources of everything that counts in a cycle, `view` being its view: in four queries, and two more for each
    ten thousand declarations of earlier cycles that stand in it."""
    versions = _versions(session, Request.cycle_id == cycle.id)
    counting = set(
        session.exec(
            select(Submission.id)
            .join(Request, col(Request.id) == col(Submission.request_id))
            .where(col(Submission.id).in_(counting_versions()), col(Request.cycle_id) == cycle.id)
        )
    )
    return Sources(
        _declared(session, cycle, view, versions),
        _indicators(session, cycle, {id_: source for id_, source in versions.items() if id_ in counting}),
        _requests(versions, counting),
    )


def _versions(session: Session, which: sa.ColumnElement[bool] | bool) -> Versions:
    """Versions in the order of their requests."""
    rows = session.execute(
        select(*_ARRIVED)  # type: ignore[call-overload]
        .join(Arrival, col(Arrival.id) == col(Submission.arrival_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(which)
        .order_by(col(Submission.request_id), col(Submission.version))
    )
    return {submission_id: Source(*arrived) for submission_id, *arrived in rows}


def _declared(session: Session, cycle: Cycle, view: CycleView, versions: Versions) -> dict[int, Source]:
    """Also what was declared complete in an earlier cycle: it stands in this one."""
    wanted = {report.report_id for one in view.assignments for report in one.reports if report.report_id}
    given = session.execute(
        select(col(AssignmentReport.id), col(AssignmentReport.submission_id))
        .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .where(Request.cycle_id == cycle.id)
    )
    found = {report_id: versions[version] for report_id, version in given if report_id in wanted}
    earlier = sorted(wanted - found.keys())
    for start in range(0, len(earlier), _AT_ONCE):
        of_report = dict(
            session.execute(
                select(col(AssignmentReport.id), col(AssignmentReport.submission_id)).where(
                    col(AssignmentReport.id).in_(earlier[start : start + _AT_ONCE])
                )
            )
            .tuples()
            .all()
        )
        others = _versions(session, col(Submission.id).in_(set(of_report.values())))
        found.update((report_id, others[version]) for report_id, version in of_report.items())
    return found


def _indicators(session: Session, cycle: Cycle, counting: Versions) -> dict[str, Source]:
    rows = session.execute(
        select(col(Register.code), col(Indicator.key), col(IndicatorReport.submission_id))
        .join(Indicator, col(Indicator.register_id) == col(Register.id))
        .join(IndicatorReport, col(IndicatorReport.indicator_id) == col(Indicator.id))
        .join(Submission, col(Submission.id) == col(IndicatorReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(IndicatorReport.id))
    )
    return {f"{register}/{key}": counting[version] for register, key, version in rows if version in counting}


def _requests(versions: Versions, counting: Collection[int | None]) -> dict[str, Source]:
    found: dict[str, tuple[bool, Source]] = {}
    for submission_id, source in versions.items():
        counts = submission_id in counting
        if counts or not found.get(source.agency_code, (False, source))[0]:
            found[source.agency_code] = (counts, source)
    return {code: source for code, (_, source) in found.items()}
