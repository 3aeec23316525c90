"""The auditor against the real database: what stands still is told once a day, and all well is told outside."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlmodel import col, select

from flows.tables import print_status
from models.codes import MessageState, NoticeState
from models.notice import Message, Notice
from models.time import VIETNAM
from tasks.reminders import auditor
from tasks.reminders.auditor import audit, audit_facts, found_now
from tasks.reminders.run_marks import COLLECT_RUN, SWEEP_RUN, last_runs, mark_run
from tasks.steps import audit_step, dispatch_step, one_after_another, sweep_step


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


DISPATCHED = at(4, 9)


@pytest.fixture
def wired(few_both: Any, mailbox: Any) -> Any:
    return few_both.with_settings(mail_url=mailbox.url)


def found(province: Any, now: datetime) -> list[str]:
    with province.store.reading() as session:
        return [finding.code for finding in found_now(session, province.office, now)]


def test_a_province_that_runs_gives_nothing_to_say(wired: Any) -> None:
    dispatch_step(wired.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    sweep_step(wired.office, at(5, 8), one_after_another)
    assert found(wired, at(5, 8, 30)) == []


def test_sweeps_that_stopped_are_noticed_and_what_they_left_unsaid_is_named(wired: Any) -> None:
    dispatch_step(wired.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    sweep_step(wired.office, at(12, 8), one_after_another)
    assert found(wired, at(13, 9, 30)) == [
        "khong-chay",
        "khong-chay",
        "thieu-thong-bao",
    ]  # before-5 fell on 13/3
    audited = audit(wired.office, at(13, 9, 30))
    missing = next(finding for finding in audited.findings if finding.code == "thieu-thong-bao")
    assert "SNV (Nhắc trước hạn 05 ngày làm việc)" in missing.what
    sweep_step(wired.office, at(13, 10), one_after_another)
    assert found(wired, at(13, 10, 30)) == []


def test_the_secretariat_hears_the_same_once_a_day(wired: Any, mailbox: Any) -> None:
    dispatch_step(wired.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    sweep_step(wired.office, at(12, 8), one_after_another)
    before = len(mailbox.received)
    for hour in (10, 11, 12):
        outcome = audit_step(wired.office, at(13, hour))
        assert "không chạy xong lần nào" in outcome.sentence
    told = [str(mail["Subject"]) for _, mail in mailbox.received[before:]]
    assert len(told) == 1
    assert told[0].startswith("Cảnh báo")
    audit_step(wired.office, at(16, 8))
    assert len(mailbox.received) == before + 2


def test_a_warning_that_has_come_to_nothing_is_not_sent(wired: Any, mailbox: Any) -> None:
    dispatch_step(wired.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    sweep_step(wired.office, at(12, 8), one_after_another)
    audit(wired.office, at(13, 9, 30))
    before = len(mailbox.received)
    sweep_step(wired.office, at(13, 10), one_after_another)
    assert not [m for _, m in mailbox.received[before:] if str(m["Subject"]).startswith("Cảnh báo")]
    (notice,) = wired.all(Notice, Notice.step == auditor.STEP)
    assert (notice.state, notice.why) == (NoticeState.SUPERSEDED, "đã được khắc phục")


def test_a_message_that_is_stuck_in_a_dead_senders_hands_is_found(wired: Any) -> None:
    dispatch_step(wired.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    sweep_step(wired.office, at(5, 8), one_after_another)
    with wired.store.writing() as session:
        message = session.exec(select(Message).order_by(col(Message.id))).first()
        message.state = MessageState.SENDING
    assert "dang-gui-qua-lau" in found(wired, at(5, 8, 30))


def test_a_file_that_waits_for_a_person_is_told_of_for_a_week_and_stays_in_the_list(
    wired: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    dispatch_step(wired.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    (wired.inbox / "anh.png").write_bytes(b"khong phai bieu")
    sweep_step(wired.office, at(5, 8), one_after_another)
    with wired.store.reading() as session:
        told = [audit_facts(session, wired.office, at(day, 8)).for_a_person.count for day in (6, 11, 13)]
        print_status(session, "", at(13, 8))
    assert told == [1, 1, 0]
    assert "anh.png" in capsys.readouterr().out


class _Watcher(BaseHTTPRequestHandler):
    calls: list[str]
    answer = 200

    def do_GET(self) -> None:
        self.calls.append(self.path)
        self.send_response(self.answer)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def watcher() -> Iterator[Any]:
    """A watcher outside that waits for signs of life."""
    handler = type("Watcher", (_Watcher,), {"calls": []})
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    handler.url = f"http://127.0.0.1:{server.server_port}/song/abc"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_sign_of_life_is_given_only_when_all_is_well(wired: Any, watcher: Any) -> None:
    alive = wired.with_settings(mail_url=wired.office.settings.mail_url, heartbeat_url=watcher.url)
    dispatch_step(alive.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    sweep_step(alive.office, at(5, 8), one_after_another)
    assert audit(alive.office, at(5, 8, 30)).heartbeat is True
    assert watcher.calls == ["/song/abc"]
    assert audit(alive.office, at(5, 12)).heartbeat is None  # nothing has run since
    assert watcher.calls == ["/song/abc"]
    watcher.answer = 500
    sweep_step(alive.office, at(5, 12), one_after_another)
    assert audit(alive.office, at(5, 12, 5)).heartbeat is False


def test_a_watcher_that_cannot_be_reached_stops_nothing(wired: Any) -> None:
    alive = wired.with_settings(heartbeat_url="http://127.0.0.1:1/song")
    dispatch_step(alive.office, "bcd-quy-2026-Q1", DISPATCHED, one_after_another)
    sweep_step(alive.office, at(5, 8), one_after_another)
    assert "Không báo được tín hiệu sống" in audit_step(alive.office, at(5, 8, 30)).sentence


def test_a_clock_that_jumped_back_makes_no_run_older(few: Any) -> None:
    with few.store.writing() as session:
        mark_run(session, SWEEP_RUN, at(5, 8), 120)
        mark_run(session, SWEEP_RUN, at(4, 8), 120)
        mark_run(session, COLLECT_RUN, at(4, 9), 120)
    with few.store.reading() as session:
        assert last_runs(session) == {SWEEP_RUN: at(5, 8), COLLECT_RUN: at(4, 9)}
    assert timedelta(0) < at(5, 8) - at(4, 8)
