"""What was carried over from last period: an answer only when it is changed or confirmed."""

from dataclasses import replace
from datetime import date

import pytest
from small_form import COUNT, DATED, FORM, RECURRING, SHARE, TYPED, after, annex_of, asked, judged, rules

from models.codes import CellKind
from models.rules.checks.check import check
from models.rules.form import Cell, Filled, FilledAssignment, Form

NEXT = after(FORM, TYPED)
ANNEX = annex_of(asked("C8"), asked("D8"))
WITH_ANNEX = after(replace(FORM, annexes=(ANNEX,)), {**TYPED, "PL-V/8:C": "40", "PL-V/8:D": "1.294"})
LAST_OF_ANNEX = {"PL-V/8:C": "40", "PL-V/8:D": "1.294"}


def test_a_form_that_nobody_touched_is_no_report() -> None:
    judgement = judged(WITH_ANNEX, {**TYPED, **LAST_OF_ANNEX})
    assert rules(judgement) == [("block", "bieu-trong", "")]
    assert (
        "còn nguyên nội dung điền sẵn của kỳ trước (Quý I/2026), chưa phải là báo cáo"
        in judgement.issues[0].sentence
    )
    assert "đánh dấu x" in judgement.issues[0].sentence
    assert (judgement.assignments, judgement.indicators, judgement.cells) == ((), (), ())


@pytest.mark.parametrize(
    ("typed", "unconfirmed", "as_last"),
    [
        ({f"{SHARE}:value": "13"}, [DATED, RECURRING, COUNT], []),
        ({f"{SHARE}:as_of": "31/5/2026"}, [DATED, RECURRING, COUNT], []),
        ({f"{DATED}:product": "Kế hoạch số 46"}, [RECURRING, SHARE, COUNT], []),
        ({f"{DATED}:reason": "Chờ"}, [RECURRING, SHARE, COUNT], []),
        ({f"{DATED}:same": "x"}, [RECURRING, SHARE, COUNT], [DATED]),
        ({f"{DATED}:same": "Như kỳ trước"}, [RECURRING, SHARE, COUNT], [DATED]),
        ({f"{DATED}:same": "x", f"{COUNT}:same": "✓"}, [RECURRING, SHARE], [DATED, COUNT]),
        ({"same_all": "x"}, [], [DATED, RECURRING, SHARE, COUNT]),
        ({"same_all": "x", f"{SHARE}:value": "13"}, [], [DATED, RECURRING, COUNT]),
        ({"same_all": "x", f"{DATED}:same": "-"}, [], [DATED, RECURRING, SHARE, COUNT]),
    ],
)
def test_each_row_is_confirmed_changed_or_neither(
    typed: dict[str, str], unconfirmed: list[str], as_last: list[str]
) -> None:
    judgement = judged(NEXT, {**TYPED, **typed})
    assert [issue.row_key for issue in judgement.issues if issue.rule == "chua-xac-nhan"] == unconfirmed
    declared = [*judgement.assignments, *judgement.indicators]
    assert [row.row_key for row in declared if row.as_last] == as_last
    assert {row.row_key for row in declared} == {DATED, RECURRING, SHARE, COUNT} - set(unconfirmed)
    assert judgement.blocking == bool(unconfirmed)


@pytest.mark.parametrize(
    "retyped", ["  kế  hoạch số 45/KH-UBND. ", "KẾ HOẠCH SỐ 45/KH-UBND", "Kê\u0301 hoạch số 45/KH-UBND"]
)
def test_another_spelling_of_the_same_is_no_change(retyped: str) -> None:
    judgement = judged(NEXT, {**TYPED, f"{SHARE}:value": "13", f"{DATED}:product": retyped})
    assert ("block", "chua-xac-nhan", DATED) in rules(judgement)


def test_a_mark_that_says_no_is_not_overruled_by_the_mark_for_everything() -> None:
    judgement = judged(NEXT, {**TYPED, "same_all": "x", f"{DATED}:same": "không"})
    assert rules(judgement) == [("warn", "danh-dau-khong-ro", DATED), ("block", "chua-xac-nhan", DATED)]


def test_an_unclear_mark_confirms_nothing() -> None:
    judgement = judged(NEXT, {**TYPED, "same_all": "xem lại"})
    assert rules(judgement) == [("block", "bieu-trong", "")]
    judgement = judged(NEXT, {**TYPED, "same_all": "xem lại", f"{SHARE}:value": "13"})
    assert rules(judgement)[0] == ("warn", "danh-dau-khong-ro", "")
    assert "“xem lại”" in judgement.issues[0].sentence


def test_what_was_changed_counts_also_beside_a_mark() -> None:
    judgement = judged(NEXT, {**TYPED, "same_all": "x", f"{SHARE}:value": "13", f"{SHARE}:same": "x"})
    assert rules(judgement) == [("warn", "nhu-ky-truoc-da-sua", SHARE)]
    assert judgement.indicators[0].raw == "13"
    assert not judgement.indicators[0].as_last


def test_what_was_erased_is_asked_for_however_it_is_marked() -> None:
    typed = {**TYPED, "same_all": "x", f"{COUNT}:value": "", f"{COUNT}:same": "x"}
    assert rules(judged(NEXT, typed)) == [("block", "gia-tri-thieu", COUNT)]


def test_a_confirmed_row_is_checked_like_any_other() -> None:
    going = {
        **TYPED,
        f"{DATED}:status": "Đang thực hiện",
        f"{DATED}:completed_on": "",
        f"{DATED}:product": "",
    }
    in_time = replace(FORM, as_of=date(2026, 3, 14))
    assert judged(in_time, going).issues == ()
    judgement = judged(after(FORM, going), {**going, "same_all": "x"})
    assert rules(judgement) == [("block", "qua-han-thieu-ly-do", DATED)]
    assert judgement.assignments[0].as_last


