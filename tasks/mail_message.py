"""One mail as bytes on the wire: headers, text and HTML, attachments; and what a server answered to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from models.codes import AttemptOutcome
from models.fault import Fault
from models.time import VIETNAM

POLICY = SMTP.clone(cte_type="7bit")
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


@dataclass(frozen=True)
class Answer:
    """What became of one try: the outcome, and the server's own text with its code."""

    outcome: AttemptOutcome
    text: str


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
