"""All measurements of scale in one run, as one table: sizes 60, 600 and 4,000, SQLite and PostgreSQL.

Each line is measured in a process of its own (benchmarks.apart), beside its baseline in the same run: the honest
straightforward program that a good engineer writes in an afternoon with the same libraries. Baselines that take long
are measured on at most 300 items; what is compared is milliseconds an item. What exactly is measured stands at the head
of benchmarks/scale_<line>.py, and of benchmarks/uploads.py.

    python -m benchmarks.scale [--sizes 60,600,4000] [--only dispatch,sweep-idle] [--databases sqlite,postgres]
                               [--upload-seconds 60] [--output benchmarks/results.md]

Lines that are not asked for keep what an earlier run has found, and where.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import uploads
from benchmarks.apart import Measured, apart
from benchmarks.country import SIZES
from benchmarks.databases import POSTGRES, database
from benchmarks.machine import machine
from benchmarks.scale_floors import floors
from benchmarks.scale_lines import LINES, Line
from benchmarks.scale_results import DATABASES, MACHINE, Found, Results
from flows import clock
from models.time import local_day

FLOORS = "floors"
"""Of --only: what no program undercuts."""
BASELINE_SIZE = 300
"""On so many agencies baselines and floors are measured: theirs is the cost of one, whatever the number."""


class Ready:
    """Countries with their history, made once for each database and size, and copied for each line."""

    def __init__(self, kind: str, folder: Path, server: str) -> None:
        self._kind, self._folder, self._server = kind, folder, server
        self._open: dict[int, tuple[Path, str]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Ready":
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def _made(self, size: int) -> tuple[Path, str]:
        if size not in self._open:
            home = self._folder / f"{self._kind}-{size}"
            url = "" if self._kind == "sqlite" else self._stack.enter_context(database(self._server))
            apart("benchmarks.country:prepare", home, url, size)
            self._open[size] = home, url
        return self._open[size]

    @contextmanager
    def place(self, size: int, *, with_history: bool) -> Iterator[tuple[Path, str]]:
        """A folder and a database ("" as its address is SQLite in the folder), gone afterwards: a copy of the country,
        or an empty one."""
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dondoc-bench-"))) / "home"
            url = ""
            if with_history:
                made, template = self._made(size)
                shutil.copytree(made, home)
                if template:
                    url = stack.enter_context(database(self._server, template))
            else:
                home.mkdir()
                if self._kind == "postgres":
                    url = stack.enter_context(database(self._server))
            yield home, url


def measure(
    line: Line, kind: str, sizes: Sequence[int], ready: Ready, here: str, told: Callable[[str], None]
) -> Found:
    """One line on one database of the machine `here`; each measurement in a place of its own."""
    found = Found(line, DATABASES[kind], f"{local_day(clock.now()):%d/%m/%Y}", here)

    def one(function: str, size: int, **options: Any) -> Measured:
        with ready.place(size, with_history=line.with_history) as (home, url):
            if line.prepare:
                apart(line.prepare, home, url, size)
            return apart(function, home, url, size, **options)

    for size in sizes:
        found.ours[size] = ours = one(line.ours, size, **line.options)
        told(
            f"{line.title}, {found.database}, {size:,}: {ours.seconds:.2f} s, {ours.cpu:.2f} s of processor, "
            f"{ours.peak_mb:.0f} MB"
        )
    for name, function in line.baselines:
        found.baselines[name] = beside = one(function, min(max(sizes), BASELINE_SIZE))
        told(f"{line.title}, {found.database}, {name}: {beside.each_ms:.2f} ms an item")
    if line.floor:
        found.floor = one(line.floor, min(max(sizes), BASELINE_SIZE))
        told(f"{line.title}, {found.database}, floor: {found.floor.each_ms:.2f} ms an item")
    return found


_UPLOADS = """
Uploads through the agencies' page (benchmarks/uploads.py: 8 clients, as many server processes as cores, \
{seconds:.0f} s each, every upload another workbook of 18 kB, judged before it is answered), on {machine}:

{table}
"""


def how_postgres_keeps(server: str) -> str:
    """Its version, and whether it puts on the disk what it says it has."""
    engine = sa.create_engine(server.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("server_version", "fsync", "synchronous_commit")
        }
    engine.dispose()
    return f"{said['server_version']}, fsync {said['fsync']}, synchronous_commit {said['synchronous_commit']}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Đo dondoc ở cỡ một tỉnh, nhiều tỉnh và cả nước")
    parser.add_argument("--sizes", default=SIZES, type=_numbers, help="số cơ quan, cách nhau bằng dấu phẩy")
    parser.add_argument(
        "--only", default=(*(line.name for line in LINES), FLOORS), type=_words, help="các phép đo"
    )
    parser.add_argument("--databases", default=tuple(DATABASES), type=_words, help="sqlite, postgres")
    parser.add_argument("--postgres", default=POSTGRES, help="máy chủ PostgreSQL")
    parser.add_argument(
        "--upload-seconds", type=float, default=60, help="thời gian đo nộp qua trang; 0: không đo"
    )
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    results = Results.kept(asked.output)
    here = machine()
    if "postgres" in asked.databases or asked.upload_seconds:
        here += f", PostgreSQL {how_postgres_keeps(asked.postgres)}"
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as folder:
        for kind in asked.databases:
            with Ready(kind, Path(folder), asked.postgres) as ready:
                for line in LINES:
                    if line.name in asked.only:
                        results.put(measure(line, kind, asked.sizes, ready, here, _tell))
                        results.write()
    if FLOORS in asked.only:
        results.floors, results.floors_on = floors(asked.postgres), here
        results.write()
    if asked.upload_seconds:
        taken = uploads.measure(seconds=asked.upload_seconds, postgres=asked.postgres)
        told = _UPLOADS.format(seconds=asked.upload_seconds, table=uploads.table(taken), machine=MACHINE)
        results.uploads, results.uploads_on = told, here
    print(results.write())  # noqa: T201 - what one runs it for


def _numbers(said: str) -> tuple[int, ...]:
    return tuple(int(one) for one in said.split(","))


def _words(said: str) -> tuple[str, ...]:
    return tuple(said.split(","))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a person waits for half an hour


if __name__ == "__main__":
    main()
