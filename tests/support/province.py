"""The province as its office has it, at the stages that tests start from, on SQLite and on PostgreSQL.

Importing the registers takes seconds: it is done once a session, and every test gets a copy of the database.
"""

import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from openpyxl import load_workbook
from sqlmodel import Session, col, select

with warnings.catch_warnings():  # Apprise imports imghdr, which Python 3.11 and 3.12 call deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    import tasks.channels.mail  # noqa: F401

from models.annex import RequestAnnex
from models.codes import CellKind, DeadlineKind, RequestState
from models.cycle import Cycle, DueChange, Request, RequestItem
from models.directory import Agency
from models.rules.annexes.annex_mark import NUMERIC
from models.rules.form import Form
from models.rules.form_columns import ASSIGNMENT_ASKED, INDICATOR_ASKED, NOTHING, NOTHING_REASON
from models.rules.typed_form import field_name
from models.time import VIETNAM
from tasks.cycle.cycles import find_cycle
from tasks.cycle.forms import forms_of
from tasks.intake import inbox
from tasks.migrate import upgrade
from tasks.office import Office
from tasks.profile import read_profile
from tasks.settings import CHECKOUT, Settings
from tasks.setup import set_up
from tasks.states import MACHINE, move_request
from tasks.steps import open_step, release_step
from tasks.store import Store, open_store
from tasks.workbook.write import write_form

CYCLE = "bcd-quy-2026-Q1"
OPENED = datetime(2026, 3, 2, 8, tzinfo=VIETNAM).astimezone(UTC)
RELEASED = datetime(2026, 3, 4, 9, tzinfo=VIETNAM).astimezone(UTC)
FEW = ("SNV", "STC", "SKHCN", "3127")


