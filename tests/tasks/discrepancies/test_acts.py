"""A contradiction is asked, explained, marked as mended, taken up again; each once, each by its author."""

from threading import Barrier, Thread
from typing import Any

import pytest
from contradictions import CYCLE, MENDED, PROCEDURES, at, hand_in, look
from sqlmodel import select

from models.codes import DiscrepancyKind, DiscrepancyState, NoticeState
from models.directory import Person
from models.discrepancy import Discrepancy
from models.fault import Fault
from models.history import Audit, StateChange
from models.notice import Notice
from tasks.cycle.request_acts import find_request
from tasks.discrepancies.acts import STEP, Asked, ask, explain, explain_own, mend, reopen
from tasks.discrepancies.points import history_of, points_with
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.sending.post import send_due

SNV = "dau-moi@snv.dien-bien.example"


def row(province: Any) -> Discrepancy:
    (found,) = province.all(Discrepancy)
    return found  # type: ignore[no-any-return]


def found(province: Any) -> int:
    """One contradiction of SNV, as found."""
    hand_in(province, "SNV", PROCEDURES, at(10, 9))
    look(province, at(10, 10))
    return row(province).id or 0


def asked(province: Any, seen: dict[int, int], hour: int = 11, store: Any = None) -> Asked:
    with (store or province.store).writing() as session:
        return ask(session, seen, actor="Thư ký", now=at(10, hour))


def acts(province: Any) -> list[str]:
    return [audit.act for audit in province.all(Audit) if audit.entity == "discrepancy"]


def test_asked_twice_by_one_press_is_asked_once(few_both: Any) -> None:
    number = found(few_both)
    assert asked(few_both, {number: 0}).sentence == "Đã hỏi 01 điểm của 01 cơ quan, đơn vị."
    again = asked(few_both, {number: 0})
    assert (again.points, again.left) == (0, 1)
    here = row(few_both)
    assert (here.state, here.asked_no, here.asked_at) == (DiscrepancyState.ASKED, 1, at(10, 11))
    assert acts(few_both) == ["hoi-doi-chieu"]
    assert len(few_both.all(Notice, Notice.step == STEP)) == 1

    # Who has seen that it was asked and asks again means it: another letter.
    assert asked(few_both, {number: 1}, 15).points == 1
    assert row(few_both).asked_no == 2
    assert [notice.plan_no for notice in few_both.all(Notice, Notice.step == STEP)] == [1, 2]


def test_two_officers_at_once_ask_once(few_both: Any) -> None:
    number = found(few_both)
    start, said = Barrier(2), []

    def one() -> None:
        store = few_both.open_again()
        start.wait()
        said.append(asked(few_both, {number: 0}, store=store).points)

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [0, 1]
    assert row(few_both).asked_no == 1
    assert len(few_both.all(Notice, Notice.step == STEP)) == 1


def test_explained_mended_and_taken_up_again(few_both: Any) -> None:
    number = found(few_both)
    asked(few_both, {number: 0})
    with few_both.store.writing() as session:
        new = explain(
            session, number, " Tính cả\nTTHC dùng chung. ", by="Lò Văn A", actor="Thư ký", now=at(10, 12)
        )
        same = explain(
            session, number, "Tính cả\nTTHC dùng chung.", by="Lò Văn A", actor="Thư ký", now=at(10, 13)
        )
    assert (new, same) == (True, False)
    here = row(few_both)
    assert (here.state, here.answer) == (DiscrepancyState.EXPLAINED, "Tính cả\nTTHC dùng chung.")
    assert (here.answered_by, here.answered_at) == ("Lò Văn A", at(10, 12))
    with few_both.store.writing() as session:
        explain(session, number, "Đếm lại: 166.", by="Lò Văn A", actor="Thư ký", now=at(10, 14))
        assert mend(session, number, reason="Sửa trong bản ký", actor="Thư ký", now=at(10, 15))
        assert not mend(session, number, reason="Sửa trong bản ký", actor="Thư ký", now=at(10, 15))
        assert reopen(session, number, reason="Chưa sửa", actor="Thư ký", now=at(10, 16))
        assert not reopen(session, number, reason="Chưa sửa", actor="Thư ký", now=at(10, 16))
    assert acts(few_both) == [
        "hoi-doi-chieu",
        "giai-trinh-doi-chieu",
        "giai-trinh-doi-chieu",
        "danh-dau-da-sua",
        "mo-lai-doi-chieu",
    ]
    assert row(few_both).state is DiscrepancyState.OPEN
    # No explanation is lost, and none is in the audit trail.
    with few_both.store.reading() as session:
        history = history_of(session, points_with(session, [number])[number])
    assert [change.reason for change in history] == [
        "hỏi lần 1",
        "Tính cả\nTTHC dùng chung.",
        "Đếm lại: 166.",
        "Sửa trong bản ký",
        "Chưa sửa",
    ]
    assert "dùng chung" not in " ".join(str(audit.after) for audit in few_both.all(Audit))


