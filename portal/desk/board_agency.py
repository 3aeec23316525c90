"""One agency on the board."""

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import Response

from portal.desk.access import HOME, Reader
from portal.desk.board import board_at
from portal.pages import LOOK

ROUTER = APIRouter()


@ROUTER.api_route(f"{HOME}/bang/{{code}}/co-quan/{{agency}}", methods=LOOK)
def one_agency(desk: Reader, http: HttpRequest, code: str, agency: str) -> Response:
    """Its requests through the cycles, and where what it leads stands."""
    return board_at(desk, http, "agency", code, agency)
