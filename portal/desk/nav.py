"""The desk's own table of contents, in the order of a day."""

from typing import NamedTuple

from models.codes import DeskRole


class Entry(NamedTuple):
    """A line of the navigation; `path` is under /thu-ky."""

    title: str
    path: str
    role: DeskRole


NAV = (
    Entry("Việc của tôi", "", DeskRole.READER),
    Entry("Bảng theo dõi", "/bang", DeskRole.READER),
    Entry("Kỳ báo cáo", "/ky", DeskRole.READER),
    Entry("Gọi điện", "/goi-dien", DeskRole.READER),
    Entry("Xác nhận", "/xac-nhan", DeskRole.READER),
    Entry("Đối chiếu", "/doi-chieu", DeskRole.READER),
    Entry("Báo cáo", "/bao-cao", DeskRole.READER),
    Entry("Tệp chờ xem", "/tep-den", DeskRole.READER),
    Entry("Nhiệm vụ", "/nhiem-vu", DeskRole.READER),
    Entry("Danh bạ", "/danh-ba", DeskRole.READER),
    Entry("Trung ương", "/trung-uong", DeskRole.READER),
    Entry("Đường dẫn xem", "/lien-ket", DeskRole.LEADER),
    Entry("Nhật ký", "/nhat-ky", DeskRole.READER),
    Entry("Tài khoản", "/tai-khoan", DeskRole.LEADER),
)
