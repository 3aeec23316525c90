"""The count at the soak's end: the database, held against what a mail server accepted and what was handed in.

It reads three things: the database by plain SQL, the mail server's record, the driver's diary. Nothing of dondoc is
imported; deadlines and working days are worked out apart (benchmarks.year_days). Each function is one question; what it
finds broken it says in a sentence.
"""

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.year_days import DUTY_STEPS, SLIP, STEPS, Days, Period, duty_due, duty_line
from benchmarks.year_rows import Rows, chained

VIETNAM = timezone(timedelta(hours=7))
NEVER = 10**9
CHANNELS = {"folder": "thu-muc", "page": "trang-web", "direct": "do-ben"}
REQUEST_STEP = "yeu-cau"
DIGEST = "digest"
FINAL = ("sent", "superseded", "failed")
NOT_SERVED = ("down", "hangs-up")
"""Moods of the mail server that may keep a mail for longer than the day."""
_PER_AGENCY, _RECURRING = 10, 4
_BLOBS = 400
_SHOWN = 4
Key = tuple[int, str]
"""An agency's number and a cycle's code."""


class Copy(NamedTuple):
    """One mail that the server accepted."""

    run: int
    day: date
    id: str
    to: str
    names: tuple[str, ...]
    tasks: tuple[int, ...]
    files: tuple[tuple[str, str], ...]
    answered: bool


class Notice(NamedTuple):
    id: int
    subject: str
    plan_no: int
    step: str
    person: int
    channel: str
    request: int | None
    message: int | None
    state: str
    why: str


class Message(NamedTuple):
    id: int
    number: str
    person: int
    template: str
    state: str


class Run(NamedTuple):
    number: int
    kind: str
    day: date
    ended: str


@dataclass
class Counted:
    """What was found: figures for the table, sentences, and every promise that did not hold."""

    figures: dict[str, int] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def breaks(self, what: str, cases: Sequence[object]) -> None:
        """A promise that did not hold in these cases."""
        if cases:
            shown = "; ".join(str(case) for case in cases[:_SHOWN])
            self.broken.append(f"{what}: {len(cases)} ({shown}{'; …' if len(cases) > _SHOWN else ''})")


