"""Rà soát và đôn đốc: what should be open, said or closed by now, and is not yet, is done."""

from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from flows.boards import show_boards
from flows.steps import Rehearsable, batch_tasks, ended, show_table
from tasks.console.boards import standing_sentence
from tasks.console.look_ahead import sweep_ahead
from tasks.office import open_office
from tasks.steps import sweep_step


class Sweep(Rehearsable):
    """Rà soát mọi kỳ: mở kỳ đến ngày, nhắc, đôn đốc, đóng kỳ hết thời gian thu."""


def _run_name() -> str:
    said = flow_run.parameters["parameters"]
    return "Xem trước: rà soát và đôn đốc" if said is None or said.dry_run else "Rà soát và đôn đốc"


@flow(name="Rà soát và đôn đốc", flow_run_name=_run_name)
def sweep(parameters: Sweep | None = None) -> Any:
    """Mở kỳ đến ngày mở, nhắc nơi chưa báo cáo, đôn đốc nơi quá hạn, đóng kỳ hết thời gian thu báo cáo."""
    parameters = parameters or Sweep()
    office, now = open_office(), parameters.instant()
    if parameters.dry_run:
        outcome = sweep_ahead(office, now)
        show_table("Xem trước rà soát", outcome)
        return ended(outcome.sentence)
    told = sweep_step(office, now, batch_tasks).sentence
    show_boards(office, now)
    return ended(f"{standing_sentence(office, now)} {told}".strip())
