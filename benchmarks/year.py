"""A long soak: one year of a country, simulated day after day, with everything going wrong that is promised against.

Four quarters, two half-years and the year 2025 of a country of 4,000 agencies (by default) are opened, released and
sent by the machine, reported by folder, page and `receive`, reminded, closed. Real child processes run the program's
own steps (sweep, collect, audit, consolidate) at told times; real SMTP; on PostgreSQL a cluster of its own, fsync on.

What is simulated: every working day from 2/1/2025 to the close of the last cycle; of a day in which a cycle runs four
sweeps and collections at 06:10, 08:05, 10:30, 14:00, 16:20 and the auditor at 16:40; of the others a sweep and a
collection; of a day off in a cycle's time one sweep; nothing at night. Agencies' behaviour is drawn: early, in time,
after the first reminder, after the head's, late, never, after the close; some hand in a faulty form first, the same
bytes twice, a later version. What they fill in is the form that the mail server was given. One agency in 200 has a
dead mailbox, one in 250 is let off, one in 100 reports on paper.

What goes wrong: the worker is killed (SIGKILL) every day, at a step between "due" and "recorded", at a random moment,
or between two runs; the database is stopped hard once a week in the midst of a run (SQLite: whoever has it open dies);
the mail server is down for a whole day in each season of reports, on days when much is due, and on other days slow,
putting off or hanging up. No mailbox (IMAP), no Zalo, no Prefect is in it: benchmarks.chaos, benchmarks.scale_out.

At the end benchmarks.year_count holds the database against the mail server's record and the agencies' diary.

    python -m benchmarks.year [--agencies 4000] [--cycles 7] [--database postgres] [--seed 57] [--minutes 0]
        [--output benchmarks/soak.md]
"""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.year_count import Counted, count
from benchmarks.year_drive import Soak, SoakFault
from benchmarks.year_plan import Shape
from benchmarks.year_rows import open_rows
from benchmarks.year_servers import Database, Sqlite, cluster

HELD = "Every promise held."


def soak(folder: Path, database: Database, shape: Shape, minutes: float = 0) -> tuple[Soak, Counted, bool]:
    """The soak and its count; whether the year was run to its end."""
    year = Soak(folder, database, shape)
    stuck = ""
    try:
        ended = year.run(time.monotonic() + minutes * 60 if minutes else 0.0)
    except SoakFault as fault:
        ended, stuck = False, str(fault)
    found = counted(year, database, cut_short=not ended)
    if stuck:
        found.broken.append(stuck)
    return year, found, ended


def counted(year: Soak, database: Database, *, cut_short: bool = False) -> Counted:
    """The count of a year that was run."""
    with open_rows(database.url, year.home) as rows:
        found = count(year.folder, year.days, year.periods, rows, cut_short=cut_short)
    if cut_short:
        found.said.append(
            "The year was cut short: only what can be asked at any time was asked, and this is no verdict on the rest"
        )
    return found


def text_of(year: Soak, found: Counted, database: Database, minutes: float) -> str:
    """What was counted, and the verdict."""
    shape, totals = year.shape, year.totals
    ran = (
        f"Machine: {machine()}. {database.name}. {shape.agencies:,} agencies, {len(year.periods)} cycles, "
        f"{totals.days} days simulated from {year.year.first:%d/%m/%Y} to {totals.last:%d/%m/%Y}, seed "
        f"{shape.seed}. {minutes:.0f} minutes, of which the runs that came to their end took "
        f"{totals.cpu / 60:.0f} minutes of processor time; a worker held at most {totals.peak_mb:.0f} MB."
    )
    lines = [
        "# A year of a country, with everything going wrong",
        "",
        "Written by `make soak` (benchmarks/year.py says what is simulated and what goes wrong; the count, in",
        "benchmarks/year_count.py, rests on plain SQL, the mail server's own record and the agencies' diary).",
        "",
        ran,
        "",
        "| counted | |",
        "| --- | ---: |",
        *(f"| {name} | {value:,} |" for name, value in found.figures.items()),
        "",
        *(f"- {sentence}." for sentence in found.said),
        *([""] if found.said else []),
        *(f"BROKEN: {sentence}" for sentence in found.broken),
        *([] if found.broken else [HELD]),
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Chạy thử trọn một năm của cả nước, có đủ loại sự cố, rồi đếm độc lập"
    )
    parser.add_argument("--agencies", type=int, default=4_000, help="số cơ quan")
    parser.add_argument(
        "--cycles", type=int, default=7, choices=range(1, 8), help="số kỳ báo cáo, kể từ Quý I/2025"
    )
    parser.add_argument(
        "--database", choices=("sqlite", "postgres"), default="postgres", help="cơ sở dữ liệu"
    )
    parser.add_argument("--seed", type=int, default=57, help="hạt giống của phép rút thăm")
    parser.add_argument("--close-after", type=int, default=30, help="số ngày sau hạn của tỉnh thì đóng kỳ")
    parser.add_argument(
        "--duties", type=int, default=20, help="cứ bao nhiêu cơ quan có một nhiệm vụ đến hạn trong năm"
    )
    parser.add_argument("--minutes", type=float, default=0, help="dừng sau ngần ấy phút (0: chạy đến hết)")
    parser.add_argument("--keep", type=Path, help="giữ cơ sở dữ liệu, nhật ký lại trong thư mục này")
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped then, too
    shape = Shape(asked.agencies, asked.cycles, asked.seed, asked.close_after, asked.duties)
    began = time.monotonic()
    with ExitStack() as stack:
        folder = asked.keep or Path(tempfile.mkdtemp(prefix="dondoc-year-"))
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # PostgreSQL's own user passes through
        if not asked.keep:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        database: Database = Sqlite()
        if asked.database == "postgres":
            database = stack.enter_context(cluster(folder / "pg"))
        year, found, _ = soak(folder, database, shape, asked.minutes)
        text = text_of(year, found, database, (time.monotonic() - began) / 60)
    if asked.output:
        asked.output.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - what one runs it for
    sys.exit(bool(found.broken))


if __name__ == "__main__":
    main()
