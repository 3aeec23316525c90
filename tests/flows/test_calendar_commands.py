"""The commands of the calendar, as a secretary types them; what goes on the server is tried in test_prefect."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows import clock
from flows.cli import cli
from flows.prefect_server import free_port
from models.time import VIETNAM

NOW = datetime(2026, 2, 20, 8, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Types a command at an office with nothing in it yet."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def say(*words: str) -> Any:
        return CliRunner().invoke(cli, ["calendar", *words])

    return say


def test_it_shows_what_opens_and_what_another_report_answers(said: Any) -> None:
    shown = said("show")
    assert shown.exit_code == 0
    for words in ("Quý I/2026", "02/3/2026", "20/3/2026", "báo cáo bcd-6-thang", "Năm 2027"):
        assert words in shown.output


def test_it_writes_the_calendar_file(said: Any, tmp_path: Path) -> None:
    file = tmp_path / "lich.ics"
    assert "Đã xuất lịch" in said("export", str(file)).output
    assert b"bcd-quy-2026-Q1-han-co-quan@dondoc" in file.read_bytes()


def test_without_a_server_it_says_what_to_do(tmp_path: Path) -> None:
    run = subprocess.run(  # a process of its own: it sets Prefect's environment
        [
            sys.executable,
            "-c",
            "from flows.cli import main; main()",
            "calendar",
            "apply",
            "--port",
            str(free_port()),
        ],
        env={"DONDOC_HOME": str(tmp_path / "home"), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1
    assert "Máy chủ Prefect không trả lời. Chạy dondoc up trước" in run.stderr
    assert "Traceback" not in run.stderr
