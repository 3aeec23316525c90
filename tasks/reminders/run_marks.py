"""When the steps that run by themselves last ran to their end."""

from datetime import datetime

from sqlmodel import Session, select

from models.history import RunMark
from models.rules.reminders.audit import STEPS_EXPECTED
from tasks.once import put_once

SWEEP_RUN, COLLECT_RUN = STEPS_EXPECTED
"""The steps that run by themselves, as the auditor knows them."""


def mark_run(session: Session, step: str, now: datetime, took_ms: int) -> None:
    """Note that a step has run to its end, and how long it took. A clock that jumped back does not make it older."""
    if put_once(session, RunMark(step=step, at=now, took_ms=took_ms)):
        return
    mark = session.get_one(RunMark, step, with_for_update=True)
    mark.at, mark.took_ms = max(mark.at, now), took_ms
    session.add(mark)


def last_runs(session: Session) -> dict[str, datetime]:
    """Step -> when it last ran to its end."""
    return {mark.step: mark.at for mark in session.exec(select(RunMark))}
