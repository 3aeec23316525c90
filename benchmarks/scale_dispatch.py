"""Dispatch of a released quarter: each agency gets its prefilled form and the outline of its report by mail.

Measured (`dondoc`): `dispatch_step` over the whole quarter, as the command and the flow call it: forms read from the
database and written as workbooks, stored, notices put down and bundled; then of each message what is due decided
afresh, the letter and the outline (Word) written, the try put down and committed, the mail handed to a server over one
connection and its answer recorded; at the end the requests marked as sent. An item is an agency with ten assignments
(every twentieth with an indicator). The server is aiosmtpd in a process of its own on 127.0.0.1, which takes and
counts: its time is waited for by everybody, its processor time is nobody's. Not measured: start-up, opening and
releasing the cycle. Each function ends by counting what came out: mails taken, each with both files, and the rows.

Baselines, on at most 100 agencies; what they write is read beforehand from what dondoc writes for these agencies, so
that both send the same cells with the same looks, the same outline, the same letter:
- `baseline`: one Prefect task run for each agency, one after another in a flow, against an API of its own on this
  machine; in it the workbook by openpyxl cell by cell, the outline by python-docx, the letter by jinja2, the mail by
  the standard library over a connection of its own, and a commit for each row (form, message, its end).
- `plain_loop`: the same without Prefect.

`floor`: the bytes of the same mails, made beforehand, over one connection, and one transaction for each fifty of form
and row: no form, no letter, no promise of what happens when a process dies.
"""

import json
import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import jinja2
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from docx.shared import Mm, Pt
from docx.table import Table
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from sqlmodel import col, func, select

from benchmarks.apart import Measured, clocked
from benchmarks.country import country, office_at, officer, release
from models.codes import MessageState, NoticeState, RequestState
from models.cycle import Request
from models.notice import Attempt, Message, Notice
from models.rules.form import Form
from models.time import at_hour
from tasks.cycle.forms import form_name, forms_of
from tasks.office import Office
from tasks.prose.outline_write import write_outline
from tasks.sending.mail_message import Attachment, Sender, build_email
from tasks.settings import CHECKOUT
from tasks.steps import dispatch_step, one_after_another
from tasks.workbook.write import write_form

QUARTER = "2026-Q4"
CODE = f"bcd-quy-{QUARTER}"
NOW = at_hour(date(2026, 12, 3), 9)
SENDER = Sender("Tổ Giúp việc Ban Chỉ đạo tỉnh", "bcd57@dien-bien.example", "thu-ky@bcd57.example")
SUBJECT = "Đề nghị gửi Báo cáo Quý IV/2026 thực hiện Nghị quyết số 57-NQ/TW (hạn 18/12/2026)"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_BASELINE = 100
MOST_FLOOR = 300
BATCH = 50


def prepare(home: Path, url: str, size: int) -> Measured:
    """A country whose quarter is released and of which nothing has been sent."""
    with clocked(size) as found:
        release(country(home, url, size), QUARTER)
    return found


def dondoc(home: Path, url: str, size: int) -> Measured:
    """The quarter dispatched by dondoc."""
    with mail_server() as server:
        office = office_at(home, url, f"mailto://127.0.0.1:{server.port}?from={SENDER.address}")
        assert office.profile  # noqa: S101 - read before, as by a process that is at work
        assert office.key  # noqa: S101
        queries = _count_queries(office)
        with clocked(size) as found:
            outcome = dispatch_step(office, CODE, NOW, one_after_another)
        found.queries = queries()
        found.said = {"sentence": outcome.sentence, **_came_out(office, size), **server.taken(size)}
    return found


def plain_loop(home: Path, url: str, size: int) -> Measured:
    """The straightforward program."""
    several = _orders(home, url, min(size, MOST_BASELINE))
    with mail_server() as server, _plain_rows(home, url) as engine:
        with clocked(len(several)) as found:
            for one in several:
                _send_plainly(one, server.port, engine)
        found.said = {"rows": _plain_count(engine, len(several)), **server.taken(len(several))}
    return found


