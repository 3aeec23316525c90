"""One assignment of a filled form: its status, and what the status needs beside it.

A sentence never repeats what was written as reason, product or proposal.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import partial

from models.codes import Comparator, DeadlineKind, ReportStatus
from models.rules.checks.carried import Carried
from models.rules.checks.check_issues import Issues
from models.rules.checks.check_words import means_something, name_of, quote
from models.rules.checks.declared import DeclaredAssignment
from models.rules.deadlines import read_day
from models.rules.form import AssignmentLine, FilledAssignment, Form
from models.rules.form_columns import ASSIGNMENT_ASKED, statuses_for
from models.rules.numbers import read_number, write_number
from models.rules.text import fold
from models.time import vn_date

_LONGEST_RAW = 200
_LONGEST_PERCENT = 60
_YEARS_BACK = 2  # a completion before that is rather a slip of the finger

_STATUS = ASSIGNMENT_ASKED["status"]
_PERCENT = ASSIGNMENT_ASKED["percent"]
_COMPLETED_ON = ASSIGNMENT_ASKED["completed_on"]
_PRODUCT = ASSIGNMENT_ASKED["product"]
_REASON = ASSIGNMENT_ASKED["reason"]
_PROPOSAL = ASSIGNMENT_ASKED["proposal"]

_BY_LABEL = {fold(status.label): status for status in ReportStatus}


def check_assignment(
    form: Form, issues: Issues, carried: Carried, line: AssignmentLine, row: FilledAssignment
) -> DeclaredAssignment:
    """One assignment as its row declares it; what is wrong with it goes to the issues."""
    status = _status(issues, line, row)
    percent = _percent(issues, line, row, status)
    completed_on = _completion(form, issues, line, row, status)
    if status is ReportStatus.COMPLETE and not means_something(row.product.text):
        issues.block(
            "hoan-thanh-thieu-san-pham",
            f"{name_of(line)}: đã hoàn thành thì phải ghi {_PRODUCT} (số, ngày văn bản hoặc sản phẩm cụ thể).",
            row.product,
            line.row_key,
        )
    if status is ReportStatus.PROPOSED_OUT and not means_something(row.proposal.text):
        issues.block(
            "de-xuat-thieu-noi-dung",
            f"{name_of(line)}: chọn “{status.label}” thì phải ghi nội dung và căn cứ ở cột {_PROPOSAL}.",
            row.proposal,
            line.row_key,
        )
    _reason(form, issues, line, row, status)
    return DeclaredAssignment(
        row_key=line.row_key,
        status=status,
        percent_raw=row.percent.text[:_LONGEST_PERCENT],
        percent=percent,
        completed_on=completed_on,
        product=row.product.text,
        reason=row.reason.text,
        proposal=row.proposal.text,
        as_last=carried.as_last(line.row_key),
    )


def _status(issues: Issues, line: AssignmentLine, row: FilledAssignment) -> ReportStatus | None:
    """The status chosen; None when it is none of those offered, and then nothing else is asked of it."""
    offered = statuses_for(line.kind)
    if not row.status.text:
        issues.block(
            "trang-thai-thieu",
            f"{name_of(line)}: chưa ghi {_STATUS}. Chọn trong danh sách của ô.",
            row.status,
            line.row_key,
        )
        return None
    status = _BY_LABEL.get(fold(row.status.text))
    choices = "; ".join(f"“{choice.label}”" for choice in offered)
    if status is None:
        nearest = _nearest_status(row.status.text, offered)
        question = (
            f"Có phải “{nearest.label}”? Chọn lại trong danh sách của ô." if nearest else f"Chọn: {choices}."
        )
        issues.block(
            "trang-thai-khong-ro",
            f"{name_of(line)}: {_STATUS} {quote(row.status.text)} không có trong danh sách. {question}",
            row.status,
            line.row_key,
        )
    elif status not in offered:
        recurring = line.kind is DeadlineKind.RECURRING
        kind = "là nhiệm vụ thường xuyên" if recurring else "không phải nhiệm vụ thường xuyên"
        issues.block(
            "trang-thai-sai-loai",
            f"{name_of(line)} {kind}, không dùng {_STATUS} “{status.label}”. Chọn: {choices}.",
            row.status,
            line.row_key,
        )
    return status if status in offered else None


def _nearest_status(text: str, offered: Iterable[ReportStatus]) -> ReportStatus | None:
    """A suggestion, never an answer. A "chưa" or "không" is never suggested away, nor one put in."""
    folded = fold(text)
    labels = {fold(s.label): s for s in offered if _negative(fold(s.label)) == _negative(folded)}
    near = get_close_matches(folded, labels, n=1, cutoff=0.7)
    return labels[near[0]] if near else None


def _negative(folded: str) -> bool:
    return not {"chưa", "không"}.isdisjoint(folded.split())


def _percent(
    issues: Issues, line: AssignmentLine, row: FilledAssignment, status: ReportStatus | None
) -> Decimal | None:
    if not row.percent.text:
        return None
    written = read_number(row.percent.text[:_LONGEST_RAW])
    tell = partial(issues.block, cell=row.percent, row_key=line.row_key)
    if written.value is None or written.comparator not in (None, Comparator.EQ):
        tell(
            "ty-le-khong-doc-duoc",
            f"{name_of(line)}: {_PERCENT} ghi {quote(row.percent.text)}. Ghi một số từ 0 đến 100, ví dụ 75 "
            "hoặc 66,67.",
        )
        return None
    percent = written.value
    if not 0 <= percent <= 100:
        tell(
            "ty-le-ngoai-khoang",
            f"{name_of(line)}: {_PERCENT} là {write_number(percent)}, ngoài khoảng từ 0 đến 100. Ghi lại tỷ "
            "lệ.",
        )
        return percent
    warn = partial(issues.warn, cell=row.percent, row_key=line.row_key)
    if 0 < percent < 1:
        warn(
            "ty-le-qua-nho",
            f"{name_of(line)}: {_PERCENT} là {write_number(percent)}. Nếu là {write_number(percent * 100)} "
            f"%, ghi {write_number(percent * 100)}.",
        )
    elif status is ReportStatus.COMPLETE and percent != 100:
        warn(
            "ty-le-khac-trang-thai",
            f"{name_of(line)}: {_STATUS} “{status.label}” nhưng {_PERCENT} là {write_number(percent)}. Xem "
            "lại hai ô này.",
        )
    elif (status in (ReportStatus.IN_PROGRESS, ReportStatus.BEHIND) and percent == 100) or (
        status is ReportStatus.NOT_STARTED and percent > 0
    ):
        warn(
            "ty-le-khac-trang-thai",
            f"{name_of(line)}: {_PERCENT} là {write_number(percent)} nhưng {_STATUS} là “{status.label}”. "
            "Xem lại hai ô này.",
        )
    return percent


def _completion(
    form: Form, issues: Issues, line: AssignmentLine, row: FilledAssignment, status: ReportStatus | None
) -> date | None:
    """The day of completion: required of what is complete, odd beside anything else."""
    complete = status is ReportStatus.COMPLETE
    day = read_day(row.completed_on.text)
    block = partial(issues.block, cell=row.completed_on, row_key=line.row_key)
    warn = partial(issues.warn, cell=row.completed_on, row_key=line.row_key)
    if not row.completed_on.text:
        if complete:
            block(
                "hoan-thanh-thieu-ngay",
                f"{name_of(line)}: đã hoàn thành thì phải ghi {_COMPLETED_ON} (ngày/tháng/năm, ví dụ "
                "31/03/2026).",
            )
    elif day is None:
        tell = block if complete else warn
        tell(
            "ngay-hoan-thanh-khong-doc-duoc",
            f"{name_of(line)}: {_COMPLETED_ON} ghi {quote(row.completed_on.text)}, không rõ là ngày nào. "
            "Ghi ngày/tháng/năm, ví dụ 31/03/2026.",
        )
    elif not complete:
        if status is not None:
            warn(
                "ngay-hoan-thanh-thua",
                f"{name_of(line)}: có {_COMPLETED_ON} nhưng {_STATUS} là “{status.label}”. Xem lại hai ô này.",
            )
    elif day > form.as_of:
        warn(
            "ngay-hoan-thanh-sau-ky",
            f"{name_of(line)}: {_COMPLETED_ON} {vn_date(day)} sau ngày chốt số liệu {vn_date(form.as_of)}. Xem lại "
            "ngày này.",
        )
    elif day.year < form.data_from.year - _YEARS_BACK:
        warn(
            "ngay-hoan-thanh-qua-xa",
            f"{name_of(line)}: {_COMPLETED_ON} {vn_date(day)} đã cách đây nhiều năm. Xem lại năm.",
        )
    elif line.due and day > line.due and not means_something(row.reason.text):
        issues.warn(
            "hoan-thanh-muon-thieu-ly-do",
            f"{name_of(line)}: hoàn thành ngày {vn_date(day)}, sau thời hạn {vn_date(line.due)}. Ghi {_REASON}.",
            row.reason,
            line.row_key,
        )
    return day


def _reason(
    form: Form, issues: Issues, line: AssignmentLine, row: FilledAssignment, status: ReportStatus | None
) -> None:
    """What is late, or says that it is, says why."""
    if means_something(row.reason.text) or status in (
        None,
        ReportStatus.COMPLETE,
        ReportStatus.PROPOSED_OUT,
    ):
        return
    if line.due and is_overdue(line, form.as_of):
        issues.block(
            "qua-han-thieu-ly-do",
            f"{name_of(line)}: đã quá thời hạn {vn_date(line.due)} mà chưa hoàn thành. Ghi {_REASON}.",
            row.reason,
            line.row_key,
        )
    elif status in (ReportStatus.BEHIND, ReportStatus.OFF_SCHEDULE):
        issues.block(
            "cham-thieu-ly-do",
            f"{name_of(line)}: {_STATUS} “{status.label}” thì phải ghi {_REASON}.",
            row.reason,
            line.row_key,
        )


def is_overdue(line: AssignmentLine, as_of: date) -> bool:
    """A deadline ends with its day: on that day nothing is late yet."""
    return line.kind is not DeadlineKind.RECURRING and line.due is not None and line.due < as_of
