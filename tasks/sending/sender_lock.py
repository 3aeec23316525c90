"""One sender of a lane at a time, by locks that die with their process: no lease for a clock jump to break."""

import fcntl
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa

from tasks.sending.lanes import LANES

LOCK_FILES = tuple(f"gui-thu-{lane + 1}.lock" for lane in LANES)
LOCK_KEY = int.from_bytes(b"dondoc")
"""The advisory lock's number, of the first lane; PostgreSQL keeps one such lock for each database."""


@contextmanager
def sender_lock(engine: sa.Engine, home: Path, lanes: Collection[int] = LANES) -> Iterator[bool]:
    """True for the one holder of all these lanes, False at once for everyone else.

    With SQLite the locks are on files in `home`; with PostgreSQL on a connection of their own.
    """
    if engine.dialect.name == "postgresql":
        lock = _advisory_lock(engine, [LOCK_KEY + lane for lane in lanes])
    else:
        lock = _file_lock([home / LOCK_FILES[lane] for lane in lanes])
    with lock as held:
        yield held


@contextmanager
def _file_lock(paths: Collection[Path]) -> Iterator[bool]:
    with ExitStack() as files:
        try:
            for path in paths:
                fcntl.flock(files.enter_context(path.open("a")), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            files.close()  # those that were free are free again
            yield False
        else:
            yield True


@contextmanager
def _advisory_lock(engine: sa.Engine, keys: Collection[int]) -> Iterator[bool]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = all(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))) for key in keys)
        try:
            yield held
        finally:
            # The lock is the database session's: the connection is closed, so that no pool takes it along.
            # One that is broken has lost the lock already.
            connection.detach()
            with suppress(sa.exc.DBAPIError):
                connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
