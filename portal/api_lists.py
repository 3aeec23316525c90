"""The interface's lists, made from the same figures as the board's pages."""

import hashlib
from collections.abc import Callable

from pydantic import BaseModel

from models.rules.board.shown import shown
from portal import api_shapes as shapes
from portal.board_ask import Answer, Ask
from tasks.board.keeper import Known

JSON = "application/json"


def _figures(_ask: Ask, known: Known) -> BaseModel:
    return shapes.figures(known.cycle, known.told, known.points)


def _agencies(ask: Ask, known: Known) -> BaseModel:
    return shapes.agencies(known.told, shown(known.told, ask.said).agencies)


def _assignments(ask: Ask, known: Known) -> BaseModel:
    return shapes.assignments(known.told, shown(known.told, ask.said).assignments)


def _indicators(_ask: Ask, known: Known) -> BaseModel:
    return shapes.indicators(known.told)


LISTS: dict[str, Callable[[Ask, Known], BaseModel]] = {
    "figures": _figures,
    "agencies": _agencies,
    "assignments": _assignments,
    "indicators": _indicators,
}


def api_list(ask: Ask, known: Known) -> Answer:
    """One of the lists, with its mark."""
    content = LISTS[ask.page](ask, known).model_dump_json().encode()
    return Answer(body=content, media=JSON, tag=mark_of(content))


def mark_of(content: bytes) -> str:
    """What changes with the content."""
    return hashlib.sha256(content).hexdigest()[:32]
