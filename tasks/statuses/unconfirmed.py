"""Statuses that wait for the secretariat's confirmation, as lines that a person reads."""

from collections.abc import Iterator

from models.rules.cycle_view import CycleView
from models.rules.registers.classes import stands
from models.time import vn_date


def unconfirmed_lines(view: CycleView, agency_code: str = "") -> Iterator[str]:
    """One line for each declared status that nobody has confirmed, of every agency or of one; no withheld one."""
    names = {agency.code: agency.name for agency in view.agencies}
    for assignment in view.assignments:
        if assignment.withheld:
            continue
        for report in assignment.reports:
            if report.confirmed is not None or report.status is None or not stands(report):
                continue
            if agency_code in ("", report.agency_code):
                day = f" ngày {vn_date(report.completed_on)}" if report.completed_on else ""
                product = f"; sản phẩm: {report.product}" if report.product else ""
                yield (
                    f"{assignment.row_key} {report.agency_code} ({names.get(report.agency_code, '')}): "
                    f"{report.status.label}{day}{product}"
                )
