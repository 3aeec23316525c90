"""The watcher's figures, counted again by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.codes import MessageState
from models.history import RunMark
from models.notice import Message
from models.time import end_of
from tasks.reminders.run_marks import SWEEP_RUN
from tasks.steps import one_after_another, sweep_step
from tasks.upkeep.metrics import metrics

NOW = datetime(2026, 3, 12, 2, tzinfo=UTC)


def figures(province: Any, now: datetime) -> dict[str, float]:
    with province.store.reading() as session:
        lines = metrics(session, now).decode().splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[:1] != "#")
    }


def test_open_and_overdue(few_both: Any) -> None:
    few_both.mark_sent(NOW, "SNV", "STC")
    before = figures(few_both, NOW)
    cycle = 'cycle="bcd-quy-2026-Q1"'
    assert before[f'dondoc_requests{{{cycle},state="sent"}}'] == 2
    assert before[f'dondoc_requests{{{cycle},state="planned"}}'] == 2
    assert before[f"dondoc_requests_overdue{{{cycle}}}"] == 0
    after = figures(few_both, end_of(few_both.request("SNV").due))
    assert after[f"dondoc_requests_overdue{{{cycle}}}"] == 4
    assert before['dondoc_notices{state="sent"}'] == 0
    assert before["dondoc_submissions"] == 0


def test_what_waits_to_be_sent_and_how_the_sweep_ran(few: Any) -> None:
    few.mark_sent(NOW - timedelta(days=5))
    sweep_step(few.office, NOW, one_after_another)  # no mail server is set: everything waits
    with few.store.writing() as session:
        message = Message(
            channel="email",
            person_id=1,
            message_id="<1@x.example>",
            template="digest",
            not_before=NOW,
            created_at=NOW,
        )
        session.add(message)
    found = figures(few, NOW + timedelta(hours=2))
    assert found["dondoc_oldest_unsent_seconds"] == 7200
    assert found['dondoc_messages{state="ready"}'] == few.count(Message, Message.state == MessageState.READY)
    assert found[f'dondoc_step_age_seconds{{step="{SWEEP_RUN}"}}'] == 7200
    with few.store.reading() as session:
        took = session.get_one(RunMark, SWEEP_RUN).took_ms
    assert took is not None
    assert found[f'dondoc_step_duration_seconds{{step="{SWEEP_RUN}"}}'] == pytest.approx(took / 1000)
