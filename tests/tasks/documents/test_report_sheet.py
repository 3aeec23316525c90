"""The consolidated workbook: what each sheet says, whole on paper, and typed text that stays text."""

import io
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from small_cycle import AS_OF, SEEN, VIEW, R, S, request, said, task

from models.rules.cycle_view import AssignmentView, CycleView, RegisterView
from models.rules.registers.names import Bearer
from tasks.documents.report_sheet import (
    AGENCIES,
    ASSIGNMENTS,
    CHARTS,
    DETAILS,
    INDICATORS,
    SUBMISSIONS,
    SUMMARY,
    report_workbook,
)
from tasks.documents.report_tables import PRELIMINARY
from tasks.documents.trace_sheet import TRACE

DECLARED = "theo báo cáo của cơ quan, đơn vị"
SHEETS = [SUMMARY, INDICATORS, ASSIGNMENTS, AGENCIES, SUBMISSIONS, DETAILS, CHARTS, TRACE]


MENDING = (request("SNV", R.PLANNED), request("X1", R.INCOMPLETE, date(2026, 3, 19)), *VIEW.requests[:1])


def opened(view: CycleView = VIEW) -> Workbook:
    return load_workbook(io.BytesIO(report_workbook(view, AS_OF, seen_on=SEEN)))


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def table(sheet: Worksheet, first_heading: str) -> list[dict[str, object]]:
    """The rows under the header that begins with this heading, section headings left out."""
    every = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header = next(number for number, row in enumerate(every) if row[0] == first_heading)
    names, rows = [str(name) for name in every[header]], every[header + 1 :]
    return [dict(zip(names, row, strict=True)) for row in rows if any(row[1:])]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return opened()


def test_the_sheets(book: Workbook) -> None:
    assert book.sheetnames == SHEETS


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_says_how_true_it_is_and_fits_a_page(book: Workbook, name: str) -> None:
    sheet = book[name]
    day = "24/3/2026" if name == SUBMISSIONS else "14/3/2026"
    assert f"Báo cáo quý I năm 2026 (tính đến ngày {day})" in texts(sheet)
    assert f"({PRELIMINARY})" in texts(sheet)
    assert sheet.oddFooter is not None
    assert PRELIMINARY in str(sheet.oddFooter.left.text)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows or name == CHARTS
    assert all(
        cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row if cell.value is not None
    )
    assert all(0 < dimension.height <= 409 for dimension in sheet.row_dimensions.values() if dimension.height)


def test_the_summary_has_the_rates_the_ratios_and_the_classes(book: Workbook) -> None:
    sheet = book[SUMMARY]
    facts = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert facts["Cơ quan, đơn vị phải gửi báo cáo"] == 3
    assert facts["Đã gửi báo cáo"] == "2/3 (66,7%)"
    assert facts["Đã gửi báo cáo đạt yêu cầu đúng hạn"] == "1/3 (33,3%)"
    assert facts["Trong đó đã quá hạn"] == 1
    assert facts["Tổng số nhiệm vụ"] == 4
    assert facts[f"Hoàn thành trên tổng số nhiệm vụ có thời hạn, {DECLARED}"] == "1/3 (33,3%)"
    assert facts[f"Bảo đảm tiến độ trên tổng số nhiệm vụ, {DECLARED}"] == "3/4 (75%)"
    assert facts["Nhiệm vụ không đưa lên hệ thống (ngoài tổng số)"] == 1
    assert facts["▲ Chậm, quá hạn"] == "1/4 (25%)"
    assert facts["□ Chưa triển khai, chưa đến hạn"] == "0/4 (0%)"
    assert facts["Cộng"] == "4/4 (100%)"
    assert facts["Chỉ tiêu đã có số liệu"] == "1/1 (100%)"


