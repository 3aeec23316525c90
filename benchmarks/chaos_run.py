"""Runs of the sending process: one at a time or several at once, left alone or killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.chaos_journal import Journal
from benchmarks.chaos_mail import MailRoom
from benchmarks.chaos_province import Site
from tasks.settings import CHECKOUT

RUN_SECONDS = 300
KILLED = -signal.SIGKILL


class ChildFault(Exception):
    """A run ended otherwise than well or by SIGKILL; what it said stands in the message."""


@dataclass
class Runner:
    """Starts the runs of one trial, and numbers them."""

    site: Site
    room: MailRoom
    extra: Mapping[str, str] = field(default_factory=dict)
    runs: int = 0
    kills: int = 0

    @property
    def journal(self) -> Journal:
        return Journal(self.site.home / "journal.tsv")

    def start(self, now: datetime, die: str = "", *, whole: bool = False) -> subprocess.Popen[str]:
        """A sending process whose clock shows `now`."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")}
        environment = {
            **kept,
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONWARNINGS": "ignore",
            "DONDOC_DATABASE_URL": self.site.database_url,
            "DONDOC_MAIL_URL": self.room.url,
            "DONDOC_PROFILE": str(self.site.profile),
            "DONDOC_ACTOR": "Thử nghiệm",
            **self.extra,
        }
        command = [
            sys.executable,
            "-m",
            "benchmarks.chaos_child",
            str(self.site.home),
            "--now",
            now.isoformat(),
        ]
        command += ["--run", str(self.runs), "--journal", str(self.journal.path)]
        command += ["--die", die] if die else []
        command += ["--whole"] if whole else []
        return subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=self.site.home,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, now: datetime, die: str = "", *, whole: bool = False) -> bool:
        """One run to its end; whether it was killed."""
        return self.together([now], die, whole=whole) == 1

    def together(self, clocks: Sequence[datetime], die: str = "", *, whole: bool = False) -> int:
        """A run for each clock, all at once; how many were killed."""
        self._next()
        children = [self.start(now, die, whole=whole) for now in clocks]
        return self._ended(children)

    def shot(self, now: datetime, draw: random.Random) -> bool:
        """A run that is killed from outside at some time while it sends; whether it was killed before its end."""
        self._next()
        before = len(self.room.copies)
        wanted = before + draw.randint(0, 5)
        child = self.start(now)
        while child.poll() is None and not (self.room.open_connections and len(self.room.copies) >= wanted):
            time.sleep(0.001)
        time.sleep(draw.random() * 0.04)
        if child.poll() is None:
            child.send_signal(signal.SIGKILL)
        return self._ended([child]) == 1

    def _next(self) -> None:
        self.runs += 1
        self.room.run = self.runs

    def _ended(self, children: Sequence[subprocess.Popen[str]]) -> int:
        killed = 0
        for child in children:
            _out, said = child.communicate(timeout=RUN_SECONDS)
            if child.returncode not in (0, KILLED):
                raise ChildFault(f"run {self.runs} ended with {child.returncode}:\n{said}")
            killed += child.returncode == KILLED
        self.room.settle()
        self.kills += killed
        return killed
