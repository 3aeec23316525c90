"""The page on which an agency confirms its contacts, and the secretariat's page of the round.

What a link shows and takes, whom it turns away; that nothing of an answer changes the directory by itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from models.codes import ContactState, DeskRole
from models.directory import ContactCheck, ContactRound, Person
from models.history import Audit
from models.rules.links import contact_token
from models.time import VIETNAM
from tasks.directory.contact_answers import find_check
from tasks.directory.contact_rounds import end_round, find_round, start_round

NOW = datetime(2026, 3, 9, 9, tzinfo=VIETNAM).astimezone(UTC)
SNV = "dau-moi@snv.dien-bien.example"
HEAD = "thu-truong@snv.dien-bien.example"


class _Words(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data


@dataclass
class Answerer:
    """Somebody with the link of an agency in a round."""

    client: httpx.Client
    token: str

    def get(self) -> httpx.Response:
        return self.client.get(f"/dau-moi/{self.token}")

    def post(self, rest: str, **said: str) -> httpx.Response:
        return self.client.post(f"/dau-moi/{self.token}/{rest}", data=said)


def text(answer: httpx.Response) -> str:
    return " ".join(_Words(answer.text).words.split())


@pytest.fixture
def asked(imported: Any, clock: Any) -> Any:
    """A round has been started, to be answered by 12/3/2026; SNV's officer has a telephone."""
    clock.at = NOW
    with imported.store.writing() as session:
        session.get_one(Person, person(imported).id).phone = "0912 345 678"
        start_round(session, date(2026, 3, 12), actor="Thư ký", now=NOW)
    return imported


def person(province: Any, email: str = SNV) -> Person:
    (found,) = province.all(Person, Person.email == email)
    assert isinstance(found, Person)
    return found


def check(province: Any, agency: str = "SNV") -> ContactCheck:
    with province.store.reading() as session:
        found = find_check(session, find_round(session).id or 0, agency)
        return ContactCheck(**found.model_dump())


AnswererMaker = Callable[..., Answerer]


@pytest.fixture
def answerer_of(served: Any) -> Iterator[AnswererMaker]:
    clients: list[httpx.Client] = []

    def make(province: Any, agency: str = "SNV") -> Answerer:
        client = httpx.Client(base_url=served(province.office).url, follow_redirects=True, timeout=60)
        clients.append(client)
        return Answerer(client, contact_token(check(province, agency).id or 0, province.office.key))

    yield make
    for client in clients:
        client.close()


def test_the_page_shows_enough_to_recognise_and_no_more(asked: Any, answerer_of: AnswererMaker) -> None:
    before = asked.count(Audit)
    answer = answerer_of(asked).get()
    assert answer.status_code == 200
    assert "Đầu mối Sở Nội vụ (cán bộ đầu mối)" in text(answer)
    assert "Thư điện tử: d•••@snv.dien-bien.example. Điện thoại: ••• 678." in text(answer)
    for hidden in (SNV, HEAD, "0912 345 678", "0912345678", "Sở Tài chính"):
        assert hidden not in answer.text
    assert "script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert (asked.count(Audit), check(asked).state) == (before, ContactState.ASKED)


def test_right_is_one_press(asked: Any, answerer_of: AnswererMaker) -> None:
    visitor = answerer_of(asked)
    answer = visitor.post("dung", nguoi_dung="Trần Văn B, Phó phòng")
    assert str(answer.url).endswith("?xong=dung#ket-qua")
    assert "thông tin đầu mối đúng. Xin cảm ơn." in text(answer)
    found = check(asked)
    assert (found.state, found.answered_by, found.answered_at) == (
        ContactState.CONFIRMED,
        "Trần Văn B, Phó phòng",
        NOW,
    )
    unnamed = visitor.post("dung", nguoi_dung="")
    assert (unnamed.status_code, "Chưa ghi họ tên" in text(unnamed)) == (422, True)


def test_changes_are_proposed_and_written_only_when_accepted(
    asked: Any, answerer_of: AnswererMaker, desk_of: Any
) -> None:
    visitor = answerer_of(asked)
    officer, head = person(asked), person(asked, HEAD)
    said = {
        f"ho_ten_{officer.id}": "Trần Văn B",
        f"chuc_vu_{officer.id}": "Phó phòng",
        f"thu_{officer.id}": "",
        f"dien_thoai_{officer.id}": "",
        f"ho_ten_{head.id}": head.name,
        f"thoi_{head.id}": "x",
        "vai_tro_moi1": "head",
        "ho_ten_moi1": "Lê Thị C",
        "chuc_vu_moi1": "Giám đốc",
        "thu_moi1": "c@snv.example",
        "dien_thoai_moi1": "",
        "ghi_chu": "Theo Quyết định 12",
        "nguoi_sua": "Trần Văn B",
    }
    answer = visitor.post("de-nghi", **said)
    assert "đang chờ thư ký" in text(answer)
    assert (person(asked).name, asked.count(Person, Person.email == "c@snv.example")) == (
        "Đầu mối Sở Nội vụ",
        0,
    )
    desk = desk_of(asked)
    page = desk.get("/danh-ba/xac-nhan")
    assert "01 đề nghị chờ quyết định" in page.text
    assert (
        "Sửa : Đầu mối Sở Nội vụ: họ tên: Đầu mối Sở Nội vụ → Trần Văn B; chức vụ: (trống) → Phó phòng"
        in page.text
    )
    assert "Thêm : Lê Thị C (thủ trưởng cơ quan, Giám đốc, c@snv.example)" in page.text
    assert "Không còn phụ trách : Thủ trưởng Sở Nội vụ" in page.text
    assert "Ghi chú: Theo Quyết định 12" in page.text
    page = desk.post(f"/danh-ba/xac-nhan/{check(asked).id}/dong-y", {"da_xem": NOW.isoformat()})
    assert "Đã sửa danh bạ theo đề nghị của cơ quan." in page.text
    assert (person(asked).name, person(asked).phone, person(asked).title) == (
        "Trần Văn B",
        "0912 345 678",
        "Phó phòng",
    )
    assert (person(asked, HEAD).active, person(asked, "c@snv.example").active) == (False, True)
    assert "Thư ký đã sửa danh bạ theo đề nghị" in text(visitor.get())
    late = visitor.post("dung", nguoi_dung="Trần Văn B")
    assert (late.status_code, "Thư ký đã xử lý" in text(late)) == (422, True)


