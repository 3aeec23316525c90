"""The soak itself: day after day, the agencies, the worker that dies, the mail server's moods, the database's falls.

The driver keeps a diary of its own, a line an event: what was handed in (bytes' hash, when, whether it was
acknowledged), which run was what and how it ended, what went wrong on purpose, what the program's own figures were. The
count at the end (benchmarks.year_count) reads the diary, the mail server's record and the database, and nothing else.
"""

import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlmodel import select

from benchmarks.country import PER_AGENCY, PROFILE, country, head, officer
from benchmarks.year_days import Days, duty_due, duty_line, periods
from benchmarks.year_forms import filled
from benchmarks.year_plan import (
    EXEMPT,
    ON_PAPER,
    UNREACHABLE,
    Act,
    Kill,
    Kind,
    Shape,
    Today,
    Way,
    Year,
    agencies_that,
)
from benchmarks.year_post import Mood, PostOffice
from benchmarks.year_rows import chained, open_rows
from benchmarks.year_servers import Database
from benchmarks.year_worker import Done, Job, work
from models.codes import ReportWay
from models.cycle import Cycle, Request
from models.directory import Agency
from models.rules.completion import cycle_rates
from models.time import at_hour, vn_date
from portal.door import Visit, open_house
from portal.hand_in import hand_in
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.exemptions import exempt_request
from tasks.cycle.recorded import Recording, record_report
from tasks.intake.read_arrival import reads_quickly
from tasks.intake.receive import receive
from tasks.office import Office
from tasks.store import open_store

ACTOR = "Thư ký"
_RECURRING = 4  # of an agency's ten lines in the country's register
_AGAIN = timedelta(minutes=7)
_TRIES = 5
_RUN_SECONDS = 3_600
_APPEND_ONLY = ("audit", "state_change")


def write_folder(folder: Path, shape: Shape) -> None:
    """The folder of Điện Biên without annexes, in which no report answers for another and each cycle is released by
    the machine: all seven cycles of the year run."""
    shutil.copytree(PROFILE, folder)
    file = folder / "regimes.yaml"
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    said["defaults"] |= {
        "annexes": [],
        "release": "auto",
        "open_before": shape.open_before,
        "close_after_days": shape.close_after,
    }
    for regime in said["regimes"]:
        regime.pop("annexes", None)
        regime.pop("answers", None)
    file.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), encoding="utf-8")


class SoakFault(Exception):
    """The soak cannot go on: not a broken promise, but a fault of the trial or a worker that never comes to an end."""


