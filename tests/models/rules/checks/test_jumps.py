"""Figures far from last period's: pointed out with both numbers, once."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_form import COUNT, FORM, TYPED, after, annex_of, asked, asking, judged, rule_of, rules

from models.codes import CellKind, Relation
from models.rules.checks.check_policy import CheckPolicy
from models.rules.checks.jumps import jump_of
from models.rules.form import Form


def count(now: str, last: str, jump: str | None = "50") -> Form:
    policy = CheckPolicy(jump=None if jump is None else Decimal(jump))
    return replace(after(FORM, {f"{COUNT}:value": last}), checks=policy)


@pytest.mark.parametrize(
    ("now", "last", "jump", "said"),
    [
        ("600", "400", "50", ""),
        ("601", "400", "50", "kỳ này 601, kỳ trước 400, tăng 50,25%."),
        ("1.200", "400", "50", "kỳ này 1.200, kỳ trước 400, tăng 200%."),
        ("400", "900", "50", "kỳ này 400, kỳ trước 900, giảm 55,56%."),
        ("1.200", "400", "250", ""),
        ("1.200", "400", None, ""),
        ("1.200", "0", "50", ""),
        ("1.200", "khoảng 400", "50", ""),
        ("1.200", "chưa có số liệu", "50", ""),
    ],
)
def test_an_indicator_that_jumps_is_pointed_out(now: str, last: str, jump: str | None, said: str) -> None:
    judgement = judged(count(now, last, jump), {**TYPED, f"{COUNT}:value": now})
    assert rules(judgement) == ([("warn", "nhay-so", COUNT)] if said else [])
    assert all(said in issue.sentence for issue in judgement.issues)


def test_a_slipped_decimal_is_a_doubt_of_size_and_no_second_warning() -> None:
    judgement = judged(count("3.500", "30"), {**TYPED, f"{COUNT}:value": "3.500"})
    assert rules(judgement) == [("warn", "do-lon-bat-thuong", COUNT)]
    assert "(30)" in judgement.issues[0].sentence


AREA = annex_of(
    asked("C8"), asked("D8", CellKind.PERCENT), asked("E8", CellKind.TEXT), asked("F8", CellKind.WHOLE)
)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({"C": "150", "D": "60", "E": "9", "F": "15"}, []),
        ({"C": "151", "D": "61", "E": "900", "F": "15"},
         [("warn", "nhay-so", "PL-V/8:C"), ("warn", "nhay-so", "PL-V/8:D")]),
        ({"C": "10.001", "F": "15"}, [("warn", "do-lon-bat-thuong", "PL-V/8:C")]),
        ({"C": "150", "F": "4"}, [("warn", "nhay-so", "PL-V/8:F")]),
    ],
)  # fmt: skip
def test_numbers_of_an_annex_are_held_against_their_own_last_period(
    now: dict[str, str], expected: list[tuple[str, str, str]]
) -> None:
    last = {"PL-V/8:C": "100", "PL-V/8:D": "40", "PL-V/8:E": "9", "PL-V/8:F": "10"}
    typed = {f"PL-V/8:{column}": text for column, text in now.items()}
    assert rules(judged(asking(AREA, last=last), typed)) == expected


def test_a_cell_with_a_rule_of_its_own_is_left_to_that_rule() -> None:
    near = rule_of(Relation.NEAR_LAST, "C8", tolerance=Decimal(500))
    annex = AREA.model_copy(update={"rules": (near,)})
    typed = {"PL-V/8:C": "400", "PL-V/8:F": "40"}
    judgement = judged(asking(annex, last={"PL-V/8:C": "100", "PL-V/8:F": "10"}), typed)
    assert rules(judgement) == [("warn", "nhay-so", "PL-V/8:F")]


def test_many_jumps_of_one_annex_are_one_sentence() -> None:
    annex = annex_of(*(asked(f"{column}8") for column in "CDEFGHIJKLMN"))
    last = {f"PL-V/8:{column}": "10" for column in "CDEFGHIJKLMN"}
    (issue,) = judged(asking(annex, last=last), dict.fromkeys(last, "20")).issues
    assert (issue.rule, issue.sheet, issue.row_key) == ("nhay-so", "Phụ lục V", "")
    assert issue.sentence.startswith(
        "Phụ lục V có 12 ô thay đổi nhiều so với kỳ trước: ô C8 kỳ này 20, kỳ trước 10, tăng 100%; ô D8 "
    )
    assert "; và 2 ô khác. Xem lại" in issue.sentence


NUMBERS = st.decimals(-(10**6), 10**6, places=3)


@given(NUMBERS, NUMBERS, st.decimals("0.1", 1000, places=1))
def test_a_jump_is_a_change_beyond_its_share_of_last_period(
    value: Decimal, last: Decimal, most: Decimal
) -> None:
    assume(last)
    assert bool(jump_of(value, last, most)) == (abs(value - last) * 100 > most * abs(last))
    assert jump_of(last, last, most) == ""
