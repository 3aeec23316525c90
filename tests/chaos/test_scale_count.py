"""The count of `make scale-out` sees what it must: a promise that holds proves something only when a break shows."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlmodel import select

from benchmarks.chaos import site_on_postgres
from benchmarks.chaos_province import SENT_AT, build, officer
from benchmarks.scale_out_count import Letter, count
from models.codes import Channel, MessageState
from models.directory import Person
from models.notice import Message
from tasks.cycle.forms import form_name

pytestmark = pytest.mark.postgres
CYCLE = "bcd-quy-2026-Q1"
PAGE = f"""# HELP dondoc_requests Requests
dondoc_requests{{cycle="{CYCLE}",state="sent"}} 2.0
dondoc_messages{{state="sent"}} 2.0
dondoc_messages{{state="ready"}} 0.0
dondoc_messages{{state="sending"}} 0.0
dondoc_messages{{state="failed"}} 0.0
dondoc_notices{{state="due"}} 0.0
dondoc_oldest_unsent_seconds 0.0
"""


def letter(number: int, message_id: str = "") -> Letter:
    mail = message_id or f"<{number}@dondoc>"
    return Letter(mail, officer(number), "Yêu cầu báo cáo", (form_name(f"CQ{number:03d}", CYCLE),))


BOTH = [letter(1), letter(2)]


@pytest.fixture(scope="module")
def database(postgres_server: sa.Engine) -> Iterator[str]:
    """Two agencies, each with its request sent by one message."""
    server = postgres_server.url.render_as_string(hide_password=False)
    with site_on_postgres(server) as site, build(site, 2) as office:
        with office.store.writing() as session:
            people = {person.email: person.id or 0 for person in session.exec(select(Person))}
            session.add_all(
                Message(
                    channel=Channel.EMAIL,
                    person_id=people[officer(number)],
                    message_id=f"<{number}@dondoc>",
                    template="request",
                    state=MessageState.SENT,
                    not_before=SENT_AT,
                    created_at=SENT_AT,
                )
                for number in (1, 2)
            )
        yield site.database_url


def test_all_is_well(database: str) -> None:
    counted = count(database, CYCLE, [*BOTH, letter(2)], {"<2@dondoc>"}, [PAGE])
    assert counted.broken == ()
    assert (counted.agencies, counted.reached, counted.repeats, counted.others) == (2, 2, 1, 0)


@pytest.mark.parametrize(
    ("letters", "page", "said"),
    [
        ([letter(1)], PAGE, "CQ002: sent to []"),
        ([*BOTH, letter(2)], PAGE, "repeated though the answer was received"),
        ([*BOTH, letter(2, "<new@dondoc>")], PAGE, "CQ002: asked by two mails that are not the same"),
        ([*BOTH, letter(2, "<new@dondoc>")], PAGE, "recorded as sent and accepted differ"),
        ([*BOTH, letter(3)], PAGE, "asked and not in the cycle: CQ003"),
        (
            BOTH,
            PAGE.replace('"ready"} 0', '"ready"} 1'),
            '/metrics of portal 1: dondoc_messages{state="ready"}',
        ),
        (BOTH, "", "/metrics of portal 1: dondoc_requests"),
    ],
)
def test_what_is_broken_is_seen(database: str, letters: list[Letter], page: str, said: str) -> None:
    counted = count(database, CYCLE, letters, set(), [page])
    assert any(sentence.startswith(said) for sentence in counted.broken), counted.broken
