"""What `make bench` has found: kept as data beside the page that is written from it, so that one line can be measured
again without the others. A line is measured on one machine with everything that it is held against; which, it says."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from benchmarks.apart import Measured
from benchmarks.scale_floors import Floors
from benchmarks.scale_floors import table as floors_table
from benchmarks.scale_lines import LINES, Line

MEMORY_MB = 400
EXPONENT = 1.1
MACHINE = "{machine}"
"""Stands in the table of the uploads for the name of the machine."""
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}


@dataclass
class Found:
    """What came of one line on one database: by size."""

    line: Line
    database: str
    when: str
    machine: str
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


_SAID = """# What the country costs

Written by `make bench` (benchmarks/scale.py; the head of each benchmarks/scale_*.py says what is measured, and its \
baseline: the honest straightforward program with the same libraries, in the same run). docs/performance.md says where \
the time goes.

{machines}

A line was measured, with all that it is held against, on the machine that its last column names.

"s" are seconds of the wall clock for all of it, "processor" those of the processor, "MB" the most memory that a \
process held, "growth" the exponent from the second largest size to the largest (1 is linear).

| | database | agencies | s | processor s | ms an item | MB | queries | measured |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
{sizes}

| | database | beside | ms an item there | ours | times as quick | growth | not reached |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
{ratios}

Readers of the board (ms from the question to the last byte of a page; of a closed loop each asks for the next page as \
soon as it has the last; a person asks every two seconds):

| | database | agencies | pages | p50 | p95 | p99 | pages a second | processor ms a page | MB | largest page, kB \
| measured |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
{readers}

What no program undercuts here, each alone (benchmarks/scale_floors.py), on {floors_on}:

| | ms |
| --- | ---: |
{floors}
{uploads}"""


@dataclass
class Results:
    """All that was found, by line and database, what nobody undercuts, and the table of the uploads."""

    path: Path | None
    found: dict[tuple[str, str], Found] = field(default_factory=dict)
    uploads: str = ""
    uploads_on: str = ""
    floors: Floors = field(default_factory=dict)
    floors_on: str = ""

    @classmethod
    def kept(cls, path: Path | None) -> "Results":
        """What earlier runs have left; `path` is the page, its data stands beside it (.json)."""
        results = cls(path)
        beside = path.with_suffix(".json") if path else None
        if beside is None or not beside.exists():
            return results
        told = json.loads(beside.read_text(encoding="utf-8"))
        results.uploads, results.uploads_on = told["uploads"], told["uploads_on"]
        results.floors, results.floors_on = told["floors"], told["floors_on"]
        lines = {line.name: line for line in LINES}
        for one in told["found"]:
            if one["line"] in lines:
                results.put(_found(lines[one["line"]], one))
        return results

    def put(self, found: Found) -> None:
        self.found[found.line.name, found.database] = found

    def write(self) -> str:
        """The page; it and its data are written where there is a path."""
        text = self._page()
        if self.path:
            self.path.write_text(text, encoding="utf-8")
            told = {
                "uploads": self.uploads,
                "uploads_on": self.uploads_on,
                "floors": self.floors,
                "floors_on": self.floors_on,
                "found": [_told(one) for one in self._in_order()],
            }
            data = json.dumps(told, ensure_ascii=False, indent=1)
            self.path.with_suffix(".json").write_text(data + "\n", encoding="utf-8")
        return text

    def _in_order(self) -> list[Found]:
        names = [line.name for line in LINES]
        return sorted(
            self.found.values(),
            key=lambda one: (names.index(one.line.name), list(DATABASES.values()).index(one.database)),
        )

    def _page(self) -> str:
        found = self._in_order()
        machines = dict.fromkeys([*(one.machine for one in found), self.floors_on, self.uploads_on])
        machines.pop("", None)
        names = dict(zip(machines, map("machine {}".format, ascii_uppercase), strict=False)) | {
            "": "no machine"
        }
        sizes = [
            f"| {one.line.title} | {one.database} | {size:,} | {ours.seconds:.2f} | {ours.cpu:.2f} "
            f"| {ours.each_ms:.2f} | {ours.peak_mb:.0f} | {ours.queries or ''} | {one.when}, {names[one.machine]} |"
            for one in found
            if not one.line.lasts
            for size, ours in sorted(one.ours.items())
        ]
        readers = [
            f"| {one.line.title} | {one.database} | {size:,} | {ours.items:,} | {ours.said['p50']:.0f} "
            f"| {ours.said['p95']:.0f} | {ours.said['p99']:.0f} | {ours.said['pages_a_second']:.0f} "
            f"| {ours.said['cpu_ms_a_page']:.2f} | {ours.peak_mb:.0f} | {ours.said['largest_page_kb']:.0f} "
            f"| {one.when}, {names[one.machine]} |"
            for one in found
            if one.line.lasts
            for size, ours in sorted(one.ours.items())
        ]
        return _SAID.format(
            machines="\n".join(f"- {names[one]}: {one}" for one in machines),
            sizes="\n".join(sizes),
            ratios="\n".join(row for one in found for row in _ratios(one)),
            readers="\n".join(readers),
            floors_on=names[self.floors_on],
            floors=floors_table(self.floors),
            uploads=self.uploads.replace(MACHINE, names[self.uploads_on]),
        )


def _told(one: Found) -> dict[str, Any]:
    return {
        "line": one.line.name,
        "database": one.database,
        "when": one.when,
        "machine": one.machine,
        "ours": {str(size): asdict(measured) for size, measured in one.ours.items()},
        "baselines": {name: asdict(measured) for name, measured in one.baselines.items()},
        "floor": asdict(one.floor) if one.floor else None,
    }


def _found(line: Line, told: dict[str, Any]) -> Found:
    return Found(
        line=line,
        database=told["database"],
        when=told["when"],
        machine=told["machine"],
        ours={int(size): Measured(**measured) for size, measured in told["ours"].items()},
        baselines={name: Measured(**measured) for name, measured in told["baselines"].items()},
        floor=Measured(**told["floor"]) if told["floor"] else None,
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
