"""Cập nhật lịch báo cáo: calendar and lists of the forms, kept in step with regimes, days off and directory."""

from typing import Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.prefect_apply import apply_all
from flows.steps import Parameters, ended
from tasks.office import open_office


class UpdateCalendar(Parameters):
    """Cập nhật lịch mở kỳ, danh sách chọn của các biểu và các quy tắc tự động theo tệp của tỉnh và danh bạ."""


@flow(name="Cập nhật lịch báo cáo", flow_run_name="Cập nhật lịch báo cáo")
def update_calendar(parameters: UpdateCalendar | None = None) -> Any:
    """Mỗi kỳ một lịch mở kỳ đến hết năm sau, theo chế độ báo cáo và ngày nghỉ đang có hiệu lực."""
    parameters = parameters or UpdateCalendar()
    lines = apply_all(open_office(), parameters.instant())
    create_markdown_artifact(
        key="lich-bao-cao", markdown="\n".join(["```", *lines, "```"]), description="Lịch báo cáo đã áp dụng"
    )
    return ended(next(line for line in lines if "lịch mở kỳ" in line))
