"""The doctor and a Prefect server that asks for a login."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tasks.upkeep.check import Standing
from tasks.upkeep.checks_outside import look_at_prefect

NOW = datetime(2026, 3, 18, 3, tzinfo=UTC)
LOGIN = "dondoc:mật khẩu: có dấu"


class Guarded(BaseHTTPRequestHandler):
    """As Prefect answers with PREFECT_SERVER_API_AUTH_STRING: its health to everybody, all else to who logs in."""

    def do_GET(self) -> None:
        self._answer(200, True)

    def do_POST(self) -> None:
        wanted = f"Basic {base64.b64encode(LOGIN.encode()).decode()}"
        if self.headers["Authorization"] != wanted:
            self._answer(401, {"exception_message": "Unauthorized"})
        else:
            self._answer(200, [{"last_heartbeat_time": NOW.isoformat()}])

    def _answer(self, code: int, content: object) -> None:
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Guarded) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/api"
        server.shutdown()
        thread.join()


def test_with_the_login_server_and_worker_are_found(api: str) -> None:
    assert [check.standing for check in look_at_prefect(api, NOW, LOGIN)] == [Standing.WELL, Standing.WELL]


@pytest.mark.parametrize("login", ["", "dondoc:sai"])
def test_without_it_the_doctor_says_which_setting(api: str, login: str) -> None:
    (check,) = look_at_prefect(api, NOW, login)
    assert check.standing is Standing.WRONG
    assert "PREFECT_API_AUTH_STRING" in check.do
    assert "sai" not in check.seen
