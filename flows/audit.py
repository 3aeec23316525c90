"""Kiểm tra: what should have gone out and has not is itself reported; silence is an alarm."""

from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact

from flows.steps import Parameters, ended
from tasks.office import open_office
from tasks.reminders.auditor import STEP
from tasks.steps import audit_step


class AuditRun(Parameters):
    """Kiểm tra mọi kỳ đang mở."""


@flow(name="Kiểm tra việc gửi", flow_run_name="Kiểm tra việc gửi")
def audit(parameters: AuditRun | None = None) -> Any:
    """Tìm thông báo lẽ ra đã gửi mà chưa gửi, thư bị kẹt, việc không chạy; báo thư ký. Ổn thì báo tín hiệu sống."""
    parameters = parameters or AuditRun()
    outcome = audit_step(open_office(), parameters.instant())
    create_table_artifact(
        key=STEP, table=list(outcome.table) or [{"Kết quả": outcome.sentence}], description=outcome.sentence
    )
    return ended(outcome.sentence)
