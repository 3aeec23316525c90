"""Collecting at the size of a country: filled workbooks received from the drop folder, read, checked and recorded.

Prepared, and not measured: a country (benchmarks.country) with Quý I/2026 released and sent, and a workbook of every
agency in the drop folder. Each is the agency's own form, with its ten assignments (every twentieth agency has an
indicator, too), filled in and saved by openpyxl as an office program would: all forms of a kind are one file, in which
the texts of one agency stand in the place of another's, stamped for its own request.

- `dondoc`: tasks.steps.collect_step as the command line runs it: every file's bytes, hash and arrival stored in a
  transaction of their own, the file moved away; read, its stamp proved, held against the request, everything it
  declares written, the request moved on, the receipt put down. No mail server is set: the receipts wait.
- `baseline`: what a good engineer writes in an afternoon with openpyxl, SQLModel and Prefect: one task run for each
  workbook; every sheet read cell by cell, rows found by their key, required cells checked, the bytes and each row
  committed one by one, the file moved away. It proves no stamp, keeps no versions, answers nobody.
- `plain`: the same without Prefect.
- `floor`: the bytes of each file read, hashed and stored, fifty in a transaction, the file moved away; nothing read.
- `reading`, `plain_reading`: reading alone, ours and openpyxl's, in one process.

Baselines take at most 300 workbooks; what is compared is milliseconds for each.
"""

import hashlib
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import sqlalchemy as sa
from openpyxl import load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Field, Session, SQLModel, col, create_engine, func, select

from benchmarks.apart import Measured, clocked
from benchmarks.country import country, mark_sent, office_at, release
from benchmarks.filled_forms import filled, read_forms, read_plainly
from models.codes import RequestState
from models.cycle import Request
from models.rules.form import Form
from models.rules.stamp import sign
from models.rules.typed_form import row_keys
from models.submission import AssignmentReport, Submission
from models.time import VIETNAM
from tasks.cycle.forms import forms_of
from tasks.intake.inbox import RECEIVED
from tasks.office import Office
from tasks.settings import Settings
from tasks.steps import batches_of, collect_step, one_after_another

PERIOD = "2026-Q1"
NOW = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
MOST_BASELINE = 300
_TOGETHER = 50
_REQUEST_ID = 987654321012  # no such number stands in a form: found again in its XML, as are the marks


def prepare(home: Path, url: str, size: int) -> Measured:
    """The country with a released quarter, and a filled workbook of every agency in its drop folder."""
    office = country(home, url, size)
    code = release(office, PERIOD)
    mark_sent(office, code, NOW)
    with clocked(size) as found:
        _drop_workbooks(office)
    office.store.engine.dispose()
    return found


def dondoc(home: Path, url: str, size: int) -> Measured:
    """All of it, as `dondoc collect` does it."""
    office = office_at(home, url)
    with clocked(size) as found:
        outcome = collect_step(office, NOW, one_after_another)
    with office.store.reading() as session:
        complete = session.exec(
            select(func.count()).select_from(Request).where(Request.state == RequestState.COMPLETE)
        ).one()
        reports = session.exec(select(func.count()).select_from(AssignmentReport)).one()
        submissions = session.exec(select(func.count()).select_from(Submission)).one()
    if not complete == submissions == size:
        raise SystemExit(f"{size} files gave {submissions} versions, {complete} complete: {outcome.sentence}")
    found.said = {"reports on assignments": reports}
    office.store.engine.dispose()
    return found


def reading(home: Path, url: str, size: int) -> Measured:  # noqa: ARG001 - what every measurement is asked
    """Our reading alone."""
    paths = _dropped(home)
    with clocked(len(paths)) as found:
        read_forms(paths)
    return found


def plain_reading(home: Path, url: str, size: int) -> Measured:  # noqa: ARG001
    """openpyxl's reading alone: every value of every cell."""
    paths = _dropped(home)[:MOST_BASELINE]
    with clocked(len(paths)) as found:
        read_plainly(paths)
    return found


