"""The first sheet of a form: who asks what of whom by when, how to fill it in, and what every status means."""

from collections.abc import Iterator

from models.codes import ReportStatus
from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_INDICATORS,
    SHEET_TEXT,
    Form,
)
from models.rules.form_columns import NO_FIGURE, SAME, SAME_ALL, statuses_for
from models.time import vn_date
from tasks.workbook.form_sheet import FormSheet
from tasks.workbook.looks import BODY
from tasks.workbook.sheet import finish, headline, merge, set_widths, wide
from tasks.workbook.sheet_layout import height_for

_WIDTHS = (30, 56, 56)

_MEANINGS = {
    ReportStatus.COMPLETE: (
        "Đã đạt đủ kết quả phải đạt: sản phẩm đã được ban hành, phê duyệt, nghiệm thu hoặc đưa vào sử dụng.",
        "Ngày hoàn thành; Sản phẩm/minh chứng. Hoàn thành sau thời hạn thì ghi thêm Lý do chậm/vướng mắc.",
    ),
    ReportStatus.IN_PROGRESS: (
        "Đang triển khai và bảo đảm thời hạn.",
        "Tỷ lệ hoàn thành (%). Đã quá thời hạn mà chưa xong thì phải ghi Lý do chậm/vướng mắc.",
    ),
    ReportStatus.NOT_STARTED: (
        "Chưa bắt đầu thực hiện.",
        "Đã quá thời hạn thì phải ghi Lý do chậm/vướng mắc.",
    ),
    ReportStatus.BEHIND: (
        "Đã triển khai nhưng chậm so với tiến độ, hoặc đã quá thời hạn.",
        "Lý do chậm/vướng mắc; Tỷ lệ hoàn thành (%).",
    ),
    ReportStatus.ON_SCHEDULE: (
        "Nhiệm vụ thường xuyên; trong kỳ đã thực hiện đúng yêu cầu.",
        "Kết quả trong kỳ ghi ở cột Sản phẩm/minh chứng (nếu có).",
    ),
    ReportStatus.OFF_SCHEDULE: (
        "Nhiệm vụ thường xuyên; trong kỳ chưa thực hiện đúng yêu cầu.",
        "Lý do chậm/vướng mắc.",
    ),
    ReportStatus.PROPOSED_OUT: (
        "Đề nghị không thực hiện, hoặc chuyển sang phối hợp với bộ, ngành, cơ quan khác.",
        "Đề xuất: nội dung và căn cứ. Chỉ được tính khi cấp có thẩm quyền chấp thuận.",
    ),
}


def write_guide(sheet: FormSheet, form: Form) -> None:
    """Fills in the sheet "Hướng dẫn"; it asks nothing."""
    columns = len(_WIDTHS)
    set_widths(sheet, _WIDTHS)
    row = headline(sheet, "BIỂU BÁO CÁO TÌNH HÌNH THỰC HIỆN NHIỆM VỤ, CHỈ TIÊU", 1, columns)
    row = wide(sheet, row, f"Kỳ báo cáo: {form.cycle_name}", "Phụ đề", columns)
    row += 1
    for label, text in _facts(form):
        sheet.put(row, 1, label, "Cho sẵn, đậm")
        sheet.put(row, 2, text, "Cho sẵn")
        sheet.put(row, 3, "", "Cho sẵn")
        merge(sheet, row, 2, 3)
        texts = [(label, _WIDTHS[0]), (text, sum(_WIDTHS[1:]))]
        sheet.heights[row] = height_for(texts, BODY, bold=True)
        row += 1
    row += 1
    row = wide(
        sheet,
        row,
        "KHÔNG NHẬP NỘI DUNG THUỘC BÍ MẬT NHÀ NƯỚC VÀO BIỂU NÀY.\n"
        "Nội dung mật (nếu có) được báo cáo riêng theo quy định của pháp luật về bảo vệ bí mật nhà nước.",
        "Lưu ý",
        columns,
    )
    row += 1
    row = wide(sheet, row, "CÁCH ĐIỀN", "Mục", columns)
    for number, text in enumerate(_instructions(form), 1):
        row = wide(sheet, row, f"{number}. {text}", "Lời văn", columns)
    statuses = [s for s in ReportStatus if any(s in statuses_for(line.kind) for line in form.assignments)]
    if statuses:
        row += 1
        row = wide(sheet, row, "Ý NGHĨA CỦA TRẠNG THÁI", "Mục", columns)
        for column, header in enumerate(("Trạng thái", "Dùng khi", "Nội dung phải ghi thêm"), 1):
            sheet.put(row, column, header, "Tiêu đề cho sẵn")
        sheet.heights[row] = height_for([], BODY)
    for status in statuses:
        row += 1
        meaning = (status.label, *_MEANINGS[status])
        for column, text in enumerate(meaning, 1):
            sheet.put(row, column, text, "Cho sẵn, đậm" if column == 1 else "Cho sẵn")
        height = height_for(zip(meaning, _WIDTHS, strict=True), BODY, bold=True)
        sheet.heights[row] = height
    finish(sheet, form)
    sheet.pages_high = 1


