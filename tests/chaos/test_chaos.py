"""`make chaos` in small: the same trials, real processes and real SMTP, with five deaths."""

from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

import pytest
import sqlalchemy as sa

from benchmarks.chaos import site_on_postgres, site_on_sqlite, text_of
from benchmarks.chaos_count import Evidence, Outcome
from benchmarks.chaos_journal import RECORDED, Journal, Step
from benchmarks.chaos_kills import FROM_OUTSIDE, killed_again_and_again, kills_drawn
from benchmarks.chaos_mail import Copy, MailRoom
from benchmarks.chaos_province import Site, build, officer
from benchmarks.chaos_servers import misbehaving_mail
from benchmarks.chaos_times import jumping_clocks, off_for_a_week
from benchmarks.chaos_zalo import zalo_token_ends

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A folder and a database for one trial."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield stack.enter_context(site_on_sqlite())
        else:
            server: sa.Engine = request.getfixturevalue("postgres_server")
            yield stack.enter_context(site_on_postgres(server.url.render_as_string(hide_password=False)))


@pytest.fixture
def on_sqlite() -> Iterator[Site]:
    with site_on_sqlite() as site:
        yield site


def test_five_deaths_lose_nothing_and_repeat_only_what_was_not_answered(site: Site) -> None:
    deaths = (
        f"{Step.BEFORE_COMMIT}:1",  # in the putting down
        f"{Step.BEFORE_DATA}:2",
        f"{Step.ANSWER_WAITS}:2",
        f"{Step.ANSWER_READ}:2",
        f"{Step.AFTER_COMMIT}:4",
    )
    outcome = killed_again_and_again(site, agencies=14, kills=5, seed=1, planned=deaths)
    assert outcome.broken == ()
    assert (outcome.kills, outcome.lost, outcome.chased) == (5, 0, 0)
    assert outcome.doubled == outcome.unanswered <= 2
    assert 14 - 7 <= outcome.delivered <= outcome.notices <= 14


def test_two_sweeps_at_once_whose_clocks_differ_send_each_line_once(site: Site) -> None:
    outcome = jumping_clocks(site, agencies=6, at_once=2, first_round=1)
    assert outcome.broken == ()
    assert (outcome.notices, outcome.delivered, outcome.lost, outcome.doubled) == (12, 12, 0, 0)


def test_a_week_off_ends_with_what_applies_now(on_sqlite: Site) -> None:
    outcome = off_for_a_week(on_sqlite, agencies=5, sweeps_back=2)
    assert outcome.broken == ()
    assert (outcome.delivered, outcome.lost, outcome.chased) == (5 + 4 + 4, 0, 0)
    assert "4 missed ones recorded as skipped" in outcome.said[-1]


def test_what_a_mail_server_does_is_recorded(on_sqlite: Site) -> None:
    outcome = misbehaving_mail(on_sqlite, agencies=8, minutes=(0, 20))
    assert outcome.broken == ()
    assert (outcome.notices, outcome.delivered, outcome.lost) == (8, 6, 0)
    assert outcome.doubled == outcome.unanswered == 2


def test_a_zalo_token_that_ends_is_fetched_anew_once(on_sqlite: Site) -> None:
    outcome = zalo_token_ends(on_sqlite, agencies=6)
    assert outcome.broken == ()
    assert (outcome.notices, outcome.delivered, outcome.lost, outcome.doubled) == (6, 6, 0, 0)


def test_the_count_sees_broken_promises(on_sqlite: Site) -> None:
    """A figure of 0 proves something only when the count would have seen a 1."""
    journal = Journal(on_sqlite.home / "journal.tsv")
    journal.write(1, RECORDED, "", "<x@y>")
    with build(on_sqlite, 2) as office, MailRoom() as room:
        room.copies = [Copy(1, "<x@y>", officer(1)), Copy(2, "<x@y>", officer(1))]
        outcome = Evidence(office, room, journal).outcome("thử")
    assert (outcome.lost, outcome.doubled, outcome.unanswered) == (2, 1, 0)
    assert [sentence.partition(":")[0] for sentence in outcome.broken] == [
        "1 accepted messages are unknown to the database",
        "lost",
        "sent again although the answer had been recorded",
    ]


def test_every_step_is_drawn() -> None:
    drawn = kills_drawn(58, Random(57))
    assert len(drawn) == 58
    assert {death.partition(":")[0] for death in drawn} == {*Step, FROM_OUTSIDE}


def test_the_table_says_what_was_broken() -> None:
    text = text_of([Outcome("thử", 3, lost=1, broken=("lost: a@b.example",))], 57, 1.0, "")
    assert "| thử | 3 | 0 | 0 | 1 | 0 | 0 | 0 |" in text
    assert "BROKEN in “thử”: lost: a@b.example" in text
    assert "Every promise held" not in text
    assert "Every promise held." in text_of([Outcome("thử", 3)], 57, 1.0, "")