def test_a_row_that_had_no_answer_needs_no_confirmation() -> None:
    last = {name: text for name, text in TYPED.items() if not name.startswith(COUNT)}
    judgement = judged(after(FORM, last), {**TYPED, f"{SHARE}:same": "x", f"{DATED}:same": "x"})
    assert rules(judgement) == [("block", "chua-xac-nhan", RECURRING)]
    assert not judgement.indicators[1].as_last


def test_nothing_to_report_asks_for_no_confirmation_and_declares_nothing() -> None:
    form = replace(WITH_ANNEX, assignments=WITH_ANNEX.assignments[1:])
    left = {name: text for name, text in TYPED.items() if not name.startswith(DATED)}
    judgement = judged(form, {**left, **LAST_OF_ANNEX, "nothing": "x", "nothing_reason": "Sáp nhập"})
    assert judgement.issues == ()
    assert judgement.nothing
    assert (judgement.assignments, judgement.indicators, judgement.cells) == ((), (), ())


def test_many_unconfirmed_rows_are_one_issue() -> None:
    lines = tuple(replace(FORM.assignments[1], row_key=f"KH/X.{n}") for n in range(1, 8))
    last = {f"KH/X.{n}:status": "Thường xuyên, bảo đảm tiến độ" for n in range(1, 8)}
    form = after(replace(FORM, assignments=lines, indicators=()), last)
    judgement = judged(form, {**last, "KH/X.1:same": "x"})
    assert rules(judgement) == [("block", "chua-xac-nhan", "")]
    assert judgement.issues[0].sentence.startswith(
        "Còn 6 nhiệm vụ để nguyên nội dung kỳ trước mà chưa xác nhận: KH/X.2, KH/X.3,"
    )


def test_in_a_workbook_the_issue_stands_at_the_cell_to_mark() -> None:
    last = {f"{RECURRING}:status": "Thường xuyên, bảo đảm tiến độ", f"{DATED}:status": "Đang thực hiện"}
    form = after(replace(FORM, indicators=()), last)
    rows = (
        FilledAssignment(
            DATED, status=Cell("Chậm tiến độ", "Nhiệm vụ", "F5"), reason=Cell("Chờ", "Nhiệm vụ", "J5")
        ),
        FilledAssignment(
            RECURRING.lower(),
            status=Cell("Thường xuyên, bảo đảm tiến độ", "Nhiệm vụ", "F6"),
            same=Cell("", "Nhiệm vụ", "L6"),
        ),
    )
    (issue,) = check(form, Filled(assignments=rows)).issues
    assert (issue.rule, issue.sheet, issue.cell, issue.row_key) == (
        "chua-xac-nhan",
        "Nhiệm vụ",
        "L6",
        RECURRING,
    )


# Annexes


@pytest.mark.parametrize(
    ("typed", "expected", "declared"),
    [
        ({}, [("block", "chua-xac-nhan", "PL-V:same")], 0),
        ({"PL-V:same": "x"}, [], 2),
        ({"PL-V/8:C": "41"}, [], 2),
        ({"PL-V/8:C": ""}, [], 1),
        ({"PL-V:same": "để sau"},
         [("warn", "danh-dau-khong-ro", "PL-V:same"), ("block", "chua-xac-nhan", "PL-V:same")], 0),
        ({"PL-V:same": "x", "PL-V/8:C": "41"}, [("warn", "nhu-ky-truoc-da-sua", "PL-V:same")], 2),
        ({"PL-V/8:C": "", "PL-V/8:D": ""}, [("block", "phu-luc-trong", "")], 0),
    ],
)  # fmt: skip
def test_an_annex_is_confirmed_as_a_whole(
    typed: dict[str, str], expected: list[tuple[str, str, str]], declared: int
) -> None:
    marks = {f"{key}:same": "x" for key in (DATED, RECURRING, SHARE, COUNT)}
    judgement = judged(WITH_ANNEX, {**TYPED, **LAST_OF_ANNEX, **marks, **typed})
    assert rules(judgement) == expected
    assert len(judgement.cells) == declared


def test_everything_confirmed_confirms_the_annexes_too() -> None:
    judgement = judged(WITH_ANNEX, {**TYPED, **LAST_OF_ANNEX, "same_all": "x"})
    assert judgement.issues == ()
    assert [cell.raw for cell in judgement.cells] == ["40", "1.294"]


def test_an_annex_that_is_not_carried_over_needs_no_confirmation() -> None:
    form = replace(WITH_ANNEX, annexes=(ANNEX.model_copy(update={"carried": False}),))
    assert judged(form, {**TYPED, **LAST_OF_ANNEX, "same_all": "x"}).issues == ()
    assert "chua-xac-nhan" not in {
        rule for _, rule, key in rules(judged(form, {**TYPED, **LAST_OF_ANNEX})) if "PL" in key
    }


def test_an_optional_annex_left_as_it_was_is_asked_about_not_dropped() -> None:
    optional = annex_of(asked("C8", CellKind.TEXT), optional=True)
    form: Form = after(replace(FORM, annexes=(optional,)), {"PL-V/8:C": "Sáng kiến"})
    (issue,) = judged(form, {**TYPED, "PL-V/8:C": "Sáng kiến"}).issues
    assert (issue.rule, issue.sheet, issue.row_key) == ("chua-xac-nhan", "Phụ lục V", "PL-V:same")
    assert "xóa các ô đã điền sẵn" in issue.sentence
    assert judged(form, TYPED).issues == ()
