"""`dondoc request`: what the secretariat decides about one agency, and what its page then says."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

import flows.clock
from flows.cli import cli
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
