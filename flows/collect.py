"""Thu nhận báo cáo: what lies in the drop folder is received, read, checked and answered."""

from typing import Any

from prefect import flow

from flows.steps import Parameters, batch_tasks, ended
from tasks.office import open_office
from tasks.steps import collect_step


class Collect(Parameters):
    """Thu nhận mọi tệp trong thư mục nhận."""


@flow(name="Thu nhận báo cáo", flow_run_name="Thu nhận báo cáo")
def collect(parameters: Collect | None = None) -> Any:
    """Lưu nguyên mọi tệp nhận được, kiểm tra, trả lời đơn vị bằng biên nhận hoặc danh sách cần hoàn thiện."""
    parameters = parameters or Collect()
    return ended(collect_step(open_office(), parameters.instant(), batch_tasks).sentence)
