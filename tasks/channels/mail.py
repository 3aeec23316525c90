"""Mail as an Apprise channel that hands many messages over one SMTP connection and keeps every answer.

Apprise reads the address (mailto://, mailtos://, its table of well-known providers). The sending is ours: its
plugin opens a connection for each notice, makes a new Message-ID each time and answers only yes or no.
The password is kept beside the address, never in it: what shows the address cannot show the password.
"""

import base64
import contextlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from email.utils import make_msgid
from typing import Any

from apprise.common import NotifyFormat, NotifyType
from apprise.conversion import convert_between
from apprise.plugins.email import NotifyEmail, SecureMailMode

from models.codes import AttemptOutcome, Channel
from models.directory import Person
from models.fault import Fault
from tasks.channels.base import ANSWER_LENGTH, Answer, Clock, Outgoing
from tasks.sending.mail_message import AddressError, Attachment, Email, Sender, build_email, mailbox
from tasks.settings import Settings


class MailUrlError(Fault):
    """The address of the mail server cannot be used; the message says why, in Vietnamese."""


class MailChannel(NotifyEmail):  # type: ignore[no-untyped-call]
    """The mail server: `open()` a connection for many messages, or let Apprise `notify()` its own targets."""

    socket_read_timeout = 60.0
    """Seconds to wait for one answer: one that scans attachments is slow (?rto= changes it)."""

    def __init__(self, secret: str, clock: Clock, **parsed: Any) -> None:
        super().__init__(**parsed)  # type: ignore[no-untyped-call]
        self._password = secret
        self._clock = clock
        self.answers: tuple[Answer, ...] = ()
        """The answers to the last `notify()`, one a target; Apprise itself returns only a bool."""

    @property
    def sender(self) -> Sender:
        """Who writes, by the address: ?from=, ?name= and ?reply=."""
        written, address = self.from_addr
        name = str(make_header(decode_header(str(written)))) if written else ""
        return Sender(
            name="" if name == self.app_id else name,
            address=str(address),
            reply_to=min(self.reply_to, default=""),
        )

    @contextlib.contextmanager
    def open(self) -> Iterator["MailConnection"]:
        """One connection for as many messages as are delivered in the block; made at the first of them."""
        connection = MailConnection(self)
        try:
            yield connection
        finally:
            connection.close()

    def connect(self) -> smtplib.SMTP:
        """A new connection, encrypted and logged in as the address says. Every wait has a limit."""
        context = ssl.create_default_context()
        if not self.verify_certificate:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        host, port, hello = self.smtp_host, int(self.port or 0), self.sender.domain
        timeout = self.socket_connect_timeout
        smtp: smtplib.SMTP
        # The name for EHLO is given: smtplib would else ask the name server, without a limit of time.
        if self.secure_mode == SecureMailMode.SSL:
            smtp = smtplib.SMTP_SSL(host, port, hello, timeout=timeout, context=context)
        else:
            smtp = smtplib.SMTP(host, port, hello, timeout=timeout)
        try:
            if self.secure_mode == SecureMailMode.STARTTLS:
                smtp.starttls(context=context)
            if smtp.sock is not None:
                smtp.sock.settimeout(self.socket_read_timeout)
            if self.user and self._password:
                smtp.login(self.user, self._password)
            else:
                smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def without_secrets(self, text: str) -> str:
        """A server's text without our password, should it repeat what it was given."""
        if not self._password:
            return text
        login = f"\0{self.user}\0{self._password}"
        for secret in (
            self._password,
            *(base64.b64encode(s.encode()).decode() for s in (self._password, login)),
        ):
            text = text.replace(secret, "***")
        return text

    def send(
        self,
        body: str,
        title: str = "",
        notify_type: NotifyType = NotifyType.INFO,  # noqa: ARG002  (Apprise's signature)
        attach: Any = None,
        **_kwargs: Any,
    ) -> bool:
        """Apprise's own way in: one text to the targets of the address."""
        is_html = self.notify_format == NotifyFormat.HTML
        text = convert_between(NotifyFormat.HTML, NotifyFormat.TEXT, body) if is_html else body  # type: ignore[no-untyped-call]
        attachments = tuple(_attachment(part) for part in attach or ())
        answers = []
        with self.open() as connection:
            for name, address in self.targets:
                message = build_email(
                    self.sender,
                    str(name or ""),
                    address,
                    title,
                    text,
                    body if is_html else "",
                    make_msgid(domain=self.sender.domain),
                    self._clock(),
                    attachments,
                )
                answers.append(connection.deliver(message))
        self.answers = tuple(answers)
        return bool(answers) and all(answer.outcome is AttemptOutcome.ACCEPTED for answer in answers)


