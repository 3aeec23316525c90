"""Which passwords and login names the desk takes, and how long it waits after wrong ones.

Length counts, not kinds of characters (NIST SP 800-63B, 5.1.1.2): long sentences are welcome.
"""

import re
from datetime import timedelta

SHORTEST = 12
LONGEST = 200
WRONG_AT_MOST = 5
"""Wrong passwords in a row until the account is locked."""
LOCKED_FOR = timedelta(minutes=15)
IDLE = timedelta(hours=2)
"""How long somebody may stay away before they must log in again."""
WHOLE = timedelta(hours=12)
"""How long a session lasts at the most: a working day."""

_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,58}[a-z0-9]", re.ASCII)
_COMMON = ("123456", "password", "matkhau", "qwerty", "dondoc", "abcdef")


def login_fault(login: str) -> str:
    """What is wrong with a login name, "" when nothing is."""
    if _LOGIN.fullmatch(login):
        return ""
    return (
        f"Tên đăng nhập {login!r} không dùng được: viết từ 3 đến 60 ký tự, chữ thường không dấu, chữ số, dấu chấm "
        "hoặc gạch nối, bắt đầu bằng chữ; ví dụ nguyen.van.a."
    )


def password_fault(password: str, login: str, name: str) -> str:
    """What is wrong with a new password, "" when nothing is."""
    if len(password) < SHORTEST:
        return f"Mật khẩu phải có ít nhất {SHORTEST} ký tự; một câu ngắn dễ nhớ là tốt nhất."
    if len(password) > LONGEST:
        return f"Mật khẩu dài quá {LONGEST} ký tự."
    plain = password.casefold()
    if login in plain or any(len(word) > 3 and word in plain for word in name.casefold().split()):
        return "Mật khẩu không được chứa tên đăng nhập hoặc họ tên."
    if len(set(plain)) < 5 or any(plain.startswith(word) and len(plain) < 20 for word in _COMMON):
        return "Mật khẩu này dễ đoán; hãy chọn mật khẩu khác."
    return ""
