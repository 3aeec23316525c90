"""The ways in, as people read them: the channel of an arrival -> its name."""

WAYS = {
    "thu-muc": "thư mục nhận báo cáo",
    "hop-thu": "hộp thư nhận báo cáo",
    "trang-web": "trang nộp báo cáo",
}
