"""Reports of Sở Nội vụ, Sở Tài chính, Sở Khoa học và Công nghệ that contradict themselves and each other, as seed 004
does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from asked import filled

from models.time import VIETNAM
from tasks.discrepancies.refresh import Refreshed, refresh
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.intake.typed_report import FILE_NAME, write_typed

CYCLE = "bcd-quy-2026-Q1"
_NUMBER = count(1)

# 40 + 106 + 20 = 166 procedures, and 149 in all.
PROCEDURES = {"PL-V/7:C": "40", "PL-V/8:C": "106", "PL-V/9:C": "20", "PL-V/10:C": "149"}
MENDED = {**PROCEDURES, "PL-V/10:C": "166"}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


def hand_in(province: Any, agency: str, texts: Mapping[str, str], now: datetime, cycle: str = CYCLE) -> None:
    """An agency hands in its form with these answers over the ordinary ones; it is accepted."""
    form = province.form(agency, cycle)
    said = {**filled(province, agency), **texts}
    arrival_id = receive(
        province.store,
        channel="trang-web",
        reference=f"{form.request_id}/{next(_NUMBER)}",
        file_name=FILE_NAME,
        content=write_typed(form, said, province.office.key, 0),
        received_at=now,
        now=now,
        request_id=form.request_id,
    )
    verdicts = judge_one(province.store, arrival_id or 0, province.office.key, now)
    assert verdicts.accepted == 1, verdicts


def look(province: Any, now: datetime) -> Refreshed:
    """Look again."""
    with province.store.writing() as session:
        return refresh(session, CYCLE, now, actor="Thư ký")