def plain(home: Path, url: str, size: int) -> Measured:  # noqa: ARG001
    """The straightforward program as a loop."""
    paths = _dropped(home)[:MOST_BASELINE]
    engine = _plain_tables(home, url)
    with clocked(len(paths)) as found:
        for path in paths:
            collect_plainly(path, engine)
    return _counted(found, engine)


def baseline(home: Path, url: str, size: int) -> Measured:  # noqa: ARG001
    """The straightforward program as a Prefect flow of one task run for each workbook."""
    os.environ |= {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    from prefect import flow, task
    from prefect.testing.utilities import prefect_test_harness

    paths = _dropped(home)[:MOST_BASELINE]
    engine = _plain_tables(home, url)

    @task(name="collect")
    def take_in(number: int) -> None:
        collect_plainly(paths[number], engine)

    @flow(name="collect")
    def collect() -> Measured:
        with clocked(len(paths)) as found:
            for number in range(len(paths)):
                take_in(number)
        return found

    with prefect_test_harness(server_startup_timeout=180):
        return _counted(collect(), engine)


def floor(home: Path, url: str, size: int) -> Measured:  # noqa: ARG001
    """Bytes stored, fifty in a transaction; the files moved away."""
    paths = _dropped(home)
    engine = _plain_tables(home, url)
    away = _away(paths[0].parent)
    with clocked(len(paths)) as found:
        for batch in batches_of(paths, _TOGETHER):
            with Session(engine) as session:
                for path in batch:
                    content = path.read_bytes()
                    sha256 = hashlib.sha256(content).hexdigest()
                    session.add(PlainFile(name=path.name, sha256=sha256, content=content))
                session.commit()
            for path in batch:
                path.rename(away / path.name)
    engine.dispose()
    return found


# The straightforward program


class PlainFile(SQLModel, table=True):
    """One workbook that came."""

    __tablename__ = "plain_file"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    sha256: str = Field(index=True)
    content: bytes = Field(sa_type=sa.LargeBinary)
    agency: str = ""
    problems: str = ""


class PlainRow(SQLModel, table=True):
    """One filled row of it."""

    __tablename__ = "plain_row"

    id: int | None = Field(default=None, primary_key=True)
    file_id: int = Field(foreign_key="plain_file.id", index=True)
    sheet: str
    key: str
    texts: str


def collect_plainly(path: Path, engine: sa.Engine) -> None:
    """Read one workbook, check it, put it down row by row, move it away."""
    content = path.read_bytes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(BytesIO(content), data_only=True)
    agency, rows, problems = "", list[tuple[str, str, list[str]]](), list[str]()
    for sheet in book.worksheets:
        header: dict[str, int] = {}
        for cells in sheet.iter_rows():
            texts = ["" if cell.value is None else str(cell.value).strip() for cell in cells]
            if texts and texts[0] == "agency":
                agency = texts[1]
            if "Mã" in texts:
                header = {text: column for column, text in enumerate(texts) if text}
            elif header and texts[header["Mã"]]:
                rows.append((sheet.title, texts[header["Mã"]], texts))
                problems += _missing(sheet, cells, header)
    with Session(engine) as session:
        file = PlainFile(
            name=path.name,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            agency=agency,
            problems="\n".join(problems),
        )
        session.add(file)
        session.commit()
        for title, key, texts in rows:
            session.add(PlainRow(file_id=file.id or 0, sheet=title, key=key, texts="\t".join(texts)))
            session.commit()
    path.rename(_away(path.parent) / path.name)


def _missing(sheet: Worksheet, cells: Sequence[Cell | MergedCell], header: Mapping[str, int]) -> list[str]:
    """Required cells that are empty."""
    required = ("Trạng thái", "Giá trị thực hiện")
    return [
        f"{sheet.title} {cells[header[name]].coordinate}: chưa điền {name}"
        for name in required
        if name in header and cells[header[name]].value in (None, "")
    ]


def _plain_tables(home: Path, url: str) -> sa.Engine:
    """The tables of the straightforward program, beside ours or in a file of its own."""
    settings = Settings(_env_file=None, home=home, database_url=url)  # type: ignore[call-arg]
    engine = create_engine(settings.engine_url if url else f"sqlite:///{home / 'plain.sqlite3'}")
    tables = [SQLModel.metadata.tables[name] for name in ("plain_file", "plain_row")]
    SQLModel.metadata.create_all(engine, tables=tables)
    return engine


def _counted(found: Measured, engine: sa.Engine) -> Measured:
    with Session(engine) as session:
        rows = session.exec(select(func.count()).select_from(PlainRow)).one()
        faulty = session.exec(
            select(func.count()).select_from(PlainFile).where(col(PlainFile.problems) != "")
        ).one()
    engine.dispose()
    if rows < found.items or faulty:
        raise SystemExit(f"{found.items} workbooks gave {rows} rows, {faulty} faulty")
    found.said = {"rows": rows}
    return found


def _away(folder: Path) -> Path:
    away = folder / RECEIVED
    away.mkdir(exist_ok=True)
    return away


# The workbooks


def _dropped(home: Path) -> list[Path]:
    return sorted((home / "hop-nhan").glob("*.xlsx"))


def _drop_workbooks(office: Office) -> None:
    """A filled workbook of every request, in the drop folder."""
    with office.store.reading() as session:
        ids = [request_id or 0 for request_id in session.exec(select(Request.id).order_by(col(Request.id)))]
    books: dict[tuple[object, ...], tuple[Form, list[tuple[str, bytes]]]] = {}
    for batch in batches_of(ids, 500):
        with office.store.reading() as session:
            forms = forms_of(session, list(batch))
        for form in forms.values():
            kind = (tuple(line.kind for line in form.assignments), len(form.indicators))
            if kind not in books:
                marked = _marked(form)
                with ZipFile(BytesIO(filled(marked, office.key))) as book:
                    books[kind] = marked, [(name, book.read(name)) for name in book.namelist()]
            path = office.settings.inbox / f"bao-cao-{form.request_id:06d}.xlsx"
            path.write_bytes(_as_of(form, *books[kind], office.key))


def _marked(form: Form) -> Form:
    """A form whose texts are found again."""
    return replace(
        form,
        request_id=_REQUEST_ID,
        agency_code="ZZ-MA-ZZ",
        agency_name="ZZ-TEN-ZZ",
        assignments=tuple(
            replace(
                line,
                row_key=f"ZZ-KHOA-{place:02d}-ZZ",
                name=f"ZZ-VIEC-{place:02d}-ZZ",
                deadline=f"ZZ-HAN-{place:02d}-ZZ",
            )
            for place, line in enumerate(form.assignments)
        ),
        indicators=tuple(
            replace(line, row_key=f"ZZ-SO-{place:02d}-ZZ", name=f"ZZ-CHI-TIEU-{place:02d}-ZZ")
            for place, line in enumerate(form.indicators)
        ),
    )


def _as_of(form: Form, marked: Form, parts: Sequence[tuple[str, bytes]], key: bytes) -> bytes:
    """The workbook of the marked form as this form's."""
    pairs = {
        str(_REQUEST_ID): str(form.request_id),
        marked.agency_code: form.agency_code,
        marked.agency_name: form.agency_name,
    }
    for given, own in zip(marked.assignments, form.assignments, strict=True):
        pairs |= {given.row_key: own.row_key, given.name: own.name, given.deadline: own.deadline}
    for asked, their in zip(marked.indicators, form.indicators, strict=True):
        pairs |= {asked.row_key: their.row_key, asked.name: their.name}
    pairs[_mac(marked, key)] = _mac(form, key)
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as book:
        for name, part in parts:
            if b"ZZ-" in part or str(_REQUEST_ID).encode() in part:
                for mark, text in pairs.items():
                    part = part.replace(mark.encode(), text.encode())
            book.writestr(name, part)
    return out.getvalue()


def _mac(form: Form, key: bytes) -> str:
    return sign(form.request_id, form.version, form.cycle_code, form.agency_code, row_keys(form), key).mac
