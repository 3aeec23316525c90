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
    shared = hash(tuple(_told(session, part) for part in _SHARED))
    spoken = [dict(_grouped(session, part)) for part in _OWN]
    stamps, before = {}, 0
    for cycle_id, *own in _cycles(session):
        said = hash(tuple(part.get(cycle_id) for part in spoken))
        stamps[cycle_id] = hash((shared, before, tuple(own), said))
        before = hash((before, said))
    return stamps


def _cycles(session: Session) -> Iterable[tuple[Any, ...]]:
    """Every cycle but for its policy, which is long and moves no figure; the id first."""
    columns = [column for column in sa.inspect(Cycle).columns if column.name not in ("id", "policy")]
    return [
        row._tuple() for row in session.execute(sa.select(col(Cycle.id), *columns).order_by(col(Cycle.id)))
    ]


def _columns(table: type[SQLModel]) -> Any:
    return table.__table__.columns  # type: ignore[attr-defined]


Part = tuple[type[SQLModel], tuple[str, ...]]
"""A table and the columns of it that count."""

_ALL_OF: tuple[type[SQLModel], ...] = (
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
_SHARED: tuple[Part, ...] = (
    *((table, tuple(column.name for column in _columns(table))) for table in _ALL_OF),
    # revisions are only ever added
    (AssignmentRevision, ()),
    (IndicatorRevision, ()),
)
_OWN: tuple[Part, ...] = (
    (
        Request,
        (
            "id",
            "agency_id",
            "state",
            "due",
            "plan_no",
            "sent_at",
            "first_received_at",
            "complete_at",
        ),
    ),
    (Submission, ("id", "verdict")),
    (SignedReport, ("id",)),
    (RecordedReport, ("id", "cancelled_at")),
    (ReturnedReport, ("id", "cancelled_at")),
    (Confirmation, ("id",)),
    (RequestItem, ()),
)
"""What hangs on a cycle or on its requests. Of a table without columns the number of rows and the last id."""


def _told(session: Session, part: Part) -> Any:
    """The rows of a table as one value."""
    table, columns = part
    if not columns:
        return session.execute(_ends(table)).one()._tuple()
    keys = [column.name for column in table.__table__.primary_key.columns]  # type: ignore[attr-defined]
    return session.execute(
        sa.text(_digest(session, f"SELECT {{}} FROM {_name(table)}", columns, keys))
    ).scalar()


def _grouped(session: Session, part: Part) -> Iterable[tuple[int, Any]]:
    """Cycle id -> the rows of a table that belong to it, as one value."""
    table, columns = part
    name = _name(table)
    if not columns:
        rows = sa.select(col(Request.cycle_id), *_ends(table).selected_columns)
        link = table.__table__.c.request_id == col(Request.id)  # type: ignore[attr-defined]
        found = session.execute(rows.select_from(table).join(Request, link).group_by(col(Request.cycle_id)))
        return [(row[0], tuple(row[1:])) for row in found]
    if "cycle_id" in table.__table__.columns:  # type: ignore[attr-defined]
        where = f"SELECT cycle_id, {{}} FROM {name} GROUP BY cycle_id"
    else:
        where = (
            f"SELECT request.cycle_id, {{}} FROM {name} JOIN request ON request.id = {name}.request_id "
            "GROUP BY request.cycle_id"
        )
    found = session.execute(sa.text(_digest(session, where, columns, ["id"], name)))
    return [(row[0], row[1]) for row in found]


def _ends(table: type[SQLModel]) -> Any:
    ids = table.__table__.c.id  # type: ignore[attr-defined]
    return sa.select(sa.func.count(), sa.func.max(ids))


def _name(table: type[SQLModel]) -> str:
    return str(table.__table__.name)  # type: ignore[attr-defined]


def _digest(session: Session, where: str, columns: Sequence[str], keys: Sequence[str], of: str = "") -> str:
    """The statement that puts all rows into one value, in the order of their keys: the database is quicker at it than
    this program at taking them over."""
    at = f"{of}." if of else ""
    parts = [f"coalesce(CAST({at}\"{name}\" AS TEXT), '~')" for name in columns]
    row = " || '|' || ".join(parts)
    if session.get_bind().dialect.name == "postgresql":
        order = ", ".join(f'{at}"{key}"' for key in keys)
        return where.format(f"md5(string_agg({row}, E'\\n' ORDER BY {order}))")
    return where.format(f"group_concat({row}, char(10))")
