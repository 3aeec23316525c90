"""Confirming what agencies declare: how much waits where, and one agency's statuses with product and document."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import Session, select

from models.codes import CycleState, DeadlineKind, ReportStatus
from models.cycle import Cycle
from models.directory import Agency
from models.register import Assignment
from models.rules.form_columns import statuses_for
from models.rules.numbers import write_number
from models.rules.registers.confirmed import WordCount
from portal.desk.access import HOME, Desk, Officer, Reader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.cycle.cycles import CycleFault, find_cycle
from tasks.desk.following import read_following
from tasks.statuses.confirming import Look, confirm, correct, withdraw
from tasks.statuses.pages import agencies_waiting, agency_words, cycles_to_look_at

ROUTER = APIRouter()
Code = Annotated[str, Query(max_length=60)]
DONE = {
    "xac-nhan": "Đã xác nhận các trạng thái được chọn.",
    "khac": "Đã ghi xác nhận khác với báo cáo.",
    "rut": "Đã rút xác nhận.",
}
UNKNOWN = "Không có kỳ báo cáo hoặc cơ quan này."


@ROUTER.api_route(f"{HOME}/xac-nhan", methods=LOOK)
def show_agencies(desk: Reader, ky: Code = "", cua: Word = "") -> Response:
    """Every agency with how many of its statuses wait; of a cycle, by default the latest released."""
    with desk.store.reading() as session:
        cycles = cycles_to_look_at(session)
        cycle = next((one for one in cycles if one.code == ky), cycles[0] if cycles else None)
        following = read_following(session)
        rows = agencies_waiting(session, cycle) if cycle is not None else []
    if cua == "toi":
        rows = [row for row in rows if following.is_mine(desk.account.id or 0, row.agency.id)]
    return desk_page(
        desk,
        "statuses",
        cycles=[(one.code, one.name) for one in cycles],
        cycle=cycle,
        rows=[(row, following.who(row.agency.id)) for row in rows],
        total=WordCount(sum(row.declared for row in rows), sum(row.confirmed for row in rows)),
        mine=cua == "toi",
    )


@ROUTER.api_route(f"{HOME}/xac-nhan/{{code}}/{{agency}}", methods=LOOK)
def show_agency(desk: Reader, code: str, agency: str, xong: Word = "") -> Response:
    """One agency's declared statuses, each with its product, and a field for the document that was looked at."""
    return _page(desk, code, agency, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/xac-nhan/{{code}}/{{agency}}")
def confirm_some(desk: Officer, code: str, agency: str) -> Response:
    """Confirm the ticked statuses, or all that wait, as they are declared."""

    def do(session: Session) -> None:
        cycle, agency_id = _cycle_and_agency(session, code, agency)
        seen = desk.lists.get("dong" if desk.said.get("tat_ca") else "chon", [])
        if not seen:
            raise Unclear("Chưa chọn trạng thái nào để xác nhận.")
        together = desk.line("van_ban")
        looks = [
            Look(
                assignment_id,
                agency_id,
                report_id,
                document=desk.line(f"van_ban_{assignment_id}") or together,
            )
            for assignment_id, report_id in map(_pair, seen)
        ]
        confirm(session, cycle, looks, actor=desk.actor, now=desk.now)

    return _acted(desk, do, code, agency, "xac-nhan")


@ROUTER.post(f"{HOME}/xac-nhan/{{code}}/{{agency}}/khac")
def confirm_otherwise(desk: Officer, code: str, agency: str) -> Response:
    """Confirm one status otherwise than declared, with why."""

    def do(session: Session) -> None:
        cycle, agency_id = _cycle_and_agency(session, code, agency)
        assignment_id, report_id = _pair(desk.line("dong"))
        if desk.line("trang_thai") not in list(ReportStatus):
            raise Unclear("Chưa chọn trạng thái xác nhận.")
        look = Look(
            assignment_id, agency_id, report_id, document=desk.line("van_ban"), note=desk.text("ly_do")
        )
        correct(
            session,
            cycle,
            look,
            ReportStatus(desk.line("trang_thai")),
            desk.day_or_none("ngay", "Ngày hoàn thành"),
            actor=desk.actor,
            now=desk.now,
        )

    return _acted(desk, do, code, agency, "khac")


@ROUTER.post(f"{HOME}/xac-nhan/{{code}}/{{agency}}/rut")
def take_back(desk: Officer, code: str, agency: str) -> Response:
    """Take one confirmation back, with why."""

    def do(session: Session) -> None:
        cycle, agency_id = _cycle_and_agency(session, code, agency)
        assignment = session.get(Assignment, _pair(desk.line("dong"))[0])
        if assignment is None:
            raise Unclear("Chưa chọn nhiệm vụ.")
        withdraw(
            session,
            cycle,
            assignment,
            agency_id,
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
        )

    return _acted(desk, do, code, agency, "rut")


def _acted(desk: Desk, do: Callable[[Session], None], code: str, agency: str, done: str) -> Response:
    return acted(
        desk,
        do,
        then=f"/xac-nhan/{code}/{agency}?xong={done}",
        otherwise=lambda fault: _page(desk, code, agency, fault=fault, status=422),
    )


def _pair(written: str) -> tuple[int, int]:
    """Assignment and declaration as a field has them: 12:340."""
    one, _, other = written.partition(":")
    if not all(each.isascii() and each.isdigit() and len(each) < 16 for each in (one, other)):
        raise Unclear("Chưa chọn nhiệm vụ.")
    return int(one), int(other)


def _cycle_and_agency(session: Session, code: str, agency: str) -> tuple[Cycle, int]:
    """The cycle, and the agency's id; a dead end where there is no such cycle or agency."""
    found = session.exec(select(Agency).where(Agency.code == agency)).first()
    try:
        cycle = find_cycle(session, code)
    except CycleFault as fault:
        raise Refusal(404, UNKNOWN) from fault
    if found is None or cycle.state is CycleState.DRAFT:
        raise Refusal(404, UNKNOWN)
    return cycle, found.id or 0


def _page(
    desk: Desk, code: str, agency: str, *, done: str = "", fault: str = "", status: int = 200
) -> Response:
    with desk.store.reading() as session:
        cycle, agency_id = _cycle_and_agency(session, code, agency)
        found = session.get_one(Agency, agency_id)
        rows = agency_words(session, cycle, found.code)
        who = read_following(session).who(agency_id)
    return desk_page(
        desk,
        "agency_statuses",
        status,
        done=done,
        fault=fault,
        cycle=cycle,
        agency=found,
        rows=rows,
        who=who,
        waiting=[row for row in rows if row.report.confirmed is None],
        confirmed=[row for row in rows if row.report.confirmed is not None],
        statuses=list(dict.fromkeys(one for kind in DeadlineKind for one in statuses_for(kind))),
        open=cycle.state is CycleState.RELEASED,
        write=write_number,
        ticked=set(desk.lists.get("chon", [])),
    )
