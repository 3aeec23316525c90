"""The mailbox, against a real Dovecot: what each mail becomes, who hears of it, and what a crash changes (nothing)."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import traceback
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from imap_tools import MailBoxUnencrypted
from sqlmodel import select
from whole_words import POLICY

from models.codes import ArrivalVerdict, MailKind, MessageState, NoticeState, PersonRole, RequestState
from models.cycle import Request
from models.directory import Agency, Person
from models.history import Audit
from models.mail import ReceivedMail
from models.notice import Message, Notice
from models.submission import Arrival, Submission
from models.time import VIETNAM
from tasks.blobs import digest, keep_bytes
from tasks.intake import mailbox, mailbox_server
from tasks.intake.mail_hints import mail_of
from tasks.intake.mailbox import AUTOMATIC, BOUNCED, RECEIVED, TO_SEE, Collected, collect_mailbox
from tasks.intake.mailbox_server import MailboxFault, mailbox_url, open_mailbox
from tasks.letters.mail_answers import BOUNCE, MAIL_TO_SEE, NO_FORM, OTHER_SENDER
from tasks.profile import apply_directory
from tasks.sending.post import send_due
from tasks.steps import collect_step, one_after_another, sweep_step

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PASSWORD = "mật-khẩu-rất-bí-mật-7391".encode("ascii", "ignore").decode() + "-Zq"
USER = "bao-cao@bcd.example"

pytestmark = pytest.mark.dovecot


@dataclass
class ImapServer:
    """A Dovecot of this test run on 127.0.0.1, encrypted and plain."""

    port: int
    tls_port: int
    folder: Path

    def url(self, user: str, port: int = 0) -> str:
        return f"imap://{user}@127.0.0.1:{port or self.port}/INBOX"


CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
default_login_user = {login}
default_internal_user = {login}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
auth_failure_delay = 0 secs
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for taken in sockets:
            taken.bind(("127.0.0.1", 0))
        return [taken.getsockname()[1] for taken in sockets]


@pytest.fixture(scope="session")
def imap_server() -> Iterator[ImapServer]:
    """Dovecot, never reading mail as root: started by root it does so as nobody."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("không có Dovecot (apt-get install dovecot-imapd)")
    me = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    port, tls_port = _free_ports(2)
    folder = Path(tempfile.mkdtemp(prefix="dondoc-dovecot-"))
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    if os.getuid() == 0:
        os.chown(folder / "mail", me.pw_uid, me.pw_gid)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    group = subprocess.run(
        ["id", "-gn", me.pw_name], check=True, capture_output=True, text=True
    ).stdout.strip()
    words = {
        "folder": folder,
        "login": me.pw_name,
        "group": group,
        "uid": me.pw_uid,
        "gid": me.pw_gid,
        "port": port,
        "tls_port": tls_port,
        "password": PASSWORD,
    }
    (folder / "dovecot.conf").write_text(CONFIG.format(**words))
    server = subprocess.Popen(
        [program, "-F", "-c", folder / "dovecot.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
                if probe.recv(100).startswith(b"* OK"):
                    break
            time.sleep(0.1)
        else:
            pytest.fail(f"Dovecot không khởi động được: {(folder / 'log').read_text()}")
        yield ImapServer(port, tls_port, folder)
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Post:
    """The office's mailbox as its senders and its secretary see it."""

    server: ImapServer
    user: str
    office: Any = None

    @contextlib.contextmanager
    def opened(self) -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted("127.0.0.1", self.server.port, timeout=20).login(self.user, PASSWORD) as box:
            yield box

    def deliver(self, mail: EmailMessage | bytes, at: datetime = T0) -> None:
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        with self.opened() as box:
            box.append(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), "INBOX", dt=at)

    def subjects(self, folder: str) -> list[str]:
        """Subjects of the mails in a folder, "" for one without; [] when it is not there."""
        with self.opened() as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            return [mail.subject for mail in box.fetch(mark_seen=False)]

    def counts(self) -> dict[str, int]:
        found = {name: len(self.subjects(name)) for name in ("INBOX", RECEIVED, TO_SEE, AUTOMATIC, BOUNCED)}
        return {name: count for name, count in found.items() if count}

    def collect(self, now: datetime = T0 + HOUR) -> Collected:
        return collect_mailbox(self.office, now)


@pytest.fixture
def post(imap_server: ImapServer, few: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Post:
    """A mailbox of its own, and the office that looks into it."""
    user = f"u{abs(hash(request.node.nodeid)) % 10**10}-{os.getpid()}-{time.monotonic_ns()}@bcd.example"
    secret = tmp_path / "mat-khau"
    secret.write_text(f"{PASSWORD}\n")
    office = few.with_settings(imap_url=imap_server.url(user), imap_password_file=secret).office
    return Post(imap_server, user, office)


def person(few: Any, agency: str = "", role: PersonRole = PersonRole.OFFICER) -> Person:
    with few.store.reading() as session:
        query = select(Person).where(Person.role == role)
        if agency:
            query = query.join(Agency).where(Agency.code == agency)  # type: ignore[arg-type]
        found = session.exec(query).first()
        assert found is not None
        return Person(**found.model_dump())


def letter(
    sender: str,
    *files: tuple[str, bytes],
    subject: str = "Gửi báo cáo",
    message_id: str | None = "",
    **headers: str,
) -> EmailMessage:
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = USER
    mail["Subject"] = subject
    if message_id is not None:
        mail["Message-ID"] = message_id or f"<{time.monotonic_ns()}@snv.example>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Kính gửi Tổ giúp việc.")
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def bounce_of(
    address: str,
    original_id: str = "",
    action: str = "failed",
    status: str = "5.1.1",
    words: str = "550 no such user",
) -> bytes:
    """A delivery report as Postfix writes it, the returned mail with our form in it."""
    returned = letter(
        "bcd57@dien-bien.example", ("bieu.xlsx", b"PK our own form"), message_id=original_id or None
    )
    text = DELIVERY_REPORT.format(
        id=time.monotonic_ns(), address=address, action=action, status=status, words=words
    )
    return text.replace("RETURNED", returned.as_string()).encode()


DELIVERY_REPORT = """\
Return-Path: <>
Received: by thu.tinh.example (Postfix) id 4B1F2; Thu, 12 Mar 2026 09:00:00 +0700 (+07)
Date: Thu, 12 Mar 2026 09:00:00 +0700 (+07)
From: MAILER-DAEMON@thu.tinh.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bcd57@dien-bien.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4B1F2.1773280800/thu.tinh.example"
Message-Id: <{id}@thu.tinh.example>

This is a MIME-encapsulated message.

--4B1F2.1773280800/thu.tinh.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host thu.tinh.example.

--4B1F2.1773280800/thu.tinh.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; thu.tinh.example
X-Postfix-Queue-ID: 4B1F2
Arrival-Date: Thu, 12 Mar 2026 08:59:58 +0700 (+07)

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.snv.example
Diagnostic-Code: smtp; {words}

--4B1F2.1773280800/thu.tinh.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

RETURNED
--4B1F2.1773280800/thu.tinh.example--
"""


def sent_message(
    few: Any, to: Person, agency: str = "", at: datetime = T0 - DAY, template: str = "request"
) -> str:
    """A letter of ours that a server has taken, with a notice of the agency's request; returns its Message-ID."""
    message_id = f"<ours-{time.monotonic_ns()}@dien-bien.example>"
    with few.store.writing() as session:
        message = Message(
            channel="email",
            person_id=to.id,
            message_id=message_id,
            template=template,
            state=MessageState.SENT,
            address=to.email,
            not_before=at,
            created_at=at,
            sent_at=at,
        )
        session.add(message)
        session.flush()
        if agency:
            session.add(
                Notice(
                    subject=f"message:{message.id}",
                    plan_no=1,
                    step="yeu-cau",
                    person_id=to.id,
                    channel="email",
                    request_id=few.request_id(agency),
                    message_id=message.id,
                    state=NoticeState.SENT,
                    created_at=at,
                )
            )
    return message_id


def notices(few: Any, *steps: str) -> list[tuple[str, str]]:
    """(step, address) of every notice, those of these steps when any are named."""
    people = {p.id: p.email for p in few.all(Person)}
    return [
        (n.step, people[n.person_id])
        for n in few.all(Notice)
        if n.state == NoticeState.DUE and (not steps or n.step in steps)
    ]


def test_a_reply_with_the_form_is_a_report_at_the_time_it_arrived(few: Any, post: Post) -> None:
    few.mark_sent(T0 - DAY)
    officer = person(few, "SNV")
    content = few.filled("SNV")
    post.deliver(letter(officer.email, ("Báo cáo SNV.xlsx", content)), at=T0)
    outcome = collect_step(post.office, T0 + 5 * HOUR, one_after_another)
    assert "Nhận 1 tệp: 1 báo cáo đạt yêu cầu" in outcome.sentence
    assert "Hộp thư: 1 thư có báo cáo." in outcome.sentence
    (arrival,) = few.all(Arrival)
    assert (arrival.channel, arrival.file_name, arrival.sha256, arrival.sender, arrival.received_at) == (
        "hop-thu",
        "Báo cáo SNV.xlsx",
        digest(content),
        officer.email,
        T0,
    )
    assert arrival.verdict == ArrivalVerdict.SUBMISSION
    assert few.request("SNV").state == RequestState.COMPLETE
    assert few.request("SNV").complete_at == T0
    assert post.counts() == {RECEIVED: 1}
    assert notices(few) == [("bien-nhan", officer.email)]


def test_the_sweep_looks_into_the_mailbox_before_it_chases(few: Any, post: Post) -> None:
    few.mark_sent(T0 - DAY)
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV"))))
    sweep_step(post.office, T0 + HOUR, one_after_another)
    assert few.request("SNV").state == RequestState.COMPLETE


def test_several_attachments_a_forward_and_a_zip_all_arrive(few: Any, post: Post) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("báo cáo/biểu STC.xlsx", few.filled("STC"))
    inner = letter(person(few, "SKHCN").email, ("biểu SKHCN.xlsx", few.filled("SKHCN")))
    mail = letter(
        person(few, "SNV").email,
        ("biểu SNV.xlsx", few.filled("SNV")),
        ("công văn.pdf", b"%PDF-1.7 x"),
        ("b.zip", out.getvalue()),
    )
    mail.add_attachment(inner)
    post.deliver(mail)
    assert post.collect() == Collected(arrivals=4, received=1)
    collect_step(post.office, T0 + HOUR, one_after_another)
    assert sorted(a.file_name for a in few.all(Arrival)) == [
        "biểu SKHCN.xlsx", "biểu SNV.xlsx", "biểu STC.xlsx", "công văn.pdf",
    ]  # fmt: skip
    done = [few.request(code).state for code in ("SNV", "STC", "SKHCN", "3127")]
    assert done == [RequestState.COMPLETE] * 3 + [RequestState.PLANNED]


def test_wrong_types_are_kept_and_answered_once(few: Any, post: Post, mailbox: Any) -> None:
    """`mailbox` is the mail server that our letters go to."""
    officer = person(few, "SNV")
    post.deliver(letter(officer.email, ("winmail.dat", b"\x78\x9f\x3e\x22 x"), ("anh.jpg", b"\xff\xd8")))
    office = few.with_settings(
        mail_url=mailbox.url,
        imap_url=post.office.settings.imap_url,
        imap_password_file=post.office.settings.imap_password_file,
    ).office
    collect_step(office, T0 + HOUR, one_after_another)
    assert sorted((a.file_name, a.verdict) for a in few.all(Arrival)) == [
        ("anh.jpg", ArrivalVerdict.PERSON),
        ("winmail.dat", ArrivalVerdict.PERSON),
    ]
    assert post.counts() == {TO_SEE: 1}
    assert mailbox.subjects(officer.email) == ["Thư gửi đến chưa có biểu mẫu báo cáo"]
    (text,) = mailbox.texts(officer.email)
    assert "winmail.dat: định dạng riêng của Outlook, nơi khác không đọc được" in text
    (told,) = mailbox.texts(person(few, role=PersonRole.SECRETARIAT).email)
    assert "qua hộp thư nhận báo cáo" in told
    assert f"Người gửi {officer.email} theo danh bạ thuộc: Sở Nội vụ" in told


def test_a_question_gets_one_answer_and_the_secretariat_hears(few: Any, post: Post, mailbox: Any) -> None:
    officer = person(few, "SNV")
    mail = letter(officer.email, subject="Hỏi về cách điền chỉ tiêu 5")
    post.deliver(mail)
    post.collect()
    post.deliver(mail)  # the same mail, delivered again
    post.deliver(letter(officer.email, subject="Hỏi thêm"), at=T0 + 2 * HOUR)
    post.collect(T0 + 3 * HOUR)
    secretary = person(few, role=PersonRole.SECRETARIAT).email
    assert notices(few) == [(MAIL_TO_SEE, secretary), (NO_FORM, officer.email), (MAIL_TO_SEE, secretary)]
    office = few.with_settings(mail_url=mailbox.url).office
    send_due(office, T0 + 3 * HOUR)
    assert mailbox.subjects(secretary) == ["Cần xem 02 thư trong hộp thư nhận báo cáo"]
    assert "Hỏi về cách điền chỉ tiêu 5" in mailbox.texts(officer.email)[0]
    assert post.counts() == {TO_SEE: 3}


def test_no_answer_follows_an_answer(few: Any, post: Post) -> None:
    """An autoresponder that hides as a person: it answers our answer, and hears nothing more."""
    officer = person(few, "SNV")
    ours = sent_message(few, officer, template="no_form", at=T0 - 30 * DAY)
    post.deliver(letter(officer.email, subject="Cảm ơn", In_Reply_To=ours))
    post.collect()
    assert notices(few, NO_FORM) == []


def test_a_stranger_is_not_written_to(few: Any, post: Post) -> None:
    post.deliver(letter("ai-do@la.example", subject="Xin chào"))
    post.deliver(letter("ai-do@la.example", ("a.xlsx", few.filled("SNV"))))
    collect_step(post.office, T0 + HOUR, one_after_another)
    secretary = person(few, role=PersonRole.SECRETARIAT).email
    assert sorted(notices(few)) == sorted(
        [
            (MAIL_TO_SEE, secretary),
            (OTHER_SENDER, secretary),
            ("bien-nhan", person(few, "SNV").email),
        ]
    )
    (arrival,) = few.all(Arrival)
    assert arrival.verdict == ArrivalVerdict.SUBMISSION
    assert arrival.note == (
        "Đã ghi nhận là báo cáo của Sở Nội vụ theo biểu mẫu. Người gửi ai-do@la.example không có trong danh bạ."
    )


def test_the_head_who_sends_it_himself_gets_the_receipt_too(few: Any, post: Post) -> None:
    head = person(few, "SNV", PersonRole.HEAD)
    post.deliver(letter(head.email.upper(), ("a.xlsx", few.filled("SNV"))))
    collect_step(post.office, T0 + HOUR, one_after_another)
    assert notices(few) == [("bien-nhan", person(few, "SNV").email), ("bien-nhan", head.email)]


def test_the_stamp_decides_over_the_sender(few: Any, post: Post) -> None:
    """SNV's officer sends STC's form: it is STC's report, STC hears of it, and so does the secretariat."""
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("STC"))))
    collect_step(post.office, T0 + HOUR, one_after_another)
    assert few.request("STC").state == RequestState.COMPLETE
    assert few.request("SNV").state == RequestState.PLANNED
    secretary = person(few, role=PersonRole.SECRETARIAT).email
    assert sorted(notices(few)) == sorted(
        [("bien-nhan", person(few, "STC").email), (OTHER_SENDER, secretary)]
    )
    assert "Đã ghi nhận là báo cáo của Sở Tài chính theo biểu mẫu. Người gửi" in few.all(Arrival)[0].note


