"""All measurements of scale in one run, as one table: sizes 60, 600 and 4,000, SQLite and PostgreSQL.

Each line is measured in a process of its own (benchmarks.apart), beside its baseline in the same run: the honest
straightforward program that a good engineer writes in an afternoon with the same libraries. Baselines that take long
are measured on at most 300 items; what is compared is milliseconds an item. What exactly is measured stands at the head
of benchmarks/scale_<line>.py, and of benchmarks/uploads.py.

    python -m benchmarks.scale [--sizes 60,600,4000] [--only dispatch,sweep-idle] [--databases sqlite,postgres]
                               [--upload-seconds 60] [--output benchmarks/results.md]
"""

import argparse
import math
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks import uploads
from benchmarks.apart import Measured, apart
from benchmarks.collect import machine
from benchmarks.country import SIZES
from benchmarks.databases import POSTGRES, database

MEMORY_MB = 400
EXPONENT = 1.1
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


@dataclass(frozen=True)
class Line:
    """One line of the table: the functions to call (`module:function` of benchmarks.apart), and what is wanted of it.

    `at_least`: how many times the (first) baseline's speed an item; `at_most_floor`: how many times the floor;
    `seconds`, `cpu_seconds`, `p95_ms`: bounds at the largest size. `options` are those of `ours`. `lasts`: `ours` takes
    as long as it is told to, and what grows with the size is the processor's time for an item.
    """

    name: str
    title: str
    ours: str
    prepare: str = ""
    with_history: bool = False
    baselines: tuple[tuple[str, str], ...] = ()
    floor: str = ""
    at_least: float = 0.0
    at_most_floor: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    p95_ms: float = 0.0
    lasts: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Found:
    """What came of one line on one database: by size."""

    line: Line
    database: str
    ours: dict[int, Measured] = field(default_factory=dict)
    baselines: dict[str, Measured] = field(default_factory=dict)
    floor: Measured | None = None

    @property
    def largest(self) -> Measured:
        return self.ours[max(self.ours)]

    @property
    def exponent(self) -> float | None:
        """How the cost grows from the second largest size to the largest: 1 is linear; None with one size."""
        if len(self.ours) < 2:
            return None
        *_, small, large = sorted(self.ours)
        return math.log(self._cost(large) / self._cost(small)) / math.log(large / small)

    def _cost(self, size: int) -> float:
        one = self.ours[size]
        return one.cpu / one.items if self.line.lasts else one.seconds

    def times(self, name: str) -> float:
        """How many times as quick as this baseline an item is, at the largest size."""
        return self.baselines[name].each_ms / self.largest.each_ms

    @property
    def to_floor(self) -> float:
        return self.largest.each_ms / self.floor.each_ms if self.floor else 0.0

    def missed(self) -> list[str]:
        """What is wanted of this line and was not reached, in words."""
        line, most = self.line, self.largest
        found = []
        if line.at_least and self.times(line.baselines[0][0]) < line.at_least:
            found.append(f"{self.times(line.baselines[0][0]):.1f} of {line.at_least:g} times the baseline")
        if line.at_most_floor and self.to_floor > line.at_most_floor:
            found.append(f"{self.to_floor:.1f} times the floor, {line.at_most_floor:g} wanted")
        if line.seconds and most.seconds > line.seconds:
            found.append(f"{most.seconds:.1f} s, {line.seconds:g} wanted")
        if line.cpu_seconds and most.cpu > line.cpu_seconds:
            found.append(f"{most.cpu:.2f} s of processor, {line.cpu_seconds:g} wanted")
        if line.p95_ms and most.said["p95"] > line.p95_ms:
            found.append(f"p95 {most.said['p95']:.0f} ms, {line.p95_ms:g} wanted")
        if most.peak_mb > MEMORY_MB:
            found.append(f"{most.peak_mb:.0f} MB, {MEMORY_MB} wanted")
        if self.exponent is not None and self.exponent > EXPONENT:
            found.append(f"grows with {self.exponent:.2f}, {EXPONENT} wanted")
        return found


