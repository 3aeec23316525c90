"""Repeated lines, what moves down below them, and which rows make up a table."""

import pytest
from annexes import ANNEX_V, ANNEX_VII, ANNEX_VIII, changed

from models.rules.annexes.annex import Annex, GivenCell, Merge
from models.rules.annexes.annex_layout import DrawnMerge, columns_of, drawn_merges, drawn_rows, given_on


def test_rows_below_a_repeated_line_move_down() -> None:
    rows = drawn_rows(ANNEX_VII)
    assert [(row.row, row.number, row.row_key) for row in rows[3:]] == [
        (4, 0, ""),
        (5, 1, "PL-VII/5.1"),
        (5, 2, "PL-VII/5.2"),
        (5, 3, "PL-VII/5.3"),
        (5, 4, "PL-VII/5.4"),
        (6, 0, "PL-VII/6"),
    ]


def test_each_table_starts_with_its_headings_and_captions_stay_out() -> None:
    rows = drawn_rows(ANNEX_V)
    assert [row.table for row in rows] == [0, 0, 0, 1, 1, 1, 0, 0, 2, 2, 2, 0]
    assert [row.row for row in rows if row.header] == [4, 5, 9, 10]


def test_a_caption_right_above_the_next_headings_is_of_no_table() -> None:
    given = tuple(
        cell.model_copy(update={"row": cell.row - 1}) if cell.row >= 8 else cell for cell in ANNEX_V.given
    )
    asked = tuple(
        cell.model_copy(update={"row": cell.row - 1}) if cell.row >= 8 else cell for cell in ANNEX_V.asked
    )
    tight = Annex(code="A", title="A", sheet="A", given=given, asked=asked)
    assert [row.table for row in drawn_rows(tight)] == [0, 0, 0, 1, 1, 1, 0, 2, 2, 2, 0]


def test_a_row_of_groups_between_lines_belongs_to_the_table() -> None:
    group = (GivenCell(row=4, column="B", text="I"), GivenCell(row=4, column="C", text="Chuyển đổi số"))
    line = ANNEX_VIII.asked[0].model_copy(update={"row": 5})
    annex = changed(ANNEX_VIII, given=(*ANNEX_VIII.given, *group), asked=(*ANNEX_VIII.asked, line))
    assert [row.table for row in drawn_rows(annex)] == [0, 1, 1, 1, 1]


def merged(first_row: int, last_row: int) -> tuple[DrawnMerge, ...]:
    merge = Merge(first_row=first_row, first_column="B", last_row=last_row, last_column="C")
    annex = changed(ANNEX_VII, merges=(merge,))
    return drawn_merges(annex, drawn_rows(annex))


@pytest.mark.parametrize(
    ("merge", "spans"),
    [
        ((3, 4), [(3, 4)]),
        ((5, 5), [(5, 5), (6, 6), (7, 7), (8, 8)]),
        ((4, 5), [(4, 8)]),
        ((5, 6), [(5, 9)]),
        ((6, 6), [(9, 9)]),
    ],
    ids=["phía trên", "dọc theo dòng lặp", "đến dòng lặp", "từ dòng lặp", "phía dưới"],
)
def test_merges_move_with_their_rows(merge: tuple[int, int], spans: list[tuple[int, int]]) -> None:
    found = merged(*merge)
    assert [(m.first_row, m.last_row) for m in found] == spans
    assert {(m.first_column, m.last_column) for m in found} == {(2, 3)}


@pytest.mark.parametrize(
    ("text", "third"),
    [
        ("1", "3"),
        ("01", "03"),
        ("1.", "3."),
        ("9", "11"),
        ("09", "11"),
        ("Xã", "Xã"),
        ("1.1", "1.1"),
        ("", ""),
    ],
)
def test_an_ordinal_counts_on_and_other_texts_stay(text: str, third: str) -> None:
    cell = GivenCell(row=5, column="A", text=text)
    assert given_on(cell, 3).text == third
    assert given_on(cell, 1) == given_on(cell, 0) == cell


def test_an_annex_may_start_in_any_column() -> None:
    assert columns_of(ANNEX_V) == (1, 7)
    assert columns_of(ANNEX_VIII) == (2, 9)


def test_an_annex_of_nothing_has_no_rows() -> None:
    empty = Annex(code="A", title="A", sheet="A", given=(), asked=())
    assert (drawn_rows(empty), columns_of(empty)) == ((), (1, 1))
