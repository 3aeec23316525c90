"""Counts that add up, ratios with their two numbers, cuts of a small cycle, and who has reported."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from models.codes import (
    AgencyKind,
    AssignmentClass,
    Basis,
    Comparator,
    DeadlineKind,
    ReportStatus,
    RequestState,
)
from models.rules.completion import (
    Completion,
    Cut,
    CycleRates,
    Ratio,
    SumError,
    Tally,
    completion,
    cycle_rates,
    days_late,
    indicator_counts,
    meets_target,
    members_text,
    quarter_name,
)
from models.rules.cycle_view import (
    AgencyView,
    AssignmentView,
    ConfirmedWord,
    CycleView,
    IndicatorView,
    LeadReport,
    RegisterView,
    RequestView,
)
from models.rules.registers.confirmed import confirmed_view
from models.rules.registers.names import Bearer
from models.time import at_hour, end_of

C = AssignmentClass
K = DeadlineKind
S = ReportStatus
R = RequestState
AS_OF = date(2026, 3, 14)
DUE = date(2026, 3, 20)
DATED = {K.DATE}

AGENCIES = (
    AgencyView("SKHCN", "Sở Khoa học và Công nghệ", AgencyKind.DEPARTMENT, 1),
    AgencyView("SNV", "Sở Nội vụ", AgencyKind.DEPARTMENT, 2),
    AgencyView("X01", "Phường Mường Thanh", AgencyKind.COMMUNE, 10),
    AgencyView("X02", "Phường Điện Biên Phủ", AgencyKind.COMMUNE, 11),
)


def task(
    key: str,
    due: date | None,
    *reports: LeadReport,
    lead: Bearer | None = None,
    kind: DeadlineKind = K.DATE,
    register: str = "KH57",
    withheld: bool = False,
) -> AssignmentView:
    section = key.split(".")[0]
    return AssignmentView(
        row_key=f"{register}/{key}",
        register_code=register,
        key=key,
        section=section,
        section_name={"I": "Công tác chỉ đạo", "V": "Về chuyển đổi số"}[section],
        subsection="",
        subsection_name="",
        number=key.split(".")[1],
        name=f"Nhiệm vụ {key}",
        leads_raw="",
        coordinators_raw="",
        result="",
        deadline_raw="",
        kind=kind,
        due=due,
        lead_of_record=lead or Bearer("agency", "SKHCN"),
        member_noun="xã, phường" if lead and lead.kind == "group" else "",
        reports=reports,
        withheld=withheld,
        proposal_accepted=False,
    )


def said(by: str, status: ReportStatus | None, on: date | None = None) -> LeadReport:
    return LeadReport(agency_code=by, this_cycle=status is not None, status=status, completed_on=on)


def request(
    by: str, state: RequestState, arrived: datetime | None = None, complete: datetime | None = None
) -> RequestView:
    return RequestView(
        agency_code=by,
        state=state,
        due=DUE,
        sent_at=None,
        first_received_at=arrived,
        complete_at=complete,
        nothing_reason="",
        exempt_reason="",
        versions=0,
    )


def indicator(reported: str, comparator: Comparator | None, target: str | None) -> IndicatorView:
    return IndicatorView(
        row_key="KH57/III.11",
        register_code="KH57",
        key="III.11",
        section="III",
        section_name="Phát triển khoa học, công nghệ",
        number="11",
        name="Số công trình được nghiệm thu",
        unit="Công trình/năm",
        baseline_raw="12",
        target_raw=target or "",
        target_comparator=comparator,
        target_value=Decimal(target) if target else None,
        note="",
        owner_code="SKHCN",
        owner_provisional=True,
        reported_raw=reported,
        reported_value=Decimal(reported) if reported else None,
        reported_as_of=AS_OF if reported else None,
        source="",
    )


VIEW = CycleView(
    code="bcd-quy-2026-Q1",
    name="Báo cáo quý I/2026",
    data_from=date(2025, 12, 15),
    cut_off=AS_OF,
    as_of=AS_OF,
    due=DUE,
    province_due=date(2026, 3, 25),
    registers=(
        RegisterView("KH57", "Kế hoạch năm 2026", 2026),
        RegisterView("TB16", "Thông báo số 16", 2026),
    ),
    agencies=AGENCIES,
    assignments=(
        task("I.1", None, said("SKHCN", S.ON_SCHEDULE), said("SNV", None), kind=K.RECURRING),
        task("I.2", date(2026, 3, 31), said("SKHCN", S.COMPLETE, AS_OF)),
        task("I.3", None, said("SKHCN", S.IN_PROGRESS), kind=K.GUIDED),
        task(
            "V.1",
            date(2026, 6, 30),
            said("X01", S.COMPLETE, AS_OF),
            said("X02", S.IN_PROGRESS),
            lead=Bearer("group", "XP"),
        ),
        task("V.2", date(2026, 1, 31), said("SNV", None), lead=Bearer("agency", "SNV")),
        task("I.9", date(2026, 3, 31), withheld=True),
        task("I.1", date(2025, 12, 31), said("SNV", None), lead=Bearer("agency", "SNV"), register="TB16"),
    ),
    indicators=(),
    requests=(),
)


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (Ratio(93, 120), "93/120 (77,5%)"),
        (Ratio(120, 120), "120/120 (100%)"),
        (Ratio(18672, 28005), "18672/28005 (66,7%)"),
        (Ratio(1, 3), "1/3 (33,3%)"),
        (Ratio(1, 16), "1/16 (6,3%)"),
        (Ratio(0, 45), "0/45 (0%)"),
        (Ratio(0, 0), "0/0"),
        (Ratio(61, 60), "61/60 (101,7%)"),
    ],
)
def test_a_ratio_keeps_its_numbers_and_is_never_capped(ratio: Ratio, text: str) -> None:
    assert ratio.text == text


def test_a_ratio_of_nothing_has_no_percentage() -> None:
    assert Ratio(0, 0).percent_text == ""


def test_a_ratio_of_negative_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="tỷ lệ có số âm: -1/3"):
        Ratio(-1, 3)


def test_the_committees_120() -> None:
    tally = Tally.over(
        [(C.DONE_ON_TIME, K.DATE)] * 93
        + [(C.IN_PROGRESS, K.DATE)] * 8
        + [(C.RECURRING_ON, K.RECURRING)] * 18
        + [(C.PROPOSED_OUT, K.DATE)]
    )
    assert tally.total == 120
    assert tally.completed == Ratio(93, 101)
    assert tally.on_schedule == Ratio(119, 120)
    assert tally.by_class[C.DONE_ON_TIME] == 93
    assert list(tally.by_class) == list(C)
    assert tally.by_class[C.BEHIND] == 0


@pytest.mark.parametrize(
    ("of_class", "completed", "on_schedule"),
    [
        (C.DONE_ON_TIME, Ratio(1, 1), 1),
        (C.DONE_LATE, Ratio(1, 1), 0),
        (C.IN_PROGRESS, Ratio(0, 1), 1),
        (C.NOT_STARTED, Ratio(0, 1), 1),
        (C.BEHIND, Ratio(0, 1), 0),
        (C.NO_REPORT, Ratio(0, 1), 0),
        (C.PROPOSED_OUT, Ratio(0, 0), 0),
    ],
)
def test_what_each_class_of_a_dated_assignment_counts_for(
    of_class: AssignmentClass, completed: Ratio, on_schedule: int
) -> None:
    tally = Tally.over([(of_class, K.DATE)])
    assert tally.completed == completed
    assert tally.on_schedule == Ratio(on_schedule, 1)


def test_what_waits_for_a_date_is_apart() -> None:
    tally = Tally.over([(C.IN_PROGRESS, K.GUIDED), (C.DONE_ON_TIME, K.UNCLEAR), (C.PROPOSED_OUT, K.GUIDED)])
    assert tally.completed == Ratio(0, 0)
    assert tally.undated == 2


def test_classes_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(SumError, match="tổng số là 3 nhưng các loại cộng lại là 2"):
        Tally({(C.BEHIND, K.DATE): 2}, 3)
    with pytest.raises(SumError, match="không thể âm"):
        Tally({(C.BEHIND, K.DATE): 2, (C.NO_REPORT, K.DATE): -1}, 1)


def test_cuts_that_do_not_add_up_are_refused() -> None:
    one, none = Tally.over([(C.BEHIND, K.DATE)]), Tally({}, 0)
    full, empty = (Cut("A", "A", one),), (Cut("A", "A", none),)
    with pytest.raises(SumError, match="tổng số là 1 nhưng cộng theo lĩnh vực là 0"):
        Completion(
            AS_OF, {}, one, by_register=full, by_section=empty, by_quarter=full, by_agency=(), withheld=0
        )


def test_overall_leaves_the_withheld_out_and_says_how_many() -> None:
    result = completion(VIEW, AS_OF)
    assert result.overall.total == 6
    assert result.withheld == 1
    assert "KH57/I.9" not in result.classes
    assert result.classes == {
        "KH57/I.1": C.RECURRING_ON,
        "KH57/I.2": C.DONE_ON_TIME,
        "KH57/I.3": C.IN_PROGRESS,
        "KH57/V.1": C.IN_PROGRESS,
        "KH57/V.2": C.BEHIND,
        "TB16/I.1": C.BEHIND,
    }
    assert result.overall.completed == Ratio(1, 4)
    assert result.overall.on_schedule == Ratio(4, 6)


def test_cuts_by_register_section_and_quarter() -> None:
    result = completion(VIEW, AS_OF)
    assert [(cut.name, cut.tally.total) for cut in result.by_register] == [
        ("Kế hoạch năm 2026", 5),
        ("Thông báo số 16", 1),
    ]
    assert [(cut.code, cut.name, cut.tally.total) for cut in result.by_section] == [
        ("KH57/I", "I. Công tác chỉ đạo", 3),
        ("KH57/V", "V. Về chuyển đổi số", 2),
        ("TB16/I", "I. Công tác chỉ đạo", 1),
    ]
    assert [(cut.name, cut.tally.total) for cut in result.by_quarter] == [
        ("Quý IV/2025", 1),
        ("Quý I/2026", 2),
        ("Quý II/2026", 1),
        ("Thường xuyên", 1),
        ("Chưa có thời hạn", 1),
    ]


def test_a_register_without_assignments_is_still_a_line() -> None:
    result = completion(replace(VIEW, assignments=VIEW.assignments[:1]), AS_OF)
    assert [(cut.code, cut.tally.total) for cut in result.by_register] == [("KH57", 1), ("TB16", 0)]


def test_an_agencys_own_line_counts_what_it_leads_itself_or_as_a_member() -> None:
    lines = completion(VIEW, AS_OF).by_agency
    assert [
        (line.agency.code, line.tally.total, line.as_lead, line.as_co_lead, line.as_member) for line in lines
    ] == [("SKHCN", 3, 3, 0, 0), ("SNV", 3, 2, 1, 0), ("X01", 1, 0, 0, 1), ("X02", 1, 0, 0, 1)]
    by_code = {line.agency.code: line.tally for line in lines}
    assert by_code["X01"].completed == Ratio(1, 1)
    assert by_code["X02"].completed == Ratio(0, 1)
    assert by_code["SNV"].by_class[C.NO_REPORT] == 1


@pytest.mark.parametrize(
    ("due", "name"),
    [
        (date(2026, 1, 1), "Quý I/2026"),
        (date(2026, 3, 31), "Quý I/2026"),
        (date(2026, 4, 1), "Quý II/2026"),
        (date(2026, 9, 30), "Quý III/2026"),
        (date(2026, 12, 31), "Quý IV/2026"),
    ],
)
def test_quarter_of_a_due_date(due: date, name: str) -> None:
    assert quarter_name(task("I.1", due)) == name


def test_members_ratio_as_text() -> None:
    assert members_text(VIEW.assignments[3], AS_OF) == "1/2 xã, phường"
    assert members_text(VIEW.assignments[1], AS_OF) == ""


IN_TIME = end_of(DUE) - timedelta(seconds=1)
TOO_LATE = end_of(DUE)
AFTER = date(2026, 3, 24)


def test_rates_by_the_words_of_the_design() -> None:
    view = replace(
        VIEW,
        requests=(
            request("A", R.COMPLETE, IN_TIME, IN_TIME),
            request("B", R.COMPLETE, IN_TIME, TOO_LATE),  # in time, but mended after the deadline
            request("C", R.INCOMPLETE, IN_TIME),  # faulty: received, not complete
            request("D", R.SENT),
            request("E", R.EXEMPT),
            request("F", R.PLANNED),
            request("G", R.EXEMPT, IN_TIME),  # exempted, and reported all the same
        ),
    )
    rates = cycle_rates(view, AFTER)
    assert rates == CycleRates(
        expected=4, exempt=2, not_asked=1, received=3, complete=2, on_time=1, overdue=1, unexpected=1
    )
    assert (rates.missing, rates.incomplete, rates.late) == (1, 1, 1)
    assert rates.reporting.text == "3/4 (75%)"
    assert rates.completeness.text == "2/4 (50%)"
    assert rates.timeliness.text == "1/4 (25%)"


@pytest.mark.parametrize(("day", "overdue"), [(DUE, 0), (DUE + timedelta(days=1), 1)])
def test_nobody_is_overdue_on_the_due_day(day: date, overdue: int) -> None:
    view = replace(VIEW, requests=(request("A", R.SENT),))
    assert cycle_rates(view, day).overdue == overdue


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (request("A", R.COMPLETE, IN_TIME, IN_TIME), 0),
        (request("A", R.COMPLETE, TOO_LATE, TOO_LATE), 1),
        (request("A", R.COMPLETE, IN_TIME, at_hour(date(2026, 3, 23), 9)), 3),
        (request("A", R.SENT), 4),
        (request("A", R.INCOMPLETE, IN_TIME), 4),
        (request("A", R.EXEMPT), 0),
        (request("A", R.PLANNED), 0),
    ],
    ids=["in time", "midnight after", "mended late", "silent", "being mended", "exempt", "not asked"],
)
def test_days_late(asked: RequestView, days: int) -> None:
    assert days_late(asked, AFTER) == days


@pytest.mark.parametrize(
    ("reported", "comparator", "target", "expected"),
    [
        ("4", Comparator.GE, "4", True),
        ("3", Comparator.GE, "4", False),
        ("80", Comparator.GT, "80", False),
        ("81", Comparator.GT, "80", True),
        ("5", Comparator.LE, "5", True),
        ("5", Comparator.LT, "5", False),
        ("60", None, "60", True),
        ("61", None, "60", None),
        ("59", None, "60", None),
        ("59", Comparator.EQ, "60", False),
        ("", Comparator.GE, "4", None),
        ("4", None, None, None),
    ],
)
def test_a_target_is_judged_only_as_written(
    reported: str, comparator: Comparator | None, target: str | None, expected: bool | None
) -> None:
    assert meets_target(indicator(reported, comparator, target)) is expected


def test_indicator_counts() -> None:
    view = replace(
        VIEW,
        indicators=(
            indicator("4", Comparator.GE, "4"),
            indicator("3", Comparator.GE, "4"),
            indicator("61", None, "60"),
            replace(indicator("", Comparator.GE, "4"), owner_code=None),
        ),
    )
    counts = indicator_counts(view)
    assert (counts.total, counts.reported, counts.met, counts.not_met, counts.without_owner) == (
        4,
        3,
        1,
        1,
        1,
    )


def test_counted_by_confirmed_words_it_is_the_completion_of_the_confirmed_view() -> None:
    first, *others = VIEW.assignments
    word = ConfirmedWord(ReportStatus.COMPLETE, date(2026, 3, 1))
    spoken = replace(first, reports=tuple(replace(one, confirmed=word) for one in first.reports))
    view = replace(VIEW, assignments=(spoken, *others))
    day = date(2026, 4, 1)
    assert completion(view, day, Basis.CONFIRMED) == completion(confirmed_view(view), day)
    assert completion(view, day, Basis.CONFIRMED) != completion(view, day)