def test_two_hints_against_the_stamp_go_to_a_person(few: Any, post: Post) -> None:
    officer = person(few, "SNV")
    ours = sent_message(few, officer, "SNV")
    post.deliver(letter(officer.email, ("a.xlsx", few.filled("STC")), References=f"<x@y.example> {ours}"))
    collect_step(post.office, T0 + HOUR, one_after_another)
    (arrival,) = few.all(Arrival)
    assert arrival.verdict == ArrivalVerdict.PERSON
    assert arrival.note.startswith(
        "Biểu mẫu là của Sở Tài chính, nhưng cả người gửi và thư được trả lời đều của cơ quan khác."
    )
    assert few.count(Submission) == 0
    assert few.request("STC").state == RequestState.PLANNED


def test_hints_about_a_file_without_a_stamp_never_attribute_it(few: Any, post: Post) -> None:
    ours = sent_message(few, person(few, "STC"), "STC")
    post.deliver(letter(person(few, "SNV").email, ("tu-lap.xlsx", b"PK\x03\x04 xl/ hong"), In_Reply_To=ours))
    collect_step(post.office, T0 + HOUR, one_after_another)
    (arrival,) = few.all(Arrival)
    assert (arrival.verdict, arrival.request_id) == (ArrivalVerdict.PERSON, None)
    assert arrival.note.endswith(
        "thuộc: Sở Nội vụ. Thư trả lời thư đã gửi Sở Tài chính. Hai dấu hiệu này chỉ hai cơ quan khác nhau."
    )


