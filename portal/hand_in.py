"""Handing in on the page: stored, judged at once, and found again by whoever handed it in."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, func, select

from models.codes import ArrivalVerdict
from models.submission import Arrival, Submission
from portal.door import Visit
from portal.refusal import Refusal
from tasks.judge import judge_one
from tasks.receive import receive

LOG = logging.getLogger("dondoc.portal")
CHANNEL = "trang-web"
MOST_IN_A_DAY = 40
"""What one link may hand in within 24 hours: who has stolen it cannot fill the disk, nor the secretariat's mailbox."""
TOO_MANY = (
    "Đã gửi {count} lần trong 24 giờ qua nên tạm dừng nhận. Đề nghị liên hệ thư ký, hoặc gửi lại vào hôm sau."
)


@dataclass(frozen=True)
class Outcome:
    """What became of one thing that was handed in. `version` is 0 where it has become none of this request's."""

    verdict: ArrivalVerdict
    file_name: str
    version: int = 0
    why: str = ""


def hand_in(here: Visit, file_name: str, content: bytes) -> str:
    """Store and judge; returns the word by which the outcome is found."""
    word = secrets.token_hex(8)
    office, now = here.house.office, here.house.now()
    with office.store.reading() as session:
        if _handed_in_of_late(session, here.request_id, now) >= MOST_IN_A_DAY:
            raise Refusal(429, TOO_MANY.format(count=MOST_IN_A_DAY))
    arrival_id = receive(
        office.store,
        channel=CHANNEL,
        reference=f"{here.request_id}/{word}",
        file_name=file_name,
        content=content,
        received_at=now,
        now=now,
        sender=here.address,
        request_id=here.request_id,
    )
    try:
        judge_one(office.store, arrival_id or 0, office.key, now)
    except OperationalError:
        # It is stored: the next collection judges it, and whoever handed it in is told so.
        LOG.exception("arrival %s waits to be judged", arrival_id)
    return word


def _handed_in_of_late(session: Session, request_id: int, now: datetime) -> int:
    return session.exec(
        select(func.count())
        .select_from(Arrival)
        .where(
            Arrival.channel == CHANNEL,
            col(Arrival.reference).startswith(f"{request_id}/"),
            col(Arrival.received_at) > now - timedelta(days=1),
        )
    ).one()


def outcome_of(session: Session, request_id: int, word: str) -> Outcome | None:
    """What became of what was handed in under this word, for this request alone."""
    arrival = session.exec(
        select(Arrival).where(Arrival.channel == CHANNEL, Arrival.reference == f"{request_id}/{word}")
    ).first()
    if arrival is None:
        return None
    version = session.exec(
        select(Submission.version).where(
            Submission.request_id == request_id, col(Submission.sha256) == arrival.sha256
        )
    ).first()
    return Outcome(arrival.verdict, arrival.file_name, version or 0, arrival.note)
