"""The mailbox as a server keeps it (IMAP): look, read, move into a folder. Nothing is ever deleted.

imap-tools does the connection, the login and the folders' names (IMAP's own UTF-7); what it has no call for,
the time a mail arrived and a move that expunges nothing else, is asked of its client.
The password is kept beside the address, never in it, and taken out of whatever a server says.
"""

import base64
import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from models.fault import Fault

SOCKET_SECONDS = 60.0
"""The longest wait for one answer of the server."""
LARGEST_MAIL = 60 * 1024 * 1024
"""A larger mail is not read: it is put aside for a person."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailboxFault(Fault):
    """The mailbox cannot be reached or used; the message says why, in Vietnamese, and never the password."""


@dataclass(frozen=True)
class MailboxUrl:
    """imaps://user@host:993/INBOX taken apart. Without TLS from the start (imap://) the connection is encrypted
    by STARTTLS, but on this machine itself; `verify=no` accepts a certificate that nobody vouches for."""

    host: str
    port: int
    user: str
    folder: str
    tls: bool
    verify: bool

    @property
    def is_local(self) -> bool:
        return self.host in _LOOPBACK


def mailbox_url(url: str) -> MailboxUrl:
    """Read DONDOC_IMAP_URL. MailboxFault says what is wrong with it, without repeating it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise MailboxFault("DONDOC_IMAP_URL không đúng dạng imaps://tài-khoản@máy:993/INBOX.") from None
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise MailboxFault("DONDOC_IMAP_URL phải có dạng imaps://tài-khoản@máy:993/INBOX hoặc imap://….")
    if parts.password is not None:
        raise MailboxFault("Không ghi mật khẩu trong DONDOC_IMAP_URL; ghi vào tệp DONDOC_IMAP_PASSWORD_FILE.")
    tls = parts.scheme == "imaps"
    return MailboxUrl(
        host=parts.hostname,
        port=port or (993 if tls else 143),
        user=unquote(parts.username),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        tls=tls,
        verify=parse_qs(parts.query).get("verify", ["yes"])[0] != "no",
    )


@dataclass(frozen=True)
class Listed:
    """A mail in the folder. `arrived_at` is the server's INTERNALDATE, in UTC."""

    uid: str
    size: int
    arrived_at: datetime


class Mailbox:
    """An open mailbox. Whatever goes wrong with the server or the network is a MailboxFault."""

    def __init__(self, box: BaseMailBox, url: MailboxUrl, password: str, validity: str) -> None:
        self._box = box
        self._url = url
        self._password = password
        self.validity = validity
        """UIDVALIDITY: while it stays the same, a UID means the same mail."""
        self._folders: dict[str, str] = {}

    def waiting(self) -> list[str]:
        """UIDs of what lies in the folder, oldest first."""
        with self._faults():
            return sorted(self._box.uids("UNDELETED", charset=None), key=int)

    def look(self, uid: str) -> Listed | None:
        """Size and time of arrival; None when the mail is gone (another process has moved it)."""
        with self._faults():
            answer = self._fetch(uid, "(UID INTERNALDATE RFC822.SIZE)")
            for item in answer:
                line = item if isinstance(item, bytes) else item[0]
                date = re.search(rb'INTERNALDATE "([^"]+)"', line)
                size = re.search(rb"RFC822\.SIZE (\d+)", line)
                if date and size:
                    arrived = parsedate_to_datetime(date.group(1).decode("ascii").strip())
                    return Listed(uid, int(size.group(1)), arrived.astimezone(UTC))
            return None

    def read(self, uid: str, *, headers_only: bool = False) -> bytes | None:
        """The mail as it came, left unseen; None when it is gone."""
        with self._faults():
            for item in self._fetch(uid, "(BODY.PEEK[HEADER])" if headers_only else "(BODY.PEEK[])"):
                if isinstance(item, tuple):
                    return bytes(item[1])
            return None

    def move(self, uid: str, folder: str) -> None:
        """Move a mail into a folder, which is created when missing."""
        with self._faults():
            target = self._folder(folder)
            if "MOVE" in self._box.client.capabilities:
                self._box.move(uid, target)
                return
            # imap-tools would expunge whatever else somebody has marked as deleted.
            self._box.copy(uid, target)
            self._box.client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in self._box.client.capabilities:
                self._box.client.uid("EXPUNGE", uid)

    def _fetch(self, uid: str, what: str) -> list[bytes | tuple[bytes, bytes]]:
        kind, answer = self._box.client.uid("FETCH", uid, what)
        if kind != "OK":
            raise MailboxFault(f"Máy chủ hộp thư {self._url.host} không cho đọc thư.")
        return [item for item in answer if isinstance(item, bytes | tuple)]

    def _folder(self, name: str) -> str:
        """The server's name of one of our folders: at the top, or under INBOX where a server allows no other."""
        if name not in self._folders:
            listed = self._box.folder.list()
            names = {info.name for info in listed}
            delimiter = next((info.delim for info in listed if info.delim not in ("", "NIL")), "/")
            choices = [name, f"INBOX{delimiter}{name}"]
            self._folders[name] = next((c for c in choices if c in names), "") or self._created(choices)
        return self._folders[name]

    def _created(self, choices: list[str]) -> str:
        for number, choice in enumerate(choices, start=1):
            try:
                self._box.folder.create(choice)
            except ImapToolsError:
                if number == len(choices):
                    raise
                continue
            with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error):
                self._box.folder.subscribe(choice, True)  # else mail programs do not show it
            return choice
        raise AssertionError("one of the names is tried last")

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        with _said(self._url, self._password):
            yield


