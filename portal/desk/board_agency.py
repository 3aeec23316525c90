"""One agency on the board."""

from fastapi import APIRouter
from fastapi.responses import Response

from portal import board_view
from portal.desk.access import HOME, Reader
from portal.desk.board import looker_at
from portal.pages import LOOK

ROUTER = APIRouter()


@ROUTER.api_route(f"{HOME}/bang/{{code}}/co-quan/{{agency}}", methods=LOOK)
def one_agency(desk: Reader, code: str, agency: str) -> Response:
    """Its requests through the cycles, and where what it leads stands."""
    return board_view.agency_page(looker_at(desk), code, agency)
