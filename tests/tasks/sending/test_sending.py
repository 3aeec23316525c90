"""The sender on a real database and a real SMTP server: what is promised, when all is well and when not."""

import os
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from sqlmodel import Session, SQLModel, col, create_engine, select

from models.codes import AgencyKind, AttemptOutcome, Channel, MessageState, NoticeState, PersonRole
from models.directory import Agency, Person
from models.notice import Attempt, Message, Notice
from models.rules.reminders.notices import DUE, Standing, superseded
from models.tables import METADATA
from tasks.channels.base import Courier, Outgoing
from tasks.sending.bundles import bundle
from tasks.sending.lanes import LANES
from tasks.sending.mail_message import Attachment
from tasks.sending.rounds import (
    LONGEST_WAIT,
    NO_MAIL_ADDRESS,
    SendReport,
    send_ready,
    wait_before,
)
from tasks.sending.sender_lock import LOCK_FILES, sender_lock
from tasks.sending.terms import Composed, Post

with warnings.catch_warnings():  # Apprise imports imghdr, which Python 3.11 and 3.12 call deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    from tasks.channels.mail import MailCourier, mail_channel

NOW = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Server:
    """A mail server that keeps what it accepts and answers DATA by `orders` ("drop" hangs up), else 250.

    `before_answer` is called while the client waits: what the world may do in that moment.
    """

    orders: deque[str] = field(default_factory=deque)
    received: list[EmailMessage] = field(default_factory=list)
    peers: list[Any] = field(default_factory=list)
    before_answer: Callable[[], None] | None = None
    port: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.peers.append(session.peer)
        if self.before_answer is not None:
            self.before_answer()
        order = self.orders.popleft() if self.orders else ""
        if order[:1] in ("4", "5"):
            return order
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        if order == "drop":
            server.transport.abort()
        return "250 2.0.0 Đã nhận"

    @property
    def ids(self) -> list[str]:
        return [str(got["Message-ID"]) for got in self.received]


