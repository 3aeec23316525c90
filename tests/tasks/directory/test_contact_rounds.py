"""A round of confirming contacts over real SMTP: who is asked, reminded once, answers; what the secretariat decides."""

import re
from datetime import UTC, date, datetime
from functools import partial
from threading import Thread
from typing import Any

import pytest
from sqlmodel import select

from models.codes import ContactState, NoticeState, PersonRole
from models.directory import Agency, ContactCheck, ContactRound, Person
from models.history import Audit, StateChange
from models.notice import Notice
from models.rules.directory.contact_fields import ContactFields
from models.rules.directory.rounds import Proposal
from models.time import VIETNAM
from tasks.directory.contact_answers import (
    accept_proposal,
    confirm_contacts,
    decline_proposal,
    find_check,
    proposals_waiting,
    propose_contacts,
    seal_of,
)
from tasks.directory.contact_rounds import (
    ANSWERED,
    OVER,
    RoundFault,
    all_rounds,
    end_round,
    find_round,
    open_round,
    standings,
    start_round,
)
from tasks.directory.contacts import ContactFault, remove_contact
from tasks.sending.post import send_due
from tasks.steps import one_after_another, sweep_step

LAST = date(2026, 3, 12)  # Thursday: the reminder is on Wednesday
SNV = "dau-moi@snv.dien-bien.example"
HEAD = "thu-truong@snv.dien-bien.example"
SECRETARIAT = "to-giup-viec@bcd57.dien-bien.example"
NEW = ContactFields(PersonRole.OFFICER, "Trần Văn B", "Phó phòng", "b@snv.example", "0912 345 678")
BY = "Nguyễn Văn A"


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def wired(imported: Any, mailbox: Any) -> Any:
    return imported.with_settings(mail_url=mailbox.url, portal_url="https://bao-cao.example")


def start(province: Any, now: datetime | None = None, last: date = LAST) -> int:
    with province.store.writing() as session:
        return start_round(session, last, actor=BY, now=now or at(9)).id or 0


def check_id(province: Any, agency: str = "SNV") -> int:
    with province.store.reading() as session:
        return find_check(session, find_round(session).id or 0, agency).id or 0


def person_id(province: Any, email: str = SNV) -> int:
    (found,) = province.all(Person, Person.email == email)
    return int(found.id)


def check(province: Any, agency: str = "SNV") -> ContactCheck:
    (found,) = province.all(ContactCheck, ContactCheck.id == check_id(province, agency))
    assert isinstance(found, ContactCheck)
    return found


def confirm(province: Any, now: datetime | None = None) -> None:
    found = check_id(province)
    with province.store.writing() as session:
        confirm_contacts(session, found, "Trần Văn B, Phó phòng", now or at(10))


def propose(province: Any, *proposals: Proposal, note: str = "", now: datetime | None = None) -> None:
    found = check_id(province)
    with province.store.writing() as session:
        propose_contacts(session, found, proposals, note, "Trần Văn B", now or at(10))


def accept(province: Any) -> None:
    found = check_id(province)
    with province.store.writing() as session:
        accept_proposal(session, found, actor=BY, now=at(11))


def decline(province: Any, reason: str = "chưa có văn bản") -> None:
    found = check_id(province)
    with province.store.writing() as session:
        decline_proposal(session, found, reason=reason, actor=BY, now=at(11))


def sweep(province: Any, now: datetime) -> None:
    sweep_step(province.office, now, one_after_another)


def test_every_agency_is_asked_once_by_its_officers_or_its_head(wired: Any, mailbox: Any) -> None:
    with wired.store.writing() as session:
        officer = session.exec(select(Person).where(Person.email == SNV)).one()
        remove_contact(session, officer, reason="nghỉ", actor=BY, now=at(9))
    start(wired)
    send_due(wired.office, at(9))
    send_due(wired.office, at(9, 10))
    asked = [to for to, _ in mailbox.received]
    assert len(asked) == len(set(asked)) == wired.count(Agency) - len(nobody(wired))
    assert (HEAD in asked, SNV in asked, SECRETARIAT in asked) == (True, False, False)
    assert "thu-truong@stc.dien-bien.example" not in asked
    (text,) = mailbox.texts("thu-truong@snv")
    assert "Hạn trả lời: hết ngày 12/3/2026 (còn 03 ngày làm việc)" in text
    assert "- Thủ trưởng Sở Nội vụ (thủ trưởng cơ quan); thư điện tử t•••@snv.dien-bien.example" in text
    assert re.search(r"https://bao-cao\.example/dau-moi/\d+-[a-z2-7]{26}\s", text)
    assert HEAD not in text.partition("Mọi vướng mắc")[0]