class MailConnection:
    """Delivers messages one after another, over one connection for as long as the server keeps it."""

    def __init__(self, channel: MailChannel) -> None:
        self._channel = channel
        self._smtp: smtplib.SMTP | None = None

    def deliver(self, message: Email) -> Answer:
        """Hand one message over and say what the server answered.

        A connection that the server dropped between two messages is made again, once. One that breaks after
        the content has begun is not tried again here: whether the server took the message is unknown, and the
        repeat must be a try of its own with the same Message-ID.
        """
        was_open = self._smtp is not None
        try:
            return self._deliver(message)
        except _Dropped as dropped:
            self.close()
            if not (was_open and dropped.before_content):
                return dropped.answer
        try:
            return self._deliver(message)
        except _Dropped as dropped:
            self.close()
            return dropped.answer

    def close(self) -> None:
        """Take leave of the server, or just hang up when it does not listen."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                smtp.quit()
            smtp.close()

    def _deliver(self, message: Email) -> Answer:
        before_content = True
        try:
            if self._smtp is None:
                self._smtp = self._channel.connect()
            smtp = self._smtp
            size = [f"size={len(message.content)}"] if smtp.has_extn("size") else []
            for code, reply in _asked(smtp, message.sender, message.recipient, size):
                if code == 421:
                    raise _Dropped(self._answer(AttemptOutcome.RETRY, code, reply), before_content)
                if code not in (250, 251):
                    with contextlib.suppress(OSError, smtplib.SMTPException):
                        smtp.rset()
                    return self._judged(code, reply)
            before_content = False
            code, reply = smtp.data(message.content)
        except smtplib.SMTPDataError as error:  # refused before the content was sent
            code, reply = error.smtp_code, _bytes(error.smtp_error)
        except smtplib.SMTPResponseException as error:  # the greeting, EHLO or the login: no message's fault
            answer = self._answer(AttemptOutcome.UNREACHABLE, error.smtp_code, _bytes(error.smtp_error))
            raise _Dropped(answer, before_content) from error
        except (OSError, smtplib.SMTPException) as error:
            what = "" if before_content else "mất kết nối khi đang gửi, chưa rõ máy chủ đã nhận hay chưa: "
            answer = Answer(
                AttemptOutcome.UNREACHABLE, self._kept(f"{what}{str(error) or type(error).__name__}")
            )
            raise _Dropped(answer, before_content) from error
        if code == 421:
            self.close()
        return self._judged(code, reply)

    def _judged(self, code: int, reply: bytes) -> Answer:
        if 200 <= code < 300:
            return self._answer(AttemptOutcome.ACCEPTED, code, reply)
        return self._answer(
            AttemptOutcome.RETRY if 400 <= code < 500 else AttemptOutcome.REFUSED, code, reply
        )

    def _answer(self, outcome: AttemptOutcome, code: int, reply: bytes) -> Answer:
        return Answer(outcome, self._kept(f"{code} {reply.decode('utf-8', 'replace')}"))

    def _kept(self, text: str) -> str:
        return self._channel.without_secrets(" ".join(text.split()))[:ANSWER_LENGTH]


def mail_channel(mail_url: str, password: str, clock: Clock) -> MailChannel:
    """The channel that an Apprise address of mail describes. MailUrlError says what is wrong with it."""
    parsed = NotifyEmail.parse_url(mail_url)  # type: ignore[no-untyped-call]
    if not parsed or parsed["schema"] not in ("mailto", "mailtos"):
        raise MailUrlError("địa chỉ máy chủ thư phải có dạng mailto://máy:cổng?from=… hoặc mailtos://…")
    if parsed.get("password"):
        raise MailUrlError("không ghi mật khẩu trong địa chỉ máy chủ thư; ghi vào tệp mật khẩu riêng")
    try:
        return MailChannel(password, clock, **parsed)
    except TypeError as error:
        raise MailUrlError(f"địa chỉ máy chủ thư không dùng được: {error}") from error


def message_domain(settings: Settings, clock: Clock) -> str:
    """What stands after the @ of our Message-IDs: the sender's domain, where mail is set up."""
    if not settings.mail_url:
        return "dondoc.invalid"
    return mail_channel(settings.mail_url, "", clock).sender.domain


class MailCourier:
    """Mail as the sender's round uses it."""

    repeats = True

    def __init__(self, channel: MailChannel, clock: Clock) -> None:
        self._channel = channel
        self._sender = channel.sender
        self._clock = clock

    def why_not(self, outgoing: Outgoing) -> str:
        """An address that is none."""
        try:
            mailbox(outgoing.name, outgoing.address)
            mailbox("", self._sender.address)
        except AddressError as error:
            return str(error)
        return ""

    @contextlib.contextmanager
    def open(self) -> Iterator["_Line"]:
        with self._channel.open() as connection:
            yield _Line(lambda outgoing: connection.deliver(self._email(outgoing, outgoing.attachments)))

    def _email(self, outgoing: Outgoing, attachments: tuple[Attachment, ...]) -> Email:
        return build_email(
            self._sender,
            outgoing.name,
            outgoing.address,
            outgoing.subject,
            outgoing.text,
            outgoing.html,
            outgoing.message_id,
            self._clock(),
            attachments,
        )


class _Line:
    """One open connection to the mail server."""

    def __init__(self, deliver: Callable[[Outgoing], Answer]) -> None:
        self.deliver = deliver


class Mail:
    """Mail in the registry of channels."""

    code = Channel.EMAIL

    def address_of(self, person: Person) -> str:
        return person.email

    def missing(self, settings: Settings) -> str:
        return "" if settings.mail_url else "chưa đặt máy chủ gửi thư (DONDOC_MAIL_URL)"

    def courier(self, settings: Settings, clock: Clock) -> MailCourier:
        return MailCourier(mail_channel(settings.mail_url, settings.mail_password(), clock), clock)


class _Dropped(Exception):
    """The connection is of no more use; `answer` is what the message gets when it is not tried again."""

    def __init__(self, answer: Answer, before_content: bool) -> None:
        super().__init__(answer.text)
        self.answer = answer
        self.before_content = before_content


def _asked(smtp: smtplib.SMTP, sender: str, recipient: str, size: list[str]) -> Iterator[tuple[int, bytes]]:
    yield smtp.mail(sender, size)
    yield smtp.rcpt(recipient)


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _attachment(part: Any) -> Attachment:
    with part.open() as opened:
        return Attachment(part.name, opened.read(), part.mimetype or "application/octet-stream")
