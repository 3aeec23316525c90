"""Trials of the promises about reminders: real processes, real SMTP, death at every step.

Promised (design.md, section 4): nothing is lost; nothing goes out twice unless the server's answer was not received or
our process died before its record, and then the mail repeats its Message-ID; who has reported is not chased. Each
trial counts from both ends, what a server accepted and what the database says, and ends with 1 when a promise broke.

    python -m benchmarks.chaos [--agencies 500] [--kills 58] [--seed 57] [--output benchmarks/chaos.md]
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import sqlalchemy as sa

from benchmarks.chaos_count import Outcome
from benchmarks.chaos_kills import killed_again_and_again
from benchmarks.chaos_province import Site
from benchmarks.chaos_servers import misbehaving_mail
from benchmarks.chaos_times import jumping_clocks, off_for_a_week
from benchmarks.chaos_zalo import zalo_token_ends
from benchmarks.machine import machine

POSTGRES = os.environ.get("DONDOC_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
COLUMNS = (
    "scenario",
    "reminders due",
    "kills",
    "delivered",
    "lost",
    "doubled",
    "of these: answer not received or not recorded",
    "sent to who had reported",
)
Trial = Callable[[Site], Outcome]


def trials(agencies: int, kills: int, seed: int) -> tuple[list[Trial], list[Trial]]:
    """What is tried on SQLite, and what on PostgreSQL too."""
    some = max(agencies // 8, 8)
    on_sqlite: list[Trial] = [
        partial(killed_again_and_again, agencies=agencies, kills=kills, seed=seed),
        partial(off_for_a_week, agencies=some),
        partial(jumping_clocks, agencies=some, at_once=1),
        partial(jumping_clocks, agencies=some, at_once=2),
        partial(jumping_clocks, agencies=some, at_once=8),
        partial(misbehaving_mail, agencies=some),
        partial(zalo_token_ends, agencies=some),
    ]
    on_postgres: list[Trial] = [
        partial(killed_again_and_again, agencies=agencies // 4, kills=kills // 4, seed=seed + 1),
        partial(jumping_clocks, agencies=some, at_once=2),
        partial(jumping_clocks, agencies=some, at_once=8),
    ]
    return on_sqlite, on_postgres


@contextmanager
def site_on_sqlite() -> Iterator[Site]:
    """A folder of its own."""
    with tempfile.TemporaryDirectory(prefix="dondoc-chaos-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        yield Site(home)


@contextmanager
def site_on_postgres(server: str = POSTGRES) -> Iterator[Site]:
    """A folder and a database of its own, dropped afterwards."""
    address = sa.make_url(server).set(drivername="postgresql+psycopg")
    admin = sa.create_engine(
        address.set(database=address.database or "postgres"),
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 3},
    )
    name = f"dondoc_chaos_{uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        with site_on_sqlite() as site:
            url = address.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
            yield Site(site.home, url)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def text_of(outcomes: list[Outcome], seed: int, minutes: float, without: str) -> str:
    """The table, what each trial said, and the verdict."""
    lines = [
        "# Reminders under kill -9, clock jumps and servers that misbehave",
        "",
        "Written by `make chaos` (benchmarks/chaos.py says what is promised; each trial is a module beside it).",
        "",
        f"Machine: {machine()}. Seed {seed}, {minutes:.0f} minutes.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {o.scenario} | {o.notices} | {o.kills} | {o.delivered} | {o.lost} | {o.doubled} | {o.unanswered} "
            f"| {o.chased} |"
            for o in outcomes
        ),
        "",
        "A message that is doubled bears the same Message-ID both times: mail programs show it once or as a repeat.",
        "What was due and not delivered had been satisfied before it was sent, or is recorded as refused.",
        "",
        *(f"- {o.scenario}: {sentence}." for o in outcomes for sentence in o.said),
        *([f"- {without}"] if without else []),
        "",
        *(f"BROKEN in “{o.scenario}”: {sentence}" for o in outcomes for sentence in o.broken),
        *([] if any(o.broken for o in outcomes) else ["Every promise held."]),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Thử lời hứa của việc nhắc: dừng đột ngột, đồng hồ nhảy, máy chủ lỗi"
    )
    parser.add_argument("--agencies", type=int, default=500, help="số cơ quan")
    parser.add_argument("--kills", type=int, default=58, help="số lần dừng đột ngột")
    parser.add_argument("--seed", type=int, default=57, help="hạt giống của phép rút thăm")
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    began = perf_counter()
    outcomes, without = [], ""
    on_sqlite, on_postgres = trials(asked.agencies, asked.kills, asked.seed)
    for trial in on_sqlite:
        with site_on_sqlite() as site:
            outcomes.append(_told(trial(site)))
    try:
        for trial in on_postgres:
            with site_on_postgres() as site:
                outcomes.append(_told(trial(site)))
    except sa.exc.OperationalError:
        without = f"Not tried on PostgreSQL: none answers at {POSTGRES}."
    text = text_of(outcomes, asked.seed, (perf_counter() - began) / 60, without)
    if asked.output:
        asked.output.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - what one runs it for
    sys.exit(any(outcome.broken for outcome in outcomes))


def _told(outcome: Outcome) -> Outcome:
    """A line on the way: the whole takes minutes."""
    print(f"{outcome.scenario}: {'; '.join(outcome.broken) or 'ok'}", file=sys.stderr)  # noqa: T201
    return outcome


if __name__ == "__main__":
    main()
