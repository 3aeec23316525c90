"""What a Word outline says of itself: its stamp, and which of its lines we wrote, lest these be taken for prose.

It stands twice in the document: as its custom properties, in pieces because Word cuts long ones, and as a hidden line
at its end, which survives programs that drop properties.
"""

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from pydantic import TypeAdapter, ValidationError

from models.rules.stamp import Stamp
from models.rules.text import fold

GUIDE_STYLE = "Hướng dẫn"
FIGURES_STYLE = "Số liệu dondoc"

_PIECE = 240  # letters; Word shows at most 255 in a property
_PROPERTY = re.compile(r"dondoc\.(\d{1,3})")
_HIDDEN = re.compile(r"dondoc:([\w=-]+)", re.ASCII)
_LARGEST = 1024 * 1024  # unpacked
_STAMP = TypeAdapter(Stamp)
_OWN = TypeAdapter(list[str])


@dataclass(frozen=True)
class Mark:
    """`own`: digests of the lines that we wrote."""

    stamp: Stamp
    own: frozenset[str]


@lru_cache(maxsize=2048)  # most of an outline stands in every outline
def line_digest(text: str) -> str:
    """By what a line is known again, however it was respelt or respaced."""
    return blake2b(fold(text).encode(), digest_size=5).hexdigest()


def packed_mark(stamp: Stamp, own: Iterable[str]) -> str:
    """Stamp and own lines as one word of plain letters."""
    digests = sorted({line_digest(line) for line in own})
    said = json.dumps([_STAMP.dump_python(stamp, mode="json"), digests], separators=(",", ":"))
    return urlsafe_b64encode(zlib.compress(said.encode(), 9)).decode()


def as_properties(mark: str) -> dict[str, str]:
    """The pieces by the names of the properties."""
    return {f"dondoc.{at // _PIECE + 1}": mark[at : at + _PIECE] for at in range(0, len(mark), _PIECE)}


def as_line(mark: str) -> str:
    """The hidden line."""
    return f"dondoc:{mark}"


def is_mark_line(text: str) -> bool:
    """Whether a line of the document is the hidden one."""
    return bool(_HIDDEN.fullmatch("".join(text.split())))


def mark_of(properties: Mapping[str, str], lines: Iterable[str]) -> Mark | None:
    """What the document says of itself, by its properties, else by its hidden line; None when neither can be read."""
    pieces = sorted(
        (int(found[1]), text) for name, text in properties.items() if (found := _PROPERTY.fullmatch(name))
    )
    words = ["".join(text for _, text in pieces)]
    words += [found[1] for line in lines if (found := _HIDDEN.fullmatch("".join(line.split())))]
    return next((mark for word in words if (mark := _unpacked(word))), None)


def _unpacked(word: str) -> Mark | None:
    try:
        unpacking = zlib.decompressobj()
        said = unpacking.decompress(urlsafe_b64decode(word), _LARGEST)
        if unpacking.unconsumed_tail:
            return None
        stamp, own = json.loads(said)
        return Mark(_STAMP.validate_python(stamp), frozenset(_OWN.validate_python(own)))
    except (ValueError, zlib.error, RecursionError, ValidationError):
        return None
