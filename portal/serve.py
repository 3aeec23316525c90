"""`dondoc portal`: the page behind a web server of its own, in as many processes as asked for.

Nothing heavy is imported here: each server process imports this module before it can say that it lives.
"""

import argparse
import gc
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import uvicorn

from portal.board_process import board_apart

if TYPE_CHECKING:
    from fastapi import FastAPI

    from tasks.office import Office

MOST_CONNECTIONS = 500
"""Of one process; who comes on top is told to come again (503)."""
SIGN_OF_LIFE_SECONDS = 60
"""A server process that says nothing for so long is replaced. A busy machine needs more than uvicorn's 5 seconds to
start one: it would be replaced for ever, and never serve."""


def _now() -> datetime:
    return datetime.now(UTC)


def make_app() -> "FastAPI":
    """The application of the settings in force: what each server process runs."""
    from portal.app import create_app
    from portal.board_apart import elsewhere

    app = create_app(_office(), _now, elsewhere())
    gc.freeze()  # what is here stays: no collection looks through it again
    return app


def keep_board(address: str) -> None:
    """What the process runs that keeps the board's figures."""
    from portal.board_apart import keep_figures

    keep_figures(address, _office(), _now)


def _office() -> "Office":
    from tasks.office import open_office
    from tasks.upkeep.logs import set_up_logs

    office = open_office()
    set_up_logs(office.settings)
    office.calendar(_now().date())  # reads the province's folder: not while the first visitor waits
    return office


def serve(host: str, port: int, workers: int, proxies: str) -> None:
    """Serve until stopped. There is no access log: the address of a page is its key.

    Several processes have one more beside them, which keeps the board's figures for all; one keeps them itself."""
    apart = [sys.executable, "-m", "portal.serve", "--keep-board"]
    with board_apart(apart) if workers > 1 else nullcontext():
        _serve(host, port, workers, proxies)


def _serve(host: str, port: int, workers: int, proxies: str) -> None:
    uvicorn.run(
        "portal.serve:make_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http="portal.protocol:PatientOnlySoLong",
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=proxies,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=10,
        timeout_graceful_shutdown=20,
        timeout_worker_healthcheck=SIGN_OF_LIFE_SECONDS,
        log_level="warning",
        log_config=None,
    )


def main() -> None:
    """What `dondoc portal` and `dondoc up` start."""
    options = argparse.ArgumentParser(prog="portal.serve", description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8080)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--proxies", default="127.0.0.1")
    options.add_argument("--keep-board", metavar="SOCKET")
    said = options.parse_args()
    if said.keep_board:
        keep_board(said.keep_board)
        return
    serve(said.host, said.port, said.workers, said.proxies)


if __name__ == "__main__":
    main()