@contextlib.contextmanager
def open_mailbox(url: MailboxUrl, password: str) -> Iterator[Mailbox]:
    """The mailbox, logged in, its folder selected. MailboxFault when it cannot be had."""
    box: BaseMailBox | None = None
    try:
        with _said(url, password):
            box = _connect(url)
            _log_in(box, url, password)
            validity = box.folder.status(url.folder, ["UIDVALIDITY"]).get("UIDVALIDITY", 0)
            box.folder.set(url.folder)
        yield Mailbox(box, url, password, str(validity))
    finally:
        if box is not None:
            with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                box.logout()


def _connect(url: MailboxUrl) -> BaseMailBox:
    context = ssl.create_default_context()
    if not url.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if url.tls:
        return MailBox(url.host, url.port, timeout=SOCKET_SECONDS, ssl_context=context)
    if url.is_local:
        return MailBoxUnencrypted(url.host, url.port, timeout=SOCKET_SECONDS)
    return MailBoxStartTls(url.host, url.port, timeout=SOCKET_SECONDS, ssl_context=context)


def _log_in(box: BaseMailBox, url: MailboxUrl, password: str) -> None:
    try:
        if password.isascii() and url.user.isascii():
            box.login(url.user, password, initial_folder=None)
        else:
            box.login_utf8(url.user, password, initial_folder=None)
    except (ImapToolsError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise MailboxFault(
            f"Máy chủ hộp thư {url.host} từ chối đăng nhập tài khoản {url.user}: "
            f"{_without_secrets(str(error), url, password)} Kiểm tra tên tài khoản và tệp mật khẩu."
        ) from None
    # What a server can do is often said in full only to who has logged in.
    kind, answer = box.client.capability()
    if kind == "OK" and answer and isinstance(answer[-1], bytes):
        box.client.capabilities = tuple(answer[-1].decode("ascii", "replace").upper().split())


@contextlib.contextmanager
def _said(url: MailboxUrl, password: str) -> Iterator[None]:
    """Errors of the network and the server as one sentence. The cause is dropped: it may repeat what was sent."""
    try:
        yield
    except MailboxFault:
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailboxFault(
            f"Chứng thư của máy chủ hộp thư {url.host} không được tin cậy: {error.verify_message}."
        ) from None
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as error:
        what = _without_secrets(str(error) or type(error).__name__, url, password)
        raise MailboxFault(f"Không dùng được hộp thư {url.host}:{url.port}: {what}") from None


def _without_secrets(text: str, url: MailboxUrl, password: str) -> str:
    """A server's text on one line without our password, should it repeat what it was given."""
    text = " ".join(text.split())
    if password:
        login = f"\0{url.user}\0{password}"
        packed = [base64.b64encode(secret.encode()).decode() for secret in (login, password)]
        for secret in (*packed, password):
            text = text.replace(secret, "***")
    return text[:300]