@pytest.fixture(autouse=True)
def _no_long_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drop folder is looked at twice without waiting for long."""
    monkeypatch.setattr(inbox, "SETTLE_SECONDS", 0.01)


def _office(home: Path, url: str, **settings: Any) -> Office:
    home.mkdir(parents=True, exist_ok=True)
    profile = CHECKOUT / "deployments" / "dien-bien"
    made = Settings(**{"home": home, "profile": profile, "actor": "Thư ký", **settings})
    made.inbox.mkdir(exist_ok=True)
    office = Office(settings=made, store=open_store(url.replace("postgresql://", "postgresql+psycopg://", 1)))
    office.__dict__["profile"] = _profile(profile)
    return office


_profile = cache(read_profile)  # reading the files takes a quarter of a second, and no test writes to these


def _in(server: sa.Engine, database: str) -> str:
    """The address of a database on the test server."""
    return server.url.set(database=database).render_as_string(hide_password=False)


def _at_stage(office: Office, stage: str) -> None:
    """Bring an empty database to a stage: the registers imported; the cycle released; of it only a few requests."""
    list(set_up(office, OPENED, "Thư ký"))
    if stage == "imported":
        return
    open_step(office, "2026-Q1", OPENED)
    release_step(office, CYCLE, "12-CV/BCĐ", date(2026, 3, 4), RELEASED)
    if stage == "few":
        with office.store.writing() as session:
            others = select(Request.id).join(Agency).where(col(Agency.code).not_in(FEW))
            for table in (DueChange, RequestItem, RequestAnnex):
                session.execute(sa.delete(table).where(col(table.request_id).in_(others)))
            session.execute(sa.delete(Request).where(col(Request.id).in_(others)))


@pytest.fixture(scope="session")
def _sqlite_stages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    made: dict[str, Path] = {}

    def stage(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(f"stage-{name}")
            office = _office(folder, f"sqlite:///{folder / 'stage.sqlite3'}")
            upgrade(office.store)
            _at_stage(office, name)
            office.store.engine.dispose()
            made[name] = folder / "stage.sqlite3"
        return made[name]

    return stage


@pytest.fixture(scope="session")
def _postgres_stages(
    postgres_server: sa.Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], str]]:
    made: dict[str, str] = {}

    def stage(name: str) -> str:
        if name not in made:
            database = f"dondoc_stage_{uuid.uuid4().hex[:12]}"
            with postgres_server.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {database}")
            made[name] = database
            office = _office(tmp_path_factory.mktemp(f"stage-{name}"), _in(postgres_server, database))
            upgrade(office.store)
            _at_stage(office, name)
            office.store.engine.dispose()
        return made[name]

    yield stage
    with postgres_server.connect() as connection:
        for database in made.values():
            connection.exec_driver_sql(f"DROP DATABASE {database} WITH (FORCE)")


@dataclass
class Province:
    """An office on a copied database, and what tests ask of it again and again."""

    office: Office
    open_again: Callable[[], Store]

    @property
    def store(self) -> Store:
        return self.office.store

    @property
    def inbox(self) -> Path:
        return self.office.settings.inbox

    def with_settings(self, **changed: Any) -> "Province":
        settings = self.office.settings.model_copy(update=changed)
        office = Office(settings=settings, store=self.store)
        office.__dict__["profile"] = self.office.profile
        return Province(office, self.open_again)

    def request_id(self, agency: str, cycle: str = CYCLE) -> int:
        with self.store.reading() as session:
            return (
                session.exec(
                    select(Request.id)
                    .join(Agency)
                    .join(Cycle)
                    .where(Agency.code == agency, Cycle.code == cycle)
                ).one()
                or 0
            )

    def request(self, agency: str, cycle: str = CYCLE) -> Request:
        """The request as it stands, for looking at."""
        with self.store.reading() as session:
            request = session.get_one(Request, self.request_id(agency, cycle))
            return Request(**request.model_dump())

    def form(self, agency: str, cycle: str = CYCLE) -> Form:
        request_id = self.request_id(agency, cycle)
        with self.store.reading() as session:
            return forms_of(session, [request_id])[request_id]

    def blank(self, agency: str, cycle: str = CYCLE) -> bytes:
        return write_form(self.form(agency, cycle), self.office.key)

    def filled(self, agency: str, *, cycle: str = CYCLE, **how: Any) -> bytes:
        return fill(self.form(agency, cycle), self.blank(agency, cycle), **how)

    def mark_sent(self, now: datetime, *agencies: str) -> None:
        """As if a mail server had taken the requests of these agencies (all without any)."""
        with self.store.writing() as session:
            requests = session.exec(select(Request).where(Request.state == RequestState.PLANNED)).all()
            codes = {a.id: a.code for a in session.exec(select(Agency))}
            for request in requests:
                if not agencies or codes[request.agency_id] in agencies:
                    request.sent_at = now
                    move_request(session, request, RequestState.SENT, reason="thử", actor=MACHINE, now=now)

    def count(self, table: Any, *where: Any) -> int:
        with self.store.reading() as session:
            return session.exec(select(sa.func.count()).select_from(table).where(*where)).one()

    def all(self, table: Any, *where: Any) -> list[Any]:
        """Rows as plain copies, in the order of their ids."""
        with self.store.reading() as session:
            return [
                table(**row.model_dump())
                for row in session.exec(select(table).where(*where).order_by(table.id))
            ]

    def cycle(self, session: Session, code: str = CYCLE) -> Cycle:
        return find_cycle(session, code)


def fill(
    form: Form,
    blank: bytes,
    *,
    status: dict[str, str] | None = None,
    leave_out: int = 0,
    nothing: str = "",
    product: str = "Công văn số 15/SNV-CCHC",
    percent: str = "40",
) -> bytes:
    """A form as an officer fills it in: every row under way or on schedule, but for what `status` says by key.

    `leave_out` rows at the top of the assignments stay empty; `nothing` is the reason of "không phát sinh".
    """
    book = load_workbook(BytesIO(blank))
    general = book["Thông tin chung"]
    if nothing:
        for label, value in general.iter_rows(max_col=2):
            if label.value == NOTHING:
                value.value = "x"
            elif label.value == NOTHING_REASON:
                value.value = nothing
    elif form.assignments:
        sheet = book["Nhiệm vụ"]
        columns, first = _columns(sheet)
        for offset, line in enumerate(form.assignments):
            if offset < leave_out:
                continue
            recurring = line.kind is DeadlineKind.RECURRING
            said = (status or {}).get(line.row_key.partition("/")[2], "")
            said = said or ("Thường xuyên, bảo đảm tiến độ" if recurring else "Đang thực hiện")

            def put(field: str, value: str, row: int = first + offset) -> None:
                sheet.cell(row, columns[ASSIGNMENT_ASKED[field]]).value = value

            put("status", said)
            put("product", product)
            if said == "Hoàn thành":
                put("percent", "100")
                put("completed_on", "10/3/2026")
            elif not recurring:
                put("percent", percent)
    if form.indicators and not nothing:
        sheet = book["Chỉ tiêu"]
        columns, first = _columns(sheet)
        for row in range(first, first + len(form.indicators)):
            sheet.cell(row, columns[INDICATOR_ASKED["value"]]).value = "chưa có số liệu"
            sheet.cell(row, columns[INDICATOR_ASKED["source"]]).value = "Thống kê"
    if not nothing:
        _fill_annexes(form, book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def annex_texts(form: Form) -> dict[str, str]:
    """An answer to every figure that the annexes ask for, by field: nothing happened, so all of it is 0."""
    return {
        field_name(line.row_key, cell.column): "0" if cell.kind in NUMERIC else "Không"
        for annex in form.annexes
        if not annex.optional
        for line in annex.lines
        for cell in line.cells
        if cell.kind in NUMERIC or (cell.kind is CellKind.TEXT and cell.required)
    }


def _fill_annexes(form: Form, book: Any) -> None:
    texts = annex_texts(form)
    for annex in form.annexes:
        sheet = book[annex.sheet]
        rows = {row[0].value: row[0].row for row in sheet.iter_rows(max_col=1)}
        columns = {cell.value: cell.column for cell in sheet[1]}
        for line in annex.lines:
            for cell in line.cells:
                text = texts.get(field_name(line.row_key, cell.column))
                if text is not None:
                    sheet.cell(rows[line.row_key], columns[cell.column]).value = text


def _columns(sheet: Any) -> tuple[dict[str, int], int]:
    """Columns of a form's table by their headers, and its first row of content."""
    for row in sheet.iter_rows(max_row=12):
        named = {str(cell.value): cell.column for cell in row if cell.value}
        if "Mã" in named:
            return named, row[0].row + 1
    raise LookupError(sheet.title)


