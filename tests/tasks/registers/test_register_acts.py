"""Decisions on assignments: deadline, lead of record, links between registers, proposals; on both databases."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.codes import AssignmentClass, DeadlineKind
from models.desk_act import AssignmentLink, ProposalDecision
from models.history import Audit
from models.register import Assignment, AssignmentRevision, Register
from models.rules.completion import completion
from models.rules.cycle_view import AssignmentView, CycleView
from models.time import VIETNAM
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import close_cycle, find_cycle, who_owes
from tasks.registers.deadline_acts import change_deadline, undo_deadline
from tasks.registers.link_acts import link, suggested_links, unlink
from tasks.registers.proposal_acts import decide_proposal
from tasks.registers.register_acts import AssignmentFault, find_assignment, leads_named, set_lead
from tasks.registers.register_rows import read_bearers
from tasks.reminders.duties import read_duties

CYCLE = "bcd-quy-2026-Q1"
NOW = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
BY = {"actor": "Lường Thị Trưởng (truong.lt)", "now": NOW}
RULED = "Công văn 85/UBND-TH"


def view_of(province: Any) -> CycleView:
    with province.store.reading() as session:
        return read_cycle(session, find_cycle(session, CYCLE))


def row(province: Any, row_key: str) -> AssignmentView:
    (found,) = [a for a in view_of(province).assignments if a.row_key == row_key]
    return found


def of_kind(province: Any, kind: DeadlineKind, due: date | None = None) -> str:
    return next(
        a.row_key for a in view_of(province).assignments if a.kind is kind and (due is None or a.due == due)
    )


def moved(province: Any, row_key: str, due: date, signed_on: date = date(2026, 3, 10), **more: Any) -> bool:
    with province.store.writing() as session:
        assignment = find_assignment(session, row_key)
        number = more.pop("number", RULED)
        return change_deadline(session, assignment, due, number=number, signed_on=signed_on, **{**BY, **more})


def undone(province: Any, row_key: str, **more: Any) -> bool:
    with province.store.writing() as session:
        return undo_deadline(session, find_assignment(session, row_key), reason="Nhầm nhiệm vụ", **BY, **more)


def test_a_deadline_moves_by_a_document_and_the_first_date_stays(few_both: Any) -> None:
    row_key = of_kind(few_both, DeadlineKind.DATE, date(2026, 3, 31))
    before = row(few_both, row_key)
    assert not before.moved
    assert [moved(few_both, row_key, date(2026, 6, 30)), moved(few_both, row_key, date(2026, 6, 30))] == [
        True,
        False,
    ]
    after = row(few_both, row_key)
    assert (after.due, after.first_due, after.first_deadline_raw) == (
        date(2026, 6, 30),
        date(2026, 3, 31),
        before.deadline_raw,
    )
    assert (after.moved, after.due_source) == (True, f"{RULED} ngày 10/3/2026")
    assert after.leads_raw == before.leads_raw
    assert [r.agency_code for r in after.reports] == [r.agency_code for r in before.reports]
    assert few_both.count(Audit, Audit.act == "dieu-chinh-thoi-han") == 1


def test_the_day_of_the_document_decides_what_was_late(few_both: Any) -> None:
    row_key = of_kind(few_both, DeadlineKind.DATE, date(2026, 3, 31))
    moved(few_both, row_key, date(2026, 6, 30), date(2026, 4, 10), now=datetime(2026, 4, 12, 2, tzinfo=UTC))
    view = view_of(few_both)
    classes = [
        completion(view, day).classes[row_key]
        for day in (date(2026, 3, 31), date(2026, 4, 9), date(2026, 4, 10), date(2026, 7, 1))
    ]
    behind, silent = AssignmentClass.BEHIND, AssignmentClass.NO_REPORT
    assert classes == [silent, behind, silent, behind]


def test_taken_back_the_first_deadline_stands_again(few_both: Any) -> None:
    row_key = of_kind(few_both, DeadlineKind.DATE, date(2026, 3, 31))
    before = row(few_both, row_key)
    moved(few_both, row_key, date(2026, 6, 30))
    moved(few_both, row_key, date(2026, 9, 30), number="Công văn 99/UBND")
    assert undone(few_both, row_key)
    assert (row(few_both, row_key).due, row(few_both, row_key).due_source) == (
        date(2026, 6, 30),
        f"{RULED} ngày 10/3/2026",
    )
    assert undone(few_both, row_key)
    after = row(few_both, row_key)
    assert (after.due, after.deadline_raw, after.moved) == (before.due, before.deadline_raw, False)
    assert completion(view_of(few_both), date(2026, 4, 1)).classes[row_key] is AssignmentClass.BEHIND
    with pytest.raises(AssignmentFault, match="không có điều chỉnh nào"):
        undone(few_both, row_key)
    assignment = next(a for a in few_both.all(Assignment) if a.id == before.id)
    assert few_both.count(AssignmentRevision, AssignmentRevision.assignment_id == assignment.id) == 5


def test_taking_back_what_was_taken_back_does_nothing(few: Any) -> None:
    row_key = of_kind(few, DeadlineKind.DATE, date(2026, 3, 31))
    moved(few, row_key, date(2026, 6, 30))
    moved(few, row_key, date(2026, 9, 30), number="Công văn 99/UBND")
    assert [undone(few, row_key, seen_revision=3), undone(few, row_key, seen_revision=3)] == [True, False]
    assert row(few, row_key).due == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("due", "number", "signed_on", "said"),
    [
        (date(2026, 6, 30), "  ", date(2026, 3, 10), "Chưa ghi số"),
        (date(2026, 6, 30), RULED, date(2026, 3, 13), "tương lai"),
        (date(206, 6, 30), RULED, date(2026, 3, 10), "xem lại năm"),
        (date(2026, 3, 31), RULED, date(2026, 3, 10), "phải là ngày khác"),
    ],
)
def test_deadlines_that_make_no_sense(few: Any, due: date, number: str, signed_on: date, said: str) -> None:
    row_key = of_kind(few, DeadlineKind.DATE, date(2026, 3, 31))
    with pytest.raises(AssignmentFault, match=said):
        moved(few, row_key, due, signed_on, number=number)
    assert row(few, row_key).due == date(2026, 3, 31)


def test_what_waits_for_guidance_gets_its_first_date(few_both: Any) -> None:
    row_key = of_kind(few_both, DeadlineKind.GUIDED)
    words = row(few_both, row_key).deadline_raw
    moved(few_both, row_key, date(2026, 8, 31))
    after = row(few_both, row_key)
    assert (after.kind, after.due, after.first_due, after.first_deadline_raw) == (
        DeadlineKind.DATE,
        date(2026, 8, 31),
        None,
        words,
    )
    undone(few_both, row_key)
    assert (row(few_both, row_key).kind, row(few_both, row_key).due) == (DeadlineKind.GUIDED, None)


def test_reminders_go_by_the_deadline_in_force(few: Any) -> None:
    row_key = of_kind(few, DeadlineKind.DATE, date(2026, 3, 31))
    moved(few, row_key, date(2026, 6, 30))
    with few.store.reading() as session:
        assignment_id = find_assignment(session, row_key).id
        duties = read_duties(session, few.office.profile.assignment_steps, NOW)
    mine = [duty for duty in duties.by_subject.values() if duty.assignment_id == assignment_id]
    assert {(duty.due, duty.plan_no) for duty in mine} == {(date(2026, 6, 30), 2)}


def test_a_closed_cycle_keeps_the_deadlines_it_was_closed_with(few: Any) -> None:
    row_key = of_kind(few, DeadlineKind.DATE, date(2026, 3, 31))
    with few.store.writing() as session:
        close_cycle(session, find_cycle(session, CYCLE), reason="Hết kỳ", actor="Thư ký", now=NOW)
    later = datetime(2026, 5, 12, 2, tzinfo=UTC)
    moved(few, row_key, date(2026, 6, 30), now=later)
    with few.store.writing() as session:
        decide_proposal(
            session, find_assignment(session, row_key), accepted=True, document="TB 9", actor="x", now=later
        )
    assert (row(few, row_key).due, row(few, row_key).proposal_accepted) == (date(2026, 3, 31), False)


def test_the_lead_of_record_is_changed_and_set_again(few_both: Any) -> None:
    with few_both.store.reading() as session:
        bearers = read_bearers(session)
        assignment, first, second = next(
            (one, named[0], named[1])
            for one in few_both.all(Assignment)
            if len(named := leads_named(session, one, bearers)) > 1
            and bearers.ids[named[0]] == one.lead_agency_id
        )
    key = f"KH57-2026/{assignment.key}"

    def lead(code: str, reason: str = "Theo phân công lại") -> bool:
        with few_both.store.writing() as session:
            return set_lead(session, find_assignment(session, key), code, reason=reason, **BY)

    assert row(few_both, key).lead_of_record == first
    assert [lead(second.code), lead(second.code)] == [True, False]
    assert row(few_both, key).lead_of_record == second
    assert lead(first.code)
    assert row(few_both, key).lead_of_record == first
    with pytest.raises(AssignmentFault, match="không phải cơ quan chủ trì"):
        lead("3127")
    with pytest.raises(AssignmentFault, match="Chưa ghi lý do"):
        lead(second.code, " . ")


def test_an_accepted_proposal_is_no_failure_and_is_asked_about_no_more(few_both: Any) -> None:
    row_key = of_kind(few_both, DeadlineKind.DATE, date(2026, 3, 31))

    def decided(accepted: bool, **more: str) -> bool:
        with few_both.store.writing() as session:
            return decide_proposal(
                session, find_assignment(session, row_key), accepted=accepted, **more, **BY
            )

    with pytest.raises(AssignmentFault, match="Chưa ghi số, ngày văn bản"):
        decided(True)
    document = {"document": "TB số 9-TB/BCĐ ngày 11/3/2026"}
    assert [decided(True, **document), decided(True, **document)] == [True, False]
    assert completion(view_of(few_both), date(2026, 4, 1)).classes[row_key] is AssignmentClass.PROPOSED_OUT
    with few_both.store.reading() as session:
        assignment_id = find_assignment(session, row_key).id
        _, owed = who_owes(session, find_cycle(session, CYCLE), date(2026, 3, 12))
        duties = read_duties(session, few_both.office.profile.assignment_steps, NOW)
        (revision,) = few_both.all(AssignmentRevision, AssignmentRevision.assignment_id == assignment_id)
    assert revision.id not in {
        line.revision_id for lines in owed.values() for line in lines if line.kind == "assignment"
    }
    settled = {d.settled for d in duties.by_subject.values() if d.assignment_id == assignment_id}
    assert settled == {"đề xuất không thực hiện hoặc phối hợp đã được chấp nhận"}
    with pytest.raises(AssignmentFault, match="Chưa ghi lý do"):
        decided(False)
    assert decided(False, why="Ban Chỉ đạo xem lại")
    assert completion(view_of(few_both), date(2026, 4, 1)).classes[row_key] is AssignmentClass.BEHIND
    assert [one.accepted for one in few_both.all(ProposalDecision)] == [True, False]


@pytest.fixture
def two_registers(few_both: Any) -> Any:
    """A second register with two tasks, one of them named as a task of the plan is; the cycle asks about both."""
    from models.cycle import CycleRegister

    few_both.row_key = of_kind(few_both, DeadlineKind.DATE, date(2026, 3, 31))
    with few_both.store.writing() as session:
        plan = find_assignment(session, few_both.row_key)
        old = next(r for r in few_both.all(AssignmentRevision) if r.assignment_id == plan.id)
        register = Register(code="NQ71-2026", name="Nghị quyết số 71-NQ/CP", year=2026)
        session.add(register)
        session.flush()
        session.add(CycleRegister(cycle_id=find_cycle(session, CYCLE).id or 0, register_id=register.id or 0))
        for key, name in (("I.1", f"{old.name} theo Nghị quyết"), ("I.2", "Việc khác hẳn")):
            one = Assignment(
                register_id=register.id or 0, key=key, revision_no=1, lead_agency_id=plan.lead_agency_id
            )
            session.add(one)
            session.flush()
            said = old.model_dump(exclude={"id", "assignment_id", "name", "section"})
            session.add(AssignmentRevision(**said, assignment_id=one.id or 0, name=name, section="I"))
    return few_both


def linked(province: Any, one: str, other: str, *, ends: str = "") -> bool:
    with province.store.writing() as session:
        rows = find_assignment(session, one), find_assignment(session, other)
        if ends:
            return unlink(session, *rows, reason=ends, **BY)
        return link(session, *rows, why="Cùng một việc", **BY)


def test_the_same_task_in_two_registers_counts_once(two_registers: Any) -> None:
    day = date(2026, 3, 14)
    before = completion(view_of(two_registers), day)
    assert (before.overall.total, before.counted_again) == (39, 0)
    there = "NQ71-2026/I.1"
    assert [
        linked(two_registers, there, two_registers.row_key),
        linked(two_registers, there, two_registers.row_key),
    ] == [True, False]
    assert row(two_registers, there).linked == (two_registers.row_key,)
    after = completion(view_of(two_registers), day)
    assert (after.overall.total, after.counted_again) == (38, 1)
    assert [(cut.code, cut.tally.total) for cut in after.by_register] == [("KH57-2026", 37), ("NQ71-2026", 2)]
    assert sum(cut.tally.total for cut in after.by_quarter) == 38
    lead = row(two_registers, there).lead_of_record
    assert lead is not None
    mine = (
        {c.agency.code: c.tally.total for c in after.by_agency},
        {c.agency.code: c.tally.total for c in before.by_agency},
    )
    assert mine[0][lead.code] == mine[1][lead.code] - 1
    assert linked(two_registers, two_registers.row_key, there, ends="Không phải một việc")
    assert completion(view_of(two_registers), day) == before
    (kept,) = two_registers.all(AssignmentLink)
    assert (kept.ended_by, kept.ended_why) == (BY["actor"], "Không phải một việc")
    assert not linked(two_registers, two_registers.row_key, there, ends="Không phải một việc")


def test_likeness_suggests_and_links_nothing(two_registers: Any) -> None:
    with two_registers.store.reading() as session:
        like = suggested_links(session)[0]
    assert {like.one.row_key, like.other.row_key} == {two_registers.row_key, "NQ71-2026/I.1"}
    assert two_registers.count(AssignmentLink) == 0
    linked(two_registers, two_registers.row_key, "NQ71-2026/I.1")
    with two_registers.store.reading() as session:
        again = suggested_links(session)
    assert like not in again


def test_only_tasks_of_different_registers_are_linked(two_registers: Any) -> None:
    for other in ("KH57-2026/I.1", two_registers.row_key):
        with pytest.raises(AssignmentFault, match="hai danh mục khác nhau"):
            linked(two_registers, two_registers.row_key, other)


def test_the_form_asks_with_the_deadline_in_force(few: Any) -> None:
    line = next(line for line in few.form("SNV").assignments if line.kind is DeadlineKind.DATE)
    few.blank("SNV")
    moved(few, line.row_key, date(2026, 11, 30))
    (now,) = [one for one in few.form("SNV").assignments if one.row_key == line.row_key]
    assert now.due == date(2026, 11, 30)
    assert now.deadline == f"30/11/2026 (ban đầu: {line.deadline}; điều chỉnh theo {RULED} ngày 10/3/2026)"
    assert few.request("SNV").form_sha256 is None
    undone(few, line.row_key)
    assert line in few.form("SNV").assignments
