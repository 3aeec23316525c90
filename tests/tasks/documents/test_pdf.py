"""PDF by LibreOffice: made where it is, said in words where it is not, ended when it hangs."""

import os
import shutil
import stat
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_cycle import AS_OF, VIEW

from tasks.documents import pdf
from tasks.documents.kept import NotKept, write_pdf
from tasks.documents.pdf import PdfFault, office_program, to_pdf
from tasks.documents.report_sheet import report_workbook
from tasks.settings import Settings
from tasks.steps import consolidate_step

CYCLE = "bcd-quy-2026-Q1"
NOW = datetime(2026, 3, 24, 2, tzinfo=UTC)


def program(folder: Path, text: str) -> Settings:
    """A program of our own in LibreOffice's place."""
    path = folder / "soffice-gia"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return Settings(home=folder, soffice=str(path))


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="không có LibreOffice")
def test_a_workbook_becomes_a_pdf_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "tam"  # a folder of its own: other tests make PDFs at the same time
    aside.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(aside))
    made = to_pdf(Settings(home=tmp_path), "phu-luc.xlsx", report_workbook(VIEW, AS_OF))
    assert made.startswith(b"%PDF-")
    assert list(aside.glob("dondoc-pdf-*")) == []


def test_without_libreoffice_it_is_said_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = Settings(home=tmp_path)
    assert office_program(settings) is None
    with pytest.raises(PdfFault, match=r"chưa có LibreOffice.*DONDOC_SOFFICE"):
        to_pdf(settings, "bao-cao.docx", b"x")


def test_a_setting_that_names_nothing_is_no_program(tmp_path: Path) -> None:
    assert office_program(Settings(home=tmp_path, soffice=str(tmp_path / "khong-co"))) is None


def test_only_word_and_excel(tmp_path: Path) -> None:
    with pytest.raises(PdfFault, match="chỉ chuyển tệp Word"):
        to_pdf(Settings(home=tmp_path), "anh.png", b"x")


def test_what_it_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile of its own, and nothing of our settings: no database, no key."""
    monkeypatch.setenv("DONDOC_DATABASE_URL", "postgresql://mat-khau@127.0.0.1/x")
    seen = tmp_path / "thay"
    settings = program(
        tmp_path,
        f'env > "{seen}"; echo "$@" >> "{seen}"; for f; do last=$f; done\n'
        'cp "$last" "$(dirname "$last")/van-ban.pdf"',
    )
    assert to_pdf(settings, "Báo cáo của tôi; rm -rf.docx", b"noi dung") == b"noi dung"
    told = seen.read_text()
    assert "DONDOC_" not in told
    assert "-env:UserInstallation=file:///" in told
    assert "rm -rf" not in told


@pytest.mark.parametrize("text", ["exit 3", "exit 0"], ids=["fails", "writes nothing"])
def test_a_program_that_makes_nothing(tmp_path: Path, text: str) -> None:
    with pytest.raises(PdfFault, match="không chuyển được"):
        to_pdf(program(tmp_path, text), "bao-cao.docx", b"x")


def test_a_program_that_hangs_is_ended_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.5)
    child = tmp_path / "con"
    settings = program(tmp_path, f'sleep 60 & echo $! > "{child}"; wait')
    started = time.monotonic()
    with pytest.raises(PdfFault):
        to_pdf(settings, "bao-cao.docx", b"x")
    assert time.monotonic() - started < 20
    for _ in range(100):
        try:
            os.kill(int(child.read_text()), 0)
        except ProcessLookupError:
            break
        state = Path(f"/proc/{child.read_text().strip()}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("vẫn còn chạy")


def test_the_latest_report_of_a_cycle(few: Any, tmp_path: Path) -> None:
    settings = program(tmp_path, 'for f; do last=$f; done; cp "$last" "$(dirname "$last")/van-ban.pdf"')
    few = few.with_settings(soffice=settings.soffice)
    with pytest.raises(NotKept, match=f"Lập trước: dondoc consolidate {CYCLE}"):
        write_pdf(few.office, CYCLE)
    paths = consolidate_step(few.office, CYCLE, NOW).paths
    path = write_pdf(few.office, CYCLE)
    assert path == few.office.settings.reports / CYCLE / "pdf" / f"bao-cao-{CYCLE}.pdf"
    assert path.read_bytes() == paths[0].read_bytes()
    assert write_pdf(few.office, CYCLE, f"phu-luc-{CYCLE}.xlsx").read_bytes() == paths[1].read_bytes()
    with pytest.raises(NotKept, match=r"chưa lập khac\.docx\. Đã lập: "):
        write_pdf(few.office, CYCLE, "khac.docx")


def test_only_so_many_at_once(tmp_path: Path) -> None:
    """Whoever presses more often is told to wait: the pages of the agencies go on."""
    gate = tmp_path / "cua"
    waits = program(
        tmp_path, f'while [ ! -e {gate} ]; do sleep 0.02; done; printf "%%PDF-" > "$9/van-ban.pdf"'
    )
    with ThreadPoolExecutor(pdf.AT_ONCE) as people:
        busy = [people.submit(to_pdf, waits, "a.docx", b"x") for _ in range(pdf.AT_ONCE)]
        while pdf._TURNS._value:
            time.sleep(0.01)
        with pytest.raises(PdfFault, match="thử lại sau ít phút"):
            to_pdf(waits, "a.docx", b"x")
        gate.touch()
        assert [one.result() for one in busy] == [b"%PDF-"] * pdf.AT_ONCE
    assert to_pdf(waits, "a.docx", b"x") == b"%PDF-"
