"""The contradictions of a cycle as people look at them. Of a withheld assignment nothing is shown but its key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import DiscrepancyKind, DiscrepancyState
from models.cycle import Cycle
from models.directory import Agency
from models.discrepancy import Discrepancy
from models.history import StateChange
from models.register import Assignment, Register
from models.rules.discrepancies.found import HIDDEN, without
from tasks.registers.register_facts import withheld_rows

_OF_SEVERAL = frozenset({DiscrepancyKind.LEADS, DiscrepancyKind.REGISTERS})
_LAST = 1_000_000


@dataclass(frozen=True)
class Point:
    """One contradiction (một điểm của phiếu đối chiếu). `row_key`: the assignment it is about, "" where it is none."""

    id: int
    cycle_code: str
    request_id: int | None
    agency_id: int | None
    agency_code: str
    agency_name: str
    agency_position: int
    kind: DiscrepancyKind
    row_key: str
    source: str
    sentence: str
    state: DiscrepancyState
    found_at: datetime
    gone_at: datetime | None
    asked_at: datetime | None
    asked_no: int
    answer: str
    answered_by: str
    answered_at: datetime | None
    withheld: bool


@dataclass(frozen=True)
class Change:
    """One change in the life of a contradiction."""

    at: datetime
    actor: str
    before: str
    after: str
    reason: str


def points_of(
    session: Session,
    cycle: Cycle,
    *,
    agency_code: str = "",
    request_id: int | None = None,
    kind: DiscrepancyKind | None = None,
    states: Iterable[DiscrepancyState] = tuple(DiscrepancyState),
) -> list[Point]:
    """The contradictions of a cycle by agency, in the directory's order, in two queries."""
    query = _joined().where(col(Discrepancy.cycle_id) == cycle.id, col(Discrepancy.state).in_(list(states)))
    if agency_code:
        query = query.where(col(Agency.code) == agency_code)
    if request_id is not None:
        query = query.where(col(Discrepancy.request_id) == request_id)
    if kind is not None:
        query = query.where(col(Discrepancy.kind) == kind)
    hidden = set(session.exec(withheld_rows()))
    points = [_point(*row, hidden=hidden) for row in session.execute(query)]
    order = {kind: place for place, kind in enumerate(DiscrepancyKind)}
    return sorted(points, key=lambda p: (p.agency_position, p.agency_code, order[p.kind], p.id))


def points_with(session: Session, ids: Iterable[int]) -> dict[int, Point]:
    """The contradictions with these numbers, in two queries; those that there are not are missing."""
    hidden = set(session.exec(withheld_rows()))
    rows = session.execute(_joined().where(col(Discrepancy.id).in_(list(ids))))
    points = [_point(*row, hidden=hidden) for row in rows]
    return {point.id: point for point in points}


def outgoing(points: Iterable[Point]) -> list[Point]:
    """Those that may leave the secretariat."""
    return [point for point in points if not point.withheld]


def history_of(session: Session, point: Point) -> list[Change]:
    """What has become of a contradiction, the oldest first. Explanations of a withheld one are not shown."""
    rows = session.exec(
        select(StateChange)
        .where(StateChange.entity == "discrepancy", StateChange.entity_id == point.id)
        .order_by(col(StateChange.id))
    )
    return [
        Change(
            row.at,
            row.actor,
            DiscrepancyState(row.before).label,
            DiscrepancyState(row.after).label,
            HIDDEN if point.withheld else row.reason,
        )
        for row in rows
    ]


def agencies_of(points: Sequence[Point]) -> dict[str, str]:
    """Code -> name of the agencies that these are asked of, in the directory's order."""
    return {point.agency_code: point.agency_name for point in points if point.agency_code}


def _joined() -> sa.Select[Any]:
    """Contradictions with their cycle's code, agency, assignment and its register's code."""
    return (
        sa.select(Discrepancy, col(Cycle.code), Agency, Assignment, col(Register.code))
        .join(Cycle, col(Cycle.id) == col(Discrepancy.cycle_id))
        .join(Agency, col(Agency.id) == col(Discrepancy.agency_id), isouter=True)
        .join(Assignment, col(Assignment.id) == col(Discrepancy.assignment_id), isouter=True)
        .join(Register, col(Register.id) == col(Assignment.register_id), isouter=True)
    )


def _point(
    row: Discrepancy,
    cycle_code: str,
    agency: Agency | None,
    assignment: Assignment | None,
    register_code: str | None,
    *,
    hidden: set[str],
) -> Point:
    source, sentence = without(hidden, row.source), without(hidden, row.sentence)
    told = row.kind in _OF_SEVERAL and (source, sentence) != (row.source, row.sentence)
    withheld = told or (assignment is not None and assignment.withheld)
    point = Point(
        id=row.id or 0,
        cycle_code=cycle_code,
        request_id=row.request_id,
        agency_id=row.agency_id,
        agency_code=agency.code if agency else "",
        agency_name=agency.name if agency else "Chưa rõ cơ quan",
        agency_position=agency.position if agency else _LAST,
        kind=row.kind,
        row_key=f"{register_code}/{assignment.key}" if assignment is not None else "",
        source=source,
        sentence=sentence,
        state=row.state,
        found_at=row.found_at,
        gone_at=row.gone_at,
        asked_at=row.asked_at,
        asked_no=row.asked_no,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
        withheld=withheld,
    )
    if not withheld:
        return point
    return replace(point, source=f"Nhiệm vụ {point.row_key}", sentence=HIDDEN, answer="")