class AnyPort(Controller):
    """A controller on a port that the system chooses."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def server() -> Iterator[Server]:
    box = Server()
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


class Desk:
    """A database with two officers, and everything a round needs; each part can be changed by a test."""

    def __init__(self, home: Path, engine: sa.Engine) -> None:
        self.home = home
        self.engine = engine
        METADATA.create_all(self.engine)
        self.clock = Clock()
        self.satisfied: dict[str, str] = {}
        self.addresses = {1: "anh@snv.example", 2: "binh@syt.example"}
        self.max_tries = 3
        self.compose = self.plain
        with self.session() as session:
            for no, code in ((1, "SNV"), (2, "SYT")):
                session.add(Agency(id=no, code=code, name=f"Sở {code}", kind=AgencyKind.DEPARTMENT))
            session.flush()
            for no in (1, 2):
                role = PersonRole.OFFICER
                session.add(Person(id=no, agency_id=no, role=role, name=f"Cán bộ {no}", email="a@b.example"))

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def notice(self, subject: str, person_id: int = 1, step: str = "truoc-3", plan_no: int = 1) -> Notice:
        notice = Notice(
            subject=subject,
            plan_no=plan_no,
            step=step,
            person_id=person_id,
            channel=Channel.EMAIL,
            created_at=self.clock(),
        )
        with self.session() as session:
            session.add(notice)
        return notice

    def bundle(self, not_before: Callable[[Notice], datetime] | None = None) -> list[Message]:
        with self.session() as session:
            new = bundle(session, self.clock(), "bcd.example", template_of, not_before)
        return [message for message in self.all(Message) if message.id in new]

    def plain(self, session: Session, message: Message, notices: Sequence[Notice]) -> Composed:
        subjects = ", ".join(notice.subject for notice in notices)
        return Composed(
            name=f"Cán bộ {message.person_id}",
            address=self.addresses[message.person_id],
            subject=f"Nhắc: {subjects}",
            text=f"Còn thiếu: {subjects}\n",
            html="",
            attachments=(Attachment("Biểu mẫu.xlsx", b"PK"),) if message.template == "request" else (),
        )

    def still_due(self, session: Session, notice: Notice) -> Standing:
        why = self.satisfied.get(notice.subject, "")
        return superseded(why) if why else DUE

    def send(self, channel: Courier, lock: AbstractContextManager[bool] | None = None) -> SendReport:
        lock = lock or sender_lock(self.engine, self.home)
        return send_ready(self.post(), {Channel.EMAIL: channel}, lock)

    def post(self) -> Post:
        return Post(
            writing=self.session,
            looking=self.session,
            compose=self.compose,
            still_due=self.still_due,
            clock=self.clock,
            max_tries=self.max_tries,
            next_morning=in_the_morning,
        )

    def all(self, table: type[SQLModel]) -> list[Any]:
        with self.session() as session:
            return list(session.exec(select(table).order_by(sa.text("id"))).all())

    def states(self) -> tuple[list[MessageState], list[NoticeState]]:
        return [message.state for message in self.all(Message)], [n.state for n in self.all(Notice)]

    def outcomes(self) -> list[AttemptOutcome]:
        return [attempt.outcome for attempt in self.all(Attempt)]


def in_the_morning(now: datetime) -> datetime:
    return now + timedelta(hours=12)


def template_of(notice: Notice) -> str:
    return {"phat-hanh": "request", "nhan": "receipt", "hoan-thien": "faults"}.get(notice.step, "reminder")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    engine = create_engine(f"sqlite:///{tmp_path / 'thu.sqlite3'}")
    yield Desk(tmp_path, engine)
    engine.dispose()


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Desk]:
    """The same desk in a database of its own on PostgreSQL."""
    server = os.environ.get("DONDOC_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"dondoc_test_{uuid4().hex}"
    admin = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine = create_engine(url.set(database=name))
    yield Desk(tmp_path, engine)
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def channel(server: Server, desk: Desk) -> MailCourier:
    return mail_courier(f"mailto://127.0.0.1:{server.port}?from=dondoc@bcd.example", desk)


def mail_courier(url: str, desk: "Desk") -> MailCourier:
    return MailCourier(mail_channel(url, "", desk.clock), desk.clock)


def dead_channel(desk: Desk) -> MailCourier:
    return mail_courier("mailto://127.0.0.1:1?from=dondoc@bcd.example", desk)


# Bundling


def test_a_persons_lines_of_one_template_share_a_message(desk: Desk) -> None:
    for subject, person in (("request:1", 1), ("request:2", 2), ("request:3", 1)):
        desk.notice(subject, person)
    first, second = desk.bundle()
    assert [(n.subject, n.message_id) for n in desk.all(Notice)] == [
        ("request:1", first.id),
        ("request:2", second.id),
        ("request:3", first.id),
    ]
    assert (first.person_id, first.template, first.state, first.tries) == (
        1,
        "reminder",
        MessageState.READY,
        0,
    )
    assert first.message_id.endswith("@bcd.example>")
    assert first.message_id != second.message_id


@pytest.mark.parametrize("step", ["phat-hanh", "nhan", "hoan-thien"])
def test_what_has_its_own_attachment_or_list_goes_alone(desk: Desk, step: str) -> None:
    desk.notice("request:1", step=step)
    desk.notice("request:2", step=step)
    assert len(desk.bundle()) == 2


def test_bundling_again_takes_nothing_twice(desk: Desk) -> None:
    desk.notice("request:1")
    assert len(desk.bundle()) == 1
    assert desk.bundle() == []
    desk.notice("request:2")
    assert len(desk.bundle()) == 1


def test_two_that_bundle_at_once_put_no_notice_into_two_messages(desk: Desk) -> None:
    """Another process bundles between our looking and our taking."""
    others: list[Message] = []

    def meanwhile(notice: Notice) -> str:
        if not others:
            others.extend(desk.bundle())
        return template_of(notice)

    desk.notice("request:1")
    with desk.session() as session:
        assert bundle(session, NOW, "bcd.example", meanwhile) == []
    assert [message.id for message in desk.all(Message)] == [other.id for other in others]
    assert [notice.message_id for notice in desk.all(Notice)] == [others[0].id]


def test_urgent_lines_do_not_wait_for_the_others(desk: Desk, server: Server, channel: MailCourier) -> None:
    desk.notice("request:1")
    desk.notice("request:2")
    monday = NOW + timedelta(days=2)
    desk.bundle(lambda notice: NOW if notice.subject == "request:2" else monday)
    assert desk.send(channel) == SendReport(sent=1)
    assert [str(got["Subject"]) for got in server.received] == ["Nhắc: request:2"]
    desk.clock.now = monday
    assert desk.send(channel) == SendReport(sent=1)


def test_the_key_of_a_notice_is_unique(desk: Desk) -> None:
    desk.notice("request:1")
    desk.notice("request:1", plan_no=2)
    with pytest.raises(sa.exc.IntegrityError):
        desk.notice("request:1")


# All goes well


def test_what_is_sent_is_recorded(desk: Desk, server: Server, channel: MailCourier) -> None:
    desk.notice("request:1")
    desk.notice("request:3")
    desk.notice("request:9", 2, step="phat-hanh")
    desk.bundle()
    assert desk.send(channel) == SendReport(sent=2)
    first, second = desk.all(Message)
    assert (first.state, first.address, first.subject, first.tries, first.sent_at) == (
        MessageState.SENT,
        "anh@snv.example",
        "Nhắc: request:1, request:3",
        1,
        NOW,
    )
    assert [n.state for n in desk.all(Notice)] == [NoticeState.SENT] * 3
    attempt = desk.all(Attempt)[0]
    assert (attempt.message_id, attempt.no, attempt.outcome, attempt.answer) == (
        first.id,
        1,
        AttemptOutcome.ACCEPTED,
        "250 2.0.0 Đã nhận",
    )
    assert (attempt.started_at, attempt.finished_at) == (NOW, NOW)
    assert server.ids == [first.message_id, second.message_id]
    assert [str(got["To"]) for got in server.received] == [
        "Cán bộ 1 <anh@snv.example>",
        "Cán bộ 2 <binh@syt.example>",
    ]
    assert [[part.get_filename() for part in got.iter_attachments()] for got in server.received] == [
        [],
        ["Biểu mẫu.xlsx"],
    ]
    assert len(set(server.peers)) == 1


def test_a_second_round_finds_nothing_to_do(desk: Desk, server: Server, channel: MailCourier) -> None:
    desk.notice("request:1")
    desk.bundle()
    assert desk.send(channel) == SendReport(sent=1)
    assert desk.send(channel) == SendReport()
    assert len(server.received) == 1


def test_no_transaction_is_open_while_the_server_is_spoken_to(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    """Another process reads the message as being sent, and writes, while the server has not answered yet."""
    seen: list[tuple[list[MessageState], list[AttemptOutcome]]] = []

    def look_and_write() -> None:
        seen.append((desk.states()[0], desk.outcomes()))
        desk.notice("request:77")

    server.before_answer = look_and_write
    desk.notice("request:1")
    desk.bundle()
    assert desk.send(channel) == SendReport(sent=1)
    assert seen == [([MessageState.SENDING], [AttemptOutcome.STARTED])]
    assert [n.state for n in desk.all(Notice)] == [NoticeState.SENT, NoticeState.DUE]


# Satisfied meanwhile


def test_a_line_satisfied_meanwhile_drops_out_at_the_moment_of_sending(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    desk.notice("request:1")
    desk.notice("request:3")
    desk.bundle()
    desk.satisfied["request:1"] = "đã nhận báo cáo đạt yêu cầu"
    assert desk.send(channel) == SendReport(sent=1)
    assert [str(got["Subject"]) for got in server.received] == ["Nhắc: request:3"]
    assert [(n.state, n.why) for n in desk.all(Notice)] == [
        (NoticeState.SUPERSEDED, "đã nhận báo cáo đạt yêu cầu"),
        (NoticeState.SENT, ""),
    ]


def test_a_message_without_a_line_left_is_dropped(desk: Desk, server: Server, channel: MailCourier) -> None:
    desk.notice("request:1")
    desk.bundle()
    desk.satisfied["request:1"] = "đã nhận báo cáo đạt yêu cầu"
    assert desk.send(channel) == SendReport(dropped=1)
    assert desk.states() == ([MessageState.DROPPED], [NoticeState.SUPERSEDED])
    assert server.received == []
    assert desk.outcomes() == []


def test_what_is_satisfied_between_two_tries_is_not_tried_again(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    desk.notice("request:1")
    desk.bundle()
    server.orders.append("451 4.3.0 Thử lại sau")
    assert desk.send(channel) == SendReport(retried=1)
    desk.satisfied["request:1"] = "đã nhận báo cáo đạt yêu cầu"
    desk.clock.now += timedelta(hours=1)
    assert desk.send(channel) == SendReport(dropped=1)
    assert server.received == []


def test_a_message_that_somebody_settles_during_the_round_is_left_alone(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    def settle() -> None:
        with desk.session() as session:
            session.exec(sa.update(Message).where(col(Message.id) == 2).values(state=MessageState.DROPPED))

    server.before_answer = settle
    desk.notice("request:1")
    desk.notice("request:2", 2)
    desk.bundle()
    assert desk.send(channel) == SendReport(sent=1)
    assert desk.states()[0] == [MessageState.SENT, MessageState.DROPPED]
    assert len(server.received) == 1


# The server says no, or nothing


def test_a_temporary_refusal_is_tried_again_later_with_the_same_message_id(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    desk.notice("request:1")
    (message,) = desk.bundle()
    server.orders.append("451 4.3.0 Thử lại sau")
    assert desk.send(channel) == SendReport(retried=1)
    (waiting,) = desk.all(Message)
    assert waiting.state is MessageState.READY
    assert waiting.not_before == NOW + wait_before(1, message.message_id)
    assert desk.send(channel) == SendReport()
    desk.clock.now = waiting.not_before
    assert desk.send(channel) == SendReport(sent=1)
    assert server.ids == [message.message_id]
    assert [(a.no, a.outcome, a.answer) for a in desk.all(Attempt)] == [
        (1, AttemptOutcome.RETRY, "451 4.3.0 Thử lại sau"),
        (2, AttemptOutcome.ACCEPTED, "250 2.0.0 Đã nhận"),
    ]


def test_a_message_is_given_up_after_so_many_tries(desk: Desk, server: Server, channel: MailCourier) -> None:
    desk.notice("request:1")
    desk.bundle()
    server.orders += ["451 4.3.0 Thử lại sau"] * 3
    reports = []
    for _ in range(3):
        reports.append(desk.send(channel))
        desk.clock.now += LONGEST_WAIT * 2
    assert reports == [SendReport(retried=1), SendReport(retried=1), SendReport(failed=1)]
    assert desk.states() == ([MessageState.FAILED], [NoticeState.FAILED])
    assert desk.all(Notice)[0].why == "451 4.3.0 Thử lại sau"
    assert desk.send(channel) == SendReport()


def test_a_refusal_for_good_fails_at_once_and_only_that_message(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    desk.notice("request:1", 1)
    desk.notice("request:2", 2)
    desk.bundle()
    server.orders.append("550 5.1.1 Không có hộp thư này")
    assert desk.send(channel) == SendReport(sent=1, failed=1)
    assert desk.states() == (
        [MessageState.FAILED, MessageState.SENT],
        [NoticeState.FAILED, NoticeState.SENT],
    )
    assert desk.all(Notice)[0].why == "550 5.1.1 Không có hộp thư này"


def test_a_server_that_is_down_costs_two_tries_not_one_for_every_message(desk: Desk) -> None:
    for no in range(5):
        desk.notice(f"request:{no}", step="phat-hanh")
    desk.bundle()
    assert desk.send(dead_channel(desk)) == SendReport(retried=2, down=(Channel.EMAIL,))
    assert [message.tries for message in desk.all(Message)] == [1, 1, 0, 0, 0]
    assert desk.states()[0] == [MessageState.READY] * 5
    assert desk.outcomes() == [AttemptOutcome.UNREACHABLE] * 2


def test_when_the_server_is_back_everything_goes_out(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    for no in range(5):
        desk.notice(f"request:{no}", step="phat-hanh")
    made = desk.bundle()
    desk.send(dead_channel(desk))
    desk.clock.now += timedelta(minutes=10)
    assert desk.send(channel) == SendReport(sent=5)
    assert sorted(server.ids) == sorted(message.message_id for message in made)


def test_a_connection_dropped_in_the_middle_is_made_again_and_the_doubtful_message_repeats_its_id(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    """The server took the second message but its answer was lost: the one case of a mail that comes twice."""
    for no in range(3):
        desk.notice(f"request:{no}", step="phat-hanh")
    first, second, third = (message.message_id for message in desk.bundle())
    server.orders += ["250", "drop"]
    assert desk.send(channel) == SendReport(sent=2, retried=1)
    desk.clock.now += timedelta(minutes=10)
    assert desk.send(channel) == SendReport(sent=1)
    assert server.ids == [first, second, third, second]


# We die


class Killed(BaseException):
    """The process is gone."""


def test_a_sender_that_dies_while_sending_is_followed_by_one_that_repeats_the_message_id(
    desk: Desk, server: Server, channel: MailCourier, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.notice("request:1")
    desk.notice("request:2", 2)
    first, second = (message.message_id for message in desk.bundle())

    def die(outgoing: Outgoing) -> None:
        raise Killed

    class Dying:
        repeats = True
        why_not = staticmethod(channel.why_not)

        def open(self) -> Any:
            return nullcontext(type("Line", (), {"deliver": staticmethod(die)}))

    with pytest.raises(Killed):
        desk.send(Dying())  # type: ignore[arg-type]
    assert desk.states()[0] == [MessageState.SENDING, MessageState.READY]
    assert desk.outcomes() == [AttemptOutcome.STARTED]

    assert desk.send(channel) == SendReport(sent=2)
    assert server.ids == [first, second]
    assert [(a.no, a.outcome) for a in desk.all(Attempt) if a.message_id == 1] == [
        (1, AttemptOutcome.STARTED),
        (2, AttemptOutcome.ACCEPTED),
    ]


def test_a_sender_that_dies_before_the_record_repeats_and_only_then(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    """The mail is out, the database is not told: the next sender sends it again under the same Message-ID."""
    desk.notice("request:1")
    (message,) = desk.bundle()
    opened = 0

    @contextmanager
    def until_the_third() -> Iterator[Session]:
        nonlocal opened
        opened += 1
        if opened == 3:  # is it stopped, the claim, and now the record
            raise Killed
        with desk.session() as session:
            yield session

    post = replace(desk.post(), writing=until_the_third)
    with pytest.raises(Killed):
        send_ready(post, {Channel.EMAIL: channel}, nullcontext(True))
    assert desk.send(channel) == SendReport(sent=1)
    assert server.ids == [message.message_id] * 2


def test_a_head_is_written_to_after_the_officer_and_can_be_told_of_it(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    """Although the head's line was put down first: the officer's mail is recorded when the head's letter is written."""
    with desk.session() as session:
        head = Person(id=3, agency_id=1, role=PersonRole.HEAD, name="Thủ trưởng", email="a@b.example")
        session.add(head)
    desk.addresses[3] = "thu-truong@snv.example"
    desk.notice("request:1", person_id=3)
    desk.notice("request:1", person_id=1)
    desk.bundle()
    told: list[tuple[int, list[NoticeState]]] = []

    def telling(session: Session, message: Message, notices: Sequence[Notice]) -> Composed:
        states = session.exec(select(Notice.state).where(Notice.person_id == 1)).all()
        told.append((message.person_id, list(states)))
        return desk.plain(session, message, notices)

    desk.compose = telling
    assert desk.send(channel) == SendReport(sent=2)
    assert told == [(1, [NoticeState.DUE]), (3, [NoticeState.SENT])]