def test_our_own_blank_form_in_a_reply_is_no_report(few: Any, post: Post) -> None:
    blank = few.blank("SNV")
    with few.store.writing() as session:
        session.get_one(Request, few.request_id("SNV")).form_sha256 = keep_bytes(session, blank, T0)
    post.deliver(letter(person(few, "SNV").email, ("bieu.xlsx", blank)))
    assert post.collect() == Collected(to_see=1)
    (mail,) = few.all(ReceivedMail)
    assert (mail.kind, mail.note) == (MailKind.QUESTION, "bieu.xlsx: vẫn là biểu mẫu trống đã gửi, chưa điền")
    assert few.count(Arrival) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"X_Autoreply": "yes"},
        {"subject": "Trả lời tự động: Đề nghị gửi báo cáo"},
        {"subject": "Automatic reply: Đề nghị gửi báo cáo"},
    ],
    ids=["RFC 3834", "X-Autoreply", "Vietnamese subject", "English subject"],
)
def test_out_of_office_is_filed_and_never_answered(few: Any, post: Post, headers: dict[str, str]) -> None:
    mail = letter(person(few, "SNV").email, **headers)  # type: ignore[arg-type]
    mail.add_attachment(letter("bcd57@dien-bien.example", ("bieu.xlsx", few.blank("SNV"))))
    post.deliver(mail)
    assert post.collect() == Collected(automatic=1)
    assert (few.count(Arrival), few.count(Notice)) == (0, 0)
    assert post.counts() == {AUTOMATIC: 1}


