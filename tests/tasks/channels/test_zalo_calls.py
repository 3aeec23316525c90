"""The contract with Zalo, call by call, against its services here: what is asked, and what each answer leads to."""

import json
import logging
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from zalo_server import APP_ID, BOT_TOKEN, SECRET_KEY, Zalo

from models.codes import AttemptOutcome, Channel
from tasks.channels.base import Answer, Outgoing
from tasks.channels.registry import CHANNELS, usable
from tasks.channels.zalo_http import without_token
from tasks.settings import Settings

NOW = datetime(2026, 3, 16, 2, 5, tzinfo=UTC)
ZBS, BOT, OA = Channel.ZALO_ZBS, Channel.ZALO_BOT, Channel.ZALO_OA
ALL = pytest.mark.parametrize("channel", [ZBS, BOT, OA])
OPEN_API = pytest.mark.parametrize("channel", [ZBS, OA])

YAML = """
templates:
  reminder:
    template_id: "301"
    parameters: {ten: agency, ky: cycle, han: due, so: count}
"""
ADDRESSES = {ZBS: "0912 345 678", BOT: "tro-chuyen-1", OA: "nguoi-1"}


def outgoing(channel: Channel, **changed: Any) -> Outgoing:
    facts: dict[str, Any] = {
        "message_id": "<1.thu@bcd.example>",
        "template": "reminder",
        "name": "Nguyễn Thị Ánh",
        "address": ADDRESSES[channel],
        "subject": "Nhắc gửi Báo cáo Quý I/2026",
        "text": "Kính gửi: Sở Nội vụ\n",
        "facts": {"agency": "Sở Nội vụ", "cycle": "Báo cáo Quý I/2026", "due": "20/3/2026", "count": "2"},
        "link": "https://baocao.example/b/12/abc",
    }
    return Outgoing(**(facts | changed))


class Desk:
    """Settings that lead to Zalo here, with secrets in place."""

    def __init__(self, folder: Path, zalo: Zalo) -> None:
        self.zalo = zalo
        self.now = NOW
        (folder / "tinh").mkdir()
        (folder / "tinh" / "zalo.yaml").write_text(YAML, encoding="utf-8")
        self.secrets = folder / "khoa"
        self.secrets.mkdir()
        self.settings = Settings(
            home=folder,
            profile=folder / "tinh",
            zalo_secrets_folder=self.secrets,
            zalo_zbs_url="zalozns://dien-bien",
            zalo_bot_url="zalobot://dien-bien",
            zalo_oa_url="zalooa://dien-bien",
            zalo_answer_seconds=0.5,
            **zalo.settings,  # type: ignore[arg-type]
        )
        self.keys(access_token=zalo.access_token, expires_at=(NOW + timedelta(hours=1)).isoformat())
        (self.secrets / "dien-bien.bot").write_text(f"{BOT_TOKEN}\n", encoding="utf-8")

    def keys(self, **changed: Any) -> None:
        kept = {"app_id": APP_ID, "secret_key": SECRET_KEY, "refresh_token": self.zalo.refresh_token}
        self.token_file.write_text(json.dumps(kept | changed), encoding="utf-8")

    @property
    def token_file(self) -> Path:
        return self.secrets / "dien-bien.json"

    def kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(self.token_file.read_bytes())
        return kept

    def with_settings(self, **changed: Any) -> "Desk":
        self.settings = self.settings.model_copy(update=changed)
        return self

    def deliver(self, channel: Channel, *messages: Outgoing) -> list[Answer]:
        courier = CHANNELS[channel].courier(self.settings, lambda: self.now)
        with courier.open() as connection:
            return [connection.deliver(message) for message in messages or (outgoing(channel),)]

    def outcome(self, channel: Channel) -> AttemptOutcome:
        return self.deliver(channel)[0].outcome


@pytest.fixture
def desk(tmp_path: Path, zalo: Zalo) -> Desk:
    return Desk(tmp_path, zalo)


# All goes well


