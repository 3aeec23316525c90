"""What is written down of somebody to reach, and whether it can be right."""

import re
from dataclasses import dataclass

from models.codes import PersonRole
from models.rules.text import clean

EMAIL = r"^[!#-&(-;=?A-Z\[-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
"""Plain letters only: no mail server here takes an address with Vietnamese letters."""

LONGEST = {"name": 200, "title": 200, "email": 254, "phone": 40}
"""Letters that a field may have."""
LABELS = {"name": "họ tên", "title": "chức vụ", "email": "thư điện tử", "phone": "điện thoại"}
ABOVE = (PersonRole.SECRETARIAT, PersonRole.LEADERSHIP)
"""Roles of people who belong to no agency."""

_PHONE = re.compile(r"[\w\s.,;:()+/&-]+")
_FEWEST_DIGITS = 6


@dataclass(frozen=True)
class ContactFields:
    """A contact as a person types it; empty where nothing is known. One without a mail address is telephoned."""

    role: PersonRole
    name: str
    title: str = ""
    email: str = ""
    phone: str = ""

    def cleaned(self) -> "ContactFields":
        """The same without odd spaces, letters that only look right, and a mail address's mailto."""
        return ContactFields(
            role=self.role,
            name=clean(self.name),
            title=clean(self.title),
            email=clean(self.email).removeprefix("mailto:"),
            phone=clean(self.phone),
        )


@dataclass(frozen=True)
class FieldFault:
    """What is wrong with one field, in a sentence that says what to do."""

    field: str
    sentence: str


def field_faults(fields: ContactFields) -> tuple[FieldFault, ...]:
    """Everything that is wrong with a cleaned contact, field by field."""
    found = [
        FieldFault(name, f"{label[0].upper()}{label[1:]} dài quá {LONGEST[name]} ký tự.")
        for name, label in LABELS.items()
        if len(getattr(fields, name)) > LONGEST[name]
    ]
    if not any(letter.isalpha() for letter in fields.name):
        found.append(FieldFault("name", "Chưa ghi họ tên."))
    if fields.email and not re.fullmatch(EMAIL, fields.email):
        found.append(
            FieldFault(
                "email",
                f"Địa chỉ thư “{fields.email[:100]}” không đúng dạng ten@coquan.gov.vn: mỗi ô một địa chỉ, không dấu, "
                "không khoảng trắng.",
            )
        )
    fault = phone_fault(fields.phone)
    if fault:
        found.append(FieldFault("phone", fault))
    if not fields.email and not fields.phone:
        found.append(
            FieldFault("email", "Ghi địa chỉ thư điện tử hoặc số điện thoại, ít nhất một trong hai.")
        )
    return tuple(found)


def phone_fault(phone: str) -> str:
    """What is wrong with a telephone number as it is written; "" when nothing is, or none is written."""
    if not phone:
        return ""
    digits = sum(letter.isdigit() for letter in phone)
    if digits < _FEWEST_DIGITS or not _PHONE.fullmatch(phone):
        return f"Số điện thoại “{phone[:60]}” không đúng. Ghi như 0912 345 678 hoặc 0215 3825 001."
    return ""


def same_address(one: str, other: str) -> bool:
    """Whether two mail addresses are one: capital letters do not count."""
    return one.casefold() == other.casefold()


def masked_email(email: str) -> str:
    """t•••@snv.example: enough to recognise one's own address, too little to write to it."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}•••{at}{domain}" if at else ""


def masked_phone(phone: str) -> str:
    """••• 678: the last three digits."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    return f"••• {digits[-3:]}" if len(digits) > 5 else ""
