"""Thu nhận báo cáo: what lies in the drop folder is received, read, checked and answered."""

from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from flows.boards import show_boards
from flows.prefect_names import name_coming_runs
from flows.steps import Rehearsable, batch_tasks, ended, show_table
from tasks.console.boards import standing_sentence
from tasks.console.look_ahead import collect_ahead
from tasks.office import open_office
from tasks.steps import collect_step


class Collect(Rehearsable):
    """Thu nhận mọi tệp trong thư mục nhận và hộp thư; trả lời đơn vị gửi."""


def _run_name() -> str:
    said = flow_run.parameters["parameters"]
    return "Xem trước: thu nhận báo cáo" if said is None or said.dry_run else "Thu nhận báo cáo"


@flow(name="Thu nhận báo cáo", flow_run_name=_run_name)
def collect(parameters: Collect | None = None) -> Any:
    """Lưu nguyên mọi tệp nhận được, kiểm tra, trả lời đơn vị bằng biên nhận hoặc danh sách cần hoàn thiện."""
    parameters = parameters or Collect()
    office, now = open_office(), parameters.instant()
    if parameters.dry_run:
        outcome = collect_ahead(office)
        show_table("Xem trước thu nhận", outcome)
        return ended(outcome.sentence)
    told = collect_step(office, now, batch_tasks).sentence
    show_boards(office, now)
    name_coming_runs()
    return ended(f"{standing_sentence(office, now)} {told}".strip())
