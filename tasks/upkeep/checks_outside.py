"""What lies outside this program: mail server, mailbox, Zalo, the public address, Prefect. Nothing is sent."""

import contextlib
import smtplib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from models.codes import Channel
from tasks.channels.acts import overview
from tasks.channels.base import Clock
from tasks.channels.mail import MailUrlError, mail_channel
from tasks.intake.mailbox_server import MailboxFault, mailbox_url, open_mailbox
from tasks.office import Office
from tasks.settings import Settings, SettingsFault
from tasks.upkeep.check import Check, unsure, well, wrong

WAIT_SECONDS = 10.0
POOL = "dondoc"
SILENT_AFTER = timedelta(minutes=2)
"""A worker says every 30 seconds that it lives."""


def look_at_mail(settings: Settings, clock: Clock) -> Check:
    """The mail server: connected, encrypted and logged in as for sending, then hung up."""
    if not settings.mail_url:
        return unsure("Máy chủ gửi thư", "chưa đặt: mọi thư được giữ lại", "Đặt DONDOC_MAIL_URL.")
    try:
        channel = mail_channel(settings.mail_url, settings.mail_password(), clock)
    except (MailUrlError, SettingsFault) as fault:
        return wrong("Máy chủ gửi thư", str(fault), "Sửa DONDOC_MAIL_URL hoặc DONDOC_MAIL_PASSWORD_FILE.")
    try:
        smtp = channel.connect()
    except (OSError, smtplib.SMTPException) as error:
        said = channel.without_secrets(" ".join(str(error).split())) or type(error).__name__
        return wrong(
            "Máy chủ gửi thư",
            f"{channel.smtp_host}: {said}",
            "Kiểm tra địa chỉ, cổng, cách mã hóa, tài khoản và mật khẩu; thử: dondoc channel test email ĐỊA_CHỈ",
        )
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    return well("Máy chủ gửi thư", f"{channel.smtp_host} nhận kết nối, gửi từ {channel.sender.address}")


def look_at_mailbox(settings: Settings) -> Check:
    """The mailbox: logged in, its folder opened."""
    if not settings.imap_url:
        return unsure("Hộp thư nhận", "không dùng", "Đặt DONDOC_IMAP_URL nếu đơn vị nộp qua thư.")
    try:
        url = mailbox_url(settings.imap_url)
        with open_mailbox(url, settings.imap_password()) as box:
            waiting = len(box.waiting())
    except (MailboxFault, SettingsFault) as fault:
        return wrong("Hộp thư nhận", str(fault), "Kiểm tra DONDOC_IMAP_URL và DONDOC_IMAP_PASSWORD_FILE.")
    return well("Hộp thư nhận", f"{url.user} ở {url.host}, {waiting} thư chờ thu nhận")


def look_at_zalo(office: Office, clock: Clock) -> Iterator[Check]:
    """Each Zalo channel that is set up: whether its tokens are there, it runs, and its server can be reached."""
    settings = office.settings
    channels: Mapping[Channel, tuple[str, str]] = {
        Channel.ZALO_ZBS: (settings.zalo_zbs_url, settings.zalo_zbs_api),
        Channel.ZALO_BOT: (settings.zalo_bot_url, settings.zalo_bot_api),
        Channel.ZALO_OA: (settings.zalo_oa_url, settings.zalo_oa_api),
    }
    for view in overview(office, clock):
        url, api = channels.get(view.channel, ("", ""))
        if not url:
            continue
        if view.missing:
            yield wrong(view.channel.label, view.missing, f"Chạy: dondoc channel token {view.channel.value}")
        elif view.stopped_at is not None:
            yield wrong(
                view.channel.label,
                f"đã dừng: {view.why}",
                f"Sửa xong thì chạy: dondoc channel resume {view.channel.value}",
            )
        else:
            yield _reached(view.channel.label, api, settings.zalo_proxy)


def _reached(name: str, address: str, proxy: str = "") -> Check:
    """Whether a server answers at all; what it answers to a bare call does not matter."""
    try:
        with httpx.Client(proxy=proxy or None, trust_env=False, timeout=WAIT_SECONDS) as client:
            client.get(address)
    except httpx.HTTPError as error:
        return wrong(
            name,
            f"không tới được {address} ({type(error).__name__})",
            "Kiểm tra đường ra Internet, DONDOC_ZALO_PROXY, tường lửa.",
        )
    return well(name, f"tới được {address}")


def look_at_portal(settings: Settings) -> Check:
    """Whether the public address leads to our pages."""
    if not settings.portal_url:
        return unsure(
            "Trang nộp báo cáo",
            "chưa đặt địa chỉ công khai: thư không có đường dẫn",
            "Đặt DONDOC_PORTAL_URL.",
        )
    try:
        answer = httpx.get(
            f"{settings.portal_url.rstrip('/')}/robots.txt", timeout=WAIT_SECONDS, trust_env=False
        )
    except httpx.HTTPError as error:
        return wrong(
            "Trang nộp báo cáo",
            f"{settings.portal_url} không trả lời ({type(error).__name__})",
            "Chạy dondoc up hoặc dondoc portal; kiểm tra máy chủ web đứng trước.",
        )
    if answer.status_code != 200 or "Disallow" not in answer.text:
        return wrong(
            "Trang nộp báo cáo",
            f"{settings.portal_url} trả lời nhưng không phải dondoc (mã {answer.status_code})",
            "Kiểm tra máy chủ web đứng trước chuyển tiếp đúng cổng.",
        )
    if not settings.portal_url.startswith("https://"):
        return unsure(
            "Trang nộp báo cáo", f"{settings.portal_url} không mã hóa", "Dùng https cho người ngoài máy này."
        )
    return well("Trang nộp báo cáo", f"{settings.portal_url} trả lời")


def look_at_prefect(api: str, now: datetime, login: str = "") -> Iterator[Check]:
    """Prefect's server, and whether a worker of our pool has said lately that it lives. `api`: its address; `login`:
    name:password, where the server asks for it."""
    name, _, password = login.partition(":")
    auth = httpx.BasicAuth(name, password) if login else None
    try:
        with httpx.Client(base_url=api, timeout=WAIT_SECONDS, trust_env=False, auth=auth) as client:
            client.get("/health").raise_for_status()
            answer = client.post(f"/work_pools/{POOL}/workers/filter", json={})
    except httpx.HTTPError as error:
        yield wrong("Máy chủ Prefect", f"{api} không trả lời ({type(error).__name__})", "Chạy: dondoc up")
        return
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        yield wrong(
            "Máy chủ Prefect",
            f"{api} đòi đăng nhập",
            "Đặt PREFECT_API_AUTH_STRING bằng PREFECT_SERVER_API_AUTH_STRING của máy chủ (tên:mật khẩu).",
        )
        return
    yield well("Máy chủ Prefect", f"{api} trả lời")
    workers = answer.json() if answer.status_code == 200 else []
    living = [worker for worker in workers if _lives(worker, now)]
    if living:
        yield well("Bộ thực hiện", f"{len(living)} tiến trình đang chạy trong nhóm {POOL}")
    else:
        yield wrong(
            "Bộ thực hiện",
            f"không có tiến trình nào đang chạy trong nhóm {POOL}",
            f"Chạy dondoc up, hoặc: prefect worker start --pool {POOL} --type process",
        )


def _lives(worker: Mapping[str, Any], now: datetime) -> bool:
    said = worker.get("last_heartbeat_time")
    return bool(said) and now - datetime.fromisoformat(str(said)) < SILENT_AFTER
