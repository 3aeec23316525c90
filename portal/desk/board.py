"""The board at the desk: a cycle at a glance, and what can be downloaded of it."""

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import Response

from portal import board_view
from portal.board_view import Looker
from portal.desk.access import HOME, Desk, Reader
from portal.desk.desk_page import desk_page
from portal.pages import LOOK

ROUTER = APIRouter()


def looker_at(desk: Desk) -> Looker:
    """Somebody of the secretariat before the board."""
    return Looker(
        office=desk.office,
        now=desk.now,
        path=f"{desk.path}/bang",
        render=lambda template, **facts: desk_page(desk, template, layout="layout.html.j2", **facts),
        at_desk=True,
    )


@ROUTER.api_route(f"{HOME}/bang", methods=LOOK)
def newest(desk: Reader, http: HttpRequest) -> Response:
    """The cycle that was released last, or the one chosen by `ky`."""
    looker = looker_at(desk)
    code = http.query_params.get("ky", "")
    return board_view.chosen(looker, code) if code else board_view.board_page(looker, "", http.query_params)


@ROUTER.api_route(f"{HOME}/bang/{{code}}", methods=LOOK)
def one_cycle(desk: Reader, http: HttpRequest, code: str) -> Response:
    """One cycle; its filters stand in the address."""
    return board_view.board_page(looker_at(desk), code, http.query_params)


@ROUTER.api_route(f"{HOME}/bang/{{code}}/tai/{{name}}", methods=LOOK)
def take(desk: Reader, http: HttpRequest, code: str, name: str) -> Response:
    """What is shown, as a file."""
    return board_view.download(looker_at(desk), code, name, http.query_params)
