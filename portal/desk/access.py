"""Who sits at the desk, and whether they may do what they ask for. Nothing of the desk is reached around this.

Every route of the desk takes `Reader`, `Officer` or `Leader`: whoever is not logged in is sent to the door, the wrong
role is refused, and a POST without its session's own word (CSRF) is refused before anything is read of it.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from time import monotonic
from typing import Annotated
from urllib.parse import quote

import anyio
from fastapi import Depends
from fastapi import Request as HttpRequest
from starlette.datastructures import UploadFile

from models.codes import DeskRole
from models.desk import Account
from models.fault import Fault
from models.rules.deadlines import read_day
from models.rules.desk.roles import may_act_as
from models.rules.text import clean, clean_lines
from portal.door import House
from portal.guard import LARGEST_FORM
from portal.refusal import TOO_LARGE, TOO_OFTEN, Refusal
from tasks.blobs import LARGEST
from tasks.desk.sessions import SEEN_EVERY, Seat, seat_of, still_there
from tasks.office import Office
from tasks.store import Store

COOKIE = "dondoc_ban"
CSRF_FIELD = "_ma"
HOME = "/thu-ky"
NOT_YOURS = "Tài khoản của đồng chí không được thực hiện thao tác này. Việc này cần vai trò: {role}."
STALE = (
    "Trang này đã mở quá lâu hoặc được mở bằng phiên làm việc khác nên chưa ghi gì. Quay lại, tải lại trang rồi thực "
    "hiện lại."
)
LOGGED_OUT = "Phiên làm việc đã hết nên chưa ghi gì. Đăng nhập lại ở {address} rồi thực hiện lại."


class ToTheDoor(Exception):
    """Ends the handling: go and log in (or change the password) first, then come back to where one wanted to go."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class Unclear(Fault):
    """Something typed that cannot be understood; the message says what and how to write it."""


@dataclass(frozen=True)
class Sent:
    """A file that was sent with a form."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Desk:
    """One request by somebody who sits at the desk."""

    house: House
    seat: Seat
    address: str  # of the network, as the server sees it
    query: str  # what stands behind the question mark
    here: str  # the path asked for
    now: datetime
    said: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, Sent] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return self.house.office

    @property
    def store(self) -> Store:
        return self.house.office.store

    @property
    def account(self) -> Account:
        return self.seat.account

    @property
    def actor(self) -> str:
        """As the audit trail names who acts."""
        return self.seat.account.actor

    @property
    def csrf(self) -> str:
        return self.seat.csrf

    @property
    def path(self) -> str:
        """Under which the desk's pages are published."""
        return self.house.base + HOME

    def may(self, role: DeskRole) -> bool:
        """Whether the account may do what this role may."""
        return may_act_as(self.account.role, role)

    def text(self, name: str, longest: int = 2000) -> str:
        """What was typed into a field, cleaned; lines are kept. "" when nothing was."""
        return clean_lines(self.said.get(name, "")[:longest])

    def line(self, name: str, longest: int = 300) -> str:
        """What was typed into a field of one line."""
        return clean(self.said.get(name, "")[:longest])

    def day(self, name: str, what: str) -> date:
        """The day typed into a field; Unclear when there is none. `what` names it: "Ngày ký"."""
        day = self.day_or_none(name, what)
        if day is None:
            raise Unclear(f"{what}: chưa ghi. Ghi ngày/tháng/năm, ví dụ 25/3/2026.")
        return day

    def day_or_none(self, name: str, what: str) -> date | None:
        """The day typed into a field, None where it is empty; Unclear when it cannot be read."""
        typed = self.line(name, 60)
        if not typed:
            return None
        day = read_day(typed)
        if day is None:
            raise Unclear(f"{what}: không hiểu “{typed}”. Ghi ngày/tháng/năm, ví dụ 25/3/2026.")
        return day

    def number(self, name: str) -> int | None:
        """The whole number of a hidden or chosen field; None where it is none."""
        typed = self.said.get(name, "").strip()
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None


