"""A cycle at a glance: every number of it is counted here once more from the view."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.codes import (
    AgencyKind,
    AssignmentClass,
    Basis,
    DeadlineKind,
    ReportStatus,
    RequestState,
)
from models.rules.board.board_filter import BoardFilter
from models.rules.board.glance import Glance, glance
from models.rules.board.lamps import Lamp
from models.rules.board.shown import shown
from models.rules.board.trend import trend_point
from models.rules.cycle_view import (
    AgencyView,
    AssignmentView,
    ConfirmedWord,
    CycleView,
    LeadReport,
    RegisterView,
    RequestView,
)
from models.rules.registers.names import Bearer
from models.time import at_hour

AS_OF, DUE = date(2026, 3, 14), date(2026, 3, 20)
C, S = AssignmentClass, ReportStatus


def task(key: str, lead: Bearer | None, *reports: LeadReport, **changes: object) -> AssignmentView:
    view = AssignmentView(
        row_key=f"KH57/{key}",
        register_code="KH57",
        key=key,
        section=key[0],
        section_name="Lĩnh vực",
        subsection="",
        subsection_name="",
        number="1",
        name=f"Nhiệm vụ {key}",
        leads_raw="như danh mục ghi",
        coordinators_raw="",
        result="",
        deadline_raw="Quý II/2026",
        kind=DeadlineKind.DATE,
        due=date(2026, 6, 30),
        lead_of_record=lead,
        member_noun="xã, phường" if lead and lead.kind == "group" else "",
        reports=reports,
        withheld=False,
        proposal_accepted=False,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def said(by: str, status: ReportStatus | None, confirmed: ReportStatus | None = None) -> LeadReport:
    word = ConfirmedWord(status=confirmed) if confirmed else None
    return LeadReport(by, this_cycle=status is not None, status=status, confirmed=word)


def request(by: str, state: RequestState, day: date | None = None) -> RequestView:
    at = at_hour(day, 9) if day else None
    done = at if state is RequestState.COMPLETE else None
    return RequestView(by, state, DUE, at_hour(date(2026, 3, 4), 9), at, done, "", "", int(day is not None))


VIEW = CycleView(
    code="bcd-quy-2026-Q1",
    name="Báo cáo Quý I/2026",
    data_from=date(2025, 12, 15),
    cut_off=AS_OF,
    as_of=AS_OF,
    due=DUE,
    province_due=date(2026, 3, 25),
    registers=(RegisterView("KH57", "Danh mục", 2026),),
    agencies=(
        AgencyView("X1", "UBND xã Một", AgencyKind.COMMUNE, 3),
        AgencyView("SNV", "Sở Nội vụ", AgencyKind.DEPARTMENT, 1),
        AgencyView("STC", "Sở Tài chính", AgencyKind.DEPARTMENT, 2),
        AgencyView("X2", "UBND xã Hai", AgencyKind.COMMUNE, 4),
        AgencyView("KHAC", "Không liên quan", AgencyKind.SERVICE, 5),
    ),
    assignments=(
        task("I.1", Bearer("agency", "SNV"), said("SNV", S.COMPLETE, S.IN_PROGRESS)),
        task("I.2", Bearer("agency", "STC"), said("STC", S.BEHIND)),
        task("V.1", Bearer("group", "XA"), said("X1", S.COMPLETE), said("X2", None)),
        task("V.2", None),
        task("V.3", Bearer("agency", "SNV"), said("SNV", S.COMPLETE), withheld=True, name="Việc mật"),
    ),
    indicators=(),
    requests=(
        request("SNV", RequestState.COMPLETE, date(2026, 3, 12)),
        request("STC", RequestState.INCOMPLETE, date(2026, 3, 16)),
        request("X1", RequestState.COMPLETE, date(2026, 3, 21)),
        request("X2", RequestState.SENT),
    ),
)
SEEN = date(2026, 3, 23)


@pytest.fixture
def told() -> Glance:
    return glance(VIEW, {"XA": "UBND các xã, phường"}, SEEN)


def test_agencies_in_the_directorys_order_with_their_lights(told: Glance) -> None:
    assert [(line.agency.code, line.lamp) for line in told.agencies] == [
        ("SNV", Lamp.ON_TIME),
        ("STC", Lamp.MENDING),
        ("X1", Lamp.LATE),
        ("X2", Lamp.OVERDUE),
    ]
    assert told.lamps[Lamp.OVERDUE] == 1
    assert sum(told.lamps.values()) == 4
    assert told.overdue.text == "1/4 (25%)"
    assert [line.days_late for line in told.agencies] == [0, 3, 1, 3]


def test_both_bases_beside_each_other(told: Glance) -> None:
    line = told.assignment_line("KH57/I.1")
    assert line is not None
    assert line.classes == {Basis.DECLARED: C.DONE_ON_TIME, Basis.CONFIRMED: C.IN_PROGRESS}
    assert told.on(Basis.DECLARED).overall.completed.text == "1/4 (25%)"
    assert told.on(Basis.CONFIRMED).overall.completed.text == "0/4 (0%)"
    snv = told.agency_line("SNV")
    assert snv is not None
    assert snv.tallies[Basis.DECLARED].completed.text == "1/1 (100%)"
    assert snv.tallies[Basis.CONFIRMED].completed.text == "0/1 (0%)"
    point = trend_point(told, "2026-Q1")
    assert (point.name, point.reporting.text, point.timeliness.text) == (
        "Quý I/2026",
        "3/4 (75%)",
        "1/4 (25%)",
    )
    assert point.completed[Basis.CONFIRMED].text == "0/4 (0%)"


def test_who_leads_is_named(told: Glance) -> None:
    leads = {line.assignment.key: (line.leads, line.members) for line in told.assignments}
    assert leads == {
        "I.1": ("Sở Nội vụ", ""),
        "I.2": ("Sở Tài chính", ""),
        "V.1": ("UBND các xã, phường", "1/2 xã, phường"),
        "V.2": ("như danh mục ghi", ""),
    }


def test_a_withheld_assignment_is_only_counted(told: Glance) -> None:
    assert told.assignment_line("KH57/V.3") is None
    assert told.on(Basis.DECLARED).withheld == 1
    assert not [line for line in told.assignments if "mật" in line.assignment.name]


def test_reports_by_day_run_from_the_first_to_the_last(told: Glance) -> None:
    counts = {count.day: count.received for count in told.received_by_day}
    assert min(counts) == date(2026, 3, 12)
    assert max(counts) == date(2026, 3, 21)
    assert (counts[date(2026, 3, 15)], counts[date(2026, 3, 16)], counts[date(2026, 3, 21)]) == (1, 2, 3)
    early = glance(VIEW, {}, DUE - timedelta(1)).received_by_day
    assert max(count.day for count in early) == DUE - timedelta(1)  # not beyond the day on which one looks
    silent = replace(VIEW, requests=(request("X2", RequestState.SENT),))
    assert glance(silent, {}, SEEN).received_by_day == ()


@pytest.mark.parametrize(
    ("asked", "agencies", "assignments"),
    [
        (BoardFilter(), ["SNV", "STC", "X1", "X2"], ["I.1", "I.2", "V.1", "V.2"]),
        (BoardFilter(kind=AgencyKind.COMMUNE), ["X1", "X2"], ["V.1"]),
        (BoardFilter(lamp=Lamp.OVERDUE), ["X2"], ["I.1", "I.2", "V.1", "V.2"]),
        (BoardFilter(section="KH57/V"), ["SNV", "STC", "X1", "X2"], ["V.1", "V.2"]),
        (BoardFilter(of_class=C.DONE_ON_TIME), ["SNV", "STC", "X1", "X2"], ["I.1"]),
        (BoardFilter(of_class=C.DONE_ON_TIME, basis=Basis.CONFIRMED), ["SNV", "STC", "X1", "X2"], []),
        (BoardFilter(q="tai chinh"), ["STC"], ["I.2"]),
    ],
)
def test_filters(told: Glance, asked: BoardFilter, agencies: list[str], assignments: list[str]) -> None:
    left = shown(told, asked)
    assert [line.agency.code for line in left.agencies] == agencies
    assert [line.assignment.key for line in left.assignments] == assignments
    assert sorted(line.agency.code for line in (*left.offices, *left.communes)) == sorted(agencies)