class Evidence:
    """The three sources, read once."""

    def __init__(self, folder: Path, days: Days, periods: Sequence[Period], rows: Rows) -> None:
        self.folder, self.days, self.rows = folder, days, rows
        self.periods = {period.code: period for period in periods}
        self.events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in _lines(folder / "diary.jsonl"):
            self.events[line["what"]].append(line)
        self.soak = self.events["soak"][0]
        self.copies = [
            Copy(
                line["run"],
                datetime.fromisoformat(line["at"]).astimezone(VIETNAM).date(),
                line["id"],
                line["to"],
                tuple(line["names"]),
                tuple(line["tasks"]),
                tuple((name, sha) for name, sha in line["files"]),
                line["answered"],
            )
            for line in _lines(folder / "post.jsonl")
        ]
        self.runs = [
            Run(
                line["run"],
                line["kind"],
                datetime.fromisoformat(line["now"]).astimezone(VIETNAM).date(),
                line["ended"],
            )
            for line in self.events["run"]
        ]
        self.broke_off = {run.number for run in self.runs if run.ended != "done"}
        self.moods = {date.fromisoformat(line["day"]): line["mood"] for line in self.events["mood"]}
        self.officers = {address: int(number) for number, address in self.soak["officers"].items()}
        self.heads = {address: int(number) for number, address in self.soak["heads"].items()}
        self.agency_of = {**self.officers, **self.heads}
        self._read_database()

    def _read_database(self) -> None:
        of = self.rows.of
        self.cycles = {
            code: (number, state) for number, code, state in of("SELECT id, code, state FROM cycle")
        }
        code_of = {number: code for code, (number, _) in self.cycles.items()}
        self.requests: dict[Key, tuple[int, str, str | None, bool]] = {}
        self.key_of: dict[int, Key] = {}
        for number, cycle, agency, state, form, sent in of(
            "SELECT id, cycle_id, agency_id, state, form_sha256, sent_at FROM request"
        ):
            self.requests[agency, code_of[cycle]] = (number, state, form, sent is not None)
            self.key_of[number] = (agency, code_of[cycle])
        self.people = {
            number: (agency, role, email)
            for number, agency, role, email in of("SELECT id, agency_id, role, email FROM person")
        }
        self.messages = {
            row[0]: Message(*row)
            for row in of("SELECT id, message_id, person_id, template, state FROM message")
        }
        self.by_number = {message.number: message for message in self.messages.values()}
        self.notices = [
            Notice(*row)
            for row in of(
                "SELECT id, subject, plan_no, step, person_id, channel, request_id, message_id, state, why FROM notice"
            )
        ]
        self.attempts: dict[int, list[str]] = defaultdict(list)
        for message, outcome in of("SELECT message_id, outcome FROM attempt ORDER BY message_id, no"):
            self.attempts[message].append(outcome)

    @cached_property
    def by_id(self) -> dict[str, list[Copy]]:
        """The copies of each Message-ID, in the order of their acceptance."""
        found: dict[str, list[Copy]] = defaultdict(list)
        for copy in self.copies:
            found[copy.id].append(copy)
        return found

    @cached_property
    def reached(self) -> dict[Key, list[Copy]]:
        """Whom the server took a mail with their own form for."""
        codes = self.soak["codes"]
        names = {
            f"bieu-bao-cao-{code}-{cycle}.xlsx": (number, cycle)
            for code, number in codes.items()
            for cycle in self.periods
        }
        found: dict[Key, list[Copy]] = defaultdict(list)
        for copy in self.copies:
            for name, _sha in copy.files:
                key = names.get(name)
                if key is not None and self.officers.get(copy.to) == key[0]:
                    found[key].append(copy)
        return found

    @cached_property
    def satisfied(self) -> dict[Key, int]:
        """The last run in which an agency may have been chased: none after it may."""
        found: dict[Key, int] = {}
        for line in self.events["hand-in"]:
            if line["kind"] in ("good", "later"):
                _earliest(found, line)
        for what in ("exempt", "on-paper"):
            for line in self.events[what]:
                _earliest(found, line)
        return found

    @cached_property
    def beside(self) -> set[Key]:
        """Whose report was handed in on the page while a run was under way."""
        return {
            key
            for line in self.events["hand-in"]
            if line["way"] == "page"
            and self.satisfied.get(key := (line["agency"], line["cycle"])) == line["run"]
        }

    def may_repeat(self, copy: Copy) -> bool:
        """Whether what came of a copy may be unknown to the program: its run broke off, or no answer was given."""
        return copy.run in self.broke_off or not copy.answered

    @cached_property
    def days_runs(self) -> dict[date, list[Run]]:
        found: dict[date, list[Run]] = defaultdict(list)
        for run in self.runs:
            found[run.day].append(run)
        return found

    @cached_property
    def sweeps(self) -> list[Run]:
        """The sweeps that came to their end."""
        return [run for run in self.runs if run.kind == "sweep" and run.ended == "done"]

    @cached_property
    def healthy(self) -> list[date]:
        """Working days on which mail was served: what was put off in the morning goes out by the evening. The day of
        work before must have been served, too, or there may be a backlog."""
        simulated = sorted(day for day in self.days_runs if self.days.works(day))
        ill = {day for day, mood in self.moods.items() if mood in NOT_SERVED}
        return [
            day
            for before, day in zip([None, *simulated], simulated, strict=False)
            if day not in ill
            and before not in ill
            and any(run.kind == "sweep" for run in self.days_runs[day])
        ]


def _earliest(found: dict[Key, int], line: dict[str, Any]) -> None:
    key = line["agency"], line["cycle"]
    found[key] = min(found.get(key, NEVER), line["run"])


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def count(
    folder: Path, days: Days, periods: Sequence[Period], rows: Rows, *, cut_short: bool = False
) -> Counted:
    """Every question, in turn; of a year that was cut short those that can be asked at any time."""
    found = Evidence(folder, days, periods, rows)
    counted = Counted()
    for question in AT_ANY_TIME if cut_short else QUESTIONS:
        question(found, counted)
    return counted


