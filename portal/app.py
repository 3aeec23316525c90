"""The application: pages, acts, the guard around them, and what is said when something is refused."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

import anyio
from fastapi import FastAPI
from fastapi import Request as HttpRequest
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from portal import acts, api, board_door, calendar_file, contact, explain, metrics, pages, show, signed, typed
from portal.board_ask import Answers
from portal.board_shelf import Shelf
from portal.board_view import Place
from portal.desk.access import HOME, ToTheDoor
from portal.desk.desk_page import DESK_STYLE, DESK_STYLE_NAME
from portal.desk.just_acted import JustActed
from portal.desk.routers import ROUTERS
from portal.door import House, open_house
from portal.guard import Guard
from portal.refusal import DEAD, UNREADABLE, Refusal
from portal.take_in import TOGETHER
from tasks.board.keeper import Keeper
from tasks.office import Office

LOG = logging.getLogger("dondoc.portal")
TRIPPED = "Trang gặp lỗi khi xử lý yêu cầu này. Những gì đã gửi đến máy chủ vẫn được lưu. Đề nghị thử lại sau ít phút."


def create_app(office: Office, now: Callable[[], datetime], board: Answers | None = None) -> FastAPI:
    """The agencies' page of an office; `now` is the clock it goes by. `board` answers what is asked of the board;
    without one this process does it, and no figure is older than the look."""
    app = FastAPI(title="dondoc", docs_url=None, redoc_url=None, openapi_url=None)
    house = open_house(office, now)
    app.state.house = house
    app.state.board = board or Shelf(Keeper(office.store, now), Place(office, house.base)).answer
    app.state.judging = anyio.CapacityLimiter(acts.JUDGED_AT_ONCE)
    # Threads of their own: who waits to be taken in keeps no page waiting.
    app.state.together = anyio.CapacityLimiter(TOGETHER)
    for router in (
        pages.ROUTER,
        acts.ROUTER,
        signed.ROUTER,
        typed.ROUTER,
        explain.ROUTER,
        board_door.ROUTER,
        *ROUTERS,
    ):
        app.include_router(router)
    for name, style in ((show.STYLE_NAME, show.STYLE), (DESK_STYLE_NAME, DESK_STYLE)):
        app.add_api_route(f"/{name}", partial(_style, style), methods=pages.LOOK)
    app.include_router(calendar_file.ROUTER)
    app.include_router(contact.ROUTER)
    app.include_router(metrics.ROUTER)
    app.add_api_route("/favicon.ico", _no_icon, methods=pages.LOOK)
    app.add_api_route("/robots.txt", _robots, methods=pages.LOOK)
    app.mount(api.PATH, api.create_api(house, app.state.board))
    app.add_middleware(JustActed, now=now, path=house.base + HOME)
    app.add_middleware(Guard, portal_url=office.settings.portal_url)
    _answer_refusals(app, house)
    return app


def _style(style: bytes) -> Response:
    return Response(
        style, media_type="text/css", headers={"cache-control": "public, max-age=31536000, immutable"}
    )


def _no_icon() -> Response:
    return Response(status_code=204)


def _robots() -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


def _answer_refusals(app: FastAPI, house: House) -> None:
    """Every refusal is a page with one sentence; nothing of the program's insides is in it."""

    def refuse(_http: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, Refusal)  # noqa: S101 - registered for nothing else
        return show.sentence(error.sentence, error.status, house.base)

    def unknown(_http: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        if error.status_code in (404, 405):
            return show.sentence(DEAD, 404, house.base)
        return show.sentence(UNREADABLE, error.status_code, house.base)

    def invalid(_http: HttpRequest, _error: Exception) -> Response:
        return show.sentence(DEAD, 404, house.base)

    def gone(_http: HttpRequest, _error: Exception) -> Response:
        return show.sentence(UNREADABLE, 400, house.base)  # nobody is there to read it

    def tripped(_http: HttpRequest, _error: Exception) -> Response:
        LOG.error("a page tripped")  # the traceback is the server's to log; the link is in neither
        return show.sentence(TRIPPED, 500, house.base)

    def to_the_door(_http: HttpRequest, error: Exception) -> Response:
        assert isinstance(error, ToTheDoor)  # noqa: S101
        return show.go_to(error.address)

    app.add_exception_handler(Refusal, refuse)
    app.add_exception_handler(ToTheDoor, to_the_door)
    app.add_exception_handler(HTTPException, unknown)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ClientDisconnect, gone)
    app.add_exception_handler(Exception, tripped)
