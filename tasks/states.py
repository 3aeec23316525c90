"""The one writer of states, and the audit trail. Every change is in the append-only history."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.codes import ContactState, CycleState, DiscrepancyState, RequestState
from models.cycle import Cycle, Request
from models.directory import ContactCheck
from models.discrepancy import Discrepancy
from models.history import Audit, StateChange

MACHINE = "dondoc"


def move_request(
    session: Session, request: Request, state: RequestState, *, reason: str, actor: str, now: datetime
) -> None:
    """Change a request's state. Moving to the state it is in changes nothing."""
    if request.state == state:
        return
    _record(session, "request", request.id, request.state, state, reason, actor, now)
    request.state = state
    session.add(request)


def move_cycle(
    session: Session, cycle: Cycle, state: CycleState, *, reason: str, actor: str, now: datetime
) -> None:
    """Change a cycle's state. Moving to the state it is in changes nothing."""
    if cycle.state == state:
        return
    _record(session, "cycle", cycle.id, cycle.state, state, reason, actor, now)
    cycle.state = state
    session.add(cycle)


def move_discrepancy(
    session: Session, row: Discrepancy, state: DiscrepancyState, *, reason: str, actor: str, now: datetime
) -> None:
    """Change the state of a contradiction, or put down another explanation of one that was explained before: `reason`
    is then the explanation, so that none is lost. Moving to any other state that it is in changes nothing."""
    if row.state == state and state is not DiscrepancyState.EXPLAINED:
        return
    _record(session, "discrepancy", row.id, row.state, state, reason, actor, now)
    row.state = state
    session.add(row)


def move_contact_check(
    session: Session, check: ContactCheck, state: ContactState, *, reason: str, actor: str, now: datetime
) -> None:
    """Change where an agency stands in a round of confirming contacts. The state it is in changes nothing."""
    if check.state == state:
        return
    _record(session, "contact_check", check.id, check.state, state, reason, actor, now)
    check.state = state
    session.add(check)


def _record(
    session: Session,
    entity: str,
    entity_id: int | None,
    before: str,
    after: str,
    reason: str,
    actor: str,
    now: datetime,
) -> None:
    if entity_id is None:
        raise ValueError(f"{entity} chưa được lưu")
    session.add(
        StateChange(
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
            reason=reason,
            actor=actor,
            at=now,
        )
    )


def record_act(
    session: Session,
    act: str,
    entity: str,
    entity_id: int | None,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one act into the audit trail. Values must be JSON; no secret and no reported content goes in."""
    session.add(
        Audit(
            actor=actor,
            act=act,
            entity=entity,
            entity_id=entity_id,
            before=before,
            after=after,
            reason=reason,
            at=now,
        )
    )
