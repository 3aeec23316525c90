"""What an agency reported last time, as it is put into its next form: "như kỳ trước".

Which version that is, is frozen with the request when its form is written: a correction that comes in later for the
period before changes no form that is out already.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.annex import AnnexVersion
from models.cycle import Cycle, Request
from models.register import Assignment, Indicator, Register
from models.rules.annexes.annex import Annex
from models.rules.form import Last
from models.rules.typed_form import field_name
from models.submission import AssignmentReport, IndicatorReport, Submission, SubmissionCell
from models.time import vn_date
from tasks.cycle.cycles import counting_versions


def freeze_last(session: Session, request_ids: Sequence[int]) -> None:
    """Note for each request that has no form yet which version of an earlier cycle its form is filled from: of the
    agency's reports that count and say something, the one of the latest cycle that ended before this one."""
    fresh = session.execute(
        sa.select(Request, col(Cycle.as_of))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(
            col(Request.id).in_(request_ids),
            col(Request.form_sha256).is_(None),
            col(Request.sent_at).is_(None),  # a form withdrawn later is written anew from the same answers
        )
    ).all()
    agencies = {request.agency_id for request, _ in fresh}
    earlier = session.execute(
        sa.select(col(Submission.id), col(Request.agency_id), col(Cycle.as_of))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(
            col(Request.agency_id).in_(agencies),
            col(Submission.id).in_(counting_versions()),
            col(Submission.nothing_to_report).is_(False),
        )
        .order_by(col(Cycle.as_of).desc(), col(Submission.id).desc())
    ).all()
    of_agency: dict[int, list[tuple[int, date]]] = {}
    for submission_id, agency_id, ended in earlier:
        of_agency.setdefault(agency_id, []).append((submission_id, ended))
    for request, as_of in fresh:
        said = of_agency.get(request.agency_id, ())
        request.last_submission_id = next((one for one, ended in said if ended < as_of), None)
    session.flush()


def last_answers(
    session: Session, submission_ids: Sequence[int], annexes: Mapping[str, Annex]
) -> dict[int, Last]:
    """Version -> what it says, by field name. `annexes` are those now asked, by code: a cell is carried over only
    where it still means what it meant, by its label."""
    names = session.exec(
        select(Submission.id, Cycle.name)
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(col(Submission.id).in_(submission_ids))
    )
    said: dict[int, dict[str, str]] = {submission_id: {} for submission_id in submission_ids}
    for report, code, key in session.exec(
        select(AssignmentReport, Register.code, Assignment.key)
        .join(Assignment, col(Assignment.id) == col(AssignmentReport.assignment_id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(col(AssignmentReport.submission_id).in_(submission_ids))
    ):
        row_key = f"{code}/{key}"
        said[report.submission_id] |= {
            field_name(row_key, "status"): report.status.label if report.status else "",
            field_name(row_key, "percent"): report.percent_raw,
            field_name(row_key, "completed_on"): vn_date(report.completed_on) if report.completed_on else "",
            field_name(row_key, "product"): report.product,
            field_name(row_key, "reason"): report.reason,
            field_name(row_key, "proposal"): report.proposal,
        }
    for figure, code, key in session.exec(
        select(IndicatorReport, Register.code, Indicator.key)
        .join(Indicator, col(Indicator.id) == col(IndicatorReport.indicator_id))
        .join(Register, col(Register.id) == col(Indicator.register_id))
        .where(col(IndicatorReport.submission_id).in_(submission_ids))
    ):
        row_key = f"{code}/{key}"
        said[figure.submission_id] |= {
            field_name(row_key, "value"): figure.raw,
            field_name(row_key, "source"): figure.source,
        }
    for submission_id, cells in _cells(session, submission_ids, annexes).items():
        said[submission_id] |= cells
    return {
        submission_id: Last(name, {field: text for field, text in said[submission_id].items() if text})
        for submission_id, name in names
        if submission_id is not None
    }


def _cells(
    session: Session, submission_ids: Sequence[int], annexes: Mapping[str, Annex]
) -> dict[int, dict[str, str]]:
    rows = session.exec(
        select(SubmissionCell, AnnexVersion)
        .join(AnnexVersion, col(AnnexVersion.id) == col(SubmissionCell.annex_version_id))
        .where(col(SubmissionCell.submission_id).in_(submission_ids))
    ).all()
    now = {code: _labels(annex) for code, annex in annexes.items() if annex.carried}
    then: dict[int, dict[str, str]] = {}
    found: dict[int, dict[str, str]] = {}
    for cell, version in rows:
        version_id = version.id or 0
        if version_id not in then:
            then[version_id] = _labels(Annex.model_validate(version.definition))
        name = field_name(cell.row_key, cell.column)
        label = now.get(version.code, {}).get(name)
        if label is not None and label == then[version_id].get(name):
            found.setdefault(cell.submission_id, {})[name] = cell.raw
    return found


def _labels(annex: Annex) -> dict[str, str]:
    """Field -> what it asks for."""
    return {field_name(line.row_key, cell.column): cell.label for line in annex.lines for cell in line.cells}
