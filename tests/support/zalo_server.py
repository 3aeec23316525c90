"""Zalo as its documents describe it, on this machine: template service, OA, bot and OAuth over real HTTP.

`orders` says what the next calls are answered with: a number (`error`, or the bot's `error_code`), "429", "503",
"html", "no error", "slow" (no answer in time) or "drop" (the call is taken, the connection closed); "" lets a call go
by. Everything else is answered as the documents say: an access token that is not in force with -124 or -216, a refresh
token that was used with -14014. What was taken stands in `taken`, whether or not it was answered.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

APP_ID, SECRET_KEY, BOT_TOKEN = "579321", "khoa-bi-mat-cua-ung-dung", "1234:bi-mat-cua-bot"
SLOW_SECONDS = 1.5


@dataclass
class Zalo:
    """The state of the services, and what a test may change in it."""

    orders: deque[Any] = field(default_factory=deque)
    oauth_orders: deque[Any] = field(default_factory=deque)
    taken: list[dict[str, Any]] = field(default_factory=list)
    updates: deque[Any] = field(default_factory=deque)
    access_token: str = "truy-cap-0"
    refresh_token: str = "lam-moi-0"
    expires_in: Any = "90000"
    refreshes: int = 0
    burned: list[str] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def settings(self) -> dict[str, str]:
        """The settings that lead here."""
        return dict.fromkeys(("zalo_zbs_api", "zalo_oa_api", "zalo_bot_api", "zalo_oauth_api"), self.url)

    def expire(self) -> None:
        """The access token that everybody has is not in force any more."""
        self.access_token = "truy-cap-het-han"

    def oauth(self, headers: Any, form: dict[str, str]) -> dict[str, Any]:
        """One refresh: the token works once."""
        with self.lock:
            if headers["secret_key"] != SECRET_KEY or form.get("app_id") != APP_ID:
                return {"error": -14004, "error_name": "Invalid secret key"}
            if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
                self.burned.append(form.get("refresh_token", ""))
                return {"error": -14014, "error_name": "Invalid refresh token"}
            self.refreshes += 1
            self.access_token = f"truy-cap-{self.refreshes}"
            self.refresh_token = f"lam-moi-{self.refreshes}"
            return {
                "access_token": self.access_token,
                "refresh_token": self.refresh_token,
                "expires_in": self.expires_in,
            }

    def open_api(self, path: str, headers: Any, body: dict[str, Any]) -> dict[str, Any]:
        """A template message or one of the OA."""
        template = path == "/message/template"
        if headers["access_token"] != self.access_token:
            return {"error": -124 if template else -216, "message": "Access token is invalid"}
        with self.lock:
            self.taken.append({"path": path, **body})
            key = "msg_id" if template else "message_id"
            return {"error": 0, "message": "Success", "data": {key: f"tin-{len(self.taken)}"}}

    def bot(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One method of the bot service."""
        token, _, method = path.removeprefix("/bot").partition("/")
        if token != BOT_TOKEN:
            return {"ok": False, "error_code": 401, "description": "Unauthorized"}
        if method == "getUpdates":
            if self.updates:
                return {"ok": True, "result": self.updates.popleft()}
            return {"ok": False, "error_code": 408, "description": "Request timeout"}
        with self.lock:
            self.taken.append({"path": f"/bot/{method}", **body})
            return {"ok": True, "result": {"message_id": f"tin-{len(self.taken)}", "date": 1749632637199}}

    def says(self, chat_id: str, text: str, chat_type: str = "PRIVATE") -> None:
        """Somebody writes to the bot."""
        self.updates.append(
            {
                "event_name": "message.text.received",
                "message": {
                    "from": {"id": chat_id, "display_name": "Ted", "is_bot": False},
                    "chat": {"id": chat_id, "chat_type": chat_type},
                    "text": text,
                    "message_id": "2d758cb5e222177a4e35",
                    "date": 1750316131602,
                },
            }
        )


class _Handler(BaseHTTPRequestHandler):
    zalo: Zalo

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        zalo = self.zalo
        is_oauth, is_bot = self.path == "/v4/oa/access_token", self.path.startswith("/bot")
        orders = zalo.oauth_orders if is_oauth else zalo.orders
        with zalo.lock:
            waiting = "getUpdates" not in self.path and orders
            order = orders.popleft() if waiting else None
        if order in ("429", "503", "500", "404"):
            return self.answer(int(order), "text/plain", b"")
        if order == "html":
            return self.answer(200, "text/html", b"<html>dang bao tri</html>")
        if order == "no error":
            return self.answer(200, "application/json", b'{"message": "?"}')
        if isinstance(order, int):
            told = (
                {"ok": False, "error_code": order} if is_bot else {"error": order, "message": f"loi {order}"}
            )
            return self.json(told)
        if is_oauth:
            form = {name: values[0] for name, values in parse_qs(content.decode()).items()}
            done = zalo.oauth(self.headers, form)
        elif is_bot:
            done = zalo.bot(self.path, json.loads(content))
        else:
            done = zalo.open_api(self.path, self.headers, json.loads(content))
        if order == "slow":
            time.sleep(SLOW_SECONDS)
        if order == "drop":
            self.close_connection = True
            return None
        return self.json(done)

    def json(self, body: dict[str, Any]) -> None:
        self.answer(200, "application/json", json.dumps(body, ensure_ascii=False).encode())

    def answer(self, status: int, kind: str, content: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # whoever asked has gone
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def zalo() -> Iterator[Zalo]:
    """All of Zalo's services on one port of this machine."""
    state = Zalo()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"zalo": state}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()