class Diary:
    """A file that is only appended to, a line of JSON an event."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8")

    def write(self, what: str, **said: Any) -> None:
        self._file.write(json.dumps({"what": what, **said}, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


@dataclass
class Totals:
    """For the lines on the way."""

    days: int = 0
    last: date = date.min
    runs: int = 0
    kills: int = 0
    falls: int = 0
    handed_in: int = 0
    cpu: float = 0.0
    peak_mb: float = 0.0
    started: float = field(default_factory=time.monotonic)


class Worker:
    """The working process that there is now, or none."""

    def __init__(self, arguments: tuple[str, str, str, str]) -> None:
        self._arguments = arguments
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["benchmarks.year_worker"])
        self._process: BaseProcess | None = None
        self._line: Connection | None = None

    def start(self, job: Job) -> None:
        """Order a run; a worker is started where there is none."""
        if self._process is None or not self._process.is_alive():
            ours, theirs = self._context.Pipe()
            # No daemon: it starts processes of its own. Its end is the driver's (`end`).
            self._process = self._context.Process(target=work, args=(*self._arguments, theirs))
            self._process.start()
            theirs.close()
            self._line = ours
            try:
                ours.recv()
            except EOFError:
                raise SoakFault("the worker does not start") from None
        assert self._line is not None  # noqa: S101 - made with the process
        self._line.send(job)

    def ended(self, seconds: float) -> Done | str | None:
        """What came of the run within so many seconds: None while it runs, "dead" when the process is gone."""
        assert self._line is not None  # noqa: S101 - asked of a run under way
        if not self._line.poll(seconds):
            return None
        try:
            done: Done = self._line.recv()
        except (EOFError, ConnectionResetError):
            self._gone()
            return "dead"
        return done

    def kill(self) -> bool:
        """kill -9; whether there was one."""
        if self._process is None or self._process.pid is None or not self._process.is_alive():
            return False
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        return True

    def end(self) -> None:
        """Kill it and wait for its end."""
        if self.kill():
            self._gone()

    def _gone(self) -> None:
        if self._process is not None:
            self._process.join()
        if self._line is not None:
            self._line.close()
        self._process = self._line = None


class Soak:
    """One year of one country."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        shape: Shape,
        tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
    ) -> None:
        self.shape, self.folder = shape, folder
        self._database, self._tell = database, tell
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        self.profile = self.home / "co-quan-trung-uong"
        write_folder(self.profile, shape)
        self.days = Days(self.profile)
        self.periods = periods(self.days, shape.close_after, shape.open_before)[: shape.cycles]
        self._by_code = {period.code: period for period in self.periods}
        self.year = Year(self.days, self.periods, shape)
        self._now = at_hour(self.year.first, 0)
        self._began = time.monotonic()
        self.diary = Diary(folder / "diary.jsonl")
        self.totals = Totals()
        self._run = 0
        self._agenda: dict[date, list[Act]] = defaultdict(list)
        self._twice: set[tuple[int, str]] = set()
        self._sent_before: dict[tuple[int, str], bytes] = {}
        self._asked: set[tuple[int, str]] = set()
        self._requests: dict[tuple[int, str], int] = {}
        self._snapped = dict.fromkeys(_APPEND_ONLY, 0)
        self._chain = dict.fromkeys(_APPEND_ONLY, "")
        self._numbers: dict[str, int] = {}
        self._last_said = ""
        dead = frozenset(officer(n) for n in agencies_that(shape.agencies, UNREACHABLE))
        self.post = PostOffice(
            folder, {period.code: period.title for period in self.periods}, dead, lambda: self.told
        )

    @property
    def told(self) -> datetime:
        """The time that it is: that of the run under way, and what has passed of it."""
        return self._now + timedelta(seconds=time.monotonic() - self._began)

    def _set_clock(self, now: datetime) -> None:
        self._now, self._began = now, time.monotonic()

    # --- before and after

    def run(self, until: float = 0.0) -> bool:
        """The whole year; whether it was run to its end (`until`: the monotonic second at which it must stop)."""
        self.post.start()
        self._office = country(self.home, self._database.url, self.shape.agencies)
        self._put_duties()
        self._numbers = self._agencies()
        self._codes = {number: code for code, number in self._numbers.items()}
        # The page's own connections: they meet a fallen database as those of a portal do.
        self._portal = Office(
            settings=self._office.settings, store=open_store(self._office.settings.engine_url)
        )
        self._house = open_house(self._portal, lambda: self.told)
        self._worker = Worker((str(self.home), self._database.url, str(self.profile), self.post.url))
        self._say_what_is_run()
        try:
            for today in self.year:
                if until and time.monotonic() > until:
                    return False
                self._day(today)
            return True
        finally:
            self._worker.end()
            self.post.close()
            self.diary.close()
            for office in (self._office, self._portal):
                office.store.engine.dispose()

    def _say_what_is_run(self) -> None:
        self.diary.write(
            "soak",
            agencies=self.shape.agencies,
            seed=self.shape.seed,
            duties=self.shape.duties,
            first=str(self.year.first),
            officers={str(n): officer(n) for n in self._numbers.values()},
            heads={str(n): head(n) for n in self._numbers.values()},
            codes=self._numbers,
            unreachable=agencies_that(self.shape.agencies, UNREACHABLE),
            exempt=agencies_that(self.shape.agencies, EXEMPT),
            on_paper=agencies_that(self.shape.agencies, ON_PAPER),
        )

    def _agencies(self) -> dict[str, int]:
        """Code of each agency -> its number, which is its id."""
        with self._office.store.reading() as session:
            return {agency.code: agency.id or 0 for agency in session.exec(select(Agency))}

    def _put_duties(self) -> None:
        """An assignment of some agencies falls due within the year."""
        with self._office.store.writing() as session:
            for number in range(1, self.shape.agencies + 1):
                if due := duty_due(number, self.shape.duties):
                    session.execute(
                        sa.text(
                            "UPDATE assignment_revision SET due = :due, deadline_raw = :raw WHERE id = :id"
                        ),
                        {"due": due, "raw": vn_date(due), "id": duty_line(number, PER_AGENCY, _RECURRING)},
                    )

    # --- a day

    def _day(self, today: Today) -> None:
        self.post.be(today.mood)
        if today.mood is not Mood.WELL:
            self.diary.write("mood", day=str(today.day), mood=today.mood)
        acts = self._agenda.pop(today.day, [])
        last = len(today.runs) - 1
        killed = False
        for slot, (kind, hour) in enumerate(today.runs):
            now = at_hour(today.day, hour.hour, hour.minute)
            self._set_clock(now - timedelta(minutes=5))
            mine = [act for act in acts if min(act.slot, last) == slot]
            if slot == 0:
                self._secretariat(today)
            for act in mine:
                if act.way is not Way.PAGE:
                    self._hand_in(act)
            pages = [act for act in mine if act.way is Way.PAGE]
            kill = today.kill if today.kill and today.kill.slot == slot else None
            fall = today.fall if today.fall and today.fall.slot == slot else None
            killed |= self._to_its_end(kind, now, pages, kill, fall)
            self._look_at_forms(today.day)
        for code in today.let_go:
            self._to_its_end("let-go", at_hour(today.day, 9), [], None, None, code)
        for code in today.consolidate:
            self._rates(code, "after the province's day", today.day)
            self._to_its_end("consolidate", at_hour(today.day, 17), [], None, None, code)
        for period in self.periods:
            if period.closes < today.day <= period.closes + timedelta(days=3) and today.works:
                self._rates(period.code, "closed", today.day)
        if today.kill and not killed and self._worker.kill():
            self._worker.end()
            self.totals.kills += 1
            self.diary.write("fault", kind="kill", run=self._run, between=True)
        self._snapshot(today.day)
        self.totals.days += 1
        self.totals.last = today.day
        self._progress(today, len(acts))

    def _to_its_end(
        self,
        kind: str,
        now: datetime,
        pages: Sequence[Act],
        kill: Kill | None,
        fall: Kill | None,
        about: str = "",
    ) -> bool:
        """One run, again after each death or failure till it has come to its end; whether the worker was killed."""
        killed = False
        for number in range(_TRIES):
            ended, died = self._once(kind, now, pages if not number else (), kill, fall, about)
            killed |= died
            if ended:
                return killed
            now, kill, fall = now + _AGAIN, None, None
        stuck = f"{kind} at {now:%d/%m/%Y %H:%M} does not come to its end: {self._last_said}"
        if kind in ("sweep", "collect"):
            raise SoakFault(stuck)
        self._tell(stuck)  # the count says it, too; the year goes on without
        return killed

    def _once(
        self, kind: str, now: datetime, pages: Sequence[Act], kill: Kill | None, fall: Kill | None, about: str
    ) -> tuple[bool, bool]:
        """(whether the run came to its end, whether the worker was killed)."""
        self._run += 1
        self.post.run = self._run
        self._set_clock(now)
        job = Job(self._run, kind, now, about, kill.die if kill else "")
        self._worker.start(job)
        began, before = time.monotonic(), self.post.accepted
        waiting, shot, fallen = list(pages), False, False
        done: Done | str | None = None
        while done is None:
            passed, mails = time.monotonic() - began, self.post.accepted - before
            if passed > _RUN_SECONDS:
                raise SoakFault(f"run {self._run} ({kind}) takes too long")
            if kill and not kill.die and not shot and mails >= kill.mails and passed >= kill.seconds:
                shot = self._worker.kill()
            if fall and not fallen and mails >= fall.mails and passed >= fall.seconds:
                fallen = self._fall()
            if waiting:
                self._hand_in(waiting.pop(0))
                done = self._worker.ended(0)
            else:
                done = self._worker.ended(0.002)
        for act in waiting:
            self._hand_in(act)
        if fall and not fallen:
            self._fall()
        self.post.settle()
        if done == "dead":
            if not shot and not (kill and kill.die) and not fallen:
                raise SoakFault(f"the worker died by itself in run {self._run}")
            self.totals.kills += 1
            self.diary.write("fault", kind="kill", run=self._run, step=kill.die if kill else "")
            self._note(kind, now, "killed", "")
            return False, True
        assert isinstance(done, Done)  # noqa: S101 - the others were dealt with
        self.totals.cpu += done.cpu
        self.totals.peak_mb = max(self.totals.peak_mb, done.mb)
        self._note(kind, now, "failed" if done.failed else "done", done.failed or done.said, done)
        return not done.failed, False

    def _note(self, kind: str, now: datetime, ended: str, said: str, done: Done | None = None) -> None:
        self.totals.runs += 1
        self._last_said = f"{ended} {said}"
        took = {"cpu": round(done.cpu, 3), "mb": round(done.mb)} if done else {}
        self.diary.write(
            "run", run=self._run, kind=kind, now=now.isoformat(), ended=ended, said=said[:400], **took
        )

    def _fall(self) -> bool:
        """The database is stopped hard and comes up again; with SQLite whoever has it open dies."""
        self.totals.falls += 1
        self.diary.write("fault", kind="database", run=self._run)
        self._office.store.engine.dispose()
        if not self._database.url:
            return self._worker.kill()
        self._database.fall()
        self._database.rise()
        return True

    # --- the agencies

    def _look_at_forms(self, day: date) -> None:
        """What reached the agencies today they will fill in, each in its time."""
        for name in self.post.taken():
            code, _, cycle = name.removeprefix("bieu-bao-cao-").removesuffix(".xlsx").partition("-")
            agency = self._numbers.get(code)
            if agency is None or cycle not in self._by_code or (agency, cycle) in self._asked:
                continue
            self._asked.add((agency, cycle))
            acts = self.year.acts(agency, self._by_code[cycle], day)
            for act in acts:
                self._agenda[act.day].append(act)
            if any(act.kind is Kind.SAME for act in acts):
                self._twice.add((agency, cycle))

    def _bytes_of(self, act: Act) -> bytes:
        before = self._sent_before.get((act.agency, act.cycle))
        if act.kind is Kind.SAME and before is not None:
            return before
        code = self._codes[act.agency]
        form = (self.post.forms / f"bieu-bao-cao-{code}-{act.cycle}.xlsx").read_bytes()
        content = filled(
            form,
            who=f"Lo Thi Binh {act.agency}",
            said=f"Công văn số {act.agency}/CV-VP, {act.cycle}, {act.kind} {act.day}",
            faulty=act.kind is Kind.FAULTY,
        )
        if (act.agency, act.cycle) in self._twice:
            self._sent_before[act.agency, act.cycle] = content
        return content

    def _hand_in(self, act: Act) -> None:
        """An agency hands in; where the database is away it sees an error, and tries again till it has its answer."""
        content = self._bytes_of(act)
        sha256 = hashlib.sha256(content).hexdigest()
        self.totals.handed_in += 1
        way = {Way.FOLDER: self._lay_down, Way.PAGE: self._on_the_page, Way.DIRECT: self._directly}[act.way]
        tries = 0
        run_before = self._run
        while True:
            tries += 1
            try:
                way(act, content, tries)
                break
            except sa.exc.SQLAlchemyError:
                if tries > 200:
                    raise
                time.sleep(0.02)
        self.diary.write(
            "hand-in",
            agency=act.agency,
            cycle=act.cycle,
            kind=act.kind,
            way=act.way,
            sha=sha256,
            size=len(content),
            at=self.told.isoformat(),
            day=str(act.day),
            run=run_before,  # the run under way or the last one: no run after it may chase
            tries=tries,
        )

    def _name(self, act: Act) -> str:
        return f"bao-cao-{act.agency:05d}-{act.cycle}-{act.kind}-{act.day}.xlsx"

    def _lay_down(self, act: Act, content: bytes, _try: int) -> None:
        inbox = self._office.settings.inbox
        part = inbox / f"{self._name(act)}.part"
        part.write_bytes(content)
        part.rename(inbox / self._name(act))

    def _on_the_page(self, act: Act, content: bytes, _try: int) -> None:
        here = Visit(self._house, self._request(act.agency, act.cycle), "", "127.0.0.1", self.told)
        hand_in(here, self._name(act), content, quick=reads_quickly(content))

    def _directly(self, act: Act, content: bytes, _try: int) -> None:
        receive(
            self._portal.store,
            channel="do-ben",
            reference=self._name(act),
            file_name=self._name(act),
            content=content,
            received_at=self.told,
            now=self.told,
        )

    def _request(self, agency: int, cycle: str) -> int:
        known = self._requests.get((agency, cycle), 0)
        if not known:
            with self._office.store.reading() as session:
                of_cycle = select(Cycle.id).where(Cycle.code == cycle).scalar_subquery()
                rows = session.exec(
                    select(Request.id, Request.agency_id).where(Request.cycle_id == of_cycle)
                ).all()
            for request_id, agency_id in rows:
                self._requests[agency_id, cycle] = request_id or 0
            known = self._requests[agency, cycle]
        return known

    # --- the secretariat

    def _secretariat(self, today: Today) -> None:
        """Lets some agencies off, records reports that came on paper."""
        for code in today.exempt:
            self._decide(code, EXEMPT, "exempt", today.day, self._exempt)
        for code in today.on_paper:
            self._decide(code, ON_PAPER, "on-paper", today.day, self._record)

    def _decide(
        self, code: str, what: int, said: str, day: date, act: Callable[[Any, Request, date], bool]
    ) -> None:
        for agency in agencies_that(self.shape.agencies, what):
            with self._office.store.writing() as session:
                request = session.get_one(Request, self._request(agency, code))
                act(session, request, day)
            self.diary.write(said, agency=agency, cycle=code, run=self._run, day=str(day))

    def _exempt(self, session: Any, request: Request, _day: date) -> bool:
        return exempt_request(session, request, reason="Đơn vị đang sáp nhập", actor=ACTOR, now=self.told)

    def _record(self, session: Any, request: Request, day: date) -> bool:
        said = Recording(ReportWay.PAPER, day, number="15/BC-VP", dated=day, signer="Lò Văn A")
        return record_report(session, request, said, actor=ACTOR, now=self.told)

    # --- what is written down of the program's own figures

    def _rates(self, code: str, when: str, day: date) -> None:
        with self._office.store.reading() as session:
            cycle = session.exec(select(Cycle).where(Cycle.code == code)).one()
            rates = cycle_rates(read_cycle(session, cycle), day)
        self.diary.write(
            "rates",
            cycle=code,
            when=when,
            run=self._run,
            expected=rates.expected,
            received=rates.received,
            complete=rates.complete,
            on_time=rates.on_time,
            exempt=rates.exempt,
            recorded=rates.recorded,
        )

    def _snapshot(self, day: date) -> None:
        """What the append-only tables hold since the last look, as a chain of hashes."""
        with open_rows(self._database.url, self.home) as rows:
            for table in _APPEND_ONLY:
                last, self._chain[table] = chained(rows, table, self._snapped[table], self._chain[table])
                if last != self._snapped[table]:
                    self._snapped[table] = last
                    self.diary.write(
                        "snapshot", day=str(day), table=table, last=last, hash=self._chain[table]
                    )

    def _progress(self, today: Today, acts: int) -> None:
        faults: list[str] = [today.mood] if today.mood is not Mood.WELL else []
        faults += ["database falls"] if today.fall else []
        if not acts and not faults and self.totals.days % 10:
            return
        minutes = (time.monotonic() - self.totals.started) / 60
        self._tell(
            f"{minutes:6.1f} min  {today.day}  runs {self.totals.runs}  mails {self.post.accepted}  "
            f"handed in {self.totals.handed_in}  kills {self.totals.kills}  falls {self.totals.falls}"
            f"{'  ' + ', '.join(faults) if faults else ''}"
        )
