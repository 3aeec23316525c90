"""How quickly the board answers: 65 agencies, twelve quarters behind it, 20 readers at a time.

Each reader asks for a page, reads it to its end, and asks for the next: the board of the newest quarter, the same
narrowed by a filter, one agency, one assignment, one download. Readers come with links for looking, several hundred of
them and each from an address of its own, so that the bounds of the pages stay in force. An answer counts when it is the
whole page. Measured in one run, on PostgreSQL and on SQLite, each with its own database of the same province:

- quiet: nothing comes in meanwhile;
- busy: a report is accepted every second, so that figures go stale all the time;
- afresh: the honest baseline, the same pages with every figure computed anew for every page.

    python -m benchmarks.board [--seconds 20] [--readers 20] [--workers 2] [--only postgres,sqlite]
                               [--output benchmarks/board.md]
"""

import argparse
import http.client
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from time import perf_counter

from sqlmodel import select

from benchmarks.board_province import NEWEST, NOW, board_office, one_more_report
from benchmarks.collect import machine
from benchmarks.databases import POSTGRES, database
from benchmarks.uploads import cpu_of, served
from flows.prefect_server import free_port
from models.codes import BoardLinkKind
from models.desk import BoardLink
from models.register import Assignment
from models.rules.board.link_tokens import board_token
from tasks.office import Office

LINKS = 400
_WARM_UP = 10.0
_WHOLE = ("</html>", ";")  # how a page ends; a CSV has columns
PATHS = (
    ("", 6),
    (f"/{NEWEST}?kind=commune&state=overdue", 1),
    (f"/{NEWEST}/co-quan/SNV", 1),
    (f"/{NEWEST}/nhiem-vu/{{assignment}}", 1),
    (f"/{NEWEST}/tai/co-quan.csv", 1),
)
"""What is asked for, and how often of ten."""


@dataclass(frozen=True)
class Answered:
    """What came of one measurement. Times in seconds, from the request to the last byte."""

    name: str
    seconds: float
    times: tuple[float, ...]
    board: tuple[float, ...]  # of them, of the board's own page
    failures: Counter[str]
    server_cpu: float
    load: float

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds


