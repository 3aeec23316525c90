"""The desk's pages of statuses and assignments in a real Chromium: nothing sticks out on a phone, and axe has nothing
serious to say."""

from datetime import UTC, datetime
from typing import Any

import pytest
from axe import assert_accessible
from browser import DESK, PHONE, Browser

from models.codes import DeskRole
from models.time import VIETNAM
from tasks.registers.register_acts import find_assignment
from tasks.steps import collect_step, one_after_another

pytestmark = pytest.mark.chromium
CYCLE = "bcd-quy-2026-Q1"
SNV = f"/xac-nhan/{CYCLE}/SNV"
T0 = datetime(2026, 3, 12, 8, tzinfo=VIETNAM).astimezone(UTC)


@pytest.mark.timeout(180)
def test_pages_on_a_desk_and_on_a_phone(few: Any, desk_of: Any, browser: Browser) -> None:
    few.mark_sent(T0)
    row_key = next(line.row_key for line in few.form("SNV").assignments if line.kind == "date")
    done = few.filled("SNV", status={row_key.partition("/")[2]: "Hoàn thành"})
    (few.inbox / "SNV.xlsx").write_bytes(done)
    collect_step(few.office, T0, one_after_another)
    desk = desk_of(few, DeskRole.LEADER)
    with few.store.reading() as session:
        here = f"/nhiem-vu/{find_assignment(session, row_key).id}"
    ticked = next(str(f["value"]) for f in desk.get(SNV).fields("input") if f.get("name") == "chon")
    desk.post(SNV, {"chon": ticked, "van_ban": "45/KH-UBND ngày 10/3/2026"})
    moved = {"ngay": "30/9/2026", "so": "Công văn 85/UBND-TH", "ngay_van_ban": "10/3/2026"}
    assert "Đã điều chỉnh thời hạn" in desk.post(f"{here}/thoi-han", moved).text
    desk.post(f"{here}/theo-doi", {"tai_khoan": str(desk.account.id)})
    base = str(desk.client.base_url).rstrip("/")
    browser.open(f"{base}/thu-ky/vao")
    for name, value in desk.client.cookies.items():
        browser.driver.add_cookie({"name": name, "value": value})
    pages = {
        "viec-cua-toi": "",
        "xac-nhan": "/xac-nhan",
        "xac-nhan-snv": SNV,
        "nhiem-vu": "/nhiem-vu",
        "mot-nhiem-vu": here,
        "noi-nhiem-vu": "/nhiem-vu/noi",
        "theo-doi": "/theo-doi",
    }
    for name, path in pages.items():
        browser.open(f"{base}/thu-ky{path}")
        assert "Đăng xuất" in browser.text
        assert_accessible(browser.driver)
        for size in (DESK, PHONE):
            browser.window(*size)
            browser.look(f"{name}-{size[0]}", whole=True)
