"""What a trial has shown, counted from both ends: what the server accepted, and what the database says was sent."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlmodel import col, select

from benchmarks.chaos_journal import ANSWERED, RECORDED, Journal
from benchmarks.chaos_mail import Copy, MailRoom
from models.codes import AttemptOutcome, MessageState, NoticeState, PersonRole, RequestState
from models.cycle import Request
from models.directory import Person
from models.notice import Attempt, Message, Notice
from tasks.office import Office
from tasks.sending.post import LETTERS


@dataclass(frozen=True)
class Outcome:
    """One line of the table.

    `notices` are the reminders that came to be due; `delivered` messages that the other side accepted, each counted
    once; `lost` people who are still owed a reminder and got none; `doubled` acceptances beyond the first of a message;
    `unanswered` those of them whose earlier answer was not received, or not recorded before the process died;
    `chased` reminders accepted for agencies that had reported before that run. `broken`: promises that did not hold.
    """

    scenario: str
    notices: int
    kills: int = 0
    delivered: int = 0
    lost: int = 0
    doubled: int = 0
    unanswered: int = 0
    chased: int = 0
    broken: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


@dataclass
class Evidence:
    """What one trial left: `reported` is the officer's and the head's address -> the run after which the agency
    reported; `refused`: addresses to which nothing can be delivered, so that the product must say it."""

    office: Office
    room: MailRoom
    journal: Journal
    reported: Mapping[str, int] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    owed_roles: tuple[PersonRole, ...] = (PersonRole.OFFICER,)

    def outcome(self, scenario: str, kills: int = 0, said: tuple[str, ...] = ()) -> Outcome:
        """The figures, and every promise that they break."""
        with self.office.store.reading() as session:
            self.messages = {m.message_id: m for m in session.exec(select(Message))}
            self.notices = list(session.exec(select(Notice).where(col(Notice.step).not_in(list(LETTERS)))))
            self.attempts: dict[int, list[Attempt]] = defaultdict(list)
            for attempt in session.exec(select(Attempt).order_by(col(Attempt.message_id), col(Attempt.no))):
                self.attempts[attempt.message_id].append(attempt)
            self.people = {p.id or 0: p for p in session.exec(select(Person))}
            done = (RequestState.COMPLETE, RequestState.RECORDED, RequestState.EXEMPT)
            self.owing = set(
                session.exec(select(Request.agency_id).where(col(Request.state).not_in(done))).all()
            )
        self.copies: dict[str, list[Copy]] = defaultdict(list)
        for copy in self.room.copies:
            self.copies[copy.message_id].append(copy)
        reminders = {n.message_id for n in self.notices}
        self.chasing = {mid for mid, m in self.messages.items() if m.id in reminders}

        earlier = [copy for copies in self.copies.values() for copy in copies[:-1]]
        recorded, answered = self.journal.of(RECORDED), self.journal.of(ANSWERED)
        excused = [
            c for c in earlier if (c.run, c.message_id) not in recorded and not self._known(c.message_id)
        ]
        unread = sum((c.run, c.message_id) not in answered for c in earlier)
        lost = self._lost()
        chased = [
            copy
            for mid in self.chasing
            for copy in self.copies[mid]
            if copy.run > self.reported.get(copy.address, copy.run)
        ]
        broken = list(self._broken())
        if lost:
            broken.append(f"lost: {', '.join(lost[:5])}")
        if len(excused) != len(earlier):
            broken.append("sent again although the answer had been recorded")
        if chased:
            broken.append(f"chased after they had reported: {', '.join(c.address for c in chased[:5])}")
        if earlier:
            read = len(earlier) - unread
            said = (
                *said,
                f"of {len(earlier)} repeats {unread} had no answer read, {read} died before its record",
            )
        return Outcome(
            scenario=scenario,
            notices=sum(
                n.message_id is not None or n.state is not NoticeState.SUPERSEDED for n in self.notices
            ),
            kills=kills,
            delivered=sum(1 for mid in self.chasing if self.copies[mid]),
            lost=len(lost),
            doubled=len(earlier),
            unanswered=len(excused),
            chased=len(chased),
            broken=tuple(broken),
            said=said,
        )

    def _known(self, message_id: str) -> bool:
        """Whether the database shows a try of this message after one that it knew to be accepted."""
        message = self.messages.get(message_id)
        outcomes = [a.outcome for a in self.attempts[message.id or 0]] if message else []
        return AttemptOutcome.ACCEPTED in outcomes[:-1]

    def _lost(self) -> list[str]:
        """Who is still owed a reminder and got none, and has not been shown as not to be reached either."""
        got = {copy.address for mid in self.chasing for copy in self.copies[mid]}
        shown = {
            self.people[n.person_id].email for n in self.notices if n.state is NoticeState.FAILED and n.why
        }
        return sorted(
            person.email
            for person in self.people.values()
            if person.role in self.owed_roles
            and person.agency_id in self.owing
            and person.email not in got
            and not (person.email in self.refused and person.email in shown)
        )

    def _broken(self) -> list[str]:
        """Whatever else must hold when all is done."""
        found = []
        strangers = [mid for mid in self.copies if mid not in self.messages]
        if strangers:
            found.append(f"{len(strangers)} accepted messages are unknown to the database")
        wrong = [mid for mid, copies in self.copies.items() if len({c.address for c in copies}) > 1]
        if wrong:
            found.append(f"{len(wrong)} Message-IDs went to more than one person")
        unsent = [
            m.message_id
            for m in self.messages.values()
            if m.state is MessageState.SENT and m.channel == "email" and not self.copies[m.message_id]
        ]
        if unsent:
            found.append(f"{len(unsent)} messages are recorded as sent and were accepted by nobody")
        denied = [
            m
            for m in self.messages.values()
            if m.state is not MessageState.SENT
            and any(a.outcome is AttemptOutcome.ACCEPTED for a in self.attempts[m.id or 0])
        ]
        if denied:
            found.append(f"{len(denied)} messages had their answer and do not stand as sent")
        open_ones = [
            m for m in self.messages.values() if m.state in (MessageState.READY, MessageState.SENDING)
        ]
        if open_ones:
            found.append(f"{len(open_ones)} messages are still open at the end")
        unfinished = [n for n in self.notices if n.state is NoticeState.DUE]
        if unfinished:
            found.append(f"{len(unfinished)} reminders are still due at the end")
        mute = [n for n in self.notices if n.state not in (NoticeState.SENT, NoticeState.DUE) and not n.why]
        if mute:
            found.append(f"{len(mute)} reminders were not sent, and nothing says why")
        return [*found, *self._twice()]

    def _twice(self) -> list[str]:
        """A line that reached its person in two messages, and a person who heard more often than there were lines."""
        lines = Counter(
            self.people[n.person_id].email
            for n in self.notices
            if n.message_id is not None and n.channel == "email"
        )
        heard = Counter(self.copies[mid][0].address for mid in self.chasing if self.copies[mid])
        often = [address for address, count in heard.items() if count > lines[address]]
        return [f"more messages than lines: {', '.join(often[:5])}"] if often else []
