"""The page of reports in a real Chromium: nothing sticks out on a phone, and axe has nothing serious to say."""

from typing import Any

import pytest
from axe import assert_accessible
from browser import DESK, PHONE, Browser

from models.codes import DeskRole

pytestmark = pytest.mark.chromium
HERE = "/bao-cao/bcd-quy-2026-Q1"


@pytest.mark.timeout(180)
def test_the_page_on_a_desk_and_on_a_phone(few: Any, desk_of: Any, browser: Browser) -> None:
    desk = desk_of(few, DeskRole.OFFICER)
    desk.post(f"{HERE}/co-quan", {"co_quan": "SNV"})
    desk.post(f"{HERE}/linh-vuc", {"linh_vuc": "V"})
    base = str(desk.client.base_url).rstrip("/")
    browser.open(f"{base}/thu-ky/vao")
    for name, value in desk.client.cookies.items():
        browser.driver.add_cookie({"name": name, "value": value})
    browser.open(f"{base}/thu-ky{HERE}")
    assert "Văn bản đã lập" in browser.text
    assert_accessible(browser.driver)
    for size in (DESK, PHONE):
        browser.window(*size)
        browser.look(f"bao-cao-{size[0]}", whole=True)
