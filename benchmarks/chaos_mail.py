"""The mail server of the trials: it keeps every message that it accepted, and can be told to misbehave."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

SENDER = "bcd57@dien-bien.example"
ACCEPTED = "250 2.0.0 Đã nhận"
DROP = "drop"
SETTLE_SECONDS = 20


@dataclass(frozen=True)
class Copy:
    """One acceptance: in which run of the sender, which message, to whom."""

    run: int
    message_id: str
    address: str


class MailRoom(Controller):
    """A server on a free port of 127.0.0.1.

    `on_rcpt` and `on_data` may answer otherwise than with 250: they are given the address and how often it was asked
    before, and return "" to accept; DROP from `on_data` accepts the message and hangs up without an answer.
    """

    def __init__(self) -> None:
        self.copies: list[Copy] = []
        self.run = 0
        self.on_rcpt: Callable[[str, int], str] = _accept
        self.on_data: Callable[[str, int], str] = _accept
        self._rcpt_asked: Counter[str] = Counter()
        self._data_asked: Counter[str] = Counter()
        self.open_connections = 0
        super().__init__(self, hostname="127.0.0.1", port=0, decode_data=False)

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from={SENDER}&reply=to-giup-viec@dien-bien.example"

    def factory(self) -> SMTP:
        return _Line(self, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        told = self.on_rcpt(address, self._rcpt_asked[address])
        self._rcpt_asked[address] += 1
        if told:
            return told
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        told = self.on_data(address, self._data_asked[address])
        self._data_asked[address] += 1
        if told and told != DROP:
            return told
        message_id = str(message_from_bytes(envelope.content)["Message-ID"])
        self.copies.append(Copy(self.run, message_id, address))
        if told == DROP:
            server.transport.abort()
        return ACCEPTED

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def settle(self) -> None:
        """Wait until what a dead client left behind has been dealt with."""
        until = time.monotonic() + SETTLE_SECONDS
        while self.open_connections and time.monotonic() < until:
            time.sleep(0.005)
        if self.open_connections:
            raise TimeoutError(f"{self.open_connections} connections to the mail server are still open")


class _Line(SMTP):
    """One connection, counted."""

    def __init__(self, room: MailRoom, **how: Any) -> None:
        super().__init__(room, **how)
        self._room = room

    def connection_made(self, transport: Any) -> None:
        self._room.open_connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._room.open_connections -= 1


def _accept(_address: str, _asked: int) -> str:
    return ""
