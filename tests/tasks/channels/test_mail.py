"""Mail against a real SMTP server here: what arrives, over how many connections, what is answered."""

import asyncio
import socket
import ssl
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from models.codes import AttemptOutcome
from tasks.channels.base import Answer
from tasks.sending.mail_message import AddressError, Attachment, Email, Sender, build_email

with warnings.catch_warnings():  # Apprise imports imghdr, which Python 3.11 and 3.12 call deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    from apprise import Apprise

    from tasks.channels.mail import MailChannel, MailUrlError, mail_channel

NOW = datetime(2026, 3, 16, 2, 5, tzinfo=UTC)
SENDER = Sender("Tổ giúp việc Ban Chỉ đạo", "dondoc@bcd.example", "thuky@bcd.example")
ATTACHMENT = Attachment(
    "Biểu mẫu Quý I – Sở Nội vụ.xlsx",
    bytes(range(256)) * 300,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
SUBJECT = (
    "Đề nghị báo cáo kết quả thực hiện nhiệm vụ về khoa học, công nghệ, đổi mới sáng tạo "
    "và chuyển đổi số Quý I/2026 (hạn 20/3/2026)"
)


@dataclass
class Server:
    """A mail server that keeps what it accepts and answers DATA as it is told, "250" when told nothing.

    "drop": it hangs up during the content; "hang": it says nothing for a while; "then drop": it accepts and
    hangs up afterwards. `refuse` answers MAIL or RCPT.
    """

    orders: deque[str] = field(default_factory=deque)
    refuse: dict[str, str] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    peers: list[Any] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.refuse:
            return self.refuse["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.peers.append(session.peer)
        order = self.orders.popleft() if self.orders else ""
        if order == "drop":
            server.transport.abort()
            return "250 never heard"
        if order == "hang":
            await asyncio.sleep(2)
        if order[:1] in ("4", "5"):
            return order
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        if order == "then drop":
            asyncio.get_running_loop().call_later(0.05, server.transport.abort)
        return f"250 2.0.0 Đã nhận, số {len(self.received)}"

    @property
    def connections(self) -> int:
        return len(set(self.peers))

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=dondoc@bcd.example&name=Tổ%20giúp%20việc&reply=thuky@bcd.example"


class AnyPort(Controller):
    """A controller on a port that the system chooses."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def serve(server: Server, **options: Any) -> Controller:
    controller = AnyPort(server, hostname="127.0.0.1", port=0, **options)
    controller.start()
    server.port = controller.port
    return controller


@pytest.fixture
def server() -> Iterator[Server]:
    box = Server()
    controller = serve(box)
    yield box
    controller.stop()


def channel_of(url: str, password: str = "") -> MailChannel:
    return mail_channel(url, password, lambda: NOW)


def mail(no: int = 1, to: str = "canbo@snv.example", **more: Any) -> Email:
    facts: dict[str, Any] = {
        "sender": SENDER,
        "to_name": "Nguyễn Thị Ánh",
        "to_address": to,
        "subject": SUBJECT,
        "text": "Kính gửi: Sở Nội vụ\n",
        "html": "<p>Kính gửi: <b>Sở Nội vụ</b></p>\n",
        "message_id": f"<{no}.thu@bcd.example>",
        "now": NOW,
    }
    return build_email(**(facts | more))


def deliver(channel: MailChannel, *mails: Email) -> list[Answer]:
    with channel.open() as connection:
        return [connection.deliver(one) for one in mails]


def test_a_message_arrives_as_it_was_meant(server: Server) -> None:
    deliver(channel_of(server.url), mail(attachments=[ATTACHMENT]))
    (got,) = server.received
    assert {name: str(value) for name, value in got.items()} == {
        "From": "Tổ giúp việc Ban Chỉ đạo <dondoc@bcd.example>",
        "To": "Nguyễn Thị Ánh <canbo@snv.example>",
        "Reply-To": "thuky@bcd.example",
        "Subject": SUBJECT,
        "Date": "Mon, 16 Mar 2026 09:05:00 +0700",
        "Message-ID": "<1.thu@bcd.example>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply, RN, NRN",
        "List-Id": "<dondoc.bcd.example>",
        "MIME-Version": "1.0",
        "Content-Type": got["Content-Type"],
    }
    assert server.recipients == ["canbo@snv.example"]
    plain, html = got.get_body(("plain",)), got.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == "Kính gửi: Sở Nội vụ\n"
    assert html.get_content().replace("\r\n", "\n") == "<p>Kính gửi: <b>Sở Nội vụ</b></p>\n"
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == "Biểu mẫu Quý I – Sở Nội vụ.xlsx"
    assert attached.get_content_type() == ATTACHMENT.mime
    assert attached.get_content() == ATTACHMENT.content


def test_every_byte_on_the_wire_is_seven_bit_and_every_line_short() -> None:
    content = mail(attachments=[ATTACHMENT], text="Kính gửi: " + "rất dài " * 400).content
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.count(b"\n") == content.count(b"\r\n")


@pytest.mark.parametrize(
    "address",
    ["", "khong-co-a-cong", "a@", "@b.example", "cán.bộ@snv.example", "a b@snv.example", "a@b\nBcc: c"],
)
def test_what_is_no_address_is_refused_before_it_is_sent(address: str) -> None:
    with pytest.raises(AddressError, match="địa chỉ thư không hợp lệ"):
        mail(to=address)


def test_a_subject_cannot_bring_a_header_of_its_own() -> None:
    made = message_from_bytes(mail(subject="Nhắc\r\nBcc: ai.do@xa.example").content, policy=policy.default)
    assert made["Bcc"] is None
    assert str(made["Subject"]) == "Nhắc Bcc: ai.do@xa.example"


def test_many_messages_go_over_one_connection(server: Server) -> None:
    answers = deliver(channel_of(server.url), *(mail(no) for no in range(20)))
    assert answers == [Answer(AttemptOutcome.ACCEPTED, f"250 2.0.0 Đã nhận, số {no}") for no in range(1, 21)]
    assert [str(got["Message-ID"]) for got in server.received] == [
        f"<{no}.thu@bcd.example>" for no in range(20)
    ]
    assert server.connections == 1


def test_no_connection_is_made_for_nothing() -> None:
    with channel_of("mailto://127.0.0.1:1?from=a@bcd.example").open():
        pass


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 4.3.0 Thử lại sau", AttemptOutcome.RETRY),
        ("421 4.3.2 Đóng kết nối", AttemptOutcome.RETRY),
        ("550 5.7.1 Không nhận", AttemptOutcome.REFUSED),
    ],
)
def test_a_refusal_of_one_message_does_not_touch_the_next(
    server: Server, answer: str, outcome: AttemptOutcome
) -> None:
    server.orders += ["250", answer]
    first, second, third = deliver(channel_of(server.url), mail(1), mail(2), mail(3))
    assert first.outcome is AttemptOutcome.ACCEPTED
    assert second == Answer(outcome, answer)
    assert third.outcome is AttemptOutcome.ACCEPTED
    assert [str(got["Message-ID"]) for got in server.received] == [
        "<1.thu@bcd.example>",
        "<3.thu@bcd.example>",
    ]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("450 4.2.0 Hộp thư bận", AttemptOutcome.RETRY),
        ("550 5.1.1 Không có hộp thư này", AttemptOutcome.REFUSED),
    ],
)
def test_a_recipient_refused_does_not_touch_the_next(
    server: Server, answer: str, outcome: AttemptOutcome
) -> None:
    server.refuse["khongco@snv.example"] = answer
    first, second = deliver(channel_of(server.url), mail(1, "khongco@snv.example"), mail(2))
    assert first == Answer(outcome, answer)
    assert second.outcome is AttemptOutcome.ACCEPTED
    assert server.recipients == ["canbo@snv.example"]


def test_a_server_that_sends_us_away_at_the_start_is_tried_later(server: Server) -> None:
    server.refuse["MAIL"] = "421 4.7.0 Quá nhiều thư"
    assert deliver(channel_of(server.url), mail()) == [
        Answer(AttemptOutcome.RETRY, "421 4.7.0 Quá nhiều thư")
    ]


def test_a_message_larger_than_the_server_takes_is_refused_unsent() -> None:
    box = Server()
    controller = serve(box, data_size_limit=1000)
    try:
        (answer,) = deliver(channel_of(box.url), mail(attachments=[ATTACHMENT]))
    finally:
        controller.stop()
    assert answer.outcome is AttemptOutcome.REFUSED
    assert answer.text.startswith("552 ")
    assert box.peers == []


def test_a_server_that_is_down_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (answer,) = deliver(channel_of(f"mailto://127.0.0.1:{port}?from=a@bcd.example"), mail())
    assert answer.outcome is AttemptOutcome.UNREACHABLE
    assert "refused" in answer.text


def test_a_connection_dropped_between_messages_is_made_again(server: Server) -> None:
    server.orders.append("then drop")
    with channel_of(server.url).open() as connection:
        first = connection.deliver(mail(1))
        time.sleep(0.2)
        second, third = connection.deliver(mail(2)), connection.deliver(mail(3))
    assert [answer.outcome for answer in (first, second, third)] == [AttemptOutcome.ACCEPTED] * 3
    assert len(server.received) == 3
    assert server.connections == 2


def test_a_server_that_stops_between_messages_is_unreachable_and_no_worse() -> None:
    box = Server()
    controller = serve(box)
    with channel_of(box.url).open() as connection:
        first = connection.deliver(mail(1))
        controller.stop()
        second = connection.deliver(mail(2))
    assert [first.outcome, second.outcome] == [AttemptOutcome.ACCEPTED, AttemptOutcome.UNREACHABLE]
    assert "chưa rõ" not in second.text


def test_a_connection_dropped_in_the_content_leaves_a_doubt_and_the_next_goes_on(server: Server) -> None:
    server.orders += ["250", "drop"]
    first, second, third = deliver(channel_of(server.url), mail(1), mail(2), mail(3))
    assert first.outcome is AttemptOutcome.ACCEPTED
    assert second.outcome is AttemptOutcome.UNREACHABLE
    assert second.text.startswith("mất kết nối khi đang gửi, chưa rõ máy chủ đã nhận hay chưa: ")
    assert third.outcome is AttemptOutcome.ACCEPTED
    assert [str(got["Message-ID"]) for got in server.received] == [
        "<1.thu@bcd.example>",
        "<3.thu@bcd.example>",
    ]


def test_a_server_that_never_greets_costs_a_limited_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        began = time.monotonic()
        (answer,) = deliver(channel_of(f"mailto://127.0.0.1:{port}?from=a@bcd.example&cto=0.3"), mail())
    assert answer.outcome is AttemptOutcome.UNREACHABLE
    assert answer.text.endswith("timed out")
    assert time.monotonic() - began < 5


def test_a_server_that_falls_silent_costs_a_limited_time(server: Server) -> None:
    server.orders.append("hang")
    began = time.monotonic()
    (answer,) = deliver(channel_of(server.url + "&rto=0.3"), mail())
    assert answer.outcome is AttemptOutcome.UNREACHABLE
    assert answer.text.endswith("timed out")
    assert time.monotonic() - began < 1.5


def test_nothing_goes_in_clear_when_the_address_asks_for_encryption(server: Server) -> None:
    url = f"mailtos://127.0.0.1:{server.port}?from=dondoc@bcd.example&mode=starttls"
    (answer,) = deliver(channel_of(url), mail())
    assert answer.outcome is AttemptOutcome.UNREACHABLE
    assert "STARTTLS" in answer.text
    assert server.received == []


@pytest.fixture(scope="module")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What a server shows that no authority vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 57)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem)
    return context


@pytest.mark.parametrize(("mode", "option"), [("ssl", "ssl_context"), ("starttls", "tls_context")])
def test_an_encrypted_server_must_prove_who_it_is(
    own_certificate: ssl.SSLContext, mode: str, option: str
) -> None:
    box = Server()
    controller = serve(box, **{option: own_certificate})
    url = f"mailtos://127.0.0.1:{box.port}?from=dondoc@bcd.example&mode={mode}"
    try:
        (doubted,) = deliver(channel_of(url), mail(1))
        (trusted,) = deliver(channel_of(f"{url}&verify=no"), mail(2))
    finally:
        controller.stop()
    assert doubted.outcome is AttemptOutcome.UNREACHABLE
    assert "certificate verify failed" in doubted.text
    assert trusted.outcome is AttemptOutcome.ACCEPTED
    assert [str(got["Message-ID"]) for got in box.received] == ["<2.thu@bcd.example>"]


PASSWORD = "mat khau rat dai 57"


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    if data.password == PASSWORD.encode():
        return AuthResult(success=True)
    return AuthResult(success=False, handled=False, message=f"535 5.7.8 Sai: {data.password.decode()}")


@pytest.fixture
def guarded() -> Iterator[Server]:
    box = Server()
    controller = serve(box, auth_required=True, auth_require_tls=False, authenticator=authenticate)
    box.port = controller.port
    yield box
    controller.stop()


def guarded_url(server: Server) -> str:
    return f"mailto://dondoc@127.0.0.1:{server.port}?from=dondoc@bcd.example"


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_the_password_opens_the_server_and_is_shown_nowhere(guarded: Server, tmp_path: Path) -> None:
    channel = channel_of(guarded_url(guarded), PASSWORD)
    assert [answer.outcome for answer in deliver(channel, mail())] == [AttemptOutcome.ACCEPTED]
    url: Callable[..., str] = channel.url
    for shown in (url(), url(privacy=True), repr(channel), str(channel)):
        assert PASSWORD not in unquote_plus(shown)
    assert channel.password is None


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_wrong_password_is_the_servers_affair_not_the_messages(guarded: Server) -> None:
    (answer,) = deliver(channel_of(guarded_url(guarded), "sai-mat-khau"), mail())
    assert answer == Answer(AttemptOutcome.UNREACHABLE, "535 5.7.8 Sai: ***")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://bcd.example", "phải có dạng mailto"),
        ("", "phải có dạng mailto"),
        ("mailto://a:matkhau@bcd.example", "không ghi mật khẩu"),
        ("mailto://bcd.example?user=a&pass=matkhau", "không ghi mật khẩu"),
        ("mailto://127.0.0.1", "địa chỉ máy chủ thư không dùng được"),
    ],
)
def test_addresses_that_cannot_be_used(url: str, why: str) -> None:
    with pytest.raises(MailUrlError, match=why) as caught:
        channel_of(url)
    assert "matkhau" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        (
            "mailto://127.0.0.1:25?from=dondoc@bcd.example&name=Tổ%20giúp%20việc&reply=thuky@bcd.example",
            Sender("Tổ giúp việc", "dondoc@bcd.example", "thuky@bcd.example"),
        ),
        (
            "mailtos://may.bcd.example?user=dondoc@bcd.example&from=Ban Chỉ đạo <dondoc@bcd.example>",
            Sender("Ban Chỉ đạo", "dondoc@bcd.example"),
        ),
        ("mailto://dondoc@bcd.example", Sender("", "dondoc@bcd.example")),
    ],
)
def test_who_writes_is_read_from_the_address(url: str, sender: Sender) -> None:
    assert channel_of(url).sender == sender


def test_apprise_can_notify_through_it(server: Server, tmp_path: Path) -> None:
    paper = tmp_path / "ghi chú.txt"
    paper.write_text("nội dung", encoding="utf-8")
    channel = channel_of(server.url + "&to=thuky@bcd.example")
    notifier = Apprise()
    assert notifier.add(channel)
    assert notifier.notify(body="<p>Có việc cần xem</p>", title="Cảnh báo", attach=str(paper))
    (got,) = server.received
    assert str(got["Subject"]) == "Cảnh báo"
    assert str(got["From"]) == "Tổ giúp việc <dondoc@bcd.example>"
    plain = got.get_body(("plain",))
    assert plain is not None
    assert "Có việc cần xem" in plain.get_content()
    assert [part.get_payload(decode=True) for part in got.iter_attachments()] == ["nội dung".encode()]
    assert [part.get_filename() for part in got.iter_attachments()] == ["ghi chú.txt"]
    assert server.recipients == ["thuky@bcd.example"]
    assert channel.answers == (Answer(AttemptOutcome.ACCEPTED, "250 2.0.0 Đã nhận, số 1"),)


def test_apprise_says_no_when_the_server_does(server: Server) -> None:
    server.orders.append("550 5.7.1 Không nhận")
    channel = channel_of(server.url)
    notifier = Apprise()
    notifier.add(channel)
    assert not notifier.notify(body="x")
    assert [answer.outcome for answer in channel.answers] == [AttemptOutcome.REFUSED]
