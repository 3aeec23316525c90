"""Prose that contradicts itself, and the figures that were reported beside it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from models.codes import DiscrepancyKind
from models.rules.annexes.annex import Heading, Outline
from models.rules.discrepancies.prose import (
    Figure,
    Prose,
    against_figures,
    annex_total,
    in_prose,
    tasks_asked,
    tasks_done,
)

OUTLINE = Outline(
    code="o", title="Đề cương", headings=(Heading(code="I", number="I.", title="Kết quả", level=1),)
)
# As Sở Nội vụ wrote of its eighteen months.
SEED = (
    "Sở Nội vụ được giao 14 nhiệm vụ, tính đến thời điểm báo cáo 14/14 nhiệm vụ đã hoàn thành, không có nhiệm vụ quá "
    "hạn. Nhiệm vụ, chỉ tiêu giao tại các Kế hoạch năm 2026 và giai đoạn 2026-2030 gồm 18 nhiệm vụ và 06 chỉ tiêu; 6 "
    "tháng đầu năm 2026 đã hoàn thành 01 nhiệm vụ và 01 nhiệm vụ đang thực hiện bảo đảm tiến độ."
)


def prose(text: str) -> Prose:
    return Prose("SNV", "Sở Nội vụ", datetime(2026, 3, 12, 2, tzinfo=UTC), {"I": text}, OUTLINE)


def test_a_share_that_is_not_its_fraction() -> None:
    text = "Đã số hóa 18.672/28.005 hồ sơ, đạt khoảng 70% tổng số hồ sơ."
    (found,) = in_prose(prose(text), {})
    assert found.kind is DiscrepancyKind.PROSE
    assert found.source == "Sở Nội vụ, lời văn nhận lúc 09:00 ngày 12/3/2026: mục “I. Kết quả”"
    assert found.sentence.startswith("Mục “I. Kết quả”: ")
    assert list(in_prose(prose(text), {"ty-le-khac-phan-so": "off"})) == []


def test_it_is_the_same_one_as_long_as_it_says_the_same() -> None:
    one, other = (
        "Đã số hóa 18.672/28.005 hồ sơ, đạt khoảng 70%.",
        "Đã số hóa 18.672/28.005 hồ sơ, đạt khoảng 80%.",
    )
    keys = [next(in_prose(prose(text), {})).key for text in (one, f"{one} Tiếp tục rà soát.", other)]
    assert keys[0] == keys[1] != keys[2]


def test_tasks_that_the_form_does_not_know() -> None:
    given, done = against_figures(prose(SEED), [tasks_asked(6), tasks_done(0)])
    assert given.sentence == (
        "Lời văn nêu 14 và 18 nhiệm vụ được giao, biểu ghi 6 (trang “Nhiệm vụ”). "
        "Đề nghị sửa cho khớp, hoặc giải trình cách tính."
    )
    assert "nhiệm vụ đã hoàn thành, biểu ghi 0" in done.sentence
    assert given.source.endswith("mục “I. Kết quả”; biểu: trang “Nhiệm vụ”")


@pytest.mark.parametrize("count", [14, 18, 32])
def test_a_number_that_the_prose_gives_or_adds_up_to_agrees(count: int) -> None:
    assert list(against_figures(prose(SEED), [tasks_asked(count)])) == []


def total(label: str, value: str) -> Figure | None:
    return annex_total("PL-V/10:C", label, Decimal(value), "trang “Phụ lục V”, ô C10")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Số thủ tục hành chính: 149 thủ tục.", True),
        ("Tổng số thủ tục hành chính là 166.", False),
        ("Trong đó có 149 thủ tục hành chính cấp tỉnh; tổng số 166 thủ tục hành chính.", False),
        ("Rà soát thủ tục hành chính theo Nghị quyết 66.", False),
    ],
)
def test_a_total_of_an_annex(text: str, found: bool) -> None:
    figure = total("Tổng số thủ tục hành chính – Số TTHC", "166")
    assert figure is not None
    assert bool(list(against_figures(prose(text), [figure]))) is found


@pytest.mark.parametrize("label", ["Tổng số – Số TTHC", "Số TTHC – Cấp tỉnh", "Cấp xã", "Tổng số hồ sơ"])
def test_a_label_that_may_mean_anything_is_no_figure(label: str) -> None:
    assert total(label, "166") is None
    assert total("Tổng số tiền chi trả", "1.5") is None
