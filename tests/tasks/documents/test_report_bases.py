"""The consolidated workbook counts confirmed statuses, with the declared ones beside; a moved deadline keeps its first
date."""

import io
from dataclasses import replace
from datetime import date

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from small_cycle import AS_OF, SEEN, VIEW, S

from models.rules.cycle_view import AssignmentView, ConfirmedWord, CycleView
from tasks.documents.report_sheet import ASSIGNMENTS, DETAILS, SUMMARY, report_workbook

DECLARED = "theo báo cáo của cơ quan, đơn vị"


def opened(view: CycleView) -> Workbook:
    return load_workbook(io.BytesIO(report_workbook(view, AS_OF, seen_on=SEEN)))


def with_first(task: AssignmentView) -> CycleView:
    return replace(VIEW, assignments=(task, *VIEW.assignments[1:]))


def rows(sheet: Worksheet, first_heading: str) -> list[dict[str, object]]:
    every = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header = next(number for number, row in enumerate(every) if row[0] == first_heading)
    names = [str(name) for name in every[header]]
    return [dict(zip(names, row, strict=True)) for row in every[header + 1 :] if any(row[1:])]


def confirmed() -> Workbook:
    """SKHCN's completion is confirmed; SNV, under way by its own word, is confirmed to be behind."""
    task = VIEW.assignments[0]
    complete, other = task.reports
    word = ConfirmedWord(S.COMPLETE, AS_OF, document="45/KH-UBND ngày 10/3/2026")
    behind = ConfirmedWord(S.BEHIND, corrected=True)
    words = (replace(complete, confirmed=word), replace(other, confirmed=behind))
    return opened(with_first(replace(task, reports=words)))


def test_both_bases_are_named_and_stand_beside_each_other() -> None:
    book = confirmed()
    facts = {row[0].value: row[1].value for row in book[SUMMARY].iter_rows()}
    assert facts["Bảo đảm tiến độ trên tổng số nhiệm vụ, theo số đã xác nhận"] == "1/4 (25%)"
    assert facts[f"Bảo đảm tiến độ trên tổng số nhiệm vụ, {DECLARED}"] == "3/4 (75%)"
    assert facts["Hoàn thành trên tổng số nhiệm vụ có thời hạn, theo số đã xác nhận"] == "1/3 (33,3%)"
    assert facts["Trạng thái cơ quan khai đã được xác nhận"] == "2/4 (50%)"
    whole = rows(book[SUMMARY], "Nội dung")[0]
    assert whole["Bảo đảm tiến độ/ tổng số"] == "1/4 (25%)"
    assert whole["Bảo đảm tiến độ/ tổng số (theo báo cáo)"] == "3/4 (75%)"
    assert "theo số đã xác nhận (2/4 trạng thái)" in str(book[SUMMARY]["A3"].value)


def test_what_is_confirmed_stands_beside_what_is_declared() -> None:
    book = confirmed()
    first = next(row for row in rows(book[ASSIGNMENTS], "TT") if row["Nhiệm vụ"] == "Nhiệm vụ số 1")
    assert first["Trạng thái xác nhận"] == "Hoàn thành ngày 14/3/2026\n45/KH-UBND ngày 10/3/2026"
    said = {row["Cơ quan"]: row for row in rows(book[DETAILS], "Mã") if str(row["Mã"]).endswith("I.1")}
    snv = said["Sở Nội vụ"]
    assert (snv["Trạng thái kê khai"], snv["Trạng thái xác nhận"]) == (
        "Đang thực hiện",
        "Chậm tiến độ (khác báo cáo)",
    )


def test_while_nothing_is_confirmed_the_figures_are_preliminary() -> None:
    book = opened(VIEW)
    facts = {row[0].value: row[1].value for row in book[SUMMARY].iter_rows()}
    assert facts["Trạng thái cơ quan khai đã được xác nhận"] == "0/4 (0%)"
    assert not any("theo số đã xác nhận" in str(label) for label in facts)
    assert {row["Trạng thái xác nhận"] for row in rows(book[DETAILS], "Mã")} == {"Chưa xác nhận", None}


def test_a_moved_deadline_keeps_its_first_date() -> None:
    moved = replace(
        VIEW.assignments[0],
        due=date(2026, 6, 30),
        deadline_raw="30/6/2026",
        first_deadline_raw="Quý I/2026",
        first_due=date(2026, 3, 31),
        due_source="85/UBND-TH ngày 10/3/2026",
    )
    book = opened(with_first(moved))
    first = next(row for row in rows(book[ASSIGNMENTS], "TT") if row["Nhiệm vụ"] == "Nhiệm vụ số 1")
    for word in ("30/6/2026", "Quý I/2026 (31/3/2026)", "85/UBND-TH ngày 10/3/2026"):
        assert word in str(first["Thời hạn"])
