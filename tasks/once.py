"""Writing a row once: two processes that both find it missing must not both write it, nor one of them fail.

A look and then an insert is safe on SQLite alone, where one writes at a time; PostgreSQL lets both look first.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Session, SQLModel


def put_once(session: Session, row: SQLModel) -> bool:
    """Write a row unless one with its unique key is there; returns whether it was written.

    When another process is about to write the same row, this waits for it to commit or give up. A new row gets
    its id, but is not the session's: read it again to change it.
    """
    table: sa.Table = row.__table__  # type: ignore[attr-defined]
    key = next(iter(table.primary_key)).name
    values: dict[str, Any] = {name: value for name, value in row.model_dump().items() if value is not None}
    session.flush()  # what it refers to may still be waiting in the session
    written = session.execute(_insert(table, key), values).scalar_one_or_none()
    if written is None:
        return False
    setattr(row, key, written)
    return True


def put_each_once(
    session: Session, kind: type[SQLModel], rows: Sequence[Mapping[str, Any]], *told: str
) -> list[Any]:
    """Write many rows, each unless one with its unique key is there, as put_once does; returns what stands in the
    columns `told` of those that were written, in any order: a tuple of each where there are several, nothing where
    there are none. Every row names the same columns. Where another process may write some of them too, both write in
    the order of the key."""
    if not rows:
        return []
    table: sa.Table = kind.__table__  # type: ignore[attr-defined]
    session.flush()
    written = session.execute(_insert(table, *told), [dict(row) for row in rows])
    if not told:
        return []
    return list(written.scalars()) if len(told) == 1 else [tuple(row) for row in written]


class _UnlessThere(sa.ClauseElement):
    """ON CONFLICT DO NOTHING, as both databases spell it. SQLAlchemy has one for each of them, but spells those
    statements anew for every row: it keeps them in no cache."""

    inherit_cache = True
    _traverse_internals: ClassVar[list[Any]] = []  # type: ignore[misc]  # no parts in which two could differ


@compiles(_UnlessThere)
def _spelled(_element: _UnlessThere, _compiler: Any, **_how: Any) -> str:
    return "ON CONFLICT DO NOTHING"


@cache
def _insert(table: sa.Table, *told: str) -> sa.Insert:
    insert = sa.insert(table)
    insert._post_values_clause = _UnlessThere()
    return insert.returning(*(table.c[name] for name in told)) if told else insert
