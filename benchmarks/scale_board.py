"""What a page of the board costs at 60, 600 and 4,000 agencies, with 20 readers at a time.

Works on `benchmarks.country` with its twelve quarters, the last of them half reported. The pages are served as
`dondoc portal --workers 2` serves them (benchmarks.board_server: two processes that serve, one that keeps the figures).
Readers come with links for looking, `LINKS` of them and each question from an address of its own, so that the bounds
of the pages stay in force. A page counts when it came whole with status 200; times are from the question to its last
byte. Readers are sockets of one process, whose own processor time is told. What is asked for (`mix`): `board` is the
newest cycle's page alone; `pages` is, of ten, six times that page, and once a list of those overdue of one kind, one
agency, one assignment (any of the country's, so most are made and not found ready), and one table as CSV.

- `closed`: 20 readers, each asks for the next page as soon as it has the last.
- `persons`: 20 readers, each asks every two seconds.
- `busy=True`: a report is accepted every second meanwhile, so that figures are always being computed anew.
- `afresh`: the baseline. The same program that reads and computes every figure for every page, as a page of the usual
  kind does; one reader, few pages.

`items` are pages, `cpu` is the processor time of all server processes (not of PostgreSQL's), `peak_mb` the most that
one serving process held. `said`: p50, p95, p99 in ms, pages a second, the processor time a page in ms, what the readers
themselves took a page, the peak of the process that keeps the figures, the sizes of a page.

Not measured: TLS and the province's web server, the network, and, on PostgreSQL, the server's own processor time.
"""

import hashlib
import os
import random
import re
import selectors
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, process_time, sleep

import httpx
import sqlalchemy as sa
from sqlmodel import Session, col, select

from benchmarks.apart import Measured
from benchmarks.board_server import NOW
from benchmarks.country import NEWEST, PER_AGENCY, country, office_at, put, with_history
from flows.prefect_server import free_port, stop
from models.codes import (
    AgencyKind,
    ArrivalVerdict,
    BoardLinkKind,
    ReportStatus,
    RequestState,
    SubmissionVerdict,
)
from models.cycle import Request, RequestItem
from models.desk import BoardLink
from models.directory import Agency
from models.register import Assignment, AssignmentRevision
from models.rules.board.link_tokens import board_token
from models.submission import Arrival, AssignmentReport, Submission
from tasks.blobs import keep_bytes
from tasks.cycle.cycles import find_cycle
from tasks.office import Office
from tasks.settings import CHECKOUT
from tasks.states import move_request

LINKS = 3_000
_LABEL = "Người xem"
_WARM_UP = 8.0
_READY_WITHIN = 900.0


def prepare(home: Path, url: str, size: int) -> None:
    """The country with its history, where it is not there yet."""
    with_history(country(home, url, size))


def closed(
    home: Path,
    url: str,
    size: int,
    *,
    mix: str = "pages",
    busy: bool = False,
    seconds: float = 20,
    readers: int = 20,
) -> Measured:
    """Readers without a pause between pages."""
    return _measure(home, url, size, mix=mix, busy=busy, seconds=seconds, readers=readers, every=0.0)


def persons(
    home: Path,
    url: str,
    size: int,
    *,
    mix: str = "pages",
    busy: bool = False,
    seconds: float = 20,
    readers: int = 20,
    every: float = 2.0,
) -> Measured:
    """Readers who each look at a page every few seconds."""
    return _measure(home, url, size, mix=mix, busy=busy, seconds=seconds, readers=readers, every=every)


def afresh(home: Path, url: str, size: int, *, pages: int = 2) -> Measured:  # noqa: ARG001 - as every measurement
    """Every figure computed anew for every page; one reader."""
    office = office_at(home, url)
    crowd = Crowd(0, _targets(office, "board"), 1, 0.0)
    with _server(office, url, afresh=True) as (pid, port):
        crowd.port = port
        cpu, own, began = cpu_of(pid), process_time(), perf_counter()
        crowd.read(seconds=None, pages=pages)
        return _found(crowd, perf_counter() - began, cpu_of(pid) - cpu, process_time() - own, pid)


