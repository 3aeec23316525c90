"""Rà soát thông báo chưa gửi: what should have gone out and has not is itself reported; silence is an alarm."""

from typing import Any

from prefect import flow

from flows.boards import show_stuck
from flows.steps import Parameters, ended, show_table
from tasks.office import open_office
from tasks.reminders.auditor import STEP
from tasks.steps import audit_step


class AuditRun(Parameters):
    """Rà soát mọi thông báo của các kỳ đang mở."""


@flow(name="Rà soát thông báo chưa gửi", flow_run_name="Rà soát thông báo chưa gửi")
def audit(parameters: AuditRun | None = None) -> Any:
    """Tìm thông báo lẽ ra đã gửi mà chưa gửi, thư bị kẹt, việc không chạy; báo thư ký. Ổn thì báo tín hiệu sống."""
    parameters = parameters or AuditRun()
    office, now = open_office(), parameters.instant()
    outcome = audit_step(office, now)
    show_table(STEP, outcome)
    show_stuck(office, now)
    return ended(outcome.sentence)
