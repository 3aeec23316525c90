"""Writing down what came: versions of a report with their issues and everything they declare, many in one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from models.codes import ArrivalVerdict, SubmissionVerdict
from models.cycle import Request
from models.rules.checks.check import Judgement
from models.submission import (
    Arrival,
    AssignmentReport,
    IndicatorReport,
    Submission,
    SubmissionCell,
    SubmissionIssue,
)
from tasks.among import evened
from tasks.cycle.forms import FormFacts


@dataclass(frozen=True)
class Judged:
    """An arrival that is a report of this request: the form it was held against, and what it declares."""

    arrival: Arrival
    request: Request
    facts: FormFacts
    judgement: Judgement
    version: int
    """Its number, after those that there are; the request is held, so that nobody else gives it."""
    recorded: bool = True
    """Whether a report may have been recorded on the agency's behalf."""


def versions_of(session: Session, request_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Request id -> hash of each file that is a version of it -> the version's number."""
    found: dict[int, dict[str, int]] = {}
    for request_id, sha256, number in session.execute(_VERSIONS, {"ids": evened(request_ids)}):
        found.setdefault(request_id, {})[sha256] = number
    return found


_VERSIONS = select(Submission.request_id, Submission.sha256, Submission.version).where(
    col(Submission.request_id).in_(sa.bindparam("ids", expanding=True))
)


def record_versions(session: Session, judged: Sequence[Judged], now: datetime) -> list[Submission]:
    """Write each as the next version of its request; no two of the same request at once."""
    submissions = [
        Submission(
            request_id=one.request.id or 0,
            version=one.version,
            sha256=one.arrival.sha256,
            arrival_id=one.arrival.id or 0,
            received_at=one.arrival.received_at,
            verdict=SubmissionVerdict.FAULTY if one.judgement.blocking else SubmissionVerdict.ACCEPTED,
            nothing_to_report=one.judgement.nothing,
            nothing_reason=one.judgement.nothing_reason,
            judged_at=now,
        )
        for one in judged
    ]
    session.add_all(submissions)
    for one in judged:
        one.arrival.verdict = ArrivalVerdict.SUBMISSION
    session.flush()
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {}
    for one, submission in zip(judged, submissions, strict=True):
        for table, found in _rows(one, submission.id or 0).items():
            rows.setdefault(table, []).extend(found)
    for table, values in rows.items():
        if values:
            # With their nulls: rows that leave out different columns would each be a statement of their own.
            session.execute(_INSERTS[table], values, execution_options={"render_nulls": True})
    return submissions


_INSERTS: dict[type[SQLModel], sa.Insert] = {
    table: sa.insert(table) for table in (SubmissionIssue, AssignmentReport, IndicatorReport, SubmissionCell)
}


def _rows(one: Judged, submission_id: int) -> Mapping[type[SQLModel], list[dict[str, Any]]]:
    """Everything one version says, table by table."""
    judgement, facts = one.judgement, one.facts
    return {
        SubmissionIssue: [
            {
                "submission_id": submission_id,
                "severity": issue.severity,
                "rule": issue.rule,
                "sheet": issue.sheet,
                "cell": issue.cell,
                "row_key": issue.row_key,
                "sentence": issue.sentence,
            }
            for issue in judgement.issues
        ],
        AssignmentReport: [
            {
                "submission_id": submission_id,
                "assignment_id": facts.rows[declared.row_key],
                "status": declared.status,
                "percent_raw": declared.percent_raw[:60],
                "percent": declared.percent,
                "completed_on": declared.completed_on,
                "product": declared.product,
                "reason": declared.reason,
                "proposal": declared.proposal,
                "as_last": declared.as_last,
            }
            for declared in judgement.assignments
        ],
        IndicatorReport: [
            {
                "submission_id": submission_id,
                "indicator_id": facts.rows[figure.row_key],
                "raw": figure.raw[:200],
                "comparator": figure.comparator,
                "value": figure.value,
                "as_of": figure.as_of,
                "source": figure.source,
                "as_last": figure.as_last,
            }
            for figure in judgement.indicators
        ],
        SubmissionCell: [
            {
                "submission_id": submission_id,
                "annex_version_id": facts.annex_versions[cell.annex_code],
                "sheet": cell.sheet,
                "row_key": cell.row_key,
                "column": cell.column,
                "raw": cell.raw,
                "number": cell.number,
                "day": cell.day,
            }
            for cell in judgement.cells
        ],
    }