def _measure(
    home: Path, url: str, size: int, *, mix: str, busy: bool, seconds: float, readers: int, every: float
) -> Measured:
    office = office_at(home, url)
    targets = _targets(office, mix, size)
    stop = Event()
    writer = Thread(target=_keep_reporting, args=(office, stop)) if busy else None
    with _server(office, url) as (pid, port):
        first = Crowd(port, _targets(office, "board"), 1, 0.0)
        until = perf_counter() + _READY_WITHIN
        while (
            not _is_whole(first) and perf_counter() < until
        ):  # the cycles of the trend are computed meanwhile
            sleep(1.0)
        Crowd(port, targets, readers, every).read(_WARM_UP)
        if writer:
            writer.start()
            sleep(3.0)
        crowd = Crowd(port, targets, readers, every)
        cpu, own, began = cpu_of(pid), process_time(), perf_counter()
        crowd.read(seconds)
        found = _found(crowd, perf_counter() - began, cpu_of(pid) - cpu, process_time() - own, pid)
        stop.set()
        if writer:
            writer.join()
    return found


def _is_whole(crowd: "Crowd") -> bool:
    crowd.read(seconds=None, pages=1)
    return crowd.last != b"" and "Đang tính thêm".encode() not in crowd.last


def _found(crowd: "Crowd", seconds: float, cpu: float, own: float, pid: int) -> Measured:
    pages = len(crowd.times)
    held = peaks(pid)
    return Measured(
        items=pages,
        seconds=seconds,
        cpu=cpu,
        peak_mb=max(held["serving"]),
        said={
            "p50": within(crowd.times, 0.50),
            "p95": within(crowd.times, 0.95),
            "p99": within(crowd.times, 0.99),
            "longest": within(crowd.times, 1.0),
            "pages_a_second": pages / seconds,
            "cpu_ms_a_page": cpu / max(1, pages) * 1000,
            "readers_cpu_ms_a_page": own / max(1, pages) * 1000,
            "figures_process_peak_mb": max(held["figures"], default=0.0),
            "largest_page_kb": max(crowd.sizes, default=0) / 1000,
            "refused": crowd.failed,
        },
    )


