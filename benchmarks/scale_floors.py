"""What no program undercuts on this machine: deflate, a round of SMTP, a commit that waits for the disk, base64.

Each is measured alone, with the bytes that dondoc writes for an agency of ten assignments: the parts of its form and of
its outline, its mail of both. `many` are so many agencies.
"""

import smtplib
import sqlite3
import tempfile
import zlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from pathlib import Path
from time import perf_counter
from zipfile import ZipFile

import psycopg
from python_calamine import CalamineWorkbook

from benchmarks.country import country, office_at, release
from benchmarks.databases import database
from benchmarks.mail_sink import SENDER, mail_sink
from benchmarks.scale_dispatch import QUARTER, forms_of_first
from tasks.prose.outline_write import write_outline
from tasks.workbook.write import write_form

MANY = 300

Floors = dict[str, float]
"""What is done, and how many milliseconds it takes."""


def floors(server: str, many: int = MANY) -> Floors:
    """All of them; `server` is the PostgreSQL server's address."""
    with tempfile.TemporaryDirectory(prefix="dondoc-bench-") as folder:
        home = Path(folder)
        workbooks, outlines = _written(home, many)
        mail = b"\r\n".join(b64encode(one) for one in (workbooks[0], outlines[0]))
        return {
            f"deflate of a form ({_kb(workbooks[0])} kB)": _each(_packing(workbooks)),
            f"deflate of an outline ({_kb(outlines[0])} kB)": _each(_packing(outlines)),
            "a form's sheets read (calamine)": _each([partial(_read, one) for one in workbooks]),
            "base64 of both files": _each(
                [partial(_encode, both) for both in zip(workbooks, outlines, strict=True)]
            ),
            f"a mail of {_kb(mail)} kB over an open connection": _mails(mail, many),
            "a durable commit, SQLite": _sqlite(home / "floor.sqlite3", many),
            "a durable commit, PostgreSQL": _postgres(server, many),
        }


def table(found: Floors) -> str:
    """As rows of a page."""
    return "\n".join(f"| {name} | {each:.2f} |" for name, each in found.items())


def _kb(content: bytes) -> int:
    return round(len(content) / 1000)


def _each(works: Sequence[Callable[[], object]]) -> float:
    began = perf_counter()
    for work in works:
        work()
    return (perf_counter() - began) / len(works) * 1000


def _written(home: Path, many: int) -> tuple[list[bytes], list[bytes]]:
    """The forms and the outlines of so many agencies."""
    release(country(home, "", many), QUARTER)
    office = office_at(home, "")
    forms = forms_of_first(office, many)
    office.store.engine.dispose()
    return (
        [write_form(form, office.key) for form in forms],
        [write_outline(form, {}, {}, office.key) for form in forms],
    )


def _packing(packages: Sequence[bytes]) -> list[Callable[[], object]]:
    """The deflate of those parts of each package that are not the same in all of them."""
    parts = []
    for package in packages:
        with ZipFile(BytesIO(package)) as opened:
            parts.append({name: opened.read(name) for name in opened.namelist()})
    of_all = {name for name in parts[0] if all(one.get(name) == parts[0][name] for one in parts)}
    own = [[content for name, content in one.items() if name not in of_all] for one in parts]
    return [partial(_pack, contents) for contents in own]


def _pack(contents: Sequence[bytes]) -> None:
    for content in contents:
        zlib.compress(content)


def _encode(contents: Sequence[bytes]) -> None:
    for content in contents:
        b64encode(content)


def _read(workbook: bytes) -> None:
    opened = CalamineWorkbook.from_filelike(BytesIO(workbook))
    for name in opened.sheet_names:
        opened.get_sheet_by_name(name).to_python()


def _mails(content: bytes, many: int) -> float:
    with mail_sink() as sink, smtplib.SMTP("127.0.0.1", sink.port) as smtp:
        return _each([lambda: smtp.sendmail(SENDER, ["a@b.example"], content)] * many)


def _sqlite(path: Path, many: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY, at TEXT)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO one (at) VALUES ('now')")
        connection.execute("COMMIT")

    each = _each([commit] * many)
    connection.close()
    return each


def _postgres(server: str, many: int) -> float:
    with database(server) as url, psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE one (id SERIAL PRIMARY KEY, at TEXT)")
        connection.commit()

        def commit() -> None:
            connection.execute("INSERT INTO one (at) VALUES ('now')")
            connection.commit()

        return _each([commit] * many)
