"""The requests of one cycle as the desk lists them, in a fixed number of queries, and how many are in which state."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.agency_act import ExtensionAsk
from models.codes import AgencyKind, CycleState, RequestState
from models.cycle import Cycle, DueChange, Request
from models.directory import Agency
from models.rules.text import fold
from models.submission import Submission
from models.time import local_day
from tasks.cycle.agency_acts import last_promises
from tasks.cycle.recorded import record_in_words
from tasks.cycle.standing import CHASED, open_returns, report_dues, standing_records
from tasks.intake.signed_reports import signed_of

OVERDUE = "qua-han"
ASKING = "xin-gia-han"
RETURNED = "cho-hoan-thien"
UNSIGNED = "chua-ky"
SPECIAL = {
    OVERDUE: "Quá hạn, còn nợ báo cáo",
    ASKING: "Đang đề nghị gia hạn",
    RETURNED: "Đã đề nghị hoàn thiện, chờ gửi lại",
    UNSIGNED: "Đạt yêu cầu, chưa có bản ký",
}
"""What a list can be narrowed to beside the states."""


@dataclass(frozen=True)
class RequestRow:
    """One request of a list."""

    id: int
    code: str
    name: str
    kind: AgencyKind
    state: RequestState
    due: date
    first_due: date | None  # None while it is the one in force
    received: datetime | None
    complete: datetime | None
    punctual: bool | None  # of a complete one: whether it came by its deadline
    overdue: bool
    versions: int
    recorded: str  # by which way it came, in words
    returned: date | None  # by when it is to be completed
    promised: date | None
    wanted: date | None  # a later deadline that nobody has decided
    signed: str

    @property
    def tags(self) -> frozenset[str]:
        """The special lists it belongs to."""
        found = {
            OVERDUE: self.overdue,
            ASKING: self.wanted is not None,
            RETURNED: self.returned is not None,
            UNSIGNED: self.state is RequestState.COMPLETE and not self.signed,
        }
        return frozenset(tag for tag, holds in found.items() if holds)


def request_rows(session: Session, cycle: Cycle, now: datetime) -> list[RequestRow]:
    """Every request of a cycle in the order of the directory."""
    today = local_day(now)
    rows = session.exec(
        select(Request, Agency)
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    ids = [request.id or 0 for request, _ in rows]
    mine = select(Request.id).where(Request.cycle_id == cycle.id)
    first: dict[int, date] = {}
    for change in session.exec(
        select(DueChange).where(col(DueChange.request_id).in_(mine)).order_by(col(DueChange.plan_no))
    ):
        first.setdefault(change.request_id, change.due)
    versions = dict(
        session.exec(
            select(Submission.request_id, func.count())
            .where(col(Submission.request_id).in_(mine))
            .group_by(col(Submission.request_id))
        ).all()
    )
    wanted = {
        ask.request_id: ask.wanted
        for ask in session.exec(
            select(ExtensionAsk).where(
                col(ExtensionAsk.request_id).in_(mine), col(ExtensionAsk.decided_at).is_(None)
            )
        )
    }
    records, returns = standing_records(session, ids), open_returns(session, ids)
    dues, signed, promised = report_dues(session, ids), signed_of(session, ids), last_promises(session, ids)
    return [
        _row(
            request,
            agency,
            first_due=first.get(request.id or 0),
            report_due=dues.get(request.id or 0, request.due),
            collecting=cycle.state is CycleState.RELEASED,
            today=today,
            versions=versions.get(request.id or 0, 0),
            recorded=record_in_words(records[request.id or 0]) if request.id in records else "",
            returned=returns[request.id or 0].due if request.id in returns else None,
            promised=promised.get(request.id or 0),
            wanted=wanted.get(request.id or 0),
            signed=f"số {signed[request.id or 0].number}" if request.id in signed else "",
        )
        for request, agency in rows
    ]


def _row(
    request: Request,
    agency: Agency,
    *,
    first_due: date | None,
    report_due: date,
    collecting: bool,
    today: date,
    versions: int,
    recorded: str,
    returned: date | None,
    promised: date | None,
    wanted: date | None,
    signed: str,
) -> RequestRow:
    chased = request.state in CHASED
    complete = request.state is RequestState.COMPLETE
    return RequestRow(
        id=request.id or 0,
        code=agency.code,
        name=agency.name,
        kind=AgencyKind(agency.kind),
        state=RequestState(request.state),
        due=request.due,
        first_due=first_due if first_due != request.due else None,
        received=request.first_received_at,
        complete=request.complete_at if complete else None,
        punctual=local_day(request.complete_at) <= report_due if complete and request.complete_at else None,
        overdue=chased and request.due < today,
        versions=versions,
        recorded=recorded,
        returned=returned if request.state is RequestState.INCOMPLETE else None,
        promised=promised if chased else None,
        wanted=wanted if chased and collecting else None,
        signed=signed,
    )


def narrowed(
    rows: Sequence[RequestRow], state: str = "", kind: str = "", words: str = ""
) -> list[RequestRow]:
    """The rows in this state (a code, or one of SPECIAL), of this kind of agency, with these words in name or code."""
    sought = fold(words)
    return [
        row
        for row in rows
        if (not state or row.state.value == state or state in row.tags)
        and (not kind or row.kind.value == kind)
        and (not sought or sought in fold(row.name) or sought in fold(row.code))
    ]


def counted(rows: Sequence[RequestRow]) -> list[tuple[str, str, int]]:
    """(code, words, how many) of every state and special list that occurs, states first."""
    states = Counter(row.state for row in rows)
    tags = Counter(tag for row in rows for tag in row.tags)
    return [
        *((state.value, state.label, states[state]) for state in RequestState if states[state]),
        *((tag, words, tags[tag]) for tag, words in SPECIAL.items() if tags[tag]),
    ]
