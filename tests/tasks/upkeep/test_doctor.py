"""The doctor names what is wrong and what to do, and changes nothing."""

import shutil
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlmodel import select

from flows.cli import cli
from models.codes import DeskRole
from models.directory import Person
from tasks.desk.accounts import add_account
from tasks.migrate import schema_version, upgrade
from tasks.settings import Settings
from tasks.states import record_act
from tasks.store import open_store
from tasks.upkeep.check import Check, Standing
from tasks.upkeep.doctor import examine

NOW = datetime(2026, 3, 18, 3, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:9/api"


def found(settings: Settings, now: datetime = NOW) -> dict[str, Check]:
    checks = list(examine(settings, NOWHERE, lambda: now))
    assert all(check.do or check.standing is Standing.WELL for check in checks), (
        "what is not well says what to do"
    )
    return {check.name: check for check in checks}


def test_an_empty_installation_is_told_what_to_begin_with(tmp_path: Path) -> None:
    checks = found(Settings(home=tmp_path))
    assert checks["Cơ sở dữ liệu"].do == "Chạy: dondoc setup"
    assert checks["Máy chủ Prefect"].do == "Chạy: dondoc up"
    assert checks["Máy chủ gửi thư"].standing is Standing.UNSURE
    assert checks["Múi giờ"].standing is Standing.WELL
    assert sorted(path.name for path in tmp_path.iterdir() if "sqlite" not in path.name) == []


def test_an_installation_at_work(few_both: Any, mailbox: Any) -> None:
    with few_both.store.writing() as session:
        add_account(session, "nguoi.mot", "Người Một", DeskRole.LEADER, actor="Thử", now=NOW)
        for person in session.exec(select(Person)):
            person.email = person.email.replace(".example", ".vn")
    assert few_both.office.key
    url = few_both.store.engine.url.render_as_string(hide_password=False)
    settings = few_both.office.settings.model_copy(update={"mail_url": mailbox.url, "database_url": url})
    checks = found(settings, datetime.now(UTC))  # the database server has the machine's own clock
    for name in ("Cơ sở dữ liệu", "Đồng hồ", "Máy chủ gửi thư", "Khóa ký biểu mẫu", "Danh bạ", "Tài khoản"):
        assert checks[name].standing is Standing.WELL, checks[name]
    assert mailbox.received == [], "nothing is sent"


def test_a_clock_that_went_back_is_noticed(few: Any) -> None:
    with few.store.writing() as session:
        record_act(session, "gia-han", "cycle", 1, actor="Thư ký", now=NOW + timedelta(days=1))
    assert found(few.office.settings)["Đồng hồ"].standing is Standing.WRONG
    assert "NTP" in found(few.office.settings)["Đồng hồ"].do


def test_an_old_schema_is_not_looked_into(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store = open_store(settings.engine_url)
    upgrade(store, "0003")
    checks = found(settings)
    assert "dondoc db upgrade" in checks["Cơ sở dữ liệu"].do
    assert "Danh bạ" not in checks
    assert schema_version(store) == "0003"
    store.engine.dispose()


def test_a_mail_server_that_is_not_there_or_refuses_the_password(
    few: Any, tmp_path: Path, mailbox: Any
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        settings = few.office.settings.model_copy(
            update={"mail_url": f"mailto://127.0.0.1:{port}?from=bcd@tinh.example"}
        )
        assert found(settings)["Máy chủ gửi thư"].standing is Standing.WRONG
    password = tmp_path / "mat-khau"
    password.write_text("bi-mat-cua-thu", encoding="utf-8")
    settings = few.office.settings.model_copy(
        update={"mail_url": mailbox.url.replace("://", "://bcd@"), "mail_password_file": password}
    )
    check = found(settings)["Máy chủ gửi thư"]
    assert check.standing is Standing.WRONG, "the server knows no login"
    assert "bi-mat" not in check.seen
    password.unlink()
    assert "mật khẩu" in found(settings)["Máy chủ gửi thư"].seen


def test_a_key_that_others_can_read_and_a_full_disk(few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert few.office.key
    few.office.settings.key_file.chmod(0o644)
    usage = shutil.disk_usage(few.office.settings.home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=100 * 1024**2))
    checks = found(few.office.settings)
    assert checks["Khóa ký biểu mẫu"].do.startswith("Chạy: chmod 600")
    assert checks["Ổ đĩa"].standing is Standing.WRONG


def test_a_public_address_that_nobody_answers(few: Any) -> None:
    gone = few.office.settings.model_copy(update={"portal_url": "http://127.0.0.1:9"})
    assert found(gone)["Trang nộp báo cáo"].standing is Standing.WRONG


def test_the_command_ends_with_1_when_something_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "nha"))
    result = CliRunner().invoke(cli, ["doctor", "--prefect", NOWHERE])
    assert result.exit_code == 1
    assert "✗ Máy chủ Prefect" in result.output
    assert "    → Chạy: dondoc up" in result.output
    assert {path.name for path in (tmp_path / "nha").iterdir()} <= {"dondoc.sqlite3"}
