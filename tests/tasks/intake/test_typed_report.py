"""A typed report as bytes: judged by the same way as a workbook, the same bytes for the same texts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from province import annex_texts

from models.codes import RequestState
from models.rules.form import Form
from models.rules.typed_form import field_name
from models.submission import Arrival, AssignmentReport, Submission, SubmissionIssue
from models.time import VIETNAM
from tasks.intake.judge import Verdicts, judge_one
from tasks.intake.receive import receive
from tasks.intake.typed_report import FILE_NAME, is_typed, read_typed, write_typed
from tasks.workbook.package import UnreadableForm

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)


def texts_for(form: Form, percent: str = "40") -> dict[str, str]:
    """What `Province.filled` puts into a workbook, typed."""
    texts = {}
    for line in form.assignments:
        recurring = line.kind == "recurring"
        status = "Thường xuyên, bảo đảm tiến độ" if recurring else "Đang thực hiện"
        texts[field_name(line.row_key, "status")] = status
        texts[field_name(line.row_key, "product")] = "Công văn số 15/SNV-CCHC"
        if not recurring:
            texts[field_name(line.row_key, "percent")] = percent
    for figure in form.indicators:
        texts[field_name(figure.row_key, "value")] = "chưa có số liệu"
        texts[field_name(figure.row_key, "source")] = "Thống kê"
    return texts | annex_texts(form)


def judged(province: Any, content: bytes, at: datetime = T0) -> Verdicts:
    arrival = receive(
        province.store,
        channel="trang-web",
        reference=f"{at.isoformat()}",
        file_name=FILE_NAME,
        content=content,
        received_at=at,
        now=at,
    )
    assert arrival is not None
    return judge_one(province.store, arrival, province.office.key, at)


def test_by_form_and_by_file_give_the_same_submission(few_both: Any) -> None:
    form = few_both.form("SNV")
    assert judged(few_both, few_both.filled("SNV")) == Verdicts(accepted=1)
    assert judged(
        few_both, write_typed(form, texts_for(form), few_both.office.key, 1), T0 + timedelta(hours=1)
    ) == (Verdicts(accepted=1))
    by_file, by_form = few_both.all(Submission)
    same = {"request_id", "verdict", "nothing_to_report", "nothing_reason"}
    assert by_form.model_dump(include=same) == by_file.model_dump(include=same)
    reports = few_both.all(AssignmentReport)
    shapes = [
        [r.model_dump(exclude={"id", "submission_id"}) for r in reports if r.submission_id == version.id]
        for version in (by_file, by_form)
    ]
    assert shapes[0] == shapes[1]
    assert len(shapes[0]) == len(form.assignments)


def test_figures_too(few: Any) -> None:
    form = few.form("SKHCN")
    assert judged(few, write_typed(form, texts_for(form), few.office.key, 0)) == Verdicts(accepted=1)


def test_faults_name_the_field_as_people_see_it(few: Any) -> None:
    few.mark_sent(T0)
    form = few.form("SNV")
    assert judged(few, write_typed(form, texts_for(form, "một nửa"), few.office.key, 0)) == Verdicts(faulty=1)
    issues = few.all(SubmissionIssue)
    assert {(issue.sheet, issue.cell) for issue in issues} == {("Nhiệm vụ", "Tỷ lệ hoàn thành (%)")}
    assert few.request("SNV").state == RequestState.INCOMPLETE


def test_the_same_texts_from_the_same_page_are_one_version(few: Any) -> None:
    form, key = few.form("SNV"), few.office.key
    content = write_typed(form, texts_for(form), key, 0)
    assert content == write_typed(form, dict(reversed(texts_for(form).items())), key, 0)
    assert judged(few, content) == Verdicts(accepted=1)
    assert judged(few, content, T0 + timedelta(minutes=1)) == Verdicts(duplicate=1)
    again = write_typed(form, texts_for(form), key, 1)
    assert judged(few, again, T0 + timedelta(minutes=2)) == Verdicts(accepted=1)


def test_who_made_it_shows(few: Any) -> None:
    form = few.form("SNV")
    read = read_typed(write_typed(form, {"prepared_by": "Lò Thị B", "phone": "0215"}, few.office.key, 0))
    assert (read.prepared_by, read.phone) == ("Lò Thị B", "0215")


def test_one_signed_elsewhere_goes_to_a_person(few: Any) -> None:
    form = few.form("SNV")
    assert judged(few, write_typed(form, texts_for(form), b"khoa cua noi khac", 0)) == Verdicts(person=1)
    assert "không khớp" in few.all(Arrival)[-1].note


def test_one_of_another_agency_is_that_agencys(few: Any) -> None:
    form = few.form("STC")
    judged(few, write_typed(form, texts_for(form), few.office.key, 0))
    assert few.all(Submission)[0].request_id == few.request_id("STC")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c[:-1],
        lambda c: c.replace(b'"after":0', b'"after":"0"'),
        lambda c: c.replace(b'"texts":{', b'"texts":{"x":1,'),
        lambda c: c.replace(b'"after":0', b'"after":0,"more":1'),
        lambda c: c[:-1] + b"," * 5_000_000,
        lambda c: c.replace("Công".encode(), b"\xff\xfe"),
        lambda c: c[:31] + b"[" * 200_000,
    ],
    ids=["cut", "type", "text", "more", "huge", "bytes", "deep"],
)
def test_a_damaged_one_is_told_of_and_kept(few: Any, spoil: Any) -> None:
    form = few.form("SNV")
    content = spoil(write_typed(form, texts_for(form), few.office.key, 0))
    assert is_typed(content)
    with pytest.raises(UnreadableForm, match="Báo cáo trực tuyến bị hỏng"):
        read_typed(content)
    assert judged(few, content) == Verdicts(person=1)


def test_a_workbook_is_none() -> None:
    assert not is_typed(b"PK\x03\x04")
