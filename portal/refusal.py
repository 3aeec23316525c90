"""What the page does not do, as an answer: a status and one sentence."""


class Refusal(Exception):
    """Ends the handling of a request with this answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


DEAD = "Đường dẫn này không có hiệu lực."
"""All that is said to whoever has no link that opens: wrong, revoked and expired ones look the same."""


class Dead(Refusal):
    def __init__(self) -> None:
        super().__init__(404, DEAD)


TOO_OFTEN = "Có quá nhiều lượt truy cập từ đường dẫn hoặc địa chỉ này. Đề nghị chờ một phút rồi thử lại."
TOO_SLOW = "Đường truyền quá chậm hoặc bị ngắt, chưa nhận được gì. Đề nghị thử lại."
ELSEWHERE = "Yêu cầu này không được gửi từ trang nộp báo cáo. Đề nghị mở lại đường dẫn trong thư và thử lại."
TOO_LARGE = (
    "Tệp lớn hơn mức 25 MB nên không nhận được. Biểu báo cáo thường chưa đến 1 MB: đề nghị bỏ ảnh, trang thừa "
    "trong tệp rồi nộp lại."
)
TOO_LONG = "Nội dung gửi lên quá dài nên không nhận được. Đề nghị rút gọn rồi gửi lại."
UNREADABLE = "Nội dung gửi lên bị đứt giữa chừng, chưa nhận được gì. Đề nghị thử lại."
