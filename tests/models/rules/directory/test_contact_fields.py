"""What is written down of somebody to reach: what is refused, and how much of it a page may show."""

from dataclasses import replace

import pytest

from models.codes import PersonRole
from models.rules.directory.contact_fields import (
    ContactFields,
    field_faults,
    masked_email,
    masked_phone,
    phone_fault,
    same_address,
)

GOOD = ContactFields(PersonRole.OFFICER, "Trần Văn B", "Phó phòng", "b@snv.example", "0912 345 678")


def test_what_is_typed_is_brought_to_one_spelling() -> None:
    typed = ContactFields(
        PersonRole.OFFICER, " Trần\u00a0Văn  B ", "Phó phòng", "mailto:b@snv.example ", " 0912 "
    )
    assert typed.cleaned() == replace(GOOD, phone="0912")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"email": ""}, []),
        ({"phone": ""}, []),
        ({"email": "", "phone": ""}, ["email"]),
        ({"name": "12"}, ["name"]),
        ({"name": "x" * 201}, ["name"]),
        ({"email": "b@snv.example, c@snv.example"}, ["email"]),
        ({"email": "trần@snv.example"}, ["email"]),
        ({"email": "b@localhost"}, ["email"]),
        ({"phone": "12345"}, ["phone"]),
        ({"phone": "0912 345 678\n"}, []),
        ({"phone": "<script>0912345678</script>"}, ["phone"]),
        ({"phone": "0" * 41}, ["phone"]),
        ({"name": "", "email": "x", "phone": "y"}, ["name", "email", "phone"]),
    ],
)
def test_each_fault_names_its_field(changed: dict[str, str], fields: list[str]) -> None:
    assert [fault.field for fault in field_faults(replace(GOOD, **changed))] == fields  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "phone",
    [
        "0912.345.678",
        "+84 912 345 678",
        "(0215) 3825 001",
        "0215 3825 001 (máy lẻ 12)",
        "0912 345 678; 0215 3825 001",
    ],
)
def test_numbers_as_officials_write_them(phone: str) -> None:
    assert phone_fault(phone) == ""


@pytest.mark.parametrize(
    ("email", "phone", "shown"),
    [
        ("tran.b@snv.gov.example", "0912 345 678", ("t•••@snv.gov.example", "••• 678")),
        ("b@snv.example", "(0215) 3825.001", ("b•••@snv.example", "••• 001")),
        ("", "", ("", "")),
        ("", "12345", ("", "")),
    ],
)
def test_a_page_shows_enough_to_recognise_and_too_little_to_use(
    email: str, phone: str, shown: tuple[str, str]
) -> None:
    assert (masked_email(email), masked_phone(phone)) == shown


def test_capital_letters_make_no_other_address() -> None:
    assert same_address("B@snv.example", "b@SNV.example")
    assert not same_address("b@snv.example", "b@stc.example")
