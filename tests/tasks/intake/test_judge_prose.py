"""What comes beside the figures: prose in Word, the signed PDF, one zip with all of it; and last period's answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from openpyxl import load_workbook
from outlines import changed, under

from models.codes import ArrivalVerdict, RequestState, SubmissionVerdict
from models.notice import Notice
from models.rules.form_columns import REPORT_NUMBER, SAME_ALL, SIGNED_ON, SIGNER
from models.submission import (
    Arrival,
    AssignmentReport,
    Narrative,
    NarrativePart,
    SignedReport,
    Submission,
    SubmissionCell,
    SubmissionIssue,
)
from models.time import VIETNAM
from tasks.cycle.dispatch import prepare_batch
from tasks.cycle.forms import forms_of
from tasks.cycle.last_answers import freeze_last
from tasks.intake.judge import Verdicts, judge_batch
from tasks.intake.receive import receive
from tasks.intake.taking import PROSE
from tasks.prose.outline_write import write_outline
from tasks.steps import open_step, release_step
from tasks.workbook.write import write_form

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
SAID = "Trong quý, Sở đã ban hành kế hoạch và tổ chức quán triệt đến toàn thể công chức."


def came(province: Any, content: bytes, name: str, at: datetime = T0, request_id: int | None = None) -> int:
    arrival_id: int | None = receive(
        province.store,
        channel="trang-web" if request_id else "thu-muc",
        reference=f"{name} {at.isoformat()}",
        file_name=name,
        content=content,
        received_at=at,
        now=at,
        request_id=request_id,
    )
    assert arrival_id is not None
    return arrival_id


def judged(province: Any, content: bytes, name: str, at: datetime = T0, **where: Any) -> Verdicts:
    return judge_batch(province.store, [came(province, content, name, at, **where)], province.office.key, at)


def outline(province: Any, agency: str = "SNV", title: str = "Công tác lãnh đạo") -> bytes:
    """The agency's outline with a sentence written under a heading."""
    blank = write_outline(province.form(agency), {}, {}, province.office.key)

    def write(document: Any) -> None:
        under(document, title).text = SAID

    return changed(blank, write)


def unstamped(content: bytes) -> bytes:
    """The same text typed into a new document: nothing of ours is left in it."""
    said = docx.Document()
    for paragraph in docx.Document(BytesIO(content)).paragraphs:
        if not any(run.font.hidden for run in paragraph.runs):
            said.add_paragraph(paragraph.text)
    out = BytesIO()
    said.save(out)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def with_general(content: bytes, **texts: str) -> bytes:
    """The workbook with these texts beside their labels on the sheet of general information."""
    book = load_workbook(BytesIO(content))
    labels = {"number": REPORT_NUMBER, "signed_on": SIGNED_ON, "signer": SIGNER, "same_all": SAME_ALL}
    for row in book["Thông tin chung"].iter_rows(max_col=2):
        for name, text in texts.items():
            if row[0].value == labels[name]:
                row[1].value = text
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def last_arrival(province: Any) -> Arrival:
    arrival: Arrival = province.all(Arrival)[-1]
    return arrival