def baseline(home: Path, url: str, size: int) -> Measured:
    """The straightforward program as a Prefect flow of one task run for each agency."""
    os.environ |= {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    from prefect import flow, task  # it reads its settings when it is imported
    from prefect.testing.utilities import prefect_test_harness

    several = _orders(home, url, min(size, MOST_BASELINE))
    with mail_server() as server, _plain_rows(home, url) as engine:

        @task(name="send")
        def send(place: int) -> None:
            _send_plainly(several[place], server.port, engine)

        @flow(name="dispatch")
        def dispatch() -> Measured:
            with clocked(len(several)) as found:
                for place in range(len(several)):
                    send(place)
            return found

        with prefect_test_harness(server_startup_timeout=180):
            found: Measured = dispatch()
        found.said = {"rows": _plain_count(engine, len(several)), **server.taken(len(several))}
    return found


def floor(home: Path, url: str, size: int) -> Measured:
    """Ready bytes over one connection, one transaction for each batch."""
    size = min(size, MOST_FLOOR)
    office = office_at(home, url)
    forms = forms_of_first(office, size)
    ready = []
    for number, form in enumerate(forms, 1):
        workbook = write_form(form, office.key)
        files = (
            Attachment(form_name(form.agency_code, form.cycle_code), workbook, XLSX),
            Attachment("de-cuong.docx", write_outline(form, {}, {}, office.key), DOCX),
        )
        text, html = _letter(form)
        mail = build_email(
            SENDER,
            form.agency_name,
            officer(number),
            SUBJECT,
            text,
            html,
            f"<{number}@x.example>",
            NOW,
            files,
        )
        ready.append((mail, workbook))
    with mail_server() as server, _plain_rows(home, url) as engine:
        with clocked(size) as found, smtplib.SMTP("127.0.0.1", server.port) as smtp:
            for start in range(0, size, BATCH):
                batch = ready[start : start + BATCH]
                for mail, _ in batch:
                    smtp.sendmail(mail.sender, [mail.recipient], mail.content)
                rows = [
                    {"agency": mail.recipient, "form": workbook, "sent_at": datetime.now(UTC)}
                    for mail, workbook in batch
                ]
                with engine.begin() as connection:
                    connection.execute(sa.insert(_ROWS), rows)
        bytes_each = sum(len(mail.content) for mail, _ in ready) // size
        found.said = {"mail_bytes": bytes_each, "rows": _plain_count(engine, size), **server.taken(size)}
    return found


# The mail server


@dataclass
class MailServer:
    """A server in a process of its own."""

    process: "subprocess.Popen[str]"
    port: int

    def taken(self, expected: int) -> dict[str, int]:
        """How many mails it took, and how many files they had; ValueError unless it were as many as expected."""
        said, _ = self.process.communicate("\n")
        found: dict[str, int] = json.loads(said)
        if found != {"mails": expected, "files": 2 * expected, "people": expected}:
            raise ValueError(f"{found}, expected {expected}")
        return found


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Runs while its block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scale_dispatch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        yield MailServer(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()


class _Counting:
    """Takes every mail and keeps none."""

    def __init__(self) -> None:
        self.mails = self.files = 0
        self.people: set[str] = set()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails += 1
        self.files += envelope.content.count(b"\nContent-Disposition: attachment")
        self.people.update(envelope.rcpt_tos)
        return "250 2.0.0 taken"


def main() -> None:
    """The server's side: says its port, and at a line on its input what it took."""
    counting = _Counting()
    controller = Controller(counting, hostname="127.0.0.1", port=_free_port(), decode_data=False)
    controller.start()
    print(controller.port, flush=True)  # noqa: T201 - what its parent reads
    sys.stdin.readline()
    controller.stop()
    said = {"mails": counting.mails, "files": counting.files, "people": len(counting.people)}
    print(json.dumps(said), flush=True)  # noqa: T201


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


# What dondoc leaves behind


def _count_queries(office: Office) -> Callable[[], int]:
    count = 0

    def one_more(*_about: Any) -> None:
        nonlocal count
        count += 1

    sa.event.listen(office.store.engine, "before_cursor_execute", one_more)
    return lambda: count


def _came_out(office: Office, size: int) -> dict[str, int]:
    """The rows of a dispatch; ValueError unless there are as many of each as agencies."""
    wanted = {
        "requests": select(func.count()).select_from(Request).where(Request.state == RequestState.SENT),
        "forms": select(func.count(col(Request.form_sha256).distinct())),
        "notices": select(func.count()).select_from(Notice).where(Notice.state == NoticeState.SENT),
        "messages": select(func.count()).select_from(Message).where(Message.state == MessageState.SENT),
        "attempts": select(func.count()).select_from(Attempt).where(col(Attempt.answer).like("250%")),
    }
    with office.store.reading() as session:
        found = {name: session.exec(asked).one() for name, asked in wanted.items()}
    if set(found.values()) != {size}:
        raise ValueError(f"{found}, expected {size} of each")
    return found


def forms_of_first(office: Office, size: int) -> list[Form]:
    """The forms of the first agencies."""
    with office.store.reading() as session:
        ids = session.exec(select(Request.id).order_by(col(Request.id)).limit(size)).all()
        return list(forms_of(session, [one or 0 for one in ids]).values())


# The straightforward program


@dataclass
class _Drawn:
    """A sheet as it is to look: cells as (row, column, text, name of the look), and the rest as openpyxl has it."""

    title: str
    hidden: bool
    cells: list[tuple[int, int, str, str]]
    widths: dict[str, float]
    heights: dict[int, float]
    merged: list[str]
    rules: list[DataValidation]
    footer: str
    freeze: str | None
    repeated: str | None
    zoom: int


@dataclass
class _Order:
    """What one agency is to get. `prose` are the blocks of its outline: a paragraph (style, text), or a table."""

    form: Form
    address: str
    file_name: str
    sheets: list[_Drawn]
    prose: list[tuple[str, str] | list[list[str]]] = field(default_factory=list)


def _orders(home: Path, url: str, size: int) -> list[_Order]:
    office = office_at(home, url)
    orders = []
    for number, form in enumerate(forms_of_first(office, size), 1):
        book = load_workbook(BytesIO(write_form(form, office.key)))
        outline = docx.Document(BytesIO(write_outline(form, {}, {}, office.key)))
        orders.append(
            _Order(
                form,
                officer(number),
                form_name(form.agency_code, form.cycle_code),
                [_drawn(sheet) for sheet in book.worksheets],
                [
                    [[cell.text for cell in row.cells] for row in block.rows]
                    if isinstance(block, Table)
                    else (block.style.name if block.style and block.style.name else "Normal", block.text)
                    for block in outline.iter_inner_content()
                ],
            )
        )
    return orders


def _drawn(sheet: Any) -> _Drawn:
    return _Drawn(
        sheet.title,
        sheet.sheet_state != "visible",
        [
            (cell.row, cell.column, cell.value or "", cell.style)
            for row in sheet.iter_rows()
            for cell in row
            if cell.has_style
        ],
        {letter: column.width for letter, column in sheet.column_dimensions.items()},
        {row: about.height for row, about in sheet.row_dimensions.items() if about.height},
        [str(one) for one in sheet.merged_cells.ranges],
        list(sheet.data_validations.dataValidation),
        sheet.oddFooter.left.text or "",
        sheet.freeze_panes,
        sheet.print_title_rows,
        sheet.sheet_view.zoomScale or 100,
    )


_THIN = Side(style="thin", color="FF808080")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY, _HEAD, _ASKED = (PatternFill("solid", fgColor=code) for code in ("FFF2F2F2", "FFD9D9D9", "FFFFF2CC"))


def _workbook(order: _Order) -> bytes:
    """By openpyxl, cell by cell."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for drawn in order.sheets:
        sheet = book.create_sheet(drawn.title)
        for row, column, text, look in drawn.cells:
            cell = sheet.cell(row, column, text or None)
            bold = "đậm" in look or look in ("Đề mục", "Mục") or look.startswith(("Tiêu đề", "Đề cương"))
            cell.font = Font(name="Times New Roman", size=14 if look == "Đề mục" else 12, bold=bold)
            asked = look.startswith("Cần điền")
            centred = "giữa" in look or look.startswith("Tiêu đề") or look in ("Đề mục", "Phụ đề")
            cell.alignment = Alignment(
                horizontal="center" if centred else None, vertical="top", wrap_text=True
            )
            cell.protection = Protection(locked=not asked)
            cell.number_format = "@"
            if look not in ("Đề mục", "Phụ đề", "Chú dẫn", "Mục", "Lời văn"):
                cell.border = _BOX
                if look.startswith("Tiêu đề"):
                    cell.fill = _ASKED if "cần điền" in look else _HEAD
                elif not asked:
                    cell.fill = _GREY
        for letter, width in drawn.widths.items():
            sheet.column_dimensions[letter].width = width
        for number, height in drawn.heights.items():
            sheet.row_dimensions[number].height = height
        for span in drawn.merged:
            sheet.merge_cells(span)
        for rule in drawn.rules:
            sheet.add_data_validation(rule)
        sheet.protection.sheet = True
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToHeight = 0
        sheet.oddFooter.left.text = drawn.footer
        sheet.freeze_panes, sheet.print_title_rows = drawn.freeze, drawn.repeated
        sheet.sheet_view.zoomScale = drawn.zoom
        if drawn.hidden:
            sheet.sheet_state = "veryHidden"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _outline(order: _Order) -> bytes:
    """By python-docx, as its manual shows."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    known = {style.name for style in document.styles}
    for name in {block[0] for block in order.prose if isinstance(block, tuple)} - known:
        style = document.styles.add_style(name, 1)
        style.font.name, style.font.size = "Times New Roman", Pt(14)
    for block in order.prose:
        if isinstance(block, tuple):
            document.add_paragraph(block[1], style=block[0])
            continue
        table = document.add_table(rows=0, cols=len(block[0]), style="Table Grid")
        for texts in block:
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text
    out = BytesIO()
    document.save(out)
    return out.getvalue()


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(CHECKOUT / "templates" / "mail"),
    autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",)),
)
_TEMPLATES.filters["two"] = "{:02d}".format


def _letter(form: Form) -> tuple[str, str]:
    """Text and HTML by jinja2."""
    facts: dict[str, Any] = {
        "to": form.agency_name,
        "contact": SimpleNamespace(
            issuer="Ban Chỉ đạo",
            unit="Tổ Giúp việc",
            name="Thư ký",
            phone="0215 000 0057",
            email="a@b.example",
        ),
        "line": SimpleNamespace(
            agency=form.agency_name,
            cycle=form.cycle_name,
            due=f"{form.due:%d/%m/%Y}",
            left="còn 11 ngày làm việc",
            link="",
            shown=[SimpleNamespace(number=line.row_key, title=line.name) for line in [*form.assignments]],
        ),
        "document": "Công văn số 426-CV/BCĐ ngày 02/12/2026",
        "file_name": form_name(form.agency_code, form.cycle_code),
        "how_to_return": "Gửi lại tệp đã điền bằng cách trả lời thư này kèm tệp.",
    }
    text = _TEMPLATES.get_template("request.txt.j2").render(facts)
    return text, _TEMPLATES.get_template("request.html.j2").render(facts, subject=SUBJECT)


_ROWS = sa.Table(
    "plain_dispatch",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("agency", sa.Text, nullable=False),
    sa.Column("form", sa.LargeBinary, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
)


@contextmanager
def _plain_rows(home: Path, url: str) -> Iterator[sa.Engine]:
    """A table of its own in the same database; with SQLite in a file of its own, as SQLAlchemy opens it."""
    address = (
        url.replace("postgresql://", "postgresql+psycopg://", 1) or f"sqlite:///{home / 'plain.sqlite3'}"
    )
    engine = sa.create_engine(address)
    _ROWS.drop(engine, checkfirst=True)
    _ROWS.create(engine)
    try:
        yield engine
    finally:
        engine.dispose()


def _plain_count(engine: sa.Engine, expected: int) -> int:
    with engine.connect() as connection:
        counted = sa.select(sa.func.count()).where(_ROWS.c.sent_at.is_not(None), _ROWS.c.form.is_not(None))
        found = connection.execute(counted).scalar_one()
    if found != expected:
        raise ValueError(f"{found} rows, expected {expected}")
    return found


def _send_plainly(order: _Order, port: int, engine: sa.Engine) -> None:
    """One agency from beginning to end, a commit for each thing that is done."""
    workbook = _workbook(order)
    with engine.begin() as connection:
        added = connection.execute(
            sa.insert(_ROWS).values(agency=order.address, form=workbook).returning(_ROWS.c.id)
        )
        number = added.scalar_one()
    text, html = _letter(order.form)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"{SENDER.name} <{SENDER.address}>", order.address, SUBJECT
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    for content, mime, name in (
        (workbook, XLSX, order.file_name),
        (_outline(order), DOCX, "de-cuong.docx"),
    ):
        main_type, _, sub_type = mime.partition("/")
        mail.add_attachment(content, maintype=main_type, subtype=sub_type, filename=name)
    with engine.begin() as connection:
        connection.execute(sa.update(_ROWS).where(_ROWS.c.id == number).values(subject=SUBJECT))
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(mail)
    with engine.begin() as connection:
        connection.execute(sa.update(_ROWS).where(_ROWS.c.id == number).values(sent_at=datetime.now(UTC)))


if __name__ == "__main__":
    main()
