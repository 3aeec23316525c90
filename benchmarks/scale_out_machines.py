"""Everything of deployments/compose on this machine: its environment, its command lines, its processes.

The files are read, so that they are what is tried: of prefect.env only names of machines and numbers of Redis databases
are replaced, of the command lines in compose.yaml only addresses and ports.
"""

import json
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import redis
import sqlalchemy as sa
import yaml

from flows.prefect_server import free_port, stop
from tasks.settings import CHECKOUT

COMPOSE = CHECKOUT / "deployments" / "compose"
READY_SECONDS = 300
COMMAND_SECONDS = 600
T = TypeVar("T")


class MachineFault(Exception):
    """A part did not come up, or a command failed; its log's end stands in the message."""


def env_lines(text: str) -> dict[str, str]:
    """The settings of an env file."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def prefect_settings(
    server: str, redis_host: str, redis_port: int, databases: Sequence[int]
) -> dict[str, str]:
    """prefect.env with other hosts. `server`: http://host:port; `databases`: Redis' numbers for those written 0, 1."""
    settings = env_lines((COMPOSE / "prefect.env").read_text(encoding="utf-8"))
    for name, value in settings.items():
        if name.startswith("PREFECT_REDIS_"):
            kind = name.rpartition("_")[2]
            replaced = {"HOST": redis_host, "PORT": str(redis_port), "DB": ""}[kind]
            settings[name] = replaced or str(databases[int(value)])
        elif found := re.fullmatch(r"redis://redis:6379/(\d+)", value):
            settings[name] = f"redis://{redis_host}:{redis_port}/{databases[int(found[1])]}"
        else:
            settings[name] = value.replace("http://prefect-server:4200", server)
    return settings


def compose_command(service: str, port: int = 0) -> list[str]:
    """The command line of a service, listening on a port of this machine alone."""
    services = yaml.safe_load((COMPOSE / "compose.yaml").read_text(encoding="utf-8"))["services"]
    replaced = {"0.0.0.0": "127.0.0.1", "4200": str(port), "8080": str(port)}  # noqa: S104 - it is what is replaced
    return [replaced.get(word, word) for word in services[service]["command"]]


@contextmanager
def fresh_databases(server: str, names: Sequence[str]) -> Iterator[list[str]]:
    """Addresses of empty databases on a PostgreSQL server, dropped afterwards."""
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(
        url.set(database=url.database or "postgres"),
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 3},
    )
    own = [f"dondoc_scale_{name}_{secrets.token_hex(4)}" for name in names]
    with admin.connect() as connection:
        for name in own:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield [
            url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
            for name in own
        ]
    finally:
        with admin.connect() as connection:
            for name in own:
                connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


@contextmanager
def fresh_redis(host: str, port: int, wanted: int = 2) -> Iterator[list[int]]:
    """Numbers of Redis databases in which nothing is; emptied afterwards."""
    empty: list[int] = []
    for number in range(15, 0, -1):
        with redis.Redis(host=host, port=port, db=number) as client:
            if len(empty) < wanted and not client.dbsize():
                empty.append(number)
    if len(empty) < wanted:
        raise MachineFault(f"Redis ở {host}:{port} không còn đủ {wanted} cơ sở dữ liệu trống.")
    try:
        yield empty
    finally:
        for number in empty:
            with redis.Redis(host=host, port=port, db=number) as client:
                client.flushdb()


@dataclass(frozen=True)
class Process:
    """A process of the trial, as /proc shows it."""

    pid: int
    parent: int
    run: str
    """The Prefect run that it carries out; "" for none."""


