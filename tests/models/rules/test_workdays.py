"""Which days an office works, as a table of days; and what a calendar promises on any day."""

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import Roll
from models.rules.workdays import (
    DaysOffFile,
    WorkCalendar,
    days_off_from,
    unconfirmed_year,
    work_calendar,
)

YEARS = range(2025, 2031)
EMPTY = DaysOffFile(confirmed_years=[2026], cultural_day_24_11=True)
FILE = DaysOffFile(
    confirmed_years=[2026],
    cultural_day_24_11=True,
    days_off={date(2026, 1, 2): "Nghỉ hoán đổi, làm bù thứ Bảy 10/01/2026"},
    working_days={date(2026, 1, 10): "Làm bù cho thứ Sáu 02/01/2026"},
)
CALENDAR = work_calendar(FILE, YEARS)
DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "Tết Dương lịch"),
        (date(2026, 1, 2), "Nghỉ hoán đổi, làm bù thứ Bảy 10/01/2026"),
        (date(2026, 1, 3), "Thứ Bảy"),
        (date(2026, 1, 4), "Chủ nhật"),
        (date(2026, 1, 5), ""),
        (date(2026, 1, 10), ""),  # a Saturday, worked for 02/01
        (date(2026, 1, 11), "Chủ nhật"),
        (date(2026, 2, 13), ""),
        (date(2026, 2, 14), "Thứ Bảy"),
        (date(2026, 2, 15), "Chủ nhật"),
        (date(2026, 2, 16), "Giao thừa Tết Nguyên Đán"),
        (date(2026, 2, 17), "Tết Nguyên Đán"),
        (date(2026, 2, 18), "Mùng hai Tết Nguyên Đán"),
        (date(2026, 2, 19), "Mùng ba Tết Nguyên Đán"),
        (date(2026, 2, 20), "Mùng bốn Tết Nguyên Đán"),
        (date(2026, 2, 21), "Thứ Bảy"),
        (date(2026, 2, 23), ""),
        (date(2026, 4, 26), "Ngày Giỗ Tổ Hùng Vương"),  # a Sunday
        (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        (date(2026, 4, 30), "Ngày Chiến thắng"),
        (date(2026, 5, 1), "Ngày Quốc tế Lao động"),
        (date(2026, 8, 22), ""),  # a Saturday, worked for 31/8: known to the holidays package
        (date(2026, 8, 31), "Ngày nghỉ (thay cho ngày 22/08/2026)"),
        (date(2026, 9, 1), "Quốc khánh"),
        (date(2026, 9, 2), "Quốc khánh"),
        (date(2026, 9, 3), ""),
        (date(2026, 11, 24), "Ngày Văn hóa Việt Nam"),
    ],
    ids=str,
)
def test_a_day_and_why_it_is_off(day: date, name: str) -> None:
    assert CALENDAR.name_of(day) == name
    assert CALENDAR.is_day_off(day) is (name != "")


def test_the_package_alone_does_not_know_the_swap_of_new_year_2026() -> None:
    """The reason for the file; when this fails, the package has caught up and the line may go."""
    package = work_calendar(EMPTY, [2026])
    assert package.name_of(date(2026, 1, 2)) == ""
    assert package.name_of(date(2026, 1, 10)) == "Thứ Bảy"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 24), "a Tuesday"),
        (date(2029, 11, 26), "the Monday in lieu of Saturday 24/11/2029"),
    ],
)
def test_24_november_is_a_switch(day: date, why: str) -> None:
    switched_off = DaysOffFile(confirmed_years=[2026], cultural_day_24_11=False)
    assert CALENDAR.is_day_off(day), why
    assert not work_calendar(switched_off, YEARS).is_day_off(day), why


def test_24_november_was_a_working_day_before_2026() -> None:
    assert not CALENDAR.is_day_off(date(2025, 11, 24))


def test_the_file_goes_before_the_package_in_both_directions() -> None:
    withdrawn = DaysOffFile(
        confirmed_years=[],
        cultural_day_24_11=True,
        days_off={date(2026, 8, 22): "Không làm bù nữa"},
        working_days={date(2026, 8, 31): "Không hoán đổi nữa"},
    )
    calendar = work_calendar(withdrawn, [2026])
    assert calendar.name_of(date(2026, 8, 22)) == "Không làm bù nữa"
    assert calendar.name_of(date(2026, 8, 31)) == ""


