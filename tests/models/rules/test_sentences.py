"""The sentences of the 2025 report, reproduced from their numbers and held against its text."""

import re
from datetime import date
from pathlib import Path

import pytest

from models.codes import AssignmentClass, DeadlineKind
from models.rules.completion import CycleRates, IndicatorCounts, SumError, Tally
from models.rules.sentences import (
    Part,
    all_done_sentence,
    given_sentence,
    indicators_sentence,
    members_sentence,
    prose,
    prose_ratio,
    quality_sentence,
    ratios_sentence,
    register_sentence,
    submissions_sentence,
    total_sentence,
)

C = AssignmentClass
K = DeadlineKind
REPORT_2025 = Path(__file__).parents[2] / "data" / "bao-cao-bcd-2025.txt"
PARTY = "Thông báo kết luận của Ban Chỉ đạo Trung ương"


@pytest.fixture(scope="module")
def report_2025() -> str:
    """The report's text without footnote marks, and with its one misprint mended ("thường hiện")."""
    text = re.sub(r"\[footnoteRef:\d+\]", "", REPORT_2025.read_text(encoding="utf-8"))
    return text.replace("thường hiện thường xuyên", "thực hiện thường xuyên")


def rates(expected: int, received: int, complete: int = 0, on_time: int = 0) -> CycleRates:
    return CycleRates(
        expected=expected,
        exempt=0,
        not_asked=0,
        received=received,
        complete=complete,
        on_time=on_time,
        overdue=0,
        unexpected=0,
    )


def test_20_tasks_of_the_governments_resolution(report_2025: str) -> None:
    sentence = total_sentence(
        "Tổng số nhiệm vụ thực hiện Nghị quyết số 71/NQ-CP của Chính phủ",
        20,
        [
            Part(14, "nhiệm vụ đã hoàn thành"),
            Part(2, "nhiệm vụ đang thực hiện có thời hạn đến ngày 30/6/2026"),
            Part(4, "nhiệm vụ tỉnh đề xuất không thực hiện tại tỉnh"),
        ],
    )
    assert sentence == (
        "Tổng số nhiệm vụ thực hiện Nghị quyết số 71/NQ-CP của Chính phủ là 20 nhiệm vụ, trong đó: "
        "14 nhiệm vụ đã hoàn thành, 02 nhiệm vụ đang thực hiện có thời hạn đến ngày 30/6/2026, "
        "04 nhiệm vụ tỉnh đề xuất không thực hiện tại tỉnh."
    )
    assert sentence.rstrip(".") in report_2025


def test_120_tasks_of_the_central_committees_conclusions(report_2025: str) -> None:
    sentence = total_sentence(
        f"Tổng số nhiệm vụ tỉnh được giao tại các {PARTY}",
        120,
        [
            Part(93, "nhiệm vụ có thời hạn đã hoàn thành"),
            Part(8, "nhiệm vụ đang tiếp tục thực hiện đảm bảo thời hạn"),
            Part(18, "nhiệm vụ thường xuyên bảo đảm tiến độ"),
            Part(1, "nhiệm vụ tỉnh đề xuất phối hợp với bộ, ngành"),
        ],
    )
    assert ", 08 nhiệm vụ đang tiếp tục thực hiện đảm bảo thời hạn, 18 nhiệm vụ" in sentence
    assert sentence in report_2025


def test_23_of_23(report_2025: str) -> None:
    sentence = all_done_sentence(
        "Tổng số nhiệm vụ thực hiện Kế hoạch số 02-KH/BCĐTW, ngày 19/6/2025 của Ban Chỉ đạo Trung ương",
        23,
        23,
    )
    assert sentence.endswith("là 23/23 nhiệm vụ đã hoàn thành.")
    assert sentence in report_2025


def test_09_of_09_groups_of_tasks(report_2025: str) -> None:
    sentence = given_sentence(9, 9, noun="nhóm nhiệm vụ")
    assert sentence == (
        "Đã giao 09 nhóm nhiệm vụ, đến nay đã hoàn thành 09/09 nhóm nhiệm vụ theo tiến độ được giao."
    )
    assert sentence in report_2025


def test_12_is_9_and_3(report_2025: str) -> None:
    recurring = Part(3, "nhiệm vụ thực hiện thường xuyên, bảo đảm tiến độ được giao")
    sentence = given_sentence(12, 9, [recurring])
    assert sentence.startswith("Đã giao 12 nhiệm vụ, đến nay đã hoàn thành 09 nhiệm vụ, 03 nhiệm vụ")
    assert sentence in report_2025


def test_45_of_45_communes(report_2025: str) -> None:
    what = "cơ bản hoàn thành các chỉ tiêu, nhiệm vụ/tổng số nhiệm vụ được giao (trạng thái vàng)"
    sentence = members_sentence(45, 45, "xã, phường", what)
    assert sentence.startswith("Đến nay đã có 45/45 xã, phường cơ bản hoàn thành")
    assert sentence in report_2025


