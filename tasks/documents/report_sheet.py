"""The consolidated figures of a cycle as a workbook: what a report is written from and signed with."""

from datetime import date

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from models.rules.board.signs import SIGNS, signed
from models.rules.completion import (
    Completion,
    CycleRates,
    Ratio,
    completion,
    cycle_rates,
    indicator_counts,
)
from models.rules.cycle_view import CycleView
from models.time import vn_date
from tasks.documents.report_tables import (
    PRELIMINARY,
    agencies_table,
    assignments_table,
    cuts_table,
    details_table,
    indicators_table,
    submissions_table,
)
from tasks.documents.sheet_table import (
    LINE,
    About,
    columns_of,
    new_book,
    packed,
    set_page,
    set_widths,
    wide,
    write_facts,
    write_frame,
    write_table,
    write_title,
)

SUMMARY, INDICATORS, ASSIGNMENTS = "Tổng hợp", "Phụ lục I", "Phụ lục II"
AGENCIES, SUBMISSIONS, DETAILS = "Theo cơ quan", "Tình hình nộp", "Chi tiết kê khai"


def report_workbook(view: CycleView, day: date, *, seen_on: date | None = None) -> bytes:
    """The workbook (XLSX). The same arguments give the same bytes.

    `day`: the day that every figure on assignments is true of, as a rule the cycle's `as_of`. `seen_on`: the
    day on which the submissions are looked at, which overdue days are counted to; default `day`.
    """
    seen_on = seen_on or day
    result = completion(view, day)
    about = About(view.name, f"tính đến ngày {vn_date(day)}", PRELIMINARY)
    book = new_book()
    _write_summary(book.create_sheet(SUMMARY), about, view, result, cycle_rates(view, seen_on), seen_on)
    write_table(
        book.create_sheet(INDICATORS),
        about,
        "PHỤ LỤC I. TÌNH HÌNH THỰC HIỆN CÁC CHỈ TIÊU",
        indicators_table(view),
    )
    write_table(
        book.create_sheet(ASSIGNMENTS),
        about,
        "PHỤ LỤC II. TÌNH HÌNH THỰC HIỆN CÁC NHIỆM VỤ",
        assignments_table(view, result),
    )
    write_table(
        book.create_sheet(AGENCIES),
        about,
        "KẾT QUẢ THỰC HIỆN NHIỆM VỤ THEO CƠ QUAN CHỦ TRÌ",
        agencies_table(view, result, seen_on),
        note="Nhiệm vụ do nhiều cơ quan chủ trì được tính cho từng cơ quan, theo kê khai của chính mình;"
        " vì vậy cộng các dòng không bằng tổng số nhiệm vụ.",
    )
    write_table(
        book.create_sheet(SUBMISSIONS),
        About(view.name, f"tính đến ngày {vn_date(seen_on)}", PRELIMINARY),
        "TÌNH HÌNH GỬI BÁO CÁO CỦA CÁC CƠ QUAN, ĐƠN VỊ",
        submissions_table(view, seen_on),
    )
    write_table(
        book.create_sheet(DETAILS),
        about,
        "CHI TIẾT KÊ KHAI CỦA TỪNG CƠ QUAN, ĐƠN VỊ",
        details_table(view, day),
    )
    return packed(book, f"{view.name} ({about.on_day})", day)


def _write_summary(
    sheet: Worksheet, about: About, view: CycleView, result: Completion, rates: CycleRates, seen_on: date
) -> None:
    """Rates of the cycle, both ratios, classes and cuts, all in the columns of the cuts' table."""
    cuts = cuts_table(result)
    columns = columns_of(cuts)
    across = len(columns)
    set_widths(sheet, columns)
    day = vn_date(result.day)
    row = write_title(sheet, about, "TỔNG HỢP TÌNH HÌNH THỰC HIỆN NHIỆM VỤ, CHỈ TIÊU", across)
    row = wide(sheet, row + 1, f"I. TÌNH HÌNH GỬI BÁO CÁO (tính đến ngày {vn_date(seen_on)})", LINE, across)
    row = write_facts(sheet, row, columns, _submission_facts(rates))
    row = wide(sheet, row + 1, f"II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ (tính đến ngày {day})", LINE, across)
    row = write_facts(sheet, row, columns, _ratio_facts(result))
    row = wide(sheet, row + 1, "Số nhiệm vụ theo xếp loại", LINE, across)
    total = result.overall.total
    by_class = [(of_class, result.overall.by_class[of_class]) for of_class in SIGNS]
    row = write_facts(
        sheet,
        row,
        columns,
        [
            *((signed(of_class), Ratio(n, total).text) for of_class, n in by_class),
            ("Cộng", Ratio(total, total).text),
        ],
    )
    row = wide(sheet, row + 1, f"III. CHỈ TIÊU (tính đến ngày {day})", LINE, across)
    row = write_facts(sheet, row, columns, _indicator_facts(view))
    title = f"IV. NHIỆM VỤ THEO VĂN BẢN, LĨNH VỰC, THỜI HẠN (tính đến ngày {day})"
    sheet.row_breaks.append(Break(row))
    header_row = wide(sheet, row + 1, title, LINE, across)
    write_frame(sheet, header_row, cuts)
    set_page(sheet, about, header_row)


def _submission_facts(rates: CycleRates) -> list[tuple[str, int | str]]:
    return [
        ("Cơ quan, đơn vị phải gửi báo cáo", rates.expected),
        ("Không yêu cầu báo cáo kỳ này (có lý do)", rates.exempt),
        ("Chưa được gửi yêu cầu", rates.not_asked),
        ("Đã gửi báo cáo", rates.reporting.text),
        ("Đã gửi báo cáo đạt yêu cầu", rates.completeness.text),
        ("Đã gửi báo cáo đạt yêu cầu đúng hạn", rates.timeliness.text),
        ("Đạt yêu cầu sau hạn", rates.late),
        ("Đã nhận bằng đường khác, chờ số liệu", rates.recorded),
        ("Đã gửi, chờ hoàn thiện", rates.incomplete),
        ("Chưa gửi", rates.missing),
        ("Trong đó đã quá hạn", rates.overdue),
        ("Báo cáo của cơ quan không thuộc diện phải gửi", rates.unexpected),
    ]


def _ratio_facts(result: Completion) -> list[tuple[str, int | str]]:
    tally = result.overall
    return [
        ("Tổng số nhiệm vụ", tally.total),
        ("Hoàn thành trên tổng số nhiệm vụ có thời hạn", tally.completed.text),
        ("Bảo đảm tiến độ trên tổng số nhiệm vụ", tally.on_schedule.text),
        ("Nhiệm vụ chưa xác định thời hạn (thống kê riêng)", tally.undated),
        ("Nhiệm vụ không đưa lên hệ thống (ngoài tổng số)", result.withheld),
    ]


def _indicator_facts(view: CycleView) -> list[tuple[str, int | str]]:
    counts = indicator_counts(view)
    return [
        ("Chỉ tiêu đã có số liệu", Ratio(counts.reported, counts.total).text),
        ("Trong đó: đạt mức đề ra", counts.met),
        ("Trong đó: chưa đạt mức đề ra", counts.not_met),
        ("Chỉ tiêu chưa phân công cơ quan báo cáo", counts.without_owner),
    ]
