"""Looking for every contradiction of a cycle, in a fixed number of queries whatever its size."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.annex import AnnexVersion, RequestAnnex
from models.codes import Relation, ReportStatus, Severity
from models.cycle import Cycle, Request, RequestItem
from models.directory import Agency
from models.register import Assignment, AssignmentRevision, Register
from models.rules.annexes.annex import Annex
from models.rules.checks.check_levels import annex_rule
from models.rules.discrepancies.found import Found, told_apart
from models.rules.discrepancies.leads import between_leads, between_registers
from models.rules.discrepancies.prose import (
    Figure,
    Prose,
    against_figures,
    annex_total,
    in_prose,
    tasks_asked,
    tasks_done,
)
from models.rules.discrepancies.remarks import Remark, Version, in_report, place_of
from models.rules.discrepancies.setbacks import Stand, set_back
from models.rules.policy import Regime
from models.submission import AssignmentReport, Submission, SubmissionCell, SubmissionIssue
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import counting_versions
from tasks.prose.narratives import latest_narrative, texts_of

_LAST = "kỳ trước"


@dataclass(frozen=True)
class _Asked:
    """The requests of a cycle: whose each is, and the version of each that counts."""

    agencies: Mapping[int, Agency]  # by request
    versions: Mapping[int, Version]  # by submission
    submissions: Mapping[int, int]  # request -> submission
    last: Mapping[int, int]  # request -> the version of an earlier cycle that was put into its form
    annexes: Mapping[int, Annex] = field(default_factory=dict)  # by annex version

    @property
    def relations(self) -> dict[str, Relation]:
        """What each of the annexes' own rules asks of its cells."""
        return {
            annex_rule(annex.code, rule.code): rule.relation
            for annex in self.annexes.values()
            for rule in annex.rules
        }


def find_all(session: Session, cycle: Cycle) -> tuple[Found, ...]:
    """Every contradiction of a cycle as it stands, each with its own key. None is about a withheld assignment."""
    asked = _asked(session, cycle)
    rows = _row_keys(session)
    found = [
        *_in_reports(session, asked),
        *_set_back(session, asked, rows),
        *_between_agencies(session, cycle, asked),
        *_in_prose(session, cycle, asked),
    ]
    withheld = {key for key, hidden in rows.values() if hidden}
    return told_apart([one for one in found if one.row_key not in withheld])


