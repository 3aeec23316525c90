"""Two senders beside each other: a lane each, nothing twice, nothing left; what one cannot do, the other does."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.codes import MessageState, NoticeState, RequestState
from models.cycle import Request
from models.notice import Attempt, Message, Notice
from models.time import VIETNAM
from tasks.cycle.dispatch import prepare_batch
from tasks.sending import second
from tasks.sending.lanes import FIRST, LANES, SECOND
from tasks.sending.post import send_due, send_second_lane
from tasks.sending.rounds import SendReport
from tasks.sending.sender_lock import sender_lock
from tasks.settings import CHECKOUT, Settings
from tasks.steps import dispatch_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
NOW = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def wired(few_both: Any, mailbox: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Four requests of both lanes, a mail server, two processes allowed; and a few mails are a lot."""
    monkeypatch.setattr(second, "WORTH_IT", 2)
    with few_both.store.reading() as session:
        assert {agency % len(LANES) for agency in session.exec(select(Request.agency_id))} == {FIRST, SECOND}
    return few_both.with_settings(mail_url=mailbox.url, processes=2)


@pytest.fixture
def due(wired: Any) -> Any:
    """Their forms are written, and what is to be sent is put down as messages."""
    prepare_batch(wired.store, [request.id for request in wired.all(Request)], wired.office.key, NOW)
    assert send_due(wired.with_settings(mail_url="mailto://127.0.0.1:9?from=a@b.example").office, NOW)
    return wired


def everybody_once(province: Any, mailbox: Any) -> None:
    assert len({to for to, _ in mailbox.received}) == len(mailbox.received) == 4
    assert {message.state for message in province.all(Message)} == {MessageState.SENT}
    assert {notice.state for notice in province.all(Notice)} == {NoticeState.SENT}
    assert len(province.all(Attempt)) == 4
    assert {request.state for request in province.all(Request)} == {RequestState.SENT}


def dispatch(province: Any) -> str:
    return dispatch_step(province.office, CYCLE, NOW, one_after_another).sentence


def test_each_sends_its_lane_over_a_connection_of_its_own(wired: Any, mailbox: Any) -> None:
    assert "Gửi 4 thư." in dispatch(wired)
    everybody_once(wired, mailbox)
    assert len(mailbox.peers) == 2


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
    assert len(mailbox.peers) == 2  # one connection, made anew for the second lane


def test_what_another_is_sending_is_left_to_it(wired: Any, mailbox: Any) -> None:
    with sender_lock(wired.store.engine, wired.office.settings.home, [SECOND]) as held:
        assert held
        report = dispatch(wired)
        in_the_first = {to for to, _ in mailbox.received}
        assert f"Gửi {len(in_the_first)} thư." in report
        assert 0 < len(in_the_first) < 4
        alone = wired.with_settings(processes=1)
        assert send_due(alone.office, NOW) == SendReport(busy=True)
    assert send_due(alone.office, NOW) == SendReport(sent=4 - len(in_the_first))


def test_the_second_lane_alone(wired: Any, mailbox: Any) -> None:
    """What its process runs; it stops where the first is gone."""
    with sender_lock(wired.store.engine, wired.office.settings.home, [FIRST]):
        monkey = wired.with_settings(processes=1)
        assert "đang gửi thư" in dispatch(monkey)  # all is bundled, nothing sent
    settings = wired.office.settings
    settings = settings.model_copy(update={"database_url": wired.store.engine.url.render_as_string(False)})
    assert send_second_lane(settings, NOW, lambda: False) == SendReport()
    assert not mailbox.received
    sent = send_second_lane(settings, NOW, lambda: True).sent
    assert 0 < sent == len(mailbox.received) < 4
    assert send_second_lane(settings, NOW, lambda: True) == SendReport()


def failing(_settings: Settings, _now: datetime, _goes_on: Callable[[], bool]) -> SendReport:
    raise OSError("hỏng")


def dying(_settings: Settings, _now: datetime, _goes_on: Callable[[], bool]) -> SendReport:
    os._exit(9)


def of_this_process(_settings: Settings, _now: datetime, goes_on: Callable[[], bool]) -> SendReport:
    return SendReport(sent=int(goes_on()))


@pytest.mark.parametrize(
    ("send", "done"), [(failing, None), (dying, None), (of_this_process, SendReport(sent=1))]
)
def test_what_became_of_it_is_said(few: Any, send: second.SendLane, done: SendReport | None) -> None:
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
