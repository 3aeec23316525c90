"""Addresses and fields that name nothing: a number that no row can have, a sign that no database keeps. Whatever is
asked of the desk, the board or the interface, it is answered in words; nothing trips."""

import re
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from models.codes import BoardLinkKind, DeskRole
from portal.desk.routers import ROUTERS
from portal.limits import Limiter
from tasks.board.links import given, make_link

HUGE = "99999999999999999999"
CYCLE = "bcd-quy-2026-Q1"
WHO = {"code": CYCLE, "agency": "SNV"}
"""What is named rightly, so that the number is what is wrong."""
LEFT_OUT = ("/ra", "/mat-khau", "/vao")
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Limiter, "allows", lambda *_: True)


def addresses(number: str) -> list[tuple[str, str]]:
    """Every route of the desk, its numbers being this one."""

    def named(found: re.Match[str]) -> str:
        return WHO.get(found[1].partition(":")[0], number)

    return [
        (method, re.sub(r"\{([^}]*)\}", named, route.path))
        for route in ROUTES
        for method in sorted(route.methods - {"HEAD"})
        if not route.path.endswith(LEFT_OUT)
    ]


@pytest.mark.parametrize("number", ["999999", HUGE, "-1"])
def test_no_page_of_the_desk_trips_over_a_number(few: Any, desk_of: Any, number: str) -> None:
    desk = desk_of(few, DeskRole.LEADER)
    desk.client.follow_redirects = False
    said = {"_ma": desk.csrf(), "ly_do": "x", "nhiem_vu": number, "tai_khoan": number, "chon": number}
    tripped = []
    for method, where in addresses(number):
        answer = desk.client.request(method, where, data=said if method == "POST" else None)
        if answer.status_code >= 500:
            tripped.append((method, where))
    assert tripped == []


@pytest.mark.parametrize("where", [f"/nhat-ky?truoc={HUGE}", "/nhat-ky?q=%00", "/ky/%00", "/danh-ba/%00"])
def test_what_no_database_keeps_is_nowhere(few_both: Any, desk_of: Any, where: str) -> None:
    assert desk_of(few_both, DeskRole.READER).get(where).status == 404


def test_nor_does_the_door(few_both: Any, served: Any) -> None:
    answer = httpx.post(f"{served(few_both.office).url}/thu-ky/vao", data={"ten": "a\0b", "mat_khau": "a\0b"})
    assert answer.status_code == 401


def test_nor_the_board_for_whoever_looks(few: Any, served: Any, clock: Any) -> None:
    with few.store.writing() as session:
        link = make_link(session, BoardLinkKind.PAGE, "Khách", date(2026, 12, 31), actor="A", now=clock())
        session.flush()
        token = given(link, few.office, clock()).token
    url = served(few.office).url
    assert httpx.get(f"{url}/xem/{token}/{CYCLE}/nhiem-vu/{HUGE}").status_code == 404
