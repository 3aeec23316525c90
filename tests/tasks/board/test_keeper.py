"""The board's figures for many readers: shown as they were while they are computed anew, but not to whoever must see
what is."""

from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa

from models.time import VIETNAM
from tasks.board import keeper as module
from tasks.board.keeper import Keeper, Known
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.steps import collect_step, one_after_another, open_step, release_step

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
SECOND = timedelta(seconds=1)


class Clock:
    def __init__(self) -> None:
        self.at = T0

    def __call__(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at


@pytest.fixture
def province(few: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(module, "REST", 0.0)
    few.mark_sent(T0 - SECOND)
    return few


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keeper(province: Any, clock: Clock) -> Keeper:
    return Keeper(province.store, clock, patient=True)


def known(keeper: Keeper, acted: datetime | None = None, *, now: bool = False) -> Known:
    look = keeper.look(now=now)
    return keeper.known(look.cycles[0], look, acted)


def until_current(keeper: Keeper) -> Known:
    for _ in range(500):
        found = known(keeper, now=True)
        if found.current and not found.missing:
            return found
        sleep(0.02)
    raise AssertionError("never computed")


def reported(province: Any, clock: Clock, agency: str = "SNV") -> None:
    (province.inbox / f"{agency}.xlsx").write_bytes(province.filled(agency))
    collect_step(province.office, clock(), one_after_another)


def test_what_was_known_is_shown_while_what_is_new_is_computed(
    province: Any, keeper: Keeper, clock: Clock
) -> None:
    before = until_current(keeper)
    assert before.told.rates.received == 0
    reported(province, clock)
    old = known(keeper, now=True)
    assert (old.told, old.current, old.at) == (before.told, False, before.at)
    after = until_current(keeper)
    assert after.told.rates.received == 1
    assert after.at > before.at


def test_nothing_is_asked_of_the_database_for_a_moment(province: Any, keeper: Keeper, clock: Clock) -> None:
    until_current(keeper)
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    sa.event.listen(province.store.engine, "before_cursor_execute", note)
    known(keeper)
    assert statements == []
    clock.at += module.LOOKED_AT
    known(keeper)
    assert len([one for one in statements if one.startswith("SELECT")]) == 1


def test_whoever_has_just_acted_sees_it(province: Any, keeper: Keeper, clock: Clock) -> None:
    until_current(keeper)
    reported(province, clock)
    mine = known(keeper, clock(), now=True)
    assert (mine.told.rates.received, mine.current) == (1, True)


def test_a_withheld_assignment_is_gone_at_once(province: Any, keeper: Keeper, clock: Clock) -> None:
    until_current(keeper)
    row_key = province.form("SNV").assignments[0].row_key
    with province.store.writing() as session:
        assignment = find_assignment(session, row_key)
        set_withheld(session, assignment, withheld=True, reason="Mật", actor="Thư ký", now=clock())
    clock.at += module.LOOKED_AT
    assert known(keeper).told.assignment_line(row_key) is None


def test_a_new_day_begins_with_its_own_figures(keeper: Keeper, clock: Clock) -> None:
    assert until_current(keeper).told.rates.overdue == 0
    clock.at += timedelta(days=9)
    assert known(keeper).told.rates.overdue == 4


def test_a_cycle_that_is_released_is_there(province: Any, keeper: Keeper, clock: Clock) -> None:
    until_current(keeper)
    open_step(province.office, "2026-Q2", clock())
    release_step(province.office, "bcd-quy-2026-Q2", "30-CV/BCĐ", clock().date(), clock())
    clock.at += module.LOOKED_AT
    assert known(keeper).cycle.code == "bcd-quy-2026-Q2"
    assert [point.name for point in until_current(keeper).points] == ["Quý I/2026", "Quý II/2026"]


def test_a_failure_is_logged_and_tried_again(
    province: Any,
    keeper: Keeper,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    until_current(keeper)
    compute = keeper._compute
    failed: list[int] = []

    def fail_once(*args: Any, **more: Any) -> Known:
        if not failed:
            failed.append(1)
            raise RuntimeError("the disk is gone")
        return compute(*args, **more)

    monkeypatch.setattr(keeper, "_compute", fail_once)
    reported(province, clock)
    assert until_current(keeper).told.rates.received == 1
    assert failed
    assert "could not be computed" in caplog.text


def test_old_cycles_are_forgotten_first(province: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KNOWN_LINES", 1)
    open_step(province.office, "2026-Q2", clock())
    release_step(province.office, "bcd-quy-2026-Q2", "30-CV/BCĐ", clock().date(), clock())
    keeper = Keeper(province.store, clock)
    look = keeper.look()
    first, second = (keeper.known(cycle, look) for cycle in look.cycles)
    assert list(keeper._known) == [second.cycle.id]
    assert keeper.known(first.cycle, look).told == first.told
