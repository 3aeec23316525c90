"""Last period's answers in the form: told from what was typed, confirmed by a mark; and the report that was signed."""

from dataclasses import replace

import pytest
from forms import ANNEXED, CARRIED, KEY, LAST, opened, put, saved

from models.rules.form import Cell, Last
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form

BLUE = "FF1F4E9E"


@pytest.fixture(scope="module")
def carried() -> bytes:
    return write_form(CARRIED, KEY)


def test_what_was_reported_stands_in_its_cell_in_another_look(carried: bytes) -> None:
    book = opened(carried)
    shown = {
        ("Nhiệm vụ", "F5"): "Đang thực hiện",
        ("Nhiệm vụ", "I5"): "- Kế hoạch số 45\n- Công văn số 6",
        ("Chỉ tiêu", "F5"): "1,08",
        ("Phụ lục V", "C7"): "40",
        ("Phụ lục V", "E7"): "106",
        ("Phụ lục VII", "C7"): "=CSDL cán bộ",
    }
    blue = {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.font.color is not None and cell.font.color.rgb == BLUE and cell.value
    }
    assert blue == shown
    for title, ref in shown:
        cell = book[title][ref]
        assert cell.font.i
        assert not cell.protection.locked
        assert cell.number_format == "@"
        assert cell.data_type == "s"


def test_a_table_with_answers_has_a_last_column_to_confirm_them(carried: bytes) -> None:
    book = opened(carried)
    assert book["Nhiệm vụ"]["L4"].value == book["Chỉ tiêu"]["I4"].value == "Như kỳ trước (x)"
    assert [book["Nhiệm vụ"][f"L{row}"].protection.locked for row in (5, 6)] == [False, True]
    marks = {
        (title, str(rule.sqref))
        for title in ("Nhiệm vụ", "Chỉ tiêu", "Thông tin chung", "Phụ lục V", "Phụ lục VII")
        for rule in book[title].data_validations.dataValidation
        if rule.formula1 == '"x"'
    }
    assert marks == {
        ("Nhiệm vụ", "L5"),
        ("Chỉ tiêu", "I5"),
        ("Thông tin chung", "B9"),
        ("Thông tin chung", "B11"),
        ("Phụ lục V", "B15"),
        ("Phụ lục VII", "B12"),
    }


def test_a_row_is_high_enough_for_what_stands_in_it() -> None:
    long = replace(CARRIED, last=Last("Quý IV", {"KH57-2026/I.5:product": "một kết quả rất dài " * 40}))
    sheet = opened(write_form(long, KEY))["Nhiệm vụ"]
    assert sheet.row_dimensions[5].height > 20 * 15  # 800 letters in a column 27 wide
    assert sheet.row_dimensions[6].height < 5 * 15


def test_without_answers_nothing_is_to_be_confirmed() -> None:
    for form in (ANNEXED, replace(ANNEXED, last=Last("Quý IV/2025", {}))):
        book = opened(write_form(form, KEY))
        assert book["Nhiệm vụ"].max_column == 11
        assert not any(
            str(cell.value).endswith(":same") for annex in form.annexes for cell in book[annex.sheet]["A"]
        )
    assert read_form(write_form(ANNEXED, KEY)).filled.same_all == Cell()


def test_an_annex_that_is_not_carried_stays_blank(carried: bytes) -> None:
    sheet = opened(carried)["Phụ lục VIII"]
    assert sheet["D4"].value is None
    assert "PL-VIII:same" not in [cell.value for cell in sheet["A"]]


