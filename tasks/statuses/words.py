"""Who says what of which assignment in a cycle, and what the secretariat says of that; in a fixed number of queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import ReportStatus
from models.cycle import Cycle, CycleRegister, Request
from models.register import Assignment
from models.rules.cycle_view import ConfirmedWord
from models.submission import AssignmentReport, Submission
from tasks.cycle.cycles import counts, says_complete
from tasks.statuses.said import confirmed_word, said_last


class Reported(NamedTuple):
    """What an agency declares of an assignment (models.submission.AssignmentReport)."""

    id: int
    status: ReportStatus | None
    percent: Decimal | None
    completed_on: date | None
    product: str
    reason: str
    proposal: str


class Word(NamedTuple):
    """One declaration that stands in a cycle: made in it, or a completion declared in an earlier one."""

    assignment_id: int
    agency_id: int
    report: Reported
    this_cycle: bool
    received_at: datetime
    confirmed: ConfirmedWord | None


@dataclass(frozen=True)
class Words:
    """All words of a cycle by (assignment id, agency id); `whole` by assignment id: what the secretariat says of one
    that a group leads."""

    by_agency: Mapping[tuple[int, int], Word]
    whole: Mapping[int, ConfirmedWord]


def read_words(session: Session, cycle: Cycle) -> Words:
    """What each agency declares in the version that counts, or has declared complete in an earlier cycle, with what
    is confirmed of it: of the cycle's registers, and nothing of a withheld assignment. Three queries."""
    said = said_last(session, cycle)
    words = {}
    # Apart, because of the many cycles before this one only the completions are looked for.
    before = _said(session, cycle, col(Request.cycle_id) < cycle.id, says_complete())
    now = _said(session, cycle, col(Request.cycle_id) == cycle.id)
    for this_cycle, rows in ((False, before), (True, now)):
        for assignment_id, agency_id, received_at, *report in rows:
            key = (assignment_id, agency_id)
            declared = Reported._make(report)
            last = said.get(key)
            confirmed = confirmed_word(last, cycle, declared) if last is not None else None
            words[key] = Word(assignment_id, agency_id, declared, this_cycle, received_at, confirmed)
    whole = {
        assignment_id: word
        for (assignment_id, agency_id), one in said.items()
        if agency_id is None and (word := confirmed_word(one, cycle, None)) is not None
    }
    return Words(words, whole)


def _said(session: Session, cycle: Cycle, *which: sa.ColumnElement[bool]) -> Iterator[sa.Row[Any]]:
    """Assignment, agency, when it arrived, then what was declared; a later cycle's after an earlier one's."""
    report = AssignmentReport
    return iter(
        session.execute(
            sa.select(
                col(report.assignment_id),
                col(Request.agency_id),
                col(Submission.received_at),
                col(report.id),
                col(report.status),
                col(report.percent),
                col(report.completed_on),
                col(report.product),
                col(report.reason),
                col(report.proposal),
            )
            .join(Submission, col(Submission.id) == col(report.submission_id))
            .join(Request, col(Request.id) == col(Submission.request_id))
            .join(Assignment, col(Assignment.id) == col(report.assignment_id))
            .where(
                col(Assignment.withheld).is_(False),
                col(Assignment.register_id).in_(
                    select(CycleRegister.register_id).where(CycleRegister.cycle_id == cycle.id)
                ),
                counts(),
                *which,
            )
            .order_by(col(Request.cycle_id), col(report.id))
        )
    )
