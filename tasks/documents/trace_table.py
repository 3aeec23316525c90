"""From each number of the report to the rows it was counted from, as tables to filter: whose word, which version,
which file, what was declared, what is confirmed of it.

A province's numbers each stand with their rows (`trace_table`). A country's would be a million lines, more than a sheet
holds: there each row stands once, with the codes of all numbers it is counted in (`figures_table`, `rows_table`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

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
from tasks.documents.table import Record, Table
from tasks.documents.trace_sources import Source, Sources

LONGEST = 20_000
"""Lines of the table in which every number stands with its rows; what is longer is told the other way round."""
COUNTED_IN = "Thuộc các số liệu"
_FIGURE = ("Mã số liệu", "Nơi ghi", "Số liệu", "Giá trị", "Cách đếm")
_ROW = ("Mã dòng", "Cơ quan, đơn vị")
_ORIGIN = ("Kê khai", "Đã xác nhận", "Phiên bản", "Nhận lúc", "Tệp nhận")
_FEWEST_DIGITS = 3


def figures_of(view: CycleView, both: OnBothBases, seen_on: date) -> list[Figure]:
    """Every number of a cycle's report that is not zero; those on statuses on each basis that has any word."""
    found = [*request_figures(view, seen_on), *assignment_figures(view, both.declared, Basis.DECLARED)]
    if both.words.confirmed:
        found += assignment_figures(confirmed_view(view), both.confirmed, Basis.CONFIRMED)
    return [*found, *indicator_figures(view)]


@dataclass(frozen=True)
class Trace:
    """The numbers of a report, each with a code of its own in their order (S001...), and where their rows came from."""

    view: CycleView
    figures: Sequence[Figure]
    sources: Sources

    @property
    def lines(self) -> int:
        """How many lines the numbers make with their rows."""
        return sum(len(figure.rows) for figure in self.figures)

    @cached_property
    def codes(self) -> Sequence[str]:
        """Of the figures in their order: all of one length, so that none stands in another."""
        digits = max(_FEWEST_DIGITS, len(str(len(self.figures))))
        return [f"S{number:0{digits}d}" for number in range(1, len(self.figures) + 1)]

    @cached_property
    def names(self) -> Mapping[str, str]:
        return {agency.code: agency.name for agency in self.view.agencies}

    @cached_property
    def assignments(self) -> Mapping[str, AssignmentView]:
        return {assignment.row_key: assignment for assignment in self.view.assignments}


def trace_table(trace: Trace) -> Table:
    """The rows of every figure, in the order of the figures."""
    return Table(
        (*_FIGURE, *_ROW, *_ORIGIN),
        (
            {**_figure(code, figure), **_row(trace, row), **_origin(trace, row, figure.basis)}
            for code, figure in zip(trace.codes, trace.figures, strict=True)
            for row in figure.rows
        ),
    )


def figures_table(trace: Trace) -> Table:
    """Every figure alone, with how many rows it has in the other table."""
    return Table(
        (*_FIGURE, "Số dòng nguồn"),
        (
            {**_figure(code, figure), "Số dòng nguồn": len({_place(row) for row in figure.rows})}
            for code, figure in zip(trace.codes, trace.figures, strict=True)
        ),
    )


def rows_table(trace: Trace) -> Table:
    """Every row that any figure was counted from, once, with the codes of these figures."""
    return Table((*_ROW, *_ORIGIN, COUNTED_IN), _each_row(trace))


@dataclass
class _Counted:
    """A row with the codes of the figures it is counted in."""

    row: SourceRow
    basis: Basis
    codes: list[str] = field(default_factory=list)


def _each_row(trace: Trace) -> Iterator[Record]:
    found: dict[tuple[str, str], _Counted] = {}
    for code, figure in zip(trace.codes, trace.figures, strict=True):
        for row in figure.rows:
            place = row.row_key, row.agency_code
            one = found.get(place)
            if one is None:
                one = found[place] = _Counted(row, figure.basis)
            elif figure.basis is Basis.CONFIRMED:
                one.basis = figure.basis
            if not one.codes or one.codes[-1] != code:
                one.codes.append(code)
    for one in found.values():
        origin = _origin(trace, one.row, one.basis)
        yield {**_row(trace, one.row), **origin, COUNTED_IN: " ".join(one.codes)}


def _place(row: SourceRow) -> tuple[str, str]:
    return row.row_key, row.agency_code


def _figure(code: str, figure: Figure) -> Record:
    values = (
        code,
        f"{figure.place}: {figure.line}",
        _named(figure),
        figure.value,
        figure.counted.value,
    )
    return dict(zip(_FIGURE, values, strict=True))


def _row(trace: Trace, row: SourceRow) -> Record:
    return dict(zip(_ROW, (row.row_key, trace.names.get(row.agency_code, row.agency_code)), strict=True))


def _named(figure: Figure) -> str:
    return f"{figure.name} ({figure.basis.label})" if figure.basis is Basis.CONFIRMED else figure.name


def _origin(trace: Trace, row: SourceRow, basis: Basis) -> Record:
    """Whose word it is and where it came from; the note where there is none."""
    assignment = trace.assignments.get(row.row_key)
    report = _report(assignment, row.agency_code) if assignment is not None else None
    source = _source(row, report, trace.sources)
    spoken = report if report is not None and stands(report) else None
    word = spoken.confirmed if spoken is not None else None
    if assignment is not None and not row.agency_code:
        word = assignment.whole
    unconfirmed = "Chưa xác nhận" if basis is Basis.CONFIRMED and spoken is not None else ""
    values = (
        _declared(spoken) if spoken is not None else row.note,
        _confirmed(word) if word is not None else unconfirmed,
        f"Lần {source.version}, kỳ {source.cycle_code}" if source is not None else "",
        vn_instant(source.received_at) if source is not None else "",
        (
            f"{source.file_name} ({WAYS.get(source.channel, source.channel)}, tệp đến số {source.arrival_id})"
            if source is not None
            else ""
        ),
    )
    return dict(zip(_ORIGIN, values, strict=True))


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
