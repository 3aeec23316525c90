"""The confirmed basis, deadlines over time, and the same task in two registers: as tables of cases."""

from dataclasses import replace
from datetime import date

import pytest

from models.codes import AssignmentClass, DeadlineKind, ReportStatus
from models.rules.cycle_view import AssignmentView, ConfirmedWord, DueSince, LeadReport
from models.rules.registers.classes import classify, completion_day, member_class
from models.rules.registers.confirmed import (
    Declared,
    confirmed_assignment,
    same_declaration,
    still_speaks,
)
from models.rules.registers.dues import Deadline, dues_since, standing_changes, taken_back
from models.rules.registers.names import Bearer
from models.rules.registers.same_task import (
    Named,
    groups_of,
    likenesses,
    linked_contradictions,
    once,
)

C, S, K = AssignmentClass, ReportStatus, DeadlineKind
DUE = date(2026, 3, 31)
DONE = date(2026, 3, 10)


def task(key: str, *reports: LeadReport, lead: Bearer | None = None, **more: object) -> AssignmentView:
    view = AssignmentView(
        row_key=key,
        register_code=key.partition("/")[0],
        key=key.partition("/")[2],
        section="I",
        section_name="Công tác chỉ đạo",
        subsection="",
        subsection_name="",
        number="1",
        name="Nhiệm vụ",
        leads_raw="",
        coordinators_raw="",
        result="",
        deadline_raw="Quý I/2026",
        kind=K.DATE,
        due=DUE,
        lead_of_record=lead or Bearer("agency", "SNV"),
        member_noun="",
        reports=reports,
        withheld=False,
        proposal_accepted=False,
    )
    return replace(view, **more)  # type: ignore[arg-type]


def said(by: str, status: ReportStatus | None, on: date | None = None, **more: object) -> LeadReport:
    word = LeadReport(by, status is not None, status, completed_on=on)
    return replace(word, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (said("SNV", S.COMPLETE, DONE), C.NO_REPORT),
        (said("SNV", S.COMPLETE, DONE, confirmed=ConfirmedWord(S.COMPLETE, DONE)), C.DONE_ON_TIME),
        (said("SNV", S.COMPLETE, DONE, confirmed=ConfirmedWord(S.IN_PROGRESS, None, True)), C.IN_PROGRESS),
        (said("SNV", S.BEHIND, confirmed=ConfirmedWord(S.COMPLETE, DONE, True)), C.DONE_ON_TIME),
        (said("SNV", S.IN_PROGRESS, this_cycle=False, confirmed=ConfirmedWord(S.IN_PROGRESS)), C.NO_REPORT),
        (
            said("SNV", S.COMPLETE, DONE, this_cycle=False, confirmed=ConfirmedWord(S.COMPLETE, DONE)),
            C.DONE_ON_TIME,
        ),
        (said("SNV", None), C.NO_REPORT),
    ],
)
def test_the_class_by_confirmed_words_alone(word: LeadReport, expected: AssignmentClass) -> None:
    assert classify(confirmed_assignment(task("A/I.1", word)), date(2026, 3, 14)) is expected


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Declared(S.COMPLETE, DONE, " Kế hoạch  số 45 "), True),
        (Declared(S.COMPLETE, DONE, "Kế hoạch số 46"), False),
        (Declared(S.COMPLETE, date(2026, 3, 11), "Kế hoạch số 45"), False),
        (Declared(S.IN_PROGRESS, DONE, "Kế hoạch số 45"), False),
    ],
)
def test_what_a_confirmation_rests_on(other: Declared, same: bool) -> None:
    assert same_declaration(Declared(S.COMPLETE, DONE, "Kế hoạch số 45"), other) is same


def test_a_completion_speaks_in_later_cycles_and_nothing_else_does() -> None:
    assert [still_speaks(status, this_cycle=False) for status in (S.COMPLETE, S.ON_SCHEDULE)] == [True, False]
    assert still_speaks(S.ON_SCHEDULE, this_cycle=True)


def test_the_word_on_a_whole_group_stands_over_its_members() -> None:
    members = (said("X1", S.COMPLETE, DONE), said("X2", None), said("X3", S.BEHIND))
    group = task("A/I.1", *members, lead=Bearer("group", "XP"), member_noun="xã, phường")
    day = date(2026, 4, 2)
    assert classify(group, day) is C.BEHIND
    whole = replace(group, whole=ConfirmedWord(S.COMPLETE, DUE))
    assert (classify(whole, day), completion_day(whole, day)) == (C.DONE_ON_TIME, DUE)
    assert [member_class(whole, code, day) for code in ("X1", "X2", "X3")] == [
        C.DONE_ON_TIME,
        C.DONE_ON_TIME,
        C.BEHIND,
    ]


