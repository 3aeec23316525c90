"""The hourly sweep of a country: when nothing is due, and on the morning on which every agency is overdue.

Needs a country with its history (benchmarks.country:prepare): ten assignments an agency, eleven quarters reported, the
twelfth running, half of it reported. Each function may be called once on its own copy.

- `idle`: a sweep in the middle of the collecting, after another one in the same hour has done what there was to do
  (drafts opened, contradictions looked for). Nothing is due and nothing has changed. Start-up (interpreter, folder
  read, database opened) and that first sweep are not measured. `cpu` is the process's; on PostgreSQL the server's own
  is not in it. `queries` are all statements, `BEGIN` and `COMMIT` not counted. One item.
- `audit`: the auditor's hourly round on the same hour. One item.
- `worst`: the quarter is made silent (nobody has reported), the program was down from the 2nd to the 23rd of December,
  and comes back on that Wednesday at 08:00: everybody is three working days late. One sweep puts down each officer's
  and each head's line and what is past (the two reminders before), the leadership's slip (which waits for a person),
  looks for contradictions, writes the call sheet of all agencies and a drafted letter (Word) to each, bundles the lines
  into digests, and sends two mails for each agency to a server in a process of its own, deciding afresh of each and
  committing before and after. An item is an agency.
- `baseline`: the honest straightforward program on at most 300 agencies of the same database: a Prefect flow with one
  task run for each agency, which reads the request, its assignments and its people, renders two mails by jinja2 and the
  letter by docxtpl from the same Word template, sends each mail over a connection of its own, and commits a row for
  each mail before and after it. `plain_loop`: the same without Prefect. Both leave out what dondoc does besides: past
  steps, slip, contradictions, call sheet, a second look at the moment of sending, Message-IDs that survive a crash.
"""

import os
import smtplib
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import jinja2
import sqlalchemy as sa
from docxtpl import DocxTemplate
from sqlmodel import Session, col, select

from benchmarks.apart import Measured, clocked
from benchmarks.country import NEWEST, office_at
from benchmarks.mail_sink import SENDER, mail_sink
from models.codes import Channel, NoticeState, PersonRole, RequestState, SubmissionVerdict
from models.cycle import Cycle, Request, RequestItem
from models.directory import Agency, Person
from models.notice import Notice
from models.register import AssignmentRevision
from models.submission import Submission
from models.time import at_hour, local_day, vn_date
from tasks.cycle.cycles import find_cycle
from tasks.office import Office
from tasks.steps import audit_step, one_after_another, sweep_step
from templates import FOLDER

IDLE = at_hour(date(2026, 12, 9), 9)
WORST = at_hour(date(2026, 12, 23), 8)
MOST_BASELINE = 300


def idle(home: Path, url: str, size: int) -> Measured:
    """The second sweep of an hour in which nothing is due."""
    office = _at_work(home, url)
    sweep_step(office, IDLE, one_after_another)
    queries = _counted(office)
    with clocked(1) as found:
        said = sweep_step(office, IDLE, one_after_another).sentence
    found.queries = queries()
    found.said = {"agencies": size, "sentence": said}
    return found


def audit(home: Path, url: str, size: int) -> Measured:
    """The auditor's round in the same hour."""
    office = _at_work(home, url)
    sweep_step(office, IDLE, one_after_another)
    queries = _counted(office)
    with clocked(1) as found:
        said = audit_step(office, IDLE).sentence
    found.queries = queries()
    found.said = {"agencies": size, "sentence": said}
    return found


def worst(home: Path, url: str, size: int) -> Measured:
    """The sweep of the morning on which everybody is overdue."""
    silence(_at_work(home, url))
    with mail_sink() as sink:
        office = _at_work(home, url, sink.url)
        queries = _counted(office)
        with clocked(size) as found:
            said = sweep_step(office, WORST, one_after_another).sentence
        found.queries = queries()
        found.said = {"sentence": said, "mails": sink.taken()}
    if found.said["mails"] < 2 * size:
        raise RuntimeError(f"two mails for each of {size} agencies: {found.said}")
    return found


def plain_loop(home: Path, url: str, size: int) -> Measured:
    """The straightforward program, one agency after another."""
    return _plainly(home, url, size, _one_after_another)


def _one_after_another(ids: list[int], chase: Callable[[int], None]) -> None:
    for request_id in ids:
        chase(request_id)


