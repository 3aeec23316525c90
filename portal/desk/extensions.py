"""The extensions that agencies have asked for and that nobody has decided yet."""

from fastapi import APIRouter
from fastapi.responses import Response

from models.rules.reminders.notices import time_left
from models.time import local_day
from portal.desk.access import HOME, Desk, Reader
from portal.desk.desk_page import desk_page
from portal.pages import LOOK, Word
from tasks.cycle.agency_acts import open_asks
from tasks.cycle.standing import CHASED

ROUTER = APIRouter()
DONE = {
    "gia-han": "Đã gia hạn; các bước nhắc tính lại theo hạn mới.",
    "khong-gia-han": "Đã trả lời không gia hạn; cơ quan được báo bằng thư.",
}


@ROUTER.api_route(f"{HOME}/gia-han", methods=LOOK)
def show_extensions(desk: Reader, xong: Word = "") -> Response:
    """Who asks for how much time, and why."""
    return extensions_page(desk, done=DONE.get(xong, ""))


def extensions_page(desk: Desk, *, done: str = "", fault: str = "", status: int = 200) -> Response:
    """The list; `fault` is what was wrong with a decision just tried."""
    calendar = desk.office.calendar(local_day(desk.now))
    with desk.store.reading() as session:
        asks = [
            {
                "ask": ask,
                "request": request,
                "cycle": cycle,
                "agency": agency,
                "left": time_left(request.due, calendar, desk.now),
                "off": calendar.name_of(ask.wanted),
            }
            for ask, request, cycle, agency in open_asks(session)
            if request.state in CHASED and cycle.state == "released"
        ]
    return desk_page(desk, "extensions", status, done=done, fault=fault, asks=asks)
