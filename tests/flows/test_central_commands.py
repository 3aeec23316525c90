"""`dondoc central`, as the secretariat types it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import flows.clock
from flows.cli import cli
from models.time import VIETNAM
from tasks.settings import CHECKOUT

AT = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
Dondoc = Callable[..., Result]


@pytest.fixture
def dondoc(few: Any, monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    few.mark_sent(AT)
    monkeypatch.setenv("DONDOC_HOME", str(few.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_ACTOR", "Thư ký")
    monkeypatch.setattr(flows.clock, "now", lambda: AT)
    return lambda *words: CliRunner().invoke(cli, ["central", *words])


def test_out_and_back(dondoc: Dondoc, tmp_path: Path) -> None:
    file = tmp_path / "nq57.xlsx"
    assert "Đã xuất số liệu kỳ bcd-quy-2026-Q1" in dondoc("export", "nq57", str(file)).output
    book = load_workbook(file)
    sheet = book.worksheets[0]
    assert sheet["A1"].value == "DANH SÁCH NHIỆM VỤ TRIỂN KHAI NGHỊ QUYẾT SỐ 57-NQ/TW"
    columns = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, columns["ID"]).value = "57-001"
    sheet.cell(4, columns["Tình trạng"]).value = "Đã hoàn thành"
    sheet.cell(5, columns["Nhiệm vụ"]).value = f"{sheet.cell(5, columns['Nhiệm vụ']).value} của tỉnh"
    book.save(file)
    told = dondoc("import", "nq57", str(file)).output
    assert "Khớp 36 dòng, 1 dòng có điểm khác; chưa khớp 1 dòng" in told
    assert "KH57-2026/I.1, trạng thái: Chưa có thông tin (chưa có báo cáo) → Đã hoàn thành" in told
    assert "chưa khớp mã, tên; gần giống: KH57-2026/I.2" in told
    listed = dondoc("systems").output
    assert "đã ghi 01 mã" in listed
    assert "nq57.xlsx: 37 dòng, Thư ký nạp lúc 09:00 ngày 12/3/2026" in listed


def test_codes_by_hand(dondoc: Dondoc) -> None:
    assert dondoc("code", "theodoinq", "KH57-2026/I.1", "X1").output == "Đã ghi.\n"
    assert dondoc("code", "theodoinq", "KH57-2026/I.1", "X1").output == "Không có gì thay đổi.\n"
    assert "đang dùng cho nhiệm vụ khác" in dondoc("code", "theodoinq", "KH57-2026/I.2", "X1").output
    assert dondoc("uncode", "theodoinq", "KH57-2026/I.1", "--reason", "Nhầm").output == "Đã bỏ mã.\n"
    assert "chưa ghi mã" in dondoc("uncode", "theodoinq", "KH57-2026/I.1", "--reason", "Nhầm").output
    assert "Không có hệ thống nào mang mã 'x'" in dondoc("code", "x", "KH57-2026/I.1", "X1").output
