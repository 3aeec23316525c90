"""`dondoc reminders`, as a secretary types it on the days of a cycle."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

import flows.clock
from flows.cli import cli
from models.history import Audit
from models.notice import Notice
from models.time import VIETNAM
from tasks.cycle.request_acts import extend_request, find_request
from tasks.settings import CHECKOUT
from tasks.steps import one_after_another, sweep_step

CYCLE = "bcd-quy-2026-Q1"
Dondoc = Callable[..., Result]


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def sent(few: Any) -> Any:
    few.mark_sent(at(4, 10))
    return few


@pytest.fixture
def dondoc(sent: Any, monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    """The command line on the same database; its first argument is the day of March on which it is typed."""
    monkeypatch.setenv("DONDOC_HOME", str(sent.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_ACTOR", "Thư ký")

    def typed(day: int, *words: str) -> Result:
        monkeypatch.setattr(flows.clock, "now", lambda: at(day, 9))
        return CliRunner().invoke(cli, ["reminders", *words])

    return typed


def test_pausing_and_resuming(sent: Any, dondoc: Dondoc) -> None:
    sweep_step(sent.office, at(13), one_after_another)
    paused = dondoc(13, "pause", CYCLE, "--reason", "Bão số 3")
    assert paused.output == f"Kỳ {CYCLE} tạm dừng nhắc; giữ lại 4 tin.\n"
    assert dondoc(13, "pause", CYCLE, "--reason", "Bão số 3").output == "Không có gì thay đổi.\n"
    assert {notice.state.value for notice in sent.all(Notice)} == {"held"}
    assert "giữ lại: tạm dừng nhắc: Bão số 3" in dondoc(13, "preview").output
    assert dondoc(13, "resume", CYCLE).output == f"Kỳ {CYCLE} được nhắc lại từ lượt rà soát tới.\n"
    assert dondoc(13, "resume", CYCLE).output == f"Kỳ {CYCLE} không tạm dừng nhắc.\n"
    acts = [act.actor for act in sent.all(Audit) if act.act in ("tam-dung-nhac", "nhac-lai")]
    assert acts == ["Thư ký", "Thư ký"]


def test_the_list_for_the_leadership_waits_and_is_let_go(sent: Any, dondoc: Dondoc) -> None:
    assert dondoc(24, "release").output == "Không có bước nào chờ duyệt.\n"
    refused = dondoc(24, "release", CYCLE, "sau-3-lanh-dao")
    assert (refused.exit_code, "chưa có thông báo nào chờ duyệt" in refused.output) == (1, True)
    sweep_step(sent.office, at(25), one_after_another)
    assert dondoc(25, "release").output == f"{CYCLE} sau-3-lanh-dao: 1 tin chờ duyệt\n"
    released = dondoc(25, "release", CYCLE, "sau-3-lanh-dao")
    assert released.output == "Đã duyệt 1 tin của bước sau-3-lanh-dao; tin đi trong lượt rà soát tới.\n"


def test_looking_ahead(dondoc: Dondoc) -> None:
    shown = dondoc(9, "preview", "--on", "13/3/2026").output
    assert shown.startswith("Ngày 13/3/2026: 4 tin sẽ đi, 0 tin giữ lại.\n")
    assert (
        "SNV → Đầu mối Sở Nội vụ (Cán bộ đầu mối), Thư điện tử: Nhắc trước hạn 05 ngày làm việc\n"
        "  Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW: hạn 20/3/2026, còn 05 ngày làm việc\n"
        "  gửi lúc 07:30 ngày 13/3/2026\n"
    ) in shown
    slip = dondoc(9, "preview", "--on", "25/3/2026").output
    assert "Cả kỳ → Thường trực Ban Chỉ đạo (Lãnh đạo Ban Chỉ đạo), Thư điện tử: Phiếu báo cáo" in slip
    assert "  giữ lại: chờ thư ký duyệt gửi\n" in slip
    past = dondoc(9, "preview", "--on", "8/3/2026")
    assert (past.exit_code, "đã qua" in past.output) == (1, True)


def test_one_now_and_the_history(sent: Any, dondoc: Dondoc) -> None:
    assert "Chưa có tin nào." in dondoc(9, "history", "SNV").output
    put = dondoc(9, "send-now", CYCLE, "SNV", "--reason", "Đoàn kiểm tra hỏi")
    assert put.output == "Đã đặt tin nhắc SNV (goi-ngay-1) tới: Đầu mối Sở Nội vụ.\n"
    with sent.store.writing() as session:
        request = find_request(session, CYCLE, "SNV")
        extend_request(session, request, at(24).date(), reason="Công văn", actor="Thư ký", now=at(9, 10))
    sweep_step(sent.office, at(10), one_after_another)
    shown = dondoc(10, "history", "SNV", "--cycle", CYCLE).output
    assert "Nhắc ngay theo quyết định của thư ký → Đầu mối Sở Nội vụ (Cán bộ đầu mối), Thư điện tử" in shown
    assert "  Không cần gửi nữa: hạn báo cáo đã thay đổi\n" in shown
    assert "Đến lượt gửi → Không cần gửi nữa (hạn báo cáo đã thay đổi), bởi Thư ký\n" in shown
    assert "Sắp tới:\n  17/3/2026  Nhắc trước hạn 05 ngày làm việc → Cán bộ đầu mối\n" in shown
    unknown = dondoc(10, "history", "SNX")
    assert (unknown.exit_code, "Không có cơ quan mang mã 'SNX'" in unknown.output) == (1, True)
