"""What must be known of a request that is held, before a version of its report is written down: in one look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import CycleState
from models.cycle import Cycle, Request
from models.desk_act import RecordedReport
from tasks.among import evened
from tasks.cycle.assignment_standing import standing_asked, standing_words


@dataclass(frozen=True)
class Standing:
    """`assignments`: where those that it asks about stand (tasks.cycle.assignment_standing). `recorded`: whether a
    report was ever recorded on the agency's behalf."""

    cycle_code: str
    cycle_state: CycleState
    closed_at: datetime | None
    assignments: frozenset[str]
    recorded: bool


def as_they_stand(session: Session, request_ids: Sequence[int]) -> dict[int, Standing]:
    """Request id -> how it stands. Asked after the requests are held: what others did before is seen."""
    if not request_ids:
        return {}
    return {
        request_id: Standing(code, state, closed_at, standing_words(words), recorded)
        for request_id, code, state, closed_at, words, recorded in session.execute(
            _LOOK, {"ids": evened(request_ids)}
        ).tuples()
    }


_LOOK = (
    sa.select(
        col(Request.id),
        col(Cycle.code),
        col(Cycle.state),
        col(Cycle.closed_at),
        standing_asked(col(Request.id)),
        sa.exists().where(col(RecordedReport.request_id) == col(Request.id)),
    )
    .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
    .where(col(Request.id).in_(sa.bindparam("ids", expanding=True)))
)
