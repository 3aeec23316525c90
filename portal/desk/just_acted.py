"""Whoever has just acted at the desk sees what they did, also where the board is shown as it was some seconds ago.

An answer to an act bears a small cookie with the time: nothing else says, in every process, who must not be shown
figures older than this. Whoever makes one up has the figures computed anew, as anybody does who acts.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import Request as HttpRequest
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "dondoc_viec"
KEPT_SECONDS = 300
"""Longer than any figures are shown after they have changed."""


def acted_at(http: HttpRequest) -> datetime | None:
    """When the browser last acted at the desk, as it says."""
    said = http.cookies.get(COOKIE, "")
    if not (said.isascii() and said.isdigit() and len(said) <= 17):
        return None
    try:
        return datetime.fromtimestamp(int(said) / 1_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


class JustActed:
    """Wraps the application; `path` is the desk's."""

    def __init__(self, app: ASGIApp, now: Callable[[], datetime], path: str) -> None:
        self._app, self._now, self._path = app, now, path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return

        async def send_with_time(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 303:
                leaves = scope["path"] == f"{self._path}/ra"  # who logs out leaves nothing in the browser
                at = "" if leaves else int(self._now().timestamp() * 1_000_000)
                seconds = 0 if leaves else KEPT_SECONDS
                MutableHeaders(scope=message).append(
                    "set-cookie",
                    f"{COOKIE}={at}; Path={self._path}; Max-Age={seconds}; HttpOnly; SameSite=Lax",
                )
            await send(message)

        await self._app(scope, receive, send_with_time)
