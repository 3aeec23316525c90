"""What changed since figures were computed, asked cheaply.

Two looks, from cheap to exact:

- `quick_stamp`: one statement. Of every table to which a row is added when figures change, how many of the last
  `WINDOW` ids there are and what they add up to: a row that is committed late, with a lower id than one already seen,
  changes it as well. Of the few tables that are changed in place without such a row, sums over all of it. An unchanged
  quick stamp means that nothing has changed.
- `own_stamps`: of every cycle, its rows as they are, with those of the cycles before it (complete stays complete) and
  what all cycles share (directory, registers). Read only when the quick stamp moved: what is new in the open cycle
  does not make the figures of eleven closed ones worthless.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from models.cycle import Cycle, CycleRegister, DueChange, Request, RequestItem
from models.desk_act import (
    AssignmentLink,
    Confirmation,
    ProposalDecision,
    RecordedReport,
    ReturnedReport,
)
from models.directory import Agency, AgencyGroup, Membership
from models.history import Audit, StateChange
from models.register import (
    Assignment,
    AssignmentRevision,
    Indicator,
    IndicatorOwner,
    IndicatorRevision,
    Register,
    RegisterImport,
)
from models.submission import SignedReport, Submission

WINDOW = 100
"""Rows at the end of a table that are looked at: more transactions than ever write at once."""

ADDED: tuple[type[SQLModel], ...] = (
    Audit,
    StateChange,
    Cycle,
    Request,
    RequestItem,
    DueChange,
    Submission,
    SignedReport,
    RecordedReport,
    ReturnedReport,
    Confirmation,
    ProposalDecision,
    AssignmentLink,
    Assignment,
    AssignmentRevision,
    Indicator,
    IndicatorRevision,
    RegisterImport,
    Agency,
    Membership,
)
"""Tables to which whatever moves a figure adds a row: acts of persons are in the audit trail, states in their history,
answers are versions."""

Stamp = tuple[Any, ...]


def quick_stamp(session: Session) -> Stamp:
    """The cheap look, in one statement."""
    connection = session.connection()
    row = connection.exec_driver_sql(_quick_sql(connection.dialect.name)).one()
    return tuple(int(value) for value in row)


@cache
def _quick_sql(dialect: str) -> str:
    """The statement as text: it is asked with every page, and building it anew would cost more than its answer."""
    parts: list[Any] = []
    for table in ADDED:
        ids = table.__table__.c.id  # type: ignore[attr-defined]
        last = sa.select(ids.label("id")).order_by(ids.desc()).limit(WINDOW).subquery()
        parts += [
            sa.select(sa.func.count()).select_from(last).scalar_subquery(),
            sa.select(sa.func.coalesce(sa.func.sum(last.c.id), 0)).scalar_subquery(),
        ]
    owner, wide = IndicatorOwner, sa.BigInteger
    settled = sa.case((col(owner.provisional), 0), else_=1)
    for figure in (col(owner.agency_id), settled):
        product = sa.cast(col(owner.indicator_id), wide) * (figure + 1)
        parts.append(sa.select(sa.func.coalesce(sa.func.sum(product), 0)).scalar_subquery())
    made = sa.select(*parts).compile(
        dialect={"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}[dialect](),
        compile_kwargs={"literal_binds": True},
    )
    return str(made)


def own_stamps(session: Session) -> dict[int, int]:
    """Cycle id -> a number that changes when anything does on which the cycle's figures rest."""
    shared = _shared(session)
    rows = _rows_by_cycle(session)
    stamps, before = {}, 0
    for cycle_id, *own in _cycles(session):
        spoken = hash(tuple(rows.get(cycle_id, ())))
        stamps[cycle_id] = hash((shared, before, tuple(own), spoken))
        before = hash((before, spoken))
    return stamps


def _cycles(session: Session) -> Iterable[tuple[Any, ...]]:
    """Every cycle but for its policy, which is long and moves no figure; the id first."""
    columns = [column for column in sa.inspect(Cycle).columns if column.name not in ("id", "policy")]
    return [
        row._tuple() for row in session.execute(sa.select(col(Cycle.id), *columns).order_by(col(Cycle.id)))
    ]


def _shared(session: Session) -> int:
    """The directory and the registers as they are."""
    tables: Sequence[type[SQLModel]] = (
        Agency,
        AgencyGroup,
        Membership,
        Register,
        CycleRegister,
        Assignment,
        Indicator,
        IndicatorOwner,
        ProposalDecision,
        AssignmentLink,
    )
    seen: list[Any] = [tuple(_rows(session, table)) for table in tables]
    for revised in (AssignmentRevision, IndicatorRevision):
        seen.append(session.execute(sa.select(sa.func.count(), sa.func.max(col(revised.id)))).one()._tuple())
    return hash(tuple(seen))


def _rows(session: Session, table: type[SQLModel]) -> Iterable[tuple[Any, ...]]:
    columns = table.__table__.columns  # type: ignore[attr-defined]
    order = table.__table__.primary_key.columns  # type: ignore[attr-defined]
    return [row._tuple() for row in session.execute(sa.select(*columns).order_by(*order))]


def _rows_by_cycle(session: Session) -> dict[int, list[tuple[Any, ...]]]:
    """The requests of every cycle and what hangs on them."""
    found: dict[int, list[tuple[Any, ...]]] = {}

    def take(name: str, statement: Any) -> None:
        for cycle_id, *rest in session.execute(statement):
            found.setdefault(cycle_id, []).append((name, *rest))

    asked = Request
    take(
        "request",
        sa.select(
            col(asked.cycle_id),
            col(asked.id),
            col(asked.agency_id),
            col(asked.state),
            col(asked.due),
            col(asked.plan_no),
            col(asked.sent_at),
            col(asked.first_received_at),
            col(asked.complete_at),
        ).order_by(col(asked.id)),
    )
    for table in (Submission, SignedReport, RecordedReport, ReturnedReport):
        columns: Any = sa.inspect(table).columns
        ends = [columns[name] for name in ("verdict", "cancelled_at") if name in columns]
        take(
            table.__name__,
            sa.select(col(asked.cycle_id), col(table.id), *ends)
            .join(asked, col(asked.id) == col(table.request_id))
            .order_by(col(table.id)),
        )
    take(
        "confirmation",
        sa.select(col(Confirmation.cycle_id), col(Confirmation.id)).order_by(col(Confirmation.id)),
    )
    take(
        "items",
        sa.select(col(asked.cycle_id), sa.func.count(), sa.func.max(col(RequestItem.id)))
        .join(RequestItem, col(RequestItem.request_id) == col(asked.id))
        .group_by(col(asked.cycle_id)),
    )
    return found