# --- nothing received is lost


def bytes_are_whole(found: Evidence, counted: Counted) -> None:
    """Every blob is what its hash says, recomputed; everything handed in is among them."""
    kept: dict[str, int] = {}
    wrong = []
    after = ""
    while True:
        several = list(
            found.rows.of(
                f"SELECT sha256, size, content FROM blob WHERE sha256 > '{after}' ORDER BY sha256 LIMIT {_BLOBS}"
            )
        )
        for sha, size, content in several:
            kept[sha] = size
            if hashlib.sha256(content).hexdigest() != sha or len(content) != size:
                wrong.append(sha[:12])
        if len(several) < _BLOBS:
            break
        after = several[-1][0]
    counted.breaks("bytes that are not what their hash says", wrong)
    handed = found.events["hand-in"]
    counted.breaks(
        "handed in, and its bytes are not kept",
        [_told(line) for line in handed if kept.get(line["sha"]) != line["size"]],
    )
    counted.figures |= {"files handed in and acknowledged": len(handed), "blobs rehashed": len(kept)}


def arrivals_are_all_there(found: Evidence, counted: Counted) -> None:
    """Each acknowledged file is an arrival of its own; there are no others."""
    acknowledged: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    for line in found.events["hand-in"]:
        place = CHANNELS[line["way"]], line["sha"]
        acknowledged[place] += 1
        tried[place] += line["tries"]
    there: Counter[tuple[str, str]] = Counter()
    unread = []
    for channel, sha, verdict in found.rows.of("SELECT channel, sha256, verdict FROM arrival"):
        there[channel, sha] += 1
        if verdict == "unread":
            unread.append(sha[:12])
    missing = [place for place, times in acknowledged.items() if there[place] < times]
    more = [place for place, times in there.items() if times > tried[place]]
    counted.breaks("acknowledged, and no arrival", missing)
    counted.breaks("arrivals that nobody handed in", more)
    counted.breaks("arrivals that nobody has read", unread)
    inbox = found.folder / "home" / "hop-nhan"
    counted.breaks("left in the drop folder", [path.name for path in inbox.iterdir() if path.is_file()])
    moved = {path.name: path for path in (inbox / "da-nhan").rglob("*") if path.is_file()}
    lost = []
    for line in found.events["hand-in"]:
        if line["way"] == "folder":
            name = f"bao-cao-{line['agency']:05d}-{line['cycle']}-{line['kind']}-{line['day']}.xlsx"
            path = moved.get(name)
            if path is None or hashlib.sha256(path.read_bytes()).hexdigest() != line["sha"]:
                lost.append(name)
    counted.breaks("laid into the drop folder, and not among what was received", lost)
    counted.figures["arrivals"] = there.total()


def verdicts_are_right(found: Evidence, counted: Counted) -> None:
    """Good forms were accepted, faulty ones were not, the same bytes twice made no second version, what came after the
    close waits for a person."""
    versions: dict[tuple[int, str], str] = {}
    per_request: Counter[int] = Counter()
    highest: dict[int, int] = {}
    for request, version, sha, verdict in found.rows.of(
        "SELECT request_id, version, sha256, verdict FROM submission"
    ):
        versions[request, sha] = verdict
        per_request[request] += 1
        highest[request] = max(version, highest.get(request, 0))
    waits = {
        sha for sha, verdict in found.rows.of("SELECT sha256, verdict FROM arrival") if verdict == "person"
    }
    wrong = []
    expected: set[tuple[int, str]] = set()
    for line in found.events["hand-in"]:
        request = found.requests[line["agency"], line["cycle"]][0]
        verdict = versions.get((request, line["sha"]))
        if line["kind"] == "stray":
            if verdict is not None or line["sha"] not in waits:
                wrong.append(_told(line))
            continue
        expected.add((request, line["sha"]))
        if verdict != ("faulty" if line["kind"] == "faulty" else "accepted"):
            wrong.append(f"{_told(line)} stands as {verdict}")
    counted.breaks("files judged otherwise than they are", wrong)
    counted.breaks("versions that nobody handed in", sorted(versions.keys() - expected))
    counted.breaks(
        "versions that are not numbered one by one",
        [request for request, times in per_request.items() if highest[request] != times],
    )
    kinds = Counter(line["kind"] for line in found.events["hand-in"])
    counted.figures |= {
        "versions accepted": sum(verdict == "accepted" for verdict in versions.values()),
        "versions to be mended": kinds["faulty"],
        "the same bytes again": kinds["same"],
        "after the close, for a person": kinds["stray"],
    }


