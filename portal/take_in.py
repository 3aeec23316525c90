"""What agencies send to their pages, stored and judged: one file, or all that were sent at the same moment."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, func, select

from models.submission import Arrival
from portal.refusal import Refusal
from tasks.among import evened
from tasks.intake.judge import judge_stored
from tasks.intake.receive import Incoming, put_together
from tasks.office import Office

LOG = logging.getLogger("dondoc.portal")
CHANNEL = "trang-web"
TOGETHER = 16
"""Files that one process stores and judges together, at most; of those, each is quickly read."""
MOST_IN_A_DAY = 40
"""What one link may hand in within 24 hours: who has stolen it cannot fill the disk, nor the secretariat's mailbox."""
TOO_MANY = (
    "Đã gửi {count} lần trong 24 giờ qua nên tạm dừng nhận. Đề nghị liên hệ thư ký, hoặc gửi lại vào hôm sau."
)


@dataclass(frozen=True)
class Sent:
    """One file as it was sent to the page of a request, from an address. `word` is that by which its outcome is
    found."""

    request_id: int
    address: str
    file_name: str
    content: bytes
    word: str

    @property
    def reference(self) -> str:
        """What stands for it on the page's channel."""
        return f"{self.request_id}/{self.word}"


def take_in(office: Office, clock: Callable[[], datetime], several: Sequence[Sent]) -> list[Exception | None]:
    """Store these, in one transaction, and then judge them; returns what is to be raised to who sent each: the refusal
    of one that may not be stored. Where one trips the storing, each is done by itself: it stops no other."""
    try:
        stored = store_sent(office, several, clock())
    except OperationalError:
        raise  # the database, and nobody's file
    except Exception as error:
        if len(several) == 1:
            return [error]
        LOG.exception("%d files could not be stored together", len(several))
        return [failed for one in several for failed in take_in(office, clock, [one])]
    contents = {
        arrival_id: one.content for one, arrival_id in zip(several, stored, strict=True) if arrival_id
    }
    try:
        judge_stored(office.store, contents, office.key, clock())
    except OperationalError:
        # They are stored: the next collection judges them, and whoever handed one in is told so.
        LOG.exception("arrivals %s wait to be judged", list(contents))
    return [None if arrival_id else too_many() for arrival_id in stored]


def too_many() -> Refusal:
    """What is said to who has handed in too often."""
    return Refusal(429, TOO_MANY.format(count=MOST_IN_A_DAY))


def store_sent(office: Office, several: Sequence[Sent], now: datetime) -> list[int]:
    """Store these, unjudged; their ids, 0 for one whose link has handed in too many."""
    with office.store.writing() as session:
        counts = _handed_in_of_late(session, several, now)
        taken = []
        for one in several:
            counts[one.request_id] += 1
            if counts[one.request_id] <= MOST_IN_A_DAY:
                taken.append(one)
        ids = put_together(session, CHANNEL, [_incoming(one, now) for one in taken], now)
    return [ids.get(one.reference, 0) for one in several]


def _incoming(one: Sent, now: datetime) -> Incoming:
    return Incoming(one.reference, one.file_name, one.content, now, one.address, one.request_id)


def _handed_in_of_late(session: Session, several: Sequence[Sent], now: datetime) -> Counter[int]:
    """How much each of their links has handed in within a day."""
    ids = evened(sorted({one.request_id for one in several}))
    counted = session.execute(_OF_LATE, {"ids": ids, "since": now - timedelta(days=1)})
    return Counter(dict(counted.tuples().all()))


_OF_LATE = (
    select(Arrival.request_id, func.count())
    .where(
        # For its index: the rest of this looks through all that ever came.
        col(Arrival.request_id).in_(sa.bindparam("ids", expanding=True)),
        Arrival.channel == CHANNEL,
        col(Arrival.reference).like(sa.cast(col(Arrival.request_id), sa.String) + "/%"),
        col(Arrival.received_at) > sa.bindparam("since"),
    )
    .group_by(col(Arrival.request_id))
)
