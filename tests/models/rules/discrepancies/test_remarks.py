"""Which remarks on a report are contradictions, and how they are put."""

from datetime import UTC, datetime

import pytest

from models.codes import DiscrepancyKind, Relation
from models.rules.checks.check_levels import ADJUSTABLE
from models.rules.discrepancies.found import HIDDEN, Found, told_apart, without
from models.rules.discrepancies.remarks import NO_CONTRADICTION, Remark, Version, in_report, kind_of, place_of

VERSION = Version("SNV", "Sở Nội vụ", 2, datetime(2026, 3, 12, 2, tzinfo=UTC))
RELATIONS = {"PL-V.tthc": Relation.SUM, "PL-V.tthc-ky-truoc": Relation.NEAR_LAST}


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("ty-le-khac-trang-thai", DiscrepancyKind.FORM),
        ("PL-V.tthc", DiscrepancyKind.FORM),
        ("quy-tac-moi", DiscrepancyKind.FORM),  # nothing new is lost
        ("nhay-so", DiscrepancyKind.LAST_PERIOD),
        ("kem-ky-goc", DiscrepancyKind.LAST_PERIOD),
        ("PL-V.tthc-ky-truoc", DiscrepancyKind.LAST_PERIOD),
        ("chua-co-so-lieu", None),
        ("dong-la", None),
        ("cong-khong-khop", None),  # of prose, which is read by itself
    ],
)
def test_kinds(rule: str, kind: DiscrepancyKind | None) -> None:
    assert kind_of(rule, RELATIONS) is kind


def test_what_is_left_out_is_a_rule_that_there_is(checks_document: str) -> None:
    for rule in NO_CONTRADICTION:
        assert f"| `{rule}` |" in checks_document, rule
    assert "ty-le-khac-trang-thai" in ADJUSTABLE - NO_CONTRADICTION


@pytest.fixture
def checks_document() -> str:
    from tasks.settings import CHECKOUT

    return (CHECKOUT / "docs" / "checks.md").read_text(encoding="utf-8")


def test_a_remark_has_its_place_and_its_assignment() -> None:
    remarks = [
        Remark("ty-le-khac-trang-thai", "Nhiệm vụ", "E7", "KH57-2026/V.2", "Xem lại hai ô này."),
        Remark("nhay-so", "Chỉ tiêu", "F9", "KH57-2026/V.2", "Tăng nhiều."),
        Remark("dong-la", "Nhiệm vụ", "A40", "X/1", "Dòng lạ."),
    ]
    task, indicator = in_report(VERSION, remarks, RELATIONS)
    assert task == Found(
        key="SNV:ty-le-khac-trang-thai:KH57-2026/V.2",
        kind=DiscrepancyKind.FORM,
        agency_code="SNV",
        source="Sở Nội vụ, bản thứ 2 (nhận lúc 09:00 ngày 12/3/2026): trang “Nhiệm vụ”, ô E7",
        sentence="Xem lại hai ô này.",
        row_key="KH57-2026/V.2",
    )
    # An indicator may bear the key of an assignment: it is about none.
    assert (indicator.kind, indicator.row_key) == (DiscrepancyKind.LAST_PERIOD, "")


def test_places() -> None:
    assert place_of("Nhiệm vụ", "E7") == "trang “Nhiệm vụ”, ô E7"
    assert place_of("Nhiệm vụ", "Trạng thái") == "trang “Nhiệm vụ”, ô “Trạng thái”"
    assert place_of("", "") == "toàn bộ biểu mẫu"


def test_one_key_for_several_is_told_apart() -> None:
    one, two = (Found("SNV:x", DiscrepancyKind.FORM, "SNV", "", sentence) for sentence in ("a", "b"))
    assert [(f.key, f.sentence) for f in told_apart([one, two])] == [("SNV:x", "a"), ("SNV:x:2", "b")]


def test_withheld_rows_are_not_named() -> None:
    text = "Nhiệm vụ KH57-2026/V.5 và KH57-2026/V.5.1, KH57-2026/V.52."
    assert without({"KH57-2026/V.5"}, text) == f"Nhiệm vụ {HIDDEN} và KH57-2026/V.5.1, KH57-2026/V.52."
