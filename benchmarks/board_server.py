"""The pages as the benchmark of the board serves them: `portal.serve` on the benchmark's clock, and, as its baseline,
the same pages with every figure computed afresh for every page.

    python -m benchmarks.board_server --port 8091 --workers 2 [--afresh]
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic

import uvicorn
from fastapi import FastAPI
from sqlmodel import Session

from benchmarks.board_province import NOW
from models.cycle import Cycle
from models.rules.board.glance import Glance
from models.rules.board.trend import TrendPoint, trend_point
from portal.app import create_app
from portal.protocol import PatientOnlySoLong
from tasks.board import reading
from tasks.board.cache import Figures, Read
from tasks.office import open_office

AFRESH = "DONDOC_BENCH_AFRESH"


class Afresh(Figures):
    """Keeps nothing, and so need not ask what changed."""

    def stamps(self, session: Session, now: datetime) -> Mapping[int, int]:  # noqa: ARG002
        return defaultdict(int)

    def glance(self, session: Session, cycle: Cycle, stamp: int, now: datetime, read: Read) -> Glance:  # noqa: ARG002
        return read(session, cycle, now)

    def point(self, session: Session, cycle: Cycle, stamp: int, now: datetime, read: Read) -> TrendPoint:  # noqa: ARG002
        return trend_point(read(session, cycle, now), cycle.period)


def make_app() -> FastAPI:
    """The application of the settings in force, on a clock that begins when the last quarter is half reported."""
    if os.environ.get(AFRESH):
        nothing = Afresh()
        vars(reading)["figures_of"] = lambda _store: nothing
    office = open_office()
    office.calendar(NOW.date())
    began = monotonic()
    return create_app(office, lambda: NOW + timedelta(seconds=monotonic() - began))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--afresh", action="store_true")
    said = options.parse_args()
    if said.afresh:
        os.environ[AFRESH] = "1"
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
