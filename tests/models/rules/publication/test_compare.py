"""The signed report against ours: what is a changed figure, where it stands, and what is none."""

import pytest

from models.rules.publication.compare import NOTHING, Comparison, Difference, compare
from models.rules.publication.content import (
    BLANK,
    Content,
    Paragraph,
    Places,
    Row,
    Table,
    column_names,
    masked,
    numbers_in,
    title_of,
    written,
)

COLUMNS = ("Nội dung", "Tổng số", "Hoàn thành/ có thời hạn")


def content(*texts: str, tables: tuple[Table, ...] = ()) -> Content:
    places = Places()
    return Content(tuple(Paragraph(places.of(text), text) for text in texts), tables)


def table(*rows: tuple[str, ...], name: str = "Biểu 2") -> Table:
    return Table(name, tuple(Row(number, cells, COLUMNS) for number, cells in enumerate((COLUMNS, *rows))))


def differ(ours: str, theirs: str) -> Comparison:
    return compare(content("I. KẾT QUẢ", ours), content("I. KẾT QUẢ", theirs))


SENTENCE = "Tổng số nhiệm vụ là 120 nhiệm vụ, trong đó: 93 nhiệm vụ đã hoàn thành, tỷ lệ 93/101 (92,1%)."


def test_the_same_is_the_same() -> None:
    assert differ(SENTENCE, SENTENCE) == Comparison((), 1.0)


def test_each_changed_figure_by_itself_with_the_words_around() -> None:
    changed = SENTENCE.replace("93 nhiệm vụ", "94 nhiệm vụ").replace("92,1%", "93,1%")
    assert differ(SENTENCE, changed).differences == (
        Difference(
            "Mục I, đoạn 1",
            "…nhiệm vụ, trong đó: 93 nhiệm vụ đã hoàn thành,…",
            "…nhiệm vụ, trong đó: 94 nhiệm vụ đã hoàn thành,…",
            figures=True,
        ),
        Difference(
            "Mục I, đoạn 1",
            "…thành, tỷ lệ 93/101 (92,1%).",
            "…thành, tỷ lệ 93/101 (93,1%).",
            figures=True,
        ),
    )


def test_words_alone_are_one_difference_of_their_paragraph() -> None:
    (found,) = differ(SENTENCE, SENTENCE.replace("là", "gồm").replace("đã hoàn", "cơ bản hoàn")).differences
    assert not found.figures
    assert found.place == "Mục I, đoạn 1"


def test_a_figure_and_words_in_one_paragraph_are_told_apart() -> None:
    found = differ(SENTENCE, SENTENCE.replace("120 nhiệm vụ, trong đó", "121 nhiệm vụ, bao gồm"))
    assert [(d.figures, "121" in d.theirs) for d in found.figures] == [(True, True)]
    assert len(found.words) == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (f"Số {BLANK} -BC/BCĐ", "Số 125-BC/BCĐ"),
        (f"Điện Biên, ngày {BLANK} tháng {BLANK} năm 2026", "Điện Biên, ngày 25 tháng 3 năm 2026"),
    ],
)
def test_room_that_was_filled_in_is_no_changed_figure(ours: str, theirs: str) -> None:
    (found,) = compare(content(ours), content(theirs)).differences
    assert not found.figures
    assert "25" in found.theirs


def test_another_year_beside_the_room_is_one() -> None:
    found = compare(
        content(f"ngày {BLANK} tháng {BLANK} năm 2026"), content("ngày 25 tháng 3 năm 2025")
    ).differences
    assert [d.figures for d in found].count(True) == 1


def test_a_paragraph_that_was_put_in_or_taken_out() -> None:
    more = "Còn 05 nhiệm vụ chưa hoàn thành do thiếu kinh phí."
    (put_in,) = compare(content("I. KẾT QUẢ", SENTENCE), content("I. KẾT QUẢ", SENTENCE, more)).differences
    assert put_in == Difference("Mục I, đoạn 2", NOTHING, more, figures=True)
    (taken,) = compare(
        content("I. KẾT QUẢ", SENTENCE, "Kính gửi."), content("I. KẾT QUẢ", SENTENCE)
    ).differences
    assert taken == Difference("Mục I, đoạn 2", "Kính gửi.", NOTHING, figures=False)


def test_a_changed_figure_in_one_of_many_like_sentences() -> None:
    lines = [f"- Nhiệm vụ thứ {n}: {n}/45 xã, phường hoàn thành." for n in range(1, 9)]
    changed = [*lines[:5], lines[5].replace("6/45", "7/45"), *lines[6:]]
    (found,) = compare(content("I. KẾT QUẢ", *lines), content("I. KẾT QUẢ", *changed)).differences
    assert (found.place, found.figures) == ("Mục I, đoạn 6", True)


ROWS = (
    ("Toàn bộ nhiệm vụ", "37", "5/24 (20,8%)"),
    ("I. Thể chế", "6", "1/4 (25%)"),
    ("II. Hạ tầng", "1", "0/0"),
)


