"""The class of an assignment on a day: the first rule that matches, as tables of cases."""

from dataclasses import replace
from datetime import date

import pytest

from models.codes import AssignmentClass, DeadlineKind, ReportStatus
from models.rules.cycle_view import AssignmentView, ConfirmedWord, LeadReport
from models.rules.registers.classes import (
    bearers,
    classes_of,
    classify,
    completion_day,
    contradictions,
    deadline_kind,
    lacks_date,
    member_class,
    members_complete,
)
from models.rules.registers.names import Bearer

C = AssignmentClass
S = ReportStatus
DUE = date(2026, 3, 31)
BEFORE, ON_DUE, AFTER = date(2026, 3, 14), DUE, date(2026, 4, 1)

TASK = AssignmentView(
    row_key="KH57-2026/I.5",
    register_code="KH57-2026",
    key="I.5",
    section="I",
    section_name="Công tác chỉ đạo, điều hành",
    subsection="",
    subsection_name="",
    number="5",
    name="Xây dựng kế hoạch tổ chức Chương trình truyền thông",
    leads_raw="Sở Khoa học và Công nghệ",
    coordinators_raw="",
    result="Kế hoạch được ban hành",
    deadline_raw="Quý I/2026",
    kind=DeadlineKind.DATE,
    due=DUE,
    lead_of_record=Bearer("agency", "SKHCN"),
    member_noun="",
    reports=(),
    withheld=False,
    proposal_accepted=False,
)
RECURRING = replace(TASK, kind=DeadlineKind.RECURRING, due=None, deadline_raw="Thường xuyên")
GUIDED = replace(TASK, kind=DeadlineKind.GUIDED, due=None, deadline_raw="Theo hướng dẫn của Bộ Tài chính")
GROUP = replace(TASK, lead_of_record=Bearer("group", "XP"), member_noun="xã, phường")


def said(
    status: ReportStatus | None, on: date | None = None, by: str = "SKHCN", earlier: bool = False
) -> LeadReport:
    return LeadReport(
        agency_code=by, this_cycle=status is not None and not earlier, status=status, completed_on=on
    )


def of(task: AssignmentView, *reports: LeadReport) -> AssignmentView:
    return replace(task, reports=reports)


def communes(*statuses: ReportStatus | None, on: date | None = BEFORE) -> tuple[LeadReport, ...]:
    return tuple(
        said(status, on if status is S.COMPLETE else None, by=f"X{no:02d}")
        for no, status in enumerate(statuses, start=1)
    )


@pytest.mark.parametrize(
    ("report", "day", "expected"),
    [
        pytest.param(said(S.COMPLETE, BEFORE), BEFORE, C.DONE_ON_TIME, id="complete"),
        pytest.param(said(S.COMPLETE, DUE), AFTER, C.DONE_ON_TIME, id="completed on the due day is on time"),
        pytest.param(said(S.COMPLETE, AFTER), AFTER, C.DONE_LATE, id="completed the day after is late"),
        pytest.param(
            said(S.COMPLETE, DUE), BEFORE, C.IN_PROGRESS, id="a completion still to come on that day"
        ),
        pytest.param(said(S.COMPLETE, date(2026, 4, 5)), AFTER, C.BEHIND, id="to come, and past due"),
        pytest.param(said(S.COMPLETE), ON_DUE, C.DONE_ON_TIME, id="undated, not past due: provably on time"),
        pytest.param(said(S.COMPLETE), AFTER, C.DONE_LATE, id="undated, past due: cannot be known on time"),
        pytest.param(
            said(S.COMPLETE, BEFORE, earlier=True), AFTER, C.DONE_ON_TIME, id="complete stays complete"
        ),
        pytest.param(said(None), ON_DUE, C.NO_REPORT, id="silent, on the due day"),
        pytest.param(said(None), AFTER, C.BEHIND, id="silent, past due"),
        pytest.param(said(S.IN_PROGRESS, earlier=True), BEFORE, C.NO_REPORT, id="an earlier word is silence"),
        pytest.param(said(S.IN_PROGRESS), ON_DUE, C.IN_PROGRESS, id="in progress, on the due day"),
        pytest.param(said(S.IN_PROGRESS), AFTER, C.BEHIND, id="in progress, past due"),
        pytest.param(said(S.NOT_STARTED), BEFORE, C.NOT_STARTED, id="not started, not due"),
        pytest.param(said(S.NOT_STARTED), AFTER, C.BEHIND, id="not started, past due"),
        pytest.param(said(S.BEHIND), BEFORE, C.BEHIND, id="reported behind before it is due"),
        pytest.param(said(S.ON_SCHEDULE), BEFORE, C.IN_PROGRESS, id="on schedule of a dated one"),
        pytest.param(said(S.OFF_SCHEDULE), BEFORE, C.BEHIND, id="off schedule of a dated one"),
        pytest.param(said(S.PROPOSED_OUT), BEFORE, C.NOT_STARTED, id="a proposal nobody accepted"),
        pytest.param(said(S.PROPOSED_OUT), AFTER, C.BEHIND, id="a proposal nobody accepted, past due"),
    ],
)
def test_dated(report: LeadReport, day: date, expected: AssignmentClass) -> None:
    assert classify(of(TASK, report), day) is expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (said(S.ON_SCHEDULE), C.RECURRING_ON),
        (said(S.OFF_SCHEDULE), C.RECURRING_OFF),
        (said(S.BEHIND), C.RECURRING_OFF),
        (said(S.IN_PROGRESS), C.RECURRING_OFF),
        (said(S.COMPLETE, BEFORE), C.DONE_ON_TIME),
        (said(S.ON_SCHEDULE, earlier=True), C.NO_REPORT),
        (said(None), C.NO_REPORT),
    ],
)
def test_recurring_must_be_confirmed_in_every_cycle(report: LeadReport, expected: AssignmentClass) -> None:
    assert classify(of(RECURRING, report), date(2030, 1, 1)) is expected


