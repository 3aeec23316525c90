"""The field's own words as codes: what the database keeps, and the Vietnamese a person sees."""

from enum import StrEnum


class Code(StrEnum):
    """A code with its Vietnamese label."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Code":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class AgencyKind(Code):
    PARTY = "party", "Cơ quan Đảng"
    OFFICE = "office", "Văn phòng"
    DEPARTMENT = "department", "Sở, ban, ngành"
    COMMUNE = "commune", "Xã, phường"
    COMMUNE_PARTY = "commune_party", "Đảng ủy xã, phường"
    UNION = "union", "Mặt trận, đoàn thể"
    SERVICE = "service", "Đơn vị sự nghiệp"
    ENTERPRISE = "enterprise", "Doanh nghiệp"


class PersonRole(Code):
    OFFICER = "officer", "Cán bộ đầu mối"
    HEAD = "head", "Thủ trưởng cơ quan"
    SECRETARIAT = "secretariat", "Thư ký Ban Chỉ đạo"
    LEADERSHIP = "leadership", "Lãnh đạo Ban Chỉ đạo"


class PartyRole(Code):
    LEAD = "lead", "Chủ trì"
    COORDINATOR = "coordinator", "Phối hợp"


class DeadlineKind(Code):
    DATE = "date", "Có thời hạn"
    RECURRING = "recurring", "Thường xuyên"
    GUIDED = "guided", "Theo hướng dẫn"
    UNCLEAR = "unclear", "Chưa rõ thời hạn"


class Comparator(Code):
    EQ = "=", "bằng"
    GE = ">=", "từ … trở lên"
    GT = ">", "trên"
    LE = "<=", "không quá"
    LT = "<", "dưới"


class PeriodKind(Code):
    QUARTER = "quarter", "Quý"
    HALF = "half", "6 tháng"
    YEAR = "year", "Năm"
    ADHOC = "adhoc", "Đột xuất"


class Roll(Code):
    EARLIER = "earlier", "lùi về ngày làm việc liền trước"
    LATER = "later", "chuyển sang ngày làm việc liền sau"
    NONE = "none", "giữ nguyên"


class CycleState(Code):
    DRAFT = "draft", "Dự thảo, chưa phát hành"
    RELEASED = "released", "Đã phát hành, đang thu báo cáo"
    CLOSED = "closed", "Đã đóng kỳ"


class DocumentKind(Code):
    LETTER_DRAFT = "letter_draft", "Dự thảo công văn"
    LETTER = "letter", "Công văn phát hành"
    REPORT = "report", "Báo cáo tổng hợp"
    ANNEXES = "annexes", "Phụ lục tổng hợp"
    URGING_LETTER = "urging_letter", "Công văn đôn đốc (dự thảo)"
    OVERDUE_SLIP = "overdue_slip", "Phiếu báo cáo lãnh đạo về việc chậm báo cáo"
    AGENCY_RESULT = "agency_result", "Kết quả của một cơ quan, đơn vị"
    SECTION_RESULT = "section_result", "Kết quả của một lĩnh vực"
    COMPARISON = "comparison", "So sánh hai kỳ"


class RequestState(Code):
    """What a request is, for logic."""

    PLANNED = "planned", "Chưa gửi yêu cầu"
    SENT = "sent", "Đã gửi yêu cầu, chờ báo cáo"
    RECORDED = "recorded", "Đã nhận báo cáo bằng đường khác, chờ số liệu"
    INCOMPLETE = "incomplete", "Đã gửi, chờ hoàn thiện"
    COMPLETE = "complete", "Đã nhận báo cáo đạt yêu cầu"
    EXEMPT = "exempt", "Không yêu cầu báo cáo kỳ này"


class ReportWay(Code):
    """How a report came that the secretariat records on the agency's behalf ("ghi nhận thay")."""

    PAPER = "paper", "Văn bản giấy"
    DOCUMENT_SYSTEM = "document_system", "Hệ thống quản lý văn bản"
    EMAIL = "email", "Thư điện tử"
    PHONE = "phone", "Điện thoại"
    OTHER = "other", "Đường khác"


