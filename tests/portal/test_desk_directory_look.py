"""The pages of the directory and of the calls in a real Chromium: nothing sticks out on a phone, axe has nothing
serious to say, the call sheet prints on A4."""

import base64
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from axe import assert_accessible
from browser import DESK, PHONE, Browser
from openpyxl import Workbook
from sqlmodel import select

from models.codes import DeskRole, PersonRole
from models.directory import Person
from models.rules.directory.contact_fields import ContactFields
from models.rules.directory.rounds import Proposal
from models.rules.links import contact_token
from models.time import VIETNAM
from tasks.directory.contact_answers import find_check, propose_contacts
from tasks.directory.contact_rounds import find_round, start_round
from tasks.directory.contacts import add_contact, find_agency

pytestmark = pytest.mark.chromium
SENT = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)
NOW = datetime(2026, 3, 23, 8, 15, tzinfo=VIETNAM).astimezone(UTC)
NEW = ContactFields(
    PersonRole.OFFICER, "Quàng Thị Hương", "Phó Chánh Văn phòng", "huong@snv.example", "0912 345 678"
)


def prepare(province: Any) -> str:
    """An officer with a telephone, an address that came back, a round with a proposal; returns the round's token."""
    province.mark_sent(SENT)
    with province.store.writing() as session:
        snv = find_agency(session, "SNV")
        add_contact(session, snv, NEW, actor="Thư ký", now=NOW)
        row = session.exec(select(Person).where(Person.email == "dau-moi@snv.dien-bien.example")).one()
        row.phone, row.title, row.bounced_at = "0215 3825 001", "Chuyên viên", SENT
        row.bounced_why = (
            "550 5.1.1 <dau-moi@snv.dien-bien.example>: Recipient address rejected: User unknown"
        )
        start_round(session, date(2026, 3, 27), actor="Thư ký", now=NOW)
        check = find_check(session, find_round(session).id or 0, "SNV")
        propose_contacts(
            session, check.id or 0, (Proposal(NEW),), "Theo Quyết định số 12/QĐ-SNV", "Quàng Thị Hương", NOW
        )
        other = find_check(session, find_round(session).id or 0, "STC")
        return contact_token(other.id or 0, province.office.key)


def workbook() -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Người liên hệ"
    sheet.append(["Mã cơ quan", "Vai trò", "Họ tên", "Chức vụ", "Thư điện tử", "Điện thoại", "Đang dùng"])
    sheet.append(
        ["STC", "Cán bộ đầu mối", "Lò Văn Sơn", "Chuyên viên", "son@stc.example", "0215 3825 002", "Có"]
    )
    sheet.append(
        ["STCC", "Cán bộ đầu mối", "Lò Văn Sơn", "Chuyên viên", "son@stc.example", "0215 3825 002", "Có"]
    )
    sheet.append(["STC", "Thủ trưởng cơ quan", "Tên mới", "", "thu-truong@stc.dien-bien.example", "", "Có"])
    out = BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.timeout(180)
def test_pages_on_a_desk_and_on_a_phone(
    few: Any, desk_of: Any, browser: Browser, clock: Any, tmp_path: Any
) -> None:
    clock.at = NOW
    token = prepare(few)
    desk = desk_of(few, DeskRole.LEADER)
    logged = {
        "co_quan": "SKHCN",
        "goi_cho": "Trực ban",
        "ket_qua": "co",
        "hen": "25/3/2026",
        "noi_dung": "Chờ ký",
    }
    assert "Đã ghi cuộc gọi." in desk.post("/goi-dien/ghi", logged).text
    base = str(desk.client.base_url).rstrip("/")
    browser.open(f"{base}/thu-ky/vao")
    for name, value in desk.client.cookies.items():
        browser.driver.add_cookie({"name": name, "value": value})
    pages = {
        "goi-dien": "/thu-ky/goi-dien",
        "dinh-chinh": "/thu-ky/goi-dien/1/dinh-chinh",
        "danh-ba": "/thu-ky/danh-ba?loc=can-xem",
        "co-quan": "/thu-ky/danh-ba/SNV",
        "nap": "/thu-ky/danh-ba/nhap",
        "dot-xac-nhan": "/thu-ky/danh-ba/xac-nhan",
        "trang-co-quan-xac-nhan": f"/dau-moi/{token}",
    }
    for name, path in pages.items():
        browser.open(f"{base}{path}")
        for size in (DESK, PHONE):
            browser.window(*size)
            assert_accessible(browser.driver)
            browser.look(f"{name}-{size[0]}", whole=True)
            for opened in browser.driver.find_elements("css selector", "details:not([open]) > summary")[:3]:
                opened.click()
            assert_accessible(browser.driver)
            browser.look(f"{name}-mo-{size[0]}", whole=True)
            browser.open(f"{base}{path}")
    file = tmp_path / "danh-ba.xlsx"
    file.write_bytes(workbook())
    browser.window(*DESK)
    browser.open(f"{base}/thu-ky/danh-ba/nhap")
    browser.driver.find_element("id", "tep").send_keys(str(file))
    browser.press("Xem thay đổi")
    assert "Người liên hệ: 02 thay đổi" in browser.text
    for size in (DESK, PHONE):
        browser.window(*size)
        assert_accessible(browser.driver)
        browser.look(f"thay-doi-{size[0]}", whole=True)


def test_the_call_sheet_prints_on_a4(
    few: Any, desk_of: Any, browser: Browser, clock: Any, tmp_path: Any
) -> None:
    clock.at = NOW
    prepare(few)
    desk = desk_of(few)
    base = str(desk.client.base_url).rstrip("/")
    browser.open(f"{base}/thu-ky/vao")
    for name, value in desk.client.cookies.items():
        browser.driver.add_cookie({"name": name, "value": value})
    browser.open(f"{base}/thu-ky/goi-dien")
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pdf = base64.b64decode(printed["data"])
    (tmp_path / "goi-dien.pdf").write_bytes(pdf)
    assert pdf.startswith(b"%PDF")
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 2
