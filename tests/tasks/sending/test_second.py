"""Two senders beside each other: a lane each, nothing twice, nothing left; what one cannot do, the other does."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlmodel import col, select

from models.codes import Channel, MessageState, NoticeState, RequestState
from models.cycle import Request
from models.directory import Person
from models.notice import Attempt, Message, Notice
from models.time import VIETNAM
from tasks.cycle.dispatch import prepare_batch
from tasks.reminders.morning import STEP
from tasks.reminders.notices import put_notice, secretariat
from tasks.sending import second
from tasks.sending.lanes import FIRST, LANES
from tasks.sending.post import send_due, send_from_the_last
from tasks.sending.rounds import SendReport
from tasks.sending.sender_lock import sender_lock
from tasks.settings import CHECKOUT, Settings
from tasks.steps import dispatch_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
NOW = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)
LATER = NOW + timedelta(hours=1)
"""When what met a dead server is tried again."""


@pytest.fixture
def wired(few_both: Any, mailbox: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Four requests of several lanes, a mail server, two processes allowed; and a few mails are a lot."""
    monkeypatch.setattr(second, "WORTH_IT", 2)
    assert len(lanes_of(few_both)) > 2
    # The address, too: the second sender opens the database for itself.
    url = few_both.store.engine.url.render_as_string(False)
    return few_both.with_settings(mail_url=mailbox.url, processes=2, database_url=url)


@pytest.fixture
def due(wired: Any) -> Any:
    """Their forms are written, and what is to be sent is put down as messages."""
    prepare_batch(wired.store, [request.id for request in wired.all(Request)], wired.office.key, NOW)
    assert send_due(wired.with_settings(mail_url="mailto://127.0.0.1:9?from=a@b.example").office, NOW)
    return wired


def agencies_of(province: Any) -> list[int]:
    with province.store.reading() as session:
        return list(session.exec(select(Request.agency_id)))


def lanes_of(province: Any) -> list[int]:
    """The lanes in which there is something, in their order."""
    return sorted({agency % len(LANES) for agency in agencies_of(province)})


def everybody_once(province: Any, mailbox: Any) -> None:
    all_sent(province, mailbox)
    assert len(province.all(Attempt)) == 4
    assert {request.state for request in province.all(Request)} == {RequestState.SENT}


def all_sent(province: Any, mailbox: Any) -> None:
    assert len({to for to, _ in mailbox.received}) == len(mailbox.received) == 4
    assert {message.state for message in province.all(Message)} == {MessageState.SENT}
    assert {notice.state for notice in province.all(Notice)} == {NoticeState.SENT}


def dispatch(province: Any) -> str:
    return dispatch_step(province.office, CYCLE, NOW, one_after_another).sentence


def test_two_send_lane_after_lane(wired: Any, mailbox: Any) -> None:
    assert "Gửi 4 thư." in dispatch(wired)
    everybody_once(wired, mailbox)
    assert len(mailbox.peers) == len(lanes_of(wired))  # a connection for each


def test_what_is_laid_out_meanwhile_goes_out_with_the_rest(due: Any, mailbox: Any) -> None:
    """The other is sending while it is laid out; and it is of the same round."""
    seen: list[int] = []

    def lay_out() -> bool:
        until = monotonic() + 30
        while not mailbox.received and monotonic() < until:
            sleep(0.01)
        seen.append(len(mailbox.received))
        with due.store.writing() as session:
            for person in secretariat(session):
                put_notice(session, subject=f"sheet:{NOW:%Y%m%d}", step=STEP, person=person, now=LATER)
        return True

    assert send_due(due.office, LATER, lay_out) == SendReport(sent=5)
    assert seen
    assert seen[0] > 0
    assert len(mailbox.received) == 5


def test_what_goes_wrong_meanwhile_loses_nothing(due: Any, mailbox: Any) -> None:
    def trips() -> bool:
        raise RuntimeError("trips")

    with pytest.raises(RuntimeError, match="trips"):
        send_due(due.office, LATER, trips)
    others = sum(agency % len(LANES) != FIRST for agency in agencies_of(due))
    assert len(mailbox.received) == others  # by the other; the rest waits
    assert send_due(due.office, LATER) == SendReport(sent=4 - others)
    all_sent(due, mailbox)


def test_a_server_that_takes_nothing_is_not_tried_lane_after_lane(due: Any) -> None:
    away = due.with_settings(mail_url="mailto://127.0.0.1:9?from=a@b.example")
    report = send_from_the_last(away.office.settings, LATER, lambda: True)
    assert report.down == (Channel.EMAIL,)
    assert report.retried < 4


@pytest.mark.parametrize("changed", [{"processes": 1}, {}])
def test_one_is_enough_for_a_few(
    wired: Any, mailbox: Any, monkeypatch: pytest.MonkeyPatch, changed: dict[str, int]
) -> None:
    if not changed:
        monkeypatch.setattr(second, "WORTH_IT", 5)
    dispatch(wired.with_settings(**changed))
    everybody_once(wired, mailbox)
    assert len(mailbox.peers) == 1


