"""A mail as its reader's program decodes it: no letter and no space of a Vietnamese header is lost."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import compat32, default
from email.utils import parseaddr
from pathlib import Path
from typing import cast

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.sending.mail_message import Attachment, Email, Sender, build_email
from tasks.settings import CHECKOUT

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SENDER = Sender(
    "Tổ Giúp việc Ban Chỉ đạo tỉnh Điện Biên", "bcd@dien-bien.example", "thu-ky@dien-bien.example"
)
PEOPLE = yaml.safe_load((CHECKOUT / "deployments" / "dien-bien" / "people.yaml").read_text(encoding="utf-8"))[
    "people"
]
SUBJECTS = [
    "Đề nghị hoàn thiện Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW – Công an tỉnh",
    "Đã nhận Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW – UBND phường Mường Lay",
    "Đôn đốc gửi Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW (quá hạn 01 ngày làm việc)",
]


def arrived(to_name: str, subject: str, attachments: tuple[Attachment, ...] = ()) -> EmailMessage:
    mail = build_email(
        SENDER, to_name, "dau-moi@snv.example", subject, "chữ", "<p>chữ</p>", "<1@x>", NOW, attachments
    )
    return cast(EmailMessage, message_from_bytes(mail.content, policy=default))


def name_in(header: str, mail: Email) -> str:
    """The name in an address header, by RFC 2047 (the newer parser keeps the space between two encoded words)."""
    raw = message_from_bytes(mail.content, policy=compat32)[header]
    return str(make_header(decode_header(parseaddr(raw)[0])))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects_keep_their_spaces(subject: str) -> None:
    assert arrived("Đầu mối Sở Nội vụ", subject)["Subject"] == subject


@pytest.mark.parametrize("name", [person["name"] for person in PEOPLE])
def test_names_of_the_directory_keep_their_spaces(name: str) -> None:
    mail = build_email(SENDER, name, "dau-moi@snv.example", "x", "chữ", "", "<1@x>", NOW)
    assert name_in("To", mail) == name


def test_the_sender_is_read_by_name() -> None:
    mail = build_email(SENDER, "Đầu mối", "a@b.example", "x", "chữ", "", "<1@x>", NOW)
    assert name_in("From", mail) == SENDER.name
    assert arrived("Đầu mối", "x")["Reply-To"].addresses[0].addr_spec == "thu-ky@dien-bien.example"


def test_lines_on_the_wire_are_short_and_ascii() -> None:
    mail = build_email(SENDER, PEOPLE[0]["name"], "a@b.example", SUBJECTS[0], "chữ", "", "<1@x>", NOW)
    head = mail.content.split(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 120


def test_an_attachment_keeps_its_vietnamese_name_and_bytes() -> None:
    content = Path(__file__).read_bytes()
    mail = arrived("Đầu mối", "x", (Attachment("Biểu báo cáo Quý I – Sở Nội vụ.xlsx", content),))
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Biểu báo cáo Quý I – Sở Nội vụ.xlsx", content)


@pytest.mark.parametrize("name", ['a "b" \\ c.pdf', "n\nm.docx", f"{'ệ' * 90}.xlsx"])
def test_an_attachment_keeps_an_odd_name(name: str) -> None:
    (part,) = arrived("Đầu mối", "x", (Attachment(name, b"1", "application/pdf"),)).iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == (" ".join(name.split()), "application/pdf")


def test_text_and_html_say_the_same_letter_beside_its_files() -> None:
    text, html = "Kính gửi: Sở Nội vụ\n.\n\nTrân trọng\n", "<p>Kính gửi: <b>Sở Nội vụ</b></p>\n"
    files = (Attachment("a.xlsx", bytes(range(256)) * 9), Attachment("b.docx", b""))
    mail = build_email(SENDER, "A", "a@b.example", "x", text, html, "<1@x>", NOW, files)
    read = cast(EmailMessage, message_from_bytes(mail.content, policy=default))
    assert not read.defects
    assert [part.get_content_type() for part in read.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/octet-stream",
        "application/octet-stream",
    ]
    plain, rich = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    assert rich is not None
    assert rich.get_content().replace("\r\n", "\n") == html
    assert [part.get_content() for part in read.iter_attachments()] == [file.content for file in files]
    assert max(map(len, mail.content.split(b"\r\n"))) <= 120
    assert b"\n" not in mail.content.replace(b"\r\n", b"")


def test_the_same_message_has_the_same_bytes_at_every_try() -> None:
    tries = {
        build_email(
            SENDER, "A", "a@b.example", "x", "chữ", "<p>", "<1@x>", NOW, (Attachment("a", b"1"),)
        ).content
        for _ in range(2)
    }
    assert len(tries) == 1


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Báo",
                "cáo",
                "Quý",
                "I/2026",
                "–",
                "Sở",
                "Nội",
                "vụ",
                "(hạn",
                "20/3/2026)",
                "ủy",
                "hoá",
                "A1",
                ",",
                ";",
                ":",
                "“",
                "”",
            ]
        ),
        min_size=1,
        max_size=40,
    )
)
def test_any_subject_of_such_words_arrives_whole(words: list[str]) -> None:
    subject = " ".join(words)
    assert arrived("A", subject)["Subject"] == subject
