"""A mail taken apart: who writes, what it answers, and every file in it, however it was packed.

Nothing here raises over a broken mail, and nothing is lost by one: what cannot be taken apart is said to be
`damaged`, and the mail is then kept whole beside the files that were found.
The older of Python's two mail readers is used: the newer one trips over headers that real mail has.
"""

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses
from functools import cached_property

from models.rules.delivery_report import Delivery, failed_recipients, read_delivery_report
from models.rules.mail_kind import MailFacts
from tasks.blobs import LARGEST, digest
from tasks.intake.zip_files import Unopened, base_name, is_archive, unpack

DEEPEST = 30
"""Parts within parts, mails within mails: so many levels are opened; a forward takes two or three."""
MOST_FILES = 200
"""Files of one mail; one with more is kept whole for a person."""
MOST_IDS = 50
LONGEST_HEAD = 256 * 1024
"""Headers of a mail together; and of one value only so much is read as is ever shown:"""
LONGEST_VALUE = 8 * 1024
MOST_LINES = 1_000_000
MOST_PARTS = 5_000
MOST_WORK = 20_000_000
"""Lines times parts within parts: the reader looks at each line once for every level it is in."""
_ID = re.compile(r"<[^<>\s]{1,900}>")
_LEVEL = re.compile(rb"multipart/|message/", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_REPORT_PARTS = frozenset({"message/delivery-status", "message/disposition-notification"})
_ENDINGS = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.ms-excel": ".xls",
    "application/msword": ".doc",
    "application/zip": ".zip",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
    "text/html": ".html",
}


@dataclass(frozen=True)
class MailFile:
    """A file that came with a mail. `unusable` says in Vietnamese why it cannot be a report, "" when it may be;
    `nested`: it was in a mail that was forwarded as an attachment."""

    name: str
    content: bytes
    unusable: str = ""
    nested: bool = False

    @cached_property
    def sha256(self) -> str:
        return digest(self.content)


@dataclass(frozen=True)
class Mail:
    """A mail taken apart. `body_hash` is the same for every delivery of one mail, whatever servers added on top."""

    message_id: str
    sender: str
    subject: str
    answers: tuple[str, ...]
    """Message-IDs that this mail answers, the nearest first."""
    headers: dict[str, tuple[str, ...]]
    content_type: str
    report_type: str
    files: tuple[MailFile, ...]
    damaged: str
    """Why the mail must be kept whole, in Vietnamese; "" when everything in it was found."""
    body_hash: str
    has_delivery_status: bool = False
    deliveries: tuple[Delivery, ...] = ()
    returned_ids: tuple[str, ...] = ()
    """Message-IDs of the mails that came back within this one."""

    def facts(self, has_report: bool) -> MailFacts:
        """What the rules judge a mail by."""
        return MailFacts(
            headers=self.headers,
            sender=self.sender,
            subject=self.subject,
            content_type=self.content_type,
            report_type=self.report_type,
            has_delivery_status=self.has_delivery_status,
            has_report=has_report,
        )


@dataclass
class _Found:
    files: list[MailFile] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)
    report_texts: list[str] = field(default_factory=list)
    returned_ids: list[str] = field(default_factory=list)
    first_text: str = ""


def take_apart(raw: bytes) -> Mail:
    """Everything in a mail. One that is made to keep its reader busy for minutes is not opened, but kept whole."""
    found = _Found()
    if _is_wild(raw):
        message = message_from_bytes(_head(raw)[:LONGEST_HEAD])
        found.damage.append("thư có cấu trúc bất thường, không mở ra")
    else:
        message = message_from_bytes(raw)
        for part in _parts(message, found, nested=False, depth=0):
            _take(part, found)
    headers = _headers(message)
    subject = next(iter(headers.get("subject", ())), "")
    deliveries = tuple(d for text in found.report_texts for d in read_delivery_report(_lines(text)))
    if not deliveries and "x-failed-recipients" in headers:
        deliveries = failed_recipients(
            headers["x-failed-recipients"], _lines(found.first_text[:LONGEST_VALUE])
        )
    if len(found.files) > MOST_FILES:
        found.damage.append(f"thư có hơn {MOST_FILES} tệp")
    ids = _ids(headers, "message-id")
    content_type = message.get_content_type()
    return Mail(
        message_id=ids[0] if ids else "",
        sender=_sender(message),
        subject=subject,
        answers=tuple(dict.fromkeys((*_ids(headers, "in-reply-to"), *reversed(_ids(headers, "references"))))),
        headers=headers,
        content_type=content_type,
        report_type=_parameter(message, "content-type", "report-type").lower(),
        files=tuple(_named(found.files[:MOST_FILES])),
        damaged="; ".join(dict.fromkeys(found.damage)),
        body_hash=_body_hash(raw, subject),
        has_delivery_status=bool(found.report_texts),
        deliveries=deliveries,
        returned_ids=tuple(dict.fromkeys(found.returned_ids)),
    )


