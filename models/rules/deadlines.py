"""The deadline of an assignment, from a register's words; and a day, from the shapes people type it in.

A period means its last day, a range the last day of its later end. What is unclear is left to a person.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from models.codes import DeadlineKind
from models.rules.text import clean, fold

# All patterns read folded text: one case, tone marks in one place, no spaces around a dash.
_YEAR = r"(?:19|20)\d\d"
_SHORT_YEAR = r"(?:19|20)?\d\d"
_DAY = re.compile(
    rf"(?:ngày )?(?P<day>\d\d?) ?(?:[/.-]|tháng) ?(?P<month>\d\d?)"
    rf"(?:(?: ?[/.-] ?|,? ?năm )(?P<year>{_SHORT_YEAR}))?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>{_YEAR})[/.-](?P<month>\d\d?)[/.-](?P<day>\d\d?)(?:[ t]00?:00(?::00(?:\.0+)?)?)?"
)
_QUARTER = re.compile(rf"(?:qu[yýií] ?|q)(?P<number>iv|i{{1,3}}|[1-4])(?:/(?P<year>{_SHORT_YEAR}))?")
_MONTH = re.compile(rf"(?:tháng ?|t)(?P<number>\d\d?)(?:/(?P<year>{_SHORT_YEAR}))?")
_BARE_MONTH = re.compile(rf"(?P<number>\d\d?)/(?P<year>{_YEAR})")
_SOME_MONTHS = re.compile(rf"0?(?P<number>[369]) tháng (?P<end>đầu|cuối)(?: năm)?(?:/(?P<year>{_YEAR}))?")
_WHOLE_YEAR = re.compile(rf"năm|/?(?P<year>{_YEAR})")
_NUMERALS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_LEAD_IN = re.compile(
    r"(?:(?:hoàn thành|xong|chậm nhất|muộn nhất|giai đoạn|trước|trong|cả|đến|hết|cuối|vào|từ|là) )*"
)
_YEAR_IN_WORDS = re.compile(rf",? ?(?:trong )?(?:năm|/) ?({_YEAR})\b")
_YEAR_AFTER_DASH = re.compile(rf"(?<!\d)(iv|i{{1,3}}|\d\d?)-({_YEAR})\b")
_BETWEEN_ENDS = re.compile(r"-|, | và | đến ")
_NAME_OF_PERIOD = re.compile(r"qu[yýií] ?|q|tháng ?|t")

_RECURRING = re.compile(
    r"(?:thực hiện )?(?:thường xuyên|liên tục|định kỳ|h[àằ]ng (?:ngày|tuần|tháng|quý|năm))\b"
)
_GUIDED = re.compile(
    r"(?:thực hiện )?"
    r"(?:theo (?:hướng dẫn|chỉ đạo|kế hoạch|yêu cầu|lộ trình|tiến độ|văn bản)|(?:sau )?khi có)\b"
)
_NAMES_A_DATE = re.compile(r"\d[/.-]\d|tháng \d|quý [\div]")


@dataclass(frozen=True)
class Deadline:
    """When an assignment is due (a local day, inclusive); `doubt` is a sentence for a person, or empty."""

    kind: DeadlineKind
    due: date | None
    doubt: str


def read_day(raw: str) -> date | None:
    """A day however typed: 31/3/2026, 31-03-26, 31.3.2026, 2026-03-31, "ngày 31 tháng 3 năm 2026"; else None.

    The day always comes before the month; a year of two digits is of this century; without a year it is none.
    """
    return _day(fold(raw), None)


def read_deadline(raw: str, year: int) -> Deadline:
    """What a register's "Thời gian hoàn thành" means; `year` is the register's, for deadlines that name none.

    "Trước 30/6/2026" is due on the day it names. "Thường xuyên" is never due; "Theo hướng dẫn của ..." has no
    date until a person sets one. A date before the register's year is kept, with a doubt.
    """
    text = clean(raw)
    if not text:
        return _unclear("Chưa ghi thời hạn hoàn thành.")
    folded = fold(unicodedata.normalize("NFKC", text))
    for phrase, kind in ((_RECURRING, DeadlineKind.RECURRING), (_GUIDED, DeadlineKind.GUIDED)):
        if phrase.match(folded) and _NAMES_A_DATE.search(folded):
            return _unclear(f"Thời hạn “{text}” vừa để mở vừa nêu mốc thời gian; đề nghị xác định một ngày.")
        if phrase.match(folded):
            return Deadline(kind, None, "")
    body = _LEAD_IN.sub("", folded, count=1)
    due = _last_day(body, year)
    if due is None:
        return _unclear(f"Thời hạn “{text}” chưa rõ; đề nghị xác định một ngày.")
    if folded.removesuffix(body).endswith("trước ") and _day(body, year) is None:
        return _unclear(f"Thời hạn “{text}” chưa rõ là trước khi kỳ đó bắt đầu hay kết thúc.")
    if due.year < year:
        return Deadline(DeadlineKind.DATE, due, f"Thời hạn “{text}” ở trước năm {year} của danh mục.")
    return Deadline(DeadlineKind.DATE, due, "")


def _unclear(why: str) -> Deadline:
    return Deadline(DeadlineKind.UNCLEAR, None, why)


def _last_day(folded: str, year: int) -> date | None:
    """The last day of a period, or of a range of periods ("quý i-ii/2026"); None when it is neither."""
    day = _day(folded, year)
    if day is not None:
        return day
    slashed = _YEAR_AFTER_DASH.sub(r"\1/\2", _YEAR_IN_WORDS.sub(r"/\1", folded))
    parts = _BETWEEN_ENDS.split(slashed)
    spoken = _NAME_OF_PERIOD.match(parts[0])
    ends: list[date] = []
    for part in reversed(parts):  # a year said at the end holds for what comes before it
        named = part if spoken is None or _NAME_OF_PERIOD.match(part) else spoken.group() + part
        end = _end_of_period(named, ends[-1].year if ends else year)
        if end is None or (ends and end > ends[-1]):
            return None
        ends.append(end)
    return ends[0]


def _end_of_period(folded: str, year: int) -> date | None:
    if found := _QUARTER.fullmatch(folded):
        number = found["number"]
        month = 3 * (_NUMERALS.get(number) or int(number))
    elif found := _MONTH.fullmatch(folded) or _BARE_MONTH.fullmatch(folded):
        month = int(found["number"])
    elif found := _SOME_MONTHS.fullmatch(folded):
        month = int(found["number"]) if found["end"] == "đầu" else 12
    elif found := _WHOLE_YEAR.fullmatch(folded):
        month = 12
    else:
        return _day(folded, year)
    if found["year"] is not None:
        year = _full_year(found["year"])
    return date(year, month, monthrange(year, month)[1]) if 1 <= month <= 12 else None


def _day(folded: str, year: int | None) -> date | None:
    """The day that folded text names, of `year` when it says none; None when there is no such day."""
    found = _YEAR_FIRST.fullmatch(folded) or _DAY.fullmatch(folded)
    if found is None:
        return None
    if found["year"] is not None:
        year = _full_year(found["year"])
    if year is None:
        return None
    try:
        return date(year, int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