@dataclass
class Machines:
    """The parts that run, each with its log in `home`/nhat-ky; all of them end when the block ends.

    A part that ends by itself is started again, as compose.yaml and the systemd units say; one that was killed here
    stays dead, as if its machine were gone.
    """

    home: Path
    environment: Mapping[str, str]
    api_port: int
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    staying: dict[str, Sequence[str]] = field(default_factory=dict)
    restarts: list[str] = field(default_factory=list)

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}/api"

    def log(self, name: str) -> Path:
        return self.home / "nhat-ky" / f"{name}.log"

    def start(self, name: str, command: Sequence[str]) -> None:
        """A part that stays."""
        self.staying[name] = command
        self.parts[name] = self._popen(name, command)

    def kill(self, name: str) -> None:
        """kill -9 a part for good."""
        self.staying.pop(name)
        self.parts[name].kill()

    def _start_again(self) -> None:
        for name, command in self.staying.items():
            if self.parts[name].poll() is not None:
                self.restarts.append(name)
                self.parts[name] = self._popen(name, command)

    def run(self, name: str, command: Sequence[str]) -> str:
        """A command to its end; what it said. MachineFault when it fails."""
        before = self.log(name).stat().st_size if self.log(name).exists() else 0
        process = self.parts[name] = self._popen(name, command)
        deadline = time.monotonic() + COMMAND_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            self._start_again()
            time.sleep(0.2)
        code = process.wait(0)
        said = self.log(name).read_bytes()[before:].decode(errors="replace")
        if code:
            raise MachineFault(f"{shlex.join(command)}: {code}\n{said[-2000:]}")
        return said

    def dondoc(self, *words: str) -> str:
        """A command of dondoc to its end."""
        return self.run("lenh", ["dondoc", *words])

    def _popen(self, name: str, command: Sequence[str]) -> subprocess.Popen[bytes]:
        self.log(name).parent.mkdir(parents=True, exist_ok=True)
        with self.log(name).open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - the commands of our own files
                list(command),
                cwd=self.home,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def api(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """A question to Prefect's API, as its UI asks it once somebody has logged in."""
        login = b64encode(self.environment["PREFECT_API_AUTH_STRING"].encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self.api_url}{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Basic {login}"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            content = answer.read()
            return json.loads(content) if content else None

    def wait_for(self, what: str, found: Callable[[], T | None], seconds: float = READY_SECONDS) -> T:
        """What is waited for, once it is not None; MachineFault when it does not come."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
                if (seen := found()) is not None:
                    return seen
            self._start_again()
            time.sleep(0.5)
        raise MachineFault(f"{what}: {seconds:.0f} giây vẫn chưa được; xem {self.home / 'nhat-ky'}")

    def answers(self, address: str) -> Callable[[], bool | None]:
        """Whether a web address answers with 200."""

        def ask() -> bool | None:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
                return answer.status == 200 or None

        return ask

    def processes(self) -> list[Process]:
        """Every process of this trial: those with its folder in their environment."""
        mark = f"DONDOC_HOME={self.home}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError, ValueError):
                environ = (folder / "environ").read_bytes().split(b"\0")
                if mark not in environ:
                    continue
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                named = dict(line.partition(b"=")[::2] for line in environ)
                run = named.get(b"PREFECT__FLOW_RUN_ID", b"").decode()
                found.append(Process(int(folder.name), parent, run))
        return found

    def kill_run_and_worker(self, run: str) -> tuple[str, int]:
        """kill -9 the worker that carries out a run, and the run's own processes; the worker's name, how many."""
        seen = {process.pid: process for process in self.processes()}
        carriers = [process for process in seen.values() if process.run == run]
        workers = {part.pid: name for name, part in self.parts.items() if name.startswith("worker")}
        for carrier in carriers:
            above = carrier
            while above.pid not in workers and above.parent in seen:
                above = seen[above.parent]
            if above.pid in workers:
                self.kill(workers[above.pid])
                for process in carriers:
                    os.kill(process.pid, signal.SIGKILL)
                return workers[above.pid], len(carriers)
        raise MachineFault(f"không thấy tiến trình của lượt chạy {run} dưới bộ thực hiện nào")

    def end(self) -> None:
        """Stop every part in order, and kill whatever a killed part has left behind."""
        for name in sorted(self.parts, key=lambda name: not name.startswith(("worker", "portal"))):
            stop(self.parts[name])
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


@contextmanager
def machines(
    home: Path, databases: Sequence[str], redis_at: tuple[str, int], numbers: Sequence[int], mail: str
) -> Iterator[Machines]:
    """The environment of compose.yaml's services (databases: dondoc's, Prefect's); nothing is started yet."""
    port = free_port()
    key = home / "dondoc.key"
    key.write_text(f"{secrets.token_hex(32)}\n", encoding="ascii")  # as openssl rand -hex 32 makes it
    key.chmod(0o600)
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("DONDOC_", "PREFECT_"))}
    login = f"dondoc:{secrets.token_urlsafe(24)}"
    environment = {
        **kept,
        **prefect_settings(f"http://127.0.0.1:{port}", *redis_at, numbers),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")]),
        "PREFECT_HOME": str(home / ".prefect"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": databases[1].replace(
            "postgresql://", "postgresql+asyncpg://", 1
        ),
        "PREFECT_SERVER_API_AUTH_STRING": login,  # server and services
        "PREFECT_API_AUTH_STRING": login,  # workers, dondoc deploy, dondoc doctor
        "DONDOC_DATABASE_URL": databases[0],
        "DONDOC_SECRET_KEY_FILE": str(key),
        "DONDOC_HOME": str(home),
        "DONDOC_MAIL_URL": mail,
        "DONDOC_ACTOR": "Thử nghiệm",
        "DONDOC_LOG_FORMAT": "json",
    }
    here = Machines(home, environment, port)
    try:
        yield here
    finally:
        here.end()
