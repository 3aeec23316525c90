"""How many filled workbooks a second the agencies' page takes in, beside an honest plain upload view.

Eight agencies at a time: each opens a connection to its own link, sends its workbook as a browser does (multipart),
follows the redirect and reads the page with the verdict; then the next agency. Every workbook is another (the real
forms of Quý I/2026, filled in; benchmarks.upload_province), and an upload counts when the page says that this file
was accepted. Measured in one run, each on an empty database, by the same clients with the same files:

- plain: benchmarks.upload_view on PostgreSQL, which answers at once and has no page to fetch afterwards;
- postgres: `dondoc portal` on PostgreSQL;
- sqlite: `dondoc portal` on SQLite.

The bounds of the page stay in force (40 files a day a link, acts a minute, requests a minute an address): there are
links enough, and each agency has an address of its own, told as by the web server that stands before the page.

    python -m benchmarks.uploads [--seconds 60] [--clients 8] [--workers 2] [--postgres postgresql://...]
                                 [--only plain,postgres,sqlite] [--output benchmarks/uploads.md]
"""

import argparse
import os
import ssl
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from threading import Lock
from time import monotonic, perf_counter, sleep

import httpx
import sqlalchemy as sa
from sqlmodel import col, func, select

from benchmarks import upload_view
from benchmarks.collect import machine
from benchmarks.upload_province import Place, Upload, places_of, province, uploads_in
from flows.portal_process import portal_command
from flows.prefect_server import free_port, stop
from models.codes import ArrivalVerdict, SubmissionVerdict
from models.submission import Arrival, Submission
from tasks.office import Office
from tasks.settings import CHECKOUT

POSTGRES = os.environ.get("DONDOC_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432").rstrip("/")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ACCEPTED = "Đã nhận báo cáo, đạt yêu cầu"
_AT_MOST = 150
"""Uploads a second for which there are files; where they run out, the measurement ends early and says so."""
_WARM_UP = 3.0
_NO_TLS = ssl.SSLContext(
    ssl.PROTOCOL_TLS_CLIENT
)  # of no use over http; by default each client reads certificates
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
    held: str

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


class Clients:
    """Officers at their machines, so many at a time."""

    def __init__(self, address: str, said: str, uploads: Iterator[Upload], many: int) -> None:
        self._address, self._said, self._uploads, self._many = address, said, uploads, many
        self._lock = Lock()
        self.failures: Counter[str] = Counter()

    def work(self, seconds: float) -> list[float]:
        """What each upload took, of those begun within so many seconds."""
        until = monotonic() + seconds
        with ThreadPoolExecutor(self._many) as threads:
            return [t for done in threads.map(self._one_client, [until] * self._many) for t in done]

    def _one_client(self, until: float) -> list[float]:
        times = []
        while monotonic() < until:
            with self._lock:
                upload = next(self._uploads, None)
            if upload is None:
                break
            content = upload.file.read_bytes()
            began = perf_counter()
            fault = self._hand_in(upload.place, upload.file.name, content)
            times += [perf_counter() - began] if not fault else []
            if fault:
                with self._lock:
                    self.failures[fault] += 1
        return times

    def _hand_in(self, place: Place, name: str, content: bytes) -> str:
        """ "" when the page says that it was accepted, else what went wrong."""
        number = place.request_id
        headers = {"x-forwarded-for": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}
        try:
            with httpx.Client(
                headers=headers, follow_redirects=True, timeout=60, trust_env=False, verify=_NO_TLS
            ) as browser:
                page = browser.post(
                    f"{self._address}/y/{place.token}/nop", files={"tep": (name, content, _XLSX)}
                )
        except httpx.TransportError as error:
            return type(error).__name__
        return "" if page.status_code == 200 and self._said in page.text else f"status {page.status_code}"


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


@contextmanager
def database(server: str) -> Iterator[str]:
    """The address of a database of our own, dropped afterwards."""
    name = f"dondoc_bench_{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(_driver(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()


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
        held: Callable[[int], str],
    ) -> Taken:
        """Serve, let the clients work, and count; `held` is what the database then holds, of so many uploads."""
        load = os.getloadavg()[0]
        clients = Clients(f"http://127.0.0.1:{port}", said, iter(self.uploads), self.clients)
        with served(command, environment, self.folder, port) as pid:
            warm = clients.work(_WARM_UP)
            cpu, began = cpu_of(pid), perf_counter()
            times = clients.work(self.seconds)
            seconds, cpu = perf_counter() - began, cpu_of(pid) - cpu
        found = held(len(warm) + len(times))
        return Taken(name, seconds, tuple(times), clients.failures, cpu, load, found)

    def plain(self) -> Taken:
        """The plain view."""
        with database(self.server) as url:
            asked = [(place.token, place.request_id, key) for place in self.places for key in place.row_keys]
            upload_view.prepare(_driver(url), [row for row in asked if "@" not in row[2]])
            port = free_port()
            options = ["--port", str(port), "--workers", str(self.workers)]

            def held(uploads: int) -> str:
                engine = sa.create_engine(_driver(url))
                with engine.connect() as connection:
                    counts = [
                        connection.execute(select(func.count()).select_from(table)).scalar_one()
                        for table in (upload_view.Upload, upload_view.Row)
                    ]
                engine.dispose()
                if counts[0] != uploads:
                    raise SystemExit(f"{uploads} uploads were answered, {counts[0]} are there")
                return f"{counts[0]:,} files, {counts[1]:,} rows"

            return self.measure(
                "plain",
                [sys.executable, "-m", "benchmarks.upload_view", *options],
                {upload_view.DATABASE: _driver(url)},
                port,
                upload_view.ACCEPTED,
                held,
            )

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