def test_what_cannot_be_done_is_said(few: Any) -> None:
    number = found(few)
    with few.store.writing() as session:
        with pytest.raises(Fault, match="Chưa chọn điểm nào"):
            ask(session, {}, actor="Thư ký", now=at(10, 11))
        with pytest.raises(Fault, match="Chưa ghi nội dung giải trình"):
            explain(session, number, " -- ", by="A", actor="Thư ký", now=at(10, 11))
        with pytest.raises(Fault, match="Chưa ghi ai giải trình"):
            explain(session, number, "Đúng", by="", actor="Thư ký", now=at(10, 11))
        with pytest.raises(Fault, match="Chưa ghi lý do"):
            mend(session, number, reason=" ", actor="Thư ký", now=at(10, 11))
        with pytest.raises(Fault, match="Không có điểm đối chiếu số 99"):
            mend(session, 99, reason="x", actor="Thư ký", now=at(10, 11))
    hand_in(few, "SNV", MENDED, at(11, 9))
    look(few, at(11, 10))
    with few.store.writing() as session:
        with pytest.raises(Fault, match="Không điểm nào"):
            ask(session, {number: 0}, actor="Thư ký", now=at(11, 11))
        with pytest.raises(Fault, match="không còn trong số liệu mới nhất"):
            reopen(session, number, reason="x", actor="Thư ký", now=at(11, 11))
        with pytest.raises(Fault, match="không cần giải trình nữa"):
            explain(session, number, "Đúng", by="A", actor="Thư ký", now=at(11, 11))


def test_an_agency_explains_what_it_was_asked_and_nothing_else(few_both: Any) -> None:
    number = found(few_both)

    def try_it(agency: str, answer: str = "Đã tính cả TTHC dùng chung.") -> bool:
        with few_both.store.writing() as session:
            return explain_own(session, find_request(session, CYCLE, agency), number, answer, at(10, 12))

    with pytest.raises(Fault, match="không có trong danh sách"):
        try_it("SNV")  # not asked yet: it is not there for the agency
    asked(few_both, {number: 0})
    with pytest.raises(Fault, match="không có trong danh sách"):
        try_it("STC")
    assert try_it("SNV")
    assert not try_it("SNV")
    here = row(few_both)
    assert (here.state, here.answered_by) == (
        DiscrepancyState.EXPLAINED,
        "Sở Nội vụ, trên trang nộp báo cáo",
    )
    (change,) = [c for c in few_both.all(StateChange) if c.after == "explained"]
    assert change.actor == "Sở Nội vụ (trang nộp báo cáo)"
    with few_both.store.writing() as session:
        reopen(session, number, reason="hỏi nhầm", actor="Thư ký", now=at(10, 13))
    with pytest.raises(Fault, match="đã rút câu hỏi"):
        try_it("SNV", "Câu trả lời khác")


