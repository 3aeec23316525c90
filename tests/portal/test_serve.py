"""`dondoc portal` as it is run: processes of its own, the settings of the environment, stopped by a signal."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.portal_process import portal_command, start_portal
from flows.prefect_server import free_port, stop
from models.codes import BoardLinkKind
from models.rules.links import link_token
from portal.board_process import SOCKET, board_apart
from tasks.board.links import given, make_link
from tasks.settings import CHECKOUT


def wait_for(address: str, log: Path) -> httpx.Response:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            return httpx.get(address, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def children_of(pid: int) -> list[tuple[int, str]]:
    """The processes that a process and its threads have started: number and command line."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            command = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            found.append((int(child), command))
    return found


def environment(province: Any) -> dict[str, str]:
    return {
        "DONDOC_HOME": str(province.office.settings.home),
        "DONDOC_PROFILE": str(CHECKOUT / "deployments" / "dien-bien"),
        "PATH": os.environ["PATH"],
    }


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_command_serves_the_page_until_it_is_stopped(few: Any, tmp_path: Path, workers: str) -> None:
    token = link_token(few.request_id("SNV"), 1, few.office.key)
    with few.store.writing() as session:
        link = make_link(
            session, BoardLinkKind.PAGE, "Chủ tịch", None, actor="Lãnh đạo", now=datetime.now(UTC)
        )
        session.flush()
        board = given(link, few.office, datetime.now(UTC)).token
    port, log = free_port(), tmp_path / "portal.log"
    program = "from flows.cli import main; main()"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", program, "portal", "--port", str(port), "--workers", workers],
            env=environment(few),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=tmp_path,
        )
    try:
        page = wait_for(f"http://127.0.0.1:{port}/y/{token}", log)
        assert page.status_code == 200
        assert "Sở Nội vụ" in page.text
        assert "server" not in page.headers
        assert "Đã nhận báo cáo" in httpx.get(f"http://127.0.0.1:{port}/xem/{board}", timeout=60).text
        # of two, a process apart keeps the figures
        left = [one for one in children_of(process.pid) if "--keep-board" in one[1]]
        assert len(left) == (1 if workers == "2" else 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
        assert token not in log.read_text(encoding="utf-8")
        until = time.monotonic() + 20
        while any(Path(f"/proc/{one[0]}").exists() for one in left) and time.monotonic() < until:
            time.sleep(0.05)
        assert not [one for one in left if Path(f"/proc/{one[0]}").exists()]
    finally:
        stop(process)


def test_the_process_apart_is_started_again_and_ends_with_the_others(tmp_path: Path) -> None:
    """In the figures' process's place one that says that it lives, ends once, and then lives while it is wanted."""
    said = tmp_path / "said"
    program = (
        "import os, sys\n"
        f"with open({str(said)!r}, 'a') as file: print(os.getpid(), sys.argv[-1], file=file)\n"
        f"if len(open({str(said)!r}).readlines()) > 1: sys.stdin.read()\n"
    )
    with board_apart([sys.executable, "-S", "-c", program]):
        address = os.environ[SOCKET]
        until = time.monotonic() + 60
        while not said.exists() or len(said.read_text().splitlines()) < 2:
            assert time.monotonic() < until
            time.sleep(0.02)
    lives = [line.split() for line in said.read_text().splitlines()]
    assert [one[1] for one in lives] == [address] * 2
    assert not Path(f"/proc/{lives[1][0]}").exists()
    assert SOCKET not in os.environ
    assert not Path(address).parent.exists()


def test_dondoc_up_runs_it_beside_the_rest(few: Any, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "nhat-ky" / "portal.log"
    process = start_portal(environment(few), port, log)
    try:
        assert wait_for(f"http://127.0.0.1:{port}/robots.txt", log).status_code == 200
    finally:
        stop(process)
    assert process.returncode is not None


def test_wrong_settings_are_told_before_anything_is_started(tmp_path: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "portal"],
        env={"DONDOC_HOME": str(tmp_path / "home"), "PATH": "", "DONDOC_PORTAL_URL": "bao-cao.example"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 1
    assert "DONDOC_PORTAL_URL" in shown.stderr


def test_the_command_line_of_the_process_is_whole() -> None:
    words = portal_command("0.0.0.0", 8080, 4, "10.0.0.1")
    assert words[1:] == [
        "-m",
        "portal.serve",
        "--host",
        "0.0.0.0",
        "--port",
        "8080",
        "--workers",
        "4",
        "--proxies",
        "10.0.0.1",
    ]
