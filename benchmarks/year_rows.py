"""Rows by plain SQL, from SQLite or PostgreSQL: what the count of the soak reads the database with.

Nothing of dondoc, and no SQLAlchemy: what is counted must not rest on what is tried.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

_CHUNK = 500


class Rows:
    """A connection that only reads."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def of(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query without parameters."""
        cursor = self._connection.cursor()
        cursor.execute(query)
        while several := cursor.fetchmany(_CHUNK):
            yield from several
        cursor.close()

    def one(self, query: str) -> Any:
        """The only value of a query."""
        return next(self.of(query))[0]


@contextmanager
def open_rows(url: str, home: Path) -> Iterator[Rows]:
    """The database at this address; "" is SQLite in the home."""
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            yield Rows(connection)
        return
    file = f"file:{home / 'dondoc.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(file, uri=True)) as plain:
        yield Rows(plain)


def chained(rows: Rows, table: str, after: int, before: str, until: int | None = None) -> tuple[int, str]:
    """(last id, hash) of a table's rows with ids above `after`, the hash of the rows before them going into it."""
    made = hashlib.sha256(before.encode())
    last = after
    end = "" if until is None else f" AND id <= {until}"
    for row in rows.of(f"SELECT * FROM {table} WHERE id > {after}{end} ORDER BY id"):
        made.update(repr(row).encode())
        last = row[0]
    return last, made.hexdigest() if last != after else before
