"""The same promise as of the rules (tests/models/rules/test_notices_machine.py), of the database: whatever people and
sweeps do in whatever order, each notice goes out at most once, none after the report, and each ends in one way.

Nothing is mailed: a sender that only asks again and puts down that it has sent stands in for the mail server.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from models.codes import NoticeState, RequestState
from models.cycle import Request
from models.history import StateChange
from models.notice import Notice
from models.rules.reminders.notices import Standing
from models.rules.workdays import WorkCalendar, work_calendar
from models.time import VIETNAM, local_day
from tasks.cycle import agency_acts
from tasks.cycle.cycles import close_cycle, find_cycle
from tasks.cycle.request_acts import extend_request, find_request
from tasks.profile import read_profile
from tasks.reminders import pauses, sweep
from tasks.reminders.notice_states import OPEN, move_notice
from tasks.settings import CHECKOUT
from tasks.states import move_request
from tasks.store import Store, open_store

CYCLE = "bcd-quy-2026-Q1"
AGENCIES = st.sampled_from(["SNV", "STC", "SKHCN", "3127"])
PROFILE = read_profile(CHECKOUT / "deployments" / "dien-bien")
FINAL = (NoticeState.SENT, NoticeState.SUPERSEDED)


class Sweeping(RuleBasedStateMachine):
    """Four requests of a real database."""

    copied: Callable[[], Store]
    sent: list[int]

    @initialize()
    def begin(self) -> None:
        self.store = self.copied()
        self.now = datetime(2026, 3, 9, 8, tzinfo=VIETNAM).astimezone(UTC)
        self.ended: dict[int, NoticeState] = {}
        with self.store.writing() as session:
            for request in session.exec(select(Request)):
                request.sent_at = self.now
                move_request(session, request, RequestState.SENT, reason="thử", actor="dondoc", now=self.now)

    @rule(days=st.integers(1, 3), sent=st.booleans())
    def days_go_by(self, days: int, sent: bool) -> None:
        self.now += timedelta(days=days)
        self.sweep()
        if sent:
            self.send()

    @rule(days=st.integers(2, 4))
    def more_days_go_by(self, days: int) -> None:
        self.days_go_by(days, sent=False)

    @rule(days=st.integers(1, 5))
    def days_go_by_unseen(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(agency=AGENCIES, days=st.integers(0, 4))
    def promise(self, agency: str, days: int) -> None:
        self._try(
            lambda session, request: agency_acts.acknowledge(
                session, request, local_day(self.now) + timedelta(days=days), self.now
            ),
            agency,
        )

    @rule(agency=AGENCIES, days=st.integers(1, 3))
    def extend(self, agency: str, days: int) -> None:
        def extended(session: Any, request: Request) -> None:
            until = max(request.due, local_day(self.now)) + timedelta(days=days)
            extend_request(session, request, until, reason="Công văn", actor="Thư ký", now=self.now)

        self._try(extended, agency)

    @rule(
        agency=AGENCIES,
        state=st.sampled_from([RequestState.INCOMPLETE, RequestState.COMPLETE, RequestState.EXEMPT]),
    )
    def answer(self, agency: str, state: RequestState) -> None:
        def moved(session: Any, request: Request) -> None:
            if request.state in (RequestState.SENT, RequestState.INCOMPLETE):
                move_request(session, request, state, reason="thử", actor="Thư ký", now=self.now)

        self._try(moved, agency)

    @rule(reason=st.sampled_from(["", "Bão số 3"]))
    def pause_or_resume(self, reason: str) -> None:
        with self.store.writing() as session:
            if reason:
                pauses.pause_cycle(session, CYCLE, reason=reason, actor="Thư ký", now=self.now)
            else:
                pauses.resume_cycle(session, CYCLE, actor="Thư ký", now=self.now)

    @rule()
    def release(self) -> None:
        self._try(
            lambda session, _: pauses.release_step(
                session, CYCLE, "sau-3-lanh-dao", actor="Thư ký", now=self.now
            )
        )

    @rule(agency=AGENCIES)
    def send_now(self, agency: str) -> None:
        self._try(
            lambda session, _: pauses.send_now(
                session, CYCLE, agency, reason="", actor="Thư ký", now=self.now
            )
        )

    @rule()
    def sweep(self) -> None:
        self._plan()
        again = self._plan()
        assert (again.new, again.held, again.skipped, again.let_go, again.given_up) == (0,) * 5

    @rule()
    def send(self) -> None:
        with self.store.writing() as session:
            calendar = self._calendar()
            for notice in session.exec(select(Notice).where(Notice.state == NoticeState.DUE)).all():
                to = sweep.standing_of_notice(session, notice, calendar, self.now)
                if to.state is NoticeState.DUE:
                    to = Standing(NoticeState.SENT)
                    if notice.request_id is not None:
                        request = session.get_one(Request, notice.request_id)
                        assert request.state in (RequestState.SENT, RequestState.INCOMPLETE)
                        assert request.plan_no == notice.plan_no
                    self.sent.append(notice.id or 0)
                assert move_notice(session, notice.id or 0, NoticeState.DUE, to, now=self.now)

    @invariant()
    def what_has_ended_stays_as_it_ended(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.reading() as session:
            for notice in session.exec(select(Notice)):
                if notice.state in FINAL:
                    assert self.ended.setdefault(notice.id or 0, notice.state) == notice.state
            sent = select(StateChange.entity_id).where(
                StateChange.entity == "notice", StateChange.after == NoticeState.SENT.value
            )
            ids = session.exec(sent).all()
        assert len(ids) == len(set(ids))

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        with self.store.writing() as session:
            close_cycle(session, find_cycle(session, CYCLE), reason="hết kỳ", actor="Thư ký", now=self.now)
        self._plan()
        with self.store.reading() as session:
            left = session.exec(select(Notice.id).where(col(Notice.state).in_(OPEN))).all()
            assert sweep.cycle_ids(session) == []
        self.store.engine.dispose()
        assert left == []

    def _plan(self) -> Any:
        with self.store.reading() as session:
            cycle_id = find_cycle(session, CYCLE).id or 0
        return sweep.plan_notices(self.store, cycle_id, self._calendar(), self.now)

    def _calendar(self) -> WorkCalendar:
        return work_calendar(PROFILE.days_off, range(2025, 2029))

    def _try(self, act: Callable[[Any, Any], object], agency: str = "SNV") -> None:
        """Do what a person would; a refusal in words is an answer, too."""
        try:
            with self.store.writing() as session:
                act(session, find_request(session, CYCLE, agency))
        except (agency_acts.ActFault, pauses.ReminderFault):
            pass


def test_whatever_happens_each_notice_goes_out_once_and_ends_once(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    stage: Path = request.getfixturevalue("_sqlite_stages")("few")
    made = 0

    def copied() -> Store:
        nonlocal made
        made += 1
        file = tmp_path / f"{made}.sqlite3"
        shutil.copy(stage, file)
        return open_store(f"sqlite:///{file}")

    class Copied(Sweeping):
        pass

    Copied.sent = []
    Copied.copied = staticmethod(copied)  # type: ignore[assignment]
    run_state_machine_as_test(
        Copied,
        settings=settings(
            max_examples=12,
            derandomize=True,  # the same course of events each time: some others hardly send anything
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert len(Copied.sent) > made  # it was not only talk
