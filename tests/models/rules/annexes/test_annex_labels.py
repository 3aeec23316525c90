"""What asked cells are called, for tables as secretaries draw them."""

from models.rules.annexes.annex_labels import Block, Drawing


def drawn(*rows: str, blocks: tuple[tuple[str, str], ...] = ()) -> Drawing:
    """A sheet from rows of cells between upright bars; `?` is asked. Merges as A1, B2."""
    places = {
        (row, column): text.strip()
        for row, line in enumerate(rows, 1)
        for column, text in enumerate(line.split("|"), 1)
        if text.strip()
    }
    return Drawing(
        given={place: text for place, text in places.items() if text != "?"},
        asked=frozenset(place for place, text in places.items() if text == "?"),
        blocks=tuple(Block(at(first), at(last)) for first, last in blocks),
    )


def at(place: str) -> tuple[int, int]:
    return int(place[1:]), ord(place[0]) - ord("A") + 1


def test_a_row_under_headings_of_several_rows() -> None:
    drawing = drawn(
        "PHỤ LỤC V",
        "",
        "STT | Cấp | Số TTHC | Số DVCTT |",
        "    |     |         | Toàn trình | Một phần",
        "(1) | (2) | (3)     | (4)        | (5)",
        "1   | Cấp tỉnh | ?  | ?          | ?",
        "2   | Cấp xã   | ?  | –          | ?",
        blocks=(("A1", "E1"), ("A3", "A4"), ("B3", "B4"), ("C3", "C4"), ("D3", "E3")),
    )
    assert drawing.label(at("C6")) == "Cấp tỉnh – Số TTHC"
    assert drawing.label(at("D6")) == "Cấp tỉnh – Số DVCTT – Toàn trình"
    assert drawing.label(at("E7")) == "Cấp xã – Số DVCTT – Một phần"
    assert drawing.heading_rows == {3, 4, 5}
    assert [place for place in drawing.given if drawing.is_heading(place) and place[0] == 3] == [
        (3, 1),
        (3, 2),
        (3, 3),
        (3, 4),
    ]
    assert not drawing.is_heading((1, 1))
    assert not drawing.is_heading((7, 4))


def test_a_title_right_above_the_headings_is_none() -> None:
    drawing = drawn("BIỂU SỐ 1 | |", "STT | Nội dung | Thực hiện", "1 | Hồ sơ | ?", blocks=(("A1", "C1"),))
    assert drawing.label(at("C3")) == "Hồ sơ – Thực hiện"


def test_lines_that_group_others_are_passed_by() -> None:
    drawing = drawn(
        "STT | Nội dung | Kết quả", "I | Chuyển đổi số |", "1.1 | Nhân lực | ?", "II. Khoa học | |", "2.1 | Đề tài | ?",
        blocks=(("A4", "C4"),),
    )  # fmt: skip
    assert drawing.label(at("C3")) == "Nhân lực – Kết quả"
    assert drawing.label(at("C5")) == "Đề tài – Kết quả"


def test_units_stand_in_brackets_and_empty_words_are_left_out() -> None:
    drawing = drawn("STT | Nội dung | Đơn vị tính | Số liệu", "1 | Kinh phí | tỷ đồng | ?")
    assert drawing.label(at("D2")) == "Kinh phí (tỷ đồng)"


def test_a_long_remark_of_a_heading_is_left_out() -> None:
    drawing = drawn("Vấn đề | Kết quả (đo lường được bằng số liệu, sản phẩm cụ thể)", "Nhân lực | ?")
    assert drawing.label(at("B2")) == "Nhân lực – Kết quả"


def test_two_tables_beside_each_other() -> None:
    drawing = drawn("Trực tuyến | ? | Trực tiếp | ? | ?")
    assert [drawing.label(at(place)) for place in ("B1", "D1", "E1")] == [
        "Trực tuyến",
        "Trực tiếp",
        "Trực tiếp",
    ]


def test_two_tables_below_each_other() -> None:
    drawing = drawn("Cấp | Số TTHC", "Tỉnh | ?", "", "Tổng số hồ sơ | ?", "", "Cấp | Số hồ sơ", "Xã | ?")
    assert [drawing.label(at(place)) for place in ("B2", "B4", "B7")] == [
        "Tỉnh – Số TTHC",
        "Tổng số hồ sơ",
        "Xã – Số hồ sơ",
    ]


def test_a_line_without_words_is_called_by_its_headings() -> None:
    drawing = drawn("STT | Tên CSDL | Ghi chú", "1 | ? | ?")
    assert [drawing.label(at(place)) for place in ("B2", "C2")] == ["Tên CSDL", "Ghi chú"]


def test_a_text_merged_downwards_names_each_of_its_lines() -> None:
    drawing = drawn("Cấp tỉnh | Số TTHC | ?", " | Số DVCTT | ?", blocks=(("A1", "A2"),))
    assert drawing.label(at("C2")) == "Cấp tỉnh – Số DVCTT"


def test_a_cell_alone_has_no_name() -> None:
    assert drawn("?").label((1, 1)) == ""
