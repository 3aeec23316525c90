"""A letter as a chat message."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.channels.short_text import CUT, MOST, NO_FILES, short_text

LINK = "https://baocao.example/b/12/abc"


def test_a_short_letter_stays_whole() -> None:
    assert short_text("Nhắc gửi báo cáo", "Kính gửi: Sở Nội vụ\n", LINK) == (
        f"Nhắc gửi báo cáo\n\nKính gửi: Sở Nội vụ\n\n{LINK}"
    )


def test_a_link_that_the_letter_says_is_not_said_twice() -> None:
    assert short_text("Nhắc", f"Trang nộp: {LINK}", LINK).count(LINK) == 1


def test_a_long_letter_is_cut_at_a_line_and_keeps_its_link() -> None:
    lines = [f"{no}. Nhiệm vụ được giao số {no}, thời hạn 31/3/2026." for no in range(1, 90)]
    text = short_text("Nhắc", "\n".join([*lines, LINK]), LINK)
    assert len(text) <= MOST
    assert text.endswith(f"\n{CUT}\n{LINK}")
    kept = text.removesuffix(f"\n{CUT}\n{LINK}").splitlines()[2:]
    assert kept == lines[: len(kept)]
    assert len(kept) > 30


def test_one_endless_line_is_cut_at_a_word() -> None:
    text = short_text("", "báo cáo " * 500, LINK)
    assert len(text) <= MOST
    assert text.endswith((f"báo cáo\n{CUT}\n{LINK}", f"báo\n{CUT}\n{LINK}"))


def test_files_that_stay_behind_are_named() -> None:
    assert NO_FILES in short_text("Đề nghị báo cáo", "Kèm theo biểu mẫu.", LINK, files=True)
    assert NO_FILES in short_text("Đề nghị báo cáo", "dòng\n" * 900, LINK, files=True)


def test_letters_are_counted_as_they_are_written() -> None:
    """NFD has two code points where NFC has one: a text that fits must not be cut for it."""
    text = unicodedata.normalize("NFD", "ế" * 1990)
    assert short_text("", text) == "ế" * 1990


@pytest.mark.parametrize("files", [True, False])
@given(subject=st.text(max_size=300), text=st.text(max_size=4000))
def test_no_letter_is_too_long_or_loses_its_link(files: bool, subject: str, text: str) -> None:
    short = short_text(subject, text, LINK, files=files)
    assert len(short) <= MOST
    assert LINK in short
