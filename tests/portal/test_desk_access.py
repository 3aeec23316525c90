"""The door of the desk, and that nothing of it is reached around the door or by the wrong role."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from models.codes import DeskRole
from models.desk import Account, DeskSession
from models.history import Audit
from models.rules.desk.passwords import IDLE, LOCKED_FOR, WHOLE, WRONG_AT_MOST
from models.rules.desk.roles import may_act_as
from portal.desk.access import HOME
from portal.desk.routers import ROUTERS
from portal.limits import Limiter
from tasks.desk.accounts import add_account, disable_account, find_account

OPEN_TO_ALL = {(f"{HOME}/vao", "GET"), (f"{HOME}/vao", "POST")}


def routes() -> Iterator[tuple[str, str, APIRoute]]:
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods - {"HEAD"}):
                yield route.path, method, route


def needed(dependant: Dependant) -> list[DeskRole]:
    found = [role for one in dependant.dependencies for role in needed(one)]
    role = getattr(dependant.call, "role", None)
    return [*found, role] if role is not None else found


ROUTES = {f"{method} {path}": (path, method, route) for path, method, route in routes()}
BEHIND = [name for name, (path, method, _) in ROUTES.items() if (path, method) not in OPEN_TO_ALL]


def address(path: str) -> str:
    """An address of this route: wherever it leads, the door comes first."""
    return re.sub(r"\{[^}]*\}", "1", path)


@pytest.mark.parametrize("name", BEHIND)
def test_every_route_of_the_desk_asks_for_a_role(name: str) -> None:
    path, _method, route = ROUTES[name]
    assert path.startswith(HOME)
    assert len(needed(route.dependant)) == 1, "a route takes exactly one of Reader, Officer, Leader"


@pytest.mark.parametrize("name", [n for n in BEHIND if n.startswith("POST")])
def test_whoever_changes_something_is_more_than_a_reader(name: str) -> None:
    path, _method, route = ROUTES[name]
    own = {f"{HOME}/ra", f"{HOME}/mat-khau"}  # one's own session and password
    assert path in own or may_act_as(needed(route.dependant)[0], DeskRole.OFFICER)


def test_every_route_refuses_strangers_wrong_roles_and_forms_of_other_sites(
    few: Any, desk_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limiter, "allows", lambda *_: True)  # more requests than a person makes
    seats = {role: desk_of(few, role) for role in DeskRole}
    stranger = httpx.Client(base_url=str(seats[DeskRole.READER].client.base_url), timeout=60)
    for seat in seats.values():
        seat.client.follow_redirects = False
    words = {role: seat.csrf() for role, seat in seats.items()}
    refused = 0
    few_before = few.count(Audit)
    for name in BEHIND:
        path, method, route = ROUTES[name]
        where, role = address(path), needed(route.dependant)[0]
        answer = stranger.request(method, where)
        assert answer.status_code == (303 if method == "GET" else 401), name
        if method == "GET":
            assert answer.headers["location"].startswith(f"{HOME}/vao?den="), name
        for has, seat in seats.items():
            if not may_act_as(has, role):
                said = {"_ma": words[has]} if method == "POST" else None
                assert seat.client.request(method, where, data=said).status_code == 403, (name, has)
                refused += 1
            elif method == "POST":
                assert seat.client.post(where, data={"_ma": "0" * 40}).status_code == 403, (name, has)
                assert seat.client.post(where).status_code == 403, (name, has)
    stranger.close()
    assert refused > 5
    assert few.count(Audit) == few_before, "nothing was done"


def test_logging_in_leads_to_where_one_wanted_to_go(few: Any, desk_of: Any) -> None:
    desk = desk_of(few, DeskRole.LEADER)
    desk.client.cookies.clear()
    page = desk.get("/nhat-ky?viec=gia-han")
    assert "Đăng nhập" in page.text
    said = {"ten": desk.account.login.upper(), "mat_khau": desk.password}
    wanted = next(str(f["value"]) for f in page.fields("input") if f["name"] == "den")
    assert wanted == "/thu-ky/nhat-ky?viec=gia-han"
    assert "Nhật ký" in desk.client.post("/thu-ky/vao", data={**said, "den": wanted}).text
    for elsewhere in ("https://xau.example/thu-ky", "//xau.example", "/thu-ky/../y/1", "/y/1", "/thu-ky\\@x"):
        desk.client.cookies.clear()
        desk.client.follow_redirects = False
        answer = desk.client.post("/thu-ky/vao", data={**said, "den": elsewhere})
        assert answer.headers["location"] == "/thu-ky", elsewhere
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/thu-ky"))
    with few.store.reading() as session:
        kept = session.get_one(DeskSession, 1)
        assert desk.client.cookies["dondoc_ban"] not in kept.token_sha256


def test_a_public_address_by_https_makes_the_cookie_secure(few: Any, desk_of: Any) -> None:
    desk = desk_of(few.with_settings(portal_url="https://baocao.tinh.example"), DeskRole.READER)
    desk.client.follow_redirects = False
    answer = desk.client.post("/thu-ky/vao", data={"ten": desk.account.login, "mat_khau": desk.password})
    assert "Secure" in answer.headers["set-cookie"]


def test_wrong_passwords_lock_the_account_for_a_while(few: Any, desk_of: Any, clock: Any) -> None:
    desk = desk_of(few, DeskRole.OFFICER)
    desk.client.cookies.clear()
    right = {"ten": desk.account.login, "mat_khau": desk.password}
    unknown = desk.client.post("/thu-ky/vao", data={"ten": "khong.ai", "mat_khau": "x"})
    for _ in range(WRONG_AT_MOST):
        wrong = desk.client.post("/thu-ky/vao", data={**right, "mat_khau": "sai"})
        assert wrong.status_code == 401
    assert desk.client.post("/thu-ky/vao", data=right).status_code == 401
    plain = re.compile(r'value="[^"]*"')
    assert plain.sub("", unknown.text) == plain.sub("", wrong.text), (
        "nothing tells a known name from an unknown one"
    )
    assert "tam-khoa-tai-khoan" in [audit.act for audit in few.all(Audit)]
    clock.at += LOCKED_FOR
    assert "Đăng xuất" in desk.client.post("/thu-ky/vao", data=right).text
    assert few.all(Account)[-1].failures == 0


def test_trying_many_names_is_slowed_down(few: Any, desk_of: Any) -> None:
    desk = desk_of(few, DeskRole.READER)
    answers = [
        desk.client.post("/thu-ky/vao", data={"ten": f"nguoi.{n}", "mat_khau": "x"}).status_code
        for n in range(20)
    ]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_nobody_guesses_the_password_at_an_open_desk(few: Any, desk_of: Any) -> None:
    desk = desk_of(few, DeskRole.OFFICER)
    new = "mùa ban nở trắng núi rừng"
    answers = [desk.post("/mat-khau", {"cu": f"sai {n}", "moi": new, "lai": new}).status for n in range(20)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert desk.get("/nhat-ky").status == 200


@pytest.mark.parametrize("after", [IDLE, WHOLE])
def test_a_session_ends_by_itself(few: Any, desk_of: Any, clock: Any, after: timedelta) -> None:
    desk = desk_of(few, DeskRole.READER)
    start = clock.at
    step = IDLE - timedelta(minutes=1) if after == WHOLE else after
    while clock.at + step < start + after:
        clock.at += step
        assert "Đăng xuất" in desk.get("/nhat-ky").text
    clock.at = start + after
    assert "Đăng nhập" in desk.get("/nhat-ky").text


def test_a_form_opened_before_logging_out_is_refused(few: Any, desk_of: Any) -> None:
    desk = desk_of(few, DeskRole.LEADER)
    word, cookies = desk.csrf(), dict(desk.client.cookies)
    assert "Đã đăng xuất" in desk.post("/ra").text
    assert not dict(desk.client.cookies)
    desk.client.cookies.update(cookies)  # a copy of the cookie opens nothing any more
    answer = desk.client.post("/thu-ky/tai-khoan", data={"_ma": word, "ten": "nguoi.moi"})
    assert answer.status_code == 401
    assert few.count(Account) == 1


def test_an_account_put_out_of_use_is_out_at_once(few: Any, desk_of: Any, clock: Any) -> None:
    desk = desk_of(few, DeskRole.OFFICER)
    with few.store.writing() as session:
        account = find_account(session, desk.account.login)
        disable_account(session, account, reason="Chuyển công tác", actor="Thử", now=clock())
    assert "Đăng nhập" in desk.get("/nhat-ky").text
    login = {"ten": desk.account.login, "mat_khau": desk.password}
    assert desk.client.post("/thu-ky/vao", data=login).status_code == 401


def test_a_password_that_somebody_else_gave_must_be_changed_first(few: Any, desk_of: Any) -> None:
    leader = desk_of(few, DeskRole.LEADER)
    said = {"ten": "cam.thi.moi", "ho_ten": "Cầm Thị Mới", "vai_tro": "officer"}
    page = leader.post("/tai-khoan", said)
    first = re.search(r'class="once">([^<]+)<', page.html)
    assert first is not None
    leader.post("/ra")
    leader.client.post("/thu-ky/vao", data={"ten": "cam.thi.moi", "mat_khau": first[1]})
    page = leader.get("/nhat-ky")
    assert "do người khác cấp" in page.text
    refused = leader.post("/mat-khau", {"cu": first[1], "moi": "cam.thi.moi 2026", "lai": "cam.thi.moi 2026"})
    assert refused.status == 422
    assert "không được chứa tên đăng nhập" in refused.text
    new = "mùa ban nở trắng núi rừng"
    assert leader.post("/mat-khau", {"cu": first[1], "moi": new, "lai": new}).status in (200, 404)
    assert "Thời điểm" in leader.get("/nhat-ky").text
    acts = [audit.act for audit in few.all(Audit) if audit.entity == "account"]
    assert acts[-2:] == ["doi-mat-khau", "dang-nhap"]


def test_the_last_leader_stays(few: Any, desk_of: Any) -> None:
    leader = desk_of(few, DeskRole.LEADER)
    login = leader.account.login
    page = leader.post(f"/tai-khoan/{login}/khoa", {"ly_do": "thử"})
    assert page.status == 422
    assert "duy nhất" in page.text
    assert leader.post(f"/tai-khoan/{login}", {"ho_ten": "Khác", "vai_tro": "reader"}).status == 422
    leader.post("/tai-khoan", {"ten": "nguoi.hai", "ho_ten": "Người Hai", "vai_tro": "leader"})
    page = leader.post("/tai-khoan/nguoi.hai/khoa", {"ly_do": "Nghỉ chế độ"})
    assert "Đã khóa tài khoản" in page.text
    assert "Đã mở tài khoản" in leader.post("/tai-khoan/nguoi.hai/mo").text
    assert [a.active for a in few.all(Account)] == [True, True]


def test_a_trusted_proxy_names_who_sits_there(few: Any, desk_of: Any, clock: Any, tmp_path: Any) -> None:
    secret = tmp_path / "proxy"
    secret.write_text("mot-tu-khoa-du-dai-cho-may-chu-web\n", encoding="utf-8")
    province = few.with_settings(desk_user_header="X-Remote-User", desk_proxy_secret_file=secret)
    desk = desk_of(province, DeskRole.OFFICER)
    assert not dict(desk.client.cookies), "passwords open nothing where the proxy names its users"
    header = {"X-Remote-User": desk.account.login, "X-Dondoc-Proxy": secret.read_text().strip()}
    forged = {"X-Remote-User": desk.account.login}
    assert "Đăng nhập" in desk._page(desk.client.get("/thu-ky/nhat-ky", headers=forged)).text
    assert "Quàng Văn Cán" in desk.client.get("/thu-ky/nhat-ky", headers=header).text
    with few.store.writing() as session:
        add_account(session, "moi.them", "Người Mới", DeskRole.READER, actor="Thử", now=clock())
    new = {**header, "X-Remote-User": "moi.them"}
    assert "Người Mới" in desk.client.get("/thu-ky/nhat-ky", headers=new).text
    assert "Thời điểm" in desk.client.get("/thu-ky/nhat-ky", headers=new).text, "no password, none to change"
    other = {**header, "X-Remote-User": "nguoi.khac"}
    answer = desk.client.get("/thu-ky/nhat-ky", headers=other)
    assert answer.status_code == 403
    assert "chưa có tài khoản" in answer.text


def test_the_trail_is_read_by_who_and_what_and_taken_along(few: Any, desk_of: Any) -> None:
    leader = desk_of(few, DeskRole.LEADER)
    page = leader.get("/nhat-ky?viec=phat-hanh-ky")
    assert "Phát hành kỳ báo cáo" in page.text
    assert "Kỳ bcd-quy-2026-Q1" in page.text
    assert "Đăng nhập" not in page.text.split("Lý do", 1)[1].split("Không nhập")[0]
    answer = leader.download("/nhat-ky.csv?viec=phat-hanh-ky")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert len(rows) == 2
    assert "12-CV/BCĐ" in rows[1]
    assert "ngày: 04/3/2026" in rows[1]
