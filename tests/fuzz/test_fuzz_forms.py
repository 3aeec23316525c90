"""Real forms spoilt in every way that chance finds: each is answered, nothing is lost, and nothing trips.

Bounded here; `make fuzz` goes on for DONDOC_FUZZ_MINUTES (10 by default), from another seed each time.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from sqlmodel import select

from models.codes import ArrivalVerdict
from models.cycle import Request
from models.directory import Agency
from models.rules.checks.check import check
from models.rules.form import Form
from models.submission import Arrival
from models.time import VIETNAM
from tasks.blobs import bytes_of
from tasks.cycle.forms import forms_of
from tasks.intake.judge import TRIPPED, judge_one
from tasks.intake.receive import receive
from tasks.migrate import upgrade
from tasks.office import Office
from tasks.settings import CHECKOUT, Settings
from tasks.setup import set_up
from tasks.steps import open_step, release_step
from tasks.store import open_store
from tasks.workbook.annotate import SHEET_LIST, annotate
from tasks.workbook.cells import _is_plain, careful_sheets, quick_sheets
from tasks.workbook.package import parts_of
from tasks.workbook.read import UnreadableForm, read_form
from tasks.workbook.write import write_form

MINUTES = float(os.environ.get("DONDOC_FUZZ_MINUTES", "0"))
EXAMPLES = int(MINUTES * 60) or 40  # of each of three kinds; some six a second
T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)

pytestmark = pytest.mark.timeout(300 + MINUTES * 120)
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=not MINUTES,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=tuple(Phase) if MINUTES else (Phase.explicit, Phase.generate),  # to shrink a find takes minutes
)


class Case:
    """A province with a released cycle, one agency's form, and that form filled in."""

    def __init__(self, office: Office, form: Form) -> None:
        self.office = office
        self.form = form
        self.content = filled(form, office.key)
        self.number = count()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    home = tmp_path_factory.mktemp("fuzz")
    store = open_store(f"sqlite:///{home / 'dondoc.sqlite3'}")
    upgrade(store)
    office = Office(
        settings=Settings(home=home, profile=CHECKOUT / "deployments" / "dien-bien", actor="Thư ký"),
        store=store,
    )
    list(set_up(office, T0, "Thư ký"))
    open_step(office, "2026-Q1", T0)
    release_step(office, "bcd-quy-2026-Q1", "12-CV/BCĐ", date(2026, 3, 4), T0)
    with store.reading() as session:
        request_id = session.exec(select(Request.id).join(Agency).where(Agency.code == "SKHCN")).one() or 0
        form = forms_of(session, [request_id])[request_id]
    yield Case(office, form)
    store.engine.dispose()


def filled(form: Form, key: bytes) -> bytes:
    book = load_workbook(BytesIO(write_form(form, key)))
    sheet = book["Nhiệm vụ"]
    for row in range(5, 5 + len(form.assignments)):
        for column, text in enumerate(("Đang thực hiện", "40", "", "Công văn số 15", "", ""), 6):
            sheet.cell(row, column).value = text
    sheet = book["Chỉ tiêu"]
    for row in range(5, 5 + len(form.indicators)):
        sheet.cell(row, 6).value = "1,078"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def survives(case: Case, content: bytes) -> None:
    """What is promised of any bytes whatever."""
    issues = list(check(case.form, read_form(case.content).filled).issues)
    try:
        read = read_form(content)
    except UnreadableForm as refusal:
        told = str(refusal)
    else:
        told = "."
        judgement = check(case.form, read.filled)
        keys = {line.row_key for line in (*case.form.assignments, *case.form.indicators)}
        assert {row.row_key for row in (*judgement.assignments, *judgement.indicators)} <= keys
        issues = list(judgement.issues)
        parts = parts_of(content)
        if _is_plain(parts):
            both_alike(parts)
    assert told.endswith(".")
    copy = annotate(content, issues)
    assert load_workbook(BytesIO(copy)).sheetnames[0] == SHEET_LIST
    kept(case, content)


def both_alike(parts: Any) -> None:
    quick = quick_sheets(parts)
    try:
        careful = careful_sheets(parts)
    except Exception:
        return  # the fast reader may read what the other gives up on
    assert quick is None or quick == careful


