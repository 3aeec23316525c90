"""What zalo.yaml calls a letter: the digest's own name is none that Zalo approves a template for."""

from dataclasses import replace

import pytest

from models.codes import PersonRole
from tasks.letters.letter_facts import letter_code
from tasks.letters.wording import Contact, DigestLetter, Line

CONTACT = Contact(issuer="Ban Chỉ đạo", unit="Tổ Giúp việc", name="Anh", phone="", email="")
LINE = Line(
    agency="Sở Nội vụ",
    cycle="Báo cáo Quý I",
    due="20/3/2026",
    left="quá hạn",
    days_left=-3,
    state="",
    items=(),
)
DIGEST = DigestLetter(
    to="Sở Nội vụ",
    contact=CONTACT,
    role=PersonRole.OFFICER,
    lines=(LINE,),
    assignments=(),
    slips=(),
    how_to_return="",
)


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (PersonRole.OFFICER, "reminder"),
        (PersonRole.HEAD, "escalation"),
        (PersonRole.LEADERSHIP, "escalation"),
    ],
)
@pytest.mark.parametrize("wording", ["digest", "loi-nhac-rieng"])
def test_a_digest_of_requests_is_a_reminder_or_an_escalation(
    role: PersonRole, code: str, wording: str
) -> None:
    assert letter_code(replace(DIGEST, role=role), wording) == code


def test_a_digest_of_assignments_alone_has_no_approved_template() -> None:
    assert letter_code(replace(DIGEST, lines=()), "digest") == "digest"
