"""One mail as bytes on the wire: headers, text and HTML, attachments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from typing import Any

from models.fault import Fault
from models.time import VIETNAM


class _WholeWords(EmailPolicy):
    """Folds headers with the older, correct encoder: the newer one of Python 3.11 puts a space between two encoded
    words, where readers drop it ("Báo cáo" arrives as "Báocáo"; cpython issue 92081)."""

    def fold(self, name: str, value: Any) -> str:
        folded = self._encoded(name, value)
        return super().fold(name, value) if folded is None else folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded = self._encoded(name, value)
        return super().fold_binary(name, value) if folded is None else folded.encode("ascii")

    def _encoded(self, name: str, value: Any) -> str | None:
        addresses = getattr(value, "addresses", None)
        if addresses is not None:
            written = ", ".join(_mailbox(a.display_name, a.addr_spec) for a in addresses)
        elif name.lower() == "subject":
            written = Header(str(value), None if value.isascii() else "utf-8", header_name=name).encode()
        else:
            return None
        return f"{name}: {self.linesep.join(written.splitlines())}{self.linesep}"


def _mailbox(name: str, address: str) -> str:
    return formataddr((name, address)) if name.isascii() else f"{Header(name, 'utf-8').encode()} <{address}>"


POLICY = _WholeWords(linesep="\r\n", cte_type="7bit")
"""CRLF line ends, and nothing that needs a server to know 8BITMIME."""


class AddressError(Fault):
    """An address no mail can be sent to; the message says so in Vietnamese."""


@dataclass(frozen=True)
class Sender:
    """Who writes: the name and address of From, and where an answer goes (the secretariat)."""

    name: str
    address: str
    reply_to: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Attachment:
    """A file in a message. `mime` is its type, e.g. application/pdf."""

    name: str
    content: bytes
    mime: str = "application/octet-stream"


def build_email(
    sender: Sender,
    to_name: str,
    to_address: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """A message to one person. AddressError when the address is none.

    Autoresponders are asked to keep quiet (RFC 3834, RFC 2919, Exchange's own header); delivery reports are
    not: a bounce is worth knowing.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(sender.name, sender.address)
    message["To"] = _address(to_name, to_address)
    if sender.reply_to:
        message["Reply-To"] = _address("", sender.reply_to)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now.astimezone(VIETNAM))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply, RN, NRN"
    message["List-Id"] = f"<dondoc.{sender.domain}>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for attachment in attachments:
        maintype, _, subtype = attachment.mime.partition("/")
        message.add_attachment(
            attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name
        )
    return message


def _address(name: str, address: str) -> Address:
    if not address.isascii() or any(letter.isspace() for letter in address):
        raise AddressError(f"địa chỉ thư không hợp lệ: {address!r}")
    try:
        return Address(display_name=" ".join(name.split()), addr_spec=address)
    except (MessageError, ValueError, IndexError) as error:
        raise AddressError(f"địa chỉ thư không hợp lệ: {address!r}") from error
