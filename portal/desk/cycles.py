"""All cycles, and a new one."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import col, func, select

from models.codes import CycleState, RequestState
from models.cycle import Cycle, Request
from models.fault import Fault
from models.time import local_day
from portal import show
from portal.desk.access import HOME, Desk, Leader, Reader
from portal.desk.desk_page import desk_page
from portal.pages import LOOK
from tasks.cycle.agency_acts import open_asks
from tasks.intake.settle import waiting_files
from tasks.reminders.pauses import waiting_for_release
from tasks.steps import open_step

ROUTER = APIRouter()


@ROUTER.api_route(f"{HOME}/ky", methods=LOOK)
def show_cycles(desk: Reader) -> Response:
    """Every cycle, the latest first, with how many have reported."""
    return _page(desk)


@ROUTER.post(f"{HOME}/ky/mo")
def open_draft(desk: Leader) -> Response:
    """Open a draft with its công văn, by the calendar or before it."""
    try:
        opened = open_step(
            desk.office,
            desk.line("ky", 40),
            desk.now,
            regime_code=desk.line("che_do", 40),
            as_of=desk.day_or_none("chot", "Ngày chốt số liệu"),
            due=desk.day_or_none("han", "Hạn của cơ quan, đơn vị"),
            urgent=bool(desk.said.get("khan")),
            actor=desk.actor,
        )
    except Fault as fault:
        return _page(desk, fault=str(fault), status=422)
    return show.go_to(f"{desk.path}/ky/{opened.cycle}?xong=mo#ket-qua")


def _page(desk: Desk, *, fault: str = "", status: int = 200) -> Response:
    with desk.store.reading() as session:
        cycles = session.exec(select(Cycle).order_by(col(Cycle.id).desc())).all()
        counts: dict[int, dict[str, int]] = {}
        for cycle_id, state, count in session.exec(
            select(Request.cycle_id, Request.state, func.count()).group_by(
                col(Request.cycle_id), col(Request.state)
            )
        ):
            counts.setdefault(cycle_id, {})[RequestState(state).value] = count
        asks, files = len(open_asks(session)), len(waiting_files(session))
        held = {code for code, _, _ in waiting_for_release(session)}
    return desk_page(
        desk,
        "cycles",
        status,
        fault=fault,
        cycles=cycles,
        counts=counts,
        held=held,
        asks=asks,
        files=files,
        today_day=local_day(desk.now),
        drafts=[cycle for cycle in cycles if cycle.state is CycleState.DRAFT],
        regimes=[(r.code, r.name) for r in desk.office.profile.regimes if r.active],
    )
