"""Accounts of the desk, kept by the leader of the secretariat."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from models.codes import DeskRole
from portal.desk.access import HOME, Desk, Leader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from tasks.desk.accounts import (
    Made,
    add_account,
    all_accounts,
    change_account,
    disable_account,
    enable_account,
    find_account,
    reset_password,
)

ROUTER = APIRouter()
DONE = {
    "sua": "Đã sửa tài khoản.",
    "khoa": "Đã khóa tài khoản; mọi phiên đăng nhập của tài khoản đã kết thúc.",
    "mo": "Đã mở tài khoản.",
}


@ROUTER.api_route(f"{HOME}/tai-khoan", methods=LOOK)
def show_accounts(desk: Leader, xong: Word = "") -> Response:
    """Who may sit at the desk, as what."""
    return _page(desk, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/tai-khoan")
def add(desk: Leader) -> Response:
    """A new account; its first password is shown once, here."""

    def do(session: Session) -> Made:
        return add_account(
            session,
            desk.line("ten"),
            desk.line("ho_ten", 200),
            _role(desk),
            email=desk.line("thu", 254),
            actor=desk.actor,
            now=desk.now,
        )

    return _with_password(desk, do)


@ROUTER.post(f"{HOME}/tai-khoan/{{login}}")
def change(desk: Leader, login: str) -> Response:
    """Another name, role or address."""

    def do(session: Session) -> None:
        change_account(
            session,
            find_account(session, login),
            name=desk.line("ho_ten", 200),
            role=_role(desk),
            email=desk.line("thu", 254),
            actor=desk.actor,
            now=desk.now,
        )

    return acted(desk, do, then="/tai-khoan?xong=sua", otherwise=lambda fault: _refused(desk, fault))


@ROUTER.post(f"{HOME}/tai-khoan/{{login}}/mat-khau")
def give_password(desk: Leader, login: str) -> Response:
    """A new password for somebody who has forgotten theirs; shown once, here."""
    return _with_password(
        desk,
        lambda session: reset_password(session, find_account(session, login), actor=desk.actor, now=desk.now),
    )


@ROUTER.post(f"{HOME}/tai-khoan/{{login}}/khoa")
def disable(desk: Leader, login: str) -> Response:
    """Out of use, with the reason."""

    def do(session: Session) -> None:
        reason = desk.text("ly_do")
        if not reason:
            raise Unclear("Chưa ghi lý do khóa tài khoản.")
        disable_account(session, find_account(session, login), reason=reason, actor=desk.actor, now=desk.now)

    return acted(desk, do, then="/tai-khoan?xong=khoa", otherwise=lambda fault: _refused(desk, fault))


@ROUTER.post(f"{HOME}/tai-khoan/{{login}}/mo")
def enable(desk: Leader, login: str) -> Response:
    """Into use again, or no more waiting after wrong passwords."""
    return acted(
        desk,
        lambda session: enable_account(session, find_account(session, login), actor=desk.actor, now=desk.now),
        then="/tai-khoan?xong=mo",
        otherwise=lambda fault: _refused(desk, fault),
    )


def _role(desk: Desk) -> DeskRole:
    if desk.line("vai_tro") not in list(DeskRole):
        raise Unclear("Chưa chọn vai trò của tài khoản.")
    return DeskRole(desk.line("vai_tro"))


def _with_password(desk: Desk, do: Callable[[Session], Made]) -> Response:
    """Not a redirect: the password stands on this one page alone, and nowhere in an address."""
    made: list[Made] = []
    answer = acted(
        desk,
        lambda session: made.append(do(session)),
        then="/tai-khoan",
        otherwise=lambda fault: _refused(desk, fault),
    )
    return _page(desk, made=made[0]) if made else answer


def _refused(desk: Desk, fault: str) -> Response:
    return _page(desk, fault=fault, status=422)


def _page(
    desk: Desk, *, done: str = "", fault: str = "", made: Made | None = None, status: int = 200
) -> Response:
    with desk.store.reading() as session:
        accounts = all_accounts(session)
    return desk_page(
        desk, "accounts", status, done=done, fault=fault, accounts=accounts, made=made, roles=list(DeskRole)
    )
