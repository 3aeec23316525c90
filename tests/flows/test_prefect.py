"""The real Prefect: `dondoc up` brings up server, deployments and worker; a flow started in the UI runs.

One `dondoc up` serves all of it. It is also the guard of the pins: with a wrong FastAPI the server does not start,
with a wrong SQLAlchemy the scheduler creates no runs, without a word.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlmodel import select

from flows.prefect_server import free_port, is_ready
from models.codes import CycleState
from models.cycle import Cycle
from tasks.store import open_store

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(600)]
T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """A running `dondoc up`."""

    home: Path
    port: int
    process: subprocess.Popen[str]

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())


def wait_for(what: Callable[[], T | None], seconds: float = 120) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(1)
    raise AssertionError("hết thời gian chờ")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("up") / "home"
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))
    }
    environment |= {"DONDOC_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    run = [sys.executable, "-c", "from flows.cli import main; main()"]
    subprocess.run([*run, "setup"], env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        [*run, "up", "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("Giao diện:"):
                break
        else:
            logs = "\n".join(path.read_text() for path in (home / "nhat-ky").glob("*.log"))
            raise AssertionError(f"dondoc up không khởi động được:\n{logs}")
        yield Running(home, port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        process.stdout.close()
        assert not is_ready(port)


def test_deployments_are_there_with_their_vietnamese_words(up: Running) -> None:
    deployments = up.api("/deployments/filter", {})
    assert {d["name"] for d in deployments} == {
        "Mở kỳ",
        "Gửi yêu cầu",
        "Thu nhận",
        "Rà soát, đôn đốc",
        "Kiểm tra",
        "Tổng hợp",
    }
    flows = {f["name"] for f in up.api("/flows/filter", {})}
    assert {"Mở kỳ báo cáo", "Rà soát và đôn đốc"} <= flows
    opening = next(d for d in deployments if d["name"] == "Mở kỳ")
    form = opening["parameter_openapi_schema"]["definitions"]["OpenCycle"]["properties"]
    assert form["part"]["title"] == "Kỳ báo cáo"
    assert "now" not in form


def test_the_scheduler_creates_runs(up: Running) -> None:
    def scheduled() -> list[Any]:
        found: list[Any] = up.api(
            "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        )
        return [run for run in found if run["auto_scheduled"]]

    assert wait_for(scheduled)


def test_a_flow_started_in_the_ui_opens_a_cycle_and_says_so(up: Running) -> None:
    deployment = next(d for d in up.api("/deployments/filter", {}) if d["name"] == "Mở kỳ")
    run = up.api(
        f"/deployments/{deployment['id']}/create_flow_run",
        {"parameters": {"parameters": {"part": "Quý I", "year": 2026}}},
    )

    def finished() -> dict[str, Any] | None:
        state: dict[str, Any] = up.api(f"/flow_runs/{run['id']}")["state"]
        return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED") else None

    state = wait_for(finished, 180)
    assert state["type"] == "COMPLETED", state
    assert state["message"].startswith("Đã mở dự thảo kỳ bcd-quy-2026-Q1: số liệu chốt ngày 14/3/2026")
    store = open_store(f"sqlite:///{up.home / 'dondoc.sqlite3'}")
    with store.reading() as session:
        cycle = session.exec(select(Cycle).where(Cycle.code == "bcd-quy-2026-Q1")).one()
        assert cycle.state is CycleState.DRAFT
    store.engine.dispose()
    assert (up.home / "bao-cao" / "bcd-quy-2026-Q1" / "du-thao-cong-van-bcd-quy-2026-Q1.docx").exists()


def test_a_dead_worker_is_started_again(up: Running) -> None:
    def workers() -> list[int]:
        listed = subprocess.run(
            ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
        return [
            int(pid)
            for pid, ppid, command in rows
            if int(ppid) == up.process.pid and "worker start" in command
        ]

    (first,) = workers()
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: [pid for pid in workers() if pid != first])
