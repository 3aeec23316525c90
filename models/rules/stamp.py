"""The stamp of an issued form: which request, which version, which rows; and the proof that we issued it.

It covers what we wrote, never what people type. A stamp that is not genuine does not make a report
worthless: it sends it to a person, together with what could be read.
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

# Keeps a code made for a form from ever being taken for a code made for something else (a link, a reply).
_PURPOSE = "dondoc form 1"


@dataclass(frozen=True)
class Stamp:
    """What a form says of itself. `mac` is the HMAC-SHA256 of all the other fields, in hexadecimal."""

    request_id: int
    version: int
    cycle_code: str
    agency_code: str
    row_keys: tuple[str, ...]
    mac: str


def sign(
    request_id: int, version: int, cycle_code: str, agency_code: str, row_keys: Sequence[str], key: bytes
) -> Stamp:
    """The stamp of a form of these rows, in this order."""
    rows = tuple(row_keys)
    mac = _mac(request_id, version, cycle_code, agency_code, rows, key)
    return Stamp(request_id, version, cycle_code, agency_code, rows, mac)


def is_genuine(stamp: Stamp, key: bytes) -> bool:
    """Whether this stamp was made with `key` and nothing in it has changed since."""
    due = _mac(stamp.request_id, stamp.version, stamp.cycle_code, stamp.agency_code, stamp.row_keys, key)
    return hmac.compare_digest(due.encode(), stamp.mac.strip().lower().encode())


def _mac(
    request_id: int, version: int, cycle_code: str, agency_code: str, row_keys: tuple[str, ...], key: bytes
) -> str:
    if not key:
        raise ValueError("thiếu khóa bí mật để ký biểu")
    # JSON, so that no two different stamps are the same bytes.
    said = json.dumps([_PURPOSE, request_id, version, cycle_code, agency_code, list(row_keys)])
    return hmac.new(key, said.encode(), sha256).hexdigest()
