"""The agencies' page as a process of its own: nothing of it is imported here."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PORT = 8080
"""Where the page listens unless told otherwise; the province's web server stands before it."""


def portal_command(host: str, port: int, workers: int, proxies: str) -> list[str]:
    """The command that serves the page until it is stopped."""
    options = ["--host", host, "--port", str(port), "--workers", str(workers), "--proxies", proxies]
    return [sys.executable, "-m", "portal.serve", *options]


def start_portal(environment: Mapping[str, str], port: int, log: Path) -> subprocess.Popen[bytes]:
    """The page on this machine alone, its output in a log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            portal_command("127.0.0.1", port, 1, "127.0.0.1"),
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