def test_a_bounce_marks_the_person_and_tells_the_secretariat(few: Any, post: Post, mailbox: Any) -> None:
    officer = person(few, "SNV")
    ours = sent_message(few, officer, "SNV")
    post.deliver(bounce_of(officer.email, ours, words="550 5.1.1 <x>: Recipient address rejected"))
    assert post.collect() == Collected(bounced=1)
    marked = person(few, "SNV")
    assert (marked.bounced_at, marked.bounced_why) == (T0, "550 5.1.1 <x>: Recipient address rejected")
    assert few.count(Arrival) == 0
    assert post.counts() == {BOUNCED: 1}
    assert [act.act for act in few.all(Audit, Audit.entity == "person")] == ["thu-bi-tra-lai"]
    send_due(few.with_settings(mail_url=mailbox.url).office, T0 + HOUR)
    secretary = person(few, role=PersonRole.SECRETARIAT).email
    (text,) = mailbox.texts(secretary)
    assert f"({'Sở Nội vụ'}): {officer.email}" in text
    assert "Máy chủ trả lời: 550 5.1.1" in text
    assert mailbox.subjects() == ["Thư không đến được 01 địa chỉ"]


def test_the_next_bounces_of_a_marked_person_are_filed_in_silence(few: Any, post: Post) -> None:
    officer = person(few, "SNV")
    for number in range(3):
        post.deliver(bounce_of(officer.email, sent_message(few, officer)), at=T0 + number * HOUR)
    post.collect(T0 + DAY)
    assert len(notices(few, BOUNCE)) == 1
    assert person(few, "SNV").bounced_at == T0 + 2 * HOUR


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param({"action": "delayed", "status": "4.4.1"}, id="only delayed"),
        pytest.param({"original_id": "<forged@x.example>", "address": "ai-do@la.example"}, id="not ours"),
    ],
)
def test_a_report_that_proves_nothing_marks_nobody(few: Any, post: Post, mail: dict[str, str]) -> None:
    officer = person(few, "SNV")
    ours = sent_message(few, officer)
    post.deliver(bounce_of(**{"address": officer.email, "original_id": ours, **mail}))
    assert post.collect() == Collected(bounced=1)
    assert person(few, "SNV").bounced_at is None
    assert few.count(Notice) == 0