# --- everybody was asked


def everybody_was_asked(found: Evidence, counted: Counted) -> None:
    """Every agency of every cycle got the form that is kept for it, by one mail, or stands as undeliverable."""
    counted.breaks("cycles that did not open", [code for code in found.periods if code not in found.cycles])
    counted.breaks(
        "cycles that nobody knows of", [code for code in found.cycles if code not in found.periods]
    )
    failed = {
        notice.request: notice.why
        for notice in found.notices
        if notice.step == REQUEST_STEP and notice.state == "failed"
    }
    unreachable = set(found.soak["unreachable"])
    missing, wrong, undeliverable = [], [], 0
    for code in found.periods:
        for number in range(1, found.soak["agencies"] + 1):
            key = number, code
            if key not in found.requests:
                missing.append(key)
                continue
            request, state, form, sent = found.requests[key]
            copies = found.reached.get(key, [])
            if number in unreachable:
                undeliverable += 1
                if copies or sent or state != "planned" or not failed.get(request):
                    wrong.append(f"{key}: a dead mailbox, stands as {state}")
            elif not copies or not sent or state == "planned":
                wrong.append(f"{key}: {len(copies)} mails, stands as {state}")
            elif len({copy.id for copy in copies}) > 1:
                wrong.append(f"{key}: asked by two mails that are not the same")
            elif any(sha != form for copy in copies for name, sha in copy.files if name.endswith(".xlsx")):
                wrong.append(f"{key}: the form that was mailed is not the one that is kept")
    counted.breaks("agencies without a request", missing)
    counted.breaks("requests that were not sent as promised", wrong)
    told = sum(
        found.messages[n.message].template == "dead" for n in found.notices if n.message and n.state == "sent"
    )
    if undeliverable and not told:
        counted.broken.append("the secretariat was not told of dead mailboxes")
    counted.figures |= {
        "requests": len(found.requests),
        "of these reached by a mail with their own form": len(found.reached),
        "of these shown as undeliverable": undeliverable,
    }


# --- nobody is chased who is satisfied, nothing goes out twice


def nobody_is_chased(found: Evidence, counted: Counted) -> None:
    """No mail that chases was accepted in a run after the one by which the agency had reported, or had been let off."""
    chased, crossed, chases = [], 0, 0
    for copy in found.copies:
        message = found.by_number.get(copy.id)
        if message is None or message.template != DIGEST or copy.to not in found.agency_of:
            continue
        for code in copy.names:
            chases += 1
            key = found.agency_of[copy.to], code
            until = found.satisfied.get(key, NEVER)
            if copy.run > until:
                chased.append(f"{copy.to} about {code} in run {copy.run}, satisfied by run {until}")
            elif copy.run == until and key in found.beside:
                crossed += 1
    counted.breaks("chased after they had reported", chased)
    counted.figures["lines that chase, as the mails name them"] = chases
    counted.figures["of these in the run beside which the report was handed in"] = crossed


