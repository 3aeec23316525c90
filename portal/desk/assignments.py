"""The registers' assignments: a list with filters in its address, and one assignment with everything."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import col, select

from models.codes import AssignmentClass, Basis, CycleState, DeadlineKind
from models.desk import Account
from models.rules.desk.acts import act_label
from models.rules.form_columns import statuses_for
from models.rules.numbers import write_number
from models.rules.registers.classes import classify, member_class, stands
from models.rules.registers.confirmed import confirmed_assignment
from models.rules.text import fold
from portal.desk.access import HOME, Desk, Reader
from portal.desk.desk_page import desk_page
from portal.desk.register_filters import KINDS, line_matches
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.desk.following import read_following
from tasks.registers.assignment_pages import read_assignment, read_registers

ROUTER = APIRouter()
Short = Annotated[str, Query(max_length=120)]
GONE = "Không có nhiệm vụ này."
DONE = {
    "thoi-han": "Đã điều chỉnh thời hạn; thời hạn ban đầu vẫn được giữ.",
    "huy-thoi-han": "Đã hủy lần điều chỉnh thời hạn gần nhất.",
    "dau-moi": "Đã đổi cơ quan đầu mối.",
    "an": "Đã đánh dấu không đưa lên hệ thống: không biểu mẫu, thư, trang nào của cơ quan có nhiệm vụ này nữa.",
    "bo-an": "Đã bỏ đánh dấu không đưa lên hệ thống.",
    "de-xuat": "Đã ghi quyết định về đề xuất.",
    "theo-doi": "Đã ghi phân công theo dõi.",
    "chung": "Đã ghi xác nhận chung cả nhóm.",
    "rut": "Đã rút xác nhận chung.",
}


@ROUTER.api_route(f"{HOME}/nhiem-vu", methods=LOOK)
def show_registers(
    desk: Reader,
    q: Short = "",
    danh_muc: Short = "",
    linh_vuc: Short = "",
    co_quan: Short = "",
    xep_loai: Word = "",
    loai: Word = "",
) -> Response:
    """Every assignment in force; the address keeps the filters, so that what is shown can be sent."""
    with desk.store.reading() as session:
        registers = read_registers(session, desk.now)
        following = read_following(session)
    day = registers.cycle.as_of if registers.cycle is not None else None
    rows = [
        line
        for line in registers.lines
        if line_matches(
            line,
            day,
            words=fold(q),
            register=danh_muc,
            section=linh_vuc,
            agency=co_quan,
            of_class=xep_loai,
            kind=loai,
        )
    ]
    sections: dict[str, str] = {}
    for line in registers.lines:
        if danh_muc in ("", line.facts.register.code):
            sections.setdefault(line.facts.revision.section, line.facts.revision.section_name)
    return desk_page(
        desk,
        "assignments",
        registers=registers,
        classify=classify,
        day=day,
        rows=rows,
        total=len(registers.lines),
        who={line.facts.assignment.id: following.who(None, line.facts.assignment.id) for line in rows},
        filters={
            "q": q,
            "danh_muc": danh_muc,
            "linh_vuc": linh_vuc,
            "co_quan": co_quan,
            "xep_loai": xep_loai,
            "loai": loai,
        },
        register_options=list(
            dict.fromkeys((line.facts.register.code, line.facts.register.name) for line in registers.lines)
        ),
        section_options=[(code, f"{code}. {name}") for code, name in sections.items()],
        agency_options=sorted(registers.agency_names.items(), key=lambda one: one[1]),
        class_options=[(one.value, one.label) for one in AssignmentClass],
        kind_options=list(KINDS.items()),
    )


@ROUTER.api_route(f"{HOME}/nhiem-vu/{{assignment_id}}", methods=LOOK)
def show_assignment(desk: Reader, assignment_id: int, xong: Word = "") -> Response:
    """One assignment: deadlines, who says what, confirmations, links, decisions, who did what."""
    return assignment_page(desk, assignment_id, done=DONE.get(xong, ""))


def assignment_page(
    desk: Desk, assignment_id: int, *, done: str = "", fault: str = "", status: int = 200
) -> Response:
    with desk.store.reading() as session:
        one = read_assignment(session, assignment_id)
        if one is None:
            raise Refusal(404, GONE)
        following = read_following(session)
        accounts = session.exec(
            select(Account).where(col(Account.active).is_(True)).order_by(col(Account.name))
        ).all()
    view = None if one.assignment.withheld else one.view
    day = one.cycle.as_of if one.cycle is not None else None
    classes, words = {}, []
    if view is not None and day is not None:
        confirmed = classify(confirmed_assignment(view), day)
        classes = {Basis.CONFIRMED: confirmed, Basis.DECLARED: classify(view, day)}
        words = [
            (report, member_class(view, report.agency_code, day), stands(report)) for report in view.reports
        ]
    return desk_page(
        desk,
        "assignment",
        status,
        done=done,
        fault=fault,
        one=one,
        view=view,
        day=day,
        classes=classes,
        words=words,
        followers=[
            (account_id, following.names[account_id])
            for account_id in following.assignments.get(assignment_id, ())
        ],
        accounts=[(account.id, account.name) for account in accounts],
        statuses=[
            (status.value, status.label) for status in statuses_for(DeadlineKind(one.now.deadline_kind))
        ],
        open=one.cycle is not None and one.cycle.state is CycleState.RELEASED,
        names={bearer.code: name for bearer, name in one.names.items() if bearer.kind == "agency"},
        act_label=act_label,
        write=write_number,
    )
