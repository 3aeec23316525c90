"""Dispatch: each agency's form is written and stored, and a notice to its officers is put down.

The mail itself is sent by tasks.sending.post; a request counts as sent when a server has taken the mail of one officer.
Everything here may be run again: what is done is found done.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.codes import CycleState, NoticeState, PersonRole, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Message, Notice
from tasks.blobs import keep_bytes
from tasks.cycle.forms import forms_of
from tasks.cycle.last_answers import freeze_last
from tasks.reminders.notices import people_of, put_notice
from tasks.states import MACHINE, move_request, record_act
from tasks.store import Store
from tasks.workbook.write import write_form

STEP = "yeu-cau"


@dataclass(frozen=True)
class BatchResult:
    """What one batch did. `unreachable` are agencies without an officer in the directory, by code."""

    prepared: int
    unreachable: tuple[str, ...]


def to_prepare(
    session: Session, cycle: Cycle, *, again: bool = False, only: Collection[int] = ()
) -> list[int]:
    """Requests of a released cycle that have no form yet, or that nobody has been written to about whom the directory
    still names (nobody was there, or has left since); in the order of the directory. With `again` also those
    whose mail could not be delivered. `only`: ids of the agencies that are meant; none: all."""
    if cycle.state != CycleState.RELEASED:
        return []
    under_way = [NoticeState.DUE, NoticeState.SENT] + ([] if again else [NoticeState.FAILED])
    noticed = (
        select(Notice.request_id)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(
            Notice.step == STEP,
            col(Notice.request_id).is_not(None),
            col(Notice.state).in_(under_way),
            col(Person.active).is_(True),
        )
    )
    return [
        request_id
        for request_id in session.exec(
            select(Request.id)
            .where(
                Request.cycle_id == cycle.id,
                Request.state == RequestState.PLANNED,
                col(Request.form_sha256).is_(None) | col(Request.id).not_in(noticed),
                *([col(Request.agency_id).in_(only)] if only else []),
            )
            .order_by(col(Request.id))
        )
        if request_id is not None
    ]


def prepare_batch(
    store: Store,
    request_ids: Sequence[int],
    key: bytes,
    now: datetime,
    *,
    again: bool = False,
    actor: str = MACHINE,
) -> BatchResult:
    """Write and store the forms of these requests and put down the notices that will carry them.

    With `again`, those that could not be delivered are due once more (a person asks for it: the mail is a new one).
    """
    with store.writing() as session:
        freeze_last(session, request_ids)
    with store.reading() as session:
        forms = forms_of(session, request_ids)
    workbooks = {request_id: write_form(form, key) for request_id, form in forms.items()}
    unreachable = []
    with store.writing() as session:
        # Held in one order, so that two who prepare the same batch do it one after the other.
        requests = session.exec(
            select(Request)
            .where(col(Request.id).in_(request_ids))
            .order_by(col(Request.id))
            .with_for_update()
        ).all()
        officers = people_of(session, [request.agency_id for request in requests], [PersonRole.OFFICER])
        for request in requests:
            request_id = request.id or 0
            request.form_sha256 = keep_bytes(session, workbooks[request_id], now)
            session.add(request)
            for person in officers.get(request.agency_id, ()):
                put_notice(
                    session,
                    subject=f"request:{request_id}",
                    plan_no=request.plan_no,
                    step=STEP,
                    person=person,
                    request_id=request_id,
                    now=now,
                )
            if again:
                _revive(session, request, actor, now)
            if request.agency_id not in officers:
                unreachable.append(forms[request_id].agency_code)
    return BatchResult(prepared=len(forms), unreachable=tuple(unreachable))


def _revive(session: Session, request: Request, actor: str, now: datetime) -> None:
    """Make the notices of a request that could not be delivered due again; their messages stay as they ended."""
    failed = session.exec(
        select(Notice).where(
            Notice.request_id == request.id, Notice.step == STEP, Notice.state == NoticeState.FAILED
        )
    ).all()
    for notice in failed:
        record_act(
            session,
            "gui-lai-yeu-cau",
            "request",
            request.id,
            actor=actor,
            now=now,
            reason=f"Lần trước không gửi được: {notice.why}",
        )
        notice.state, notice.why, notice.message_id = NoticeState.DUE, "", None


def undelivered(session: Session, cycle_ids: Sequence[int]) -> list[str]:
    """Codes of the agencies whose request could not be delivered to anybody, in the order of the directory."""
    reached = select(Notice.request_id).where(
        Notice.step == STEP,
        col(Notice.request_id).is_not(None),
        col(Notice.state).in_([NoticeState.DUE, NoticeState.SENT]),
    )
    failed = select(Notice.request_id).where(Notice.step == STEP, Notice.state == NoticeState.FAILED)
    return list(
        session.exec(
            select(Agency.code)
            .join(Request, col(Request.agency_id) == col(Agency.id))
            .where(
                col(Request.cycle_id).in_(cycle_ids),
                Request.state == RequestState.PLANNED,
                col(Request.id).in_(failed),
                col(Request.id).not_in(reached),
            )
            .order_by(col(Agency.position))
        )
    )


def settle_sent(store: Store, now: datetime) -> int:
    """Mark the requests whose mail has been taken by a server as sent at that instant; returns how many."""
    with store.writing() as session:
        requests = session.exec(
            select(Request)
            .where(
                col(Request.sent_at).is_(None),
                col(Request.id).in_(
                    select(Notice.request_id).where(Notice.step == STEP, Notice.state == NoticeState.SENT)
                ),
            )
            .order_by(col(Request.id))
            .with_for_update()
        ).all()
        sent = dict(
            session.exec(
                select(Notice.request_id, func.min(Message.sent_at))
                .join(Message, col(Message.id) == col(Notice.message_id))
                .where(
                    Notice.step == STEP,
                    Notice.state == NoticeState.SENT,
                    col(Notice.request_id).in_([request.id for request in requests]),
                )
                .group_by(col(Notice.request_id))
            ).all()
        )
        for request in requests:
            request.sent_at = sent.get(request.id) or now
            session.add(request)
            if request.state == RequestState.PLANNED:
                move_request(
                    session,
                    request,
                    RequestState.SENT,
                    reason="Máy chủ thư đã nhận yêu cầu kèm biểu mẫu",
                    actor=MACHINE,
                    now=now,
                )
        return len(requests)
