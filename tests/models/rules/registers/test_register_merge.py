"""What a new file changes in a row that a person may have changed since the last one; where new rows go."""

from dataclasses import replace
from datetime import date

import pytest

from models.codes import Comparator, DeadlineKind
from models.rules.registers.names import Bearer, Named
from models.rules.registers.register_merge import (
    AssignmentContent,
    Change,
    IndicatorContent,
    last_word_of_files,
    merge,
    place_rows,
)

SNV = Named("Sở Nội vụ", Bearer("agency", "SNV"))
FILE = AssignmentContent(
    position=1000,
    section="I",
    section_name="Chỉ đạo",
    subsection="",
    subsection_name="",
    number="1",
    name="Việc",
    leads_raw="Sở Nội vụ",
    coordinators_raw="",
    result="Báo cáo",
    deadline_raw="Quý I/2026",
    deadline_kind=DeadlineKind.DATE,
    due=date(2026, 3, 31),
    leads=(SNV,),
    coordinators=(),
)
EXTENDED = replace(FILE, deadline_raw="31/5/2026", due=date(2026, 5, 31), source="CV 12/BCĐ")
LATER_FILE = replace(FILE, deadline_raw="Quý II/2026", due=date(2026, 6, 30))
FIGURE = IndicatorContent(
    1000, "I", "Hạ tầng", "1", "5G", "%", "50", None, None, "≥ 60", Comparator.GE, None, ""
)


@pytest.mark.parametrize(
    ("current", "new", "merged", "changed", "overruled"),
    [
        pytest.param(FILE, FILE, FILE, [], [], id="nothing new"),
        pytest.param(FILE, LATER_FILE, LATER_FILE, ["Thời gian hoàn thành"], [], id="the file changes"),
        pytest.param(EXTENDED, FILE, EXTENDED, [], [], id="a decision stands against the same file"),
        pytest.param(
            EXTENDED, replace(EXTENDED, source=""), EXTENDED, [], [], id="the file adopts the decision"
        ),
        pytest.param(
            EXTENDED,
            LATER_FILE,
            LATER_FILE,
            ["Thời gian hoàn thành"],
            ["Thời gian hoàn thành"],
            id="the file against the decision; its document no longer holds",
        ),
        pytest.param(
            EXTENDED,
            replace(FILE, result="Kế hoạch", section_name="Điều hành"),
            replace(EXTENDED, result="Kế hoạch", section_name="Điều hành"),
            ["Kết quả", "Mục"],
            [],
            id="other fields beside a decision",
        ),
    ],
)
def test_merge(
    current: AssignmentContent,
    new: AssignmentContent,
    merged: AssignmentContent,
    changed: list[str],
    overruled: list[str],
) -> None:
    result = merge(FILE, current, new)
    assert result.content == merged
    assert [change.field for change in result.changes] == changed
    assert [change.field for change in result.overruled] == overruled


def test_last_word_of_files_looks_behind_decisions_and_what_carried_them_along() -> None:
    carried = replace(EXTENDED, result="Kế hoạch")
    revisions = [(FILE, True), (EXTENDED, False), (carried, True)]
    assert last_word_of_files(revisions) == replace(FILE, result="Kế hoạch")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (
            FILE,
            replace(FILE, leads_raw="Sở KHCN", leads=(Named("Sở KHCN", None),)),
            Change("Cơ quan chủ trì", "Sở Nội vụ [SNV]", "Sở KHCN [chưa rõ]"),
        ),
        (
            FILE,
            replace(FILE, deadline_raw="Thường xuyên", deadline_kind=DeadlineKind.RECURRING, due=None),
            Change("Thời gian hoàn thành", "Quý I/2026 [31/3/2026]", "Thường xuyên [Thường xuyên]"),
        ),
        (FILE, replace(FILE, section="II", section_name="B"), Change("Mục", "I [Chỉ đạo]", "II [B]")),
        (FIGURE, replace(FIGURE, target_raw="70", target_comparator=None), Change("Mục tiêu", "≥ 60", "70")),
    ],
)
def test_changes_as_a_person_reads_them(
    before: AssignmentContent | IndicatorContent, after: AssignmentContent | IndicatorContent, change: Change
) -> None:
    assert merge(before, before, after).changes == (change,)


@pytest.mark.parametrize(
    ("positions", "placed"),
    [
        pytest.param([None, None], [1000, 2000], id="all new"),
        pytest.param([1000, None, 2000], [1000, 1500, 2000], id="between two"),
        pytest.param([1000, None, None, None, 2000], [1000, 1250, 1500, 1750, 2000], id="three between two"),
        pytest.param([None, 1000, None], [500, 1000, 2000], id="at both ends"),
        pytest.param([1000, 3000], [1000, 3000], id="one has gone"),
        pytest.param([2000, 1000], [1000, 2000], id="another order"),
        pytest.param([1000, None, 1001], [1000, 2000, 3000], id="no room"),
        pytest.param([1000, 1000], [1000, 2000], id="two in one place"),
        pytest.param([], [], id="none"),
    ],
)
def test_place_rows(positions: list[int | None], placed: list[int]) -> None:
    assert place_rows(positions) == placed
