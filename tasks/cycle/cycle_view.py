"""Reading a cycle once, as rules and documents see it (models.rules.cycle_view), in a fixed number of queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from models.codes import DeadlineKind, RequestState
from models.cycle import Cycle, Request, RequestItem
from models.history import StateChange
from models.register import Assignment, AssignmentRevision
from models.rules.cycle_view import (
    AgencyView,
    AssignmentView,
    CycleView,
    IndicatorView,
    LeadReport,
    RegisterView,
    RequestView,
)
from models.rules.registers.dues import Deadline, dues_since
from models.rules.registers.same_task import groups_of
from models.submission import IndicatorReport, Submission
from models.time import vn_date
from tasks.cycle.cycles import counting_versions, registers_of
from tasks.cycle.standing import report_dues, standing_records
from tasks.intake.signed_reports import signed_of
from tasks.registers.link_acts import linked_pairs
from tasks.registers.proposal_acts import decisions
from tasks.registers.register_facts import (
    AssignmentFacts,
    Directory,
    assignments_in_force,
    assignments_of,
    indicators_in_force,
    indicators_of,
    read_directory,
)
from tasks.statuses.words import Words, read_words

Reports = dict[int, dict[int, LeadReport]]  # assignment id -> agency id -> what it last declared


@dataclass(frozen=True)
class _Desk:
    """What the secretariat has decided on the assignments; of a closed cycle, by the time it was closed.

    `deadlines`: of each assignment every revision's, the first one first. `linked`: ids of the same task elsewhere;
    `row_keys` names them.
    """

    words: Words
    deadlines: Mapping[int, list[Deadline]]
    accepted: frozenset[int]
    linked: Mapping[int, tuple[int, ...]]
    row_keys: Mapping[int, str]


def read_cycle(session: Session, cycle: Cycle) -> CycleView:
    """A cycle with everything that its figures rest on: the revisions it froze, the accepted answers, what is confirmed
    of them, the deadlines in force."""
    directory = read_directory(session, cycle.document_date or cycle.data_from)
    registers = registers_of(session, cycle)
    requests = session.exec(
        select(Request).where(Request.cycle_id == cycle.id).order_by(col(Request.id))
    ).all()
    counting = _counting_versions(session, cycle)
    words = read_words(session, cycle)
    reports = _declared(words, directory)
    asked = _asked(session, cycle)
    facts_of_all = _assignments(session, cycle, directory, [r.code for r in registers])
    desk = _desk(session, cycle, words, facts_of_all)
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
        assignments=tuple(
            _assignment(facts, directory, asked.get(facts.assignment.id or 0, []), reports, desk)
            for facts in facts_of_all
        ),
        indicators=_indicators(session, cycle, directory, [r.code for r in registers], counting),
        requests=_requests(session, directory, list(requests), counting),
    )


def _assignments(
    session: Session, cycle: Cycle, directory: Directory, codes: list[str]
) -> list[AssignmentFacts]:
    """The registers' assignments: as frozen by this cycle's requests, else (not asked) as they stand."""
    frozen_ids = set(
        session.exec(
            select(RequestItem.assignment_revision_id)
            .join(Request, col(Request.id) == col(RequestItem.request_id))
            .where(Request.cycle_id == cycle.id, col(RequestItem.assignment_revision_id).is_not(None))
            .distinct()
        )
    )
    frozen = assignments_of(session, directory, {i for i in frozen_ids if i is not None})
    held = {facts.assignment.id for facts in frozen}
    others = [f for f in assignments_in_force(session, directory, codes) if f.assignment.id not in held]
    return sorted([*frozen, *others], key=lambda f: (f.register.id or 0, f.revision.position))


def _asked(session: Session, cycle: Cycle) -> dict[int, list[int]]:
    """Assignment id -> ids of the agencies asked about it in this cycle, in the order of the directory."""
    asked: dict[int, list[int]] = {}
    rows = session.exec(
        select(AssignmentRevision.assignment_id, Request.agency_id)
        .join(RequestItem, col(RequestItem.assignment_revision_id) == col(AssignmentRevision.id))
        .join(Request, col(Request.id) == col(RequestItem.request_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(Request.id))
    )
    for assignment_id, agency_id in rows:
        asked.setdefault(assignment_id, []).append(agency_id)
    return asked


def _counting_versions(session: Session, cycle: Cycle) -> dict[int, Submission]:
    """Request id -> its version that counts: the latest accepted one."""
    rows = session.exec(
        select(Submission)
        .join(Request, col(Request.id) == col(Submission.request_id))
        .where(Request.cycle_id == cycle.id, col(Submission.id).in_(counting_versions()))
    )
    return {submission.request_id: submission for submission in rows}


def _declared(words: Words, directory: Directory) -> Reports:
    """What each agency declares in the versions that count, and what it has declared complete in earlier cycles."""
    declared: Reports = {}
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


def _desk(session: Session, cycle: Cycle, words: Words, facts: Collection[AssignmentFacts]) -> _Desk:
    return _Desk(
        words=words,
        deadlines=_deadlines(session, cycle, {one.register.id or 0 for one in facts}),
        accepted=frozenset(
            found for found, made in decisions(session, cycle.closed_at).items() if made.accepted
        ),
        linked=groups_of(linked_pairs(session, cycle.closed_at)),
        row_keys={one.assignment.id or 0: one.row_key for one in facts},
    )


def _deadlines(session: Session, cycle: Cycle, register_ids: Collection[int]) -> dict[int, list[Deadline]]:
    """Assignment id -> the deadlines of its revisions, the first one first."""
    rows = session.execute(
        sa.select(
            col(AssignmentRevision.assignment_id),
            col(AssignmentRevision.deadline_raw),
            col(AssignmentRevision.deadline_kind),
            col(AssignmentRevision.due),
            col(AssignmentRevision.source),
            col(AssignmentRevision.decided_on),
        )
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .where(
            col(Assignment.register_id).in_(register_ids),
            sa.true() if cycle.closed_at is None else col(AssignmentRevision.made_at) <= cycle.closed_at,
        )
        .order_by(col(AssignmentRevision.assignment_id), col(AssignmentRevision.no))
    )
    found: dict[int, list[Deadline]] = {}
    for assignment_id, raw, kind, due, source, decided_on in rows:
        found.setdefault(assignment_id, []).append(Deadline(raw, DeadlineKind(kind), due, source, decided_on))
    return found


def _assignment(
    facts: AssignmentFacts, directory: Directory, asked: list[int], reports: Reports, desk: _Desk
) -> AssignmentView:
    assignment_id = facts.assignment.id or 0
    frozen = Deadline(facts.revision.deadline_raw, facts.revision.deadline_kind, facts.revision.due)
    deadlines = desk.deadlines.get(assignment_id, [frozen])
    in_force, first = deadlines[-1], deadlines[0]
    declared = reports.get(assignment_id, {})
    agency_ids = list(dict.fromkeys([*asked, *declared]))
    order = _named_order(facts, directory)
    agency_ids.sort(key=lambda i: order.get(directory.agencies[i].code, len(order)))
    lead = facts.lead_of_record
    names = {group.code: group.member_noun for group in directory.group_names.values()}
    return AssignmentView(
        row_key=facts.row_key,
        register_code=facts.register.code,
        key=facts.assignment.key,
        section=facts.revision.section,
        section_name=facts.revision.section_name,
        subsection=facts.revision.subsection,
        subsection_name=facts.revision.subsection_name,
        number=facts.revision.number,
        name=facts.revision.name,
        leads_raw=facts.revision.leads_raw,
        coordinators_raw=facts.revision.coordinators_raw,
        result=facts.revision.result,
        deadline_raw=in_force.raw,
        kind=in_force.kind,
        due=in_force.due,
        lead_of_record=lead,
        member_noun=names[lead.code] if lead is not None and lead.kind == "group" else "",
        reports=tuple(
            declared.get(i) or LeadReport(agency_code=directory.agencies[i].code, this_cycle=False)
            for i in agency_ids
        ),
        withheld=facts.assignment.withheld,
        proposal_accepted=assignment_id in desk.accepted,
        id=assignment_id,
        first_deadline_raw=first.raw,
        first_due=first.due,
        due_source=in_force.source,
        dues=dues_since(deadlines),
        whole=desk.words.whole.get(assignment_id),
        linked=tuple(
            desk.row_keys[other] for other in desk.linked.get(assignment_id, ()) if other in desk.row_keys
        ),
    )


def _named_order(facts: AssignmentFacts, directory: Directory) -> dict[str, int]:
    """Agency code -> its place among those named: the leads as written, each group in the directory's order."""
    order: dict[str, int] = {}
    for bearer in (*facts.leads, *facts.coordinators):
        codes = [bearer.code] if bearer.kind == "agency" else directory.groups[bearer.code].member_codes
        for code in codes:
            order.setdefault(code, len(order))
    return order


