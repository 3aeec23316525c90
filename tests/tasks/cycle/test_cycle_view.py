"""A cycle as the figures see it, recounted here from what was handed in, not from what the code says of it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.codes import ReportStatus, RequestState
from models.cycle import Request
from models.directory import Agency, Person
from models.register import Assignment, AssignmentRevision, Indicator, IndicatorRevision
from models.rules.completion import completion, cycle_rates
from models.rules.cycle_view import AssignmentView, CycleView
from models.time import VIETNAM, end_of
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.steps import collect_step, one_after_another, open_step, release_step

CYCLE = "bcd-quy-2026-Q1"
T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)


def hand_in(province: Any, at: datetime, **files: bytes) -> None:
    """Files dropped into the folder and collected at that hour."""
    for name, content in files.items():
        (province.inbox / f"{name}.xlsx").write_bytes(content)
    collect_step(province.office, at, one_after_another)


def view_of(province: Any, code: str = CYCLE) -> CycleView:
    with province.store.reading() as session:
        return read_cycle(session, find_cycle(session, code))


def row(view: CycleView, row_key: str) -> AssignmentView:
    (found,) = [a for a in view.assignments if a.row_key == row_key]
    return found


def dated(province: Any, agency: str) -> str:
    return str(next(line.row_key for line in province.form(agency).assignments if line.kind == "date"))


def key_of(row_key: str) -> str:
    return row_key.partition("/")[2]


def test_the_whole_register_is_there_whoever_was_asked(few: Any) -> None:
    view = view_of(few)
    assert [(r.code, r.year) for r in view.registers] == [("KH57-2026", 2026)]
    assert (len(view.assignments), len(view.indicators)) == (37, 46)
    assert [r.agency_code for r in view.requests] == ["SKHCN", "SNV", "STC", "3127"]
    sections = Counter(assignment.section for assignment in view.assignments)
    assert sections == {"I": 6, "II": 1, "III": 4, "IV": 2, "V": 17, "VI": 3, "VII": 1, "VIII": 3}
    dues = [a.due for a in view.assignments if a.due is not None]
    ends = (date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30), date(2026, 12, 31))
    assert [sum(due <= end for due in dues) for end in ends] == [7, 16, 18, 24]


def test_the_figures_are_those_of_the_files_handed_in(released: Any) -> None:
    """A third of the agencies hand in, each a file of its own; a count of the cells is the count of the view."""
    released.mark_sent(T0 - HOUR)
    agencies = [r.agency_code for r in view_of(released).requests]
    said: Counter[tuple[str, str]] = Counter()
    statuses = ("Hoàn thành", "Đang thực hiện", "Chưa triển khai")
    for number, agency in enumerate(agencies):
        if number % 3:
            continue  # silent
        form = released.form(agency)
        answers = {
            key_of(line.row_key): statuses[(number + place) % 3]
            for place, line in enumerate(form.assignments)
            if line.kind == "date"
        }
        (released.inbox / f"{agency}.xlsx").write_bytes(released.filled(agency, status=answers))
        for line in form.assignments:
            usual = "Thường xuyên, bảo đảm tiến độ" if line.kind == "recurring" else "Đang thực hiện"
            said[line.row_key, answers.get(key_of(line.row_key), usual)] += 1
    collect_step(released.office, T0, one_after_another)
    view = view_of(released)
    counted: Counter[tuple[str, str]] = Counter()
    for assignment in view.assignments:
        for report in assignment.reports:
            if report.status is not None:
                assert report.this_cycle
                counted[assignment.row_key, report.status.label] += 1
    assert sum(counted.values()) > 40
    assert counted == said
    rates = cycle_rates(view, date(2026, 3, 21))
    assert (len(agencies), sum(r.state == RequestState.COMPLETE for r in view.requests)) == (60, 20)
    assert (rates.complete, rates.expected) == (20, 60)
    assert sum(completion(view, view.as_of).overall.counts.values()) == 37


def test_only_the_latest_accepted_version_counts(few_both: Any) -> None:
    row_key = dated(few_both, "SNV")
    hand_in(few_both, T0, a=few_both.filled("SNV", percent="10"))
    hand_in(few_both, T0 + HOUR, b=few_both.filled("SNV", percent="55"))
    hand_in(few_both, T0 + 2 * HOUR, c=few_both.filled("SNV", percent="90", leave_out=1))
    (mine,) = [r for r in row(view_of(few_both), row_key).reports if r.agency_code == "SNV"]
    assert (mine.this_cycle, mine.status, str(mine.percent)) == (True, ReportStatus.IN_PROGRESS, "55")
    (request,) = [r for r in view_of(few_both).requests if r.agency_code == "SNV"]
    assert (request.state, request.versions, request.first_received_at) == (RequestState.COMPLETE, 3, T0)


def test_a_silent_agency_stands_there_without_a_status(few: Any) -> None:
    row_key = dated(few, "SNV")
    assert [
        (r.this_cycle, r.status) for r in row(view_of(few), row_key).reports if r.agency_code == "SNV"
    ] == [(False, None)]


def test_nothing_to_report_is_shown_with_its_reason(few: Any) -> None:
    hand_in(few, T0, a=few.filled("3127", nothing="Chưa được giao nhiệm vụ trong quý"))
    (ward,) = [r for r in view_of(few).requests if r.agency_code == "3127"]
    assert (ward.state, ward.nothing_reason) == (RequestState.COMPLETE, "Chưa được giao nhiệm vụ trong quý")


@pytest.fixture
def second_cycle(few: Any) -> Any:
    """SNV has reported one row complete in quarter I (and STC took it back); 6 months are released."""
    few.row_key = dated(few, "SNV")
    hand_in(few, T0, a=few.filled("SNV", status={key_of(few.row_key): "Hoàn thành"}))
    few.taken_back = dated(few, "STC")
    hand_in(few, T0, b=few.filled("STC", status={key_of(few.taken_back): "Hoàn thành"}))
    hand_in(few, T0 + HOUR, c=few.filled("STC"))
    signed = date(2026, 6, 5)
    open_step(few.office, "2026-H1", end_of(signed))
    release_step(few.office, "bcd-6-thang-2026-H1", "40-CV/BCĐ", signed, end_of(signed))
    return few


def test_complete_stays_complete_in_later_cycles(second_cycle: Any) -> None:
    view = view_of(second_cycle, "bcd-6-thang-2026-H1")
    (mine,) = [r for r in row(view, second_cycle.row_key).reports if r.agency_code == "SNV"]
    assert (mine.this_cycle, mine.status, mine.completed_on) == (
        False,
        ReportStatus.COMPLETE,
        date(2026, 3, 10),
    )


def test_what_was_taken_back_is_not_carried_over(second_cycle: Any) -> None:
    view = view_of(second_cycle, "bcd-6-thang-2026-H1")
    mine = [r for r in row(view, second_cycle.taken_back).reports if r.agency_code == "STC"]
    assert [(r.this_cycle, r.status) for r in mine] == [(False, None)]


def test_an_earlier_cycle_does_not_see_a_later_one(second_cycle: Any) -> None:
    before = view_of(second_cycle)
    h1 = "bcd-6-thang-2026-H1"
    later = end_of(date(2026, 6, 15))
    hand_in(second_cycle, later, d=second_cycle.filled("SNV", cycle=h1))
    assert view_of(second_cycle) == before


def test_a_cycle_keeps_the_revisions_it_asked_about(few: Any) -> None:
    before = view_of(few)
    with few.store.writing() as session:
        for table, revision, field in (
            (Assignment, AssignmentRevision, "assignment_id"),
            (Indicator, IndicatorRevision, "indicator_id"),
        ):
            first = session.exec(select(table).order_by(col(table.id))).first()
            old = session.exec(select(revision).where(getattr(revision, field) == first.id)).first()
            fresh = {**old.model_dump(), "id": None, "no": 2, "name": "Tên mới"}
            session.add(revision(**fresh))
            first.revision_no = 2
    after = view_of(few)
    assert after.indicators == before.indicators
    assert [a.name for a in after.assignments] == [a.name for a in before.assignments]
    with few.store.writing() as session:
        for table in (Assignment, Indicator):
            session.exec(select(table).order_by(col(table.id))).first().dropped_at = T0
    assert len(view_of(few).assignments) == 37
    assert len(view_of(few).indicators) == 46


def test_an_agency_that_has_left_since_stays_in_the_figures(few: Any) -> None:
    with few.store.writing() as session:
        snv = session.exec(select(Agency).where(Agency.code == "SNV")).one()
        snv.active = False
        for person in session.exec(select(Person).where(Person.agency_id == snv.id)):
            person.active = False
        unasked = session.exec(select(Agency).where(Agency.code == "STP")).one()
        unasked.active = False
    view = view_of(few)
    assert view.agency("SNV").name == "Sở Nội vụ"
    assert "STP" not in [agency.code for agency in view.agencies]


def test_a_withheld_row_is_marked(few: Any) -> None:
    row_key = dated(few, "SNV")
    with few.store.writing() as session:
        set_withheld(
            session, find_assignment(session, row_key), withheld=True, reason="mật", actor="Thư ký", now=T0
        )
    assert [a.row_key for a in view_of(few).assignments if a.withheld] == [row_key]


def test_a_draft_can_be_looked_at(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", T0)
    view = view_of(imported)
    assert (len(view.assignments), view.requests) == (37, ())
    assert imported.count(Request) == 0
