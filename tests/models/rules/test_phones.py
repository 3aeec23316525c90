"""Numbers as officials write them."""

import pytest

from models.rules.phones import dialled, mobile_number


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


@pytest.mark.parametrize(
    ("written", "dial"),
    [
        ("0912.345.678", "0912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("(0215) 3825 001 (12)", "02153825001"),
        ("0215.3825.001 (máy lẻ 12)", "02153825001"),
        ("0912 345 678; 0215 3825 001", "0912345678"),
        ("", ""),
        ("không có", ""),
    ],
)
def test_a_telephone_dials_the_first_number(written: str, dial: str) -> None:
    assert dialled(written) == dial
