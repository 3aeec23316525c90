"""A filled form against the form that was sent: what is declared, what must be mended, what to look at again.

What blocks is what the report cannot be counted with: a row without a status, a completion without its day
or its product, a number that can be read two ways. Whatever needs judgement warns. Each issue has its cell
and says what to do; it never repeats what was written as reason, product or proposal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import partial
from typing import TypeVar

from models.codes import Comparator, DeadlineKind, ReportStatus, Severity
from models.rules.deadlines import read_day
from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_INDICATORS,
    AssignmentLine,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
    Form,
    IndicatorLine,
    Issue,
)
from models.rules.form_columns import ASSIGNMENT_ASKED, INDICATOR_ASKED, NO_FIGURE, statuses_for
from models.rules.numbers import magnitude_doubt, read_number, write_number
from models.rules.text import clean, fold
from models.time import vn_date

_ONE_BY_ONE = 5  # more omissions of one kind than this are told in one sentence
_LONGEST_QUOTE = 40
_LONGEST_RAW = 200
_LONGEST_PERCENT = 60
_YEARS_BACK = 2  # a completion before that is rather a slip of the finger

_MARKED = {"x", "✓", "✔", "☑", "v", "true", "1", "có"}
_UNMARKED = {"", "-", "☐", "false", "0"}

_STATUS = ASSIGNMENT_ASKED["status"]
_PERCENT = ASSIGNMENT_ASKED["percent"]
_COMPLETED_ON = ASSIGNMENT_ASKED["completed_on"]
_PRODUCT = ASSIGNMENT_ASKED["product"]
_REASON = ASSIGNMENT_ASKED["reason"]
_PROPOSAL = ASSIGNMENT_ASKED["proposal"]
_VALUE = INDICATOR_ASKED["value"]
_AS_OF = INDICATOR_ASKED["as_of"]
_SOURCE = INDICATOR_ASKED["source"]

_BY_LABEL = {fold(status.label): status for status in ReportStatus}


@dataclass(frozen=True)
class DeclaredAssignment:
    """What the agency declares of one assignment, as far as it could be read."""

    row_key: str
    status: ReportStatus | None
    percent_raw: str
    percent: Decimal | None
    completed_on: date | None
    product: str
    reason: str
    proposal: str


@dataclass(frozen=True)
class DeclaredIndicator:
    """What the agency declares of one indicator.

    `value` is None for "chưa có số liệu" and for what is doubtful. `as_of` is the cycle's day where the
    agency wrote none: the form says that an empty cell means that day.
    """

    row_key: str
    raw: str
    comparator: Comparator | None
    value: Decimal | None
    as_of: date | None
    source: str


@dataclass(frozen=True)
class Judgement:
    """What a filled form declares, and every issue with it.

    `nothing` is a valid "không phát sinh": marked, with its reason. Rows that were filled in all the same are
    declared beside it.
    """

    issues: tuple[Issue, ...]
    assignments: tuple[DeclaredAssignment, ...]
    indicators: tuple[DeclaredIndicator, ...]
    nothing: bool
    nothing_reason: str

    @property
    def blocking(self) -> bool:
        """Whether something must be mended before the report counts as complete."""
        return any(issue.severity is Severity.BLOCK for issue in self.issues)


@dataclass
class _Issues:
    """The issues of one form, in the order a person goes through it."""

    found: list[Issue] = field(default_factory=list)

    def block(self, rule: str, sentence: str, cell: Cell, row_key: str = "") -> None:
        self._add(Severity.BLOCK, rule, sentence, cell, row_key)

    def warn(self, rule: str, sentence: str, cell: Cell, row_key: str = "") -> None:
        self._add(Severity.WARN, rule, sentence, cell, row_key)

    def _add(self, severity: Severity, rule: str, sentence: str, cell: Cell, row_key: str) -> None:
        # What could not even be read in a cell has been told: to call it empty would be a second answer.
        if cell.ref and any(
            i.rule == "o-khong-co-gia-tri" and (i.sheet, i.cell) == (cell.sheet, cell.ref) for i in self.found
        ):
            return
        self.found.append(Issue(severity, rule, sentence, cell.sheet, cell.ref, row_key))


def check(form: Form, filled: Filled) -> Judgement:
    """Judges a filled form by the form that was sent. Knows no other cycle and no other agency."""
    issues = _Issues(list(filled.problems))
    assignments = {fold(row.row_key): row for row in filled.assignments}
    indicators = {fold(row.row_key): row for row in filled.indicators}
    written = sum(
        bool(row and _has_content(row))
        for row in (
            *(assignments.get(fold(line.row_key)) for line in form.assignments),
            *(indicators.get(fold(line.row_key)) for line in form.indicators),
        )
    )
    nothing = _nothing(form, filled, written, issues)
    if not nothing and not written:
        _say_empty(form, filled, issues)
        return Judgement(tuple(issues.found), (), (), nothing=False, nothing_reason="")
    declared_assignments = _rows(
        form.assignments,
        assignments,
        SHEET_ASSIGNMENTS,
        nothing,
        partial(_assignment, form, issues),
        _WORDS_OF_ASSIGNMENT,
        issues,
    )
    declared_indicators = _rows(
        form.indicators,
        indicators,
        SHEET_INDICATORS,
        nothing,
        partial(_indicator, form, issues),
        _WORDS_OF_INDICATOR,
        issues,
    )
    reason = filled.nothing_reason.text if nothing else ""
    return Judgement(tuple(issues.found), declared_assignments, declared_indicators, nothing, reason)


# Nothing to report, and nothing written


def _nothing(form: Form, filled: Filled, written: int, issues: _Issues) -> bool:
    """Whether the form validly says "không phát sinh"."""
    mark, reason = filled.nothing, filled.nothing_reason
    said = fold(mark.text)
    if said in _UNMARKED:
        if _means_something(reason.text) and not written:
            issues.block(
                "khong-phat-sinh-thieu-dau",
                "Đã ghi lý do không phát sinh nhưng chưa đánh dấu x ở ô “Không phát sinh nội dung báo "
                "cáo”. Đánh dấu x vào ô đó, hoặc điền báo cáo.",
                mark,
            )
        return False
    if said not in _MARKED and not said.startswith("không phát sinh"):
        tell = issues.warn if written else issues.block
        tell(
            "khong-phat-sinh-khong-ro",
            f"Ô “Không phát sinh nội dung báo cáo” ghi {_quote(mark.text)}, không rõ nghĩa. Đánh dấu x nếu "
            "không phát sinh, để trống nếu có báo cáo.",
            mark,
        )
        return False
    if not _means_something(reason.text):
        issues.block(
            "khong-phat-sinh-thieu-ly-do",
            "Đã đánh dấu “Không phát sinh nội dung báo cáo” nhưng chưa ghi lý do. Ghi lý do, hoặc bỏ dấu "
            "x và điền báo cáo.",
            Cell("", reason.sheet or mark.sheet, reason.ref or mark.ref),
        )
        return False
    if written:
        issues.warn(
            "khong-phat-sinh-co-noi-dung",
            f"Đã đánh dấu “Không phát sinh nội dung báo cáo” nhưng vẫn điền {written} dòng. Các dòng đã "
            "điền vẫn được ghi nhận; bỏ dấu x nếu đánh dấu nhầm.",
            mark,
        )
    told = {fold(row.row_key) for row in filled.assignments if _has_content(row)}
    overdue = [
        line for line in form.assignments if _is_overdue(line, form.as_of) and fold(line.row_key) not in told
    ]
    if overdue:
        issues.warn(
            "khong-phat-sinh-co-qua-han",
            f"Báo không phát sinh trong khi có {len(overdue)} nhiệm vụ đã quá thời hạn tính đến "
            f"{vn_date(form.as_of)} ({_listed(line.row_key for line in overdue)}). Đề nghị báo cáo tình hình "
            "các nhiệm vụ này.",
            mark,
        )
    return True


def _say_empty(form: Form, filled: Filled, issues: _Issues) -> None:
    """One sentence for a form in which nothing was filled in."""
    if any(issue.severity is Severity.BLOCK for issue in issues.found):
        return  # why it is empty has been told: a mark without its reason, a table without header
    rows: list[FilledAssignment | FilledIndicator] = [*filled.assignments, *filled.indicators]
    foreign = [row for row in rows if _has_content(row)]
    if foreign:
        keys = _listed(_short(row.row_key) for row in foreign)
        issues.block(
            "nham-bieu",
            f"Các dòng đã điền không thuộc yêu cầu báo cáo này ({keys}). "
            "Có thể đã gửi nhầm biểu của kỳ khác hoặc cơ quan khác; đề nghị gửi đúng biểu.",
            Cell(sheet=_cells(foreign[0])[0].sheet),
        )
        return
    if (form.assignments or form.indicators) and not rows:
        issues.block(
            "khong-thay-bang",
            "Không tìm thấy bảng Nhiệm vụ, Chỉ tiêu của biểu báo cáo trong tệp này. Đề nghị điền vào biểu "
            ".xlsx kèm theo yêu cầu báo cáo và gửi lại chính tệp đó.",
            Cell(),
        )
        return
    asked = [
        f"{what} cho {len(lines)} {noun}"
        for lines, what, noun in (
            (form.assignments, f"cột {_STATUS}", "nhiệm vụ"),
            (form.indicators, f"cột {_VALUE}", "chỉ tiêu"),
        )
        if lines
    ]
    fill_in = f"Điền {' và '.join(asked)}. " if asked else ""
    issues.block(
        "bieu-trong",
        f"Biểu chưa được điền nội dung nào. {fill_in}Nếu không phát sinh thì đánh dấu x ở trang "
        f"“{SHEET_GENERAL}” và ghi lý do.",
        Cell(sheet=filled.nothing.sheet),
    )


# Rows that should be there


@dataclass(frozen=True)
class _Words:
    """How the two kinds of rows are spoken of, and under which rules their omissions go."""

    noun: str
    column: str
    missing_row: str
    missing_content: str
    foreign_row: str


_WORDS_OF_ASSIGNMENT = _Words("nhiệm vụ", _STATUS, "dong-thieu", "trang-thai-thieu", "dong-la")
_WORDS_OF_INDICATOR = _Words("chỉ tiêu", _VALUE, "chi-tieu-thieu-dong", "gia-tri-thieu", "chi-tieu-la")

Line = TypeVar("Line", AssignmentLine, IndicatorLine)
Row = TypeVar("Row", FilledAssignment, FilledIndicator)
Declared = TypeVar("Declared")


def _rows(
    lines: Sequence[Line],
    rows: Mapping[str, Row],
    sheet: str,
    nothing: bool,
    declare: Callable[[Line, Row], Declared],
    words: _Words,
    issues: _Issues,
) -> tuple[Declared, ...]:
    """Every row that was asked for, judged; the missing, the empty and the foreign ones told of."""
    declared: list[Declared] = []
    missing: list[tuple[Line, Cell]] = []
    empty: list[tuple[Line, Cell]] = []
    for line in lines:
        row = rows.get(fold(line.row_key))
        if row is None:
            missing.append((line, Cell(sheet=sheet)))
        elif _has_content(row):
            declared.append(declare(line, row))
        else:
            empty.append((line, row.status if isinstance(row, FilledAssignment) else row.value))
    if not nothing:
        if lines and len(missing) == len(lines):
            issues.block(
                words.missing_row,
                f"Không tìm thấy bảng của trang “{sheet}” trong tệp ({len(lines)} {words.noun}). Điền vào "
                "biểu gốc và gửi lại đủ các trang.",
                Cell(sheet=sheet),
            )
        else:
            _tell_omissions(
                issues,
                words.missing_row,
                missing,
                one="{name}: không có dòng này trong tệp. Ghi lại dòng như trong biểu gốc và điền báo cáo.",
                many=f"Tệp thiếu {{count}} dòng {words.noun}: {{keys}}. Điền vào biểu gốc và gửi lại.",
            )
        _tell_omissions(
            issues,
            words.missing_content,
            empty,
            one=f"{{name}}: chưa báo cáo. Điền cột {words.column}.",
            many=f"Còn {{count}} {words.noun} chưa báo cáo: {{keys}}. Điền cột {words.column}.",
        )
    _tell_foreign(issues, words, rows, {fold(line.row_key) for line in lines})
    return tuple(declared)


def _tell_omissions(
    issues: _Issues, rule: str, omitted: Sequence[tuple[Line, Cell]], one: str, many: str
) -> None:
    if len(omitted) > _ONE_BY_ONE:
        keys = _listed((line.row_key for line, _ in omitted), limit=50)
        issues.block(rule, many.format(count=len(omitted), keys=keys), Cell(sheet=omitted[0][1].sheet))
        return
    for line, cell in omitted:
        issues.block(rule, one.format(name=_name(line)), cell, line.row_key)


def _tell_foreign(issues: _Issues, words: _Words, rows: Mapping[str, Row], asked: set[str]) -> None:
    foreign = [row for key, row in rows.items() if key not in asked and _has_content(row)]
    if foreign:
        cells = _cells(foreign[0])
        keys = _listed(_short(row.row_key) for row in foreign)
        issues.warn(
            words.foreign_row,
            f"Có {len(foreign)} dòng {words.noun} không thuộc yêu cầu của kỳ này, không được tính: {keys}.",
            Cell(sheet=cells[0].sheet, ref=cells[0].ref),
        )


# One assignment


def _assignment(
    form: Form, issues: _Issues, line: AssignmentLine, row: FilledAssignment
) -> DeclaredAssignment:
    status = _status(issues, line, row)
    percent = _percent(issues, line, row, status)
    completed_on = _completion(form, issues, line, row, status)
    if status is ReportStatus.COMPLETE and not _means_something(row.product.text):
        issues.block(
            "hoan-thanh-thieu-san-pham",
            f"{_name(line)}: đã hoàn thành thì phải ghi {_PRODUCT} (số, ngày văn bản hoặc sản phẩm cụ thể).",
            row.product,
            line.row_key,
        )
    if status is ReportStatus.PROPOSED_OUT and not _means_something(row.proposal.text):
        issues.block(
            "de-xuat-thieu-noi-dung",
            f"{_name(line)}: chọn “{status.label}” thì phải ghi nội dung và căn cứ ở cột {_PROPOSAL}.",
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
    )


def _status(issues: _Issues, line: AssignmentLine, row: FilledAssignment) -> ReportStatus | None:
    """The status chosen; None when it is none of those offered, and then nothing else is asked of it."""
    offered = statuses_for(line.kind)
    if not row.status.text:
        issues.block(
            "trang-thai-thieu",
            f"{_name(line)}: chưa ghi {_STATUS}. Chọn trong danh sách của ô.",
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
            f"{_name(line)}: {_STATUS} {_quote(row.status.text)} không có trong danh sách. {question}",
            row.status,
            line.row_key,
        )
    elif status not in offered:
        recurring = line.kind is DeadlineKind.RECURRING
        kind = "là nhiệm vụ thường xuyên" if recurring else "không phải nhiệm vụ thường xuyên"
        issues.block(
            "trang-thai-sai-loai",
            f"{_name(line)} {kind}, không dùng {_STATUS} “{status.label}”. Chọn: {choices}.",
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
    issues: _Issues, line: AssignmentLine, row: FilledAssignment, status: ReportStatus | None
) -> Decimal | None:
    if not row.percent.text:
        return None
    written = read_number(row.percent.text[:_LONGEST_RAW])
    tell = partial(issues.block, cell=row.percent, row_key=line.row_key)
    if written.value is None or written.comparator not in (None, Comparator.EQ):
        tell(
            "ty-le-khong-doc-duoc",
            f"{_name(line)}: {_PERCENT} ghi {_quote(row.percent.text)}. Ghi một số từ 0 đến 100, ví dụ 75 "
            "hoặc 66,67.",
        )
        return None
    percent = written.value
    if not 0 <= percent <= 100:
        tell(
            "ty-le-ngoai-khoang",
            f"{_name(line)}: {_PERCENT} là {write_number(percent)}, ngoài khoảng từ 0 đến 100. Ghi lại tỷ "
            "lệ.",
        )
        return percent
    warn = partial(issues.warn, cell=row.percent, row_key=line.row_key)
    if 0 < percent < 1:
        warn(
            "ty-le-qua-nho",
            f"{_name(line)}: {_PERCENT} là {write_number(percent)}. Nếu là {write_number(percent * 100)} "
            f"%, ghi {write_number(percent * 100)}.",
        )
    elif status is ReportStatus.COMPLETE and percent != 100:
        warn(
            "ty-le-khac-trang-thai",
            f"{_name(line)}: {_STATUS} “{status.label}” nhưng {_PERCENT} là {write_number(percent)}. Xem "
            "lại hai ô này.",
        )
    elif (status in (ReportStatus.IN_PROGRESS, ReportStatus.BEHIND) and percent == 100) or (
        status is ReportStatus.NOT_STARTED and percent > 0
    ):
        warn(
            "ty-le-khac-trang-thai",
            f"{_name(line)}: {_PERCENT} là {write_number(percent)} nhưng {_STATUS} là “{status.label}”. "
            "Xem lại hai ô này.",
        )
    return percent


def _completion(
    form: Form, issues: _Issues, line: AssignmentLine, row: FilledAssignment, status: ReportStatus | None
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
                f"{_name(line)}: đã hoàn thành thì phải ghi {_COMPLETED_ON} (ngày/tháng/năm, ví dụ "
                "31/03/2026).",
            )
    elif day is None:
        tell = block if complete else warn
        tell(
            "ngay-hoan-thanh-khong-doc-duoc",
            f"{_name(line)}: {_COMPLETED_ON} ghi {_quote(row.completed_on.text)}, không rõ là ngày nào. "
            "Ghi ngày/tháng/năm, ví dụ 31/03/2026.",
        )
    elif not complete:
        if status is not None:
            warn(
                "ngay-hoan-thanh-thua",
                f"{_name(line)}: có {_COMPLETED_ON} nhưng {_STATUS} là “{status.label}”. Xem lại hai ô này.",
            )
    elif day > form.as_of:
        warn(
            "ngay-hoan-thanh-sau-ky",
            f"{_name(line)}: {_COMPLETED_ON} {vn_date(day)} sau ngày chốt số liệu {vn_date(form.as_of)}. Xem lại "
            "ngày này.",
        )
    elif day.year < form.data_from.year - _YEARS_BACK:
        warn(
            "ngay-hoan-thanh-qua-xa",
            f"{_name(line)}: {_COMPLETED_ON} {vn_date(day)} đã cách đây nhiều năm. Xem lại năm.",
        )
    elif line.due and day > line.due and not _means_something(row.reason.text):
        issues.warn(
            "hoan-thanh-muon-thieu-ly-do",
            f"{_name(line)}: hoàn thành ngày {vn_date(day)}, sau thời hạn {vn_date(line.due)}. Ghi {_REASON}.",
            row.reason,
            line.row_key,
        )
    return day


def _reason(
    form: Form, issues: _Issues, line: AssignmentLine, row: FilledAssignment, status: ReportStatus | None
) -> None:
    """What is late, or says that it is, says why."""
    if _means_something(row.reason.text) or status in (
        None,
        ReportStatus.COMPLETE,
        ReportStatus.PROPOSED_OUT,
    ):
        return
    if line.due and _is_overdue(line, form.as_of):
        issues.block(
            "qua-han-thieu-ly-do",
            f"{_name(line)}: đã quá thời hạn {vn_date(line.due)} mà chưa hoàn thành. Ghi {_REASON}.",
            row.reason,
            line.row_key,
        )
    elif status in (ReportStatus.BEHIND, ReportStatus.OFF_SCHEDULE):
        issues.block(
            "cham-thieu-ly-do",
            f"{_name(line)}: {_STATUS} “{status.label}” thì phải ghi {_REASON}.",
            row.reason,
            line.row_key,
        )


def _is_overdue(line: AssignmentLine, as_of: date) -> bool:
    """A deadline ends with its day: on that day nothing is late yet."""
    return line.kind is not DeadlineKind.RECURRING and line.due is not None and line.due < as_of


# One indicator


def _indicator(form: Form, issues: _Issues, line: IndicatorLine, row: FilledIndicator) -> DeclaredIndicator:
    written = read_number(row.value.text[:_LONGEST_RAW])
    block = partial(issues.block, cell=row.value, row_key=line.row_key)
    warn = partial(issues.warn, cell=row.value, row_key=line.row_key)
    value = written.value
    if not row.value.text:
        block("gia-tri-thieu", f"{_name(line)}: chưa ghi {_VALUE}. Chưa có thì ghi “{NO_FIGURE}”.")
    elif fold(row.value.text).startswith("chưa có"):
        source = "" if _means_something(row.source.text) else f" Ghi ở cột {_SOURCE} nơi sẽ cung cấp."
        warn("chua-co-so-lieu", f"{_name(line)}: báo “{NO_FIGURE}”.{source}")
    elif value is None:
        block(
            "gia-tri-khong-ro",
            f"{_name(line)}: {_VALUE} {written.doubt} Chưa có thì ghi “{NO_FIGURE}”.",
        )
    else:
        _magnitude(line, value, warn)
    return DeclaredIndicator(
        row_key=line.row_key,
        raw=row.value.text[:_LONGEST_RAW],
        comparator=written.comparator if value is not None else None,
        value=value,
        as_of=_figure_day(form, issues, line, row),
        source=row.source.text,
    )


def _magnitude(line: IndicatorLine, value: Decimal, warn: Callable[[str, str], None]) -> None:
    """Held against the baseline, or against the target where the register gives no baseline."""
    near = [number for raw in (line.baseline, line.target) if (number := read_number(raw).value)]
    doubt = magnitude_doubt(value, near[:1])
    if clean(line.unit) == "%" and not 0 <= value <= 100:
        warn(
            "ty-le-ngoai-khoang",
            f"{_name(line)}: {write_number(value)} %, ngoài khoảng từ 0 đến 100 %. Xem lại.",
        )
    elif doubt:
        warn("do-lon-bat-thuong", f"{_name(line)}: {doubt}")


def _figure_day(form: Form, issues: _Issues, line: IndicatorLine, row: FilledIndicator) -> date | None:
    if not row.as_of.text:
        return form.as_of
    day = read_day(row.as_of.text)
    if day is None:
        issues.warn(
            "ngay-so-lieu-khong-doc-duoc",
            f"{_name(line)}: {_AS_OF} ghi {_quote(row.as_of.text)}, không rõ là ngày nào. Ghi "
            "ngày/tháng/năm, ví dụ 31/03/2026.",
            row.as_of,
            line.row_key,
        )
    elif not form.data_from <= day <= form.as_of:
        issues.warn(
            "khac-ky-so-lieu",
            f"{_name(line)}: số liệu tính đến {vn_date(day)}, ngoài kỳ số liệu {vn_date(form.data_from)} - "
            f"{vn_date(form.as_of)}. Xem lại, hoặc giải thích ở cột {_SOURCE}.",
            row.as_of,
            line.row_key,
        )
    return day


# Words


def _cells(row: FilledAssignment | FilledIndicator) -> tuple[Cell, ...]:
    if isinstance(row, FilledAssignment):
        return (row.status, row.percent, row.completed_on, row.product, row.reason, row.proposal)
    return (row.value, row.as_of, row.source)


def _has_content(row: FilledAssignment | FilledIndicator) -> bool:
    return any(cell.text for cell in _cells(row))


def _means_something(text: str) -> bool:
    """A dash or a dot is no reason."""
    return any(c.isalnum() for c in text)


def _name(line: AssignmentLine | IndicatorLine) -> str:
    noun = "Nhiệm vụ" if isinstance(line, AssignmentLine) else "Chỉ tiêu"
    return f"{noun} {line.row_key}"


def _listed(keys: Iterable[str], limit: int = 10) -> str:
    every = list(keys)
    return ", ".join(every[:limit]) + (f" và {len(every) - limit} dòng khác" if len(every) > limit else "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1].rstrip() + "…"


def _quote(text: str) -> str:
    return f"“{_short(clean(text))}”"