def nothing_goes_out_twice(found: Evidence, counted: Counted) -> None:
    """A mail comes again only under its own Message-ID, to the same person, and only where its run broke off or the
    server gave no answer; no line goes out in a second mail."""
    again, others, repeats = [], [], 0
    for number, copies in found.by_id.items():
        repeats += len(copies) - 1
        again += [f"{number} in run {copy.run}" for copy in copies[:-1] if not found.may_repeat(copy)]
        if len({copy.to for copy in copies}) > 1:
            others.append(number)
    counted.breaks("sent again although the answer had been received", again)
    counted.breaks("one Message-ID to more than one person", others)
    counted.breaks(
        "tried again after it was recorded as accepted",
        [found.messages[m].number for m, tries in found.attempts.items() if "accepted" in tries[:-1]],
    )
    lines: dict[tuple[str, str], dict[str, list[Copy]]] = defaultdict(lambda: defaultdict(list))
    for copy in found.copies:
        message = found.by_number.get(copy.id)
        if message is not None and message.template == DIGEST and copy.to in found.agency_of:
            for code in copy.names:
                lines[copy.to, code][copy.id].append(copy)
    recorded: dict[tuple[str, str], set[str]] = defaultdict(set)
    for notice in found.notices:
        if notice.state == "sent" and notice.subject.startswith("request:") and notice.step != REQUEST_STEP:
            assert notice.request is not None and notice.message is not None  # noqa: S101, PT018 - so of what was sent
            person = found.people[notice.person][2]
            recorded[person, found.key_of[notice.request][1]].add(found.messages[notice.message].number)
    unsaid = [place for place, ids in recorded.items() if not ids <= lines[place].keys()]
    unknown = [
        (*place, number)
        for place, ids in lines.items()
        for number, copies in ids.items()
        if number not in recorded[place] and not all(found.may_repeat(copy) for copy in copies)
    ]
    counted.breaks("recorded as said, and no mail says it", unsaid)
    counted.breaks("said by a mail, and not recorded", unknown)
    counted.figures["mails accepted"] = len(found.by_id)
    counted.figures["repeats, each under its own Message-ID"] = repeats


def messages_have_ended(found: Evidence, counted: Counted) -> None:
    """No message is open; what is recorded as sent was accepted, and what was accepted is known."""
    states = Counter(message.state for message in found.messages.values())
    counted.breaks(
        "messages without an end",
        [m.number for m in found.messages.values() if m.state not in ("sent", "failed", "dropped")],
    )
    counted.breaks(
        "recorded as sent, and accepted by nobody",
        [m.number for m in found.messages.values() if m.state == "sent" and m.number not in found.by_id],
    )
    counted.breaks(
        "accepted, and unknown to the database", [i for i in found.by_id if i not in found.by_number]
    )
    denied = [
        number
        for number, copies in found.by_id.items()
        if (message := found.by_number.get(number)) is not None
        and message.state != "sent"
        and not found.may_repeat(copies[-1])
    ]
    counted.breaks("accepted with an answer, and not recorded as sent", denied)
    counted.figures |= {f"messages {state}": times for state, times in sorted(states.items())}


# --- every due notice, in one final state


def notices_have_ended(found: Evidence, counted: Counted) -> None:
    """Every notice is in one final state, with its reason where it did not go out; none is there twice."""
    counted.breaks(
        "notices without an end",
        [f"{n.subject} {n.step}: {n.state}" for n in found.notices if n.state not in FINAL],
    )
    counted.breaks(
        "notices that did not go out, and nothing says why",
        [f"{n.subject} {n.step}" for n in found.notices if n.state in ("superseded", "failed") and not n.why],
    )
    keys = Counter((n.subject, n.plan_no, n.step, n.person, n.channel) for n in found.notices)
    counted.breaks("notices that are there twice", [key for key, times in keys.items() if times > 1])
    counted.breaks(
        "notices sent by no message that was sent",
        [
            f"{n.subject} {n.step}"
            for n in found.notices
            if n.state == "sent" and (n.message is None or found.messages[n.message].state != "sent")
        ],
    )
    states = Counter(n.state for n in found.notices)
    counted.figures["notices of every kind"] = len(found.notices)
    counted.figures |= {f"notices {state}": times for state, times in sorted(states.items())}


@dataclass
class _Due:
    """One step that has its turn: from this day, till before the role's next (`last`), unless satisfied by a run."""

    start: date
    last: date
    after_run: int
    until_run: int