def test_a_forged_bounce_to_somebody_never_written_to_marks_nobody(few: Any, post: Post) -> None:
    post.deliver(bounce_of(person(few, "SNV").email))
    post.collect()
    assert person(few, "SNV").bounced_at is None


def test_the_secretariats_own_bounce_starts_no_loop(few: Any, post: Post, mailbox: Any) -> None:
    secretary = person(few, role=PersonRole.SECRETARIAT)
    officer = person(few, "SNV")
    office = few.with_settings(mail_url=mailbox.url).office
    post.deliver(bounce_of(secretary.email, sent_message(few, secretary)))
    post.collect()
    post.deliver(bounce_of(officer.email, sent_message(few, officer)))
    post.collect()
    send_due(office, T0 + HOUR)
    assert mailbox.received == []


def test_an_address_is_set_back_by_an_answer_to_a_later_letter(few: Any, post: Post) -> None:
    officer = person(few, "SNV")
    before = sent_message(few, officer)
    post.deliver(bounce_of(officer.email, before), at=T0)
    post.collect()
    post.deliver(letter(officer.email, subject="thư cũ", In_Reply_To=before), at=T0 + HOUR)
    post.collect(T0 + 2 * HOUR)
    assert person(few, "SNV").bounced_at == T0
    later = sent_message(few, officer, at=T0 + 3 * HOUR)
    post.deliver(letter(officer.email, subject="đã nhận", In_Reply_To=later), at=T0 + 4 * HOUR)
    post.collect(T0 + 5 * HOUR)
    assert (person(few, "SNV").bounced_at, person(few, "SNV").bounced_why) == (None, "")


def test_an_address_is_set_back_when_a_later_letter_does_not_come_back(few: Any, post: Post) -> None:
    officer = person(few, "SNV")
    post.deliver(bounce_of(officer.email, sent_message(few, officer)), at=T0)
    post.collect()
    sent_message(few, officer, at=T0 + HOUR)
    post.collect(T0 + HOUR + 5 * DAY - timedelta(seconds=1))
    assert person(few, "SNV").bounced_at == T0
    post.collect(T0 + HOUR + 5 * DAY)
    assert person(few, "SNV").bounced_at is None