def test_the_letter_says_where_and_never_what(few: Any, mailbox: Any) -> None:
    few = few.with_settings(mail_url=mailbox.url, portal_url="https://bao-cao.dien-bien.example")
    number = found(few)
    few.mark_sent(at(5, 9))
    send_due(few.office, at(10, 10))  # the receipt
    before = len(mailbox.received)
    asked(few, {number: 0})
    asked(few, {number: 1})
    send_due(few.office, at(10, 12))
    sent = mailbox.received[before:]
    assert [to for to, _ in sent] == [SNV]
    assert mailbox.subjects(SNV)[-1] == "Đề nghị giải trình, sửa 01 điểm chưa khớp – Sở Nội vụ"
    text = mailbox.texts(SNV)[-1]
    assert (
        "Trong một báo cáo: Sở Nội vụ, bản thứ 1 (nhận lúc 09:00 ngày 10/3/2026): trang “Phụ lục V”" in text
    )
    assert "https://bao-cao.dien-bien.example/y/" in text
    assert "166" not in text
    assert "149" not in text
    send_due(few.office, at(10, 13))
    assert len(mailbox.received) == before + 1


def test_the_letter_names_the_task_and_not_what_was_said_of_it(few: Any, mailbox: Any) -> None:
    few = few.with_settings(mail_url=mailbox.url)
    on, off = "Thường xuyên, bảo đảm tiến độ", "Thường xuyên, chưa bảo đảm tiến độ"
    hand_in(few, "SKHCN", {"KH57-2026/II.1:status": on}, at(10, 9))
    hand_in(few, "SNV", {"KH57-2026/II.1:status": off, "KH57-2026/II.1:reason": "Lý do"}, at(10, 9))
    look(few, at(10, 10))
    (between,) = few.all(Discrepancy, Discrepancy.kind == DiscrepancyKind.LEADS)
    asked(few, {between.id: 0})
    send_due(few.office, at(10, 12))
    (text,) = [found for found in mailbox.texts(SNV) if "điểm chưa khớp" in found]
    name = next(line.name for line in few.form("SNV").assignments if line.row_key == "KH57-2026/II.1")
    assert f"Nhiệm vụ KH57-2026/II.1. {name}" in text
    assert "tiến độ" not in text.replace(name, "")
    assert "phiếu đối chiếu gửi riêng" in text  # no pages are published: there is no link


def test_a_question_that_is_settled_or_taken_back_before_the_letter_goes_is_not_sent(
    few: Any, mailbox: Any
) -> None:
    few = few.with_settings(mail_url=mailbox.url)
    number = found(few)
    send_due(few.office, at(10, 10))
    before = len(mailbox.received)
    asked(few, {number: 0})
    with few.store.writing() as session:
        reopen(session, number, reason="hỏi nhầm", actor="Thư ký", now=at(10, 12))
    send_due(few.office, at(10, 13))
    assert len(mailbox.received) == before
    (notice,) = few.all(Notice, Notice.step == STEP)
    assert (notice.state, notice.why) == (NoticeState.SUPERSEDED, "không còn điểm nào chờ giải trình")


def test_nobody_to_write_to_is_said(few: Any) -> None:
    number = found(few)
    with few.store.writing() as session:
        for person in session.exec(select(Person).where(Person.email == SNV)):
            person.active = False
    assert asked(few, {number: 0}).unreachable == ("Sở Nội vụ",)


def test_nothing_of_a_withheld_assignment_is_asked(few: Any) -> None:
    on, off = "Thường xuyên, bảo đảm tiến độ", "Thường xuyên, chưa bảo đảm tiến độ"
    hand_in(few, "SKHCN", {"KH57-2026/II.1:status": on}, at(10, 9))
    hand_in(few, "SNV", {"KH57-2026/II.1:status": off, "KH57-2026/II.1:reason": "Lý do"}, at(10, 9))
    look(few, at(10, 10))
    (between,) = few.all(Discrepancy, Discrepancy.kind == DiscrepancyKind.LEADS)
    number = between.id or 0
    with few.store.writing() as session:
        set_withheld(
            session,
            find_assignment(session, "KH57-2026/II.1"),
            withheld=True,
            reason="mật",
            actor="Thư ký",
            now=at(10, 10),
        )
    with pytest.raises(Fault, match="không đưa lên hệ thống"):
        asked(few, {number: 0})
    assert few.all(Notice, Notice.step == STEP) == []
