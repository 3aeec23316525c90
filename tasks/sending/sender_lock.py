"""One sender at a time, by a lock that dies with its process: no lease for a clock jump to break."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

LOCK_FILE = "gui-thu.lock"
LOCK_KEY = int.from_bytes(b"dondoc")
"""The advisory lock's number; PostgreSQL keeps one such lock for each database."""


@contextmanager
def sender_lock(engine: sa.Engine, home: Path) -> Iterator[bool]:
    """True for the one holder, False at once for everyone else.

    With SQLite the lock is on a file in `home`; with PostgreSQL on a connection of its own.
    """
    lock = _advisory_lock(engine) if engine.dialect.name == "postgresql" else _file_lock(home / LOCK_FILE)
    with lock as held:
        yield held


@contextmanager
def _file_lock(path: Path) -> Iterator[bool]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _advisory_lock(engine: sa.Engine) -> Iterator[bool]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK_KEY))))
        try:
            yield held
        finally:
            # The lock is the database session's: the connection is closed, so that no pool takes it along.
            # One that is broken has lost the lock already.
            connection.detach()
            with suppress(sa.exc.DBAPIError):
                connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
