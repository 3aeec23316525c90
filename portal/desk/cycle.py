"""One cycle: its draft with the Kính gửi list, or its requests, documents, reminders, and all that is decided of it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import Session, col, select

from models.codes import AgencyKind, CycleState, PersonRole, RequestState
from models.cycle import Cycle, CycleDocument
from models.directory import Agency, Person
from models.fault import Fault
from models.rules.policy import Regime
from models.time import local_day
from portal import show
from portal.desk.access import HOME, Desk, Leader, Officer, Reader, Unclear
from portal.desk.desk_page import acted, desk_page
from portal.desk.files import sent_back
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.blobs import bytes_of
from tasks.cycle.cycle_acts import reopen_cycle, set_urgent
from tasks.cycle.cycles import close_cycle, find_cycle, registers_of
from tasks.cycle.dispatch import undelivered
from tasks.cycle.release import add_agency, recipients
from tasks.cycle.request_rows import RequestRow, counted, narrowed, request_rows
from tasks.desk.audit_trail import Sought, acts_found
from tasks.publication.publish import latest_publication, published_sentence
from tasks.reminders.pauses import (
    pause_cycle,
    resume_cycle,
    waiting_for_release,
)
from tasks.reminders.pauses import (
    release_step as let_step_go,
)
from tasks.reminders.sweep import step_plans
from tasks.steps import Outcome, correct_step, dispatch_step, one_after_another, release_step

ROUTER = APIRouter()
HERE = f"{HOME}/ky/{{code}}"
GONE = "Không có kỳ báo cáo này."
DONE = {
    "mo": "Đã mở dự thảo kỳ báo cáo và soạn dự thảo công văn. Chưa gửi gì ra ngoài.",
    "phat-hanh": "Đã phát hành kỳ báo cáo. Bấm “Gửi yêu cầu” để gửi thư kèm biểu mẫu tới các cơ quan.",
    "gui": "Đã lập biểu mẫu và chuyển thư yêu cầu tới các cơ quan chưa nhận.",
    "them": "Đã thêm cơ quan vào danh sách Kính gửi. Bấm “Gửi yêu cầu” để gửi thư.",
    "dinh-chinh": "Đã đính chính công văn.",
    "khan": "Đã đặt kỳ khẩn: thư nhắc đi cả ngày nghỉ và ngoài giờ.",
    "thoi-khan": "Đã thôi kỳ khẩn.",
    "dong": "Đã đóng kỳ. Báo cáo đến sau vẫn được lưu và chờ xem xét.",
    "mo-lai": "Đã mở lại kỳ; cơ quan còn nợ báo cáo được nhắc lại từ đầu.",
    "tam-dung": "Đã tạm dừng nhắc trong kỳ này.",
    "nhac-lai": "Kỳ được nhắc lại từ lượt rà soát tới.",
    "duyet": "Đã duyệt; thông báo đi trong lượt gửi tới.",
}
Filter = Annotated[str, Query(max_length=120)]


@ROUTER.api_route(HERE, methods=LOOK)
def show_cycle(
    desk: Reader, code: str, xong: Word = "", trang_thai: Word = "", loai: Word = "", q: Filter = ""
) -> Response:
    """The draft and who would be asked; or who has reported, who has not."""
    return _page(desk, code, done=DONE.get(xong, ""), trang_thai=trang_thai, loai=loai, q=q)


@ROUTER.api_route(f"{HERE}/van-ban/{{number}}", methods=LOOK)
def take_document(desk: Reader, code: str, number: int) -> Response:
    """A document of the cycle as it was made or kept."""
    with desk.store.reading() as session:
        cycle = _cycle(session, code)
        document = session.exec(
            select(CycleDocument).where(CycleDocument.id == number, CycleDocument.cycle_id == cycle.id)
        ).first()
        if document is None:
            raise Refusal(404, "Không có văn bản này.")
        return sent_back(bytes_of(session, document.sha256), document.file_name)


@ROUTER.post(f"{HERE}/phat-hanh/tep")
def release(desk: Leader, code: str) -> Response:
    """Release with number, date and scan; the ticked names are asked."""

    def do() -> Outcome:
        signed_on = desk.day("ngay", "Ngày ký công văn")
        with desk.store.reading() as session:
            cycle = _cycle(session, code)
            names = recipients(session, cycle, signed_on)
            shown = {name.code for name in recipients(session, cycle, local_day(desk.now))}
        ticked = set(desk.lists.get("kinh_gui", ()))  # whom the page did not show, nobody has left out
        return release_step(
            desk.office,
            code,
            desk.line("so", 100),
            signed_on,
            desk.now,
            desk.actor,
            leave_out=[n.code for n in names if n.owes and n.code in shown and n.code not in ticked],
            also=[name.code for name in names if not name.owes and name.code in ticked],
            urgent=bool(desk.said.get("khan")),
            scan=desk.files["tep"].content if "tep" in desk.files else None,
        )

    return _step(desk, code, do, "phat-hanh")


@ROUTER.post(f"{HERE}/gui-yeu-cau")
def dispatch(desk: Officer, code: str) -> Response:
    """Write and send the forms to whoever has not got one."""
    return _step(
        desk,
        code,
        lambda: dispatch_step(desk.office, code, desk.now, one_after_another, actor=desk.actor),
        "gui",
    )


@ROUTER.post(f"{HERE}/dinh-chinh/tep")
def correct(desk: Leader, code: str) -> Response:
    """Number or date of the công văn put right, with its scan."""

    def do() -> Outcome:
        return correct_step(
            desk.office,
            code,
            desk.line("so", 100),
            desk.day("ngay", "Ngày ký công văn"),
            desk.text("ly_do"),
            desk.now,
            desk.actor,
            scan=desk.files["tep"].content if "tep" in desk.files else None,
        )

    return _step(desk, code, do, "dinh-chinh")


@ROUTER.post(f"{HERE}/them-co-quan")
def add(desk: Leader, code: str) -> Response:
    """One name more on the Kính gửi list."""

    def do(session: Session, cycle: Cycle) -> None:
        if not desk.line("co_quan", 40):
            raise Unclear("Chưa chọn cơ quan.")
        add_agency(
            session,
            cycle,
            desk.line("co_quan", 40),
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
            due=desk.day_or_none("han", "Hạn gửi báo cáo"),
        )

    return _act(desk, code, do, "them")


@ROUTER.post(f"{HERE}/khan")
def urgent(desk: Leader, code: str) -> Response:
    """Urgent, or not any more."""
    on = not desk.said.get("thoi")
    return _act(
        desk,
        code,
        lambda session, cycle: set_urgent(session, cycle, urgent=on, actor=desk.actor, now=desk.now),
        "khan" if on else "thoi-khan",
    )


@ROUTER.post(f"{HERE}/dong")
def close(desk: Leader, code: str) -> Response:
    """The end of collecting, with a reason."""

    def do(session: Session, cycle: Cycle) -> None:
        if not any(letter.isalnum() for letter in desk.text("ly_do")):
            raise Unclear("Chưa ghi lý do đóng kỳ.")
        close_cycle(session, cycle, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now)

    return _act(desk, code, do, "dong")


@ROUTER.post(f"{HERE}/mo-lai")
def reopen(desk: Leader, code: str) -> Response:
    """Collect again, till a day."""
    return _act(
        desk,
        code,
        lambda session, cycle: reopen_cycle(
            session,
            cycle,
            desk.day("den", "Thu báo cáo đến ngày"),
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
        ),
        "mo-lai",
    )


@ROUTER.post(f"{HERE}/tam-dung")
def pause(desk: Officer, code: str) -> Response:
    """Hold the reminders back."""
    return _act(
        desk,
        code,
        lambda session, _: pause_cycle(
            session, code, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now
        ),
        "tam-dung",
    )


@ROUTER.post(f"{HERE}/nhac-lai")
def resume(desk: Officer, code: str) -> Response:
    """Let the reminders go on."""
    return _act(
        desk,
        code,
        lambda session, _: resume_cycle(session, code, actor=desk.actor, now=desk.now),
        "nhac-lai",
    )


@ROUTER.post(f"{HERE}/duyet-nhac")
def let_go(desk: Leader, code: str) -> Response:
    """Let a step go that waits for a person: the slip to the leadership."""
    return _act(
        desk,
        code,
        lambda session, _: let_step_go(session, code, desk.line("buoc", 60), actor=desk.actor, now=desk.now),
        "duyet",
    )


def _act(desk: Desk, code: str, do: Callable[[Session, Cycle], object], word: str) -> Response:
    return acted(
        desk,
        lambda session: do(session, _cycle(session, code)),
        then=f"/ky/{code}?xong={word}",
        otherwise=lambda fault: _page(desk, code, fault=fault, status=422),
    )


def _step(desk: Desk, code: str, do: Callable[[], Outcome], word: str) -> Response:
    """A step that opens its own transactions."""
    with desk.store.reading() as session:
        _cycle(session, code)
    try:
        do()
    except Fault as fault:
        return _page(desk, code, fault=str(fault), status=422)
    return show.go_to(f"{desk.path}/ky/{code}?xong={word}#ket-qua")


def _unsent(session: Session, desk: Desk, cycle: Cycle, rows: Sequence[RequestRow]) -> dict[str, Any]:
    """Who has not been sent the request yet, and why where that is known."""
    planned = {row.code: row.name for row in rows if row.state is RequestState.PLANNED}
    reached = set(
        session.exec(
            select(Agency.code)
            .join(Person, col(Person.agency_id) == col(Agency.id))
            .where(
                col(Agency.code).in_(list(planned)),
                Person.role == PersonRole.OFFICER,
                col(Person.active).is_(True),
            )
        )
    )
    failed = undelivered(session, [cycle.id or 0])
    return {
        "count": len(planned),
        "nobody": [name for code, name in planned.items() if code not in reached],
        "failed": [planned[code] for code in failed if code in planned],
        "no_mail": not desk.office.settings.mail_url,
    }


def _cycle(session: Session, code: str) -> Cycle:
    try:
        return find_cycle(session, code)
    except Fault as fault:
        raise Refusal(404, GONE) from fault


def _page(
    desk: Desk,
    code: str,
    *,
    done: str = "",
    fault: str = "",
    status: int = 200,
    trang_thai: str = "",
    loai: str = "",
    q: str = "",
) -> Response:
    facts: dict[str, Any] = {}
    with desk.store.reading() as session:
        cycle = _cycle(session, code)
        regime = Regime.model_validate(cycle.policy)
        draft = cycle.state is CycleState.DRAFT
        if draft:
            facts["names"] = recipients(session, cycle, local_day(desk.now))
        else:
            rows = request_rows(session, cycle, desk.now)
            asked = {row.code for row in rows}
            facts |= {
                "all_rows": rows,
                "rows": narrowed(rows, trang_thai, loai, q),
                "counted": counted(rows),
                "unsent": _unsent(session, desk, cycle, rows),
                "others": [
                    (name.code, f"{name.name} ({name.code})")
                    for name in recipients(session, cycle, cycle.document_date or local_day(desk.now))
                    if name.code not in asked
                ],
                "kinds": [
                    (kind.value, kind.label) for kind in AgencyKind if any(r.kind is kind for r in rows)
                ],
                "waiting": [
                    (step.code, step.label, count)
                    for found, step_code, count in waiting_for_release(session)
                    if found == code
                    for step in step_plans(cycle)
                    if step.code == step_code
                ],
            }
        documents = session.exec(
            select(CycleDocument)
            .where(CycleDocument.cycle_id == cycle.id)
            .order_by(col(CycleDocument.id).desc())
        ).all()
        acts = acts_found(session, Sought(entity="cycle", entity_id=cycle.id), most=30)
        registers = registers_of(session, cycle)
        publication = latest_publication(session, cycle)
    return desk_page(
        desk,
        "cycle_draft" if draft else "cycle",
        status,
        done=done,
        fault=fault,
        cycle=cycle,
        regime=regime,
        registers=registers,
        documents=documents,
        acts=acts,
        published=published_sentence(publication) if publication is not None else "",
        filters={"trang_thai": trang_thai, "loai": loai, "q": q},
        ticked=set(desk.lists.get("kinh_gui", ())) if desk.lists else None,
        **facts,
    )
