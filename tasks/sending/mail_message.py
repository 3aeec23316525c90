"""One mail as bytes on the wire: headers, text and HTML, attachments.

Written as the bytes it is: the standard library's messages are parsed, folded and flattened a line at a time, twenty
times as long, and the newer encoder of Python 3.11 puts a space between two encoded words, where readers drop it ("Báo
cáo" arrives as "Báocáo"; cpython issue 92081). Text and files go as base64, so that no server has to know 8BITMIME.
"""

import re
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime, formataddr
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import quote

from models.fault import Fault
from models.time import VIETNAM

_END = b"\r\n"
_WIDE = 76  # letters of base64 in one line (RFC 2045)
_PLAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*@[\w-]+(?:\.[\w-]+)*", re.ASCII)
"""An address of which there are no two opinions: the library's parser takes as long as the rest of the header."""
_PIECE = 20  # letters of a file's name in one line: up to nine bytes each


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
class Email:
    """A message with the two addresses of its envelope."""

    sender: str
    recipient: str
    content: bytes


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
) -> Email:
    """A message to one person. AddressError when the address is none.

    Autoresponders are asked to keep quiet (RFC 3834, RFC 2919, Exchange's own header); delivery reports are
    not: a bounce is worth knowing.
    """
    headers = [
        f"From: {mailbox(sender.name, sender.address)}",
        f"To: {mailbox(to_name, to_address)}",
        *([f"Reply-To: {mailbox('', sender.reply_to)}"] if sender.reply_to else []),
        f"Subject: {_subject(' '.join(subject.split()))}",
        f"Date: {format_datetime(now.astimezone(VIETNAM))}",
        f"Message-ID: {message_id}",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply, RN, NRN",
        f"List-Id: <dondoc.{sender.domain}>",
        "MIME-Version: 1.0",
    ]
    # The same message has the same seams at every try; no line of base64 looks like one.
    seam = blake2b(message_id.encode(), digest_size=12).hexdigest()
    letter = _text("plain", text)
    if html:
        letter = _several("alternative", f"=_{seam}_1", [letter, _text("html", html)])
    if attachments:
        letter = _several("mixed", f"=_{seam}_0", [letter, *map(_file, attachments)])
    return Email(sender.address, to_address, _lines(headers) + letter)


@lru_cache(maxsize=256)
def mailbox(name: str, address: str) -> str:
    """A name with its address as a header says them. AddressError when the address is none."""
    if not address.isascii() or any(letter.isspace() for letter in address):
        raise AddressError(f"địa chỉ thư không hợp lệ: {address!r}")
    shown, written = " ".join(name.split()), address
    if _PLAIN.fullmatch(address) is None:
        try:
            known = Address(display_name=shown, addr_spec=address)
        except (MessageError, ValueError, IndexError) as error:
            raise AddressError(f"địa chỉ thư không hợp lệ: {address!r}") from error
        shown, written = known.display_name, known.addr_spec
    return formataddr((shown, written)) if shown.isascii() else f"{_encoded(shown, '')} <{written}>"


@lru_cache(maxsize=256)
def _subject(subject: str) -> str:
    return _encoded(subject, "Subject")


def _encoded(text: str, header: str) -> str:
    """Text as a header carries it, on lines as short as readers expect."""
    charset = None if text.isascii() else "utf-8"
    return Header(text, charset, header_name=header or None).encode(linesep="\r\n")


def _text(kind: str, text: str) -> bytes:
    head = [f'Content-Type: text/{kind}; charset="utf-8"', "Content-Transfer-Encoding: base64"]
    return _lines(head) + _END + _base64(_END.join(text.encode().splitlines()) + _END)


def _file(attachment: Attachment) -> bytes:
    name = ";\r\n ".join(["attachment", *_file_name(" ".join(attachment.name.split()))])
    head = [
        f"Content-Type: {attachment.mime}",
        "Content-Transfer-Encoding: base64",
        f"Content-Disposition: {name}",
    ]
    return _lines(head) + _END + _base64(attachment.content)


def _file_name(name: str) -> Iterator[str]:
    """A file's name as parameters of a header (RFC 2231)."""
    if name.isascii() and name.isprintable():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        yield f'filename="{escaped}"'
        return
    pieces = [name[at : at + _PIECE] for at in range(0, len(name), _PIECE)]
    for number, piece in enumerate(pieces):
        yield f"filename*{number}*={'' if number else 'utf-8' + chr(39) * 2}{quote(piece, safe='')}"


def _several(kind: str, seam: str, parts: Sequence[bytes]) -> bytes:
    """Parts as one; what stands above a part's empty line are its headers."""
    between = b"--" + seam.encode() + _END
    head = _lines([f'Content-Type: multipart/{kind}; boundary="{seam}"']) + _END
    return head + b"".join(between + part + _END for part in parts) + b"--" + seam.encode() + b"--" + _END


def _base64(content: bytes) -> bytes:
    written = b2a_base64(content, newline=False)
    return b"".join(written[at : at + _WIDE] + _END for at in range(0, len(written), _WIDE))


def _lines(lines: Sequence[str]) -> bytes:
    return b"".join(line.encode() + _END for line in lines)