def test_the_lane_of_one_that_died_is_served_by_the_first(
    wired: Any, mailbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def dead(*_about: Any) -> Iterator[Callable[[], None]]:
        yield lambda: None

    monkeypatch.setattr(second, "second_sender", dead)
    assert "Gửi 4 thư." in dispatch(wired)
    everybody_once(wired, mailbox)
    assert len(mailbox.peers) == len(lanes_of(wired))


def test_what_another_is_sending_is_left_to_it(wired: Any, mailbox: Any) -> None:
    last = lanes_of(wired)[-1]
    with sender_lock(wired.store.engine, wired.office.settings.home, [last]) as held:
        assert held
        report = dispatch(wired)
        in_the_first = {to for to, _ in mailbox.received}
        assert f"Gửi {len(in_the_first)} thư." in report
        assert 0 < len(in_the_first) < 4
        alone = wired.with_settings(processes=1)
        assert send_due(alone.office, NOW) == SendReport(busy=True)
    assert send_due(alone.office, NOW) == SendReport(sent=4 - len(in_the_first))


def test_the_second_sender_alone(wired: Any, mailbox: Any) -> None:
    """What its process runs, the lanes from the last on; it stops where the first is gone, and leaves a lane that
    somebody is at."""
    with sender_lock(wired.store.engine, wired.office.settings.home, [FIRST]):
        monkey = wired.with_settings(processes=1)
        assert "đang gửi thư" in dispatch(monkey)  # all is bundled, nothing sent
    settings = wired.office.settings
    assert send_from_the_last(settings, NOW, lambda: False) == SendReport()
    assert not mailbox.received
    with sender_lock(wired.store.engine, settings.home, LANES):
        assert send_from_the_last(settings, NOW, lambda: True) == SendReport(busy=True)
    with sender_lock(wired.store.engine, settings.home, lanes_of(wired)[-1:]):
        sent = send_from_the_last(settings, NOW, lambda: True).sent
        assert 0 < sent == len(mailbox.received) < 4
    others = sum(agency % len(LANES) != FIRST for agency in agencies_of(wired))
    assert send_from_the_last(settings, NOW, lambda: True) == SendReport(sent=others - sent)
    assert send_from_the_last(settings, NOW, lambda: True) == SendReport()
    assert len(mailbox.received) == others


def test_the_first_lane_is_the_first_sender_s(due: Any, mailbox: Any) -> None:
    """What is nobody's agency's goes with it, and the other channels: put down while the second sends, it would be
    missed if that one were in this lane."""
    with due.store.writing() as session:
        for person in secretariat(session):
            put_notice(session, subject=f"sheet:{NOW:%Y%m%d}", step=STEP, person=person, now=LATER)
    with sender_lock(due.store.engine, due.office.settings.home):
        alone = due.with_settings(processes=1)
        assert send_due(alone.office, LATER) == SendReport(busy=True)  # all is bundled, nothing sent
    assert send_from_the_last(due.office.settings, LATER, lambda: True).sent == len(mailbox.received) > 0
    with due.store.reading() as session:
        left = session.exec(
            select(Person.agency_id)
            .join(Message, col(Message.person_id) == col(Person.id))
            .where(Message.state == MessageState.READY)
        ).all()
    assert None in left
    assert {agency % len(LANES) for agency in left if agency is not None} <= {FIRST}


def failing(_settings: Settings, _now: datetime, _goes_on: Callable[[], bool]) -> SendReport:
    raise OSError("hỏng")


def dying(_settings: Settings, _now: datetime, _goes_on: Callable[[], bool]) -> SendReport:
    os._exit(9)


def of_this_process(_settings: Settings, _now: datetime, goes_on: Callable[[], bool]) -> SendReport:
    return SendReport(sent=int(goes_on()))


@pytest.mark.parametrize(
    ("send", "done"), [(failing, None), (dying, None), (of_this_process, SendReport(sent=1))]
)
def test_what_became_of_it_is_said(few: Any, send: second.Send, done: SendReport | None) -> None:
    with second.second_sender(few.office.settings, NOW, send) as outcome:
        assert outcome() == done


LANE = """
import os, time

def send(settings, now, goes_on):
    print(os.getpid(), flush=True)
    while goes_on():
        time.sleep(0.02)
"""
FIRST_SENDER = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
import lane
from tasks import apart
from tasks.sending.second import second_sender
from tasks.settings import CHECKOUT, Settings

if __name__ == "__main__":
    settings = Settings(_env_file=None, home=Path(sys.argv[1]))
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=apart.begin, initargs=(settings,))
    print(pool.submit(os.getpid).result(), flush=True)
    with second_sender(settings, datetime.now(UTC), lane.send):
        sys.stdin.readline()
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_who_helps_does_not_outlive_the_first(tmp_path: Path) -> None:
    """The first is killed: neither the second sender nor a process that works through batches stays behind."""
    (tmp_path / "lane.py").write_text(LANE, encoding="utf-8")
    (tmp_path / "first.py").write_text(FIRST_SENDER, encoding="utf-8")
    first = subprocess.Popen(
        [sys.executable, "-W", "ignore", tmp_path / "first.py", tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{tmp_path}"},
        text=True,
    )
    assert first.stdin is not None
    assert first.stdout is not None
    helpers = {int(first.stdout.readline()), int(first.stdout.readline())}
    assert all(Path(f"/proc/{pid}").exists() for pid in helpers)
    first.communicate("\n", timeout=30)  # to the end of what they may still say: they have all closed it
    assert first.returncode == -signal.SIGKILL
    assert not any(Path(f"/proc/{pid}/exe").exists() for pid in helpers)
