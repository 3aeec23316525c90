"""Zalo messages of the Official Account, to people who follow it and have written to it of late."""

from typing import Any

from models.codes import Channel
from models.directory import Person
from tasks.channels.base import Answer, Clock, Outgoing
from tasks.channels.short_text import short_text
from tasks.channels.zalo_http import ZaloHttp
from tasks.channels.zalo_open_api import call_open_api
from tasks.channels.zalo_plugin import ZaloCourier, ZaloPlugin, plugin_of
from tasks.channels.zalo_token import AccessTokens, TokenFile
from tasks.settings import Settings

PATH = "/v3.0/oa/message/"
KINDS = ("cs", "transaction", "promotion")


class NotifyZaloOa(ZaloPlugin):
    """zalooa://profile/user-id?kind=cs"""

    service_name = "Zalo OA"
    service_url = "https://oa.zalo.me/"
    schema = "zalooa"
    secure_protocol = "zalooa"
    setup_url = service_url
    channel = Channel.ZALO_OA
    templates = ("{schema}://{profile}/{targets}",)

    def __init__(self, profile: str, kind: str = KINDS[0], **kwargs: Any) -> None:
        super().__init__(profile, **kwargs)
        if kind not in KINDS:
            raise TypeError(f"kind={kind!r}: chỉ có {', '.join(KINDS)}")
        self.kind = kind

    def deliver(self, http: ZaloHttp, outgoing: Outgoing) -> Answer:
        text = short_text(outgoing.subject, outgoing.text, outgoing.link, files=bool(outgoing.attachments))
        self.throttle()
        tokens = AccessTokens(
            TokenFile(self.secret_file("json")),
            http,
            self.settings.zalo_oauth_api,
            self.channel.value,
            self.clock,
        )
        url = self.settings.zalo_oa_api.rstrip("/") + PATH + self.kind
        content = {"recipient": {"user_id": outgoing.address}, "message": {"text": text}}
        return call_open_api(http, tokens, url, content, self.channel)

    def parameters(self) -> dict[str, str]:
        return {} if self.kind == KINDS[0] else {"kind": self.kind}

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        parts = ZaloPlugin.parse_url(url)
        if parts and parts["qsd"].get("kind"):
            parts["kind"] = parts["qsd"]["kind"]
        return parts


class ZaloOa:
    """Zalo by the Official Account, in the registry of channels."""

    code = Channel.ZALO_OA

    def address_of(self, person: Person) -> str:
        return person.zalo_user_id or ""

    def missing(self, settings: Settings) -> str:
        return "" if settings.zalo_oa_url else "chưa đặt DONDOC_ZALO_OA_URL"

    def courier(self, settings: Settings, clock: Clock) -> ZaloCourier:
        return ZaloCourier(
            plugin_of(NotifyZaloOa, settings.zalo_oa_url, "DONDOC_ZALO_OA_URL", settings, clock)
        )