def within(times: list[float], part: float) -> float:
    """The milliseconds within which this part of them was answered."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))] * 1000 if times else 0.0


def peaks(pid: int) -> dict[str, list[float]]:
    """MB that each process of the server has held at most: those that serve, and the one that keeps the figures."""
    held: dict[str, list[float]] = {"serving": [], "figures": []}
    for one in _family(pid):
        status = Path(f"/proc/{one}/status").read_text("utf-8")
        command = Path(f"/proc/{one}/cmdline").read_bytes()
        peak = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024
        held["figures" if b"--keep-board" in command else "serving"].append(peak)
    return held


def cpu_of(pid: int) -> float:
    """Processor seconds of the server's processes."""
    used = 0
    for one in _family(pid):
        fields = Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> Iterator[int]:
    """A process and those that it, or any of its threads, has started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            yield from _family(int(child))


@contextmanager
def _server(office: Office, url: str, *, afresh: bool = False) -> Iterator[tuple[int, int]]:
    settings, port = office.settings, free_port()
    environment = {
        "DONDOC_HOME": str(settings.home),
        "DONDOC_DATABASE_URL": url,
        "DONDOC_PROFILE": str(settings.profile),
        "PYTHONWARNINGS": "ignore",
    }
    words = ["-m", "benchmarks.board_server", "--port", str(port), "--workers", "1" if afresh else "2"]
    log = settings.home / "bang.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            [sys.executable, *words, *(["--afresh"] if afresh else [])],
            env={"PATH": os.environ["PATH"], **environment},
            cwd=CHECKOUT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until = perf_counter() + _READY_WITHIN
        while not _listens(port):
            if process.poll() is not None or perf_counter() > until:
                raise SystemExit(f"The server does not answer:\n{log.read_text('utf-8')}")
            sleep(0.2)
        yield process.pid, port
    finally:
        stop(process)


def _listens(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/robots.txt", timeout=60, trust_env=False)
    except httpx.TransportError:
        return False
    return True


def _targets(office: Office, mix: str, size: int = 1) -> "Targets":
    with office.store.writing() as session:
        links = [
            link.id or 0
            for link in session.exec(
                select(BoardLink).where(BoardLink.label == _LABEL).order_by(col(BoardLink.id))
            )
        ]
        if not links:
            put(
                session,
                BoardLink,
                (
                    {"kind": BoardLinkKind.PAGE, "label": _LABEL, "actor": "Đo tốc độ", "made_at": NOW}
                    for _ in range(LINKS)
                ),
            )
            links = list(session.exec(select(BoardLink.id).where(BoardLink.label == _LABEL)))  # type: ignore[arg-type]
        codes = (
            list(session.exec(select(Agency.code).where(Agency.kind == AgencyKind.COMMUNE)))
            if size > 1
            else []
        )
    tokens = [board_token(link, BoardLinkKind.PAGE, office.key) for link in links]
    return Targets(mix, tokens, codes, size * PER_AGENCY)


@dataclass
class Targets:
    """Addresses to ask for, one after the other."""

    mix: str
    tokens: list[str]
    agencies: list[str]
    assignments: int
    chance: random.Random = field(default_factory=lambda: random.Random(57))  # noqa: S311 - the same pages every time

    def path(self, number: int) -> str:
        """The path of a page, by the next link."""
        here = f"/xem/{self.tokens[number % len(self.tokens)]}"
        drawn = 0 if self.mix == "board" else self.chance.randrange(10)
        if drawn < 6:
            return here
        return (
            here
            + (
                f"/{NEWEST}?kind=commune&state=overdue",
                f"/{NEWEST}/co-quan/{self.chance.choice(self.agencies)}",
                f"/{NEWEST}/nhiem-vu/{self.chance.randint(1, self.assignments)}",
                f"/{NEWEST}/tai/co-quan.csv",
            )[drawn - 6]
        )


@dataclass
class _Reader:
    connection: socket.socket
    due: float  # when it asks next
    asked: float | None = None
    got: bytearray = field(default_factory=bytearray)
    length: int = 0  # of the whole answer, once its first lines have come


class Crowd:
    """So many readers at a time, each a socket that stays open: one thread, so that it costs the machine little."""

    def __init__(self, port: int, targets: Targets, many: int, every: float) -> None:
        self.port, self._targets, self._many, self._every = port, targets, many, every
        self._number = random.Random(many).randrange(10**6)  # noqa: S311
        self.times: list[float] = []
        self.sizes: set[int] = set()
        self.failed = 0
        self.last = b""

    def read(self, seconds: float | None, pages: int = 0) -> None:
        """For so long, or (seconds None) so many pages."""
        began = perf_counter()
        readers = [
            _Reader(socket.create_connection(("127.0.0.1", self.port)), began + self._every * n / self._many)
            for n in range(self._many)
        ]
        aim = len(self.times) + self.failed + pages
        with selectors.DefaultSelector() as ready:
            for reader in readers:
                reader.connection.setblocking(False)
                reader.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                ready.register(reader.connection, selectors.EVENT_READ, reader)
            while True:
                now = perf_counter()
                ended = (
                    now - began >= seconds if seconds is not None else len(self.times) + self.failed >= aim
                )
                if ended:
                    break
                for reader in readers:
                    if reader.asked is None and reader.due <= now:
                        self._ask(reader)
                wait = min((one.due - now for one in readers if one.asked is None), default=0.5)
                for key, _ in ready.select(max(0.0, min(0.5, wait))):
                    self._take(key.data)
        for reader in readers:
            reader.connection.close()

    def _ask(self, reader: _Reader) -> None:
        self._number += 1
        at = self._number
        reader.asked = perf_counter()
        reader.connection.send(
            f"GET {self._targets.path(at)} HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            f"x-forwarded-for: 10.{at >> 16 & 255}.{at >> 8 & 255}.{at & 255}\r\n\r\n".encode()
        )

    def _take(self, reader: _Reader) -> None:
        part = reader.connection.recv(1 << 20)
        reader.got += part
        if not reader.length and (end := reader.got.find(b"\r\n\r\n")) >= 0:
            said = re.search(rb"content-length: (\d+)", bytes(reader.got[:end]), re.IGNORECASE)
            if said is None:
                raise RuntimeError("an answer without its length")
            reader.length = end + 4 + int(said[1])
        if not part or (reader.length and len(reader.got) >= reader.length):
            self._took(reader)

    def _took(self, reader: _Reader) -> None:
        now = perf_counter()
        if reader.asked is None:
            raise RuntimeError("an answer to nothing")
        if reader.got.startswith(b"HTTP/1.1 200"):
            self.times.append(now - reader.asked)
            self.sizes.add(reader.length)
            self.last = bytes(reader.got)
        else:
            self.failed += 1
        reader.due = max(now, reader.asked + self._every)
        reader.asked, reader.length = None, 0
        reader.got.clear()


def _keep_reporting(office: Office, stop: Event) -> None:
    """A report is accepted every second, each time of another agency that has not reported yet."""
    with office.store.reading() as session:
        cycle = find_cycle(session, NEWEST)
        silent = session.exec(
            select(Request.id).where(Request.cycle_id == cycle.id, Request.state == RequestState.SENT)
        ).all()
    for request_id in silent:
        if stop.wait(1.0):
            return
        with office.store.writing() as session:
            _report(session, session.get_one(Request, request_id))


def _report(session: Session, request: Request) -> None:
    at = NOW + timedelta(seconds=request.id or 0)
    sha256 = keep_bytes(session, hashlib.sha256(f"bao cao {request.id}".encode()).digest(), at)
    arrival = Arrival(
        channel="trang-web",
        reference=f"bang/{request.id}",
        file_name="bao-cao.xlsx",
        sha256=sha256,
        received_at=at,
        stored_at=at,
        verdict=ArrivalVerdict.SUBMISSION,
        request_id=request.id,
    )
    session.add(arrival)
    session.flush()
    version = Submission(
        request_id=request.id or 0,
        version=1,
        sha256=sha256,
        arrival_id=arrival.id or 0,
        received_at=at,
        verdict=SubmissionVerdict.ACCEPTED,
        judged_at=at,
    )
    session.add(version)
    session.flush()
    asked = session.exec(
        select(AssignmentRevision.assignment_id)
        .join(RequestItem, col(RequestItem.assignment_revision_id) == col(AssignmentRevision.id))
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .where(RequestItem.request_id == request.id)
    ).all()
    session.execute(
        sa.insert(AssignmentReport),
        [
            {
                "submission_id": version.id,
                "assignment_id": one,
                "status": ReportStatus.IN_PROGRESS,
                "percent": Decimal(40),
                "product": "Kế hoạch số 15/KH-UBND",
            }
            for one in asked
        ],
    )
    request.first_received_at = request.complete_at = at
    move_request(session, request, RequestState.COMPLETE, reason="đạt", actor="Đo tốc độ", now=at)


def main() -> None:
    """One measurement by hand: python -m benchmarks.scale_board HOME SIZE [closed|persons|afresh] [mix] [busy]."""
    home, size, how, *rest = sys.argv[1:]
    url = os.environ.get("DONDOC_BENCH_URL", "")
    if how == "afresh":
        found = afresh(Path(home), url, int(size))
    else:
        work = {"closed": closed, "persons": persons}[how]
        found = work(Path(home), url, int(size), mix=rest[0] if rest else "pages", busy="busy" in rest)
    print(found)  # noqa: T201 - what one runs it for


if __name__ == "__main__":
    main()
