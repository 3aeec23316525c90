"""The board for whoever holds a link for looking: the same pages, nothing of the desk around them, nothing to press.

A wrong, a revoked and an expired link look the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from urllib.parse import quote

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import Response
from markupsafe import Markup

from models.codes import BoardLinkKind
from models.rules.board.board_filter import BoardFilter, read_filter
from models.time import vn_instant
from portal import show
from portal.board_ask import Answers, Ask
from portal.board_frame import framed_for_guest
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


def _answer(token: str, http: HttpRequest, page: str, code: str, name: str = "") -> Response:
    """Opens the door, asks, and frames what is answered. A route calls it and nothing else: one change of threads."""
    here = guest(token, http)
    ask: Answers = http.app.state.board
    answer = ask(Ask(page, code, name, _filter(page, http.query_params)))

    def frame(title: Markup, main: Markup) -> str:
        return (
            desk_templates()
            .get_template("board_frame.html.j2")
            .render(
                layout="board_layout.html.j2",
                base=here.house.base,
                issuer=here.house.office.profile.regimes[0].letter.issuer_in_text,
                now_words=vn_instant(here.now),
                title=title,
                main=main,
            )
        )

    return framed_for_guest(answer, frame, here.path, http)


def _filter(page: str, said: Mapping[str, str]) -> BoardFilter:
    return read_filter(said) if page in ("board", "file") else BoardFilter()


@ROUTER.api_route("/xem/{token}", methods=LOOK)
def newest(token: str, http: HttpRequest) -> Response:
    """The cycle that was released last, or the one chosen by `ky`."""
    code = http.query_params.get("ky", "")
    if code:
        return show.go_to(f"{guest(token, http).path}/{quote(code, safe='')}")
    return _answer(token, http, "board", "")


@ROUTER.api_route("/xem/{token}/{code}", methods=LOOK)
def one_cycle(token: str, http: HttpRequest, code: str) -> Response:
    """One cycle."""
    return _answer(token, http, "board", code)


@ROUTER.api_route("/xem/{token}/{code}/tai/{name}", methods=LOOK)
def take(token: str, http: HttpRequest, code: str, name: str) -> Response:
    """What is shown, as a file."""
    return _answer(token, http, "file", code, name)


@ROUTER.api_route("/xem/{token}/{code}/co-quan/{agency}", methods=LOOK)
def one_agency(token: str, http: HttpRequest, code: str, agency: str) -> Response:
    """One agency."""
    return _answer(token, http, "agency", code, agency)


@ROUTER.api_route("/xem/{token}/{code}/nhiem-vu/{assignment_id}", methods=LOOK)
def one_assignment(token: str, http: HttpRequest, code: str, assignment_id: int) -> Response:
    """One assignment."""
    return _answer(token, http, "assignment", code, str(assignment_id))
