"""How long a round of confirming contacts runs, when it reminds, and that what is proposed is kept whole."""

from datetime import date, datetime

import pytest

from models.codes import PersonRole
from models.rules.directory.contact_fields import ContactFields
from models.rules.directory.rounds import Proposal, as_json, from_json, is_over, reminds_on
from models.rules.workdays import DaysOffFile, work_calendar
from models.time import VIETNAM

CALENDAR = work_calendar(DaysOffFile(confirmed_years=[2026], cultural_day_24_11=False), range(2025, 2028))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("ended", "now", "over"),
    [
        (None, at(12, 23, 59), False),
        (None, at(13, 0), True),
        (at(10, 8), at(10, 9), True),
    ],
)
def test_a_round_runs_to_the_end_of_its_last_day(ended: datetime | None, now: datetime, over: bool) -> None:
    assert is_over(date(2026, 3, 12), ended, now) is over


@pytest.mark.parametrize(
    ("last", "started", "day"),
    [
        (date(2026, 3, 12), at(9, 9), date(2026, 3, 11)),
        (date(2026, 3, 16), at(9, 9), date(2026, 3, 13)),  # the Friday before
        (date(2026, 3, 12), at(11, 9), None),
        (date(2026, 3, 12), at(10, 23), date(2026, 3, 11)),
    ],
)
def test_the_reminder_is_one_working_day_before_unless_the_round_is_too_short(
    last: date, started: datetime, day: date | None
) -> None:
    assert reminds_on(last, started, CALENDAR) == day


def test_what_is_proposed_is_read_back_whole() -> None:
    fields = ContactFields(PersonRole.HEAD, "Lê Thị C", "Giám đốc", "c@snv.example", "0215 3825 001")
    proposals = (Proposal(fields, 7), Proposal(fields, 8, leaves=True), Proposal(fields))
    assert from_json(as_json(proposals, "Theo QĐ")) == (proposals, "Theo QĐ")
    assert from_json(None) == ((), "")
