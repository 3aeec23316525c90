"""The phiếu đối chiếu, the publication and an agency's questions in a real Chromium: nothing sticks out on a phone, and
axe has nothing serious to say."""

from datetime import date
from typing import Any

import pytest
from axe import assert_accessible
from browser import DESK, PHONE, Browser
from contradictions import CYCLE, PROCEDURES, hand_in, look
from contradictions import at as march

from models.codes import DeskRole
from models.discrepancy import Discrepancy
from tasks.discrepancies.acts import ask
from tasks.steps import consolidate_step

pytestmark = pytest.mark.chromium


@pytest.mark.timeout(240)
def test_pages_on_a_desk_and_on_a_phone(
    few: Any, desk_of: Any, visitor_of: Any, browser: Browser, clock: Any
) -> None:
    few.mark_sent(march(4, 10))
    hand_in(few, "SNV", {**PROCEDURES, "loi-van:1.I.2": "Sở Nội vụ được giao 18 nhiệm vụ."}, march(10, 9))
    look(few, march(10, 10))
    numbers = [row.id for row in few.all(Discrepancy)]
    with few.store.writing() as session:
        ask(session, dict.fromkeys(numbers, 0), actor="Thư ký", now=march(10, 11))
    word = consolidate_step(few.office, CYCLE, march(14, 9), day=date(2026, 3, 14)).paths[0].read_bytes()
    clock.at = march(25, 16)
    desk = desk_of(few, DeskRole.LEADER)
    signed = {"so": "125-BC/BCĐ", "ngay": "25/3/2026", "nguoi_ky": "Lò Văn A"}
    files = {"pdf": ("ky.pdf", b"%PDF-1.7"), "word": ("ky.docx", word)}
    assert "Đã công bố." in desk.post(f"/cong-bo/{CYCLE}/tep", signed, files=files).text
    visitor = visitor_of(few)
    base = str(desk.client.base_url).rstrip("/")
    browser.open(f"{base}/thu-ky/vao")
    for name, value in desk.client.cookies.items():
        browser.driver.add_cookie({"name": name, "value": value})
    pages = {
        "doi-chieu": f"/thu-ky/doi-chieu?ky={CYCLE}",
        "mot-diem": f"/thu-ky/doi-chieu/{numbers[0]}",
        "cong-bo": f"/thu-ky/cong-bo/{CYCLE}",
        "diem-can-doi-chieu": f"/y/{visitor.token}",
    }
    for name, path in pages.items():
        browser.open(f"{base}{path}")
        assert_accessible(browser.driver)
        for size in (DESK, PHONE):
            browser.window(*size)
            browser.look(f"{name}-{size[0]}", whole=True)
            assert browser.driver.execute_script(
                "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), (name, size)
