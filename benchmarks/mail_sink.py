"""A mail server in a process of its own that takes every message and keeps none: what sending to it costs is the
sender's. It speaks as much SMTP as a client needs, answers at once, and counts.

    with mail_sink() as sink: ... sink.url, sink.port ...; sink.taken() afterwards
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tasks.settings import CHECKOUT

SENDER = "bcd57@dien-bien.example"
END = b"\r\n.\r\n"
LONGEST = 64 * 1024 * 1024


@dataclass
class MailSink:
    """The server as its clients see it."""

    process: "subprocess.Popen[str]"
    port: int

    @property
    def url(self) -> str:
        """For DONDOC_MAIL_URL."""
        return f"mailto://127.0.0.1:{self.port}?from={SENDER}&reply={SENDER}"

    def taken(self) -> int:
        """How many messages it has taken; it then ends."""
        said, _ = self.process.communicate("\n")
        return int(said.split()[-1])


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """Runs the server while its block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.mail_sink"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        yield MailSink(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()


_taken = 0


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection."""
    global _taken
    writer.write(b"220 sink ESMTP\r\n")
    try:
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"EHLO":
                writer.write(b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await writer.drain()
                await reader.readuntil(END)
                _taken += 1
                writer.write(b"250 2.0.0 taken\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 ok\r\n")
            await writer.drain()
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, limit=LONGEST)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - what its parent reads
    await asyncio.to_thread(sys.stdin.readline)
    print(_taken, flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(_main())
