"""Carrying figures to and from the central monitoring systems: a workbook out, their workbook back, what differs."""

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from sqlmodel import Session

from models.codes import DeskRole
from models.cycle import Cycle
from models.fault import Fault
from models.register import Assignment
from models.rules.board.glance import Glance
from models.rules.central.central_file import CentralSystem
from models.rules.central.central_match import Comparison
from portal import show
from portal.desk.access import HOME, Desk, Leader, Officer, Reader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK
from portal.refusal import Refusal
from tasks.board.reading import Board, shown_cycle, shown_cycles
from tasks.central.central_export import export_central
from tasks.central.central_import import (
    CentralFault,
    compare_taken,
    drop_code,
    keep_code,
    read_their_rows,
    take_workbook,
    taken_files,
)
from tasks.central.rows import codes_in_force
from tasks.central.systems import central_system, central_systems
from tasks.cycle.cycles import CycleFault
from tasks.registers.deadline_acts import change_deadline

ROUTER = APIRouter()
DONE = {
    "ma": "Đã ghi mã.",
    "bo-ma": "Đã bỏ mã.",
    "thoi-han": "Đã điều chỉnh thời hạn theo văn bản. Thời hạn ban đầu vẫn được giữ.",
    "nap": "Đã nạp tệp; mã của các dòng khớp chắc chắn đã được ghi.",
}


@ROUTER.api_route(f"{HOME}/trung-uong", methods=LOOK)
def systems(desk: Reader) -> Response:
    """The systems, what was brought in from each, and the workbook to carry there."""
    return _systems_page(desk)


@ROUTER.api_route(f"{HOME}/trung-uong/{{system}}/xuat", methods=LOOK)
def take(desk: Reader, http: HttpRequest, system: str) -> Response:
    """The workbook in the system's shape."""
    of = _system(desk, system)
    with desk.store.reading() as session:
        cycle, told = _told(desk, session, http.query_params.get("ky", ""))
        content = export_central(told, of, codes_in_force(session, of.system))
    return show.download(content, f"{of.system}-{cycle.code}.xlsx")


@ROUTER.post(f"{HOME}/trung-uong/{{system}}/tep")
def bring(desk: Officer, system: str) -> Response:
    """Their workbook is kept and held against ours."""
    of = _system(desk, system)
    sent = desk.files.get("tep")
    try:
        if sent is None:
            raise Unclear("Chưa chọn tệp.")
        with desk.store.reading() as session:
            _, told = _told(desk, session, "")
        rows = read_their_rows(sent.content, of, told.day.year)  # not while others wait to write
        with desk.store.writing() as session:
            taken = take_workbook(
                session, of, told, sent.name, sent.content, rows, actor=desk.actor, now=desk.now
            )
    except Fault as fault:
        return _systems_page(desk, fault=str(fault), status=422)
    return show.go_to(f"{desk.path}/trung-uong/{of.system}/{taken}?xong=nap#ket-qua")


