"""Annexes of a filled form: cells read by their kind, the secretariat's rules, and the contradictions of seed 004."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_form import COUNT, DATED, FORM, TYPED, annex_of, asked, asking, judged, rule_of, rules

from models.codes import CellKind, Relation, Severity
from models.rules.annexes.annex import Annex, AskedCell, GivenCell
from models.rules.annexes.annex_relations import PLACES, unknown_placeholders
from models.rules.checks.check import DeclaredCell, check
from models.rules.form import Cell, Filled, Issue
from models.rules.numbers import write_number

C8, D8 = "PL-V/8:C", "PL-V/8:D"


def sentences(annex: Annex, typed: dict[str, str], last: dict[str, str] | None = None) -> list[str]:
    """What the rules of the annex say; any other issue is a failure of the test."""
    issues = judged(asking(annex, last=last), typed).issues
    assert {issue.rule for issue in issues} <= {f"{annex.code}.{rule.code}" for rule in annex.rules}
    return [issue.sentence for issue in issues]


# One cell by its kind

OPTIONS = ("Đã hoàn thành", "Đang triển khai", "Chưa triển khai")


@pytest.mark.parametrize(
    ("cell", "text", "rule", "number"),
    [
        (asked("C8"), "1.294", "", "1294"),
        (asked("C8"), "98,76", "", "98.76"),
        (asked("C8"), "-3", "", "-3"),
        (asked("C8"), "269 hồ sơ", "", "269"),
        (asked("C8"), "20.86", "block o-so-khong-ro", None),
        (asked("C8"), "khoảng 70", "block o-so-khong-ro", None),
        (asked("C8"), "18.672/28.005", "block o-so-khong-ro", None),
        (asked("C8"), "≥ 3", "block o-so-khong-ro", None),
        (asked("C8"), "Không xác định", "block o-so-khong-ro", None),
        (asked("C8", text_allowed=True), "Không xác định", "warn o-ghi-chu-thay-so", None),
        (asked("C8", text_allowed=True), "20.86", "block o-so-khong-ro", None),
        (asked("C8", text_allowed=True), "12", "", "12"),
        (asked("C8"), "100%", "warn o-don-vi-khac", "100"),
        (asked("C8", label="Tỷ lệ số hóa"), "100%", "", "100"),
        (asked("C8", label="Kinh phí (triệu đồng)"), "3 tỷ", "warn o-don-vi-khac", "3"),
        (asked("C8", label="Kinh phí (tỷ đồng)"), "3 tỉ đồng", "", "3"),
        (asked("C8", least=Decimal(0)), "-3", "block o-so-ngoai-khoang", None),
        (asked("C8", most=Decimal(45)), "46", "block o-so-ngoai-khoang", None),
        (asked("C8", most=Decimal(45)), "45", "", "45"),
        (asked("C8", CellKind.WHOLE), "1.720", "", "1720"),
        (asked("C8", CellKind.WHOLE), "12,0", "", "12.0"),
        (asked("C8", CellKind.WHOLE), "12,5", "block o-so-khong-nguyen", None),
        (asked("C8", CellKind.PERCENT), "98,76%", "", "98.76"),
        (asked("C8", CellKind.PERCENT), "100", "", "100"),
        (asked("C8", CellKind.PERCENT), "0,5", "warn ty-le-qua-nho", "0.5"),
        (asked("C8", CellKind.PERCENT), "101", "block o-so-ngoai-khoang", None),
        (asked("C8", CellKind.PERCENT), "-1", "block o-so-ngoai-khoang", None),
        (asked("C8", CellKind.PERCENT, most=Decimal(200)), "101", "", "101"),
        (asked("C8", CellKind.DAY), "cuối tháng 3", "block o-ngay-khong-doc-duoc", None),
        (asked("C8", CellKind.CHOICE, options=OPTIONS), "đã hoàn thành.", "", None),
        (asked("C8", CellKind.CHOICE, options=OPTIONS), "Hoàn thành rồi", "block o-chon-khong-co", None),
        (asked("C8", CellKind.MARK), "X", "", None),
        (asked("C8", CellKind.MARK), "đang làm", "block o-danh-dau-khong-ro", None),
        (asked("C8", CellKind.TEXT), "20.86 gì cũng được", "", None),
    ],
)
def test_each_kind_is_read_and_whatever_was_written_is_kept(
    cell: AskedCell, text: str, rule: str, number: str | None
) -> None:
    judgement = judged(asking(annex_of(cell)), {C8: text})
    assert [f"{i.severity.value} {i.rule}" for i in judgement.issues] == ([rule] if rule else [])
    assert all(i.row_key == C8 and i.sheet == "Phụ lục V" for i in judgement.issues)
    (declared,) = judgement.cells
    assert declared.number == (None if number is None else Decimal(number))
    assert declared.raw.casefold() in text.casefold()


def test_a_cell_is_declared_with_its_place() -> None:
    annex = annex_of(asked("C8", CellKind.DAY), asked("D8", CellKind.CHOICE, options=OPTIONS), asked("E8"))
    filled = Filled(
        cells={
            C8: Cell("31-3-26", "PHỤ LỤC 5", "D9"),
            D8: Cell("đang TRIỂN khai", "PHỤ LỤC 5", "E9"),
            "PL-V/8:E": Cell("", "PHỤ LỤC 5", "F9"),
        }
    )
    judgement = check(asking(annex), filled)
    assert judgement.issues == ()
    day, choice = judgement.cells
    assert (day.annex_code, day.row_key, day.column, day.sheet) == ("PL-V", "PL-V/8", "C", "PHỤ LỤC 5")
    assert (day.raw, str(day.day), day.number) == ("31-3-26", "2026-03-31", None)
    assert choice == DeclaredCell("PL-V", "PL-V/8", "D", "PHỤ LỤC 5", "Đang triển khai")


def test_a_choice_is_suggested_by_its_nearest() -> None:
    annex = annex_of(asked("C8", CellKind.CHOICE, options=OPTIONS))
    (issue,) = judged(asking(annex), {C8: "đang triên khai"}).issues
    assert "Có phải “Đang triển khai”?" in issue.sentence
    (issue,) = judged(asking(annex), {C8: "xyz"}).issues
    assert "Chọn: “Đã hoàn thành”; “Đang triển khai”; “Chưa triển khai”." in issue.sentence


def test_a_decimal_where_whole_numbers_are_asked_may_be_thousands() -> None:
    (issue,) = judged(asking(annex_of(asked("C8", CellKind.WHOLE))), {C8: "1,078"}).issues
    assert "Nếu là 1.078 thì ghi 1.078." in issue.sentence


@given(st.text(max_size=40), st.sampled_from(CellKind), st.booleans())
def test_no_text_is_lost_and_none_trips_the_checks(text: str, kind: CellKind, words: bool) -> None:
    annex = annex_of(asked("C8", kind, options=OPTIONS, text_allowed=words), asked("D8"))
    judgement = judged(asking(annex), {C8: text, D8: "1"})
    declared = {cell.column: cell for cell in judgement.cells}
    if any(c.isalnum() for c in text):
        assert "C" in declared
        unread = declared["C"].number is None and kind in (CellKind.NUMBER, CellKind.WHOLE, CellKind.PERCENT)
        assert not unread or any(issue.row_key == C8 for issue in judgement.issues)


# What is missing


def test_an_empty_annex_is_asked_for_once() -> None:
    annex = annex_of(*(asked(f"{c}8", required=True) for c in "CDEFGHI"))
    judgement = judged(asking(annex), {"PL-V/8:C": " - "})
    assert rules(judgement) == [("block", "bieu-trong", "")]
    assert "Điền trang Phụ lục V." in judgement.issues[0].sentence
    other = annex_of(asked("C8"), code="PL-I", sheet="Phụ lục I")
    (issue,) = judged(asking(annex, other), {"PL-I/8:C": "1"}).issues
    assert (issue.rule, issue.sheet) == ("phu-luc-trong", "Phụ lục V")
    assert issue.sentence.startswith("Phụ lục V chưa điền ô nào. Điền phụ lục này, hoặc đánh dấu x")


def test_an_annex_that_could_not_be_read_is_not_called_empty() -> None:
    annex, other = annex_of(asked("C8")), annex_of(asked("C8"), code="PL-I", sheet="Phụ lục I")
    lost = Issue(Severity.BLOCK, "thieu-ma-phu-luc", "Trang “Phụ lục V” không còn mã.", "Phụ lục V")
    filled = Filled(cells={"PL-I/8:C": Cell("1")}, problems=(lost,))
    assert check(asking(annex, other), filled).issues == (lost,)


def test_an_optional_annex_may_be_empty_and_nothing_excuses_the_others() -> None:
    optional = annex_of(asked("C8", required=True), optional=True)
    other = annex_of(asked("C8"), code="PL-I", sheet="Phụ lục I")
    assert judged(asking(optional, other), {"PL-I/8:C": "1"}).issues == ()
    needed = annex_of(asked("C8", required=True), asked("D8", required=True))
    said = {"nothing": "x", "nothing_reason": "Sáp nhập"}
    assert judged(asking(needed), said).issues == ()
    judgement = judged(asking(needed), {**said, C8: "4"})
    assert rules(judgement) == [("warn", "khong-phat-sinh-co-noi-dung", "")]
    assert "vẫn điền 1 phụ lục" in judgement.issues[0].sentence
    assert [cell.raw for cell in judgement.cells] == ["4"]


def test_required_cells_are_named_one_by_one_and_many_in_one_sentence() -> None:
    few = annex_of(asked("C8"), asked("D8", required=True), asked("E8", CellKind.MARK, required=True))
    judgement = judged(asking(few), {C8: "1", "PL-V/8:E": "-"})
    assert rules(judgement) == [("block", "o-bat-buoc-trong", D8), ("block", "o-bat-buoc-trong", "PL-V/8:E")]
    many = annex_of(asked("C8"), *(asked(f"{c}8", required=True) for c in "DEFGHI"))
    (issue,) = judged(asking(many), {C8: "1"}).issues
    assert issue.sentence.startswith("Phụ lục V còn 6 ô bắt buộc chưa điền: ô D8, ô E8,")


REPEATED = annex_of(
    asked("B5"), asked("C8", CellKind.TEXT, required=True), asked("D8", required=True), times={8: 3}
)


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ({"PL-V/8.1:C": "CSDL đất đai", "PL-V/8.1:D": "1"}, []),
        ({"PL-V/8.1:C": "CSDL đất đai"}, ["PL-V/8.1:D"]),
        ({"PL-V/8.2:D": "1"}, ["PL-V/8.2:C"]),
        ({"PL-V/8.3:C": "CSDL", "PL-V/8.3:D": "0", "PL-V/8.1:C": "…"}, []),
        ({"PL-V/5:B": "1"}, ["PL-V/8.1:C", "PL-V/8.1:D"]),
    ],
)
def test_of_repeated_lines_only_those_begun_and_at_least_one(
    typed: dict[str, str], missing: list[str]
) -> None:
    judgement = judged(asking(REPEATED), typed)
    assert rules(judgement) == [("block", "o-bat-buoc-trong", name) for name in missing]
    optional = REPEATED.model_copy(update={"optional": True})
    begun = [name for name in missing if "PL-V/5:B" not in typed]
    assert [row_key for _, _, row_key in rules(judged(asking(optional), typed))] == begun


def test_foreign_cells_are_told_of_once_and_given_ones_are_not_foreign() -> None:
    annex = annex_of(
        asked("C8"), asked("C9"), given=(GivenCell(row=9, column="B", text="Cấp tỉnh"),), times={9: 2}
    )
    typed = {
        C8: "1",
        "PL-V/9.1:C": "2",
        "PL-V/9.2:B": "Cấp tỉnh",
        "PL-V/9.3:C": "3",
        "PL-X/1:C": "4",
        "PL-V/8:Z": "-",
    }
    judgement = judged(asking(annex), typed)
    assert rules(judgement) == [("warn", "phu-luc-o-la", "")]
    assert "Có 2 ô phụ lục không thuộc yêu cầu của kỳ này, không được tính: PL-V/9.3:C, PL-X/1:C." in (
        judgement.issues[0].sentence
    )
    assert [cell.raw for cell in judgement.cells] == ["1", "2"]
    (issue,) = judged(asking(annex), {"PL-X/1:C": "4"}).issues
    assert issue.rule == "nham-bieu"


# Relations

ABC = (asked("C8"), asked("D8"), asked("E8"))


def values(**numbers: str) -> dict[str, str]:
    return {f"PL-V/8:{column}": text for column, text in numbers.items()}


@pytest.mark.parametrize(
    ("rule", "typed", "said"),
    [
        (rule_of(Relation.SUM, "C8 D8", "E8", sentence="{cac_so} = {tong}, ghi {so_voi}, lệch {lech} ({o}/{o_so_voi})"),
         values(C="1.000", D="2,5", E="1.000"), "1.000 + 2,5 = 1.002,5, ghi 1.000, lệch 2,5 (ô E8/ô E8)"),
        (rule_of(Relation.SUM, "C8 D8", "E8"), values(C="0,1", D="0,2", E="0,3"), ""),
        (rule_of(Relation.SUM, "C8 D8", "E8"), values(C="1", E="3"), ""),
        (rule_of(Relation.SHARE, "C8 D8", "E8", sentence="{gia_tri}: {ty_le}% chứ không phải {so_voi}%"),
         values(C="18.672", D="28.005", E="70"), "70: 66,67% chứ không phải 70%"),
        (rule_of(Relation.SHARE, "C8 D8", "E8"), values(C="18.672", D="28.005", E="66,67"), ""),
        (rule_of(Relation.SHARE, "C8 D8", "E8"), values(C="18.672", D="28.005", E="67"), ""),
        (rule_of(Relation.SHARE, "C8 D8", "E8"), values(C="18.672", D="28.005", E="66,7"), ""),
        (rule_of(Relation.SHARE, "C8 D8", "E8", sentence="{ty_le}"), values(C="2", D="3", E="66,6"), "66,67"),
        (rule_of(Relation.SHARE, "C8 D8", "E8"), values(C="0", D="0", E="100"), ""),
        (rule_of(Relation.AT_MOST, "C8 D8", "E8", sentence="{o}: {gia_tri} > {so_voi}"), values(C="5", D="6", E="5"),
         "ô D8: 6 > 5"),
        (rule_of(Relation.AT_LEAST, "C8 D8", "E8", sentence="{o}: {gia_tri} < {so_voi}"), values(C="5", D="4", E="5"),
         "ô D8: 4 < 5"),
        (rule_of(Relation.SAME_SIZE, "C8 D8", tolerance=Decimal(100), sentence="gấp {lan} lần: {cac_so}"),
         values(C="40665", D="20,86"), "gấp 1.949 lần: 40.665; 20,86"),
        (rule_of(Relation.SAME_SIZE, "C8 D8", tolerance=Decimal(100)), values(C="40,665", D="20,86"), ""),
        (rule_of(Relation.SAME_SIZE, "C8 D8 E8", tolerance=Decimal(2)), values(C="0", D="10", E="20"), ""),
        (rule_of(Relation.NEEDED_WHEN, "D8 E8", "C8", sentence="{o} cần vì {o_so_voi} ghi {so_voi}"),
         values(C="3", D="1"), "ô E8 cần vì ô C8 ghi 3"),
        (rule_of(Relation.NEEDED_WHEN, "D8", "C8", text="0"), values(C="3", E="1"), ""),
        (rule_of(Relation.NEEDED_WHEN, "D8", "C8", text="0"), values(C="0,0", E="1"), "ô D8"),
        (rule_of(Relation.NEEDED_WHEN, "D8", "C8"), values(E="1"), ""),
        (rule_of(Relation.NEEDED_WHEN, "D8", "C8"), values(C="0", E="1"), ""),
        (rule_of(Relation.NEEDED_WHEN, "D8", "C8"), values(C="1", E="1"), "ô D8"),
        (rule_of(Relation.ONE_OF, "C8 D8", sentence="{cac_so}"), values(E="1"), "(trống); (trống)"),
        (rule_of(Relation.ONE_OF, "C8 D8", sentence="{cac_so}"), values(C="1", D="2"), "1; 2"),
        (rule_of(Relation.ONE_OF, "C8 D8"), values(D="2"), ""),
    ],
)  # fmt: skip
def test_each_relation_holds_or_says_why_not(rule: object, typed: dict[str, str], said: str) -> None:
    annex = annex_of(*ABC, rules=(rule,))
    assert sentences(annex, typed) == ([said] if said else [])


@pytest.mark.parametrize("relation", list(Relation))
def test_a_cell_that_cannot_be_read_is_told_once_and_no_rule_reckons_with_it(relation: Relation) -> None:
    annex = annex_of(*ABC, rules=(rule_of(relation, "C8 D8", "E8"),))
    assert rules(judged(asking(annex), values(C="1", D="2", E="20.86"))) in (
        [("block", "o-so-khong-ro", "PL-V/8:E")],
        [("block", "o-so-khong-ro", "PL-V/8:E"), ("block", "PL-V.r", C8)],  # ONE_OF is about C8 and D8 alone
    )
    judgement = judged(asking(annex), values(C="20.86", D="2", E="2"))
    assert [issue.rule for issue in judgement.issues] == ["o-so-khong-ro"]


@pytest.mark.parametrize(("mark", "found"), [("x", True), ("-", False), ("✓", True), ("", False)])
def test_a_reason_is_needed_when_a_box_is_ticked(mark: str, found: bool) -> None:
    annex = annex_of(
        asked("C8", CellKind.MARK), asked("D8", CellKind.TEXT), asked("E8"),
        rules=(rule_of(Relation.NEEDED_WHEN, "D8", "C8", text="x"),),
    )  # fmt: skip
    assert bool(sentences(annex, values(C=mark, E="1"))) is found


def test_nothing_to_report_excuses_what_a_rule_would_need() -> None:
    annex = annex_of(
        *ABC, rules=(rule_of(Relation.NEEDED_WHEN, "D8", "C8"), rule_of(Relation.SUM, "C8", "E8"))
    )
    typed = values(C="1", E="2") | {"nothing": "x", "nothing_reason": "Sáp nhập"}
    assert rules(judged(asking(annex), typed))[1:] == [("block", "PL-V.r", "PL-V/8:E")]
    assert len(rules(judged(asking(annex), values(C="1", E="2")))) == 2


LAST_RULES = (
    rule_of(Relation.NOT_BELOW_LAST, "C8", sentence="{gia_tri} < {ky_truoc} ({ten_ky_truoc})"),
    rule_of(
        Relation.NEAR_LAST, "D8", tolerance=Decimal(10), code="n", sentence="{ty_le}%: {ky_truoc} → {gia_tri}"
    ),
)


@pytest.mark.parametrize(
    ("now", "last", "said"),
    [
        (values(C="100", D="100"), values(C="101", D="100"), ["100 < 101 (Quý I/2026)"]),
        (values(C="101", D="110"), values(C="101", D="100"), []),
        (values(C="101", D="111"), values(C="100", D="100"), ["11%: 100 → 111"]),
        (values(C="101", D="80"), values(C="100", D="100"), ["-20%: 100 → 80"]),
        (values(C="101", D="80"), values(C="khoảng 200", D="0"), []),
        (values(C="101", D="80"), {}, []),
    ],
)
def test_figures_are_held_against_last_period(
    now: dict[str, str], last: dict[str, str], said: list[str]
) -> None:
    assert sentences(annex_of(*ABC, rules=LAST_RULES), now, last) == said


def test_on_repeated_lines_a_rule_holds_line_by_line() -> None:
    annex = annex_of(
        asked("B8", CellKind.TEXT), *ABC, times={8: 4},
        rules=(rule_of(Relation.AT_MOST, "D8", "C8", sentence="giải ngân {gia_tri} vượt {so_voi}"),),
    )  # fmt: skip
    typed = {"PL-V/8.1:C": "10", "PL-V/8.1:D": "9", "PL-V/8.3:C": "4", "PL-V/8.3:D": "5"}
    judgement = judged(asking(annex), typed)
    assert rules(judgement) == [("block", "PL-V.r", "PL-V/8.3:D")]
    assert judgement.issues[0].sentence == "Dòng thứ 3: giải ngân 5 vượt 4"
    one = annex.model_copy(update={"rules": (rule_of(Relation.ONE_OF, "C8 D8 E8"),)})
    assert sentences(one, {"PL-V/8.2:B": "CSDL"}) == ["Dòng thứ 2: ô C8"]


def test_a_repeated_line_is_held_against_last_period_only_where_it_is_the_same_thing() -> None:
    annex = annex_of(
        asked("B8", CellKind.TEXT), asked("C8"), times={8: 2}, rules=(rule_of(Relation.NOT_BELOW_LAST, "C8"),)
    )
    last = {"PL-V/8.1:B": "Đất đai", "PL-V/8.1:C": "10", "PL-V/8.2:B": "Hộ tịch", "PL-V/8.2:C": "20"}
    moved = {"PL-V/8.1:B": "Hộ tịch", "PL-V/8.1:C": "9"}
    assert sentences(annex, moved, last) == []
    same = {"PL-V/8.1:B": "đất đai", "PL-V/8.1:C": "9"}
    assert sentences(annex, same, last) == ["Dòng thứ 1: ô C8"]


@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=6),
    st.decimals(-(10**9), 10**9, places=2),
)
def test_a_sum_is_exact(parts: list[Decimal], stated: Decimal) -> None:
    places = [f"C{row}" for row in range(1, len(parts) + 1)]
    annex = annex_of(
        *(asked(place) for place in places),
        asked("D1"),
        rules=(rule_of(Relation.SUM, " ".join(places), "D1"),),
    )
    typed = {f"PL-V/{row}:C": write_number(part) for row, part in enumerate(parts, 1)}
    right = judged(asking(annex), {**typed, "PL-V/1:D": write_number(sum(parts, Decimal()))})
    assert right.issues == ()
    other = judged(asking(annex), {**typed, "PL-V/1:D": write_number(stated)})
    assert bool(other.issues) == (stated != sum(parts, Decimal()))


# Sentences


def test_unknown_places_are_found_and_left_as_they_are() -> None:
    assert unknown_placeholders("{o} ghi {giá trị}, {tong} {0.__class__}") == {"giá trị", "0.__class__"}
    assert unknown_placeholders("{tong}", Relation.SUM) == set()
    assert unknown_placeholders("{tong}", Relation.SHARE) == {"tong"}
    annex = annex_of(*ABC, rules=(rule_of(Relation.SUM, "C8", "D8", sentence="{0.__class__} {tong}"),))
    assert sentences(annex, values(C="1", D="2")) == ["{0.__class__} 1"]


LIKELY = {
    Relation.SUM: (values(C="1", D="2", E="9"), {}),
    Relation.SHARE: (values(C="1", D="2", E="9"), {}),
    Relation.AT_MOST: (values(C="9", D="2", E="3"), {}),
    Relation.AT_LEAST: (values(C="1", D="4", E="3"), {}),
    Relation.NOT_BELOW_LAST: (values(C="1", D="2", E="3"), values(C="2", D="2", E="3")),
    Relation.NEAR_LAST: (values(C="1", D="2", E="3"), values(C="2,1", D="2", E="3")),
    Relation.SAME_SIZE: (values(C="1", D="200", E="3"), {}),
    Relation.NEEDED_WHEN: (values(D="2", E="3"), {}),
    Relation.ONE_OF: (values(C="1", D="2", E="3"), {}),
}


@pytest.mark.parametrize("relation", list(Relation))
def test_every_place_of_a_relation_is_filled(relation: Relation) -> None:
    places = PLACES[relation]
    sentence = " ".join(f"{name}={{{name}}}" for name in places)
    against = "E8" if "so_voi" in places else ""
    annex = annex_of(*ABC, rules=(rule_of(relation, "C8 D8", against, sentence=sentence),))
    now, last = LIKELY[relation]
    (said,) = sentences(annex, now, last or None)
    assert "{" not in said
    assert all(f"{name}=" in said for name in places)


# The contradictions of Sở Nội vụ's report for the first half of 2026 (seed 004)

TTHC = annex_of(
    asked("B3", CellKind.WHOLE, label="Số TTHC hiện nay"),
    asked("C8", CellKind.WHOLE, label="Cấp Trung ương"),
    asked("D8", CellKind.WHOLE, label="Cấp tỉnh"),
    asked("E8", CellKind.WHOLE, label="Cấp xã"),
    asked("B10", CellKind.WHOLE, label="Số hồ sơ tiếp nhận trong kỳ"),
    asked("C20", CellKind.WHOLE, label="Hồ sơ trực tuyến trong kỳ"),
    asked("E20", CellKind.WHOLE, label="Hồ sơ trực tiếp trong kỳ"),
    rules=(
        rule_of(Relation.SUM, "C8 D8 E8", "B3", code="tong-tthc", severity=Severity.WARN,
                sentence="Số TTHC theo cấp {cac_so} = {tong}, khác tổng số {so_voi}; có thể trùng nhau."),
        rule_of(Relation.SUM, "C20 E20", "B10", code="tong-ho-so", severity=Severity.WARN,
                sentence="Khác kỳ số liệu: {cac_so} = {tong} hồ sơ, trong khi tổng số ghi {so_voi}."),
    ),
)  # fmt: skip
SO_HOA = annex_of(
    asked("C5", CellKind.WHOLE, label="Hồ sơ đã số hóa"),
    asked("D5", CellKind.WHOLE, label="Tổng số hồ sơ"),
    asked("E5", CellKind.PERCENT, label="Tỷ lệ"),
    asked("C7", label="Chi trả năm 2025 (tỷ đồng)"),
    asked("D7", label="Chi trả 6 tháng đầu năm 2026 (tỷ đồng)"),
    code="PL-SL",
    sheet="Phụ lục SL",
    rules=(
        rule_of(Relation.SHARE, "C5 D5", "E5", code="ty-le-so-hoa", sentence="Tỷ lệ đúng là {ty_le}%, ghi {so_voi}%."),
        rule_of(Relation.SAME_SIZE, "C7 D7", code="chi-tra", severity=Severity.WARN, tolerance=Decimal(100),
                sentence="{cac_so} chênh nhau {lan} lần."),
    ),
)  # fmt: skip
NHAN_LUC = annex_of(
    asked("C4", text_allowed=True, label="Biên chế được giao"), code="PL-VIII", sheet="Phụ lục VIII"
)
SEED = {
    "PL-V/3:B": "149", "PL-V/8:C": "40", "PL-V/8:D": "106", "PL-V/8:E": "20",
    "PL-V/10:B": "563", "PL-V/20:C": "269", "PL-V/20:E": "165",
    "PL-SL/5:C": "18.672", "PL-SL/5:D": "28.005", "PL-SL/5:E": "70",
    "PL-SL/7:C": "40665", "PL-SL/7:D": "20,86",
    "PL-VIII/4:C": "Không xác định",
}  # fmt: skip


def test_seed_004_is_told_what_contradicts_what() -> None:
    judgement = judged(asking(TTHC, SO_HOA, NHAN_LUC), SEED)
    assert [(issue.severity.value, issue.rule, issue.sentence) for issue in judgement.issues] == [
        ("warn", "PL-V.tong-tthc", "Số TTHC theo cấp 40 + 106 + 20 = 166, khác tổng số 149; có thể trùng nhau."),
        ("warn", "PL-V.tong-ho-so", "Khác kỳ số liệu: 269 + 165 = 434 hồ sơ, trong khi tổng số ghi 563."),
        ("block", "PL-SL.ty-le-so-hoa", "Tỷ lệ đúng là 66,67%, ghi 70%."),
        ("warn", "PL-SL.chi-tra", "40.665; 20,86 chênh nhau 1.949 lần."),
        ("warn", "o-ghi-chu-thay-so",
         "Phụ lục VIII, Biên chế được giao: ghi “Không xác định”, không phải là số. Được giữ như đã ghi."),
    ]  # fmt: skip
    assert {cell.raw for cell in judgement.cells} == set(SEED.values())


def test_seed_004s_money_as_it_stands_in_the_text() -> None:
    typed = {**SEED, "PL-SL/7:C": "40.665", "PL-SL/7:D": "20.86"}
    found = [
        issue for issue in judged(asking(SO_HOA), typed | {}).issues if issue.row_key.startswith("PL-SL/7")
    ]
    assert [(issue.rule, issue.row_key) for issue in found] == [("o-so-khong-ro", "PL-SL/7:D")]
    assert "có thể hiểu là" in found[0].sentence


def test_annexes_stand_beside_the_rows_of_a_form() -> None:
    form = replace(FORM, annexes=(TTHC,))
    judgement = judged(
        form, {**TYPED, **{n: t for n, t in SEED.items() if n.startswith("PL-V/")}, f"{COUNT}:value": ""}
    )
    assert rules(judgement)[0] == ("block", "gia-tri-thieu", COUNT)
    assert judgement.assignments[0].row_key == DATED
    assert len(judgement.cells) == 7
