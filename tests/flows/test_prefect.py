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
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlmodel import select

from flows import clock
from flows.prefect_apply import listed_deployments
from flows.prefect_calendar import apply_calendar, run_name, slug_of
from flows.prefect_server import free_port, is_ready
from models.codes import CycleState
from models.cycle import Cycle
from models.history import Audit
from models.time import local_day
from tasks.console.calendar_days import calendar_entries
from tasks.office import open_office
from tasks.reminders.incidents import ACT
from tasks.settings import Settings
from tasks.steps import open_step
from tasks.store import open_store
from tasks.upkeep.check import Check, Standing
from tasks.upkeep.checks_outside import look_at_portal, look_at_prefect

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("up"),  # they share one running server
]
T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """A running `dondoc up`."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    pages: int
    failing: str = ""
    """A run that was started to fail while others are tried: each run costs seconds."""

    def api(self, path: str, body: Any = None, method: str | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        for wait in (1, 2, 4, 0):  # 503: its SQLite is busy, and the UI asks again, too
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    content = answer.read()
                    return json.loads(content) if content else None
            except urllib.error.HTTPError as refused:
                if refused.code != 503 or not wait:
                    raise
                time.sleep(wait)
        raise AssertionError("ends in the loop")


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
    port, pages = free_port(), free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))
    }
    environment |= {"DONDOC_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    run = [sys.executable, "-c", "from flows.cli import main; main()"]
    subprocess.run([*run, "setup"], env=environment, check=True, capture_output=True)
    process = subprocess.Popen(
        [*run, "up", "--port", str(port), "--portal-port", str(pages)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("Giao diện:"):
                break
        else:
            logs = "\n".join(path.read_text() for path in (home / "nhat-ky").glob("*.log"))
            raise AssertionError(f"dondoc up không khởi động được:\n{logs}")
        running = Running(home, port, process, pages)
        yield replace(running, failing=start(running, "Tổng hợp", cycle="khong-co"))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        process.stdout.close()
        assert not is_ready(port)


def deployment(up: Running, name: str) -> dict[str, Any]:
    return next(one for one in up.api("/deployments/filter", {}) if one["name"] == name)


def start(up: Running, name: str, **form: Any) -> str:
    """Start a deployment as the form in the UI does; the run's id."""
    address = f"/deployments/{deployment(up, name)['id']}/create_flow_run"
    run: str = up.api(address, {"parameters": {"parameters": form}})["id"]
    return run


def rested(up: Running, run: str, *kinds: str) -> dict[str, Any]:
    """The run's state once it is one of these kinds."""

    def state() -> dict[str, Any] | None:
        found: dict[str, Any] = up.api(f"/flow_runs/{run}")["state"]
        return found if found["type"] in kinds else None

    return wait_for(state, 180)


def test_deployments_are_there_with_their_vietnamese_words(up: Running) -> None:
    deployments = up.api("/deployments/filter", {})
    assert {d["name"] for d in deployments} == listed_deployments()
    flows = {f["name"] for f in up.api("/flows/filter", {})}
    assert {"Mở kỳ báo cáo", "Rà soát và đôn đốc"} <= flows
    forms = {d["name"]: d["parameter_openapi_schema"]["definitions"] for d in deployments}
    form = forms["Mở kỳ báo cáo"]["OpenCycle"]["properties"]
    assert form["part"]["title"] == "Kỳ báo cáo"
    assert form["regime"]["enum"] == ["theo loại kỳ", "bcd-quy", "bcd-6-thang", "bcd-nam"]
    assert "SNV · Sở Nội vụ" in forms["Gửi yêu cầu"]["Dispatch"]["properties"]["agencies"]["items"]["enum"]
    automations = {one["name"] for one in up.api("/automations/filter", {})}
    assert {f"dondoc: luồng việc {what}" for what in ("chạy lỗi", "chậm giờ", "treo")} <= automations


def test_the_doctor_finds_server_worker_and_pages(up: Running) -> None:
    def well() -> list[Check]:
        checks = list(look_at_prefect(f"http://127.0.0.1:{up.port}/api", datetime.now(UTC)))
        return checks if all(check.standing is Standing.WELL for check in checks) else []

    prefect = wait_for(well)
    assert [check.name for check in prefect] == ["Máy chủ Prefect", "Bộ thực hiện"]
    address = f"http://127.0.0.1:{up.pages}"

    def knocked() -> Check | None:
        check = look_at_portal(Settings(home=up.home, portal_url=address))
        return (
            None if check.standing is Standing.WRONG else check
        )  # they come up a little later than the rest

    pages = wait_for(knocked)
    assert "không mã hóa" in pages.seen
    with urllib.request.urlopen(f"{address}/thu-ky", timeout=30) as door:
        assert "Đăng nhập" in door.read().decode()


def test_the_scheduler_creates_runs(up: Running) -> None:
    def scheduled() -> list[Any]:
        found: list[Any] = up.api(
            "/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
        )
        return [run for run in found if run["auto_scheduled"]]

    assert wait_for(scheduled)


