"""`dondoc request`: what the secretariat decides about one agency, and what its page then says."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from province import FEW

import flows.clock
from flows.cli import cli
from models.history import Audit
from models.submission import Arrival, SignedReport
from tasks.settings import CHECKOUT

CYCLE = "bcd-quy-2026-Q1"
Dondoc = Callable[..., Result]


@pytest.fixture
def dondoc(few: Any, monkeypatch: pytest.MonkeyPatch, clock: Any) -> Dondoc:
    """The command line on the same database, at the page's hour."""
    monkeypatch.setenv("DONDOC_HOME", str(few.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_PORTAL_URL", "https://bao-cao.example")
    monkeypatch.setattr(flows.clock, "now", clock)
    return lambda *words: CliRunner().invoke(cli, ["request", *words])


def test_an_extension_from_asking_to_granting(few: Any, dondoc: Dondoc, visitor_of: Any) -> None:
    visitor = visitor_of(few, "SNV")
    assert dondoc("asks").output == "Không có đề nghị gia hạn nào đang chờ.\n"
    visitor.post("/gia-han", {"den": "28/3/2026", "ly_do": "Chờ số liệu"})
    asked = dondoc("asks").output
    assert f"{CYCLE} SNV (Sở Nội vụ): hạn 20/3/2026, đề nghị đến 28/3/2026" in asked
    assert "Lý do: Chờ số liệu" in asked
    granted = dondoc("extend", CYCLE, "SNV", "--until", "28/3/2026", "--reason", "Đồng ý")
    assert granted.output.startswith(
        "Đã gia hạn cho SNV đến hết ngày 28/3/2026. Lưu ý: ngày này là ngày nghỉ ("
    )
    assert "hạn mới là hết ngày 28/3/2026 . Đồng ý" in visitor.get().text
    assert "Không có đề nghị" in dondoc("asks").output


def test_an_extension_is_declined_with_its_reason(few: Any, dondoc: Dondoc, visitor_of: Any) -> None:
    refused = dondoc("decline", CYCLE, "SNV", "--reason", "x")
    assert (refused.exit_code, "Không có đề nghị gia hạn nào" in refused.output) == (1, True)
    visitor = visitor_of(few, "SNV")
    visitor.post("/gia-han", {"den": "28/3/2026", "ly_do": "Chờ số liệu"})
    assert dondoc("decline", CYCLE, "SNV", "--reason", "Tỉnh gửi 25/3").output == (
        "Đã ghi: không gia hạn cho SNV.\n"
    )
    assert "không được chấp thuận . Tỉnh gửi 25/3" in visitor.get().text


def test_a_link_is_printed_and_revoked(few: Any, dondoc: Dondoc, visitor_of: Any) -> None:
    visitor = visitor_of(few, "SNV")
    assert dondoc("link", CYCLE, "SNV").output == f"https://bao-cao.example/y/{visitor.token}\n"
    assert "Đã thu hồi" in dondoc("revoke-link", CYCLE, "SNV", "--reason", "lộ").output
    assert visitor.get().status == 404
    assert visitor_of(few, "SNV").get().status == 200
    assert visitor.token not in dondoc("link", CYCLE, "SNV").output


def test_the_packages_of_a_cycle_are_written_for_every_agency_or_for_one(
    few: Any, dondoc: Dondoc, tmp_path: Path
) -> None:
    assert dondoc("package", CYCLE, "--output", str(tmp_path / "tat-ca")).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "tat-ca").iterdir()) == sorted(
        f"bieu-bao-cao-{code}-{CYCLE}.zip" for code in FEW
    )
    assert dondoc("package", CYCLE, "SNV", "--output", str(tmp_path / "mot")).output.startswith(
        "Đã ghi 1 tệp nén"
    )
    (package,) = (tmp_path / "mot").iterdir()
    assert ZipFile(package).namelist() == [
        f"bieu-bao-cao-SNV-{CYCLE}.xlsx",
        f"de-cuong-SNV-{CYCLE}.docx",
        "HUONG-DAN.txt",
    ]


def test_a_signed_report_that_came_another_way_is_recorded_by_the_secretariat(
    few: Any, dondoc: Dondoc, visitor_of: Any, tmp_path: Path
) -> None:
    paper = tmp_path / "bao-cao.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF\n")
    words = ("--number", "125/BC-SNV", "--date", "9/3/2026", "--signer", "Giám đốc Nguyễn Văn A")
    for _twice in range(2):
        assert dondoc("signed", CYCLE, "SNV", str(paper), *words).output == (
            "Đã ghi nhận báo cáo số 125/BC-SNV của SNV.\n"
        )
    (signed,) = few.all(SignedReport)
    assert (signed.request_id, signed.signed_on) == (few.request_id("SNV"), date(2026, 3, 9))
    (act,) = few.all(Audit, Audit.act == "ghi-bao-cao-ky")
    assert act.actor
    assert "125/BC-SNV" in visitor_of(few, "SNV").get().text


def test_what_is_no_signed_report_is_refused_and_kept(few: Any, dondoc: Dondoc, tmp_path: Path) -> None:
    paper = tmp_path / "bao-cao.docx"
    paper.write_bytes(b"PK khong phai PDF")
    refused = dondoc(
        "signed", CYCLE, "SNV", str(paper), "--number", "1/BC", "--date", "9/3/2026", "--signer", "A"
    )
    assert (refused.exit_code, "không phải tệp PDF" in refused.output) == (1, True)
    assert few.count(SignedReport) == 0
    assert [arrival.file_name for arrival in few.all(Arrival)] == ["bao-cao.docx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("extend", CYCLE, "SNV", "--until", "19/3/2026", "--reason", "x"), "phải sau hạn hiện nay"),
        (("extend", CYCLE, "XYZ", "--until", "28/3/2026", "--reason", "x"), "không có yêu cầu báo cáo nào"),
        (("extend", "x", "SNV", "--until", "28/3/2026", "--reason", "x"), "Không có kỳ báo cáo"),
        (("link", CYCLE, "XYZ"), "không có yêu cầu báo cáo nào"),
    ],
)
def test_faults_are_sentences(dondoc: Dondoc, words: tuple[str, ...], said: str) -> None:
    result = dondoc(*words)
    assert result.exit_code == 1
    assert said in result.output
