"""The command line, as a secretary types it: Vietnamese throughout, faults as sentences, safe to run again."""

import subprocess
import sys
from pathlib import Path

import pytest

from tasks.settings import CHECKOUT

REGISTER = CHECKOUT / "tests" / "data" / "bao-cao-bcd-2025.docx"


def dondoc(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *words],
        env={"DONDOC_HOME": str(home), "PATH": "", "PYTHONIOENCODING": "utf-8", **settings},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=home.parent,
    )


def test_help_is_vietnamese(tmp_path: Path) -> None:
    shown = dondoc(tmp_path / "home", "--help")
    assert shown.returncode == 0
    assert "Cách dùng: dondoc" in shown.stdout
    assert "Các lệnh:" in shown.stdout
    for english in ("Usage", "Options", "Commands", "Show "):
        assert english not in shown.stdout
    assert not (tmp_path / "home").exists()


def test_a_wrong_command_is_answered_in_vietnamese(tmp_path: Path) -> None:
    shown = dondoc(tmp_path / "home", "cycle", "opne")
    assert shown.returncode == 2
    assert "Không có lệnh 'opne'" in shown.stderr
    missing = dondoc(tmp_path / "home", "cycle", "release", "x", "--number", "1")
    assert "Thiếu tùy chọn '--date'" in missing.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cycle", "open", "2026-Q5"), "không phải là mã kỳ báo cáo"),
        (("cycle", "open", "2026-Q1"), "cần danh mục nhiệm vụ KH57-2026 chưa được nạp"),
        (("cycle", "release", "x", "--number", "1", "--date", "1/1/2026"), "Không có kỳ báo cáo 'x'"),
        (("cycle", "release", "x", "--number", "1", "--date", "31/2/2026"), "không phải là ngày"),
        (("consolidate", "x"), "Không có kỳ báo cáo 'x'"),
        (("register", "export", "x", "x.xlsx"), "x"),
        (("register", "withhold", "KH57-2026/V.9", "--reason", "mật"), "Không có nhiệm vụ nào mang khóa"),
        (("register", "import", str(CHECKOUT / "README.md")), "Không đọc được danh mục"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_faults_are_sentences(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    shown = dondoc(tmp_path / "home", *words)
    assert shown.returncode in (1, 2)
    assert "Traceback" not in shown.stderr
    assert said in shown.stderr


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    assert "DONDOC_BATCH_SIZE" in dondoc(tmp_path / "home", "status", DONDOC_BATCH_SIZE="nhiều").stderr
    assert "DONDOC_PROFILE" in dondoc(tmp_path / "home", "setup", DONDOC_PROFILE="/nowhere").stderr


def test_a_register_is_looked_at_before_it_is_imported(tmp_path: Path) -> None:
    home = tmp_path / "home"
    looked = dondoc(home, "register", "import", str(REGISTER), "--dry-run")
    assert looked.returncode == 0, looked.stderr
    assert "37 nhiệm vụ, 46 chỉ tiêu. Sẽ thêm 83" in looked.stdout
    assert "+ nhiem-vu:V.5.1" in looked.stdout
    assert "KH57-2026" not in dondoc(home, "register", "show").stdout
    assert "Đã thêm 83" in dondoc(home, "register", "import", str(REGISTER)).stdout
    assert "Đã thêm 0, sửa 0" in dondoc(home, "register", "import", str(REGISTER)).stdout
    assert "KH57-2026" in dondoc(home, "register", "show").stdout
    exported = tmp_path / "so.xlsx"
    assert dondoc(home, "register", "export", "KH57-2026", str(exported)).returncode == 0
    again = dondoc(home, "register", "import", str(exported)).stdout
    assert "Đã thêm 0, sửa 0, khôi phục 0, bỏ 0; giữ nguyên 83" in again


def test_a_cycle_by_hand(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "61 cơ quan (45 xã, phường)" in dondoc(home, "setup").stdout
    assert "Chưa mở kỳ nào" in dondoc(home, "status").stdout
    opened = dondoc(home, "cycle", "open", "2026-Q1")
    assert "Đã mở dự thảo kỳ bcd-quy-2026-Q1" in opened.stdout, opened.stderr
    assert "Kỳ đã mở từ trước" in dondoc(home, "cycle", "open", "2026-Q1").stdout
    assert "còn là dự thảo" in dondoc(home, "dispatch", "bcd-quy-2026-Q1").stderr
    release = ("cycle", "release", "bcd-quy-2026-Q1", "--number", "12-CV/BCĐ", "--date", "04/3/2026")
    assert "60 cơ quan, đơn vị, địa phương phải báo cáo" in dondoc(home, *release).stdout
    assert dondoc(home, *release).returncode == 0
    sent = dondoc(home, "dispatch", "bcd-quy-2026-Q1").stdout
    assert "Lập 60 biểu mẫu; đã gửi yêu cầu tới 0 cơ quan" in sent
    assert "Chưa đặt máy chủ gửi thư" in sent
    assert "0/0" in dondoc(home, "status").stdout
    assert "Sở Nội vụ" in dondoc(home, "status", "bcd-quy-2026-Q1").stdout
    assert "0/24 (0%)" in dondoc(home, "completion", "bcd-quy-2026-Q1").stdout
    made = dondoc(home, "consolidate", "bcd-quy-2026-Q1")
    assert made.returncode == 0, made.stderr
    assert sorted(path.name for path in (home / "bao-cao" / "bcd-quy-2026-Q1").iterdir()) == [
        "bao-cao-bcd-quy-2026-Q1.docx",
        "cong-van-bcd-quy-2026-Q1.docx",
        "du-thao-cong-van-bcd-quy-2026-Q1.docx",
        "phu-luc-bcd-quy-2026-Q1.xlsx",
    ]