LINES = (
    Line(
        "dispatch",
        "Dispatch",
        prepare="benchmarks.scale_dispatch:prepare",
        ours="benchmarks.scale_dispatch:dondoc",
        baselines=(
            ("one Prefect task each", "benchmarks.scale_dispatch:baseline"),
            ("plain loop", "benchmarks.scale_dispatch:plain_loop"),
        ),
        floor="benchmarks.scale_dispatch:floor",
        at_least=10,
        at_most_floor=3,
    ),
    Line(
        "collect",
        "Collect",
        prepare="benchmarks.scale_collect:prepare",
        ours="benchmarks.scale_collect:dondoc",
        baselines=(
            ("one Prefect task each", "benchmarks.scale_collect:baseline"),
            ("plain loop", "benchmarks.scale_collect:plain"),
        ),
        floor="benchmarks.scale_collect:floor",
        at_least=8,
    ),
    Line(
        "sweep-idle",
        "Sweep, nothing due",
        ours="benchmarks.scale_sweep:idle",
        with_history=True,
        cpu_seconds=1,
    ),
    Line("audit", "Auditor's round", ours="benchmarks.scale_sweep:audit", with_history=True),
    Line(
        "sweep-worst",
        "Sweep, everybody overdue",
        ours="benchmarks.scale_sweep:worst",
        with_history=True,
        baselines=(
            ("one Prefect task each", "benchmarks.scale_sweep:baseline"),
            ("plain loop", "benchmarks.scale_sweep:plain_loop"),
        ),
        at_least=10,
    ),
    Line(
        "completion",
        "Completion, all cuts",
        prepare="benchmarks.scale_completion:prepare",
        ours="benchmarks.scale_completion:dondoc",
        with_history=True,
        seconds=2,
    ),
    Line(
        "report",
        "Consolidated report, DOCX and XLSX",
        prepare="benchmarks.scale_report:prepare",
        ours="benchmarks.scale_report:dondoc",
        with_history=True,
        baselines=(
            ("tables alone, openpyxl", "benchmarks.scale_report:plain_sheets"),
            ("tables alone, python-docx", "benchmarks.scale_report:plain_word"),
        ),
        seconds=20,
    ),
    Line(
        "board",
        "Board page, 20 readers in a closed loop",
        ours="benchmarks.scale_board:closed",
        options={"mix": "board"},
        with_history=True,
        baselines=(("figures computed for every page", "benchmarks.scale_board:afresh"),),
        p95_ms=150,
        lasts=True,
    ),
    Line(
        "board-pages",
        "Board, all its pages, 20 readers in a closed loop",
        ours="benchmarks.scale_board:closed",
        with_history=True,
        p95_ms=150,
        lasts=True,
    ),
    Line(
        "board-busy",
        "Board, all its pages, a report a second, 20 people",
        ours="benchmarks.scale_board:persons",
        options={"busy": True},
        with_history=True,
        p95_ms=150,
        lasts=True,
    ),
)
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


def measure(line: Line, kind: str, sizes: Sequence[int], ready: Ready, told: Callable[[str], None]) -> Found:
    """One line on one database; each measurement in a place of its own."""
    found = Found(line, DATABASES[kind])

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


_SAID = """# What the country costs

Written by `make bench` (benchmarks/scale.py; the head of each benchmarks/scale_*.py says what is measured, and its \
baseline: the honest straightforward program with the same libraries, in the same run). docs/performance.md says where \
the time goes.

Machine: {machine}. PostgreSQL: {postgres}.

"s" are seconds of the wall clock for all of it, "processor" those of the processor, "MB" the most memory that a \
process held, "growth" the exponent from the second largest size to the largest (1 is linear).

| | database | agencies | s | processor s | ms an item | MB | queries |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
{sizes}

| | database | beside | ms an item there | ours | times as quick | growth | not reached |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
{ratios}

Readers of the board (ms from the question to the last byte of a page; of a closed loop each asks for the next page as \
soon as it has the last; a person asks every two seconds):

| | database | agencies | pages | p50 | p95 | p99 | pages a second | processor ms a page | largest page, kB |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
{readers}
"""
_UPLOADS = """
Uploads through the agencies' page (benchmarks/uploads.py: 8 clients, as many server processes as cores, \
{seconds:.0f} s each, every upload another workbook of 18 kB, judged before it is answered):

{table}
"""


