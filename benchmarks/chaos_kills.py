"""The sender is killed at every step between "due" and "recorded", again and again, while agencies report."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

from sqlmodel import col, select

from benchmarks.chaos_count import Evidence, Outcome
from benchmarks.chaos_journal import DIED, SAID, Step
from benchmarks.chaos_mail import MailRoom
from benchmarks.chaos_province import Site, at, build, head, officer, report
from benchmarks.chaos_run import Runner
from models.codes import MessageState, RequestState
from models.cycle import Request
from models.directory import Person
from models.notice import Message
from tasks.office import Office

FROM_OUTSIDE = "from-outside"
FIRST = (
    f"{Step.BEFORE_COMMIT}:1",
    f"{Step.AFTER_COMMIT}:1",
    f"{Step.BEFORE_COMMIT}:1",
    f"{Step.AFTER_COMMIT}:1",
)
"""In the putting down of the reminders, and in their bundling into messages."""
PER_MAIL = (Step.BEFORE_DATA, Step.HALF_SENT, Step.SENT, Step.ANSWER_WAITS, Step.ANSWER_READ)
RUNS_AT_THE_END = 10


def kills_drawn(count: int, draw: random.Random) -> list[str]:
    """So many deaths: the first in the planning, then round after round through all the steps and from outside.

    The second mail at the least is hit, but for the connection's: the same mail dying over and over would use up its
    tries, which is another promise.
    """
    drawn = list(FIRST[:count])
    while len(drawn) < count:
        around: list[str] = [f"{step}:{draw.randint(2, 6)}" for step in PER_MAIL]
        around += [f"{step}:{draw.randint(3, 11)}" for step in (Step.BEFORE_WRITING, Step.BEFORE_COMMIT)]
        around += [f"{Step.AFTER_COMMIT}:{draw.randint(3, 11)}", f"{Step.BEFORE_CONNECTION}:1", FROM_OUTSIDE]
        draw.shuffle(around)
        drawn += around
    return drawn[:count]


def killed_again_and_again(
    site: Site, agencies: int, kills: int, seed: int, *, planned: tuple[str, ...] = ()
) -> Outcome:
    """The trial. `planned` names the deaths in place of those drawn."""
    draw = random.Random(seed)  # noqa: S311 - a trial that can be repeated
    with build(site, agencies) as office, MailRoom() as room:
        runner = Runner(site, room)
        reported: dict[str, int] = {}
        now = at(23, 8)
        wanted = len(planned) or kills
        deaths = list(planned or kills_drawn(2 * kills, draw))  # a run may end before it comes to its step
        while runner.kills < wanted and deaths:
            now += timedelta(minutes=1)
            die = deaths.pop(0)
            if die == FROM_OUTSIDE:
                runner.shot(now, draw)
            else:
                runner.run(now, die)
            if runner.runs >= len(FIRST) or planned:
                for agency in _who_reports(office, draw):
                    report(office, agency, now)
                    reported |= dict.fromkeys((officer(agency), head(agency)), runner.runs)
        for _ in range(RUNS_AT_THE_END):
            now += timedelta(minutes=1)
            runner.run(now)
            if not _is_waiting(office):
                break
        evidence = Evidence(office, room, runner.journal, reported)
        at_step = Counter(event.step for event in runner.journal.events() if event.what == DIED)
        told = [f"{SAID[Step(step)]}: {count}" for step, count in sorted(at_step.items())]
        outside = runner.kills - at_step.total()
        said = f"killed {'; '.join([*told, f'from outside at any time: {outside}'])}"
        engine = "SQLite" if office.store.is_sqlite else "PostgreSQL"
        outcome = evidence.outcome(
            f"kill -9 of the sender at every step, {engine}",
            runner.kills,
            (said, f"{len(reported) // 2} agencies reported between runs"),
        )
        if runner.kills < wanted:  # no promise, but the proof is not what it says
            return replace(outcome, broken=(*outcome.broken, f"{runner.kills} kills of {wanted}"))
        return outcome


def _who_reports(office: Office, draw: random.Random) -> list[int]:
    """One agency that has not reported; and now and then the one whose message the dead sender had in hand."""
    with office.store.reading() as session:
        owing = session.exec(select(Request.agency_id).where(Request.state == RequestState.SENT)).all()
        in_hand = session.exec(
            select(Person.agency_id)
            .join(Message, col(Message.person_id) == col(Person.id))
            .where(Message.state == MessageState.SENDING)
        ).all()
    chosen = {draw.choice(sorted(owing))} if owing else set()
    if draw.random() < 0.4:
        chosen |= {agency for agency in in_hand if agency is not None and agency in owing}
    return sorted(chosen)


def _is_waiting(office: Office) -> bool:
    with office.store.reading() as session:
        open_states = (MessageState.READY, MessageState.SENDING)
        return session.exec(select(Message.id).where(col(Message.state).in_(open_states))).first() is not None
