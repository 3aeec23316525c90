"""A stamp proves that we issued the form, and stops proving it when anything in it changes."""

from dataclasses import replace

import pytest

from models.rules.stamp import Stamp, is_genuine, sign

KEY = b"mot khoa bi mat chi dung de thu!"
ROWS = ("KH57-2026/I.5", "KH57-2026/V.5.1")


@pytest.fixture
def stamp() -> Stamp:
    return sign(12, 3, "KH57-2026-Q1", "SKHCN", ROWS, KEY)


def test_says_what_was_signed(stamp: Stamp) -> None:
    assert (stamp.request_id, stamp.version, stamp.cycle_code, stamp.agency_code) == (
        12,
        3,
        "KH57-2026-Q1",
        "SKHCN",
    )
    assert stamp.row_keys == ROWS
    assert len(stamp.mac) == 64


def test_own_stamp_is_genuine(stamp: Stamp) -> None:
    assert is_genuine(stamp, KEY)


def test_same_form_has_same_stamp(stamp: Stamp) -> None:
    assert sign(12, 3, "KH57-2026-Q1", "SKHCN", list(ROWS), KEY) == stamp


def test_case_and_spaces_of_the_code_do_not_matter(stamp: Stamp) -> None:
    assert is_genuine(replace(stamp, mac=f" {stamp.mac.upper()} "), KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"request_id": 13},
        {"version": 4},
        {"cycle_code": "KH57-2026-Q2"},
        {"agency_code": "SNV"},
        {"row_keys": ROWS[:1]},
        {"row_keys": ROWS[::-1]},
        {"row_keys": ("KH57-2026/I.5KH57-2026/V.5.1",)},
        {"mac": "0" * 64},
        {"mac": ""},
        {"mac": "không phải mã"},
    ],
    ids=str,
)
def test_altered_stamp_is_not_genuine(stamp: Stamp, change: dict[str, object]) -> None:
    assert not is_genuine(replace(stamp, **change), KEY)  # type: ignore[arg-type]


def test_another_key_did_not_sign_it(stamp: Stamp) -> None:
    assert not is_genuine(stamp, b"khoa cua mot noi khac")


def test_nothing_is_signed_without_a_key() -> None:
    with pytest.raises(ValueError, match="thiếu khóa bí mật"):
        sign(12, 3, "KH57-2026-Q1", "SKHCN", ROWS, b"")