def _asked(session: Session, cycle: Cycle) -> _Asked:
    requests = session.exec(
        select(Request, Agency)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    agencies = {request.id or 0: agency for request, agency in requests}
    counting = session.exec(
        select(Submission)
        .join(Request, col(Request.id) == col(Submission.request_id))
        .where(Request.cycle_id == cycle.id, col(Submission.id).in_(counting_versions()))
        .order_by(col(Submission.id))
    ).all()
    versions = session.exec(
        select(AnnexVersion).where(
            col(AnnexVersion.id).in_(
                select(RequestAnnex.annex_version_id)
                .join(Request, col(Request.id) == col(RequestAnnex.request_id))
                .where(Request.cycle_id == cycle.id)
            )
        )
    )
    return _Asked(
        agencies=agencies,
        versions={
            submission.id or 0: Version(
                agencies[submission.request_id].code,
                agencies[submission.request_id].name,
                submission.version,
                submission.received_at,
            )
            for submission in counting
        },
        submissions={submission.request_id: submission.id or 0 for submission in counting},
        last={r.id or 0: r.last_submission_id for r, _ in requests if r.last_submission_id},
        annexes={version.id or 0: Annex.model_validate(version.definition) for version in versions},
    )


def _row_keys(session: Session) -> dict[int, tuple[str, bool]]:
    """Assignment id -> its row key, and whether it is withheld."""
    found = session.exec(
        select(Assignment.id, Register.code, Assignment.key, Assignment.withheld).join(
            Register, col(Register.id) == col(Assignment.register_id)
        )
    )
    return {assignment_id or 0: (f"{code}/{key}", withheld) for assignment_id, code, key, withheld in found}


def _in_reports(session: Session, asked: _Asked) -> Iterator[Found]:
    remarks: dict[int, list[Remark]] = {}
    for issue in session.exec(
        select(SubmissionIssue)
        .where(
            col(SubmissionIssue.submission_id).in_(list(asked.versions)),
            SubmissionIssue.severity == Severity.WARN,
        )
        .order_by(col(SubmissionIssue.id))
    ):
        remark = Remark(issue.rule, issue.sheet, issue.cell, issue.row_key, issue.sentence)
        remarks.setdefault(issue.submission_id, []).append(remark)
    relations = asked.relations
    for submission_id, version in asked.versions.items():
        yield from in_report(version, remarks.get(submission_id, ()), relations)


def _set_back(session: Session, asked: _Asked, rows: Mapping[int, tuple[str, bool]]) -> Iterator[Found]:
    """Each assignment of each counting version, beside what its agency reported of it last period."""
    pairs = {
        asked.last[request_id]: of for request_id, of in asked.submissions.items() if request_id in asked.last
    }
    if not pairs:
        return
    now, last = aliased(AssignmentReport), aliased(AssignmentReport)
    found = session.exec(
        select(now, last, Submission.id, Cycle.name)
        .join(Submission, col(Submission.id) == col(last.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(now, col(now.assignment_id) == col(last.assignment_id))
        .where(col(last.submission_id).in_(list(pairs)), col(now.submission_id).in_(list(pairs.values())))
        .order_by(col(now.id))
    )
    for mine, before, last_id, cycle_name in found:
        if pairs[last_id or 0] == mine.submission_id:
            yield from set_back(
                asked.versions[mine.submission_id],
                rows[mine.assignment_id][0],
                Stand(before.status, before.percent),
                Stand(mine.status, mine.percent),
                f"{_LAST} ({cycle_name})",
            )


def _between_agencies(session: Session, cycle: Cycle, asked: _Asked) -> Iterator[Found]:
    """Leads of one assignment, and those of the same one in two registers."""
    view = read_cycle(session, cycle)
    names = {agency.code: agency.name for agency in view.agencies}
    said = {version.agency_code: version.words for version in asked.versions.values()}

    def where(agency_code: str) -> str:
        return said.get(agency_code, f"{names.get(agency_code, agency_code)}, báo cáo {_LAST}")

    shared = [one for one in view.assignments if len(one.reports) > 1 or one.linked]
    yield from between_leads(shared, names, where)
    yield from between_registers(shared, names, where)


def _in_prose(session: Session, cycle: Cycle, asked: _Asked) -> Iterator[Found]:
    """The latest prose of each request: within itself, and beside the figures of the version that counts."""
    narratives = latest_narrative(session, list(asked.agencies))
    if not narratives:
        return
    regime = Regime.model_validate(cycle.policy)
    figures = _figures(session, asked, set(narratives))
    for request_id, (narrative, parts) in narratives.items():
        agency = asked.agencies[request_id]
        texts = texts_of(parts)
        prose = Prose(agency.code, agency.name, narrative.received_at, texts, regime.outline)
        yield from in_prose(prose, regime.checks.levels)
        yield from against_figures(prose, figures.get(request_id, ()))


def _figures(session: Session, asked: _Asked, request_ids: set[int]) -> dict[int, list[Figure]]:
    """Request id -> the figures of its counting version that prose may speak of."""
    of = {asked.submissions[request_id]: request_id for request_id in request_ids & asked.submissions.keys()}
    figures: dict[int, list[Figure]] = {request_id: [] for request_id in of.values()}
    counted = dict.fromkeys(of.values(), 0)
    done = dict.fromkeys(of.values(), 0)
    for request_id in session.exec(
        select(RequestItem.request_id)
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .where(col(RequestItem.request_id).in_(list(of.values())), col(Assignment.withheld).is_(False))
    ):
        counted[request_id] += 1
    for submission_id, status in session.exec(
        select(AssignmentReport.submission_id, AssignmentReport.status)
        .join(Assignment, col(Assignment.id) == col(AssignmentReport.assignment_id))
        .where(col(AssignmentReport.submission_id).in_(list(of)), col(Assignment.withheld).is_(False))
    ):
        done[of[submission_id]] += status is ReportStatus.COMPLETE
    for request_id, count in counted.items():
        if count:
            figures[request_id] += [tasks_asked(count), tasks_done(done[request_id])]
    labels = {
        (version_id, line.row_key, cell.column): cell.label
        for version_id, annex in asked.annexes.items()
        for line in annex.lines
        for cell in line.cells
    }
    for told in session.exec(
        select(SubmissionCell)
        .where(col(SubmissionCell.submission_id).in_(list(of)), col(SubmissionCell.number).is_not(None))
        .order_by(col(SubmissionCell.id))
    ):
        if told.number is None:
            continue
        label = labels.get((told.annex_version_id, told.row_key, told.column), "")
        row = told.row_key.rpartition("/")[2]
        place = place_of(told.sheet, f"{told.column}{row}" if row.isdigit() else "")
        figure = annex_total(f"{told.row_key}:{told.column}", label, told.number, place)
        if figure is not None:
            figures[of[told.submission_id]].append(figure)
    return figures