def _held(office: Office, uploads: int) -> str:
    """What the database holds; SystemExit unless every upload that was answered is there, judged and accepted."""
    with office.store.reading() as session:
        accepted = session.exec(
            select(func.count()).where(col(Submission.verdict) == SubmissionVerdict.ACCEPTED)
        ).one()
        others = session.exec(
            select(func.count()).where(col(Arrival.verdict) != ArrivalVerdict.SUBMISSION)
        ).one()
    if (accepted, others) != (uploads, 0):
        raise SystemExit(f"{uploads} uploads were accepted; the database has {accepted}, and {others} others")
    return f"{accepted:,} versions accepted, nothing else"


def measure(asked: argparse.Namespace) -> list[Taken]:
    """Every measurement that was asked for, one after the other."""
    with (
        tempfile.TemporaryDirectory() as place,
        ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool,
    ):
        folder = Path(place)
        first = province(folder / "files", "", folder / "secret.key", asked.links)
        places = places_of(first)
        many = int(_AT_MOST * (asked.seconds + _WARM_UP))
        uploads = uploads_in(folder / "files", first, places, many, pool)
        first.store.engine.dispose()
        run = Run(folder, places, uploads, asked.clients, asked.workers, asked.seconds, asked.postgres)
        return [
            {"plain": run.plain, "postgres": run.postgres, "sqlite": run.sqlite}[name]()
            for name in asked.only
        ]


_NAMES = {
    "plain": "plain upload view, PostgreSQL",
    "postgres": "dondoc, PostgreSQL",
    "sqlite": "dondoc, SQLite",
}


_SAID = """# Uploads through the agencies' page

Written by `make bench-uploads` (benchmarks/uploads.py says what is measured). The plain upload view is \
benchmarks/upload_view.py: FastAPI, openpyxl, SQLAlchemy and PostgreSQL as a good engineer writes it in an afternoon.

{clients} clients, {workers} server processes, {seconds:.0f} s each, {links} links; the clients, the servers and \
PostgreSQL share the machine. Every upload is another filled workbook of Quý I/2026 (18 kB), judged before it is \
answered. The time is from the first byte sent to the end of the page with the verdict; the plain view has no such \
page, its time ends with its answer.

Machine: {machine}.

| | uploads a second | to plain | answered | p50 ms | p95 ms | server ms of processor an upload | load before |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def report(results: Sequence[Taken], asked: argparse.Namespace) -> str:
    """The results as a page of Markdown."""
    plain = next((taken.per_second for taken in results if taken.name == "plain"), None)
    lines = [
        f"| {_NAMES[taken.name]} | {taken.per_second:.1f} "
        f"| {f'{taken.per_second / plain:.2f}' if plain else ''} | {taken.answered:.2%} "
        f"| {taken.within(0.5):.0f} | {taken.within(0.95):.0f} "
        f"| {taken.server_cpu / len(taken.times) * 1000:.1f} | {taken.load:.1f} |"
        for taken in results
    ]
    held = [f"- {_NAMES[taken.name]}: {taken.held} (with the warm-up); {_failed(taken)}" for taken in results]
    said = _SAID.format(**vars(asked), machine=machine())
    return "\n".join([said + "\n".join(lines), "", "Afterwards the databases held:", "", *held, ""])


def _failed(taken: Taken) -> str:
    if not taken.failures:
        return "every upload was taken in"
    return f"{taken.failures.total()} uploads were not taken in: {dict(taken.failures)}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Đo tốc độ nhận báo cáo qua trang nộp")
    parser.add_argument("--seconds", type=float, default=60, help="thời gian đo mỗi lượt")
    parser.add_argument("--clients", type=int, default=8, help="số máy gửi cùng lúc")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="số tiến trình phục vụ")
    parser.add_argument("--links", type=int, default=1200, help="số đường dẫn, làm tròn theo tỉnh 60 cơ quan")
    parser.add_argument("--postgres", default=POSTGRES, help="máy chủ PostgreSQL")
    parser.add_argument("--only", default="plain,postgres,sqlite", type=lambda said: said.split(","))
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    results = measure(asked)
    text = report(results, asked)
    if asked.output:
        asked.output.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - what one runs it for


if __name__ == "__main__":
    main()
