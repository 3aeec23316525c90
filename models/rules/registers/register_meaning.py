"""What the words of a register's row mean: a deadline, agencies, numbers; and what is left to a person.

A row is never refused for its words: what is not understood stays as written, with a problem that says what
to do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.rules.deadlines import read_deadline
from models.rules.numbers import Written, magnitude_doubt, read_number
from models.rules.registers.names import Bearer, NameBook, Named
from models.rules.registers.raw_register import ItemKind, RawAssignment, RawIndicator, RawProblem
from models.rules.registers.register_merge import AssignmentContent, IndicatorContent


@dataclass(frozen=True)
class Names:
    """The directory as a register needs it.

    `written` gives a name as people write it by its folded form; `inactive` are those that no longer report.
    """

    book: NameBook
    written: Mapping[str, str]
    inactive: frozenset[Bearer]


def assignment_meaning(
    raw: RawAssignment, position: int, year: int, names: Names
) -> tuple[AssignmentContent, tuple[RawProblem, ...]]:
    """What an assignment's row says, read in the register's year."""
    problems: list[RawProblem] = []
    deadline = read_deadline(raw.deadline, year)
    if deadline.doubt:
        problems.append(_problem(raw, "Thời gian hoàn thành", raw.deadline, deadline.doubt))
    leads = names.book.split(raw.leads)
    if not leads:
        why = "Chưa ghi cơ quan chủ trì nên chưa ai phải báo cáo nhiệm vụ này; ghi tên cơ quan rồi nạp lại."
        problems.append(_problem(raw, "Cơ quan chủ trì", raw.leads, why))
    coordinators = names.book.split(raw.coordinators)
    for column, found in (("Cơ quan chủ trì", leads), ("Cơ quan phối hợp", coordinators)):
        problems += [
            _problem(raw, column, named.raw, why) for named in found if (why := _doubt(named, names))
        ]
    content = AssignmentContent(
        position=position,
        section=raw.section,
        section_name=raw.section_name,
        subsection=raw.subsection,
        subsection_name=raw.subsection_name,
        number=raw.number,
        name=raw.name,
        leads_raw=raw.leads,
        coordinators_raw=raw.coordinators,
        result=raw.result,
        deadline_raw=raw.deadline,
        deadline_kind=deadline.kind,
        due=deadline.due,
        leads=leads,
        coordinators=coordinators,
    )
    return content, tuple(problems)


def indicator_meaning(
    raw: RawIndicator, position: int, year: int
) -> tuple[IndicatorContent, tuple[RawProblem, ...]]:
    """What an indicator's row says. A target is also held against the size of its baseline."""
    baseline, target = read_number(raw.baseline), read_number(raw.target)
    columns = ((f"Kết quả năm {year - 1}", baseline), (f"Mục tiêu năm {year}", target))
    problems = [
        _problem(raw, column, written.raw, written.doubt) for column, written in columns if written.doubt
    ]
    doubt = _size_doubt(target, baseline)
    if doubt:
        problems.append(_problem(raw, f"Mục tiêu năm {year}", raw.target, doubt))
    content = IndicatorContent(
        position=position,
        section=raw.section,
        section_name=raw.section_name,
        number=raw.number,
        name=raw.name,
        unit=raw.unit,
        baseline_raw=raw.baseline,
        baseline_comparator=baseline.comparator,
        baseline_value=baseline.value,
        target_raw=raw.target,
        target_comparator=target.comparator,
        target_value=target.value,
        note=raw.note,
    )
    return content, tuple(problems)


def _size_doubt(target: Written, baseline: Written) -> str:
    if target.value is None or baseline.value is None:
        return ""
    return magnitude_doubt(target.value, [baseline.value])


def _doubt(named: Named, names: Names) -> str:
    """Why a name in a cell cannot be taken for an agency that reports; "" when it can."""
    if named.bearer is None:
        alike = [f"“{names.written.get(folded, folded)}”" for folded in names.book.suggest(named.raw)]
        perhaps = f" Gần giống: {', '.join(alike)}." if alike else ""
        return (
            f"Danh bạ không có tên “{named.raw}”.{perhaps} Sửa tên trong phụ lục, "
            "hoặc thêm tên này vào danh bạ, rồi nạp lại."
        )
    if named.bearer in names.inactive:
        return f"“{named.raw}” không còn hoạt động theo danh bạ; đề nghị xác định cơ quan thay thế."
    return ""


def _problem(raw: RawAssignment | RawIndicator, column: str, text: str, why: str) -> RawProblem:
    kind = ItemKind.ASSIGNMENT if isinstance(raw, RawAssignment) else ItemKind.INDICATOR
    return RawProblem(f"{raw.place}, cột “{column}”", text, why, kind, raw.key)
