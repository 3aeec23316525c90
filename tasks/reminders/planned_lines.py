"""What a look at the deadlines brings: lines to put down, and open lines whose standing has changed.

The look only reads; it is written down apart, so that a sweep with nothing due keeps no writer waiting.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import Channel, NoticeState, PersonRole
from models.directory import Person
from models.notice import Notice
from models.rules.reminders.notices import Standing, StepStanding, superseded
from models.rules.reminders.step_plan import StepPlan
from tasks.channels.registry import address_of
from tasks.once import put_each_once
from tasks.reminders.notice_states import OPEN, SAID, hold_notices, move_notices
from tasks.store import Store

RECIPIENT_LEFT = "người nhận không còn trong danh bạ"

DoneSteps = dict[tuple[str, int], set[tuple[PersonRole, str]]]
"""(subject, plan_no) -> the steps that have a notice, by role."""


@dataclass(frozen=True)
class Line:
    """A line to put down: one person's, on one channel."""

    subject: str
    plan_no: int
    step: str
    person: Person
    channel: Channel
    standing: Standing
    request_id: int | None = None


@dataclass(frozen=True)
class OpenLine:
    """A notice that may still go out, and to whom."""

    id: int
    subject: str
    plan_no: int
    step: str
    role: PersonRole
    active: bool
    state: NoticeState
    why: str


@dataclass(frozen=True)
class Move:
    """An open notice that is to stand otherwise."""

    line: OpenLine
    to: Standing


@dataclass
class Look:
    """What is to be written now. `open_lines` are the notices that may still go out, whether they move or not.

    `nobody`: whom a due step did not find: "Cán bộ đầu mối SNV".
    """

    lines: list[Line] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    open_lines: list[OpenLine] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)

    def put(
        self,
        found: StepStanding,
        persons: Sequence[Person],
        whom: str,
        usable: Collection[Channel],
        *,
        subject: str,
        plan_no: int,
        request_id: int | None = None,
    ) -> None:
        """Note the lines of one standing: every person of its role, on each channel that reaches them."""
        of_role = [person for person in persons if person.role == found.role]
        if not of_role and found.standing.state is not NoticeState.SUPERSEDED:
            self.nobody.append(f"{found.role.label} {whom}".strip())
        self.lines += [
            Line(subject, plan_no, found.step.code, person, channel, found.standing, request_id)
            for person in of_role
            for channel in channels_for(person, found.step, usable)
        ]

    def settle(self, open_lines: Iterable[OpenLine], standing_of: Callable[[OpenLine], Standing]) -> None:
        """Note the open notices, and those that are to stand otherwise now."""
        for line in open_lines:
            self.open_lines.append(line)
            to = standing_of(line).of(line.state) if line.active else superseded(RECIPIENT_LEFT)
            if (to.state, to.why) != (line.state, line.why):
                self.moves.append(Move(line, to))


@dataclass(frozen=True)
class Planned:
    """What a look brought: lines that are due, held back, recorded as skipped; open lines let go, kept back, given up.

    `nobody` are the steps that found no recipient.
    """

    new: int = 0
    held: int = 0
    skipped: int = 0
    let_go: int = 0
    kept_back: int = 0
    given_up: int = 0
    nobody: tuple[str, ...] = ()


def channels_for(person: Person, step: StepPlan, usable: Collection[Channel]) -> list[Channel]:
    """The channels of a step on which a person is reached; mail when there is none."""
    reached = [channel for channel in step.channels if channel in usable and address_of(channel, person)]
    return reached or [Channel.EMAIL]


def carry_out(store: Store, look: Callable[[Session], Look], now: datetime) -> Planned:
    """Look, and write down what there is to write, by what the database says then."""
    with store.reading() as session:
        seen = look(session)
    if not seen.lines and not seen.moves:
        return Planned(nobody=tuple(seen.nobody))
    with store.writing() as session:
        return write(session, look(session), now)


def write(session: Session, look: Look, now: datetime) -> Planned:
    """Write a look down. Run twice, or by two at once, every line is written once."""
    put = Counter(
        put_each_once(
            session,
            Notice,
            [
                {
                    "subject": line.subject,
                    "plan_no": line.plan_no,
                    "step": line.step,
                    "person_id": line.person.id,
                    "channel": line.channel,
                    "request_id": line.request_id,
                    "state": line.standing.state,
                    "why": line.standing.why,
                    "created_at": now,
                }
                for line in look.lines
            ],
            "state",
        )
    )
    moved: Counter[NoticeState] = Counter()
    alike: dict[tuple[NoticeState, Standing], list[int]] = {}
    for move in look.moves:
        alike.setdefault((move.line.state, move.to), []).append(move.line.id)
    if alike:
        hold_notices(session, [move.line.id for move in look.moves])
    for (before, to), ids in alike.items():
        moved[to.state] += move_notices(session, ids, before, to, now=now)
    return Planned(
        new=put[NoticeState.DUE],
        held=put[NoticeState.HELD],
        skipped=put[NoticeState.SUPERSEDED],
        let_go=moved[NoticeState.DUE],
        kept_back=moved[NoticeState.HELD],
        given_up=moved[NoticeState.SUPERSEDED],
        nobody=tuple(look.nobody),
    )


def lines_about(session: Session, *where: sa.ColumnElement[bool]) -> tuple[DoneSteps, list[OpenLine]]:
    """The notices of these subjects: which steps have one, and those that may still go out."""
    done: DoneSteps = {}
    open_lines = []
    rows = session.execute(
        sa.select(
            col(Notice.id),
            col(Notice.subject),
            col(Notice.plan_no),
            col(Notice.step),
            col(Notice.state),
            col(Notice.why),
            col(Person.role),
            col(Person.active),
        )
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(*where)
        .order_by(col(Notice.id))
    )
    for notice_id, subject, plan_no, step, state, why, role, active in rows:
        # What somebody did not get who has left since is still to be said to whoever came instead.
        if active or state in SAID:
            done.setdefault((subject, plan_no), set()).add((role, step))
        if state in OPEN:
            open_lines.append(
                OpenLine(
                    id=notice_id,
                    subject=subject,
                    plan_no=plan_no,
                    step=step,
                    role=role,
                    active=active,
                    state=state,
                    why=why,
                )
            )
    return done, open_lines
