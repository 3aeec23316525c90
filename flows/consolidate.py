"""Tổng hợp: completion, the annexes (XLSX) and the report (DOCX) of a cycle."""

from datetime import date
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from pydantic import Field

from flows.boards import show_boards
from flows.steps import CYCLE_TITLE, Parameters, as_task, ended, key_of
from tasks.office import open_office
from tasks.steps import consolidate_step


class Consolidate(Parameters):
    """Tổng hợp báo cáo của một kỳ."""

    cycle: str = Field(title=CYCLE_TITLE, description="Ví dụ bcd-quy-2026-Q1", min_length=1)
    day: date | None = Field(
        default=None, title="Số liệu tính đến ngày", description="Để trống: ngày chốt số liệu của kỳ"
    )


@flow(name="Tổng hợp báo cáo", flow_run_name="Tổng hợp {parameters.cycle}")
def consolidate(parameters: Consolidate) -> Any:
    """Tính kết quả thực hiện, lập phụ lục tổng hợp (XLSX) và dự thảo báo cáo (DOCX)."""
    office, now = open_office(), parameters.instant()
    run = as_task(consolidate_step, "Tính kết quả và lập báo cáo")
    result = run(office, parameters.cycle, now, day=parameters.day)
    where = office.settings.portal_url.rstrip("/")
    link = f"\n\n[Tải báo cáo ở bàn làm việc]({where}/thu-ky/bao-cao/{parameters.cycle})" if where else ""
    create_table_artifact(
        key=key_of(f"tổng hợp {parameters.cycle}"),
        table=list(result.table),
        description=f"{result.sentence}{link}\n\nTệp: {', '.join(str(path) for path in result.paths)}",
    )
    show_boards(office, now)
    return ended(result.sentence)
