"""Logs for a person and for a collector."""

import json
import logging
from collections.abc import Iterator

import pytest

from tasks.settings import Settings
from tasks.upkeep.logs import set_up_logs


@pytest.fixture
def quiet_root(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    root = logging.getLogger()
    level = root.level
    monkeypatch.setattr(root, "handlers", [])
    yield root
    root.setLevel(level)


def test_one_object_a_line(quiet_root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
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


def test_lines_for_a_person(quiet_root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs(Settings())
    logging.getLogger("dondoc.thử").warning("chậm")
    logging.getLogger("httpx").info("GET https://api.example/token")
    err = capsys.readouterr().err
    assert "dondoc.thử WARNING chậm" in err
    assert "httpx" not in err
