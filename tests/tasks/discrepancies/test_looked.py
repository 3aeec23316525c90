"""A sweep looks for contradictions when something has changed since the last look, and once a day."""

from datetime import datetime
from typing import Any

import pytest
from contradictions import PROCEDURES, at, hand_in

from models.discrepancy import Discrepancy
from tasks.discrepancies import refresh
from tasks.registers.register_acts import find_assignment, set_withheld


def test_it_is_looked_again_only_when_something_has_changed(
    few_both: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[datetime] = []
    look = refresh.refresh

    def noted(session: Any, code: str, now: datetime) -> Any:
        seen.append(now)
        return look(session, code, now)

    monkeypatch.setattr(refresh, "refresh", noted)

    def looks(now: datetime) -> bool:
        before = len(seen)
        refresh.refresh_released(few_both.store, now)
        return len(seen) > before

    assert looks(at(10, 8))
    assert not looks(at(10, 9))
    hand_in(few_both, "SNV", PROCEDURES, at(10, 10))
    assert looks(at(10, 11))
    assert few_both.all(Discrepancy)
    assert not looks(at(10, 12))
    with few_both.store.writing() as session:
        set_withheld(
            session,
            find_assignment(session, "KH57-2026/III.2"),
            withheld=True,
            reason="mật",
            actor="Thư ký",
            now=at(10, 13),
        )
    assert looks(at(10, 13))
    assert not looks(at(10, 14))
    assert looks(at(11, 8))  # another day: in any case


def test_a_look_that_failed_is_made_again(few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_asked: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(refresh, "refresh", fails)
        with pytest.raises(RuntimeError):
            refresh.refresh_released(few.store, at(10, 8))
    hand_in(few, "SNV", PROCEDURES, at(10, 7))
    refresh.refresh_released(few.store, at(10, 9))
    assert few.all(Discrepancy)