def _facts(form: Form) -> list[tuple[str, str]]:
    counts = [
        f"{len(lines):02d} {noun} (trang “{where}”)"
        for lines, noun, where in (
            (form.assignments, "nhiệm vụ", SHEET_ASSIGNMENTS),
            (form.indicators, "chỉ tiêu", SHEET_INDICATORS),
        )
        if lines
    ]
    if form.annexes:
        counts.append(f"{len(form.annexes):02d} phụ lục ({_pages(form)})")
    if form.outline:
        counts.append(f"lời văn theo đề cương (trang “{SHEET_TEXT}”)")
    return [
        ("Cơ quan báo cáo", f"{form.agency_name} (mã: {form.agency_code})"),
        ("Nơi yêu cầu, liên hệ", form.contact),
        ("Kỳ báo cáo", f"{form.cycle_name} (mã: {form.cycle_code})"),
        ("Số liệu", f"từ ngày {vn_date(form.data_from)} đến hết ngày {vn_date(form.as_of)}"),
        ("Hạn gửi báo cáo", f"chậm nhất hết ngày {vn_date(form.due)}"),
        ("Nội dung phải báo cáo", "; ".join(counts) or "không có dòng cho sẵn"),
        ("Phiên bản biểu", str(form.version)),
    ]


def _instructions(form: Form) -> Iterator[str]:
    yield (
        "Chỉ điền vào ô nền trắng. Ô nền xám là nội dung cho sẵn và được khóa (không có mật khẩu); nội "
        "dung cho sẵn chưa đúng thì báo cho nơi yêu cầu, không tự sửa. Không xóa, không đổi cột Mã."
    )
    yield (
        f"Trang “{SHEET_GENERAL}”: ghi người lập báo cáo và điện thoại. Nếu trong kỳ không phát sinh nội "
        "dung báo cáo thì đánh dấu x và ghi lý do; khi đó không phải điền các trang sau. Báo cáo đã ký thì "
        "ghi thêm số, ngày ký, người ký; chưa ký thì để trống."
    )
    if form.last:
        yield _about_last(form, form.last.cycle_name)
    if form.assignments:
        yield (
            f"Trang “{SHEET_ASSIGNMENTS}”: mỗi nhiệm vụ một dòng; chọn Trạng thái trong danh sách của ô, "
            "rồi ghi thêm theo bảng dưới đây. Tỷ lệ hoàn thành là một số từ 0 đến 100 (ví dụ: 75 hoặc "
            "66,67)."
        )
    if form.indicators:
        yield (
            f"Trang “{SHEET_INDICATORS}”: Giá trị thực hiện là một số, dấu phẩy cho phần thập phân, dấu "
            f"chấm cho hàng nghìn (ví dụ: 28,48; 1.294). Chưa có thì ghi “{NO_FIGURE}”, và ghi ở cột Nguồn "
            f"số liệu nơi sẽ cung cấp. Tính đến ngày: để trống nếu là ngày {vn_date(form.as_of)}."
        )
    if form.annexes:
        yield _about_annexes(form)
    if form.outline:
        yield (
            f"Trang “{SHEET_TEXT}”: viết vào ô bên phải của từng đề mục trong đề cương; đề mục không có nội dung "
            "thì để trống. Số liệu do các trang khác cung cấp, không phải viết lại."
        )
    yield (
        "Ngày ghi theo dạng ngày/tháng/năm, ví dụ 31/03/2026. Xuống dòng trong một ô: Alt+Enter (Excel, "
        "WPS) hoặc Ctrl+Enter (LibreOffice)."
    )
    yield (
        "Lưu tệp ở định dạng .xlsx (không phải .xls, PDF hay ảnh chụp), không đặt mật khẩu, rồi gửi lại "
        "theo thư yêu cầu báo cáo. Báo cáo còn chỗ phải sửa thì nơi nhận trả lời, nêu rõ trang và ô."
    )


def _about_last(form: Form, cycle_name: str) -> str:
    below = ", hoặc ở ô dưới bảng của từng phụ lục" if any(annex.carried for annex in form.annexes) else ""
    return (
        f"Chữ nghiêng màu xanh là nội dung cơ quan đã báo cáo kỳ trước ({cycle_name}), điền sẵn để rà soát, chưa "
        "phải là báo cáo kỳ này. Nội dung đã thay đổi thì ghi đè. Nội dung vẫn đúng thì đánh dấu x ở cột "
        f"“{SAME}” của dòng đó{below}; nếu tất cả vẫn đúng thì chỉ cần đánh dấu một lần ở trang “{SHEET_GENERAL}”, "
        f"dòng “{SAME_ALL.partition(' (')[0]}”. Dòng không sửa mà cũng không đánh dấu thì chưa được tính là đã báo "
        "cáo."
    )


def _about_annexes(form: Form) -> str:
    optional = [f"“{annex.sheet}”" for annex in form.annexes if annex.optional]
    left_out = f" Không có số liệu thì được để trống: {', '.join(optional)}." if optional else ""
    return (
        f"Phụ lục ({_pages(form)}): đưa con trỏ vào ô nền trắng để xem ô đó cần ghi gì. Không xóa, không hiện rồi "
        "sửa dòng và cột ẩn của trang; bảng có nhiều dòng trống cùng loại thì dùng đến đâu điền đến đó."
        f"{left_out}"
    )


def _pages(form: Form) -> str:
    return "trang " + ", ".join(f"“{annex.sheet}”" for annex in form.annexes)