def _how_copied(connection: sa.Connection) -> str:
    """The quick way to copy a database: file by file, where the server need not put each on the disk (.ci/run)."""
    new_enough = (connection.dialect.server_version_info or (0,))[0] >= 15
    careless = connection.exec_driver_sql("SHOW fsync").scalar_one() == "off"
    return " STRATEGY FILE_COPY" if new_enough and careless else ""


def _copied(request: pytest.FixtureRequest, stage: str, engine: str) -> Iterator[Province]:
    tmp_path: Path = request.getfixturevalue("tmp_path")
    home = tmp_path / "home"
    if engine == "sqlite":
        home.mkdir()
        shutil.copy(request.getfixturevalue("_sqlite_stages")(stage), home / "dondoc.sqlite3")
        url, database = f"sqlite:///{home / 'dondoc.sqlite3'}", ""
    else:
        server: sa.Engine = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("_postgres_stages")(stage)
        database = f"dondoc_test_{uuid.uuid4().hex[:12]}"
        with server.connect() as connection:
            connection.exec_driver_sql(
                f"CREATE DATABASE {database} TEMPLATE {template}{_how_copied(connection)}"
            )
        url = _in(server, database)
    stores: list[Store] = []
    office = _office(home, url)

    def open_again() -> Store:
        """Another connection pool, as another process has it."""
        stores.append(open_store(url.replace("postgresql://", "postgresql+psycopg://", 1)))
        return stores[-1]

    yield Province(office, open_again)
    for store in [office.store, *stores]:
        store.engine.dispose()
    if database:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {database} WITH (FORCE)")


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture
def imported(request: pytest.FixtureRequest) -> Iterator[Province]:
    """The directory and the registers are there, no cycle yet (SQLite)."""
    yield from _copied(request, "imported", "sqlite")


@pytest.fixture(params=BOTH)
def imported_both(request: pytest.FixtureRequest) -> Iterator[Province]:
    """As `imported`, on each database."""
    yield from _copied(request, "imported", request.param)


@pytest.fixture
def released(request: pytest.FixtureRequest) -> Iterator[Province]:
    """Quý I/2026 is released to all its agencies (SQLite)."""
    yield from _copied(request, "released", "sqlite")


@pytest.fixture
def few(request: pytest.FixtureRequest) -> Iterator[Province]:
    """Quý I/2026 is released to SNV, STC, SKHCN and a ward (SQLite)."""
    yield from _copied(request, "few", "sqlite")


@pytest.fixture(params=BOTH)
def few_both(request: pytest.FixtureRequest) -> Iterator[Province]:
    """As `few`, on each database."""
    yield from _copied(request, "few", request.param)


@dataclass
class Mailbox:
    """A mail server that keeps what it accepts; `refuse` answers RCPT of an address."""

    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    peers: set[Any] = field(default_factory=set)
    """Who has handed something over: a connection each."""
    url: str = ""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.peers.add(session.peer)
        self.received += [(address, mail) for address in envelope.rcpt_tos]
        return "250 OK"

    def subjects(self, to: str = "") -> list[str]:
        return [str(mail["Subject"]) for address, mail in self.received if to in address]

    def texts(self, to: str = "") -> list[str]:
        """Every text a person may read in the mails: plain, HTML, and the cells of workbooks."""
        found = []
        for address, mail in self.received:
            if to not in address:
                continue
            texts = [str(mail["Subject"])]
            for part in mail.walk():
                if part.get_content_maintype() == "text":
                    texts.append(part.get_content())
                elif (part.get_filename() or "").endswith(".xlsx"):
                    book = load_workbook(BytesIO(part.get_content()))
                    texts += [str(c.value) for s in book for row in s.iter_rows() for c in row if c.value]
            found.append("\n".join(texts))
        return found


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server on this machine."""
    box = Mailbox()
    server = _AnyPort(box, hostname="127.0.0.1", port=0)
    server.start()
    box.url = (
        f"mailto://127.0.0.1:{server.port}?from=bcd57@dien-bien.example&reply=to-giup-viec@dien-bien.example"
    )
    yield box
    server.stop()
