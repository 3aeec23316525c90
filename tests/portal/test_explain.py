"""What an agency is asked stands on its page; it explains there, or hands in a version that mends it."""

from typing import Any

import pytest
from contradictions import CYCLE, MENDED, PROCEDURES, at, hand_in, look

from models.codes import DiscrepancyState
from models.discrepancy import Discrepancy
from tasks.discrepancies.acts import ask, reopen
from tasks.registers.register_acts import find_assignment, set_withheld

ASKED = "Điểm cần đối chiếu"
WRONG = "166 (40 + 106 + 20), khác Tổng số TTHC là 149"


def row(province: Any) -> Discrepancy:
    (found,) = province.all(Discrepancy)
    return found  # type: ignore[no-any-return]


@pytest.fixture
def asked(few: Any) -> Any:
    hand_in(few, "SNV", PROCEDURES, at(10, 9))
    look(few, at(10, 10))
    with few.store.writing() as session:
        ask(session, {row(few).id or 0: 0}, actor="Thư ký", now=at(10, 11))
    return few


def test_only_what_is_asked_is_on_the_page(few: Any, visitor_of: Any) -> None:
    hand_in(few, "SNV", PROCEDURES, at(10, 9))
    look(few, at(10, 10))
    visitor = visitor_of(few)
    assert ASKED not in visitor.get().text
    with few.store.writing() as session:
        ask(session, {row(few).id or 0: 0}, actor="Thư ký", now=at(10, 11))
    text = visitor.get().text
    assert WRONG in text
    assert "Trong một báo cáo: bản thứ 1 (nhận lúc 09:00 ngày 10/3/2026): trang “Phụ lục V”." in text
    assert "Hỏi lúc 11:00 ngày 10/3/2026" in text
    assert ASKED not in visitor_of(few, "STC").get().text
    with few.store.writing() as session:
        reopen(session, row(few).id or 0, reason="hỏi nhầm", actor="Thư ký", now=at(10, 12))
    assert ASKED not in visitor.get().text


def test_explained_there_once_and_better_later(asked: Any, visitor_of: Any) -> None:
    visitor = visitor_of(asked)
    number = str(row(asked).id)
    for _ in range(2):
        page = visitor.post("/giai-trinh", {"diem": number, "giai_trinh": "Tính cả <b>TTHC</b> dùng chung"})
    assert "Đã ghi nội dung giải trình" in page.text
    assert "Đã giải trình lúc 09:00 ngày 12/3/2026: Tính cả <b>TTHC</b> dùng chung" in page.text
    assert (row(asked).state, row(asked).answered_by) == (
        DiscrepancyState.EXPLAINED,
        "Sở Nội vụ, trên trang nộp báo cáo",
    )
    visitor.post("/giai-trinh", {"diem": number, "giai_trinh": "Đếm lại: 166"})
    assert row(asked).answer == "Đếm lại: 166"


def test_what_was_typed_is_not_lost_and_nothing_of_others_is_reached(asked: Any, visitor_of: Any) -> None:
    number = str(row(asked).id)
    page = visitor_of(asked).post("/giai-trinh", {"diem": number, "giai_trinh": " -- "})
    assert (page.status, "Chưa ghi nội dung giải trình" in page.text) == (422, True)
    for agency, point in (("STC", number), ("SNV", "99999"), ("SNV", "x")):
        page = visitor_of(asked, agency).post("/giai-trinh", {"diem": point, "giai_trinh": "Đúng"})
        assert page.status == 422
        assert "không có trong danh sách" in page.text
    assert row(asked).state is DiscrepancyState.ASKED


def test_mended_by_a_new_version_it_goes_from_the_page(asked: Any, visitor_of: Any) -> None:
    hand_in(asked, "SNV", MENDED, at(11, 9))
    look(asked, at(11, 10))
    assert ASKED not in visitor_of(asked).get().text
    assert row(asked).state is DiscrepancyState.MENDED


def test_a_withheld_assignment_is_neither_shown_nor_explained(few: Any, visitor_of: Any) -> None:
    on, off = "Thường xuyên, bảo đảm tiến độ", "Thường xuyên, chưa bảo đảm tiến độ"
    hand_in(few, "SKHCN", {"KH57-2026/II.1:status": on}, at(10, 9))
    hand_in(few, "SNV", {"KH57-2026/II.1:status": off, "KH57-2026/II.1:reason": "Lý do"}, at(10, 9))
    look(few, at(10, 10))
    (between,) = few.all(Discrepancy, Discrepancy.kind == "leads")
    with few.store.writing() as session:
        ask(session, {between.id: 0}, actor="Thư ký", now=at(10, 11))
    visitor = visitor_of(few)
    assert "cơ quan đầu mối" in visitor.get().text
    with few.store.writing() as session:
        task = find_assignment(session, "KH57-2026/II.1")
        set_withheld(session, task, withheld=True, reason="mật", actor="Thư ký", now=at(10, 12))
    assert ASKED not in visitor.get().text
    page = visitor.post("/giai-trinh", {"diem": str(between.id), "giai_trinh": "Đúng"})
    assert page.status == 422
    assert CYCLE not in page.text
