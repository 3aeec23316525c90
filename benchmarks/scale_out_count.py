"""The count of the trial on several machines: the mail server's list against the rows of PostgreSQL.

Nothing of the program's own counting is used: plain SQL on one side, what an SMTP server accepted on the other; an
agency is known by the form that its mail carries.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

import psycopg

from benchmarks.chaos_mail import MailRoom

FORM = "bieu-bao-cao-{}-{}.xlsx"


@dataclass(frozen=True)
class Letter:
    """A mail that the server accepted: its Message-ID, its recipient, its subject, the files that it carries."""

    message_id: str
    address: str
    subject: str
    files: tuple[str, ...]


class PostOffice(MailRoom):
    """The trials' mail server, which also looks at what each mail carries."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        super().__init__()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        files = tuple(part.get_filename() or "" for part in mail.iter_attachments())
        about = str(mail["Subject"])
        self.letters += [Letter(str(mail["Message-ID"]), to, about, files) for to in envelope.rcpt_tos]
        return answer


@dataclass(frozen=True)
class Count:
    """What was found. `agencies` asked in the cycle; `reached` of them by a mail with their own form; `repeats` mails
    beyond the first with the same Message-ID; `tries` what the database has of them; `others` mails that are no
    request (to the secretariat); `broken`: promises that did not hold."""

    agencies: int
    reached: int
    repeats: int
    tries: int
    others: int
    broken: tuple[str, ...]


def count(database: str, cycle: str, letters: list[Letter], unanswered: set[str], pages: list[str]) -> Count:
    """Hold the accepted mails against the database and against each portal's /metrics.

    `unanswered`: Message-IDs of which the sender died before it had the server's answer; only these may repeat.
    """
    with psycopg.connect(database) as connection:
        requests = connection.execute(
            "SELECT a.code, r.state, r.sent_at FROM request r JOIN agency a ON a.id = r.agency_id"
            " JOIN cycle c ON c.id = r.cycle_id WHERE c.code = %s",
            [cycle],
        ).fetchall()
        officers = connection.execute(
            "SELECT a.code, p.email FROM person p JOIN agency a ON a.id = p.agency_id"
            " WHERE p.role = 'officer' AND p.active"
        ).fetchall()
        messages = connection.execute(
            "SELECT m.message_id, m.state, m.template, count(t.id) FROM message m"
            " LEFT JOIN attempt t ON t.message_id = m.id GROUP BY m.id"
        ).fetchall()
    broken: list[str] = []
    forms: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        for file in letter.files:
            if found := re.fullmatch(FORM.format("(.+?)", re.escape(cycle)), file):
                forms[found[1]].append(letter)
    written_to = defaultdict(set)
    for agency, address in officers:
        written_to[agency].add(address)

    for agency, state, sent_at in requests:
        heard = Counter(letter.address for letter in set(forms[agency]))
        if set(heard) != written_to[agency]:
            broken.append(f"{agency}: sent to {sorted(heard)}, not to {sorted(written_to[agency])}")
        if any(times > 1 for times in heard.values()):
            broken.append(f"{agency}: asked by two mails that are not the same")
        if state != "sent" or sent_at is None:
            broken.append(f"{agency}: the request stands as {state}")
    strangers = sorted(set(forms) - {agency for agency, *_ in requests})
    if strangers:
        broken.append(f"asked and not in the cycle: {', '.join(strangers)}")

    accepted = Counter(letter.message_id for letter in letters)
    repeated = {message_id: times - 1 for message_id, times in accepted.items() if times > 1}
    if not set(repeated) <= unanswered:
        broken.append(f"repeated though the answer was received: {sorted(set(repeated) - unanswered)}")
    sent = {message_id for message_id, state, *_ in messages if state == "sent"}
    if sent != set(accepted):
        broken.append(f"recorded as sent and accepted differ: {sorted(sent ^ set(accepted))[:5]}")
    for number, text in enumerate(pages, start=1):
        broken += [
            f"/metrics of portal {number}: {line}"
            for line in _metrics_against(text, cycle, len(requests), len(sent))
        ]
    return Count(
        agencies=len(requests),
        reached=sum(bool(forms[agency]) for agency, *_ in requests),
        repeats=sum(repeated.values()),
        tries=sum(tries for message_id, _state, _template, tries in messages if message_id in repeated),
        others=len(accepted)
        - len({letter.message_id for sent_forms in forms.values() for letter in sent_forms}),
        broken=tuple(broken),
    )


def _metrics_against(text: str, cycle: str, requests: int, messages: int) -> list[str]:
    """What the figures say otherwise than counted."""
    figures = dict(line.rpartition(" ")[::2] for line in text.splitlines() if not line.startswith("#"))
    expected = {
        f'dondoc_requests{{cycle="{cycle}",state="sent"}}': requests,
        'dondoc_messages{state="sent"}': messages,
        'dondoc_messages{state="ready"}': 0,
        'dondoc_messages{state="sending"}': 0,
        'dondoc_messages{state="failed"}': 0,
        'dondoc_notices{state="due"}': 0,
        "dondoc_oldest_unsent_seconds": 0,
    }
    wrong = [
        f"{name} is {figures.get(name)}, counted {value}"
        for name, value in expected.items()
        if float(figures.get(name, "nan")) != value
    ]
    others = [
        name
        for name in figures
        if name.startswith(f'dondoc_requests{{cycle="{cycle}"')
        and 'state="sent"' not in name
        and float(figures[name])
    ]
    return wrong + [f"{name} is {figures[name]}" for name in others]
