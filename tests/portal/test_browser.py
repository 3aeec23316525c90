"""The page as an officer meets it, in a real Chromium: from the link in a received mail to the receipt."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asked import ask, filled, reported_last
from browser import DESK, PHONE, Browser
from outlines import OUTLINE
from selenium.webdriver.support.ui import Select

from models.submission import SignedReport, Submission
from tasks.annexes.markup import read_annex
from tasks.sending.post import send_due
from tasks.settings import CHECKOUT

pytestmark = pytest.mark.chromium


@pytest.fixture
def province(few: Any, served: Any, mailbox: Any) -> Any:
    """The quarter is released, its pages are up, and letters go to a real mail server."""
    socket_free = served(few.office).url
    return few.with_settings(portal_url=socket_free, mail_url=mailbox.url)


def link_in_mail(mailbox: Any, to: str) -> str:
    """The link of the latest mail to somebody, from its plain text and its HTML alike."""
    mail = next(mail for address, mail in reversed(mailbox.received) if to in address)
    plain = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    (address,) = set(re.findall(r"http://\S+/y/[a-z0-9-]+", plain))
    assert f'href="{address}"' in html
    return str(address)


@pytest.fixture
def asked(province: Any, mailbox: Any, clock: Any) -> Callable[[str], str]:
    """Sends the requests; returns the link that an agency got: `asked("snv")`."""
    from tasks.steps import dispatch_step, one_after_another

    dispatch_step(province.office, "", clock.at, one_after_another)
    return lambda to: link_in_mail(mailbox, to)


@pytest.mark.timeout(180)
def test_by_file_at_a_desk(
    browser: Browser, province: Any, asked: Callable[[str], str], mailbox: Any, clock: Any, tmp_path: Path
) -> None:
    browser.window(*DESK)
    browser.open(asked("snv"))
    assert "còn 06 ngày làm việc" in browser.text
    browser.look("trang-ban-dau", whole=True)

    wrong, mended = tmp_path / "SNV sai.xlsx", tmp_path / "SNV.xlsx"
    key = next(ln.row_key for ln in province.form("SNV").assignments if ln.kind == "date").partition("/")[2]
    wrong.write_bytes(province.filled("SNV", leave_out=1, status={key: "Hoàn thành"}, product="-"))
    mended.write_bytes(province.filled("SNV", status={key: "Hoàn thành"}))
    browser.find("#tep").send_keys(str(wrong))
    browser.press("Nộp tệp")
    assert "Đã nhận, nhưng báo cáo còn nội dung phải sửa" in browser.text
    assert "Trang “Nhiệm vụ”, ô F5" in browser.text
    assert "Tải bản đã đánh dấu chỗ cần sửa" in browser.text
    browser.look("loi-can-sua", whole=True)

    browser.find("#tep").send_keys(str(mended))
    browser.press("Nộp tệp")
    assert "Đã nhận báo cáo, đạt yêu cầu" in browser.text
    assert "Số biên nhận: 0002/SNV" in browser.text
    browser.look("bien-nhan", whole=True)
    browser.driver.refresh()
    assert [v.version for v in province.all(Submission)] == [1, 2]

    send_due(province.office, clock.at)
    assert "0002/SNV" in mailbox.texts("snv")[-1]


@pytest.mark.timeout(180)
def test_by_web_form_on_a_phone(browser: Browser, province: Any, asked: Callable[[str], str]) -> None:
    ask(province, "SNV")
    browser.window(*PHONE)
    browser.open(asked("snv"))
    browser.look("dien-thoai-trang", whole=True)
    browser.press("Điền báo cáo trực tuyến")
    browser.look("dien-thoai-bieu-mau")

    lines = province.form("SNV").assignments
    for line in lines[1:]:
        status = "Thường xuyên, bảo đảm tiến độ" if line.kind == "recurring" else "Đang thực hiện"
        Select(browser.named(f"{line.row_key}:status")).select_by_visible_text(status)
    dated = next(line for line in lines if line.kind == "date")
    browser.named(f"{dated.row_key}:percent").send_keys("một nửa")
    browser.look("dien-thoai-dang-dien")
    browser.press("Lưu nháp")
    assert "Đã lưu bản nháp" in browser.text
    assert browser.named(f"{dated.row_key}:percent").get_attribute("value") == "một nửa"
    browser.look("dien-thoai-da-luu")

    browser.press("Gửi báo cáo")
    assert "Đã nhận, nhưng báo cáo còn nội dung phải sửa" in browser.text
    browser.look("dien-thoai-loi", whole=True)
    Select(browser.named(f"{lines[0].row_key}:status")).select_by_index(1)
    percent = browser.named(f"{dated.row_key}:percent")
    assert percent.get_attribute("aria-invalid") == "true"
    percent.clear()
    percent.send_keys("50")
    browser.press("Gửi báo cáo")
    assert "Đã nhận báo cáo, đạt yêu cầu" in browser.text
    browser.look("dien-thoai-bien-nhan")
    browser.look("dien-thoai-bien-nhan-ca-trang", whole=True)
    assert [v.verdict for v in province.all(Submission)] == ["faulty", "accepted"]


@pytest.mark.timeout(180)
def test_other_acts_on_a_phone(browser: Browser, province: Any, asked: Callable[[str], str]) -> None:
    browser.window(*PHONE)
    address = asked("stc")
    browser.open(address)
    browser.find("details:has(#hen) summary").click()
    browser.named("hen").send_keys("18/3/2026")
    browser.press("Ghi ngày hẹn")
    assert "Đã ghi ngày dự kiến nộp báo cáo" in browser.text
    assert "Đã hẹn nộp\nngày 18/3/2026" in browser.text
    browser.find("details:has(#den) summary").click()
    browser.named("den").send_keys("27/3/2026")
    browser.named("ly_do").send_keys("Chờ số liệu của các phòng chuyên môn")
    browser.look("dien-thoai-gia-han")
    browser.press("Gửi đề nghị gia hạn")
    assert "đang chờ thư ký xem xét" in browser.text
    browser.look("dien-thoai-da-xin-gia-han", whole=True)
    page, _, code = address.rpartition("-")
    browser.open(f"{page}-{'A' if code[0] != 'A' else 'B'}{code[1:]}")
    browser.look("duong-dan-sai")
    assert browser.text == "Đường dẫn này không có hiệu lực."


PROCEDURES = {"C7": "40", "C8": "106", "C9": "20", "C10": "166"}
FILES = {"C15": "120", "E15": "30", "G15": "150", "C16": "800", "E16": "200", "G16": "1.000"} | {
    "C17": "400", "E17": "50", "G17": "450", "C18": "1.320", "E18": "280", "G18": "1.600"
}  # fmt: skip
"""Figures of Phụ lục V that add up, by their places in the marked-up workbook."""


def fields_of(places: dict[str, str]) -> dict[str, str]:
    return {f"PL-V/{place[1:]}:{place[0]}": text for place, text in places.items()}


@pytest.mark.timeout(240)
def test_last_period_annex_prose_and_the_signed_report_on_a_phone(
    browser: Browser, province: Any, asked: Callable[[str], str], tmp_path: Path
) -> None:
    workbook = CHECKOUT / "deployments" / "dien-bien" / "annexes" / "PL-V.xlsx"
    ask(province, "SNV", read_annex(workbook.read_bytes(), workbook.name), outline=OUTLINE)
    last = {**filled(province, "SNV", percent="35"), **fields_of(PROCEDURES | FILES)}
    reported_last(province, "SNV", last)
    browser.window(*PHONE)
    browser.open(asked("snv"))
    browser.look("dien-thoai-co-phu-luc", whole=True)
    browser.press("Điền báo cáo trực tuyến")
    assert "như kỳ trước, chưa xác nhận" in browser.text
    browser.look("dien-thoai-nhu-ky-truoc", whole=True)

    for line in province.form("SNV").assignments:
        browser.touch(browser.named(f"{line.row_key}:same"))
    total = browser.named("PL-V/18:C")
    assert total.get_attribute("value") == "1.320"
    browser.retype(total, "1.250")  # the levels add up to 1.320
    browser.touch(browser.find("#loi-van summary"))
    browser.find("#loi-van textarea").send_keys("Đã ban hành Kế hoạch số 10/KH-SNV ngày 05/01/2026.")
    browser.look("dien-thoai-loi-van")
    browser.press("Gửi báo cáo")
    assert "Đã nhận, nhưng báo cáo còn nội dung phải sửa" in browser.text
    browser.look("dien-thoai-phu-luc-sai", whole=True)
    browser.touch(browser.find("#ket-qua summary"))
    browser.touch(browser.find('#ket-qua details li a[href="#PL-V/18%3AC"]'))
    total = browser.named("PL-V/18:C")
    assert total.get_attribute("aria-invalid") == "true"
    assert 0 <= browser.top_of(total) < PHONE[1]
    browser.look("dien-thoai-den-cho-sai")

    browser.retype(total, "1.320")
    browser.retype(browser.named("PL-V/7:C"), "41")
    browser.retype(browser.named("PL-V/10:C"), "167")
    browser.look("dien-thoai-da-sua")
    browser.press("Gửi báo cáo")
    assert "Đã nhận báo cáo, đạt yêu cầu" in browser.text
    assert "Số liệu sơ bộ: chưa có báo cáo đã ký" in browser.text
    browser.look("dien-thoai-bien-nhan-so-bo")

    signed = tmp_path / "bao-cao-da-ky.pdf"
    signed.write_bytes(b"%PDF-1.4\n%%EOF\n")
    browser.touch(browser.find("#ban-ky summary"))
    browser.named("so").send_keys("125/BC-SNV")
    browser.named("ngay").send_keys("11/3/2026")
    browser.named("nguoi_ky").send_keys("Lò Văn A, Giám đốc")
    browser.named("ban_ky").send_keys(str(signed))
    browser.look("dien-thoai-nop-ban-ky")
    browser.press("Nộp bản ký")
    assert "Báo cáo số 125/BC-SNV ngày 11/3/2026 do Lò Văn A, Giám đốc ký." in browser.text
    browser.look("dien-thoai-da-ky", whole=True)
    assert province.count(SignedReport) == 1
    request_id = province.request_id("SNV")
    verdicts = [v.verdict for v in province.all(Submission) if v.request_id == request_id]
    assert verdicts == ["faulty", "accepted"]
