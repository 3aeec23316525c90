"""Gửi yêu cầu: each agency of a released cycle gets its prefilled form by mail."""

from typing import Any

from prefect import flow
from prefect.runtime import flow_run
from pydantic import Field

from flows import choices
from flows.steps import CYCLE_TITLE, Rehearsable, batch_tasks, ended, show_table
from tasks.console.look_ahead import dispatch_ahead
from tasks.office import open_office
from tasks.steps import dispatch_step


class Dispatch(Rehearsable):
    """Gửi biểu mẫu cho các cơ quan của kỳ đã phát hành."""

    cycle: str = Field(
        default="", title=CYCLE_TITLE, description="Ví dụ bcd-quy-2026-Q1; để trống: mọi kỳ đã phát hành"
    )
    agencies: list[str] = Field(
        default_factory=list,
        title="Cơ quan, đơn vị, địa phương",
        description="Chỉ gửi cho các nơi này; không chọn: mọi nơi chưa nhận được yêu cầu",
        json_schema_extra=choices.of("agencies"),
    )


def _run_name() -> str:
    said = flow_run.parameters["parameters"]
    whom = f" ({len(said.agencies):02d} cơ quan)" if said.agencies else ""
    return f"{'Xem trước: ' if said.dry_run else ''}Gửi yêu cầu {said.cycle or 'mọi kỳ đã phát hành'}{whom}"


@flow(name="Gửi yêu cầu báo cáo", flow_run_name=_run_name)
def dispatch(parameters: Dispatch | None = None) -> Any:
    """Gửi mỗi cơ quan một thư kèm biểu mẫu điền sẵn. Chạy lại chỉ gửi cho nơi chưa gửi."""
    parameters = parameters or Dispatch()
    office = open_office()
    with office.store.reading() as session:
        only = choices.agency_ids(session, parameters.agencies)
    if parameters.dry_run:
        outcome = dispatch_ahead(office, parameters.cycle, only)
        show_table("Xem trước gửi yêu cầu", outcome)
        return ended(outcome.sentence)
    return ended(
        dispatch_step(office, parameters.cycle, parameters.instant(), batch_tasks, only=only).sentence
    )
