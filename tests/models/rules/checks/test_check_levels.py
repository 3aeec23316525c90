"""Levels that a regime sets, and every rule in the documents."""

import ast
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from small_form import COUNT, FORM, TYPED, annex_of, asked, asking, judged, rule_of, rules

from models.codes import Relation, Severity
from models.rules import policy
from models.rules.annexes.annex_relations import PLACES
from models.rules.checks.check import ADJUSTABLE
from models.rules.checks.check_levels import OF_PROSE, level_fault
from models.rules.checks.check_policy import CheckPolicy

CHECKOUT = Path(policy.__file__).resolve().parents[2]
DOCUMENT = (CHECKOUT / "docs" / "checks.md").read_text(encoding="utf-8")
RULE_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| ([^|]+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
DOCUMENTED = {rule: (level, settable.strip()) for rule, level, settable in RULE_ROW.findall(DOCUMENT)}


def modules() -> list[Path]:
    """Where issues are made: whatever check() leads to, and the readers of workbooks."""
    seen: set[Path] = set()
    todo = [CHECKOUT / "models" / "rules" / "checks" / "check.py"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        names = re.findall(
            r"^from (models\.rules\.[\w.]+) import", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        todo += [CHECKOUT.joinpath(*name.split(".")).with_suffix(".py") for name in names]
    return sorted(seen | set((CHECKOUT / "tasks" / "workbook").glob("read*.py")))


def rule_codes(path: Path) -> set[str]:
    """Words of small letters joined by hyphens: only rules are named so in these modules."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", text)}


NO_RULES = {"loi-van"}  # what stands for a row key in the fields of the prose
PRODUCED = {code for path in modules() for code in rule_codes(path)} - NO_RULES


def test_every_rule_is_in_the_documents_and_no_other() -> None:
    assert {"bieu-trong", "nhay-so", "phu-luc-trong", "cong-khong-khop", "thieu-cot"} <= PRODUCED
    assert DOCUMENTED.keys() == PRODUCED


def test_the_documents_say_which_rules_may_be_set() -> None:
    assert {rule for rule, (_, settable) in DOCUMENTED.items() if settable == "có"} == ADJUSTABLE - OF_PROSE
    assert {rule for rule, (_, settable) in DOCUMENTED.items() if settable == "tắt được"} == OF_PROSE


def test_only_what_warns_by_itself_may_be_set() -> None:
    assert {DOCUMENTED[rule][0] for rule in ADJUSTABLE} == {"xem lại"}


@pytest.mark.parametrize("relation", list(Relation))
def test_every_place_in_a_sentence_is_in_the_documents(relation: Relation) -> None:
    for name in PLACES[relation]:
        (where,) = re.findall(rf"^\| `\{{{name}\}}` \| [^|]+ \| ([^|]+) \|$", DOCUMENT, re.MULTILINE)
        assert where == "mọi quan hệ" or relation.label in where.split(", ")
    for name, where in re.findall(r"^\| `\{(\w+)\}` \| [^|]+ \| ([^|]+) \|$", DOCUMENT, re.MULTILINE):
        assert (name in PLACES[relation]) == (where == "mọi quan hệ" or relation.label in where.split(", "))


NO_FIGURE = {**TYPED, f"{COUNT}:value": "chưa có số liệu"}


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (None, [("warn", "chua-co-so-lieu", COUNT)]),
        ("warn", [("warn", "chua-co-so-lieu", COUNT)]),
        ("block", [("block", "chua-co-so-lieu", COUNT)]),
        ("off", []),
    ],
)
def test_a_level_is_applied(level: Any, expected: list[tuple[str, str, str]]) -> None:
    form = replace(FORM, checks=CheckPolicy(levels={"chua-co-so-lieu": level} if level else {}))
    judgement = judged(form, NO_FIGURE)
    assert rules(judgement) == expected
    assert judgement.blocking is (level == "block")


@pytest.mark.parametrize(("level", "severity"), [("warn", ["warn"]), ("block", ["block"]), ("off", [])])
@pytest.mark.parametrize("own", list(Severity))
def test_a_rule_of_an_annex_may_be_set(own: Severity, level: Any, severity: list[str]) -> None:
    annex = annex_of(asked("C8"), asked("D8"), rules=(rule_of(Relation.SUM, "C8", "D8", severity=own),))
    form = replace(asking(annex), checks=CheckPolicy(levels={"PL-V.r": level}))
    issues = judged(form, {"PL-V/8:C": "1", "PL-V/8:D": "2"}).issues
    assert [issue.severity.value for issue in issues] == severity


def test_what_a_report_cannot_be_counted_without_stays_even_if_a_frozen_policy_says_else() -> None:
    form = replace(FORM, checks=CheckPolicy(levels={"gia-tri-thieu": "off", "loi-van-thieu": "block"}))
    assert rules(judged(form, {**TYPED, f"{COUNT}:value": ""})) == [("block", "gia-tri-thieu", COUNT)]


@pytest.mark.parametrize(
    ("levels", "fault"),
    [
        ({}, ""),
        ({"nhay-so": "block", "PL-V.tong-tthc": "off", "loi-van-thieu": "off"}, ""),
        ({"gia-tri-thieu": "off"}, "không có quy tắc kiểm tra “gia-tri-thieu”"),
        ({"PL-X.tong": "off"}, "không có quy tắc kiểm tra “PL-X.tong”"),
        ({"PL-V.": "off"}, "không có quy tắc kiểm tra “PL-V.”"),
        ({"cong-khong-khop": "block"}, "chỉ đặt được off hoặc warn"),
    ],
)
def test_levels_of_unknown_rules_are_refused_with_the_list(levels: dict[str, str], fault: str) -> None:
    told = level_fault(levels, ["PL-V"])
    assert (fault in told) if fault else told == ""
    if "không có quy tắc" in fault:
        assert all(rule in told for rule in ADJUSTABLE)
        assert "PL-V.<mã quy tắc>" in told


def regimes(**checks: Any) -> list[policy.Regime]:
    file = yaml.safe_load(
        (CHECKOUT / "deployments" / "dien-bien" / "regimes.yaml").read_text(encoding="utf-8")
    )
    for name in ("outline", "report"):  # names of other files
        file["defaults"].pop(name, None)
    file["defaults"] |= {"annexes": [{"annex": "PL-V"}], "checks": checks}
    return policy.regimes_from(file)


def test_a_regime_may_set_levels_in_its_file() -> None:
    written = yaml.safe_load("{jump: 30, levels: {nhay-so: off, PL-V.tong: block}}")
    checks = regimes(**written)[0].checks
    assert (checks.jump, checks.levels) == (30, {"nhay-so": "off", "PL-V.tong": "block"})


@pytest.mark.parametrize(
    ("levels", "fault"),
    [
        ({"nhay-sô": "off"}, "checks › levels: không có quy tắc kiểm tra “nhay-sô”"),
        ({"nhay-so": "tắt"}, "phải là một trong các giá trị off, warn hoặc block"),
    ],
)
def test_a_regime_with_levels_of_nothing_is_refused(levels: dict[str, str], fault: str) -> None:
    with pytest.raises(ValueError, match=re.escape(fault)):
        regimes(levels=levels)
