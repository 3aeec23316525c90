"""Accounts of the desk: made, given another role, put out of use and back, locked out after wrong passwords."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session, col, select

from models.codes import DeskRole
from models.desk import Account, DeskSession
from models.fault import Fault
from models.rules.desk.passwords import LOCKED_FOR, WRONG_AT_MOST, login_fault, password_fault
from models.rules.text import clean
from tasks.once import put_once
from tasks.states import record_act

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a first password is made of: nothing that is mistaken for something else when it is read out."""


class AccountFault(Fault):
    """An act on an account that cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Made:
    """An account with the password to be handed over once; it must be changed at the first login."""

    account: Account
    password: str


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id with the library's own recommended cost (RFC 9106)


@cache
def _nobody() -> str:
    """A hash that no password opens: an unknown name takes as long to be refused as a known one."""
    return _hasher().hash(secrets.token_hex(16))


def find_account(session: Session, login: str) -> Account:
    """The account with this login name, held until the transaction ends. AccountFault lists those there are."""
    account = session.exec(
        select(Account).where(Account.login == login.strip().lower()).with_for_update()
    ).first()
    if account is None:
        known = ", ".join(session.exec(select(Account.login).order_by(col(Account.login))))
        raise AccountFault(
            f"Không có tài khoản {login!r}. "
            + (f"Các tài khoản: {known}." if known else "Chưa có tài khoản nào (dondoc account add).")
        )
    return account


def all_accounts(session: Session) -> list[Account]:
    """Every account, by login name."""
    return list(session.exec(select(Account).order_by(col(Account.login))))


def add_account(
    session: Session,
    login: str,
    name: str,
    role: DeskRole,
    *,
    email: str = "",
    actor: str,
    now: datetime,
) -> Made:
    """Make an account with a password of our own making, to be handed over once."""
    login, name = login.strip().lower(), clean(name)
    fault = login_fault(login)
    if fault:
        raise AccountFault(fault)
    if not any(letter.isalpha() for letter in name):
        raise AccountFault("Chưa ghi họ tên của người dùng tài khoản.")
    password = _fresh_password()
    account = Account(
        login=login,
        name=name[:200],
        role=role,
        email=clean(email)[:254],
        password_hash=_hasher().hash(password),
        made_at=now,
    )
    if not put_once(session, account):
        raise AccountFault(f"Đã có tài khoản {login!r}; chọn tên đăng nhập khác.")
    record_act(session, "them-tai-khoan", "account", account.id, actor=actor, now=now, after=_facts(account))
    return Made(account, password)


def change_account(
    session: Session,
    account: Account,
    *,
    name: str,
    role: DeskRole,
    email: str,
    actor: str,
    now: datetime,
) -> bool:
    """Another name, role or address; returns whether that changed anything. The last leader stays one."""
    before = _facts(account)
    if account.role is DeskRole.LEADER and role is not DeskRole.LEADER:
        _not_the_last_leader(session, account)
    if not any(letter.isalpha() for letter in name):
        raise AccountFault("Chưa ghi họ tên của người dùng tài khoản.")
    account.name, account.role, account.email = clean(name)[:200], role, clean(email)[:254]
    after = _facts(account)
    if before == after:
        return False
    session.add(account)
    record_act(
        session, "sua-tai-khoan", "account", account.id, actor=actor, now=now, before=before, after=after
    )
    return True


def disable_account(session: Session, account: Account, *, reason: str, actor: str, now: datetime) -> None:
    """Put an account out of use; whoever sits at the desk with it is logged out. Twice changes nothing."""
    if not account.active:
        return
    if account.role is DeskRole.LEADER:
        _not_the_last_leader(session, account)
    account.active = False
    session.add(account)
    end_sessions(session, account, now)
    record_act(session, "khoa-tai-khoan", "account", account.id, actor=actor, now=now, reason=reason)


def enable_account(session: Session, account: Account, *, actor: str, now: datetime) -> None:
    """Put an account into use again, or end the wait after wrong passwords."""
    if account.active and account.locked_until is None:
        return
    account.active, account.failures, account.locked_until = True, 0, None
    session.add(account)
    record_act(session, "mo-tai-khoan", "account", account.id, actor=actor, now=now)


def reset_password(session: Session, account: Account, *, actor: str, now: datetime) -> Made:
    """A new password of our own making, to be handed over once; sessions of the account end."""
    password = _fresh_password()
    account.password_hash, account.must_change = _hasher().hash(password), True
    account.failures, account.locked_until = 0, None
    session.add(account)
    end_sessions(session, account, now)
    record_act(session, "cap-lai-mat-khau", "account", account.id, actor=actor, now=now)
    return Made(account, password)


def change_password(
    session: Session, account: Account, *, old: str, new: str, again: str, now: datetime
) -> None:
    """The person's own act: the old password, and the new one twice. Other sessions of the account end."""
    if not opens(account, old):
        raise AccountFault("Mật khẩu hiện nay không đúng.")
    if new != again:
        raise AccountFault("Hai lần ghi mật khẩu mới không giống nhau.")
    if new == old:
        raise AccountFault("Mật khẩu mới phải khác mật khẩu hiện nay.")
    fault = password_fault(new, account.login, account.name)
    if fault:
        raise AccountFault(fault)
    account.password_hash, account.must_change = _hasher().hash(new), False
    session.add(account)
    end_sessions(session, account, now)
    record_act(session, "doi-mat-khau", "account", account.id, actor=account.actor, now=now)


