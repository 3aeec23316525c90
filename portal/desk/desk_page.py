"""Templates of the desk to answers, and acts to redirects."""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader
from sqlmodel import Session

from models.codes import DeskRole
from models.fault import Fault
from models.time import local_day, vn_date, vn_instant
from portal import show
from portal.desk.access import Desk
from portal.desk.nav import NAV
from templates import FOLDER

DESK_STYLE = (FOLDER / "desk" / "desk.css").read_bytes()
DESK_STYLE_NAME = f"ban-{hashlib.sha256(DESK_STYLE).hexdigest()[:12]}.css"


def desk_page(
    desk: Desk, template: str, status: int = 200, *, done: str = "", fault: str = "", **facts: Any
) -> HTMLResponse:
    """A page of the desk. `fault` is what was wrong with an act just tried; what was typed for it is in `desk.said`."""
    return HTMLResponse(desk_text(desk, template, done=done, fault=fault, **facts), status_code=status)


def desk_text(desk: Desk, template: str, *, done: str = "", fault: str = "", **facts: Any) -> str:
    """A page of the desk as text."""
    shown = {
        "desk": desk,
        "base": desk.house.base,
        "path": desk.path,
        "nav": [entry for entry in NAV if desk.may(entry.role)],
        "now_words": vn_instant(desk.now),
        "today": vn_date(local_day(desk.now)),
        "done": done,
        "fault": fault,
        "said": desk.said,
        "is_officer": desk.may(DeskRole.OFFICER),
        "is_leader": desk.may(DeskRole.LEADER),
        **facts,
    }
    return desk_templates().get_template(f"{template}.html.j2").render(shown)


def acted(
    desk: Desk,
    do: Callable[[Session], object],
    *,
    then: str,
    otherwise: Callable[[str], Response],
) -> Response:
    """Do it in one transaction, then show what became of it (reloading repeats nothing); where it cannot be done,
    `otherwise` shows the page again with why, and nothing is written."""
    try:
        with desk.store.writing() as session:
            do(session)
    except Fault as fault:
        return otherwise(str(fault))
    return show.go_to(f"{desk.path}{then}#ket-qua")


@cache
def desk_templates() -> Environment:
    """The desk's templates; those of the agencies' page can be used from them."""
    environment = show.environment_of(FileSystemLoader([FOLDER / "desk", FOLDER / "web"]))
    environment.filters["day"] = lambda day: vn_date(day) if day else ""
    environment.filters["moment"] = lambda instant: vn_instant(instant) if instant else ""
    environment.globals.update(style=show.STYLE_NAME, desk_style=DESK_STYLE_NAME)
    return environment
