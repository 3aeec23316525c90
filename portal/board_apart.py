"""The board's figures in a process of their own: one keeps them, however many serve.

Computing and holding them is then nothing that a reader's process does: it checks who may look, asks, and frames what
it is answered. The process ends when its standard input does, and so with whoever started it (portal.board_process).
"""

import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Client, Listener
from threading import Thread, local
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

from portal.board_ask import Answer, Answers, Ask
from portal.board_process import SOCKET
from portal.board_shelf import Shelf
from portal.board_view import Place
from tasks.board.keeper import Keeper
from tasks.office import Office

LOG = logging.getLogger("dondoc.board")
STARTS_WITHIN = 20.0
"""Seconds that a question waits for a process that is just being started."""
STARTING = "Số liệu của bảng theo dõi đang được chuẩn bị. Đề nghị tải lại trang sau ít giây."
TRIPPED = "Trang gặp lỗi khi lấy số liệu. Đề nghị thử lại sau ít phút."
_SWITCH = 0.0005
"""Seconds after which a thread that computes lets one that answers go first: the interpreter's 5 ms, a few times an
answer, would be felt."""


class Elsewhere:
    """Asks the process apart; a connection for each thread."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._mine = local()

    def __call__(self, ask: Ask) -> Answer:
        until = monotonic() + STARTS_WITHIN
        while True:
            try:
                connection = self._connection()
                connection.send(ask)
                answer: Answer = connection.recv()
            except (OSError, EOFError):
                self._mine.connection = None
                if monotonic() > until:
                    return Answer(503, refused=STARTING)
                sleep(0.1)
            else:
                return answer

    def _connection(self) -> Any:
        found = getattr(self._mine, "connection", None)
        if found is None:
            found = self._mine.connection = Client(self._address, "AF_UNIX")
        return found


def elsewhere() -> Answers | None:
    """Whoever answers in a process apart; None where this process is to do it."""
    address = os.environ.get(SOCKET, "")
    return Elsewhere(address) if address else None


def keep_figures(address: str, office: Office, now: Callable[[], datetime]) -> None:
    """What the process does: answers whoever connects, a thread each, until its standard input ends. The newest cycle's
    figures are ready before anybody asks."""
    sys.setswitchinterval(_SWITCH)
    Thread(target=_end_with_stdin, daemon=True).start()
    base = urlsplit(office.settings.portal_url).path.rstrip("/")
    answers = _told(Shelf(Keeper(office.store, now, patient=True), Place(office, base)).answer)
    Thread(target=answers, args=(Ask("board"),), daemon=True).start()
    with Listener(address, "AF_UNIX", backlog=128) as listener:
        while True:
            with suppress(OSError, EOFError):
                Thread(target=_answer_one, args=(listener.accept(), answers), daemon=True).start()


def _told(answers: Answers) -> Answers:
    """What goes wrong is told to whoever asks, and the next question is answered again."""

    def answer(ask: Ask) -> Answer:
        try:
            return answers(ask)
        except Exception:
            LOG.exception("the board could not answer %s of %s", ask.page, ask.code or "the newest cycle")
            return Answer(500, refused=TRIPPED)

    return answer


def _answer_one(connection: Any, answers: Answers) -> None:
    with connection, suppress(OSError, EOFError):
        while True:
            connection.send(answers(connection.recv()))


def _end_with_stdin() -> None:
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)