def test_the_cuts_add_up_to_the_whole(book: Workbook) -> None:
    rows = {row["Nội dung"]: row for row in table(book[SUMMARY], "Nội dung")}
    assert list(rows) == [
        "Toàn bộ nhiệm vụ",
        "Kế hoạch năm 2026",
        "I. Công tác chỉ đạo",
        "Quý I/2026",
        "Quý II/2026",
        "Thường xuyên",
    ]
    assert rows["Toàn bộ nhiệm vụ"]["Tổng số"] == 4
    quarters = [rows[name]["Tổng số"] for name in ("Quý I/2026", "Quý II/2026", "Thường xuyên")]
    assert quarters == [2, 1, 1]
    assert rows["Quý I/2026"]["Hoàn thành/ có thời hạn"] == "1/2 (50%)"


def test_annex_one_flags_a_provisional_owner(book: Workbook) -> None:
    (row,) = table(book[INDICATORS], "TT")
    assert row == {
        "TT": "3",
        "Chỉ tiêu": "Chi ngân sách cho khoa học, công nghệ",
        "Đơn vị tính": "% tổng chi",
        "Kết quả năm 2025": "1,08",
        "Mục tiêu năm 2026": "≥ 3",
        "Số liệu báo cáo": "2,5",
        "Tính đến ngày": "14/3/2026",
        "So với mục tiêu": "Chưa đạt",
        "Nguồn số liệu": "Sở Tài chính",
        "Cơ quan báo cáo": "Sở Nội vụ (tạm phân công)",
        "Ghi chú": None,
    }


def test_annex_one_names_what_nobody_reports() -> None:
    silent = replace(VIEW.indicators[0], owner_code=None, reported_raw="", reported_value=None)
    (row,) = table(opened(replace(VIEW, indicators=(silent,)))[INDICATORS], "TT")
    assert (row["Số liệu báo cáo"], row["Cơ quan báo cáo"]) == ("Chưa có số liệu", "Chưa phân công")
    assert row["So với mục tiêu"] is None


def test_annex_two_shows_class_declaration_and_contradiction(book: Workbook) -> None:
    rows = {row["TT"]: row for row in table(book[ASSIGNMENTS], "TT")}
    first = rows["1"]
    assert first["Xếp loại"] == "● Hoàn thành đúng hạn"
    assert first["Thời hạn"] == "Quý I/2026\n(31/3/2026)"
    assert (first["Trạng thái kê khai"], first["Tỷ lệ (%)"]) == ("Hoàn thành", "100")
    assert first["Ngày hoàn thành"] == "14/3/2026"
    assert first["Nội dung cần xem xét"] == (
        "Kê khai khác nhau – Sở Khoa học và Công nghệ: Hoàn thành ngày 14/3/2026; Sở Nội vụ: Đang thực hiện."
    )
    assert rows["2"]["Xếp loại"] == "▲ Chậm, quá hạn"
    assert rows["2"]["Trạng thái kê khai"] == "Chưa có báo cáo"
    assert rows["3"]["Thời hạn"] == "Thường xuyên"
    assert rows["4"]["Thành viên hoàn thành"] == "1/2 xã, phường"
    assert rows["4"]["Trạng thái kê khai"] == "Hoàn thành: 1\nChưa có báo cáo: 1"
    assert rows["4"]["Nội dung cần xem xét"] == "Chưa có báo cáo: UBND xã Nà Hỳ."


@pytest.mark.parametrize(
    ("assignment", "note"),
    [
        (task("1", AS_OF, said("SKHCN", S.COMPLETE)), "Hoàn thành nhưng chưa ghi ngày hoàn thành."),
        (
            task("1", date(2026, 3, 31), said("SKHCN", S.COMPLETE, completed_on=date(2026, 3, 18))),
            "Kê khai hoàn thành sau ngày 14/3/2026.",
        ),
        (task("1", None, lead_of_record=None), "Chưa xác định được cơ quan chủ trì."),
        (
            task(
                "1",
                None,
                *(said(f"Y{no}", None) for no in range(6)),
                lead_of_record=Bearer("group", "XP"),
                member_noun="xã, phường",
            ),
            "Chưa có báo cáo: 6 xã, phường (xem bảng chi tiết).",
        ),
    ],
    ids=["no date", "later than the day", "nobody leads", "many silent"],
)
def test_what_a_person_must_look_at(assignment: AssignmentView, note: str) -> None:
    (row,) = table(opened(replace(VIEW, assignments=(assignment,)))[ASSIGNMENTS], "TT")
    assert row["Nội dung cần xem xét"] == note


