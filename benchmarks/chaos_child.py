"""The sending process of the trials: the product's own sweep or sender, which dies by SIGKILL at a step drawn for it.

    python -m benchmarks.chaos_child HOME --now 2026-03-23T01:00:00+00:00 --run 7 --journal FILE [--die STEP:NTH]

The other settings are those of the environment. The traps are set around Store.writing and around the SMTP socket,
never in the product's code. What the process saw before it died stands in the journal, written without a buffer.
"""

import argparse
import os
import select
import signal
import smtplib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any, ClassVar

from sqlmodel import Session

from benchmarks.chaos_journal import ANSWERED, DIED, RECORDED, Journal, Step
from models.time import local_day
from tasks.channels.registry import usable
from tasks.office import Office, open_office
from tasks.reminders import sweep
from tasks.sending.post import send_due
from tasks.settings import Settings
from tasks.steps import one_after_another, sweep_step
from tasks.store import Store

ANSWER_SECONDS = 20


class Trap:
    """Counts the steps that the process comes to, and kills it at the one that was drawn."""

    def __init__(self, journal: Journal, run: int, step: str, nth: int) -> None:
        self._journal, self._run = journal, run
        self._step, self._nth = step, nth
        self._seen: Counter[str] = Counter()
        self.in_hand = ""
        """Message-ID of the mail of which the content has been begun and whose end is not recorded yet."""
        self._is_answered = False

    def reached(self, step: Step) -> None:
        self._seen[step] += 1
        if step == self._step and self._seen[step] == self._nth:
            self._journal.write(self._run, DIED, step, self.in_hand)
            os.kill(os.getpid(), signal.SIGKILL)

    def takes(self, message_id: str) -> None:
        self.in_hand, self._is_answered = message_id, False

    def answered(self) -> None:
        self._is_answered = True
        self._journal.write(self._run, ANSWERED, "", self.in_hand)

    def committed(self) -> None:
        """The first commit after an answer is its record."""
        if self._is_answered:
            self._journal.write(self._run, RECORDED, "", self.in_hand)
            self.takes("")


class WatchedStore(Store):
    """The product's store, with a trap before, within and after each writing transaction."""

    def __init__(self, store: Store, trap: Trap) -> None:
        super().__init__(store.engine)
        self._trap = trap

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self._trap.reached(Step.BEFORE_WRITING)
        with super().writing() as session:
            yield session
            session.flush()
            self._trap.reached(Step.BEFORE_COMMIT)
        self._trap.committed()
        self._trap.reached(Step.AFTER_COMMIT)


class WatchedSmtp(smtplib.SMTP):
    """smtplib's own client, with a trap at each step of its conversation."""

    trap: ClassVar[Trap]
    _replies = 0
    _in_data = False

    def connect(self, *where: Any, **how: Any) -> tuple[int, bytes]:
        self.trap.reached(Step.BEFORE_CONNECTION)
        return super().connect(*where, **how)

    def rcpt(self, *whom: Any, **how: Any) -> tuple[int, bytes]:
        reply = super().rcpt(*whom, **how)
        self.trap.reached(Step.BEFORE_DATA)
        return reply

    def data(self, msg: Any) -> tuple[int, bytes]:
        content = msg.encode() if isinstance(msg, str) else bytes(msg)
        self.trap.takes(str(message_from_bytes(content)["Message-ID"]))
        self._in_data, self._replies = True, 0
        try:
            return super().data(msg)
        finally:
            self._in_data = False

    def send(self, s: Any) -> None:
        if not (self._in_data and self._replies == 1):
            super().send(s)
            return
        content = s.encode("ascii") if isinstance(s, str) else bytes(s)
        half = len(content) // 2
        super().send(content[:half])
        self.trap.reached(Step.HALF_SENT)
        super().send(content[half:])
        self.trap.reached(Step.SENT)

    def getreply(self) -> tuple[int, bytes]:
        is_answer = self._in_data and self._replies == 1
        if is_answer and self.sock is not None:
            select.select([self.sock], [], [], ANSWER_SECONDS)
            self.trap.reached(Step.ANSWER_WAITS)
        reply = super().getreply()
        self._replies += 1
        if is_answer:
            self.trap.answered()
            self.trap.reached(Step.ANSWER_READ)
        return reply


def watched(office: Office, trap: Trap) -> Office:
    """The office on a store with traps; mail goes through a socket with traps."""
    WatchedSmtp.trap = trap
    smtplib.SMTP = WatchedSmtp  # type: ignore[misc]
    return Office(settings=office.settings, store=WatchedStore(office.store, trap))


def plan_and_send(office: Office, now: datetime) -> None:
    """What a sweep does about reminders, without its other work."""
    with office.store.reading() as session:
        ids = sweep.cycle_ids(session)
    for cycle_id in ids:
        sweep.plan_notices(
            office.store, cycle_id, office.calendar(local_day(now)), now, usable(office.settings)
        )
    send_due(office, now)


def main() -> None:
    parser = argparse.ArgumentParser(description="Tiến trình gửi của phép thử dừng đột ngột")
    parser.add_argument("home", type=Path)
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    parser.add_argument("--run", type=int, default=0)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--die", default="", metavar="BƯỚC:LẦN")
    parser.add_argument("--whole", action="store_true", help="cả lượt rà soát, không chỉ phần nhắc")
    asked = parser.parse_args()
    step, _, nth = asked.die.partition(":")
    trap = Trap(Journal(asked.journal), asked.run, step, int(nth or 0))
    office = watched(open_office(Settings(home=asked.home)), trap)
    if asked.whole:
        sweep_step(office, asked.now, one_after_another)
    else:
        plan_and_send(office, asked.now)


if __name__ == "__main__":
    main()
