"""The commands about channels, as a secretary types them."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlmodel import select
from zalo_server import APP_ID, BOT_TOKEN, SECRET_KEY, Zalo

from flows.channel_commands import CHANNEL_CODES
from flows.cli import cli
from models.channel import ChannelState, ZaloLinkCode
from models.codes import Channel
from models.directory import Person
from models.history import Audit
from tasks.office import open_office

STOPPED_AT = datetime(2026, 3, 16, 2, 5, tzinfo=UTC)
SECRETARIAT = "to-giup-viec@bcd57.dien-bien.example"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zalo: Zalo) -> Path:
    """A home of its own whose settings lead to Zalo here, with the directory loaded."""
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DONDOC_ZALO_BOT_URL", "zalobot://dien-bien")
    monkeypatch.setenv("DONDOC_ZALO_OA_URL", "zalooa://dien-bien")
    for name, value in zalo.settings.items():
        monkeypatch.setenv(f"DONDOC_{name.upper()}", value)
    with open_office().store.writing() as session:
        session.add(Person(role="secretariat", name="Thư ký", email=SECRETARIAT))
    return tmp_path / "home"


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, ["channel", *words], input=typed)


def rows(table: Any) -> list[Any]:
    with open_office().store.reading() as session:
        return list(session.exec(select(table)).all())


def test_the_commands_know_every_channel() -> None:
    assert [channel.value for channel in Channel] == CHANNEL_CODES


def test_the_list_says_what_is_set_what_stands_and_why(home: Path) -> None:
    with open_office().store.writing() as session:
        why = "Cần: nạp tiền"
        session.add(ChannelState(channel=Channel.ZALO_OA, stopped_at=STOPPED_AT, why=why))
    told = run("list").output
    assert "email – Thư điện tử: chưa dùng được: chưa đặt máy chủ gửi thư (DONDOC_MAIL_URL)" in told
    assert (
        "zalo_zbs – Zalo (tin mẫu theo số điện thoại): chưa dùng được: chưa đặt DONDOC_ZALO_ZBS_URL" in told
    )
    assert "zalo_bot – Zalo (bot của Ban Chỉ đạo): đang chạy" in told
    assert "zalo_oa – Zalo (tài khoản OA): ĐÃ DỪNG lúc 09:05 ngày 16/3/2026\n  Cần: nạp tiền" in told


def test_keys_are_typed_unseen_and_kept_apart(home: Path, zalo: Zalo) -> None:
    told = run("token", "zalo_oa", typed=f"{APP_ID}\n{SECRET_KEY}\n{zalo.refresh_token}\n").output
    told += run("token", "zalo_bot", typed=f"{BOT_TOKEN}\n").output
    assert SECRET_KEY not in told
    assert BOT_TOKEN not in told
    assert "dondoc channel resume zalo_oa" in told
    kept = json.loads((home / "zalo" / "dien-bien.json").read_bytes())
    assert (kept["app_id"], kept["secret_key"], kept["refresh_token"]) == (
        APP_ID,
        SECRET_KEY,
        zalo.refresh_token,
    )
    assert (home / "zalo" / "dien-bien.bot").read_text(encoding="utf-8") == f"{BOT_TOKEN}\n"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (home / "zalo").iterdir()} == {0o600}
    refused = run("token", "zalo_zbs", typed="1\n2\n3\n")
    assert refused.exit_code == 1
    assert "Chưa đặt DONDOC_ZALO_ZBS_URL" in refused.output


def test_from_the_code_to_a_test_message(home: Path, zalo: Zalo) -> None:
    run("token", "zalo_bot", typed=f"{BOT_TOKEN}\n")
    refused = run("test", "zalo_bot", "--to", SECRETARIAT)
    assert refused.exit_code == 1
    assert "chưa có địa chỉ trên kênh zalo_bot" in refused.output
    told = run("bot-codes").output
    (code,) = [row.code for row in rows(ZaloLinkCode)]
    assert told.startswith(f"{code}  Thư ký <{SECRETARIAT}>, dùng được đến ")
    assert run("bot-codes", SECRETARIAT).output == told
    zalo.says("chat-1", code)
    assert run("bind").output == "Đã gắn: Thư ký\nGắn 1 người; 0 tin không phải mã còn hiệu lực.\n"
    assert run("bot-codes").output == "Bot đã biết tất cả mọi người trong danh bạ.\n"
    done = run("test", "zalo_bot", "--to", SECRETARIAT)
    assert (done.exit_code, done.output) == (0, "Máy chủ đã nhận: đã nhận, message_id tin-2\n")
    assert zalo.taken[-1]["text"].startswith("Tin thử của hệ thống đôn đốc báo cáo")
    zalo.orders.append(403)
    failed = run("test", "zalo_bot", "--to", SECRETARIAT)
    assert failed.exit_code == 1
    assert "Máy chủ từ chối" in failed.output


def test_a_bot_that_may_not_listen_ends_with_a_fault(home: Path) -> None:
    run("token", "zalo_bot", typed="sai\n")
    done = run("bind")
    assert done.exit_code == 1
    assert "Kiểm tra token của bot" in done.output


def test_an_oa_id_is_put_down_and_taken_back(home: Path) -> None:
    assert run("oa-user", SECRETARIAT, "123").output == "Đã ghi cho Thư ký.\n"
    assert [person.zalo_user_id for person in rows(Person)] == ["123"]
    run("oa-user", SECRETARIAT, "0")
    assert [person.zalo_user_id for person in rows(Person)] == [None]
    assert [audit.act for audit in rows(Audit)] == ["ghi mã Zalo OA của người nhận"] * 2
    assert (
        "Không có người nào đang hoạt động với địa chỉ x@y.example"
        in run("oa-user", "x@y.example", "1").output
    )


def test_what_is_set_wrongly_is_said_in_the_list(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_ZALO_OA_URL", "zalooa://dien-bien?kind=x")
    assert "chưa dùng được: DONDOC_ZALO_OA_URL: kind='x': chỉ có cs" in run("list").output


def test_a_letter_without_a_template_cannot_be_tried(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_ZALO_ZBS_URL", "zalozns://dien-bien")
    with open_office().store.writing() as session:
        session.exec(select(Person)).one().phone = "0912345678"
    done = run("test", "zalo_zbs", "--to", SECRETARIAT)
    assert done.exit_code == 1
    assert "chưa có mẫu tin Zalo cho loại thư 'reminder' trong zalo.yaml" in done.output


def test_a_channel_that_stopped_runs_again(home: Path) -> None:
    with open_office().store.writing() as session:
        session.add(ChannelState(channel=Channel.ZALO_OA, stopped_at=STOPPED_AT, why="hết tiền"))
    done = run("resume", "zalo_oa", "--reason", "đã nạp tiền")
    assert done.output == "Kênh zalo_oa chạy lại; 0 tin đang chờ đi trong lượt gửi sau.\n"
    assert "ĐÃ DỪNG" not in run("list").output
    assert [audit.reason for audit in rows(Audit)] == ["đã nạp tiền"]


def test_a_channel_that_runs_is_not_resumed(home: Path) -> None:
    done = run("resume", "zalo_oa", "--reason", "thử")
    assert done.exit_code == 1
    assert "Kênh zalo_oa đang chạy" in done.output
    unset = run("test", "zalo_zbs", "--to", SECRETARIAT)
    assert unset.exit_code == 1
    assert "Kênh zalo_zbs chưa dùng được: chưa đặt DONDOC_ZALO_ZBS_URL" in unset.output
