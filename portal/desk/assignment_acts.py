"""The acts on one assignment: deadline, lead of record, mark, proposal, follower, the word on a whole group."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from models.codes import ReportStatus
from models.desk import Account
from models.register import Assignment
from portal.desk.access import HOME, Desk, Leader, Officer, Unclear
from portal.desk.assignments import GONE, assignment_page
from portal.desk.desk_page import acted
from portal.refusal import Refusal
from tasks.cycle.cycles import find_cycle
from tasks.desk.following import Subjects, follow, unfollow
from tasks.registers.deadline_acts import change_deadline, undo_deadline
from tasks.registers.proposal_acts import decide_proposal
from tasks.registers.register_acts import reason_given, set_lead, set_withheld
from tasks.statuses.confirming import say_of_whole, withdraw

ROUTER = APIRouter()


@ROUTER.post(f"{HOME}/nhiem-vu/{{assignment_id}}/thoi-han")
def move_deadline(desk: Leader, assignment_id: int) -> Response:
    """Another deadline, by the document that allows it."""

    def do(session: Session, assignment: Assignment) -> None:
        change_deadline(
            session,
            assignment,
            desk.day("ngay", "Thời hạn mới"),
            number=desk.line("so"),
            signed_on=desk.day("ngay_van_ban", "Ngày văn bản"),
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
        )

    return _act(desk, assignment_id, do, "thoi-han")


@ROUTER.post(f"{HOME}/nhiem-vu/{{assignment_id}}/huy-thoi-han")
def take_deadline_back(desk: Leader, assignment_id: int) -> Response:
    """The last decision on the deadline taken back."""

    def do(session: Session, assignment: Assignment) -> None:
        undo_deadline(
            session,
            assignment,
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
            seen_revision=desk.number("lan"),
        )

    return _act(desk, assignment_id, do, "huy-thoi-han")


@ROUTER.post(f"{HOME}/nhiem-vu/{{assignment_id}}/dau-moi")
def change_lead(desk: Leader, assignment_id: int) -> Response:
    """Another lead of record, of those named."""

    def do(session: Session, assignment: Assignment) -> None:
        set_lead(
            session,
            assignment,
            desk.line("dau_moi"),
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
        )

    return _act(desk, assignment_id, do, "dau-moi")


@ROUTER.post(f"{HOME}/nhiem-vu/{{assignment_id}}/an")
def withhold(desk: Leader, assignment_id: int) -> Response:
    """Not to be put on the system, or no more so; always with why."""
    hide = desk.said.get("an") == "1"

    def do(session: Session, assignment: Assignment) -> None:
        set_withheld(
            session,
            assignment,
            withheld=hide,
            reason=reason_given(desk.text("ly_do"), "đánh dấu" if hide else "bỏ đánh dấu"),
            actor=desk.actor,
            now=desk.now,
        )

    return _act(desk, assignment_id, do, "an" if hide else "bo-an")


@ROUTER.post(f"{HOME}/nhiem-vu/{{assignment_id}}/de-xuat")
def decide(desk: Leader, assignment_id: int) -> Response:
    """What the committee decides on a proposal."""

    def do(session: Session, assignment: Assignment) -> None:
        if desk.said.get("chap_thuan") not in ("0", "1"):
            raise Unclear("Chưa chọn chấp thuận hay không chấp thuận đề xuất.")
        decide_proposal(
            session,
            assignment,
            accepted=desk.said["chap_thuan"] == "1",
            document=desk.line("van_ban"),
            why=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
        )

    return _act(desk, assignment_id, do, "de-xuat")


@ROUTER.post(f"{HOME}/nhiem-vu/{{assignment_id}}/theo-doi")
def assign(desk: Leader, assignment_id: int) -> Response:
    """Somebody to follow this assignment, or no more."""

    def do(session: Session, assignment: Assignment) -> None:
        account = session.get(Account, desk.number("tai_khoan") or 0)
        if account is None:
            raise Unclear("Chưa chọn tài khoản.")
        subjects = Subjects(assignment_ids=(assignment.id or 0,))
        act = unfollow if desk.said.get("thoi") else follow
        act(session, account, subjects, actor=desk.actor, now=desk.now)

    return _act(desk, assignment_id, do, "theo-doi")


@ROUTER.post(f"{HOME}/nhiem-vu/{{assignment_id}}/chung")
def say_whole(desk: Officer, assignment_id: int) -> Response:
    """How one that a group leads stands as a whole; or that taken back."""

    def do(session: Session, assignment: Assignment) -> None:
        cycle = find_cycle(session, desk.line("ky"))
        if desk.said.get("rut"):
            withdraw(
                session, cycle, assignment, None, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now
            )
            return
        if desk.line("trang_thai") not in list(ReportStatus):
            raise Unclear("Chưa chọn trạng thái xác nhận.")
        say_of_whole(
            session,
            cycle,
            assignment,
            ReportStatus(desk.line("trang_thai")),
            desk.day_or_none("ngay", "Ngày hoàn thành"),
            document=desk.line("van_ban"),
            note=desk.text("ghi_chu"),
            actor=desk.actor,
            now=desk.now,
        )

    return _act(desk, assignment_id, do, "rut" if desk.said.get("rut") else "chung")


def _act(desk: Desk, assignment_id: int, do: Callable[[Session, Assignment], None], done: str) -> Response:
    def on_one(session: Session) -> None:
        assignment = session.get(Assignment, assignment_id)
        if assignment is None:
            raise Refusal(404, GONE)
        do(session, assignment)

    return acted(
        desk,
        on_one,
        then=f"/nhiem-vu/{assignment_id}?xong={done}",
        otherwise=lambda fault: assignment_page(desk, assignment_id, fault=fault, status=422),
    )
