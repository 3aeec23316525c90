"""The papers of a working morning: made once a day by whichever sweep comes first, mailed if there is whom to call."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest

from models.codes import DocumentKind
from models.cycle import CycleDocument
from models.notice import DailySheet, Notice
from models.time import VIETNAM
from tasks.blobs import bytes_of
from tasks.cycle.request_acts import extend_request, find_request
from tasks.letters import inside_letters
from tasks.reminders import morning
from tasks.reminders.morning import STEP, morning_papers
from tasks.steps import dispatch_step, one_after_another, sweep_step

CYCLE = "bcd-quy-2026-Q1"


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def sent_out(few_both: Any, mailbox: Any) -> Any:
    wired = few_both.with_settings(mail_url=mailbox.url)
    dispatch_step(wired.office, CYCLE, at(4, 9), one_after_another)
    return wired


def sheets(province: Any) -> list[date]:
    return [sheet.day for sheet in province.all(DailySheet)]


def test_no_papers_before_the_office_opens_nor_on_a_day_off(sent_out: Any) -> None:
    for moment in (at(23, 7, 29), at(21, 9), at(22, 9)):  # early; Saturday; Sunday
        assert morning_papers(sent_out.office, moment) is None
    assert morning_papers(sent_out.office, at(23, 7, 30)) is not None
    assert sheets(sent_out) == [date(2026, 3, 23)]


def test_the_first_sweep_of_the_day_makes_them_however_late_and_no_other(sent_out: Any, mailbox: Any) -> None:
    for hour in (6, 14, 15, 16):
        sweep_step(sent_out.office, at(23, hour), one_after_another)
    assert sheets(sent_out) == [date(2026, 3, 23)]
    mails = [mail for _, mail in mailbox.received if str(mail["Subject"]).startswith("Cần gọi")]
    assert [str(mail["Subject"]) for mail in mails] == [
        "Cần gọi 04 cơ quan, đơn vị, địa phương trong ngày 23/3/2026"
    ]
    (sheet,) = mails[0].iter_attachments()
    assert sheet.get_filename() == "danh-sach-goi-2026-03-23.docx"
    words = " ".join(c.text for t in docx.Document(BytesIO(sheet.get_content())).tables for c in t._cells)
    assert "Sở Nội vụ" in words
    assert "quá hạn 01 ngày làm việc" in words


def test_a_morning_without_anybody_to_call_is_kept_and_not_mailed(sent_out: Any, mailbox: Any) -> None:
    before = len(mailbox.received)
    sweep_step(sent_out.office, at(5, 8), one_after_another)
    assert sheets(sent_out) == [date(2026, 3, 5)]
    assert len(mailbox.received) == before
    assert sent_out.count(Notice, Notice.step == STEP) == 0


def test_letters_that_urge_are_drafted_once_for_each_deadline_and_go_with_the_sheet(
    sent_out: Any, mailbox: Any
) -> None:
    for day in (23, 24, 25):
        sweep_step(sent_out.office, at(day, 8), one_after_another)
    drafted = sent_out.all(CycleDocument, CycleDocument.kind == DocumentKind.URGING_LETTER)
    assert len(drafted) == 4
    assert all(document.file_name.endswith("-lan-1.docx") for document in drafted)
    with sent_out.store.reading() as session:
        text = "\n".join(
            p.text for p in docx.Document(BytesIO(bytes_of(session, drafted[0].sha256))).paragraphs
        )
    assert "quá hạn 02 ngày làm việc" in text
    by_day = {
        str(mail["Subject"]).rpartition(" ")[2]: [part.get_filename() for part in mail.iter_attachments()]
        for _, mail in mailbox.received
        if str(mail["Subject"]).startswith("Cần gọi")
    }
    assert by_day["24/3/2026"] == ["danh-sach-goi-2026-03-24.docx", "cong-van-don-doc-2026-03-24.zip"]
    assert by_day["25/3/2026"] == ["danh-sach-goi-2026-03-25.docx"]
    mail = next(m for _, m in mailbox.received if str(m["Subject"]).endswith("ngày 24/3/2026"))
    packed = list(mail.iter_attachments())[1].get_content()
    assert sorted(ZipFile(BytesIO(packed)).namelist()) == sorted(document.file_name for document in drafted)
    folder = sent_out.office.settings.reports / CYCLE / "don-doc"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        document.file_name for document in drafted
    )


def test_more_letters_than_a_mail_can_carry_are_left_out_of_it(
    sent_out: Any, mailbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that refused the mail for its size would keep the sheet from everybody."""
    monkeypatch.setattr(inside_letters, "LETTERS_BY_MAIL", 10_000)
    monkeypatch.setattr(morning, "TOGETHER", 3)
    sweep_step(sent_out.office, at(24, 8), one_after_another)
    assert sent_out.count(CycleDocument, CycleDocument.kind == DocumentKind.URGING_LETTER) == 4
    mail = next(m for _, m in mailbox.received if str(m["Subject"]).endswith("ngày 24/3/2026"))
    assert [part.get_filename() for part in mail.iter_attachments()] == ["danh-sach-goi-2026-03-24.docx"]
    told = mail.get_body(("plain",)).get_content()
    assert "4 dự thảo công văn đôn đốc không gửi kèm được" in told


def test_a_new_deadline_has_a_letter_of_its_own(sent_out: Any) -> None:
    for day in (23, 24):
        sweep_step(sent_out.office, at(day, 8), one_after_another)
    with sent_out.store.writing() as session:
        extend_request(
            session,
            find_request(session, CYCLE, "SNV"),
            date(2026, 3, 27),
            reason="Chờ số liệu",
            actor="Thư ký",
            now=at(24, 9),
        )
    for day, month in ((30, 3), (31, 3), (1, 4)):
        sweep_step(sent_out.office, at(day, 8, month=month), one_after_another)
    names = [
        d.file_name for d in sent_out.all(CycleDocument, CycleDocument.kind == DocumentKind.URGING_LETTER)
    ]
    assert [name for name in names if "-SNV-" in name] == [
        f"cong-van-don-doc-SNV-{CYCLE}-lan-1.docx",
        f"cong-van-don-doc-SNV-{CYCLE}-lan-2.docx",
    ]
