"""What holds for every request before any page sees it: headers, how often, how much, how slowly, from where.

A plain ASGI layer: the body is counted while it streams, whatever length it declares. A body that is too long is
read to its end (up to a bound) and thrown away, so that the browser shows our answer instead of a broken connection.
"""

import re
from time import monotonic
from urllib.parse import urlsplit

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.limits import Limiter
from portal.refusal import DEAD, ELSEWHERE, TOO_LARGE, TOO_LONG, TOO_OFTEN, TOO_SLOW, Refusal
from portal.show import sentence
from tasks.blobs import LARGEST

UPLOAD_PATHS = ("/nop", "/ban-ky", "/tep")
LARGEST_UPLOAD = LARGEST + 64 * 1024
"""Bytes of a request that carries a file: the file, and what a browser puts around it."""
LARGEST_FORM = 2 * 1024 * 1024
DISCARDED = 128 * 1024 * 1024
"""Bytes of an overlong body that are read and thrown away before the connection is given up."""
PAUSE_SECONDS = 30.0
"""How long a client may send nothing in the midst of a body."""
BODY_SECONDS = 900.0
"""How long a body may take as a whole: 25 MB at 30 kB a second."""

_NOWHERE = re.compile(r"\0|/-?\d{16,}(?=/|$)")
"""What no address of ours has: a sign that no database keeps, a number that no row can have."""

PER_ADDRESS = (600, 300)
"""Requests a minute, and at once, from one address. Generous: a whole province may share one."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # same-origin, not no-referrer: with the latter browsers send "Origin: null" with our own forms
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, portal_url: str) -> None:
        self._app = app
        self._base = urlsplit(portal_url).path.rstrip("/")
        self._public_host = urlsplit(portal_url).netloc.lower()
        self._addresses = Limiter(*PER_ADDRESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = LARGEST_UPLOAD if scope["path"].endswith(UPLOAD_PATHS) else LARGEST_FORM

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        answer = self._app if refusal is None else sentence(refusal.sentence, refusal.status, self._base)
        await answer(scope, _Body(receive, limit).receive, send_with_headers)

    def _refusal(self, scope: Scope) -> Refusal | None:
        client = scope.get("client")
        if not self._addresses.allows(client[0] if client else "", monotonic()):
            return Refusal(429, TOO_OFTEN)
        if scope["method"] == "POST" and not self._is_ours(Headers(scope=scope)):
            return Refusal(403, ELSEWHERE)
        if _NOWHERE.search(scope["path"]) or b"%00" in scope["query_string"]:
            return Refusal(404, DEAD)
        return None

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a POST comes from our own page, as far as the browser says. One that says nothing is let
        through: without the link, which nobody can guess, it does nothing."""
        origin = headers.get("origin", "null")
        if origin != "null":
            return urlsplit(origin).netloc.lower() in (headers.get("host", "").lower(), self._public_host)
        return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


class _Body:
    """One request's body on its way in."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._taken = 0
        self._until = monotonic() + BODY_SECONDS
        self._done = False

    async def receive(self) -> Message:
        if self._done:
            return await self._receive()  # only waits for the client to go
        message = await self._next()
        if self._taken > self._limit:
            while not self._done and self._taken < DISCARDED:
                await self._next()
            self._done = True
            raise Refusal(413, TOO_LARGE if self._limit == LARGEST_UPLOAD else TOO_LONG)
        return message

    async def _next(self) -> Message:
        try:
            with anyio.fail_after(min(PAUSE_SECONDS, max(0.0, self._until - monotonic()))):
                message = await self._receive()
        except TimeoutError:
            self._done = True
            raise Refusal(408, TOO_SLOW) from None
        self._taken += len(message.get("body", b""))
        self._done = message["type"] != "http.request" or not message.get("more_body", False)
        return message
