"""The acts of the audit trail, as a person reads them: code -> words. A test holds this to the code."""

ACTS = {
    # cycles
    "mo-ky": "Mở dự thảo kỳ báo cáo",
    "phat-hanh-ky": "Phát hành kỳ báo cáo",
    "dong-ky": "Đóng kỳ báo cáo",
    "lap-van-ban": "Lập văn bản",
    "gui-yeu-cau": "Gửi yêu cầu báo cáo",
    "them-co-quan": "Thêm cơ quan vào danh sách Kính gửi",
    "dinh-chinh-cong-van": "Đính chính số, ngày công văn",
    "ky-khan": "Đặt kỳ khẩn",
    "thoi-khan": "Thôi kỳ khẩn",
    "mo-lai-ky": "Mở lại kỳ báo cáo",
    # requests
    "gui-lai-yeu-cau": "Gửi lại yêu cầu báo cáo",
    "nhac-ngay": "Nhắc ngay",
    "gia-han": "Gia hạn",
    "khong-gia-han": "Không chấp thuận gia hạn",
    "thu-hoi-duong-dan": "Thu hồi đường dẫn",
    "ghi-bao-cao-ky": "Ghi báo cáo đã ký",
    "ghi-nhan-thay": "Ghi nhận thay báo cáo",
    "huy-ghi-nhan": "Hủy ghi nhận thay",
    "nhap-so-lieu-thay": "Nhập số liệu thay",
    "de-nghi-hoan-thien": "Đề nghị hoàn thiện, bổ sung",
    "rut-de-nghi-hoan-thien": "Rút đề nghị hoàn thiện",
    "khong-yeu-cau": "Không yêu cầu báo cáo kỳ này",
    "yeu-cau-tro-lai": "Yêu cầu báo cáo trở lại",
    "dat-lai-han": "Đặt lại hạn",
    # registers and directory
    "khong-dua-len-he-thong": "Đánh dấu không đưa lên hệ thống",
    "dua-len-he-thong": "Bỏ đánh dấu không đưa lên hệ thống",
    "doi-dau-moi-nhiem-vu": "Đổi cơ quan đầu mối của nhiệm vụ",
    "dieu-chinh-thoi-han": "Điều chỉnh thời hạn nhiệm vụ",
    "huy-dieu-chinh-thoi-han": "Hủy điều chỉnh thời hạn nhiệm vụ",
    "noi-nhiem-vu": "Nối nhiệm vụ trùng giữa hai danh mục",
    "bo-noi-nhiem-vu": "Bỏ nối nhiệm vụ",
    "chap-thuan-de-xuat": "Ghi nhận đề xuất được chấp thuận",
    "khong-chap-thuan-de-xuat": "Ghi nhận đề xuất không được chấp thuận",
    # statuses and who follows
    "xac-nhan-trang-thai": "Xác nhận trạng thái nhiệm vụ",
    "xac-nhan-khac-bao-cao": "Xác nhận trạng thái khác với báo cáo",
    "rut-xac-nhan": "Rút xác nhận trạng thái",
    "phan-cong-theo-doi": "Phân công theo dõi",
    "thoi-theo-doi": "Thôi phân công theo dõi",
    "nap-danh-ba": "Nạp danh bạ từ tệp của tỉnh",
    "nap-danh-ba-excel": "Nạp danh bạ từ Excel",
    "ngung-co-quan": "Ngừng dùng cơ quan trong danh bạ",
    "mo-dot-xac-nhan": "Mở đợt xác nhận đầu mối",
    "ket-thuc-dot-xac-nhan": "Kết thúc đợt xác nhận đầu mối",
    "nap-danh-muc": "Nạp danh mục nhiệm vụ",
    "nap-phu-luc": "Nạp biểu phụ lục",
    # phiếu đối chiếu and publication
    "hoi-doi-chieu": "Hỏi cơ quan về điểm chưa khớp",
    "giai-trinh-doi-chieu": "Ghi giải trình điểm chưa khớp",
    "danh-dau-da-sua": "Đánh dấu điểm chưa khớp đã sửa",
    "mo-lai-doi-chieu": "Mở lại điểm chưa khớp",
    "ghi-cong-bo": "Ghi công bố báo cáo",
    "dinh-chinh-cong-bo": "Đính chính công bố báo cáo",
    # mail and files
    "thu-bi-tra-lai": "Thư bị trả lại",
    "thu-den-duoc": "Thư đã đến được",
    "tep-qua-lon": "Tệp quá lớn",
    "xep-tep": "Xếp tệp chờ xem xét",
    "bo-qua-tep": "Không tính tệp là báo cáo",
    "xem-lai-tep": "Đưa tệp trở lại chờ xem xét",
    # machine room
    "bao-su-co": "Báo sự cố của luồng việc",
    # board and central systems
    "cap-duong-dan-xem": "Cấp đường dẫn xem bảng theo dõi",
    "thu-hoi-duong-dan-xem": "Thu hồi đường dẫn xem bảng theo dõi",
    "nhap-trung-uong": "Nhập biểu của hệ thống Trung ương",
    "ghi-ma-trung-uong": "Ghi mã nhiệm vụ trên hệ thống Trung ương",
    "bo-ma-trung-uong": "Bỏ mã nhiệm vụ trên hệ thống Trung ương",
    # accounts
    "them-tai-khoan": "Thêm tài khoản",
    "sua-tai-khoan": "Sửa tài khoản",
    "khoa-tai-khoan": "Khóa tài khoản",
    "mo-tai-khoan": "Mở tài khoản",
    "tam-khoa-tai-khoan": "Tạm khóa vì sai mật khẩu",
    "cap-lai-mat-khau": "Cấp lại mật khẩu",
    "doi-mat-khau": "Đổi mật khẩu",
    "dang-nhap": "Đăng nhập",
    "dang-xuat": "Đăng xuất",
}


def act_label(code: str) -> str:
    """The act in words; the code itself where an older program wrote one that is no longer known."""
    return ACTS.get(code, code)
