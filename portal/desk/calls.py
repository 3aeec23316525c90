"""The call sheet of today as a page: whom to call, the number to press, a form to write down what was said."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from models.desk_act import PhoneCall
from models.rules.directory.moments import read_moment
from models.rules.phones import dialled
from models.time import local_day, vn_date, vn_instant
from portal import show
from portal.desk.access import HOME, Desk, Officer, Reader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.directory.call_targets import CallTarget, call_targets
from tasks.directory.calls import CallFault, CallNote, calls_on, correct_call, log_call
from tasks.directory.contacts import find_agency
from tasks.documents.call_sheet_word import write_call_sheet
from tasks.reminders.call_sheet import call_sheet
from tasks.reminders.morning import sheet_name

ROUTER = APIRouter()
DONE = {
    "ghi": "Đã ghi cuộc gọi.",
    "dinh-chinh": "Đã đính chính. Cuộc gọi cũ vẫn lưu trong nhật ký.",
}
NO_CALL = "Không có cuộc gọi này trong nhật ký."


@ROUTER.api_route(f"{HOME}/goi-dien", methods=LOOK)
def show_sheet(desk: Reader, xong: Word = "") -> Response:
    """Today's sheet as it stands now, and today's calls."""
    return _page(desk, done=DONE.get(xong, ""))


@ROUTER.api_route(f"{HOME}/goi-dien/danh-sach-goi.docx", methods=LOOK)
def word_sheet(desk: Reader) -> Response:
    """The same for print, in Word."""
    with desk.store.reading() as session:
        sheet = call_sheet(session, desk.office, desk.now)
    return show.download(write_call_sheet(sheet), sheet_name(sheet.day))


@ROUTER.post(f"{HOME}/goi-dien/ghi")
def log(desk: Officer) -> Response:
    """One call of the sheet, written down."""
    return acted(
        desk,
        lambda session: log_typed(session, desk, desk.line("co_quan", 60)),
        then="/goi-dien?xong=ghi",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


@ROUTER.api_route(f"{HOME}/goi-dien/{{call_id}}/dinh-chinh", methods=LOOK)
def correction(desk: Reader, call_id: int) -> Response:
    """A call, to be put right."""
    return _correction(desk, call_id)


@ROUTER.post(f"{HOME}/goi-dien/{{call_id}}/dinh-chinh")
def correct(desk: Officer, call_id: int) -> Response:
    """The call that puts another one right; an empty day takes the promise back."""

    def do(session: Session) -> None:
        correct_call(session, call_id, _note(desk), reason=desk.text("ly_do"), actor=desk.actor, now=desk.now)

    return acted(
        desk,
        do,
        then="/goi-dien?xong=dinh-chinh",
        otherwise=lambda fault: _correction(desk, call_id, fault=fault, status=422),
    )


def log_typed(session: Session, desk: Desk, code: str) -> None:
    """Write down the call to an agency that was typed into a form."""
    log_call(
        session,
        find_agency(session, code),
        _note(desk),
        request_id=desk.number("yeu_cau"),
        actor=desk.actor,
        now=desk.now,
    )


def _note(desk: Desk) -> CallNote:
    typed = desk.line("luc", 60)
    called_at = read_moment(typed, local_day(desk.now)) if typed else None
    if typed and called_at is None:
        raise Unclear(
            f"Lúc gọi: không hiểu “{typed}”. Ghi như 8:15 hoặc 8:15 23/3/2026; để trống là vừa gọi xong."
        )
    if desk.line("ket_qua") not in ("co", "khong"):
        raise CallFault("Chưa chọn kết quả cuộc gọi: đã trao đổi hay không liên lạc được.")
    return CallNote(
        said=desk.text("noi_dung", 4000),
        answered=desk.line("ket_qua") == "co",
        promised=desk.day_or_none("hen", "Ngày hẹn nộp"),
        called_at=called_at,
        person_id=desk.number("nguoi"),
        whom=desk.line("goi_cho", 200),
        phone=desk.line("so_may", 40),
    )


def target_facts(target: CallTarget) -> dict[str, Any]:
    """What the form of a call offers at an agency."""
    return {
        "code": target.agency.code,
        "name": target.agency.name,
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "title": person.title,
                "role": person.role.label,
                "phone": person.phone,
                "dial": dialled(person.phone),
            }
            for person in target.people
        ],
        "owed": target.owed,
    }


def _page(desk: Desk, *, status: int = 200, done: str = "", fault: str = "") -> Response:
    with desk.store.reading() as session:
        sheet = call_sheet(session, desk.office, desk.now)
        targets = call_targets(session, [row.code for row in sheet.rows])
        calls = calls_on(session, sheet.day)
    return desk_page(
        desk,
        "calls",
        status,
        done=done,
        fault=fault,
        sheet=sheet,
        day=vn_date(sheet.day),
        targets={code: target_facts(target) for code, target in targets.items()},
        called=sum(row.called_today for row in sheet.rows),
        calls=calls,
    )


def _correction(desk: Desk, call_id: int, *, status: int = 200, fault: str = "") -> Response:
    with desk.store.reading() as session:
        call = session.get(PhoneCall, call_id)
        if call is None:
            raise Refusal(404, NO_CALL)
        (logged,) = [one for one in calls_on(session, local_day(call.called_at)) if one.call.id == call_id]
        target = call_targets(session, [logged.agency.code])[logged.agency.code]
    before: Mapping[str, str] = {
        "nguoi": str(call.person_id or ""),
        "goi_cho": "" if call.person_id else call.whom,
        "so_may": "" if call.person_id else call.phone,
        "ket_qua": "co" if call.answered else "khong",
        "noi_dung": call.said,
        "hen": vn_date(call.promised) if call.promised else "",
        "luc": vn_instant(call.called_at).replace(" ngày", ""),
    }
    return desk_page(
        desk,
        "call_correct",
        status,
        fault=fault,
        logged=logged,
        target=target_facts(target),
        kept=desk.said or before,
    )