def test_an_address_put_back_into_the_directory_is_tried_afresh(few: Any, post: Post) -> None:
    officer = person(few, "SNV")
    with few.store.writing() as session:
        row = session.get_one(Person, officer.id)
        row.bounced_at, row.bounced_why, row.active = T0, "550", False
    with few.store.writing() as session:
        apply_directory(session, few.office.profile, actor="Thư ký", now=T0)
    assert (person(few, "SNV").bounced_at, person(few, "SNV").active) == (None, True)


def test_the_same_message_delivered_twice_is_one_report(few: Any, post: Post) -> None:
    mail = letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV")))
    post.deliver(mail)
    post.deliver(b"Received: from another.example\n" + mail.as_bytes())
    assert post.collect() == Collected(arrivals=1, received=2)
    assert (few.count(ReceivedMail), few.count(Arrival)) == (1, 1)


def test_two_mails_that_share_a_message_id_are_two(few: Any, post: Post) -> None:
    """Scanners and old programs send one Message-ID for ever."""
    for code in ("SNV", "STC"):
        post.deliver(
            letter(person(few, code).email, ("a.xlsx", few.filled(code)), message_id="<1@may-quet.example>")
        )
    assert post.collect() == Collected(arrivals=2, received=2)


def test_a_mail_without_a_message_id(few: Any, post: Post) -> None:
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV")), message_id=None))
    assert post.collect() == Collected(arrivals=1, received=1)
    (mail,) = few.all(ReceivedMail)
    assert mail.reference.startswith("uid:")
    (arrival,) = few.all(Arrival)
    assert arrival.reference.startswith(mail.reference)


