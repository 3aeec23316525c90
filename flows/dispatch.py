"""Gửi yêu cầu: each agency of a released cycle gets its prefilled form by mail."""

from typing import Any

from prefect import flow
from pydantic import Field

from flows.steps import Parameters, batch_tasks, ended
from tasks.office import open_office
from tasks.steps import dispatch_step


class Dispatch(Parameters):
    """Gửi biểu mẫu cho các cơ quan của kỳ đã phát hành."""

    cycle: str = Field(
        default="", title="Mã kỳ", description="Ví dụ bcd-quy-2026-Q1; để trống: mọi kỳ đã phát hành"
    )


@flow(name="Gửi yêu cầu báo cáo", flow_run_name="Gửi yêu cầu {parameters.cycle}")
def dispatch(parameters: Dispatch) -> Any:
    """Gửi mỗi cơ quan một thư kèm biểu mẫu điền sẵn. Chạy lại chỉ gửi cho nơi chưa gửi."""
    return ended(dispatch_step(open_office(), parameters.cycle, parameters.instant(), batch_tasks).sentence)
