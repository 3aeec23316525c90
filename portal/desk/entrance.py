"""The door of the desk: logging in and out, one's own password."""

from collections.abc import Mapping
from time import monotonic
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from models.desk import Account
from models.rules.desk.passwords import LOCKED_FOR, SHORTEST, WRONG_AT_MOST
from portal import show
from portal.acts import texts
from portal.desk.access import COOKIE, HOME, Desk, Reader, named_by_proxy, seat_at
from portal.desk.desk_page import acted, desk_page, desk_templates
from portal.door import House
from portal.pages import LOOK
from portal.refusal import TOO_OFTEN, Refusal
from tasks.desk.accounts import change_password, find_account, let_in
from tasks.desk.sessions import get_up, sit_down

ROUTER = APIRouter()

WRONG = (
    "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản đang tạm khóa "
    f"(sai {WRONG_AT_MOST:02d} lần liên tiếp thì khóa {LOCKED_FOR.seconds // 60} phút). "
    "Quên mật khẩu: đề nghị lãnh đạo Tổ Giúp việc cấp lại."
)
UNKNOWN_HERE = (
    "Hệ thống đăng nhập chung báo tên {login!r} nhưng dondoc chưa có tài khoản đang dùng mang tên này. Đề nghị "
    "lãnh đạo Tổ Giúp việc thêm tài khoản."
)
Wanted = Annotated[str, Query(max_length=500)]


@ROUTER.api_route(f"{HOME}/vao", methods=LOOK)
def show_door(http: HttpRequest, den: Wanted = "", ra: Wanted = "") -> Response:
    """The form to log in; whoever a trusted proxy names is let in without it."""
    house: House = http.app.state.house
    named = named_by_proxy(house.office, http)
    if named:
        return _let_in_by_proxy(house, http, named, den)
    if seat_at(house, http, house.now()) is not None:
        return show.go_to(_way_in(house, den))
    return _door(house, den=den, done="Đã đăng xuất." if ra else "")


@ROUTER.post(f"{HOME}/vao")
def log_in(http: HttpRequest, said: Annotated[Mapping[str, str], Depends(texts)]) -> Response:
    """Name and password. Every try counts against the network address; wrong ones against the account."""
    house: House = http.app.state.house
    address = http.client.host if http.client else ""
    if not house.logins.allows(address, monotonic()):
        raise Refusal(429, TOO_OFTEN)
    den, now = said.get("den", "")[:500], house.now()
    login, password = said.get("ten", "")[:200], said.get("mat_khau", "")[:1000]
    word = ""
    with house.office.store.writing() as session:
        account = (
            let_in(session, login, password, now) if named_by_proxy(house.office, http) is None else None
        )
        if account is not None:
            word = sit_down(session, account, address=address, now=now)
    if not word:
        return _door(house, den=den, login=login, fault=WRONG, status=401)
    return _with_cookie(house, show.go_to(_way_in(house, den)), word)


@ROUTER.post(f"{HOME}/ra")
def log_out(desk: Reader) -> Response:
    """The session ends, here and on the server."""
    with desk.store.writing() as session:
        get_up(session, desk.seat, desk.now)
    answer = show.go_to(f"{desk.path}/vao?ra=1")
    answer.delete_cookie(COOKIE, path=_cookie_path(desk.house))
    return answer


@ROUTER.api_route(f"{HOME}/mat-khau", methods=LOOK)
def show_password(desk: Reader) -> Response:
    """One's own password."""
    return _password_page(desk)


@ROUTER.post(f"{HOME}/mat-khau")
def take_password(desk: Reader) -> Response:
    """Another password; whoever is logged in elsewhere with the old one is logged out. Whoever only sits at somebody
    else's open desk does not get to guess: tries count as those at the door do."""
    if not desk.house.logins.allows(f"mat-khau {desk.account.id}", monotonic()):
        raise Refusal(429, TOO_OFTEN)
    word = ""

    def change(session: Session) -> None:
        nonlocal word
        account = find_account(session, desk.account.login)
        change_password(
            session,
            account,
            old=desk.said.get("cu", ""),
            new=desk.said.get("moi", ""),
            again=desk.said.get("lai", ""),
            now=desk.now,
        )
        word = sit_down(session, account, address=desk.address, now=desk.now)

    answer = acted(desk, change, then="", otherwise=lambda fault: _password_page(desk, fault, 422))
    return _with_cookie(desk.house, answer, word) if word else answer


def _password_page(desk: Desk, fault: str = "", status: int = 200) -> Response:
    return desk_page(desk, "password", status, fault=fault, shortest=SHORTEST)


def _door(
    house: House, *, den: str = "", login: str = "", fault: str = "", done: str = "", status: int = 200
) -> Response:
    letter = house.office.profile.regimes[0].letter
    text = (
        desk_templates()
        .get_template("door.html.j2")
        .render(
            base=house.base,
            path=house.base + HOME,
            issuer=letter.issuer_in_text,
            den=den,
            login=login,
            fault=fault,
            done=done,
        )
    )
    return HTMLResponse(text, status_code=status)


def _let_in_by_proxy(house: House, http: HttpRequest, login: str, den: str) -> Response:
    now = house.now()
    if seat_at(house, http, now) is not None:
        return show.go_to(_way_in(house, den))
    with house.office.store.writing() as session:
        account = _active(session, login)
        if account is None:
            raise Refusal(403, UNKNOWN_HERE.format(login=login[:60]))
        word = sit_down(session, account, address=http.client.host if http.client else "", now=now)
    return _with_cookie(house, show.go_to(_way_in(house, den)), word)


def _active(session: Session, login: str) -> Account | None:
    return session.exec(select(Account).where(Account.login == login, col(Account.active).is_(True))).first()


def _way_in(house: House, wanted: str) -> str:
    """Where one wanted to go, if that is a page of the desk; nobody is sent elsewhere from here."""
    parts = urlsplit(wanted)
    home = house.base + HOME
    inside = parts.path == home or parts.path.startswith(f"{home}/")
    plain = not parts.scheme and not parts.netloc and "\\" not in wanted and ".." not in wanted
    return wanted if inside and plain and not wanted.startswith(f"{home}/vao") else home


def _with_cookie(house: House, answer: Response, word: str) -> Response:
    answer.set_cookie(
        COOKIE,
        word,
        path=_cookie_path(house),
        httponly=True,
        samesite="lax",
        secure=house.office.settings.portal_url.startswith("https://"),
    )
    return answer


def _cookie_path(house: House) -> str:
    return house.base + HOME
