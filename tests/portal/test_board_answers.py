"""What the board answers is made once for all: what a reader's own frame adds, what is sent again and what is not, who
is told that figures are some seconds old."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from models.codes import BoardLinkKind, DeskRole
from models.rules.board import sheets
from portal.board_ask import Answer, Answers, Ask
from portal.board_shelf import Shelf
from portal.board_view import Place
from tasks.board.keeper import Keeper
from tasks.board.links import given, make_link
from tasks.steps import collect_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"


@pytest.fixture
def province(few: Any, clock: Any) -> Any:
    few.mark_sent(clock() - timedelta(hours=1))
    return few


def link_of(province: Any, clock: Any, label: str) -> str:
    with province.store.writing() as session:
        link = make_link(session, BoardLinkKind.PAGE, label, None, actor="Lãnh đạo", now=clock())
        session.flush()
        return f"/xem/{given(link, province.office, clock()).token}"


@pytest.fixture
def site(province: Any, served: Any) -> Any:
    return served(province.office)


@pytest.fixture
def guest(site: Any) -> Any:
    with httpx.Client(base_url=site.url, timeout=60) as client:
        yield client


def told_agencies(province: Any, clock: Any) -> Any:
    keeper = Keeper(province.store, clock)
    look = keeper.look()
    return keeper.known(look.cycles[0], look).told.agencies


def reported(province: Any, clock: Any, agency: str) -> None:
    (province.inbox / f"{agency}.xlsx").write_bytes(province.filled(agency))
    collect_step(province.office, clock(), one_after_another)


def test_a_page_is_made_once_for_every_link_and_bears_each_reader_s_own(
    province: Any, clock: Any, guest: Any
) -> None:
    one, other = (link_of(province, clock, label) for label in ("Chủ tịch", "Phó Chủ tịch"))
    first, second = guest.get(one), guest.get(other)
    assert first.headers["etag"] == second.headers["etag"]
    assert first.text.replace(one, other) == second.text
    assert one not in second.text
    assert "\x02" not in first.text


def test_a_guest_is_not_sent_again_what_the_browser_has(province: Any, clock: Any, guest: Any) -> None:
    here = link_of(province, clock, "Chủ tịch")
    first = guest.get(here)
    assert first.headers["cache-control"] == "private, no-cache"
    known = {"if-none-match": first.headers["etag"]}
    again = guest.get(here, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    reported(province, clock, "SNV")
    changed = guest.get(here, headers=known)
    assert "1/4 (25%)" in changed.text
    clock.at += timedelta(days=1)
    assert guest.get(here, headers={"if-none-match": changed.headers["etag"]}).status_code == 200


def test_a_page_is_packed_for_guests_alone(province: Any, clock: Any, guest: Any, desk_of: Any) -> None:
    here = link_of(province, clock, "Chủ tịch")
    packed = guest.get(here, headers={"accept-encoding": "gzip"})
    plain = guest.get(here, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    page = desk_of(province, DeskRole.READER).get("/bang")
    assert "content-encoding" not in page.headers
    assert page.headers["cache-control"] == "no-store"


def test_old_figures_say_when_they_were_true(province: Any, clock: Any, site: Any, guest: Any) -> None:
    here, ask = link_of(province, clock, "Chủ tịch"), site.app.state.board
    now = guest.get(here)
    assert "đang được tính" not in now.text
    site.app.state.board = lambda asked: replace(ask(asked), known_at=clock() - timedelta(seconds=7))
    old = guest.get(here)
    assert "Số liệu trên trang này: tính đến 08:59:53 ngày 12/3/2026" in old.text
    assert old.headers["etag"] != now.headers["etag"]


def test_whoever_acts_at_the_desk_is_known_to_have(
    province: Any, clock: Any, desk_of: Any, served: Any
) -> None:
    officer = desk_of(province, DeskRole.OFFICER)
    asked: list[Ask] = []
    app = served(province.office).app
    ask: Answers = app.state.board

    def note(one: Ask) -> Answer:
        asked.append(one)
        return ask(one)

    app.state.board = note
    logged_in = clock()
    assert officer.get(f"/bang/{CYCLE}").status == 200
    clock.at += timedelta(minutes=1)
    here = f"/yeu-cau/{province.request_id('STC')}/gia-han"
    officer.post(here, {"den": "27/3/2026", "ly_do": "Chờ số liệu"})
    assert officer.get(f"/bang/{CYCLE}").status == 200
    assert [(one.at_desk, one.acted) for one in asked] == [(True, logged_in), (True, clock())]
    officer.client.cookies.clear()
    officer.client.cookies.set("dondoc_viec", "9" * 17)
    assert officer.get(f"/bang/{CYCLE}").status == 200  # made up: to the door


def test_answers_are_kept_while_nothing_changes_and_no_more_of_them_than_fit(
    province: Any, clock: Any
) -> None:
    keeper, place = Keeper(province.store, clock), Place(province.office, "")
    shelf = Shelf(keeper, place)
    first = shelf.answer(Ask("board"))
    assert shelf.answer(Ask("board")) is first
    agency = shelf.answer(Ask("agency", CYCLE, "SNV"))
    assert shelf.answer(Ask("agency", CYCLE, "SNV")) is agency
    reported(province, clock, "SNV")
    assert "1/4 (25%)" in shelf.answer(Ask("board")).body.decode()
    assert shelf.answer(Ask("agency", CYCLE, "SNV")) != agency
    small = Shelf(keeper, place, kept=len(first.body) * 3 // 2)
    one, other = Ask("board"), Ask("board", CYCLE)
    kept = small.answer(one)
    small.answer(other)
    assert small.answer(one) is not kept
    assert Shelf(keeper, place, kept=0).answer(one).refused == ""


def test_a_long_list_of_agencies_comes_in_parts(
    province: Any, clock: Any, desk_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "WHOLE", 2)
    monkeypatch.setattr(sheets, "PER_SHEET", 3)
    reported(province, clock, "SNV")
    clock.at += timedelta(days=9)
    reader = desk_of(province, DeskRole.READER)
    many = len(told_agencies(province, clock))
    first, second = reader.get(f"/bang/{CYCLE}"), reader.get(f"/bang/{CYCLE}?trang=2")
    assert f"Cần quan tâm trước (từ 1 đến 3 trong {many})" in first.text
    assert f"Tiếp theo (từ 4 đến 6 trong {many})" in second.text
    assert f"/thu-ky/bang/{CYCLE}?trang=2#loc" in first.html
    assert "Sở Nội vụ" in second.text  # it has reported: three who are late come before it
    assert f"/bang/{CYCLE}/co-quan/SNV" not in first.html
    assert f"/bang/{CYCLE}/co-quan/SNV" in second.html
    assert f"/bang/{CYCLE}?kind=commune&amp;state=overdue#loc" in first.html
    narrowed = reader.get(f"/bang/{CYCLE}?trang=2&state=overdue")
    assert "tai/co-quan.csv?state=overdue" in narrowed.html
