"""Rà soát và đôn đốc: what should be open, said or closed by now, and is not yet, is done."""

from typing import Any

from prefect import flow

from flows.steps import Parameters, batch_tasks, ended
from tasks.office import open_office
from tasks.steps import sweep_step


class Sweep(Parameters):
    """Rà soát mọi kỳ đang mở."""


@flow(name="Rà soát và đôn đốc", flow_run_name="Rà soát và đôn đốc")
def sweep(parameters: Sweep | None = None) -> Any:
    """Mở kỳ đến ngày mở, nhắc nơi chưa báo cáo, đôn đốc nơi quá hạn, đóng kỳ hết thời gian thu báo cáo."""
    parameters = parameters or Sweep()
    return ended(sweep_step(open_office(), parameters.instant(), batch_tasks).sentence)
