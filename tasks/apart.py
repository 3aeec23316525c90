"""A great many batches at once: in several processes, because workbooks keep a core busy.

Each process opens the database for itself, as the pages and the collector do that work beside each other at any time;
whose turn it is to write, the database says. One that dies takes nothing along: what it was at is done here.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import cache, reduce
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Protocol, Self, TypeVar

from tasks.office import Office
from tasks.settings import Settings
from tasks.store import Store, open_store
from tasks.upkeep.logs import set_up_logs

LOG = logging.getLogger("dondoc.apart")

WORTH_IT = 1_000
"""So many workbooks take longer than processes take to start, which under Prefect is seconds."""
_TURNS = 4
"""Batches that each process is given at once: none waits long for the others, and who watches sees it go on."""


class Counts(Protocol):
    """What came of a batch."""

    def plus(self, other: Self, /) -> Self:
        """Of both together."""


Outcome = TypeVar("Outcome", bound=Counts)
Work = Callable[[Store, list[int]], Outcome]
"""Does a batch, with a database; it is handed to a process, so a function of a module or a partial of one."""


@contextmanager
def apart(
    office: Office, waiting: int, work: Work[Outcome]
) -> Iterator[tuple[Callable[[Sequence[int]], Outcome], int]]:
    """How so many are worked through, and how many are handed over at a time: in several processes where that pays and
    the settings allow it, else here."""
    processes, size = office.settings.processes, office.settings.batch_size
    if processes < 2 or waiting < WORTH_IT:
        yield lambda ids: work(office.store, list(ids)), size
        return
    with ProcessPoolExecutor(  # beside this process, which does its part
        processes - 1, mp_context=get_context("spawn"), initializer=begin, initargs=(office.settings,)
    ) as pool:
        yield lambda ids: _in_processes(pool, office, ids, work), size * processes * _TURNS


def begin(settings: Settings) -> None:
    """How such a process begins: it must not outlive the one that it works for, who may be killed."""
    set_up_logs(settings)
    Thread(target=_leave_with, args=(parent_process(),), daemon=True).start()


def _leave_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _in_processes(
    pool: ProcessPoolExecutor, office: Office, ids: Sequence[int], work: Work[Outcome]
) -> Outcome:
    """Every so many-th batch is done here, the others are handed over."""
    size, processes = office.settings.batch_size, office.settings.processes
    parts = [list(ids[start : start + size]) for start in range(0, len(ids), size)]
    doing: dict[int, Future[Outcome]] = {}
    with suppress(BrokenProcessPool):  # one died over what was handed over before
        for place, part in enumerate(parts):
            if place % processes:
                doing[place] = pool.submit(_there, office.settings, work, part)
    found = {place: work(office.store, part) for place, part in enumerate(parts) if place not in doing}
    for place, done in doing.items():
        try:
            found[place] = done.result()
        except BrokenProcessPool:
            LOG.warning("a process died over a batch of %s, which is done here", len(parts[place]))
            found[place] = work(office.store, parts[place])
    return reduce(lambda one, other: one.plus(other), (found[place] for place in sorted(found)))


def _there(settings: Settings, work: Work[Outcome], ids: list[int]) -> Outcome:
    """In a process of its own."""
    return work(_store(settings.engine_url), ids)


@cache
def _store(url: str) -> Store:
    return open_store(url)
