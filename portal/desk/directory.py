"""The directory as a list; out to Excel and in from Excel, the difference shown before anything is written."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import Session

from models.codes import AgencyKind
from models.rules.directory.directory_plan import DirectoryPlan
from portal import show
from portal.desk.access import HOME, Desk, Leader, Officer, Reader
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from tasks.blobs import bytes_of, keep_bytes
from tasks.directory.contact_rounds import open_round
from tasks.directory.contacts import people_at_place
from tasks.directory.directory_export import (
    FILE_NAME,
    TEMPLATE_NAME,
    directory_template,
    export_directory,
)
from tasks.directory.directory_import import apply_import, changes_in_words, plan_import
from tasks.directory.directory_sheet import DirectoryFault
from tasks.directory.directory_view import FILTERS, Entry, narrowed, read_entries

ROUTER = APIRouter()
A_PAGE = 100
"""Agencies on one page."""
NO_FILE = "Chưa chọn tệp. Chọn tệp danh bạ (.xlsx) rồi bấm “Xem thay đổi”."
DONE = {"nap": "Đã nạp danh bạ đúng như đã xem."}
Words = Annotated[str, Query(max_length=100)]
Number = Annotated[int, Query(ge=1, le=10_000)]


@ROUTER.api_route(f"{HOME}/danh-ba", methods=LOOK)
def show_directory(
    desk: Reader, loc: Word = "", loai: Word = "", tim: Words = "", trang: Number = 1, xong: Word = ""
) -> Response:
    """Every agency with its contacts; what is amiss can be sifted out by the address."""
    with desk.store.reading() as session:
        entries = read_entries(session)
        above = [person for person in people_at_place(session, None) if person.active]
        running = open_round(session)
    found = narrowed(entries, loc, loai, tim)
    return desk_page(
        desk,
        "directory",
        done=DONE.get(xong, ""),
        entries=_page_of(found, trang),
        found=len(found),
        counts={word: len(narrowed(entries, word)) for word in FILTERS},
        filters=FILTERS,
        kinds=[(kind.value, kind.label) for kind in AgencyKind],
        chosen={"loc": loc, "loai": loai, "tim": tim},
        page=trang,
        pages=max(1, -(-len(found) // A_PAGE)),
        above=above,
        total=len(entries),
        running=running,
    )


@ROUTER.api_route(f"{HOME}/danh-ba/xuat", methods=LOOK)
def export(desk: Reader) -> Response:
    """The directory as a workbook that imports back to nothing changed."""
    with desk.store.reading() as session:
        return show.download(export_directory(session), FILE_NAME)


@ROUTER.api_route(f"{HOME}/danh-ba/mau", methods=LOOK)
def template(_desk: Reader) -> Response:
    """The empty workbook."""
    return show.download(directory_template(), TEMPLATE_NAME)


@ROUTER.api_route(f"{HOME}/danh-ba/nhap", methods=LOOK)
def show_import(desk: Reader) -> Response:
    """Where a workbook is chosen."""
    return _import_page(desk)


@ROUTER.post(f"{HOME}/danh-ba/nhap/tep")
def preview(desk: Officer) -> Response:
    """What a workbook would change. The bytes are kept, the directory is not touched."""
    sent = desk.files.get("tep")
    if sent is None:
        return _import_page(desk, fault=NO_FILE, status=422)
    try:
        with desk.store.reading() as session:
            plan = plan_import(session, sent.content)
        with desk.store.writing() as session:
            sha256 = keep_bytes(session, sent.content, desk.now)
    except DirectoryFault as fault:
        return _import_page(desk, fault=str(fault), status=422)
    return _import_page(desk, plan=plan, sha256=sha256, name=sent.name)


@ROUTER.post(f"{HOME}/danh-ba/nhap/ghi")
def apply(desk: Leader) -> Response:
    """Just what was shown, or nothing."""

    def do(session: Session) -> None:
        apply_import(
            session,
            desk.office.profile,
            _kept(session, desk.line("tep", 64)),
            desk.line("ten_tep", 200),
            code=desk.line("ma", 20),
            drop_missing=desk.line("bo") == "co",
            actor=desk.actor,
            now=desk.now,
        )

    return acted(desk, do, then="/danh-ba?xong=nap", otherwise=lambda fault: _shown_again(desk, fault))


def _kept(session: Session, sha256: str) -> bytes:
    try:
        return bytes_of(session, sha256)
    except KeyError:
        raise DirectoryFault("Không còn tệp đã xem. Chọn lại tệp.") from None


def _shown_again(desk: Desk, fault: str) -> Response:
    """The plan as it is now, to be looked at and agreed to again."""
    sha256 = desk.line("tep", 64)
    try:
        with desk.store.reading() as session:
            plan = plan_import(session, _kept(session, sha256))
    except DirectoryFault:
        return _import_page(desk, fault=fault, status=422)
    return _import_page(
        desk, plan=plan, sha256=sha256, name=desk.line("ten_tep", 200), fault=fault, status=422
    )


def _import_page(
    desk: Desk,
    *,
    plan: DirectoryPlan | None = None,
    sha256: str = "",
    name: str = "",
    fault: str = "",
    status: int = 200,
) -> Response:
    codes = ("", "")
    if plan is not None:
        codes = (plan.code_of(drop_missing=False), plan.code_of(drop_missing=True))
    return desk_page(
        desk,
        "directory_import",
        status,
        fault=fault,
        plan=plan,
        codes=codes,
        sha256=sha256,
        name=name,
        in_words=changes_in_words,
        droppable=[agency for agency in plan.missing_agencies if not agency.owes] if plan else [],
    )


def _page_of(entries: Sequence[Entry], number: int) -> Sequence[Entry]:
    return entries[(number - 1) * A_PAGE : number * A_PAGE]
