"""What the sending processes saw, one line an event, kept through their death."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

DIED, ANSWERED, RECORDED = "died", "answered", "recorded"


class Step(StrEnum):
    """The steps between "due" and "recorded" at which a process can be made to die."""

    BEFORE_WRITING = "before-writing"
    BEFORE_COMMIT = "before-commit"
    AFTER_COMMIT = "after-commit"
    BEFORE_CONNECTION = "before-connection"
    BEFORE_DATA = "before-data"
    HALF_SENT = "half-sent"
    SENT = "sent"
    ANSWER_WAITS = "answer-waits"
    ANSWER_READ = "answer-read"


SAID = {
    Step.BEFORE_WRITING: "before a writing transaction",
    Step.BEFORE_COMMIT: "in a transaction, before its commit",
    Step.AFTER_COMMIT: "after a commit",
    Step.BEFORE_CONNECTION: "before the SMTP connection",
    Step.BEFORE_DATA: "between MAIL/RCPT and DATA",
    Step.HALF_SENT: "half of the content sent",
    Step.SENT: "content sent, no answer yet",
    Step.ANSWER_WAITS: "the answer has come, not read",
    Step.ANSWER_READ: "answer read, not recorded",
}


@dataclass(frozen=True)
class Event:
    run: int
    what: str
    step: str
    message_id: str


class Journal:
    """A file that is only appended to, by one write a line: it outlives a process that is killed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, run: int, what: str, step: str, message_id: str) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, f"{run}\t{what}\t{step}\t{message_id}\n".encode())
        finally:
            os.close(file)

    def events(self) -> list[Event]:
        if not self.path.exists():
            return []
        lines = (line.split("\t") for line in self.path.read_text(encoding="utf-8").splitlines())
        return [Event(int(run), what, step, message_id) for run, what, step, message_id in lines]

    def of(self, what: str) -> set[tuple[int, str]]:
        """(run, Message-ID) of every event of this kind."""
        return {(event.run, event.message_id) for event in self.events() if event.what == what}
