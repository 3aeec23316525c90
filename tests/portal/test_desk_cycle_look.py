"""The desk's pages of cycles, requests and waiting files in a real Chromium: nothing sticks out on a phone, and axe has
nothing serious to say, with every small form open."""

from datetime import date
from typing import Any

import pytest
from axe import assert_accessible
from browser import DESK, PHONE, Browser
from desk_acts import PAPER, PDF, act, at, submit

from models.codes import DeskRole
from tasks.cycle.agency_acts import ask_extension
from tasks.cycle.recorded import SentFile, record_report
from tasks.cycle.returns import return_report
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.steps import open_step

pytestmark = pytest.mark.chromium
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture
def province(few: Any, clock: Any) -> Any:
    """A little of everything: recorded, sent back, asking for time, late, a file that waits, a draft."""
    few.mark_sent(at(4, 10))
    submit(few, few.filled("SNV"), at(12))
    act(few, return_report, "Bổ sung số, ngày văn bản.", date(2026, 3, 27), now=at(19))
    act(few, record_report, PAPER, scan=SentFile("quet.pdf", PDF), now=at(19), agency="STC")
    with few.store.writing() as session:
        request = session.get_one(type(few.request("SNV")), few.request_id("3127"))
        ask_extension(session, request, date(2026, 3, 28), "Chờ số liệu của các trường", at(16))
    arrival_id = receive(
        few.store,
        channel="hop-thu",
        reference="1",
        file_name="bao cao so xay dung.pdf",
        content=PDF + b"x",
        received_at=at(18),
        now=at(18),
        sender="van-thu@sxd.example",
    )
    judge_one(few.store, arrival_id or 0, few.office.key, at(18))
    open_step(few.office, "2026-H1", at(20))
    clock.at = at(24)
    return few


@pytest.mark.timeout(240)
def test_pages_on_a_desk_and_on_a_phone(province: Any, desk_of: Any, browser: Browser) -> None:
    desk = desk_of(province, DeskRole.LEADER)
    base = str(desk.client.base_url).rstrip("/")
    browser.open(f"{base}/thu-ky/vao")
    for name, value in desk.client.cookies.items():
        browser.driver.add_cookie({"name": name, "value": value})
    requests = {code: f"/yeu-cau/{province.request_id(code)}" for code in ("SNV", "STC", "3127")}
    pages = {
        "cac-ky": "/ky",
        "mot-ky": "/ky/bcd-quy-2026-Q1",
        "du-thao": "/ky/bcd-6-thang-2026-H1",
        "cho-hoan-thien": requests["SNV"],
        "ghi-nhan-thay": requests["STC"],
        "xin-gia-han": requests["3127"],
        "so-lieu-thay": f"{requests['STC']}/so-lieu",
        "gia-han": "/gia-han",
        "tep-den": "/tep-den",
    }
    for name, path in pages.items():
        browser.open(f"{base}/thu-ky{path}")
        assert "Đăng xuất" in browser.text
        browser.driver.execute_script(OPEN_ALL)
        assert_accessible(browser.driver)
        for size in (DESK, PHONE):
            browser.window(*size)
            browser.look(f"{name}-{size[0]}", whole=True)
