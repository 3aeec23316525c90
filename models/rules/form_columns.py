"""What the cells of a form are called: the one list that the workbook is written, read and spoken of by.

The keys are the fields of the lines in `models.rules.form`; the values are the headers and labels people see.
"""

from models.codes import DeadlineKind, ReportStatus

ASSIGNMENT_GIVEN = {
    "row_key": "Mã",
    "name": "Tên nhiệm vụ",
    "role": "Vai trò",
    "result": "Kết quả phải đạt",
    "deadline": "Thời hạn",
}
ASSIGNMENT_ASKED = {
    "status": "Trạng thái",
    "percent": "Tỷ lệ hoàn thành (%)",
    "completed_on": "Ngày hoàn thành",
    "product": "Sản phẩm/minh chứng",
    "reason": "Lý do chậm/vướng mắc",
    "proposal": "Đề xuất",
}
INDICATOR_GIVEN = {
    "row_key": "Mã",
    "name": "Chỉ tiêu",
    "unit": "Đơn vị tính",
    "baseline": "Kết quả kỳ gốc",
    "target": "Mục tiêu",
}
INDICATOR_ASKED = {
    "value": "Giá trị thực hiện",
    "as_of": "Tính đến ngày",
    "source": "Nguồn số liệu",
}

SAME = "Như kỳ trước (x)"
"""The last column of a table into which last period's answers were put; only such a form has it."""
SAME_ALL = "Mọi nội dung điền sẵn đúng như kỳ trước (đánh dấu x)"
SAME_ANNEX = "Số liệu điền sẵn của trang này đúng như kỳ trước (đánh dấu x)"

REPORT_NUMBER = "Số báo cáo đã ký"
SIGNED_ON = "Ngày ký"
SIGNER = "Người ký"

NOTHING = "Không phát sinh nội dung báo cáo (đánh dấu x)"
NOTHING_REASON = "Lý do không phát sinh"
PREPARED_BY = "Người lập báo cáo"
PHONE = "Điện thoại"

NO_FIGURE = "chưa có số liệu"

_OF_RECURRING = (ReportStatus.ON_SCHEDULE, ReportStatus.OFF_SCHEDULE, ReportStatus.PROPOSED_OUT)
_OF_DATED = (
    ReportStatus.COMPLETE,
    ReportStatus.IN_PROGRESS,
    ReportStatus.NOT_STARTED,
    ReportStatus.BEHIND,
    ReportStatus.PROPOSED_OUT,
)


def statuses_for(kind: DeadlineKind) -> tuple[ReportStatus, ...]:
    """What may be declared of an assignment. One whose date is still to be set is as one with a date."""
    return _OF_RECURRING if kind is DeadlineKind.RECURRING else _OF_DATED
