"""One officer's day at the desk, in a real Chromium: the board, the call sheet, a promise on the telephone, a report on
paper, three statuses confirmed, a contradiction asked and mended, an extension, and the board again.

What each act leaves is looked for in the database; the pictures are for a person (DONDOC_SCREENSHOTS).
"""

from datetime import date
from typing import Any

import pytest
from axe import assert_accessible
from browser import DESK, PHONE, Browser
from contradictions import CYCLE, MENDED, PROCEDURES, hand_in, look
from contradictions import at as march
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from models.codes import DeskRole, DiscrepancyState, RequestState
from models.desk_act import Confirmation, PhoneCall, RecordedReport
from models.discrepancy import Discrepancy
from models.history import Audit
from models.submission import Arrival
from tasks.sending.post import send_due
from tasks.steps import one_after_another, sweep_step

pytestmark = pytest.mark.chromium
MORNING = march(24, 8)  # two working days after the deadline of 20/3


@pytest.fixture
def province(few: Any, served: Any, mailbox: Any) -> Any:
    """Of four agencies one has reported, with a contradiction in it; three are overdue."""
    published = few.with_settings(portal_url=served(few.office).url, mail_url=mailbox.url)
    published.mark_sent(march(4, 10))
    hand_in(published, "SNV", PROCEDURES, march(17, 9))
    look(published, march(17, 10))
    return published


class Officer:
    """Whoever sits before the browser."""

    def __init__(self, browser: Browser, home: str) -> None:
        self.browser = browser
        self.home = home

    def go(self, path: str) -> None:
        self.browser.open(f"{self.home}{path}")

    def log_in(self, login: str, password: str) -> None:
        self.go("")
        self.browser.named("ten").send_keys(login)
        self.browser.named("mat_khau").send_keys(password)
        self.browser.press("Đăng nhập")

    def unfold(self, words: str, inside: str = "//") -> WebElement:
        """The form under a heading that unfolds."""
        box = self.browser.driver.find_element(
            By.XPATH, f"{inside}details[summary[starts-with(normalize-space(),'{words}')]]"
        )
        if box.get_attribute("open") is None:
            self.browser.touch(box.find_element(By.TAG_NAME, "summary"))
        return box

    def type(self, box: WebElement, **texts: str) -> None:
        for name, text in texts.items():
            field = box.find_element(By.NAME, name)
            if field.tag_name == "select":
                Select(field).select_by_visible_text(text)
            else:
                self.browser.retype(field, text)

    def press_in(self, box: WebElement, words: str) -> None:
        """Press a button of this form; others on the page may bear the same words."""
        button = box.find_element(By.XPATH, f".//button[normalize-space()='{words}']")
        self.browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
        self.browser.follow(button)

    def see(self, name: str) -> None:
        """Look at the page at a desk and on a phone, and let axe look, too."""
        assert_accessible(self.browser.driver)
        for size, where in ((PHONE, "dien-thoai"), (DESK, "ban")):
            self.browser.window(*size)
            self.browser.look(f"{name}-{where}", whole=True)


