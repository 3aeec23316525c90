"""`dondoc up`, `portal` and `deploy` refuse before they start anything, and say what to do."""

import os
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flows import up
from flows.cli import cli
from tasks.migrate import schema_version, upgrade
from tasks.settings import Settings
from tasks.store import open_store


@pytest.fixture(autouse=True)
def _nothing_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def started(*_words: Any, **_how: Any) -> None:
        raise AssertionError("a process was started")

    for starter in ("start_server", "start_portal", "prefect", "python"):
        monkeypatch.setattr(up, starter, started)
    monkeypatch.setattr(os, "execv", started)
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")


@pytest.mark.parametrize("command", ["up", "portal", "deploy"])
def test_an_old_schema_is_refused_with_what_to_run(command: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    store = open_store(settings.engine_url)
    upgrade(store, "0003")
    result = CliRunner().invoke(cli, [command])
    assert result.exit_code == 1
    assert "Hãy sao lưu rồi chạy: dondoc db upgrade" in result.output
    assert schema_version(store) == "0003"
    store.engine.dispose()


@pytest.mark.parametrize("option", ["--port", "--portal-port"])
def test_a_port_that_is_taken_is_refused_with_what_to_look_for(option: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        free = {"--port": "--portal-port", "--portal-port": "--port"}[option]
        with socket.socket() as spare:
            spare.bind(("127.0.0.1", 0))
            result = CliRunner().invoke(cli, ["up", option, str(port), free, str(spare.getsockname()[1])])
    assert result.exit_code == 1
    assert f"Cổng {port} đã có chương trình khác dùng" in result.output
    assert "pgrep -af" in result.output
    assert f"dondoc up {option}" in result.output