class ReportStatus(Code):
    """What an agency may declare of an assignment (the list in the form)."""

    COMPLETE = "complete", "Hoàn thành"
    IN_PROGRESS = "in_progress", "Đang thực hiện"
    NOT_STARTED = "not_started", "Chưa triển khai"
    BEHIND = "behind", "Chậm tiến độ"
    ON_SCHEDULE = "on_schedule", "Thường xuyên, bảo đảm tiến độ"
    OFF_SCHEDULE = "off_schedule", "Thường xuyên, chưa bảo đảm tiến độ"
    PROPOSED_OUT = "proposed_out", "Đề xuất không thực hiện hoặc phối hợp"


class AssignmentClass(Code):
    """Where an assignment stands on a day: exactly one of these (design: statistics)."""

    PROPOSED_OUT = "proposed_out", "Đề xuất không thực hiện hoặc phối hợp"
    DONE_ON_TIME = "done_on_time", "Hoàn thành đúng hạn"
    DONE_LATE = "done_late", "Hoàn thành quá hạn"
    BEHIND = "behind", "Chậm, quá hạn"
    NO_REPORT = "no_report", "Chưa có báo cáo"
    RECURRING_ON = "recurring_on", "Thường xuyên, bảo đảm tiến độ"
    RECURRING_OFF = "recurring_off", "Thường xuyên, chưa bảo đảm tiến độ"
    NOT_STARTED = "not_started", "Chưa triển khai, chưa đến hạn"
    IN_PROGRESS = "in_progress", "Đang thực hiện trong hạn"


class CellKind(Code):
    """What an asked cell of an annex takes (the word that stands in the mark of the cell)."""

    TEXT = "text", "chữ"
    NUMBER = "number", "số"
    WHOLE = "whole", "số nguyên"
    PERCENT = "percent", "tỷ lệ"
    DAY = "day", "ngày"
    CHOICE = "choice", "chọn"
    MARK = "mark", "đánh dấu"


class Relation(Code):
    """What a rule of an annex asks of its cells (models.rules.annexes.annex.AnnexRule)."""

    SUM = "sum", "Tổng bằng"
    SHARE = "share", "Tỷ lệ đúng bằng"
    AT_MOST = "at_most", "Không lớn hơn"
    AT_LEAST = "at_least", "Không nhỏ hơn"
    NOT_BELOW_LAST = "not_below_last", "Không nhỏ hơn kỳ trước"
    NEAR_LAST = "near_last", "Không lệch kỳ trước quá"
    SAME_SIZE = "same_size", "Cùng cỡ số"
    NEEDED_WHEN = "needed_when", "Phải điền khi"
    ONE_OF = "one_of", "Chỉ chọn một"


class ArrivalVerdict(Code):
    UNREAD = "unread", "Đã lưu, chưa đọc"
    SUBMISSION = "submission", "Thành một phiên bản báo cáo"
    NARRATIVE = "narrative", "Thành lời văn của báo cáo"
    SIGNED = "signed", "Thành bản báo cáo đã ký"
    DUPLICATE = "duplicate", "Trùng với tệp đã nhận"
    PACKAGE = "package", "Tệp nén, đã tách thành từng biểu"
    PERSON = "person", "Chờ thư ký xem xét"
    RECORDED = "recorded", "Bản quét kèm ghi nhận thay"
    DISMISSED = "dismissed", "Thư ký đã xem, không tính là báo cáo"


class MailKind(Code):
    """What a received mail is (models.rules.mail_kind)."""

    REPORT = "report", "Thư gửi báo cáo"
    QUESTION = "question", "Thư không kèm báo cáo"
    AUTOREPLY = "autoreply", "Thư trả lời tự động"
    BOUNCE = "bounce", "Thư báo lỗi"
    OTHER = "other", "Thư khác"


class SubmissionVerdict(Code):
    ACCEPTED = "accepted", "Đạt yêu cầu"
    FAULTY = "faulty", "Cần hoàn thiện"


class Severity(Code):
    BLOCK = "block", "Phải sửa"
    WARN = "warn", "Đề nghị xem lại"


