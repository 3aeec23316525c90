"""A short wait for a person: a form on the run's page, filled in and resumed there.

A run that waits ends its process; resumed, its body runs from the start, so all of it must be idempotent. What a person
typed and our rules refused is asked again with the reason, as a new form; a refused form is never tried again.
"""

from collections.abc import Callable
from typing import TypeVar

from prefect import get_client, suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run
from pydantic import Field

from models.fault import Fault
from models.rules.text import clean

WAIT_SECONDS = 24 * 3600
"""So long a form stays open; after that the run fails, and is started again when the paper is signed."""
MOST_FORMS = 10

Form = TypeVar("Form", bound="Approval")


class Approval(RunInput):
    """What every approval says: who decides. The UI knows no user, so the name is asked for."""

    approver: str = Field(
        title="Họ tên người duyệt",
        min_length=2,
        max_length=120,
        description="Ghi vào nhật ký cùng quyết định",
    )

    @property
    def actor(self) -> str:
        """Who acts, in the audit trail."""
        return f"{clean(self.approver)} (giao diện Prefect)"


def ask_until_done(form: type[Form], question: str, do: Callable[[Form], str]) -> str:
    """Show the form with the question, do what was approved, return what was done in a sentence.

    A Fault of `do` is put above a new form. The last form's Fault is raised.
    """
    refused = ""
    for number in range(max(1, _forms_shown()), MOST_FORMS + 1):
        asked = form.with_initial_data(
            description=f"{question}\n\n**Chưa ghi được:** {refused}" if refused else question
        )
        said = suspend_flow_run(wait_for_input=asked, timeout=WAIT_SECONDS, key=f"lan-{number}")
        try:
            return do(said)
        except Fault as fault:
            if number == MOST_FORMS:
                raise
            refused = str(fault)
    raise AssertionError("ends in the loop")


def _forms_shown() -> int:
    """How many forms this run has shown so far: one at a time, each with a key of its own."""
    with get_client(sync_client=True) as client:
        policy = client.read_flow_run(flow_run.id).empirical_policy
    return len(policy.pause_keys or ())
