"""The audit trail: looked through by who, what and when; taken along as a file."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from models.rules.deadlines import read_day
from models.rules.desk.acts import act_label
from portal.desk.access import HOME, Leader, Reader
from portal.desk.desk_page import desk_page
from portal.pages import LOOK
from tasks.desk.audit_trail import PAGE, Sought, actors, acts_as_csv, acts_done, acts_found

ROUTER = APIRouter()
Short = Annotated[str, Query(max_length=260)]


def _sought(nguoi: str, viec: str, tu: str, den: str, loai: str, so: str) -> Sought:
    return Sought(
        actor=nguoi,
        act=viec,
        first_day=read_day(tu),
        last_day=read_day(den),
        entity=loai,
        entity_id=int(so) if so.isascii() and so.isdigit() and len(so) < 16 else None,
    )


@ROUTER.api_route(f"{HOME}/nhat-ky", methods=LOOK)
def show_trail(
    desk: Reader,
    nguoi: Short = "",
    viec: Short = "",
    tu: Short = "",
    den: Short = "",
    loai: Short = "",
    so: Short = "",
    truoc: Annotated[int | None, Query(ge=1, lt=10**15)] = None,
) -> Response:
    """Who did what, the latest first."""
    filters = {"nguoi": nguoi, "viec": viec, "tu": tu, "den": den, "loai": loai, "so": so}
    with desk.store.reading() as session:
        entries = acts_found(session, _sought(**filters), before_id=truoc)
        who, what = actors(session), acts_done(session)
    return desk_page(
        desk,
        "audit_trail",
        entries=entries,
        filters=filters,
        query=urlencode({name: value for name, value in filters.items() if value}),
        older=entries[-1].id if len(entries) == PAGE else None,
        actors=[(name, name) for name in who],
        acts=[(code, act_label(code)) for code in what],
    )


@ROUTER.api_route(f"{HOME}/nhat-ky.csv", methods=LOOK)
def take_trail(
    desk: Leader,
    nguoi: Short = "",
    viec: Short = "",
    tu: Short = "",
    den: Short = "",
    loai: Short = "",
    so: Short = "",
) -> Response:
    """The same as a file (CSV for Excel)."""

    def pieces() -> Iterator[bytes]:
        with desk.store.reading() as session:
            yield from acts_as_csv(session, _sought(nguoi, viec, tu, den, loai, so))

    return StreamingResponse(
        pieces(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="nhat-ky.csv"'},
    )
