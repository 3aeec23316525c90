"""A form kept in the process is given only while it is still the form: whatever changes it is noticed."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.cycle import Cycle, Request
from models.directory import Agency
from models.register import Assignment, AssignmentRevision
from models.submission import AssignmentReport
from portal.present import present
from tasks.cycle import kept_forms
from tasks.cycle.forms import FormFacts, form_facts
from tasks.cycle.kept_forms import form_now, keep_facts, kept_facts
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.registers.register_acts import find_assignment, set_withheld

NOW = datetime(2026, 3, 12, 3, tzinfo=UTC)


def now(province: Any, contact: str = "") -> FormFacts:
    """The form of SNV as its page gets it."""
    with province.store.reading() as session:
        there = present(session, province.request_id("SNV"))
        return form_now(session, there.request, there.cycle, there.agency, there.standing, contact)


def anew(province: Any) -> FormFacts:
    request_id = province.request_id("SNV")
    with province.store.reading() as session:
        return form_facts(session, [request_id], contact="")[request_id]


class Asked:
    """Stands before form_facts and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0

        def ask(*about: Any, **how: Any) -> Any:
            self.times += 1
            return form_facts(*about, **how)

        monkeypatch.setattr(kept_forms, "form_facts", ask)


def test_it_is_read_once_and_names_whoever_is_to_be_asked(
    few_both: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked(monkeypatch)
    assert now(few_both) == now(few_both) == anew(few_both)
    assert now(few_both, "Trần Thị C").form.contact == "Trần Thị C"
    assert asked.times == 1


def withhold(session: Session, province: Any) -> None:
    assignment = find_assignment(session, province.form("SNV").assignments[0].row_key)
    set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=NOW)


def move_a_deadline(session: Session, province: Any) -> None:
    assignment = find_assignment(session, province.form("SNV").assignments[0].row_key)
    revision = session.exec(
        select(AssignmentRevision).where(
            AssignmentRevision.assignment_id == assignment.id, AssignmentRevision.no == assignment.revision_no
        )
    ).one()
    number = assignment.revision_no + 1
    moved = {**revision.model_dump(exclude={"id"}), "no": number, "due": date(2026, 9, 30), "source": "99-CV"}
    session.add(AssignmentRevision(**moved))
    session.flush()
    assignment.revision_no = number


def change(table: Any, **values: Any) -> Callable[[Session, Any], None]:
    def do(session: Session, province: Any) -> None:
        request = session.get_one(Request, province.request_id("SNV"))
        row = {Request: request.id, Cycle: request.cycle_id, Agency: request.agency_id}[table]
        for name, value in values.items():
            setattr(session.get_one(table, row), name, value)

    return do


CHANGES = {
    "withheld": withhold,
    "deadline of an assignment": move_a_deadline,
    "more time": change(Request, due=date(2026, 4, 9)),
    "another version": change(Request, form_version=2),
    "renamed": change(Agency, name="Sở Nội vụ và Lao động"),
    "period": change(Cycle, as_of=date(2026, 3, 20)),
    "name of the cycle": change(Cycle, name="Báo cáo Quý I"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_changes_it_is_noticed(few_both: Any, what: str) -> None:
    before = now(few_both)
    with few_both.open_again().writing() as session:  # another process
        CHANGES[what](session, few_both)
    after = now(few_both)
    assert after == anew(few_both)
    assert after.form != before.form


def test_a_report_is_held_against_the_form_of_now(few_both: Any) -> None:
    """This process has kept the form; meanwhile another takes an assignment off the system."""
    content, kept = few_both.filled("SNV"), now(few_both)
    hidden = kept.form.assignments[0].row_key
    few_both.mark_sent(NOW)
    with few_both.open_again().writing() as session:
        withhold(session, few_both)
    arrival = receive(
        few_both.store,
        channel="trang-web",
        reference="1",
        file_name="bieu.xlsx",
        content=content,
        received_at=NOW,
        now=NOW,
        request_id=few_both.request_id("SNV"),
    )
    with few_both.store.reading() as session:
        assert kept_facts(session, few_both.request_id("SNV")) == kept
    judge_one(few_both.store, arrival or 0, few_both.office.key, NOW, content)
    with few_both.store.reading() as session:
        reported = session.exec(
            select(Assignment.key).join(
                AssignmentReport, col(AssignmentReport.assignment_id) == col(Assignment.id)
            )
        ).all()
    assert reported
    assert hidden.partition("/")[2] not in reported


def test_no_more_than_so_many_are_kept(few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MOST", 2)
    ids = [request.id for request in few.all(Request)][:3]
    with few.store.reading() as session:
        for facts in form_facts(session, ids, contact="").values():
            keep_facts(session, facts)
        assert [one for one in ids if kept_facts(session, one)] == ids[1:]