def due_notices_are_there(found: Evidence, counted: Counted) -> None:
    """By the deadlines and working days as counted here: each step of each request that came to its turn before the
    agency was satisfied has its notice; where a whole day of its turn was well served, it was sent."""
    told = {
        (n.request, n.step, found.people[n.person][1]): n
        for n in found.notices
        if n.subject.startswith("request:") and n.step != REQUEST_STEP
    }
    missing, unsent, due_rows, due_sent = [], [], 0, 0
    for key, copies in found.reached.items():
        number, code = key
        period = found.periods[code]
        request = found.requests[key][0]
        until = found.satisfied.get(key, NEVER)
        for step, start, last, role in _turns(found, period, max(copy.day for copy in copies)):
            one = _Due(start, last, copies[-1].run, until)
            if not _swept(found, one, period.closes):
                continue
            due_rows += 1
            notice = told.get((request, step, role))
            if notice is None:
                missing.append(f"agency {number}, {code}, {step}")
            elif start <= last and _was_served(found, one):
                due_sent += 1
                if notice.state != "sent":
                    unsent.append(f"agency {number}, {code}, {step}: {notice.state}, {notice.why}")
    counted.breaks("steps that had their turn and have no notice", missing)
    counted.breaks("reminders that should have gone out and did not", unsent)
    counted.figures["steps of requests that had their turn, as counted here"] = due_rows
    counted.figures["of these with a whole well-served day, sent"] = due_sent - len(unsent)


def _turns(found: Evidence, period: Period, began: date) -> Iterator[tuple[str, date, date, str]]:
    """Code, first day, last day (before the first: it never may go out) and role of each step."""
    starts = [
        (step, found.days.after(period.due if n < 0 else max(period.due, began), n), n, role)
        for step, n, role in STEPS
    ]
    for place, (step, start, n, role) in enumerate(starts):
        later = [begin for _s, begin, _n, whose in starts[place + 1 :] if whose == role]
        last = min([period.closes, *([period.due] if n < 0 else []), *(day - timedelta(1) for day in later)])
        if n < 0 and start <= began:
            last = start - timedelta(1)
        yield step, start, last, role


def _swept(found: Evidence, one: _Due, closes: date) -> bool:
    """Whether a sweep came to its end from the step's first day on, while the agency was owing and asked."""
    return any(
        one.start <= run.day <= closes for run in _between(found.sweeps, one.after_run + 1, one.until_run)
    )


def _between(runs: Sequence[Run], first: int, before: int) -> Sequence[Run]:
    low = bisect_left(runs, first, key=lambda run: run.number)
    return runs[low : bisect_left(runs, before, key=lambda run: run.number)]


def _was_served(found: Evidence, one: _Due) -> bool:
    """Whether a healthy day lies wholly within the step's turn, and the agency owed to its end."""
    days = found.healthy[bisect_left(found.healthy, one.start) : bisect_right(found.healthy, one.last)]
    return any(
        found.days_runs[day][0].number > one.after_run and found.days_runs[day][-1].number < one.until_run
        for day in days
    )


def duties_were_told(found: Evidence, counted: Counted) -> None:
    """The same of the assignments' own deadlines: nobody reports these complete, so every step has its turn."""
    told = {
        (n.subject, n.step, found.people[n.person][1]): n
        for n in found.notices
        if n.subject.startswith("assignment:")
    }
    last_day = max(run.day for run in found.runs)
    first_day = date.fromisoformat(found.soak["first"])
    missing, unsent, due_sent = [], [], 0
    for number in range(1, found.soak["agencies"] + 1):
        due = duty_due(number, found.soak["duties"])
        if due is None:
            continue
        subject = f"assignment:{duty_line(number, _PER_AGENCY, _RECURRING)}:{number}"
        starts = [(step, found.days.after(due, n), n, role) for step, n, role in DUTY_STEPS]
        for place, (step, start, n, role) in enumerate(starts):
            later = [begin for _s, begin, _n, whose in starts[place + 1 :] if whose == role]
            last = min([last_day, *([due] if n < 0 else []), *(day - timedelta(1) for day in later)])
            if not first_day <= start <= last_day:
                continue
            notice = told.get((subject, step, role))
            if notice is None:
                missing.append(f"{subject} {step}")
            elif number not in found.soak["unreachable"] and _was_served(found, _Due(start, last, 0, NEVER)):
                due_sent += 1
                if notice.state != "sent":
                    unsent.append(f"{subject} {step}: {notice.state}, {notice.why}")
    counted.breaks("steps of assignments that had their turn and have no notice", missing)
    counted.breaks("reminders of assignments that should have gone out and did not", unsent)
    counted.figures["steps of assignments with a whole well-served day, sent"] = due_sent - len(unsent)
    others = {
        n.subject for n in found.notices if n.subject.startswith("assignment:") and n.state == "sent"
    } - {
        f"assignment:{duty_line(number, _PER_AGENCY, _RECURRING)}:{number}"
        for number in range(1, found.soak["agencies"] + 1)
        if duty_due(number, found.soak["duties"])
    }
    counted.breaks("reminders of assignments that were not due", sorted(others))


