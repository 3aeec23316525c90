"""The board for whoever holds a link for looking: the same pages, nothing of the desk around them, nothing to press.

A wrong, a revoked and an expired link look the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from fastapi.responses import HTMLResponse, Response

from models.codes import BoardLinkKind
from models.time import local_day, vn_date, vn_instant
from portal import board_view
from portal.board_view import Looker
from portal.desk.desk_page import desk_templates
from portal.door import House
from portal.pages import LOOK
from portal.refusal import TOO_OFTEN, Dead, Refusal
from tasks.board.links import link_that_opens

ROUTER = APIRouter()


@dataclass(frozen=True)
class Guest:
    """Somebody with a link that opens."""

    house: House
    token: str
    label: str
    now: datetime

    @property
    def path(self) -> str:
        return f"{self.house.base}/xem/{self.token}"


def guest(token: str, http: HttpRequest) -> Guest:
    """Opens the door, or raises Dead."""
    house: House = http.app.state.house
    now = house.now()
    with house.office.store.reading() as session:
        link = link_that_opens(session, house.office, token, BoardLinkKind.PAGE, now)
    if link is None:
        if not house.wrong.allows(http.client.host if http.client else "", monotonic()):
            raise Refusal(429, TOO_OFTEN)
        raise Dead
    if not house.looks.allows(f"xem {link.id}", monotonic()):
        raise Refusal(429, TOO_OFTEN)
    return Guest(house, token, link.label, now)


Here = Annotated[Guest, Depends(guest)]


def looker_with(here: Guest) -> Looker:
    """A guest before the board."""
    return Looker(
        office=here.house.office, now=here.now, path=here.path, render=_renderer(here), at_desk=False
    )


def _renderer(here: Guest) -> Callable[..., Response]:
    def render(template: str, **facts: Any) -> HTMLResponse:
        shown = {
            "layout": "board_layout.html.j2",
            "base": here.house.base,
            "path": here.path,
            "now_words": vn_instant(here.now),
            "today": vn_date(local_day(here.now)),
            **facts,
        }
        return HTMLResponse(desk_templates().get_template(f"{template}.html.j2").render(shown))

    return render


@ROUTER.api_route("/xem/{token}", methods=LOOK)
def newest(here: Here, http: HttpRequest) -> Response:
    """The cycle that was released last, or the one chosen by `ky`."""
    looker = looker_with(here)
    code = http.query_params.get("ky", "")
    return board_view.chosen(looker, code) if code else board_view.board_page(looker, "", http.query_params)


@ROUTER.api_route("/xem/{token}/{code}", methods=LOOK)
def one_cycle(here: Here, http: HttpRequest, code: str) -> Response:
    """One cycle."""
    return board_view.board_page(looker_with(here), code, http.query_params)


@ROUTER.api_route("/xem/{token}/{code}/tai/{name}", methods=LOOK)
def take(here: Here, http: HttpRequest, code: str, name: str) -> Response:
    """What is shown, as a file."""
    return board_view.download(looker_with(here), code, name, http.query_params)


@ROUTER.api_route("/xem/{token}/{code}/co-quan/{agency}", methods=LOOK)
def one_agency(here: Here, code: str, agency: str) -> Response:
    """One agency."""
    return board_view.agency_page(looker_with(here), code, agency)


@ROUTER.api_route("/xem/{token}/{code}/nhiem-vu/{assignment_id}", methods=LOOK)
def one_assignment(here: Here, code: str, assignment_id: int) -> Response:
    """One assignment."""
    return board_view.assignment_page(looker_with(here), code, assignment_id)
