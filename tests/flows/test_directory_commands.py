"""`dondoc directory` and `dondoc call`: every act of the desk, on the command line."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import flows.clock
from flows.cli import cli
from models.agency_act import Acknowledgement
from models.codes import ContactState, PersonRole
from models.desk_act import PhoneCall
from models.directory import Agency, ContactCheck, ContactRound, Person
from models.history import Audit
from models.rules.directory.contact_fields import ContactFields
from models.rules.directory.rounds import Proposal
from models.time import VIETNAM
from tasks.directory.contact_answers import find_check, propose_contacts
from tasks.directory.contact_rounds import find_round
from tasks.settings import CHECKOUT

NOW = datetime(2026, 3, 23, 8, 15, tzinfo=VIETNAM).astimezone(UTC)
SNV = "dau-moi@snv.dien-bien.example"
Dondoc = Callable[..., Result]


@pytest.fixture
def dondoc(few: Any, monkeypatch: pytest.MonkeyPatch) -> Dondoc:
    """The command line on the same database, on the Monday after the deadline."""
    few.mark_sent(datetime(2026, 3, 4, 3, tzinfo=UTC))
    monkeypatch.setenv("DONDOC_HOME", str(few.office.settings.home))
    monkeypatch.setenv("DONDOC_PROFILE", str(CHECKOUT / "deployments" / "dien-bien"))
    monkeypatch.setenv("DONDOC_ACTOR", "Lò Văn C")
    monkeypatch.setattr(flows.clock, "now", lambda: NOW)
    return lambda *words: CliRunner().invoke(cli, list(words))


def person(province: Any, email: str = SNV) -> Person:
    (found,) = province.all(Person, Person.email == email)
    assert isinstance(found, Person)
    return found


def test_the_workbook_out_and_in_again(few: Any, dondoc: Dondoc, tmp_path: Path) -> None:
    file = tmp_path / "danh-ba.xlsx"
    assert dondoc("directory", "export", str(file)).output == f"Đã ghi {file}\n"
    unchanged = dondoc("directory", "import", str(file)).output
    assert "thêm 0 và sửa 0 cơ quan" in unchanged
    assert "--accept" not in unchanged
    book = load_workbook(file)
    sheet = book["Người liên hệ"]
    row = next(row for row in sheet.iter_rows() if row[4].value == SNV)
    row[2].value, row[6].value = "Tên mới", "Có"
    sheet.append(["SNX", "Cán bộ đầu mối", "Lạc", "", "lac@x.example", "", ""])
    book.save(file)
    shown = dondoc("directory", "import", str(file)).output
    assert "  ~ SNV: Tên mới (cán bộ đầu mối): họ tên: Đầu mối Sở Nội vụ → Tên mới" in shown
    assert "! Trang “Người liên hệ”, dòng" in shown
    assert person(few).name == "Đầu mối Sở Nội vụ"
    code = shown.rpartition("--accept ")[2].strip()
    refused = dondoc("directory", "import", str(file), "--accept", "0000000000")
    assert (refused.exit_code, "đã khác lúc xem trước" in refused.output) == (1, True)
    assert "Đã thêm 0 và sửa 0 cơ quan" in dondoc("directory", "import", str(file), "--accept", code).output
    assert person(few).name == "Tên mới"
    assert few.all(Audit)[-1].actor == "Lò Văn C"
    template = tmp_path / "mau.xlsx"
    dondoc("directory", "export", str(template), "--template")
    assert load_workbook(template)["Cơ quan"].max_row == 1


def test_contacts_by_hand(few: Any, dondoc: Dondoc) -> None:
    added = dondoc("directory", "add", "SNV", "--name", "Trần Văn B", "--phone", "0912 345 678")
    number = few.all(Person)[-1].id
    assert added.output == f"Đã có Trần Văn B trong danh bạ, số {number}.\n"
    assert dondoc("directory", "change", str(number), "--email", "b@snv.example").exit_code == 0
    assert person(few, "b@snv.example").phone == "0912 345 678"
    shown = dondoc("directory", "show", "SNV").output
    assert f"{number}. Trần Văn B (cán bộ đầu mối, b@snv.example, 0912 345 678)" in shown
    assert (
        dondoc("directory", "remove", str(number), "--reason", "nghỉ").output == "Đã ngừng dùng Trần Văn B.\n"
    )
    assert "[đã ngừng dùng]" in dondoc("directory", "show", "SNV").output
    assert dondoc("directory", "restore", str(number)).output == "Đã dùng lại Trần Văn B.\n"
    with few.store.writing() as session:
        row = session.get_one(Person, number)
        row.bounced_at, row.bounced_why = NOW, "550 no such user"
    assert "SNV Sở Nội vụ: thư bị trả lại" in dondoc("directory", "show").output
    assert "Thư bị trả lại: 550 no such user" in dondoc("directory", "show", "SNV").output
    assert dondoc("directory", "mend-address", str(number), "--reason", "đã gọi").exit_code == 0
    assert person(few, "b@snv.example").bounced_at is None
    above = dondoc("directory", "show", "--above").output
    assert "Thư ký Ban Chỉ đạo (thư ký ban chỉ đạo" in above
    wrong = dondoc("directory", "add", "XX", "--name", "B", "--phone", "0912345678")
    assert (wrong.exit_code, "Không có cơ quan nào mang mã “XX”" in wrong.output) == (1, True)
    assert dondoc("directory", "remove", "999", "--reason", "x").exit_code == 1


def test_a_round_from_start_to_end(
    few: Any, dondoc: Dondoc, monkeypatch: pytest.MonkeyPatch, mailbox: Any
) -> None:
    monkeypatch.setenv("DONDOC_MAIL_URL", mailbox.url)
    monkeypatch.setenv("DONDOC_PORTAL_URL", "https://bao-cao.example")
    assert "Chưa có đợt xác nhận" in dondoc("directory", "round", "status").output
    nobody = {
        agency.code
        for agency in few.all(Agency)
        if not few.count(Person, Person.agency_id == agency.id, Person.email != "")
    }
    started = dondoc("directory", "round", "start", "--answer-by", "27/3/2026").output
    asked = few.count(Agency) - len(nobody)
    assert started.startswith(f"Đợt 1: hỏi {asked} cơ quan, hạn trả lời 27/3/2026.")
    assert sum("/dau-moi/" in text for text in mailbox.texts()) == asked
    with few.store.writing() as session:
        for code in ("SNV", "STC"):
            check = find_check(session, find_round(session).id or 0, code)
            new = ContactFields(PersonRole.OFFICER, f"Người {code}", "", f"moi@{code.lower()}.example")
            propose_contacts(session, check.id or 0, (Proposal(new),), "", "Ai đó", NOW)
    status = dondoc("directory", "round", "status").output
    assert "Đợt 1, hạn trả lời 27/3/2026: đang chờ trả lời." in status
    assert "SNV Sở Nội vụ: đề nghị sửa, chờ thư ký" in status
    assert "Thêm: Người SNV (cán bộ đầu mối, moi@snv.example)" in status
    assert dondoc("directory", "round", "accept", "SNV").output == "Đã sửa danh bạ theo đề nghị của SNV.\n"
    assert dondoc("directory", "round", "decline", "STC", "--reason", "chưa rõ").exit_code == 0
    states = {check.state for check in few.all(ContactCheck)}
    assert states == {ContactState.ASKED, ContactState.ACCEPTED, ContactState.DECLINED}
    assert few.count(Person, Person.email.like("moi@%")) == 1  # type: ignore[attr-defined]
    assert dondoc("directory", "round", "end").output == "Đợt 1 đã kết thúc.\n"
    assert few.all(ContactRound)[0].ended_at == NOW
    assert "đã kết thúc" in dondoc("directory", "round", "status", "1").output


def test_calls_logged_listed_and_put_right(few: Any, dondoc: Dondoc) -> None:
    assert dondoc("call", "list").output == "Không có cuộc gọi nào.\n"
    officer = str(person(few).id)
    said = ("--said", "Chờ số liệu", "--promised", "25/3/2026", "--cycle", "bcd-quy-2026-Q1", "--at", "8:00")
    logged = dondoc("call", "log", "SNV", "--person", officer, *said)
    assert logged.output == "Đã ghi cuộc gọi số 1 tới Sở Nội vụ (Đầu mối Sở Nội vụ).\n"
    listed = "1. 08:00 ngày 23/3/2026, SNV, Đầu mối Sở Nội vụ: Chờ số liệu. Hẹn 25/3/2026.\n"
    assert dondoc("call", "list").output == listed
    assert dondoc("call", "list", "SNV").output == listed
    assert "Không có" in dondoc("call", "list", "--on", "20/3/2026").output
    fixed = dondoc("call", "correct", "1", "--said", "Chưa hẹn", "--reason", "nghe nhầm")
    assert fixed.output == "Đã đính chính cuộc gọi số 1 bằng cuộc gọi số 2.\n"
    assert [one.promised for one in few.all(Acknowledgement)][-1] is None
    assert "(đã đính chính bằng số 2)" in dondoc("call", "list", "SNV").output
    assert few.all(PhoneCall)[1].whom == "Đầu mối Sở Nội vụ"
    dondoc("call", "log", "STC", "--to", "Trực ban", "--no-answer")
    assert "STC, Trực ban: không liên lạc được." in dondoc("call", "list").output
    for words, why in (
        (("log", "SNV", "--to", "A", "--said", "x", "--at", "sáng"), "không phải là giờ"),
        (("log", "SNV", "--to", "A"), "Chưa ghi nội dung"),
        (("correct", "99", "--said", "x"), "Không có cuộc gọi số 99"),
    ):
        answer = dondoc("call", *words)
        assert (answer.exit_code, why in answer.output) == (1, True), why
