"""Bytes by their hash: stored once, found again by SHA-256."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.fault import Fault
from models.submission import Blob
from tasks.once import put_once

LARGEST = 25 * 1024 * 1024


class TooLarge(Fault):
    """More bytes than the database takes in one piece (25 MB)."""


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep_bytes(session: Session, content: bytes, now: datetime) -> str:
    """Store bytes and return their SHA-256; the same bytes are stored once. TooLarge above 25 MB."""
    if len(content) > LARGEST:
        raise TooLarge(f"Tệp {len(content) / 1024 / 1024:.1f} MB, lớn hơn mức 25 MB.")
    sha256 = digest(content)
    put_once(session, Blob(sha256=sha256, size=len(content), content=content, stored_at=now))
    return sha256


_CONTENT = select(Blob.content).where(col(Blob.sha256) == sa.bindparam("sha256"))


def bytes_of(session: Session, sha256: str) -> bytes:
    """The bytes with this hash; KeyError when they are not here."""
    content = session.exec(_CONTENT, params={"sha256": sha256}).first()
    if content is None:
        raise KeyError(sha256)
    return content
