"""What an agency says on its page besides its report: when it will report, that it needs more time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.agency_act import Acknowledgement, ExtensionAsk
from models.codes import CycleState, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency
from models.fault import Fault
from models.time import local_day, vn_date
from tasks.among import among
from tasks.reminders.notices import put_notice, secretariat
from tasks.store import asked_of_each

STEP = "xin-gia-han"
"""The step of the notice that tells the secretariat of an extension asked for."""
FURTHEST = timedelta(days=366)
LONGEST_REASON = 2000


class ActFault(Fault):
    """An act that cannot be done; the message says why, to whoever tried."""


_LAST_PROMISE = (  # asked for every letter, so put together once
    select(Acknowledgement)
    .where(col(Acknowledgement.request_id) == sa.bindparam("request"))
    .order_by(col(Acknowledgement.id).desc())
    .limit(1)
)


def last_promise(session: Session, request_id: int) -> Acknowledgement | None:
    """The promise that stands; None when the agency gave none, or took the last one back."""
    last = session.exec(_LAST_PROMISE, params={"request": request_id}).first()
    return last if last is not None and last.promised is not None else None


def last_promises(session: Session, request_ids: Sequence[int]) -> dict[int, date]:
    """Request id -> the day of the promise that stands; nothing of an agency that took its last one back."""

    def ask(ids: Sequence[int]) -> dict[int, date]:
        if len(ids) == 1:  # asked of every letter; the statement is put together already
            last = last_promise(session, ids[0])
            return {} if last is None or last.promised is None else {ids[0]: last.promised}
        said = session.execute(
            sa.select(col(Acknowledgement.request_id), col(Acknowledgement.promised))
            .where(among(Acknowledgement.request_id, ids))
            .order_by(col(Acknowledgement.id))
        )
        latest = dict(said.tuples().all())
        return {request_id: day for request_id, day in latest.items() if day is not None}

    return asked_of_each(session, last_promises, request_ids, ask, int)


def acknowledge(
    session: Session,
    request: Request,
    promised: date,
    now: datetime,
    *,
    call_id: int | None = None,
    given_at: datetime | None = None,
) -> None:
    """Write down a promise; `call_id` and `given_at` are those of the call in which it was given, if it was.

    To promise the same day again changes nothing; the deadline stays what it is.
    """
    if request.state == RequestState.COMPLETE:
        raise ActFault("Báo cáo đã được nhận đạt yêu cầu, không cần hẹn ngày nộp.")
    _still_asked(session, request)
    sensible_day(promised, given_at or now, "Ngày dự kiến nộp")
    last = last_promise(session, request.id or 0)
    if last is None or last.promised != promised:
        session.add(Acknowledgement(request_id=request.id or 0, promised=promised, call_id=call_id, at=now))


def correct_promise(
    session: Session,
    request_id: int,
    promised: date | None,
    call_ids: Sequence[int],
    call_id: int,
    now: datetime,
) -> None:
    """Put right the promise that these calls were understood to give; `call_id` is the call that says so.

    Without a day, what was promised before these calls stands again, or nothing does. What the agency has said since
    is left as it is.
    """
    said = session.exec(
        select(Acknowledgement)
        .where(Acknowledgement.request_id == request_id)
        .order_by(col(Acknowledgement.id).desc())
    ).all()
    if not said or said[0].call_id not in call_ids:
        return
    before = next((one.promised for one in said if one.call_id not in call_ids), None)
    stands = promised or before
    if stands != said[0].promised:
        session.add(Acknowledgement(request_id=request_id, promised=stands, call_id=call_id, at=now))


def open_ask(session: Session, request_id: int) -> ExtensionAsk | None:
    """The extension asked for that nobody has decided yet."""
    return session.exec(
        select(ExtensionAsk).where(
            ExtensionAsk.request_id == request_id, col(ExtensionAsk.decided_at).is_(None)
        )
    ).first()


def open_asks(session: Session) -> list[tuple[ExtensionAsk, Request, Cycle, Agency]]:
    """Every extension asked for that nobody has decided yet, the oldest first."""
    rows = session.exec(
        select(ExtensionAsk, Request, Cycle, Agency)
        .join(Request, col(Request.id) == col(ExtensionAsk.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(col(ExtensionAsk.decided_at).is_(None))
        .order_by(col(ExtensionAsk.id))
    )
    return [(ask, request, cycle, agency) for ask, request, cycle, agency in rows]


def ask_extension(session: Session, request: Request, wanted: date, reason: str, now: datetime) -> None:
    """Put a request for more time before the secretariat. The deadline stands until they decide.

    The request is expected to be held (with_for_update), so that a button pressed twice asks once.
    """
    if request.state == RequestState.COMPLETE:
        raise ActFault("Báo cáo đã được nhận đạt yêu cầu, không cần gia hạn.")
    _still_asked(session, request)
    if not any(letter.isalnum() for letter in reason):
        raise ActFault("Chưa ghi lý do đề nghị gia hạn.")
    if wanted <= request.due:
        raise ActFault(
            f"Ngày đề nghị {vn_date(wanted)} không sau hạn hiện nay ({vn_date(request.due)}). Ghi một ngày sau hạn."
        )
    sensible_day(wanted, now, "Ngày đề nghị gia hạn")
    waiting = open_ask(session, request.id or 0)
    if waiting is not None:
        if (waiting.wanted, waiting.reason) == (wanted, reason[:LONGEST_REASON]):
            return
        raise ActFault(
            f"Đã có đề nghị gia hạn đến {vn_date(waiting.wanted)} đang chờ thư ký xem xét. "
            "Cần thay đổi, đề nghị liên hệ thư ký."
        )
    ask = ExtensionAsk(
        request_id=request.id or 0, wanted=wanted, reason=reason[:LONGEST_REASON], asked_at=now
    )
    session.add(ask)
    session.flush()
    for person in secretariat(session):
        put_notice(session, subject=f"extension:{ask.id}", step=STEP, person=person, now=now)


def _still_asked(session: Session, request: Request) -> None:
    if request.state == RequestState.EXEMPT:
        raise ActFault("Cơ quan, đơn vị không phải báo cáo kỳ này.")
    if session.get_one(Cycle, request.cycle_id).state == CycleState.CLOSED:
        raise ActFault("Kỳ báo cáo đã đóng. Đề nghị liên hệ thư ký.")


def sensible_day(day: date, now: datetime, what: str) -> None:
    """ActFault for a day that has passed at `now`, or lies too far ahead."""
    today = local_day(now)
    if day < today:
        raise ActFault(f"{what} {vn_date(day)} đã qua. Ghi từ ngày {vn_date(today)} trở đi.")
    if day > today + FURTHEST:
        raise ActFault(f"{what} {vn_date(day)} quá xa. Xem lại năm.")
