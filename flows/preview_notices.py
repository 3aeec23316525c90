"""Xem trước thông báo: what would go out on a day, to whom, and what would be held back. Nothing is written."""

from datetime import date
from typing import Any

from prefect import flow
from prefect.runtime import flow_run
from pydantic import Field

from flows import choices
from flows.steps import Parameters, ended, show_table
from models.time import local_day, vn_date
from tasks.console.look_ahead import notices_ahead
from tasks.office import open_office


class PreviewNotices(Parameters):
    """Xem trước các thông báo của một ngày. Không ghi, không gửi gì."""

    day: date | None = Field(default=None, title="Ngày", description="Để trống: hôm nay")
    agencies: list[str] = Field(
        default_factory=list,
        title="Cơ quan, đơn vị, địa phương",
        description="Chỉ xem các nơi này; không chọn: mọi nơi",
        json_schema_extra=choices.of("agencies"),
    )


def _run_name() -> str:
    said = flow_run.parameters["parameters"]
    return f"Xem trước thông báo {vn_date(said.day) if said and said.day else 'hôm nay'}"


@flow(name="Xem trước thông báo", flow_run_name=_run_name)
def preview_notices(parameters: PreviewNotices | None = None) -> Any:
    """Cho biết ngày đã chọn thông báo nào sẽ gửi, tới ai, qua kênh nào; thông báo nào giữ lại và vì sao."""
    parameters = parameters or PreviewNotices()
    office, now = open_office(), parameters.instant()
    with office.store.reading() as session:
        choices.agency_ids(session, parameters.agencies)  # a code that nobody has is told, not passed over
    codes = [choice.partition(" ")[0] for choice in parameters.agencies]
    outcome = notices_ahead(office, parameters.day or local_day(now), now, codes)
    show_table("Xem trước thông báo", outcome)
    return ended(outcome.sentence)
