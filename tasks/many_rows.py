"""Many rows of one table at once: without an object for each, a tenth of the time."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel


def insert_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Put down rows of a table, all with the same columns; what these leave out takes its default. No rows: nothing."""
    if rows:
        session.execute(sa.insert(table), rows)
