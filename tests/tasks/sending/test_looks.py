"""Letters that are written some at a time: what changes before a letter's turn comes is seen, however late."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.codes import MessageState, PersonRole
from models.cycle import Request
from models.directory import Agency, Person
from models.notice import Message
from models.time import VIETNAM
from tasks.cycle.agency_acts import acknowledge
from tasks.cycle.exemptions import exempt_request
from tasks.cycle.request_acts import extend_request, link_of, revoke_link
from tasks.letters.clerk import Clerk
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.reminders.pauses import pause_cycle
from tasks.sending import looks
from tasks.sending.lanes import Waiting
from tasks.steps import collect_step, one_after_another, sweep_step

CYCLE = "bcd-quy-2026-Q1"
ACTOR = "Thư ký"
REMINDER = "Còn 04 ngày làm việc"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


MONDAY = at(16, 7, 30)
"""The lines of Saturday go out then."""


class Turns:
    """Four reminders wait for Monday's round: `agencies` in the order of their letters. The second and the third letter
    are written together; `meanwhile` happens to the third agency when the mail server is given the second."""

    def __init__(self, province: Any, mailbox: Any) -> None:
        self.province, self.mailbox = province, mailbox
        self.meanwhile: Callable[[str], None] = lambda _agency: None
        self._take, self._taken = mailbox.handle_DATA, 0
        mailbox.handle_DATA = self._handle
        with province.store.reading() as session:
            found = session.exec(
                select(Agency.code, Person.email)
                .join(Person, col(Person.agency_id) == col(Agency.id))
                .join(Message, col(Message.person_id) == col(Person.id))
                .order_by(col(Message.id))
            ).all()
        self.agencies: list[str] = [code for code, _ in found]
        self._address: str = found[2][1]
        assert len(found) == 4

    async def _handle(self, *told: Any) -> Any:
        self._taken += 1
        if self._taken == 2:
            self.meanwhile(self.agencies[2])
        return await self._take(*told)

    def send(self) -> None:
        sweep_step(self.province.office, MONDAY, one_after_another)

    @property
    def third(self) -> str:
        return self.agencies[2]

    def change(self, act: Callable[[Session, Request], object]) -> None:
        """What happens meanwhile to the third agency's request."""

        def happens(agency: str) -> None:
            with self.province.store.writing() as session:
                act(session, session.get_one(Request, self.province.request_id(agency)))

        self.meanwhile = happens

    def texts(self) -> list[str]:
        """What the third agency was told."""
        found: list[str] = self.mailbox.texts(self._address)
        return found


def officer_of(session: Session, request: Request) -> Person:
    return session.exec(
        select(Person).where(Person.agency_id == request.agency_id, Person.role == PersonRole.OFFICER)
    ).one()


