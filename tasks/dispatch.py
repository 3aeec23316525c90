"""Dispatch: each agency's form is written and stored, and a notice to its officers is put down.

The mail itself is sent by tasks.post; a request counts as sent when a server has taken the mail of one officer.
Everything here may be run again: what is done is found done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import CycleState, NoticeState, PersonRole, RequestState
from models.cycle import Cycle, Request
from models.notice import Notice
from tasks.blobs import keep_bytes
from tasks.forms import forms_of
from tasks.notices import people_of, put_notice
from tasks.states import MACHINE, move_request
from tasks.store import Store
from tasks.workbook_write import write_form

STEP = "yeu-cau"


@dataclass(frozen=True)
class BatchResult:
    """What one batch did. `unreachable` are agencies without an officer in the directory, by code."""

    prepared: int
    unreachable: tuple[str, ...]


def to_prepare(session: Session, cycle: Cycle) -> list[int]:
    """Requests of a released cycle that have no form or no notice yet, in the order of the directory."""
    if cycle.state != CycleState.RELEASED:
        return []
    noticed = select(Notice.request_id).where(Notice.step == STEP, col(Notice.request_id).is_not(None))
    return [
        request_id
        for request_id in session.exec(
            select(Request.id)
            .where(
                Request.cycle_id == cycle.id,
                Request.state == RequestState.PLANNED,
                col(Request.form_sha256).is_(None) | col(Request.id).not_in(noticed),
            )
            .order_by(col(Request.id))
        )
        if request_id is not None
    ]


def prepare_batch(store: Store, request_ids: Sequence[int], key: bytes, now: datetime) -> BatchResult:
    """Write and store the forms of these requests and put down the notices that will carry them."""
    with store.reading() as session:
        forms = forms_of(session, request_ids)
    workbooks = {request_id: write_form(form, key) for request_id, form in forms.items()}
    unreachable = []
    with store.writing() as session:
        requests = session.exec(select(Request).where(col(Request.id).in_(request_ids))).all()
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
            if request.agency_id not in officers:
                unreachable.append(forms[request_id].agency_code)
    return BatchResult(prepared=len(forms), unreachable=tuple(unreachable))


def settle_sent(store: Store, now: datetime) -> int:
    """Mark the requests whose mail has been taken by a server as sent; returns how many that were."""
    with store.writing() as session:
        rows = session.exec(
            select(Request)
            .where(
                Request.state == RequestState.PLANNED,
                col(Request.id).in_(
                    select(Notice.request_id).where(Notice.step == STEP, Notice.state == NoticeState.SENT)
                ),
            )
            .order_by(col(Request.id))
        ).all()
        for request in rows:
            request.sent_at = now
            move_request(
                session,
                request,
                RequestState.SENT,
                reason="Máy chủ thư đã nhận yêu cầu kèm biểu mẫu",
                actor=MACHINE,
                now=now,
            )
        return len(rows)
