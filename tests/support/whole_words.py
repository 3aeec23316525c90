"""Mails as other programs write them: headers that every reader decodes alike."""

from email.header import Header
from email.policy import EmailPolicy
from email.utils import formataddr
from typing import Any


class _WholeWords(EmailPolicy):
    """Folds headers with the older, correct encoder: the newer one of Python 3.11 puts a space between two encoded
    words, where readers drop it ("Báo cáo" arrives as "Báocáo"; cpython issue 92081)."""

    def fold(self, name: str, value: Any) -> str:
        folded = self._encoded(name, value)
        return super().fold(name, value) if folded is None else folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        folded = self._encoded(name, value)
        return super().fold_binary(name, value) if folded is None else folded.encode("ascii")

    def _encoded(self, name: str, value: Any) -> str | None:
        addresses = getattr(value, "addresses", None)
        if addresses is not None:
            written = ", ".join(_mailbox(a.display_name, a.addr_spec) for a in addresses)
        elif name.lower() == "subject":
            written = Header(str(value), None if value.isascii() else "utf-8", header_name=name).encode()
        else:
            return None
        return f"{name}: {self.linesep.join(written.splitlines())}{self.linesep}"


def _mailbox(name: str, address: str) -> str:
    return formataddr((name, address)) if name.isascii() else f"{Header(name, 'utf-8').encode()} <{address}>"


POLICY = _WholeWords(linesep="\r\n", cte_type="7bit")
"""CRLF line ends, and nothing that needs a server to know 8BITMIME."""


def _mailbox(name: str, address: str) -> str:
    return formataddr((name, address)) if name.isascii() else f"{Header(name, 'utf-8').encode()} <{address}>"


POLICY = _WholeWords(linesep="\r\n", cte_type="7bit")
