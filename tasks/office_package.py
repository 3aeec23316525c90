"""A received Office file as a package of parts: whether it may be opened, and its XML brought to one shape.

Everything here happens before any parser sees a byte. A parser is then given a package that was made here, of the
parts that were looked into, and never the bytes that came: an archive can say one thing to one reader and another
thing to the next (two parts of one name, sizes that lie), and what was not looked into may be a bomb.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZipFile

from models.fault import Fault
from tasks.blobs import LARGEST

_MOST_PARTS = 2_000
_MOST_BYTES = 60 * 1024 * 1024  # unpacked, pictures and all
_MOST_XML = 30 * 1024 * 1024  # unpacked, of what is read

Parts = Mapping[str, bytes]
"""The XML parts of a file by name, each in UTF-8 and without a document type."""


class UnreadableForm(Fault):
    """The bytes are nothing that can be read; the message says in Vietnamese what the sender can do."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it may hold at most, and what is said of one that cannot be read.

    `refuse_foreign` is given bytes that are no package, `refuse_other` the names in one; each raises UnreadableForm
    when it is another kind of file.
    """

    refuse_foreign: Callable[[bytes], None]
    refuse_other: Callable[[set[str]], None]
    most_tags: int
    too_large: str
    too_many_tags: str
    not_well_made: str
    most_tags_of: Mapping[str, int] = field(default_factory=dict)  # in one part


def open_package(content: bytes, kind: Kind) -> Parts:
    """The parts of a file that hold text; UnreadableForm when it is not of this kind, or may not be opened."""
    if len(content) > LARGEST:
        raise UnreadableForm(
            f"Tệp {len(content) / 1024 / 1024:.0f} MB, lớn hơn mức 25 MB. Bỏ ảnh và trang thừa rồi gửi lại."
        )
    if not content.startswith(b"PK"):
        if not content.strip(b"\0 \r\n\t"):
            raise UnreadableForm("Tệp rỗng, không có nội dung. Đề nghị kiểm tra và gửi lại.")
        kind.refuse_foreign(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _look_into(archive, kind)
    except UnreadableForm:
        raise
    except Exception as broken:  # an archive can be broken in as many ways as there are bytes
        raise UnreadableForm(
            "Tệp bị hỏng hoặc chưa tải lên hết, không mở được. Mở lại tệp gốc, lưu lại rồi gửi lại."
        ) from broken


def unpacked_size(content: bytes, with_part: str) -> int:
    """How many bytes a package says its parts unpack to; 0 when it is none, or has no part of this name."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except Exception:  # as above
        return 0
    there = any(entry.filename == with_part for entry in entries)
    return sum(entry.file_size for entry in entries) if there else 0


_COMPOUND = b"\xd0\xcf\x11\xe0"  # Microsoft's files before 2007, and encrypted ones to this day


def is_compound(content: bytes) -> bool:
    """Whether it is a file of Office before 2007; UnreadableForm when it is a newer one under a password."""
    if not content.startswith(_COMPOUND):
        return False
    if has_stream(content, "EncryptedPackage"):
        raise UnreadableForm("Tệp có mật khẩu, không mở được. Bỏ mật khẩu mở tệp, lưu lại rồi gửi lại.")
    return True


def has_stream(content: bytes, name: str) -> bool:
    """Whether a file of Office before 2007 has a stream of this name (WordDocument)."""
    return name.encode("utf-16-le") in content


_FOREIGN = {
    b"%pdf": "tệp PDF",
    b"\x89png": "ảnh",
    b"\xff\xd8\xff": "ảnh",
    b"{\\rtf": "văn bản RTF",
    b"rar!": "tệp nén RAR",
    b"7z\xbc\xaf": "tệp nén 7z",
    b"<!doctype html": "trang web (HTML)",
    b"<html": "trang web (HTML)",
}


def foreign_name(content: bytes) -> str:
    """What a file is by its first bytes, in Vietnamese; "" when that is not known."""
    opening = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return next((kind for mark, kind in _FOREIGN.items() if opening.startswith(mark)), "")


def _look_into(archive: ZipFile, kind: Kind) -> Parts:
    entries = archive.infolist()
    # The sizes bind: this reader gives out no more bytes of a part than are declared here.
    written = [entry for entry in entries if entry.filename.lower().endswith((".xml", ".rels"))]
    if (
        len(entries) > _MOST_PARTS
        or sum(entry.file_size for entry in entries) > _MOST_BYTES
        or sum(entry.file_size for entry in written) > _MOST_XML
    ):
        raise UnreadableForm(kind.too_large)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableForm("Tệp nén có mật khẩu, không mở được. Bỏ mật khẩu rồi gửi lại.")
    kind.refuse_other(set(archive.namelist()))
    parts: dict[str, bytes] = {}
    tags = 0
    for entry in written:
        xml = _as_utf8(archive.read(entry), kind)
        tags += xml.count(b"<")
        most = kind.most_tags_of.get(entry.filename, kind.most_tags)
        if tags > kind.most_tags or xml.count(b"<") > most:
            raise UnreadableForm(kind.too_many_tags)
        parts[entry.filename] = xml
    return parts


_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([^\"']*)[\"']")


def _as_utf8(xml: bytes, kind: Kind) -> bytes:
    """A part in the one encoding in which it can be looked through; UTF-16, the other lawful one, is turned into it.

    A part with a document type is refused: no Office file has one, and entities are made there.
    """
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        xml = _DECLARATION.sub(b"", xml.decode("utf-16").encode(), count=1)
    elif xml.startswith(b"\xef\xbb\xbf"):
        xml = xml[3:]
    declared = _DECLARATION.match(xml)
    encoding = _ENCODING.search(declared[0]) if declared else None
    if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii", b"ascii"):
        raise UnreadableForm(kind.not_well_made)
    try:
        xml.decode()
    except UnicodeDecodeError as wrong:
        raise UnreadableForm(kind.not_well_made) from wrong
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableForm(kind.not_well_made)
    return xml
