"""Zalo messages of our bot, to people who have made themselves known to it with a one-time code."""

from collections.abc import Mapping
from typing import Any

from models.codes import AttemptOutcome, Channel
from models.directory import Person
from models.rules.zalo_errors import BOT, behaviour_of
from tasks.channels.base import ANSWER_LENGTH, Answer, Clock, Outgoing
from tasks.channels.short_text import short_text
from tasks.channels.zalo_http import NoAnswer, NotSent, Reply, ZaloHttp, without_token
from tasks.channels.zalo_open_api import refusal, without_code
from tasks.channels.zalo_plugin import ZaloCourier, ZaloFault, ZaloPlugin, plugin_of
from tasks.settings import Settings

TIMED_OUT = 408
"""getUpdates found nothing in its time; of a message that is sent it leaves open what became of it."""


class NotifyZaloBot(ZaloPlugin):
    """zalobot://profile/chat-id"""

    service_name = "Zalo Bot"
    service_url = "https://bot.zaloplatforms.com/"
    schema = "zalobot"
    secure_protocol = "zalobot"
    setup_url = service_url
    channel = Channel.ZALO_BOT
    templates = ("{schema}://{profile}/{targets}",)

    def deliver(self, http: ZaloHttp, outgoing: Outgoing) -> Answer:
        text = short_text(outgoing.subject, outgoing.text, outgoing.link, files=bool(outgoing.attachments))
        return self.write_to(http, outgoing.address, text)

    def write_to(self, http: ZaloHttp, chat_id: str, text: str) -> Answer:
        """One text to one chat."""
        self.throttle()
        try:
            reply = self.call(http, "sendMessage", {"chat_id": chat_id, "text": text})
        except ZaloFault as fault:
            return Answer(AttemptOutcome.MISCONFIGURED, str(fault))
        except NotSent as error:
            return Answer(AttemptOutcome.UNREACHABLE, str(error)[:ANSWER_LENGTH])
        except NoAnswer as error:
            return Answer(AttemptOutcome.UNKNOWN, str(error)[:ANSWER_LENGTH])
        return self._judged(reply)

    def call(self, http: ZaloHttp, method: str, content: Mapping[str, Any], wait: float = 0) -> Reply:
        """One call to the bot service. ZaloFault without a token; NotSent, NoAnswer as of ZaloHttp."""
        url = f"{self.settings.zalo_bot_api.rstrip('/')}/bot{self._token()}/{method}"
        return http.post_json(url, content, {}, wait)

    def _token(self) -> str:
        file = self.secret_file("bot")
        try:
            token = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            token = ""
        if not token:
            raise ZaloFault(
                f"{self.channel.label} đã dừng: chưa có token của bot ({file}). Lấy token ở Zalo Bot Manager rồi chạy: "
                "dondoc channel token zalo_bot; sau đó: dondoc channel resume zalo_bot --reason LÝ_DO"
            )
        return token

    def _judged(self, reply: Reply) -> Answer:
        if reply.body.get("ok") is True:
            result = reply.body.get("result")
            sent = result.get("message_id", "") if isinstance(result, Mapping) else ""
            return Answer(AttemptOutcome.ACCEPTED, f"đã nhận, message_id {sent}"[:ANSWER_LENGTH])
        error = bot_error(reply)
        if error is None:
            return without_code(reply, self.channel)
        if error == TIMED_OUT or error >= 500:
            return Answer(AttemptOutcome.UNKNOWN, f"lỗi {error}: chưa rõ đã gửi hay chưa")
        words = without_token(str(reply.body.get("description", "")))
        return refusal(behaviour_of(error, BOT), error, words, self.channel)


def bot_error(reply: Reply) -> int | None:
    """The error of a refusal; an HTTP status of 4xx is one, too."""
    try:
        return int(str(reply.body["error_code"]))
    except (KeyError, ValueError):
        return reply.status if 400 <= reply.status < 500 else None


class ZaloBot:
    """Zalo by our bot, in the registry of channels."""

    code = Channel.ZALO_BOT

    def address_of(self, person: Person) -> str:
        return person.zalo_chat_id or ""

    def missing(self, settings: Settings) -> str:
        return "" if settings.zalo_bot_url else "chưa đặt DONDOC_ZALO_BOT_URL"

    def courier(self, settings: Settings, clock: Clock) -> ZaloCourier:
        return ZaloCourier(bot_of(settings, clock))


def bot_of(settings: Settings, clock: Clock) -> NotifyZaloBot:
    """The bot of these settings. ZaloFault when the address is none."""
    plugin = plugin_of(NotifyZaloBot, settings.zalo_bot_url, "DONDOC_ZALO_BOT_URL", settings, clock)
    assert isinstance(plugin, NotifyZaloBot)  # noqa: S101 - for the type checker
    return plugin
