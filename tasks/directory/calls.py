"""The phone log: whom the secretariat called, what was said, by when a report was promised.

A call is never changed. A slip of the pen is put right by a call that names the one it corrects; a promise that was
misheard is taken back by a correction without a day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import CycleState, RequestState
from models.cycle import Cycle, Request
from models.desk_act import PhoneCall
from models.directory import Agency, Person
from models.fault import Fault
from models.rules.text import clean, clean_lines
from models.time import end_of, start_of, vn_instant
from tasks.cycle.agency_acts import acknowledge, correct_promise, sensible_day
from tasks.states import record_act

LONGEST_SAID = 2000
PRESSED_TWICE = timedelta(minutes=2)
"""The same call written down again within this time is one call."""
OLDEST = timedelta(days=60)
"""How long after a call it may still be written down."""


class CallFault(Fault):
    """A call that cannot be written down; the message says why."""


@dataclass(frozen=True)
class CallNote:
    """What is written down of a call. `called_at` None: just now. Of a person of the directory, `whom` and `phone`
    may be left empty."""

    said: str = ""
    answered: bool = True
    promised: date | None = None
    called_at: datetime | None = None
    person_id: int | None = None
    whom: str = ""
    phone: str = ""


@dataclass(frozen=True)
class LoggedCall:
    """A call as it is shown. `corrected_by` is the number of the call that puts it right, None while it stands."""

    call: PhoneCall
    agency: Agency
    cycle: str = ""
    corrected_by: int | None = None


def log_call(
    session: Session,
    agency: Agency,
    note: CallNote,
    *,
    request_id: int | None = None,
    actor: str,
    now: datetime,
) -> PhoneCall:
    """Write a call down, and the promise that was given in it. Pressed twice, it is written once.

    A promise belongs to a request: to `request_id`, else to the only one that the agency still owes.
    """
    agency = session.get_one(Agency, agency.id, with_for_update=True, populate_existing=True)
    note = _filled(session, agency, note, now)
    request = _request(session, agency, request_id, promised=note.promised)
    call = _call(agency, request, note, actor, now)
    same = _same(session, call)
    if same is not None:
        return same
    session.add(call)
    session.flush()
    if note.promised is not None and request is not None:
        acknowledge(session, request, note.promised, now, call_id=call.id, given_at=call.called_at)
    _record(session, "ghi-cuoc-goi", call, agency, actor, now)
    return call


def correct_call(
    session: Session, call_id: int, note: CallNote, *, reason: str = "", actor: str, now: datetime
) -> PhoneCall:
    """Put a call right by another that names it. Its promise becomes the note's, or is taken back with none."""
    wrong = session.get(PhoneCall, call_id)
    if wrong is None:
        raise CallFault(f"Không có cuộc gọi số {call_id} trong nhật ký.")
    agency = session.get_one(Agency, wrong.agency_id, with_for_update=True, populate_existing=True)
    note = _filled(session, agency, replace(note, called_at=note.called_at or wrong.called_at), now)
    request = _request(session, agency, wrong.request_id, promised=note.promised)
    call = _call(agency, request, note, actor, now)
    call.corrects_id = wrong.id
    later = session.exec(select(PhoneCall).where(PhoneCall.corrects_id == wrong.id)).first()
    if later is not None:
        if _facts(later) == _facts(call):
            return later
        raise CallFault(
            f"Cuộc gọi số {call_id} đã được đính chính bằng cuộc gọi số {later.id}; đính chính cuộc sau."
        )
    session.add(call)
    session.flush()
    chain = _chain(session, wrong)
    if request is not None and any(one.promised for one in chain):
        ids = [one.id or 0 for one in chain]
        correct_promise(session, request.id or 0, note.promised, ids, call.id or 0, now)
    elif request is not None and note.promised is not None:
        acknowledge(session, request, note.promised, now, call_id=call.id, given_at=call.called_at)
    _record(session, "dinh-chinh-cuoc-goi", call, agency, actor, now, reason=reason)
    return call