def test_the_colour_of_a_class_and_the_sign_that_reads_without_it(book: Workbook) -> None:
    sheet = book[ASSIGNMENTS]
    marks = {
        cell.value: (cell.fill.fgColor.rgb, cell.font.b)
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value)[:1] in "●►▲"
    }
    assert marks == {
        "● Hoàn thành đúng hạn": ("FFA9D08E", False),
        "▲ Chậm, quá hạn": ("FFFF9B9B", True),
        "► Đang thực hiện trong hạn": ("FFE2EFDA", False),
    }


def test_a_deadline_that_was_moved_shows_the_first_one_and_the_document(book: Workbook) -> None:
    moved = task(
        "1",
        date(2026, 6, 30),
        deadline_raw="30/6/2026",
        first_deadline_raw="Quý I/2026",
        first_due=date(2026, 3, 31),
        due_source="Công văn số 15-CV/BCĐ, ngày 02/3/2026",
    )
    (row,) = table(opened(replace(VIEW, assignments=(moved,)))[ASSIGNMENTS], "TT")
    assert row["Thời hạn"] == (
        "30/6/2026\nHạn lần đầu: Quý I/2026 (31/3/2026)\nĐiều chỉnh theo Công văn số 15-CV/BCĐ, ngày 02/3/2026"
    )
    assert "Hạn lần đầu" not in str(table(book[ASSIGNMENTS], "TT"))


def test_the_agencies_sheet(book: Workbook) -> None:
    rows = {row["Cơ quan, đơn vị"]: row for row in table(book[AGENCIES], "TT")}
    department = rows["Sở Khoa học và Công nghệ"]
    assert (department["Chủ trì"], department["Cùng chủ trì"], department["Thành viên nhóm"]) == (3, 0, 0)
    assert (department["Tổng số"], department["Báo cáo kỳ này"]) == (3, "Đã nhận đúng hạn")
    assert rows["Sở Nội vụ"]["Cùng chủ trì"] == 1
    assert rows["Sở Nội vụ"]["Báo cáo kỳ này"] == "Đã nhận, quá hạn 3 ngày"
    assert rows["UBND xã Nà Hỳ"]["■ Chưa có báo cáo"] == 1
    assert rows["UBND xã Nà Hỳ"]["Báo cáo kỳ này"] == "Chưa gửi, quá hạn 4 ngày"


def test_the_submissions_sheet_begins_with_whom_to_call(book: Workbook) -> None:
    rows = table(book[SUBMISSIONS], "TT")
    assert [(row["TT"], row["Cơ quan, đơn vị"], row["Đúng hạn/quá hạn"]) for row in rows] == [
        (1, "UBND xã Nà Hỳ", "Quá hạn 4 ngày"),
        (2, "Sở Nội vụ", "Quá hạn 3 ngày"),
        (3, "Sở Khoa học và Công nghệ", "Đúng hạn"),
        (4, "UBND phường Mường Thanh", None),
    ]
    assert rows[1]["Nhận bản đạt yêu cầu"] == "09:00 ngày 23/3/2026"
    assert rows[1]["Ghi chú"] == "Không phát sinh: Không có nhiệm vụ đến hạn"
    assert rows[3]["Ghi chú"] == "Lý do không yêu cầu: Đang sắp xếp lại"


def test_the_submissions_sheet_of_reports_being_mended_and_not_yet_asked() -> None:
    rows = table(opened(replace(VIEW, requests=MENDING))[SUBMISSIONS], "TT")
    assert [(row["Cơ quan, đơn vị"], row["Trạng thái"], row["Đúng hạn/quá hạn"]) for row in rows] == [
        ("UBND phường Mường Thanh", "Đã gửi, chờ hoàn thiện", "Quá hạn 4 ngày"),
        ("Sở Khoa học và Công nghệ", "Đã nhận báo cáo đạt yêu cầu", "Đúng hạn"),
        ("Sở Nội vụ", "Chưa gửi yêu cầu", None),
    ]