@pytest.mark.parametrize("sort", ["a report", "a question", "a bounce"])
def test_a_crash_between_store_and_move_changes_nothing(
    few: Any, post: Post, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    officer = person(few, "SNV")
    post.deliver(
        {
            "a report": letter(officer.email, ("a.xlsx", few.filled("SNV")), message_id=None),
            "a question": letter(officer.email),
            "a bounce": bounce_of(officer.email, sent_message(few, officer)),
        }[sort]
    )

    def crash(self: object, uid: str, folder: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(mailbox_server.Mailbox, "move", crash)
        with pytest.raises(KeyboardInterrupt):
            post.collect()
    assert post.counts() == {"INBOX": 1}
    stored = {table: few.count(table) for table in (ReceivedMail, Arrival, Notice, Audit)}
    assert post.collect(T0 + 2 * HOUR).arrivals == 0
    assert {table: few.count(table) for table in stored} == stored
    assert "INBOX" not in post.counts()


def test_a_crash_between_the_row_and_its_files_loses_no_file(
    few: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV")), ("b.pdf", b"%PDF")))
    kept = mailbox.receive
    calls = []

    def crash(*args: Any, **words: Any) -> int | None:
        calls.append(words["file_name"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return kept(*args, **words)

    with monkeypatch.context() as patched:
        patched.setattr("tasks.intake.mailbox.receive", crash)
        with pytest.raises(KeyboardInterrupt):
            post.collect()
    assert post.collect() == Collected(arrivals=1, received=1)
    assert sorted(a.file_name for a in few.all(Arrival)) == ["a.xlsx", "b.pdf"]


def test_a_mail_over_which_the_program_trips_is_kept_and_stops_no_other(
    few: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.deliver(letter("a@b.example", subject="bẫy"))
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV"))))
    whole = mailbox.take_apart
    monkeypatch.setattr(
        "tasks.intake.mailbox.take_apart", lambda raw: whole(raw) if b"PK" in raw or b"UEsD" in raw else 1 / 0
    )
    assert post.collect() == Collected(arrivals=2, received=1, to_see=1)
    assert "Chương trình gặp lỗi" in few.all(ReceivedMail)[0].note
    assert [a.file_name for a in few.all(Arrival)] == ["thu.eml", "a.xlsx"]
    assert len(notices(few, MAIL_TO_SEE)) == 1


def test_a_broken_mail_is_kept_whole_for_a_person(few: Any, post: Post) -> None:
    raw = letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV"))).as_bytes()
    post.deliver(raw[: len(raw) // 2])
    assert post.collect().to_see == 1
    collect_step(post.office, T0 + HOUR, one_after_another)
    assert "thu.eml" in [a.file_name for a in few.all(Arrival)]
    assert few.count(Submission) == 0
    assert "hỏng cấu trúc" in few.all(ReceivedMail)[0].note


def test_what_is_too_large_stays_and_the_secretariat_hears(
    few: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.intake.mailbox.LARGEST_MAIL", 200_000)
    monkeypatch.setattr("tasks.intake.mailbox.LARGEST", 90_000)
    officer = person(few, "SNV")
    post.deliver(letter(officer.email, ("rất lớn.pdf", b"%PDF" + os.urandom(300_000)), subject="thư lớn"))
    post.deliver(
        letter(
            officer.email, ("lớn.pdf", b"%PDF" + os.urandom(100_000)), ("nhỏ.pdf", b"%PDF"), subject="tệp lớn"
        )
    )
    assert post.collect() == Collected(arrivals=1, to_see=2)
    assert [m.note for m in few.all(ReceivedMail)] == [
        "thư lớn hơn 0 MB, chưa được đọc",
        "lớn.pdf: lớn hơn 25 MB, chỉ còn ở hộp thư",
    ]
    assert [a.file_name for a in few.all(Arrival)] == ["nhỏ.pdf"]
    assert len(notices(few, MAIL_TO_SEE)) == 2
    assert sorted(post.subjects(TO_SEE)) == ["thư lớn", "tệp lớn"]


def test_a_server_that_refuses_to_move_stops_no_other_mail(
    few: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("SNV", "STC"):
        post.deliver(letter(person(few, code).email, ("a.xlsx", few.filled(code))))

    def refused(self: object, name: str) -> str:
        raise MailboxFault("Máy chủ không cho tạo thư mục.")

    with monkeypatch.context() as patched:
        patched.setattr(mailbox_server.Mailbox, "_folder", refused)
        assert post.collect() == Collected(arrivals=2, received=2, fault="Máy chủ không cho tạo thư mục.")
    assert post.counts() == {"INBOX": 2}
    assert post.collect() == Collected(received=2)
    assert post.counts() == {RECEIVED: 2}


def test_wild_letters_are_stored_on_every_database(few_both: Any) -> None:
    """Bytes that are no text, in every header that is kept."""
    raw = (
        b"From: \xff\x00\xfe <a\xff@b.example>\r\nSubject: \x00\xff =?utf-8?q?=00=ED=A0=80?=\r\n"
        b"Message-ID: <\xff\x00@x>\r\nContent-Type: application/pdf\r\n"
        b'Content-Disposition: attachment; filename="\x00\xff.pdf"\r\n\r\n%PDF\x00'
    )
    listed = mailbox_server.Listed("7", len(raw), T0)
    assert mailbox._store(few_both.store, raw, listed, "1", T0, too_large=False) == (RECEIVED, 1)
    assert mailbox._store(few_both.store, raw, listed, "1", T0, too_large=False) == (RECEIVED, 0)
    (arrival,) = few_both.all(Arrival)
    assert arrival.sha256 == digest(b"%PDF\x00")
    with few_both.store.reading() as session:
        assert mail_of(session, session.get_one(Arrival, arrival.id)) is not None
    returned = bounce_of("khong-co@snv.example").replace(b"550 no", b"550 \x00\xff")
    assert mailbox._store(few_both.store, returned, listed, "1", T0, too_large=False) == (BOUNCED, 0)


def test_newsletters_are_put_aside_in_silence(few: Any, post: Post) -> None:
    post.deliver(letter("tin@bao.example", List_Unsubscribe="<mailto:x@bao.example>"))
    assert post.collect() == Collected(to_see=1)
    assert few.count(Notice) == 0


def test_two_looks_at_once_store_everything_once(few: Any, post: Post) -> None:
    """Another process has moved the mail after this one has listed it."""
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV"))))
    listed = mailbox_server.Mailbox.waiting
    inner: list[Collected] = []

    def first_another(self: mailbox_server.Mailbox) -> list[str]:
        uids = listed(self)
        if not inner:
            inner.append(Collected())
            inner[0] = post.collect()
        return uids

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(mailbox_server.Mailbox, "waiting", first_another)
        assert post.collect() == Collected()
    assert inner == [Collected(arrivals=1, received=1)]


def test_a_server_without_move_loses_nothing_that_others_marked(
    few: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.deliver(letter("x@y.example", subject="người khác đã đánh dấu xóa"))
    with post.opened() as box:
        box.client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV"))))
    logged_in = mailbox_server._log_in

    def without_move(box: Any, url: Any, password: str) -> None:
        logged_in(box, url, password)
        box.client.capabilities = tuple(c for c in box.client.capabilities if c != "MOVE")

    monkeypatch.setattr(mailbox_server, "_log_in", without_move)
    assert post.collect() == Collected(arrivals=1, received=1)
    assert post.counts() == {"INBOX": 1, RECEIVED: 1}


def test_a_server_that_is_down_stops_nothing_else(few: Any, post: Post) -> None:
    (port,) = _free_ports(1)
    office = few.with_settings(imap_url=f"imap://{USER}@127.0.0.1:{port}/INBOX").office
    (office.settings.inbox / "a.xlsx").write_bytes(few.filled("SNV"))
    sentence = collect_step(office, T0, one_after_another).sentence
    assert "Nhận 1 tệp: 1 báo cáo đạt yêu cầu" in sentence
    assert f"Không dùng được hộp thư 127.0.0.1:{port}: " in sentence
    assert f"Không dùng được hộp thư 127.0.0.1:{port}: " in sweep_step(office, T0, one_after_another).sentence


def test_a_server_that_never_answers_is_left_alone(few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox_server, "SOCKET_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"imap://{USER}@127.0.0.1:{silent.getsockname()[1]}/INBOX"
        began = time.monotonic()
        outcome = collect_mailbox(few.with_settings(imap_url=url).office, T0)
    assert time.monotonic() - began < 5
    assert "timed out" in outcome.fault


@pytest.mark.parametrize("password", ["sai-7391-mat-khau", "sai-7391-mật-khẩu"], ids=["ascii", "Vietnamese"])
def test_a_wrong_password_is_said_and_never_shown(
    few: Any,
    post: Post,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    password: str,
) -> None:
    secret = tmp_path / "sai"
    secret.write_text(password, encoding="utf-8")
    office = few.with_settings(imap_url=post.office.settings.imap_url, imap_password_file=secret).office
    with caplog.at_level(0):
        sentence = collect_step(office, T0, one_after_another).sentence
    assert "từ chối đăng nhập tài khoản" in sentence
    with pytest.raises(MailboxFault) as caught, open_mailbox(mailbox_url(office.settings.imap_url), password):
        pass
    shown = "".join(
        (
            sentence,
            caplog.text,
            *capfd.readouterr(),
            str(caught.value),
            *traceback.format_exception(caught.value),
        )
    )
    assert "7391" not in shown
    assert "7391" not in str([row.model_dump() for row in few.all(Audit)])


def test_a_server_that_repeats_the_password_has_it_taken_out(few: Any) -> None:
    url = mailbox_url("imap://u@127.0.0.1:1/INBOX")
    said = mailbox_server._without_secrets("NO\r\n bad login u/s3cret AHUAczNjcmV0", url, "s3cret")
    assert said == "NO bad login u/*** ***"


def test_a_missing_password_file_is_a_sentence(few: Any, post: Post, tmp_path: Path) -> None:
    url = post.office.settings.imap_url
    outcome = collect_mailbox(
        few.with_settings(imap_url=url, imap_password_file=tmp_path / "khong-co").office, T0
    )
    assert "DONDOC_IMAP_PASSWORD_FILE" in outcome.fault


def test_an_encrypted_mailbox_whose_certificate_nobody_vouches_for(few: Any, post: Post) -> None:
    url = f"imaps://{post.user}@127.0.0.1:{post.server.tls_port}/INBOX"
    secret = post.office.settings.imap_password_file
    refused = collect_mailbox(few.with_settings(imap_url=url, imap_password_file=secret).office, T0)
    assert "Chứng thư của máy chủ hộp thư 127.0.0.1 không được tin cậy" in refused.fault
    accepted = few.with_settings(imap_url=f"{url}?verify=no", imap_password_file=secret).office
    post.deliver(letter(person(few, "SNV").email, ("a.xlsx", few.filled("SNV"))))
    assert collect_mailbox(accepted, T0) == Collected(arrivals=1, received=1)


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "folder", "tls"),
    [
        ("imaps://bcd@thu.tinh.example", "thu.tinh.example", 993, "bcd", "INBOX", True),
        (
            "imaps://bcd@tinh.example@thu.tinh.example:1993/INBOX",
            "thu.tinh.example",
            1993,
            "bcd@tinh.example",
            "INBOX",
            True,
        ),
        (
            "imap://bcd%40tinh.example@127.0.0.1/B%C3%A1o%20c%C3%A1o",
            "127.0.0.1",
            143,
            "bcd@tinh.example",
            "Báo cáo",
            False,
        ),
    ],
)
def test_addresses_of_mailboxes(url: str, host: str, port: int, user: str, folder: str, tls: bool) -> None:
    read = mailbox_url(url)
    assert (read.host, read.port, read.user, read.folder, read.tls) == (host, port, user, folder, tls)


@pytest.mark.parametrize(
    "url", ["http://u@h/INBOX", "imaps://h/INBOX", "imaps://u:bi-mat@h/INBOX", "imaps://u@h:xx/INBOX", "u@h"]
)
def test_addresses_that_are_none_are_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(MailboxFault, match="DONDOC_IMAP_URL") as caught:
        mailbox_url(url)
    assert "bi-mat" not in str(caught.value)
