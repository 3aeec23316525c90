"""What there is of a request at all, in one look: of most things that its page could show, most requests have none."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from models.agency_act import Acknowledgement, ExtensionAsk
from models.codes import ArrivalVerdict
from models.cycle import Cycle, DueChange, Request
from models.desk_act import RecordedReport, ReturnedReport
from models.directory import Agency
from models.discrepancy import Discrepancy
from models.submission import Arrival, Narrative, SignedReport
from tasks.cycle.assignment_standing import standing_asked, standing_words


@dataclass(frozen=True)
class Present:
    """A request with its cycle and agency, where the assignments it asks about stand (tasks.cycle.assignment_standing),
    and whether there is anything of each kind; more may be said of it than counts."""

    request: Request
    cycle: Cycle
    agency: Agency
    standing: frozenset[str]
    first_due: date | None
    promises: bool
    asks: bool
    waiting: bool
    signed: bool
    prose: bool
    returns: bool
    records: bool
    questions: bool


def present(session: Session, request_id: int) -> Present:
    """What there is of this request."""
    request, cycle, agency, words, *there = session.execute(_LOOK, {"request_id": request_id}).one()
    return Present(request, cycle, agency, standing_words(words), *there)


def _any(table: type[SQLModel], *which: sa.ColumnElement[bool]) -> Any:
    request_id: Any = table.request_id  # type: ignore[attr-defined]
    return sa.exists().where(request_id == sa.bindparam("request_id"), *which)


_LOOK = (
    sa.select(
        Request,
        Cycle,
        Agency,
        standing_asked(sa.bindparam("request_id")),
        sa.select(col(DueChange.due))
        .where(col(DueChange.request_id) == sa.bindparam("request_id"))
        .order_by(col(DueChange.plan_no))
        .limit(1)
        .scalar_subquery(),
        _any(Acknowledgement),
        _any(ExtensionAsk),
        _any(Arrival, col(Arrival.verdict) == ArrivalVerdict.PERSON),
        _any(SignedReport),
        _any(Narrative),
        _any(ReturnedReport),
        _any(RecordedReport),
        _any(Discrepancy),
    )
    .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
    .join(Agency, col(Agency.id) == col(Request.agency_id))
    .where(col(Request.id) == sa.bindparam("request_id"))
)
