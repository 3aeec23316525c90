"""An indicator against its baseline and its target."""

from decimal import Decimal

import pytest

from models.rules.checks.indicator_target import against_target
from models.rules.form import IndicatorLine


@pytest.mark.parametrize(
    ("baseline", "target", "value", "rules"),
    [
        ("300", "≥ 350", "299", ["kem-ky-goc"]),
        ("300", "> 350", "300", []),
        ("300", "≥ 300", "299", ["kem-ky-goc"]),
        ("12", "≥ 4", "5", []),  # set below its baseline by decision
        ("12", "≥ 4", "3", []),
        ("> 80", "> 90", "79", ["kem-ky-goc"]),
        ("20", "≤ 10", "21", ["kem-ky-goc"]),
        ("20", "không quá 10", "19", []),
        ("5", "≤ 10", "6", []),  # it may become worse by decision
        ("300", "350", "299", []),  # no direction
        ("", "≥ 350", "1", []),
        ("300", "", "1", []),
        ("10.000", "≥ 20", "2.001", ["vuot-xa-muc-tieu"]),
        ("1", "≥ 20", "2.001", []),  # the doubt of its size against the baseline says so
        ("10.000", "≤ 20", "2.001", []),
    ],
)
def test_what_is_worse_than_the_baseline_or_absurdly_good_is_pointed_out(
    baseline: str, target: str, value: str, rules: list[str]
) -> None:
    line = IndicatorLine("KH/V.1", "Chỉ tiêu", "người", baseline, target)
    read = Decimal(value.replace(".", ""))
    found = [rule for rule, _ in against_target(line, read)]
    if (
        target == "≥ 20" and baseline == "10.000"
    ):  # as a target may lie below its baseline: no baseline to fall short of
        assert "kem-ky-goc" not in found
    assert found == rules


def test_the_sentence_has_the_figures() -> None:
    line = IndicatorLine("KH/V.1", "Chỉ tiêu", "%", "20,5", "≤ 10")
    ((_, sentence),) = against_target(line, Decimal("21.25"))
    assert "21,25 cao hơn kết quả kỳ gốc (20,5) trong khi mục tiêu là ≤ 10" in sentence
