"""The pages as the benchmarks of the board serve them: `portal.serve` on the benchmark's clock, and, as their baseline,
the same pages with every figure computed afresh for every page.

    python -m benchmarks.board_server --port 8091 --workers 2 [--afresh]
"""

import argparse
import os
import sys
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from time import monotonic

import uvicorn
from fastapi import FastAPI

from models.cycle import Cycle
from models.rules.board.trend import trend_point
from models.time import at_hour
from portal.board_apart import elsewhere, keep_figures
from portal.board_process import board_apart
from portal.board_shelf import Shelf
from portal.board_view import Place
from portal.protocol import PatientOnlySoLong
from tasks.board.keeper import Keeper, Known, Look
from tasks.board.reading import Board, read_glance
from tasks.office import Office, open_office

NOW = at_hour(date(2026, 12, 23), 9)
"""The last quarter is half reported."""
AFRESH = "DONDOC_BENCH_AFRESH"
_BEGAN = monotonic()


class Afresh(Keeper):
    """Keeps nothing: reads and computes the cycle and every cycle of its trend."""

    def known(self, cycle: Cycle, look: Look, acted: datetime | None = None) -> Known:  # noqa: ARG002
        with self._store.reading() as session:
            cycles = Board(self._store, session, look.at).cycles(cycle)
            told = read_glance(session, session.get_one(Cycle, cycle.id), look.at)
            points = tuple(trend_point(read_glance(session, one, look.at), one.period) for one in cycles[:-1])
        points += (trend_point(told, cycle.period),)
        return Known(cycle, told, points, 0, look.at, look.quick, look.withheld, next(self._serials))


def now() -> datetime:
    """A clock that begins when the last quarter is half reported."""
    return NOW + timedelta(seconds=monotonic() - _BEGAN)


def make_app() -> FastAPI:
    """The application of the settings in force."""
    from portal.app import create_app  # not in the process that keeps the figures, which has no use for it

    office = _office()
    if os.environ.get(AFRESH):
        return create_app(office, now, Shelf(Afresh(office.store, now), Place(office, ""), kept=0).answer)
    return create_app(office, now, elsewhere())


def _office() -> Office:
    office = open_office()
    office.calendar(NOW.date())
    return office


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--afresh", action="store_true")
    options.add_argument("--keep-board")
    said = options.parse_args()
    if said.keep_board:
        keep_figures(said.keep_board, _office(), now)
        return
    if said.afresh:
        os.environ[AFRESH] = "1"
    apart = [sys.executable, "-m", "benchmarks.board_server", "--keep-board"]
    with nullcontext() if said.afresh or said.workers == 1 else board_apart(apart):
        uvicorn.run(
            "benchmarks.board_server:make_app",
            factory=True,
            host="127.0.0.1",
            port=said.port,
            workers=said.workers,
            http=PatientOnlySoLong,
            ws="none",
            lifespan="off",
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            timeout_worker_healthcheck=60,  # on a busy machine starting takes longer than the 5 s that uvicorn waits
            log_level="warning",
        )


if __name__ == "__main__":
    main()