def slips_were_made(found: Evidence, counted: Counted) -> None:
    """Where agencies were silent three working days after the deadline, a slip for the leadership was laid ready."""
    made: dict[str, list[str]] = defaultdict(list)
    for notice in found.notices:
        if notice.step == SLIP[0]:
            made[notice.subject].append(notice.state)
    missing = []
    for code, period in found.periods.items():
        day = found.days.after(period.due, SLIP[1])
        if day not in found.days_runs or day > period.closes:
            continue
        last = found.days_runs[day][-1].number
        owing = [key for key in found.reached if key[1] == code and found.satisfied.get(key, NEVER) > last]
        if owing and not made.get(f"cycle:{found.cycles[code][0]}"):
            missing.append(code)
    counted.breaks("no slip to the leadership", missing)
    counted.figures["slips to the leadership that were sent"] = sum(
        states.count("sent") for states in made.values()
    )


# --- states, history, ratios


def states_are_right(found: Evidence, counted: Counted) -> None:
    """Every cycle is closed; every request stands as the diary says it must."""
    counted.breaks(
        "cycles that are not closed", [code for code, (_, state) in found.cycles.items() if state != "closed"]
    )
    kinds: dict[Key, set[str]] = defaultdict(set)
    for line in found.events["hand-in"]:
        kinds[line["agency"], line["cycle"]].add(line["kind"])
    exempt = {(line["agency"], line["cycle"]) for line in found.events["exempt"]}
    on_paper = {(line["agency"], line["cycle"]) for line in found.events["on-paper"]}
    unreachable = set(found.soak["unreachable"])
    wrong = []
    for key, (_id, state, _form, _sent) in found.requests.items():
        if key[0] in unreachable:
            expected = "planned"
        elif key in exempt:
            expected = "exempt"
        elif key in on_paper:
            expected = "recorded"
        elif kinds[key] & {"good", "later"}:
            expected = "complete"
        else:
            expected = "incomplete" if "faulty" in kinds[key] else "sent"
        if state != expected:
            wrong.append(f"{key}: {state}, not {expected}")
    counted.breaks("requests that stand otherwise than they must", wrong)
    counted.figures["cycles closed"] = sum(state == "closed" for _, state in found.cycles.values())


def history_is_whole(found: Evidence, counted: Counted) -> None:
    """What the append-only tables held on each evening they hold still; each state's history leads to the state."""
    for table in ("audit", "state_change"):
        last, chain = 0, ""
        for line in found.events["snapshot"]:
            if line["table"] != table:
                continue
            last, chain = chained(found.rows, table, last, chain, until=line["last"])
            if (last, chain) != (line["last"], line["hash"]):
                counted.broken.append(f"{table}: not what it was on {line['day']}")
                break
        rows, highest = next(found.rows.of(f"SELECT count(*), coalesce(max(id), 0) FROM {table}"))
        counted.figures[f"rows of {table}"] = rows
        if highest != rows:
            counted.said.append(
                f"{table}: {highest - rows} numbers were drawn by transactions that did not come to their end"
            )
    now = {("request", number): state for number, state, *_ in found.requests.values()}
    now |= {("cycle", number): state for number, state in found.cycles.values()}
    seen = {(entity, number): "planned" if entity == "request" else "draft" for entity, number in now}
    broken = []
    for entity, number, before, after in found.rows.of(
        "SELECT entity, entity_id, before, after FROM state_change WHERE entity IN ('request', 'cycle') ORDER BY id"
    ):
        if seen.get((entity, number)) != before:
            broken.append(f"{entity} {number}: {before} → {after} after {seen.get((entity, number))}")
        seen[entity, number] = after
    broken += [
        f"{key}: {state}, by its history {seen[key]}" for key, state in now.items() if seen[key] != state
    ]
    counted.breaks("histories that do not lead to the state", broken)


