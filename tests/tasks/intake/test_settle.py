"""Files that wait for a person: placed as what they are, answered like any other, or set aside with a reason."""

from datetime import date
from io import BytesIO
from typing import Any

import docx
import pytest
from desk_acts import OFFICER, PDF, at
from openpyxl import load_workbook

from models.codes import ArrivalVerdict, RequestState
from models.cycle import Request
from models.desk_act import RecordedReport
from models.fault import Fault
from models.history import Audit
from models.submission import Arrival, Narrative, SignedReport, Submission
from tasks.cycle.cycles import close_cycle, find_cycle
from tasks.cycle.recorded import unrecord_report
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.intake.settle import (
    SettleFault,
    dismiss,
    recording_of,
    settle_as_recorded,
    settle_as_report,
    settle_as_signed,
    undismiss,
    waiting_files,
)
from tasks.prose.outline_write import write_outline
from tasks.sending.post import send_due

CYCLE = "bcd-quy-2026-Q1"


def without_stamp(content: bytes) -> bytes:
    """The same form, its hidden sheet lost: as when it was copied into another workbook."""
    book = load_workbook(BytesIO(content))
    for sheet in list(book):
        if sheet.sheet_state != "visible":
            del book[sheet.title]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def waiting(
    province: Any, content: bytes, name: str = "bieu.xlsx", channel: str = "hop-thu", **how: Any
) -> int:
    """Something that came on 18/3 and waits for a person."""
    arrival_id = receive(
        province.store,
        channel=channel,
        reference=f"{name}-{len(content)}",
        file_name=name,
        content=content,
        received_at=at(18),
        now=at(18),
        **how,
    )
    judge_one(province.store, arrival_id or 0, province.office.key, at(18))
    assert arrival(province, arrival_id or 0).verdict == ArrivalVerdict.PERSON
    return arrival_id or 0


def arrival(province: Any, arrival_id: int) -> Arrival:
    (found,) = province.all(Arrival, Arrival.id == arrival_id)
    return found  # type: ignore[no-any-return]


def settle(province: Any, function: Any, arrival_id: int, agency: str = "SNV", **words: Any) -> None:
    with province.store.writing() as session:
        request = session.get_one(Request, province.request_id(agency), with_for_update=True)
        found = session.get_one(Arrival, arrival_id)
        said = recording_of(found, **{"number": "", "dated": None, "signer": "", "note": "", **words})
        function(session, arrival_id, request, said, actor=OFFICER, now=at(19))


@pytest.fixture
def sent(few_both: Any) -> Any:
    few_both.mark_sent(at(4, 10))
    return few_both


def test_a_form_whose_stamp_is_lost_becomes_a_version_and_is_answered(sent: Any, mailbox: Any) -> None:
    number = waiting(sent, without_stamp(sent.filled("SNV")))
    with sent.store.reading() as session:
        (file,) = waiting_files(session)
        assert (file.arrival.id, file.agency) == (number, None)
        assert "dấu nhận dạng" in file.arrival.note
    became = settle_as_report(sent.store, number, sent.request_id("SNV"), actor=OFFICER, now=at(19))
    assert became == "bản thứ 1: đạt yêu cầu"
    (version,) = sent.all(Submission)
    assert (version.request_id, version.received_at) == (sent.request_id("SNV"), at(18))
    assert sent.request("SNV").state == RequestState.COMPLETE
    assert arrival(sent, number).verdict == ArrivalVerdict.SUBMISSION
    (audit,) = sent.all(Audit, Audit.act == "xep-tep")
    assert (audit.actor, audit.entity_id, audit.after["thành"]) == (OFFICER, number, became)
    province = sent.with_settings(mail_url=mailbox.url)
    send_due(province.office, at(19, 10))
    assert any("Đã nhận" in subject for subject in mailbox.subjects("dau-moi@snv"))
    with pytest.raises(SettleFault, match="không còn chờ xem xét"):
        settle_as_report(sent.store, number, sent.request_id("SNV"), actor=OFFICER, now=at(19))


def test_a_faulty_one_is_answered_with_what_to_mend(few: Any) -> None:
    few.mark_sent(at(4, 10))
    number = waiting(few, without_stamp(few.filled("SNV", leave_out=1)))
    became = settle_as_report(few.store, number, few.request_id("SNV"), actor=OFFICER, now=at(19))
    assert became == "bản thứ 1: cần hoàn thiện"
    assert few.request("SNV").state == RequestState.INCOMPLETE


def test_a_form_of_another_agency_says_so(few: Any) -> None:
    few.mark_sent(at(4, 10))
    number = waiting(few, without_stamp(few.filled("SNV")))
    with pytest.raises(SettleFault, match="không thuộc yêu cầu báo cáo của UBND phường"):
        settle_as_report(few.store, number, few.request_id("3127"), actor=OFFICER, now=at(19))
    stamped = waiting(few, few.filled("SNV"), "co-dau.xlsx", request_id=few.request_id("STC"))
    with pytest.raises(SettleFault, match="lập cho cơ quan mang mã SNV"):
        settle_as_report(few.store, stamped, few.request_id("STC"), actor=OFFICER, now=at(19))
    assert arrival(few, number).verdict == ArrivalVerdict.PERSON
    assert few.count(Submission) == 0


def test_what_came_after_closing_counts_when_a_person_says_so(few: Any) -> None:
    few.mark_sent(at(4, 10))
    with few.store.writing() as session:
        close_cycle(session, find_cycle(session, CYCLE), reason="Hết hạn", actor=OFFICER, now=at(17))
    number = waiting(few, few.filled("SNV"))
    assert "đã đóng" in arrival(few, number).note
    settle_as_report(few.store, number, few.request_id("SNV"), actor=OFFICER, now=at(19))
    assert few.request("SNV").state == RequestState.COMPLETE