def test_a_template_is_filled_with_facts_and_carries_no_text(desk: Desk) -> None:
    (answer,) = desk.deliver(ZBS)
    assert (answer.outcome, answer.text) == (AttemptOutcome.ACCEPTED, "đã nhận {'msg_id': 'tin-1'}")
    (call,) = desk.zalo.taken
    tracking = call.pop("tracking_id")
    assert call == {
        "path": "/message/template",
        "phone": "84912345678",
        "template_id": "301",
        "template_data": {"ten": "Sở Nội vụ", "ky": "Báo cáo Quý I/2026", "han": "20/3/2026", "so": "2"},
    }
    assert len(tracking) == 32
    desk.deliver(ZBS)
    assert desk.zalo.taken[1]["tracking_id"] == tracking


def test_the_address_says_how_templates_are_asked_for(desk: Desk) -> None:
    desk.with_settings(zalo_zbs_url="zalozns://dien-bien?mode=development&field=templateId")
    assert desk.outcome(ZBS) is AttemptOutcome.ACCEPTED
    (call,) = desk.zalo.taken
    assert (call["mode"], call["templateId"]) == ("development", "301")
    assert "template_id" not in call


def test_the_oa_writes_a_text_to_its_follower(desk: Desk) -> None:
    assert desk.outcome(OA) is AttemptOutcome.ACCEPTED
    desk.with_settings(zalo_oa_url="zalooa://dien-bien?kind=transaction")
    assert desk.outcome(OA) is AttemptOutcome.ACCEPTED
    text = "Nhắc gửi Báo cáo Quý I/2026\n\nKính gửi: Sở Nội vụ\n\nhttps://baocao.example/b/12/abc"
    assert desk.zalo.taken == [
        {
            "path": f"/v3.0/oa/message/{kind}",
            "recipient": {"user_id": "nguoi-1"},
            "message": {"text": text},
        }
        for kind in ("cs", "transaction")
    ]


def test_the_bot_writes_a_text_to_its_chat(desk: Desk) -> None:
    (answer,) = desk.deliver(BOT)
    assert (answer.outcome, answer.text) == (AttemptOutcome.ACCEPTED, "đã nhận, message_id tin-1")
    (call,) = desk.zalo.taken
    assert (call["path"], call["chat_id"]) == ("/bot/sendMessage", "tro-chuyen-1")
    assert call["text"].endswith("https://baocao.example/b/12/abc")


# A token that is not in force


@OPEN_API
def test_a_token_that_ends_during_the_round_is_renewed_and_the_message_tried_once_more(
    desk: Desk, channel: Channel
) -> None:
    assert desk.outcome(channel) is AttemptOutcome.ACCEPTED
    desk.zalo.expire()
    assert desk.outcome(channel) is AttemptOutcome.ACCEPTED
    assert (desk.zalo.refreshes, len(desk.zalo.taken)) == (1, 2)
    assert desk.kept()["refresh_token"] == desk.zalo.refresh_token


@OPEN_API
def test_a_fresh_token_that_is_not_taken_either_stops_the_channel(desk: Desk, channel: Channel) -> None:
    desk.zalo.orders += [-124, -216]
    (answer,) = desk.deliver(channel)
    assert answer.outcome is AttemptOutcome.MISCONFIGURED
    assert f"dondoc channel resume {channel.value}" in answer.text
    assert (desk.zalo.refreshes, desk.zalo.taken) == (1, [])


# Every refusal


