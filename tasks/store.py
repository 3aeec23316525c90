"""The database: one engine, short transactions, SQLite or PostgreSQL by one setting.

On SQLite a writer begins with BEGIN IMMEDIATE: a deferred BEGIN that turns into a write fails with "database is
locked" under several processes, without waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, create_engine

BUSY_SECONDS = 60


class Store:
    """Sessions on the database. A writing session commits when its block ends, or leaves nothing behind."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One short transaction that writes."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view that writes nothing and keeps no writer waiting."""
        with Session(self.engine.execution_options(read_only=True), expire_on_commit=False) as session:
            yield session  # closing gives the transaction up; what was read stays readable

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"


def open_store(url: str) -> Store:
    """A store on this SQLAlchemy address. Nothing is created or migrated here (see tasks.migrate)."""
    if not url.startswith("sqlite"):
        return Store(create_engine(url, pool_pre_ping=True))
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return Store(engine)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN is deferred; ours is in _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # what was received is on the disk before it is answered
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
