"""The links that open one agency's page: short, repeatable in every letter, revocable, guessed by nobody.

A token is `id-generation-code`, the code an HMAC-SHA256 over both, cut to 128 bits. The same request and generation
give the same token, so that each reminder repeats the link; raising the generation makes every link given out
before worthless. Only small letters and digits, so that no mail program cuts it and it can be read out.
"""

import hmac
import json
import re
from base64 import b32encode
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

# Keeps a code made for a link from ever being taken for a code made for something else (a form, a reply).
_PURPOSE = "dondoc link 1"
_CONTACT_PURPOSE = "dondoc contact link 1"
_TOKEN = re.compile(r"([1-9]\d{0,17})-([1-9]\d{0,8})-([a-z2-7]{26})", re.ASCII)
_CONTACT_TOKEN = re.compile(r"([1-9]\d{0,17})-([a-z2-7]{26})", re.ASCII)
_BYTES = 16

LIVES_AFTER_CLOSING = timedelta(days=60)
"""How long a link still opens after its cycle has closed."""


class Link(NamedTuple):
    """What a token says: which request, and which generation of its link."""

    request_id: int
    generation: int


def link_token(request_id: int, generation: int, key: bytes) -> str:
    """The token of a request's link in this generation, about 30 letters."""
    return f"{request_id}-{generation}-{_code(request_id, generation, key)}"


def read_token(token: str, key: bytes) -> Link | None:
    """What a token says when `key` made it, else None. Whether its generation is in force is the caller's question.

    The code is compared in constant time.
    """
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    link = Link(int(found[1]), int(found[2]))
    return link if hmac.compare_digest(found[3], _code(*link, key)) else None


def contact_token(check_id: int, key: bytes) -> str:
    """The token of the page on which an agency confirms its contacts in one round; it opens nothing else."""
    return f"{check_id}-{_mac([_CONTACT_PURPOSE, check_id], key)}"


def read_contact_token(token: str, key: bytes) -> int | None:
    """Which agency's answer in which round (ContactCheck.id) a token is for, when `key` made it, else None."""
    found = _CONTACT_TOKEN.fullmatch(token)
    if found is None:
        return None
    check_id = int(found[1])
    return check_id if hmac.compare_digest(found[2], _mac([_CONTACT_PURPOSE, check_id], key)) else None


def opens(link: Link, generation: int, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a link still opens: it is of the generation in force, and its cycle not closed for too long."""
    lives = closed_at is None or now < closed_at + LIVES_AFTER_CLOSING
    return link.generation == generation and lives


def page_address(portal_url: str, token: str) -> str:
    """The address of a request's page, from the public base address of the pages."""
    return f"{portal_url.rstrip('/')}/y/{token}"


def contact_address(portal_url: str, token: str) -> str:
    """The address of the page on which an agency confirms its contacts."""
    return f"{portal_url.rstrip('/')}/dau-moi/{token}"


def _code(request_id: int, generation: int, key: bytes) -> str:
    return _mac([_PURPOSE, request_id, generation], key)


def _mac(said: list[str | int], key: bytes) -> str:
    if not key:
        raise ValueError("thiếu khóa bí mật để lập đường dẫn")
    mac = hmac.new(key, json.dumps(said).encode(), sha256).digest()[:_BYTES]
    return b32encode(mac).decode().rstrip("=").lower()
