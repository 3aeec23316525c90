"""Links: the same for every reminder, another for every request and generation, forged by nobody."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.links import (
    LIVES_AFTER_CLOSING,
    Link,
    contact_address,
    contact_token,
    link_token,
    opens,
    page_address,
    read_contact_token,
    read_token,
)
from models.rules.stamp import sign

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
CLOSED = datetime(2026, 4, 24, 17, tzinfo=UTC)
TOKEN = link_token(17, 1, KEY)


def test_a_link_is_short_and_nothing_but_small_letters_and_digits() -> None:
    assert re.fullmatch(r"17-1-[a-z2-7]{26}", TOKEN)
    assert page_address("https://bao-cao.example/", TOKEN) == f"https://bao-cao.example/y/{TOKEN}"


def test_a_link_is_the_same_each_time_and_differs_by_request_generation_and_key() -> None:
    assert link_token(17, 1, KEY) == TOKEN
    others = {link_token(18, 1, KEY), link_token(17, 2, KEY), link_token(17, 1, OTHER_KEY), TOKEN}
    assert len({token.rpartition("-")[2] for token in others}) == 4


@given(st.integers(1, 10**17), st.integers(1, 10**8))
def test_what_was_made_is_read_back(request_id: int, generation: int) -> None:
    assert read_token(link_token(request_id, generation, KEY), KEY) == Link(request_id, generation)
    assert read_token(link_token(request_id, generation, KEY), OTHER_KEY) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        "17",
        "17-1-",
        TOKEN.replace("17-1", "18-1"),
        TOKEN.replace("17-1", "17-2"),
        TOKEN.replace("17-1", "017-1"),
        TOKEN.upper(),
        TOKEN + "a",
        TOKEN[:-1],
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN[:-1] + ("a" if TOKEN[-1] != "a" else "b"),
        "١٧" + TOKEN[2:],
        "-1-1-" + TOKEN[5:],
        "9" * 400 + TOKEN[2:],
    ],
)
def test_what_was_altered_is_nothing(token: str) -> None:
    assert read_token(token, KEY) is None


@given(st.text(max_size=60))
def test_no_text_makes_it_stumble(token: str) -> None:
    assert read_token(token, KEY) is None


def test_the_code_of_a_form_is_no_link() -> None:
    stamp = sign(17, 1, "bcd-quy-2026-Q1", "SNV", ["KH57-2026/V.2"], KEY)
    assert read_token(f"17-1-{stamp.mac[:26]}", KEY) is None


def test_without_a_key_there_is_no_link() -> None:
    with pytest.raises(ValueError, match="khóa"):
        link_token(17, 1, b"")


@pytest.mark.parametrize(
    ("generation", "closed_at", "now", "open_"),
    [
        pytest.param(1, None, CLOSED, True, id="its cycle is open"),
        pytest.param(2, None, CLOSED, False, id="revoked"),
        pytest.param(1, CLOSED, CLOSED + timedelta(days=59), True, id="closed not long ago"),
        pytest.param(1, CLOSED, CLOSED + LIVES_AFTER_CLOSING, False, id="closed 60 days ago"),
        pytest.param(2, CLOSED, CLOSED, False, id="revoked and closed"),
    ],
)
def test_when_a_link_opens(generation: int, closed_at: datetime | None, now: datetime, open_: bool) -> None:
    assert opens(Link(17, 1), generation, closed_at, now) is open_


def test_the_link_of_a_round_of_contacts_opens_nothing_else() -> None:
    token = contact_token(17, KEY)
    assert re.fullmatch(r"17-[a-z2-7]{26}", token)
    assert contact_address("https://bao-cao.example/", token) == f"https://bao-cao.example/dau-moi/{token}"
    assert read_contact_token(token, KEY) == 17
    assert read_contact_token(token, OTHER_KEY) is None
    assert read_contact_token(token.replace("17-", "18-"), KEY) is None
    assert read_contact_token(TOKEN, KEY) is None
    assert read_token(token, KEY) is None
    assert read_token(token.replace("17-", "17-1-"), KEY) is None
    assert read_contact_token("17-" + TOKEN.rpartition("-")[2], KEY) is None
