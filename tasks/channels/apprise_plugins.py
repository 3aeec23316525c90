"""Zalo for whoever sends through Apprise itself: our schemas, made known once a process.

The schema `zalo` is Apprise's own from 2.1 on (a bot alone); ours are others.
"""

from typing import Any

from apprise.manager_plugins import NotificationManager

from tasks.channels.base import Clock
from tasks.channels.zalo_bot import NotifyZaloBot
from tasks.channels.zalo_oa import NotifyZaloOa
from tasks.channels.zalo_plugin import Means, ZaloFault, ZaloPlugin
from tasks.channels.zalo_zbs import NotifyZaloZbs
from tasks.settings import Settings

PLUGINS: tuple[type[ZaloPlugin], ...] = (NotifyZaloZbs, NotifyZaloBot, NotifyZaloOa)


def register(settings: Settings, clock: Clock) -> None:
    """Let Apprise read zalozns://, zalobot:// and zalooa://. ZaloFault when another plugin has taken one of them."""
    manager: Any = NotificationManager()  # type: ignore[no-untyped-call]
    for plugin in PLUGINS:
        if plugin.schema in manager.schemas() and manager[plugin.schema] is plugin:
            continue
        if not manager.add(plugin, schemas=plugin.schema):
            raise ZaloFault(f"Apprise đã có thành phần khác dùng tên {plugin.schema}://")
    ZaloPlugin.means = Means(settings, clock)
