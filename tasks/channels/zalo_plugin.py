"""What the three Zalo channels have in common as Apprise plugins, and as channels of ours.

An address (zalozns://dien-bien, zalobot://..., zalooa://...) names a profile: the secrets are in files of that name in
the folder of secrets, never in the address, which may be shown. Apprise's `notify()` says only yes or no in 1.13 (a
result object in 2.x): what Zalo answered is kept in `answers`.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.utils import make_msgid
from pathlib import Path
from typing import Any, ClassVar

import apprise
from apprise.common import NotifyType

from models.codes import AttemptOutcome, Channel
from models.fault import Fault
from tasks.channels.base import Answer, Clock, Outgoing
from tasks.channels.short_text import MOST
from tasks.channels.zalo_http import ZaloHttp
from tasks.settings import Settings

PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class ZaloFault(Fault):
    """A Zalo channel is set up wrongly; the message says what and where, in Vietnamese."""


@dataclass(frozen=True)
class Means:
    """What a plugin needs beside its address."""

    settings: Settings
    clock: Clock


NotifyBase: Any = apprise.NotifyBase  # its types say None for what every subclass fills in


class ZaloPlugin(NotifyBase):  # type: ignore[misc]
    """One of Zalo's ways in. A subclass says what one call is (`deliver`) and what its address looks like."""

    title_maxlen = 0  # the title is folded into the body
    body_maxlen = MOST
    request_rate_per_sec = 0.2
    """Seconds between two calls, in spite of its name."""

    channel: ClassVar[Channel]
    schema: ClassVar[str]
    means: ClassVar[Means | None] = None
    """For plugins that Apprise makes from an address alone (tasks.channels.apprise_plugins.register)."""

    def __init__(
        self, profile: str, targets: tuple[str, ...] = (), means: Means | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not PROFILE.fullmatch(profile or ""):
            raise TypeError(f"tên hồ sơ {profile!r} chỉ gồm chữ thường không dấu, chữ số, gạch nối")
        given = means or self.means
        if given is None:
            raise TypeError(f"kênh {self.channel.label} chưa được đăng ký với Apprise")
        self.profile = profile
        self.targets = tuple(targets)
        self.settings, self.clock = given.settings, given.clock
        self.answers: tuple[Answer, ...] = ()
        """The answers to the last `notify()`, one a target."""

    def deliver(self, http: ZaloHttp, outgoing: Outgoing) -> Answer:
        """One call for one message to one address."""
        raise NotImplementedError

    def why_not(self, outgoing: Outgoing) -> str:  # noqa: ARG002 - most take anything
        """Why this message cannot go out here; "" when it can."""
        return ""

    def send(
        self,
        body: str,
        title: str = "",
        notify_type: NotifyType = NotifyType.INFO,  # noqa: ARG002 - Apprise's signature
        **_kwargs: Any,
    ) -> bool:
        """Apprise's own way in: one text to the targets of the address."""
        answers = []
        with closing(self.open_http()) as http:
            for target in self.targets:
                outgoing = Outgoing(make_msgid(domain=self.profile), "", "", target, title, body)
                answers.append(self.deliver(http, outgoing))
        self.answers = tuple(answers)
        return bool(answers) and all(answer.outcome is AttemptOutcome.ACCEPTED for answer in answers)

    def open_http(self) -> ZaloHttp:
        return ZaloHttp(self.settings.zalo_proxy, self.settings.zalo_answer_seconds)

    def secret_file(self, kind: str) -> Path:
        """The file of this profile's secrets of a kind."""
        return self.settings.zalo_secrets / f"{self.profile}.{kind}"

    def parameters(self) -> dict[str, str]:
        """What of the address stands behind its question mark, beside Apprise's own."""
        return {}

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:
        """The address again. It holds no secret; with `privacy`, people's numbers are hidden, too."""
        more = {**self.parameters(), **self.url_parameters(*args, privacy=privacy, **kwargs)}
        targets = "/".join("…" if privacy else self.quote(target, safe="") for target in self.targets)
        return f"{self.schema}://{self.profile}/{targets}?{self.urlencode(more)}"

    @property
    def url_identifier(self) -> tuple[str, str]:
        """What tells one of these from another for Apprise's own storage."""
        return (self.schema, self.profile)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """The parts of an address; None for what is none."""
        parts: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=False)
        if not parts:
            return None
        more = parts.get("qsd", {})
        parts["profile"] = NotifyBase.unquote(parts.get("host") or "")
        parts["targets"] = tuple(NotifyBase.split_path(parts.get("fullpath")))
        if more.get("to"):
            parts["targets"] += tuple(NotifyBase.parse_list(more["to"]))
        return parts


class ZaloCourier:
    """A Zalo channel as the sender's round uses it. Zalo knows no Message-ID, so nothing is repeated in doubt."""

    repeats = False

    def __init__(self, plugin: ZaloPlugin) -> None:
        self.plugin = plugin

    def why_not(self, outgoing: Outgoing) -> str:
        return self.plugin.why_not(outgoing)

    @contextmanager
    def open(self) -> Iterator["_Line"]:
        with closing(self.plugin.open_http()) as http:
            yield _Line(self.plugin, http)


class _Line:
    """The calls of one round."""

    def __init__(self, plugin: ZaloPlugin, http: ZaloHttp) -> None:
        self._plugin = plugin
        self._http = http

    def deliver(self, outgoing: Outgoing) -> Answer:
        return self._plugin.deliver(self._http, outgoing)


def plugin_of(
    kind: type[ZaloPlugin], address: str, setting: str, settings: Settings, clock: Clock
) -> ZaloPlugin:
    """The plugin that an address describes. ZaloFault names the setting that is wrong, and why."""
    parts = kind.parse_url(address)
    if not parts or parts.get("schema") != kind.schema:
        raise ZaloFault(f"{setting}: địa chỉ phải có dạng {kind.schema}://tên-hồ-sơ (xem docs/channels.md)")
    if parts.get("user") or parts.get("password"):
        raise ZaloFault(f"{setting}: không ghi khóa trong địa chỉ; dùng dondoc channel token {kind.channel}")
    try:
        return kind(means=Means(settings, clock), **parts)
    except TypeError as error:
        raise ZaloFault(f"{setting}: {error}") from error