@pytest.mark.parametrize(
    ("count", "written"), [(0, "không có"), (1, "01"), (9, "09"), (10, "10"), (93, "93"), (1294, "1.294")]
)
def test_counts_in_prose(count: int, written: str) -> None:
    assert prose(count) == written


def test_ratios_in_prose() -> None:
    assert prose_ratio(9, 9) == "09/09"
    assert prose_ratio(7, 45) == "07/45"
    with pytest.raises(SumError, match="không thể viết 10/9: phần lớn hơn tổng số"):
        prose_ratio(10, 9)


def test_a_total_that_its_parts_do_not_make_cannot_be_written() -> None:
    parts = [Part(93, "xong"), Part(8, "đang làm"), Part(17, "thường xuyên"), Part(1, "đề xuất")]
    with pytest.raises(
        SumError, match=r"tổng số là 120 nhưng các phần cộng lại là 119 \(93 \+ 8 \+ 17 \+ 1\)"
    ):
        total_sentence("Tổng số nhiệm vụ", 120, parts)
    with pytest.raises(SumError, match="tổng số là 12 nhưng các phần cộng lại là 9"):
        given_sentence(12, 9)
    with pytest.raises(SumError, match="chưa hoàn thành hết: 22/23"):
        all_done_sentence("Tổng số nhiệm vụ", 22, 23)
    with pytest.raises(SumError, match="không thể âm"):
        total_sentence("Tổng số nhiệm vụ", 1, [Part(2, "xong"), Part(-1, "còn lại")])
    with pytest.raises(SumError, match="không thể âm: -1"):
        prose(-1)


def test_none_in_the_other_shapes() -> None:
    assert (
        total_sentence("Tổng số nhiệm vụ được giao", 0, [])
        == "Tổng số nhiệm vụ được giao: không có nhiệm vụ."
    )
    assert given_sentence(2, 0, [Part(2, "nhiệm vụ đang thực hiện")]) == (
        "Đã giao 02 nhiệm vụ, đến nay chưa có nhiệm vụ nào hoàn thành, 02 nhiệm vụ đang thực hiện."
    )
    assert members_sentence(0, 45, "xã, phường", "hoàn thành") == "Đến nay chưa có xã, phường nào hoàn thành."


def test_the_register_with_every_class() -> None:
    tally = Tally(
        {
            (C.PROPOSED_OUT, K.DATE): 1,
            (C.DONE_ON_TIME, K.DATE): 5,
            (C.DONE_LATE, K.DATE): 2,
            (C.BEHIND, K.DATE): 3,
            (C.NO_REPORT, K.DATE): 2,
            (C.NO_REPORT, K.RECURRING): 1,
            (C.RECURRING_ON, K.RECURRING): 10,
            (C.RECURRING_OFF, K.RECURRING): 1,
            (C.NOT_STARTED, K.DATE): 4,
            (C.NOT_STARTED, K.UNCLEAR): 1,
            (C.IN_PROGRESS, K.DATE): 6,
            (C.IN_PROGRESS, K.GUIDED): 1,
        },
        37,
    )
    assert register_sentence("Kế hoạch của Ban Chỉ đạo tỉnh năm 2026", tally, date(2026, 3, 14)) == (
        "Tính đến ngày 14/3/2026, tổng số nhiệm vụ thực hiện Kế hoạch của Ban Chỉ đạo tỉnh năm 2026 là "
        "37 nhiệm vụ, trong đó: 05 nhiệm vụ đã hoàn thành đúng hạn, 02 nhiệm vụ hoàn thành quá hạn, "
        "06 nhiệm vụ đang thực hiện trong hạn, 01 nhiệm vụ đang thực hiện, chưa xác định thời hạn, "
        "10 nhiệm vụ thường xuyên bảo đảm tiến độ, 01 nhiệm vụ thường xuyên chưa bảo đảm tiến độ, "
        "04 nhiệm vụ chưa triển khai, chưa đến hạn, 01 nhiệm vụ chưa triển khai, chưa xác định thời hạn, "
        "03 nhiệm vụ chậm, quá hạn, "
        "01 nhiệm vụ tỉnh đề xuất không thực hiện hoặc phối hợp với bộ, ngành, 03 nhiệm vụ chưa có báo cáo."
    )