@pytest.mark.parametrize("change", ["line", "message"])
def test_what_has_changed_since_the_letter_was_written_is_decided_anew(
    desk: Desk, server: Server, channel: MailCourier, change: str
) -> None:
    """Between the look and the claim: one of two lines has become void; another process has put the message off."""
    void = desk.notice("request:1")
    desk.notice("request:2")
    (message,) = desk.bundle()
    written = []

    def meanwhile(session: Session, row: Message, notices: Sequence[Notice]) -> Composed:
        written.append([notice.subject for notice in notices])
        if len(written) == 1:
            with desk.session() as another:
                if change == "line":
                    another.get_one(Notice, void.id).state = NoticeState.SUPERSEDED
                else:
                    another.get_one(Message, message.id).tries = 2
        return desk.plain(session, row, notices)

    desk.compose = meanwhile
    assert desk.send(channel) == SendReport(sent=1)
    assert written == [["request:1", "request:2"], ["request:2"] if change == "line" else written[0]]
    assert f"Còn thiếu: {', '.join(written[1])}" in server.received[0].get_content()
    assert [a.no for a in desk.all(Attempt)] == [1 if change == "line" else 3]


@pytest.mark.parametrize("fault", [ValueError("mẫu thư hỏng"), sa.exc.SQLAlchemyError("hỏng"), Killed()])
def test_an_answer_is_kept_whatever_is_wrong_with_the_next_message(
    desk: Desk, server: Server, channel: MailCourier, fault: BaseException
) -> None:
    """Unless the process is gone: then the mail is repeated under the same Message-ID."""
    desk.notice("request:1")
    desk.notice("request:2", 2)
    first, _ = (message.message_id for message in desk.bundle())

    def only_the_first(session: Session, message: Message, notices: Sequence[Notice]) -> Composed:
        if message.message_id != first:
            raise fault
        return desk.plain(session, message, notices)

    desk.compose = only_the_first
    if isinstance(fault, ValueError):
        assert desk.send(channel).sent == 1
    else:
        with pytest.raises(type(fault)):
            desk.send(channel)
    assert server.ids == [first]
    lost = isinstance(fault, Killed)
    assert desk.states()[0] == [MessageState.SENDING if lost else MessageState.SENT, MessageState.READY]
    desk.compose = desk.plain
    desk.clock.now += timedelta(minutes=10)
    assert desk.send(channel).sent == 1 + lost
    assert server.ids[: 1 + lost] == [first] * (1 + lost)