def _is_wild(raw: bytes) -> bool:
    lines = raw.count(b"\n") + raw.count(b"\r")
    levels = len(_LEVEL.findall(raw))
    return (
        len(_head(raw)) > LONGEST_HEAD
        or lines > 2 * MOST_LINES
        or raw.count(b"\n--") > MOST_PARTS
        or levels > MOST_PARTS // 25
        or lines * levels > 2 * MOST_WORK
    )


def _head(raw: bytes) -> bytes:
    """The headers of a mail as they came."""
    end = _HEAD_END.search(raw)
    return raw[: end.start()] if end else raw


def what_it_is(name: str, content: bytes) -> str:
    """Why a file cannot be a report, in Vietnamese; "" when it may be one. Told by its content first."""
    ending = name.lower().rpartition(".")[2]
    if content.startswith(b"PK\x03\x04") and ending != "zip":
        if is_archive(content):
            return "tệp nén nằm trong tệp nén khác"
        return (
            ""
            if ending in ("xlsx", "xlsm", "docx") or b"xl/" in content or b"word/" in content
            else ("không phải tệp Excel, Word hoặc PDF")
        )
    if content.startswith(b"%PDF"):
        return ""
    if content.startswith(b"\x78\x9f\x3e\x22") or ending in ("dat", "tnef"):
        return "định dạng riêng của Outlook, nơi khác không đọc được"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "tệp Office đời cũ hoặc có mật khẩu; cần lưu lại thành .xlsx không đặt mật khẩu"
    if ending == "zip":
        return "tệp nén nằm trong tệp nén khác" if is_archive(content) else "tệp nén hỏng"
    if content.startswith((b"Rar!", b"7z\xbc\xaf")) or ending in ("rar", "7z"):
        return "tệp nén .rar hoặc .7z; cần nén lại thành .zip hoặc gửi thẳng tệp"
    if not content:
        return "tệp rỗng"
    return "không phải tệp Excel, Word hoặc PDF"


# The tree of parts.


@dataclass(frozen=True)
class _Part:
    message: Message
    nested: bool
    inline_of_html: bool


def _parts(
    message: Message, found: _Found, *, nested: bool, depth: int, related: bool = False
) -> Iterator[_Part]:
    """The leaves of a mail, those of forwarded mails too. Damage that the reader noticed is put down."""
    if depth > DEEPEST:
        found.damage.append("thư lồng nhau quá nhiều lớp")
        return
    kind = message.get_content_type()
    payload = message.get_payload()
    if kind in _REPORT_PARTS:
        found.report_texts.append(_report_text(message))
        return
    if kind == "text/rfc822-headers":
        returned = message_from_bytes(_bytes_of(message)[0][:LONGEST_HEAD])
        found.returned_ids += _message_id(returned)
        return
    if message.is_multipart() and isinstance(payload, list):
        found.damage += [_damage(defect) for defect in message.defects if _damage(defect)]
        forwarded = kind.startswith("message/")
        for child in payload:
            if not isinstance(child, Message):
                found.damage.append("thư hỏng cấu trúc")
                continue
            if forwarded:
                child = _encoded_mail(message, child)
                found.returned_ids += _message_id(child)
            yield from _parts(
                child,
                found,
                nested=nested or forwarded,
                depth=depth + 1,
                related=kind == "multipart/related" or (related and kind.startswith("multipart/")),
            )
        return
    if message.get_content_maintype() == "multipart" or kind == "message/rfc822":
        found.damage.append("thư hỏng cấu trúc")
        return
    yield _Part(message, nested, related)


