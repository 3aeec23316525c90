"""Dispatch: each agency's form is written and stored, and a notice to its officers is put down.

The mail itself is sent by tasks.sending.post; a request counts as sent when a server has taken the mail of one officer.
Everything here may be run again: what is done is found done.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from models.codes import Channel, CycleState, NoticeState, PersonRole, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Message, Notice
from models.submission import Blob
from tasks.blobs import digest
from tasks.cycle.forms import forms_of
from tasks.cycle.last_answers import freeze_last
from tasks.once import put_each_once
from tasks.reminders.notices import people_of
from tasks.states import MACHINE, move_request, record_act
from tasks.store import Store
from tasks.workbook.write import write_form

STEP = "yeu-cau"
AT_ONCE = 500
"""Requests that are marked as sent in one transaction."""


@dataclass(frozen=True)
class BatchResult:
    """What one batch did. `unreachable` are agencies without an officer in the directory, by code."""

    prepared: int
    unreachable: tuple[str, ...]

    def plus(self, other: "BatchResult") -> "BatchResult":
        """What both did."""
        return BatchResult(self.prepared + other.prepared, self.unreachable + other.unreachable)


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
    stored = [
        {"sha256": digest(content), "size": len(content), "content": content, "stored_at": now}
        for content in workbooks.values()
    ]
    with store.writing() as session:
        put_each_once(session, Blob, stored, "sha256")
        # Held in one order, so that two who prepare the same batch do it one after the other.
        requests = session.exec(
            select(Request)
            .where(col(Request.id).in_(request_ids))
            .order_by(col(Request.id))
            .with_for_update()
        ).all()
        officers = people_of(session, [request.agency_id for request in requests], [PersonRole.OFFICER])
        noticed = [
            {
                "subject": f"request:{request.id}",
                "plan_no": request.plan_no,
                "step": STEP,
                "person_id": person.id,
                "channel": Channel.EMAIL,
                "request_id": request.id,
                "state": NoticeState.DUE,
                "why": "",
                "created_at": now,
            }
            for request in requests
            for person in officers.get(request.agency_id, ())
        ]
        put_each_once(session, Notice, noticed, "id")
        if again:
            _revive(session, request_ids, actor, now)
        for request in requests:
            request.form_sha256 = digest(workbooks[request.id or 0])
            if request.agency_id not in officers:
                unreachable.append(forms[request.id or 0].agency_code)
    return BatchResult(prepared=len(forms), unreachable=tuple(unreachable))


def _revive(session: Session, request_ids: Sequence[int], actor: str, now: datetime) -> None:
    """Make the notices of requests that could not be delivered due again; their messages stay as they ended."""
    failed = session.exec(
        select(Notice)
        .where(
            col(Notice.request_id).in_(request_ids),
            Notice.step == STEP,
            Notice.state == NoticeState.FAILED,
        )
        .order_by(col(Notice.id))
    ).all()
    for notice in failed:
        record_act(
            session,
            "gui-lai-yeu-cau",
            "request",
            notice.request_id,
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
    settled = 0
    while True:
        with store.writing() as session:
            some = _settle_some(session, now)
        settled += some
        if some < AT_ONCE:
            return settled


def _settle_some(session: Session, now: datetime) -> int:
    """The first of them, as many as one transaction takes."""
    requests = session.exec(
        select(Request)
        .where(
            col(Request.sent_at).is_(None),
            col(Request.id).in_(
                select(Notice.request_id).where(Notice.step == STEP, Notice.state == NoticeState.SENT)
            ),
        )
        .order_by(col(Request.id))
        .limit(AT_ONCE)
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
