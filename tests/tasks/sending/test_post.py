"""The post room against a real SMTP server: what goes out, what no longer does, and what no mail may carry."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from models.codes import NoticeState, PersonRole, RequestState
from models.cycle import Request
from models.directory import Agency, Person
from models.notice import Attempt, Message, Notice
from models.submission import Submission
from models.time import VIETNAM
from tasks.blobs import bytes_of
from tasks.prose.outline_read import read_outline
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.sending.post import LATER_VERSION, RECIPIENT_LEFT, send_due
from tasks.steps import collect_step, dispatch_step, one_after_another, sweep_step

CYCLE = "bcd-quy-2026-Q1"
SNV = "dau-moi@snv.dien-bien.example"
SECRETARIAT = "to-giup-viec@bcd57.dien-bien.example"
SECRET = "Nội dung chỉ cơ quan biết 7391"


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


DISPATCHED = at(4, 10)


@pytest.fixture
def wired(few: Any, mailbox: Any) -> Any:
    """The few requests, and a mail server."""
    return few.with_settings(mail_url=mailbox.url)


@pytest.fixture
def dispatched(wired: Any) -> Any:
    """The requests have been sent."""
    dispatch_step(wired.office, CYCLE, DISPATCHED, one_after_another)
    return wired


def sweep(province: Any, now: datetime) -> str:
    return sweep_step(province.office, now, one_after_another).sentence


def hand_in(province: Any, name: str, content: bytes) -> None:
    (province.inbox / f"{name}.xlsx").write_bytes(content)


def collect(province: Any, now: datetime) -> str:
    return collect_step(province.office, now, one_after_another).sentence


def states(province: Any, step: str) -> list[tuple[str, str]]:
    return [(n.state.value, n.why) for n in province.all(Notice) if n.step == step]


def set_active(province: Any, email: str, *, active: bool) -> None:
    with province.store.writing() as session:
        session.exec(select(Person).where(Person.email == email)).one().active = active


def test_the_request_carries_the_agency_s_own_form(dispatched: Any, mailbox: Any) -> None:
    assert sorted(to for to, _ in mailbox.received) == [
        "dau-moi@phuong-dien-bien-phu.dien-bien.example",
        "dau-moi@skhcn.dien-bien.example",
        SNV,
        "dau-moi@stc.dien-bien.example",
    ]
    mail = next(mail for to, mail in mailbox.received if to == SNV)
    assert str(mail["Subject"]).startswith("Đề nghị gửi Báo cáo Quý I/2026")
    attached, outline = mail.iter_attachments()
    assert attached.get_filename() == "bieu-bao-cao-SNV-bcd-quy-2026-Q1.xlsx"
    assert outline.get_filename() == "de-cuong-SNV-bcd-quy-2026-Q1.docx"
    assert read_outline(outline.get_content(), None).stamp is not None
    with dispatched.store.reading() as session:
        assert attached.get_content() == bytes_of(session, dispatched.request("SNV").form_sha256)
    assert "Công văn số 12-CV/BCĐ ngày 04/3/2026" in mailbox.texts(SNV)[0]
    assert {request.state for request in dispatched.all(Request)} == {RequestState.SENT}


def test_dispatching_again_sends_nothing(dispatched: Any, mailbox: Any) -> None:
    dispatch_step(dispatched.office, CYCLE, at(4, 11), one_after_another)
    dispatch_step(dispatched.office, "", at(4, 12), one_after_another)
    assert len(mailbox.received) == 4


def test_without_a_mail_server_everything_is_kept_and_goes_out_later(few: Any, mailbox: Any) -> None:
    sentence = dispatch_step(few.office, CYCLE, DISPATCHED, one_after_another).sentence
    assert "Chưa đặt máy chủ gửi thư (DONDOC_MAIL_URL)" in sentence
    assert send_due(few.office, DISPATCHED) is None
    assert {n.state for n in few.all(Notice)} == {NoticeState.DUE}
    assert {request.state for request in few.all(Request)} == {RequestState.PLANNED}
    wired = few.with_settings(mail_url=mailbox.url)
    sweep(wired, at(5, 8))
    assert len(mailbox.received) == 4
    assert {request.state for request in few.all(Request)} == {RequestState.SENT}


def test_an_address_that_is_refused_is_said_and_can_be_written_to_again(wired: Any, mailbox: Any) -> None:
    mailbox.refuse[SNV] = "550 5.1.1 no such user"
    sentence = dispatch_step(wired.office, CYCLE, DISPATCHED, one_after_another).sentence
    assert "không gửi được tới: SNV" in sentence
    assert wired.request("SNV").state == RequestState.PLANNED
    sweep(wired, at(5, 8))
    assert len([to for to, _ in mailbox.received if to.startswith("dau-moi")]) == 3
    assert [to for to, mail in mailbox.received if "Không gửi được" in str(mail["Subject"])] == [SECRETARIAT]
    sweep(wired, at(6, 8))
    assert len([mail for _, mail in mailbox.received if "Không gửi được" in str(mail["Subject"])]) == 1
    mailbox.refuse.clear()
    dispatch_step(wired.office, CYCLE, at(5, 9), one_after_another)
    assert [to for to, _ in mailbox.received].count(SNV) == 1
    assert wired.request("SNV").state == RequestState.SENT


def test_reminders_wait_for_a_working_morning(dispatched: Any, mailbox: Any) -> None:
    """13/3 is a Friday; a sweep that could not run before Saturday holds its letters until Monday, 07:30."""
    sweep(dispatched, at(14, 9))
    assert len(mailbox.received) == 4
    (message,) = {m.not_before for m in dispatched.all(Message) if m.template == "digest"}
    assert message == at(16, 7, 30)
    sweep(dispatched, at(16, 7, 29))
    assert len(mailbox.received) == 4
    sweep(dispatched, at(16, 7, 30))
    assert len(mailbox.received) == 8
    assert mailbox.subjects(SNV)[-1].startswith("Còn 04 ngày làm việc: Báo cáo Quý I/2026")
    sweep(dispatched, at(16, 7, 30))
    sweep(dispatched, at(16, 8))
    assert len(mailbox.received) == 8


def test_who_has_reported_between_planning_and_sending_is_not_reminded(dispatched: Any, mailbox: Any) -> None:
    sweep(dispatched, at(14, 9))
    hand_in(dispatched, "snv", dispatched.filled("SNV"))
    collect(dispatched, at(15, 20))
    sweep(dispatched, at(16, 8))
    assert mailbox.subjects(SNV)[1:] == [
        "Đã nhận Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW – Sở Nội vụ"
    ]
    assert ("superseded", RequestState.COMPLETE.label.lower()) in states(dispatched, "truoc-5")
    assert len(mailbox.received) == 4 + 1 + 3


def test_who_has_handed_in_is_not_reminded_before_the_file_is_collected(
    dispatched: Any, mailbox: Any
) -> None:
    hand_in(dispatched, "snv", dispatched.filled("SNV"))
    sweep(dispatched, at(13, 8))
    assert [subject.partition(" ")[0] for subject in mailbox.subjects(SNV)] == ["Đề", "Đã"]
    assert dispatched.request("SNV").state == RequestState.COMPLETE


def test_a_faulty_report_is_answered_with_its_places_and_chased_in_other_words(
    dispatched: Any, mailbox: Any
) -> None:
    hand_in(dispatched, "snv", dispatched.filled("SNV", leave_out=1))
    collect(dispatched, at(10, 9))
    text = mailbox.texts(SNV)[-1]
    assert mailbox.subjects(SNV)[-1].startswith("Đề nghị hoàn thiện Báo cáo Quý I/2026")
    assert "“Nhiệm vụ”" in text
    assert dispatched.form("SNV").assignments[0].row_key.partition("/")[2] in text
    sweep(dispatched, at(13, 8))
    assert mailbox.subjects(SNV)[-1].startswith("Còn 05 ngày làm việc, chưa hoàn thiện: Báo cáo Quý I/2026")
    assert "Chưa nhận được báo cáo" not in mailbox.texts(SNV)[-1]


def test_a_list_of_faults_is_not_sent_once_a_later_version_is_there(few: Any, mailbox: Any) -> None:
    hand_in(few, "1", few.filled("SNV", leave_out=1))
    collect(few, at(10, 9))
    hand_in(few, "2", few.filled("SNV"))
    collect(few, at(10, 10))
    send_due(few.with_settings(mail_url=mailbox.url).office, at(10, 11))
    assert [subject.partition(" Báo")[0] for subject in mailbox.subjects(SNV)] == ["Đã nhận"]
    assert states(few, "can-hoan-thien") == [("superseded", LATER_VERSION)]


def test_a_correction_with_faults_is_answered_although_an_accepted_report_stands(
    dispatched: Any, mailbox: Any
) -> None:
    hand_in(dispatched, "1", dispatched.filled("SNV"))
    collect(dispatched, at(10, 9))
    hand_in(dispatched, "2", dispatched.filled("SNV", leave_out=1))
    collect(dispatched, at(10, 10))
    assert mailbox.subjects(SNV)[-1].startswith("Đề nghị hoàn thiện")
    assert dispatched.request("SNV").state == RequestState.COMPLETE


def test_the_secretariat_hears_of_what_a_person_must_see(dispatched: Any, mailbox: Any) -> None:
    hand_in(dispatched, "Bao cao xa A", b"%PDF-1.7")
    hand_in(dispatched, "Bao cao xa B", b"khong phai bang tinh")
    collect(dispatched, at(10, 9))
    (text,) = mailbox.texts("to-giup-viec@")
    assert "Bao cao xa A.xlsx" in text
    assert "Bao cao xa B.xlsx" in text


def test_a_withheld_assignment_is_in_no_mail_whenever_it_is_marked(wired: Any, mailbox: Any) -> None:
    """The forms are written, the mail server is down; then a row is marked, and another after the dispatch."""
    first, second = wired.form("SNV").assignments[:2]
    few = wired.with_settings(mail_url="")
    dispatch_step(few.office, CYCLE, DISPATCHED, one_after_another)
    mark(wired, first.row_key)
    send_due(wired.office, at(4, 11))
    sweep(wired, at(4, 12))
    assert second.name in mailbox.texts(SNV)[0]
    before = len(mailbox.received)
    mark(wired, second.row_key)
    hand_in(wired, "snv", wired.filled("SNV", leave_out=1))
    for now in (at(13, 8), at(19, 8), at(23, 8), at(24, 8)):
        collect(wired, now)
        sweep(wired, now)
    assert len(mailbox.received) > before
    assert not [text for text in mailbox.texts() if first.name in text]
    later = mailbox.texts()[before:]
    assert not [text for text in later if second.name in text]


def mark(province: Any, row_key: str) -> None:
    with province.store.writing() as session:
        assignment = find_assignment(session, row_key)
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=DISPATCHED)


def test_no_mail_carries_what_was_reported(dispatched: Any, mailbox: Any) -> None:
    hand_in(dispatched, "snv", dispatched.filled("SNV", product=SECRET, leave_out=1))
    hand_in(dispatched, "stc", dispatched.filled("STC", product=SECRET))
    for now in (at(12, 9), at(13, 8), at(19, 8), at(23, 8), at(24, 8)):
        collect(dispatched, now)
        sweep(dispatched, now)
    steps = {n.step for n in dispatched.all(Notice) if n.state == NoticeState.SENT}
    assert {"bien-nhan", "can-hoan-thien", "truoc-5", "truoc-1", "sau-1", "sau-2-thu-truong"} <= steps
    assert not [text for text in mailbox.texts() if SECRET in text]


def test_a_letter_to_who_has_left_goes_to_who_came(dispatched: Any, mailbox: Any) -> None:
    sweep(dispatched, at(14, 9))
    set_active(dispatched, SNV, active=False)
    with dispatched.store.writing() as session:
        snv = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        session.add(
            Person(
                agency_id=snv.id,
                role=PersonRole.OFFICER,
                name="Người mới",
                email="thay@snv.dien-bien.example",
            )
        )
    sweep(dispatched, at(16, 8))
    assert mailbox.subjects(SNV)[1:] == []
    assert [s.partition(" Báo")[0] for s in mailbox.subjects("thay@snv")] == ["Còn 04 ngày làm việc:"]
    assert ("superseded", RECIPIENT_LEFT) in states(dispatched, "truoc-5")
    sweep(dispatched, at(16, 9))
    assert len(mailbox.subjects("thay@snv")) == 1


def test_the_head_hears_only_when_something_is_late(dispatched: Any, mailbox: Any) -> None:
    hand_in(dispatched, "stc", dispatched.filled("STC"))
    for day in (10, 11, 12, 13, 16, 17, 18, 19, 20, 23):
        sweep(dispatched, at(day, 8))
    assert mailbox.subjects("thu-truong@") == []
    sweep(dispatched, at(24, 8))
    assert sorted(to for to, _ in mailbox.received if re.match("thu-truong|chu-tich", to)) == [
        "chu-tich@phuong-dien-bien-phu.dien-bien.example",
        "thu-truong@skhcn.dien-bien.example",
        "thu-truong@snv.dien-bien.example",
    ]
    assert mailbox.subjects("thu-truong@snv") == [
        "Quá hạn 02 ngày làm việc: Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW"
    ]


def test_a_cycle_that_is_closed_meanwhile_sends_nothing_more(few: Any, mailbox: Any) -> None:
    dispatch_step(few.office, CYCLE, DISPATCHED, one_after_another)
    with few.store.writing() as session:
        from tasks.cycle.cycles import close_cycle

        close_cycle(session, few.cycle(session), reason="", actor="Thư ký", now=at(4, 11))
    send_due(few.with_settings(mail_url=mailbox.url).office, at(4, 12))
    assert mailbox.received == []
    assert {state for state, _ in states(few, "yeu-cau")} == {"superseded"}


def test_every_mail_has_its_own_id_and_every_try_its_record(dispatched: Any, mailbox: Any) -> None:
    ids = [str(mail["Message-ID"]) for _, mail in mailbox.received]
    assert sorted(ids) == sorted(message.message_id for message in dispatched.all(Message))
    assert len(set(ids)) == 4
    attempts = dispatched.all(Attempt)
    assert [(a.no, a.outcome.value, a.answer) for a in attempts] == [(1, "accepted", "250 OK")] * 4
    assert min(a.finished_at for a in attempts) >= DISPATCHED
    assert dispatched.count(Submission) == 0
    assert dispatched.count(Notice, col(Notice.state) == NoticeState.SENT) == 4


def test_a_retry_whose_hour_falls_on_a_day_off_waits_for_the_morning(wired: Any, mailbox: Any) -> None:
    """13/3 is a Friday: a greylisted reminder is tried again on Monday morning, not in the weekend's night."""
    dispatch_step(wired.office, CYCLE, DISPATCHED, one_after_another)
    mailbox.refuse[SNV] = "451 4.7.1 try again later"
    sweep(wired, at(13, 17, 58))
    assert len(mailbox.subjects(SNV)) == 1
    mailbox.refuse.clear()
    for moment in (at(13, 18, 5), at(14, 3), at(15, 12), at(16, 7, 29)):
        sweep(wired, moment)
        assert len(mailbox.subjects(SNV)) == 1
    (waiting,) = {m.not_before for m in wired.all(Message) if m.address == SNV and m.tries and not m.sent_at}
    assert waiting == at(16, 7, 30)
    sweep(wired, at(16, 7, 30))
    assert len(mailbox.subjects(SNV)) == 2
