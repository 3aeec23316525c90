"""`make demo` as a newcomer runs it: the whole quarter, and what it says of itself is true."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

pytestmark = [pytest.mark.prefect, pytest.mark.timeout(600)]


def test_the_quarter_from_register_to_report(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))
    }
    (tmp_path / ".env").write_text("DONDOC_DATABASE_URL=postgresql://nobody@127.0.0.1:1/production\n")
    run = subprocess.run(
        [sys.executable, "-m", "demo", "demo"],
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=tmp_path,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    said = " ".join(run.stdout.split())
    assert "37 nhiệm vụ, 46 chỉ tiêu. Đã thêm 83" in said
    assert "Lập 60 biểu mẫu; đã gửi yêu cầu tới 60 cơ quan. Gửi 60 thư." in said
    assert "Đã nhận 56/60 báo cáo; còn 04 cơ quan, đơn vị chưa gửi" in said
    assert "ERROR" not in run.stdout + run.stderr

    folder = home / "bao-cao" / "bcd-quy-2026-Q1"
    workbook = load_workbook(folder / "phu-luc-bcd-quy-2026-Q1.xlsx", read_only=True)
    assert {"Tổng hợp", "Phụ lục I", "Phụ lục II"} <= set(workbook.sheetnames)
    mails = list((home / "thu").rglob("*.eml"))
    sent = re.search(r"\((\d+) thư đã gửi", said)
    assert sent is not None
    assert int(sent[1]) == len(mails)
    ids = [line for mail in mails for line in mail.read_text().splitlines() if line.startswith("Message-ID:")]
    assert len(ids) == len(set(ids)) == len(mails)


def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("giữ lại")
    run = subprocess.run(
        [sys.executable, "-m", "demo", str(tmp_path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 1
    assert "hãy chọn thư mục khác" in run.stderr
    assert (tmp_path / "mine.txt").read_text() == "giữ lại"
