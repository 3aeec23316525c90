"""Tổng hợp: completion, the annexes (XLSX) and the report (DOCX) of a cycle."""

from datetime import date
from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from pydantic import Field

from flows.steps import Parameters, as_task, ended
from tasks.office import open_office
from tasks.steps import consolidate_step


class Consolidate(Parameters):
    """Tổng hợp báo cáo của một kỳ."""

    cycle: str = Field(title="Mã kỳ", description="Ví dụ bcd-quy-2026-Q1")
    day: date | None = Field(
        default=None, title="Số liệu tính đến ngày", description="Để trống: ngày chốt số liệu của kỳ"
    )


@flow(name="Tổng hợp báo cáo", flow_run_name="Tổng hợp {parameters.cycle}")
def consolidate(parameters: Consolidate) -> Any:
    """Tính kết quả thực hiện, lập phụ lục tổng hợp (XLSX) và dự thảo báo cáo (DOCX)."""
    run = as_task(consolidate_step, "Tính kết quả và lập báo cáo")
    result = run(open_office(), parameters.cycle, parameters.instant(), day=parameters.day)
    create_table_artifact(
        key=f"tong-hop-{parameters.cycle.lower()}",
        table=list(result.table),
        description=f"{result.sentence}\n\nTệp: {', '.join(str(path) for path in result.paths)}",
    )
    return ended(result.sentence)
