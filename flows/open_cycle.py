"""Mở kỳ báo cáo: a cycle opens as a draft, its công văn written; nothing is sent before it is released."""

from datetime import date
from enum import Enum
from typing import Any

from prefect import flow
from pydantic import Field

from flows import choices, clock
from flows.steps import Parameters, as_task, ended
from models.time import local_day
from tasks.office import open_office
from tasks.steps import open_step


class CyclePart(Enum):
    """Kỳ báo cáo trong năm."""

    Q1 = "Quý I"
    Q2 = "Quý II"
    Q3 = "Quý III"
    Q4 = "Quý IV"
    H1 = "6 tháng đầu năm"
    H2 = "6 tháng cuối năm"
    YEAR = "Cả năm"


class OpenCycle(Parameters):
    """Mở một kỳ báo cáo ở dạng dự thảo và soạn công văn. Chưa gửi gì cho cơ quan nào."""

    part: CyclePart = Field(title="Kỳ báo cáo", description="Kỳ cần mở trong năm")
    year: int = Field(
        default_factory=lambda: local_day(clock.now()).year,
        title="Năm",
        ge=2020,
        le=2100,
        description="Năm của kỳ báo cáo, ví dụ 2026",
        json_schema_extra=choices.of(choices.THIS_YEAR),
    )
    regime: str = Field(
        default=choices.BY_KIND,
        title="Chế độ báo cáo",
        description="Theo loại kỳ: chế độ đang dùng cho loại kỳ đó (regimes.yaml)",
        json_schema_extra=choices.of("regimes"),
    )
    as_of: date | None = Field(
        default=None, title="Ngày chốt số liệu", description="Để trống: theo chế độ báo cáo"
    )
    due: date | None = Field(
        default=None, title="Hạn báo cáo của cơ quan, đơn vị", description="Để trống: theo chế độ báo cáo"
    )
    urgent: bool = Field(default=False, title="Khẩn", description="Kỳ khẩn: nhắc cả ngày nghỉ")

    @property
    def period(self) -> str:
        """The period's code: 2026-Q1, 2026-H1, 2026."""
        return str(self.year) if self.part is CyclePart.YEAR else f"{self.year}-{self.part.name}"


@flow(name="Mở kỳ báo cáo", flow_run_name="Mở kỳ {parameters.part.value}/{parameters.year}")
def open_cycle(parameters: OpenCycle) -> Any:
    """Mở kỳ báo cáo ở dạng dự thảo và soạn công văn; chưa gửi gì cho cơ quan nào.

    Sau khi công văn được ký, phát hành kỳ bằng số và ngày của công văn (luồng “Phát hành kỳ báo cáo”).
    """
    run = as_task(open_step, "Mở kỳ và soạn công văn")
    result = run(
        open_office(),
        parameters.period,
        parameters.instant(),
        regime_code="" if parameters.regime == choices.BY_KIND else parameters.regime,
        as_of=parameters.as_of,
        due=parameters.due,
        urgent=parameters.urgent,
    )
    return ended(result.sentence)