def test_prose_that_comes_back_in_word_is_kept_beside_the_figures_and_answered(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    assert judged(few_both, outline(few_both), "de-cuong.docx") == Verdicts(prose=1)
    (narrative,) = few_both.all(Narrative)
    assert narrative.request_id == few_both.request_id("SNV")
    (said,) = few_both.all(NarrativePart, NarrativePart.text != "")
    assert (said.text, bool(said.code)) == (SAID, True)
    assert last_arrival(few_both).verdict == ArrivalVerdict.NARRATIVE
    assert [(n.step, n.subject) for n in few_both.all(Notice)] == [(PROSE, f"narrative:{narrative.id}")]
    assert few_both.request("SNV").state == RequestState.SENT  # prose alone is not the report
    assert "chưa có lời văn" in narrative.note  # the other headings


def test_what_is_wrong_in_the_prose_is_told_by_the_heading_as_its_writer_knows_it(few: Any) -> None:
    blank = write_outline(few.form("SNV"), {}, {}, few.office.key)

    def write(document: Any) -> None:
        under(document, "Về dữ liệu số").text = "Đã số hóa 18.672/28.005 hồ sơ, đạt khoảng 70% tổng số hồ sơ."

    assert judged(few, changed(blank, write), "de-cuong.docx") == Verdicts(prose=1)
    (narrative,) = few.all(Narrative)
    assert "Mục “3. Về dữ liệu số”: ghi 18.672/28.005" in narrative.note
    assert "66,67%" in narrative.note


def test_an_outline_in_which_nothing_was_written_goes_to_a_person(few: Any) -> None:
    blank = write_outline(few.form("SNV"), {}, {}, few.office.key)
    assert judged(few, blank, "de-cuong.docx") == Verdicts(person=1)
    assert few.count(Narrative) == 0


def test_word_without_our_mark_is_taken_where_it_was_handed_in_and_nowhere_else(few: Any) -> None:
    typed = unstamped(outline(few))
    assert judged(few, typed, "bao-cao.docx") == Verdicts(person=1)
    at = few.request_id("SNV")
    assert judged(few, typed, "bao-cao.docx", T0 + HOUR, request_id=at) == Verdicts(prose=1)
    (narrative,) = few.all(Narrative)
    assert narrative.request_id == at
    assert any(SAID in part.text for part in few.all(NarrativePart))


def test_anothers_outline_is_not_taken_at_this_place(few: Any) -> None:
    assert judged(few, outline(few, "STC"), "x.docx", request_id=few.request_id("SNV")) == Verdicts(person=1)
    assert few.count(Narrative) == 0


def test_one_zip_brings_figures_prose_and_the_signed_report(few_both: Any) -> None:
    few_both.mark_sent(T0 - HOUR)
    figures = with_general(
        few_both.filled("SNV"), number="125/BC-SNV", signed_on="11/3/2026", signer="Nguyễn Văn A"
    )
    package = zipped(bieu__xlsx=figures, ban_ky__pdf=PDF, loi_van__docx=unstamped(outline(few_both)))
    assert judged(few_both, package, "SNV.zip") == Verdicts(accepted=1, prose=1, signed=1)
    (signed,) = few_both.all(SignedReport)
    assert (signed.request_id, signed.number, signed.signed_on, signed.signer) == (
        few_both.request_id("SNV"),
        "125/BC-SNV",
        date(2026, 3, 11),
        "Nguyễn Văn A",
    )
    assert few_both.count(Narrative) == 1


@pytest.mark.parametrize("general", [{}, {"number": "125/BC-SNV", "signed_on": "11/3/2026"}])
def test_a_pdf_whose_number_day_or_signer_nobody_wrote_waits_for_a_person(
    few: Any, general: dict[str, str]
) -> None:
    package = zipped(bieu__xlsx=with_general(few.filled("SNV"), **general), ban_ky__pdf=PDF)
    assert judged(few, package, "SNV.zip") == Verdicts(accepted=1, person=1)
    assert few.count(SignedReport) == 0
    waiting = few.all(Arrival, Arrival.verdict == ArrivalVerdict.PERSON)
    assert [arrival.request_id for arrival in waiting] == [few.request_id("SNV")]


def test_a_zip_of_two_agencies_says_not_whose_the_signed_report_is(few: Any) -> None:
    package = zipped(a__xlsx=few.filled("SNV"), b__xlsx=few.filled("STC"), ban_ky__pdf=PDF)
    assert judged(few, package, "hai.zip") == Verdicts(accepted=2, person=1)


def test_a_pdf_alone_is_kept_and_told_where_it_belongs(few: Any) -> None:
    assert judged(few, PDF, "bao-cao.pdf") == Verdicts(person=1)
    assert "Báo cáo đã ký" in last_arrival(few).note


def test_the_figures_of_an_annex_are_recorded_cell_by_cell(few_both: Any) -> None:
    assert judged(few_both, few_both.filled("SNV"), "bieu.xlsx") == Verdicts(accepted=1)
    cells = few_both.all(SubmissionCell)
    form = few_both.form("SNV")
    assert form.annexes
    asked = {
        (line.row_key, cell.column) for annex in form.annexes for line in annex.lines for cell in line.cells
    }
    assert {(cell.row_key, cell.column) for cell in cells} <= asked
    assert all(cell.raw == "0" and cell.number == 0 for cell in cells)
    assert len(cells) > 5


@pytest.fixture
def half_year(few_both: Any) -> Callable[[], int]:
    """After Quý I was reported: the half-year's cycle is opened, released and its forms written."""

    def open_it() -> int:
        office = few_both.office
        opened = datetime(2026, 6, 1, 8, tzinfo=VIETNAM).astimezone(UTC)
        open_step(office, "2026-H1", opened)
        release_step(office, "bcd-6-thang-2026-H1", "30-CV/BCĐ", date(2026, 6, 2), opened + 24 * HOUR)
        request_id: int = few_both.request_id("SNV", "bcd-6-thang-2026-H1")
        prepare_batch(few_both.store, [request_id], office.key, opened + 25 * HOUR)
        return request_id

    return open_it


def test_last_periods_answers_stand_in_the_next_form_until_they_are_confirmed(
    few_both: Any, half_year: Callable[[], int]
) -> None:
    judged(few_both, few_both.filled("SNV"), "bieu.xlsx")
    (first,) = few_both.all(Submission)
    request_id = half_year()
    request = few_both.request("SNV", "bcd-6-thang-2026-H1")
    assert (request.id, request.last_submission_id) == (request_id, first.id)
    form = few_both.form("SNV", "bcd-6-thang-2026-H1")
    assert form.last is not None
    assert form.last.cycle_name == few_both.form("SNV").cycle_name
    row = form.assignments[0].row_key
    assert form.last.texts[f"{row}:product"] == "Công văn số 15/SNV-CCHC"
    assert not any(name.endswith(":completed_on") for name in form.last.texts)

    at = datetime(2026, 6, 16, 9, tzinfo=VIETNAM).astimezone(UTC)
    untouched = write_form(form, few_both.office.key)
    assert judged(few_both, untouched, "chua-sua.xlsx", at) == Verdicts(faulty=1)
    assert "bieu-trong" in {issue.rule for issue in few_both.all(SubmissionIssue)}

    confirmed = with_general(untouched, same_all="x")
    judged(few_both, confirmed, "xac-nhan.xlsx", at + HOUR)
    newest = few_both.all(Submission)[-1]
    reports = few_both.all(AssignmentReport, AssignmentReport.submission_id == newest.id)
    assert {report.as_last for report in reports} == {True}
    assert {report.product for report in reports} == {"Công văn số 15/SNV-CCHC"}


def test_a_correction_for_the_period_before_changes_no_form_that_is_out(
    few_both: Any, half_year: Callable[[], int]
) -> None:
    judged(few_both, few_both.filled("SNV"), "bieu.xlsx")
    (first,) = few_both.all(Submission)
    half_year()
    judged(few_both, few_both.filled("SNV", percent="55"), "sua.xlsx", T0 + HOUR)
    assert [s.verdict for s in few_both.all(Submission)] == [SubmissionVerdict.ACCEPTED] * 2
    with few_both.store.writing() as session:
        freeze_last(session, [few_both.request_id("SNV", "bcd-6-thang-2026-H1")])
    assert few_both.request("SNV", "bcd-6-thang-2026-H1").last_submission_id == first.id


def test_who_had_nothing_to_report_finds_nothing_put_in(few: Any) -> None:
    judged(few, few.filled("3127", nothing="Chưa được giao nhiệm vụ trong quý"), "bieu.xlsx")
    office = few.office
    opened = datetime(2026, 6, 1, 8, tzinfo=VIETNAM).astimezone(UTC)
    open_step(office, "2026-H1", opened)
    release_step(office, "bcd-6-thang-2026-H1", "30-CV/BCĐ", date(2026, 6, 2), opened + 24 * HOUR)
    request_id = few.request_id("3127", "bcd-6-thang-2026-H1")
    prepare_batch(few.store, [request_id], office.key, opened + 25 * HOUR)
    with few.store.reading() as session:
        assert forms_of(session, [request_id])[request_id].last is None