FIRST = Deadline("Quý I/2026", K.DATE, DUE)
MOVED = Deadline("30/6/2026", K.DATE, date(2026, 6, 30), "85/UBND ngày 10/4/2026", date(2026, 4, 10))
AGAIN = Deadline("30/9/2026", K.DATE, date(2026, 9, 30), "99/UBND ngày 20/6/2026", date(2026, 6, 20))


@pytest.mark.parametrize(
    ("day", "due"),
    [(date(2026, 4, 9), DUE), (date(2026, 4, 10), MOVED.due), (date(2026, 6, 20), AGAIN.due)],
)
def test_the_deadline_in_force_on_a_day(day: date, due: date) -> None:
    view = task("A/I.1", dues=dues_since([FIRST, MOVED, AGAIN]), due=AGAIN.due)
    assert view.due_on(day) == due


def test_a_deadline_that_never_moved_has_no_history() -> None:
    assert dues_since([FIRST, replace(FIRST, raw="Quý I năm 2026")]) == ()
    assert dues_since([FIRST, MOVED]) == (DueSince(None, DUE), DueSince(date(2026, 4, 10), MOVED.due))


def test_taking_decisions_back_one_after_another() -> None:
    history = [FIRST, MOVED, AGAIN]
    one = taken_back(history)
    assert one is not None
    assert (one.due, one.source, one.decided_on) == (MOVED.due, MOVED.source, AGAIN.decided_on)
    history.append(one)
    assert standing_changes(history) == [FIRST, MOVED]
    two = taken_back(history)
    assert two is not None
    assert (two.due, two.source, two.decided_on) == (DUE, "", MOVED.decided_on)
    assert taken_back([*history, two]) is None
    view = task("A/I.1", dues=dues_since([*history, two]))
    assert [view.due_on(day) for day in (date(2026, 4, 9), date(2026, 5, 1))] == [DUE, DUE]


def test_links_go_through_others() -> None:
    assert groups_of([(1, 2), (5, 9), (2, 5)]) == {1: (2, 5, 9), 2: (1, 5, 9), 5: (1, 2, 9), 9: (1, 2, 5)}


def test_each_task_once_and_the_first_register_speaks() -> None:
    one, other, third = (
        task("A/I.1", linked=("B/I.1",)),
        task("B/I.1", linked=("A/I.1",)),
        task("B/I.2"),
    )
    assert [each.row_key for each in once([one, other, third])] == ["A/I.1", "B/I.2"]
    assert [each.row_key for each in once([other, third])] == ["B/I.1", "B/I.2"]


def test_likeness_of_names_across_registers() -> None:
    named = [
        Named(1, "A", "A/I.1", "Xây dựng kế hoạch tổ chức Chương trình truyền thông về chuyển đổi số"),
        Named(2, "A", "A/I.2", "Xây dựng kế hoạch tổ chức Chương trình truyền thông về chuyển đổi số."),
        Named(3, "B", "B/I.1", "Xây dựng Kế hoạch truyền thông về chuyển đổi số"),
        Named(4, "B", "B/I.2", "Rà soát thủ tục hành chính"),
    ]
    found = [(like.one.id, like.other.id) for like in likenesses(named)]
    assert sorted(found) == [(1, 3), (2, 3)]
    assert [(like.one.id, like.other.id) for like in likenesses(named, [(1, 3)])] == [(2, 3)]


def test_contradictions_between_linked_tasks() -> None:
    one = task("A/I.1", said("SNV", S.COMPLETE, DONE), linked=("B/I.1",))
    agrees = task("B/I.1", said("SNV", S.COMPLETE, DONE), linked=("A/I.1",))
    assert linked_contradictions([one, agrees]) == []
    differs = task("B/I.1", said("SNV", S.IN_PROGRESS), linked=("A/I.1",))
    (found,) = linked_contradictions([one, differs])
    assert (found.agency_code, [key for key, _ in found.words]) == ("SNV", ["A/I.1", "B/I.1"])
    elsewhere = task("B/I.1", said("STC", S.BEHIND), lead=Bearer("agency", "STC"), linked=("A/I.1",))
    (found,) = linked_contradictions([one, elsewhere])
    assert (found.agency_code, [word.agency_code for _, word in found.words]) == ("", ["SNV", "STC"])
    assert linked_contradictions([one, replace(differs, withheld=True)]) == []
