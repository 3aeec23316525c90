"""What is typed stays text in a spreadsheet program, whatever sign it splits a CSV file at."""

import csv
from io import StringIO

import pytest

from models.rules.files.no_formula import no_formula

BAD = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a;=1+1", "a,=cmd|' /C calc'!A0", "a\n=1", "a\r\n@x", "a;,-1")


@pytest.mark.parametrize("text", BAD)
@pytest.mark.parametrize("writes", [";", ","])
@pytest.mark.parametrize("reads", [";", ",", "\t"])
def test_no_cell_begins_a_formula(text: str, writes: str, reads: str) -> None:
    out = StringIO()
    csv.writer(out, delimiter=writes).writerow(["trước", no_formula(text), "sau"])
    cells = [
        cell for row in csv.reader(StringIO(out.getvalue(), newline=""), delimiter=reads) for cell in row
    ]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


@pytest.mark.parametrize(
    "text", ["", "Số 12-CV/BCĐ, ngày 4/3/2026", "tăng 5%; giảm - 3%", "a@b.example, x = y"]
)
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert no_formula(text) == text
