"""Silence is an alarm: each question of the auditor, asked of facts on either side of its limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.rules.reminders.audit import STUCK_AFTER, AuditFacts, Backlog, findings

NOW = datetime(2026, 3, 23, 3, tzinfo=UTC)
WELL = AuditFacts(
    started_at=NOW - timedelta(days=20),
    last_runs={"ra-soat": NOW - timedelta(minutes=20), "thu-nhan": NOW - timedelta(minutes=5)},
)
MINUTE = timedelta(minutes=1)


def codes(facts: AuditFacts) -> list[str]:
    return [finding.code for finding in findings(facts, NOW)]


def test_when_all_is_well_nothing_is_said() -> None:
    assert codes(WELL) == []


def test_before_the_first_cycle_nothing_is_expected() -> None:
    assert codes(AuditFacts(started_at=None, mail_is_set=False)) == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(WELL, last_runs={}), "khong-chay"),
        (replace(WELL, missing=(("SNV", "Nhắc trước hạn"),)), "thieu-thong-bao"),
        (replace(WELL, mail_is_set=False), "chua-co-may-chu-thu"),
        (replace(WELL, stopped={"Zalo": "sai mã"}), "kenh-dung"),
        (replace(WELL, unconfirmed_year=2027), "ngay-nghi-chua-xac-nhan"),
    ],
)
def test_what_is_wrong_is_said(facts: AuditFacts, code: str) -> None:
    assert code in codes(facts)


@pytest.mark.parametrize(
    ("field", "code", "allowed"),
    [
        ("sending", "dang-gui-qua-lau", STUCK_AFTER),
        ("ready", "cho-gui-qua-lau", STUCK_AFTER),
        ("unbundled", "chua-thanh-thu", STUCK_AFTER),
        ("failed", "khong-gui-duoc", timedelta(0)),
        ("unknown", "khong-ro-da-den", timedelta(0)),
        ("held_for_release", "cho-duyet-gui", timedelta(days=1)),
        ("unread", "tep-chua-doc", timedelta(hours=1)),
        ("for_a_person", "tep-cho-nguoi-xem", timedelta(days=2)),
        ("unsent", "yeu-cau-chua-gui", timedelta(days=1)),
    ],
)
def test_a_backlog_is_a_finding_once_it_is_too_old(field: str, code: str, allowed: timedelta) -> None:
    old = replace(WELL, **{field: Backlog(3, NOW - allowed - MINUTE)})  # type: ignore[arg-type]
    young = replace(WELL, **{field: Backlog(3, NOW - allowed + MINUTE)})  # type: ignore[arg-type]
    (finding,) = findings(old, NOW)
    assert (finding.code, finding.since) == (code, NOW - allowed - MINUTE)
    assert finding.what.startswith("03 ")
    assert finding.do
    assert codes(young) == []


def test_a_step_that_is_silent_for_too_long_is_named_with_its_last_run() -> None:
    last = NOW - timedelta(hours=3)
    (finding,) = findings(replace(WELL, last_runs={**WELL.last_runs, "ra-soat": last}), NOW)
    assert "Rà soát và đôn đốc" in finding.what
    assert finding.since == last


def test_many_missing_notices_are_counted_and_ten_are_named() -> None:
    missing = tuple((f"X{number}", "Nhắc") for number in range(12))
    (finding,) = findings(replace(WELL, missing=missing), NOW)
    assert finding.what.startswith("12 thông báo")
    assert "X9 (Nhắc) và 2 trường hợp khác" in finding.what