@pytest.mark.parametrize(
    ("error", "outcome", "till_morning"),
    [
        (-108, AttemptOutcome.REFUSED, False),
        (-109, AttemptOutcome.MISCONFIGURED, False),
        (-115, AttemptOutcome.MISCONFIGURED, False),
        (-118, AttemptOutcome.REFUSED, False),
        (-119, AttemptOutcome.REFUSED, False),
        (-131, AttemptOutcome.MISCONFIGURED, False),
        (-133, AttemptOutcome.RETRY, True),
        (-135, AttemptOutcome.MISCONFIGURED, False),
        (-136, AttemptOutcome.MISCONFIGURED, False),
        (-139, AttemptOutcome.REFUSED, False),
        (-141, AttemptOutcome.REFUSED, False),
        (-144, AttemptOutcome.RETRY, True),
        (-147, AttemptOutcome.RETRY, True),
        (-1121, AttemptOutcome.MISCONFIGURED, False),
        (-1122, AttemptOutcome.MISCONFIGURED, False),
        (-32, AttemptOutcome.RETRY, False),
        (-555, AttemptOutcome.RETRY, False),
    ],
)
@OPEN_API
def test_an_error_behind_http_200_is_a_refusal(
    desk: Desk, channel: Channel, error: int, outcome: AttemptOutcome, till_morning: bool
) -> None:
    desk.zalo.orders.append(error)
    (answer,) = desk.deliver(channel)
    assert (answer.outcome, answer.till_morning) == (outcome, till_morning)
    assert f"lỗi {error}: loi {error}" in answer.text
    assert ("Cần: " in answer.text) == (outcome is AttemptOutcome.MISCONFIGURED)
    assert desk.zalo.taken == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (400, AttemptOutcome.REFUSED),
        (401, AttemptOutcome.MISCONFIGURED),
        (403, AttemptOutcome.REFUSED),
        (404, AttemptOutcome.MISCONFIGURED),
        (408, AttemptOutcome.UNKNOWN),
        (429, AttemptOutcome.RETRY),
        (500, AttemptOutcome.UNKNOWN),
    ],
)
def test_a_refusal_of_the_bot(desk: Desk, error: int, outcome: AttemptOutcome) -> None:
    desk.zalo.orders.append(error)
    assert desk.outcome(BOT) is outcome
    assert desk.zalo.taken == []


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        ("429", AttemptOutcome.RETRY),
        ("404", AttemptOutcome.MISCONFIGURED),
        ("500", AttemptOutcome.UNKNOWN),
        ("html", AttemptOutcome.UNKNOWN),
        ("no error", AttemptOutcome.UNKNOWN),
        ("slow", AttemptOutcome.UNKNOWN),
        ("drop", AttemptOutcome.UNKNOWN),
    ],
)
@ALL
def test_an_answer_that_says_nothing_of_the_message(
    desk: Desk, channel: Channel, order: str, outcome: AttemptOutcome
) -> None:
    desk.zalo.orders.append(order)
    assert desk.outcome(channel) is outcome
    assert len(desk.zalo.taken) == (order in ("slow", "drop"))
    assert desk.outcome(channel) is AttemptOutcome.ACCEPTED


def test_a_service_that_is_out_for_a_while_is_tried_later(desk: Desk) -> None:
    desk.zalo.orders.append("503")
    assert desk.outcome(OA) is AttemptOutcome.RETRY


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@ALL
def test_a_service_that_cannot_be_reached_has_got_nothing(desk: Desk, channel: Channel, nobody: str) -> None:
    desk.with_settings(zalo_zbs_api=nobody, zalo_oa_api=nobody, zalo_bot_api=nobody)
    assert desk.outcome(channel) is AttemptOutcome.UNREACHABLE


def test_the_environment_leads_no_call_elsewhere(
    desk: Desk, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nobody)
    assert desk.outcome(BOT) is AttemptOutcome.ACCEPTED
    assert desk.with_settings(zalo_proxy=nobody).outcome(BOT) is AttemptOutcome.UNREACHABLE


# Secrets


def test_the_bot_s_token_is_in_no_log_and_no_answer(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="httpx")
    desk.zalo.orders.append(403)
    answers = desk.deliver(BOT, outgoing(BOT), outgoing(BOT))
    assert "/bot***/sendMessage" in caplog.text
    assert BOT_TOKEN not in caplog.text + "".join(answer.text for answer in answers)
    assert without_token(f"gọi https://x/bot{BOT_TOKEN}/getMe hỏng") == "gọi https://x/bot***/getMe hỏng"


def test_without_secrets_a_channel_says_what_to_do(desk: Desk) -> None:
    desk.token_file.unlink()
    (desk.secrets / "dien-bien.bot").unlink()
    for channel in (ZBS, BOT, OA):
        (answer,) = desk.deliver(channel)
        assert answer.outcome is AttemptOutcome.MISCONFIGURED
        assert f"dondoc channel token {channel.value}" in answer.text
    assert desk.zalo.taken == []


