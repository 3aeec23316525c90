"""Logs for a person and for a collector."""

import json
import logging

import pytest

from tasks.settings import Settings
from tasks.upkeep.logs import set_up_logs


def quiet_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """The root logger as a fresh process has it; pytest puts its own handlers there for each test."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr(logging.getLogger(), "level", logging.WARNING)


def test_one_object_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    quiet_root(monkeypatch)
    set_up_logs(Settings(log_format="json"))
    set_up_logs(Settings(log_format="json"))
    log = logging.getLogger("dondoc.thử")
    log.info("gửi %d thư\ntới đơn vị", 3)
    try:
        raise ValueError("hỏng")
    except ValueError:
        log.exception("vấp")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["level"], first["logger"], first["message"]) == (
        "info",
        "dondoc.thử",
        "gửi 3 thư\ntới đơn vị",
    )
    assert first["at"].endswith("+00:00")
    assert "ValueError: hỏng" in second["traceback"]


def test_lines_for_a_person(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    quiet_root(monkeypatch)
    set_up_logs(Settings())
    logging.getLogger("dondoc.thử").warning("chậm")
    logging.getLogger("httpx").info("GET https://api.example/token")
    err = capsys.readouterr().err
    assert "dondoc.thử WARNING chậm" in err
    assert "httpx" not in err