def table(found: Sequence[Found], postgres: str) -> str:
    """The results as a page of Markdown."""
    sizes = [
        f"| {one.line.title} | {one.database} | {size:,} | {ours.seconds:.2f} | {ours.cpu:.2f} | {ours.each_ms:.2f} "
        f"| {ours.peak_mb:.0f} | {ours.queries or ''} |"
        for one in found
        if not one.line.lasts
        for size, ours in sorted(one.ours.items())
    ]
    ratios = [row for one in found for row in _ratios(one)]
    readers = [
        f"| {one.line.title} | {one.database} | {size:,} | {ours.items:,} | {ours.said['p50']:.0f} "
        f"| {ours.said['p95']:.0f} | {ours.said['p99']:.0f} | {ours.said['pages_a_second']:.0f} "
        f"| {ours.said['cpu_ms_a_page']:.2f} | {ours.said['largest_page_kb']:.0f} |"
        for one in found
        if one.line.lasts
        for size, ours in sorted(one.ours.items())
    ]
    return _SAID.format(
        machine=machine(),
        postgres=postgres,
        sizes="\n".join(sizes),
        ratios="\n".join(ratios),
        readers="\n".join(readers),
    )


def _ratios(one: Found) -> Iterator[str]:
    growth = "" if one.exponent is None else f"{one.exponent:.2f}"
    missed = "; ".join(one.missed())
    head = f"| {one.line.title} | {one.database}"
    ours = one.largest.each_ms
    for name, beside in one.baselines.items():
        yield f"{head} | {name} | {beside.each_ms:.2f} | {ours:.2f} | {one.times(name):.1f} | {growth} | {missed} |"
        growth = missed = ""
    if one.floor:
        yield f"{head} | floor | {one.floor.each_ms:.2f} | {ours:.2f} | {1 / one.to_floor:.2f} | {growth} | {missed} |"
    elif not one.baselines:
        yield f"{head} | | | {ours:.2f} | | {growth} | {missed} |"


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
    parser.add_argument("--only", default=tuple(line.name for line in LINES), type=_words, help="các phép đo")
    parser.add_argument("--databases", default=tuple(DATABASES), type=_words, help="sqlite, postgres")
    parser.add_argument("--postgres", default=POSTGRES, help="máy chủ PostgreSQL")
    parser.add_argument(
        "--upload-seconds", type=float, default=60, help="thời gian đo nộp qua trang; 0: không đo"
    )
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    postgres = how_postgres_keeps(asked.postgres) if "postgres" in asked.databases else "not measured"
    found = []
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as folder:
        for kind in asked.databases:
            with Ready(kind, Path(folder), asked.postgres) as ready:
                found += [
                    measure(line, kind, asked.sizes, ready, _tell)
                    for line in LINES
                    if line.name in asked.only
                ]
    found.sort(key=lambda one: LINES.index(one.line))
    text = table(found, postgres)
    if asked.upload_seconds:
        taken = uploads.measure(seconds=asked.upload_seconds, postgres=asked.postgres)
        text += _UPLOADS.format(seconds=asked.upload_seconds, table=uploads.table(taken))
    if asked.output:
        asked.output.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - what one runs it for


def _numbers(said: str) -> tuple[int, ...]:
    return tuple(int(one) for one in said.split(","))


def _words(said: str) -> tuple[str, ...]:
    return tuple(said.split(","))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - a person waits for half an hour


if __name__ == "__main__":
    main()