def kept(case: Case, content: bytes) -> None:
    """Received and judged: the bytes are there, and there is a verdict that is not "the program failed"."""
    arrival_id = receive(
        case.office.store,
        channel="thu-muc",
        reference=str(next(case.number)),
        file_name="bao-cao.xlsx",
        content=content,
        received_at=T0,
        now=T0,
    )
    assert arrival_id is not None
    judge_one(case.office.store, arrival_id, case.office.key, T0 + timedelta(hours=1))
    with case.office.store.reading() as session:
        arrival = session.get_one(Arrival, arrival_id)
        assert arrival.verdict != ArrivalVerdict.UNREAD
        assert TRIPPED not in arrival.note
        assert bytes_of(session, arrival.sha256) == content


FRACTION = st.floats(0, 1, exclude_max=True)


def spot(fraction: float, content: bytes) -> int:
    return int(fraction * len(content))


@bounded
@given(
    flips=st.lists(st.tuples(FRACTION, st.integers(0, 255)), max_size=8),
    cut=st.none() | st.tuples(FRACTION, FRACTION),
    added=st.binary(max_size=40),
)
def test_bytes(
    case: Case, flips: list[tuple[float, int]], cut: tuple[float, float] | None, added: bytes
) -> None:
    """Bytes changed, cut out and added, anywhere in the file."""
    spoilt = bytearray(case.content)
    for where, byte in flips:
        spoilt[spot(where, case.content)] = byte
    if cut:
        first, last = sorted(spot(where, case.content) for where in cut)
        spoilt[first:last] = added
    survives(case, bytes(spoilt))


SNIPPETS = [
    b"<",
    b">",
    b"</c>",
    b"<c/>",
    b'<c r="B5" t="s"><v>7</v></c>',
    b'<c r="F5"><f>1+1</f></c>',
    b'<c r="G6" t="e"><v>#N/A</v></c>',
    b'<row r="4"/>',
    b"<mergeCells><mergeCell ref='A1:XFD9'/></mergeCells>",
    b"<!-- x -->",
    b"<![CDATA[ ]]>",
    b"<!DOCTYPE a>",
    b"&amp;",
    b"&x;",
    b"\x00",
    b"\xff\xfe",
    b' t="d"',
    b' s="77"',
    b' r="ZZZ99999999"',
    b"_x0041_",
    "Mã".encode(),
    "Trạng thái".encode(),
]
PART_CHANGE = st.one_of(
    st.tuples(st.just("drop"), FRACTION, FRACTION),
    st.tuples(st.just("swap"), FRACTION, FRACTION),
    st.tuples(st.just("twice"), FRACTION, FRACTION),
    st.tuples(st.just("empty"), FRACTION, FRACTION),
    st.tuples(st.just("cut"), FRACTION, FRACTION),
    st.tuples(
        st.just("rename"), FRACTION, st.sampled_from(["../x.xml", "xl/y.xml", "/z.xml", "XL/WORKBOOK.XML"])
    ),
    st.tuples(st.just("insert"), FRACTION, st.tuples(FRACTION, st.sampled_from(SNIPPETS))),
    st.tuples(st.just("flip"), FRACTION, st.tuples(FRACTION, st.binary(min_size=1, max_size=3))),
    st.tuples(st.just("encode"), FRACTION, st.sampled_from(["utf-16", "cp1258", "latin-1", "utf-7"])),
)