def ratios_are_right(found: Evidence, counted: Counted) -> None:
    """The program's own figures, asked on the way, against the diary and the mail server."""
    first: dict[tuple[Key, str], tuple[int, date]] = {}
    for line in found.events["hand-in"]:
        if line["kind"] == "stray":
            continue
        key = line["agency"], line["cycle"]
        moment = line["run"], date.fromisoformat(line["day"])
        for what in ("received", *(("complete",) if line["kind"] in ("good", "later") else ())):
            first[key, what] = min(first.get((key, what), (NEVER, date.max)), moment)
    wrong = []
    for line in found.events["rates"]:
        code, run = line["cycle"], line["run"]
        period = found.periods[code]
        exempt = {
            one["agency"] for one in found.events["exempt"] if one["cycle"] == code and one["run"] <= run
        }
        paper = {
            one["agency"] for one in found.events["on-paper"] if one["cycle"] == code and one["run"] <= run
        }
        asked = {
            number
            for (number, cycle), copies in found.reached.items()
            if cycle == code and copies[0].run <= run and number not in exempt
        }
        came = {n for n in asked if first.get(((n, code), "received"), (NEVER, date.max))[0] <= run}
        whole = {n for n in asked if first.get(((n, code), "complete"), (NEVER, date.max))[0] <= run}
        own = {
            "expected": len(asked),
            "received": len(came | (paper & asked)),
            "complete": len(whole),
            "on_time": sum(first[(n, code), "complete"][1] <= period.due for n in whole),
            "exempt": len(exempt),
            "recorded": len((paper & asked) - whole),
        }
        if differing := {name: (line[name], value) for name, value in own.items() if line[name] != value}:
            wrong.append(f"{code}, {line['when']}: {differing}")
    counted.breaks("ratios that are not as counted (theirs, ours)", wrong)
    counted.figures["ratios compared"] = len(found.events["rates"])


def runs_broke_off_for_a_reason(found: Evidence, counted: Counted) -> None:
    """A run that failed did so because the database was taken away from it."""
    fell = {line["run"] for line in found.events["fault"] if line["kind"] == "database"}
    failed = [line for line in found.events["run"] if line["ended"] == "failed" and line["run"] not in fell]
    counted.breaks("runs that failed by themselves", [f"{line['kind']}: {line['said']}" for line in failed])
    ends = Counter(run.ended for run in found.runs)
    kinds = Counter(line["kind"] for line in found.events["fault"])
    counted.figures |= {
        "runs": len(found.runs),
        "of these killed": ends["killed"],
        "of these failed with the database": ends["failed"],
        "kills, those between runs too": kinds["kill"],
        "falls of the database": kinds["database"],
    }
    counted.figures |= {
        f"days on which the mail server {_MOODS[mood]}": times
        for mood, times in sorted(Counter(found.moods.values()).items())
    }


_MOODS = {
    "down": "was down",
    "slow": "was slow",
    "puts-off": "put off three addresses of ten (451)",
    "hangs-up": "hung up without an answer now and then",
}


def _told(line: dict[str, Any]) -> str:
    return f"{line['kind']} of agency {line['agency']}, {line['cycle']}, {line['day']}, {line['way']}"


QUESTIONS = (
    everybody_was_asked,
    bytes_are_whole,
    arrivals_are_all_there,
    verdicts_are_right,
    nobody_is_chased,
    nothing_goes_out_twice,
    messages_have_ended,
    notices_have_ended,
    due_notices_are_there,
    duties_were_told,
    slips_were_made,
    states_are_right,
    history_is_whole,
    ratios_are_right,
    runs_broke_off_for_a_reason,
)
AT_ANY_TIME = (
    bytes_are_whole,
    nobody_is_chased,
    nothing_goes_out_twice,
    history_is_whole,
    runs_broke_off_for_a_reason,
)
