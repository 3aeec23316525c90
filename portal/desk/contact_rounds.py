"""Rounds of confirming contacts: started, looked at, what agencies propose accepted or not, ended."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import Session

from models.codes import ContactState
from models.rules.directory.rounds import is_over
from portal.desk.access import HOME, Desk, Officer, Reader
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from tasks.directory.contact_answers import accept_proposal, decline_proposal, proposals_waiting, seal_of
from tasks.directory.contact_rounds import (
    all_rounds,
    end_round,
    find_round,
    link_of_check,
    standings,
    start_round,
)
from tasks.directory.directory_import import changes_in_words
from tasks.directory.proposal_words import proposal_lines

ROUTER = APIRouter()
DONE = {
    "mo": "Đã mở đợt xác nhận; thư hỏi đi ở lượt gửi tới.",
    "het": "Đã kết thúc đợt xác nhận.",
    "dong-y": "Đã sửa danh bạ theo đề nghị của cơ quan.",
    "khong": "Đã ghi: không sửa theo đề nghị. Cơ quan đọc được lý do trên trang của mình.",
}
Number = Annotated[int | None, Query(ge=1, le=10**9)]


@ROUTER.api_route(f"{HOME}/danh-ba/xac-nhan", methods=LOOK)
def show_rounds(desk: Reader, xong: Word = "", dot: Number = None, loc: Word = "") -> Response:
    """The latest round, or an earlier one; who has answered what."""
    return _page(desk, done=DONE.get(xong, ""), number=dot, only=loc)


@ROUTER.post(f"{HOME}/danh-ba/xac-nhan/mo")
def start(desk: Officer) -> Response:
    """A new round; its letters go out with the next round of the sender."""

    def do(session: Session) -> None:
        start_round(session, desk.day("han", "Hạn trả lời"), actor=desk.actor, now=desk.now)

    return acted(
        desk,
        do,
        then="/danh-ba/xac-nhan?xong=mo",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


@ROUTER.post(f"{HOME}/danh-ba/xac-nhan/ket-thuc")
def end(desk: Officer) -> Response:
    """The end of the round that runs."""
    return acted(
        desk,
        lambda session: end_round(session, find_round(session), actor=desk.actor, now=desk.now),
        then="/danh-ba/xac-nhan?xong=het",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


@ROUTER.post(f"{HOME}/danh-ba/xac-nhan/{{check_id}}/dong-y")
def accept(desk: Officer, check_id: int) -> Response:
    """What an agency proposes goes into the directory."""
    return acted(
        desk,
        lambda session: accept_proposal(
            session, check_id, seen=desk.line("da_xem", 60), actor=desk.actor, now=desk.now
        ),
        then="/danh-ba/xac-nhan?xong=dong-y",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


@ROUTER.post(f"{HOME}/danh-ba/xac-nhan/{{check_id}}/khong")
def decline(desk: Officer, check_id: int) -> Response:
    """It stays out of the directory, with the reason."""
    reason = desk.text("ly_do")
    return acted(
        desk,
        lambda session: decline_proposal(
            session, check_id, reason=reason, seen=desk.line("da_xem", 60), actor=desk.actor, now=desk.now
        ),
        then="/danh-ba/xac-nhan?xong=khong",
        otherwise=lambda fault: _page(desk, fault=fault, status=422),
    )


def _page(
    desk: Desk,
    *,
    status: int = 200,
    done: str = "",
    fault: str = "",
    number: int | None = None,
    only: str = "",
) -> Response:
    with desk.store.reading() as session:
        rounds = all_rounds(session)
        found = next((one for one, _ in rounds if number in (None, one.id)), None)
        rows = standings(session, found) if found is not None else []
        waiting = [(one, proposal_lines(one), seal_of(one.check)) for one in proposals_waiting(session)]
    counts = {state: sum(row.check.state == state for row in rows) for state in ContactState}
    shown = [row for row in rows if only not in list(ContactState) or row.check.state == only]
    runs = found is not None and not is_over(found.answer_by, found.ended_at, desk.now)
    return desk_page(
        desk,
        "contact_rounds",
        status,
        done=done,
        fault=fault,
        rounds=rounds,
        found=found,
        runs=runs,
        rows=shown,
        total=len(rows),
        unasked=[row for row in rows if not row.asked],
        counts=[(state, count) for state, count in counts.items() if count],
        only=only,
        waiting=waiting,
        in_words=changes_in_words,
        linked=runs and bool(desk.office.settings.portal_url),
        links={row.check.id: link_of_check(desk.office, row.check) for row in shown} if runs else {},
    )
