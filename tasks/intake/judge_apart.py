"""Judging a great many arrivals at once: in several processes, because reading workbooks keeps a core busy.

Each process opens the database for itself, as the pages and the collector do that judge beside each other at any time;
whose turn it is to write, the database says. One that dies takes nothing along: what it was at is judged here.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from multiprocessing import get_context

from tasks.intake.judge import Verdicts, judge_batch
from tasks.office import Office
from tasks.settings import Settings
from tasks.store import Store, open_store
from tasks.upkeep.logs import set_up_logs

LOG = logging.getLogger("dondoc.judge")

WORTH_IT = 1_000
"""So many arrivals take longer to judge than processes take to start, which under Prefect is seconds."""
_TURNS = 4
"""Batches that each process is given at once: none waits long for the others, and who watches sees it go on."""

Judge = Callable[[Sequence[int]], Verdicts]


@contextmanager
def judging(office: Office, now: datetime, waiting: int) -> Iterator[tuple[Judge, int]]:
    """How so many arrivals are judged, and how many are handed over at a time: in several processes where that pays and
    the settings allow it, else here."""
    processes, size = office.settings.processes, office.settings.batch_size
    if processes < 2 or waiting < WORTH_IT:
        yield lambda ids: judge_batch(office.store, list(ids), office.key, now), size
        return
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=set_up_logs, initargs=(office.settings,)
    ) as pool:
        yield lambda ids: _in_processes(pool, office, ids, now), size * processes * _TURNS


def _in_processes(pool: ProcessPoolExecutor, office: Office, ids: Sequence[int], now: datetime) -> Verdicts:
    size = office.settings.batch_size
    verdicts = Verdicts()
    parts = [list(ids[start : start + size]) for start in range(0, len(ids), size)]
    try:
        doing = [pool.submit(_judge, office.settings, part, office.key, now) for part in parts]
    except BrokenProcessPool:  # one died over what was handed over before
        doing = []
    for place, part in enumerate(parts):
        try:
            found = doing[place].result() if doing else judge_batch(office.store, part, office.key, now)
        except BrokenProcessPool:
            LOG.warning("a process died that judged arrivals; %s are judged here", len(part))
            found = judge_batch(office.store, part, office.key, now)
        verdicts = verdicts.plus(found)
    return verdicts


def _judge(settings: Settings, ids: list[int], key: bytes, now: datetime) -> Verdicts:
    """In a process of its own."""
    return judge_batch(_store(settings.engine_url), ids, key, now)


@cache
def _store(url: str) -> Store:
    return open_store(url)
