"""How fast a folder of filled forms is collected, beside the honest plain program that only reads them.

The forms are the real ones of Quý I/2026 of Điện Biên, each agency's, filled in and then varied so that no two files
are the same bytes (the same file twice would be a duplicate, and cost nothing). Measured in one run, on the same files:

- plain: openpyxl.load_workbook(data_only=True) and every cell of every sheet, in as many processes as there are cores;
- read: tasks.workbook.read.read_form, likewise: bounds, stamp, tables, all that a report says;
- collect: the whole of it: bytes, hash and arrival stored, read, stamp proved, checked against what was asked, every
  declaration written, the answer put down. One process takes the files in; as many as there are cores judge them.

    python -m benchmarks.collect [--files 3400] [--cores 2] [--output benchmarks/collect.md]
"""

import argparse
import gc
import os
import platform
import re
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from io import BytesIO
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook
from sqlmodel import func, select

from demo.agencies import fill_procedures
from models.codes import DeadlineKind
from models.cycle import Request
from models.rules.form import Form
from models.rules.form_columns import ASSIGNMENT_ASKED, ASSIGNMENT_GIVEN, INDICATOR_ASKED, INDICATOR_GIVEN
from models.submission import AssignmentReport, IndicatorReport, Submission
from models.time import VIETNAM
from tasks.cycle.forms import forms_of
from tasks.intake.inbox import receive_folder
from tasks.intake.judge import Verdicts, judge_batch, to_judge
from tasks.migrate import upgrade
from tasks.office import Office
from tasks.settings import CHECKOUT, Settings
from tasks.setup import set_up
from tasks.steps import batches_of, open_step, release_step
from tasks.store import open_store
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form

NOW = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
_CYCLE = "bcd-quy-2026-Q1"
_BATCH = 50
_WHO = b"Lo Thi Binh"  # within ASCII: found again in the XML however that is written
_TABLE_STARTS = 5


@dataclass(frozen=True)
class Rate:
    """So many files in so many seconds."""

    files: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.files / self.seconds


def office_in(home: Path) -> Office:
    """The province with Quý I/2026 released, on SQLite."""
    settings = Settings(home=home, profile=CHECKOUT / "deployments" / "dien-bien", actor="Đo tốc độ")
    settings.inbox.mkdir(parents=True, exist_ok=True)
    return Office(settings=settings, store=open_store(f"sqlite:///{home / 'dondoc.sqlite3'}"))


def prepare(office: Office) -> list[bytes]:
    """A filled form of every agency."""
    upgrade(office.store)
    list(set_up(office, NOW, "Đo tốc độ"))
    open_step(office, "2026-Q1", NOW)
    release_step(office, _CYCLE, "12-CV/BCĐ", date(2026, 3, 4), NOW)
    with office.store.reading() as session:
        forms = forms_of(session, [request_id or 0 for request_id in session.exec(select(Request.id))])
    return [filled(form, office.key) for form in forms.values()]


def filled(form: Form, key: bytes) -> bytes:
    """A form as an officer fills it in."""
    book = load_workbook(BytesIO(write_form(form, key)))
    book["Thông tin chung"]["B7"].value = _WHO.decode()
    first = len(ASSIGNMENT_GIVEN) + 1
    for row, line in enumerate(form.assignments, _TABLE_STARTS):
        recurring = line.kind is DeadlineKind.RECURRING
        status = "Thường xuyên, bảo đảm tiến độ" if recurring else "Đang thực hiện"
        texts = {
            "status": status,
            "percent": "" if recurring else "40",
            "product": "Công văn số 15/CV-VP ngày 02/3/2026",
        }
        for column, name in enumerate(ASSIGNMENT_ASKED, first):
            book["Nhiệm vụ"].cell(row, column).value = texts.get(name)
    for row, _line in enumerate(form.indicators, _TABLE_STARTS):
        texts = {"value": "1.078", "source": "Niên giám thống kê"}
        for column, name in enumerate(INDICATOR_ASKED, len(INDICATOR_GIVEN) + 1):
            book["Chỉ tiêu"].cell(row, column).value = texts.get(name)
    if "Phụ lục V" in book.sheetnames:
        fill_procedures(book["Phụ lục V"], form.agency_code)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def drop(forms: Sequence[bytes], folder: Path, files: int) -> list[Path]:
    """So many files, no two the same: another person has filled in each."""
    paths = []
    for number, form in enumerate(islice(cycle(forms), files)):
        out = BytesIO()
        with ZipFile(BytesIO(form)) as given, ZipFile(out, "w", ZIP_DEFLATED) as varied:
            for name in given.namelist():
                part = given.read(name)
                varied.writestr(name, part.replace(_WHO, b"%s %d" % (_WHO, number)))
        path = folder / f"bao-cao-{number:05d}.xlsx"
        path.write_bytes(out.getvalue())
        paths.append(path)
    return paths


