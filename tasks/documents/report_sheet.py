"""The consolidated figures of a cycle as a workbook: what a report is written from and signed with."""

from datetime import date

from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import Basis
from models.rules.board.signs import SIGNS, signed
from models.rules.completion import (
    CycleRates,
    OnBothBases,
    Ratio,
    completion_on_both,
    cycle_rates,
    indicator_counts,
)
from models.rules.cycle_view import CycleView
from models.time import vn_date
from tasks.documents.chart_sheet import write_charts
from tasks.documents.report_prose import PROSE, of_many, prose_table
from tasks.documents.report_tables import (
    PRELIMINARY,
    agencies_table,
    assignments_table,
    basis_note,
    cuts_table,
    details_table,
    indicators_table,
    submissions_table,
)
from tasks.documents.report_text import ReportFacts
from tasks.documents.sheet_table import (
    LINE,
    About,
    new_book,
    packed,
    set_page,
    set_widths,
    wide,
    write_facts,
    write_rows,
    write_table,
    write_title,
)
from tasks.documents.trace_sheet import write_trace
from tasks.documents.trace_sources import Sources
from tasks.documents.trace_table import Trace, figures_of

SUMMARY, INDICATORS, ASSIGNMENTS = "Tổng hợp", "Phụ lục I", "Phụ lục II"
AGENCIES, SUBMISSIONS, DETAILS = "Theo cơ quan", "Tình hình nộp", "Chi tiết kê khai"
CHARTS = "Biểu đồ"


def report_workbook(
    view: CycleView,
    day: date,
    *,
    seen_on: date | None = None,
    sources: Sources | None = None,
    facts: ReportFacts | None = None,
    both: OnBothBases | None = None,
) -> bytes:
    """The workbook (XLSX). The same arguments give the same bytes.

    `day`: the day that every figure on assignments is true of, as a rule the cycle's `as_of`. `seen_on`: the
    day on which the submissions are looked at, which overdue days are counted to; default `day`. `sources`: where
    each row came from. `facts`: what the report says beside the view's figures; prose of so many agencies that the
    report cannot print all has a sheet of its own. `both`: the completion on `day`, where it is known.
    """
    seen_on = seen_on or day
    both = both or completion_on_both(view, day)
    result = both.on(both.basis)
    about = About(view.name, f"tính đến ngày {vn_date(day)}", basis_note(both))
    book = new_book()
    _write_summary(book.create_sheet(SUMMARY), about, view, both, cycle_rates(view, seen_on), seen_on)
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
        assignments_table(view, result, both.basis),
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
        note=f"Xếp loại {Basis.DECLARED.label}; trạng thái đã xác nhận nêu bên cạnh.",
    )
    if facts is not None and of_many(piece.source for piece in facts.pieces):
        write_table(
            book.create_sheet(PROSE),
            About(
                view.name, f"tính đến ngày {vn_date(seen_on)}", "Lời văn của các cơ quan, đơn vị, giữ nguyên"
            ),
            "LỜI VĂN CỦA CÁC CƠ QUAN, ĐƠN VỊ",
            prose_table(facts.pieces),
            note="Cột “Mục” là mã đề mục của đề cương; để trống là đề mục lạ.",
            to_filter=True,
        )
    write_charts(book.create_sheet(CHARTS), about, view, both.on(both.basis), seen_on, both.basis)
    write_trace(book, about, Trace(view, figures_of(view, both, seen_on), sources or Sources()))
    return packed(book, f"{view.name} ({about.on_day})", day)


def _write_summary(
    sheet: Worksheet, about: About, view: CycleView, both: OnBothBases, rates: CycleRates, seen_on: date
) -> None:
    """Rates of the cycle, both ratios, classes and cuts, all in the columns of the cuts' table."""
    result = both.on(both.basis)
    cuts = cuts_table(result, both.declared if both.basis is Basis.CONFIRMED else None)
    columns = cuts.shown
    across = len(columns)
    set_widths(sheet, columns)
    day = vn_date(result.day)
    row = write_title(sheet, about, "TỔNG HỢP TÌNH HÌNH THỰC HIỆN NHIỆM VỤ, CHỈ TIÊU", across)
    row = wide(sheet, row + 1, f"I. TÌNH HÌNH GỬI BÁO CÁO (tính đến ngày {vn_date(seen_on)})", LINE, across)
    row = write_facts(sheet, row, columns, _submission_facts(rates))
    row = wide(sheet, row + 1, f"II. KẾT QUẢ THỰC HIỆN NHIỆM VỤ (tính đến ngày {day})", LINE, across)
    row = write_facts(sheet, row, columns, _ratio_facts(both))
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
    write_rows(sheet, header_row, cuts)
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


def _ratio_facts(both: OnBothBases) -> list[tuple[str, int | str]]:
    """Both ratios, on each basis that there is, named; how many statuses are confirmed."""
    result = both.on(both.basis)
    tally, words = result.overall, both.words
    bases = (Basis.CONFIRMED, Basis.DECLARED) if both.basis is Basis.CONFIRMED else (Basis.DECLARED,)
    ratios: list[tuple[str, int | str]] = []
    for basis in bases:
        said = both.on(basis).overall
        ratios += [
            (f"Hoàn thành trên tổng số nhiệm vụ có thời hạn, {basis.label}", said.completed.text),
            (f"Bảo đảm tiến độ trên tổng số nhiệm vụ, {basis.label}", said.on_schedule.text),
        ]
    again = result.counted_again
    return [
        ("Tổng số nhiệm vụ", tally.total),
        *([("Nhiệm vụ có ở nhiều văn bản, chỉ tính một lần trong tổng số", again)] if again else []),
        *ratios,
        ("Trạng thái cơ quan khai đã được xác nhận", Ratio(words.confirmed, words.declared).text),
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
