"""`dondoc board`, as the secretariat types it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import flows.clock
from flows.cli import cli
from models.desk import BoardLink
from models.time import VIETNAM
from tasks.settings import CHECKOUT
from tasks.steps import collect_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
AT = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
Dondoc = Callable[..., Result]


@pytest.fixture
def dondoc(few: Any, monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    few.mark_sent(AT)
    monkeypatch.setenv("DONDOC_HOME", str(few.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_PORTAL_URL", "https://bao-cao.example/so")
    monkeypatch.setenv("DONDOC_ACTOR", "Lãnh đạo")
    monkeypatch.setattr(flows.clock, "now", lambda: AT)
    return lambda *words: CliRunner().invoke(cli, ["board", *words])


def test_a_table_on_the_terminal(few: Any, dondoc: Dondoc) -> None:
    (few.inbox / "SNV.xlsx").write_bytes(few.filled("SNV"))
    collect_step(few.office, AT, one_after_another)
    shown = dondoc("show", CYCLE)
    assert shown.exit_code == 0, shown.output
    assert "Tính đến ngày 14/3/2026" in shown.output
    assert "25%" in shown.output
    assert "Số liệu chung" in shown.output or "số liệu chung" in shown.output
    narrowed = dondoc("show", "--table", "co-quan", "--kind", "commune").output
    assert "3127" in narrowed
    assert "SNV" not in narrowed
    assert "Chỉ gồm: khối Xã, phường" in " ".join(narrowed.split())


def test_what_there_is_not_is_told(dondoc: Dondoc) -> None:
    assert "Không có bảng nào tên 'khac'" in dondoc("show", "--table", "khac").output
    assert "Không có mã nào như --state do" in dondoc("show", "--state", "do").output
    assert dondoc("show", "khong-co").exit_code == 1
    assert "TỆP phải là .xlsx" in dondoc("export", CYCLE, "bang.csv").output


def test_files(dondoc: Dondoc, tmp_path: Path) -> None:
    assert dondoc("export", CYCLE, str(tmp_path / "bang.xlsx")).exit_code == 0
    assert "Cơ quan" in load_workbook(tmp_path / "bang.xlsx").sheetnames
    dondoc("export", CYCLE, str(tmp_path / "nv.csv"), "--table", "nhiem-vu", "--section", "KH57-2026/VIII")
    lines = (tmp_path / "nv.csv").read_bytes().decode("utf-8-sig").splitlines()
    assert len(lines) == 4 + 3


def test_a_link_is_given_listed_and_revoked(few: Any, dondoc: Dondoc) -> None:
    assert dondoc("links").output == "Chưa cấp đường dẫn nào.\n"
    page = dondoc("link", "Phó Chủ tịch", "--until", "31/3/2026").output.strip()
    assert page.startswith("https://bao-cao.example/so/xem/1-")
    key = dondoc("link", "IOC", "--kind", "api").output.strip()
    assert key.startswith("2-")
    assert dondoc("link", "IOC", "--kind", "api").output.strip() == key
    listed = dondoc("links").output
    assert "1 Phó Chủ tịch (Trang xem dành cho lãnh đạo): đến hết ngày 31/3/2026; Lãnh đạo cấp." in listed
    assert page.rpartition("/")[2] not in listed
    assert dondoc("revoke", "1", "--reason", "Chuyển công tác").output == "Đã thu hồi: Phó Chủ tịch.\n"
    assert "1 Phó Chủ tịch (Trang xem dành cho lãnh đạo): đã thu hồi lúc 09:00" in dondoc("links").output
    assert "Không có đường dẫn nào mang số 9" in dondoc("revoke", "9", "--reason", "x").output
    assert [link.revoked_at is None for link in few.all(BoardLink)] == [False, True]
