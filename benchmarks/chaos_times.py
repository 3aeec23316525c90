"""Time that does not run as it should: a week off across a deadline, clocks that jump, many sweeps at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from benchmarks.chaos_count import Evidence, Outcome
from benchmarks.chaos_mail import Copy, MailRoom
from benchmarks.chaos_province import Site, at, build, drop_report, head, officer
from benchmarks.chaos_run import Runner
from models.codes import NoticeState, PersonRole

LEFT_OUT = "truoc-1"
"""The step whose time comes and goes while the machine is off."""
CAUGHT_UP = {PersonRole.OFFICER: "sau-1", PersonRole.HEAD: "sau-2-thu-truong"}
"""What applies on the morning of the return, by role."""


def off_for_a_week(site: Site, agencies: int, sweeps_back: int = 3) -> Outcome:
    """Swept on 13/3, off from the 17th to the 24th, the deadline on the 20th; every fifth agency reported meanwhile."""
    with build(site, agencies) as office, MailRoom() as room:
        runner = Runner(site, room)
        runner.run(at(13, 8), whole=True)
        before = list(room.copies)
        runner.run(at(17, 16), whole=True)
        reporters = range(5, agencies + 1, 5)
        for agency in reporters:
            drop_report(office, agency, at(19, 10))
        off = runner.runs
        for number in range(sweeps_back):
            runner.run(at(24, 8, 15 * number), whole=True)
        reported = {a: off for n in reporters for a in (officer(n), head(n))}
        evidence = Evidence(
            office, room, runner.journal, reported, owed_roles=(PersonRole.OFFICER, PersonRole.HEAD)
        )
        outcome = evidence.outcome("machine off for a week across the deadline")
        chasing = [c for c in room.copies if c.message_id in evidence.chasing]
        back = [c for c in chasing if c not in before]
        broken = [*outcome.broken, *_backlog(evidence, back)]
        if len({c.address for c in before}) != agencies:
            broken.append(f"before the week {len(before)} officers of {agencies} were reminded")
        skipped = [n for n in evidence.notices if n.state is NoticeState.SUPERSEDED and n.step == LEFT_OUT]
        why = sorted({n.why for n in skipped})
        said = f"on return {len(back)} reminders; {len(skipped)} missed ones recorded as skipped: {'; '.join(why)}"
        return _with(outcome, broken, (said,))


def _backlog(evidence: Evidence, back: Sequence[Copy]) -> list[str]:
    """Whatever speaks against: each person got what applied on the morning of the return, once, and nothing older."""
    broken = []
    addresses = [c.address for c in back]
    if len(addresses) != len(set(addresses)):
        broken.append("somebody got more than one reminder on the return")
    lines = [(n, evidence.people[n.person_id]) for n in evidence.notices]
    owing = [(notice, person) for notice, person in lines if person.agency_id in evidence.owing]
    skipped = [n for n, _ in owing if n.step == LEFT_OUT and n.state is NoticeState.SUPERSEDED and n.why]
    if len(skipped) != len(evidence.owing):
        broken.append(
            f"{len(skipped)} of {len(evidence.owing)} missed reminders are recorded as skipped, with why"
        )
    for role, step in CAUGHT_UP.items():
        sent = [n for n, p in owing if n.step == step and p.role is role and n.state is NoticeState.SENT]
        if len(sent) != len(evidence.owing):
            broken.append(f"{step}: {len(sent)} sent of {len(evidence.owing)}")
    return broken


def jumping_clocks(site: Site, agencies: int, at_once: int, first_round: int = 0) -> Outcome:
    """So many sweeps at once, round after round: by the clock, three days ahead (of several, every second one), back
    again, ahead again, and one alone at the end."""
    ahead = [at(23, 9, 10) if number % 2 else at(26, 9) for number in range(at_once)]
    clocks: list[list[datetime]] = [
        [at(23, 9)] * at_once,
        ahead,
        [at(23, 9, 20)] * at_once,
        [at(26, 10)] * at_once,
        [at(26, 10, 30)],
    ]
    with build(site, agencies) as office, MailRoom() as room:
        runner = Runner(site, room)
        for together in clocks[first_round:]:
            runner.together(together, whole=True)
        evidence = Evidence(office, room, runner.journal, owed_roles=(PersonRole.OFFICER, PersonRole.HEAD))
        engine = "SQLite" if office.store.is_sqlite else "PostgreSQL"
        sweeps = "one sweep at a time" if at_once == 1 else f"{at_once} sweeps at once"
        outcome = evidence.outcome(f"clocks 3 days ahead and back, {sweeps}, {engine}")
        broken = list(outcome.broken)
        if outcome.doubled:
            broken.append(f"{outcome.doubled} messages were accepted twice though nobody died")
        return _with(outcome, broken, ())


def _with(outcome: Outcome, broken: Sequence[str], said: Sequence[str]) -> Outcome:
    return replace(outcome, broken=tuple(broken), said=(*outcome.said, *said))
