"""How a text wraps in a column, and how high its row must be."""

import pytest
from openpyxl import Workbook

from tasks.workbook.sheet_layout import height_for, lines_of, set_row_height, width_for


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 20, 1),
        ("Chủ trì", 20, 1),
        ("Thường xuyên, bảo đảm tiến độ", 17, 2),
        ("Thường xuyên, chưa bảo đảm tiến độ", 17, 3),
        ("Đề xuất không thực hiện hoặc phối hợp", 17, 3),
        ("Quý I/2026\n(hết 31/03/2026)", 20, 2),
        ("một\n\nhai", 20, 3),
        ("x" * 60, 17, 5),
        ("ngắn " + "x" * 60, 17, 6),
    ],
)
def test_lines_of_a_text(text: str, width: float, lines: int) -> None:
    assert lines_of(text, width, 12) == lines


def test_marks_add_no_width_and_bold_does() -> None:
    assert lines_of("ế" * 30, 25, 12) == lines_of("e" * 30, 25, 12)
    assert lines_of("Đ" * 14, 25, 12) == lines_of("D" * 14, 25, 12)
    assert lines_of("Kết quả phải đạt", 17, 12) == 1
    assert lines_of("Kết quả phải đạt", 17, 12, bold=True) == 2


@pytest.mark.parametrize(
    ("texts", "least", "height"),
    [
        ([], 1, 17.8),
        ([("Chủ trì", 20.0)], 1, 17.8),
        ([("Chủ trì", 20.0)], 3, 49.2),
        ([("Chủ trì", 20.0), ("a\nb\nc\nd", 20.0)], 3, 65.0),
        ([("dài\n" * 100, 20.0)], 1, 409.0),
    ],
)
def test_height_shows_the_longest_text(texts: list[tuple[str, float]], least: int, height: float) -> None:
    assert height_for(texts, 12, least=least) == height


def test_width_shows_the_longest_text_on_one_line() -> None:
    keys = ["KH57-2026/I.1", "KH57-2026/VIII.2"]
    width = width_for(keys, 12, narrowest=10, widest=30)
    assert lines_of(keys[1], width, 12) == 1
    assert lines_of(keys[1], width - 1, 12) == 2
    assert width_for([], 12, narrowest=10, widest=30) == 10
    assert width_for(["x" * 200], 12, narrowest=10, widest=30) == 30


def test_height_is_not_marked_as_set_by_hand() -> None:
    sheet = Workbook().create_sheet()
    set_row_height(sheet, 3, 47.25)
    assert dict(sheet.row_dimensions[3]) == {"ht": "47.25"}
