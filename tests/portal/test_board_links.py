"""Links for looking: a leader gives and revokes them, whoever has one only looks, and a dead one says nothing."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from models.codes import BoardLinkKind, DeskRole
from models.cycle import Request
from models.desk import BoardLink
from models.directory import Person
from models.history import Audit
from portal.refusal import DEAD
from tasks.board.links import given, make_link, revoke_board_link
from tasks.registers.register_acts import find_assignment, set_withheld

CYCLE = "bcd-quy-2026-Q1"
FOR = "Phó Chủ tịch UBND tỉnh"


@pytest.fixture
def province(few: Any, clock: Any) -> Any:
    few.mark_sent(clock() - timedelta(hours=1))
    return few


def token_of(province: Any, clock: Any, kind: BoardLinkKind = BoardLinkKind.PAGE, **more: Any) -> str:
    with province.store.writing() as session:
        link = make_link(session, kind, FOR, more.get("last_day"), actor="Lãnh đạo", now=clock())
        session.flush()
        return given(link, province.office, clock()).token


@pytest.fixture
def guest(province: Any, served: Any) -> Any:
    with httpx.Client(base_url=served(province.office).url, follow_redirects=True, timeout=60) as client:
        yield client


def test_a_leader_gives_a_link_that_opens_and_revokes_it(province: Any, desk_of: Any, guest: Any) -> None:
    leader = desk_of(province, DeskRole.LEADER)
    page = leader.post("/lien-ket", {"loai": "page", "cap_cho": FOR, "den": "31/3/2026"})
    assert "Đã cấp" in page.text
    token = re.search(r"/xem/([0-9]+-[a-z2-7]{26})", page.html)
    assert token is not None
    again = leader.post("/lien-ket", {"loai": "page", "cap_cho": FOR, "den": "31/3/2026"})
    assert again.html.count("/thu-hoi") == 1  # pressed twice, given once
    board = guest.get(f"/xem/{token[1]}")
    assert board.status_code == 200
    assert "Đã nhận báo cáo" in board.text
    (link,) = province.all(BoardLink)
    revoked = leader.post(f"/lien-ket/{link.id}/thu-hoi", {"ly_do": "Chuyển công tác"})
    assert "Đã thu hồi" in revoked.text
    dead = guest.get(f"/xem/{token[1]}")
    assert (dead.status_code, DEAD in dead.text) == (404, True)
    acts = [(a.act, a.actor, a.reason) for a in province.all(Audit) if a.entity == "board_link"]
    assert acts == [
        ("cap-duong-dan-xem", leader.actor, ""),
        ("thu-hoi-duong-dan-xem", leader.actor, "Chuyển công tác"),
    ]


def test_what_is_wrong_with_a_new_link_is_told(province: Any, desk_of: Any) -> None:
    leader = desk_of(province, DeskRole.LEADER)
    unnamed = leader.post("/lien-ket", {"loai": "page", "cap_cho": ""})
    assert (unnamed.status, "cấp cho ai" in unnamed.text) == (422, True)
    past = leader.post("/lien-ket", {"loai": "api", "cap_cho": "IOC", "den": "1/3/2026"})
    assert "đã qua" in past.text
    odd = leader.post("/lien-ket", {"loai": "page", "cap_cho": FOR, "den": "mai"})
    assert "không hiểu “mai”" in odd.text
    assert f'value="{FOR}"' in odd.html
    none = leader.post("/lien-ket", {"cap_cho": FOR})
    assert "Chọn loại" in none.text
    assert province.count(BoardLink) == 0


def test_a_reason_is_needed_to_revoke(province: Any, desk_of: Any, clock: Any) -> None:
    token_of(province, clock)
    page = desk_of(province, DeskRole.LEADER).post("/lien-ket/1/thu-hoi", {"ly_do": " "})
    assert (page.status, "Ghi lý do thu hồi" in page.text) == (422, True)
    assert province.all(BoardLink)[0].revoked_at is None


def test_every_page_of_the_board_opens_by_the_link_and_leads_nowhere_else(
    province: Any, clock: Any, guest: Any
) -> None:
    here = f"/xem/{token_of(province, clock)}"
    row_key = province.form("SNV").assignments[0].row_key
    with province.store.reading() as session:
        number = find_assignment(session, row_key).id
    contacts = {word for person in province.all(Person) for word in (person.email, person.phone) if word}
    assert contacts
    for path in ("", f"/{CYCLE}", f"/{CYCLE}/co-quan/SNV", f"/{CYCLE}/nhiem-vu/{number}", f"?ky={CYCLE}"):
        page = guest.get(here + path)
        assert page.status_code == 200, path
        assert not [word for word in contacts if word in page.text], path
        assert "/thu-ky" not in page.text
        assert "_ma" not in page.text
        assert 'method="post"' not in page.text
        led = set(re.findall(r'href="([^"#]+)', page.text))
        assert all(link.startswith(here) or link.endswith(".css") for link in led), led
    for name in ("bang.xlsx", "co-quan.csv"):
        assert guest.get(f"{here}/{CYCLE}/tai/{name}").status_code == 200


def test_looking_changes_nothing_and_nothing_can_be_pressed(province: Any, clock: Any, guest: Any) -> None:
    token = token_of(province, clock)
    before = (province.count(Audit), province.count(Request))
    assert guest.get(f"/xem/{token}").status_code == 200
    for path in ("", f"/{CYCLE}", f"/{CYCLE}/co-quan/SNV"):
        assert guest.post(f"/xem/{token}{path}").status_code == 404
    assert (province.count(Audit), province.count(Request)) == before


def test_a_withheld_assignment_is_nowhere(province: Any, clock: Any, guest: Any) -> None:
    here = f"/xem/{token_of(province, clock)}"
    line = province.form("SNV").assignments[0]
    with province.store.writing() as session:
        assignment = find_assignment(session, line.row_key)
        number = assignment.id
        set_withheld(session, assignment, withheld=True, reason="Mật", actor="Thư ký", now=clock())
    assert guest.get(f"{here}/{CYCLE}/nhiem-vu/{number}").status_code == 404
    for path in ("", f"/{CYCLE}/co-quan/SNV", f"/{CYCLE}/tai/nhiem-vu.csv"):
        assert line.name not in guest.get(here + path).text


def test_dead_links_look_alike(province: Any, clock: Any, guest: Any) -> None:
    token = token_of(province, clock, last_day=clock().date())
    key = token_of(province, clock, BoardLinkKind.API)
    number, _, code = token.partition("-")
    wrong = f"{number}-{'a' if code[0] != 'a' else 'b'}{code[1:]}"
    assert guest.get(f"/xem/{token}").status_code == 200
    clock.at += timedelta(days=1)
    answers = [
        guest.get(f"/xem/{said}{path}")
        for said in (token, key, wrong, f"9-{code}", "x", "1-")
        for path in ("", f"/{CYCLE}", f"/{CYCLE}/tai/bang.xlsx")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_a_link_is_revoked_once(province: Any, clock: Any) -> None:
    token_of(province, clock)
    for _ in range(2):
        with province.store.writing() as session:
            revoke_board_link(session, 1, reason="Bị lộ", actor="Lãnh đạo", now=clock())
    assert [act.act for act in province.all(Audit) if act.entity == "board_link"] == [
        "cap-duong-dan-xem",
        "thu-hoi-duong-dan-xem",
    ]
    token_of(province, clock)  # a new one, since the first is worthless
    assert province.count(BoardLink) == 2


def test_only_a_leader_sees_the_links(province: Any, desk_of: Any) -> None:
    for role in (DeskRole.READER, DeskRole.OFFICER):
        assert desk_of(province, role).get("/lien-ket").status == 403
