"""The form as a workbook, out and back: what is written, what people do to it, what is read, what is "
"refused."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import DeadlineKind, Severity
from models.rules.form import AssignmentLine, FilledAssignment, FilledIndicator, Form, IndicatorLine
from models.rules.stamp import is_genuine
from tasks.workbook.read import ReadForm, UnreadableForm, read_form
from tasks.workbook.write import write_form

KEY = b"mot khoa bi mat chi dung de thu!"

FORM = Form(
    request_id=12,
    version=2,
    cycle_code="KH57-2026-Q1",
    cycle_name="Quý I/2026",
    agency_code="SKHCN",
    agency_name="Sở Khoa học và Công nghệ",
    data_from=date(2025, 12, 15),
    as_of=date(2026, 3, 14),
    due=date(2026, 3, 20),
    contact="Tổ giúp việc Ban Chỉ đạo, 0215.000.0000, thuky@dienbien.example",
    assignments=(
        AssignmentLine(
            "KH57-2026/I.5",
            "=Xây dựng kế hoạch tổ chức Chương trình truyền thông mang tên “Hành tinh 4.0”",
            "Chủ trì",
            "+ Kế hoạch được ban hành",
            "Quý I/2026",
            DeadlineKind.DATE,
            date(2026, 3, 31),
        ),
        AssignmentLine(
            "KH57-2026/I.1",
            "Tập trung chỉ đạo, đôn đốc",
            "Chủ trì",
            "Các văn bản chỉ đạo",
            "Thường xuyên",
            DeadlineKind.RECURRING,
            None,
        ),
    ),
    indicators=(
        IndicatorLine("KH57-2026/II.3", "Chi ngân sách", "% tổng chi NSNN", "1,08", "≥ 3"),
        IndicatorLine("KH57-2026/V.45", "Tỷ lệ các điểm đến du lịch được số hóa", "%", "", "60"),
    ),
)

SHEETS = ["Hướng dẫn", "Thông tin chung", "Nhiệm vụ", "Chỉ tiêu", "_dondoc"]
ASKED = {
    "F5": "Hoàn thành",
    "G5": "100",
    "H5": "20/3/2026",
    "I5": "- Kế hoạch số 45/KH-UBND\n- Đăng Cổng thông tin",
    "F6": "Thường xuyên, chưa bảo đảm tiến độ",
    "J6": "=chờ hướng dẫn",
    "K6": "@Sở Nội vụ",
}
FIGURES = {"F5": "1,078", "G5": "31/12/2025", "H5": "Sở Tài chính", "F6": "chưa có số liệu"}


@pytest.fixture(scope="module")
def blank() -> bytes:
    return write_form(FORM, KEY)


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(sheet: Worksheet, texts: dict[str, str]) -> None:
    for ref, text in texts.items():
        sheet[ref].value = text
        sheet[ref].data_type = "s"


@pytest.fixture
def filled_in(blank: bytes) -> Workbook:
    """The form as an officer fills it in."""
    book = opened(blank)
    put(book["Nhiệm vụ"], ASKED)
    put(book["Chỉ tiêu"], FIGURES)
    put(book["Thông tin chung"], {"B7": "Lò Thị B", "B8": "0912345678"})
    return book


def answers(read: ReadForm) -> dict[tuple[str, str], str]:
    """Every text that was filled in, by row and field."""
    rows: list[FilledAssignment | FilledIndicator] = [*read.filled.assignments, *read.filled.indicators]
    return {
        (row.row_key, name): cell.text
        for row in rows
        for name, cell in vars(row).items()
        if name != "row_key" and cell.text
    }


ANSWERS = {
    ("KH57-2026/I.5", "status"): "Hoàn thành",
    ("KH57-2026/I.5", "percent"): "100",
    ("KH57-2026/I.5", "completed_on"): "20/3/2026",
    ("KH57-2026/I.5", "product"): "- Kế hoạch số 45/KH-UBND\n- Đăng Cổng thông tin",
    ("KH57-2026/I.1", "status"): "Thường xuyên, chưa bảo đảm tiến độ",
    ("KH57-2026/I.1", "reason"): "=chờ hướng dẫn",
    ("KH57-2026/I.1", "proposal"): "@Sở Nội vụ",
    ("KH57-2026/II.3", "value"): "1,078",
    ("KH57-2026/II.3", "as_of"): "31/12/2025",
    ("KH57-2026/II.3", "source"): "Sở Tài chính",
    ("KH57-2026/V.45", "value"): "chưa có số liệu",
}


# What is written


def test_sheets_stand_in_order_and_the_stamp_is_out_of_sight(blank: bytes) -> None:
    book = opened(blank)
    assert book.sheetnames == SHEETS
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 4 + ["veryHidden"]
    assert book.active is book["Hướng dẫn"]


def test_tables_that_ask_nothing_are_left_out() -> None:
    form = replace(FORM, indicators=())
    assert opened(write_form(form, KEY)).sheetnames == [*SHEETS[:3], "_dondoc"]
    form = replace(FORM, assignments=())
    assert opened(write_form(form, KEY)).sheetnames == [*SHEETS[:2], "Chỉ tiêu", "_dondoc"]


@pytest.mark.parametrize(
    ("sheet", "open_cells"),
    [
        ("Hướng dẫn", set()),
        ("Thông tin chung", {"B7", "B8", "B9", "B10", "B12", "B13", "B14"}),
        ("Nhiệm vụ", {f"{column}{row}" for column in "FGHIJK" for row in (5, 6)}),
        ("Chỉ tiêu", {f"{column}{row}" for column in "FGH" for row in (5, 6)}),
        ("_dondoc", set()),
    ],
)
def test_only_the_cells_to_fill_are_open(blank: bytes, sheet: str, open_cells: set[str]) -> None:
    found = opened(blank)[sheet]
    assert found.protection.sheet
    assert found.protection.password is None
    assert {c.coordinate for row in found.iter_rows() for c in row if not c.protection.locked} == open_cells


def test_cells_to_fill_keep_what_is_typed(blank: bytes) -> None:
    book = opened(blank)
    assert {book["Nhiệm vụ"][ref].number_format for ref in ASKED} == {"@"}
    assert {book["Chỉ tiêu"][ref].number_format for ref in FIGURES} == {"@"}
    with ZipFile(BytesIO(blank)) as archive:
        assert b'<ignoredError sqref="F5:K6" numberStoredAsText="1"/>' in archive.read(
            "xl/worksheets/sheet3.xml"
        )


def test_given_cells_say_what_the_form_says(blank: bytes) -> None:
    book = opened(blank)
    rows = [[cell.value for cell in row[:5]] for row in book["Nhiệm vụ"].iter_rows(min_row=4)]
    assert rows == [
        ["Mã", "Tên nhiệm vụ", "Vai trò", "Kết quả phải đạt", "Thời hạn"],
        [
            "KH57-2026/I.5",
            FORM.assignments[0].name,
            "Chủ trì",
            "+ Kế hoạch được ban hành",
            "Quý I/2026\n(hết 31/3/2026)",
        ],
        ["KH57-2026/I.1", "Tập trung chỉ đạo, đôn đốc", "Chủ trì", "Các văn bản chỉ đạo", "Thường xuyên"],
    ]
    figures = [[cell.value for cell in row[:5]] for row in book["Chỉ tiêu"].iter_rows(min_row=5)]
    assert figures == [
        ["KH57-2026/II.3", "Chi ngân sách", "% tổng chi NSNN", "1,08", "≥ 3"],
        ["KH57-2026/V.45", "Tỷ lệ các điểm đến du lịch được số hóa", "%", None, "60"],
    ]


def test_a_deadline_that_names_its_day_is_not_repeated() -> None:
    line = replace(FORM.assignments[0], deadline="Trước 30/6/2026", due=date(2026, 6, 30))
    book = opened(write_form(replace(FORM, assignments=(line,)), KEY))
    assert book["Nhiệm vụ"]["E5"].value == "Trước 30/6/2026"


def test_text_that_looks_like_a_formula_is_text(blank: bytes) -> None:
    assert opened(blank)["Nhiệm vụ"]["B5"].data_type == "s"
    with ZipFile(BytesIO(blank)) as archive:
        assert not any(
            b"<f>" in archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets")
        )


def test_letters_that_a_workbook_cannot_hold_do_not_stop_it() -> None:
    line = replace(FORM.assignments[0], name="Dòng một\x0bDòng hai")
    book = opened(write_form(replace(FORM, assignments=(line,)), KEY))
    assert book["Nhiệm vụ"]["B5"].value == "Dòng một Dòng hai"


def test_each_row_offers_the_statuses_of_its_kind(blank: bytes) -> None:
    book = opened(blank)
    lists = {}
    for validation in book["Nhiệm vụ"].data_validations.dataValidation:
        if validation.type == "list":
            cells = book["_dondoc"][validation.formula1.split("!")[1].replace("$", "")]
            lists[str(validation.sqref)] = [cell.value for (cell,) in cells]
    assert lists == {
        "F5": [
            "Hoàn thành",
            "Đang thực hiện",
            "Chưa triển khai",
            "Chậm tiến độ",
            "Đề xuất không thực hiện hoặc phối hợp",
        ],
        "F6": [
            "Thường xuyên, bảo đảm tiến độ",
            "Thường xuyên, chưa bảo đảm tiến độ",
            "Đề xuất không thực hiện hoặc phối hợp",
        ],
    }


def test_guide_says_who_asks_what_by_when_and_keeps_secrets_out(blank: bytes) -> None:
    said = "\n".join(
        str(cell.value) for row in opened(blank)["Hướng dẫn"].iter_rows() for cell in row if cell.value
    )
    for text in (
        "Sở Khoa học và Công nghệ (mã: SKHCN)",
        "Quý I/2026 (mã: KH57-2026-Q1)",
        "từ ngày 15/12/2025 đến hết ngày 14/3/2026",
        "chậm nhất hết ngày 20/3/2026",
        "Tổ giúp việc Ban Chỉ đạo, 0215.000.0000, thuky@dienbien.example",
        "02 nhiệm vụ (trang “Nhiệm vụ”); 02 chỉ tiêu (trang “Chỉ tiêu”)",
        "KHÔNG NHẬP NỘI DUNG THUỘC BÍ MẬT NHÀ NƯỚC VÀO BIỂU NÀY.",
        "Thường xuyên, chưa bảo đảm tiến độ",
    ):
        assert text in said


@pytest.mark.parametrize("sheet", SHEETS[:4])
def test_prints_on_a4_landscape_one_page_wide(blank: bytes, sheet: str) -> None:
    found = opened(blank)[sheet]
    assert (found.page_setup.orientation, found.page_setup.paperSize) == ("landscape", 9)
    assert found.sheet_properties.pageSetUpPr == PageSetupProperties(fitToPage=True)
    assert found.page_setup.fitToWidth == 1
    footer = found.HeaderFooter.oddFooter
    assert footer is not None
    assert footer.right.text == "Trang &P/&N"
    assert {cell.font.name for row in found.iter_rows() for cell in row if cell.value} == {"Times New Roman"}


@pytest.mark.parametrize("sheet", ["Nhiệm vụ", "Chỉ tiêu"])
def test_header_of_a_table_stays_in_view_and_is_repeated(blank: bytes, sheet: str) -> None:
    found = opened(blank)[sheet]
    assert found.freeze_panes == "A5"
    assert found.print_title_rows == "$4:$4"
    assert found.page_setup.fitToHeight == 0


def test_rows_are_high_enough_and_go_on_growing() -> None:
    line = replace(FORM.assignments[0], name="một nhiệm vụ rất dài " * 30)
    content = write_form(replace(FORM, assignments=(line,)), KEY)
    sheet = opened(content)["Nhiệm vụ"]
    letters_in_a_line = 45  # a column 36 wide at size 12 holds no more
    assert sheet.row_dimensions[5].height > len(line.name) / letters_in_a_line * 13.8
    with ZipFile(BytesIO(content)) as archive:
        assert b"customHeight" not in archive.read("xl/worksheets/sheet3.xml")


def test_same_form_gives_same_bytes_at_any_hour(blank: bytes) -> None:
    assert write_form(FORM, KEY) == blank
    with ZipFile(BytesIO(blank)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        days = re.findall(rb"W3CDTF\">([^<]+)<", archive.read("docProps/core.xml"))
    assert days == [b"2025-12-15T00:00:00Z", b"2025-12-15T00:00:00Z"]


def test_another_form_or_key_gives_other_bytes(blank: bytes) -> None:
    assert write_form(replace(FORM, version=3), KEY) != blank
    assert write_form(FORM, b"mot khoa khac") != blank


# What comes back


def test_blank_form_reads_as_blank(blank: bytes) -> None:
    read = read_form(blank)
    assert [row.row_key for row in read.filled.assignments] == ["KH57-2026/I.5", "KH57-2026/I.1"]
    assert [row.row_key for row in read.filled.indicators] == ["KH57-2026/II.3", "KH57-2026/V.45"]
    assert answers(read) == {}
    assert read.filled.problems == ()
    assert (read.filled.nothing.text, read.prepared_by, read.phone) == ("", "", "")


def test_every_answer_comes_back_with_its_place(filled_in: Workbook) -> None:
    read = read_form(saved(filled_in))
    assert answers(read) == ANSWERS
    assert read.filled.problems == ()
    status = read.filled.assignments[0].status
    assert (status.sheet, status.ref) == ("Nhiệm vụ", "F5")
    assert read.filled.assignments[1].percent.ref == "G6"
    assert (read.prepared_by, read.phone) == ("Lò Thị B", "0912345678")


def test_nothing_to_report_comes_back_with_its_place(blank: bytes) -> None:
    book = opened(blank)
    put(book["Thông tin chung"], {"B9": "x", "B10": "Chưa đến thời điểm triển khai"})
    filled = read_form(saved(book)).filled
    assert (filled.nothing.text, filled.nothing.ref) == ("x", "B9")
    assert filled.nothing_reason.text == "Chưa đến thời điểm triển khai"
    assert filled.nothing_reason.ref == "B10"


@pytest.mark.parametrize(
    ("ref", "value", "number_format", "expected"),
    [
        ("H5", date(2026, 3, 9), "dd/mm/yyyy", "09/03/2026"),
        ("H5", datetime(2026, 3, 9, 14, 30), "yyyy-mm-dd hh:mm", "09/03/2026"),  # noqa: DTZ001
        ("G5", 0.5, "0%", "50%"),
        ("G5", 0.6667, "0.00%", "66,67%"),
        ("G5", 66.67, '0.00"%"', "66,67"),
        ("G5", 0.1 + 0.2, "General", "0,3"),
        ("G5", 1294, "#,##0", "1.294"),
        ("I5", 1294, "General", "1294"),
        ("I5", 12.5, "General", "12,5"),
        ("I5", time(7, 30), "hh:mm", "07:30"),
        ("I5", True, "General", "TRUE"),
        ("I5", "  một _x000D_\n\n hai\u00a0ba ", "@", "một\nhai ba"),
        ("F5", "Hoàn\n thành ", "@", "Hoàn thành"),
    ],
)
def test_values_come_as_vietnamese_text(
    blank: bytes, ref: str, value: object, number_format: str, expected: str
) -> None:
    book = opened(blank)
    book["Nhiệm vụ"][ref].value = value
    book["Nhiệm vụ"][ref].number_format = number_format
    (answer,) = answers(read_form(saved(book))).values()
    assert answer == expected


def move_sheets(book: Workbook) -> None:
    book.move_sheet("Chỉ tiêu", -3)
    book.move_sheet("Nhiệm vụ", 2)


def rename_sheets(book: Workbook) -> None:
    book["Nhiệm vụ"].title = "NV quý I"
    book["Chỉ tiêu"].title = "Sheet1"
    book["Thông tin chung"].title = "TTC"


def insert_rows(book: Workbook) -> None:
    for name in ("Nhiệm vụ", "Chỉ tiêu", "Thông tin chung"):
        book[name].insert_rows(6)
        book[name].insert_rows(1, 7)


def insert_columns(book: Workbook) -> None:
    for name in ("Nhiệm vụ", "Chỉ tiêu", "Thông tin chung"):
        book[name].insert_cols(2, 2)
        book[name].insert_cols(1)


def sort_rows(book: Workbook) -> None:
    sheet = book["Nhiệm vụ"]
    for column in range(1, 12):
        upper, lower = sheet.cell(5, column), sheet.cell(6, column)
        upper.value, lower.value = lower.value, upper.value
        upper.data_type = lower.data_type = "s"


def respell_headers(book: Workbook) -> None:
    put(
        book["Nhiệm vụ"],
        {
            "A4": " MÃ ",
            "G4": "Tỷ lệ hoàn thành",
            "I4": "SẢN PHẨM / MINH CHỨNG",
            "J4": "Lý do chậm /\nvướng mắc",
        },
    )


def claim_a_million_rows(book: Workbook) -> None:
    book["Nhiệm vụ"].cell(1_048_576, 16_384).value = "xa"


def add_a_sheet(book: Workbook) -> None:
    book.create_sheet("Sheet2", 0)["A1"].value = "Mã"


@pytest.mark.parametrize(
    "change",
    [
        move_sheets,
        rename_sheets,
        insert_rows,
        insert_columns,
        sort_rows,
        respell_headers,
        claim_a_million_rows,
        add_a_sheet,
    ],
)
def test_what_people_do_to_a_sheet_loses_nothing(
    filled_in: Workbook, change: Callable[[Workbook], None]
) -> None:
    change(filled_in)
    read = read_form(saved(filled_in))
    assert answers(read) == ANSWERS
    assert read.filled.problems == ()
    assert read.prepared_by == "Lò Thị B"
    assert read.stamp is not None
    assert is_genuine(read.stamp, KEY)


def test_a_place_is_told_as_it_stands_now(filled_in: Workbook) -> None:
    insert_rows(filled_in)
    insert_columns(filled_in)
    rename_sheets(filled_in)
    status = read_form(saved(filled_in)).filled.assignments[0].status
    assert (status.sheet, status.ref) == ("NV quý I", "I12")


def test_a_sheet_left_out_has_no_rows(filled_in: Workbook) -> None:
    del filled_in["Chỉ tiêu"]
    filled = read_form(saved(filled_in)).filled
    assert filled.indicators == ()
    assert len(filled.assignments) == 2
    assert filled.problems == ()


def problems(book: Workbook) -> list[tuple[str, str, str, str]]:
    return [(p.severity.value, p.rule, p.sheet, p.cell) for p in read_form(saved(book)).filled.problems]


def test_content_without_a_key_is_told_of(filled_in: Workbook) -> None:
    put(filled_in["Nhiệm vụ"], {"F9": "Đang thực hiện"})
    assert problems(filled_in) == [("warn", "dong-thieu-ma", "Nhiệm vụ", "A9")]


def test_spaces_under_the_table_are_nothing(filled_in: Workbook) -> None:
    put(filled_in["Nhiệm vụ"], {"F9": "  "})
    assert problems(filled_in) == []


def test_key_taken_away_is_told_of(filled_in: Workbook) -> None:
    filled_in["Nhiệm vụ"]["A5"].value = None
    assert problems(filled_in) == [("warn", "dong-thieu-ma", "Nhiệm vụ", "A5")]


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"A9": "KH57-2026/I.5", "F9": "Đang thực hiện"}, [("block", "ma-trung", "Nhiệm vụ", "A9")]),
        ({"A9": "KH57-2026/I.5"}, []),
        ({"A9": "KH57-2026/I.5"} | {f"{ref[0]}9": text for ref, text in ASKED.items() if ref[1] == "5"}, []),
    ],
    ids=["khác nội dung", "dòng trống", "cùng nội dung"],
)
def test_row_written_twice(
    filled_in: Workbook, second: dict[str, str], expected: list[tuple[str, str, str, str]]
) -> None:
    put(filled_in["Nhiệm vụ"], second)
    assert problems(filled_in) == expected
    assert answers(read_form(saved(filled_in))) == ANSWERS


def test_content_of_a_second_row_counts_where_the_first_is_blank(blank: bytes) -> None:
    book = opened(blank)
    put(book["Nhiệm vụ"], {"A9": "KH57-2026/I.5", "F9": "Hoàn thành"})
    read = read_form(saved(book))
    assert answers(read) == {("KH57-2026/I.5", "status"): "Hoàn thành"}
    assert read.filled.problems == ()


def test_column_taken_away_is_told_of(filled_in: Workbook) -> None:
    filled_in["Nhiệm vụ"].delete_cols(9)
    assert problems(filled_in) == [("block", "thieu-cot", "Nhiệm vụ", "")]


def test_header_taken_away_is_told_of(filled_in: Workbook) -> None:
    filled_in["Chỉ tiêu"].delete_rows(4)
    assert problems(filled_in) == [("block", "thieu-dong-tieu-de", "Chỉ tiêu", "")]


def test_copy_of_a_sheet_is_told_of_and_the_named_one_read(filled_in: Workbook) -> None:
    copy = filled_in.copy_worksheet(filled_in["Nhiệm vụ"])
    copy.title = "Nhiệm vụ (2)"
    copy["F5"].value = "Chưa triển khai"
    filled_in.move_sheet(copy, -4)
    assert problems(filled_in) == [("warn", "trang-trung", "Nhiệm vụ (2)", "")]
    assert answers(read_form(saved(filled_in))) == ANSWERS


# Formulas


def test_formula_never_worked_out_is_told_of(filled_in: Workbook) -> None:
    filled_in["Nhiệm vụ"]["G5"].value = "=50+50"
    read = read_form(saved(filled_in))
    (problem,) = read.filled.problems
    assert (problem.severity, problem.rule) == (Severity.BLOCK, "o-khong-co-gia-tri")
    assert (problem.sheet, problem.cell) == ("Nhiệm vụ", "G5")
    assert "công thức chưa có kết quả" in problem.sentence
    assert read.filled.assignments[0].percent.text == ""


def test_formula_outside_the_cells_to_fill_is_no_problem(filled_in: Workbook) -> None:
    filled_in["Nhiệm vụ"]["M5"].value = "=50+50"
    assert problems(filled_in) == []


def rezipped(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("cell", "expected", "rules"),
    [
        (b'<c r="G5"><f>A1+1</f><v>75.5</v></c>', "75,5", []),
        (b'<c r="G5" t="str"><f>"7"&amp;5</f><v>75</v></c>', "75", []),
        (b'<c r="G5" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "", ["o-khong-co-gia-tri"]),
    ],
)
def test_saved_result_of_a_formula_is_what_was_reported(
    blank: bytes, cell: bytes, expected: str, rules: list[str]
) -> None:
    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet3.xml"):
            return part
        return re.sub(rb'<c r="G5"[^>]*/>|<c r="G5"[^>]*></c>', cell, part)

    read = read_form(rezipped(blank, change))
    assert read.filled.assignments[0].percent.text == expected
    assert [problem.rule for problem in read.filled.problems] == rules


# The stamp


def test_stamp_comes_back_genuine(filled_in: Workbook) -> None:
    stamp = read_form(saved(filled_in)).stamp
    assert stamp is not None
    assert (stamp.request_id, stamp.version) == (12, 2)
    assert (stamp.cycle_code, stamp.agency_code) == ("KH57-2026-Q1", "SKHCN")
    assert stamp.row_keys == ("KH57-2026/I.5", "KH57-2026/I.1", "KH57-2026/II.3", "KH57-2026/V.45")
    assert is_genuine(stamp, KEY)


@pytest.mark.parametrize(
    ("ref", "text"),
    [("B1", "13"), ("B2", "3"), ("B3", "KH57-2026-Q2"), ("B4", "SNV"), ("C2", "KH57-2026/I.9"), ("B5", "00")],
)
def test_altered_stamp_is_not_genuine(filled_in: Workbook, ref: str, text: str) -> None:
    put(filled_in["_dondoc"], {ref: text})
    read = read_form(saved(filled_in))
    assert read.stamp is not None
    assert not is_genuine(read.stamp, KEY)
    assert answers(read) == ANSWERS


def test_form_of_an_older_version_is_genuine_and_says_so() -> None:
    stamp = read_form(write_form(replace(FORM, version=1), KEY)).stamp
    assert stamp is not None
    assert is_genuine(stamp, KEY)
    assert stamp.version == 1


def test_form_of_another_office_is_not_genuine() -> None:
    stamp = read_form(write_form(FORM, b"khoa cua tinh khac")).stamp
    assert stamp is not None
    assert not is_genuine(stamp, KEY)


@pytest.mark.parametrize("ref", ["A5", "B1"], ids=["mất nhãn", "số hiệu không phải số"])
def test_broken_stamp_is_none(filled_in: Workbook, ref: str) -> None:
    put(filled_in["_dondoc"], {ref: "abc"})
    read = read_form(saved(filled_in))
    assert read.stamp is None
    assert answers(read) == ANSWERS


def test_table_copied_to_a_new_workbook_is_read_without_a_stamp(filled_in: Workbook) -> None:
    del filled_in["_dondoc"]
    read = read_form(saved(filled_in))
    assert read.stamp is None
    assert answers(read) == ANSWERS


def test_foreign_workbook_is_read_as_holding_nothing_of_ours() -> None:
    book = Workbook()
    book.create_sheet("Danh sách")["A1"].value = "Danh sách cán bộ"
    read = read_form(saved(book))
    assert read.stamp is None
    assert (read.filled.assignments, read.filled.indicators, read.filled.problems) == ((), (), ())


# What is refused


def zipped(**parts: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), part)
    return out.getvalue()


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Tệp rỗng"),
        (b"\0" * 100, "Tệp rỗng"),
        (b"%PDF-1.7\n...", "tệp PDF"),
        (b"\x89PNG\r\n\x1a\n...", "ảnh"),
        (b"{\\rtf1 ...", "văn bản RTF"),
        (b"\xef\xbb\xbf<HTML><table>...", "trang web (HTML)"),
        ("Báo cáo kết quả".encode(), "không phải bảng tính .xlsx"),
        (COMPOUND + "Workbook".encode("utf-16-le"), "Excel cũ (.xls). Mở tệp bằng Excel"),
        (COMPOUND + "WordDocument".encode("utf-16-le"), "Word (.doc)"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "Tệp có mật khẩu"),
        (zipped(word__document_xml=b"<w/>"), "Word (.docx)"),
        (zipped(ppt__presentation_xml=b"<p/>"), "bản trình chiếu"),
        (zipped(**{"xl/workbook.bin": b"..."}), "(.xlsb)"),
        (zipped(mimetype=b"application/vnd.oasis", content_xml=b"<o/>"), "OpenDocument"),
        (zipped(**{"bao cao.xlsx": b"..."}), "Giải nén và gửi trực tiếp"),
        (zipped(**{"anh.jpg": b"..."}), "tệp nén (.zip)"),
        (b"PK\x03\x04 ...", "chưa tải lên hết"),
        (zipped(xl__workbook_xml=b"<khong dong"), "không đúng cấu trúc"),
        (zipped(xl__workbook_xml=b"<workbook/>"), "không đúng cấu trúc"),
        (zipped(**{"[Content_Types].xml": b"<Types/>"}), "không đúng cấu trúc"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_workbook_is_refused_with_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableForm, match=re.escape(told)) as refusal:
        read_form(content)
    assert str(refusal.value).endswith(".")


def test_file_cut_short_is_refused(blank: bytes) -> None:
    with pytest.raises(UnreadableForm, match="chưa tải lên hết"):
        read_form(blank[: len(blank) // 2])


def test_broken_sheet_is_refused(blank: bytes) -> None:
    broken = rezipped(blank, lambda name, part: part[:-40] if name.endswith("sheet3.xml") else part)
    with pytest.raises(UnreadableForm, match="không đúng cấu trúc"):
        read_form(broken)


def test_entities_are_refused(blank: bytes) -> None:
    def change(name: str, part: bytes) -> bytes:
        if not name.endswith("sheet3.xml"):
            return part
        return b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + part.replace(b"KH57-2026/I.5", b"&a;")

    with pytest.raises(UnreadableForm, match="không đúng cấu trúc"):
        read_form(rezipped(blank, change))


def test_zip_bomb_is_refused_unopened() -> None:
    with pytest.raises(UnreadableForm, match="quá lớn"):
        read_form(zipped(xl__workbook_xml=b" " * (61 * 1024 * 1024)))


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(UnreadableForm, match="quá lớn"):
        read_form(zipped(**{f"phan{n}": b"" for n in range(2001)}))


def test_sheet_of_a_million_cells_is_refused(blank: bytes) -> None:
    flood = b"<row>" + b"<c/>" * 1_000_000 + b"</row></sheetData>"
    content = rezipped(
        blank,
        lambda name, part: part.replace(b"</sheetData>", flood) if name.endswith("sheet3.xml") else part,
    )
    with pytest.raises(UnreadableForm, match="quá nhiều ô"):
        read_form(content)


def test_locked_zip_is_refused(blank: bytes) -> None:
    locked = bytearray(blank)
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = locked.find(header)
        while start >= 0:
            locked[start + flags] |= 1
            start = locked.find(header, start + 4)
    with pytest.raises(UnreadableForm, match="mật khẩu"):
        read_form(bytes(locked))


def test_macros_are_not_looked_at(filled_in: Workbook) -> None:
    with_macros = BytesIO(saved(filled_in))
    with ZipFile(with_macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", COMPOUND)
    assert answers(read_form(with_macros.getvalue())) == ANSWERS