def calls_on(session: Session, day: date) -> list[LoggedCall]:
    """The calls of a local day, the latest first."""
    return _logged(session, col(PhoneCall.called_at) >= start_of(day), col(PhoneCall.called_at) < end_of(day))


def calls_of(session: Session, agency_id: int, limit: int = 50) -> list[LoggedCall]:
    """An agency's calls, the latest first."""
    return _logged(session, PhoneCall.agency_id == agency_id, limit=limit)


def calls_about(session: Session, request_id: int) -> list[LoggedCall]:
    """The calls about one request, the latest first."""
    return _logged(session, PhoneCall.request_id == request_id)


def last_calls(session: Session, agency_ids: Iterable[int], since: datetime) -> dict[int, PhoneCall]:
    """Agency id -> its last call since then that stands uncorrected."""
    later = sa.orm.aliased(PhoneCall)
    calls = session.exec(
        select(PhoneCall)
        .where(
            col(PhoneCall.agency_id).in_(list(agency_ids)),
            col(PhoneCall.called_at) >= since,
            ~sa.exists().where(col(later.corrects_id) == col(PhoneCall.id)),
        )
        .order_by(col(PhoneCall.called_at), col(PhoneCall.id))
    )
    return {call.agency_id: call for call in calls}


def owed_requests(session: Session, agency_id: int) -> list[tuple[Request, Cycle]]:
    """The requests of running cycles that the agency has not answered well yet, oldest first."""
    rows = session.exec(
        select(Request, Cycle)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(
            Request.agency_id == agency_id,
            Cycle.state == CycleState.RELEASED,
            col(Request.state).not_in([RequestState.COMPLETE, RequestState.EXEMPT]),
        )
        .order_by(col(Request.due), col(Request.id))
    )
    return [(request, cycle) for request, cycle in rows]


def _filled(session: Session, agency: Agency, note: CallNote, now: datetime) -> CallNote:
    """The note with what the directory knows; CallFault when something is missing or cannot be."""
    person = session.get(Person, note.person_id) if note.person_id is not None else None
    if note.person_id is not None and (person is None or person.agency_id != agency.id):
        raise CallFault(f"Người được chọn không thuộc danh bạ của {agency.name}. Chọn lại người được gọi.")
    whom = clean(note.whom) or (person.name if person else "")
    phone = clean(note.phone) or (person.phone if person else "")
    said = clean_lines(note.said)
    called_at = note.called_at or now
    if not any(letter.isalpha() for letter in whom):
        raise CallFault("Chưa ghi gọi cho ai. Chọn người trong danh bạ hoặc ghi họ tên.")
    if called_at > now + timedelta(minutes=1):
        raise CallFault(f"Giờ gọi {vn_instant(called_at)} chưa tới. Xem lại ngày, giờ.")
    if called_at < now - OLDEST:
        raise CallFault(f"Giờ gọi {vn_instant(called_at)} đã quá lâu. Xem lại ngày, tháng.")
    if note.promised is not None and not note.answered:
        raise CallFault("Không liên lạc được thì không có ngày hẹn. Chọn “Đã trao đổi” hoặc bỏ ngày hẹn.")
    if note.promised is not None:
        sensible_day(note.promised, called_at, "Ngày hẹn nộp")
    if note.answered and not said and note.promised is None:
        raise CallFault("Chưa ghi nội dung trao đổi hoặc ngày hẹn nộp.")
    if len(said) > LONGEST_SAID:
        raise CallFault(f"Nội dung trao đổi dài quá {LONGEST_SAID} ký tự. Ghi ngắn lại.")
    return replace(note, whom=whom[:200], phone=phone[:40], said=said, called_at=called_at)


