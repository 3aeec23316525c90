"""From each number of the report to the rows it was counted from, as a table to filter: whose word, which version,
which file, what was declared, what is confirmed of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from models.codes import Basis
from models.rules.completion import OnBothBases
from models.rules.cycle_view import AssignmentView, ConfirmedWord, CycleView, LeadReport
from models.rules.registers.classes import stands
from models.rules.registers.confirmed import confirmed_view
from models.rules.trace.assignment_figures import assignment_figures
from models.rules.trace.figure import Figure, SourceRow
from models.rules.trace.other_figures import indicator_figures, request_figures
from models.rules.ways import WAYS
from models.time import vn_date, vn_instant
from tasks.documents.trace_sources import Source, Sources

COLUMNS = (
    "Mã số liệu",
    "Nơi ghi",
    "Số liệu",
    "Giá trị",
    "Cách đếm",
    "Mã dòng",
    "Cơ quan, đơn vị",
    "Kê khai",
    "Đã xác nhận",
    "Phiên bản",
    "Nhận lúc",
    "Tệp nhận",
)
HOW_TO_READ = (
    "Lọc cột “Mã số liệu” để thấy các dòng làm nên một số liệu; đếm các dòng khác nhau (theo cột “Cách đếm”) thì "
    "được đúng giá trị. “Mã dòng” là mã ghi ở cột “Mã” của biểu mà cơ quan nộp. Số liệu bằng 0 không có dòng nguồn. "
    "Trang này để tra cứu trên máy: khi in cả sổ chỉ in phần đầu; cần in các dòng thì bỏ vùng in (Clear Print Area)."
)


def figures_of(view: CycleView, both: OnBothBases, seen_on: date) -> list[Figure]:
    """Every number of a cycle's report that is not zero; those on statuses on each basis that has any word."""
    found = [*request_figures(view, seen_on), *assignment_figures(view, both.declared, Basis.DECLARED)]
    if both.words.confirmed:
        found += assignment_figures(confirmed_view(view), both.confirmed, Basis.CONFIRMED)
    return [*found, *indicator_figures(view)]


def trace_table(view: CycleView, figures: Iterable[Figure], sources: Sources) -> pd.DataFrame:
    """The rows of every figure, in the order of the figures; each has a code of its own (S001...)."""
    names = {agency.code: agency.name for agency in view.agencies}
    assignments = {assignment.row_key: assignment for assignment in view.assignments}
    rows = [
        {
            "Mã số liệu": f"S{number:03d}",
            "Nơi ghi": f"{figure.place}: {figure.line}",
            "Số liệu": _named(figure),
            "Giá trị": figure.value,
            "Cách đếm": figure.counted.value,
            "Mã dòng": row.row_key,
            "Cơ quan, đơn vị": names.get(row.agency_code, row.agency_code),
            **_origin(row, figure.basis, assignments, sources),
        }
        for number, figure in enumerate(figures, start=1)
        for row in figure.rows
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _named(figure: Figure) -> str:
    return f"{figure.name} ({figure.basis.label})" if figure.basis is Basis.CONFIRMED else figure.name


def _origin(
    row: SourceRow, basis: Basis, assignments: Mapping[str, AssignmentView], sources: Sources
) -> dict[str, str]:
    """Whose word it is and where it came from; the note where there is none."""
    assignment = assignments.get(row.row_key)
    report = _report(assignment, row.agency_code) if assignment is not None else None
    source = _source(row, report, sources)
    spoken = report if report is not None and stands(report) else None
    word = spoken.confirmed if spoken is not None else None
    if assignment is not None and not row.agency_code:
        word = assignment.whole
    unconfirmed = "Chưa xác nhận" if basis is Basis.CONFIRMED and spoken is not None else ""
    return {
        "Kê khai": _declared(spoken) if spoken is not None else row.note,
        "Đã xác nhận": _confirmed(word) if word is not None else unconfirmed,
        "Phiên bản": f"Lần {source.version}, kỳ {source.cycle_code}" if source is not None else "",
        "Nhận lúc": vn_instant(source.received_at) if source is not None else "",
        "Tệp nhận": (
            f"{source.file_name} ({WAYS.get(source.channel, source.channel)}, tệp đến số {source.arrival_id})"
            if source is not None
            else ""
        ),
    }


def _report(assignment: AssignmentView, agency_code: str) -> LeadReport | None:
    return next((one for one in assignment.reports if one.agency_code == agency_code), None)


def _source(row: SourceRow, report: LeadReport | None, sources: Sources) -> Source | None:
    if report is not None:
        return sources.declared.get(report.report_id) if stands(report) else None
    if row.row_key:
        return sources.indicators.get(row.row_key)
    return sources.requests.get(row.agency_code)


def _declared(report: LeadReport) -> str:
    status = report.status.label if report.status is not None else "Chưa có báo cáo"
    day = f" ngày {vn_date(report.completed_on)}" if report.completed_on else ""
    return f"{status}{day}"


def _confirmed(word: ConfirmedWord) -> str:
    day = f" ngày {vn_date(word.completed_on)}" if word.completed_on else ""
    document = f", theo {word.document}" if word.document else ""
    how = "khác với báo cáo: " if word.corrected else ""
    return f"{how}{word.status.label}{day}{document} ({word.by})"
