"""“Như kỳ trước” on the page: filled in, plainly nobody's answer yet, confirmed one by one or all at once."""

from collections.abc import Callable
from typing import Any

import pytest
from annexes import ANNEX_V
from asked import ask, filled, reported_last

from models.codes import SubmissionVerdict
from models.submission import Arrival, AssignmentReport, Submission, SubmissionCell

VisitorOf = Callable[..., Any]
BADGE = "như kỳ trước, chưa xác nhận"


@pytest.fixture
def again(few_both: Any) -> Any:
    """SNV has reported the quarter before, its annex included."""
    ask(few_both, "SNV", ANNEX_V)
    reported_last(few_both, "SNV", filled(few_both, "SNV", percent="35"))
    return few_both


def as_shown(visitor: Any) -> dict[str, str]:
    """What a browser would send when nothing is touched."""
    page = visitor.get("/form")
    said = {
        str(f["name"]): str(f.get("value") or "") for f in page.fields("input") if f.get("type") != "checkbox"
    }
    tags = iter(page.tags)
    for name, attrs in tags:
        if name == "select":
            chosen = str(attrs["name"])
        elif name == "option" and "selected" in attrs:
            said[chosen] = page.html.split(f'name="{chosen}"')[1].split(" selected>")[1].split("<")[0]
    return {**said, "viec": "gui"}


def this_time(province: Any) -> list[Any]:
    request_id = province.request_id("SNV")
    return [v for v in province.all(Submission) if v.request_id == request_id]


def test_last_periods_answers_stand_in_the_fields_unconfirmed(again: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(again, "SNV").get("/form")
    form = again.form("SNV")
    dated = next(line for line in form.assignments if line.kind == "date")
    (percent,) = [f for f in page.fields("input") if f.get("name") == f"{dated.row_key}:percent"]
    assert percent["value"] == "35"
    assert page.text.count(BADGE) == len(form.assignments) + 1
    boxes = {str(f["name"]) for f in page.fields("input") if f.get("type") == "checkbox"}
    assert {"same_all", "PL-V:same", f"{dated.row_key}:same"} <= boxes
    assert f"Còn {len(form.assignments) + 1:02d} chỗ chưa xác nhận." in page.text
    assert "Báo cáo Quý IV/2025" in page.text


def test_untouched_it_is_no_report(again: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(again, "SNV")
    arrivals = again.count(Arrival)
    page = visitor.post("/form", as_shown(visitor))
    assert page.status == 422
    assert "Chưa sửa và chưa xác nhận nội dung nào" in page.text
    assert again.count(Arrival) == arrivals


def test_confirmed_all_at_once_it_is_one(again: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(again, "SNV")
    page = visitor.post("/form", {**as_shown(visitor), "same_all": "x"})
    assert "Đã nhận báo cáo, đạt yêu cầu" in page.text
    (version,) = this_time(again)
    reports = again.all(AssignmentReport, AssignmentReport.submission_id == version.id)
    assert len(reports) == len(again.form("SNV").assignments)
    assert all(report.as_last for report in reports)
    assert again.count(SubmissionCell, SubmissionCell.submission_id == version.id) == len(ANNEX_V.asked)


def test_what_is_neither_changed_nor_confirmed_is_asked_about_in_its_row(
    again: Any, visitor_of: VisitorOf
) -> None:
    visitor = visitor_of(again, "SNV")
    first, second, *rest = again.form("SNV").assignments
    said = as_shown(visitor)
    said |= {f"{line.row_key}:same": "x" for line in rest}
    dated = next(line for line in (first, second, *rest) if line.kind == "date")
    said[f"{dated.row_key}:percent"] = "60"
    left = {line.row_key for line in (first, second)} - {dated.row_key}
    page = visitor.post("/form", said)
    assert [v.verdict for v in this_time(again)] == [SubmissionVerdict.FAULTY]
    for key in (*left, "PL-V"):
        section = page.html.split(f'id="{key}"')[1].split("</section>")[0]
        assert BADGE in section, key
        assert 'class="must"' in section, key
    confirmed = page.html.split(f'id="{rest[-1].row_key}"')[1].split("</section>")[0]
    assert 'class="must"' not in confirmed
    mended = {**said, **{f"{key}:same": "x" for key in left}, "PL-V:same": "x", "ban": "1", "sau": "1"}
    assert "Đã nhận báo cáo, đạt yêu cầu" in visitor.post("/form", mended).text
    changed = {r.percent_raw for r in again.all(AssignmentReport) if not r.as_last and r.percent_raw == "60"}
    assert changed == {"60"}


def test_a_draft_takes_the_place_of_last_period(again: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(again, "SNV")
    dated = next(line for line in again.form("SNV").assignments if line.kind == "date")
    visitor.post("/form", {**as_shown(visitor), f"{dated.row_key}:percent": "", "viec": "luu"})
    page = visitor.get("/form")
    (percent,) = [f for f in page.fields("input") if f.get("name") == f"{dated.row_key}:percent"]
    assert percent["value"] == ""
    section = page.html.split(f'id="{dated.row_key}"')[1].split("</section>")[0]
    assert BADGE not in section


def test_nothing_to_report_is_not_hindered(again: Any, visitor_of: VisitorOf) -> None:
    visitor = visitor_of(again, "SNV")
    page = visitor.post("/khong-phat-sinh", {"ly_do_khong": "Trong kỳ không được giao nhiệm vụ"})
    assert "không phát sinh nội dung báo cáo" in page.text
    assert [v.nothing_to_report for v in this_time(again)] == [True]


def test_without_last_period_nothing_is_said_of_it(few: Any, visitor_of: VisitorOf) -> None:
    page = visitor_of(few, "SNV").get("/form")
    assert "kỳ trước" not in page.text
    assert "same_all" not in page.html
