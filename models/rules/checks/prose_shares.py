"""A share and its percentage in one sentence of prose: "18.672/28.005 hồ sơ ... đạt khoảng 70%".

Only where the two belong together beyond reasonable doubt: no other share or percentage between them, no date, no
number of a document, and no ratio of something else ("tỷ lệ hồ sơ trực tuyến đạt 98%").
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from models.rules.checks.shares import share_holds, write_share
from models.rules.numbers import read_number

_NUMBER = r"\d{1,12}(?:[.,]\d{1,9}){0,4}"
_SHARE = re.compile(rf"(?<![\w/.,-])({_NUMBER})\s?/\s?({_NUMBER})(?![\w/-]|[.,]\d)")
_PERCENT = re.compile(rf"(?<![\w/.,-])({_NUMBER})\s?%")
_LED_BY = re.compile(
    r"(?:đạt|chiếm|bằng|tương ứng|tương đương|tỷ lệ|tỉ lệ|\(|=)(?: (?:với|là|tỷ lệ|tỉ lệ|trên|hơn))*(?: ?[:=])?\s*"
    r"(?P<about>khoảng|gần|xấp xỉ|ước|hơn|trên|~)?(?: đạt)?\s*$",
    re.IGNORECASE,
)
_OTHER_RATIO = re.compile(r"t[ỷỉ] lệ\s+(?!là\b|đạt\b|khoảng\b)[^\W\d_]", re.IGNORECASE)
_OF_A_DATE = re.compile(r"(?:ngày|tháng|quý|năm|kỳ|số|điều|khoản|hết|đến|từ|trước|sau)\s*$", re.IGNORECASE)
_OF_A_DOCUMENT = re.compile(r"(?<!tổng )\bsố\s*:?\s*$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FURTHEST = 120
_POINT = Decimal(1)


def share_findings(sentence: str) -> Iterator[str]:
    """What to say of each share of the sentence with another percentage than it makes."""
    for share in _SHARE.finditer(sentence):
        percent = _PERCENT.search(sentence, share.end())
        if percent is None or _is_no_share(sentence, share):
            continue
        between = sentence[share.end() : percent.start()]
        lead = _LED_BY.search(between)
        if len(between) > _FURTHEST or not lead or _SHARE.search(between) or _OTHER_RATIO.search(between):
            continue
        part, whole, stated = (read_number(raw).value for raw in (share[1], share[2], percent[1]))
        if part is None or not whole or stated is None:
            continue  # a dot that can be read two ways is told by itself
        about = "khoảng " if lead["about"] else ""
        if not share_holds(part, whole, stated, beyond=_POINT if about else Decimal()):
            yield (
                f"ghi {share[1]}/{share[2]} đạt {about}{percent[1]}%, nhưng {share[1]}/{share[2]} là "
                f"{write_share(part, whole, stated)}%. Đề nghị xem lại."
            )


def _is_no_share(sentence: str, share: re.Match[str]) -> bool:
    """31/12, 12/2025, Công văn số 3521/2025."""
    before = sentence[max(0, share.start() - 20) : share.start()]
    if _OF_A_DOCUMENT.search(before) or (_YEAR.fullmatch(share[2]) and len(share[1]) <= 2):
        return True
    return len(share[1]) <= 2 and len(share[2]) <= 2 and bool(_OF_A_DATE.search(before))
