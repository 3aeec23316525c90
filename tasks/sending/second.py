"""A second sender beside the first: a process of its own, when there is a lot to send.

It opens the database and the mail server for itself, and takes the lanes of the mail from the last on
(tasks.sending.lanes). When it dies, what it has left is sent by the first; when the first dies, it stops after the
message it is at.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection

from tasks.sending.rounds import SendReport
from tasks.settings import Settings
from tasks.upkeep.logs import set_up_logs

LOG = logging.getLogger("dondoc.sending")

WORTH_IT = 1_000
"""So many mails take longer to send than a process takes to start, which under Prefect is seconds."""

Send = Callable[[Settings, datetime, Callable[[], bool]], SendReport]
"""Sends in a process of its own, while it is told to go on. A function of a module, for it is named to
that process."""


def pays(settings: Settings, waiting: int) -> bool:
    """Whether so many mails are to be sent by two, and the settings allow it."""
    return settings.processes > 1 and waiting >= WORTH_IT


@contextmanager
def second_sender(settings: Settings, now: datetime, send: Send) -> Iterator[Callable[[], SendReport | None]]:
    """Starts it; what is given waits for it, and says what it did. None: it died or failed, what it has left waits."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_send, args=(send, settings, now, os.getpid(), theirs))
    process.start()
    theirs.close()

    def outcome() -> SendReport | None:
        try:
            report: SendReport | None = ours.recv()
        except EOFError:
            LOG.warning("the second sender died; what it has left is sent by the first")
            return None
        return report

    try:
        yield outcome
    finally:
        process.join()
        ours.close()


def _send(send: Send, settings: Settings, now: datetime, first: int, told: Connection) -> None:
    """In a process of its own. It ends by itself, whatever has become of the first."""
    set_up_logs(settings)
    try:
        report = send(settings, now, lambda: os.getppid() == first)
    except Exception:
        # Said by the first, if it fails there, too: not every fault of a database can be handed between processes.
        LOG.exception("the second sender failed; what it has left is sent by the first")
        report = None
    with suppress(BrokenPipeError):  # nobody is left to hear it
        told.send(report)
