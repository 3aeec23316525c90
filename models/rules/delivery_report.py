"""What a mail server reports of a delivery (RFC 3464): to whom, what became of it, and its own words.

Only a failed delivery counts against an address. A delayed one is still under way, and a mail that was relayed
may have arrived or not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ADDRESS = re.compile(r"[^\s<>;,\"']+@[^\s<>;,\"']+")
_STATUS = re.compile(r"^\s*([245])\.\d{1,3}\.\d{1,3}")
_LONGEST_WORDS = 500


@dataclass(frozen=True)
class Delivery:
    """What became of one recipient. `status` is the enhanced code (5.1.1), "" when the server gave none."""

    address: str
    original: str
    action: str
    status: str
    words: str

    @property
    def failed(self) -> bool:
        """Given up. A server that forgets the action still says so by a status of 5.x."""
        return self.action == "failed" or (not self.action and self.status.startswith("5."))

    @property
    def delivered(self) -> bool:
        """Put into the recipient's mailbox, by a server that knows."""
        return self.action == "delivered"


def read_delivery_report(text: str) -> tuple[Delivery, ...]:
    """The recipients of a message/delivery-status body: blocks of fields, the first of them about the message."""
    deliveries = []
    for block in re.split(r"(?:\r?\n[ \t]*){2,}", text.strip()):
        fields = _fields(block)
        address = _address(fields.get("final-recipient", ""))
        original = _address(fields.get("original-recipient", ""))
        if not address and not original:
            continue
        status = _STATUS.match(fields.get("status", ""))
        deliveries.append(
            Delivery(
                address=address or original,
                original=original,
                action=fields.get("action", "").strip().lower(),
                status=status.group(0).strip() if status else "",
                words=_words(fields.get("diagnostic-code", "") or fields.get("status", "")),
            )
        )
    return tuple(deliveries)


def failed_recipients(headers: Iterable[str], words: str) -> tuple[Delivery, ...]:
    """The recipients that a server names in X-Failed-Recipients instead of a report of the standard form."""
    addresses = [found.lower() for header in headers for found in _ADDRESS.findall(header)]
    return tuple(Delivery(address, "", "failed", "", _words(words)) for address in dict.fromkeys(addresses))


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    unfolded = re.sub(r"\r?\n[ \t]+", " ", block)
    for line in unfolded.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _address(field: str) -> str:
    """rfc822; Some.One@tinh.example -> some.one@tinh.example"""
    found = _ADDRESS.search(field.rpartition(";")[2])
    return found.group(0).lower() if found else ""


def _words(field: str) -> str:
    """A server's own words on one line; the "smtp;" in front says nothing to a person."""
    return " ".join(re.sub(r"^\s*[\w.-]+\s*;", "", field).split())[:_LONGEST_WORDS]