def test_a_proposal_that_is_declined_says_why(asked: Any, answerer_of: AnswererMaker, desk_of: Any) -> None:
    visitor = answerer_of(asked)
    visitor.post("de-nghi", ghi_chu="Đổi đầu mối", nguoi_sua="Ai đó")
    desk = desk_of(asked)
    page = desk.post(f"/danh-ba/xac-nhan/{check(asked).id}/khong", {"ly_do": "", "da_xem": NOW.isoformat()})
    assert (page.status, "Chưa ghi lý do" in page.text) == (422, True)
    desk.post(
        f"/danh-ba/xac-nhan/{check(asked).id}/khong", {"ly_do": "chưa có văn bản", "da_xem": NOW.isoformat()}
    )
    assert "Lý do: chưa có văn bản" in text(visitor.get())


def test_what_cannot_be_proposed_is_said_and_what_was_typed_stays(
    asked: Any, answerer_of: AnswererMaker
) -> None:
    visitor = answerer_of(asked)
    answer = visitor.post("de-nghi", ho_ten_moi2="Lê Thị C", thu_moi2="sai địa chỉ", nguoi_sua="B")
    assert answer.status_code == 422
    assert "không đúng dạng" in text(answer)
    assert 'value="sai địa chỉ"' in answer.text
    nothing = visitor.post("de-nghi", **{f"ho_ten_{person(asked).id}": person(asked).name}, nguoi_sua="B")
    assert "Chưa ghi nội dung đề nghị sửa" in text(nothing)
    assert check(asked).state == ContactState.ASKED


def test_an_address_is_nothing_but_words_on_the_page(
    asked: Any, answerer_of: AnswererMaker, desk_of: Any
) -> None:
    answerer_of(asked).post("de-nghi", ghi_chu="<script>alert(1)</script>", nguoi_sua="<b>B</b>")
    page = desk_of(asked).get("/danh-ba/xac-nhan")
    assert "<script>" not in page.html
    assert "<b>B</b>" in page.text


def test_links_that_do_not_open(asked: Any, answerer_of: AnswererMaker, visitor_of: Any) -> None:
    visitor = answerer_of(asked)
    other = contact_token((check(asked).id or 0) + 1, b"x" * 32)
    assert visitor.client.get(f"/dau-moi/{other}").status_code == 404
    assert visitor.client.get(f"/y/{visitor.token}").status_code == 404
    assert visitor.client.get("/dau-moi/khong-co").status_code == 404


def test_a_round_that_is_over_takes_no_answer_and_shows_no_contact(
    asked: Any, answerer_of: AnswererMaker, clock: Any
) -> None:
    visitor = answerer_of(asked)
    clock.at = datetime(2026, 3, 13, 9, tzinfo=VIETNAM).astimezone(UTC)
    answer = visitor.get()
    assert "Đợt xác nhận đầu mối đã kết thúc (hạn trả lời 12/3/2026)" in text(answer)
    assert "Đầu mối Sở Nội vụ" not in answer.text
    assert visitor.post("dung", nguoi_dung="B").status_code == 422
    with asked.store.writing() as session:
        end_round(session, find_round(session), actor="Thư ký", now=clock.at)
    assert visitor.get().status_code == 200
    clock.at += timedelta(days=61)
    assert visitor.get().status_code == 404


def test_a_round_is_started_looked_at_and_ended_at_the_desk(imported: Any, desk_of: Any, clock: Any) -> None:
    clock.at = NOW
    desk = desk_of(imported.with_settings(portal_url="http://bao-cao.example"))
    page = desk.post("/danh-ba/xac-nhan/mo", {"han": "1/3/2026"})
    assert (page.status, "phải từ ngày 10/3/2026" in page.text) == (422, True)
    page = desk.post("/danh-ba/xac-nhan/mo", {"han": "12/3/2026"})
    assert "Đã mở đợt xác nhận" in page.text
    assert "Đã hỏi, chờ xác nhận" in page.text
    assert page.html.count("http://bao-cao.example/dau-moi/") > 50
    assert imported.all(ContactRound)[0].actor == desk.actor
    reader = desk_of(imported, DeskRole.READER)
    assert reader.post("/danh-ba/xac-nhan/ket-thuc").status == 403
    assert "Chưa trả lời đợt xác nhận" in reader.get("/danh-ba?loc=chua-xac-nhan").text
    page = desk.post("/danh-ba/xac-nhan/ket-thuc")
    assert "Đã kết thúc đợt xác nhận." in page.text
    assert "Mở đợt mới" in page.text
    desk.post("/danh-ba/xac-nhan/mo", {"han": "20/3/2026"})
    page = desk.get("/danh-ba/xac-nhan?dot=1&loc=confirmed")
    assert ("Đợt số 1" in page.text, "(0)" in page.text, "Các đợt trước" in page.text) == (True, True, True)