@bounded
@given(
    changes=st.lists(PART_CHANGE, min_size=1, max_size=4), packing=st.sampled_from([ZIP_STORED, ZIP_DEFLATED])
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_parts(case: Case, changes: list[tuple[str, float, Any]], packing: int) -> None:
    """Parts of the package dropped, swapped, doubled, cut and rewritten, in a whole archive."""
    with ZipFile(BytesIO(case.content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    for kind, where, how in changes:
        if parts:
            change_part(parts, kind, int(where * len(parts)), how)
    out = BytesIO()
    with ZipFile(out, "w", packing) as archive:
        for name, part in parts:
            archive.writestr(name, part)
    survives(case, out.getvalue())


def change_part(parts: list[tuple[str, bytes]], kind: str, index: int, how: Any) -> None:
    name, part = parts[index]
    if kind == "drop":
        del parts[index]
    elif kind == "swap":
        other = int(how * len(parts))
        parts[index], parts[other] = (name, parts[other][1]), (parts[other][0], part)
    elif kind == "twice":
        parts.append((name, parts[int(how * len(parts))][1]))
    elif kind == "rename":
        parts[index] = (how, part)
    else:
        parts[index] = (name, changed(part, kind, how))


def changed(part: bytes, kind: str, how: Any) -> bytes:
    if kind == "empty":
        return b""
    if kind == "cut":
        return part[: spot(how, part)]
    if kind == "encode":
        return part.decode("utf-8", "replace").encode(how, "replace")
    where, what = how
    at = spot(where, part)
    return part[:at] + what + part[at + (len(what) if kind == "flip" else 0) :]


VALUES = st.one_of(
    st.text(max_size=30).map(lambda text: "".join(c for c in text if c.isprintable())),
    st.sampled_from(
        ["x", "=1+1", "Hoàn thành", "Chưa có số liệu", "31/3/2026", "98,76%", "1.294", "_x000D_", "-"]
    ),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(9000, 1, 1)),
    st.times().map(lambda value: time(value.hour, value.minute)),
    st.none(),
)
FORMATS = st.sampled_from(
    ["@", "General", "0%", "0.00%", "dd/mm/yyyy", "hh:mm", "[h]:mm", '0"%"', "#,##0.00"]
)
PLACES = st.tuples(st.integers(0, 9), st.integers(1, 30), st.integers(1, 14))


@bounded
@given(
    cells=st.lists(st.tuples(PLACES, VALUES, FORMATS), max_size=10),
    sheets=st.lists(
        st.tuples(st.sampled_from(["drop", "copy", "rename", "move"]), st.integers(0, 9)), max_size=2
    ),
    lines=st.lists(st.tuples(st.sampled_from(["row", "column", "less", "merge"]), PLACES), max_size=2),
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_cells(case: Case, cells: list[Any], sheets: list[Any], lines: list[Any]) -> None:
    """What people do in a spreadsheet program: anything typed anywhere, sheets moved, copied, renamed, deleted."""
    book = load_workbook(BytesIO(case.content))
    for (sheet, row, column), value, number_format in cells:
        cell = book.worksheets[sheet % len(book.worksheets)].cell(row, column)
        if not isinstance(cell, MergedCell):
            cell.number_format = number_format
            cell.value = value
    for kind, (sheet, row, column) in lines:
        LINES[kind](book.worksheets[sheet % len(book.worksheets)], row, column)
    for kind, number in sheets:
        SHEETS[kind](book, book.worksheets[number % len(book.worksheets)])
    out = BytesIO()
    book.save(out)
    survives(case, out.getvalue())


LINES: dict[str, Callable[[Any, int, int], Any]] = {
    "row": lambda sheet, row, column: sheet.insert_rows(row),
    "column": lambda sheet, row, column: sheet.insert_cols(column),
    "less": lambda sheet, row, column: sheet.delete_rows(row, 2),
    "merge": lambda sheet, row, column: sheet.merge_cells(
        start_row=row, start_column=column, end_row=row + 2, end_column=column + 1
    ),
}
SHEETS: dict[str, Callable[[Any, Any], Any]] = {
    "drop": lambda book, sheet: len(book.worksheets) > 1 and book.remove(sheet),
    "copy": lambda book, sheet: book.copy_worksheet(sheet),
    "rename": lambda book, sheet: setattr(sheet, "title", f"Trang {len(book.worksheets)}"),
    "move": lambda book, sheet: book.move_sheet(sheet, -2),
}


@pytest.mark.parametrize(
    "seed", sorted((CHECKOUT / "tests" / "data").glob("*.docx")), ids=lambda path: Path(path).name
)
def test_a_word_file_is_answered_like_any_other(case: Case, seed: Path) -> None:
    survives(case, seed.read_bytes())