class Channel(Code):
    """A way to reach a person (tasks.channels.registry has what carries each)."""

    EMAIL = "email", "Thư điện tử"
    ZALO_ZBS = "zalo_zbs", "Zalo (tin mẫu theo số điện thoại)"
    ZALO_BOT = "zalo_bot", "Zalo (bot của Ban Chỉ đạo)"
    ZALO_OA = "zalo_oa", "Zalo (tài khoản OA)"


class NoticeState(Code):
    DUE = "due", "Đến lượt gửi"
    HELD = "held", "Đang giữ lại"
    SENT = "sent", "Đã gửi"
    UNKNOWN = "unknown", "Không rõ đã đến chưa"
    FAILED = "failed", "Không gửi được"
    SUPERSEDED = "superseded", "Không cần gửi nữa"


class MessageState(Code):
    READY = "ready", "Chờ gửi"
    SENDING = "sending", "Đang gửi"
    SENT = "sent", "Đã gửi"
    UNKNOWN = "unknown", "Không rõ đã đến chưa"
    FAILED = "failed", "Không gửi được"
    DROPPED = "dropped", "Không còn nội dung phải gửi"


class AttemptOutcome(Code):
    STARTED = "started", "Đã bắt đầu, chưa rõ kết quả"
    ACCEPTED = "accepted", "Máy chủ đã nhận"
    RETRY = "retry", "Máy chủ hẹn gửi lại"
    REFUSED = "refused", "Máy chủ từ chối"
    UNREACHABLE = "unreachable", "Không kết nối được máy chủ"
    UNKNOWN = "unknown", "Không rõ kết quả"
    MISCONFIGURED = "misconfigured", "Kênh gửi cấu hình chưa đúng, đã dừng"


class DeskRole(Code):
    """What an account of the desk may do; each includes the one before (models.rules.desk.roles)."""

    READER = "reader", "Người xem"
    OFFICER = "officer", "Cán bộ Tổ Giúp việc"
    LEADER = "leader", "Lãnh đạo Tổ Giúp việc"


class BoardLinkKind(Code):
    PAGE = "page", "Trang xem dành cho lãnh đạo"
    API = "api", "Kết nối số liệu (API)"


class Origin(Code):
    """Where a row of the directory comes from: what the desk has changed, the files overwrite no more."""

    FILE = "file", "Tệp danh bạ của tỉnh"
    DESK = "desk", "Bàn làm việc của thư ký"


class ContactState(Code):
    """What has become of one agency in a round of confirming contacts ("xác nhận đầu mối")."""

    ASKED = "asked", "Đã hỏi, chờ xác nhận"
    CONFIRMED = "confirmed", "Đã xác nhận đúng"
    PROPOSED = "proposed", "Đề nghị sửa, chờ thư ký"
    ACCEPTED = "accepted", "Đã sửa theo đề nghị"
    DECLINED = "declined", "Không sửa theo đề nghị"


class ConfirmationVerdict(Code):
    """What the officer who follows an agency says of a declared status."""

    CONFIRMED = "confirmed", "Xác nhận đúng như báo cáo"
    CORRECTED = "corrected", "Xác nhận khác với báo cáo"
    WITHDRAWN = "withdrawn", "Rút xác nhận"


class Basis(Code):
    """Whose word a figure rests on; every figure of statuses says which."""

    CONFIRMED = "confirmed", "theo số đã xác nhận"
    DECLARED = "declared", "theo báo cáo của cơ quan, đơn vị"


class DiscrepancyKind(Code):
    """Where a contradiction was found (phiếu đối chiếu)."""

    FORM = "form", "Trong một báo cáo"
    LAST_PERIOD = "last_period", "So với kỳ trước"
    LEADS = "leads", "Giữa các cơ quan chủ trì"
    REGISTERS = "registers", "Giữa các danh mục"
    PROSE = "prose", "Giữa lời văn và số liệu"


class DiscrepancyState(Code):
    OPEN = "open", "Chưa hỏi"
    ASKED = "asked", "Đã hỏi, chờ giải trình"
    EXPLAINED = "explained", "Đã giải trình"
    MENDED = "mended", "Đã sửa"