@pytest.mark.timeout(280)
def test_one_officers_day(
    browser: Browser, province: Any, desk_of: Any, clock: Any, mailbox: Any, tmp_path: Any
) -> None:
    clock.at = MORNING
    account = desk_of(province, DeskRole.OFFICER)
    officer = Officer(browser, f"{str(account.client.base_url).rstrip('/')}/thu-ky")
    browser.window(*DESK)
    officer.log_in(account.account.login, account.password)
    assert "Việc của tôi" in browser.text
    officer.see("viec-cua-toi")

    officer.go(f"/bang/{CYCLE}")
    assert "1/4 (25%)" in browser.text
    officer.see("bang-truoc")

    # whom to call, and a promise
    officer.go("/goi-dien")
    assert "Cần gọi 03 cơ quan" in browser.text
    box = officer.unfold("Ghi cuộc gọi", "//tr[preceding-sibling::tr[1][@id='SKHCN']]//")
    officer.type(box, noi_dung="Đang trình ký, hẹn gửi trong tuần", hen="26/3/2026")
    officer.see("goi-dien-dang-ghi")
    officer.press_in(box, "Ghi cuộc gọi")
    assert "26/3/2026" in browser.text
    officer.see("goi-dien-da-ghi")
    (call,) = province.all(PhoneCall)
    assert (call.promised, call.actor) == (date(2026, 3, 26), account.actor)

    # a report that came on paper
    scan = tmp_path / "bao cao giay.pdf"
    scan.write_bytes(b"%PDF-1.7 ban quet")
    officer.go(f"/yeu-cau/{province.request_id('3127')}")
    box = officer.unfold("Ghi nhận thay")
    Select(box.find_element(By.TAG_NAME, "select")).select_by_visible_text("Văn bản giấy")
    officer.type(box, ngay_nhan="20/3/2026", so="45/BC-UBND", ngay="19/3/2026", nguoi_ky="Lò Văn Hải")
    box.find_element(By.NAME, "tep").send_keys(str(scan))
    officer.see("ghi-nhan-thay")
    officer.press_in(box, "Ghi nhận")
    assert "45/BC-UBND" in browser.text
    officer.see("da-ghi-nhan-thay")
    assert province.request("3127").state == RequestState.RECORDED
    (record,) = province.all(RecordedReport)
    assert province.all(Arrival, Arrival.id == record.arrival_id)[0].file_name == "bao cao giay.pdf"

    # three statuses confirmed against the product
    officer.go(f"/xac-nhan/{CYCLE}/SNV")
    ticks = browser.driver.find_elements(By.CSS_SELECTOR, "input[type=checkbox][name=chon]")
    for tick in ticks[:3]:
        browser.touch(tick)
    browser.driver.find_element(By.ID, "van-ban-chung").send_keys("Báo cáo số 125/BC-SNV ngày 17/3/2026")
    officer.see("xac-nhan-dang-chon")
    browser.press("Xác nhận các dòng đã chọn")
    assert f"Đã xác nhận 3/{len(ticks)} trạng thái" in browser.text
    officer.see("xac-nhan-xong")
    assert {c.document for c in province.all(Confirmation)} == {"Báo cáo số 125/BC-SNV ngày 17/3/2026"}

    # a contradiction: asked, the agency hears of it, sends a better version, and it is mended
    officer.go(f"/doi-chieu?ky={CYCLE}")
    point = next(p for p in province.all(Discrepancy) if "149" in p.sentence)
    browser.touch(browser.find(f"input[name=chon][value^='{point.id}:']"))
    officer.see("doi-chieu-dang-chon")
    browser.press("Hỏi cơ quan về các điểm đã đánh dấu")
    assert DiscrepancyState.ASKED.label in browser.text
    officer.see("doi-chieu-da-hoi")
    send_due(province.office, clock())
    letter = [mail for to, mail in mailbox.received if "snv" in to][-1].get_body(("plain",)).get_content()
    assert "đối chiếu" in letter
    assert "149" not in letter, "what was reported stands on the agency's page alone"
    hand_in(province, "SNV", MENDED, march(24, 9, 20))
    clock.at = march(24, 9, 30)
    sweep_step(province.office, clock(), one_after_another)
    officer.go(f"/doi-chieu/{point.id}")
    assert DiscrepancyState.MENDED.label in browser.text
    officer.see("doi-chieu-da-sua")

    # more time for one that asked on the telephone
    officer.go(f"/yeu-cau/{province.request_id('STC')}")
    box = officer.unfold("Gia hạn")
    officer.type(box, den="30/3/2026", ly_do="Chờ số liệu quyết toán; đã trao đổi qua điện thoại")
    officer.press_in(box, "Gia hạn")
    assert "30/3/2026" in browser.text
    officer.see("da-gia-han")
    assert province.request("STC").due == date(2026, 3, 30)

    # the board at the end of the day: two are received, one has until the 30th, one has promised
    officer.go(f"/bang/{CYCLE}")
    assert "2/4 (50%)" in browser.text
    officer.see("bang-sau")

    # nobody was chased who has reported, promised or got more time
    clock.at = march(24, 14)  # after the noon break
    sent = len(mailbox.received)
    sweep_step(province.office, clock(), one_after_another)
    later = [to for to, _ in mailbox.received[sent:]]
    assert not any(agency in to for to in later for agency in ("snv", "stc", "3127", "dien-bien-phu")), later
    acts = [audit.act for audit in province.all(Audit, Audit.actor == account.actor)]
    assert acts.count("xac-nhan-trang-thai") in (1, 3)
