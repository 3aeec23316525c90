"""The charts of a report on a sheet of its workbook: native ones, that Excel and LibreOffice draw and a person may
change, each with the figures it is drawn from under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.axis import TextAxis
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series
from openpyxl.chart.series_factory import SeriesFactory
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import Basis
from models.rules.charts.agency_bars import BANDS, AgencyBars, agency_bars
from models.rules.charts.arrival_lines import ArrivalLines, arrival_lines
from models.rules.charts.target_bars import TargetBar, TargetBars, target_bars
from models.rules.completion import Completion
from models.rules.cycle_view import CycleView
from models.time import vn_date
from tasks.documents.sheet_table import (
    HEADER,
    LINE,
    NOTE,
    About,
    set_page,
    wide,
    write_cells,
    write_title,
)
from tasks.documents.table import Value

_WIDTHS = (44, 16, 16, 16, 16, 16)
_ACROSS = len(_WIDTHS)
_CHART_CM = 25.5
_ROW_CM = 0.53  # of an empty row
_HIGHEST_CM = 15.0  # a page has room for no more
_BARS = 12  # of indicators, whose names are long
_INK = "1A1A1A"
_Pattern = Literal["", "wdUpDiag", "diagCross", "pct20", "dkHorz"]
_Line = tuple[str, Literal["solid", "dash", "sysDot"], Literal["none", "circle", "square", "diamond"]]
# Of BANDS, the first solid: its colour and its pattern, so that a black and white print tells them apart.
_PATTERNS: tuple[tuple[str, _Pattern], ...] = (
    ("2E6B34", ""),
    ("4E8F50", "wdUpDiag"),
    ("9C1C14", "diagCross"),
    ("404040", "pct20"),
    ("808080", "dkHorz"),
)


@dataclass
class _Place:
    """Where the next thing stands; everything before the second chart is on the first page."""

    sheet: Worksheet
    row: int
    charts: int = 0


def write_charts(
    sheet: Worksheet, about: About, view: CycleView, result: Completion, seen_on: date, basis: Basis
) -> None:
    """Completion by agency, submissions over time, indicators to target; each on a page of its own."""
    for number, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    place = _Place(sheet, write_title(sheet, about, "BIỂU ĐỒ", _ACROSS))
    for bars in agency_bars(result.by_agency):
        _agencies(place, bars, basis)
    if (lines := arrival_lines(view, seen_on)) is not None:
        _arrivals(place, lines)
    if (targets := target_bars(view)).bars:
        _targets(place, targets)
    if not place.charts:
        wide(sheet, place.row, "Không có dữ liệu.", NOTE, _ACROSS)
    set_page(sheet, about, None)


def _agencies(place: _Place, found: AgencyBars, basis: Basis) -> None:
    title = f"Kết quả thực hiện nhiệm vụ theo cơ quan chủ trì: {found.group.lower()} ({basis.label})"
    note = (
        f"Vẽ {len(found.bars)} trong {found.of} cơ quan, đơn vị: nhiều nhiệm vụ chậm hoặc chưa báo cáo nhất."
        if found.of
        else ""
    )
    chart = BarChart(barDir="bar", grouping="stacked", overlap=100, gapWidth=40)
    rows: list[list[Value]] = [["Cơ quan, đơn vị", *(name for name, _ in BANDS)]]
    rows += [[bar.name, *bar.counts] for bar in found.bars]
    first = _put(place, chart, title, note, rows, height=_height(len(found.bars)))
    for band, (colour, pattern) in enumerate(_PATTERNS):
        series = _series(place.sheet, first, len(rows), band + 2)
        series.graphicalProperties = _filled(colour, pattern)
        chart.append(series)
    chart.y_axis.majorUnit = None
    chart.y_axis.number_format = "0"
    chart.x_axis.scaling.orientation = "maxMin"  # the first at the top
    _finish(place.sheet, chart, first, len(rows))


def _arrivals(place: _Place, lines: ArrivalLines) -> None:
    title = f"Tiến độ gửi báo cáo (tính đến ngày {vn_date(lines.days[-1])}; hạn gửi {vn_date(lines.due)})"
    chart = LineChart()
    last = max(lines.days[-1], lines.due)
    days = [lines.days[0] + timedelta(days=n) for n in range((last - lines.days[0]).days + 1)]
    rows: list[list[Value]] = [
        [
            "Ngày",
            "Đã gửi báo cáo (lũy kế)",
            "Đạt yêu cầu (lũy kế)",
            "Phải gửi",
            f"Hạn gửi {vn_date(lines.due)}",
        ]
    ]
    for number, day in enumerate(days):
        seen = number < len(lines.days)
        rows.append(
            [
                vn_date(day).rpartition("/")[0],
                lines.received[number] if seen else "",
                lines.complete[number] if seen else "",
                lines.expected,
                lines.expected if day == lines.due else "",
            ]
        )
    first = _put(place, chart, title, "", rows, height=10.5)
    looks: tuple[_Line, ...] = (
        ("2E6B34", "solid", "circle"),
        (_INK, "dash", "square"),
        (_INK, "sysDot", "none"),
        ("9C1C14", "solid", "diamond"),
    )
    for number, (colour, dash, marker) in enumerate(looks):
        series = _series(place.sheet, first, len(rows), number + 2)
        series.smooth = False
        series.graphicalProperties = GraphicalProperties(
            ln=LineProperties(solidFill=colour, prstDash=dash, w=19050)
        )
        size = 11 if marker == "diamond" else 6
        series.marker = Marker(symbol=marker, size=size, spPr=GraphicalProperties(solidFill=colour))
        chart.append(series)
    chart.y_axis.number_format = "0"
    _finish(place.sheet, chart, first, len(rows))


def _targets(place: _Place, found: TargetBars) -> None:
    """As many charts as are needed for every name to be read."""
    note = (
        f"Ngoài ra: {found.without_figure} chỉ tiêu chưa có số liệu, {found.not_comparable} chỉ tiêu không quy được "
        "ra tỷ lệ so với mục tiêu."
    )
    if found.of:
        note = f"Vẽ {len(found.bars)} trong {found.of} chỉ tiêu: còn xa mục tiêu nhất. {note}"
    parts = [found.bars[start : start + _BARS] for start in range(0, len(found.bars), _BARS)]
    for number, bars in enumerate(parts, start=1):
        part = f" (phần {number}/{len(parts)})" if len(parts) > 1 else ""
        title = f"Chỉ tiêu so với mục tiêu{part}: số liệu báo cáo bằng bao nhiêu % mục tiêu"
        _some_targets(place, bars, title, note)


def _some_targets(place: _Place, bars: Sequence[TargetBar], title: str, note: str) -> None:
    names = (("Đạt mục tiêu", True), ("Chưa đạt mục tiêu", False), ("Mục tiêu không ghi chiều so sánh", None))
    rows: list[list[Value]] = [["Chỉ tiêu", *(name for name, _ in names), "Số liệu báo cáo", "Mục tiêu"]]
    for bar in bars:
        shares: list[Value] = [bar.percent if bar.met is met else "" for _, met in names]
        rows.append([f"{bar.number}. {bar.name}", *shares, bar.value, bar.target])
    chart = BarChart(barDir="bar", grouping="stacked", overlap=100, gapWidth=40)
    first = _put(place, chart, title, note, rows, height=_height(len(bars)))
    for number, (colour, pattern) in enumerate((_PATTERNS[0], _PATTERNS[2], _PATTERNS[1])):
        series = _series(place.sheet, first, len(rows), number + 2)
        series.graphicalProperties = _filled(colour, pattern)
        chart.append(series)
    chart.y_axis.number_format = '0"%"'
    chart.x_axis.scaling.orientation = "maxMin"
    _finish(place.sheet, chart, first, len(rows))


def _height(bars: int) -> float:
    return min(_HIGHEST_CM, 3 + 0.75 * bars)


def _put(
    place: _Place,
    chart: BarChart | LineChart,
    title: str,
    note: str,
    rows: Sequence[Sequence[Value]],
    *,
    height: float,
) -> int:
    """Heading, room for the chart, its figures; returns the row of their header."""
    sheet = place.sheet
    if place.charts:
        sheet.row_breaks.append(Break(place.row - 1))
    row = wide(sheet, place.row, title, LINE, _ACROSS)
    if note:
        row = wide(sheet, row, note, NOTE, _ACROSS)
    chart.width, chart.height = _CHART_CM, height  # type: ignore[assignment] # the stubs say whole centimetres
    sheet.add_chart(chart, f"A{row}")
    header = row + round(height / _ROW_CM) + 2
    for number, cells in enumerate(rows):
        write_cells(sheet, header + number, cells, _WIDTHS, HEADER if number == 0 else None)
    place.row, place.charts = header + len(rows) + 1, place.charts + 1
    return header


def _series(sheet: Worksheet, header: int, rows: int, column: int) -> Series:
    values = Reference(sheet, min_col=column, min_row=header, max_row=header + rows - 1)
    series: Series = SeriesFactory(values, title_from_data=True)
    return series


def _finish(sheet: Worksheet, chart: BarChart | LineChart, header: int, rows: int) -> None:
    chart.set_categories(Reference(sheet, min_col=1, min_row=header + 1, max_row=header + rows - 1))
    if isinstance(chart.x_axis, TextAxis):
        chart.x_axis.tickLblSkip = 1 if isinstance(chart, BarChart) else max(1, rows // 15)
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.scaling.min = 0
    chart.legend = Legend(legendPos="b")


def _filled(colour: str, pattern: _Pattern) -> GraphicalProperties:
    line = LineProperties(solidFill=_INK, w=6350)
    if not pattern:
        return GraphicalProperties(solidFill=colour, ln=line)
    ink = ColorChoice(srgbClr=colour)  # type: ignore[arg-type] # the stubs know no colour by its name
    paper = ColorChoice(srgbClr="FFFFFF")  # type: ignore[arg-type]
    fill = PatternFillProperties(prst=pattern, fgClr=ink, bgClr=paper)
    return GraphicalProperties(pattFill=fill, ln=line)
