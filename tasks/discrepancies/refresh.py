"""Looking again: what is new is put down, what is found no more is mended, what was settled stays so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import CycleState, DiscrepancyState
from models.cycle import Cycle, Request
from models.directory import Agency
from models.discrepancy import Discrepancy
from models.register import Assignment, Register
from models.rules.discrepancies.found import Found
from models.rules.discrepancies.standing import after_look
from models.rules.sentences import prose
from tasks.cycle.cycles import CycleFault, cycle_id_of, find_cycle
from tasks.discrepancies.finding import find_all
from tasks.discrepancies.looked import note_seen, seen_last, stamp
from tasks.states import MACHINE, move_discrepancy
from tasks.store import Store


@dataclass(frozen=True)
class Refreshed:
    """What a look has changed: contradictions that are new, found no more, found again (or said anew). `found`: all
    that are there now."""

    new: int = 0
    gone: int = 0
    again: int = 0
    found: int = 0

    @property
    def sentence(self) -> str:
        found = f"Thấy {prose(self.found)} điểm chưa khớp" if self.found else "Không thấy điểm nào chưa khớp"
        return (
            f"{found}: {prose(self.new)} điểm mới, {prose(self.again)} điểm thấy lại hoặc đã đổi số; "
            f"{prose(self.gone)} điểm không còn."
        )


def refresh_released(store: Store, now: datetime) -> None:
    """Look again in every cycle in which reports are being collected, if anything has changed since the last time."""
    with store.reading() as session:
        seen = stamp(session, now)
        if seen == seen_last(session):
            return
        codes = session.exec(select(Cycle.code).where(Cycle.state == CycleState.RELEASED)).all()
    for code in codes:
        with store.writing() as session:
            refresh(session, code, now)
    with store.writing() as session:
        note_seen(session, seen)


def refresh(session: Session, cycle_code: str, now: datetime, *, actor: str = MACHINE) -> Refreshed:
    """Look for every contradiction of a cycle. Run twice it changes nothing; of two at once the second waits.

    A contradiction about an assignment that has been withheld since is left as it is: it is not looked for any more,
    which does not mend it.
    """
    cycle = find_cycle(session, cycle_code)
    if cycle.state == CycleState.DRAFT:
        raise CycleFault(f"Kỳ {cycle_code} còn là dự thảo, chưa có báo cáo nào để đối chiếu.")
    session.refresh(cycle, with_for_update=True)
    found = {one.key: one for one in find_all(session, cycle)}
    hidden = set(session.exec(select(Assignment.id).where(col(Assignment.withheld).is_(True))))
    there = {
        row.key: row
        for row in session.exec(
            select(Discrepancy)
            .where(Discrepancy.cycle_id == cycle.id)
            .order_by(col(Discrepancy.id))
            .with_for_update()
        )
        if row.assignment_id not in hidden
    }
    result = [_look(session, row, found.get(key), actor=actor, now=now) for key, row in there.items()]
    new = [one for key, one in found.items() if key not in there]
    _put_down(session, cycle, new, now)
    return Refreshed(new=len(new), gone=result.count("gone"), again=result.count("again"), found=len(found))


def _look(session: Session, row: Discrepancy, found: Found | None, *, actor: str, now: datetime) -> str:
    """Bring one row up to what is found now; "gone", "again" or "" for what has become of it."""
    was_gone = row.gone_at is not None
    same = found is not None and found.sentence == row.sentence
    state, why = after_look(row.state, found=found is not None, was_gone=was_gone, same=same)
    if why:
        move_discrepancy(session, row, state, reason=why, actor=actor, now=now)
    if found is None:
        if was_gone:
            return ""
        row.gone_at = now
        session.add(row)
        return "gone"
    if was_gone or (row.source, row.sentence) != (found.source, found.sentence):
        row.gone_at, row.source, row.sentence = None, found.source, found.sentence
        session.add(row)
    return "again" if was_gone or why else ""


def _put_down(session: Session, cycle: Cycle, new: list[Found], now: datetime) -> None:
    if not new:
        return
    asked: Mapping[str, tuple[int | None, int]] = {
        code: (request_id, agency_id)
        for code, request_id, agency_id in session.exec(
            select(Agency.code, Request.id, Request.agency_id)
            .join(Request, col(Request.agency_id) == col(Agency.id))
            .where(Request.cycle_id == cycle.id)
        )
    }
    rows = {
        f"{register}/{key}": assignment_id
        for assignment_id, register, key in session.exec(
            select(Assignment.id, Register.code, Assignment.key).join(
                Register, col(Register.id) == col(Assignment.register_id)
            )
        )
    }
    nobody: tuple[int | None, int | None] = (None, None)
    session.flush()
    session.execute(
        sa.insert(Discrepancy),
        [
            {
                "cycle_id": cycle_id_of(cycle),
                "key": one.key,
                "kind": one.kind,
                "agency_id": asked.get(one.agency_code, nobody)[1],
                "request_id": asked.get(one.agency_code, nobody)[0],
                "assignment_id": rows.get(one.row_key),
                "source": one.source,
                "sentence": one.sentence,
                "state": DiscrepancyState.OPEN,
                "found_at": now,
                "asked_no": 0,
                "answer": "",
                "answered_by": "",
            }
            for one in new
        ],
        execution_options={"render_nulls": True},
    )
