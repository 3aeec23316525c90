"""One agency in the directory: its contacts, put right by hand; how to reach it; the calls to it."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from models.codes import PersonRole
from models.directory import Agency, Alias, ContactCheck, ContactRound
from models.rules.directory.contact_fields import ABOVE, ContactFields
from models.rules.phones import dialled
from portal.desk.access import HOME, Desk, Officer, Reader, Unclear
from portal.desk.calls import log_typed, target_facts
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.directory.call_targets import call_targets
from tasks.directory.calls import calls_of
from tasks.directory.contacts import (
    add_contact,
    change_contact,
    find_agency,
    find_person,
    mend_address,
    people_at_place,
    remove_contact,
    restore_contact,
)
from tasks.directory.directory_view import last_failures

ROUTER = APIRouter()
COMMITTEE = "ban-chi-dao"
"""Stands in addresses for those who belong to no agency: the secretariat and the leadership."""
DONE = {
    "them": "Đã thêm vào danh bạ.",
    "sua": "Đã sửa danh bạ.",
    "ngung": "Đã ngừng dùng; tin chưa gửi sẽ chuyển sang người còn lại của cơ quan.",
    "lai": "Đã dùng lại.",
    "dia-chi": "Đã ghi: địa chỉ thư này dùng được.",
    "ghi": "Đã ghi cuộc gọi.",
}
NO_AGENCY = "Không có cơ quan này trong danh bạ."


@ROUTER.api_route(f"{HOME}/danh-ba/{{code}}", methods=LOOK)
def show_agency(desk: Reader, code: str, xong: Word = "") -> Response:
    """Everything that is known of how to reach an agency."""
    return _page(desk, code, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/danh-ba/{{code}}/them")
def add(desk: Officer, code: str) -> Response:
    """Somebody new."""

    def do(session: Session) -> None:
        agency = None if code == COMMITTEE else find_agency(session, code)
        add_contact(session, agency, _fields(desk), actor=desk.actor, now=desk.now)

    return _acted(desk, code, do, "them")


@ROUTER.post(f"{HOME}/danh-ba/{{code}}/goi")
def call(desk: Officer, code: str) -> Response:
    """A call to the agency."""
    return _acted(desk, code, lambda session: log_typed(session, desk, code), "ghi")


@ROUTER.post(f"{HOME}/danh-ba/{{code}}/nguoi/{{person_id}}/sua")
def change(desk: Officer, code: str, person_id: int) -> Response:
    """Another name, title, address or number."""

    def do(session: Session) -> None:
        person = find_person(session, person_id)
        change_contact(session, person, _fields(desk), actor=desk.actor, now=desk.now)

    return _acted(desk, code, do, "sua")


@ROUTER.post(f"{HOME}/danh-ba/{{code}}/nguoi/{{person_id}}/ngung")
def remove(desk: Officer, code: str, person_id: int) -> Response:
    """Out of use, with the reason."""

    def do(session: Session) -> None:
        person = find_person(session, person_id)
        remove_contact(session, person, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now)

    return _acted(desk, code, do, "ngung")


@ROUTER.post(f"{HOME}/danh-ba/{{code}}/nguoi/{{person_id}}/lai")
def restore(desk: Officer, code: str, person_id: int) -> Response:
    """Back into use."""

    def do(session: Session) -> None:
        restore_contact(session, find_person(session, person_id), actor=desk.actor, now=desk.now)

    return _acted(desk, code, do, "lai")


@ROUTER.post(f"{HOME}/danh-ba/{{code}}/nguoi/{{person_id}}/dia-chi")
def mend(desk: Officer, code: str, person_id: int) -> Response:
    """ "Địa chỉ này dùng được", with how one knows."""

    def do(session: Session) -> None:
        reason = desk.text("ly_do")
        if not reason:
            raise Unclear("Chưa ghi căn cứ xác định địa chỉ dùng được.")
        mend_address(session, find_person(session, person_id), reason=reason, actor=desk.actor, now=desk.now)

    return _acted(desk, code, do, "dia-chi")


def _acted(desk: Desk, code: str, do: Callable[[Session], None], word: str) -> Response:
    return acted(
        desk,
        do,
        then=f"/danh-ba/{quote(code)}?xong={word}",
        otherwise=lambda fault: _page(desk, code, fault=fault, status=422),
    )


def _fields(desk: Desk) -> ContactFields:
    role = desk.line("vai_tro", 20)
    if role not in list(PersonRole):
        raise Unclear("Chưa chọn vai trò.")
    return ContactFields(
        PersonRole(role),
        desk.line("ho_ten", 400),
        desk.line("chuc_vu", 400),
        desk.line("thu", 400),
        desk.line("dien_thoai", 100),
    )


def _page(desk: Desk, code: str, *, status: int = 200, done: str = "", fault: str = "") -> Response:
    with desk.store.reading() as session:
        agency = None if code == COMMITTEE else _agency(session, code)
        agency_id = agency.id if agency is not None else None
        people = people_at_place(session, agency_id)
        failures = last_failures(session, agency_id)
        names: list[str] = []
        siblings: list[Agency] = []
        check = round_of = None
        calls = []
        target = None
        if agency is not None:
            names = _names(session, agency)
            siblings = _siblings(session, agency)
            check, round_of = _last_check(session, agency)
            calls = calls_of(session, agency.id or 0)
            target = target_facts(call_targets(session, [agency.code])[agency.code])
    order = list(PersonRole)
    people.sort(key=lambda person: (order.index(person.role), person.id))
    return desk_page(
        desk,
        "directory_agency",
        status,
        done=done,
        fault=fault,
        code=code,
        agency=agency,
        people=[person for person in people if person.active],
        left=[person for person in people if not person.active],
        failures=failures,
        dial={person.id: dialled(person.phone) for person in people},
        roles=_roles(above=agency is None),
        names=names,
        siblings=siblings,
        check=check,
        round_of=round_of,
        calls=calls,
        target=target,
        typed_for=desk.here.removeprefix(f"{desk.path}/danh-ba/{code}"),
    )


def _agency(session: Session, code: str) -> Agency:
    agency = session.exec(select(Agency).where(Agency.code == code)).first()
    if agency is None:
        raise Refusal(404, NO_AGENCY)
    return agency


def _roles(*, above: bool) -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in PersonRole if (role in ABOVE) == above]


def _names(session: Session, agency: Agency) -> list[str]:
    written = session.exec(select(Alias.written).where(Alias.agency_id == agency.id).order_by(col(Alias.id)))
    return [name for name in written if name != agency.name]


def _siblings(session: Session, agency: Agency) -> list[Agency]:
    """The other committee of the same commune."""
    if not agency.locality:
        return []
    return list(
        session.exec(
            select(Agency)
            .where(Agency.locality == agency.locality, Agency.id != agency.id, col(Agency.active).is_(True))
            .order_by(col(Agency.position))
        )
    )


def _last_check(session: Session, agency: Agency) -> tuple[ContactCheck | None, ContactRound | None]:
    check = session.exec(
        select(ContactCheck).where(ContactCheck.agency_id == agency.id).order_by(col(ContactCheck.id).desc())
    ).first()
    return check, session.get(ContactRound, check.round_id) if check is not None else None
