"""What is decided of one request at the desk. Every act is a POST, held, in the audit trail, and undone by another."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session, select

from models.codes import ReportWay
from models.cycle import Cycle, Request
from models.directory import Agency
from portal.desk.access import HOME, Desk, Leader, Officer, Unclear
from portal.desk.desk_page import acted
from portal.desk.extensions import extensions_page
from portal.desk.request_page import GONE, request_page
from portal.refusal import Refusal
from tasks.channels.registry import usable
from tasks.cycle.exemptions import ask_again, exempt_request
from tasks.cycle.recorded import Recording, SentFile, record_report, unrecord_report
from tasks.cycle.request_acts import decline_extension, extend_request, reset_due, revoke_link
from tasks.cycle.returns import return_report, take_back_return
from tasks.reminders.pauses import send_now

ROUTER = APIRouter()
HERE = f"{HOME}/yeu-cau/{{number}}"


@ROUTER.post(f"{HERE}/ghi-nhan/tep")
def record(desk: Officer, number: int) -> Response:
    """A report that came by a way of its own, with its scan."""

    def do(session: Session, request: Request) -> None:
        if desk.line("duong") not in list(ReportWay):
            raise Unclear("Chưa chọn báo cáo đến bằng đường nào.")
        said = Recording(
            way=ReportWay(desk.line("duong")),
            received_on=desk.day("ngay_nhan", "Ngày nhận"),
            number=desk.line("so", 200),
            dated=desk.day_or_none("ngay", "Ngày văn bản"),
            signer=desk.line("nguoi_ky", 300),
            note=desk.text("ghi_chu"),
            signed=bool(desk.said.get("ban_ky")),
        )
        sent = desk.files.get("tep")
        scan = SentFile(sent.name, sent.content) if sent else None
        record_report(session, request, said, scan=scan, actor=desk.actor, now=desk.now)

    return _act(desk, number, do, "ghi-nhan")


@ROUTER.post(f"{HERE}/huy-ghi-nhan")
def unrecord(desk: Officer, number: int) -> Response:
    """What was recorded is taken back."""
    return _act(
        desk,
        number,
        lambda session, request: unrecord_report(
            session, request, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now
        ),
        "huy-ghi-nhan",
    )


@ROUTER.post(f"{HERE}/hoan-thien")
def send_back(desk: Officer, number: int) -> Response:
    """Ask for a report to be completed."""
    return _act(
        desk,
        number,
        lambda session, request: return_report(
            session,
            request,
            desk.text("noi_dung", 4000),
            desk.day("han", "Hạn hoàn thiện"),
            actor=desk.actor,
            now=desk.now,
        ),
        "hoan-thien",
    )


@ROUTER.post(f"{HERE}/rut-hoan-thien")
def take_back(desk: Officer, number: int) -> Response:
    """It need not be completed any more."""
    return _act(
        desk,
        number,
        lambda session, request: take_back_return(
            session, request, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now
        ),
        "rut-hoan-thien",
    )


@ROUTER.post(f"{HERE}/mien")
def exempt(desk: Leader, number: int) -> Response:
    """Nothing is owed this time."""
    return _act(
        desk,
        number,
        lambda session, request: exempt_request(
            session, request, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now
        ),
        "mien",
    )


@ROUTER.post(f"{HERE}/yeu-cau-lai")
def unexempt(desk: Leader, number: int) -> Response:
    """A report is owed after all."""
    return _act(
        desk,
        number,
        lambda session, request: ask_again(
            session,
            request,
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
            until=desk.day_or_none("han", "Hạn gửi báo cáo"),
        ),
        "yeu-cau-lai",
    )


@ROUTER.post(f"{HERE}/gia-han")
def extend(desk: Officer, number: int) -> Response:
    """A later deadline, asked for or not."""

    def do(session: Session, request: Request) -> None:
        reason = _reason(desk, "gia hạn")
        extend_request(
            session, request, desk.day("den", "Hạn mới"), reason=reason, actor=desk.actor, now=desk.now
        )

    return _act(desk, number, do, "gia-han")


@ROUTER.post(f"{HERE}/khong-gia-han")
def decline(desk: Officer, number: int) -> Response:
    """No to an extension that was asked for."""

    def do(session: Session, request: Request) -> None:
        decline_extension(
            session, request, reason=_reason(desk, "không gia hạn"), actor=desk.actor, now=desk.now
        )

    return _act(desk, number, do, "khong-gia-han")


@ROUTER.post(f"{HERE}/dat-lai-han")
def move_back(desk: Officer, number: int) -> Response:
    """An extended deadline moved back to an earlier day."""
    return _act(
        desk,
        number,
        lambda session, request: reset_due(
            session,
            request,
            desk.day("den", "Hạn đặt lại"),
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
        ),
        "dat-lai-han",
    )


@ROUTER.post(f"{HERE}/nhac-ngay")
def remind(desk: Officer, number: int) -> Response:
    """One reminder now, outside the policy."""

    def do(session: Session, request: Request) -> None:
        send_now(
            session,
            session.get_one(Cycle, request.cycle_id).code,
            session.get_one(Agency, request.agency_id).code,
            reason=_reason(desk, "nhắc ngay"),
            actor=desk.actor,
            now=desk.now,
            usable=usable(desk.office.settings),
        )

    return _act(desk, number, do, "nhac-ngay")


@ROUTER.post(f"{HERE}/thu-hoi")
def revoke(desk: Officer, number: int) -> Response:
    """Make every link given out so far worthless."""

    def do(session: Session, request: Request) -> None:
        revoke_link(
            session, request, reason=_reason(desk, "thu hồi đường dẫn"), actor=desk.actor, now=desk.now
        )

    return _act(desk, number, do, "thu-hoi")


def _reason(desk: Desk, what: str) -> str:
    reason = desk.text("ly_do")
    if not any(letter.isalnum() for letter in reason):
        raise Unclear(f"Chưa ghi lý do {what}.")
    return reason


def _act(desk: Desk, number: int, do: Callable[[Session, Request], object], word: str) -> Response:
    """Do it with the request held; back to its page, or to the list of extensions where it came from."""
    from_list = desk.said.get("tu") == "gia-han"

    def on_held(session: Session) -> None:
        do(session, held_request(session, number))

    def otherwise(fault: str) -> Response:
        if from_list:
            return extensions_page(desk, fault=fault, status=422)
        return request_page(desk, number, fault=fault, status=422)

    then = f"/gia-han?xong={word}" if from_list else f"/yeu-cau/{number}?xong={word}"
    return acted(desk, on_held, then=then, otherwise=otherwise)


def held_request(session: Session, number: int) -> Request:
    """The request, held to the end of the transaction: of two who act on it at once, the second sees what the first
    did."""
    request = session.exec(select(Request).where(Request.id == number).with_for_update()).first()
    if request is None:
        raise Refusal(404, GONE)
    return request
