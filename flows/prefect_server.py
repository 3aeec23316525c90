"""A Prefect server of our own on this machine: start it, wait until it answers, stop it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from models.fault import Fault

READY_SECONDS = 120


class ServerFault(Fault):
    """The Prefect server did not come up; the message says where its log is."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether somebody listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def prefect(arguments: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A `prefect` command as a process of its own group, its output in a log file."""
    return python(["-m", "prefect", *arguments], environment, log)


def python(arguments: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Our own interpreter as a process of its own group, its output in a log file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            [sys.executable, *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def start_server(environment: Mapping[str, str], port: int, log: Path) -> subprocess.Popen[bytes]:
    """The server process; it answers some 15 to 20 seconds later (see wait_ready)."""
    return prefect(["server", "start", "--host", "127.0.0.1", "--port", str(port)], environment, log)


def is_ready(port: int) -> bool:
    """Whether the server here answers."""
    return answers(f"http://127.0.0.1:{port}/api")


def answers(api_url: str) -> bool:
    """Whether the server of this address (as in PREFECT_API_URL) answers."""
    try:
        with urllib.request.urlopen(f"{api_url.rstrip('/')}/health", timeout=2) as answer:  # noqa: S310 - our setting
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_answering(api_url: str) -> None:
    """Wait until the server of this address answers. ServerFault when that takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while not answers(api_url):
        if time.monotonic() > deadline:
            raise ServerFault(f"Máy chủ Prefect ({api_url}) chưa trả lời sau {READY_SECONDS} giây.")
        time.sleep(0.3)


def wait_ready(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server answers. ServerFault when it ends before, or takes too long."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if is_ready(port):
            return
        if server.poll() is not None:
            raise ServerFault(f"Máy chủ Prefect dừng ngay khi khởi động (mã {server.returncode}); xem {log}.")
        time.sleep(0.3)
    raise ServerFault(f"Máy chủ Prefect chưa trả lời sau {READY_SECONDS} giây; xem {log}.")


def stop(process: subprocess.Popen[bytes], seconds: float = 15) -> None:
    """End a process started here: asked first, then made to."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
