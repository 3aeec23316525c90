"""A number and its rows: what the rows do not make cannot be written."""

from dataclasses import replace
from datetime import date

import pytest
from small_cycle import AS_OF, SEEN, VIEW

from models.codes import Basis
from models.rules.completion import SumError, completion
from models.rules.trace.assignment_figures import AGENCIES, CUTS, MEMBERS, assignment_figures
from models.rules.trace.figure import Counted, Figure, SourceRow, recount
from models.rules.trace.other_figures import indicator_figures, request_figures

ROWS = (SourceRow("K/I.1", "SNV"), SourceRow("K/I.1", "STC"), SourceRow("K/I.2", "SNV"))


@pytest.mark.parametrize(
    ("counted", "rows", "count"),
    [
        (Counted.ASSIGNMENTS, ROWS, 2),
        (Counted.INDICATORS, ROWS, 2),
        (Counted.MEMBERS, ROWS, 3),
        (Counted.AGENCIES, (SourceRow("", "SNV"), SourceRow("", "STC")), 2),
        (Counted.ASSIGNMENTS, (), 0),
    ],
)
def test_the_rows_are_counted_as_is_said(counted: Counted, rows: tuple[SourceRow, ...], count: int) -> None:
    assert recount(counted, rows) == count
    assert Figure("Tổng hợp", "Toàn bộ", "Tổng số", count, counted, rows).value == count
    with pytest.raises(SumError, match=r"Toàn bộ, Tổng số: ghi 9 nhưng các dòng nguồn là"):
        Figure("Tổng hợp", "Toàn bộ", "Tổng số", 9, counted, rows)


def figures() -> dict[tuple[str, str, str], Figure]:
    result = completion(VIEW, AS_OF)
    found = [
        *assignment_figures(VIEW, result, Basis.DECLARED),
        *request_figures(VIEW, SEEN),
        *indicator_figures(VIEW),
    ]
    return {(one.place, one.line, one.name): one for one in found}


def test_every_number_of_the_small_cycle_has_its_rows() -> None:
    found = figures()
    whole = found[CUTS, "Toàn bộ nhiệm vụ", "Tổng số"]
    assert [row.row_key for row in whole.rows] == [f"KH57-2026/I.{no}" for no in (1, 2, 3, 4)]
    behind = found[CUTS, "Quý I/2026", "▲ Chậm, quá hạn"]
    assert behind.rows == (SourceRow("KH57-2026/I.2", "SKHCN", "Chưa có báo cáo"),)
    own = found[AGENCIES, "UBND xã Nà Hỳ", "■ Chưa có báo cáo"]
    assert own.rows == (SourceRow("KH57-2026/I.4", "X2", "Chưa có báo cáo"),)
    members = found[MEMBERS, "KH57-2026/I.4 Nhiệm vụ số 4", "● Hoàn thành đúng hạn"]
    assert (members.value, members.rows) == (1, (SourceRow("KH57-2026/I.4", "X1"),))
    group = found[CUTS, "Quý II/2026", "Tổng số"].rows[0]
    assert (group.agency_code, group.note) == (
        "",
        "Do 2 xã, phường chủ trì; xem “Phụ lục II, thành viên hoàn thành”",
    )


def test_reports_and_indicators() -> None:
    found = figures()
    overdue = found["Tổng hợp, mục I", "Cơ quan, đơn vị", "Chưa gửi, đã quá hạn"]
    assert overdue.rows == (SourceRow("", "X2"),)
    late = found["Tổng hợp, mục I", "Cơ quan, đơn vị", "Đạt yêu cầu sau hạn"]
    assert late.rows == (SourceRow("", "SNV"),)
    said = found["Phụ lục I", "KH57-2026/II.3 Chi ngân sách cho khoa học, công nghệ", "Số liệu báo cáo"]
    assert (said.value, said.counted, said.rows) == (
        "2,5",
        Counted.REPORTED,
        (SourceRow("KH57-2026/II.3", "SNV"),),
    )


def test_a_withheld_assignment_makes_no_number() -> None:
    assert not any(row.row_key == "KH57-2026/I.5" for one in figures().values() for row in one.rows)


def test_a_linked_task_counts_once_in_all_and_in_each_register() -> None:
    one, two = VIEW.assignments[0], replace(VIEW.assignments[1], due=date(2026, 3, 31))
    linked = (replace(one, linked=(two.row_key,)), replace(two, register_code="NQ71", linked=(one.row_key,)))
    view = replace(VIEW, assignments=linked)
    found = {
        (figure.line, figure.name): figure.value
        for figure in assignment_figures(view, completion(view, AS_OF), Basis.DECLARED)
        if figure.place == CUTS
    }
    assert found["Toàn bộ nhiệm vụ", "Tổng số"] == 1
    assert (found["Kế hoạch năm 2026", "Tổng số"], found["NQ71", "Tổng số"]) == (1, 1)
