"""Reading a cycle once, as rules and documents see it (models.rules.cycle_view), in a fixed number of queries."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from models.codes import RequestState
from models.cycle import Cycle, Request, RequestItem
from models.history import StateChange
from models.rules.cycle_view import (
    AgencyView,
    CycleView,
    IndicatorView,
    LeadReport,
    RegisterView,
    RequestView,
)
from models.submission import IndicatorReport, Submission
from models.time import vn_date
from tasks.collector import collector_resting
from tasks.cycle.cycle_assignments import read_assignments
from tasks.cycle.cycles import counts, registers_of
from tasks.cycle.standing import report_dues, standing_records
from tasks.intake.signed_reports import signed_of
from tasks.registers.register_facts import (
    Directory,
    indicators_in_force,
    indicators_of,
    read_directory,
)
from tasks.statuses.words import Words, read_words


class _Asked(NamedTuple):
    """One request of the cycle, as its row has it."""

    id: int
    agency_id: int
    state: RequestState
    due: date
    sent_at: datetime | None
    first_received_at: datetime | None
    complete_at: datetime | None


@collector_resting()
def read_cycle(session: Session, cycle: Cycle) -> CycleView:
    """A cycle with everything that its figures rest on: the revisions it froze, the accepted answers, what is confirmed
    of them, the deadlines in force."""
    directory = read_directory(session, cycle.document_date or cycle.data_from)
    registers = registers_of(session, cycle)
    codes = [register.code for register in registers]
    words = read_words(session, cycle)
    reports = _declared(words, directory)
    requests = _requests(session, cycle)
    # Whoever was asked stays in the figures, also when the agency has left the directory since.
    heard = {request.agency_id for request in requests}.union(*reports.values())
    return CycleView(
        code=cycle.code,
        name=cycle.name,
        data_from=cycle.data_from,
        cut_off=cycle.cut_off,
        as_of=cycle.as_of,
        due=cycle.due,
        province_due=cycle.province_due,
        registers=tuple(RegisterView(r.code, r.name, r.year) for r in registers),
        agencies=tuple(
            AgencyView(a.code, a.name, a.kind, a.position)
            for a in directory.agencies.values()
            if a.active or a.id in heard
        ),
        assignments=tuple(read_assignments(session, cycle, directory, codes, words, reports)),
        indicators=_indicators(session, cycle, directory, codes),
        requests=tuple(_request_views(session, cycle, directory, requests)),
    )


def _declared(words: Words, directory: Directory) -> dict[int, dict[int, LeadReport]]:
    """What each agency declares in the versions that count, and what it has declared complete in earlier cycles."""
    declared: dict[int, dict[int, LeadReport]] = {}
    for (assignment_id, agency_id), word in words.by_agency.items():
        report = word.report
        declared.setdefault(assignment_id, {})[agency_id] = LeadReport(
            agency_code=directory.agencies[agency_id].code,
            this_cycle=word.this_cycle,
            status=report.status,
            percent=report.percent,
            completed_on=report.completed_on,
            product=report.product,
            reason=report.reason,
            proposal=report.proposal,
            confirmed=word.confirmed,
            report_id=report.id or 0,
        )
    return declared


def _indicators(
    session: Session, cycle: Cycle, directory: Directory, codes: list[str]
) -> tuple[IndicatorView, ...]:
    """The registers' indicators: as frozen by this cycle's requests, else (not asked) as they stand."""
    reported = {
        report.indicator_id: report
        for report in session.exec(
            select(IndicatorReport)
            .join(Submission, col(Submission.id) == col(IndicatorReport.submission_id))
            .join(Request, col(Request.id) == col(Submission.request_id))
            .where(Request.cycle_id == cycle.id, counts())
            .order_by(col(IndicatorReport.id))
        )
    }
    frozen_ids = session.exec(
        select(RequestItem.indicator_revision_id)
        .join(Request, col(Request.id) == col(RequestItem.request_id))
        .where(Request.cycle_id == cycle.id, col(RequestItem.indicator_revision_id).is_not(None))
        .distinct()
    )
    frozen = indicators_of(session, directory, {i for i in frozen_ids if i is not None})
    held = {facts.indicator.id for facts in frozen}
    others = [f for f in indicators_in_force(session, directory, codes) if f.indicator.id not in held]
    views = []
    for facts in sorted([*frozen, *others], key=lambda f: (f.register.id or 0, f.revision.position)):
        report = reported.get(facts.indicator.id or 0)
        revision = facts.revision
        views.append(
            IndicatorView(
                row_key=facts.row_key,
                register_code=facts.register.code,
                key=facts.indicator.key,
                section=revision.section,
                section_name=revision.section_name,
                number=revision.number,
                name=revision.name,
                unit=revision.unit,
                baseline_raw=revision.baseline_raw,
                target_raw=revision.target_raw,
                target_comparator=revision.target_comparator,
                target_value=revision.target_value,
                note=revision.note,
                owner_code=facts.owner_code,
                owner_provisional=facts.owner_provisional,
                reported_raw=report.raw if report else "",
                reported_value=report.value if report else None,
                reported_as_of=report.as_of if report else None,
                source=report.source if report else "",
            )
        )
    return tuple(views)


def _requests(session: Session, cycle: Cycle) -> list[_Asked]:
    rows = session.execute(
        sa.select(
            col(Request.id),
            col(Request.agency_id),
            col(Request.state),
            col(Request.due),
            col(Request.sent_at),
            col(Request.first_received_at),
            col(Request.complete_at),
        )
        .where(col(Request.cycle_id) == cycle.id)
        .order_by(col(Request.id))
    )
    return [_Asked._make(row) for row in rows]


def _request_views(
    session: Session, cycle: Cycle, directory: Directory, requests: Sequence[_Asked]
) -> Iterator[RequestView]:
    ids = [request.id for request in requests]
    versions: dict[int, int] = dict(
        session.exec(
            select(Submission.request_id, func.count())
            .join(Request, col(Request.id) == col(Submission.request_id))
            .where(Request.cycle_id == cycle.id)
            .group_by(col(Submission.request_id))
        ).all()
    )
    nothing: dict[int, str] = dict(
        session.exec(
            select(Submission.request_id, Submission.nothing_reason)
            .join(Request, col(Request.id) == col(Submission.request_id))
            .where(Request.cycle_id == cycle.id, col(Submission.nothing_to_report).is_(True), counts())
        ).all()
    )
    exempt = [request.id for request in requests if request.state == RequestState.EXEMPT]
    exemptions: dict[int, str] = dict(
        session.exec(
            select(StateChange.entity_id, StateChange.reason)
            .where(
                StateChange.entity == "request",
                StateChange.after == RequestState.EXEMPT.value,
                col(StateChange.entity_id).in_(exempt),
            )
            .order_by(col(StateChange.id))
        ).all()
    )
    signed = signed_of(session, ids)
    recorded = standing_records(session, ids)
    dues = report_dues(session, ids)
    for request in requests:
        paper, record = signed.get(request.id), recorded.get(request.id)
        yield RequestView(
            agency_code=directory.agencies[request.agency_id].code,
            state=request.state,
            due=request.due,
            sent_at=request.sent_at,
            first_received_at=request.first_received_at,
            complete_at=request.complete_at,
            nothing_reason=nothing.get(request.id, ""),
            exempt_reason=exemptions.get(request.id, ""),
            versions=versions.get(request.id, 0),
            signed=f"số {paper.number} ngày {vn_date(paper.signed_on)}" if paper else "",
            recorded_at=record.received_at if record else None,
            report_due=dues.get(request.id),
        )
