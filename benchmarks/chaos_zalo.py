"""A Zalo access token that ends in mid-run, against the loopback Zalo of the tests."""

import hashlib
import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlmodel import select

from benchmarks.chaos_count import Outcome
from benchmarks.chaos_mail import MailRoom
from benchmarks.chaos_province import PROFILE, Site, at, build
from benchmarks.chaos_run import Runner
from models.codes import Channel, NoticeState
from models.notice import Message, Notice
from tasks.office import Office
from tasks.settings import CHECKOUT

TEMPLATES = """templates:
  reminder:
    template_id: "123456"
    parameters: {ten_don_vi: agency, han_nop: due}
"""


def zalo_token_ends(site: Site, agencies: int) -> Outcome:
    """Every reminder goes by a Zalo template; Zalo stops taking the access token when a third has been sent."""
    server = _zalo_server()
    site = Site(site.home, site.database_url, _profile_with_template(site.home / "tinh"))
    with (
        build(site, agencies, Channel.ZALO_ZBS) as office,
        MailRoom() as room,
        _running(server, ends_after=agencies // 3) as zalo,
    ):
        _put_keys(office.settings.zalo_secrets, server, zalo)
        extra = {f"DONDOC_{name.upper()}": url for name, url in zalo.settings.items()}
        runner = Runner(site, room, {**extra, "DONDOC_ZALO_ZBS_URL": "zalozns://dien-bien"})
        runner.run(at(23, 9))
        runner.run(at(23, 9, 30))
        return _zalo_outcome(office, zalo, agencies, room)


def _zalo_outcome(office: Office, zalo: Any, agencies: int, room: MailRoom) -> Outcome:
    taken = Counter(str(one["tracking_id"]) for one in zalo.taken)
    with office.store.reading() as session:
        messages = session.exec(select(Message).where(Message.channel == Channel.ZALO_ZBS)).all()
        notices = session.exec(
            select(Notice).where(Notice.channel == Channel.ZALO_ZBS, Notice.state != NoticeState.SUPERSEDED)
        ).all()
    known = {hashlib.sha256(m.message_id.encode()).hexdigest()[:32] for m in messages}
    phones = Counter(str(one["phone"]) for one in zalo.taken)
    lost = agencies - len(phones)
    doubled = sum(phones.values()) - len(phones)
    broken = []
    if lost:
        broken.append(f"lost: {lost}")
    if doubled or any(count > 1 for count in taken.values()):
        broken.append(f"{doubled} Zalo messages too many")
    if set(taken) - known:
        broken.append("Zalo took what the database does not know")
    if zalo.refreshes != 1 or zalo.burned:
        broken.append(f"{zalo.refreshes} refreshes of the token, {len(zalo.burned)} with a token used up")
    if any(n.state is not NoticeState.SENT for n in notices):
        broken.append(f"notices stand as {dict(Counter(n.state for n in notices))}")
    if room.copies:
        broken.append(f"{len(room.copies)} mails went out instead")
    return Outcome(
        scenario="Zalo access token ends in mid-run",
        notices=len(notices),
        delivered=len(taken),
        lost=lost,
        doubled=doubled,
        broken=tuple(broken),
        said=(f"Zalo refused the token once it had taken {agencies // 3}; tokens fetched: {zalo.refreshes}",),
    )


def _zalo_server() -> ModuleType:
    """The loopback Zalo of the tests."""
    spec = spec_from_file_location("chaos_zalo_server", CHECKOUT / "tests" / "support" / "zalo_server.py")
    if spec is None or spec.loader is None:
        raise ImportError("tests/support/zalo_server.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def _running(server: ModuleType, ends_after: int) -> Iterator[Any]:
    """Zalo's services, which end the access token by themselves once they have taken so many messages."""
    zalo = server.Zalo()
    take: Callable[..., dict[str, Any]] = zalo.open_api

    def open_api(path: str, headers: Any, body: dict[str, Any]) -> dict[str, Any]:
        if len(zalo.taken) == ends_after and not zalo.refreshes:
            zalo.expire()
        return take(path, headers, body)

    zalo.open_api = open_api
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (server._Handler,), {"zalo": zalo}))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, args=(0.02,))
    thread.start()
    zalo.url = f"http://127.0.0.1:{http.server_address[1]}"
    try:
        yield zalo
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def _put_keys(folder: Path, server: ModuleType, zalo: Any) -> None:
    folder.mkdir(mode=0o700)
    keys = {
        "app_id": server.APP_ID,
        "secret_key": server.SECRET_KEY,
        "refresh_token": zalo.refresh_token,
        "access_token": zalo.access_token,
        "expires_at": "2026-12-31T00:00:00Z",
    }
    (folder / "dien-bien.json").write_text(json.dumps(keys), encoding="utf-8")


def _profile_with_template(folder: Path) -> Path:
    """The province's folder with a Zalo template for reminders."""
    shutil.copytree(PROFILE, folder)
    (folder / "zalo.yaml").write_text(TEMPLATES, encoding="utf-8")
    return folder
