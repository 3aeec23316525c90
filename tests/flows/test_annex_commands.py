"""The commands by which the secretariat makes an annex of its own, as they are typed."""

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from flows.cli import cli
from models.rules.annexes.annex import Annex
from tasks.annexes.markup import SHEET_ABOUT, read_annex
from tasks.annexes.preview import example_agency
from tasks.profile import read_profile
from tasks.settings import CHECKOUT

PROVINCE = CHECKOUT / "deployments" / "dien-bien"
ANNEXES = PROVINCE / "annexes"


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DONDOC_PROFILE", str(PROVINCE))


def dondoc(*words: object) -> Result:
    return CliRunner().invoke(cli, ["annex", *map(str, words)])


def own(tmp_path: Path, mark: str = "[[số]]") -> Path:
    """An annex of the secretariat's own making, from one that is there."""
    book = load_workbook(ANNEXES / "PL-SL.xlsx")
    book[SHEET_ABOUT]["B1"], book[SHEET_ABOUT]["B3"] = "PL-IX", "Phụ lục IX"
    book.worksheets[0]["D6"] = mark
    file = tmp_path / "PL-IX.xlsx"
    book.save(file)
    return file


def test_preview_shows_what_agencies_will_get_and_loads_nothing(tmp_path: Path) -> None:
    shown = dondoc("preview", ANNEXES / "PL-VII.xlsx", "--output", tmp_path / "xem" / "truoc")
    assert shown.exit_code == 0, shown.output
    assert "  G9  Kinh phí đã được cấp (tỷ đồng): số, từ 0, lặp 15 dòng\n" in shown.output
    assert "  mot-trang-thai  Chặn: D9; E9; F9 chỉ chọn một\n" in shown.output
    form = load_workbook(BytesIO((tmp_path / "xem" / "truoc" / "xem-truoc-PL-VII.xlsx").read_bytes()))
    assert form["Phụ lục VII"]["A1"].value == "dondoc:PL-VII"
    page = (tmp_path / "xem" / "truoc" / "xem-truoc-PL-VII.html").read_text(encoding="utf-8")
    assert "Đang triển khai, hoàn thiện" in page
    assert 'name="PL-VII/9.1:B"' in page
    assert "Chưa nạp phụ lục nào" in dondoc("list").output


def test_an_annex_is_loaded_listed_exported_edited_and_loaded_again(tmp_path: Path) -> None:
    file = own(tmp_path)
    loaded = dondoc("load", file, ANNEXES / "PL-V.xlsx")
    assert loaded.exit_code == 0, loaded.output
    assert "Phụ lục PL-IX (phiên bản 1, vừa nạp): " in loaded.output
    assert "thêm dòng “- {annex: PL-IX, kinds: [department]}” vào mục annexes" in loaded.output
    assert "Chế độ báo cáo hỏi phụ lục này: bcd-quy, bcd-6-thang" in loaded.output
    listed = dondoc("list").output
    assert "PL-IX  Số liệu chính trong báo cáo\n" in listed
    assert "trang “Phụ lục IX”, 14 ô cần điền, 7 quy tắc." in listed
    exported = tmp_path / "sua.xlsx"
    assert dondoc("export", "pl-ix", exported).output.startswith("Đã xuất phụ lục PL-IX (phiên bản 1)")
    assert exported.read_bytes() == file.read_bytes()
    assert "(phiên bản 1, không thay đổi" in dondoc("load", exported).output
    assert "(phiên bản 2, vừa nạp)" in dondoc("load", own(tmp_path, "[[số | bắt buộc]]")).output


@pytest.mark.parametrize("verb", ["load", "preview"])
def test_mistakes_are_told_and_nothing_is_kept(tmp_path: Path, verb: str) -> None:
    refused = dondoc(verb, own(tmp_path, "[[sô]]"))
    assert refused.exit_code == 1
    assert (
        "Tệp PL-IX.xlsx có 1 chỗ phải sửa:\n- Trang “Số liệu chính”, ô D6: không có loại ô “sô”"
        in refused.output
    )
    assert "Chưa nạp phụ lục nào" in dondoc("list").output
    assert not list(tmp_path.glob("xem-truoc*"))


def test_export_names_what_there_is(tmp_path: Path) -> None:
    assert "Chưa nạp phụ lục nào." in dondoc("export", "PL-V", tmp_path / "x.xlsx").output
    assert not (tmp_path / "x.xlsx").exists()


def test_the_example_is_an_agency_that_is_asked() -> None:
    profile = read_profile(PROVINCE)
    staff: Annex = read_annex((ANNEXES / "PL-VIII.xlsx").read_bytes(), "")
    kinds = {agency.code: agency.kind.value for agency in profile.agencies}
    assert kinds[example_agency(staff.code, profile).code] == "department"
    assert kinds[example_agency("PL-IX", profile).code] == "department"
