"""The mail server of the soak, outside the program and its database: it writes down every mail that it accepts.

Each day it has a mood. What it accepted stands in a file of its own, one line a mail, written before the answer: run,
told time, Message-ID, address, which cycles the text names, the SHA-256 of each attachment, whether it answered. The
forms are kept as files: what the agencies fill in later is what was mailed.
"""

import asyncio
import hashlib
import json
import re
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from enum import StrEnum
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

SENDER = "bcd57@dien-bien.example"
_SLOW_MAILS, _SLOW_SECONDS = 40, 0.15
_PUT_OFF, _HUNG_UP = 30, 3
"""Of a hundred: addresses put off on such a day, mails taken without an answer on such a day."""
_SETTLE_SECONDS = 20


class Mood(StrEnum):
    """How the server is on a day."""

    WELL = "well"
    DOWN = "down"
    SLOW = "slow"
    PUTS_OFF = "puts-off"
    HANGS_UP = "hangs-up"


class PostOffice(Controller):
    """The server on a port of its own; it can be taken down and put up again. `told`: the time that it is."""

    def __init__(
        self, folder: Path, titles: Mapping[str, str], dead: frozenset[str], told: Callable[[], datetime]
    ) -> None:
        self.record = folder / "post.jsonl"
        self.forms = folder / "forms"
        self.forms.mkdir(parents=True, exist_ok=True)
        self.fresh: list[str] = []
        """Names of the forms that have come since somebody last asked."""
        self.accepted = 0
        self.run = 0
        self.mood = Mood.WELL
        self._titles, self._dead, self._told = titles, dead, told
        self._put_off: set[tuple[str, str]] = set()
        self._hung_up: set[str] = set()
        self._slowed: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._open = 0
        self._file = self.record.open("a", encoding="utf-8")
        super().__init__(self, hostname="127.0.0.1", port=0, decode_data=False, ready_timeout=_SETTLE_SECONDS)

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from={SENDER}&reply=to-giup-viec@dien-bien.example"

    def be(self, mood: Mood) -> None:
        """Take this mood; the port listens or does not accordingly."""
        if mood is Mood.DOWN and self.mood is not Mood.DOWN:
            self.stop()
        elif self.mood is Mood.DOWN and mood is not Mood.DOWN:
            self.loop = asyncio.new_event_loop()  # the last one ended with the server
            self.start()
        self.mood = mood

    def close(self) -> None:
        """End, for good."""
        if self.mood is not Mood.DOWN:
            self.stop()
        self._file.close()

    def settle(self) -> None:
        """Wait until what a dead client left behind has been dealt with."""
        until = time.monotonic() + _SETTLE_SECONDS
        while self._open and time.monotonic() < until:
            time.sleep(0.005)

    def taken(self) -> list[str]:
        """The names of the forms that have come since this was last asked."""
        with self._lock:
            names, self.fresh = self.fresh, []
        return names

    # --- aiosmtpd

    def factory(self) -> SMTP:
        return _Line(self, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self._dead:
            return "550 5.1.1 Không có hộp thư này"
        if self.mood is Mood.PUTS_OFF and _of_hundred(address) < _PUT_OFF:
            once = (f"{self._told():%Y%m%d}", address)
            if once not in self._put_off:
                self._put_off.add(once)
                return "451 4.7.1 Thử lại sau"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.mood is Mood.SLOW and self._slowed[self.run] < _SLOW_MAILS:
            self._slowed[self.run] += 1
            await asyncio.sleep(_SLOW_SECONDS)
        mail = message_from_bytes(envelope.content)
        number = str(mail["Message-ID"])
        answers = not (
            self.mood is Mood.HANGS_UP and _of_hundred(number) < _HUNG_UP and number not in self._hung_up
        )
        if not answers:
            self._hung_up.add(number)
        for address in envelope.rcpt_tos:
            self._keep(mail, number, address, answers=answers)
        if not answers:
            server.transport.abort()
        return "250 2.0.0 Đã nhận"

    def _keep(self, mail: Message, number: str, address: str, *, answers: bool) -> None:
        text, files = "", []
        for part in mail.walk():
            name = part.get_filename()
            if name:
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)  # noqa: S101 - no part of many has a name
                files.append([name, hashlib.sha256(content).hexdigest()])
                if name.endswith(".xlsx"):
                    (self.forms / name).write_bytes(content)
            elif part.get_content_type() == "text/plain":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)  # noqa: S101 - as above
                text = content.decode()
        said = {
            "run": self.run,
            "at": self._told().isoformat(),
            "id": number,
            "to": address,
            "names": [code for code, title in self._titles.items() if title in " ".join(text.split())],
            "tasks": sorted({int(found) for found in _TASK.findall(text)}),
            "files": files,
            "answered": answers,
        }
        with self._lock:
            self._file.write(json.dumps(said, ensure_ascii=False) + "\n")
            self._file.flush()
            self.fresh += [name for name, _ in files if name.endswith(".xlsx")]
            self.accepted += 1


_TASK = re.compile(r"^- .*\(nhiệm vụ (\d+)\)", re.MULTILINE)
"""A line of its own about an assignment; the country's bear their number in their name."""


def _of_hundred(text: str) -> int:
    return zlib.crc32(text.encode()) % 100


class _Line(SMTP):
    """One connection, counted."""

    def __init__(self, post: PostOffice, **how: Any) -> None:
        super().__init__(post, **how)
        self._post = post

    def connection_made(self, transport: Any) -> None:
        self._post._open += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._post._open -= 1
