"""One way in for all: whatever reaches us is stored, with its hash, sender, channel and time, before it is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.codes import ArrivalVerdict
from models.submission import Arrival, Blob
from tasks.blobs import digest, keep_bytes
from tasks.once import put_each_once, put_once
from tasks.store import Store

_LONGEST_REFERENCE = 400
_LONGEST_NAME = 300
_LONGEST_SENDER = 254


def receive(
    store: Store,
    *,
    channel: str,
    reference: str,
    file_name: str,
    content: bytes,
    received_at: datetime,
    now: datetime,
    sender: str = "",
    request_id: int | None = None,
) -> int | None:
    """Store one thing that reached us, in one transaction; returns the arrival's id.

    None when this reference is there already on this channel: it was received before. The same bytes under another
    reference are another arrival of the same blob. `request_id` says whose it is when the way in itself knows; the
    form's own stamp still decides, and where they contradict each other a person does. `received_at` is when it
    reached us, by the clock of the way in; a clock that is ahead of ours is not believed. TooLarge above 25 MB.
    """
    with store.writing() as session:
        return put_arrival(
            session,
            channel=channel,
            reference=reference,
            file_name=file_name,
            content=content,
            received_at=received_at,
            now=now,
            sender=sender,
            request_id=request_id,
        )


@dataclass(frozen=True)
class Incoming:
    """One thing that reached us; its fields as `receive` has them."""

    reference: str
    file_name: str
    content: bytes
    received_at: datetime
    sender: str = ""
    request_id: int | None = None


def receive_together(store: Store, channel: str, several: Sequence[Incoming], now: datetime) -> int:
    """Store things that reached us on one channel, in one transaction; returns how many were not here before. None may
    be above 25 MB."""
    with store.writing() as session:
        return len(put_together(session, channel, several, now))


def put_together(
    session: Session, channel: str, several: Sequence[Incoming], now: datetime
) -> Mapping[str, int]:
    """As `receive_together`, within a transaction that is under way; returns the ids of those that were not here
    before, by their references."""
    # In the order of their hashes: two processes that store the same files do not wait for each other in a circle.
    blobs = dict(sorted((digest(one.content), one.content) for one in several))
    stored = [
        {"sha256": sha256, "size": len(content), "content": content, "stored_at": now}
        for sha256, content in blobs.items()
    ]
    put_each_once(session, Blob, stored)
    arrivals = [
        {
            "channel": channel,
            "reference": printable(one.reference)[:_LONGEST_REFERENCE],
            "file_name": printable(one.file_name)[:_LONGEST_NAME],
            "sender": printable(one.sender)[:_LONGEST_SENDER],
            "sha256": digest(one.content),
            "received_at": min(one.received_at, now),
            "stored_at": now,
            "verdict": ArrivalVerdict.UNREAD,
            "request_id": one.request_id,
            "note": "",
        }
        for one in several
    ]
    return dict(put_each_once(session, Arrival, arrivals, "reference", "id"))


def put_arrival(
    session: Session,
    *,
    channel: str,
    reference: str,
    file_name: str,
    content: bytes,
    received_at: datetime,
    now: datetime,
    sender: str,
    request_id: int | None,
) -> int | None:
    """As `receive`, within a transaction that is under way."""
    arrival = Arrival(
        channel=channel,
        reference=printable(reference)[:_LONGEST_REFERENCE],
        file_name=printable(file_name)[:_LONGEST_NAME],
        sender=printable(sender)[:_LONGEST_SENDER],
        sha256=keep_bytes(session, content, now),
        received_at=min(received_at, now),
        stored_at=now,
        request_id=request_id,
    )
    return arrival.id if put_once(session, arrival) else None


def printable(text: str) -> str:
    """Text from outside as every database and every line of a letter takes it: a file name is bytes to the system, in
    any encoding or none, and a header may hold anything."""
    known = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else " " for letter in known)