def nobody(province: Any) -> list[str]:
    with province.store.reading() as session:
        return [one.agency.code for one in standings(session, find_round(session)) if not one.asked]


def test_an_agency_without_an_address_is_shown(wired: Any) -> None:
    with wired.store.writing() as session:
        for email in (SNV, HEAD):
            found = session.exec(select(Person).where(Person.email == email)).one()
            remove_contact(session, found, reason="nghỉ", actor=BY, now=at(9))
    start(wired)
    assert "SNV" in nobody(wired)
    assert "STC" not in nobody(wired)


def test_who_has_not_answered_is_reminded_once_in_working_hours(wired: Any, mailbox: Any) -> None:
    start(wired)
    send_due(wired.office, at(9))
    confirm(wired)
    mailbox.received.clear()
    sweep(wired, at(10))
    assert mailbox.received == []
    sweep(wired, at(11, 6))
    assert mailbox.received == []  # before the offices open
    sweep(wired, at(11, 8))
    sweep(wired, at(11, 9))
    sweep(wired, at(12, 8))
    reminded = [to for to, _ in mailbox.received]
    assert len(reminded) == len(set(reminded))
    assert "dau-moi@stc.dien-bien.example" in reminded
    assert SNV not in reminded
    assert mailbox.subjects("stc") == [
        "Nhắc lại: đề nghị xác nhận đầu mối chậm nhất hết ngày 12/3/2026 (còn 01 ngày làm việc)"
    ]


def test_who_answers_before_the_letter_goes_out_is_not_asked(wired: Any, mailbox: Any) -> None:
    start(wired)
    confirm(wired, at(9))
    send_due(wired.office, at(9, 10))
    assert SNV not in [to for to, _ in mailbox.received]
    states = [(n.state, n.why) for n in wired.all(Notice, Notice.person_id == person_id(wired))]
    assert states == [(NoticeState.SUPERSEDED, ANSWERED)]


def test_a_round_ends_by_itself_when_it_is_over(wired: Any, mailbox: Any) -> None:
    start(wired)
    sweep(wired, at(13, 8))
    (ended,) = wired.all(ContactRound)
    assert ended.ended_at == datetime(2026, 3, 12, 17, tzinfo=UTC)  # midnight in Viet Nam
    assert mailbox.received == []
    assert {(n.state, n.why) for n in wired.all(Notice)} == {(NoticeState.SUPERSEDED, OVER)}
    with pytest.raises(RoundFault, match=r"đã kết thúc \(hạn trả lời 12/3/2026\)"):
        confirm(wired, at(13, 9))
    start(wired, at(16), date(2026, 3, 20))
    assert wired.count(ContactRound) == 2


def test_one_round_runs_at_a_time(imported_both: Any) -> None:
    first = start(imported_both)
    assert start(imported_both) == first
    with pytest.raises(RoundFault, match="đang chờ trả lời đến hết ngày 12/3/2026"):
        start(imported_both, last=date(2026, 3, 20))
    with imported_both.store.writing() as session:
        end_round(session, find_round(session), actor=BY, now=at(10))
        end_round(session, find_round(session), actor=BY, now=at(11))
    assert imported_both.all(ContactRound)[0].ended_at == at(10)
    second = start(imported_both, at(10), date(2026, 3, 20))
    with imported_both.store.reading() as session:
        running = open_round(session)
        assert running is not None
        assert running.id == second
        assert [(one.id, sum(counts.values())) for one, counts in all_rounds(session)] == [
            (second, imported_both.count(Agency)),
            (first, imported_both.count(Agency)),
        ]
    acts = [one.act for one in imported_both.all(Audit) if one.entity == "contact_round"]
    assert acts == ["mo-dot-xac-nhan", "ket-thuc-dot-xac-nhan", "mo-dot-xac-nhan"]


