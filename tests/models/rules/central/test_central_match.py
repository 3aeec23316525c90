"""Their rows and ours: what is matched, what is only suggested, what differs."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.codes import AssignmentClass
from models.rules.central import central_match
from models.rules.central.central_file import CentralField, CentralSystem, central_system_from
from models.rules.central.central_match import Difference, OurRow, TheirRow, What, compare
from models.rules.text import fold
from models.time import vn_date

C = AssignmentClass


def file(**changed: Any) -> dict[str, Any]:
    return {
        "system": "tw",
        "name": "Hệ thống thử",
        "sheet": "Nhiệm vụ",
        "columns": [
            {"header": "Mã", "also": ["ID"], "field": "their_code"},
            {"header": "Nhiệm vụ", "field": "name"},
            {"header": "Thời hạn", "field": "due"},
            {"header": "Tình trạng", "field": "status"},
            {"header": "Ghi chú"},
        ],
        "statuses": {
            of_class.value: {
                "write": of_class.label,
                "read": ["Hoàn thành"] if "done" in of_class.value else [],
            }
            for of_class in C
        },
        **changed,
    }


SYSTEM: CentralSystem = central_system_from(file())
OURS = OurRow(
    id=1,
    row_key="KH57-2026/I.1",
    name="Xây dựng kiến trúc số của tỉnh",
    code="",
    due_raw="Quý II/2026",
    due=date(2026, 6, 30),
    of_class=C.IN_PROGRESS,
    basis="đã xác nhận",
)
OTHER = replace(OURS, id=2, row_key="KH57-2026/I.2", name="Phát triển hạ tầng viễn thông, Internet")


def their(row: int, name: str, code: str = "", **more: Any) -> TheirRow:
    return TheirRow(row=row, code=code, name=name, **more)


def test_a_code_matches_first_then_the_same_name() -> None:
    ours = [replace(OURS, code="A1"), OTHER]
    found = compare(
        [their(2, "Tên đã đổi hẳn", "A1"), their(3, "Phát triển hạ tầng viễn thông , internet.", "A2")],
        ours,
        SYSTEM,
    )
    assert [(p.ours.id, p.by_code, p.new_code) for p in found.pairs] == [(1, True, ""), (2, False, "A2")]
    assert found.pairs[0].differences == (Difference(What.NAME, OURS.name, "Tên đã đổi hẳn"),)
    assert (found.unmatched, found.missing) == ((), ())


def test_likeness_is_suggested_never_matched() -> None:
    found = compare([their(2, "Xây dựng kiến trúc số tỉnh Điện Biên", "A1")], [OURS, OTHER], SYSTEM)
    (row,) = found.unmatched
    assert row.suggestions == (OURS,)
    assert found.pairs == ()
    assert found.missing == (OURS, OTHER)
    far = compare([their(2, "Tổ chức hội nghị tổng kết", "A1")], [OURS, OTHER], SYSTEM)
    assert far.unmatched[0].suggestions == ()


def test_a_long_file_is_not_folded_over_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is made ready once, and what cannot be alike is not compared letter by letter."""
    counted: Counter[str] = Counter()

    def count(text: str) -> str:
        counted[text] += 1
        return fold(text)

    monkeypatch.setattr(central_match, "fold", count)
    ours = [replace(OURS, id=number, name=f"{OURS.name} {number}") for number in range(50)]
    compared = compare([their(row, f"Việc khác {row}") for row in range(50)], ours, SYSTEM)
    assert len(compared.unmatched) == 50
    assert max(counted.values()) < 10


def test_what_two_bear_is_for_a_person() -> None:
    twins = [OURS, replace(OURS, id=3, row_key="KH57-2026/II.1")]
    ours_twice = compare([their(2, OURS.name, "A1")], twins, SYSTEM)
    assert ours_twice.unmatched[0].why == "nhiều nhiệm vụ của tỉnh trùng tên này"
    theirs_twice = compare([their(2, OURS.name, "A1"), their(3, OURS.name, "A2")], [OURS], SYSTEM)
    assert {row.why for row in theirs_twice.unmatched} == {"tên này ghi ở nhiều dòng"}
    code_twice = compare([their(2, OURS.name, "A1"), their(3, OTHER.name, "A1")], [OURS, OTHER], SYSTEM)
    assert {row.why for row in code_twice.unmatched} == {"mã A1 ghi ở 2 dòng"}


def test_a_known_code_that_is_another_now_is_told_and_not_replaced() -> None:
    (pair,) = compare([their(2, OURS.name, "B9")], [replace(OURS, code="A1")], SYSTEM).pairs
    assert pair.differences == (Difference(What.CODE, "A1", "B9"),)
    assert pair.new_code == ""


@pytest.mark.parametrize(
    ("due_raw", "due", "told"),
    [
        ("30/6/2026", date(2026, 6, 30), None),
        ("Quý II/2026", date(2026, 6, 30), None),
        ("", None, None),
        ("30/9/2026", date(2026, 9, 30), "30/9/2026"),
        ("Quý III/2026", date(2026, 9, 30), "Quý III/2026 (30/9/2026)"),
        ("Thường xuyên", None, "Thường xuyên"),
    ],
)
def test_deadlines(due_raw: str, due: date | None, told: str | None) -> None:
    (pair,) = compare([their(2, OURS.name, due_raw=due_raw, due=due)], [OURS], SYSTEM).pairs
    said = [(one.ours, one.theirs) for one in pair.differences]
    assert said == ([] if told is None else [(f"Quý II/2026 ({vn_date(date(2026, 6, 30))})", told)])
    assert pair.their_due == (due if told and due else None)


@pytest.mark.parametrize(
    ("of_class", "word", "differs"),
    [
        (C.IN_PROGRESS, "đang thực hiện  trong hạn", False),
        (C.DONE_LATE, "Hoàn thành", False),
        (C.DONE_ON_TIME, "Hoàn thành", False),
        (C.BEHIND, "Hoàn thành", True),
        (C.BEHIND, "Đã xong", True),
        (C.BEHIND, "", False),
    ],
)
def test_statuses_by_their_words(of_class: C, word: str, differs: bool) -> None:
    ours = replace(OURS, of_class=of_class)
    (pair,) = compare([their(2, OURS.name, status=word)], [ours], SYSTEM).pairs
    assert bool(pair.differences) is differs
    if word == "Đã xong":
        assert "chưa có trong tệp của hệ thống" in pair.differences[0].theirs
        assert pair.differences[0].ours == "Chậm, quá hạn (đã xác nhận)"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"columns": [{"header": "Mã", "field": "their_code"}, {"header": "mã"}]}, "ghi hai lần"),
        (
            {"columns": [{"header": "Mã", "field": "their_code"}, {"header": "Tên"}]},
            "thiếu cột có field: name",
        ),
        (
            {"columns": [{"header": "A", "field": "name"}, {"header": "B", "field": "name"}]},
            "trường name gán cho hai cột",
        ),
        ({"statuses": {"behind": {"write": "Chậm"}}}, "mục statuses thiếu từ cho: proposed_out"),
        ({"title": "Biểu"}, "header_row phải từ 2"),
        ({"colums": []}, "không có trong mẫu"),
        ({"system": "Trung ương"}, "system"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match="Tệp của hệ thống") as refused:
        central_system_from(file(**changed))
    assert told in str(refused.value)


def test_every_field_has_words_for_the_guide() -> None:
    assert all(field.label for field in CentralField)
