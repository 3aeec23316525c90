"""An outline that an officer saves with LibreOffice comes back whole; and it prints on its pages."""

import shutil
import subprocess
from pathlib import Path

import pytest
from outlines import ANSWERS, FORM, KEY, OUTLINE, changed, under, written

from models.rules.stamp import is_genuine
from tasks.prose.outline_read import read_outline
from tasks.prose.outline_write import write_outline

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="cần LibreOffice (soffice)"),
]

LAW = "II. VỀ HOÀN THIỆN THỂ CHẾ, CƠ CHẾ CHÍNH SÁCH"


def converted(content: bytes, suffix: str, target: str, folder: Path) -> bytes:
    """The document as LibreOffice saves it."""
    folder.mkdir(exist_ok=True)
    source = folder / f"de-cuong{suffix}"
    source.write_bytes(content)
    out = folder / f"ra-{target}"
    profile = f"-env:UserInstallation=file://{folder}/ho-so"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", target, "--outdir", str(out), str(source)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return (out / f"de-cuong.{target}").read_bytes()


@pytest.mark.parametrize("through", ["docx", "odt"])
def test_stamp_headings_and_prose_survive_libreoffice(through: str, tmp_path: Path) -> None:
    filled = changed(
        write_outline(FORM, ANSWERS, {"1.VI": "Tốt[^1].\n[^1] Theo Kế hoạch số 33."}, KEY),
        lambda d: under(d, LAW).add_run("Đã ban hành 02 văn bản."),
    )
    back = converted(filled, ".docx", through, tmp_path)
    if through == "odt":
        back = converted(back, ".odt", "docx", tmp_path)
    read = read_outline(back, OUTLINE)
    assert read.stamp is not None
    assert is_genuine(read.stamp, KEY)
    assert read.findings == ()
    assert [(part.code, part.text, part.notes) for part in written(read)] == [
        ("1.II", "Đã ban hành 02 văn bản.", ""),
        ("1.VI", "Tốt[^1].", "[^1] Theo Kế hoạch số 33."),
    ]


def test_it_prints_every_heading_and_no_mark(tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("cần pdftotext")
    (tmp_path / "in.pdf").write_bytes(
        converted(write_outline(FORM, ANSWERS, {}, KEY), ".docx", "pdf", tmp_path)
    )
    printed = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "in.pdf"), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    words = " ".join(printed.split())
    for expected in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "VIII. KIẾN NGHỊ, ĐỀ XUẤT", "Nơi nhận:"):
        assert expected in words
    assert "dondoc" not in words