def numbers_looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Filled with how many messages each look is at."""
    together: list[int] = []
    whole = looks.whole

    def counted(session: Session, ids: Sequence[int]) -> Any:
        together.append(len(ids))
        return whole(session, ids)

    monkeypatch.setattr(looks, "whole", counted)
    return together


@pytest.fixture
def turns(few_both: Any, mailbox: Any) -> Turns:
    few_both.mark_sent(at(4, 10))
    province = few_both.with_settings(mail_url=mailbox.url, portal_url="https://bao-cao.dien-bien.example")
    sweep_step(province.office, at(14, 9), one_after_another)
    return Turns(province, mailbox)


def test_letters_are_written_together(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    together = numbers_looked_at(monkeypatch)
    turns.send()
    assert together == [1, 2, 1]
    assert len(turns.mailbox.received) == 4
    assert {message.state for message in turns.province.all(Message)} == {MessageState.SENT}


def test_who_reports_before_its_turn_is_not_reminded(turns: Turns) -> None:
    def report(agency: str) -> None:
        (turns.province.inbox / "bao-cao.xlsx").write_bytes(turns.province.filled(agency))
        collect_step(turns.province.office, MONDAY, one_after_another)

    turns.meanwhile = report
    turns.send()
    assert not [text for text in turns.texts() if REMINDER in text]
    assert len([text for text in turns.mailbox.texts() if REMINDER in text]) == 3


def let_off(session: Session, request: Request) -> None:
    exempt_request(session, request, reason="sáp nhập", actor=ACTOR, now=MONDAY)


def promised(session: Session, request: Request) -> None:
    acknowledge(session, request, date(2026, 3, 18), MONDAY)


def paused(session: Session, _request: Request) -> None:
    pause_cycle(session, CYCLE, reason="bão", actor=ACTOR, now=MONDAY)


def extended(session: Session, request: Request) -> None:
    extend_request(session, request, date(2026, 4, 20), reason="được lùi", actor=ACTOR, now=MONDAY)


def left(session: Session, request: Request) -> None:
    officer_of(session, request).active = False


@pytest.mark.parametrize(
    ("meanwhile", "others"), [(let_off, 3), (promised, 3), (extended, 3), (left, 3), (paused, 2)]
)
def test_who_is_not_to_be_reminded_any_more_is_not(
    turns: Turns, meanwhile: Callable[[Session, Request], None], others: int
) -> None:
    turns.change(meanwhile)
    turns.send()
    assert not turns.texts()
    assert len(turns.mailbox.received) == others


def withhold(session: Session, row_key: str, *, withheld: bool) -> None:
    assignment = find_assignment(session, row_key)
    set_withheld(session, assignment, withheld=withheld, reason="mật", actor=ACTOR, now=MONDAY)


@pytest.mark.parametrize("another_is_given_free", [False, True])
def test_what_is_withheld_meanwhile_is_in_no_letter(turns: Turns, another_is_given_free: bool) -> None:
    line, other = turns.province.form(turns.third).assignments[:2]
    if another_is_given_free:
        with turns.province.store.writing() as session:
            withhold(session, other.row_key, withheld=True)

    def meanwhile(session: Session, _request: Request) -> None:
        withhold(session, line.row_key, withheld=True)
        if another_is_given_free:
            withhold(session, other.row_key, withheld=False)

    turns.change(meanwhile)
    turns.send()
    (text,) = turns.texts()
    assert REMINDER in text
    assert line.name not in text
    assert other.name in text


def test_an_address_that_has_changed_meanwhile_is_written_to(turns: Turns) -> None:
    def moved(session: Session, request: Request) -> None:
        officer_of(session, request).email = "moi@dien-bien.example"

    turns.change(moved)
    turns.send()
    assert [to for to, _ in turns.mailbox.received][2] == "moi@dien-bien.example"


def test_a_link_that_is_taken_back_meanwhile_is_in_no_letter(turns: Turns) -> None:
    before = link_of(turns.province.office, turns.province.request(turns.third))
    turns.change(lambda session, request: revoke_link(session, request, reason="lộ", actor=ACTOR, now=MONDAY))
    turns.send()
    (text,) = turns.texts()
    assert before not in text
    assert link_of(turns.province.office, turns.province.request(turns.third)) in text


def test_what_waits_too_long_for_its_turn_is_written_anew(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "SECONDS", 0.0)
    together = numbers_looked_at(monkeypatch)
    turns.send()
    assert together == [1, 2, 2, 1]
    assert len(turns.mailbox.received) == 4


def test_a_letter_that_cannot_be_written_holds_up_none_that_is_written_with_it(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is put off in its own turn, as any other is."""
    request_id = turns.province.request_id(turns.third)
    line = Clerk.line

    def broken(clerk: Clerk, request: Request, reminded: tuple[str, ...] = ()) -> Any:
        if request.id == request_id:
            raise ValueError("mẫu thư hỏng")
        return line(clerk, request, reminded)

    monkeypatch.setattr(Clerk, "line", broken)
    turns.send()
    assert not turns.texts()
    assert len(turns.mailbox.received) == 3
    assert [message.tries for message in turns.province.all(Message)].count(1) == 4


@pytest.mark.parametrize(
    ("agencies", "unrecorded", "expected"),
    [
        ([1, 2, 3], None, [0, 1, 2]),
        ([1, 2, 1, 3], None, [0, 1]),  # a head's letter tells what the officer was sent
        ([1, 2, 3], 2, [0]),
        ([2, 3], 2, [0, 1]),  # of the first itself it has been put down
        ([None, 1], None, [0, 1]),
        ([1, None, 2], None, [0]),
    ],
)
def test_two_of_one_agency_are_never_looked_at_together(
    agencies: list[int | None], unrecorded: int | None, expected: list[int]
) -> None:
    waiting = [Waiting(number, agency, "digest") for number, agency in enumerate(agencies)]
    assert list(looks._of_different_agencies(waiting, unrecorded)) == expected