@pytest.mark.parametrize(
    ("counts", "ending"),
    [
        (
            {(C.DONE_ON_TIME, K.DATE): 2, (C.IN_PROGRESS, K.DATE): 1},
            (
                "là 03 nhiệm vụ, trong đó: 02 nhiệm vụ đã hoàn thành đúng hạn, "
                "01 nhiệm vụ đang thực hiện trong hạn, không có nhiệm vụ chậm, quá hạn."
            ),
        ),
        ({(C.DONE_ON_TIME, K.DATE): 9}, "là 09/09 nhiệm vụ đã hoàn thành."),
        (
            {(C.DONE_ON_TIME, K.DATE): 1, (C.DONE_LATE, K.DATE): 1},
            (
                "là 02 nhiệm vụ, trong đó: 01 nhiệm vụ đã hoàn thành đúng hạn, "
                "01 nhiệm vụ hoàn thành quá hạn, không có nhiệm vụ chậm, quá hạn."
            ),
        ),
        ({}, "thực hiện Kế hoạch A: không có nhiệm vụ."),
    ],
    ids=["late ones are always named", "all on time", "all done, some late", "empty register"],
)
def test_the_register_in_other_states(
    counts: dict[tuple[AssignmentClass, DeadlineKind], int], ending: str
) -> None:
    tally = Tally(counts, sum(counts.values()))
    assert register_sentence("Kế hoạch A", tally, date(2026, 3, 14)).endswith(ending)


def test_the_register_says_each_pair_of_class_and_deadline_once() -> None:
    """Every possible (class, kind) is said exactly once, or the sentence could not add up."""
    for of_class in C:
        for kind in K:
            sentence = register_sentence("A", Tally({(of_class, kind): 15}, 15), date(2026, 3, 14))
            said = sentence.rpartition("trong đó: ")[2] if of_class is not C.DONE_ON_TIME else sentence
            assert re.findall(r"\b(15|15/15) nhiệm vụ", said) == [
                "15/15" if of_class is C.DONE_ON_TIME else "15"
            ]


def test_both_ratios_by_name() -> None:
    tally = Tally(
        {
            (C.DONE_ON_TIME, K.DATE): 93,
            (C.IN_PROGRESS, K.DATE): 8,
            (C.RECURRING_ON, K.RECURRING): 18,
            (C.PROPOSED_OUT, K.DATE): 1,
        },
        120,
    )
    assert ratios_sentence(tally) == (
        "Tỷ lệ nhiệm vụ đã hoàn thành trên tổng số nhiệm vụ có thời hạn là 93/101 (92,1%); "
        "tỷ lệ nhiệm vụ bảo đảm tiến độ trên tổng số nhiệm vụ là 119/120 (99,2%)."
    )
    guided = Tally({(C.IN_PROGRESS, K.GUIDED): 1}, 1)
    assert "là 0/0 (01 nhiệm vụ chưa xác định thời hạn được thống kê riêng);" in ratios_sentence(guided)


@pytest.mark.parametrize(
    ("expected", "received", "sentence"),
    [
        (60, 56, "Đã nhận 56/60 báo cáo; còn 04 cơ quan, đơn vị chưa gửi"),
        (60, 9, "Đã nhận 09/60 báo cáo; còn 51 cơ quan, đơn vị chưa gửi"),
        (60, 60, "Đã nhận 60/60 báo cáo; không có cơ quan, đơn vị nào chưa gửi"),
        (60, 0, "Chưa nhận được báo cáo nào trong tổng số 60 báo cáo phải gửi"),
        (0, 0, "Không có cơ quan, đơn vị nào phải gửi báo cáo trong kỳ"),
    ],
)
def test_submissions(expected: int, received: int, sentence: str) -> None:
    assert submissions_sentence(rates(expected, received)) == sentence


def test_what_became_of_the_reports_received() -> None:
    assert quality_sentence(rates(60, 56, complete=53, on_time=50)) == (
        "Trong 56 báo cáo đã nhận có 50 báo cáo đạt yêu cầu đúng hạn, 03 báo cáo đạt yêu cầu sau hạn, "
        "03 báo cáo chờ hoàn thiện."
    )
    assert quality_sentence(rates(60, 0)) == ""
    with pytest.raises(SumError, match="không thể âm"):
        quality_sentence(rates(60, 2, complete=3, on_time=3))


def test_indicators() -> None:
    counts = IndicatorCounts(total=46, reported=40, met=25, not_met=9, without_owner=0)
    assert indicators_sentence(counts) == (
        "Tổng số chỉ tiêu theo dõi là 46 chỉ tiêu, trong đó: 40 chỉ tiêu đã có số liệu, "
        "06 chỉ tiêu chưa có số liệu. Trong 40 chỉ tiêu đã có số liệu có 25 chỉ tiêu đạt mức đề ra, "
        "09 chỉ tiêu chưa đạt mức đề ra, 06 chỉ tiêu chưa đủ căn cứ so sánh."
    )
    none = IndicatorCounts(total=46, reported=0, met=0, not_met=0, without_owner=46)
    assert indicators_sentence(none).endswith("không có chỉ tiêu đã có số liệu, 46 chỉ tiêu chưa có số liệu.")