def test_a_subsection_stands_in_the_heading() -> None:
    under = task(
        "1.1", None, section="V", section_name="Về chuyển đổi số", subsection="1", subsection_name="Hạ tầng"
    )
    book = opened(replace(VIEW, assignments=(under,)))
    assert "V. Về chuyển đổi số – 1. Hạ tầng" in texts(book[ASSIGNMENTS])


def test_every_declaration_is_in_the_details(book: Workbook) -> None:
    rows = table(book[DETAILS], "Mã")
    assert [(row["Mã"], row["Cơ quan"], row["Vai trò"], row["Xếp loại"]) for row in rows] == [
        ("KH57-2026/I.1", "Sở Khoa học và Công nghệ", "Chủ trì", "● Hoàn thành đúng hạn"),
        ("KH57-2026/I.1", "Sở Nội vụ", "Cùng chủ trì", "► Đang thực hiện trong hạn"),
        ("KH57-2026/I.2", "Sở Khoa học và Công nghệ", "Chủ trì", "▲ Chậm, quá hạn"),
        ("KH57-2026/I.3", "Sở Khoa học và Công nghệ", "Chủ trì", "♦ Thường xuyên, bảo đảm tiến độ"),
        ("KH57-2026/I.4", "UBND phường Mường Thanh", "Thành viên nhóm chủ trì", "● Hoàn thành đúng hạn"),
        ("KH57-2026/I.4", "UBND xã Nà Hỳ", "Thành viên nhóm chủ trì", "■ Chưa có báo cáo"),
    ]
    assert rows[1]["Tỷ lệ (%)"] == "66,67"
    assert rows[1]["Nguyên nhân"] == "Chờ kinh phí"


def test_what_an_agency_typed_is_text_and_never_a_formula() -> None:
    nasty = task("1", AS_OF, said("SKHCN", S.COMPLETE, completed_on=AS_OF, product="=HYPERLINK(1)\x0bx"))
    sheet = opened(replace(VIEW, assignments=(nasty,)))[DETAILS]
    cell = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPER"))
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=HYPERLINK(1) x", "s", True)


def test_a_text_too_long_for_one_row_goes_on_below() -> None:
    words = " ".join(f"từ{no}" for no in range(600))
    long = task("1", AS_OF, said("SKHCN", S.COMPLETE, completed_on=AS_OF, product=words))
    rows = table(opened(replace(VIEW, assignments=(long,)))[DETAILS], "Mã")
    pieces = [str(row["Sản phẩm, kết quả"]) for row in rows]
    assert len(pieces) > 1
    assert " ".join(pieces) == words
    assert [row["Mã"] for row in rows[1:]] == [None] * (len(rows) - 1)


def test_a_withheld_assignment_is_nowhere(book: Workbook) -> None:
    assert not any("mật" in text for name in SHEETS for text in texts(book[name]))


def test_an_empty_cycle_can_be_shown() -> None:
    empty = replace(VIEW, assignments=(), indicators=(), requests=())
    book = opened(empty)
    for name in (INDICATORS, ASSIGNMENTS, AGENCIES, SUBMISSIONS, DETAILS, CHARTS, TRACE):
        assert "Không có dữ liệu." in texts(book[name])
    facts = {row[0].value: row[1].value for row in book[SUMMARY].iter_rows()}
    assert facts["Đã gửi báo cáo"] == "0/0"


def test_several_registers_are_named_in_the_headings() -> None:
    two = replace(VIEW, registers=(*VIEW.registers, RegisterView("NQ71", "Nghị quyết số 71/NQ-CP", 2025)))
    book = opened(two)
    assert "Kế hoạch năm 2026 – I. Công tác chỉ đạo" in texts(book[ASSIGNMENTS])
    assert "Mục tiêu" in texts(book[INDICATORS])


def test_the_same_cycle_gives_the_same_bytes() -> None:
    assert report_workbook(VIEW, AS_OF, seen_on=SEEN) == report_workbook(VIEW, AS_OF, seen_on=SEEN)
