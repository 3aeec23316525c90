"""Annexes in the form, out and back: drawn as marked up, found again wherever people move them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from annexes import ANNEX_V, ANNEX_VII, changed
from forms import ANNEXED, KEY, opened, put, saved
from openpyxl import Workbook

from models.rules.form import Cell
from models.rules.stamp import is_genuine
from tasks.workbook.cells import quick_sheets, sheets_of
from tasks.workbook.package import parts_of
from tasks.workbook.read import read_form
from tasks.workbook.write import write_form

FORM = replace(ANNEXED, outline=None)
TYPED = {
    "Phụ lục V": {"C7": "40", "E7": "1.294", "H12": "11"},
    "Phụ lục VII": {
        "C6": "CSDL cán bộ,\ncông chức",
        "E6": "Đang triển khai, hoàn thiện",
        "F7": "0,5",
        "C9": "=CSDL đất đai",
        "F10": "20,86",
    },
    "Phụ lục VIII": {"E4": "Không xác định", "G4": "x", "H4": "14/6/2026", "J4": "Kiêm nhiệm"},
}
ANSWERS = {
    "PL-V/6:B": "40",
    "PL-V/6:D": "1.294",
    "PL-V/11:G": "11",
    "PL-VII/5.1:B": "CSDL cán bộ,\ncông chức",
    "PL-VII/5.1:D": "Đang triển khai, hoàn thiện",
    "PL-VII/5.2:E": "0,5",
    "PL-VII/5.4:B": "=CSDL đất đai",
    "PL-VII/6:E": "20,86",
    "PL-VIII/3:D": "Không xác định",
    "PL-VIII/3:F": "x",
    "PL-VIII/3:G": "14/6/2026",
    "PL-VIII/3:I": "Kiêm nhiệm",
}
ASKED = {
    f"{line.row_key}:{cell.column}" for annex in FORM.annexes for line in annex.lines for cell in line.cells
}


@pytest.fixture(scope="module")
def blank() -> bytes:
    return write_form(FORM, KEY)


@pytest.fixture
def filled_in(blank: bytes) -> Workbook:
    book = opened(blank)
    for title, texts in TYPED.items():
        put(book[title], texts)
    return book


def answers(content: bytes) -> dict[str, str]:
    """What was answered in the cells that were asked."""
    cells = read_form(content).filled.cells
    return {name: cell.text for name, cell in cells.items() if name in ASKED and cell.text}


def problems(book: Workbook) -> list[tuple[str, str, str, str]]:
    return [(p.severity.value, p.rule, p.sheet, p.cell) for p in read_form(saved(book)).filled.problems]


# What is written


def test_annexes_stand_after_the_tables(blank: bytes) -> None:
    assert opened(blank).sheetnames[3:] == ["Chỉ tiêu", "Phụ lục V", "Phụ lục VII", "Phụ lục VIII", "_dondoc"]


def test_keys_and_letters_are_there_and_out_of_sight(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục VII"]
    assert sheet.row_dimensions[1].hidden
    assert sheet.column_dimensions["A"].hidden
    assert [cell.value for cell in sheet[1]] == ["dondoc:PL-VII", *"ABCDEFG"]
    assert [cell.value for cell in sheet["A"]] == [
        "dondoc:PL-VII",
        *"----",
        *(f"PL-VII/5.{number}" for number in range(1, 5)),
        "PL-VII/6",
        None,
        "-",
    ]


def test_letters_are_those_of_the_marked_up_workbook(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục VIII"]
    assert [cell.value for cell in sheet[1]] == ["dondoc:PL-VIII", None, *"BCDEFGHI"]


def test_given_texts_and_merges_are_drawn_one_lower_and_further_right(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục V"]
    assert sheet["B2"].value == FORM.annexes[0].given[0].text
    assert sheet["C6"].value == "Cấp Trung ương (dùng chung cho cấp xã, tỉnh, trung ương)"
    merges = {merge.coord for merge in sheet.merged_cells}
    assert {"B2:H2", "B5:B6", "C5:H5", "C6:D6", "C7:D7", "B13:H13"} <= merges


def test_a_repeated_line_is_written_out_and_counted(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục VII"]
    assert [sheet.cell(row, 2).value for row in range(6, 10)] == ["1", "2", "3", "4"]
    assert sheet["C10"].value == "Cộng"


def test_only_asked_cells_are_open_and_all_are_text(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục VII"]
    found = {c.coordinate for row in sheet.iter_rows() for c in row if not c.protection.locked}
    assert found == {f"{column}{row}" for column in "CDEFGH" for row in range(6, 10)} | {"F10", "G10"}
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert {sheet[ref].number_format for ref in found} == {"@"}
    with ZipFile(BytesIO(blank)) as archive:
        part = archive.read("xl/worksheets/sheet5.xml")
    assert b'<ignoredError sqref="C7 E7 G7 C12 D12 E12 F12 G12 H12" numberStoredAsText="1"/>' in part


def test_a_merged_answer_is_open_as_a_whole(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục V"]
    assert not sheet["D7"].protection.locked
    assert sheet["B7"].protection.locked


def test_headings_of_what_is_asked_differ_from_the_others(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục V"]
    assert sheet["B5"].fill.fgColor.rgb != sheet["C5"].fill.fgColor.rgb == sheet["G6"].fill.fgColor.rgb
    assert sheet["B2"].border.left is None
    assert {sheet[ref].border.left.style for ref in ("B5", "C5", "B7", "C7")} == {"thin"}


def test_empty_cells_of_a_table_are_drawn(blank: bytes) -> None:
    sheet = opened(blank)["Phụ lục VII"]
    assert [sheet[f"{column}10"].border.left.style for column in "BDEH"] == ["thin"] * 4
    assert all(sheet[f"{column}10"].protection.locked for column in "BDEH")


def test_a_table_is_drawn_no_wider_than_it_is() -> None:
    narrow = tuple(cell for cell in ANNEX_V.given if not (cell.row in (4, 5) and cell.column in "EFG"))
    merges = tuple(m for m in ANNEX_V.merges if m.first_row not in (4, 5, 6))
    asked = tuple(cell for cell in ANNEX_V.asked if cell.row != 6 or cell.column == "B")
    annex = changed(ANNEX_V, given=narrow, merges=merges, asked=asked)
    sheet = opened(write_form(replace(FORM, annexes=(annex,)), KEY))["Phụ lục V"]
    drawn = [cell.coordinate for cell in sheet[7] if cell.column > 1 and cell.has_style]
    assert drawn == ["B7", "C7", "D7", "E7"]
    assert sheet["H11"].has_style


def test_a_cell_says_what_goes_into_it(blank: bytes) -> None:
    book = opened(blank)
    hints = {
        str(rule.sqref): (rule.promptTitle, rule.prompt)
        for title in ("Phụ lục V", "Phụ lục VIII")
        for rule in book[title].data_validations.dataValidation
    }
    assert hints["C7"] == (
        "Số nguyên (bắt buộc)",
        "Ghi số nguyên, ví dụ 1.294. Từ 0 trở lên.\nSố TTHC – Cấp Trung ương",
    )
    assert hints["E4"][1] == "Ghi số nguyên, ví dụ 1.294. Không có số thì ghi bằng chữ.\nSố người còn thiếu"
    assert hints["H4"][1] == "Ghi ngày/tháng/năm, ví dụ 31/03/2026.\nNgày có số liệu"
    assert hints["I4"][1].startswith("Ghi tỷ lệ phần trăm, ví dụ 66,67. Từ 0 đến 100.")


def test_a_long_label_leaves_the_hint_within_what_excel_allows() -> None:
    asked = tuple(cell.model_copy(update={"label": "Nhãn rất dài " * 40}) for cell in ANNEX_VII.asked)
    form = replace(FORM, annexes=(changed(ANNEX_VII, asked=asked),))
    rules = opened(write_form(form, KEY))["Phụ lục VII"].data_validations.dataValidation
    assert {len(rule.prompt) <= 255 and len(rule.promptTitle) <= 32 for rule in rules} == {True}
    assert all(rule.prompt.startswith(("Ghi", "Chọn")) for rule in rules)


def test_choices_and_marks_are_offered(blank: bytes) -> None:
    book = opened(blank)
    offered = {}
    for title in ("Phụ lục VII", "Phụ lục VIII"):
        for rule in book[title].data_validations.dataValidation:
            if rule.type == "list" and "!" in rule.formula1:
                cells = book["_dondoc"][rule.formula1.split("!")[1].replace("$", "")]
                offered[str(rule.sqref)] = ";".join(cell.value for (cell,) in cells)
            elif rule.type == "list":
                offered[str(rule.sqref)] = rule.formula1
    assert offered == {
        "E6:E9": "Đã hoàn thành, đưa vào sử dụng;Đang triển khai, hoàn thiện;Chưa triển khai",
        "G4": '"x"',
        "J4": '"Chuyên trách,Kiêm nhiệm"',
    }


def test_rows_are_high_enough_for_what_is_merged_downwards(blank: bytes) -> None:
    heading = next(cell for cell in ANNEX_VII.given if cell.text == "Cơ quan chủ quản")
    given = tuple(
        cell.model_copy(update={"text": "một tiêu đề dài " * 12}) if cell is heading else cell
        for cell in ANNEX_VII.given
    )
    form = replace(FORM, annexes=(changed(ANNEX_VII, given=given),))
    rows = opened(write_form(form, KEY))["Phụ lục VII"].row_dimensions
    before = opened(blank)["Phụ lục VII"].row_dimensions
    assert rows[4].height == before[4].height
    assert rows[4].height + rows[5].height > 10 * 15  # at least ten lines in a column 18 wide


def test_an_annex_of_one_table_keeps_its_headings_in_view_and_on_every_page(blank: bytes) -> None:
    book = opened(blank)
    assert book["Phụ lục VII"].print_title_rows == "$4:$5"
    assert book["Phụ lục VII"].freeze_panes == "A6"
    assert book["Phụ lục V"].print_title_rows is None
    assert book["Phụ lục V"].freeze_panes is None
    for title in ("Phụ lục V", "Phụ lục VII"):
        setup = book[title].page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == (
            "landscape",
            9,
            1,
            0,
        )


def test_the_guide_names_the_annexes_and_which_may_stay_empty(blank: bytes) -> None:
    said = "\n".join(str(c.value) for row in opened(blank)["Hướng dẫn"].iter_rows() for c in row if c.value)
    assert "03 phụ lục (trang “Phụ lục V”, “Phụ lục VII”, “Phụ lục VIII”)" in said
    assert "Không có số liệu thì được để trống: “Phụ lục VII”." in said


def test_same_form_gives_same_bytes(blank: bytes) -> None:
    assert write_form(FORM, KEY) == blank


def test_the_stamp_covers_the_annexes_and_their_versions(blank: bytes) -> None:
    stamp = read_form(blank).stamp
    assert stamp is not None
    assert stamp.row_keys[-3:] == ("PL-V@1", "PL-VII@1", "PL-VIII@1")
    assert is_genuine(stamp, KEY)


# What comes back


def test_an_untouched_form_is_read_the_quick_way(blank: bytes) -> None:
    parts = parts_of(blank)
    quick = quick_sheets(parts)
    assert quick is not None
    assert sheets_of(parts) == quick
    seven = next(sheet for sheet in quick if sheet.title == "Phụ lục VII")
    assert [seven.text(row, 1) for row in (1, 2, 6, 9, 10)] == [
        "dondoc:PL-VII",
        "-",
        "PL-VII/5.1",
        "PL-VII/5.4",
        "PL-VII/6",
    ]
    assert [seven.text(1, column) for column in (2, 8)] == ["A", "G"]


def test_blank_form_reads_as_blank_with_the_place_of_every_cell(blank: bytes) -> None:
    filled = read_form(blank).filled
    assert answers(blank) == {}
    assert filled.cells.keys() >= ASKED
    assert filled.cells["PL-VII/5.3:E"] == Cell("", "Phụ lục VII", "F8")
    assert filled.problems == ()
    assert not any(name.endswith(":same") for name in filled.cells)


def test_every_answer_comes_back_with_its_place(filled_in: Workbook) -> None:
    assert answers(saved(filled_in)) == ANSWERS
    assert problems(filled_in) == []
    assert read_form(saved(filled_in)).filled.cells["PL-V/6:D"] == Cell("1.294", "Phụ lục V", "E7")


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (1294, "General", "1.294"),
        (20.86, "#,##0.00", "20,86"),
        (0.5, "0%", "50%"),
        (date(2026, 3, 9), "dd/mm/yyyy", "09/03/2026"),
    ],
)
def test_a_value_pasted_over_the_text_cell_is_written_in_vietnamese(
    blank: bytes, value: object, number_format: str, expected: str
) -> None:
    book = opened(blank)
    cell = book["Phụ lục VIII"]["D4"]
    cell.value, cell.number_format = value, number_format
    assert answers(saved(book)) == {"PL-VIII/3:C": expected}


def move_and_rename(book: Workbook) -> None:
    book.move_sheet("Phụ lục VII", -5)
    book["Phụ lục VII"].title = "PL7 so lieu"
    book["Phụ lục V"].title = "Sheet1"


def unhide(book: Workbook) -> None:
    for title in TYPED:
        book[title].row_dimensions[1].hidden = False
        book[title].column_dimensions["A"].hidden = False


def insert(book: Workbook) -> None:
    for title in TYPED:
        book[title].insert_rows(6, 2)
        book[title].insert_rows(1, 3)
        book[title].insert_cols(4)
        book[title].insert_cols(1, 2)


def sort_lines(book: Workbook) -> None:
    sheet = book["Phụ lục VII"]
    for column in range(1, 9):
        upper, lower = sheet.cell(6, column), sheet.cell(9, column)
        upper.value, lower.value = lower.value, upper.value
        upper.data_type = lower.data_type = "s"


def drop_a_blank_line(book: Workbook) -> None:
    book["Phụ lục VII"].delete_rows(8)


@pytest.mark.parametrize("change", [move_and_rename, unhide, insert, sort_lines, drop_a_blank_line])
def test_what_people_do_to_a_sheet_loses_nothing(
    filled_in: Workbook, change: Callable[[Workbook], None]
) -> None:
    change(filled_in)
    assert answers(saved(filled_in)) == ANSWERS
    assert problems(filled_in) == []


def test_a_place_is_told_as_it_stands_now(filled_in: Workbook) -> None:
    insert(filled_in)
    move_and_rename(filled_in)
    assert read_form(saved(filled_in)).filled.cells["PL-VII/5.1:B"] == Cell(
        "CSDL cán bộ,\ncông chức", "PL7 so lieu", "E11"
    )


def test_an_annex_left_out_has_no_cells(filled_in: Workbook) -> None:
    del filled_in["Phụ lục VII"]
    assert not any(name.startswith("PL-VII/") for name in answers(saved(filled_in)))
    assert problems(filled_in) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sheet: sheet.delete_rows(1),
        lambda sheet: sheet.delete_cols(1),
        lambda sheet: put(sheet, {"A1": "x"}),
        lambda sheet: put(sheet, dict.fromkeys([f"A{row}" for row in range(2, 13)], " ")),
    ],
    ids=["dòng ẩn", "cột ẩn", "dấu của trang", "các mã dòng"],
)
def test_an_annex_without_its_keys_is_told_of(filled_in: Workbook, spoil: Callable[[object], None]) -> None:
    spoil(filled_in["Phụ lục VII"])
    assert problems(filled_in) == [("block", "thieu-ma-phu-luc", "Phụ lục VII", "")]
    left = {name: text for name, text in ANSWERS.items() if not name.startswith("PL-VII/")}
    assert answers(saved(filled_in)) == left


def test_a_copy_of_a_sheet_is_told_of_and_the_named_one_read(filled_in: Workbook) -> None:
    copy = filled_in.copy_worksheet(filled_in["Phụ lục V"])
    copy.title = "Phụ lục V (2)"
    copy["C7"].value = "41"
    filled_in.move_sheet(copy, -7)
    assert problems(filled_in) == [("warn", "trang-trung", "Phụ lục V (2)", "")]
    assert answers(saved(filled_in)) == ANSWERS


@pytest.mark.parametrize(
    ("copied", "expected"),
    [
        ({"B12": "1"}, []),
        ({"B12": "1", "C12": "CSDL cán bộ,\ncông chức"}, []),
        ({"B12": "1", "C12": "CSDL khác"}, [("block", "ma-trung", "Phụ lục VII", "A12")]),
    ],
    ids=["dòng trống", "cùng nội dung", "khác nội dung"],
)
def test_a_line_written_twice(
    filled_in: Workbook, copied: dict[str, str], expected: list[tuple[str, str, str, str]]
) -> None:
    filled_in["Phụ lục VII"].insert_rows(12)
    put(filled_in["Phụ lục VII"], {"A12": "PL-VII/5.1", **copied})
    assert problems(filled_in) == expected
    assert answers(saved(filled_in)) == ANSWERS


def test_a_cell_of_a_copied_line_counts_where_the_first_is_blank(filled_in: Workbook) -> None:
    put(filled_in["Phụ lục VII"], {"A11": "PL-VII/5.1", "H11": "ghi thêm"})
    assert answers(saved(filled_in)) == ANSWERS | {"PL-VII/5.1:G": "ghi thêm"}
    assert problems(filled_in) == []


def test_a_line_that_was_added_is_told_of(filled_in: Workbook) -> None:
    sheet = filled_in["Phụ lục VII"]
    sheet.insert_rows(9)
    put(sheet, {"C9": "CSDL thứ năm"})
    assert problems(filled_in) == [("warn", "dong-thieu-ma", "Phụ lục VII", "C9")]
    assert answers(saved(filled_in)) == ANSWERS


def test_a_formula_never_worked_out_is_told_of_with_its_field(filled_in: Workbook) -> None:
    filled_in["Phụ lục V"]["C7"].value = "=20+20"
    (problem,) = read_form(saved(filled_in)).filled.problems
    assert (problem.rule, problem.sheet, problem.cell) == ("o-khong-co-gia-tri", "Phụ lục V", "C7")
    assert problem.row_key == "PL-V/6:B"


def test_headers_of_an_annex_are_taken_for_no_table_and_no_label(filled_in: Workbook) -> None:
    put(filled_in["Phụ lục VIII"], {"C3": "Mã", "D3": "Trạng thái", "E3": "Ngày ký", "E4": "14/6/2026"})
    filled_in.move_sheet("Phụ lục VIII", -6)
    filled = read_form(saved(filled_in)).filled
    assert [row.row_key for row in filled.assignments] == ["KH57-2026/I.5", "KH57-2026/I.1"]
    assert filled.signed_on.text == ""
    assert filled.problems == ()


def test_a_text_that_speaks_of_the_mark_makes_no_annex(filled_in: Workbook) -> None:
    put(filled_in["Nhiệm vụ"], {"I5": "dondoc:PL-V"})
    filled = read_form(saved(filled_in)).filled
    assert filled.assignments[0].product.text == "dondoc:PL-V"
    assert answers(saved(filled_in)) == ANSWERS