def _encoded_mail(message: Message, child: Message) -> Message:
    """A forwarded mail that was put into base64, which the standard forbids and programs do, in its own form."""
    coding = str(message.get("content-transfer-encoding", "")).strip().lower()
    if coding != "base64" or child.keys():
        return child
    content, damaged = _base64(child)
    return child if damaged or _is_wild(content) else message_from_bytes(content)


def _damage(defect: object) -> str:
    """What a defect of a multipart means for us; headers out of form lose nothing."""
    name = type(defect).__name__
    lost = (
        "NoBoundaryInMultipartDefect",
        "StartBoundaryNotFoundDefect",
        "CloseBoundaryNotFoundDefect",
        "MultipartInvariantViolationDefect",
        "FirstHeaderLineIsContinuationDefect",
        "MissingHeaderBodySeparatorDefect",
    )
    return "thư hỏng cấu trúc hoặc bị cắt cụt" if name in lost else ""


def _take(part: _Part, found: _Found) -> None:
    """Put a leaf among the files, unless it is the text that one reads, its pictures or its signature."""
    message = part.message
    name = _file_name(message)
    kind = message.get_content_type()
    attached = message.get_content_disposition() == "attachment"
    content, damaged = _bytes_of(message)
    if kind in _SIGNATURES:
        return
    if kind in ("text/plain", "text/html") and not name and not attached:
        if kind == "text/plain" and not found.first_text:
            found.first_text = _text(content, message)
        return
    if part.inline_of_html and message.get_content_maintype() == "image" and not attached:
        return  # the logo under a signature; the mail itself stays in the mailbox
    if damaged:
        found.damage.append(f"tệp {name or kind} bị hỏng khi gửi")
    name = name or f"tep-dinh-kem{_ENDINGS.get(kind, '.bin')}"
    found.files += _unpacked(name, content, part.nested)


def _unpacked(name: str, content: bytes, nested: bool) -> list[MailFile]:
    """A file as it is, or the files of a zip."""
    if not is_archive(content):
        return [MailFile(name, content, what_it_is(name, content), nested)]
    try:
        members = unpack(content, LARGEST)
    except Unopened as why:
        return [MailFile(name, content, str(why), nested)]
    return [
        MailFile(m.name or "khong-ten", m.content, what_it_is(m.name, m.content), nested) for m in members
    ]


def _named(files: list[MailFile]) -> Iterator[MailFile]:
    """Files with a name each."""
    for number, file in enumerate(files, start=1):
        yield file if file.name else MailFile(f"khong-ten-{number}", file.content, file.unusable, file.nested)


def _bytes_of(message: Message) -> tuple[bytes, bool]:
    """A leaf's bytes, and whether its encoding is broken (then these are what could be read)."""
    try:
        coding = str(message.get("content-transfer-encoding", "")).strip().lower()
        if coding == "base64":
            return _base64(message)
        content = message.get_payload(decode=True)
    except Exception:  # the reader trips over a part: its text as it came is better than nothing
        content = None
    if isinstance(content, bytes):
        return content, False
    payload = message.get_payload()
    text = payload if isinstance(payload, str) else ""
    return text.encode("utf-8", "surrogateescape"), True


