"""Reports on other levels from the command line: the files are there, and faults are told in words."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows import clock, command_line
from flows.cli import cli
from models.time import VIETNAM

CYCLE = "bcd-quy-2026-Q1"
NOW = datetime(2026, 3, 24, 9, tzinfo=VIETNAM)


@pytest.fixture
def run(few: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `dondoc report …` against the province."""
    few = few.with_settings(soffice="/khong/co/soffice")
    monkeypatch.setattr(command_line, "office", lambda: few.office)
    monkeypatch.setattr("flows.report_commands.office", lambda: few.office)
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def report(*words: str) -> Result:
        return CliRunner().invoke(cli, ["report", *words])

    return report


def written(result: Result) -> list[Path]:
    return [Path(line.strip()) for line in result.output.splitlines() if line.startswith("  ")]


def test_an_agency_and_a_section(run: Any) -> None:
    for words, names in (
        (("agency", CYCLE, "SNV"), [f"ket-qua-SNV-{CYCLE}.docx", f"ket-qua-SNV-{CYCLE}.xlsx"]),
        (("section", CYCLE, "II"), [f"linh-vuc-II-{CYCLE}.docx", f"linh-vuc-II-{CYCLE}.xlsx"]),
    ):
        result = run(*words)
        assert result.exit_code == 0, result.output
        paths = written(result)
        assert [path.name for path in paths] == names
        assert all(path.stat().st_size > 1000 for path in paths)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("agency", CYCLE, "ABC"), "không có cơ quan mang mã 'ABC'"),
        (("section", CYCLE, "IX"), "không có lĩnh vực 'IX'"),
        (("compare", CYCLE), f"Chưa có kỳ nào trước kỳ {CYCLE} để so sánh."),
        (("compare", CYCLE, "--with", "khong-co"), "Không có kỳ báo cáo 'khong-co'"),
        (("pdf", CYCLE), f"Lập trước: dondoc consolidate {CYCLE}"),
    ],
    ids=["agency", "section", "no earlier", "unknown earlier", "nothing made"],
)
def test_what_cannot_be_made_is_said(run: Any, words: tuple[str, ...], told: str) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert told in result.output


def test_pdf_without_libreoffice(run: Any) -> None:
    run("agency", CYCLE, "SNV")
    result = run("pdf", CYCLE, f"ket-qua-SNV-{CYCLE}.docx")
    assert result.exit_code == 1
    assert "DONDOC_SOFFICE" in result.output
