"""How strictly a regime takes the checks that need judgement: which may be set, and what is set.

By default only what the report cannot be counted without blocks; whatever needs judgement warns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.codes import Severity
from models.rules.form import Issue

OF_PROSE = frozenset({"ty-le-khac-phan-so", "cong-khong-khop", "dau-cham-hai-nghia", "loi-van-thieu"})
"""Findings in the prose. They may be turned off, never made to block: prose does not hold up figures."""

ADJUSTABLE = OF_PROSE | {
    "chua-co-so-lieu",
    "do-lon-bat-thuong",
    "hoan-thanh-muon-thieu-ly-do",
    "kem-ky-goc",
    "khac-ky-so-lieu",
    "khong-phat-sinh-co-qua-han",
    "ngay-hoan-thanh-qua-xa",
    "ngay-hoan-thanh-sau-ky",
    "ngay-hoan-thanh-thua",
    "nhay-so",
    "nhu-ky-truoc-da-sua",
    "o-don-vi-khac",
    "o-ghi-chu-thay-so",
    "ty-le-khac-trang-thai",
    "ty-le-qua-nho",
    "vuot-xa-muc-tieu",
}
"""Rules of our own whose level a regime may set. Of an annex, each rule that the secretariat wrote may be set."""


def annex_rule(annex: str, rule: str) -> str:
    """The name by which a rule of an annex is told of and set: PL-V.tong-tthc."""
    return f"{annex}.{rule}"


def level_fault(levels: Mapping[str, str], annexes: Iterable[str]) -> str:
    """What is wrong with the levels of a regime that asks these annexes: a sentence without its full stop, or ""."""
    asked = tuple(f"{code}." for code in annexes)
    for rule, level in levels.items():
        if rule not in ADJUSTABLE and not (rule.startswith(asked) and not rule.endswith(".")):
            own = f"; quy tắc của phụ lục ghi là {asked[0]}<mã quy tắc>" if asked else ""
            return (
                f"không có quy tắc kiểm tra “{rule}” hoặc quy tắc ấy không được đặt lại mức. Các quy tắc đặt "
                f"được: {', '.join(sorted(ADJUSTABLE))}{own}"
            )
        if rule in OF_PROSE and level == "block":
            return f"quy tắc “{rule}” xét lời văn, chỉ đặt được off hoặc warn: lời văn không giữ lại số liệu"
    return ""


def levelled(issues: Iterable[Issue], levels: Mapping[str, str]) -> tuple[Issue, ...]:
    """The issues as these levels take them. What may not be set stays as it is."""
    return tuple(
        replace(issue, severity=Severity(level)) if level else issue
        for issue in issues
        if (level := _level(issue.rule, levels)) != "off"
    )


def _level(rule: str, levels: Mapping[str, str]) -> str:
    level = levels.get(rule, "")
    settable = rule in ADJUSTABLE or "." in rule
    return level if settable and not (rule in OF_PROSE and level == "block") else ""
