"""A mail server that misbehaves: it refuses, puts off, or takes a message without an answer."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.chaos_count import Evidence, Outcome
from benchmarks.chaos_mail import DROP, MailRoom
from benchmarks.chaos_province import SECRETARIAT, Site, at, build, officer
from benchmarks.chaos_run import Runner
from models.codes import AttemptOutcome, MessageState, NoticeState

REFUSES = "550 5.1.1 Không có hộp thư này"
GREYLISTS = "451 4.7.1 Thử lại sau"
Outcomes = tuple[AttemptOutcome, ...]
EXPECTED: tuple[tuple[str, Outcomes, MessageState, NoticeState, int], ...] = (
    ("accepted", (AttemptOutcome.ACCEPTED,), MessageState.SENT, NoticeState.SENT, 1),
    ("refused with 550", (AttemptOutcome.REFUSED,), MessageState.FAILED, NoticeState.FAILED, 0),
    (
        "put off with 451",
        (AttemptOutcome.RETRY, AttemptOutcome.ACCEPTED),
        MessageState.SENT,
        NoticeState.SENT,
        1,
    ),
    (
        "taken, then hung up",
        (AttemptOutcome.UNREACHABLE, AttemptOutcome.ACCEPTED),
        MessageState.SENT,
        NoticeState.SENT,
        2,
    ),
)
"""What the server does to an agency (by its number modulo four), and what must stand in the database and at the
server: outcomes of the tries, state of message and notice, copies accepted."""


def misbehaving_mail(site: Site, agencies: int, minutes: Sequence[int] = (0, 20, 40)) -> Outcome:
    """A quarter of the addresses is refused, a quarter put off at first, a quarter taken without an answer at first."""
    numbers = {officer(number): number for number in range(1, agencies + 1)}
    kind = {address: (number - 1) % len(EXPECTED) for address, number in numbers.items()}
    room = MailRoom()
    room.on_rcpt = lambda address, asked: (
        REFUSES if kind.get(address) == 1 else GREYLISTS if kind.get(address) == 2 and not asked else ""
    )
    room.on_data = lambda address, asked: DROP if kind.get(address) == 3 and not asked else ""
    with build(site, agencies) as office, room:
        runner = Runner(site, room)
        for minute in minutes:
            runner.run(at(23, 9, minute))
        refused = frozenset(address for address, number in kind.items() if number == 1)
        evidence = Evidence(office, room, runner.journal, refused=refused)
        outcome = evidence.outcome("mail server refuses, puts off, hangs up after DATA")
        broken, said = _against_expected(evidence, kind)
        return replace(outcome, broken=(*outcome.broken, *broken), said=(*outcome.said, *said))


def _against_expected(evidence: Evidence, kind: dict[str, int]) -> tuple[list[str], list[str]]:
    """What stands otherwise than expected; and what was recorded of each behaviour, in words."""
    by_row = {message.id: message for message in evidence.messages.values()}
    broken: list[str] = []
    seen: Counter[int] = Counter()
    answers: dict[int, str] = {}
    for notice in evidence.notices:
        message = by_row.get(notice.message_id)
        if message is None:
            continue
        email = evidence.people[notice.person_id].email
        number = kind[email]
        name, outcomes, of_message, of_notice, copies = EXPECTED[number]
        tries = evidence.attempts[message.id or 0]
        seen[number] += 1
        answers[number] = tries[0].answer if tries else ""
        accepted = len(evidence.copies.get(message.message_id, []))
        got = (tuple(a.outcome for a in tries), message.state, notice.state, accepted)
        if got != (outcomes, of_message, of_notice, copies):
            broken.append(f"{name}: {email} stands as {got}")
        if of_notice is NoticeState.FAILED and notice.why != answers[number]:
            broken.append(f"{email}: the refusal does not say the server's words: {notice.why!r}")
    if set(seen) != set(range(len(EXPECTED))):
        broken.append(f"not every behaviour was met: {dict(seen)}")
    said = [
        f"{EXPECTED[n][0]} ({answers[n]}): {seen[n]} notices, tries recorded as {', '.join(EXPECTED[n][1])}, "
        f"in the end {EXPECTED[n][3]}"
        for n in sorted(seen)
    ]
    if not any(copy.address == SECRETARIAT for copy in evidence.room.copies):
        broken.append("the secretariat was not told of the refusals")
    return broken, said
