"""Figures kept in memory, each process its own, while nothing changes (tasks.board.stamp says what is asked).

The stamp is read before the figures are: they may be newer than it says, never older. Whatever the quick look could
not see is looked for exactly at least once in `TRUSTED`.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from sqlmodel import Session

from models.cycle import Cycle
from models.rules.board.glance import Glance
from models.rules.board.trend import TrendPoint, trend_point
from models.time import local_day
from tasks.board.stamp import Stamp, own_stamps, quick_stamp
from tasks.store import Store

TRUSTED = timedelta(seconds=30)
"""How long an unchanged quick stamp is believed without the exact look."""
KEPT_LINES = 50_000
"""Assignments and agencies of the cycles whose full figures are kept, the cycle last computed always; of the others
the point in the trend. Sixteen cycles of a province, one of a country."""
LARGE = 2_500
"""Lines from which a cycle that is computed for its point alone is not kept."""

Read = Callable[[Session, Cycle, datetime], Glance]
Key = tuple[int, date]
"""What figures were computed from: the cycle's own stamp, and the local day on which one looks."""


@dataclass
class _Point:
    """A cycle's point in the trend; the lock lets one of many who look at once compute, while the others wait."""

    lock: Lock = field(default_factory=Lock)
    key: Key | None = None
    point: TrendPoint | None = None


class Figures:
    """The figures of the cycles of one database."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._quick: Stamp = ()
        self._looked_at: datetime | None = None
        self._own: Mapping[int, int] = {}
        self._points: dict[int, _Point] = {}
        self._glances: OrderedDict[int, tuple[Key, Glance]] = OrderedDict()

    def stamps(self, session: Session, now: datetime) -> Mapping[int, int]:
        """Cycle id -> its stamp as of now. To be asked first; figures are then asked for by it."""
        quick = quick_stamp(session)
        with self._lock:
            trusted = self._looked_at is not None and now - self._looked_at < TRUSTED
            if quick != self._quick or not trusted:
                self._own = own_stamps(session)
                self._quick, self._looked_at = quick, now
            return self._own

    def glance(self, session: Session, cycle: Cycle, stamp: int, now: datetime, read: Read) -> Glance:
        """The cycle's figures, computed by `read` where they are not at hand."""
        key = (stamp, local_day(now))
        kept = self._kept(cycle, key)
        if kept is not None:
            return kept
        with self._entry(cycle).lock:
            return self._kept(cycle, key) or self._compute(session, cycle, now, key, read)

    def point(self, session: Session, cycle: Cycle, stamp: int, now: datetime, read: Read) -> TrendPoint:
        """The cycle's point in the trend."""
        key = (stamp, local_day(now))
        entry = self._entry(cycle)
        with entry.lock:
            if entry.key != key or entry.point is None:
                told = self._kept(cycle, key) or self._compute(session, cycle, now, key, read, for_point=True)
                entry.key, entry.point = key, trend_point(told, cycle.period)
            return entry.point

    def last_point(self, cycle: Cycle) -> TrendPoint | None:
        """The point as it was last computed, whatever has changed since."""
        return self._entry(cycle).point

    def _entry(self, cycle: Cycle) -> _Point:
        with self._lock:
            return self._points.setdefault(cycle.id or 0, _Point())

    def _kept(self, cycle: Cycle, key: Key) -> Glance | None:
        with self._lock:
            found = self._glances.get(cycle.id or 0)
            if found is None or found[0] != key:
                return None
            self._glances.move_to_end(cycle.id or 0)
            return found[1]

    def _compute(
        self, session: Session, cycle: Cycle, now: datetime, key: Key, read: Read, *, for_point: bool = False
    ) -> Glance:
        told = read(session, cycle, now)
        if for_point and told.lines > LARGE:
            return told
        with self._lock:
            self._glances[cycle.id or 0] = (key, told)
            self._glances.move_to_end(cycle.id or 0)
            while len(self._glances) > 1 and sum(one.lines for _, one in self._glances.values()) > KEPT_LINES:
                self._glances.popitem(last=False)
        return told


_OF_STORES: WeakKeyDictionary[Store, Figures] = WeakKeyDictionary()
_LOCK = Lock()


def figures_of(store: Store) -> Figures:
    """The figures kept of this store's database."""
    with _LOCK:
        return _OF_STORES.setdefault(store, Figures())
