"""The board read from the database: a cycle at a glance, and the cycles of its regime beside each other."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import CycleState
from models.cycle import Cycle
from models.directory import AgencyGroup
from models.rules.board.glance import Glance, glance
from models.rules.board.trend import CYCLES, TrendPoint
from models.time import local_day
from tasks.board.cache import figures_of
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import CycleFault, find_cycle
from tasks.cycle.light import LIGHT
from tasks.store import Store


def read_glance(session: Session, cycle: Cycle, now: datetime) -> Glance:
    """The figures of one cycle, computed afresh."""
    names = {group.code: group.name for group in session.exec(select(AgencyGroup))}
    return glance(read_cycle(session, cycle), names, local_day(now))


class Board:
    """One look at the board: no figure in it is older than the look."""

    def __init__(self, store: Store, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._figures = figures_of(store)
        self._stamps = self._figures.stamps(session, now)

    def glance(self, cycle: Cycle) -> Glance:
        """A cycle at a glance; kept in memory while nothing changes."""
        return self._figures.glance(self._session, cycle, self._stamp(cycle), self._now, read_glance)

    def trend(self, cycle: Cycle) -> tuple[TrendPoint, ...]:
        """The points of the cycles of the same regime up to this one, oldest first, this one last."""
        return tuple(self.point(one) for one in self.cycles(cycle))

    def point(self, cycle: Cycle) -> TrendPoint:
        """A cycle's point in the trend; kept in memory while nothing changes."""
        return self._figures.point(self._session, cycle, self._stamp(cycle), self._now, read_glance)

    def cycles(self, cycle: Cycle) -> tuple[Cycle, ...]:
        """The cycles that a trend up to this one has, oldest first."""
        cycles = self._session.exec(
            select(Cycle)
            .where(
                Cycle.regime_code == cycle.regime_code,
                Cycle.state != CycleState.DRAFT,
                col(Cycle.cut_off) <= cycle.cut_off,
            )
            .order_by(col(Cycle.cut_off).desc(), col(Cycle.id).desc())
            .limit(CYCLES)
            .options(LIGHT)
        ).all()
        return tuple(reversed(cycles))

    def _stamp(self, cycle: Cycle) -> int:
        # A cycle that was opened after the stamps were read is not released yet, and so is not shown.
        return self._stamps[cycle.id or 0]


def shown_cycles(session: Session) -> list[Cycle]:
    """The cycles that the board has, the latest first: a draft asks nobody and has no figures."""
    return list(
        session.exec(
            select(Cycle)
            .where(Cycle.state != CycleState.DRAFT)
            .order_by(col(Cycle.released_at).desc(), col(Cycle.id).desc())
            .options(LIGHT)
        )
    )


def shown_cycle(session: Session, code: str = "") -> Cycle:
    """The cycle of this code, or the one that was released last. CycleFault when there is none to show."""
    if not code:
        cycles = shown_cycles(session)
        if not cycles:
            raise CycleFault("Chưa có kỳ báo cáo nào được phát hành nên bảng theo dõi chưa có số liệu.")
        return cycles[0]
    cycle = find_cycle(session, code)
    if cycle.state == CycleState.DRAFT:
        raise CycleFault(f"Kỳ {code} còn là dự thảo, chưa có số liệu để theo dõi.")
    return cycle