def _indicators(
    session: Session,
    cycle: Cycle,
    directory: Directory,
    codes: list[str],
    counting: dict[int, Submission],
) -> tuple[IndicatorView, ...]:
    """The registers' indicators: as frozen by this cycle's requests, else (not asked) as they stand."""
    reported = {
        report.indicator_id: report
        for report in session.exec(
            select(IndicatorReport)
            .join(Submission, col(Submission.id) == col(IndicatorReport.submission_id))
            .join(Request, col(Request.id) == col(Submission.request_id))
            .where(Request.cycle_id == cycle.id)
            .order_by(col(IndicatorReport.id))
        )
        if report.submission_id in {submission.id for submission in counting.values()}
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


def _requests(
    session: Session, directory: Directory, requests: list[Request], counting: dict[int, Submission]
) -> tuple[RequestView, ...]:
    ids = [request.id or 0 for request in requests]
    versions = dict(
        session.exec(
            select(Submission.request_id, func.count())
            .where(col(Submission.request_id).in_(ids))
            .group_by(col(Submission.request_id))
        ).all()
    )
    exemptions = {
        change.entity_id: change.reason
        for change in session.exec(
            select(StateChange)
            .where(StateChange.entity == "request", StateChange.after == RequestState.EXEMPT.value)
            .order_by(col(StateChange.id))
        )
    }
    signed = signed_of(session, ids)
    recorded = standing_records(session, ids)
    dues = report_dues(session, ids)
    views = []
    for request in requests:
        request_id = request.id or 0
        submission = counting.get(request_id)
        views.append(
            RequestView(
                agency_code=directory.agencies[request.agency_id].code,
                state=request.state,
                due=request.due,
                sent_at=request.sent_at,
                first_received_at=request.first_received_at,
                complete_at=request.complete_at,
                nothing_reason=submission.nothing_reason
                if submission and submission.nothing_to_report
                else "",
                exempt_reason=exemptions.get(request_id, "") if request.state == RequestState.EXEMPT else "",
                versions=versions.get(request_id, 0),
                signed=f"số {paper.number} ngày {vn_date(paper.signed_on)}"
                if (paper := signed.get(request_id))
                else "",
                recorded_at=recorded[request_id].received_at if request_id in recorded else None,
                report_due=dues.get(request_id),
            )
        )
    return tuple(views)
