"""The ways in, as people read them: the channel of an arrival -> its name."""

WAYS = {
    "thu-muc": "thư mục nhận báo cáo",
    "thu-ky": "thư ký ghi nhận",
    "hop-thu": "hộp thư nhận báo cáo",
    "trang-web": "trang nộp báo cáo",
}