def test_a_message_that_kills_every_sender_is_given_up(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    desk.notice("request:1")
    desk.bundle()
    with desk.session() as session:
        session.exec(sa.update(Message).values(state=MessageState.SENDING, tries=3))
    assert desk.send(channel) == SendReport(failed=1)
    assert desk.all(Notice)[0].why == "đã thử gửi 3 lần, chưa rõ máy chủ đã nhận hay chưa"
    assert server.received == []


# Nothing to send to, nothing to send


@pytest.mark.parametrize(
    ("address", "why"),
    [("", NO_MAIL_ADDRESS), ("khong-phai-dia-chi", "địa chỉ thư không hợp lệ: 'khong-phai-dia-chi'")],
)
def test_a_person_without_a_usable_address_is_a_failure_with_its_reason(
    desk: Desk, server: Server, channel: MailCourier, address: str, why: str
) -> None:
    desk.addresses[1] = address
    desk.notice("request:1")
    desk.notice("request:2", 2)
    desk.bundle()
    assert desk.send(channel) == SendReport(sent=1, failed=1)
    assert [(n.state, n.why) for n in desk.all(Notice)] == [
        (NoticeState.FAILED, why),
        (NoticeState.SENT, ""),
    ]
    assert desk.outcomes() == [AttemptOutcome.ACCEPTED]


def test_a_message_that_cannot_be_written_holds_up_no_other(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    def broken(session: Session, message: Message, notices: Sequence[Notice]) -> Composed:
        if message.person_id == 1:
            raise KeyError("biểu mẫu")
        return desk.plain(session, message, notices)

    desk.compose = broken
    desk.notice("request:1")
    desk.notice("request:2", 2)
    desk.bundle()
    assert desk.send(channel) == SendReport(sent=1, retried=1, errors=("thư 1: KeyError: 'biểu mẫu'",))
    assert desk.states()[0] == [MessageState.READY, MessageState.SENT]
    for _ in range(2):
        desk.clock.now += LONGEST_WAIT
        desk.send(channel)
    assert desk.states()[0] == [MessageState.FAILED, MessageState.SENT]
    assert desk.all(Notice)[0].why == "không soạn được thư: 'biểu mẫu'"


def test_a_database_that_fails_ends_the_round(desk: Desk, server: Server, channel: MailCourier) -> None:
    def failing(session: Session, message: Message, notices: Sequence[Notice]) -> Composed:
        raise sa.exc.OperationalError("SELECT", {}, Exception("database is locked"))

    desk.compose = failing
    desk.notice("request:1")
    desk.bundle()
    with pytest.raises(sa.exc.OperationalError):
        desk.send(channel)
    assert desk.states() == ([MessageState.READY], [NoticeState.DUE])
    assert desk.all(Message)[0].tries == 0


# One at a time


def test_a_second_sender_does_nothing_while_the_first_is_at_work(
    desk: Desk, server: Server, channel: MailCourier
) -> None:
    """The second one comes while the first waits for the server's answer, and takes nothing from it."""
    second: list[SendReport] = []

    def another() -> None:
        thread = threading.Thread(target=lambda: second.append(desk.send(dead_channel(desk))))
        thread.start()
        thread.join()

    server.before_answer = another
    desk.notice("request:1")
    desk.notice("request:2", 2)
    desk.bundle()
    assert desk.send(channel) == SendReport(sent=2)
    assert second == [SendReport(busy=True)] * 2
    assert len(server.received) == 2
    assert len(desk.all(Attempt)) == 2


def test_the_lock_is_free_again_however_the_round_ended(desk: Desk) -> None:
    def die_at_work() -> None:
        with sender_lock(desk.engine, desk.home) as held:
            assert held
            with sender_lock(desk.engine, desk.home) as again:
                assert not again
            raise Killed

    with pytest.raises(Killed):
        die_at_work()
    with sender_lock(desk.engine, desk.home) as held:
        assert held
    assert [(desk.home / name).read_bytes() for name in LOCK_FILES] == [b""] * len(LANES)


@pytest.mark.postgres
def test_the_same_round_on_postgresql(postgres: Desk, server: Server) -> None:
    channel = mail_courier(f"mailto://127.0.0.1:{server.port}?from=dondoc@bcd.example", postgres)
    for no in (1, 2):
        postgres.notice(f"request:{no}", no)
    first, second = postgres.bundle()
    assert postgres.bundle() == []
    server.orders.append("451 4.3.0 Thử lại sau")
    assert postgres.send(channel) == SendReport(sent=1, retried=1)
    postgres.clock.now += timedelta(minutes=10)
    assert postgres.send(channel) == SendReport(sent=1)
    assert server.ids == [second.message_id, first.message_id]


@pytest.mark.postgres
def test_the_lock_on_postgresql_dies_with_its_connection(postgres: Desk) -> None:
    with sender_lock(postgres.engine, postgres.home) as held:
        assert held
        with sender_lock(postgres.engine, postgres.home) as again:
            assert not again
        with sender_lock(postgres.engine, postgres.home) as still:
            assert not still
        with postgres.engine.connect() as connection:
            kill_the_holder = sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM (SELECT DISTINCT pid FROM pg_locks "
                "WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())) AS holder"
            )
            assert connection.execute(kill_the_holder).scalars().all() == [True]
        with sender_lock(postgres.engine, postgres.home) as successor:
            assert successor
    with sender_lock(postgres.engine, postgres.home) as held:
        assert held
    assert not any((postgres.home / name).exists() for name in LOCK_FILES)


def test_waiting_times_grow_and_are_the_same_for_the_same_message() -> None:
    waits = [wait_before(tries, "<a@bcd.example>") for tries in range(1, 40)]
    assert waits == [wait_before(tries, "<a@bcd.example>") for tries in range(1, 40)]
    least = [timedelta(minutes=m) for m in (5, 15, 45, 135, 360, 360)]
    for wait, bottom in zip(waits, least, strict=False):
        assert bottom <= wait <= bottom * 1.2
    assert max(waits) <= LONGEST_WAIT * 1.2
    assert len({wait_before(1, f"<{no}@bcd.example>") for no in range(50)}) > 25