def needs(role: DeskRole) -> Callable[[HttpRequest], object]:
    """The dependency that lets in whoever may act as `role`. Its attribute `role` is what tests go by."""

    async def enter(http: HttpRequest) -> Desk:
        house: House = http.app.state.house
        now = house.now()
        seat = await anyio.to_thread.run_sync(_seat, house, http, now)
        if seat is None:
            raise _logged_out(house, http)
        if not house.acts_at_desk.allows(str(seat.account.id), monotonic()):
            raise Refusal(429, TOO_OFTEN)
        given = (
            seat.account.must_change and not house.office.settings.desk_user_header
        )  # none opens with a proxy
        if given and not http.url.path.endswith(f"{HOME}/mat-khau"):
            raise ToTheDoor(f"{house.base}{HOME}/mat-khau")
        if not may_act_as(seat.account.role, role):
            raise Refusal(403, NOT_YOURS.format(role=role.label))
        desk = Desk(
            house=house,
            seat=seat,
            address=http.client.host if http.client else "",
            query=http.url.query,
            here=http.url.path,
            now=now,
        )
        return desk if http.method in ("GET", "HEAD") else await _with_form(desk, http)

    enter.role = role  # type: ignore[attr-defined]
    return enter


Reader = Annotated[Desk, Depends(needs(DeskRole.READER))]
Officer = Annotated[Desk, Depends(needs(DeskRole.OFFICER))]
Leader = Annotated[Desk, Depends(needs(DeskRole.LEADER))]


def seat_at(house: House, http: HttpRequest, now: datetime) -> Seat | None:
    """Who sits there, by the cookie; with a proxy that names its users, only if it names the same one."""
    word = http.cookies.get(COOKIE, "")
    if not word:
        return None
    office = house.office
    with office.store.reading() as session:
        seat = seat_of(session, word, office.key, now)
    named = named_by_proxy(office, http)
    return None if seat is None or (named is not None and named != seat.account.login) else seat


def named_by_proxy(office: Office, http: HttpRequest) -> str | None:
    """The login name that a trusted proxy has put into its header (single sign-on); None where no proxy names users.

    "" when the proxy names nobody, or the request does not carry the word that only the proxy knows.
    """
    header = office.settings.desk_user_header
    if not header:
        return None
    secret = office.settings.desk_proxy_secret()
    if not hmac.compare_digest(http.headers.get("x-dondoc-proxy", "").encode(), secret.encode()):
        return ""
    return http.headers.get(header, "").strip().lower()


def _seat(house: House, http: HttpRequest, now: datetime) -> Seat | None:
    seat = seat_at(house, http, now)
    if seat is not None and now >= seat.seen_at + SEEN_EVERY:
        with house.office.store.writing() as session:
            still_there(session, seat, now)
    return seat


def _logged_out(house: House, http: HttpRequest) -> Exception:
    door = f"{house.base}{HOME}/vao"
    if http.method not in ("GET", "HEAD"):
        return Refusal(401, LOGGED_OUT.format(address=door))
    wanted = http.url.path + (f"?{http.url.query}" if http.url.query else "")
    return ToTheDoor(f"{door}?den={quote(wanted)}")


async def _with_form(desk: Desk, http: HttpRequest) -> Desk:
    """The desk with what was typed and sent, once the form has shown that it is this session's own."""
    said: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    files: dict[str, Sent] = {}
    async with http.form(max_files=3, max_fields=20_000, max_part_size=LARGEST_FORM) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    if (value.size or 0) > LARGEST:
                        raise Refusal(413, TOO_LARGE)
                    plain = PurePosixPath(value.filename.replace("\\", "/")).name or "khong-ten"
                    files[name] = Sent(plain, await value.read())
                continue
            value = value.replace("\0", "")  # no database keeps it
            said.setdefault(name, value)
            lists.setdefault(name, []).append(value)
    if not hmac.compare_digest(said.pop(CSRF_FIELD, "").encode(), desk.csrf.encode()):
        raise Refusal(403, STALE)
    return Desk(
        desk.house,
        desk.seat,
        desk.address,
        desk.query,
        desk.here,
        desk.now,
        said=said,
        lists=lists,
        files=files,
    )
