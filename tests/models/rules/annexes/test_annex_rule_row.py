"""Rows of the sheet "Quy tắc": read as people write them; every mistake with what to do."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.codes import CellKind, Relation, Severity
from models.rules.annexes.annex import AskedCell, Merge
from models.rules.annexes.annex_rule_row import AskedCells, RuleRow, column_letter, column_number, read_rule


def cell(place: str, kind: CellKind = CellKind.NUMBER, **how: tuple[str, ...]) -> AskedCell:
    return AskedCell(row=int(place[1:]), column=place[0], kind=kind, label=place, **how)  # type: ignore[arg-type]


CELLS = [
    *(cell(place) for place in ("C7", "C8", "C9", "C10", "D7", "D9", "E7", "F7", "C20", "D20", "C21")),
    cell("B7", CellKind.TEXT),
    cell("G7", CellKind.CHOICE, options=("Có", "Không")),
]
ASKED = AskedCells(
    {f"{c.column}{c.row}": c for c in CELLS},
    (Merge(first_row=7, first_column="D", last_row=8, last_column="D"),),
    frozenset({20, 21}),
)
SUM = RuleRow("tong", "Chặn", "Tổng bằng", "C7:C9", "C10", sentence="Không khớp.")


def read(row: RuleRow) -> tuple[object, list[str]]:
    mistakes: list[str] = []
    return read_rule(row, ASKED, mistakes.append), mistakes


@pytest.mark.parametrize(
    "written", ["C7:C9", "c7; C8 ;C9", "C7,C8 C9", "$C$7:$C$9", "C9:C7", "C7 – C9", "C7;C8:C9;C7"]
)
def test_cells_are_read_however_they_are_listed(written: str) -> None:
    rule, mistakes = read(replace(SUM, cells=written))
    assert mistakes == []
    assert set(rule.cells) == {"C7", "C8", "C9"}  # type: ignore[attr-defined]
    assert rule.against == "C10"  # type: ignore[attr-defined]


def test_words_are_read_in_any_case() -> None:
    rule, mistakes = read(replace(SUM, severity=" NHẮC ", relation="tổng  Bằng"))
    assert mistakes == []
    assert (rule.severity, rule.relation) == (Severity.WARN, Relation.SUM)  # type: ignore[attr-defined]


def test_a_merged_cell_is_named_by_any_of_its_places() -> None:
    rule, _ = read(replace(SUM, cells="D7:D9"))
    assert rule.cells == ("D7", "D9")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("relation", "how"),
    [
        (Relation.SUM, {"cells": "C7:C9", "against": "C10"}),
        (Relation.SHARE, {"cells": "C7; C8", "against": "C9"}),
        (Relation.AT_MOST, {"cells": "C7", "against": "C8"}),
        (Relation.AT_LEAST, {"cells": "C20", "against": "C7"}),
        (Relation.NOT_BELOW_LAST, {"cells": "C7; C20; C21"}),
        (Relation.NEAR_LAST, {"cells": "C7", "tolerance": "12,5"}),
        (Relation.SAME_SIZE, {"cells": "C20; D20", "tolerance": ""}),
        (Relation.NEEDED_WHEN, {"cells": "B7", "against": "G7", "text": "có"}),
        (Relation.ONE_OF, {"cells": "B7; C7"}),
    ],
    ids=lambda value: value.value if isinstance(value, Relation) else "",
)
def test_every_relation_is_read(relation: Relation, how: dict[str, str]) -> None:
    row = RuleRow(code="q1", severity="Nhắc", relation=relation.label, sentence="Xem lại {o}.", **how)
    rule, mistakes = read(row)
    assert mistakes == []
    assert rule.relation is relation  # type: ignore[attr-defined]
    expected = Decimal("12.5") if how.get("tolerance") else None
    assert rule.tolerance == expected  # type: ignore[attr-defined]


def changed(said: str, **how: str) -> object:
    return pytest.param(replace(SUM, **how), said, id=said)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        changed("cột Mã ghi một mã ngắn", code=""),
        changed("đang ghi “tổng hồ sơ”", code="tổng hồ sơ"),
        changed("cột Mức ghi Chặn / Nhắc (đang ghi “Báo”)", severity="Báo"),
        changed("không có quan hệ “Bằng”", relation="Bằng"),
        changed("cột Các ô còn trống", cells=""),
        changed("cột Các ô: không hiểu “C-7”", cells="C-7"),
        changed("không hiểu “C7:C8:C9”", cells="C7:C8:C9"),
        changed("C11, C12 không phải ô cần điền", cells="C10:C12", against="C9"),
        changed("gồm quá 300 ô", cells="A1:XFD1048"),
        changed("cột So với phải ghi đúng một ô", against=""),
        changed("cột So với: A1 không phải ô cần điền", against="A1"),
        changed("cột Giá trị để trống", text="x"),
        changed("cột Dung sai để trống", tolerance="5"),
        changed("cột Dung sai phải là một số", relation="Cùng cỡ số", severity="Nhắc", against="", tolerance="năm"),
        changed("cột Dung sai phải từ 1 trở lên", relation="Cùng cỡ số", severity="Nhắc", against="", tolerance="0,5"),
        changed("cột Câu nhắc còn trống", sentence=" "),
        changed("câu nhắc không có chỗ điền {ky_truoc}", sentence="Kỳ trước là {ky_truoc}."),
        changed("phải ghi đúng hai ô", relation="Tỷ lệ đúng bằng"),
        changed("phải ghi từ 2 ô trở lên", relation="Chỉ chọn một", cells="C7", against=""),
        changed("cột So với để trống", relation="Chỉ chọn một"),
        changed("ô B7 phải là ô số, mà đang là [[chữ]]", cells="B7; C7"),
        changed("ô C10 không thể so với chính nó", cells="C9:C10"),
        changed("“Chưa” không có trong các phương án", relation="Phải điền khi", cells="B7", against="G7", text="Chưa"),
        changed("chỉ được Nhắc", relation="Không nhỏ hơn kỳ trước", against=""),
        changed("cùng dòng lặp ấy", cells="C20; C7"),
        changed("mọi ô của quy tắc phải ở cùng dòng lặp", relation="Không lớn hơn", cells="C20", against="C21"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(row: RuleRow, said: str) -> None:
    rule, mistakes = read(row)
    assert rule is None
    assert len(mistakes) == 1, mistakes
    assert said in mistakes[0]


def test_every_mistake_of_a_row_is_told_at_once() -> None:
    _, mistakes = read(RuleRow("", "", "", "A1", "", "", "", ""))
    assert len(mistakes) == 5


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("XFD", 16384)])
def test_letters_of_columns(letters: str, number: int) -> None:
    assert column_number(letters) == number
    assert column_letter(number) == letters
