"""The working process of the soak: the program's own steps, one run after another, each at the time that it is told.

It lives until it is killed, as a worker does, and a new one goes on. Traps as in benchmarks.chaos_child let it die at
a step between "due" and "recorded"; the program itself knows nothing of them.
"""

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic, process_time

from benchmarks.chaos_child import Trap, watched
from benchmarks.chaos_journal import Journal
from tasks import store
from tasks.office import Office, open_office
from tasks.reminders import pauses
from tasks.settings import Settings
from tasks.steps import (
    audit_step,
    collect_step,
    consolidate_step,
    one_after_another,
    sweep_step,
)

ACTOR = "Thư ký"


@dataclass(frozen=True)
class Job:
    """One run: what, at which told time, and at which step it dies ("" for none). `about`: a cycle, where it is about
    one."""

    number: int
    kind: str
    now: datetime
    about: str = ""
    die: str = ""


@dataclass(frozen=True)
class Done:
    """What came of a run that came to its end: its sentence, or why it failed. `mb`: the most that the process held."""

    said: str = ""
    failed: str = ""
    seconds: float = 0.0
    cpu: float = 0.0
    mb: float = 0.0


def _let_go(office: Office, job: Job) -> str:
    with office.store.writing() as session:
        try:
            count = pauses.release_step(session, job.about, "sau-3-lanh-dao", actor=ACTOR, now=job.now)
        except pauses.ReminderFault as nothing:
            return str(nothing)
    return f"{count} phiếu"


KINDS: dict[str, Callable[[Office, Job], str]] = {
    "sweep": lambda office, job: sweep_step(office, job.now, one_after_another).sentence,
    "collect": lambda office, job: collect_step(office, job.now, one_after_another).sentence,
    "audit": lambda office, job: audit_step(office, job.now).sentence,
    "consolidate": lambda office, job: consolidate_step(office, job.about, job.now).sentence,
    "let-go": _let_go,
}


class Traps(Trap):
    """A trap that is set anew for each run."""

    def set_for(self, job: Job) -> None:
        step, _, nth = job.die.partition(":")
        super().__init__(self._journal, job.number, step, int(nth or 0))


def work(home: str, url: str, profile: str, mail_url: str, orders: Connection) -> None:
    """Do what is ordered until nothing more is, or until death."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver's alone
    # By the clock that is told hours lie between two runs: no connection has rested for less than a second.
    store.TRUSTED_SECONDS = 0.0
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        home=Path(home),
        database_url=url,
        profile=Path(profile),
        actor=ACTOR,
        mail_url=mail_url,
    )
    trap = Traps(Journal(Path(home) / "journal.tsv"), 0, "", 0)
    office = watched(open_office(settings), trap)
    orders.send(os.getpid())
    while True:
        try:
            job: Job = orders.recv()
        except EOFError:
            return
        trap.set_for(job)
        began, cpu = monotonic(), process_time()
        try:
            said, failed = KINDS[job.kind](office, job), ""
        except Exception as error:  # told to the driver, who knows whether the database was taken away
            said, failed = "", f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        orders.send(Done(said, failed, monotonic() - began, process_time() - cpu, peak))
