"""Figures kept in memory: every kind of change is seen at the next look, and what has not changed is not read again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import (
    ConfirmationVerdict,
    ReportStatus,
    ReportWay,
    RequestState,
)
from models.cycle import Cycle, Request
from models.desk_act import (
    AssignmentLink,
    Confirmation,
    ProposalDecision,
    RecordedReport,
    ReturnedReport,
)
from models.directory import Agency
from models.register import Assignment, AssignmentRevision
from models.rules.board.glance import Glance
from models.submission import SignedReport, Submission
from models.time import VIETNAM
from tasks.board import cache, reading
from tasks.board.reading import Board, read_glance
from tasks.cycle.cycles import close_cycle, find_cycle
from tasks.cycle.request_acts import extend_request, find_request
from tasks.profile import DefaultOwner, OwnerEntry, apply_directory, apply_owners
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.states import move_request
from tasks.steps import collect_step, one_after_another, open_step, release_step

CYCLE = "bcd-quy-2026-Q1"
T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sent(few_both: Any) -> Any:
    few_both.mark_sent(T0 - MINUTE)
    return few_both


def look(province: Any, now: datetime = T0, code: str = CYCLE) -> Glance:
    with province.store.reading() as session:
        return Board(province.store, session, now).glance(find_cycle(session, code))


def afresh(province: Any, now: datetime = T0, code: str = CYCLE) -> Glance:
    with province.store.reading() as session:
        return read_glance(session, find_cycle(session, code), now)


def hand_in(province: Any, content: bytes, now: datetime) -> None:
    (province.inbox / "bao-cao.xlsx").write_bytes(content)
    collect_step(province.office, now, one_after_another)


def reported(province: Any) -> None:
    hand_in(province, province.filled("SNV"), T0)


Change = Callable[[Any], None]


def writing(do: Callable[[Session, Any], None]) -> Change:
    def change(province: Any) -> None:
        with province.store.writing() as session:
            do(session, province)

    return change


def _faulty(province: Any) -> None:
    hand_in(province, province.filled("STC", leave_out=1), T0)


def _extended(session: Session, _province: Any) -> None:
    request = find_request(session, CYCLE, "STC")
    extend_request(session, request, date(2026, 3, 27), reason="Chờ số liệu", actor="Thư ký", now=T0)


def _exempted(session: Session, _province: Any) -> None:
    request = find_request(session, CYCLE, "STC")
    move_request(session, request, RequestState.EXEMPT, reason="Sáp nhập", actor="Thư ký", now=T0)


def _withheld(session: Session, _province: Any) -> None:
    assignment = find_assignment(session, "KH57-2026/V.5.1")
    set_withheld(session, assignment, withheld=True, reason="Mật", actor="Thư ký", now=T0)


def _renamed(session: Session, province: Any) -> None:
    profile = province.office.profile
    agencies = [
        entry.model_copy(update={"name": "Sở Nội vụ tỉnh"}) if entry.code == "SNV" else entry
        for entry in profile.agencies
    ]
    apply_directory(session, profile.model_copy(update={"agencies": agencies}), actor="Thư ký", now=T0)


def _left_a_group(session: Session, province: Any) -> None:
    profile = province.office.profile
    groups = [
        entry.model_copy(
            update={"members": entry.members.model_copy(update={"except_": [*entry.members.except_, "3127"]})}
        )
        for entry in profile.groups
    ]
    apply_directory(session, profile.model_copy(update={"groups": groups}), actor="Thư ký", now=T0)


def _owner_given(session: Session, province: Any) -> None:
    """No row is added by this, and no act written."""
    entry = OwnerEntry(indicator="KH57-2026/V.45", agency="SVHTTDL")
    apply_owners(session, province.office.profile.model_copy(update={"owners": [entry]}))


def _owner_settled(session: Session, province: Any) -> None:
    default = DefaultOwner(agency="SKHCN", provisional=False)
    apply_owners(session, province.office.profile.model_copy(update={"default_owner": default}))


def _another_revision(session: Session, _province: Any) -> None:
    assignment = find_assignment(session, "KH57-2026/V.5.1")
    old = session.exec(
        select(AssignmentRevision).where(
            AssignmentRevision.assignment_id == assignment.id, AssignmentRevision.no == assignment.revision_no
        )
    ).one()
    fresh = AssignmentRevision(**{**old.model_dump(exclude={"id"}), "no": old.no + 1, "name": "Tên khác"})
    assignment.revision_no = fresh.no
    session.add_all([fresh, assignment])


def _confirmed(session: Session, _province: Any) -> None:
    cycle = find_cycle(session, CYCLE)
    assignment = find_assignment(session, "KH57-2026/V.5.1")
    session.add(
        Confirmation(
            cycle_id=cycle.id or 0,
            assignment_id=assignment.id or 0,
            verdict=ConfirmationVerdict.CONFIRMED,
            status=ReportStatus.COMPLETE,
            actor="Thư ký",
            at=T0,
        )
    )


def _proposal_accepted(session: Session, _province: Any) -> None:
    assignment = find_assignment(session, "KH57-2026/V.5.1")
    session.add(ProposalDecision(assignment_id=assignment.id or 0, accepted=True, actor="Thư ký", at=T0))


def _linked(session: Session, _province: Any) -> None:
    one, other = session.exec(select(Assignment.id).order_by(col(Assignment.id)).limit(2)).all()
    session.add(AssignmentLink(one_id=one or 0, other_id=other or 0, actor="Thư ký", at=T0))


def _recorded(session: Session, province: Any) -> None:
    session.add(
        RecordedReport(
            request_id=province.request_id("STC"),
            way=ReportWay.PAPER,
            received_on=date(2026, 3, 12),
            received_at=T0,
            actor="Thư ký",
            at=T0,
        )
    )


def _returned(session: Session, province: Any) -> None:
    session.add(
        ReturnedReport(
            request_id=province.request_id("STC"),
            comment="Bổ sung",
            due=date(2026, 3, 20),
            actor="Thư ký",
            at=T0,
        )
    )


def _signed(session: Session, province: Any) -> None:
    submission = session.exec(select(Submission)).first()
    assert submission is not None
    session.add(
        SignedReport(
            request_id=submission.request_id,
            arrival_id=submission.arrival_id,
            number="12/BC-SNV",
            signed_on=date(2026, 3, 12),
            signer="Lò Văn A",
            added_at=T0,
        )
    )


def _closed(session: Session, _province: Any) -> None:
    close_cycle(session, find_cycle(session, CYCLE), reason="Hết kỳ", actor="Thư ký", now=T0)


def _asked_another(session: Session, _province: Any) -> None:
    cycle = find_cycle(session, CYCLE)
    agency = session.exec(select(Agency).where(Agency.code == "SYT")).one()
    session.add(Request(cycle_id=cycle.id or 0, agency_id=agency.id or 0, due=cycle.due))


CHANGES: dict[str, Change] = {
    "accepted": reported,
    "faulty": _faulty,
    "extended": writing(_extended),
    "exempted": writing(_exempted),
    "withheld": writing(_withheld),
    "agency renamed": writing(_renamed),
    "left a group": writing(_left_a_group),
    "owner of an indicator": writing(_owner_given),
    "owner settled": writing(_owner_settled),
    "revision": writing(_another_revision),
    "confirmed": writing(_confirmed),
    "proposal accepted": writing(_proposal_accepted),
    "linked": writing(_linked),
    "recorded": writing(_recorded),
    "returned": writing(_returned),
    "closed": writing(_closed),
    "asked another": writing(_asked_another),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_at_the_next_look(sent: Any, change: str) -> None:
    before = look(sent)
    assert look(sent) is before
    CHANGES[change](sent)
    after = look(sent)
    assert after is not before
    assert after == afresh(sent)
    assert look(sent) is after


def test_a_signed_report_is_seen(sent: Any) -> None:
    reported(sent)
    before = look(sent)
    assert before.rates.signed == 0
    writing(_signed)(sent)
    assert look(sent).rates.signed == 1


def test_acts_that_end_a_row_are_seen(sent: Any) -> None:
    """A row that is cancelled or ended in place: its act is in the audit trail, and the exact look sees the row."""
    writing(_linked)(sent)
    writing(_recorded)(sent)
    before = look(sent)
    with sent.store.writing() as session:
        link = session.exec(select(AssignmentLink)).one()
        link.ended_at, link.ended_by = T0, "Thư ký"
        session.add(link)
    later = T0 + cache.TRUSTED
    ended = look(sent, later)
    assert ended is not before
    with sent.store.writing() as session:
        recorded = session.exec(select(RecordedReport)).one()
        recorded.cancelled_at, recorded.cancelled_by = T0, "Thư ký"
        session.add(recorded)
    assert look(sent, later + cache.TRUSTED) is not ended


def test_what_leaves_no_trace_is_seen_after_a_while(sent: Any) -> None:
    """Somebody writes to the database by hand, past every act."""
    before = look(sent)
    with sent.store.writing() as session:
        agency = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        agency.name = "Sở Nội vụ (sửa tay)"
        session.add(agency)
    assert look(sent, T0 + cache.TRUSTED - timedelta(seconds=1)) is before
    line = look(sent, T0 + cache.TRUSTED).agency_line("SNV")
    assert line is not None
    assert line.agency.name == "Sở Nội vụ (sửa tay)"


def test_the_next_day_is_another_look(sent: Any) -> None:
    due = datetime(2026, 3, 20, 23, 59, tzinfo=VIETNAM).astimezone(UTC)
    assert look(sent, due).rates.overdue == 0
    assert look(sent, due + MINUTE).rates.overdue == 4


@pytest.mark.parametrize("few_both", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_a_row_committed_late_is_seen(sent: Any) -> None:
    """A transaction that began first and ends last bears the lower number."""
    other = sent.open_again()
    with other.writing() as slow:
        _confirmed(slow, sent)
        slow.flush()
        writing(_confirmed)(sent)
        before = look(sent)
    assert look(sent) is not before


def test_what_is_new_in_one_cycle_leaves_the_closed_ones_in_memory(
    sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_step(sent.office, "2026-Q2", T0)
    release_step(sent.office, "bcd-quy-2026-Q2", "30-CV/BCĐ", date(2026, 3, 12), T0)
    sent.mark_sent(T0)
    read: list[str] = []

    def counted(session: Session, cycle: Cycle, now: datetime) -> Glance:
        read.append(cycle.period)
        return read_glance(session, cycle, now)

    monkeypatch.setattr(reading, "read_glance", counted)

    def trend() -> list[str]:
        with sent.store.reading() as session:
            board = Board(sent.store, session, T0)
            return [point.name for point in board.trend(find_cycle(session, "bcd-quy-2026-Q2"))]

    assert trend() == ["Quý I/2026", "Quý II/2026"]
    assert sorted(read) == ["2026-Q1", "2026-Q2"]
    hand_in(sent, sent.filled("SNV", cycle="bcd-quy-2026-Q2"), T0)
    trend()
    assert read[2:] == ["2026-Q2"]
    hand_in(
        sent, sent.filled("SKHCN"), T0
    )  # of the first: complete stays complete, so the second is read, too
    trend()
    assert sorted(read[3:]) == ["2026-Q1", "2026-Q2"]


def test_a_cycle_with_nothing_new_is_not_read_again(sent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = look(sent)
    monkeypatch.setattr(reading, "read_glance", None)  # calling it would be an error
    later = look(sent, T0 + 3 * cache.TRUSTED)
    assert later is before
    assert replace(later) == before


def test_a_board_asks_the_database_a_fixed_number_of_times(released: Any) -> None:
    """Sixty agencies, thirty-seven assignments, forty-six indicators: a statement for each of any would show."""
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    sa.event.listen(released.store.engine, "before_cursor_execute", note)
    with released.store.reading() as session:
        cycle = find_cycle(session, CYCLE)
        before = len(statements)
        board = Board(released.store, session, T0)
        told = board.glance(cycle)
        board.trend(cycle)
        cold = len(statements) - before
        Board(released.store, session, T0).glance(cycle)
    assert len(told.agencies) >= 60
    assert cold < 60
    assert len(statements) - before == cold + 1  # at hand: one look at what changed
