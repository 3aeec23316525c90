"""Phone numbers as officials write them, and as Zalo takes them."""

import re

MOBILE = re.compile(r"84[35789]\d{8}")


def mobile_number(written: str) -> str:
    """0912.345.678, +84 912 345 678 -> 84912345678; "" for what is no Vietnamese mobile number (a landline has none
    of what is sent to mobiles)."""
    digits = re.sub(r"\D", "", written)
    if digits.startswith("0084"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = f"84{digits[1:]}"
    return digits if MOBILE.fullmatch(digits) else ""


_NUMBER = re.compile(r"\+?\(?\d[\d .)-]*\d")


def dialled(written: str) -> str:
    """The first number of what is written, as a telephone dials it: 0215.3825.001 (máy lẻ 12) -> 02153825001."""
    found = _NUMBER.search(written)
    return re.sub(r"[^\d+]", "", found.group()) if found else ""
