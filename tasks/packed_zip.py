"""A zip file put together from parts that are packed already: what stands in every file is packed once a process.

The same parts give the same bytes, dated 1980-01-01. Names are ASCII, as those of Office files are.
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_VERSION, _UNIX, _DEFLATED, _FIRST_DAY = 20, 3 << 8, 8, 0x21
_MODE = 0o600 << 16


@dataclass(frozen=True)
class Part:
    """One file of a package: its name, and its content as deflate leaves it."""

    name: str
    packed: bytes
    size: int
    crc: int


def pack(name: str, content: bytes | str) -> Part:
    """A part with this content; text is written as UTF-8."""
    content = content.encode() if isinstance(content, str) else content
    packing = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Part(name, packing.compress(content) + packing.flush(), len(content), zlib.crc32(content))


def zip_of(parts: Iterable[Part]) -> bytes:
    """The parts as a zip file, in their order."""
    out, directory = bytearray(), bytearray()
    count = 0
    for part in parts:
        name = part.name.encode("ascii")
        what = (0, _DEFLATED, 0, _FIRST_DAY, part.crc, len(part.packed), part.size, len(name), 0)
        directory += (
            _CENTRAL.pack(b"PK\1\2", _VERSION | _UNIX, _VERSION, *what, 0, 0, 0, _MODE, len(out)) + name
        )
        out += _LOCAL.pack(b"PK\3\4", _VERSION, *what) + name + part.packed
        count += 1
    end = _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(out), 0)
    return bytes(out + directory + end)
