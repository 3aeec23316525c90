"""What is drawn for the soak's year, all of it from one seed: who hands in what when, which days go wrong how."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum

from benchmarks.chaos_journal import Step
from benchmarks.year_days import ONE, SLIP, Days, Period, days_between
from benchmarks.year_post import Mood


class Kind(StrEnum):
    """What an agency hands in: a good form, one with a fault, the very bytes it handed in before, another good one
    after a good one, a first one after the cycle has closed."""

    GOOD = "good"
    FAULTY = "faulty"
    SAME = "same"
    LATER = "later"
    STRAY = "stray"


class Way(StrEnum):
    """How: laid into the drop folder, through the page's own function, stored by `receive` alone."""

    FOLDER = "folder"
    PAGE = "page"
    DIRECT = "direct"


@dataclass(frozen=True)
class Act:
    """An agency hands something in on a day: before run `slot` of that day, or (on the page) while it runs."""

    agency: int
    cycle: str
    day: date
    slot: int
    kind: Kind
    way: Way


@dataclass(frozen=True)
class Shape:
    """How large the year is. `cycles`: so many of the seven; `close_after`: days after the province's due day."""

    agencies: int = 4_000
    cycles: int = 7
    seed: int = 57
    close_after: int = 30
    duties: int = 20
    """One agency of so many has an assignment that falls due within the year; 0: none."""
    open_before: int = 10
    kill_every: int = 1
    """The worker is killed every so many days."""
    brief: bool = False
    """Two runs a day, nothing on days off, no consolidation."""


UNREACHABLE, EXEMPT, ON_PAPER = 1, 2, 3
"""Agency 1 and every 200th after it has a dead mailbox; 2 and every 250th is let off; 3 and every 100th reports on
paper, which the secretariat records."""
_EVERY = {UNREACHABLE: 200, EXEMPT: 250, ON_PAPER: 100}


def is_one(number: int, what: int) -> bool:
    """Whether an agency is one of the unreachable, the exempted or those who report on paper."""
    return number % _EVERY[what] == what


def agencies_that(agencies: int, what: int) -> list[int]:
    """Their numbers."""
    return [number for number in range(1, agencies + 1) if is_one(number, what)]


EXEMPT_AT, ON_PAPER_AT = -3, 1
"""Working days from the deadline at which the secretariat lets off and records, before the day's first run."""

RUNS_A_DAY = (
    ("sweep", time(6, 10)),
    ("sweep", time(8, 5)),
    ("collect", time(10, 30)),
    ("sweep", time(14, 0)),
    ("audit", time(14, 40)),
    ("collect", time(16, 20)),
)
"""Of a working day in which a cycle runs."""
RUNS_BRIEF = (("sweep", time(8, 5)), ("collect", time(14, 0)))
"""Of a working day of a brief soak."""
RUNS_IDLE = (("sweep", time(8, 5)), ("collect", time(14, 30)))
RUNS_OFF = (("sweep", time(9, 0)),)
"""Of a day off in which a cycle runs; on the other days off nothing is simulated."""
SLOTS = (0, 1, 2, 3, 5)
"""The runs of a day that take in: they have agencies before or beside them."""


@dataclass(frozen=True)
class Kill:
    """How the worker dies on a day: in run `slot` at a trap, or from outside once so many mails of the run have been
    accepted and so many seconds have passed."""

    slot: int
    die: str = ""
    mails: int = 0
    seconds: float = 0.0


@dataclass
class Today:
    """What happens on one day."""

    day: date
    works: bool
    mood: Mood
    runs: tuple[tuple[str, time], ...]
    kill: Kill | None
    fall: Kill | None
    """When the database falls; None on most days."""
    let_go: list[str] = field(default_factory=list)
    """Cycles whose slip to the leadership the secretariat lets go."""
    consolidate: list[str] = field(default_factory=list)
    exempt: list[str] = field(default_factory=list)
    on_paper: list[str] = field(default_factory=list)


