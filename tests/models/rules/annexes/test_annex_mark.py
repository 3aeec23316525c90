"""Marks of asked cells: as people write them, and every slip with what to do about it."""

import unicodedata
from decimal import Decimal

import pytest

from models.codes import CellKind
from models.rules.annexes.annex_mark import MOST_TIMES, Mark, looks_marked, read_mark

DONE = ("Đã hoàn thành", "Chưa hoàn thành")


def read(text: str) -> tuple[Mark | None, list[str]]:
    mistakes: list[str] = []
    return read_mark(text, mistakes.append), mistakes


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        *((f"[[{kind.label}]]", Mark(kind)) for kind in CellKind if kind is not CellKind.CHOICE),
        ("[[chọn: Đã hoàn thành; Chưa hoàn thành]]", Mark(CellKind.CHOICE, options=DONE)),
        ("[[Chọn :Đã hoàn thành;\nChưa hoàn thành ;]]", Mark(CellKind.CHOICE, options=DONE)),
        ("[[tỉ lệ]]", Mark(CellKind.PERCENT)),
        ("  [ [ SỐ   nguyên ] ] ", Mark(CellKind.WHOLE)),
        (unicodedata.normalize("NFD", "[[đánh dấu]]"), Mark(CellKind.MARK)),
        ("[[số|bắt buộc]]", Mark(CellKind.NUMBER, required=True)),
        ("[[số | Từ 0 | ĐẾN 1.000,5]]", Mark(CellKind.NUMBER, least=Decimal(0), most=Decimal("1000.5"))),
        ("[[số nguyên | từ -3 | ]]", Mark(CellKind.WHOLE, least=Decimal(-3))),
        ("[[số | cho phép ghi chữ]]", Mark(CellKind.NUMBER, text_allowed=True)),
        ("[[chữ | lặp 15 dòng]]", Mark(CellKind.TEXT, times=15)),
        ("[[chữ | lặp 3]]", Mark(CellKind.TEXT, times=3)),
    ],
    ids=str,
)
def test_a_mark_is_read(text: str, mark: Mark) -> None:
    assert read(text) == (mark, [])
    assert looks_marked(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[so]]", "không có loại ô “so”"),
        ("[[]]", "không có loại ô “”"),
        ("[số]", "giữa hai ngoặc vuông kép"),
        ("Tổng: [[số]]", "đứng một mình trong ô"),
        ("[[số]] và [[chữ]]", "đứng một mình trong ô"),
        ("[[số", "giữa hai ngoặc vuông kép"),
        ("[[chọn]]", "ít nhất hai phương án"),
        ("[[chọn: Có]]", "ít nhất hai phương án"),
        ("[[chọn: Có; có]]", "hai phương án trùng nhau"),
        ("[[số | bắt buột]]", "không hiểu “bắt buột”"),
        ("[[số | từ]]", "không hiểu “từ”"),
        ("[[số | từ một]]", "không phải một mức bằng số"),
        ("[[số | từ 20.86]]", "không phải một mức bằng số"),
        ("[[số | đến ≥ 3]]", "không phải một mức bằng số"),
        ("[[số | từ 5 | đến 3]]", "lớn hơn mức"),
        ("[[chữ | từ 0]]", "chỉ dùng cho ô số"),
        ("[[ngày | cho phép ghi chữ]]", "chỉ dùng cho ô số"),
        ("[[chữ | lặp 0 dòng]]", f"từ 1 đến {MOST_TIMES}"),
        (f"[[chữ | lặp {MOST_TIMES + 1} dòng]]", f"từ 1 đến {MOST_TIMES}"),
    ],
)
def test_a_slip_is_told(text: str, said: str) -> None:
    assert looks_marked(text)
    _, mistakes = read(text)
    assert len(mistakes) == 1
    assert said in mistakes[0]


def test_every_slip_of_a_mark_is_told_at_once() -> None:
    _, mistakes = read("[[chữ | từ 0 | bắt buột | lặp 999 dòng]]")
    assert len(mistakes) == 3


@pytest.mark.parametrize("text", ["", "Số TTHC", "[1]", "(số)", "Ghi chú [xem mục 2]"])
def test_a_given_text_is_no_mark(text: str) -> None:
    assert not looks_marked(text)