def test_a_round_started_by_two_at_once_is_one(imported_both: Any) -> None:
    threads = [Thread(target=start, args=(imported_both,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert imported_both.count(ContactRound) == 1
    assert imported_both.count(ContactCheck) == imported_both.count(Agency)


@pytest.mark.parametrize("last", [date(2026, 3, 9), date(2026, 2, 1), date(2026, 9, 1)])
def test_a_round_has_a_sensible_last_day(imported: Any, last: date) -> None:
    with pytest.raises(RoundFault, match="phải từ ngày 10/3/2026 đến ngày 08/5/2026"):
        start(imported, last=last)


def test_a_round_of_a_day_reminds_nobody(wired: Any, mailbox: Any) -> None:
    start(wired, last=date(2026, 3, 10))
    send_due(wired.office, at(9))
    mailbox.received.clear()
    sweep(wired, at(9, 15))
    sweep(wired, at(10))
    assert mailbox.received == []


def test_right_is_a_state_of_its_own_and_said_twice_changes_nothing(imported_both: Any) -> None:
    start(imported_both)
    confirm(imported_both)
    confirm(imported_both, at(11))
    found = check(imported_both)
    assert (found.state, found.answered_by, found.answered_at) == (
        ContactState.CONFIRMED,
        "Trần Văn B, Phó phòng",
        at(10),
    )
    (moved,) = imported_both.all(StateChange, StateChange.entity == "contact_check")
    assert (moved.before, moved.after, moved.actor) == ("asked", "confirmed", "SNV: Trần Văn B, Phó phòng")


def test_a_proposal_changes_nothing_until_the_secretariat_accepts_it(imported_both: Any) -> None:
    start(imported_both)
    known = person_id(imported_both)
    proposals = (Proposal(NEW, known), Proposal(NEW, person_id(imported_both, HEAD), leaves=True))
    propose(imported_both, *proposals, note="Theo QĐ số 12")
    propose(imported_both, *proposals, note="Theo QĐ số 12")
    assert imported_both.count(Person, Person.email == NEW.email) == 0
    told = imported_both.all(Notice, Notice.step == "de-nghi-sua-dau-moi")
    assert len(told) == imported_both.count(Person, Person.role == PersonRole.SECRETARIAT)
    with imported_both.store.reading() as session:
        (waiting,) = proposals_waiting(session)
    assert (waiting.agency.code, waiting.note) == ("SNV", "Theo QĐ số 12")
    assert [(one.fields.name, one.leaves, who and who.email) for one, who in waiting.lines] == [
        ("Trần Văn B", False, SNV),
        ("Trần Văn B", True, HEAD),
    ]
    accept(imported_both)
    accept(imported_both)
    rows = imported_both.all(Person, Person.agency_id == check(imported_both).agency_id)
    assert [(row.email, row.active) for row in rows] == [(SNV, False), (HEAD, False), (NEW.email, True)]
    found = check(imported_both)
    assert (found.state, found.decided_by, found.decided_at) == (ContactState.ACCEPTED, BY, at(11))
    acts = [one.act for one in imported_both.all(Audit)][-5:]
    assert acts == [
        "de-nghi-sua-dau-moi",
        "thay-dau-moi",
        "thay-dau-moi",
        "ngung-dau-moi",
        "dong-y-sua-dau-moi",
    ]
    with pytest.raises(RoundFault, match="đã được quyết định"):
        decline(imported_both)
    with pytest.raises(RoundFault, match="Thư ký đã xử lý"):
        propose(imported_both, Proposal(NEW))


def test_a_proposal_is_declined_with_a_reason(imported_both: Any) -> None:
    start(imported_both)
    propose(imported_both, Proposal(NEW))
    with pytest.raises(RoundFault, match="Chưa ghi lý do"):
        decline(imported_both, " - ")
    decline(imported_both)
    decline(imported_both)
    found = check(imported_both)
    assert (found.state, found.decided_why) == (ContactState.DECLINED, "chưa có văn bản")
    assert imported_both.count(Person, Person.email == NEW.email) == 0
    with pytest.raises(RoundFault, match="đã được quyết định"):
        accept(imported_both)


def test_what_was_proposed_can_be_proposed_otherwise_or_taken_back(wired: Any, mailbox: Any) -> None:
    start(wired)
    send_due(wired.office, at(9))
    mailbox.received.clear()
    propose(wired, Proposal(NEW))
    propose(wired, note="Đổi số điện thoại, sẽ báo sau")
    assert check(wired).proposed == {"people": [], "note": "Đổi số điện thoại, sẽ báo sau"}
    send_due(wired.office, at(10))
    send_due(wired.office, at(10, 10))
    assert mailbox.subjects() == ["01 cơ quan, đơn vị, địa phương đề nghị sửa đầu mối"]
    assert NEW.email not in mailbox.texts()[0]
    confirm(wired)
    assert (check(wired).state, check(wired).proposed) == (ContactState.CONFIRMED, None)
    with pytest.raises(RoundFault, match="Không có đề nghị sửa đầu mối nào"):
        accept(wired)
    first = next(one for one in wired.all(Audit) if one.act == "de-nghi-sua-dau-moi")
    assert first.after["đề nghị"]["people"][0]["email"] == NEW.email  # nothing that came is lost


def test_another_proposal_is_told_again_and_is_not_accepted_unseen(wired: Any, mailbox: Any) -> None:
    start(wired)
    send_due(wired.office, at(9))
    propose(wired, Proposal(NEW))
    seen = seal_of(check(wired))
    send_due(wired.office, at(10))
    mailbox.received.clear()
    other = ContactFields(PersonRole.OFFICER, "Người khác", "", "khac@snv.example", "")
    propose(wired, Proposal(other), now=at(10, 11))
    send_due(wired.office, at(10, 11))
    assert len(mailbox.subjects("to-giup-viec")) == 1
    found = check_id(wired)
    for decide in (accept_proposal, partial(decline_proposal, reason="không")):
        with pytest.raises(RoundFault, match="đề nghị khác"), wired.store.writing() as session:
            decide(session, found, seen=seen, actor=BY, now=at(11))
    with wired.store.writing() as session:
        accept_proposal(session, found, seen=seal_of(check(wired)), actor=BY, now=at(11))
    assert wired.count(Person, Person.email == "khac@snv.example") == 1


def test_a_proposal_that_cannot_be_applied_applies_nothing(imported_both: Any) -> None:
    start(imported_both)
    taken = ContactFields(PersonRole.HEAD, "Trần Văn B", "", HEAD, "")
    propose(imported_both, Proposal(NEW), Proposal(taken))
    with pytest.raises(ContactFault, match="đã có trong danh bạ"):
        accept(imported_both)
    assert check(imported_both).state == ContactState.PROPOSED
    assert imported_both.count(Person, Person.email == NEW.email) == 0


def test_what_makes_no_answer(imported: Any) -> None:
    start(imported)
    stranger = person_id(imported, "dau-moi@stc.dien-bien.example")
    for proposals, why in (
        ((), "Chưa ghi nội dung đề nghị"),
        ((Proposal(NEW),) * 21, "không quá 20 người"),
        ((Proposal(NEW, stranger, leaves=True),), "Tải lại trang"),
        ((Proposal(ContactFields(PersonRole.OFFICER, "B", "", "sai", "")),), "không đúng dạng"),
    ):
        with pytest.raises(RoundFault, match=why):
            propose(imported, *proposals)
    found = check_id(imported)
    with pytest.raises(RoundFault, match="Chưa ghi họ tên"), imported.store.writing() as session:
        confirm_contacts(session, found, " 1 ", at(10))
    assert check(imported).state == ContactState.ASKED
    with imported.store.writing() as session:
        for email in (SNV, HEAD):
            row = session.exec(select(Person).where(Person.email == email)).one()
            remove_contact(session, row, reason="nghỉ", actor=BY, now=at(9))
    with pytest.raises(RoundFault, match="chưa có đầu mối nào"):
        confirm(imported)


def test_who_is_not_asked_is_said(imported: Any) -> None:
    with imported.store.reading() as session:
        with pytest.raises(RoundFault, match="Chưa có đợt xác nhận"):
            find_round(session)
        with pytest.raises(RoundFault, match="số 7"):
            find_round(session, 7)
    found = start(imported)
    with (
        imported.store.reading() as session,
        pytest.raises(RoundFault, match="không hỏi cơ quan mang mã 'X'"),
    ):
        find_check(session, found, "X")
