"""Who is sitting at the desk: a random word in a cookie, of which only the hash is kept."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.desk import Account, DeskSession
from models.rules.desk.passwords import IDLE, WHOLE
from tasks.states import record_act

SEEN_EVERY = timedelta(minutes=5)
"""How often it is written down that somebody is still there: not with every page."""
_CSRF = b"dondoc csrf 1"


@dataclass(frozen=True)
class Seat:
    """Somebody at the desk."""

    session_id: int
    account: Account
    csrf: str
    seen_at: datetime


def sit_down(session: Session, account: Account, *, address: str, now: datetime) -> str:
    """Begin a session; returns the word for the cookie."""
    word = secrets.token_urlsafe(32)
    session.add(
        DeskSession(
            token_sha256=_hash(word),
            account_id=account.id or 0,
            address=address[:60],
            made_at=now,
            seen_at=now,
        )
    )
    record_act(session, "dang-nhap", "account", account.id, actor=account.actor, now=now)
    return word


def seat_of(session: Session, word: str, key: bytes, now: datetime) -> Seat | None:
    """Who sits there with this word; None when nobody does any more."""
    found = session.exec(
        select(DeskSession, Account)
        .join(Account, col(Account.id) == col(DeskSession.account_id))
        .where(DeskSession.token_sha256 == _hash(word))
    ).first()
    if found is None:
        return None
    seat, account = found
    over = seat.ended_at is not None or now >= seat.made_at + WHOLE or now >= seat.seen_at + IDLE
    if over or not account.active:
        return None
    return Seat(seat.id or 0, account, csrf_of(word, key), seat.seen_at)


def still_there(session: Session, seat: Seat, now: datetime) -> None:
    """Put down that somebody is still at the desk."""
    session.execute(sa.update(DeskSession).where(col(DeskSession.id) == seat.session_id).values(seen_at=now))


def get_up(session: Session, seat: Seat, now: datetime) -> None:
    """Log out."""
    session.execute(sa.update(DeskSession).where(col(DeskSession.id) == seat.session_id).values(ended_at=now))
    record_act(session, "dang-xuat", "account", seat.account.id, actor=seat.account.actor, now=now)


def csrf_of(word: str, key: bytes) -> str:
    """What every form of this session carries, so that no other site can send one."""
    return hmac.new(key, _CSRF + b"\0" + word.encode(), hashlib.sha256).hexdigest()[:40]


def _hash(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
