"""Contradictions between agencies that answer for the same task: the leads of one, or of the same in two registers."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from models.codes import DiscrepancyKind
from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.discrepancies.found import Found
from models.rules.registers.classes import contradictions, deciding_report
from models.rules.registers.same_task import linked_contradictions
from models.time import vn_date

_LONGEST_KEY = 300
Where = Callable[[str], str]
"""Agency code -> "Sở Nội vụ, bản thứ 2": whose version says so."""


def between_leads(
    assignments: Iterable[AssignmentView], names: Mapping[str, str], where: Where
) -> Iterator[Found]:
    """Each lead that says otherwise than the lead of record (while that is silent: than the first that has spoken)."""
    for assignment in assignments:
        if assignment.withheld:
            continue
        said = contradictions(assignment).said
        for other in said[1:]:
            if other.status is said[0].status:
                continue
            first = said[0]
            role = "cơ quan đầu mối" if deciding_report(assignment) is first else "cùng chủ trì"
            yield Found(
                key=f"dau-moi:{assignment.row_key}:{other.agency_code}",
                kind=DiscrepancyKind.LEADS,
                agency_code=other.agency_code,
                source=f"Nhiệm vụ {assignment.row_key}: {where(first.agency_code)}; {where(other.agency_code)}",
                sentence=(
                    f"Nhiệm vụ {assignment.row_key}: {_name(names, first)} ({role}) báo {_status(first)}, "
                    f"{_name(names, other)} báo {_status(other)}. Đề nghị thống nhất với {_name(names, first)}, "
                    "báo lại trạng thái đúng hoặc giải trình."
                ),
                row_key=assignment.row_key,
            )


def between_registers(
    assignments: Iterable[AssignmentView], names: Mapping[str, str], where: Where
) -> Iterator[Found]:
    """The same task in several registers, of which one agency, or the leads of record, say different things."""
    for contradiction in linked_contradictions(assignments):
        words = contradiction.words
        keys = [row_key for row_key, _ in words]
        agencies = dict.fromkeys(report.agency_code for _, report in words)
        said = "; ".join(
            f"{row_key}, {_name(names, report)} báo {_word(report)}" for row_key, report in words
        )
        yield Found(
            key=f"danh-muc:{contradiction.agency_code or 'dau-moi'}:{':'.join(keys)}"[:_LONGEST_KEY],
            kind=DiscrepancyKind.REGISTERS,
            agency_code=words[-1][1].agency_code,
            source=f"Nhiệm vụ {' và '.join(keys)}: {'; '.join(where(code) for code in agencies)}",
            sentence=(
                f"Cùng một nhiệm vụ ở {len(keys):02d} danh mục nhưng báo khác nhau: {said}. Đề nghị báo thống nhất, "
                "hoặc giải trình."
            ),
            row_key=keys[-1],
        )


def _word(report: LeadReport) -> str:
    """What was said, with the day where it is complete: two days may be all that differs."""
    day = report.completed_on
    return f"{_status(report)}{f' ngày {vn_date(day)}' if day else ''}"


def _status(report: LeadReport) -> str:
    return f"“{report.status.label}”" if report.status is not None else ""


def _name(names: Mapping[str, str], report: LeadReport) -> str:
    return names.get(report.agency_code, report.agency_code)
