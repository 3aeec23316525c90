"""Mở kỳ báo cáo: a cycle opens as a draft, its công văn written; nothing is sent before it is released."""

from datetime import date
from enum import Enum
from typing import Any

from prefect import flow
from pydantic import Field

from flows.steps import Parameters, as_task, ended
from tasks.office import open_office
from tasks.steps import open_step


class CyclePart(Enum):
    """Which part of the year is reported, as the form lists it."""

    Q1 = "Quý I"
    Q2 = "Quý II"
    Q3 = "Quý III"
    Q4 = "Quý IV"
    H1 = "6 tháng đầu năm"
    H2 = "6 tháng cuối năm"
    YEAR = "Cả năm"


class OpenCycle(Parameters):
    """Mở một kỳ báo cáo ở dạng dự thảo."""

    part: CyclePart = Field(title="Kỳ báo cáo", description="Kỳ cần mở trong năm")
    year: int = Field(title="Năm", ge=2020, le=2100)
    as_of: date | None = Field(
        default=None, title="Ngày chốt số liệu", description="Để trống: theo chế độ báo cáo"
    )
    due: date | None = Field(
        default=None, title="Hạn báo cáo của cơ quan, đơn vị", description="Để trống: theo chế độ báo cáo"
    )
    urgent: bool = Field(default=False, title="Khẩn", description="Kỳ khẩn: gửi cả ngày nghỉ")

    @property
    def period(self) -> str:
        """The period's code: 2026-Q1, 2026-H1, 2026."""
        return str(self.year) if self.part is CyclePart.YEAR else f"{self.year}-{self.part.name}"


@flow(name="Mở kỳ báo cáo", flow_run_name="Mở kỳ {parameters.part.value}/{parameters.year}")
def open_cycle(parameters: OpenCycle) -> Any:
    """Mở kỳ báo cáo ở dạng dự thảo và soạn công văn; chưa gửi gì cho cơ quan nào.

    Sau khi công văn được ký, phát hành kỳ bằng số và ngày của công văn.
    """
    run = as_task(open_step, "Mở kỳ và soạn công văn")
    result = run(
        open_office(),
        parameters.period,
        parameters.instant(),
        as_of=parameters.as_of,
        due=parameters.due,
        urgent=parameters.urgent,
    )
    return ended(result.sentence)