def _base64(message: Message) -> tuple[bytes, bool]:
    payload = message.get_payload()
    text = payload if isinstance(payload, str) else ""
    packed = re.sub(rb"\s+", b"", text.encode("utf-8", "surrogateescape"))
    try:
        return base64.b64decode(packed, validate=True), False
    except binascii.Error:
        known = re.sub(rb"[^A-Za-z0-9+/]", b"", packed)
        return base64.b64decode(known[: len(known) // 4 * 4]), True


def _report_text(message: Message) -> str:
    """A delivery report's fields as they came: the reader has taken its blocks for mails."""
    payload = message.get_payload()
    if isinstance(payload, list):
        blocks = []
        for block in payload:
            if isinstance(block, Message):
                fields = "\n".join(f"{name}: {_plain(value)}" for name, value in block.items())
                inner = block.get_payload()
                blocks.append(f"{fields}\n{inner if isinstance(inner, str) else ''}")
        return "\n\n".join(blocks)
    return _bytes_of(message)[0].decode("utf-8", "replace")


# Headers, names and texts, in any encoding or none.


def _headers(message: Message) -> dict[str, tuple[str, ...]]:
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(str(name).lower(), []).append(decoded(str(value)[:LONGEST_VALUE]))
    return {name: tuple(values) for name, values in headers.items()}


def decoded(value: str) -> str:
    """A header as text on one line: encoded words (RFC 2047) read, raw bytes in UTF-8 or Vietnamese Windows-1258."""
    raw = _from_bytes(value)
    try:
        pieces = [
            piece if isinstance(piece, str) else _from_code(piece, code or "ascii")
            for piece, code in decode_header(raw)
        ]
        text = "".join(pieces)
    except Exception:  # an encoded word that is none
        text = raw
    return unicodedata.normalize("NFC", " ".join(one_line(text, LONGEST_VALUE).split()))


def one_line(text: str, most: int) -> str:
    """Text from outside for a column or a line of a letter: nothing that cannot be stored or printed."""
    known = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else " " for letter in known)[:most]


def _lines(text: str) -> str:
    """Text of several lines, each as `one_line` leaves it (a fold's blank at its beginning kept)."""
    return "\n".join(one_line(line, LONGEST_VALUE) for line in text.splitlines())


def _from_bytes(value: str) -> str:
    """Text of which some letters stand for raw bytes (surrogates): those bytes decoded."""
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    return _from_code(raw, "utf-8")


def _from_code(raw: bytes, code: str) -> str:
    for known in (code, "utf-8", "cp1258"):
        try:
            return raw.decode(known)
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("latin-1")


def _file_name(message: Message) -> str:
    """The name of a file: RFC 2231, RFC 2047 within quotes (as Outlook writes it), or raw letters."""
    name = _parameter(message, "content-disposition", "filename") or _parameter(
        message, "content-type", "name"
    )
    name = base_name(one_line(decoded(name), 1000))
    stem, dot, ending = name.rpartition(".")
    return f"{stem[:200]}{dot}{ending[:20]}" if dot else name[:200]


def _parameter(message: Message, header: str, parameter: str) -> str:
    for name, value in message.raw_items():
        if str(name).lower() != header:
            continue
        clean = Message()
        clean[header] = " ".join(_from_bytes(str(value)[:LONGEST_VALUE]).splitlines())
        try:
            found = clean.get_param(parameter, header=header)
            if found is not None:
                return collapse_rfc2231_value(found).strip()
        except Exception:  # parameters that are none
            return ""
    return ""


def _text(content: bytes, message: Message) -> str:
    return _from_code(content, _parameter(message, "content-type", "charset") or "utf-8")


def _plain(value: object) -> str:
    return " ".join(_from_bytes(str(value)).split())


def _ids(headers: dict[str, tuple[str, ...]], name: str) -> list[str]:
    return [found for value in headers.get(name, ()) for found in _ID.findall(value)][-MOST_IDS:]


def _message_id(message: Message) -> list[str]:
    values = [str(value) for name, value in message.raw_items() if str(name).lower() == "message-id"]
    return _ID.findall(one_line(values[0], LONGEST_VALUE)) if values else []


def _sender(message: Message) -> str:
    """The first address of From, in lower case; "" without one. Taken before names are decoded: an encoded name
    may hold what looks like another address."""
    written = [
        _from_bytes(str(value)[:LONGEST_VALUE])
        for name, value in message.raw_items()
        if str(name).lower() == "from"
    ]
    try:
        found = getaddresses([" ".join(value.split()) for value in written])
    except Exception:  # addresses that are none
        found = []
    addresses = [address.strip().lower() for _name, address in found if "@" in address]
    return one_line(addresses[0], 254) if addresses else ""


def _body_hash(raw: bytes, subject: str) -> str:
    """A hash of what the sender wrote. Servers add headers on the way, and may change line ends."""
    text = raw.replace(b"\r\n", b"\n")
    _head, gap, body = text.partition(b"\n\n")
    whole = subject.encode("utf-8", "surrogateescape") + b"\n" + (body if gap else text)
    return hashlib.sha256(whole.rstrip()).hexdigest()