def test_an_outline_without_stamp_becomes_the_prose(few: Any) -> None:
    few.mark_sent(at(4, 10))
    blank = write_outline(few.form("SNV"), {}, {}, few.office.key)
    said = docx.Document()
    for paragraph in docx.Document(BytesIO(blank)).paragraphs:
        if not any(run.font.hidden for run in paragraph.runs):
            said.add_paragraph(paragraph.text)
            if "Công tác lãnh đạo" in paragraph.text:
                said.add_paragraph("Trong quý, Sở đã ban hành kế hoạch và tổ chức quán triệt.")
    out = BytesIO()
    said.save(out)
    number = waiting(few, out.getvalue(), "loi van.docx")
    became = settle_as_report(few.store, number, few.request_id("SNV"), actor=OFFICER, now=at(19))
    assert became == "lời văn của báo cáo"
    assert few.count(Narrative) == 1


def test_a_scan_is_recorded_and_counts_from_when_it_came(sent: Any) -> None:
    number = waiting(sent, PDF, "quet.pdf")
    settle(sent, settle_as_recorded, number, number="125/BC-SNV", dated=date(2026, 3, 17), signer="Lò Văn A")
    (row,) = sent.all(RecordedReport)
    assert (row.way.value, row.received_on, row.received_at, row.arrival_id) == (
        "email",
        date(2026, 3, 18),
        at(18),
        number,
    )
    assert arrival(sent, number).verdict == ArrivalVerdict.RECORDED
    assert sent.request("SNV").state == RequestState.RECORDED
    with sent.store.writing() as session:  # placed wrongly: it can be placed again
        request = session.get_one(Request, sent.request_id("SNV"), with_for_update=True)
        unrecord_report(session, request, reason="Nhầm cơ quan", actor=OFFICER, now=at(20))
    back = arrival(sent, number)
    assert (back.verdict, back.request_id) == (ArrivalVerdict.PERSON, None)
    assert "Nhầm cơ quan" in back.note
    settle(sent, settle_as_recorded, number, agency="STC")
    assert sent.request("STC").state == RequestState.RECORDED


def test_what_was_placed_before_the_letter_went_out_is_not_told_any_more(sent: Any, mailbox: Any) -> None:
    number = waiting(sent, PDF, "quet.pdf")
    other = waiting(sent, b"GIF89a", "anh.gif")
    settle(sent, settle_as_recorded, number)
    province = sent.with_settings(mail_url=mailbox.url)
    send_due(province.office, at(19, 10))
    (text,) = [text for text in mailbox.texts("to-giup-viec") if "anh.gif" in text]
    assert "quet.pdf" not in text
    assert arrival(sent, other).verdict == ArrivalVerdict.PERSON


def test_a_pdf_becomes_the_signed_report(sent: Any) -> None:
    number = waiting(sent, PDF, "bao-cao.pdf")
    settle(sent, settle_as_signed, number, number="125/BC-SNV", dated=date(2026, 3, 17), signer="Lò Văn A")
    (paper,) = sent.all(SignedReport)
    assert (paper.number, paper.arrival_id) == ("125/BC-SNV", number)
    assert sent.request("SNV").state == RequestState.SENT  # figures are still owed


def test_a_signed_report_needs_its_number(few: Any) -> None:
    number = waiting(few, PDF, "bao-cao.pdf")
    with pytest.raises(Fault, match="Chưa ghi số báo cáo"):
        settle(few, settle_as_signed, number, dated=date(2026, 3, 17), signer="Lò Văn A")
    assert arrival(few, number).verdict == ArrivalVerdict.PERSON


def test_what_is_no_report_is_dismissed_with_a_reason_and_waits_again(sent: Any) -> None:
    number = waiting(sent, b"GIF89a", "anh.gif")
    note = arrival(sent, number).note
    with sent.store.writing() as session:
        assert dismiss(session, number, reason="Ảnh chữ ký thư", actor=OFFICER, now=at(19))
        assert not dismiss(session, number, reason="Ảnh chữ ký thư", actor=OFFICER, now=at(19))
    with sent.store.reading() as session:
        assert waiting_files(session) == []
        (file,) = waiting_files(session, ArrivalVerdict.DISMISSED)
        assert (file.why, file.by) == ("Ảnh chữ ký thư", OFFICER)
    with sent.store.writing() as session:
        assert undismiss(session, number, actor=OFFICER, now=at(20))
        assert not undismiss(session, number, actor=OFFICER, now=at(20))
    assert (arrival(sent, number).verdict, arrival(sent, number).note) == (ArrivalVerdict.PERSON, note)
    assert [a.act for a in sent.all(Audit, Audit.entity == "arrival")][-2:] == ["bo-qua-tep", "xem-lai-tep"]


def test_a_file_that_cannot_be_read_is_no_version(few: Any) -> None:
    number = waiting(few, PDF, "quet.pdf")
    with pytest.raises(SettleFault, match="Tệp PDF"):
        settle_as_report(few.store, number, few.request_id("SNV"), actor=OFFICER, now=at(19))


def test_a_dismissal_needs_a_reason_and_a_file(few: Any) -> None:
    number = waiting(few, PDF, "quet.pdf")
    with few.store.writing() as session:
        with pytest.raises(SettleFault, match="Chưa ghi lý do"):
            dismiss(session, number, reason="", actor=OFFICER, now=at(19))
        with pytest.raises(SettleFault, match="Không có tệp nào"):
            dismiss(session, 999, reason="x", actor=OFFICER, now=at(19))