def test_the_calendar_is_there_as_runs_with_names_and_applying_it_again_changes_nothing(up: Running) -> None:
    office = open_office(Settings(home=up.home))
    opening = deployment(up, "Mở kỳ báo cáo")["id"]

    def apply(*, dry_run: bool = False) -> str:
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{up.port}/api"}):
            return apply_calendar(office, clock.now(), dry_run=dry_run)[0]

    def coming() -> list[tuple[str, str]]:
        runs = up.api(
            "/flow_runs/filter",
            {
                "deployments": {"id": {"any_": [opening]}},
                "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
            },
        )
        return sorted((run["name"], run["expected_start_time"]) for run in runs if run["auto_scheduled"])

    today = local_day(clock.now())
    entries = [
        entry for entry in calendar_entries(office, today) if entry.opens and entry.opens_at > clock.now()
    ]
    assert [name for name, _ in coming()] == sorted(run_name(entry) for entry in entries)
    assert datetime.fromisoformat(dict(coming())[run_name(entries[-1])]) == entries[-1].opens_at
    assert apply().startswith("Đã thêm 0, sửa 0, bỏ 0 lịch mở kỳ")

    schedules = up.api(f"/deployments/{opening}/schedules")
    by_slug = {schedule["slug"]: schedule for schedule in schedules}
    one = by_slug[slug_of(entries[-1])]
    up.api(f"/deployments/{opening}/schedules/{one['id']}", method="DELETE")
    hand_made = {
        "schedule": {"cron": "0 8 1 1 *", "timezone": "Asia/Ho_Chi_Minh"},
        "active": False,
        "slug": "cua-toi",
    }
    up.api(f"/deployments/{opening}/schedules", [hand_made])
    assert apply(dry_run=True).startswith("Sẽ thêm 1, sửa 0, bỏ 0")
    assert apply().startswith("Đã thêm 1, sửa 0, bỏ 0")
    assert {schedule["slug"] for schedule in up.api(f"/deployments/{opening}/schedules")} == {
        *by_slug,
        "cua-toi",
    }
    office.store.engine.dispose()


def test_a_flow_started_in_the_ui_opens_a_cycle_and_says_so(up: Running) -> None:
    run = start(up, "Mở kỳ báo cáo", part="Quý I", year=2026)
    state = rested(up, run, "COMPLETED", "FAILED", "CRASHED")
    assert state["type"] == "COMPLETED", state
    assert state["message"].startswith("Đã mở dự thảo kỳ bcd-quy-2026-Q1: số liệu chốt ngày 14/3/2026")
    assert up.api(f"/flow_runs/{run}")["name"] == "Mở kỳ Quý I/2026"
    store = open_store(f"sqlite:///{up.home / 'dondoc.sqlite3'}")
    with store.reading() as session:
        cycle = session.exec(select(Cycle).where(Cycle.code == "bcd-quy-2026-Q1")).one()
        assert cycle.state is CycleState.DRAFT
    store.engine.dispose()
    assert (up.home / "bao-cao" / "bcd-quy-2026-Q1" / "du-thao-cong-van-bcd-quy-2026-Q1.docx").exists()


def test_a_release_waits_for_a_person_asks_again_what_was_wrong_and_is_in_the_audit_trail(
    up: Running,
) -> None:
    office = open_office(Settings(home=up.home))
    code = open_step(office, "2026-H1", clock.now()).cycle
    run = start(up, "Phát hành kỳ báo cáo", cycle=code)
    rested(up, run, "PAUSED")
    said = {"approver": "Lường Thị Trưởng", "number": "31-CV/BCĐ", "signed_on": "2099-01-05", "confirm": True}
    up.api(f"/flow_runs/{run}/resume", {"run_input": said})

    def second_form() -> bool:
        found = up.api(f"/flow_runs/{run}")
        return found["state"]["type"] == "PAUSED" and len(found["empirical_policy"]["pause_keys"]) == 2

    wait_for(second_form, 120)
    asked = json.dumps(
        up.api(f"/flow_runs/{run}/input/filter", {"prefix": "", "limit": 20}), ensure_ascii=False
    )
    assert "ở tương lai" in asked
    up.api(f"/flow_runs/{run}/resume", {"run_input": {**said, "signed_on": "2026-01-05"}})
    state = rested(up, run, "COMPLETED", "FAILED", "CRASHED")
    assert state["message"].startswith(f"Kỳ {code} phát hành theo công văn số 31-CV/BCĐ ngày 05/01/2026")
    with office.store.reading() as session:
        assert session.exec(select(Cycle).where(Cycle.code == code)).one().state is CycleState.RELEASED
        act = session.exec(select(Audit).where(Audit.act == "phat-hanh-ky")).one()
        assert act.actor == "Lường Thị Trưởng (giao diện Prefect)"
    office.store.engine.dispose()


def test_a_failed_run_is_told_to_the_secretariat(up: Running) -> None:
    state = rested(up, up.failing, "COMPLETED", "FAILED", "CRASHED")
    assert "Không có kỳ báo cáo 'khong-co'" in state["message"]
    store = open_store(f"sqlite:///{up.home / 'dondoc.sqlite3'}")

    def told() -> list[Audit]:
        with store.reading() as session:
            found = session.exec(select(Audit).where(Audit.act == ACT)).all()
            return [
                Audit(**act.model_dump()) for act in found if (act.after or {})["luồng việc"] == "Tổng hợp"
            ]

    (act,) = wait_for(told, 120)
    assert act.after is not None
    assert act.after["nội dung"].startswith("Không có kỳ báo cáo 'khong-co'")
    assert act.after["sự cố"] == "lỗi"
    store.engine.dispose()


@pytest.mark.parametrize("part", ["worker start", "portal.serve"])
def test_a_dead_part_is_started_again(up: Running, part: str) -> None:
    def processes() -> list[int]:
        listed = subprocess.run(
            ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()[1:]]
        return [int(pid) for pid, ppid, command in rows if int(ppid) == up.process.pid and part in command]

    def pages_answer() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{up.pages}/robots.txt", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    # A killed worker takes its runs along: none may be under way that another test waits for, whatever the order.
    rested(up, up.failing, "COMPLETED", "FAILED", "CRASHED")
    (first,) = processes()
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: [pid for pid in processes() if pid != first])
    assert wait_for(pages_answer)
