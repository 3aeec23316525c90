"""The same task in two registers: candidates by likeness, links that stand, linking and unlinking."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from portal.desk.access import HOME, Desk, Leader, Reader
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from tasks.registers.link_acts import link, suggested_links, unlink
from tasks.registers.linked_lines import linked_rows
from tasks.registers.register_acts import find_assignment

ROUTER = APIRouter()
DONE = {
    "noi": "Đã nối hai nhiệm vụ; số chung chỉ tính một lần.",
    "bo-noi": "Đã bỏ nối.",
}


@ROUTER.api_route(f"{HOME}/nhiem-vu/noi", methods=LOOK)
def show_links(desk: Reader, xong: Word = "") -> Response:
    """The same task in two registers: links that stand, and candidates by likeness."""
    return _links_page(desk, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/nhiem-vu/noi")
def link_two(desk: Leader) -> Response:
    """Link two assignments, chosen by their row keys."""

    def do(session: Session) -> None:
        link(
            session,
            find_assignment(session, desk.line("mot")),
            find_assignment(session, desk.line("hai")),
            why=desk.text("can_cu"),
            actor=desk.actor,
            now=desk.now,
        )

    return acted(
        desk, do, then="/nhiem-vu/noi?xong=noi", otherwise=lambda fault: _links_page(desk, fault=fault)
    )


@ROUTER.post(f"{HOME}/nhiem-vu/bo-noi")
def unlink_two(desk: Leader) -> Response:
    """End a link, with why."""

    def do(session: Session) -> None:
        unlink(
            session,
            find_assignment(session, desk.line("mot")),
            find_assignment(session, desk.line("hai")),
            reason=desk.text("ly_do"),
            actor=desk.actor,
            now=desk.now,
        )

    return acted(
        desk, do, then="/nhiem-vu/noi?xong=bo-noi", otherwise=lambda fault: _links_page(desk, fault=fault)
    )


def _links_page(desk: Desk, *, done: str = "", fault: str = "") -> Response:
    with desk.store.reading() as session:
        links, likes = linked_rows(session), suggested_links(session)
    return desk_page(
        desk, "assignment_links", 422 if fault else 200, done=done, fault=fault, links=links, likes=likes
    )
