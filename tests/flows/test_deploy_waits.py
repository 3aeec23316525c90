"""`dondoc deploy` waits for a server that somebody else starts, and does it again when that one went away meanwhile."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from flows import prefect_server, up
from flows.prefect_server import ServerFault


class _Starting(BaseHTTPRequestHandler):
    """A server's /api/health: it does not answer well before the third time."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += self.path == "/api/health"
        self.send_response(200 if self.asked > 2 else 503)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def api_url() -> Iterator[str]:
    _Starting.asked = 0
    server = HTTPServer(("127.0.0.1", 0), _Starting)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How each try ends, from the last: False fails. Every try finds a server that answers."""
    ends: list[bool] = []

    def deploy(_environment: dict[str, str], log: Path) -> None:
        assert _Starting.asked > 2
        if not ends.pop():
            raise ServerFault(f"Lệnh prefect deploy không thành công; xem {log}.")

    monkeypatch.setattr(up, "deploy", deploy)
    monkeypatch.setattr(up, "AGAIN_SECONDS", 0.01)
    return ends


def test_it_waits_until_the_server_answers(api_url: str, tried: list[bool], tmp_path: Path) -> None:
    tried += [True]
    up.deploy_there(api_url, tmp_path / "deploy.log")
    assert not tried


def test_a_server_that_went_away_is_tried_again(
    api_url: str, tried: list[bool], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tried += [True, False, False]
    up.deploy_there(api_url, tmp_path / "deploy.log")
    assert not tried
    assert capsys.readouterr().out.count("Làm lại khi máy chủ trả lời") == 2


def test_what_fails_each_time_is_said(api_url: str, tried: list[bool], tmp_path: Path) -> None:
    tried += [True, *[False] * up.TRIES]
    with pytest.raises(ServerFault, match=r"deploy\.log"):
        up.deploy_there(api_url, tmp_path / "deploy.log")
    assert tried == [True]


def test_a_server_that_never_answers_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prefect_server, "READY_SECONDS", 0)
    with pytest.raises(ServerFault, match=r"http://127\.0\.0\.1:9/api.*chưa trả lời"):
        up.deploy_there("http://127.0.0.1:9/api", tmp_path / "deploy.log")
