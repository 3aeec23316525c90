"""A mail server on this machine that keeps what it receives as .eml files, one folder a recipient."""

import email.policy
from pathlib import Path
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Keeps every message it is handed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)  # noqa: S101 - aiosmtpd gives bytes unless asked for text
        for recipient in envelope.rcpt_tos:
            self.count += 1
            box = self.folder / recipient
            box.mkdir(parents=True, exist_ok=True)
            (box / f"{self.count:04d}.eml").write_bytes(content)
        return "250 OK"


class MailServer(Controller):
    """The server on a free port of 127.0.0.1; `url` is its Apprise address."""

    def __init__(self, folder: Path, port: int) -> None:
        self.keeper = Keeper(folder)
        super().__init__(self.keeper, hostname="127.0.0.1", port=port, decode_data=False)

    @property
    def url(self) -> str:
        sender = "bcd57@dien-bien.example"
        reply = "to-giup-viec@bcd57.dien-bien.example"
        return f"mailto://127.0.0.1:{self.port}?from={sender}&name={quote('Tổ Giúp việc Ban Chỉ đạo')}&reply={reply}"


def messages(box: Path) -> list[Path]:
    """The .eml files of one recipient, oldest first."""
    return sorted(box.glob("*.eml"))


POLICY = email.policy.default
