"""The commands of the acts on cycles, requests and waiting files: the same functions as on the desk's pages."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from desk_acts import PDF, at, submit

import flows.clock
from flows.cli import cli
from models.codes import ArrivalVerdict, CycleState, RequestState
from models.cycle import Cycle, CycleDocument, Request
from models.desk_act import RecordedReport
from models.history import Audit
from models.submission import Arrival, SignedReport
from tasks.intake.judge import judge_one
from tasks.intake.receive import receive
from tasks.settings import CHECKOUT
from tasks.steps import open_step

CYCLE = "bcd-quy-2026-Q1"
Dondoc = Callable[..., Result]


class Hour:
    """The command line's clock."""

    at = at(23)

    def __call__(self) -> Any:
        return self.at


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> Hour:
    hour = Hour()
    monkeypatch.setattr(flows.clock, "now", hour)
    return hour


def commands(province: Any, monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    monkeypatch.setenv("DONDOC_HOME", str(province.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_ACTOR", "Thư ký trực")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, list(words))

    return run


@pytest.fixture
def dondoc(few: Any, monkeypatch: pytest.MonkeyPatch, hour: Hour) -> Dondoc:
    few.mark_sent(at(4, 10))
    return commands(few, monkeypatch)


@pytest.fixture
def scan(tmp_path: Path) -> str:
    file = tmp_path / "quet.pdf"
    file.write_bytes(PDF)
    return str(file)


def test_a_draft_is_released_with_scan_and_list(
    imported: Any, monkeypatch: pytest.MonkeyPatch, hour: Hour, scan: str
) -> None:
    open_step(imported.office, "2026-Q1", at(2))
    hour.at = at(4)
    run = commands(imported, monkeypatch)
    words = ("cycle", "release", CYCLE, "--number", "12-CV/BCĐ", "--date", "04/3/2026", "--scan", scan)
    told = run(*words, "--except", "STC", "--except", "3127", "--urgent")
    assert "58 cơ quan, đơn vị, địa phương phải báo cáo" in told.output
    assert imported.all(Cycle)[0].urgent
    assert imported.count(CycleDocument, CycleDocument.file_name == f"cong-van-{CYCLE}.pdf") == 1
    assert "Đã thêm STC" in run("cycle", "add", CYCLE, "STC", "--reason", "Bổ sung").output
    assert "đã có trong kỳ" in run("cycle", "add", CYCLE, "STC", "--reason", "Bổ sung").output
    assert imported.count(Request) == 59


def test_a_cycle_is_corrected_made_urgent_closed_and_reopened(few: Any, dondoc: Dondoc, scan: str) -> None:
    words = ("--number", "13-CV/BCĐ", "--date", "03/3/2026", "--reason", "Nhầm số", "--scan", scan)
    assert "công văn số 13-CV/BCĐ ngày 03/3/2026" in dondoc("cycle", "correct", CYCLE, *words).output
    assert "Không có gì thay đổi" in dondoc("cycle", "correct", CYCLE, *words).output
    assert dondoc("cycle", "urgent", CYCLE).output == f"Kỳ {CYCLE}: khẩn.\n"
    assert dondoc("cycle", "urgent", CYCLE, "--off").output == f"Kỳ {CYCLE}: thôi khẩn.\n"
    assert dondoc("cycle", "close", CYCLE, "--reason", "Đủ").exit_code == 0
    told = dondoc("cycle", "reopen", CYCLE, "--until", "31/3/2026", "--reason", "Nhầm")
    assert "thu báo cáo lại đến hết ngày 31/3/2026" in told.output
    assert few.all(Cycle)[0].state == CycleState.RELEASED
    assert {audit.actor for audit in few.all(Audit, Audit.act == "mo-lai-ky")} == {"Thư ký trực"}


def test_a_report_is_recorded_with_its_figures_and_taken_back(
    few: Any, dondoc: Dondoc, scan: str, tmp_path: Path
) -> None:
    figures = tmp_path / "bieu.xlsx"
    figures.write_bytes(few.filled("SNV"))
    words = ("--way", "paper", "--received", "19/3/2026", "--number", "125/BC-SNV", "--date", "18/3/2026")
    told = dondoc(
        "request", "record", CYCLE, "SNV", *words, "--signer", "Lò Văn A", "--scan", scan, "--signed",
        "--figures", str(figures),
    )  # fmt: skip
    assert told.output.startswith("Đã ghi nhận báo cáo của SNV.\nSố liệu: thành một phiên bản báo cáo.")
    assert few.request("SNV").state == RequestState.COMPLETE
    assert few.request("SNV").complete_at == at(19, 17)
    assert few.count(SignedReport) == 1
    assert (
        "SNV: Đã nhận báo cáo đạt yêu cầu."
        in dondoc("request", "unrecord", CYCLE, "SNV", "--reason", "Nhầm").output
    )
    assert "Không có ghi nhận thay" in dondoc("request", "unrecord", CYCLE, "SNV", "--reason", "Nhầm").output
    assert few.all(RecordedReport)[0].cancelled_by == "Thư ký trực"


def test_a_report_is_sent_back_and_that_is_taken_back(few: Any, dondoc: Dondoc) -> None:
    submit(few, few.filled("SNV"), at(12))
    told = dondoc("request", "return", CYCLE, "SNV", "--comment", "Bổ sung số văn bản")
    assert "hoàn thiện chậm nhất hết ngày 26/3/2026" in told.output  # three working days after 23/3
    assert few.request("SNV").state == RequestState.INCOMPLETE
    back = dondoc("request", "unreturn", CYCLE, "SNV", "--reason", "Đã đủ")
    assert back.output == "SNV: Đã nhận báo cáo đạt yêu cầu.\n"
    assert "Không có đề nghị" in dondoc("request", "unreturn", CYCLE, "SNV", "--reason", "Đã đủ").output


def test_let_off_asked_again_and_a_deadline_moved_back(few: Any, dondoc: Dondoc) -> None:
    assert "không yêu cầu" in dondoc("request", "exempt", CYCLE, "SNV", "--reason", "Sáp nhập").output
    refused = dondoc("request", "unexempt", CYCLE, "SNV", "--reason", "Nhầm")
    assert (refused.exit_code, "Hạn 20/3/2026 đã qua" in refused.output) == (1, True)
    told = dondoc("request", "unexempt", CYCLE, "SNV", "--reason", "Nhầm", "--until", "31/3/2026")
    assert told.output == "SNV: phải báo cáo, hạn 31/3/2026.\n"
    moved = dondoc("request", "reset-due", CYCLE, "SNV", "--until", "27/3/2026", "--reason", "Cần sớm")
    assert moved.output == "Đã đặt lại hạn của SNV: hết ngày 27/3/2026.\n"
    assert few.request("SNV").due == date(2026, 3, 27)


def test_files_that_wait_are_listed_placed_and_set_aside(few: Any, dondoc: Dondoc) -> None:
    numbers = []
    for name in ("quet.pdf", "ky.pdf", "anh.gif"):
        content = PDF + name.encode() if name.endswith("pdf") else b"GIF89a"
        arrival_id = receive(
            few.store,
            channel="hop-thu",
            reference=name,
            file_name=name,
            content=content,
            received_at=at(18),
            now=at(18),
            sender="van-thu@snv.example",
        )
        judge_one(few.store, arrival_id or 0, few.office.key, at(18))
        numbers.append(str(arrival_id))
    listed = dondoc("arrival", "list").output
    assert f"{numbers[0]}: quet.pdf, nhận lúc 09:00 ngày 18/3/2026, từ van-thu@snv.example." in listed
    settle = ("arrival", "settle")
    assert "ghi nhận thay" in dondoc(*settle, numbers[0], CYCLE, "SNV", "--as", "recorded").output
    signed = ("--as", "signed", "--number", "1/BC", "--date", "17/3/2026", "--signer", "A")
    assert "báo cáo đã ký" in dondoc(*settle, numbers[1], CYCLE, "STC", *signed).output
    refused = dondoc(*settle, numbers[2], CYCLE, "SNV", "--as", "report")
    assert refused.exit_code == 1
    assert dondoc("arrival", "dismiss", numbers[2], "--reason", "Ảnh").output == "Đã ghi.\n"
    assert "Ảnh" in dondoc("arrival", "list", "--dismissed").output
    assert "Không có tệp nào đang chờ" in dondoc("arrival", "list").output
    assert dondoc("arrival", "undismiss", numbers[2]).output == "Đã ghi.\n"
    verdicts = [arrival.verdict for arrival in few.all(Arrival)]
    assert verdicts == [ArrivalVerdict.RECORDED, ArrivalVerdict.SIGNED, ArrivalVerdict.PERSON]
