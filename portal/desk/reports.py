"""Reports of a cycle at the desk: the drafts made, other levels and comparisons made, and everything that was made."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import StringConstraints
from sqlmodel import Session, col, select

from models.codes import CycleState
from models.cycle import Cycle
from models.fault import Fault
from models.rules.cycle_view import CycleView
from models.rules.levels.narrow import sections_of
from models.rules.registers.classes import bearers
from portal import show
from portal.desk.access import HOME, Desk, Officer, Reader, Unclear
from portal.desk.desk_page import desk_page
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.documents.kept import content_of, documents_of
from tasks.documents.levels import (
    earlier_cycles,
    write_agency_report,
    write_comparison,
    write_section_report,
)
from tasks.documents.pdf import office_program, to_pdf
from tasks.steps import consolidate_step

ROUTER = APIRouter()
Code = Annotated[str, StringConstraints(max_length=60)]
DONE = {
    "chung": "Đã lập báo cáo tổng hợp (Word) và phụ lục (Excel).",
    "co-quan": "Đã lập phiếu kết quả của cơ quan (Word, Excel).",
    "linh-vuc": "Đã lập báo cáo của lĩnh vực (Word, Excel).",
    "so-sanh": "Đã lập so sánh hai kỳ (Word, Excel).",
}
UNKNOWN = "Không có kỳ báo cáo hoặc văn bản này."


@ROUTER.api_route(f"{HOME}/bao-cao", methods=LOOK)
def show_latest(desk: Reader, ky: Annotated[str, Query(max_length=60)] = "") -> Response:
    """The reports of the cycle that was chosen, else of the latest one that was released."""
    with desk.store.reading() as session:
        cycles = _cycles(session)
    chosen = next((cycle for cycle in cycles if cycle.code == ky), cycles[0] if cycles else None)
    if chosen is None:
        return desk_page(desk, "reports_none")
    return show.go_to(f"{desk.path}/bao-cao/{chosen.code}")


@ROUTER.api_route(f"{HOME}/bao-cao/{{code}}", methods=LOOK)
def show_reports(desk: Reader, code: Code, xong: Word = "") -> Response:
    """What can be made of a cycle, and what was."""
    return _page(desk, code, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/bao-cao/{{code}}/chung")
def make_drafts(desk: Officer, code: Code) -> Response:
    """The report and its annexes, true of the cycle's own day or of another."""
    return _made(
        desk,
        code,
        "chung",
        lambda: consolidate_step(
            desk.office,
            code,
            desk.now,
            day=desk.day_or_none("ngay", "Tính đến ngày"),
            actor=desk.actor,
        ),
    )


@ROUTER.post(f"{HOME}/bao-cao/{{code}}/co-quan")
def make_agency(desk: Officer, code: Code) -> Response:
    """The sheet of one agency."""
    return _made(
        desk,
        code,
        "co-quan",
        lambda: write_agency_report(
            desk.store,
            code,
            _chosen(desk, "co_quan", "Chưa chọn cơ quan."),
            desk.office.settings.reports,
            actor=desk.actor,
            now=desk.now,
        ),
    )


@ROUTER.post(f"{HOME}/bao-cao/{{code}}/linh-vuc")
def make_section(desk: Officer, code: Code) -> Response:
    """The report of one section."""
    return _made(
        desk,
        code,
        "linh-vuc",
        lambda: write_section_report(
            desk.store,
            code,
            _chosen(desk, "linh_vuc", "Chưa chọn lĩnh vực."),
            desk.office.settings.reports,
            actor=desk.actor,
            now=desk.now,
        ),
    )


@ROUTER.post(f"{HOME}/bao-cao/{{code}}/so-sanh")
def make_comparison(desk: Officer, code: Code) -> Response:
    """The cycle held against an earlier one."""
    return _made(
        desk,
        code,
        "so-sanh",
        lambda: write_comparison(
            desk.store,
            code,
            desk.line("ky_truoc", 60),
            desk.office.settings.reports,
            actor=desk.actor,
            now=desk.now,
        ),
    )


@ROUTER.api_route(f"{HOME}/bao-cao/{{code}}/{{number:int}}", methods=LOOK)
def take_document(desk: Reader, code: Code, number: int) -> Response:
    """A document as it was made."""
    name, content = _content(desk, code, number)
    return show.download(content, name)


@ROUTER.api_route(f"{HOME}/bao-cao/{{code}}/{{number:int}}/pdf", methods=LOOK)
def take_pdf(desk: Reader, code: Code, number: int) -> Response:
    """The same as PDF, made for this download; where it cannot be made, the page says why."""
    name, content = _content(desk, code, number)
    try:
        made = to_pdf(desk.office.settings, name, content)
    except Fault as fault:
        return _page(desk, code, fault=str(fault), status=422)
    return show.download(made, f"{name.rpartition('.')[0]}.pdf")


def _made(desk: Desk, code: str, what: str, make: Callable[[], object]) -> Response:
    """Make it, then show that it is there."""
    try:
        make()
    except Fault as fault:
        return _page(desk, code, fault=str(fault), status=422)
    return show.go_to(f"{desk.path}/bao-cao/{code}?xong={what}#ket-qua")


def _chosen(desk: Desk, name: str, missing: str) -> str:
    chosen = desk.line(name, 60)
    if not chosen:
        raise Unclear(missing)
    return chosen


def _content(desk: Desk, code: str, number: int) -> tuple[str, bytes]:
    with desk.store.reading() as session:
        try:
            return content_of(session, find_cycle(session, code), number)
        except Fault as fault:
            raise Refusal(404, UNKNOWN) from fault


def _page(desk: Desk, code: str, *, done: str = "", fault: str = "", status: int = 200) -> Response:
    with desk.store.reading() as session:
        try:
            cycle = find_cycle(session, code)
        except Fault as unknown:
            raise Refusal(404, UNKNOWN) from unknown
        cycles = _cycles(session)
        draft = cycle.state is CycleState.DRAFT
        view = None if draft else read_cycle(session, cycle)
        kept = documents_of(session, cycle)
        earlier = [] if draft else earlier_cycles(session, cycle)
    return desk_page(
        desk,
        "reports",
        status,
        done=done,
        fault=fault,
        cycle=cycle,
        draft=draft,
        cycles=[(one.code, one.name) for one in cycles],
        agencies=_agencies(view) if view is not None else [],
        sections=[(one.code, f"{one.code}. {one.name}") for one in sections_of(view)]
        if view is not None
        else [],
        earlier=[(one.code, one.name) for one in earlier],
        latest=[one for one in kept if one.latest],
        older=[one for one in kept if not one.latest],
        has_pdf=office_program(desk.office.settings) is not None,
    )


def _agencies(view: CycleView) -> list[tuple[str, str]]:
    """Who leads something in the cycle or was asked, in the directory's order."""
    leading = {code for one in view.assignments if not one.withheld for code in bearers(one)}
    heard = leading | {one.agency_code for one in view.requests}
    found = sorted(
        (one for one in view.agencies if one.code in heard), key=lambda one: (one.position, one.code)
    )
    return [(one.code, one.name) for one in found]


def _cycles(session: Session) -> list[Cycle]:
    """The cycles that have something to report, the latest first."""
    return list(
        session.exec(
            select(Cycle)
            .where(Cycle.state != CycleState.DRAFT)
            .order_by(col(Cycle.as_of).desc(), col(Cycle.id).desc())
        )
    )