def test_answers_and_marks_come_back(carried: bytes) -> None:
    book = opened(carried)
    put(book["Nhiệm vụ"], {"L5": "x"})
    put(book["Chỉ tiêu"], {"F5": "1,09"})
    put(book["Phụ lục V"], {"B15": "x"})
    filled = read_form(saved(book)).filled
    assert filled.problems == ()
    assert filled.assignments[0].same == Cell("x", "Nhiệm vụ", "L5")
    assert filled.assignments[0].status.text == "Đang thực hiện"
    assert (filled.indicators[0].value.text, filled.indicators[0].same.text) == ("1,09", "")
    assert filled.cells["PL-V:same"] == Cell("x", "Phụ lục V", "B15")
    assert filled.cells["PL-VII:same"] == Cell("", "Phụ lục VII", "B12")
    assert filled.cells["PL-VII/5.2:B"].text == "=CSDL cán bộ"
    assert filled.same_all == Cell("", "Thông tin chung", "B11")


def test_an_untouched_form_says_what_was_put_into_it_and_no_more(carried: bytes) -> None:
    filled = read_form(carried).filled
    rows = [(row.row_key, row.same.text) for row in (*filled.assignments, *filled.indicators)]
    assert {mark for _, mark in rows} == {""}
    asked = {
        f"{line.row_key}:{cell.column}"
        for annex in CARRIED.annexes
        for line in annex.lines
        for cell in line.cells
    }
    said = {name: cell.text for name, cell in filled.cells.items() if name in asked and cell.text}
    assert said == {name: LAST.texts[name] for name in ("PL-V/6:B", "PL-V/6:D", "PL-VII/5.2:B")}


def test_the_column_to_confirm_may_be_missing_or_moved(carried: bytes) -> None:
    book = opened(carried)
    book["Nhiệm vụ"].delete_cols(12)
    put(book["Chỉ tiêu"], {"I5": "x"})
    book["Chỉ tiêu"].insert_cols(2)
    filled = read_form(saved(book)).filled
    assert filled.problems == ()
    assert filled.assignments[0].same == Cell()
    assert filled.indicators[0].same == Cell("x", "Chỉ tiêu", "J5")


def test_everything_is_confirmed_and_the_signed_report_named_in_general(carried: bytes) -> None:
    book = opened(carried)
    labels = {str(row[0].value): row[1].coordinate for row in book["Thông tin chung"].iter_rows()}
    put(
        book["Thông tin chung"],
        {
            labels["Mọi nội dung điền sẵn đúng như kỳ trước (đánh dấu x)"]: "x",
            labels["Số báo cáo đã ký"]: "123/BC-SNV",
            labels["Ngày ký"]: "15/6/2026",
            labels["Người ký"]: "Lò Văn A",
        },
    )
    filled = read_form(saved(book)).filled
    assert filled.same_all.text == "x"
    assert (filled.number.text, filled.signed_on.text, filled.signer.text) == (
        "123/BC-SNV",
        "15/6/2026",
        "Lò Văn A",
    )
    assert (filled.nothing.text, filled.nothing_reason.text) == ("", "")


def test_a_list_that_somebody_adds_is_no_general_information(carried: bytes) -> None:
    book = opened(carried)
    del book["Thông tin chung"]
    added = book.create_sheet("Văn bản", 0)
    put(added, {"A1": "Ngày ký", "B1": "Người ký", "A2": "1/1/2026", "B2": "A"})
    filled = read_form(saved(book)).filled
    assert (filled.signed_on, filled.signer) == (Cell(), Cell())


def test_the_guide_says_what_the_colour_means_and_how_to_confirm(carried: bytes) -> None:
    def said(content: bytes) -> str:
        return "\n".join(
            str(c.value) for row in opened(content)["Hướng dẫn"].iter_rows() for c in row if c.value
        )

    for text in (
        "Chữ nghiêng màu xanh",
        "(Quý IV/2025)",
        "cột “Như kỳ trước (x)”",
        "ô dưới bảng của từng phụ lục",
    ):
        assert text in said(carried)
    assert "Chữ nghiêng màu xanh" not in said(write_form(ANNEXED, KEY))
    assert "Báo cáo đã ký thì ghi thêm số, ngày ký, người ký" in said(write_form(ANNEXED, KEY))
