"""What a filled form declares and what is wrong with it, rule by rule.

The form asks three assignments (one due 31/03/2026, one recurring, one without a date yet) and two
indicators, with figures up to 14/04/2026: so the first assignment is overdue unless it is complete.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.codes import Comparator, DeadlineKind, ReportStatus, Severity
from models.rules.checks.check import DeclaredAssignment, DeclaredIndicator, Judgement, check
from models.rules.form import (
    AssignmentLine,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
    Form,
    IndicatorLine,
    Issue,
)

DATED, RECURRING, GUIDED = "KH57-2026/I.5", "KH57-2026/I.1", "KH57-2026/IV.1"
SHARE, COUNT = "KH57-2026/V.41", "KH57-2026/III.12"

FORM = Form(
    request_id=12,
    version=1,
    cycle_code="KH57-2026-Q1",
    cycle_name="Quý I/2026",
    agency_code="SKHCN",
    agency_name="Sở Khoa học và Công nghệ",
    data_from=date(2026, 1, 1),
    as_of=date(2026, 4, 14),
    due=date(2026, 4, 20),
    contact="Tổ giúp việc",
    assignments=(
        AssignmentLine(
            DATED,
            "Xây dựng kế hoạch truyền thông",
            "Chủ trì",
            "Kế hoạch",
            "Quý I/2026",
            DeadlineKind.DATE,
            date(2026, 3, 31),
        ),
        AssignmentLine(
            RECURRING, "Chỉ đạo, đôn đốc", "Chủ trì", "Văn bản", "Thường xuyên", DeadlineKind.RECURRING, None
        ),
        AssignmentLine(
            GUIDED, "Bố trí kinh phí", "Chủ trì", "Văn bản", "Theo hướng dẫn", DeadlineKind.GUIDED, None
        ),
    ),
    indicators=(
        IndicatorLine(SHARE, "Tỷ lệ người dân có chữ ký số", "%", "10", "> 15"),
        IndicatorLine(COUNT, "Số cán bộ nghiên cứu", "Cán bộ (người)", "300", "≥ 350"),
    ),
)


def assignment(row: int, row_key: str, **texts: str) -> FilledAssignment:
    columns = dict(
        zip(("status", "percent", "completed_on", "product", "reason", "proposal"), "FGHIJK", strict=True)
    )
    cells = {n: Cell(texts.get(n, ""), "Nhiệm vụ", f"{letter}{row}") for n, letter in columns.items()}
    return FilledAssignment(row_key, **cells)


def indicator(row: int, row_key: str, **texts: str) -> FilledIndicator:
    columns = dict(zip(("value", "as_of", "source"), "FGH", strict=True))
    cells = {n: Cell(texts.get(n, ""), "Chỉ tiêu", f"{letter}{row}") for n, letter in columns.items()}
    return FilledIndicator(row_key, **cells)


DONE = {
    "status": "Hoàn thành",
    "completed_on": "20/3/2026",
    "product": "Kế hoạch số 45/KH-UBND ngày 20/3/2026",
}
ON = {"status": "Thường xuyên, bảo đảm tiến độ"}
GOING = {"status": "Đang thực hiện"}

GOOD = Filled(
    nothing=Cell("", "Thông tin chung", "B9"),
    nothing_reason=Cell("", "Thông tin chung", "B10"),
    assignments=(
        assignment(5, DATED, **DONE),
        assignment(6, RECURRING, **ON),
        assignment(7, GUIDED, **GOING),
    ),
    indicators=(indicator(5, SHARE, value="12,5"), indicator(6, COUNT, value="310")),
)
EMPTY = replace(
    GOOD,
    assignments=(assignment(5, DATED), assignment(6, RECURRING), assignment(7, GUIDED)),
    indicators=(indicator(5, SHARE), indicator(6, COUNT)),
)


def with_dated(**texts: str) -> Filled:
    return replace(GOOD, assignments=(assignment(5, DATED, **texts), *GOOD.assignments[1:]))


def with_recurring(**texts: str) -> Filled:
    first, _, last = GOOD.assignments
    return replace(GOOD, assignments=(first, assignment(6, RECURRING, **texts), last))


def with_guided(**texts: str) -> Filled:
    return replace(GOOD, assignments=(*GOOD.assignments[:2], assignment(7, GUIDED, **texts)))


def with_share(**texts: str) -> Filled:
    return replace(GOOD, indicators=(indicator(5, SHARE, **texts), GOOD.indicators[1]))


def with_count(**texts: str) -> Filled:
    return replace(GOOD, indicators=(GOOD.indicators[0], indicator(6, COUNT, **texts)))


def with_nothing(filled: Filled, mark: str, reason: str) -> Filled:
    return replace(
        filled,
        nothing=Cell(mark, "Thông tin chung", "B9"),
        nothing_reason=Cell(reason, "Thông tin chung", "B10"),
    )


def found(judgement: Judgement) -> list[tuple[str, str, str]]:
    return [(issue.severity.value, issue.rule, issue.cell) for issue in judgement.issues]


def test_good_form_has_no_issue_and_declares_every_row() -> None:
    judgement = check(FORM, GOOD)
    assert judgement.issues == ()
    assert not judgement.blocking
    assert not judgement.nothing
    assert judgement.assignments == (
        DeclaredAssignment(
            DATED,
            ReportStatus.COMPLETE,
            "",
            None,
            date(2026, 3, 20),
            "Kế hoạch số 45/KH-UBND ngày 20/3/2026",
            "",
            "",
        ),
        DeclaredAssignment(RECURRING, ReportStatus.ON_SCHEDULE, "", None, None, "", "", ""),
        DeclaredAssignment(GUIDED, ReportStatus.IN_PROGRESS, "", None, None, "", "", ""),
    )
    assert judgement.indicators == (
        DeclaredIndicator(SHARE, "12,5", None, Decimal("12.5"), date(2026, 4, 14), ""),
        DeclaredIndicator(COUNT, "310", None, Decimal("310"), date(2026, 4, 14), ""),
    )


@pytest.mark.parametrize(
    ("filled", "expected"),
    [
        # what completion needs
        (with_dated(**DONE | {"completed_on": ""}), [("block", "hoan-thanh-thieu-ngay", "H5")]),
        (with_dated(**DONE | {"product": ""}), [("block", "hoan-thanh-thieu-san-pham", "I5")]),
        (with_dated(**DONE | {"product": " - "}), [("block", "hoan-thanh-thieu-san-pham", "I5")]),
        (
            with_dated(**DONE | {"completed_on": "cuối tháng 3"}),
            [("block", "ngay-hoan-thanh-khong-doc-duoc", "H5")],
        ),
        (with_dated(**DONE | {"completed_on": "15/4/2026"}), [("warn", "ngay-hoan-thanh-sau-ky", "H5")]),
        (with_dated(**DONE | {"completed_on": "14/4/2026", "reason": "Chờ ý kiến"}), []),
        (with_dated(**DONE | {"completed_on": "1/4/2026"}), [("warn", "hoan-thanh-muon-thieu-ly-do", "J5")]),
        (with_dated(**DONE | {"completed_on": "31/3/2026"}), []),
        (with_dated(**DONE | {"completed_on": "20/3/2016"}), [("warn", "ngay-hoan-thanh-qua-xa", "H5")]),
        # percent
        (with_dated(**DONE | {"percent": "100"}), []),
        (with_dated(**DONE | {"percent": "100%"}), []),
        (with_dated(**DONE | {"percent": "95"}), [("warn", "ty-le-khac-trang-thai", "G5")]),
        (with_guided(**GOING, percent="100"), [("warn", "ty-le-khac-trang-thai", "G7")]),
        (with_guided(**GOING, percent="66,67"), []),
        (with_guided(**GOING, percent="0,5"), [("warn", "ty-le-qua-nho", "G7")]),
        (with_guided(**GOING, percent="0"), []),
        (with_guided(**GOING, percent="101"), [("block", "ty-le-ngoai-khoang", "G7")]),
        (with_guided(**GOING, percent="-1"), [("block", "ty-le-ngoai-khoang", "G7")]),
        (with_guided(**GOING, percent="gần xong"), [("block", "ty-le-khong-doc-duoc", "G7")]),
        (with_guided(**GOING, percent="20.86"), [("block", "ty-le-khong-doc-duoc", "G7")]),
        (with_guided(**GOING, percent="> 50"), [("block", "ty-le-khong-doc-duoc", "G7")]),
        (with_guided(status="Chưa triển khai", percent="5"), [("warn", "ty-le-khac-trang-thai", "G7")]),
        # status
        (with_guided(percent="50"), [("block", "trang-thai-thieu", "F7")]),
        (with_guided(status="xong rồi"), [("block", "trang-thai-khong-ro", "F7")]),
        (
            with_guided(status="xong rồi", completed_on="1/2/2026"),
            [("block", "trang-thai-khong-ro", "F7")],
        ),
        (with_guided(status="  ĐANG  thực hiện. "), []),
        (with_recurring(status="Hoàn thành"), [("block", "trang-thai-sai-loai", "F6")]),
        (with_guided(**ON), [("block", "trang-thai-sai-loai", "F7")]),
        # reasons
        (with_dated(**GOING), [("block", "qua-han-thieu-ly-do", "J5")]),
        (with_dated(status="Chậm tiến độ"), [("block", "qua-han-thieu-ly-do", "J5")]),
        (with_dated(**GOING, reason="…"), [("block", "qua-han-thieu-ly-do", "J5")]),
        (with_dated(**GOING, reason="Chờ ý kiến bộ, ngành"), []),
        (with_guided(status="Chậm tiến độ"), [("block", "cham-thieu-ly-do", "J7")]),
        (with_guided(status="Chậm tiến độ", reason="Thiếu kinh phí"), []),
        (
            with_recurring(status="Thường xuyên, chưa bảo đảm tiến độ"),
            [("block", "cham-thieu-ly-do", "J6")],
        ),
        (
            with_dated(status="Đề xuất không thực hiện hoặc phối hợp"),
            [("block", "de-xuat-thieu-noi-dung", "K5")],
        ),
        (with_dated(status="Đề xuất không thực hiện hoặc phối hợp", proposal="Giao Công an tỉnh"), []),
        # a date where none belongs
        (with_guided(**GOING, completed_on="1/2/2026"), [("warn", "ngay-hoan-thanh-thua", "H7")]),
        (with_guided(**GOING, completed_on="quý II"), [("warn", "ngay-hoan-thanh-khong-doc-duoc", "H7")]),
        # indicators
        (with_share(source="Sở KH&CN"), [("block", "gia-tri-thieu", "F5")]),
        (
            with_share(value="Chưa có số liệu", source="Công an tỉnh, tháng 5"),
            [("warn", "chua-co-so-lieu", "F5")],
        ),
        (with_share(value="20.86"), [("block", "gia-tri-khong-ro", "F5")]),
        (with_share(value="khoảng 12"), [("block", "gia-tri-khong-ro", "F5")]),
        (with_share(value="120"), [("warn", "ty-le-ngoai-khoang", "F5")]),
        (with_share(value="12 %"), []),
        (with_count(value="31.000"), [("warn", "do-lon-bat-thuong", "F6")]),
        (with_count(value="0"), [("warn", "kem-ky-goc", "F6")]),
        (with_count(value="310", as_of="31/3/2026"), []),
        (with_count(value="310", as_of="hết quý"), [("warn", "ngay-so-lieu-khong-doc-duoc", "G6")]),
        (with_count(value="310", as_of="31/12/2025"), [("warn", "khac-ky-so-lieu", "G6")]),
        (with_count(value="310", as_of="15/4/2026"), [("warn", "khac-ky-so-lieu", "G6")]),
    ],
)
def test_each_rule_finds_its_cell(filled: Filled, expected: list[tuple[str, str, str]]) -> None:
    assert found(check(FORM, filled)) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 3, 30), []),
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), [("block", "qua-han-thieu-ly-do", "J5")]),
    ],
    ids=str,
)
def test_a_deadline_ends_with_its_day(as_of: date, expected: list[tuple[str, str, str]]) -> None:
    judgement = check(replace(FORM, as_of=as_of), with_dated(**GOING))
    assert found(judgement) == expected


@pytest.mark.parametrize(
    ("written", "suggested"),
    [
        ("Đã hoàn thành", "Có phải “Hoàn thành”?"),
        ("hoan thanh", "Có phải “Hoàn thành”?"),
        ("đang triển khai thực hiện", "Có phải “Đang thực hiện”?"),
        ("Chưa hoàn thành", "Chọn: “Hoàn thành”; “Đang thực hiện”; “Chưa triển khai”; “Chậm tiến độ”"),
        ("Bảo đảm tiến độ", "Chọn: “Hoàn thành”; “Đang thực hiện”; “Chưa triển khai”; “Chậm tiến độ”"),
    ],
)
def test_unknown_status_gets_the_nearest_one_suggested(written: str, suggested: str) -> None:
    (issue,) = check(FORM, with_guided(status=written)).issues
    assert suggested in issue.sentence
    assert issue.row_key == GUIDED


def test_wrong_kind_of_status_is_not_counted_and_its_choices_are_listed() -> None:
    judgement = check(FORM, with_recurring(status="Hoàn thành"))
    assert judgement.assignments[1].status is None
    assert judgement.issues[0].sentence == (
        "Nhiệm vụ KH57-2026/I.1 là nhiệm vụ thường xuyên, không dùng Trạng thái “Hoàn thành”. Chọn: "
        "“Thường xuyên, "
        "bảo đảm tiến độ”; “Thường xuyên, chưa bảo đảm tiến độ”; “Đề xuất không thực hiện hoặc phối hợp”."
    )


def test_doubtful_number_is_asked_about_and_has_no_value() -> None:
    judgement = check(FORM, with_share(value="20.86"))
    assert judgement.indicators[0].value is None
    assert judgement.indicators[0].raw == "20.86"
    assert "“20.86”" in judgement.issues[0].sentence
    assert "Chưa có thì ghi “chưa có số liệu”" in judgement.issues[0].sentence


def test_magnitude_is_held_against_the_target_where_there_is_no_baseline() -> None:
    share, count = FORM.indicators
    form = replace(FORM, indicators=(share, replace(count, baseline="")))
    assert found(check(form, with_count(value="35.001"))) == [("warn", "do-lon-bat-thuong", "F6")]
    assert found(check(form, with_count(value="35.000"))) == []


def test_comparator_and_own_day_of_a_figure_are_declared() -> None:
    judgement = check(FORM, with_share(value="≥ 12,5", as_of="31-03-26", source="Công an tỉnh"))
    assert judgement.indicators[0] == DeclaredIndicator(
        SHARE, "≥ 12,5", Comparator.GE, Decimal("12.5"), date(2026, 3, 31), "Công an tỉnh"
    )


def test_sentences_never_repeat_what_was_reported() -> None:
    filled = with_dated(
        status="Chậm tiến độ", product="SẢN PHẨM RIÊNG", proposal="ĐỀ XUẤT RIÊNG", completed_on="?"
    )
    sentences = " ".join(issue.sentence for issue in check(FORM, filled).issues)
    assert "RIÊNG" not in sentences


def test_quotes_are_short() -> None:
    (issue,) = check(FORM, with_guided(status="rất dài " * 50)).issues
    assert f"“{('rất dài ' * 50)[:39].rstrip()}…”" in issue.sentence


# The form as a whole


def test_empty_form_is_one_issue() -> None:
    judgement = check(FORM, EMPTY)
    assert found(judgement) == [("block", "bieu-trong", "")]
    assert judgement.issues[0].sentence == (
        "Biểu chưa được điền nội dung nào. Điền cột Trạng thái cho 3 nhiệm vụ và cột Giá trị thực hiện cho "
        "2 chỉ "
        "tiêu. Nếu không phát sinh thì đánh dấu x ở trang “Thông tin chung” và ghi lý do."
    )
    assert judgement.blocking
    assert (judgement.assignments, judgement.indicators) == ((), ())


def test_form_that_asks_no_row_must_still_say_that_there_is_nothing() -> None:
    form = replace(FORM, assignments=(), indicators=())
    assert found(check(form, Filled())) == [("block", "bieu-trong", "")]
    assert check(form, with_nothing(Filled(), "x", "Không có nhiệm vụ")).issues == ()


def test_file_without_our_tables_is_one_issue() -> None:
    assert found(check(FORM, Filled())) == [("block", "khong-thay-bang", "")]


def test_form_of_another_cycle_or_agency_is_one_issue() -> None:
    foreign = Filled(assignments=(assignment(5, "NQ71/1", **DONE), assignment(6, "NQ71/2", **DONE)))
    judgement = check(FORM, foreign)
    assert found(judgement) == [("block", "nham-bieu", "")]
    assert "NQ71/1, NQ71/2" in judgement.issues[0].sentence


@pytest.mark.parametrize("mark", ["x", "X", "✓", "TRUE", "có", "Không phát sinh"])
def test_nothing_to_report_with_its_reason_is_a_report(mark: str) -> None:
    form = replace(FORM, as_of=date(2026, 3, 14))
    judgement = check(form, with_nothing(EMPTY, mark, "Chưa đến thời điểm triển khai"))
    assert judgement == Judgement((), (), (), nothing=True, nothing_reason="Chưa đến thời điểm triển khai")


@pytest.mark.parametrize(
    ("mark", "reason", "expected"),
    [
        ("x", "", [("block", "khong-phat-sinh-thieu-ly-do", "B10")]),
        ("x", "...", [("block", "khong-phat-sinh-thieu-ly-do", "B10")]),
        ("", "Không có việc", [("block", "khong-phat-sinh-thieu-dau", "B9")]),
        ("không", "Không có việc", [("block", "khong-phat-sinh-khong-ro", "B9")]),
        ("FALSE", "", [("block", "bieu-trong", "")]),
    ],
)
def test_half_of_nothing_is_asked_for_the_other_half(
    mark: str, reason: str, expected: list[tuple[str, str, str]]
) -> None:
    judgement = check(FORM, with_nothing(EMPTY, mark, reason))
    assert found(judgement) == expected
    assert not judgement.nothing


def test_nothing_to_report_beside_an_overdue_assignment_warns() -> None:
    judgement = check(FORM, with_nothing(EMPTY, "x", "Không có việc"))
    assert found(judgement) == [("warn", "khong-phat-sinh-co-qua-han", "B9")]
    assert DATED in judgement.issues[0].sentence
    assert judgement.nothing


def test_nothing_to_report_with_rows_keeps_the_rows_and_asks_for_no_more() -> None:
    filled = replace(
        EMPTY, assignments=(assignment(5, DATED, **DONE), assignment(6, RECURRING), assignment(7, GUIDED))
    )
    judgement = check(FORM, with_nothing(filled, "x", "Các nhiệm vụ khác chưa triển khai"))
    assert found(judgement) == [("warn", "khong-phat-sinh-co-noi-dung", "B9")]
    assert [row.row_key for row in judgement.assignments] == [DATED]
    assert judgement.nothing


def test_unclear_mark_on_a_filled_form_only_warns() -> None:
    assert found(check(FORM, with_nothing(GOOD, "không", ""))) == [("warn", "khong-phat-sinh-khong-ro", "B9")]


def test_reason_without_mark_on_a_filled_form_is_let_be() -> None:
    assert check(FORM, with_nothing(GOOD, "", "Ghi chú thêm")).issues == ()


# Rows that are missing, empty, foreign


def test_missing_row_is_named() -> None:
    filled = replace(GOOD, assignments=GOOD.assignments[1:], indicators=GOOD.indicators[:1])
    judgement = check(FORM, filled)
    assert [(i.rule, i.row_key, i.sheet) for i in judgement.issues] == [
        ("dong-thieu", DATED, "Nhiệm vụ"),
        ("chi-tieu-thieu-dong", COUNT, "Chỉ tiêu"),
    ]


def test_missing_sheet_is_said_once() -> None:
    judgement = check(FORM, replace(GOOD, assignments=()))
    assert found(judgement) == [("block", "dong-thieu", "")]
    assert "trang “Nhiệm vụ”" in judgement.issues[0].sentence


def test_empty_row_of_a_filled_form_is_asked_for() -> None:
    judgement = check(FORM, with_guided())
    assert found(judgement) == [("block", "trang-thai-thieu", "F7")]
    assert judgement.issues[0].row_key == GUIDED


def test_foreign_rows_warn_once_and_are_not_counted() -> None:
    extra = (assignment(8, "KH57-2026/IX.1", **GOING), assignment(9, "KH57-2026/IX.2", **GOING))
    judgement = check(FORM, replace(GOOD, assignments=(*GOOD.assignments, *extra)))
    assert found(judgement) == [("warn", "dong-la", "F8")]
    assert "KH57-2026/IX.1, KH57-2026/IX.2" in judgement.issues[0].sentence
    assert len(judgement.assignments) == 3


def test_foreign_row_that_is_empty_says_nothing() -> None:
    rows = (*GOOD.assignments, assignment(8, "KH57-2026/IX.1"))
    assert check(FORM, replace(GOOD, assignments=rows)).issues == ()


def test_key_is_found_in_any_spelling() -> None:
    rows = (replace(GOOD.assignments[0], row_key="kh57-2026/i.5 "), *GOOD.assignments[1:])
    judgement = check(FORM, replace(GOOD, assignments=rows))
    assert judgement.issues == ()
    assert judgement.assignments[0].row_key == DATED


def many(make: Callable[[int], FilledAssignment]) -> tuple[Form, Filled]:
    lines = tuple(replace(FORM.assignments[2], row_key=f"KH57-2026/X.{n}") for n in range(1, 8))
    first = assignment(5, "KH57-2026/X.1", **GOING)
    rows = (first, *(make(n) for n in range(2, 8)))
    return replace(FORM, assignments=lines, indicators=()), Filled(assignments=rows)


def test_many_empty_rows_are_one_issue() -> None:
    form, filled = many(lambda n: assignment(4 + n, f"KH57-2026/X.{n}"))
    (issue,) = check(form, filled).issues
    assert issue.sentence == (
        "Còn 6 nhiệm vụ chưa báo cáo: KH57-2026/X.2, KH57-2026/X.3, KH57-2026/X.4, KH57-2026/X.5, "
        "KH57-2026/X.6, "
        "KH57-2026/X.7. Điền cột Trạng thái."
    )


def test_many_missing_rows_are_one_issue() -> None:
    form, filled = many(lambda n: assignment(4 + n, f"KHAC/{n}"))
    (issue,) = check(form, filled).issues
    assert (issue.rule, issue.severity) == ("dong-thieu", Severity.BLOCK)
    assert issue.sentence.startswith("Tệp thiếu 6 dòng nhiệm vụ: KH57-2026/X.2, ")


# What the reader could not read


def test_problems_of_the_reader_come_first_and_block() -> None:
    problem = Issue(Severity.BLOCK, "thieu-cot", "Trang “Nhiệm vụ” thiếu cột “Đề xuất”.", "Nhiệm vụ")
    judgement = check(FORM, replace(GOOD, problems=(problem,)))
    assert judgement.issues == (problem,)
    assert judgement.blocking


def test_cell_that_could_not_be_read_is_told_of_once() -> None:
    problem = Issue(
        Severity.BLOCK, "o-khong-co-gia-tri", "Ô F5 chứa công thức chưa có kết quả.", "Chỉ tiêu", "F5"
    )
    assert check(FORM, replace(with_share(), problems=(problem,))).issues == (problem,)


def test_reason_why_all_is_empty_is_enough() -> None:
    problem = Issue(Severity.BLOCK, "thieu-dong-tieu-de", "Trang này không còn dòng tiêu đề.", "Nhiệm vụ")
    assert check(FORM, Filled(problems=(problem,))).issues == (problem,)


def test_long_texts_fit_their_columns() -> None:
    filled = replace(with_share(value="1" * 500), assignments=with_guided(percent="9" * 500).assignments)
    judgement = check(FORM, filled)
    assert len(judgement.indicators[0].raw) == 200
    assert len(judgement.assignments[2].percent_raw) == 60
