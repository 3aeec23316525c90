"""`dondoc assignment` and `dondoc worklist`, as a secretary types them; the database says what became of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

import flows.clock
from flows.cli import cli
from models.codes import DeskRole
from models.desk_act import Confirmation, Follow
from models.history import Audit
from models.register import AssignmentRevision
from models.time import VIETNAM
from tasks.desk.accounts import add_account
from tasks.settings import CHECKOUT
from tasks.steps import collect_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
NOW = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
Dondoc = Callable[..., Result]


@pytest.fixture
def reported(few: Any) -> Any:
    few.mark_sent(NOW)
    few.row_key = next(line.row_key for line in few.form("SNV").assignments if line.kind == "date")
    done = few.filled("SNV", status={few.row_key.partition("/")[2]: "Hoàn thành"})
    (few.inbox / "SNV.xlsx").write_bytes(done)
    collect_step(few.office, NOW, one_after_another)
    return few


@pytest.fixture
def dondoc(reported: Any, monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    monkeypatch.setenv("DONDOC_HOME", str(reported.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_ACTOR", "Thư ký")
    monkeypatch.setattr(flows.clock, "now", lambda: NOW)
    return lambda *words: CliRunner().invoke(cli, list(words))


def test_confirming_correcting_withdrawing(reported: Any, dondoc: Dondoc) -> None:
    count = len(reported.form("SNV").assignments)
    listed = dondoc("assignment", "unconfirmed", CYCLE, "SNV").output
    assert f"{reported.row_key} SNV (Sở Nội vụ): Hoàn thành ngày 10/3/2026" in listed
    assert f"còn {count} chưa xác nhận" in listed
    confirm = ("assignment", "confirm", CYCLE, "SNV", reported.row_key, "--document", "45/KH-UBND")
    assert dondoc(*confirm).output == "Đã xác nhận 01 trạng thái của SNV.\n"
    assert dondoc(*confirm).output == "Không có gì thay đổi.\n"
    assert dondoc("assignment", "confirm", CYCLE, "SNV").output == (
        f"Đã xác nhận {count - 1:02d} trạng thái của SNV.\n"
    )
    correct = ("assignment", "correct", CYCLE, "SNV", reported.row_key, "--note", "Chưa ban hành")
    assert dondoc(*correct, "--status", "đang thực hiện").output == "Đã ghi.\n"
    assert "Không có trạng thái" in dondoc(*correct, "--status", "xong").output
    withdrawn = dondoc("assignment", "withdraw", CYCLE, reported.row_key, "SNV", "--reason", "Nhầm")
    assert withdrawn.output == "Đã ghi.\n"
    verdicts = [row.verdict.value for row in reported.all(Confirmation)]
    assert verdicts == ["confirmed"] * count + ["corrected", "withdrawn"]
    assert {row.actor for row in reported.all(Confirmation)} == {"Thư ký"}


def test_completion_names_both_bases(reported: Any, dondoc: Dondoc) -> None:
    before = dondoc("completion", CYCLE).output
    assert "theo số đã xác nhận" not in before
    dondoc("assignment", "confirm", CYCLE, "SNV", reported.row_key)
    after = " ".join(dondoc("completion", CYCLE).output.split())
    assert after.index("theo số đã xác nhận") < after.index("theo báo cáo của cơ quan, đơn vị")
    assert "trạng thái cơ quan khai đã được xác nhận" in after


def test_a_deadline_is_moved_and_moved_back(reported: Any, dondoc: Dondoc) -> None:
    move = (
        "assignment",
        "deadline",
        reported.row_key,
        "30/9/2026",
        "--number",
        "85/UBND-TH",
        "--date",
        "10/3/2026",
    )
    assert [dondoc(*move).output, dondoc(*move).output] == ["Đã ghi.\n", "Không có gì thay đổi.\n"]
    undo = ("assignment", "deadline", reported.row_key, "--undo", "--reason", "Nhầm nhiệm vụ")
    assert dondoc(*undo).output == "Đã ghi.\n"
    again = dondoc(*undo)
    assert (again.exit_code, "không có điều chỉnh nào để hủy" in again.output) == (1, True)
    assert dondoc("assignment", "deadline", reported.row_key).exit_code == 2
    assert reported.count(AssignmentRevision, AssignmentRevision.source != "") == 1


def test_proposals_leads_and_links(reported: Any, dondoc: Dondoc) -> None:
    accept = dondoc("assignment", "proposal", reported.row_key, "--accept", "--document", "TB 9-TB/BCĐ")
    assert accept.output == "Đã ghi.\n"
    assert "Chưa ghi lý do" in dondoc("assignment", "proposal", reported.row_key, "--refuse").output
    lead = dondoc("assignment", "lead", reported.row_key, "XXX", "--reason", "x")
    assert (lead.exit_code, "Chọn trong" in lead.output) == (1, True)
    same = dondoc("assignment", "link", reported.row_key, "KH57-2026/I.1")
    assert "hai danh mục khác nhau" in same.output
    assert dondoc("assignment", "links").output == "Chưa nối nhiệm vụ nào.\n"
    assert dondoc("assignment", "links", "--suggest").output == "Không có gợi ý nào.\n"
    assert [act.act for act in reported.all(Audit, Audit.entity == "assignment")] == ["chap-thuan-de-xuat"]


def test_following_and_the_work_list(reported: Any, dondoc: Dondoc) -> None:
    with reported.store.writing() as session:
        add_account(session, "mai.lt", "Lò Thị Mai", DeskRole.OFFICER, actor="Thử", now=NOW)
    count = len(reported.form("SNV").assignments)
    assert f"Sở Nội vụ, Báo cáo Quý I/2026: {count:02d} trạng thái" in dondoc("worklist").output
    assert dondoc("worklist", "--account", "mai.lt").output == "Không có việc nào đang chờ.\n"
    follow = ("assignment", "follow", "mai.lt", "SNV", reported.row_key)
    assert dondoc(*follow).output == "Phân công theo dõi: 02 cơ quan, nhiệm vụ.\n"
    assert dondoc(*follow).output == "Không có gì thay đổi.\n"
    assert f"{count:02d} trạng thái" in dondoc("worklist", "--account", "mai.lt").output
    assert (
        dondoc("assignment", "unfollow", "mai.lt", "SNV").output == "Thôi theo dõi: 01 cơ quan, nhiệm vụ.\n"
    )
    assert "01 trạng thái" in dondoc("worklist", "--account", "mai.lt").output
    assert reported.count(Follow) == 2
    assert "XX, KH57-2026/Z.9" in dondoc("assignment", "follow", "mai.lt", "XX", "KH57-2026/Z.9").output
