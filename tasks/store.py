"""The database: one engine, short transactions, SQLite or PostgreSQL by one setting.

On SQLite a writer begins with BEGIN IMMEDIATE: a deferred BEGIN that turns into a write fails with "database is
locked" under several processes, without waiting.
"""

import json
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from time import monotonic
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, create_engine

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

BUSY_SECONDS = 60
LONG_JSON = 2_000
"""From so many characters on, JSON that was read before is not taken apart again: the policy of a cycle is a page of
it, frozen, and read with every letter. Nobody changes what was read; it is replaced."""
TRUSTED_SECONDS = 1.0
"""How long a connection to PostgreSQL may have rested to be used without asking the server whether it still stands:
an upload takes half a dozen, and each question is a round trip. One that is cut within this time fails as it would
have in the midst of its work."""


class OnlyLooking(Exception):
    """Something was to be written within a look that writes nothing."""


def must_write(session: Session) -> None:
    """Called before something is written by who is asked within looks, too. OnlyLooking within one."""
    if session.info.get(_LOOKS):
        raise OnlyLooking


def look_together(session: Session, request_ids: Sequence[int]) -> None:
    """Within a look: what is asked of one of these requests is asked of all of them at once."""
    session.info[_TOGETHER] = tuple(dict.fromkeys(request_ids))


def asked_of_each(
    session: Session,
    question: Hashable,
    keys: Sequence[K],
    ask: Callable[[Sequence[K]], Mapping[K, T]],
    key_of: Callable[[int], K],
) -> dict[K, T]:
    """The answers to a question that letters ask about requests, where there is one. Within a look it is asked once of
    each key, and with the first also of what is looked at together: `key_of` gives a request's key."""
    if not session.info.get(_LOOKS):
        return dict(ask(keys))
    known: dict[K, T | None] = session.info.setdefault(question, {})
    if any(key not in known for key in keys):
        beside = map(key_of, session.info.get(_TOGETHER, ()))
        asked = [key for key in dict.fromkeys((*keys, *beside)) if key not in known]
        answers = ask(asked)
        known |= {key: answers.get(key) for key in asked}
    found = ((key, known[key]) for key in keys)
    return {key: answer for key, answer in found if answer is not None}


_LOOKS = "only looks"
_TOGETHER = "together"


class Store:
    """Sessions on the database. A writing session commits when its block ends, or leaves nothing behind."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        # PostgreSQL looks anew with each statement either way (READ COMMITTED): a transaction around statements that
        # only read would be two round trips for nothing.
        alone: dict[str, Any] = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = engine.execution_options(read_only=True, **alone)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One short transaction that writes."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A look that writes nothing and keeps no writer waiting; on SQLite, a view of one moment."""
        with Session(self._reader, expire_on_commit=False, info={_LOOKS: True}) as session:
            yield session  # what was read stays readable

    def take_stock(self) -> None:
        """Called after a great many rows were put down at once. PostgreSQL counts its rows by itself a minute or two
        later; until then it plans for an empty table, and goes through all of it with every question."""
        if self.is_sqlite:
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"


def open_store(url: str) -> Store:
    """A store on this SQLAlchemy address. Nothing is created or migrated here (see tasks.migrate)."""
    if not url.startswith("sqlite"):
        # The connection that was used last goes first: it knows the statements, each of which the server prepares for
        # the connection that asked it a few times.
        engine = create_engine(url, json_deserializer=_read_json, pool_use_lifo=True)
        sa.event.listen(engine, "checkin", _note_rest)
        sa.event.listen(engine, "checkout", _ask_the_rested(engine.dialect))
        return Store(engine)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        json_deserializer=_read_json,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return Store(engine)


def _read_json(text: str | bytes) -> Any:
    return json.loads(text) if len(text) < LONG_JSON else _read_page(text)


_read_page = lru_cache(maxsize=64)(json.loads)


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = monotonic()


def _ask_the_rested(dialect: sa.Dialect) -> Callable[[Any, Any, Any], None]:
    """Asks the server whether a connection that has rested for long still stands; a fallen one is replaced."""

    def ask(connection: Any, record: Any, _fairy: Any) -> None:
        if monotonic() - record.info.get("rests_since", monotonic()) < TRUSTED_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise sa.exc.DisconnectionError from error

    return ask


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