def test_without_a_date_nothing_is_past_due() -> None:
    far = date(2030, 1, 1)
    assert classify(of(GUIDED, said(S.IN_PROGRESS)), far) is C.IN_PROGRESS
    assert classify(of(GUIDED, said(S.COMPLETE)), far) is C.DONE_ON_TIME
    assert classify(of(GUIDED, said(None)), far) is C.NO_REPORT


@pytest.mark.parametrize(
    ("kind", "due", "expected"),
    [
        (DeadlineKind.DATE, DUE, DeadlineKind.DATE),
        (DeadlineKind.DATE, None, DeadlineKind.UNCLEAR),
        (DeadlineKind.GUIDED, None, DeadlineKind.GUIDED),
        (DeadlineKind.GUIDED, DUE, DeadlineKind.DATE),
        (DeadlineKind.RECURRING, None, DeadlineKind.RECURRING),
    ],
)
def test_a_guided_deadline_that_was_set_is_a_date(
    kind: DeadlineKind, due: date | None, expected: DeadlineKind
) -> None:
    assert deadline_kind(replace(TASK, kind=kind, due=due)) is expected


def test_an_accepted_proposal_comes_before_everything() -> None:
    task = replace(of(TASK, said(S.COMPLETE, BEFORE)), proposal_accepted=True)
    assert classify(task, AFTER) is C.PROPOSED_OUT
    assert member_class(task, "SKHCN", AFTER) is C.PROPOSED_OUT


def test_nobody_recognised_as_lead_is_silence() -> None:
    task = replace(TASK, lead_of_record=None)
    assert classify(task, ON_DUE) is C.NO_REPORT
    assert classify(task, AFTER) is C.BEHIND
    assert bearers(task) == ()


def test_a_lead_of_record_that_was_not_asked_is_silent() -> None:
    other = said(S.IN_PROGRESS, by="SNV")
    task = of(TASK, other)
    assert bearers(task) == ("SNV", "SKHCN")
    assert classify(task, BEFORE) is C.NO_REPORT
    assert contradictions(task).said == (other,)
    assert contradictions(task).silent == ("SKHCN",)


def test_the_lead_of_record_decides_and_the_others_stand_beside() -> None:
    lead, same, other = said(S.IN_PROGRESS), said(S.IN_PROGRESS, by="STC"), said(S.COMPLETE, BEFORE, by="SNV")
    task = of(TASK, other, lead, same, said(None, by="CAT"))
    assert classify(task, BEFORE) is C.IN_PROGRESS
    assert member_class(task, "SNV", BEFORE) is C.DONE_ON_TIME
    assert member_class(task, "CAT", BEFORE) is C.NO_REPORT
    assert contradictions(task).said == (lead, other)
    assert contradictions(task).silent == ("CAT",)


def test_no_contradiction_while_all_who_spoke_agree() -> None:
    task = of(TASK, said(S.IN_PROGRESS), said(None, by="CAT"))
    assert contradictions(task).said == ()
    assert contradictions(task).silent == ("CAT",)


def test_a_silent_lead_of_record_is_shown_with_what_the_others_say() -> None:
    other = said(S.COMPLETE, BEFORE, by="SNV")
    task = of(TASK, said(None), other)
    assert classify(task, BEFORE) is C.NO_REPORT
    assert contradictions(task).said == (other,)
    assert contradictions(task).silent == ("SKHCN",)


def test_a_silent_co_lead_owes_nothing_of_what_is_complete() -> None:
    task = of(TASK, said(S.COMPLETE, BEFORE), said(None, by="CAT"))
    assert member_class(task, "CAT", AFTER) is C.DONE_ON_TIME
    contrary = of(TASK, said(S.COMPLETE, BEFORE), said(S.IN_PROGRESS, by="CAT"))
    assert member_class(contrary, "CAT", AFTER) is C.BEHIND


def test_an_agency_without_a_part_has_no_class() -> None:
    with pytest.raises(KeyError, match="SYT không chủ trì KH57-2026"):
        member_class(TASK, "SYT", BEFORE)