def within(times: Sequence[float], part: float) -> float:
    """The milliseconds within which this part of them was answered."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))] * 1000 if times else 0.0


class Readers:
    """So many at a time, until they are told to stop."""

    def __init__(self, port: int, tokens: Sequence[str], assignment: int, many: int) -> None:
        self._port, self._tokens, self._many = port, tokens, many
        self._paths = [path.format(assignment=assignment) for path, often in PATHS for _ in range(often)]
        self._lock = Lock()
        self._next = 0
        self.failures: Counter[str] = Counter()

    def work(self, seconds: float) -> list[tuple[str, float]]:
        """Path and time of every page that was asked for within so many seconds."""
        until = perf_counter() + seconds
        with ThreadPoolExecutor(self._many) as threads:
            done = threads.map(self._one, range(self._many), [until] * self._many)
            return [page for pages in done for page in pages]

    def _one(self, number: int, until: float) -> list[tuple[str, float]]:
        chance = random.Random(number)  # noqa: S311 - the same pages every time
        pages = []
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=180)
        while perf_counter() < until:
            with self._lock:
                self._next += 1
                at = self._next
            path = chance.choice(self._paths)
            address = f"/xem/{self._tokens[at % len(self._tokens)]}{path}"
            began = perf_counter()
            try:
                connection.request(
                    "GET",
                    address,
                    headers={"x-forwarded-for": f"10.{at >> 16 & 255}.{at >> 8 & 255}.{at & 255}"},
                )
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._failed(type(error).__name__)
                continue
            if answer.status != 200 or not any(end in text[-4000:] for end in _WHOLE):
                self._failed(f"status {answer.status}")
                continue
            pages.append((path, perf_counter() - began))
        connection.close()
        return pages

    def _failed(self, why: str) -> None:
        with self._lock:
            self.failures[why] += 1


@dataclass(frozen=True)
class Run:
    """What one run works with."""

    folder: Path
    seconds: float
    readers: int
    workers: int

    def on(self, name: str, url: str) -> list[Answered]:
        """The three measurements on one database."""
        office = board_office(self.folder / name, url)
        tokens, assignment = _links(office)
        results = [
            self.measure(f"{name}, quiet", office, url, tokens, assignment),
            self.measure(f"{name}, busy", office, url, tokens, assignment, busy=True),
            self.measure(f"{name}, afresh", office, url, tokens, assignment, afresh=True),
        ]
        office.store.engine.dispose()
        return results

    def measure(
        self,
        name: str,
        office: Office,
        url: str,
        tokens: Sequence[str],
        assignment: int,
        *,
        busy: bool = False,
        afresh: bool = False,
    ) -> Answered:
        """Serve, let the readers read, and count."""
        load, port = os.getloadavg()[0], free_port()
        settings = office.settings
        environment = {
            "DONDOC_HOME": str(settings.home),
            "DONDOC_DATABASE_URL": url,
            "DONDOC_PROFILE": str(settings.profile),
        }
        command = [
            sys.executable,
            "-m",
            "benchmarks.board_server",
            "--port",
            str(port),
            "--workers",
            str(self.workers),
            *(["--afresh"] if afresh else []),
        ]
        readers = Readers(port, tokens, assignment, self.readers)
        stop = Event()
        writer = Thread(target=_keep_reporting, args=(office, stop)) if busy else None
        with served(command, environment, self.folder, port) as pid:
            readers.work(_WARM_UP)
            if writer:
                writer.start()
            cpu, began = cpu_of(pid), perf_counter()
            pages = readers.work(self.seconds)
            seconds, cpu = perf_counter() - began, cpu_of(pid) - cpu
            stop.set()
            if writer:
                writer.join()
        return Answered(
            name=name,
            seconds=seconds,
            times=tuple(time for _, time in pages),
            board=tuple(time for path, time in pages if path == ""),
            failures=readers.failures,
            server_cpu=cpu,
            load=load,
        )


def _links(office: Office) -> tuple[list[str], int]:
    """Links enough for the readers, and an assignment that one agency leads."""
    with office.store.writing() as session:
        links = [
            BoardLink(kind=BoardLinkKind.PAGE, label=f"Người xem {n}", actor="Đo tốc độ", made_at=NOW)
            for n in range(LINKS)
        ]
        session.add_all(links)
        session.flush()
        tokens = [board_token(link.id or 0, BoardLinkKind.PAGE, office.key) for link in links]
        assignment = session.exec(select(Assignment.id).where(Assignment.key == "V.1")).first() or 1
    return tokens, assignment


def _keep_reporting(office: Office, stop: Event) -> None:
    """A report is accepted every second."""
    while not stop.wait(1.0):
        one_more_report(office)


def measure(asked: argparse.Namespace) -> list[Answered]:
    """Every measurement that was asked for, one after the other."""
    results: list[Answered] = []
    with tempfile.TemporaryDirectory() as place:
        run = Run(Path(place), asked.seconds, asked.readers, asked.workers)
        if "postgres" in asked.only:
            with database(asked.postgres) as url:
                results += run.on("PostgreSQL", url)
        if "sqlite" in asked.only:
            results += run.on("SQLite", "")
    return results


_SAID = """# The board's pages

Written by `make bench-board` (benchmarks/board.py says what is measured). 65 agencies, twelve quarters of reports, \
{readers} readers at a time for {seconds:.0f} s, {workers} server processes; readers, servers and database share the \
machine. "Quiet": nothing comes in. "Busy": a report is accepted every second. "Afresh" is the baseline: the same \
pages, every figure computed anew for every page. Times are to the last byte; of ten pages six are the board itself \
(some 65 kB), the others a filtered board, an agency, an assignment and a download.

Machine: {machine}.

| | pages a second | p50 ms | p95 ms | p99 ms | the board alone: p50 ms | p95 ms | p99 ms \
| server ms of processor a page | not answered | load before |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def report(results: Sequence[Answered], asked: argparse.Namespace) -> str:
    """The results as a page of Markdown."""
    lines = []
    for one in results:
        figures = [within(times, part) for times in (one.times, one.board) for part in (0.5, 0.95, 0.99)]
        lines.append(
            f"| {one.name} | {one.per_second:.1f} | {' | '.join(f'{figure:.0f}' for figure in figures)} "
            f"| {one.server_cpu / max(1, len(one.times)) * 1000:.1f} | {one.failures.total()} | {one.load:.1f} |"
        )
    return _SAID.format(**vars(asked), machine=machine()) + "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Đo tốc độ của bảng theo dõi")
    parser.add_argument("--seconds", type=float, default=20, help="thời gian đo mỗi lượt")
    parser.add_argument("--readers", type=int, default=20, help="số người xem cùng lúc")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="số tiến trình phục vụ")
    parser.add_argument("--postgres", default=POSTGRES, help="máy chủ PostgreSQL")
    parser.add_argument("--only", default="postgres,sqlite", type=lambda said: said.split(","))
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    text = report(measure(asked), asked)
    if asked.output:
        asked.output.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - what one runs it for


if __name__ == "__main__":
    main()
