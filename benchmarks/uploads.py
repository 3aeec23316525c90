"""How many filled workbooks a second the agencies' page takes in, beside honest plain upload views.

Eight agencies at a time: each opens a connection to its own link, sends its workbook as a browser does (multipart),
follows the redirect and reads the page with the verdict; then the next agency. Every workbook is another (the real
forms of Quý I/2026, filled in; benchmarks.upload_province), and an upload counts when the page says that this file
was accepted. Measured in one run, each on an empty database, by the same clients with the same files:

- django: benchmarks.upload_django under gunicorn, on PostgreSQL: the baseline;
- fastapi: benchmarks.upload_view on PostgreSQL, a plain view with dondoc's own libraries;
- postgres: `dondoc portal` on PostgreSQL;
- sqlite: `dondoc portal` on SQLite.

The plain views answer at once: they have no page to fetch afterwards. For Django's view, the clients fetch its form
once before all is measured: the token against forged requests that it wants back with every upload is in it.

The bounds of the page stay in force (40 files a day a link, acts a minute, requests a minute an address): there are
links enough, and each agency has an address of its own, told as by the web server that stands before the page.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, perf_counter, sleep

import httpx
import sqlalchemy as sa
from sqlmodel import col, func, select

from benchmarks import upload_view
from benchmarks.databases import POSTGRES, database
from benchmarks.upload_clients import Clients, Manners, manners_of_django
from benchmarks.upload_province import Place, Upload, places_of, province, uploads_in
from flows.portal_process import portal_command
from flows.prefect_server import free_port, stop
from models.codes import ArrivalVerdict, SubmissionVerdict
from models.submission import Arrival, Submission
from tasks.office import Office
from tasks.settings import CHECKOUT

NAMES = {
    "django": "plain view, Django, PostgreSQL",
    "fastapi": "plain view, FastAPI, PostgreSQL",
    "postgres": "dondoc, PostgreSQL",
    "sqlite": "dondoc, SQLite",
}
_PLAIN_TABLES = {"django": ("uploads_upload", "uploads_row"), "fastapi": ("upload", "row")}
_ACCEPTED = "Đã nhận báo cáo, đạt yêu cầu"
_AT_MOST = 200
"""Uploads a second for which there are files; where they run out, the measurement ends early and says so."""
_WARM_UP = 3.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Taken:
    """What came of one measurement. Times in seconds, of each upload from its first byte to the end of its page."""

    name: str
    seconds: float
    times: tuple[float, ...]
    failures: Counter[str]
    server_cpu: float  # processor seconds of the server's processes, the database's apart
    load: float  # of the machine in the minute before

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    @property
    def answered(self) -> float:
        """Of all that were sent, how many were taken in; 1 is all."""
        return len(self.times) / (len(self.times) + self.failures.total())

    def within(self, part: float) -> float:
        """The milliseconds within which this part of them was done."""
        return sorted(self.times)[min(len(self.times) - 1, int(part * len(self.times)))] * 1000


@contextmanager
def served(command: Sequence[str], environment: dict[str, str], folder: Path, port: int) -> Iterator[int]:
    """The server's first process, while it answers."""
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            command,
            env={"PATH": os.environ["PATH"], **environment},
            cwd=CHECKOUT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until = monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/robots.txt", timeout=5, trust_env=False)
                break
            except httpx.TransportError:
                if monotonic() > until or process.poll() is not None:
                    raise SystemExit(f"The server does not answer:\n{log.read_text('utf-8')}") from None
                sleep(0.1)
        yield process.pid
    finally:
        stop(process)