def read_plainly(paths: Sequence[Path]) -> int:
    """The plain program: every value of every cell."""
    cells = 0
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, data_only=True)
        cells += sum(cell.value is not None for sheet in book for row in sheet.iter_rows() for cell in row)
    return cells


def read_forms(paths: Sequence[Path]) -> int:
    """Ours: what the form says."""
    return sum(len(read_form(path.read_bytes()).filled.assignments) for path in paths)


def judge_apart(home: Path, arrival_ids: Sequence[int]) -> Verdicts:
    """A batch judged in a process of its own."""
    office = office_in(home)
    try:
        return judge_batch(office.store, list(arrival_ids), office.key, NOW)
    finally:
        office.store.engine.dispose()


def timed(work: Callable[[], int], files: int) -> Rate:
    gc.collect()
    began = perf_counter()
    work()
    return Rate(files, perf_counter() - began)


def measure(files: int, cores: int) -> tuple[dict[str, Rate], str]:
    """The rates by name, and what the database holds afterwards, in a sentence."""
    rates: dict[str, Rate] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool,
    ):
        office = office_in(Path(folder))
        paths = drop(prepare(office), office.settings.inbox, files)
        batches = batches_of(paths, _BATCH)
        list(
            pool.map(read_forms, [paths[:1]] * cores * 2)
        )  # the processes have started and imported everything
        list(pool.map(read_plainly, [paths[:1]] * cores * 2))
        rates["plain"] = timed(lambda: sum(pool.map(read_plainly, batches)), files)
        rates["read"] = timed(lambda: sum(pool.map(read_forms, batches)), files)
        rates["receive"] = timed(
            lambda: receive_folder(office.store, office.settings.inbox, NOW).arrivals, files
        )
        with office.store.reading() as session:
            waiting = to_judge(session)
        homes = [Path(folder)] * len(waiting)
        verdicts = Verdicts()

        def judge() -> int:
            nonlocal verdicts
            for found in pool.map(judge_apart, homes, batches_of(waiting, _BATCH)):
                verdicts = verdicts.plus(found)
            return verdicts.accepted

        rates["judge"] = timed(judge, files)
        rates["collect"] = Rate(files, rates["receive"].seconds + rates["judge"].seconds)
        with office.store.reading() as session:
            counts = [
                session.exec(select(func.count()).select_from(table)).one()
                for table in (Submission, AssignmentReport, IndicatorReport)
            ]
        office.store.engine.dispose()
    if counts[0] != files:
        raise SystemExit(f"{files} files gave {counts[0]} submissions: {verdicts}")
    return rates, (
        f"{counts[0]:,} submissions ({verdicts.accepted:,} accepted, {verdicts.faulty:,} to be mended), "
        f"{counts[1]:,} reports on assignments, {counts[2]:,} on indicators."
    )


def machine() -> str:
    """What it ran on."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8"))
        cpu = named[1] if named else cpu
    return (
        f"{cpu}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, openpyxl {version('openpyxl')}, python-calamine {version('python-calamine')}"
    )


_NAMES = {
    "plain": "plain openpyxl, reading alone",
    "read": "dondoc, reading alone",
    "receive": "dondoc, taking in: bytes, hash, arrival, moved away",
    "judge": "dondoc, judging: read, prove, check, record, answer",
    "collect": "dondoc, collected: the two above",
}


def report(rates: dict[str, Rate], held: str, cores: int) -> str:
    plain = rates["plain"].per_second
    lines = [
        "# Collecting filled forms from a folder",
        "",
        "Written by `make bench-collect` (benchmarks/collect.py says what is measured).",
        "",
        f"{rates['plain'].files:,} filled workbooks of the real forms of Quý I/2026, no two alike, on {cores} cores.",
        "",
        f"Machine: {machine()}.",
        "",
        "| | seconds | workbooks a second | to plain openpyxl |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {_NAMES[name]} | {rate.seconds:.1f} | {rate.per_second:.0f} | {rate.per_second / plain:.1f} |"
            for name, rate in rates.items()
        ),
        "",
        f"Afterwards the database held {held}",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Đo tốc độ thu nhận báo cáo từ thư mục")
    parser.add_argument("--files", type=int, default=3400, help="số tệp")
    parser.add_argument("--cores", type=int, default=2, help="số tiến trình")
    parser.add_argument("--output", type=Path, help="tệp kết quả (Markdown)")
    asked = parser.parse_args()
    rates, held = measure(asked.files, asked.cores)
    text = report(rates, held, asked.cores)
    if asked.output:
        asked.output.write_text(text, encoding="utf-8")
    print(text)  # noqa: T201 - what one runs it for


if __name__ == "__main__":
    main()
