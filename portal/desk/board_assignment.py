"""One assignment on the board."""

from fastapi import APIRouter
from fastapi import Request as HttpRequest
from fastapi.responses import Response

from portal.desk.access import HOME, Reader
from portal.desk.board import board_at
from portal.pages import LOOK

ROUTER = APIRouter()


@ROUTER.api_route(f"{HOME}/bang/{{code}}/nhiem-vu/{{assignment_id}}", methods=LOOK)
def one_assignment(desk: Reader, http: HttpRequest, code: str, assignment_id: int) -> Response:
    """What was said of it in each cycle, and how its deadline moved."""
    return board_at(desk, http, "assignment", code, str(assignment_id))
