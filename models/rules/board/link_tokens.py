"""The link that opens the board for looking alone, and the key by which another system reads the same figures.

A token is `id-code`, the code an HMAC-SHA256 over a purpose of its own and the id, cut to 128 bits: it can be shown
again, is guessed by nobody, and is never taken for the link of a request, nor a page's link for a key. What ends it is
in the database: its last day, or that it was revoked.
"""

import hmac
import json
import re
from base64 import b32encode
from datetime import date
from hashlib import sha256

from models.codes import BoardLinkKind

_PURPOSE = "dondoc board 1"
_TOKEN = re.compile(r"([1-9]\d{0,17})-([a-z2-7]{26})", re.ASCII)
_BYTES = 16


def board_token(link_id: int, kind: BoardLinkKind, key: bytes) -> str:
    """The token of a link or key of the board."""
    return f"{link_id}-{_code(link_id, kind, key)}"


def read_board_token(token: str, kind: BoardLinkKind, key: bytes) -> int | None:
    """The id that a token of this kind says when `key` made it, else None. Compared in constant time."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    link_id = int(found[1])
    return link_id if hmac.compare_digest(found[2], _code(link_id, kind, key)) else None


def in_force(last_day: date | None, revoked: bool, today: date) -> bool:
    """Whether a link still opens on a local day; its last day is the last on which it does."""
    return not revoked and (last_day is None or today <= last_day)


def board_address(portal_url: str, token: str) -> str:
    """The address that a leader opens."""
    return f"{portal_url.rstrip('/')}/xem/{token}"


def _code(link_id: int, kind: BoardLinkKind, key: bytes) -> str:
    if not key:
        raise ValueError("thiếu khóa bí mật để lập đường dẫn")
    said = json.dumps([_PURPOSE, kind.value, link_id])
    mac = hmac.new(key, said.encode(), sha256).digest()[:_BYTES]
    return b32encode(mac).decode().rstrip("=").lower()
