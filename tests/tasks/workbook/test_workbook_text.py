"""The prose in the form, out and back: the outline with room to write, found again by the codes of its headings."""

import pytest
from annexes import OUTLINE
from forms import ANNEXED, KEY, opened, put, saved
from openpyxl import Workbook

from models.rules.form import Cell
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form

LONG = "\n".join(f"- Đoạn thứ {number}: " + "nội dung báo cáo " * 60 for number in range(30)).strip()


@pytest.fixture(scope="module")
def blank() -> bytes:
    return write_form(ANNEXED, KEY)


@pytest.fixture
def filled_in(blank: bytes) -> Workbook:
    book = opened(blank)
    put(book["Lời văn"], {"D6": LONG, "D10": "=Tiếp tục:\n- thực hiện"})
    return book


def texts(book: Workbook) -> dict[str, str]:
    return {code: cell.text for code, cell in read_form(saved(book)).filled.texts.items() if cell.text}


def cleaned(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n"))


EXPECTED = {"1.I": cleaned(LONG), "2": "=Tiếp tục:\n- thực hiện"}


def test_each_heading_has_its_row_with_number_title_and_guide(blank: bytes) -> None:
    sheet = opened(blank)["Lời văn"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert rows == [
        ["-", "Phần 1 KẾT QUẢ THỰC HIỆN", None, None],
        ["1.I", "I. CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", "Văn bản đã tham mưu, ban hành; số, ngày, trích yếu.", None],
        ["-", "II. VỀ CHUYỂN ĐỔI SỐ", "Theo từng lĩnh vực.", None],
        ["1.II.1", "1. Hạ tầng số", None, None],
        ["1.II.1.a", "a) Vùng phủ sóng và các bản trắng sóng", None, None],
        ["2", "Phần 2 NHIỆM VỤ, GIẢI PHÁP TRỌNG TÂM", "Sáu tháng tới.", None],
    ]
    assert [sheet[f"B{row}"].alignment.indent for row in range(5, 11)] == [0, 1, 1, 2, 3, 0]
    assert sheet["B6"].font.b
    assert sheet["C6"].font.i
    assert (sheet["A1"].value, sheet["D1"].value) == ("dondoc:loi-van", "D")
    assert sheet.row_dimensions[1].hidden
    assert sheet.column_dimensions["A"].hidden


def test_only_headings_that_ask_have_an_open_cell(blank: bytes) -> None:
    sheet = opened(blank)["Lời văn"]
    assert {c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked} == {
        "D6",
        "D8",
        "D9",
        "D10",
    }
    assert sheet.row_dimensions[6].height > 5 * 15
    assert sheet.row_dimensions[5].height < 2 * 15
    assert sheet.print_title_rows == "$4:$4"


def test_no_outline_no_sheet() -> None:
    assert (
        "Lời văn"
        not in opened(write_form(ANNEXED.__class__(**vars(ANNEXED) | {"outline": None}), KEY)).sheetnames
    )


def test_blank_prose_reads_as_blank_with_its_places(blank: bytes) -> None:
    filled = read_form(blank).filled
    asked = [heading.code for heading in OUTLINE.headings if heading.asked]
    assert list(filled.texts) == asked
    assert filled.texts["1.II.1"] == Cell("", "Lời văn", "D8")
    assert filled.problems == ()


def test_prose_comes_back_with_its_lines(filled_in: Workbook) -> None:
    assert len(LONG) > 30_000
    assert texts(filled_in) == EXPECTED
    assert read_form(saved(filled_in)).filled.problems == ()


def test_prose_is_found_wherever_it_is_moved(filled_in: Workbook) -> None:
    sheet = filled_in["Lời văn"]
    sheet.insert_rows(8, 2)
    sheet.insert_rows(1)
    sheet.insert_cols(3)
    sheet.title = "Bao cao"
    filled_in.move_sheet(sheet, -5)
    assert texts(filled_in) == EXPECTED
    filled = read_form(saved(filled_in)).filled
    assert filled.texts["2"].ref == "E13"
    assert filled.problems == ()


def test_prose_without_its_codes_is_told_of_and_blocks_nothing(filled_in: Workbook) -> None:
    filled_in["Lời văn"].delete_cols(1)
    filled = read_form(saved(filled_in)).filled
    assert [(p.severity.value, p.rule, p.sheet) for p in filled.problems] == [
        ("warn", "thieu-ma-loi-van", "Lời văn")
    ]
    assert filled.texts == {}


def test_a_heading_written_twice_is_told_of(filled_in: Workbook) -> None:
    put(filled_in["Lời văn"], {"A12": "1.I", "D12": "khác"})
    filled = read_form(saved(filled_in)).filled
    assert [(p.rule, p.cell) for p in filled.problems] == [("ma-trung", "A12")]
    assert filled.texts["1.I"].text == EXPECTED["1.I"]
