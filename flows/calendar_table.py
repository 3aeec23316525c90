"""The reporting calendar on the terminal."""

from collections.abc import Sequence

from rich import box
from rich.table import Table

from flows.tables import CONSOLE
from models.rules.reporting_calendar import CalendarEntry
from models.time import vn_date


def print_calendar(entries: Sequence[CalendarEntry]) -> None:
    """Every period with its days; what another regime answers, and what cannot open, says so instead."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Kỳ", "Chế độ", "Mở dự thảo", "Chốt số liệu", "Hạn cơ quan", "Hạn tỉnh", "Ghi chú"):
        table.add_column(name)
    for entry in entries:
        if entry.answered_by:
            days = ["–"] * 4
            note = f"báo cáo {entry.answered_by} trả lời thay"
        elif entry.dates is None:
            days, note = [vn_date(entry.opens_on), "–", "–", "–"], entry.fault
        else:
            dates = entry.dates
            days = [vn_date(day) for day in (entry.opens_on, dates.cut_off, dates.due, dates.province_due)]
            note = "dự kiến: lịch nghỉ chưa xác nhận" if entry.estimated else ""
        table.add_row(entry.period.name, entry.regime.code, *days, note)
    CONSOLE.print(table)
