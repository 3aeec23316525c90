"""Notes in plain text: the lines at the end of it that begin with [^1], and no others."""

import pytest

from models.rules.prose.prose import notes_by_number, split_notes


@pytest.mark.parametrize(
    ("text", "body", "notes"),
    [
        ("", "", ""),
        ("Một.\nHai[^1].", "Một.\nHai[^1].", ""),
        ("Một[^1].\n[^1] Số 7.\n[^12] Số 8.", "Một[^1].", "[^1] Số 7.\n[^12] Số 8."),
        ("[^1] Số 7.\nMột.", "[^1] Số 7.\nMột.", ""),
        ("[^1] Số 7.", "", "[^1] Số 7."),
        ("Một.\n[^1]không cách", "Một.\n[^1]không cách", ""),
    ],
)
def test_where_the_notes_begin(text: str, body: str, notes: str) -> None:
    assert split_notes(text) == (body, notes)


def test_notes_by_their_numbers() -> None:
    assert notes_by_number("[^1] Số 7.\n[^12] Số 8.") == {"1": "Số 7.", "12": "Số 8."}
