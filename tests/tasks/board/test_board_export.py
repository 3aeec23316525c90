"""Tables of the board as files: what begins like a formula stays text, Excel reads the letters, numbers stay."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from tasks.board.export import as_csv, as_workbook
from tasks.board.tables import BoardTable


def table(*rows: tuple[str | int, ...]) -> BoardTable:
    return BoardTable("co-quan", "Kỳ: cơ quan", "Tính đến ngày 14/3/2026.", ("Mã", "Số", "Tỷ lệ"), rows)


@pytest.mark.parametrize("typed", ["=1+1", "+84", "-1", "@SUM(A1)", "\tx", '=cmd|" /C calc"!A0'])
def test_what_begins_like_a_formula_is_text(typed: str) -> None:
    made = table((typed, 3, "1/2 (50%)"))
    sheet = load_workbook(BytesIO(as_workbook([made])))["Cơ quan"]
    cell = sheet["A5"]
    assert cell.data_type == "s"
    assert str(cell.value).strip() == typed.strip()
    rows = list(csv.reader(StringIO(as_csv(made).decode("utf-8-sig")), delimiter=";"))
    assert rows[4] == [f"'{typed}", "3", "1/2 (50%)"]


def test_numbers_are_numbers_and_the_day_is_told() -> None:
    made = table(("SNV", 12, "12/13 (92,3%)"), ("STC; “x”\n", 0, ""))
    sheet = load_workbook(BytesIO(as_workbook([made])))["Cơ quan"]
    assert (sheet["A1"].value, sheet["A2"].value) == ("Kỳ: cơ quan", "Tính đến ngày 14/3/2026.")
    assert (sheet["B5"].value, sheet["B5"].data_type) == (12, "n")
    assert sheet["B6"].value == 0
    content = as_csv(made)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Kỳ: cơ quan"]
    assert rows[3] == ["Mã", "Số", "Tỷ lệ"]
    assert rows[5] == ["STC; “x”\n", "0", ""]


def test_letters_that_no_workbook_may_hold_are_left_out() -> None:
    sheet = load_workbook(BytesIO(as_workbook([table(("a\x00b\x0b", 1, ""))])))["Cơ quan"]
    assert sheet["A5"].value == "ab"
