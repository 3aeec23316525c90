"""The board's figures for many readers: whoever looks waits for nobody's arithmetic.

Exact (`patient=False`): no figure is older than the look. Patient: while figures are computed anew, those known before
are shown, with the time at which they were true; one thread computes, and rests after it longer than that took.
Three kinds of look never get old figures: the first of a day, that of somebody who has just acted at the desk, and any
since an assignment was marked as not to be shown.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from threading import Condition, Lock, Thread
from time import monotonic, sleep

from sqlmodel import Session, col, select

from models.cycle import Cycle
from models.register import Assignment
from models.rules.board.glance import Glance
from models.rules.board.trend import TrendPoint
from models.time import local_day
from tasks.board.cache import TRUSTED, figures_of
from tasks.board.reading import Board, shown_cycles
from tasks.board.stamp import Stamp, quick_stamp
from tasks.store import Store

LOG = logging.getLogger("dondoc.board")
LOOKED_AT = timedelta(milliseconds=300)
"""How long a patient keeper believes that nothing has changed without asking the database."""
REST = 4.0
"""After computing it rests so many times as long as that took: a fifth of one processor at most."""
LONGEST_REST = 20.0
"""Seconds, but always as long as computing took: figures are no older than this and twice what computing takes."""
KNOWN_LINES = 100_000
"""Assignments and agencies of the cycles that are known at once, the one asked for last always."""


@dataclass(frozen=True)
class Look:
    """What the database says at a moment: `quick` changes with anything. Cycles that are shown, the latest first;
    ids of assignments that are shown nowhere."""

    at: datetime
    quick: Stamp
    cycles: tuple[Cycle, ...]
    withheld: frozenset[int]


@dataclass(frozen=True)
class Known:
    """A cycle's figures, true at `at`; `current`: nothing has changed since. `points`: of the cycles of its regime up
    to this one, oldest first; `missing`: how many of them are not computed yet."""

    cycle: Cycle
    told: Glance
    points: tuple[TrendPoint, ...]
    missing: int
    at: datetime
    quick: Stamp
    withheld: frozenset[int]
    serial: int  # another one with each `told`: whoever remembers what it was made of need not hold it
    current: bool = True


class Keeper:
    """The figures of one office's cycles."""

    def __init__(self, store: Store, now: Callable[[], datetime], *, patient: bool = False) -> None:
        self._store, self._now, self._patient = store, now, patient
        self._figures = figures_of(store)
        self._lock = Lock()
        self._computing = Lock()
        self._look: Look | None = None
        self._looked_whole: datetime | None = None
        self._known: OrderedDict[int, Known] = OrderedDict()
        self._wanted: dict[int, Cycle] = {}
        self._serials = count()
        self._wake = Condition()
        self._thread: Thread | None = None

    def look(self, *, now: bool = False) -> Look:
        """How things stand; `now`: asked for this very look."""
        at = self._now()
        with self._lock:
            last = self._look
        if last is not None and self._patient and not now and timedelta() <= at - last.at < LOOKED_AT:
            return last
        with self._store.reading() as session:
            return self._ask(session, at, last)

    def known(self, cycle: Cycle, look: Look, acted: datetime | None = None) -> Known:
        """The cycle's figures, no older than `acted` where that is said."""
        kept = self._kept(cycle)
        if not self._patient:
            same = kept is not None and kept.quick == look.quick and kept.told.seen == local_day(look.at)
            return kept if kept and same and look.at - kept.at < TRUSTED else self._compute(cycle, whole=True)
        if (
            kept is None
            or kept.told.seen != local_day(look.at)
            or kept.withheld != look.withheld
            or (acted is not None and kept.quick != look.quick and kept.at <= acted)
        ):
            return self._compute(cycle, since=look.at)
        current = kept.quick == look.quick
        if not current or kept.missing or look.at - kept.at >= TRUSTED:
            self._want(cycle)
        return kept if current else replace(kept, current=False)

    def _ask(self, session: Session, at: datetime, last: Look | None) -> Look:
        quick = quick_stamp(session)
        whole = self._looked_whole
        if last is not None and quick == last.quick and whole is not None and at - whole < TRUSTED:
            look = replace(last, at=at)
        else:
            withheld = session.exec(select(Assignment.id).where(col(Assignment.withheld).is_(True)))
            look = Look(at, quick, tuple(shown_cycles(session)), frozenset(one or 0 for one in withheld))
            self._looked_whole = at
        with self._lock:
            self._look = look
        return look

    def _kept(self, cycle: Cycle) -> Known | None:
        with self._lock:
            kept = self._known.get(cycle.id or 0)
            if kept is not None:
                self._known.move_to_end(cycle.id or 0)
            return kept

    def _compute(self, cycle: Cycle, *, since: datetime | None = None, whole: bool = False) -> Known:
        """What is true now; `since`: what somebody else has computed from this moment on will do. `whole`: with every
        point of the trend, else with those at hand."""
        with self._computing:
            kept = self._kept(cycle)
            if since is not None and kept is not None and kept.at >= since:
                return kept
            with self._store.reading() as session:
                look = self._ask(session, self._now(), self._look)
                cycle = session.get_one(Cycle, cycle.id)
                board = Board(self._store, session, look.at)
                told = board.glance(cycle)
                cycles = board.cycles(cycle)
                at_once = whole and not self._patient
                points = board.trend(cycle) if at_once else self._at_hand(board, cycles, cycle)
                missing = len(cycles) - len(points)
                serial = kept.serial if kept is not None and kept.told is told else next(self._serials)
                known = Known(cycle, told, points, missing, look.at, look.quick, look.withheld, serial)
                self._keep(known)
                if whole and self._patient:
                    known = self._keep(replace(known, points=board.trend(cycle), missing=0))
            return known

    def _at_hand(self, board: Board, cycles: tuple[Cycle, ...], cycle: Cycle) -> tuple[TrendPoint, ...]:
        found = (board.point(one) if one.id == cycle.id else self._figures.last_point(one) for one in cycles)
        return tuple(point for point in found if point is not None)

    def _keep(self, known: Known) -> Known:
        with self._lock:
            self._known[known.cycle.id or 0] = known
            self._known.move_to_end(known.cycle.id or 0)
            while len(self._known) > 1 and sum(one.told.lines for one in self._known.values()) > KNOWN_LINES:
                self._known.popitem(last=False)
        return known

    def _want(self, cycle: Cycle) -> None:
        with self._wake:
            self._wanted[cycle.id or 0] = cycle
            if self._thread is None:
                self._thread = Thread(target=self._work, name="so-lieu", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._wanted:
                    self._wake.wait()
                cycle = self._wanted.pop(next(iter(self._wanted)))
            began = monotonic()
            try:
                self._compute(cycle, whole=True)
            except Exception:
                LOG.exception("the figures of %s could not be computed", cycle.code)
            took = monotonic() - began
            sleep(max(min(REST * took, LONGEST_REST), min(REST, 1.0) * took))