@ROUTER.api_route(f"{HOME}/trung-uong/{{system}}/{{sha256}}", methods=LOOK)
def difference(desk: Reader, system: str, sha256: str, xong: str = "") -> Response:
    """One of their workbooks held against what stands now."""
    return _difference_page(desk, system, sha256, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/trung-uong/{{system}}/{{sha256}}/ma")
def name_code(desk: Officer, system: str, sha256: str) -> Response:
    """What the system calls an assignment, as a person has found."""
    of = _system(desk, system)

    def do(session: Session) -> None:
        assignment = _assignment(session, desk.number("nhiem_vu"))
        keep_code(session, of.system, assignment, desk.line("ma"), actor=desk.actor, now=desk.now)

    return acted(
        desk,
        do,
        then=f"/trung-uong/{of.system}/{sha256}?xong=ma",
        otherwise=lambda fault: _difference_page(desk, system, sha256, fault=fault, status=422),
    )


@ROUTER.post(f"{HOME}/trung-uong/{{system}}/{{sha256}}/bo-ma")
def end_code(desk: Officer, system: str, sha256: str) -> Response:
    """A code that was wrong."""
    of = _system(desk, system)

    def do(session: Session) -> None:
        assignment = _assignment(session, desk.number("nhiem_vu"))
        drop_code(session, of.system, assignment, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now)

    return acted(
        desk,
        do,
        then=f"/trung-uong/{of.system}/{sha256}?xong=bo-ma",
        otherwise=lambda fault: _difference_page(desk, system, sha256, fault=fault, status=422),
    )


@ROUTER.post(f"{HOME}/trung-uong/{{system}}/{{sha256}}/thoi-han")
def take_deadlines(desk: Leader, system: str, sha256: str) -> Response:
    """Their deadlines of the rows ticked, by the document that allows it."""
    of = _system(desk, system)

    def do(session: Session) -> None:
        chosen = {int(number) for number in desk.lists.get("nhiem_vu", []) if number.isdecimal()}
        if not chosen:
            raise Unclear("Chưa chọn nhiệm vụ nào để điều chỉnh thời hạn.")
        signed_on = desk.day("ngay", "Ngày văn bản")
        _, told = _told(desk, session, "")
        dues = {
            pair.ours.id: pair.their_due
            for pair in compare_taken(session, of, told, sha256).pairs
            if pair.their_due is not None
        }
        for assignment_id in sorted(chosen):
            due = dues.get(assignment_id)
            if due is None:
                continue  # it stands already: pressed twice
            change_deadline(
                session,
                _assignment(session, assignment_id),
                due,
                number=desk.line("so"),
                signed_on=signed_on,
                reason=f"Theo {of.name}",
                actor=desk.actor,
                now=desk.now,
            )

    return acted(
        desk,
        do,
        then=f"/trung-uong/{of.system}/{sha256}?xong=thoi-han",
        otherwise=lambda fault: _difference_page(desk, system, sha256, fault=fault, status=422),
    )


def _systems_page(desk: Desk, *, fault: str = "", status: int = 200) -> Response:
    shown = []
    said = fault
    try:
        found = central_systems(desk.office.settings.profile)
    except Fault as wrong:
        found, said = [], said or str(wrong)
    with desk.store.reading() as session:
        for system in found:
            shown.append(
                (system, taken_files(session, system.system), len(codes_in_force(session, system.system)))
            )
        cycles = [(cycle.code, cycle.name) for cycle in shown_cycles(session)]
    return desk_page(desk, "central", status, fault=said, systems=shown, cycles=cycles)


def _difference_page(
    desk: Desk, system: str, sha256: str, *, done: str = "", fault: str = "", status: int = 200
) -> Response:
    of = _system(desk, system)
    with desk.store.reading() as session:
        cycle, told = _told(desk, session, "")
        try:
            compared = compare_taken(session, of, told, sha256)
        except CentralFault as wrong:
            raise Refusal(404, str(wrong)) from wrong
        taken = next(one for one in taken_files(session, of.system) if one.sha256 == sha256)
    return desk_page(
        desk,
        "central_difference",
        status,
        done=done,
        fault=fault,
        system=of,
        taken=taken,
        cycle=cycle,
        day_of=told.day,
        compared=compared,
        dues=[pair for pair in compared.pairs if pair.their_due is not None],
        withheld=told.both.declared.withheld,
        leader=desk.may(DeskRole.LEADER),
        counts=_counts(compared),
    )


def _counts(compared: Comparison) -> list[tuple[str, int]]:
    return [
        ("Dòng khớp với nhiệm vụ của tỉnh", len(compared.pairs)),
        ("trong đó có điểm khác", len(compared.differing)),
        ("Dòng chưa khớp", len(compared.unmatched)),
        ("Nhiệm vụ của tỉnh không có trong tệp", len(compared.missing)),
    ]


def _system(desk: Desk, code: str) -> CentralSystem:
    try:
        return central_system(desk.office.settings.profile, code)
    except Fault as wrong:
        raise Refusal(404, str(wrong)) from wrong


def _told(desk: Desk, session: Session, code: str) -> tuple[Cycle, Glance]:
    try:
        cycle = shown_cycle(session, code)
    except CycleFault as wrong:
        raise Refusal(404, str(wrong)) from wrong
    return cycle, Board(desk.store, session, desk.now).glance(cycle)


def _assignment(session: Session, assignment_id: int | None) -> Assignment:
    found = session.get(Assignment, assignment_id) if assignment_id is not None else None
    if found is None or found.withheld:
        raise Unclear("Chọn nhiệm vụ của tỉnh mà dòng này nói đến.")
    return found
