"""Contradictions within prose: seed 004's are found, and what adds up is left alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_form import FORM, TYPED, judged, rules

from models.codes import Severity
from models.rules.annexes.annex import Heading, Outline
from models.rules.checks.prose_checks import heading_findings, prose_findings

ARCHIVE = (
    "Năm 2025 Trung tâm Lưu trữ lịch sử tỉnh đã số hóa 18.672/28.005 hồ sơ, tương đương khoảng 2.984.798 trang tài "
    "liệu, đạt khoảng 70% tổng số hồ sơ hiện đang bảo quản, với dung lượng dữ liệu khoảng 5,46 TB."
)
TASKS = (
    "Nhiệm vụ, chỉ tiêu giao tại các Kế hoạch năm 2026 và giai đoạn 2026-2030 gồm 18 nhiệm vụ và 06 chỉ tiêu; 6 tháng "
    "đầu năm 2026 đã hoàn thành 01 nhiệm vụ và 01 nhiệm vụ đang thực hiện bảo đảm tiến độ, không có nhiệm vụ quá hạn."
)
PAID = (
    "+ Trong năm 2025 chi trả cho 1.018 người, luỹ kế cả năm 2025 là 40.665 tỷ đồng.\n"
    "+ Trong 6 tháng đầu năm 2026 chi trả cho 981 người, luỹ kế 6 tháng đầu năm 2026 là 20.86 tỷ đồng."
)
ALL_120 = (
    "Tổng số nhiệm vụ là 120 nhiệm vụ, trong đó: 93 nhiệm vụ có thời hạn đã hoàn thành, 08 nhiệm vụ đang tiếp tục "
    "thực hiện, 18 nhiệm vụ thường xuyên bảo đảm tiến độ, 01 nhiệm vụ tỉnh đề xuất phối hợp với bộ, ngành."
)
WITH_BRACKETS = (
    "Gồm 149 TTHC (Thủ tục hành chính cấp tỉnh: 106 thủ tục; Thủ tục hành chính cấp xã: 20 thủ tục; dùng chung: 23 "
    "thủ tục)."
)
BY_WAY_IN = (
    "Gồm 563 hồ sơ trong đó số hồ sơ tiếp nhận trực tuyến 312 hồ sơ, số lượng hồ sơ tiếp nhận qua dịch vụ bưu "
    "chính 251 hồ sơ. Trong đó số lượng hồ sơ đã giải quyết 458 hồ sơ, số lượng hồ sơ đang giải quyết 105 hồ sơ."
)


def found(text: str) -> list[tuple[str, str]]:
    issues = prose_findings({"1.I.2": text})
    assert all(issue.severity is Severity.WARN for issue in issues)
    return [(issue.rule, issue.sentence.removeprefix("Mục 1.I.2: ")) for issue in issues]


def test_seed_004_contradicts_itself_in_three_places() -> None:
    (share,) = found(ARCHIVE)
    assert share == (
        "ty-le-khac-phan-so",
        "ghi 18.672/28.005 đạt khoảng 70%, nhưng 18.672/28.005 là 66,67%. Đề nghị xem lại.",
    )
    (tasks,) = found(TASKS)
    assert tasks == (
        "cong-khong-khop",
        "nêu 18 nhiệm vụ nhưng các phần kể ra cộng lại là 2 (01 + 01). Đề nghị xem lại, hoặc nêu đủ các phần.",
    )
    (paid,) = found(PAID)
    assert paid[0] == "dau-cham-hai-nghia"
    assert "“40.665” và “20.86”" in paid[1]
    assert [rule for rule, _ in found(f"{ARCHIVE}\n{TASKS}\n{PAID}")] == [share[0], tasks[0], paid[0]]


@pytest.mark.parametrize(
    "text",
    [
        "Đã số hóa 18.672/28.005 hồ sơ, đạt khoảng 67%.",
        "Đã số hóa 18.672/28.005 hồ sơ, đạt 66,67%.",
        "Đã số hóa 18.672/28.005 hồ sơ, đạt tỷ lệ 66,7%.",
        "Đã số hóa 18.672/28.005 hồ sơ (66,67%).",
        "45/45 xã, phường đạt 100%.",
        "Đến tháng 12/2025 đạt 95% kế hoạch.",
        "Tính đến ngày 31/12 đạt 95% kế hoạch.",
        "Công văn số 3521/2025 đạt 95%.",
        "Quyết định số 2446/QĐ-UBND ngày 17/10/2025 đạt 30%.",
        "Hoàn thành 14/20 nhiệm vụ, tỷ lệ hồ sơ trực tuyến đạt 98%.",
        "Hoàn thành 14/20 nhiệm vụ; tiếp nhận hồ sơ đạt 98%.",
        "Hoàn thành 14/20 nhiệm vụ. Hồ sơ trực tuyến đạt 98%.",
        "Hoàn thành 14/20 nhiệm vụ. Đạt 98% hồ sơ trực tuyến.",
        "Hoàn thành 14/20 nhiệm vụ, có 3/3 chỉ tiêu đạt 100%.",
        "Hoàn thành 14/20 nhiệm vụ, tăng 5%.",
        "Đã giải ngân 20.86/30 phần, đạt 50%.",
    ],
)
def test_percentages_that_are_right_or_of_something_else_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Hoàn thành 14/20 nhiệm vụ, đạt 75%.", "14/20 là 70%"),
        ("Hoàn thành 14/20 nhiệm vụ (đạt 70,5%).", "14/20 là 70%"),
        ("Có 1.720/1.800 hồ sơ trực tuyến, chiếm tỷ lệ 95,65%.", "1.720/1.800 là 95,56%"),
        ("Có 2/3 xã đạt gần 68%.", "2/3 là 66,67%"),
    ],
)
def test_a_percentage_that_its_share_does_not_make_is_pointed_out(text: str, says: str) -> None:
    ((rule, sentence),) = found(text)
    assert rule == "ty-le-khac-phan-so"
    assert says in sentence


@pytest.mark.parametrize(
    "text",
    [
        ALL_120,
        WITH_BRACKETS,
        BY_WAY_IN,
        "Được giao 14 nhiệm vụ, tính đến thời điểm báo cáo 14/14 nhiệm vụ đã hoàn thành, không có nhiệm vụ quá hạn.",
        "Có 120 nhiệm vụ, trong đó có 3 nhiệm vụ quan trọng, 4 nhiệm vụ mới.",
        "Có 120 nhiệm vụ, trong đó 93 nhiệm vụ đã hoàn thành.",
        "Được giao 20 nhiệm vụ, đã hoàn thành 14 nhiệm vụ.",
        "Có 120 nhiệm vụ, trong đó 93 nhiệm vụ đã hoàn thành (12 nhiệm vụ quá hạn), 27 nhiệm vụ đang thực hiện.",
        "Được giao 20 nhiệm vụ, hoàn thành 14 nhiệm vụ và 6 nhiệm vụ đang thực hiện.",
        "Có 45 xã, trong đó 12 công chức và 13 viên chức được tập huấn.",
        "Tổng kinh phí là 174,18 tỷ đồng, trong đó: chi đầu tư là 58,2 tỷ đồng; chi thường xuyên là 115,98 tỷ đồng.",
        "Có 20 nhiệm vụ, trong đó 14 nhiệm vụ hoàn thành, 6 nhiệm vụ đang thực hiện, có 2 nhiệm vụ quá hạn.",
        "Có trên 50 người, trong đó 30 người là nữ, 15 người là đảng viên.",
        "Luỹ kế cả năm 2025 là 40.665 tỷ đồng.",
        "Phiên bản 20.86 của phần mềm.",
    ],
)  # fmt: skip
def test_what_adds_up_or_is_not_meant_to_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Có 20 nhiệm vụ, trong đó: 14 nhiệm vụ hoàn thành, 02 nhiệm vụ đang thực hiện.", "là 16 (14 + 02)"),
        ("Tổng số 45 xã, trong đó 40 xã đạt chuẩn và 6 xã chưa đạt.", "là 46 (40 + 6)"),
        ("Là 174,18 tỷ đồng, trong đó: đầu tư 58,2 tỷ đồng; thường xuyên 15,98 tỷ đồng.", "là 74,18 (58,2 + 15,98)"),
    ],
)  # fmt: skip
def test_parts_that_do_not_make_their_whole_are_pointed_out(text: str, says: str) -> None:
    ((rule, sentence),) = found(text)
    assert rule == "cong-khong-khop"
    assert says in sentence


def test_findings_stand_at_their_heading() -> None:
    (issue,) = prose_findings({"1.I.1": "Không có", "1.III.3": ARCHIVE}, refs={"1.III.3": "C14"})
    assert (issue.sheet, issue.cell, issue.row_key) == ("Lời văn", "C14", "loi-van:1.III.3")
    (issue,) = prose_findings({"1.III.3": ARCHIVE}, sheet="bao-cao.docx")
    assert (issue.sheet, issue.cell) == ("bao-cao.docx", "")


OUTLINE = Outline(
    code="dc",
    title="Đề cương",
    headings=(
        Heading(code="1", number="Phần 1", title="KẾT QUẢ", level=1, asked=False),
        Heading(code="1.I", number="I.", title="Chỉ đạo, điều hành", level=2),
        Heading(code="1.II", number="II.", title="Thể chế", level=2),
    ),
)


@pytest.mark.parametrize(
    ("texts", "empty"),
    [
        ({}, ""),
        ({"1.I": " - "}, ""),
        ({"1.I": "Đã ban hành"}, "Còn 1 mục của đề cương chưa có lời văn: II. Thể chế."),
        ({"1.I": "Đã ban hành", "1.II": "Không phát sinh"}, ""),
    ],
)
def test_headings_without_a_word_are_told_of_once_something_is_written(
    texts: dict[str, str], empty: str
) -> None:
    issues = heading_findings(OUTLINE, texts)
    assert [issue.rule for issue in issues] == (["loi-van-thieu"] if empty else [])
    assert all(issue.sentence.startswith(empty) for issue in issues)


def test_prose_blocks_no_figures_and_is_kept_whatever_becomes_of_them() -> None:
    form = replace(FORM, outline=OUTLINE)
    judgement = judged(form, {**TYPED, "loi-van:1.I": ARCHIVE})
    assert rules(judgement) == [("warn", "ty-le-khac-phan-so", "loi-van:1.I"), ("warn", "loi-van-thieu", "")]
    assert judgement.texts == {"1.I": ARCHIVE}
    assert len(judgement.assignments) == 2
    alone = judged(form, {"loi-van:1.I": "Đã ban hành", "loi-van:1.II": "Không có"})
    assert rules(alone) == [("block", "bieu-trong", "")]
    assert alone.issues[0].sentence.startswith("Biểu mới có lời văn, chưa có số liệu.")
    assert alone.texts == {"1.I": "Đã ban hành", "1.II": "Không có"}


def test_prose_is_the_whole_answer_to_a_form_that_asks_nothing_else() -> None:
    form = replace(FORM, assignments=(), indicators=(), outline=OUTLINE)
    assert judged(form, {"loi-van:1.I": "Đã ban hành", "loi-van:1.II": "Không có"}).issues == ()
    assert rules(judged(form, {})) == [("block", "bieu-trong", "")]


WORDS = (
    "18.672/28.005 ",
    "20 ",
    "nhiệm vụ ",
    "hoàn thành ",
    "trong đó: ",
    "đạt ",
    "khoảng ",
    "70%",
    "20.86 tỷ ",
)
PIECES = st.sampled_from([*WORDS, ", ", "; ", ". ", "(", ")", "\n", "1/0 ", "đang "])


@given(st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join))
def test_no_prose_trips_the_checks(text: str) -> None:
    for issue in prose_findings({"1": text}):
        assert issue.severity is Severity.WARN
        assert issue.sentence.endswith(".")


@pytest.mark.parametrize(
    "piece", ["1/2 ", "a ", "20 nhiệm vụ, ", "trong đó ", "(", "1.1", "đạt 5%", "20.86 tỷ "]
)
def test_long_prose_takes_no_long_time(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    assert len(prose_findings({"1": text})) <= 20