def baseline(home: Path, url: str, size: int) -> Measured:
    """The straightforward program as a Prefect flow of one task run for each agency."""
    os.environ |= {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    from prefect import flow, task
    from prefect.testing.utilities import prefect_test_harness

    def with_prefect(ids: list[int], chase: Callable[[int], None]) -> None:
        @task(name="remind")
        def remind(request_id: int) -> None:
            chase(request_id)

        @flow(name="chase")
        def chase_all() -> None:
            for request_id in ids:
                remind(request_id)

        chase_all()

    with prefect_test_harness(server_startup_timeout=180):
        return _plainly(home, url, size, with_prefect)


def silence(office: Office) -> None:
    """Nobody has reported in the newest quarter."""
    with office.store.writing() as session:
        mine = sa.select(col(Request.id)).where(col(Request.cycle_id) == find_cycle(session, NEWEST).id)
        session.execute(
            sa.update(Request)
            .where(col(Request.id).in_(mine))
            .values(state=RequestState.SENT, first_received_at=None, complete_at=None)
        )
        session.execute(
            sa.update(Submission)
            .where(col(Submission.request_id).in_(mine))
            .values(verdict=SubmissionVerdict.FAULTY)
        )


def _at_work(home: Path, url: str, mail_url: str = "") -> Office:
    """The office with its folder read, as a process that is at work has it."""
    office = office_at(home, url, mail_url)
    assert office.profile and office.key  # noqa: S101, PT018
    office.calendar(local_day(IDLE))
    return office


def _counted(office: Office) -> Callable[[], int]:
    """From now on counts the statements."""
    seen = [0]

    def count(_connection: Any, _cursor: Any, statement: str, *_told: Any) -> None:
        seen[0] += not statement.startswith(
            "BEGIN"
        )  # SQLite's is a statement of ours, PostgreSQL's the driver's

    sa.event.listen(office.store.engine, "before_cursor_execute", count)
    return lambda: seen[0]


MAIL = """Kính gửi {{ name }},

{% if head %}Kính báo: đến nay {{ agency }} chưa gửi {{ cycle }}, dù đã nhắc qua đầu mối{% else -%}
Ban Chỉ đạo đề nghị {{ agency }} gửi {{ cycle }}{% endif %}.
Hạn: {{ due }} (quá hạn {{ late }} ngày).

Các nhiệm vụ phải báo cáo:
{% for task in tasks %}- {{ task.number }}. {{ task.name }} (thời hạn: {{ task.deadline_raw }})
{% endfor %}
Trân trọng./.
"""
HTML = "<html><body>{% for line in text.splitlines() %}<p>{{ line }}</p>{% endfor %}</body></html>"


def _plainly(
    home: Path, url: str, size: int, run: Callable[[list[int], Callable[[int], None]], object]
) -> Measured:
    """What the straightforward program does of each agency; `run` calls it for each."""
    size = min(size, MOST_BASELINE)
    office = _at_work(home, url)
    silence(office)
    letter = office.profile.regimes[0].letter
    engine = office.store.engine
    mail = jinja2.Environment(autoescape=False).from_string(MAIL)  # noqa: S701 - plain text
    page = jinja2.Environment(autoescape=True).from_string(HTML)
    folder = home / "cong-van"
    folder.mkdir(exist_ok=True)
    day = local_day(WORST)

    def chase(request_id: int) -> None:
        with Session(engine) as session:
            request = session.get_one(Request, request_id)
            cycle = session.get_one(Cycle, request.cycle_id)
            agency = session.get_one(Agency, request.agency_id)
            if request.state is not RequestState.SENT or request.due >= day:
                return
            tasks = session.exec(
                select(AssignmentRevision)
                .join(RequestItem, col(RequestItem.assignment_revision_id) == col(AssignmentRevision.id))
                .where(RequestItem.request_id == request_id)
                .order_by(col(RequestItem.position))
            ).all()
            people = session.exec(
                select(Person).where(Person.agency_id == agency.id, col(Person.active).is_(True))
            ).all()
            late = (day - request.due).days
            for person in people:
                is_head = person.role is PersonRole.HEAD
                notice = Notice(
                    subject=f"plain:{request_id}",
                    plan_no=1,
                    step="head" if is_head else "officer",
                    person_id=person.id or 0,
                    channel=Channel.EMAIL,
                    request_id=request_id,
                    created_at=datetime.now(UTC),
                )
                session.add(notice)
                session.commit()
                text = mail.render(
                    name=person.name,
                    head=is_head,
                    agency=agency.name,
                    cycle=cycle.name,
                    due=vn_date(request.due),
                    late=late,
                    tasks=tasks,
                )
                _send(sink.port, person.email, f"Đôn đốc {cycle.name}", text, page.render(text=text))
                notice.state = NoticeState.SENT
                session.commit()
            document = DocxTemplate(FOLDER / "word" / "don-doc.docx")
            document.render(
                {
                    "party": letter.layout == "party",
                    "superior": letter.superior,
                    "issuer": letter.issuer,
                    "number": "Số ...-CV/BCĐ",
                    "subject": f"V/v đôn đốc gửi {cycle.name}",
                    "place_and_date": f"{letter.place}, ngày {vn_date(day)}",
                    "agency": agency.name,
                    "sentences": [
                        f"Ngày {vn_date(cycle.document_date or day)} có công văn đề nghị gửi {cycle.name}.",
                        f"Đến nay {agency.name} chưa gửi báo cáo (quá hạn {late} ngày).",
                        f"Đề nghị {agency.name} khẩn trương gửi báo cáo.",
                    ],
                    "contact": letter.unit,
                    "copies": ["Như trên"],
                    "signer_line": letter.signer_line,
                    "signer_office": letter.signer_office,
                },
                autoescape=True,
            )
            content = BytesIO()
            document.save(content)
            (folder / f"{agency.code}.docx").write_bytes(content.getvalue())

    with mail_sink() as sink:
        with Session(engine) as session:
            cycle = find_cycle(session, NEWEST)
            ids = session.exec(
                select(Request.id).where(Request.cycle_id == cycle.id).order_by(col(Request.id)).limit(size)
            )
            asked = [request_id or 0 for request_id in ids]
        with clocked(len(asked)) as found:
            run(asked, chase)
        letters = len(list(folder.iterdir()))
        found.said = {"mails": sink.taken(), "letters": letters}
    if found.said != {"mails": 2 * len(asked), "letters": len(asked)}:
        raise RuntimeError(f"two mails and a letter for each of {len(asked)} agencies: {found.said}")
    return found


def _send(port: int, address: str, subject: str, text: str, html: str) -> None:
    """One mail over a connection of its own."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, address, subject
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(message)
