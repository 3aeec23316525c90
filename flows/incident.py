"""Báo sự cố: an automation starts it when a run has failed or is late; the secretariat gets a mail."""

from enum import Enum
from typing import Any

from prefect import flow
from pydantic import Field

from flows.steps import Parameters, ended
from tasks.console.incident_step import incident_step
from tasks.office import open_office
from tasks.reminders.incidents import Incident


class Kind(Enum):
    """Sự cố của lượt chạy."""

    FAILED = "lỗi"
    LATE = "chậm"


class Report(Parameters):
    """Một lượt chạy lỗi hoặc chậm giờ. Các quy tắc tự động điền biểu này."""

    kind: Kind = Field(default=Kind.FAILED, title="Sự cố")
    deployment: str = Field(default="", title="Luồng việc", max_length=200)
    run_name: str = Field(default="", title="Lượt chạy", max_length=300)
    run_id: str = Field(default="", title="Mã lượt chạy", max_length=60)
    message: str = Field(default="", title="Nội dung lỗi")


@flow(name="Báo sự cố", flow_run_name="Báo sự cố: {parameters.deployment} {parameters.kind.value}")
def incident(parameters: Report | None = None) -> Any:
    """Báo thư ký bằng thư điện tử; mỗi luồng việc, mỗi loại sự cố một thư một ngày."""
    parameters = parameters or Report()
    told = Incident(
        kind=parameters.kind.value,
        deployment=parameters.deployment,
        run_name=parameters.run_name,
        run_id=parameters.run_id,
        message=parameters.message,
    )
    return ended(incident_step(open_office(), told, parameters.instant()).sentence)
