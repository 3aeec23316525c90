"""The hour of a call as it is typed."""

from datetime import date

import pytest

from models.rules.directory.moments import read_moment
from models.time import vn_instant

TODAY = date(2026, 3, 23)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("8:15", "08:15 ngày 23/3/2026"),
        ("08h15", "08:15 ngày 23/3/2026"),
        ("14h", "14:00 ngày 23/3/2026"),
        (" 8 giờ 15", None),
        ("14g30 ngày 20/3/2026", "14:30 ngày 20/3/2026"),
        ("14:30 20/3/2026", "14:30 ngày 20/3/2026"),
        ("25:00", None),
        ("8:75", None),
        ("sáng", None),
        ("8:15 hôm qua", None),
        ("", None),
    ],
)
def test_an_hour_is_read_or_it_is_none(written: str, instant: str | None) -> None:
    found = read_moment(written, TODAY)
    assert (vn_instant(found) if found else None) == instant
