"""Answers kept while nothing changes: what was made once is not made again for the next reader.

What is kept is the same for everybody who may see it; who may is decided before anything is asked here.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

from models.cycle import Cycle
from models.rules.board.trend import TrendPoint
from portal import board_view
from portal.board_ask import Answer, Ask
from portal.board_view import NO_CYCLE, Place
from tasks.board.keeper import Keeper, Known, Look

KEPT_BYTES = 24_000_000
"""Of answers, in one process."""
LARGEST = 2_000_000
"""Bytes of one answer that is kept."""
NOTHING_YET = "Chưa có kỳ báo cáo nào được phát hành nên bảng theo dõi chưa có số liệu."
_OF_FIGURES = frozenset({"board", "file", "figures", "agencies", "assignments", "indicators"})
"""Answers that rest on the figures and the cycles alone; the others look into the database as well."""


@dataclass(frozen=True)
class _Entry:
    """An answer, and what it was made of: the figures by their number, for they are large."""

    answer: Answer
    serial: int
    points: tuple[TrendPoint, ...]
    look: Look

    def holds(self, ask: Ask, known: Known, look: Look) -> bool:
        """Whether it would be made again as it is."""
        return (
            self.serial == known.serial
            and self.points == known.points
            and (self.look.quick == look.quick if ask.page not in _OF_FIGURES else True)
            and (self.look.cycles is look.cycles or _names(self.look.cycles) == _names(look.cycles))
        )


def _names(cycles: Sequence[Cycle]) -> list[tuple[str, str, str]]:
    return [(one.code, one.name, one.state) for one in cycles]


class Shelf:
    """The answers of one office's board. `kept`: bytes of answers at most; 0: every answer is made anew."""

    def __init__(self, keeper: Keeper, place: Place, kept: int = KEPT_BYTES) -> None:
        self._keeper, self._place, self._most = keeper, place, kept
        self._lock = Lock()
        self._entries: OrderedDict[Ask, _Entry] = OrderedDict()
        self._making: dict[Ask, Lock] = {}
        self._bytes = 0

    def answer(self, ask: Ask) -> Answer:
        """What is to be said to one who asks."""
        look = self._keeper.look(now=ask.at_desk)
        cycle = _cycle(look, ask.code)
        if cycle is None:
            return Answer(404, refused=NO_CYCLE if ask.code else NOTHING_YET)
        known = self._keeper.known(cycle, look, ask.acted)
        answer = self._kept(ask, known, look) or self._made(ask, known, look)
        return answer if known.current else replace(answer, known_at=known.at)

    def _made(self, ask: Ask, known: Known, look: Look) -> Answer:
        """Of many who ask the same at once one makes it, the others wait."""
        with self._lock:
            making = self._making.setdefault(ask, Lock())
        try:
            with making:
                answer = self._kept(ask, known, look)
                if answer is None:
                    answer = board_view.make(self._place, ask, known, look.cycles)
                    self._keep(ask, _Entry(answer, known.serial, known.points, look))
                return answer
        finally:
            with self._lock:
                self._making.pop(ask, None)

    def _kept(self, ask: Ask, known: Known, look: Look) -> Answer | None:
        with self._lock:
            entry = self._entries.get(ask)
            if entry is None:
                return None
            self._entries.move_to_end(ask)
        return entry.answer if entry.holds(ask, known, look) else None

    def _keep(self, ask: Ask, entry: _Entry) -> None:
        size = len(entry.answer.body)
        with self._lock:
            last = self._entries.pop(ask, None)
            self._bytes -= len(last.answer.body) if last else 0
            if size > min(self._most, LARGEST):
                return
            self._entries[ask] = entry
            self._bytes += size
            while self._bytes > self._most:
                _, gone = self._entries.popitem(last=False)
                self._bytes -= len(gone.answer.body)


def _cycle(look: Look, code: str) -> Cycle | None:
    if not code:
        return look.cycles[0] if look.cycles else None
    return next((one for one in look.cycles if one.code == code), None)
