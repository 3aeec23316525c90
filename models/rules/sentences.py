"""The committee's own sentences, written from numbers; a sentence that does not add up cannot be written.

The wording is that of the 2025 report's "Thống kê nhiệm vụ được giao". In prose a count below ten carries a
leading zero and none is "không có"; tables and percentages never do either (they use Ratio.text and numbers).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from models.codes import AssignmentClass, DeadlineKind
from models.rules.completion import UNDATED, CycleRates, IndicatorCounts, SumError, Tally
from models.rules.numbers import write_number
from models.rules.registers.classes import DONE
from models.time import vn_date

TASKS = "nhiệm vụ"
DATED = frozenset(DeadlineKind) - UNDATED
OFFICES = "cơ quan, đơn vị"

# What the register's sentence says, in its order: classes, kinds of deadline, words after the count.
_SAID: tuple[tuple[frozenset[AssignmentClass], frozenset[DeadlineKind], str], ...] = (
    (frozenset({AssignmentClass.DONE_ON_TIME}), frozenset(DeadlineKind), "đã hoàn thành đúng hạn"),
    (frozenset({AssignmentClass.DONE_LATE}), frozenset(DeadlineKind), "hoàn thành quá hạn"),
    (frozenset({AssignmentClass.IN_PROGRESS}), DATED, "đang thực hiện trong hạn"),
    (frozenset({AssignmentClass.IN_PROGRESS}), UNDATED, "đang thực hiện, chưa xác định thời hạn"),
    (frozenset({AssignmentClass.RECURRING_ON}), frozenset(DeadlineKind), "thường xuyên bảo đảm tiến độ"),
    (
        frozenset({AssignmentClass.RECURRING_OFF}),
        frozenset(DeadlineKind),
        "thường xuyên chưa bảo đảm tiến độ",
    ),
    (frozenset({AssignmentClass.NOT_STARTED}), DATED, "chưa triển khai, chưa đến hạn"),
    (frozenset({AssignmentClass.NOT_STARTED}), UNDATED, "chưa triển khai, chưa xác định thời hạn"),
    (frozenset({AssignmentClass.BEHIND}), frozenset(DeadlineKind), "chậm, quá hạn"),
    (
        frozenset({AssignmentClass.PROPOSED_OUT}),
        frozenset(DeadlineKind),
        "tỉnh đề xuất không thực hiện hoặc phối hợp với bộ, ngành",
    ),
    (frozenset({AssignmentClass.NO_REPORT}), frozenset(DeadlineKind), "chưa có báo cáo"),
)


@dataclass(frozen=True)
class Part:
    """One part of a total: "02 | nhiệm vụ đang thực hiện có thời hạn đến ngày 30/6/2026"."""

    count: int
    words: str

    @property
    def text(self) -> str:
        return f"{prose(self.count)} {self.words}"


def prose(count: int) -> str:
    """A count in a sentence: "không có", "08", "93", "1.294"."""
    if count < 0:
        raise SumError(f"số đếm không thể âm: {count}")
    return "không có" if count == 0 else _digits(count)


def prose_ratio(done: int, total: int) -> str:
    """Two counts of a sentence: "09/09", "23/23", "0/45". More done than there are cannot be written."""
    if not 0 <= done <= total:
        raise SumError(f"không thể viết {done}/{total}: phần lớn hơn tổng số")
    return f"{_digits(done)}/{_digits(total)}"


def total_sentence(subject: str, total: int, parts: Sequence[Part], noun: str = TASKS) -> str:
    """ "<Tổng số ...> là 20 nhiệm vụ, trong đó: 14 ..., 02 ..., 04 ....": parts must make the total."""
    _must_add_up(total, parts)
    if not parts:
        return f"{subject}: {prose(total)} {noun}."
    return f"{subject} là {prose(total)} {noun}, trong đó: {_listed(parts)}."


def all_done_sentence(subject: str, done: int, total: int, noun: str = TASKS) -> str:
    """ "<Tổng số nhiệm vụ ...> là 23/23 nhiệm vụ đã hoàn thành.": only when all of them are."""
    if done != total or not total:
        raise SumError(f"chưa hoàn thành hết: {done}/{total} {noun}")
    return f"{subject} là {prose_ratio(done, total)} {noun} đã hoàn thành."


def given_sentence(given: int, done: int, others: Sequence[Part] = (), noun: str = TASKS) -> str:
    """ "Đã giao 12 nhiệm vụ, đến nay đã hoàn thành 09 nhiệm vụ, 03 nhiệm vụ ....".

    All done: "Đã giao 09 nhóm nhiệm vụ, đến nay đã hoàn thành 09/09 nhóm nhiệm vụ theo tiến độ được giao."
    """
    _must_add_up(given, (Part(done, noun), *others))
    if given and done == given:
        return (
            f"Đã giao {prose(given)} {noun}, đến nay đã hoàn thành {prose_ratio(done, given)} {noun} "
            "theo tiến độ được giao."
        )
    done_text = f"đã hoàn thành {prose(done)} {noun}" if done else f"chưa có {noun} nào hoàn thành"
    return (
        f"Đã giao {prose(given)} {noun}, đến nay {', '.join((done_text, *(part.text for part in others)))}."
    )


def members_sentence(done: int, members: int, noun: str, what: str) -> str:
    """ "Đến nay đã có 45/45 xã, phường <cơ bản hoàn thành ...>."; none: "Đến nay chưa có xã, phường ..."."""
    if done == 0 and members > 0:
        return f"Đến nay chưa có {noun} nào {what}."
    return f"Đến nay đã có {prose_ratio(done, members)} {noun} {what}."


def register_sentence(name: str, tally: Tally, day: date) -> str:
    """The sentence of one register on a day, every class that occurs and always the late ones.

    `name` is the register's name as a sentence calls it ("Kế hoạch số 12-KH/BCĐ ...").
    """
    return tally_sentence(f"tổng số nhiệm vụ thực hiện {name}", tally, day)


def tally_sentence(subject: str, tally: Tally, day: date) -> str:
    """The same of any assignments; `subject` is what they are called, "tổng số nhiệm vụ ..."."""
    subject = f"Tính đến ngày {vn_date(day)}, {subject}"
    if tally.total and tally.count(DONE) == tally.total and not tally.count({AssignmentClass.DONE_LATE}):
        return all_done_sentence(subject, tally.total, tally.total)
    parts = [
        Part(tally.count(classes, kinds), f"{TASKS} {words}")
        for classes, kinds, words in _SAID
        if tally.count(classes, kinds) or AssignmentClass.BEHIND in classes
    ]
    return total_sentence(subject, tally.total, parts if tally.total else ())


def ratios_sentence(tally: Tally) -> str:
    """Both ratios, each by its name."""
    undated = (
        f" ({prose(tally.undated)} {TASKS} chưa xác định thời hạn được thống kê riêng)"
        if tally.undated
        else ""
    )
    return (
        f"Tỷ lệ nhiệm vụ đã hoàn thành trên tổng số nhiệm vụ có thời hạn là {tally.completed.text}{undated}; "
        f"tỷ lệ nhiệm vụ bảo đảm tiến độ trên tổng số nhiệm vụ là {tally.on_schedule.text}."
    )


def submissions_sentence(rates: CycleRates) -> str:
    """ "Đã nhận 56/60 báo cáo; còn 04 cơ quan, đơn vị chưa gửi"."""
    if rates.expected == 0:
        return f"Không có {OFFICES} nào phải gửi báo cáo trong kỳ"
    if rates.received == 0:
        return f"Chưa nhận được báo cáo nào trong tổng số {prose(rates.expected)} báo cáo phải gửi"
    received = f"Đã nhận {prose_ratio(rates.received, rates.expected)} báo cáo"
    if rates.missing == 0:
        return f"{received}; không có {OFFICES} nào chưa gửi"
    return f"{received}; còn {prose(rates.missing)} {OFFICES} chưa gửi"


def quality_sentence(rates: CycleRates) -> str:
    """What became of the received reports: on time, late, to be mended; "" while there is none."""
    if rates.received == 0:
        return ""
    parts = [
        Part(rates.on_time, "báo cáo đạt yêu cầu đúng hạn"),
        Part(rates.late, "báo cáo đạt yêu cầu sau hạn"),
        Part(rates.recorded, "báo cáo nhận bằng đường khác, chờ số liệu"),
        Part(rates.incomplete, "báo cáo chờ hoàn thiện"),
    ]
    _must_add_up(rates.received, parts)
    return f"Trong {prose(rates.received)} báo cáo đã nhận có {_listed(p for p in parts if p.count)}."


def signed_sentence(rates: CycleRates) -> str:
    """Whose figures rest on a signed report, and whose are preliminary; "" while nothing is accepted."""
    if rates.complete == 0:
        return ""
    if rates.preliminary == 0:
        return "Toàn bộ báo cáo đạt yêu cầu đã có bản ký."
    if rates.signed == 0:
        return f"Số liệu là sơ bộ: chưa {OFFICES} nào gửi báo cáo đã ký."
    return (
        f"Số liệu của {prose(rates.preliminary)} {OFFICES} là sơ bộ (chưa có báo cáo đã ký); "
        f"{prose(rates.signed)} {OFFICES} đã có báo cáo ký."
    )


def indicators_sentence(counts: IndicatorCounts) -> str:
    """How many indicators have a figure, and how those with a target to compare with stand."""
    reported = Part(counts.reported, "chỉ tiêu đã có số liệu")
    silent = Part(counts.total - counts.reported, "chỉ tiêu chưa có số liệu")
    text = total_sentence("Tổng số chỉ tiêu theo dõi", counts.total, [reported, silent], "chỉ tiêu")
    open_ones = counts.reported - counts.met - counts.not_met
    if not counts.reported:
        return text
    parts = [
        Part(counts.met, "chỉ tiêu đạt mức đề ra"),
        Part(counts.not_met, "chỉ tiêu chưa đạt mức đề ra"),
        Part(open_ones, "chỉ tiêu chưa đủ căn cứ so sánh"),
    ]
    _must_add_up(counts.reported, parts)
    compared = _listed(part for part in parts if part.count)
    return f"{text} Trong {prose(counts.reported)} chỉ tiêu đã có số liệu có {compared}."


def _digits(count: int) -> str:
    """A count of prose in digits: 01-09 with a leading zero, thousands with a dot."""
    return f"{count:02d}" if 0 < count < 10 else write_number(Decimal(count))


def _listed(parts: Iterable[Part]) -> str:
    return ", ".join(part.text for part in parts)


def _must_add_up(total: int, parts: Sequence[Part]) -> None:
    """Raise unless the parts make the total, saying which numbers do not."""
    if any(part.count < 0 for part in parts) or total < 0:
        raise SumError("số đếm không thể âm")
    made = sum(part.count for part in parts)
    if parts and made != total:
        sums = " + ".join(str(part.count) for part in parts)
        raise SumError(f"tổng số là {total} nhưng các phần cộng lại là {made} ({sums})")