def test_a_year_outside_the_calendar_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"^Lịch làm việc chưa có năm 2031, không tính được ngày 06/01/2031\.$"
    ):
        CALENDAR.is_day_off(date(2031, 1, 6))


@pytest.mark.parametrize(
    ("day", "roll", "rolled"),
    [
        (date(2026, 3, 20), Roll.EARLIER, date(2026, 3, 20)),  # a working Friday stays
        (date(2026, 3, 20), Roll.LATER, date(2026, 3, 20)),
        (date(2026, 6, 20), Roll.EARLIER, date(2026, 6, 19)),  # Saturday
        (date(2026, 6, 20), Roll.LATER, date(2026, 6, 22)),
        (date(2026, 6, 20), Roll.NONE, date(2026, 6, 20)),
        (date(2026, 2, 17), Roll.EARLIER, date(2026, 2, 13)),  # over Tết and both weekends
        (date(2026, 2, 17), Roll.LATER, date(2026, 2, 23)),
        (date(2026, 1, 2), Roll.EARLIER, date(2025, 12, 31)),  # over New Year's Day
        (date(2026, 1, 2), Roll.LATER, date(2026, 1, 5)),
        (date(2026, 1, 10), Roll.EARLIER, date(2026, 1, 10)),  # a make-up Saturday is worked
        (date(2026, 1, 11), Roll.EARLIER, date(2026, 1, 10)),  # and a Sunday rolls onto it
    ],
)
def test_roll(day: date, roll: Roll, rolled: date) -> None:
    assert CALENDAR.roll(day, roll) == rolled


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 3, 20), -5, date(2026, 3, 13)),
        (date(2026, 3, 20), -1, date(2026, 3, 19)),
        (date(2026, 3, 20), 0, date(2026, 3, 20)),
        (date(2026, 3, 20), 1, date(2026, 3, 23)),
        (date(2026, 3, 21), -1, date(2026, 3, 20)),  # from a Saturday: the last working day strictly before
        (date(2026, 3, 21), 0, date(2026, 3, 21)),
        (date(2026, 3, 21), 1, date(2026, 3, 23)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # Tết takes no working day
        (date(2026, 1, 9), 1, date(2026, 1, 10)),  # the make-up Saturday does
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
    ],
)
def test_add_working_days(day: date, n: int, expected: date) -> None:
    assert CALENDAR.add(day, n) == expected


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 3, 14), date(2026, 3, 20), 5),  # Saturday to Friday
        (date(2026, 3, 14), date(2026, 3, 15), 0),
        (date(2026, 3, 14), date(2026, 3, 16), 1),  # Monday is worked to its end
        (date(2026, 3, 16), date(2026, 3, 16), 0),
        (date(2026, 3, 20), date(2026, 3, 14), 0),
        (date(2026, 2, 13), date(2026, 2, 22), 0),  # Tết
        (date(2026, 1, 9), date(2026, 1, 10), 1),
    ],
)
def test_working_days_between(start: date, end: date, days: int) -> None:
    assert CALENDAR.working_days_between(start, end) == days


@given(DAYS, st.sampled_from([Roll.EARLIER, Roll.LATER]))
def test_roll_gives_a_working_day_on_its_side_and_skips_none(day: date, roll: Roll) -> None:
    rolled = CALENDAR.roll(day, roll)
    assert not CALENDAR.is_day_off(rolled)
    assert rolled <= day if roll is Roll.EARLIER else rolled >= day
    low, high = sorted((day, rolled))
    between = [low + timedelta(days=i) for i in range((high - low).days + 1)]
    assert all(CALENDAR.is_day_off(skipped) for skipped in between if skipped != rolled)


@given(DAYS)
def test_roll_none_changes_nothing(day: date) -> None:
    assert CALENDAR.roll(day, Roll.NONE) == day


@given(DAYS, st.integers(1, 60))
def test_add_there_and_back(day: date, n: int) -> None:
    """From a working day one comes back to it; from a day off, to its neighbour on the other side."""
    assert CALENDAR.add(CALENDAR.add(day, n), -n) == CALENDAR.roll(day, Roll.EARLIER)
    assert CALENDAR.add(CALENDAR.add(day, -n), n) == CALENDAR.roll(day, Roll.LATER)


