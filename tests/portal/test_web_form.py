"""The web form: saved as a draft, handed in with the same checks, mended where it is wrong, lost by nobody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from asked import filled

from models.agency_act import Draft
from models.codes import RequestState, SubmissionVerdict
from models.submission import Arrival, AssignmentReport, IndicatorReport, Submission
from tasks.cycle.cycles import close_cycle

VisitorOf = Callable[..., Any]


def value_of(page: Any, name: str) -> str | None:
    (field,) = [f for f in page.fields("input") if f.get("name") == name]
    return field.get("value")


def draft_of(province: Any, agency: str) -> dict[str, str]:
    with province.store.reading() as session:
        draft = session.get(Draft, province.request_id(agency))
        return dict(draft.texts) if draft else {}


def test_a_draft_is_kept_and_found_again_and_is_no_report(few_both: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few_both, "SNV")
    said = filled(few_both, "SNV", leave_out=3)
    page = visitor.post("/form", {**visitor.typed(**said), "viec": "luu"})
    assert "Đã lưu bản nháp lúc 09:00 ngày 12/3/2026. Báo cáo chưa được gửi" in page.text
    assert draft_of(few_both, "SNV") == said
    assert few_both.count(Arrival) == 0
    again = visitor_of(few_both, "SNV").get("/form")
    key = next(name for name in said if name.endswith(":percent"))
    assert value_of(again, key) == "40"
    assert again.html.count(" selected>") == len([name for name in said if name.endswith(":status")])


def test_a_report_with_faults_is_mended_field_by_field(few_both: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few_both, "SNV")
    said = filled(few_both, "SNV", leave_out=1, percent="<nhiều>")
    page = visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    assert page.url.rpartition("/")[2].startswith("form?nop=")
    assert "Đã nhận, nhưng báo cáo còn nội dung phải sửa." in page.text
    wrong = [f for tag in ("input", "select") for f in page.fields(tag) if f.get("aria-invalid")]
    dated = [name for name in said if name.endswith(":percent")]
    first = few_both.form("SNV").assignments[0].row_key
    assert {f["name"] for f in wrong} == {f"{first}:status", *dated}
    assert "&lt;nhiều&gt;" in page.html
    assert "<nhiều>" not in page.html
    mended = filled(few_both, "SNV", percent="40")
    done = visitor.post("/form", {**visitor.typed(**mended), "viec": "gui"})
    assert "Số biên nhận: 0002/SNV" in done.text
    assert "qua điền trực tuyến" in done.text
    assert [v.verdict for v in few_both.all(Submission)] == [
        SubmissionVerdict.FAULTY,
        SubmissionVerdict.ACCEPTED,
    ]
    assert few_both.request("SNV").complete_at is not None


def test_figures_are_reported_too(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SKHCN")
    page = visitor.post("/form", {**visitor.typed(**filled(few, "SKHCN")), "viec": "gui"})
    assert "Đã nhận báo cáo, đạt yêu cầu" in page.text
    form = few.form("SKHCN")
    assert few.count(IndicatorReport) == len(form.indicators) == 46
    assert few.count(AssignmentReport) == len(form.assignments)
    assert {str(report.value) for report in few.all(IndicatorReport)} == {"12.5"}


def test_the_button_pressed_twice_reports_once(few: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(few, "SNV")
    said = {**visitor.typed(**filled(few, "SNV")), "viec": "gui"}
    visitor.post("/form", said)
    page = visitor.post("/form", said)
    assert few.count(Submission) == 1
    assert "giống hệt bản thứ 1" in page.text


def test_an_earlier_version_can_be_reported_once_more(few: Any, visitor_of: VisitorOf, clock: Any) -> None:
    visitor = visitor_of(few, "SNV")
    for percent in ("40", "50", "40"):
        clock.at += timedelta(minutes=5)
        visitor.post("/form", {**visitor.typed(**filled(few, "SNV", percent=percent)), "viec": "gui"})
    assert [v.version for v in few.all(Submission)] == [1, 2, 3]


def test_a_file_with_faults_can_be_mended_on_the_page(few: Any, visitor_of: VisitorOf, clock: Any) -> None:
    visitor = visitor_of(few, "SNV")
    visitor.post("/form", {**visitor.typed(prepared_by="Lò Thị B"), "viec": "luu"})
    clock.at += timedelta(minutes=5)
    visitor.upload(few.filled("SNV", leave_out=1))
    page = visitor.get("/form")
    assert "điền sẵn theo bản thứ 1" in page.text
    assert "chưa báo cáo. Điền cột Trạng thái." in page.text
    dated = next(line for line in few.form("SNV").assignments if line.kind == "date")
    assert value_of(page, f"{dated.row_key}:percent") == "40"


@pytest.mark.parametrize("said", [{}, {"prepared_by": "Lò Thị B"}, {"KH57-2026/IX.9:status": "Hoàn thành"}])
def test_an_empty_form_is_not_handed_in(few: Any, visitor_of: VisitorOf, said: dict[str, str]) -> None:
    visitor = visitor_of(few, "SNV")
    page = visitor.post("/form", {**visitor.typed(**said), "viec": "gui"})
    assert page.status == 422
    assert "Chưa điền nội dung nào" in page.text
    assert few.count(Arrival) == 0


def test_two_who_type_at_once_see_each_others_texts(few: Any, visitor_of: VisitorOf) -> None:
    first, second = visitor_of(few, "SNV"), visitor_of(few, "SNV")
    opened = second.typed()
    key = next(name for name in filled(few, "SNV") if name.endswith(":percent"))
    first.post("/form", {**first.typed(**{key: "40"}), "viec": "luu"})
    page = second.post("/form", {**opened, key: "60", "viec": "gui"})
    assert page.status == 409
    assert "người khác đã lưu nội dung khác ở 01 ô" in page.text
    assert "Người khác đã lưu: “40”" in page.text
    assert value_of(page, key) == "60"
    assert draft_of(few, "SNV")[key] == "40"
    assert few.count(Arrival) == 0
    again = {str(f["name"]): str(f.get("value") or "") for f in page.fields("input")}
    second.post("/form", {**again, "viec": "luu"})
    assert draft_of(few, "SNV")[key] == "60"


def test_what_is_typed_after_closing_is_kept_but_not_handed_in(
    few: Any, visitor_of: VisitorOf, clock: Any
) -> None:
    visitor = visitor_of(few, "SNV")
    said = visitor.typed(**filled(few, "SNV"))
    with few.store.writing() as session:
        close_cycle(session, few.cycle(session), reason="thử", actor="Thư ký", now=clock.at)
    page = visitor.post("/form", {**said, "viec": "gui"})
    assert page.status == 422
    assert "Kỳ báo cáo đã đóng." in page.text
    assert draft_of(few, "SNV")
    assert few.count(Submission) == 0
    assert few.request("SNV").state != RequestState.COMPLETE