def _request(
    session: Session, agency: Agency, request_id: int | None, *, promised: date | None
) -> Request | None:
    """The request that a call is about, held until the transaction ends; None when it is about none."""
    if request_id is None:
        if promised is None:
            return None
        owed = owed_requests(session, agency.id or 0)
        if not owed:
            raise CallFault(f"{agency.name} không còn nợ báo cáo nào, không ghi ngày hẹn nộp.")
        if len(owed) > 1:
            cycles = "; ".join(cycle.name for _, cycle in owed)
            raise CallFault(
                f"{agency.name} còn nợ {len(owed):02d} báo cáo ({cycles}). Chọn kỳ mà ngày hẹn nói đến."
            )
        request_id = owed[0][0].id
    request = session.get(Request, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.agency_id != agency.id:
        raise CallFault(f"Kỳ được chọn không có yêu cầu báo cáo nào của {agency.name}. Chọn lại kỳ.")
    return request


def _call(agency: Agency, request: Request | None, note: CallNote, actor: str, now: datetime) -> PhoneCall:
    return PhoneCall(
        agency_id=agency.id or 0,
        request_id=request.id if request is not None else None,
        person_id=note.person_id,
        whom=note.whom,
        phone=note.phone,
        answered=note.answered,
        said=note.said,
        promised=note.promised,
        called_at=note.called_at or now,
        actor=actor,
        at=now,
    )


def _same(session: Session, call: PhoneCall) -> PhoneCall | None:
    """The call that was written down already, when a button was pressed twice."""
    recent = session.exec(
        select(PhoneCall)
        .where(
            PhoneCall.agency_id == call.agency_id,
            PhoneCall.actor == call.actor,
            col(PhoneCall.at) > call.at - PRESSED_TWICE,
            col(PhoneCall.corrects_id).is_(None),
        )
        .order_by(col(PhoneCall.id).desc())
    )
    return next(
        (
            one
            for one in recent
            if _facts(one) == _facts(call) and abs(one.called_at - call.called_at) < PRESSED_TWICE
        ),
        None,
    )


def _facts(call: PhoneCall) -> tuple[object, ...]:
    return (call.request_id, call.person_id, call.whom, call.phone, call.answered, call.said, call.promised)


def _chain(session: Session, call: PhoneCall) -> Sequence[PhoneCall]:
    """A call and those that it corrects."""
    chain = [call]
    while chain[-1].corrects_id is not None:
        chain.append(session.get_one(PhoneCall, chain[-1].corrects_id))
    return chain


def _record(
    session: Session, act: str, call: PhoneCall, agency: Agency, actor: str, now: datetime, reason: str = ""
) -> None:
    """What was said is in the call, not in the audit trail."""
    after = {
        "cơ quan": agency.code,
        "liên lạc được": call.answered,
        "hẹn": str(call.promised) if call.promised else None,
        "đính chính": call.corrects_id,
    }
    known = {name: value for name, value in after.items() if value is not None}
    record_act(session, act, "phone_call", call.id, actor=actor, now=now, reason=reason, after=known)


def _logged(session: Session, *where: sa.ColumnElement[bool] | bool, limit: int = 500) -> list[LoggedCall]:
    rows = session.exec(
        select(PhoneCall, Agency, Cycle.name)
        .join(Agency, col(Agency.id) == col(PhoneCall.agency_id))
        .outerjoin(Request, col(Request.id) == col(PhoneCall.request_id))
        .outerjoin(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(*where)
        .order_by(col(PhoneCall.called_at).desc(), col(PhoneCall.id).desc())
        .limit(limit)
    ).all()
    ids = [call.id for call, _, _ in rows]
    corrected = dict(
        session.exec(
            select(PhoneCall.corrects_id, PhoneCall.id).where(col(PhoneCall.corrects_id).in_(ids))
        ).all()
    )
    return [LoggedCall(call, agency, cycle or "", corrected.get(call.id)) for call, agency, cycle in rows]