def test_a_cell_by_table_row_and_column() -> None:
    changed = (ROWS[0], ("I. Thể chế", "7", "1/4 (25%)"), ROWS[2])
    found = compare(content(tables=(table(*ROWS),)), content(tables=(table(*changed),)))
    assert found.differences == (
        Difference("Biểu 2, dòng 2 “I. Thể chế”, cột “Tổng số”", "6", "7", figures=True),
    )
    assert found.kept == 1.0


def test_rows_put_in_and_taken_out_move_nothing_else() -> None:
    other = ("III. Nhân lực", "4", "2/4 (50%)")
    (put_in,) = compare(
        content(tables=(table(*ROWS),)), content(tables=(table(ROWS[0], other, *ROWS[1:]),))
    ).differences
    assert put_in == Difference("Biểu 2, dòng 2", NOTHING, "III. Nhân lực | 4 | 2/4 (50%)", figures=True)
    (taken,) = compare(
        content(tables=(table(*ROWS),)), content(tables=(table(ROWS[0], ROWS[2]),))
    ).differences
    assert taken.theirs == NOTHING


def test_a_reworded_cell_is_no_figure_and_a_missing_table_is_told() -> None:
    changed = (("Tất cả nhiệm vụ", "37", "5/24 (20,8%)"), *ROWS[1:])
    (reworded,) = compare(content(tables=(table(*ROWS),)), content(tables=(table(*changed),))).differences
    assert (reworded.figures, reworded.theirs) == (False, "Tất cả nhiệm vụ")
    (gone,) = compare(content(tables=(table(*ROWS),)), content()).differences
    assert (gone.place, gone.ours.startswith("bảng có 4 dòng"), gone.theirs) == ("Biểu 2", True, NOTHING)


def test_a_text_where_our_draft_left_room_for_one_changes_no_figure() -> None:
    room = "[Chưa có lời văn của cơ quan, đơn vị; đề nghị bổ sung.]"
    ours = content("I. KẾT QUẢ", room, "II. KHÁC", SENTENCE)
    theirs = content(
        "I. KẾT QUẢ", "Đã ban hành 15 văn bản.", "Tập huấn 20 lớp.", "II. KHÁC", SENTENCE, "Thêm 3 lớp."
    )
    found = compare(ours, theirs)
    assert [d.theirs for d in found.figures] == ["Thêm 3 lớp."]
    assert {d.theirs for d in found.words} == {NOTHING, "Đã ban hành 15 văn bản.", "Tập huấn 20 lớp."}


def test_another_document_has_nothing_of_ours() -> None:
    assert compare(content(SENTENCE), content("Kế hoạch chuyển đổi số năm 2026.")).kept == 0
    assert compare(content(), content(SENTENCE)).kept == 0


def test_ten_thousand_paragraphs_of_one_kind_are_held_against_each_other_in_time() -> None:
    many = content(*[f"{n} là số thứ {n}" for n in range(3_000)])
    few = content(*[f"khác hẳn {n} chữ" for n in range(300)])
    assert compare(few, many).kept <= 1


def test_what_is_missing_of_a_place_is_not_made_up() -> None:
    empty = Table("Bảng 1", ())
    assert empty.heading == ()
    row = Row(2, ("5",), ())
    assert (row.name, Table("Bảng 1", (row,)).place(row, 0)) == ("", "Bảng 1, dòng 2, cột 1")
    (moved,) = compare(
        content(tables=(table(*ROWS),)),
        content(tables=(Table("Biểu 2", (Row(0, ("Khác",)), *table(*ROWS).rows[1:])),)),
    ).differences[:1]
    assert moved.place


def test_places_follow_the_headings() -> None:
    places = Places()
    texts = [
        "TỈNH ỦY ĐIỆN BIÊN",
        "Phần 1 KẾT QUẢ",
        "I- TÌNH HÌNH",
        "Đoạn văn.",
        "2. Hạ tầng số",
        "Đoạn văn.",
        "a) Vùng phủ sóng",
        "II. KHÁC",
        "- 15 nhiệm vụ",
    ]
    assert [places.of(text) for text in texts] == [
        "Phần mở đầu, đoạn 1",
        "Phần 1",
        "Phần 1, Mục I",
        "Phần 1, Mục I, đoạn 1",
        "Phần 1, Mục I.2",
        "Phần 1, Mục I.2, đoạn 1",
        "Phần 1, Mục I.2.a",
        "Phần 1, Mục II",
        "Phần 1, Mục II, đoạn 1",
    ]


def test_reading_letters_and_numbers() -> None:
    room = "\N{NO-BREAK SPACE}" * 5
    assert written(f"Số{room}-BC/BCĐ") == f"Số {BLANK} -BC/BCĐ"
    assert numbers_in("93/120 (77,5%), ngày 14/3/2026; 1.294") == ("93/120", "77,5", "14/3/2026", "1.294")
    assert masked("Quý I/2026: 93/120.") == "Quý I/#: #."
    assert title_of("Biểu số 2. Kết quả") == "Biểu số 2"
    assert title_of("Biểu mẫu kèm theo") == ""
    two_rows = [[(0, 1, "TT"), (1, 2, "Hồ sơ")], [(1, 1, "Trong kỳ"), (2, 1, "Lũy kế")]]
    assert column_names(two_rows) == {0: "TT", 1: "Hồ sơ – Trong kỳ", 2: "Hồ sơ – Lũy kế"}
