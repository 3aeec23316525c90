"""Writing a row once: two processes that both find it missing must not both write it, nor one of them fail.

A look and then an insert is safe on SQLite alone, where one writes at a time; PostgreSQL lets both look first.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def put_once(session: Session, row: SQLModel) -> bool:
    """Write a row unless one with its unique key is there; returns whether it was written.

    When another process is about to write the same row, this waits for it to commit or give up. A new row gets
    its id, but is not the session's: read it again to change it.
    """
    table: sa.Table = row.__table__  # type: ignore[attr-defined]
    key = next(iter(table.primary_key)).name
    values: dict[str, Any] = {name: value for name, value in row.model_dump().items() if value is not None}
    insert = _insert_of(session)
    session.flush()  # what it refers to may still be waiting in the session
    written = session.execute(
        insert(table).values(values).on_conflict_do_nothing().returning(table.c[key])
    ).scalar_one_or_none()
    if written is None:
        return False
    setattr(row, key, written)
    return True


def put_each_once(
    session: Session, kind: type[SQLModel], rows: Sequence[Mapping[str, Any]], told: str
) -> list[Any]:
    """Write many rows, each unless one with its unique key is there, as put_once does; returns what stands in the
    column `told` of those that were written. Every row names the same columns."""
    if not rows:
        return []
    table: sa.Table = kind.__table__  # type: ignore[attr-defined]
    session.flush()
    written = session.execute(
        _insert_of(session)(table).on_conflict_do_nothing().returning(table.c[told]),
        [dict(row) for row in rows],
    )
    return list(written.scalars())


def _insert_of(session: Session) -> Any:
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
