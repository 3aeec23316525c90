"""Figures for a watcher (Prometheus): what is open, overdue, unsent; when the steps last ran and how long they took.

Counted when they are asked for, in a fixed number of queries: several processes give the same answer, and nothing is
lost when one of them ends.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlmodel import Session, col, func, select

from models.codes import ArrivalVerdict, CycleState, MessageState, NoticeState, RequestState
from models.cycle import Cycle, Request
from models.history import RunMark
from models.notice import Message, Notice
from models.submission import Arrival, Submission
from models.time import local_day

PREFIX = "dondoc_"
OWING = (RequestState.PLANNED, RequestState.SENT, RequestState.INCOMPLETE)


def metrics(session: Session, now: datetime) -> bytes:
    """The figures as Prometheus reads them."""
    registry = CollectorRegistry()
    for name, words, labels, values in (
        ("requests", "Requests of released cycles by state", ("cycle", "state"), _requests(session)),
        (
            "requests_overdue",
            "Requests past their deadline of which nothing that suffices has come",
            ("cycle",),
            _overdue(session, now),
        ),
        ("notices", "Notices by state", ("state",), _by(session, Notice.state, NoticeState)),
        ("messages", "Messages by state", ("state",), _by(session, Message.state, MessageState)),
        (
            "arrivals",
            "What has arrived, by what became of it",
            ("verdict",),
            _by(session, Arrival.verdict, ArrivalVerdict),
        ),
        ("submissions", "Versions of reports received", (), [((), _count(session, Submission))]),
        (
            "oldest_unsent_seconds",
            "For how long the oldest message that could go out has waited",
            (),
            [((), _oldest_unsent(session, now))],
        ),
        ("step_age_seconds", "Since when a step has last run to its end", ("step",), _ages(session, now)),
        ("step_duration_seconds", "How long the last run of a step took", ("step",), _durations(session)),
    ):
        gauge = Gauge(PREFIX + name, words, labels, registry=registry)
        for label_values, value in values:
            (gauge.labels(*label_values) if labels else gauge).set(value)
    return generate_latest(registry)


Sample = tuple[tuple[str, ...], float]


def _requests(session: Session) -> Iterator[Sample]:
    rows = session.execute(
        sa.select(col(Cycle.code), col(Request.state), func.count())
        .join(Request, col(Request.cycle_id) == col(Cycle.id))
        .where(col(Cycle.state) == CycleState.RELEASED)
        .group_by(col(Cycle.code), col(Request.state))
    )
    for code, state, count in rows:
        yield (code, RequestState(state).value), count


def _overdue(session: Session, now: datetime) -> Iterator[Sample]:
    late = sa.case(
        (col(Request.state).in_(OWING) & (col(Request.due) < local_day(now)), 1),
        else_=0,
    )
    rows = session.execute(
        sa.select(col(Cycle.code), func.sum(late))
        .join(Request, col(Request.cycle_id) == col(Cycle.id))
        .where(col(Cycle.state) == CycleState.RELEASED)
        .group_by(col(Cycle.code))
    )
    for code, count in rows:
        yield (code,), count


def _by(session: Session, column: Any, kinds: Iterable[Any]) -> Iterator[Sample]:
    """How many of each code, also of those that there are none of: a figure that vanishes alarms nobody."""
    counts: dict[Any, int] = dict(session.exec(select(column, func.count()).group_by(column)).all())
    for kind in kinds:
        yield (kind.value,), counts.get(kind, 0)


def _count(session: Session, table: Any) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def _oldest_unsent(session: Session, now: datetime) -> float:
    oldest = session.exec(
        select(func.min(Message.not_before)).where(
            Message.state == MessageState.READY, col(Message.not_before) <= now
        )
    ).one()
    return 0.0 if oldest is None else (now - oldest).total_seconds()


def _ages(session: Session, now: datetime) -> Iterator[Sample]:
    for mark in session.exec(select(RunMark).order_by(col(RunMark.step))):
        yield (mark.step,), (now - mark.at).total_seconds()


def _durations(session: Session) -> Iterator[Sample]:
    for mark in session.exec(select(RunMark).order_by(col(RunMark.step))):
        if mark.took_ms is not None:
            yield (mark.step,), mark.took_ms / 1000