def let_in(session: Session, login: str, password: str, now: datetime) -> Account | None:
    """The account that this name and password open, held; None when they open none, or not now.

    A wrong password is counted; too many in a row lock the account for a while, whoever asks. The caller commits in
    either case.
    """
    account = session.exec(
        select(Account).where(Account.login == clean(login).lower()[:60]).with_for_update()
    ).first()
    if account is None or not account.active:
        _verifies(_nobody(), password)
        return None
    if account.locked_until is not None and now < account.locked_until:
        _verifies(_nobody(), password)
        return None
    if not opens(account, password):
        account.failures += 1
        session.add(account)
        if account.failures >= WRONG_AT_MOST:
            account.locked_until = now + LOCKED_FOR
            record_act(
                session,
                "tam-khoa-tai-khoan",
                "account",
                account.id,
                actor=account.login,
                now=now,
                reason=f"Sai mật khẩu {account.failures} lần liên tiếp",
            )
        return None
    account.failures, account.locked_until = 0, None
    if _hasher().check_needs_rehash(account.password_hash):
        account.password_hash = _hasher().hash(password)
    session.add(account)
    return account


def opens(account: Account, password: str) -> bool:
    """Whether this is the account's password."""
    return bool(account.password_hash) and _verifies(account.password_hash, password)


def end_sessions(session: Session, account: Account, now: datetime) -> None:
    """Log the account out wherever it is logged in."""
    session.execute(
        sa.update(DeskSession)
        .where(col(DeskSession.account_id) == account.id, col(DeskSession.ended_at).is_(None))
        .values(ended_at=now)
    )


def _verifies(hashed: str, password: str) -> bool:
    try:
        return _hasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _not_the_last_leader(session: Session, account: Account) -> None:
    others = session.exec(
        select(Account.id).where(
            Account.role == DeskRole.LEADER, col(Account.active).is_(True), Account.id != account.id
        )
    ).first()
    if others is None:
        raise AccountFault(
            "Đây là tài khoản lãnh đạo Tổ Giúp việc duy nhất đang dùng; hãy thêm một tài khoản lãnh đạo khác trước."
        )


def _fresh_password() -> str:
    """80 bits in four groups, to be read out or written down."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _facts(account: Account) -> dict[str, str]:
    return {"tên đăng nhập": account.login, "họ tên": account.name, "vai trò": account.role.value}