@pytest.mark.parametrize(
    ("statuses", "day", "expected", "ratio"),
    [
        ((S.COMPLETE, S.COMPLETE, S.COMPLETE), AFTER, C.DONE_ON_TIME, (3, 3)),
        ((S.COMPLETE, S.COMPLETE, None), BEFORE, C.IN_PROGRESS, (2, 3)),
        ((S.COMPLETE, S.COMPLETE, None), AFTER, C.BEHIND, (2, 3)),
        ((S.COMPLETE, S.IN_PROGRESS, S.BEHIND), BEFORE, C.BEHIND, (1, 3)),
        ((S.NOT_STARTED, S.NOT_STARTED, None), BEFORE, C.NOT_STARTED, (0, 3)),
        ((S.NOT_STARTED, S.IN_PROGRESS, None), BEFORE, C.IN_PROGRESS, (0, 3)),
        ((None, None, None), BEFORE, C.NO_REPORT, (0, 3)),
        ((None, None, None), AFTER, C.BEHIND, (0, 3)),
        ((), BEFORE, C.NO_REPORT, (0, 0)),
    ],
)
def test_a_leading_group(
    statuses: tuple[ReportStatus | None, ...], day: date, expected: AssignmentClass, ratio: tuple[int, int]
) -> None:
    task = of(GROUP, *communes(*statuses))
    assert classify(task, day) is expected
    assert members_complete(task, day) == ratio


@pytest.mark.parametrize(
    ("statuses", "expected", "ratio"),
    [
        ((S.ON_SCHEDULE, S.ON_SCHEDULE), C.RECURRING_ON, (2, 2)),
        ((S.ON_SCHEDULE, S.OFF_SCHEDULE), C.RECURRING_OFF, (1, 2)),
        ((S.OFF_SCHEDULE, None), C.RECURRING_OFF, (0, 2)),
        ((S.ON_SCHEDULE, None), C.NO_REPORT, (1, 2)),
    ],
)
def test_a_leading_group_of_a_recurring_assignment(
    statuses: tuple[ReportStatus | None, ...], expected: AssignmentClass, ratio: tuple[int, int]
) -> None:
    task = replace(of(GROUP, *communes(*statuses)), kind=DeadlineKind.RECURRING, due=None)
    assert classify(task, BEFORE) is expected
    assert members_complete(task, BEFORE) == ratio


def test_one_late_member_makes_the_group_late_and_members_do_not_contradict() -> None:
    task = of(GROUP, said(S.COMPLETE, BEFORE, by="X01"), said(S.COMPLETE, AFTER, by="X02"))
    assert classify(task, AFTER) is C.DONE_LATE
    assert completion_day(task, AFTER) == AFTER
    assert member_class(task, "X01", AFTER) is C.DONE_ON_TIME
    assert contradictions(task).said == ()


def test_a_silent_member_has_its_own_class() -> None:
    task = of(GROUP, *communes(S.COMPLETE, None))
    assert member_class(task, "X02", BEFORE) is C.NO_REPORT
    assert member_class(task, "X02", AFTER) is C.BEHIND
    assert contradictions(task).silent == ("X02",)


@pytest.mark.parametrize(
    ("task", "done_on", "lacking"),
    [
        (of(TASK, said(S.COMPLETE, BEFORE)), BEFORE, False),
        (of(TASK, said(S.COMPLETE)), None, True),
        (of(TASK, said(S.IN_PROGRESS)), None, False),
        (of(GUIDED, said(S.COMPLETE)), None, False),
        (of(GROUP, said(S.COMPLETE, BEFORE, by="X01"), said(S.COMPLETE, by="X02")), None, True),
    ],
)
def test_a_completion_without_its_date_is_named(
    task: AssignmentView, done_on: date | None, lacking: bool
) -> None:
    assert completion_day(task, AFTER) == done_on
    assert lacks_date(task, AFTER) is lacking


@pytest.mark.parametrize("kind", [DeadlineKind.DATE, DeadlineKind.RECURRING])
@pytest.mark.parametrize("day", [BEFORE, AFTER])
@pytest.mark.parametrize(
    "statuses", [(), (None, S.COMPLETE), (S.COMPLETE, None, S.BEHIND), (S.COMPLETE,) * 3]
)
def test_gone_through_once_everybody_has_the_same_class(
    statuses: tuple[ReportStatus | None, ...], day: date, kind: DeadlineKind
) -> None:
    whole = ConfirmedWord(S.COMPLETE, BEFORE)
    reports = communes(*statuses)
    leads = (None, Bearer("group", "UBND-XA"), *(Bearer("agency", r.agency_code) for r in reports[:2]))
    for lead in (*leads, Bearer("agency", "NOT-ASKED")):
        plain = replace(
            TASK,
            kind=kind,
            due=DUE if kind is DeadlineKind.DATE else None,
            lead_of_record=lead,
            reports=reports,
        )
        for task in (plain, replace(plain, proposal_accepted=True), replace(plain, whole=whole)):
            whole_class, own = classes_of(task, task.reports, day)
            assert whole_class == classify(task, day)
            assert own == {code: member_class(task, code, day) for code in bearers(task)}
