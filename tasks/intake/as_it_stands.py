"""What must be known of a request that is held, before a version of its report is written down: in one look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func

from models.codes import CycleState
from models.cycle import Cycle, Request, RequestItem
from models.desk_act import RecordedReport
from models.register import Assignment, AssignmentRevision


@dataclass(frozen=True)
class Standing:
    """`hidden`: how many assignments it asked about that are withheld now. `recorded`: whether a report was ever
    recorded on the agency's behalf."""

    cycle_code: str
    cycle_state: CycleState
    closed_at: datetime | None
    hidden: int
    recorded: bool


def as_they_stand(session: Session, request_ids: Sequence[int]) -> dict[int, Standing]:
    """Request id -> how it stands. Asked after the requests are held: what others did before is seen."""
    if not request_ids:
        return {}
    return {
        request_id: Standing(*said)
        for request_id, *said in session.execute(_LOOK, {"ids": list(request_ids)}).tuples()
    }


_HIDDEN = (
    sa.select(func.count())
    .select_from(RequestItem)
    .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
    .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
    .where(col(RequestItem.request_id) == col(Request.id), col(Assignment.withheld).is_(True))
)
_LOOK = (
    sa.select(
        col(Request.id),
        col(Cycle.code),
        col(Cycle.state),
        col(Cycle.closed_at),
        _HIDDEN.correlate(Request).scalar_subquery(),
        sa.exists().where(col(RecordedReport.request_id) == col(Request.id)),
    )
    .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
    .where(col(Request.id).in_(sa.bindparam("ids", expanding=True)))
)