def cpu_of(pid: int) -> float:
    """Processor seconds that a process and those it started have used; those that have ended count with it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS + sum(cpu_of(int(child)) for child in children)


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@dataclass(frozen=True)
class Run:
    """What one run works with."""

    folder: Path
    places: Sequence[Place]
    uploads: Sequence[Upload]
    clients: int
    workers: int
    seconds: float
    server: str  # PostgreSQL

    def measure(
        self,
        name: str,
        command: Sequence[str],
        environment: dict[str, str],
        port: int,
        said: str,
        held: Callable[[int], None],
    ) -> Taken:
        """Serve, let the clients work, and count; `held` ends the run unless the database holds so many uploads."""
        load = os.getloadavg()[0]
        with served(command, environment, self.folder, port) as pid:
            manners = manners_of_django(port, self.places[0]) if name == "django" else Manners()
            clients = Clients(port, said, iter(self.uploads), self.clients, manners)
            warm = clients.work(_WARM_UP)
            cpu, began = cpu_of(pid), perf_counter()
            times = clients.work(self.seconds)
            seconds, cpu = perf_counter() - began, cpu_of(pid) - cpu
        held(len(warm) + len(times))
        return Taken(name, seconds, tuple(times), clients.failures, cpu, load)

    def fastapi(self) -> Taken:
        """The plain view on FastAPI."""
        with database(self.server) as url:
            upload_view.prepare(_driver(url), self._asked())
            port = free_port()
            command = ["-m", "benchmarks.upload_view", "--port", str(port), "--workers", str(self.workers)]
            return self._plain("fastapi", command, _driver(url), port)

    def django(self) -> Taken:
        """The plain view on Django."""
        with database(self.server) as url:
            subprocess.run(
                [sys.executable, "-m", "benchmarks.upload_django"],
                input=json.dumps(self._asked()),
                env={"PATH": os.environ["PATH"], upload_view.DATABASE: url},
                cwd=CHECKOUT,
                text=True,
                check=True,
            )
            port = free_port()
            command = ["-m", "gunicorn", "--workers", str(self.workers), "--bind", f"127.0.0.1:{port}"]
            command += ["benchmarks.upload_django:application"]
            return self._plain("django", command, url, port)

    def _asked(self) -> list[tuple[str, int, str]]:
        """What a plain view knows of each link: the rows of its two tables."""
        rows = [(place.token, place.request_id, key) for place in self.places for key in place.row_keys]
        return [row for row in rows if "@" not in row[2]]

    def _plain(self, name: str, command: Sequence[str], url: str, port: int) -> Taken:
        def held(uploads: int) -> None:
            engine = sa.create_engine(_driver(url))
            with engine.connect() as connection:
                files, rows = (
                    connection.execute(select(func.count()).select_from(sa.table(table))).scalar_one()
                    for table in _PLAIN_TABLES[name]
                )
            engine.dispose()
            if files != uploads or rows < files:
                raise SystemExit(f"{uploads} uploads were answered, {files} are there with {rows} rows")

        environment = {upload_view.DATABASE: url}
        return self.measure(name, [sys.executable, *command], environment, port, upload_view.ACCEPTED, held)

    def postgres(self) -> Taken:
        """Ours on PostgreSQL."""
        with database(self.server) as url:
            return self._ours("postgres", url)

    def sqlite(self) -> Taken:
        """Ours on SQLite."""
        return self._ours("sqlite", "")

    def _ours(self, name: str, url: str) -> Taken:
        office = province(self.folder / name, url, self.folder / "secret.key", len(self.places))
        if places_of(office) != list(self.places):
            raise SystemExit("the databases number the requests differently")
        port = free_port()
        settings = office.settings
        environment = {
            "DONDOC_HOME": str(settings.home),
            "DONDOC_DATABASE_URL": url,
            "DONDOC_PROFILE": str(settings.profile),
            "DONDOC_SECRET_KEY_FILE": str(settings.key_file),
        }
        command = portal_command("127.0.0.1", port, self.workers, "127.0.0.1")
        taken = self.measure(name, command, environment, port, _ACCEPTED, lambda n: _held(office, n))
        office.store.engine.dispose()
        return taken


def _held(office: Office, uploads: int) -> None:
    """SystemExit unless every upload that was answered is there, judged and accepted."""
    with office.store.reading() as session:
        accepted = session.exec(
            select(func.count()).where(col(Submission.verdict) == SubmissionVerdict.ACCEPTED)
        ).one()
        others = session.exec(
            select(func.count()).where(col(Arrival.verdict) != ArrivalVerdict.SUBMISSION)
        ).one()
    if (accepted, others) != (uploads, 0):
        raise SystemExit(f"{uploads} uploads were accepted; the database has {accepted}, and {others} others")


def measure(
    *,
    seconds: float = 60,
    clients: int = 8,
    workers: int = os.cpu_count() or 1,
    links: int = 1200,
    postgres: str = POSTGRES,
    only: Sequence[str] = tuple(NAMES),
) -> list[Taken]:
    """Every measurement that is asked for, one after the other; each takes `seconds` and a minute to prepare all."""
    with (
        tempfile.TemporaryDirectory() as place,
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
    ):
        folder = Path(place)
        first = province(folder / "files", "", folder / "secret.key", links)
        places = places_of(first)
        many = int(_AT_MOST * (seconds + _WARM_UP))
        uploads = uploads_in(folder / "files", first, places, many, pool)
        first.store.engine.dispose()
        run = Run(folder, places, uploads, clients, workers, seconds, postgres)
        ways: dict[str, Callable[[], Taken]] = {
            "django": run.django,
            "fastapi": run.fastapi,
            "postgres": run.postgres,
            "sqlite": run.sqlite,
        }
        return [ways[name]() for name in only]


def table(results: Sequence[Taken]) -> str:
    """The figures of each, beside those of Django's view."""
    plain = next((taken.per_second for taken in results if taken.name == "django"), None)
    lines = [
        f"| {NAMES[taken.name]} | {taken.per_second:.1f} "
        f"| {f'{taken.per_second / plain:.2f}' if plain else ''} | {taken.answered:.2%} "
        f"| {taken.within(0.5):.0f} | {taken.within(0.95):.0f} "
        f"| {taken.server_cpu / len(taken.times) * 1000:.1f} | {taken.load:.1f} |"
        for taken in results
    ]
    heads = "uploads a second | to Django | answered | p50 ms | p95 ms | server ms of processor an upload"
    return "\n".join(
        [f"| | {heads} | load before |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", *lines]
    )
