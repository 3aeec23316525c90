"""`/metrics`: figures for the province's watcher (Prometheus), by a key; no person's name is in them."""

from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi import Request as HttpRequest
from fastapi.responses import Response

from models.codes import BoardLinkKind
from portal.door import House
from portal.pages import LOOK
from portal.refusal import TOO_OFTEN, Refusal
from tasks.board.links import link_that_opens
from tasks.upkeep.metrics import metrics

ROUTER = APIRouter()
KIND = "text/plain; version=0.0.4; charset=utf-8"
NO_KEY = "Cần khóa kết nối (Authorization: Bearer …)."


@ROUTER.api_route("/metrics", methods=LOOK)
def show_metrics(http: HttpRequest, authorization: Annotated[str, Header()] = "") -> Response:
    """The figures as they stand now."""
    house: House = http.app.state.house
    now = house.now()
    word, _, key = authorization.partition(" ")
    with house.office.store.reading() as session:
        known = word.lower() == "bearer" and link_that_opens(
            session, house.office, key.strip(), BoardLinkKind.API, now
        )
        if known:
            return Response(metrics(session, now), media_type=KIND)
    if not house.wrong.allows(http.client.host if http.client else "", monotonic()):
        raise Refusal(429, TOO_OFTEN)
    raise Refusal(401, NO_KEY)
