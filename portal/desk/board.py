"""The board at the desk: a cycle at a glance, and what can be downloaded of it."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from markupsafe import Markup

from models.rules.board.board_filter import BoardFilter, read_filter
from portal import show
from portal.board_ask import Answers, Ask
from portal.board_frame import framed
from portal.desk.access import HOME, Desk, Reader
from portal.desk.desk_page import desk_text
from portal.desk.just_acted import acted_at
from portal.pages import LOOK

ROUTER = APIRouter()


def board_at(
    desk: Desk, http: HttpRequest, page: str, code: str, name: str = "", said: BoardFilter | None = None
) -> Response:
    """What the board answers somebody of the secretariat; what they have just done is in it."""
    ask: Answers = http.app.state.board
    answer = ask(Ask(page, code, name, said or BoardFilter(), at_desk=True, acted=acted_at(http)))

    def frame(title: Markup, main: Markup) -> str:
        return desk_text(desk, "board_frame", layout="layout.html.j2", title=title, main=main)

    return framed(answer, frame, f"{desk.path}/bang")


@ROUTER.api_route(f"{HOME}/bang", methods=LOOK)
def newest(desk: Reader, http: HttpRequest) -> Response:
    """The cycle that was released last, or the one chosen by `ky`."""
    code = http.query_params.get("ky", "")
    if code:
        return show.go_to(f"{desk.path}/bang/{quote(code, safe='')}")
    return board_at(desk, http, "board", "", said=read_filter(http.query_params))


@ROUTER.api_route(f"{HOME}/bang/{{code}}", methods=LOOK)
def one_cycle(desk: Reader, http: HttpRequest, code: str) -> Response:
    """One cycle; its filters stand in the address."""
    return board_at(desk, http, "board", code, said=read_filter(http.query_params))


@ROUTER.api_route(f"{HOME}/bang/{{code}}/tai/{{name}}", methods=LOOK)
def take(desk: Reader, http: HttpRequest, code: str, name: str) -> Response:
    """What is shown, as a file."""
    return board_at(desk, http, "file", code, name, read_filter(http.query_params))
