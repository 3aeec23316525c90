"""What the flows share: tasks over batches, the parameters' base, and a run's end said in words."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, ParamSpec, TypeVar

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from flows import clock

P = ParamSpec("P")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Parameters(BaseModel):
    """Parameters of a flow, as the form in the UI shows them.

    `now` is the instant the run decides at; it is on no form. Rehearsals hand in their own.
    """

    model_config = ConfigDict(extra="forbid")

    now: Annotated[datetime | None, SkipJsonSchema()] = Field(default=None)

    def instant(self) -> datetime:
        """The instant at which this run decides."""
        return self.now or clock.now()


def as_task(
    work: Callable[P, Result], name: str, run_name: str | None = None, retries: int = 0
) -> Task[P, Result]:
    """A plain function as a Prefect task. Nothing is cached: what is done is found done in our own database."""
    return Task(
        work,
        name=name,
        task_run_name=run_name,
        retries=retries,
        retry_delay_seconds=5,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


def batch_tasks(
    work: Callable[[Sequence[Item]], Result], batches: Sequence[Sequence[Item]], name: str
) -> list[Result]:
    """Do the work of each batch as one Prefect task, one after another, so that the UI shows the progress.

    One task a batch, never one an agency: a task run costs ten milliseconds and a row in Prefect's history.
    """
    results = []
    for number, batch in enumerate(batches, start=1):
        run = as_task(work, name, run_name=f"{name} {number}/{len(batches)}", retries=1)
        results.append(run(batch))
    return results


def ended(sentence: str) -> State[None]:
    """A completed run whose state says what happened."""
    return Completed(message=sentence)
