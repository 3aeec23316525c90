"""The reporting calendar for everybody: /lich.ics, which an agency subscribes to. Dates and names of cycles alone."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi import Request as HttpRequest
from fastapi.responses import Response

from models.rules.ics import MEDIA_TYPE
from portal.door import House
from portal.pages import LOOK
from tasks.console.calendar_days import calendar_as_file

ROUTER = APIRouter()
NAME = "lich.ics"


@ROUTER.api_route(f"/{NAME}", methods=LOOK)
def calendar(http: HttpRequest, if_none_match: Annotated[str, Header(max_length=200)] = "") -> Response:
    """The calendar; a program that has it already is told so."""
    house: House = http.app.state.house
    content = calendar_as_file(house.office, house.now())
    mark = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    headers = {
        "etag": mark,
        "cache-control": "public, max-age=3600",
        "content-disposition": f'inline; filename="{NAME}"',
    }
    if mark in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
