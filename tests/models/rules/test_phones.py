"""Numbers as officials write them."""

import pytest

from models.rules.phones import mobile_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0912.345.678", "84912345678"),
        ("0912 345 678", "84912345678"),
        ("+84 912 345 678", "84912345678"),
        ("0084912345678", "84912345678"),
        ("84912345678", "84912345678"),
        ("0215 3 825 000", ""),
        ("0215 000 0057", ""),
        ("091234567", ""),
        ("09123456789", ""),
        ("chưa có", ""),
        ("", ""),
    ],
)
def test_only_a_mobile_number_is_one(written: str, number: str) -> None:
    assert mobile_number(written) == number
