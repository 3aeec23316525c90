"""The board in a real Chromium: at a desk and on a phone nothing sticks out, axe finds nothing grave, and it prints on
one sheet of A4."""

import base64
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from axe import assert_accessible
from browser import DESK, PHONE, Browser
from openpyxl import load_workbook
from sqlmodel import select

from models.codes import BoardLinkKind, ConfirmationVerdict, DeskRole
from models.cycle import Request
from models.desk_act import Confirmation
from models.submission import AssignmentReport, Submission
from tasks.board.links import given, make_link
from tasks.registers.register_acts import find_assignment
from tasks.steps import collect_step, one_after_another

pytestmark = pytest.mark.chromium

CYCLE = "bcd-quy-2026-Q1"
SOME = ("SNV", "STC", "SKHCN", "CAT", "3127")


@pytest.fixture
def province(released: Any, clock: Any, served: Any) -> Any:
    """All the province is asked; some have reported, one of them with faults, and one word is confirmed."""
    clock.at += timedelta(days=11)  # past the deadline
    published = released.with_settings(portal_url=served(released.office).url)
    published.mark_sent(clock() - timedelta(days=12))
    for agency in SOME:
        content = published.filled(agency, leave_out=int(agency == "STC"))
        (published.inbox / f"{agency}.xlsx").write_bytes(content)
    collect_step(published.office, clock() - timedelta(days=6), one_after_another)
    with published.store.writing() as session:
        report = session.exec(select(AssignmentReport)).first()
        assert report is not None
        version = session.get_one(Submission, report.submission_id)
        request = session.get_one(Request, version.request_id)
        session.add(
            Confirmation(
                cycle_id=request.cycle_id,
                assignment_id=report.assignment_id,
                agency_id=request.agency_id,
                assignment_report_id=report.id,
                verdict=ConfirmationVerdict.CONFIRMED,
                status=report.status,
                document="15/KH-UBND",
                actor="Thư ký",
                at=clock(),
            )
        )
    return published


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def printed(browser: Browser) -> bytes:
    made = browser.driver.execute_cdp_cmd(
        "Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False}
    )
    return base64.b64decode(made["data"])


@pytest.mark.timeout(240)
def test_by_link_at_a_desk_and_on_a_phone(browser: Browser, province: Any, clock: Any) -> None:
    with province.store.writing() as session:
        link = make_link(session, BoardLinkKind.PAGE, "Phó Chủ tịch", None, actor="Lãnh đạo", now=clock())
        session.flush()
        here = given(link, province.office, clock()).address
        number = find_assignment(session, province.form("3127").assignments[0].row_key).id
    for size, name in ((DESK, "ban"), (PHONE, "dien-thoai")):
        browser.window(*size)
        for path, what in (
            ("", "bang"),
            (f"/{CYCLE}?kind=commune&class=behind", "bang-loc"),
            (f"/{CYCLE}/co-quan/SNV", "co-quan"),
            (f"/{CYCLE}/nhiem-vu/{number}", "nhiem-vu"),
        ):
            browser.open(here + path)
            browser.look(f"{name}-{what}", whole=True)
            assert_accessible(browser.driver)
    browser.window(*DESK)
    browser.open(here)
    assert pages_of(printed(browser)) == 1
    assert "Quá hạn chưa gửi" in browser.text


def changed(leader: Any) -> bytes:
    """The workbook of a central system as it might come back: codes, another deadline, another name."""
    book = load_workbook(BytesIO(leader.download("/trung-uong/nq57/xuat").content))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, columns["ID"]).value = f"57-{row:03d}"
    sheet.cell(6, columns["Thời hạn điều chỉnh"]).value = "31/12/2026"
    sheet.cell(7, columns["Tình trạng"]).value = "Đã hoàn thành"
    sheet.cell(9, columns["Nhiệm vụ"]).value += " trên địa bàn tỉnh Điện Biên"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.timeout(240)
def test_at_the_desk(browser: Browser, province: Any, desk_of: Any, clock: Any) -> None:
    leader = desk_of(province, DeskRole.LEADER)
    base = province.office.settings.portal_url
    browser.open(f"{base}/thu-ky/vao")
    browser.named("ten").send_keys(leader.account.login)
    browser.named("mat_khau").send_keys(leader.password)
    browser.press("Đăng nhập")
    leader.post("/lien-ket", {"loai": "page", "cap_cho": "Phó Chủ tịch UBND tỉnh"})
    leader.post("/lien-ket", {"loai": "api", "cap_cho": "IOC của tỉnh"})
    brought = leader.post("/trung-uong/nq57/tep", files={"tep": ("tai ve.xlsx", changed(leader))})
    here = brought.url.partition("/thu-ky")[2].partition("?")[0]
    for size, name in ((DESK, "ban"), (PHONE, "dien-thoai")):
        browser.window(*size)
        for path in ("/bang", "/lien-ket", "/trung-uong", here):
            browser.open(f"{base}/thu-ky{path}")
            browser.look(f"thu-ky-{name}{path[:18].replace('/', '-')}", whole=True)
            assert_accessible(browser.driver)
    browser.window(*DESK)
    browser.open(f"{base}/thu-ky/bang")
    assert pages_of(printed(browser)) == 1
    browser.touch(browser.find(".lamps a"))
    assert "Báo cáo kỳ này" in browser.text