_TRAPS_A_MAIL = (Step.BEFORE_DATA, Step.HALF_SENT, Step.SENT, Step.ANSWER_WAITS, Step.ANSWER_READ)
_TRAPS_A_WRITING = (Step.BEFORE_WRITING, Step.BEFORE_COMMIT, Step.AFTER_COMMIT)


class Year:
    """The year's days, as drawn."""

    def __init__(self, days: Days, periods: Sequence[Period], shape: Shape) -> None:
        self._days, self.shape = days, shape
        self.periods = list(periods)
        self.first = min(period.opens for period in self.periods) - ONE
        if shape.cycles == 7:
            self.first = date(2025, 1, 2)
        self.last = max(period.closes for period in self.periods) + timedelta(days=4 if shape.brief else 6)
        self._openings = sorted({days.rolled(period.opens, ONE) for period in self.periods})
        self._moods = self._draw_moods()
        self._falls = self._draw_falls()

    def __iter__(self) -> Iterator[Today]:
        for day in days_between(self.first, self.last):
            works = self._days.works(day)
            active = (works or not self.shape.brief) and any(
                period.opens <= day <= period.closes + 2 * ONE for period in self.periods
            )
            if works or active:
                yield self._today(day, works=works, active=active)

    def _today(self, day: date, *, works: bool, active: bool) -> Today:
        runs = RUNS_OFF if not works else RUNS_A_DAY if active else RUNS_IDLE
        runs = RUNS_BRIEF if self.shape.brief else runs
        draw = random.Random(f"{self.shape.seed}/day/{day}")  # noqa: S311 - a soak that can be repeated
        is_last = day >= max(period.closes for period in self.periods) + 2 * ONE
        today = Today(
            day=day,
            works=works,
            mood=self._moods.get(day, Mood.WELL),
            runs=runs,
            kill=None if is_last or day.toordinal() % self.shape.kill_every else self._kill(draw, len(runs)),
            fall=self._moment(draw, len(runs)) if day in self._falls and not is_last else None,
        )
        if day in self._openings:
            self._in_mid_dispatch(today, draw)
        for number, period in enumerate(self.periods):
            if day == self._days.after(period.due, SLIP[1]) and number % 2 == 0:
                today.let_go.append(period.code)
            if day == self._days.after(period.province_due, 1) and not self.shape.brief:
                today.consolidate.append(period.code)
            if day == self._days.after(period.due, EXEMPT_AT):
                today.exempt.append(period.code)
            if day == self._days.after(period.due, ON_PAPER_AT):
                today.on_paper.append(period.code)
        return today

    def _in_mid_dispatch(self, today: Today, draw: random.Random) -> None:
        """When cycles are sent out the worker dies in the midst of it: while mails go; or while forms are put down, and
        the database falls while mails go; in turn."""
        some = max(self.shape.agencies // 2, 2)
        if self._openings.index(today.day) % 2 == 0:
            today.kill = Kill(1, f"{draw.choice(_TRAPS_A_MAIL)}:{draw.randint(2, some)}")
        else:
            today.kill = Kill(0, f"{Step.BEFORE_COMMIT}:{draw.randint(2, 6)}")
            today.fall = Kill(1, mails=draw.randint(1, some))

    def _kill(self, draw: random.Random, runs: int) -> Kill:
        kind = draw.random()
        slot = draw.randrange(runs)
        if kind < 0.4:
            most = draw.choice((3, 8, 40, max(self.shape.agencies // 2, 3)))
            return Kill(slot, f"{draw.choice(_TRAPS_A_MAIL)}:{draw.randint(2, most)}")
        if kind < 0.7:
            return Kill(slot, f"{draw.choice(_TRAPS_A_WRITING)}:{draw.randint(1, 12)}")
        return self._moment(draw, runs)

    def _moment(self, draw: random.Random, runs: int) -> Kill:
        mails = draw.choice((0, 1, 5, self.shape.agencies // 3))
        return Kill(draw.randrange(runs), mails=draw.randint(0, mails), seconds=draw.random() * 0.3)

    def _draw_moods(self) -> dict[date, Mood]:
        """In each season of reports the server is down for a whole day on which much is due, and ill on others; a day
        in each quiet season, too."""
        draw = random.Random(f"{self.shape.seed}/moods")  # noqa: S311 - a soak that can be repeated
        moods: dict[date, Mood] = {}
        seasons: dict[date, Period] = {period.due: period for period in self.periods}
        # The day of the dispatch, of the first reminder, of the one after the deadline, of the head's: in turn.
        turns = [lambda p: self._days.after(p.due, 1), lambda p: self._days.rolled(p.opens, ONE)]
        turns += [lambda p: self._days.after(p.due, -5), lambda p: self._days.after(p.due, 2)]
        for number, (due, period) in enumerate(sorted(seasons.items())):
            working = [day for day in days_between(period.opens, period.closes) if self._days.works(day)]
            others = [
                Mood.DOWN,
                Mood.SLOW,
                Mood.SLOW,
                Mood.PUTS_OFF,
                Mood.PUTS_OFF,
                Mood.HANGS_UP,
                Mood.HANGS_UP,
            ]
            for day, mood in zip(
                draw.sample(working[1:-3], min(len(others), len(working) - 4)), others, strict=False
            ):
                moods[day] = mood
            moods[self._days.after(due, -1)] = Mood.HANGS_UP if number % 2 else Mood.PUTS_OFF
            moods[turns[number % len(turns)](period)] = Mood.DOWN
        return moods

    def _draw_falls(self) -> set[date]:
        """One working day of each week."""
        draw = random.Random(f"{self.shape.seed}/falls")  # noqa: S311 - a soak that can be repeated
        weeks: dict[tuple[int, int], list[date]] = {}
        for day in days_between(self.first, self.last):
            if self._days.works(day):
                weeks.setdefault(day.isocalendar()[:2], []).append(day)
        return {draw.choice(days) for days in weeks.values()}

    def acts(self, agency: int, period: Period, got: date) -> list[Act]:
        """What an agency does about a form that reached it on `got`, in order."""
        if is_one(agency, EXEMPT) or is_one(agency, ON_PAPER):
            return []
        draw = random.Random(f"{self.shape.seed}/{agency}/{period.code}")  # noqa: S311 - a soak that can be repeated
        day = self._first_day(draw, period)
        if day is None:
            return []
        kinds = [Kind.STRAY] if day > period.closes else [Kind.GOOD]
        if kinds == [Kind.GOOD]:
            more = draw.random()
            if more < 0.08:
                kinds = [Kind.FAULTY, Kind.GOOD]
            elif more < 0.09:
                kinds = [Kind.FAULTY]  # and never mended
            elif more < 0.14:
                kinds = [Kind.GOOD, Kind.SAME]
            elif more < 0.17:
                kinds = [Kind.GOOD, Kind.LATER]
        acts = []
        day = max(day, self._days.after(got, 1))
        for kind in kinds:
            way = draw.choices((Way.FOLDER, Way.PAGE, Way.DIRECT), (60, 30, 10))[0]
            if kind is not Kind.STRAY and day > period.closes:
                break
            acts.append(Act(agency, period.code, day, draw.choice(SLOTS), kind, way))
            day = self._days.after(day, draw.randint(1, 3))
        return acts

    def _first_day(self, draw: random.Random, period: Period) -> date | None:
        """Early, before the deadline, on it, after the first reminder, after the head's, late, too late, never."""
        drawn = draw.random()
        for share, earliest, latest in _WHEN:
            if drawn < share:
                return self._days.after(period.due, draw.randint(earliest, latest))
            drawn -= share
        if drawn < 0.01:
            return self._days.after(period.closes, 2)
        return None


_WHEN = ((0.2, -9, -6), (0.35, -5, -1), (0.15, 0, 0), (0.12, 1, 1), (0.08, 2, 2), (0.05, 3, 8))
