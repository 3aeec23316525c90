"""Files out of a zip that somebody sent: bounded in number, bytes and time, names taken as names and never as paths.

Sizes are counted while reading, not believed from the zip's own directory: that is what a zip bomb lies about.
"""

import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath, PureWindowsPath

MOST_FILES = 50
"""More files than this are not one office's report; the zip is kept whole for a person."""
MOST_BYTES = 60 * 1024 * 1024
"""All files of one zip together."""
_MOST_ENTRIES = 5000
"""A directory of more is not even read: it costs seconds and hundreds of megabytes."""
_OFFICE_PARTS = frozenset({"[Content_Types].xml", "mimetype"})
_BOOKKEEPING = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_CHUNK = 256 * 1024


class Unopened(ValueError):
    """Why a zip was not unpacked, in Vietnamese: it is kept whole."""


@dataclass(frozen=True)
class Unpacked:
    """A file out of a zip, by its own name without folders."""

    name: str
    content: bytes


def is_archive(content: bytes) -> bool:
    """Whether these bytes are a zip of files, and not an office document (which is a zip, too)."""
    if not content.startswith(b"PK") or content.count(b"PK\x01\x02") > _MOST_ENTRIES:
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return not _OFFICE_PARTS & set(archive.namelist())
    except Exception:  # whatever a hostile directory trips: it is no zip that we open
        return False


def unpack(content: bytes, largest: int) -> tuple[Unpacked, ...]:
    """Every file of a zip, none larger than `largest` bytes. Unopened says why the zip is left whole."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = [
                info
                for info in archive.infolist()
                if not info.is_dir() and not any(mark in info.filename for mark in _BOOKKEEPING)
            ]
            if len(members) > MOST_FILES:
                raise Unopened(f"tệp nén chứa {len(members)} tệp, quá mức {MOST_FILES}")
            if not members:
                raise Unopened("tệp nén không chứa tệp nào")
            return _read(archive, members, largest)
    except Unopened:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        raise Unopened("tệp nén hỏng hoặc nén theo cách không đọc được") from None


def _read(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], largest: int) -> tuple[Unpacked, ...]:
    files = []
    left = MOST_BYTES
    for info in members:
        if info.flag_bits & _ENCRYPTED:
            raise Unopened("tệp nén có mật khẩu")
        content = _bounded(archive, info, min(left, largest))
        left -= len(content)
        files.append(Unpacked(_name(info), content))
    return tuple(files)


def _bounded(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    out = bytearray()
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            out += chunk
            if len(out) > limit:
                raise Unopened("tệp nén khi giải nén quá lớn")
    return bytes(out)


def _name(info: zipfile.ZipInfo) -> str:
    """The last part of a member's path. A name without the UTF-8 mark is in whatever code the sender's Windows
    has: UTF-8 that forgot the mark, or Vietnamese Windows-1258."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", "replace")
        for code in ("utf-8", "cp1258"):
            try:
                name = raw.decode(code)
                break
            except UnicodeDecodeError:
                continue
    return base_name(name)


def base_name(path: str) -> str:
    """The name alone of what may be a path of any system; "" when there is none."""
    name = PureWindowsPath(PurePosixPath(path.replace("\0", "")).name).name
    return unicodedata.normalize("NFC", name.strip(" ."))
