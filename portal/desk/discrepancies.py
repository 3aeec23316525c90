"""The phiếu đối chiếu at the desk: every contradiction of a cycle, to be asked; one of them, with its history."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import groupby
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlmodel import Session

from models.codes import DiscrepancyKind, DiscrepancyState, PersonRole
from models.fault import Fault
from portal import show
from portal.desk.access import HOME, Desk, Officer, Reader
from portal.desk.desk_page import acted, desk_page
from portal.pages import LOOK, Word
from portal.refusal import Refusal
from tasks.cycle.cycles import find_cycle
from tasks.discrepancies.acts import Asked, ask, explain, mend, reopen
from tasks.discrepancies.points import Point, agencies_of, history_of, points_of, points_with
from tasks.discrepancies.refresh import Refreshed, refresh
from tasks.discrepancies.sheets import sheet_document, sheet_of, sheet_workbook
from tasks.publication.publish import published_sentences
from tasks.reminders.notices import people_of
from tasks.statuses.pages import cycles_to_look_at

ROUTER = APIRouter()
Code = Annotated[str, Query(max_length=60)]

MOST = 300
"""Points on one page; more are reached by a filter."""
UNSETTLED, ALL = "con", "tat-ca"
FILTERS = ("ky", "don_vi", "loai", "muc")
DONE = {
    "giai-trinh": "Đã ghi giải trình.",
    "da-sua": "Đã ghi là đã sửa.",
    "mo-lai": "Đã mở lại.",
    "hoi": "Đã hỏi cơ quan, đơn vị; thư đi trong lượt gửi tới.",
}
UNKNOWN = "Không có điểm đối chiếu này."
_SHEETS = {"docx": sheet_document, "xlsx": sheet_workbook}


@ROUTER.api_route(f"{HOME}/doi-chieu", methods=LOOK)
def show_points(
    desk: Reader, ky: Code = "", don_vi: Code = "", loai: Word = "", muc: Word = "", xong: Word = ""
) -> Response:
    """The contradictions of a cycle, by default of the latest released, those that are not settled."""
    return _list(desk, {"ky": ky, "don_vi": don_vi, "loai": loai, "muc": muc}, done=_said(xong))


@ROUTER.post(f"{HOME}/doi-chieu/tim-lai")
def look_again(desk: Officer) -> Response:
    """Look for every contradiction of the cycle again."""

    def do(session: Session) -> str:
        done = refresh(session, desk.line("ky"), desk.now, actor=desk.actor)
        return f"tim-{done.new}-{done.gone}-{done.again}-{done.found}"

    return _told(desk, do)


@ROUTER.post(f"{HOME}/doi-chieu/hoi")
def ask_chosen(desk: Officer) -> Response:
    """Ask the agencies about the points that were ticked."""
    seen = dict(_pair(ticked) for ticked in desk.lists.get("chon", []))

    def do(session: Session) -> str:
        done = ask(session, seen, actor=desk.actor, now=desk.now)
        return f"hoi-{done.points}-{len(done.agencies)}-{done.left}"

    return _told(desk, do)


@ROUTER.api_route(f"{HOME}/doi-chieu/phieu.{{kind}}", methods=LOOK)
def take_sheet(desk: Reader, kind: str, ky: Code = "", don_vi: Code = "") -> Response:
    """The sheet of a cycle or of one agency, for print or as a table."""
    if kind not in _SHEETS:
        raise Refusal(404, UNKNOWN)
    try:
        with desk.store.reading() as session:
            sheet = sheet_of(session, find_cycle(session, ky), desk.now, don_vi)
    except Fault as fault:
        raise Refusal(404, str(fault)) from fault
    return show.download(_SHEETS[kind](sheet), f"{sheet.name}.{kind}")


@ROUTER.api_route(f"{HOME}/doi-chieu/{{number:int}}", methods=LOOK)
def show_point(desk: Reader, number: int, xong: Word = "") -> Response:
    """One contradiction: where it stands, what was done about it, what can be done."""
    return _point(desk, number, done=DONE.get(xong, ""))


@ROUTER.post(f"{HOME}/doi-chieu/{{number:int}}/hoi")
def ask_one(desk: Officer, number: int) -> Response:
    """Ask about this one, for the first time or again."""
    seen = {number: desk.number("lan") or 0}
    return _act(desk, number, "hoi", lambda session: ask(session, seen, actor=desk.actor, now=desk.now))


@ROUTER.post(f"{HOME}/doi-chieu/{{number:int}}/giai-trinh")
def explain_one(desk: Officer, number: int) -> Response:
    """Record an explanation that came by telephone or on paper."""

    def do(session: Session) -> object:
        answer = desk.text("giai_trinh", 4000)
        return explain(session, number, answer, by=desk.line("ai"), actor=desk.actor, now=desk.now)

    return _act(desk, number, "giai-trinh", do)


@ROUTER.post(f"{HOME}/doi-chieu/{{number:int}}/da-sua")
def mend_one(desk: Officer, number: int) -> Response:
    """Mark as mended what the figures still show."""

    def do(session: Session) -> object:
        return mend(session, number, reason=desk.text("sua_o_dau"), actor=desk.actor, now=desk.now)

    return _act(desk, number, "da-sua", do)


@ROUTER.post(f"{HOME}/doi-chieu/{{number:int}}/mo-lai")
def reopen_one(desk: Officer, number: int) -> Response:
    """Take it up again: a question taken back, an explanation not accepted, not mended after all."""

    def do(session: Session) -> object:
        return reopen(session, number, reason=desk.text("ly_do"), actor=desk.actor, now=desk.now)

    return _act(desk, number, "mo-lai", do)


def _pair(ticked: str) -> tuple[int, int]:
    """The number of a point, and how often it had been asked when the page was opened: "12:0"."""
    number, _, asked = ticked.partition(":")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (number, asked)):
        return 0, 0
    return int(number), int(asked)


def _told(desk: Desk, do: Callable[[Session], str]) -> Response:
    """An act on the list; the list again with the same filters. What `do` returns is the word of _said."""
    kept = {name: desk.line(name, 60) for name in FILTERS}
    try:
        with desk.store.writing() as session:
            said = do(session)
    except Fault as fault:
        return _list(desk, kept, fault=str(fault), status=422)
    query = urlencode({name: value for name, value in {**kept, "xong": said}.items() if value})
    return show.go_to(f"{desk.path}/doi-chieu?{query}#ket-qua")


def _said(word: str) -> str:
    """What an act on the list has done, in words, from its numbers in the address; "" of any other word."""
    found = re.fullmatch(r"(?:hoi(?:-\d{1,4}){3}|tim(?:-\d{1,6}){4})", word)
    if found is None:
        return ""
    kind, *numbers = word.split("-")
    one, two, three, *rest = map(int, numbers)
    if kind == "tim":
        return Refreshed(new=one, gone=two, again=three, found=rest[0]).sentence
    said = Asked(one, ("",) * two, (), three).sentence
    return f"{said} Thư đi trong lượt gửi tới." if one else said


def _nobody(session: Session, points: list[Point]) -> list[str]:
    """Names of the agencies that are asked something and have nobody to write to."""
    asked = {p.agency_id: p.agency_name for p in points if p.state is DiscrepancyState.ASKED and p.agency_id}
    there = people_of(session, asked, [PersonRole.OFFICER]) if asked else {}
    return [name for agency_id, name in asked.items() if agency_id not in there]


def _act(desk: Desk, number: int, word: str, do: Callable[[Session], object]) -> Response:
    return acted(
        desk,
        do,
        then=f"/doi-chieu/{number}?xong={word}",
        otherwise=lambda fault: _point(desk, number, fault=fault, status=422),
    )


def _list(desk: Desk, kept: dict[str, str], **how: Any) -> Response:
    with desk.store.reading() as session:
        cycles = cycles_to_look_at(session)
        cycle = next((one for one in cycles if one.code == kept["ky"]), cycles[0] if cycles else None)
        every = points_of(session, cycle) if cycle is not None else []
        nobody = _nobody(session, every)
        published = published_sentences(session).get(cycle.id or 0, "") if cycle is not None else ""
    of_agency = [p for p in every if kept["don_vi"] in ("", p.agency_code)]
    of_kind = [p for p in of_agency if kept["loai"] in ("", p.kind.value)]
    states = _states(kept["muc"])
    chosen = [p for p in of_kind if p.state in states]
    return desk_page(
        desk,
        "discrepancies",
        cycles=[(one.code, one.name) for one in cycles],
        cycle=cycle,
        kept=kept,
        agencies=list(agencies_of(every).items()),
        kinds=[(kind.value, kind.label) for kind in DiscrepancyKind],
        states=[
            (UNSETTLED, "Chưa xong (trừ đã sửa)"),
            *((state.value, state.label) for state in DiscrepancyState),
            (ALL, "Tất cả"),
        ],
        counts=[(state.label, Counter(p.state for p in of_kind)[state]) for state in DiscrepancyState],
        groups=[
            (name, list(of))
            for (_, name), of in groupby(chosen[:MOST], key=lambda p: (p.agency_code, p.agency_name))
        ],
        shown=min(len(chosen), MOST),
        total=len(chosen),
        published=published,
        nobody=nobody,
        asking=[state.value for state in DiscrepancyState if state is not DiscrepancyState.MENDED],
        **how,
    )


def _states(chosen: str) -> set[DiscrepancyState]:
    if chosen == ALL:
        return set(DiscrepancyState)
    known = {state.value: state for state in DiscrepancyState}
    return {known[chosen]} if chosen in known else set(DiscrepancyState) - {DiscrepancyState.MENDED}


def _point(desk: Desk, number: int, **how: Any) -> Response:
    with desk.store.reading() as session:
        point = points_with(session, [number]).get(number)
        if point is None:
            raise Refusal(404, UNKNOWN)
        history = history_of(session, point)
        cycle = find_cycle(session, point.cycle_code)
    return desk_page(desk, "discrepancy", point=point, history=history, cycle=cycle, **how)