@given(DAYS, st.integers(1, 60))
def test_counting_agrees_with_adding(day: date, n: int) -> None:
    assert CALENDAR.working_days_between(day, CALENDAR.add(day, n)) == n


@pytest.mark.parametrize(
    ("confirmed", "day", "year"),
    [
        ([2026], date(2026, 11, 30), None),
        ([2026], date(2026, 12, 1), 2027),
        ([2026], date(2026, 12, 31), 2027),
        ([2026], date(2027, 1, 1), 2027),  # nobody has done it: still asked
        ([2026, 2027], date(2026, 12, 1), None),
        ([2026, 2027], date(2027, 1, 1), None),
        ([2026, 2027], date(2027, 12, 1), 2028),
        ([], date(2026, 12, 1), 2026),  # the year one is in comes first
    ],
)
def test_the_year_to_confirm(confirmed: list[int], day: date, year: int | None) -> None:
    file = DaysOffFile(confirmed_years=confirmed, cultural_day_24_11=True)
    assert unconfirmed_year(file, day) == year


def test_a_file_as_a_person_writes_it() -> None:
    file = days_off_from(
        {
            "confirmed_years": [2026],
            "cultural_day_24_11": False,
            "days_off": {"02/01/2026": "Hoán đổi", date(2026, 8, 31): "Hoán đổi"},
            "working_days": None,
        }
    )
    assert file.days_off == {date(2026, 1, 2): "Hoán đổi", date(2026, 8, 31): "Hoán đổi"}
    assert file.working_days == {}


GOOD = {"confirmed_years": [2026], "cultural_day_24_11": True}


@pytest.mark.parametrize(
    ("data", "sentences"),
    [
        pytest.param(
            {},
            [
                "Tệp ngày nghỉ, trường “confirmed_years”: chưa được khai.",
                "Tệp ngày nghỉ, trường “cultural_day_24_11”: chưa được khai.",
            ],
            id="missing",
        ),
        pytest.param(
            {**GOOD, "days_off": {"31/02/2026": "Nghỉ"}},
            [
                (
                    "Tệp ngày nghỉ, trường “days_off”: “31/02/2026” không phải là một ngày, "
                    "ví dụ viết đúng: 02/01/2026."
                )
            ],
            id="no such day",
        ),
        pytest.param(
            {**GOOD, "days_off": {"02/01/2026": "Nghỉ", "2026-01-02": "Nghỉ"}},
            ["Tệp ngày nghỉ, trường “days_off”: ngày 02/01/2026 ghi hai lần."],
            id="twice",
        ),
        pytest.param(
            {**GOOD, "days_off": {"02/01/2026": "Nghỉ"}, "working_days": {"02/01/2026": "Làm"}},
            ["Tệp ngày nghỉ: ngày 02/01/2026 vừa ghi ở days_off (nghỉ) vừa ghi ở working_days (làm việc)."],
            id="both",
        ),
        pytest.param(
            {**GOOD, "working_days": ["22/8/2026"]},
            ["Tệp ngày nghỉ, trường “working_days”: phải gồm các trường con, mỗi trường một dòng."],
            id="a list",
        ),
        pytest.param(
            {**GOOD, "days_off": {"02/01/2026": ""}},
            ["Tệp ngày nghỉ, trường “days_off”: ngày 02/01/2026 chưa ghi lý do."],
            id="no reason",
        ),
        pytest.param(
            {**GOOD, "cultural_day_24_11": "có", "confirmed_years": ["hai"]},
            [
                "Tệp ngày nghỉ, trường “confirmed_years › mục 1”: phải là số nguyên, đang viết là “hai”.",
                "Tệp ngày nghỉ, trường “cultural_day_24_11”: phải là true hoặc false, đang viết là “có”.",
            ],
            id="types",
        ),
    ],
)
def test_faults_of_a_file_are_sentences_that_name_the_field(data: object, sentences: list[str]) -> None:
    with pytest.raises(ValueError, match="Tệp ngày nghỉ") as caught:
        days_off_from(data)
    assert str(caught.value).split("\n") == sentences


def test_a_calendar_agrees_with_the_package_where_the_file_is_silent() -> None:
    calendar: WorkCalendar = work_calendar(EMPTY, [2028])
    package = holidays.country_holidays("VN", years=2028, language="vi")
    assert {day: calendar.name_of(day) for day in package} == dict(package)
