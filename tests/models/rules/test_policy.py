"""Regimes: the dates they give, the faults they are refused for, and Điện Biên's own two files."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import holidays
import pytest
import yaml

from models.codes import Channel, PersonRole, Roll
from models.rules.periods import PARTS, Period, parse_period
from models.rules.policy import (
    CycleDates,
    Due,
    Regime,
    coming_faults,
    cycle_dates,
    openings,
    policy_faults,
    regimes_from,
    replaced_by,
)
from models.rules.reminders.reminder_steps import Step
from models.rules.workdays import days_off_from, work_calendar

PROVINCE = Path(__file__).parents[3] / "deployments" / "dien-bien"
DAYS_OFF = days_off_from(yaml.safe_load((PROVINCE / "days-off.yaml").read_text(encoding="utf-8")))
CALENDAR = work_calendar(DAYS_OFF, range(2024, 2029))
FILE = yaml.safe_load((PROVINCE / "regimes.yaml").read_text(encoding="utf-8"))
del (
    FILE["defaults"]["outline"],
    FILE["defaults"]["report"],
)  # names of other files: tasks.profile puts in what they say
REGIMES = regimes_from(FILE)
BY_CODE = {regime.code: regime for regime in REGIMES}
QUARTERLY = BY_CODE["bcd-quy"]
Q1 = parse_period("2026-Q1")
Q1_DATES = cycle_dates(QUARTERLY, Q1, CALENDAR)


def day(written: str) -> date:
    """16/3/2026, as the tables below write a day."""
    d, m, y = map(int, written.split("/"))
    return date(y, m, d)


# ------------------------------------------------------------------ Điện Biên's files


def test_the_regimes_of_the_province() -> None:
    assert [(regime.code, regime.active) for regime in REGIMES] == [
        ("bcd-quy", True),
        ("bcd-6-thang", True),
        ("bcd-nam", True),
        ("bcd-nam-duong-lich", False),
    ]
    assert all(regime.registers == ["KH57-2026"] for regime in REGIMES)
    assert all(regime.close_after_days == 30 for regime in REGIMES)
    assert all(regime.release == "person" and not regime.asks_coordinators for regime in REGIMES)


def test_the_letter_of_the_committee() -> None:
    assert all(regime.letter == QUARTERLY.letter for regime in REGIMES)
    assert QUARTERLY.letter.model_dump() == {
        "layout": "party",
        "superior": "TỈNH ỦY ĐIỆN BIÊN",
        "issuer": "BAN CHỈ ĐẠO VỀ PHÁT TRIỂN\nKHOA HỌC, CÔNG NGHỆ, ĐỔI MỚI\nSÁNG TẠO VÀ CHUYỂN ĐỔI SỐ",
        "issuer_in_text": (
            "Ban Chỉ đạo về phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số tỉnh Điện Biên"
        ),
        "unit": "Tổ Giúp việc Ban Chỉ đạo tỉnh",
        "place": "Điện Biên",
        "signer_office": "",
        "signer_line": "T/M BAN CHỈ ĐẠO",
        "number_suffix": "CV/BCĐ",
        "report_number_suffix": "BC/BCĐ",
    }


@pytest.mark.parametrize(
    ("code", "period", "data", "due_written", "due", "province_written", "province"),
    [
        ("bcd-quy", "2026-Q1", "15/12/2025-14/3/2026", "20/3/2026", "20/3/2026", "25/3/2026", "25/3/2026"),
        ("bcd-quy", "2026-Q2", "15/3/2026-14/6/2026", "20/6/2026", "19/6/2026", "25/6/2026", "25/6/2026"),
        ("bcd-quy", "2026-Q3", "15/6/2026-14/9/2026", "20/9/2026", "18/9/2026", "25/9/2026", "25/9/2026"),
        ("bcd-quy", "2026-Q4", "15/9/2026-14/12/2026", "20/12/2026", "18/12/2026", *["25/12/2026"] * 2),
        ("bcd-6-thang", "2026-H1", "15/12/2025-14/6/2026", "20/6/2026", "19/6/2026", *["25/6/2026"] * 2),
        ("bcd-6-thang", "2026-H2", "15/6/2026-14/12/2026", "20/12/2026", "18/12/2026", *["25/12/2026"] * 2),
        ("bcd-nam", "2026", "15/12/2025-14/12/2026", "20/12/2026", "18/12/2026", *["25/12/2026"] * 2),
        # The province's own day rolls the other way: 25/12/2027 is a Saturday.
        ("bcd-nam", "2027", "15/12/2026-14/12/2027", *["20/12/2027"] * 2, "25/12/2027", "27/12/2027"),
        # Written in January: 10/01/2026 is a make-up Saturday and stays, 10/01/2027 is a Sunday and does not.
        ("bcd-nam-duong-lich", "2025", "1/1/2025-31/12/2025", *["10/1/2026"] * 2, *["20/1/2026"] * 2),
        ("bcd-nam-duong-lich", "2026", "1/1/2026-31/12/2026", "10/1/2027", "8/1/2027", *["20/1/2027"] * 2),
    ],
)
def test_dates_of_the_province(
    code: str, period: str, data: str, due_written: str, due: str, province_written: str, province: str
) -> None:
    data_from, cut_off = map(day, data.split("-"))
    dates = cycle_dates(BY_CODE[code], parse_period(period), CALENDAR)
    assert dates == CycleDates(
        data_from=data_from,
        cut_off=cut_off,
        as_of=cut_off,
        due_written=day(due_written),
        due=day(due),
        province_due_written=day(province_written),
        province_due=day(province),
        opens_on=dates.opens_on,  # in the next table
    )


@pytest.mark.parametrize(
    ("code", "period", "opens_on", "before_5", "before_1", "after"),
    [
        ("bcd-quy", "2026-Q1", "2/3/2026", "13/3/2026", "19/3/2026", "23/3/2026 24/3/2026 25/3/2026"),
        ("bcd-quy", "2026-Q2", "1/6/2026", "12/6/2026", "18/6/2026", "22/6/2026 23/6/2026 24/6/2026"),
        # Ten working days before 14/9, of which 31/8 to 2/9 are none.
        ("bcd-quy", "2026-Q3", "26/8/2026", "11/9/2026", "17/9/2026", "21/9/2026 22/9/2026 23/9/2026"),
        ("bcd-quy", "2026-Q4", "30/11/2026", "11/12/2026", "17/12/2026", "21/12/2026 22/12/2026 23/12/2026"),
        ("bcd-nam-duong-lich", "2025", "17/12/2025", "5/1/2026", "9/1/2026", "12/1/2026 13/1/2026 14/1/2026"),
        (
            "bcd-nam-duong-lich",
            "2026",
            "17/12/2026",
            "31/12/2026",
            "7/1/2027",
            "11/1/2027 12/1/2027 13/1/2027",
        ),
    ],
)
def test_opening_and_steps_of_the_province(
    code: str, period: str, opens_on: str, before_5: str, before_1: str, after: str
) -> None:
    regime = BY_CODE[code]
    dates = cycle_dates(regime, parse_period(period), CALENDAR)
    assert dates.opens_on == day(opens_on)
    assert {step.code: step.day(dates.due, CALENDAR) for step in regime.steps} == {
        "truoc-5": day(before_5),
        "truoc-1": day(before_1),
        **dict(zip(("sau-1", "sau-2-thu-truong", "sau-3-lanh-dao"), map(day, after.split()), strict=True)),
    }


def test_who_is_reached_by_which_step() -> None:
    assert [(step.code, step.audience) for step in QUARTERLY.steps] == [
        ("truoc-5", [PersonRole.OFFICER]),
        ("truoc-1", [PersonRole.OFFICER]),
        ("sau-1", [PersonRole.OFFICER]),
        ("sau-2-thu-truong", [PersonRole.HEAD]),
        ("sau-3-lanh-dao", [PersonRole.LEADERSHIP]),
    ]


def test_what_the_steps_of_the_province_do_besides() -> None:
    plans = {step.code: step.plan() for step in QUARTERLY.steps}
    assert [code for code, plan in plans.items() if plan.held_by_promise] == ["truoc-5", "truoc-1"]
    assert [code for code, plan in plans.items() if plan.call_sheet] == ["sau-1"]
    assert [code for code, plan in plans.items() if plan.letter] == ["sau-2-thu-truong"]
    assert [code for code, plan in plans.items() if plan.by_person] == ["sau-3-lanh-dao"]
    assert {plan.channels for plan in plans.values()} == {(Channel.EMAIL,)}


def test_a_policy_frozen_before_steps_had_these_fields_still_reads() -> None:
    frozen = QUARTERLY.model_dump(mode="json")
    newer = ("channels", "held_by_promise", "release", "call_sheet", "letter")
    frozen["steps"] = [
        {key: value for key, value in step.items() if key not in newer} for step in frozen["steps"][:4]
    ]
    del frozen["leadership_automatic"]
    old = Regime.model_validate(frozen)
    assert [step.plan().held_by_promise for step in old.steps] == [True, True, False, False]
    assert {step.release for step in old.steps} == {"auto"}


def test_the_days_off_file_has_both_halves_of_the_swap_of_new_year() -> None:
    assert CALENDAR.name_of(date(2026, 1, 2)) == "Nghỉ hoán đổi, làm bù thứ Bảy 10/01/2026"
    assert CALENDAR.name_of(date(2026, 1, 10)) == ""
    assert CALENDAR.is_day_off(date(2026, 11, 24))


def test_the_days_off_file_names_every_make_up_day_the_package_knows_of_its_confirmed_years() -> None:
    package: Any = holidays.country_holidays("VN", years=DAYS_OFF.confirmed_years)
    known = {made_up for made_up in package.weekend_workdays if made_up.year in DAYS_OFF.confirmed_years}
    assert date(2026, 8, 22) in known
    assert known <= DAYS_OFF.working_days.keys()


# ------------------------------------------------------------------ which request replaces which


@pytest.mark.parametrize(
    ("code", "period", "answered_by"),
    [
        ("bcd-quy", "2026-Q1", None),
        ("bcd-quy", "2026-Q2", "bcd-6-thang"),
        ("bcd-quy", "2026-Q3", None),
        ("bcd-quy", "2026-Q4", "bcd-nam"),  # by the second half-year, and that by the year
        ("bcd-6-thang", "2026-H1", None),
        ("bcd-6-thang", "2026-H2", "bcd-nam"),
        ("bcd-nam", "2026", None),
        ("khac", "2026-Q2", None),
    ],
)
def test_what_is_replaced(code: str, period: str, answered_by: str | None) -> None:
    assert replaced_by(REGIMES, code, parse_period(period)) == answered_by


def test_a_preset_that_is_not_active_replaces_nothing() -> None:
    without_year = [regime.model_copy(update={"active": regime.code != "bcd-nam"}) for regime in REGIMES]
    assert replaced_by(without_year, "bcd-quy", parse_period("2026-Q4")) == "bcd-6-thang"
    assert replaced_by(without_year, "bcd-6-thang", parse_period("2026-H2")) is None


def test_what_the_calendar_opens_in_a_year() -> None:
    opened = [
        (opens_on, regime.code, period.code)
        for regime in REGIMES
        for opens_on, period in openings(regime, CALENDAR, date(2026, 1, 1), date(2026, 12, 31))
        if regime.active and replaced_by(REGIMES, regime.code, period) is None
    ]
    assert sorted(opened) == [
        (date(2026, 3, 2), "bcd-quy", "2026-Q1"),
        (date(2026, 6, 1), "bcd-6-thang", "2026-H1"),
        (date(2026, 8, 26), "bcd-quy", "2026-Q3"),
        (date(2026, 11, 30), "bcd-nam", "2026"),
    ]


@pytest.mark.parametrize(
    ("code", "since", "until", "opened"),
    [
        ("bcd-quy", "2/3/2026", "2/3/2026", [("2/3/2026", "2026-Q1")]),
        ("bcd-quy", "3/3/2026", "31/5/2026", []),
        ("bcd-quy", "1/2/2026", "1/3/2026", []),
        ("bcd-quy", "3/3/2026", "26/8/2026", [("1/6/2026", "2026-Q2"), ("26/8/2026", "2026-Q3")]),
        ("bcd-nam", "1/1/2026", "31/12/2026", [("30/11/2026", "2026")]),
        ("bcd-nam-duong-lich", "1/12/2026", "31/12/2026", [("17/12/2026", "2026")]),
    ],
)
def test_openings_of_a_span_of_days(code: str, since: str, until: str, opened: list[tuple[str, str]]) -> None:
    found = openings(BY_CODE[code], CALENDAR, day(since), day(until))
    assert [(opens_on, period.code) for opens_on, period in found] == [(day(d), p) for d, p in opened]


# ------------------------------------------------------------------ due days and steps


@pytest.mark.parametrize(
    ("due", "period", "written"),
    [
        (Due(day=25, roll=Roll.NONE), "2026-Q1", date(2026, 3, 25)),
        (Due(day=25, roll=Roll.NONE), "2026-H2", date(2026, 12, 25)),
        (Due(day=31, roll=Roll.NONE), "2026-Q2", date(2026, 6, 30)),
        (Due(day=10, month_offset=1, roll=Roll.NONE), "2026", date(2027, 1, 10)),
        (Due(day=31, month_offset=2, roll=Roll.NONE), "2026", date(2027, 2, 28)),
        (Due(day=5, month_offset=12, roll=Roll.NONE), "2026-Q3", date(2027, 9, 5)),
    ],
)
def test_a_due_day_is_counted_from_the_last_month(due: Due, period: str, written: date) -> None:
    assert due.written(parse_period(period)) == written


@pytest.mark.parametrize(
    ("when", "working_days", "due", "falls_on"),
    [
        ("before", 0, date(2026, 3, 20), date(2026, 3, 20)),
        ("before", 1, date(2026, 3, 20), date(2026, 3, 19)),
        ("before", 1, date(2026, 2, 23), date(2026, 2, 13)),  # the day after Tết: reminded before it
        ("after", 1, date(2026, 3, 20), date(2026, 3, 23)),
        ("after", 1, date(2026, 3, 21), date(2026, 3, 23)),  # due on a Saturday that was not rolled
        ("after", 2, date(2026, 2, 13), date(2026, 2, 24)),
    ],
)
def test_the_day_of_a_step(when: Any, working_days: int, due: date, falls_on: date) -> None:
    step = Step(
        code="buoc",
        label="Bước",
        when=when,
        working_days=working_days,
        audience=[PersonRole.OFFICER],
        template="digest",
    )
    assert step.day(due, CALENDAR) == falls_on


def test_a_regime_survives_being_frozen_in_a_cycle() -> None:
    for regime in REGIMES:
        assert Regime.model_validate(regime.model_dump(mode="json")) == regime


# ------------------------------------------------------------------ faults of dates


def test_the_dates_of_the_province_have_no_fault() -> None:
    for regime in REGIMES:
        for year in (2025, 2026, 2027):
            for kind, index in PARTS.values():
                if kind in regime.period_kinds:
                    dates = cycle_dates(regime, Period(kind, year, index), CALENDAR)
                    assert policy_faults(regime, dates, CALENDAR) == []


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        pytest.param({"due": date(2026, 3, 16)}, [], id="one working day after Saturday 14/3: the Monday"),
        pytest.param(
            {"due": date(2026, 3, 15)},
            [
                (
                    "Từ ngày chốt số liệu 14/3/2026 đến hạn của cơ quan, đơn vị 15/3/2026 phải có "
                    "ít nhất 01 ngày làm việc (Điều 8 Nghị định 09/2019/NĐ-CP)."
                )
            ],
            id="none: the Sunday",
        ),
        pytest.param(
            {"cut_off": date(2026, 3, 20)},
            [
                (
                    "Từ ngày chốt số liệu 20/3/2026 đến hạn của cơ quan, đơn vị 20/3/2026 phải có "
                    "ít nhất 01 ngày làm việc (Điều 8 Nghị định 09/2019/NĐ-CP)."
                )
            ],
            id="cut off on the due day",
        ),
        pytest.param(
            {"province_due": date(2026, 3, 25)}, [], id="the last step on the province's day itself"
        ),
        pytest.param(
            {"province_due": date(2026, 3, 23)},
            [
                (
                    "Bước “Báo thủ trưởng sau hạn 02 ngày làm việc” (sau-2-thu-truong) rơi vào ngày 24/3/2026, "
                    "sau hạn tỉnh phải gửi 23/3/2026."
                ),
                (
                    "Bước “Phiếu báo cáo Lãnh đạo Ban Chỉ đạo sau hạn 03 ngày làm việc” (sau-3-lanh-dao) rơi vào "
                    "ngày 25/3/2026, sau hạn tỉnh phải gửi 23/3/2026."
                ),
            ],
            id="a step past the province's due day",
        ),
        pytest.param(
            {"due": date(2026, 3, 26)},
            [
                "Hạn của cơ quan, đơn vị 26/3/2026 sau hạn tỉnh phải gửi 25/3/2026.",
                (
                    "Bước “Đôn đốc sau hạn 01 ngày làm việc” (sau-1) rơi vào ngày 27/3/2026, "
                    "sau hạn tỉnh phải gửi 25/3/2026."
                ),
                (
                    "Bước “Báo thủ trưởng sau hạn 02 ngày làm việc” (sau-2-thu-truong) rơi vào ngày 30/3/2026, "
                    "sau hạn tỉnh phải gửi 25/3/2026."
                ),
                (
                    "Bước “Phiếu báo cáo Lãnh đạo Ban Chỉ đạo sau hạn 03 ngày làm việc” (sau-3-lanh-dao) rơi vào "
                    "ngày 31/3/2026, sau hạn tỉnh phải gửi 25/3/2026."
                ),
            ],
            id="agencies after the province",
        ),
        pytest.param(
            {"data_from": date(2026, 3, 15)},
            ["Kỳ số liệu bắt đầu ngày 15/3/2026, sau ngày chốt số liệu 14/3/2026."],
            id="data from after the cut-off",
        ),
    ],
)
def test_faults_of_overridden_dates(changes: dict[str, date], faults: list[str]) -> None:
    assert policy_faults(QUARTERLY, replace(Q1_DATES, **changes), CALENDAR) == faults


def test_a_regime_whose_dates_contradict_a_rule_gives_none() -> None:
    hasty = QUARTERLY.model_copy(update={"agency_due": Due(day=15, roll=Roll.EARLIER)})
    with pytest.raises(ValueError, match=r"^Báo cáo quý") as caught:
        cycle_dates(hasty, Q1, CALENDAR)
    assert str(caught.value) == (
        "Báo cáo quý của Ban Chỉ đạo, Quý I/2026: Từ ngày chốt số liệu 14/3/2026 đến hạn của cơ quan, đơn vị "
        "13/3/2026 phải có ít nhất 01 ngày làm việc (Điều 8 Nghị định 09/2019/NĐ-CP)."
    )


def test_a_policy_that_cannot_hold_is_found_before_its_cycle_opens() -> None:
    """Four working days after 20/3/2026 is 26/3, past 25/3; three are not."""
    assert coming_faults(REGIMES, CALENDAR, date(2026, 1, 5)) == []
    late = [
        step.model_copy(update={"working_days": 4}) if step.code == "sau-3-lanh-dao" else step
        for step in QUARTERLY.steps
    ]
    (fault,) = coming_faults([QUARTERLY.model_copy(update={"steps": late})], CALENDAR, date(2026, 1, 5))
    assert (fault.regime, fault.steps) == ("bcd-quy", ("sau-3-lanh-dao",))
    assert fault.sentence.startswith("Báo cáo quý của Ban Chỉ đạo, Quý I/2026: Bước “Phiếu báo cáo")
    assert fault.sentence.endswith("rơi vào ngày 26/3/2026, sau hạn tỉnh phải gửi 25/3/2026.")
    unused = QUARTERLY.model_copy(update={"steps": late, "active": False})
    assert coming_faults([unused], CALENDAR, date(2026, 1, 5)) == []


def test_an_automatic_committee_may_write_to_its_leadership_by_itself() -> None:
    steps = [{**QUARTER["steps"][0], "audience": ["leadership"]}]
    (regime,) = regimes_from({"regimes": [{**QUARTER, "steps": steps, "leadership_automatic": True}]})
    assert regime.steps[0].plan().by_person is False


def test_a_regime_has_no_dates_for_a_period_it_does_not_ask() -> None:
    with pytest.raises(
        ValueError, match=r"^Báo cáo quý của Ban Chỉ đạo, Năm 2026: chế độ này không có kỳ loại “Năm”\.$"
    ):
        cycle_dates(QUARTERLY, parse_period("2026"), CALENDAR)


# ------------------------------------------------------------------ faults of a file

QUARTER: dict[str, Any] = {
    "code": "quy",
    "name": "Báo cáo quý",
    "cycle_title": "Báo cáo {ky}",
    "period_kinds": ["quarter"],
    "registers": ["KH57-2026"],
    "window": "nd09",
    "agency_due": {"day": 20, "roll": "earlier"},
    "province_due": {"day": 25, "roll": "later"},
    "open_before": 10,
    "release": "person",
    "letter": {
        "layout": "state",
        "superior": "",
        "issuer": "SỞ NỘI VỤ",
        "issuer_in_text": "Sở Nội vụ",
        "unit": "Văn phòng Sở",
        "place": "Điện Biên",
        "signer_line": "GIÁM ĐỐC",
        "number_suffix": "SNV",
        "report_number_suffix": "BC-SNV",
    },
    "steps": [
        {
            "code": "sau-1",
            "label": "Đôn đốc",
            "when": "after",
            "working_days": 1,
            "audience": ["officer"],
        }
    ],
}
HALF = {**QUARTER, "code": "nua-nam", "name": "Báo cáo 6 tháng", "period_kinds": ["half"]}


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """The quarterly regime with one field changed."""
    regime = deepcopy(QUARTER)
    place: Any = regime
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = to
    return regime


@pytest.mark.parametrize(
    ("regime", "sentence"),
    [
        (
            changed("code", to="Quý 1"),
            "Chế độ Quý 1, trường “code”: “Quý 1” chỉ được gồm chữ thường không dấu, chữ số và dấu gạch nối.",
        ),
        (changed("name", to=""), "Chế độ quy, trường “name”: không được để trống."),
        (changed("registers", to=[]), "Chế độ quy, trường “registers”: không được để trống."),
        (
            changed("close_after_days", to=366),
            "Chế độ quy, trường “close_after_days”: không được quá 365, đang viết là “366”.",
        ),
        (
            changed("registers", to=["A", "B", "A"]),
            "Chế độ quy, trường “registers”: “A” ghi hai lần.",
        ),
        (
            changed("period_kinds", to=["month"]),
            (
                "Chế độ quy, trường “period_kinds › mục 1”: phải là một trong các giá trị "
                "quarter, half, year hoặc adhoc, đang viết là “month”."
            ),
        ),
        (
            changed("period_kinds", to=["adhoc"]),
            (
                "Chế độ quy, trường “period_kinds”: kỳ đột xuất không có lịch định sẵn, "
                "mở từng kỳ theo ngày ghi trong văn bản yêu cầu."
            ),
        ),
        (
            changed("agency_due", "day", to=32),
            "Chế độ quy, trường “agency_due › day”: không được quá 31, đang viết là “32”.",
        ),
        (
            changed("province_due", "roll", to="sau"),
            (
                "Chế độ quy, trường “province_due › roll”: phải là một trong các giá trị "
                "earlier, later hoặc none, đang viết là “sau”."
            ),
        ),
        (
            changed("letter", "signer", to="x"),
            (
                "Chế độ quy, trường “letter › signer”: không có trong mẫu của tệp, "
                "đề nghị xem lại cách viết tên trường."
            ),
        ),
        (
            changed("steps", 0, "working_days", to=0),
            (
                "Chế độ quy, trường “steps › mục 1 › working_days”: bước sau hạn (after) phải có working_days "
                "từ 1 trở lên."
            ),
        ),
        (
            changed("steps", 0, "working_days", to=-1),
            "Chế độ quy, trường “steps › mục 1 › working_days”: phải từ 0 trở lên, đang viết là “-1”.",
        ),
        (
            changed("steps", 0, "audience", to=[]),
            "Chế độ quy, trường “steps › mục 1 › audience”: không được để trống.",
        ),
        (
            changed("steps", 0, "audience", to=["head", "leadership"]),
            (
                "Chế độ quy, trường “steps › mục 1 › audience”: Lãnh đạo Ban Chỉ đạo nhận một phiếu cho cả kỳ: "
                "ghi thành bước riêng, audience chỉ có leadership."
            ),
        ),
        (
            changed("steps", 0, "audience", to=["leadership"]),
            (
                "Chế độ quy, trường “steps › mục 1 › release”: bước “sau-1” gửi Lãnh đạo Ban Chỉ đạo phải ghi "
                "release: person (thư ký duyệt rồi mới gửi), hoặc chế độ phải ghi leadership_automatic: true."
            ),
        ),
        (
            changed("steps", 0, to={**QUARTER["steps"][0], "when": "before", "letter": True}),
            (
                "Chế độ quy, trường “steps › mục 1 › letter”: letter: true (công văn đôn đốc) chỉ dùng cho bước "
                "sau hạn gửi cơ quan, đơn vị."
            ),
        ),
        (
            changed("steps", 0, "channels", to=["zalo"]),
            (
                "Chế độ quy, trường “steps › mục 1 › channels › mục 1”: phải là một trong các giá trị email, "
                "zalo_zbs, zalo_bot hoặc zalo_oa, đang viết là “zalo”."
            ),
        ),
        (
            changed("steps", 0, "channels", to=["email", "email"]),
            "Chế độ quy, trường “steps › mục 1 › channels”: “email” ghi hai lần.",
        ),
        (
            changed("steps", to=[QUARTER["steps"][0], QUARTER["steps"][0]]),
            "Chế độ quy, trường “steps › mục 2 › code”: có hai bước cùng mã “sau-1”.",
        ),
        (
            changed("answers", to={"H1": {"thang": ["Q2"]}}),
            "Chế độ quy: answers ghi “H1” nhưng chế độ này không có kỳ đó trong period_kinds.",
        ),
        (
            changed("answers", to={"Q1": {"thang": ["T3"]}}),
            "Chế độ quy: answers ghi “T3”, phải là một trong Q1, Q2, Q3, Q4, H1, H2, year.",
        ),
        (
            changed("answers", to={"Q2": {"nua-nam": ["H1"]}}),
            (
                "Chế độ quy: answers ghi “Q2” trả lời thay “H1”, "
                "mà chỉ thay được kỳ ngắn hơn kết thúc cùng tháng."
            ),
        ),
    ],
)
def test_a_fault_of_a_regime_is_a_sentence(regime: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^Chế độ") as caught:
        regimes_from({"regimes": [regime]})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("regimes", "sentences"),
    [
        pytest.param([], ["Tệp chế độ báo cáo, trường “regimes”: không được để trống."], id="no regime"),
        pytest.param(
            [QUARTER, QUARTER], ["Tệp chế độ báo cáo: có hai chế độ cùng mã quy."], id="a code twice"
        ),
        pytest.param(
            [{**QUARTER, "name": ""}, {**HALF, "open_before": -1}],
            [
                "Chế độ quy, trường “name”: không được để trống.",
                "Chế độ nua-nam, trường “open_before”: phải từ 0 trở lên, đang viết là “-1”.",
            ],
            id="each regime's faults at once",
        ),
        pytest.param(
            [QUARTER, {**HALF, "answers": {"H1": {"quys": ["Q2"]}}}],
            ["Chế độ nua-nam, trường “answers”: không có chế độ nào mã “quys”."],
            id="answers an unknown regime",
        ),
        pytest.param(
            [QUARTER, {**HALF, "answers": {"H1": {"quy": ["Q1"]}}}],
            [
                (
                    "Chế độ nua-nam: answers ghi “H1” trả lời thay “Q1”, "
                    "mà chỉ thay được kỳ ngắn hơn kết thúc cùng tháng."
                )
            ],
            id="answers a period that ends in another month",
        ),
        pytest.param(
            [
                HALF,
                {**HALF, "code": "nam", "period_kinds": ["year"], "answers": {"year": {"nua-nam": ["Q4"]}}},
            ],
            ["Chế độ nam, trường “answers”: chế độ nua-nam không có kỳ Q4."],
            id="answers a period the other does not have",
        ),
        pytest.param(
            [QUARTER, {**HALF, "window": "calendar", "answers": {"H1": {"quy": ["Q2"]}}}],
            ["Chế độ nua-nam, trường “answers”: kỳ số liệu (window) của quy khác, không trả lời thay được."],
            id="answers other data",
        ),
        pytest.param(
            [
                {**QUARTER, "registers": ["KH57-2026", "NQ71"]},
                {**HALF, "answers": {"H1": {"quy": ["Q2"]}}},
            ],
            ["Chế độ nua-nam, trường “answers”: quy hỏi danh mục nhiệm vụ NQ71 mà chế độ này không hỏi."],
            id="answers less than was asked",
        ),
        pytest.param(
            [{**QUARTER, "asks_coordinators": True}, {**HALF, "answers": {"H1": {"quy": ["Q2"]}}}],
            ["Chế độ nua-nam, trường “answers”: quy hỏi cả cơ quan phối hợp mà chế độ này không hỏi."],
            id="asks fewer",
        ),
        pytest.param(
            [
                QUARTER,
                {**HALF, "answers": {"H1": {"quy": ["Q2"]}}},
                {**HALF, "code": "khac", "answers": {"H1": {"quy": ["Q2"]}}},
            ],
            ["Chế độ khac, trường “answers”: kỳ Q2 của quy đã có nua-nam trả lời thay."],
            id="answered by two",
        ),
    ],
)
def test_faults_between_regimes(regimes: list[dict[str, Any]], sentences: list[str]) -> None:
    with pytest.raises(ValueError, match="hế độ") as caught:
        regimes_from({"regimes": regimes})
    assert str(caught.value).split("\n") == sentences


def test_two_presets_may_answer_the_same_request_when_one_is_not_active() -> None:
    regimes = regimes_from(
        {
            "regimes": [
                QUARTER,
                {**HALF, "answers": {"H1": {"quy": ["Q2"]}}},
                {**HALF, "code": "khac", "active": False, "answers": {"H1": {"quy": ["Q2"]}}},
            ]
        }
    )
    assert replaced_by(regimes, "quy", parse_period("2026-Q2")) == "nua-nam"


def test_one_regime_of_several_kinds_answers_itself() -> None:
    regime = {**QUARTER, "period_kinds": ["quarter", "half"], "answers": {"H1": {"quy": ["Q2"]}}}
    regimes = regimes_from({"regimes": [regime]})
    assert replaced_by(regimes, "quy", parse_period("2026-Q2")) == "quy"
    assert replaced_by(regimes, "quy", parse_period("2026-H1")) is None


def test_defaults_stand_for_what_a_regime_does_not_write() -> None:
    shared = {key: value for key, value in QUARTER.items() if key not in {"code", "name"}}
    own = {
        "code": "nam",
        "name": "Báo cáo năm",
        "cycle_title": "Báo cáo {ky}",
        "period_kinds": ["year"],
        "window": "calendar",
    }
    (regime,) = regimes_from({"defaults": shared, "regimes": [own]})
    assert (regime.code, regime.window, regime.open_before) == ("nam", "calendar", 10)
    assert regime.agency_due == Due(day=20, roll=Roll.EARLIER)


def test_a_misspelt_heading_of_the_file_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"^Tệp chế độ báo cáo, trường “default”: không có trong mẫu của tệp"
    ):
        regimes_from({"default": {}, "regimes": [QUARTER]})
