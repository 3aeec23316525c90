"""What the flows share: tasks over batches, the parameters' base, and a run's end said in words."""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, ParamSpec, TypeVar
from uuid import UUID

from prefect import Task
from prefect.artifacts import create_progress_artifact, create_table_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from flows import clock
from tasks.steps import Outcome

P = ParamSpec("P")
Item = TypeVar("Item")
Result = TypeVar("Result")

DRY_RUN_TITLE = "Chỉ xem trước"
DRY_RUN_SAID = "Bật: chỉ cho biết sẽ làm gì, không ghi, không gửi. Tắt: làm thật."
CYCLE_TITLE = "Mã kỳ"


class Parameters(BaseModel):
    """Parameters of a flow, as the form in the UI shows them.

    `now` is the instant the run decides at; it is on no form. Rehearsals hand in their own.
    """

    model_config = ConfigDict(extra="forbid")

    now: Annotated[datetime | None, SkipJsonSchema()] = Field(default=None)

    def instant(self) -> datetime:
        """The instant at which this run decides."""
        return self.now or clock.now()


class Rehearsable(Parameters):
    """Parameters of a flow that sends something out of the house, or changes what others rely on: a person who starts
    it sees first what it would do. Schedules say `dry_run: false`."""

    dry_run: bool = Field(default=True, title=DRY_RUN_TITLE, description=DRY_RUN_SAID)


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
    """Do the work of each batch as one Prefect task, one after another, with a bar that shows how far it is.

    One task a batch, never one an agency: a task run costs ten milliseconds and a row in Prefect's history.
    """
    bar = (
        create_progress_artifact(progress=0.0, key=f"tien-do-{key_of(name)}", description=f"{name}: bắt đầu")
        if len(batches) > 1
        else None
    )
    results = []
    for number, batch in enumerate(batches, start=1):
        run = as_task(work, name, run_name=f"{name} {number}/{len(batches)}", retries=1)
        results.append(run(batch))
        if isinstance(bar, UUID):
            done = f"{name}: xong {number}/{len(batches)} lượt"
            update_progress_artifact(bar, progress=100.0 * number / len(batches), description=done)
    return results


def key_of(words: str) -> str:
    """Words as the key of an artifact: lower case without marks, joined by dashes."""
    apart = unicodedata.normalize("NFD", words.lower().replace("đ", "d"))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return "-".join(
        "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in bare).split()
    )


def show_table(key: str, outcome: Outcome) -> None:
    """The table of what a step did (or would do), with its sentence; a table without lines says the sentence."""
    create_table_artifact(
        key=key_of(key),
        table=list(outcome.table) or [{"Kết quả": outcome.sentence}],
        description=outcome.sentence,
    )


def ended(sentence: str) -> State[None]:
    """A completed run whose state says what happened."""
    return Completed(message=sentence)
