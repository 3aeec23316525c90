"""The calendar file of a province: the rule's days until a cycle opens, its own days from then on."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.time import VIETNAM
from tasks.console.calendar_days import calendar_as_file, calendar_entries
from tasks.cycle.cycles import find_cycle
from tasks.steps import open_step

BEFORE = datetime(2026, 2, 20, 8, tzinfo=VIETNAM).astimezone(UTC)
DURING = datetime(2026, 3, 10, 8, tzinfo=VIETNAM).astimezone(UTC)


def events(province: Any, now: datetime) -> dict[str, dict[str, str]]:
    """uid -> its fields."""
    text = calendar_as_file(province.office, now).decode().replace("\r\n ", "")
    found: dict[str, dict[str, str]] = {}
    for block in text.split("BEGIN:VEVENT")[1:]:
        lines = block.partition("END:VEVENT")[0].strip().split("\r\n")
        fields = dict(
            line.split(":", 1) for line in reversed(lines)
        )  # of two of a name the first: not the alarm's
        found[fields["UID"]] = fields
    return found


def test_before_it_opens_the_rule_speaks(imported: Any) -> None:
    told = events(imported, BEFORE)
    due = told["bcd-quy-2026-Q1-han-co-quan@dondoc"]
    assert due["DTSTART;VALUE=DATE"] == "20260320"
    assert due["STATUS"] == "TENTATIVE"
    assert "Hạn của tỉnh: 25/3/2026" in due["DESCRIPTION"]
    assert "Hạn cơ quan" in due["SUMMARY"]
    assert not any(uid.startswith("bcd-quy-2026-Q2") for uid in told)  # the half-year's report answers it
    assert len(told) % 3 == 0
    estimated = told["bcd-quy-2027-Q1-han-tinh@dondoc"]["DESCRIPTION"]
    assert "chưa được xác nhận theo thông báo chính thức" in estimated


def test_a_released_cycle_speaks_for_itself_with_the_same_identity(few_both: Any) -> None:
    told = events(few_both, DURING)
    due = told["bcd-quy-2026-Q1-han-co-quan@dondoc"]
    assert due["STATUS"] == "CONFIRMED"
    assert "12-CV/BCĐ ngày 04/3/2026" in due["DESCRIPTION"]
    with few_both.store.writing() as session:
        cycle = find_cycle(session, "bcd-quy-2026-Q1")
        cycle.due = date(2026, 3, 23)
        session.add(cycle)
    moved = events(few_both, DURING)
    assert moved["bcd-quy-2026-Q1-han-co-quan@dondoc"]["DTSTART;VALUE=DATE"] == "20260323"
    assert moved.keys() == told.keys()


def test_a_draft_is_in_it_as_not_certain(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", DURING, due=date(2026, 3, 19))
    due = events(imported, DURING)["bcd-quy-2026-Q1-han-co-quan@dondoc"]
    assert due["DTSTART;VALUE=DATE"] == "20260319"
    assert due["STATUS"] == "TENTATIVE"


def test_what_is_long_past_is_gone(few: Any) -> None:
    later = datetime(2026, 12, 1, tzinfo=UTC)
    assert not any(uid.startswith("bcd-quy-2026-Q1") for uid in events(few, later))


def test_it_is_the_same_file_all_day(few: Any) -> None:
    evening = datetime(2026, 3, 10, 22, tzinfo=VIETNAM).astimezone(UTC)
    assert calendar_as_file(few.office, DURING) == calendar_as_file(few.office, evening)


@pytest.mark.parametrize(("today", "last"), [(date(2026, 3, 1), 2027), (date(2027, 12, 31), 2028)])
def test_it_goes_to_the_end_of_next_year(imported: Any, today: date, last: int) -> None:
    entries = calendar_entries(imported.office, today)
    assert max(entry.opens_on for entry in entries).year == last
    assert min(entry.opens_on for entry in entries) >= today
