"""What `make bench` measures, and what is wanted of it: the lines of its table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
"""In the order of the table."""