# What a message cannot be


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"address": "0215 3 825 000"}, "không phải số di động: '0215 3 825 000'"),
        ({"template": "secretariat"}, "chưa có mẫu tin Zalo cho loại thư 'secretariat' trong zalo.yaml"),
    ],
)
def test_a_letter_without_a_template_is_not_paid_for(desk: Desk, changed: dict[str, str], why: str) -> None:
    courier = CHANNELS[ZBS].courier(desk.settings, lambda: NOW)
    assert courier.why_not(outgoing(ZBS, **changed)) == why
    assert desk.zalo.taken == []


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("zalo_zbs_url", "zalo://dien-bien", "phải có dạng zalozns://tên-hồ-sơ"),
        ("zalo_zbs_url", "zalozns://Điện Biên", "tên hồ sơ"),
        ("zalo_zbs_url", "zalozns://dien-bien?mode=prod", "chỉ có development"),
        ("zalo_zbs_url", "zalozns://dien-bien?field=mau", "chỉ có template_id, templateId"),
        ("zalo_oa_url", "zalooa://dien-bien?kind=x", "chỉ có cs, transaction, promotion"),
        ("zalo_bot_url", "zalobot://khoa:bimat@dien-bien", "không ghi khóa trong địa chỉ"),
    ],
)
def test_an_address_that_cannot_be_used_names_its_setting(
    desk: Desk, setting: str, value: str, why: str
) -> None:
    channel = {"zalo_zbs_url": ZBS, "zalo_oa_url": OA, "zalo_bot_url": BOT}[setting]
    from tasks.channels.zalo_plugin import ZaloFault

    with pytest.raises(ZaloFault, match=why) as fault:
        CHANNELS[channel].courier(desk.with_settings(**{setting: value}).settings, lambda: NOW)
    assert str(fault.value).startswith(f"DONDOC_{setting.upper()}: ")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            "templates: {reminder: {template_id: 301}}",
            "zalo.yaml, trường “templates › reminder › template_id”",
        ),
        ("templates: {thu: {template_id: '1'}}", "zalo.yaml, trường “templates › thu"),
        ("templates: {reminder: {template_id: '1', parameters: {a: phone}}}", "parameters › a"),
        ("templates: {reminder: {template_id: '1', ma: 2}}", "reminder › ma” (dòng 1): không có trong mẫu"),
        ("mau: {}", "trường “mau” (dòng 1): không có trong mẫu"),
        ("templates: [", "dòng 1"),
    ],
)
def test_a_faulty_file_of_templates_names_the_place(desk: Desk, content: str, why: str) -> None:
    from tasks.channels.zalo_plugin import ZaloFault

    (desk.settings.profile / "zalo.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(ZaloFault) as fault:
        CHANNELS[ZBS].courier(desk.settings, lambda: NOW)
    assert why in str(fault.value)


def test_what_has_to_be_set_is_said(desk: Desk) -> None:
    bare = Settings(home=desk.settings.home, profile=desk.settings.profile)
    assert [CHANNELS[c].missing(bare) for c in (ZBS, BOT, OA)] == [
        "chưa đặt DONDOC_ZALO_ZBS_URL",
        "chưa đặt DONDOC_ZALO_BOT_URL",
        "chưa đặt DONDOC_ZALO_OA_URL",
    ]
    (desk.settings.profile / "zalo.yaml").unlink()
    assert "zalo.yaml" in CHANNELS[ZBS].missing(desk.settings)
    assert set(CHANNELS) == set(Channel)


# Apprise's own way in


@pytest.fixture
def apprise(desk: Desk) -> Iterator[Callable[[str], Any]]:
    from apprise import Apprise, NotificationManager

    from tasks.channels.apprise_plugins import PLUGINS, register
    from tasks.channels.zalo_plugin import ZaloPlugin

    register(desk.settings, lambda: NOW)
    register(desk.settings, lambda: NOW)  # again, as another flow run does
    yield Apprise.instantiate
    ZaloPlugin.means = None
    NotificationManager().remove(*(plugin.schema for plugin in PLUGINS))


def test_apprise_can_notify_through_each(desk: Desk, apprise: Callable[[str], Any]) -> None:
    zns = "zalozns://dien-bien/0912345678?template=77&body=noi_dung&:han=20/3/2026"
    for address in (zns, "zalobot://dien-bien/tro-chuyen-1", "zalooa://dien-bien/nguoi-1/nguoi-2"):
        plugin = apprise(address)
        plugin.notify(body="Có 02 báo cáo quá hạn.", title="Đôn đốc")
        assert {answer.outcome for answer in plugin.answers} == {AttemptOutcome.ACCEPTED}
        again = apprise(plugin.url())
        assert (again.url(), again.targets) == (plugin.url(), plugin.targets)
        assert "0912345678" not in plugin.url(privacy=True)
    first, second, third, fourth = desk.zalo.taken
    assert first["template_data"] == {
        "noi_dung": "Đôn đốc\r\nCó 02 báo cáo quá hạn.",
        "han": "20/3/2026",
    }
    assert second["text"].startswith("Đôn đốc")
    assert [c["recipient"]["user_id"] for c in (third, fourth)] == ["nguoi-1", "nguoi-2"]


def test_apprise_says_no_when_zalo_does_and_the_answer_is_kept(
    desk: Desk, apprise: Callable[[str], Any]
) -> None:
    desk.zalo.orders.append(-118)
    plugin = apprise("zalooa://dien-bien/nguoi-1")
    assert not plugin.notify(body="x")
    assert [answer.text for answer in plugin.answers] == ["lỗi -118: loi -118"]


def test_a_paid_template_is_never_sent_in_two_parts(desk: Desk, apprise: Callable[[str], Any]) -> None:
    apprise("zalozns://dien-bien/0912345678?template=77&body=noi_dung").notify(body="chữ " * 1500)
    assert len(desk.zalo.taken) == 1


@pytest.mark.parametrize("address", ["zalooa://dien-bien/nguoi-1?kind=khac", "zalozns://Sai", "zalobot://"])
def test_an_address_apprise_cannot_use_makes_no_plugin(apprise: Callable[[str], Any], address: str) -> None:
    assert apprise(address) is None


@pytest.mark.parametrize(
    ("address", "targets"),
    [
        ("zalooa://dien-bien/nguoi-1?to=nguoi-2,nguoi-3&kind=promotion", ("nguoi-1", "nguoi-2", "nguoi-3")),
        ("zalozns://dien-bien?to=0912345678&template=7&field=templateId&mode=development", ("0912345678",)),
        ("zalobot://dien-bien", ()),
    ],
)
def test_an_address_says_the_same_when_it_is_written_out(
    apprise: Callable[[str], Any], address: str, targets: tuple[str, ...]
) -> None:
    plugin = apprise(address)
    assert plugin.targets == targets
    again = apprise(plugin.url())
    assert (again.targets, again.parameters()) == (targets, plugin.parameters())
    assert again.url_identifier == plugin.url_identifier
    assert plugin.notify(body="x") == bool(targets)


def test_a_plugin_without_settings_is_none() -> None:
    from tasks.channels.zalo_oa import NotifyZaloOa

    with pytest.raises(TypeError, match="chưa được đăng ký với Apprise"):
        NotifyZaloOa("dien-bien")


def test_a_schema_that_another_has_taken_is_a_fault(desk: Desk) -> None:
    from apprise import NotificationManager, NotifyBase

    from tasks.channels.apprise_plugins import register
    from tasks.channels.zalo_plugin import ZaloFault

    class Another(NotifyBase):  # type: ignore[misc, no-untyped-call]
        secure_protocol = "zalozns"

    manager = NotificationManager()
    assert manager.add(Another)
    try:
        with pytest.raises(ZaloFault, match="đã có thành phần khác dùng tên zalozns://"):
            register(desk.settings, lambda: NOW)
    finally:
        manager.remove("zalozns")


def test_calls_keep_their_distance(desk: Desk, apprise: Callable[[str], Any]) -> None:
    plugin = apprise("zalobot://dien-bien/1")
    assert 0 < plugin.request_rate_per_sec < 1


def test_what_a_step_may_choose_from_is_what_is_set_up(desk: Desk) -> None:
    assert usable(desk.settings) == {ZBS, BOT, OA}
    assert usable(
        desk.settings.model_copy(update={"mail_url": "mailto://127.0.0.1:25", "zalo_bot_url": ""})
    ) == {
        Channel.EMAIL,
        ZBS,
        OA,
    }
