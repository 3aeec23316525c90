"""Contradictions between agencies that answer for the same task: the leads of one, or of the same in two registers."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from models.codes import DiscrepancyKind, ReportStatus
from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.discrepancies.found import Found
from models.rules.registers.classes import contradictions, deciding_report, stands
from models.time import vn_date

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
            role = "đơn vị đầu mối" if deciding_report(assignment) is first else "cùng chủ trì"
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
    pairs: Iterable[tuple[AssignmentView, AssignmentView]], names: Mapping[str, str], where: Where
) -> Iterator[Found]:
    """The same task in two registers, of which the same agency, or the two leads of record, say different things."""
    for one, other in pairs:
        if one.withheld or other.withheld:
            continue
        for mine, theirs in _facing(one, other):
            differs = _difference(mine, theirs)
            if not differs:
                continue
            same = mine.agency_code == theirs.agency_code
            whose = where(mine.agency_code)
            yield Found(
                key=f"danh-muc:{one.row_key}:{other.row_key}:{mine.agency_code}:{theirs.agency_code}",
                kind=DiscrepancyKind.REGISTERS,
                agency_code=theirs.agency_code,
                source=(
                    f"Nhiệm vụ {one.row_key} và {other.row_key}: {whose}"
                    + ("" if same else f"; {where(theirs.agency_code)}")
                ),
                sentence=(
                    f"Cùng một nhiệm vụ ở hai danh mục nhưng báo khác nhau: {one.row_key}, {_name(names, mine)} báo "
                    f"{differs[0]}; {other.row_key}, {_name(names, theirs)} báo {differs[1]}. Đề nghị báo thống nhất, "
                    "hoặc giải trình."
                ),
                row_key=other.row_key,
            )


def _facing(one: AssignmentView, other: AssignmentView) -> Iterator[tuple[LeadReport, LeadReport]]:
    """Words that should be the same: of each agency that answers in both; else of the two leads of record."""
    there = {report.agency_code: report for report in other.reports if stands(report)}
    both = [(r, there[r.agency_code]) for r in one.reports if stands(r) and r.agency_code in there]
    if both:
        yield from both
        return
    mine, theirs = deciding_report(one), deciding_report(other)
    if mine is not None and theirs is not None and stands(mine) and stands(theirs):
        yield mine, theirs


def _difference(mine: LeadReport, theirs: LeadReport) -> tuple[str, str] | None:
    """How two words differ; None when they agree. A day that one of them does not give is no difference."""
    if mine.status is not theirs.status:
        return _status(mine), _status(theirs)
    days = mine.completed_on, theirs.completed_on
    if mine.status is ReportStatus.COMPLETE and days[0] and days[1] and days[0] != days[1]:
        return f"hoàn thành ngày {vn_date(days[0])}", f"hoàn thành ngày {vn_date(days[1])}"
    return None


def _status(report: LeadReport) -> str:
    return f"“{report.status.label}”" if report.status is not None else ""


def _name(names: Mapping[str, str], report: LeadReport) -> str:
    return names.get(report.agency_code, report.agency_code)
