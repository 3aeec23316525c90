"""Zalo messages by phone number: an approved template, filled with facts; paid, and never split."""

import hashlib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from apprise.common import OverflowMode

from models.codes import Channel
from models.directory import Person
from models.rules.files.file_faults import read_as
from models.rules.phones import mobile_number
from models.rules.zalo_templates import ZaloFile, ZbsTemplate
from tasks.channels.base import Answer, Clock, Outgoing
from tasks.channels.zalo_http import ZaloHttp
from tasks.channels.zalo_open_api import call_open_api
from tasks.channels.zalo_plugin import ZaloCourier, ZaloFault, ZaloPlugin, plugin_of
from tasks.channels.zalo_token import AccessTokens, TokenFile
from tasks.profile import ProfileFault, read_yaml
from tasks.settings import Settings

PATH = "/message/template"
FILE = "zalo.yaml"
FIELDS = ("template_id", "templateId")
NO_TEMPLATE = "chưa có mẫu tin Zalo cho loại thư {letter!r} trong " + FILE
NO_NUMBER = "không phải số di động: {number!r}"


class NotifyZaloZbs(ZaloPlugin):
    """zalozns://profile/84912345678?template=123456&:ten=Sở%20Nội%20vụ

    Arguments: `mode=development` (Zalo then delivers to the OA's administrators only), `field=templateId` (how newer
    documents write the field), and for Apprise's own notify() `template`, its parameters with a colon before them, and
    `body`, the parameter that takes the text.
    """

    service_name = "Zalo ZBS"
    service_url = "https://zalo.cloud/"
    schema = "zalozns"
    secure_protocol = "zalozns"
    setup_url = service_url
    channel = Channel.ZALO_ZBS
    overflow_mode = OverflowMode.UPSTREAM  # one that is too long is refused, not paid for twice
    templates = ("{schema}://{profile}/{targets}",)

    def __init__(
        self,
        profile: str,
        mode: str = "",
        field: str = FIELDS[0],
        template: str = "",
        body: str = "",
        filled: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(profile, **kwargs)
        if mode not in ("", "development"):
            raise TypeError(f"mode={mode!r}: chỉ có development")
        if field not in FIELDS:
            raise TypeError(f"field={field!r}: chỉ có {', '.join(FIELDS)}")
        self.mode, self.field, self.template, self.body = mode, field, template, body
        self.filled = dict(filled or {})

    @cached_property
    def mapped(self) -> dict[str, ZbsTemplate]:
        """Letter -> template, by the province's file."""
        return {str(letter): one for letter, one in read_templates(self.settings.profile).templates.items()}

    def why_not(self, outgoing: Outgoing) -> str:
        if not mobile_number(outgoing.address):
            return NO_NUMBER.format(number=outgoing.address)
        return "" if outgoing.template in self.mapped else NO_TEMPLATE.format(letter=outgoing.template)

    def deliver(self, http: ZaloHttp, outgoing: Outgoing) -> Answer:
        if self.template:  # Apprise's own notify(): everything is in the address
            text = {self.body: outgoing.text} if self.body else {}
            template_id, data = self.template, {**self.filled, **text}
        else:
            mapped = self.mapped[outgoing.template]
            template_id = mapped.template_id
            data = {name: outgoing.facts.get(fact, "") for name, fact in mapped.parameters.items()}
        content: dict[str, Any] = {
            "phone": mobile_number(outgoing.address),
            self.field: template_id,
            "template_data": data,
            "tracking_id": hashlib.sha256(outgoing.message_id.encode()).hexdigest()[:32],
        }
        if self.mode:
            content["mode"] = self.mode
        self.throttle()
        tokens = AccessTokens(
            TokenFile(self.secret_file("json")),
            http,
            self.settings.zalo_oauth_api,
            self.channel.value,
            self.clock,
        )
        url = self.settings.zalo_zbs_api.rstrip("/") + PATH
        return call_open_api(http, tokens, url, content, self.channel)

    def parameters(self) -> dict[str, str]:
        known = {"mode": self.mode, "template": self.template, "body": self.body}
        if self.field != FIELDS[0]:
            known["field"] = self.field
        return {k: v for k, v in known.items() if v} | {f":{k}": v for k, v in self.filled.items()}

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        parts = ZaloPlugin.parse_url(url)
        if not parts:
            return None
        given = {
            name: parts["qsd"][name]
            for name in ("mode", "field", "template", "body")
            if parts["qsd"].get(name)
        }
        return {**parts, **given, "filled": dict(parts.get("qsd:", {}))}


def read_templates(profile: Path) -> ZaloFile:
    """The province's zalo.yaml. ZaloFault says where in it what is wrong."""
    try:
        return read_as(ZaloFile, read_yaml(profile, FILE), FILE)
    except ProfileFault as fault:
        raise ZaloFault(str(fault)) from fault
    except ValueError as error:
        raise ZaloFault(str(error)) from error


class ZaloZbs:
    """Zalo by phone number, in the registry of channels."""

    code = Channel.ZALO_ZBS

    def address_of(self, person: Person) -> str:
        return mobile_number(person.phone)

    def missing(self, settings: Settings) -> str:
        if not settings.zalo_zbs_url:
            return "chưa đặt DONDOC_ZALO_ZBS_URL"
        return "" if (settings.profile / FILE).exists() else f"chưa có tệp {settings.profile / FILE}"

    def courier(self, settings: Settings, clock: Clock) -> ZaloCourier:
        plugin = plugin_of(NotifyZaloZbs, settings.zalo_zbs_url, "DONDOC_ZALO_ZBS_URL", settings, clock)
        read_templates(settings.profile)
        return ZaloCourier(plugin)
