"""Files that wait for a person: looked at, placed, or set aside."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, CycleState
from models.cycle import Cycle
from models.directory import Agency
from models.fault import Fault
from models.rules.text import fold
from models.rules.ways import WAYS
from models.submission import Arrival
from portal import show
from portal.desk.access import HOME, Desk, Officer, Reader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.desk.files import sent_back
from portal.desk.request_acts import held_request
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.blobs import bytes_of
from tasks.cycle.recorded import Recording
from tasks.cycle.request_acts import requests_of
from tasks.intake.settle import (
    dismiss,
    held_waiting,
    recording_of,
    settle_as_recorded,
    settle_as_report,
    settle_as_signed,
    undismiss,
    waiting_files,
)

ROUTER = APIRouter()
HERE = f"{HOME}/tep-den/{{number}}"
GONE = "Không có tệp này."
REPORT, RECORDED, SIGNED = "bao-cao", "ghi-nhan", "ban-ky"
KINDS = (
    (REPORT, "Biểu số liệu hoặc đề cương lời văn"),
    (RECORDED, "Bản quét báo cáo: ghi nhận thay, chờ số liệu"),
    (SIGNED, "Báo cáo đã ký (PDF)"),
)
DONE = {
    "xep": "Đã xếp tệp cho cơ quan; người gửi được trả lời như mọi báo cáo.",
    "bo-qua": "Đã ghi: không tính là báo cáo. Tệp vẫn được lưu.",
    "xem-lai": "Đã đưa tệp trở lại danh sách chờ.",
}
MOST_DISMISSED = 30


@ROUTER.api_route(f"{HOME}/tep-den", methods=LOOK)
def show_files(desk: Reader, xong: Word = "") -> Response:
    """What waits, the oldest first, and what was set aside of late."""
    return _page(desk, done=DONE.get(xong, ""))


@ROUTER.api_route(f"{HERE}/tai", methods=LOOK)
def take_file(desk: Reader, number: int) -> Response:
    """The file as it came."""
    with desk.store.reading() as session:
        arrival = session.get(Arrival, number)
        if arrival is None:
            raise Refusal(404, GONE)
        return sent_back(bytes_of(session, arrival.sha256), arrival.file_name)


@ROUTER.post(f"{HERE}/xep")
def settle(desk: Officer, number: int) -> Response:
    """Say whose it is, and as what."""
    try:
        kind = desk.line("la")
        with desk.store.reading() as session:
            request_id = _request_id(session, desk.line("ky", 60), desk.line("co_quan"))
        if kind == REPORT:
            settle_as_report(desk.store, number, request_id, actor=desk.actor, now=desk.now)
        elif kind in (RECORDED, SIGNED):
            function = settle_as_signed if kind == SIGNED else settle_as_recorded
            with desk.store.writing() as session:
                request = held_request(session, request_id)
                said = _said(desk, held_waiting(session, number))
                function(session, number, request, said, actor=desk.actor, now=desk.now)
        else:
            raise Unclear("Chưa chọn tệp này là gì.")
    except Fault as fault:
        return _page(desk, fault=str(fault), status=422, failed=number)
    return show.go_to(f"{desk.path}/yeu-cau/{request_id}?xong=xep#ket-qua")


@ROUTER.post(f"{HERE}/bo-qua")
def set_aside(desk: Officer, number: int) -> Response:
    """It is no report; it is kept."""
    return acted(
        desk,
        lambda session: dismiss(session, number, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now),
        then="/tep-den?xong=bo-qua",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


@ROUTER.post(f"{HERE}/xem-lai")
def look_again(desk: Officer, number: int) -> Response:
    """It waits again."""
    return acted(
        desk,
        lambda session: undismiss(session, number, actor=desk.actor, now=desk.now),
        then="/tep-den?xong=xem-lai",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


def _said(desk: Desk, arrival: Arrival) -> Recording:
    return recording_of(
        arrival,
        number=desk.line("so", 200),
        dated=desk.day_or_none("ngay", "Ngày văn bản"),
        signer=desk.line("nguoi_ky", 300),
        note="",
    )


def _request_id(session: Session, cycle_code: str, typed: str) -> int:
    """The request of an agency that was typed by code or by its whole name; nothing is guessed."""
    if not typed:
        raise Unclear("Chưa chọn cơ quan.")
    agencies = session.exec(select(Agency)).all()
    found = [a for a in agencies if fold(typed) in (fold(a.code), fold(a.name))]
    if len(found) != 1:
        raise Unclear(f"Không có cơ quan nào mang mã hoặc tên “{typed}”. Chọn trong danh sách gợi ý.")
    (request_id,) = requests_of(session, cycle_code, found[0].code)
    return request_id


def _page(
    desk: Desk, *, done: str = "", fault: str = "", status: int = 200, failed: int | None = None
) -> Response:
    with desk.store.reading() as session:
        files = waiting_files(session)
        dismissed = waiting_files(session, ArrivalVerdict.DISMISSED, MOST_DISMISSED)
        cycles = session.exec(
            select(Cycle).where(Cycle.state != CycleState.DRAFT).order_by(col(Cycle.id).desc())
        ).all()
        agencies = session.exec(select(Agency).order_by(col(Agency.position))).all() if files else []
    return desk_page(
        desk,
        "arrivals",
        status,
        done=done,
        fault=fault,
        files=files,
        dismissed=dismissed,
        cycles=[(cycle.code, cycle.name) for cycle in cycles],
        agencies=[(agency.code, agency.name) for agency in agencies if agency.active],
        kinds=KINDS,
        ways=WAYS,
        typed=bool(fault),
        failed=failed,
    )
