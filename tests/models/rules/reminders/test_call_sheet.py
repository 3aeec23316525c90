"""Whom to call in the morning, in which order, and the text for the Zalo group."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from models.codes import NoticeState, PersonRole, RequestState
from models.rules.reminders.call_sheet import (
    LONGEST_POST,
    AgencyFacts,
    Called,
    Callee,
    CallRow,
    OwedAssignment,
    OwedReport,
    Rank,
    call_rows,
    group_post,
    listed_on,
)
from models.rules.reminders.reminder_steps import Step
from models.rules.workdays import DaysOffFile, work_calendar

CALENDAR = work_calendar(DaysOffFile(confirmed_years=[2026], cultural_day_24_11=False), range(2025, 2028))
NOW = datetime(2026, 3, 25, 0, 30, tzinfo=UTC)  # Wednesday, 07:30 in Viet Nam
OFFICER = Callee("Trần Văn B", "0215 3825 001")
LATE = OwedReport("Báo cáo Quý I/2026", date(2026, 3, 20), RequestState.SENT, listed_on=date(2026, 3, 23))
COMING = replace(LATE, due=date(2026, 3, 27), listed_on=date(2026, 3, 30))
TASK = OwedAssignment("V.5.1", "Rà soát", date(2025, 12, 31))
SNV = AgencyFacts("Sở Nội vụ", 1, (OFFICER,), (Callee("Lê Thị C"),), (LATE,))


def rows(*agencies: AgencyFacts) -> tuple[CallRow, ...]:
    return call_rows(agencies, CALENDAR, NOW)


def test_a_row_says_whom_what_and_since_when() -> None:
    facts = replace(
        SNV,
        reports=(replace(LATE, promised=date(2026, 3, 24), wanted=date(2026, 3, 30)), COMING),
        assignments=(TASK,),
        last_told=datetime(2026, 3, 23, 1, tzinfo=UTC),
    )
    (row,) = rows(facts)
    assert row == CallRow(
        agency="Sở Nội vụ",
        officers=("Trần Văn B, 0215 3825 001",),
        heads=("Lê Thị C",),
        owed=(
            "Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 03 ngày làm việc",
            "01 nhiệm vụ chưa báo cáo hoàn thành (V.5.1), hạn 31/12/2025, quá hạn 54 ngày làm việc",
        ),
        late="quá hạn 03 ngày làm việc",
        promises=("hẹn nộp 24/3/2026 (đã qua); đề nghị gia hạn đến 30/3/2026, chưa được trả lời",),
        faults=(),
        last_told="08:00 ngày 23/3/2026",
        rank=Rank.REPORT,
        since=date(2026, 3, 20),
        broken=True,
        late_reports=facts.reports[:1],
        late_assignments=(TASK,),
    )


@pytest.mark.parametrize(
    ("report", "on_sheet"),
    [
        pytest.param(LATE, True, id="overdue and reached"),
        pytest.param(replace(LATE, listed_on=None), False, id="overdue, no step lists it"),
        pytest.param(replace(LATE, listed_on=date(2026, 3, 26)), False, id="overdue, listed tomorrow"),
        pytest.param(replace(LATE, listed_on=date(2026, 3, 25)), True, id="listed today"),
        pytest.param(replace(COMING, listed_on=date(2026, 3, 24)), False, id="not overdue"),
        pytest.param(replace(LATE, due=date(2026, 3, 25)), False, id="due today"),
        pytest.param(
            replace(COMING, promised=date(2026, 3, 24)), True, id="promise broken before the deadline"
        ),
        pytest.param(replace(COMING, promised=date(2026, 3, 25)), False, id="promised for today"),
        pytest.param(replace(COMING, delivery=NoticeState.FAILED), True, id="not delivered"),
        pytest.param(replace(COMING, delivery=NoticeState.UNKNOWN), True, id="perhaps not delivered"),
        pytest.param(replace(COMING, delivery=NoticeState.SENT), False, id="delivered"),
    ],
)
def test_which_reports_put_a_name_on_the_sheet(report: OwedReport, on_sheet: bool) -> None:
    assert bool(rows(replace(SNV, reports=(report,)))) is on_sheet


@pytest.mark.parametrize(
    ("officers", "faults"),
    [
        ((), ("chưa có đầu mối trong danh bạ",)),
        ((Callee("B", "1", False, "thư bị trả lại"),), ("thư bị trả lại",)),
        ((Callee("B", "1", False, "x"), Callee("C", "2", False, "y")), ("x; y",)),
    ],
)
def test_an_agency_that_nobody_can_write_to_is_called(
    officers: tuple[Callee, ...], faults: tuple[str, ...]
) -> None:
    (row,) = rows(replace(SNV, officers=officers, reports=(COMING,)))
    assert (row.rank, row.faults, row.late) == (Rank.UNHEARD, faults, "")
    assert row.owed == ("Báo cáo Quý I/2026, hạn 27/3/2026, còn 02 ngày làm việc",)


def test_one_officer_who_is_reached_is_enough() -> None:
    assert rows(replace(SNV, officers=(Callee("B", "", False, "x"), OFFICER), reports=(COMING,))) == ()


def test_who_owes_nothing_is_left_in_peace_also_without_an_officer() -> None:
    assert rows(replace(SNV, officers=(), reports=())) == ()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RequestState.INCOMPLETE, "Báo cáo Quý I/2026 (chờ hoàn thiện), hạn"),
        (RequestState.PLANNED, "Báo cáo Quý I/2026 (yêu cầu chưa gửi tới được), hạn"),
    ],
)
def test_what_is_owed_says_how_it_stands(state: RequestState, words: str) -> None:
    report = replace(LATE, state=state, delivery=NoticeState.FAILED, delivery_why="550 no such user")
    (row,) = rows(replace(SNV, reports=(report,)))
    assert row.owed[0].startswith(words)
    assert row.faults == ("tin không gửi được: 550 no such user",)


def test_of_many_assignments_the_rest_is_counted() -> None:
    tasks = tuple(replace(TASK, number=f"V.{n}", due=date(2025, 12, 22 + n)) for n in range(1, 9))
    (row,) = rows(replace(SNV, reports=(), assignments=tasks[::-1]))
    assert row.owed == (
        (
            "08 nhiệm vụ chưa báo cáo hoàn thành (V.1, V.2, V.3, V.4, V.5, V.6 và 02 nhiệm vụ khác), "
            "hạn sớm nhất 23/12/2025, quá hạn 60 ngày làm việc"
        ),
    )
    assert (row.rank, row.late) == (Rank.ASSIGNMENT, "quá hạn 60 ngày làm việc")


def test_an_assignment_that_is_due_today_is_not_overdue() -> None:
    assert rows(replace(SNV, reports=(), assignments=(replace(TASK, due=date(2026, 3, 25)),))) == ()


def test_the_worst_is_called_first() -> None:
    earlier = replace(LATE, due=date(2026, 3, 10))
    agencies = [
        replace(
            SNV, name="tin không tới", position=1, reports=(replace(COMING, delivery=NoticeState.FAILED),)
        ),
        replace(SNV, name="nhiệm vụ", position=2, reports=(), assignments=(TASK,)),
        replace(SNV, name="sai hẹn", position=3, reports=(replace(COMING, promised=date(2026, 3, 20)),)),
        replace(SNV, name="quá hạn b", position=5),
        replace(SNV, name="quá hạn a", position=4),
        replace(
            SNV, name="quá hạn, sai hẹn", position=6, reports=(replace(LATE, promised=date(2026, 3, 23)),)
        ),
        replace(SNV, name="quá hạn lâu", position=7, reports=(earlier,)),
    ]
    assert [row.agency for row in rows(*agencies)] == [
        "quá hạn lâu",
        "quá hạn, sai hẹn",
        "quá hạn a",
        "quá hạn b",
        "sai hẹn",
        "nhiệm vụ",
        "tin không tới",
    ]


def step(when: str, working_days: int, *, call_sheet: bool) -> Step:
    return Step(
        code=f"{when}-{working_days}",
        when=when,  # type: ignore[arg-type]
        working_days=working_days,
        audience=[PersonRole.OFFICER],
        template="digest",
        label="thử",
        call_sheet=call_sheet,
    )


@pytest.mark.parametrize(
    ("steps", "began", "day"),
    [
        ([step("after", 1, call_sheet=False)], date(2026, 3, 4), None),
        ([step("after", 1, call_sheet=True)], date(2026, 3, 4), date(2026, 3, 23)),
        (
            [step("after", 2, call_sheet=True), step("after", 1, call_sheet=True)],
            date(2026, 3, 4),
            date(2026, 3, 23),
        ),
        ([step("after", 1, call_sheet=True)], date(2026, 3, 25), date(2026, 3, 26)),
        ([step("before", 1, call_sheet=True)], date(2026, 3, 4), date(2026, 3, 19)),
    ],
    ids=["no step", "after", "the earlier of two", "told after the deadline", "before"],
)
def test_the_day_from_which_the_policy_lists_a_name(steps: list[Step], began: date, day: date | None) -> None:
    assert listed_on(steps, date(2026, 3, 20), began, CALENDAR) == day


def test_the_post_names_agencies_by_what_they_owe() -> None:
    agencies = [
        replace(SNV, assignments=(TASK, replace(TASK, number="V.2"))),
        replace(SNV, name="UBND xã Nà Hỳ", position=3),
        replace(SNV, name="UBND xã Sín Thầu", position=4),
        replace(SNV, name="UBND phường Mường Lay", position=2),
        replace(SNV, name="Sở Y tế", position=5, reports=(replace(LATE, state=RequestState.INCOMPLETE),)),
        replace(SNV, name="sai hẹn", position=6, reports=(replace(COMING, promised=date(2026, 3, 20)),)),
    ]
    post = group_post(rows(*agencies), CALENDAR, NOW, "Tổ Giúp việc, 0215 000 0057")
    assert post.splitlines() == [
        "ĐÔN ĐỐC BÁO CÁO (07:30 ngày 25/3/2026)",
        (
            "- Báo cáo Quý I/2026, hạn 20/3/2026, chưa gửi, quá hạn 03 ngày làm việc: 04 cơ quan, gồm Sở Nội vụ; UBND "
            "phường Mường Lay; UBND các xã Nà Hỳ, Sín Thầu."
        ),
        "- Báo cáo Quý I/2026, hạn 20/3/2026, chưa hoàn thiện, quá hạn 03 ngày làm việc: Sở Y tế.",
        "- Nhiệm vụ quá hạn, chưa báo cáo hoàn thành (số nhiệm vụ trong ngoặc): Sở Nội vụ (02).",
        (
            "Đề nghị các cơ quan, đơn vị, địa phương gửi báo cáo hoặc hẹn ngày gửi trong hôm nay theo đường dẫn đã "
            "nhận. Cơ quan, đơn vị đã gửi mà còn tên trong danh sách, đề nghị báo lại ngay."
        ),
        "Liên hệ: Tổ Giúp việc, 0215 000 0057.",
    ]
    assert "Liên hệ" not in group_post(rows(SNV), CALENDAR, NOW, "")


def test_nobody_overdue_is_nothing_to_post() -> None:
    broken = replace(SNV, reports=(replace(COMING, promised=date(2026, 3, 20)),))
    assert group_post(rows(broken), CALENDAR, NOW, "x") == ""
    assert group_post((), CALENDAR, NOW, "x") == ""


@pytest.mark.parametrize("count", [20, 60, 300])
def test_the_post_fits_and_leaves_nobody_uncounted(count: int) -> None:
    agencies = [
        replace(SNV, name=f"Trung tâm Phục vụ hành chính công số {n}", position=n, assignments=(TASK,))
        for n in range(count)
    ]
    post = group_post(rows(*agencies), CALENDAR, NOW, "Tổ Giúp việc")
    assert len(post) <= LONGEST_POST
    for line in post.splitlines()[1:3]:
        assert f"{count} cơ quan, gồm " in line
        named = line.count("Trung tâm")
        more = line.partition(" và ")[2].partition(" cơ quan")[0]
        assert named + int(more or 0) == count


def test_a_post_of_many_long_cycles_is_cut_rather_than_refused() -> None:
    reports = tuple(replace(LATE, cycle=f"Báo cáo {'rất ' * 30}dài {n}") for n in range(30))
    post = group_post(rows(replace(SNV, reports=reports)), CALENDAR, NOW, "Tổ Giúp việc")
    assert len(post) == LONGEST_POST
    assert post.endswith("…")


@pytest.mark.parametrize(
    ("called", "text", "today"),
    [
        (None, "", False),
        (
            Called(NOW, "Trần Văn B", promised=date(2026, 3, 27)),
            "đã gọi lúc 07:30 hôm nay (Trần Văn B), hẹn 27/3/2026",
            True,
        ),
        (
            Called(NOW - timedelta(days=2), "Trực ban", answered=False),
            "đã gọi lúc 07:30 23/3/2026 (Trực ban), không liên lạc được",
            False,
        ),
    ],
)
def test_the_last_call_is_on_the_row(called: Called | None, text: str, today: bool) -> None:
    (row,) = rows(replace(SNV, code="SNV", called=called))
    assert (row.code, row.called, row.called_today) == ("SNV", text, today)
