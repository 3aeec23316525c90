"""What the page of one request shows, read in one look. Nothing of a withheld assignment is in it."""

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.agency_act import ExtensionAsk
from models.codes import ArrivalVerdict, CycleState, RequestState, Severity, SubmissionVerdict
from models.cycle import Cycle, Request, RequestItem
from models.register import Assignment, AssignmentRevision, Register
from models.rules.form import Form, Issue
from models.rules.receipts import receipt_number
from models.rules.reminders.notices import time_left
from models.rules.typed_form import TEXT_ROW, field_names
from models.rules.ways import WAYS
from models.submission import Arrival, Submission, SubmissionIssue
from models.time import end_of, local_day, vn_date, vn_instant
from portal.places import Remark, remarks
from portal.present import present
from portal.prose_facts import Prose, prose_of
from portal.questions import Question, questions_of
from tasks.among import evened
from tasks.cycle.agency_acts import last_promise
from tasks.cycle.forms import FormFacts, line_of
from tasks.cycle.frozen_policy import regime_of
from tasks.cycle.kept_forms import form_now
from tasks.cycle.recorded import record_in_words
from tasks.cycle.standing import open_returns, standing_records
from tasks.intake.signed_reports import all_signed
from tasks.intake.typed_report import FILE_NAME
from tasks.letters.wording import Contact
from tasks.office import Office
from tasks.reminders.notices import secretariat

HIDDEN = "(nhiệm vụ không đưa lên hệ thống)"


@dataclass(frozen=True)
class Version:
    """One version that was handed in, with what is to be mended and what to look at again."""

    number: int
    arrival_id: int
    received: str
    way: str
    accepted: bool
    late: bool
    nothing: bool
    receipt: str  # "" of one that is not accepted
    typed: bool
    annotated: bool  # whether a marked copy can be had
    issues: tuple[Remark, ...]

    @property
    def must(self) -> tuple[Remark, ...]:
        """What has to be mended."""
        return tuple(issue for issue in self.issues if issue.severity == Severity.BLOCK)

    @property
    def may(self) -> tuple[Remark, ...]:
        """What would be well to look at again."""
        return tuple(issue for issue in self.issues if issue.severity == Severity.WARN)


@dataclass(frozen=True)
class Waiting:
    """Something that arrived and waits for the secretariat."""

    file_name: str
    received: str
    why: str


@dataclass(frozen=True)
class Signed:
    """A signed report that was added: "Báo cáo số 125/BC-SNV ngày 18/3/2026 do Lò Văn A ký"."""

    id: int
    arrival_id: int
    words: str
    added: str


@dataclass(frozen=True)
class Ask:
    """The last extension that was asked for."""

    wanted: str
    asked: str
    granted: bool | None
    answer: str


@dataclass(frozen=True)
class Returned:
    """What the secretariat asks to complete, in its own words, line by line, and by when."""

    comment: tuple[str, ...]
    due: str
    asked: str


@dataclass(frozen=True)
class Facts:
    """A request as its agency sees it."""

    issuer: str
    unit: str
    contact: Contact
    form: Form
    form_sha256: str | None
    document: str
    due: str
    first_due: str  # "" unless the deadline has been changed
    left: str
    overdue: bool
    state: RequestState
    closed: bool
    versions: tuple[Version, ...]  # the latest first
    waiting: tuple[Waiting, ...]
    promised: str
    ask: Ask | None
    signed: tuple[Signed, ...]  # the latest, which counts, first
    prose: Prose | None
    returned: Returned | None = None
    recorded: str = ""  # a report that came by another way, as the secretariat recorded it
    questions: tuple[Question, ...] = ()  # of the phiếu đối chiếu, those that wait for an explanation first

    @property
    def done(self) -> bool:
        return self.state == RequestState.COMPLETE

    @property
    def exempt(self) -> bool:
        return self.state == RequestState.EXEMPT

    @property
    def accepted(self) -> Version | None:
        """The version that counts."""
        return next((version for version in self.versions if version.accepted), None)

    @property
    def last(self) -> Version | None:
        return self.versions[0] if self.versions else None


def read_facts(session: Session, office: Office, request_id: int, now: datetime) -> Facts:
    """Everything the page says of a request at this moment."""
    there = present(session, request_id)
    request, cycle = there.request, there.cycle
    person = next(iter(secretariat(session)), None)
    asked = form_now(session, request, cycle, there.agency, there.standing, line_of(person))
    form, letter = asked.form, regime_of(cycle).letter
    promise = last_promise(session, request_id) if there.promises else None
    return Facts(
        issuer=letter.issuer_in_text,
        unit=letter.unit,
        contact=Contact(
            issuer=letter.issuer_in_text,
            unit=letter.unit,
            name=person.name if person else letter.unit,
            phone=person.phone if person else "",
            email=person.email if person else "",
        ),
        form=form,
        form_sha256=request.form_sha256,
        document=f"Công văn số {cycle.document_number} ngày {vn_date(cycle.document_date)}"
        if cycle.document_date
        else "",
        due=vn_date(request.due),
        first_due=vn_date(there.first_due) if there.first_due not in (None, request.due) else "",
        left=_left(office, request, cycle, now),
        overdue=now >= end_of(request.due),
        state=request.state,
        closed=cycle.state == CycleState.CLOSED,
        versions=_versions(session, request, asked),
        waiting=_waiting(session, request_id) if there.waiting else (),
        promised=vn_date(promise.promised) if promise and promise.promised else "",
        ask=_ask(session, request_id) if there.asks else None,
        signed=_signed(session, request_id) if there.signed else (),
        prose=prose_of(session, form) if there.prose else None,
        returned=_returned(session, request) if there.returns else None,
        recorded=_recorded(session, request) if there.records else "",
        questions=questions_of(session, request, cycle) if there.questions else (),
    )


def _versions(session: Session, request: Request, asked: FormFacts) -> tuple[Version, ...]:
    form = asked.form
    rows = session.execute(_VERSIONS, {"request_id": request.id}).tuples().all()
    withheld = _withheld(session, request.id or 0) if asked.hides else frozenset()
    issues: dict[int, list[SubmissionIssue]] = {}
    for issue in session.execute(
        _ISSUES, {"ids": evened([submission.id or 0 for submission, *_ in rows])}
    ).scalars():
        if issue.row_key not in withheld:
            issues.setdefault(issue.submission_id, []).append(issue)
    order = _order(form)
    last = len(order)
    versions = []
    for place, (submission, file_name, channel) in enumerate(rows):
        accepted = submission.verdict == SubmissionVerdict.ACCEPTED
        found = tuple(
            Issue(Severity(i.severity), i.rule, _without(withheld, i.sentence), i.sheet, i.cell, i.row_key)
            for i in issues.get(submission.id or 0, ())
        )
        typed = file_name == FILE_NAME
        versions.append(
            Version(
                number=submission.version,
                arrival_id=submission.arrival_id,
                received=vn_instant(submission.received_at),
                way="điền trực tuyến" if typed else WAYS.get(channel, channel),
                accepted=accepted,
                late=submission.received_at >= end_of(request.due),
                nothing=submission.nothing_to_report,
                receipt=receipt_number(submission.id or 0, form.agency_code) if accepted else "",
                typed=typed,
                annotated=place == 0 and bool(found) and not typed and not withheld,
                issues=tuple(sorted(remarks(form, found), key=lambda issue: order.get(issue.anchor, last))),
            )
        )
    return tuple(versions)


def _left(office: Office, request: Request, cycle: Cycle, now: datetime) -> str:
    """How long there still is, or how late it is; "" where no report is owed any more, and nothing counts the days."""
    if request.state == RequestState.COMPLETE or cycle.state == CycleState.CLOSED:
        return ""
    return time_left(request.due, office.calendar(local_day(now)), now)


_VERSIONS = (
    select(Submission, Arrival.file_name, Arrival.channel)
    .join(Arrival, col(Arrival.id) == col(Submission.arrival_id))
    .where(Submission.request_id == sa.bindparam("request_id"))
    .order_by(col(Submission.version).desc())
)
_ISSUES = (
    select(SubmissionIssue)
    .where(col(SubmissionIssue.submission_id).in_(sa.bindparam("ids", expanding=True)))
    .order_by(col(SubmissionIssue.id))
)


def _order(form: Form) -> dict[str, int]:
    """Where each field, row and annex stands on the form page."""
    rows = {line.row_key for line in form.assignments} | {line.row_key for line in form.indicators}
    anchors: list[str] = []
    for name in field_names(form):
        row = name.rpartition(":")[0]
        anchors += [row, name] if row in rows else [name]
    anchors += [*(annex.code for annex in form.annexes), TEXT_ROW]
    return {anchor: place for place, anchor in reversed(list(enumerate(anchors)))}


def _withheld(session: Session, request_id: int) -> frozenset[str]:
    """Keys of the request's assignments that were taken off the system after it was sent."""
    rows = session.exec(
        select(Register.code, Assignment.key)
        .join(Assignment, col(Assignment.register_id) == col(Register.id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .join(RequestItem, col(RequestItem.assignment_revision_id) == col(AssignmentRevision.id))
        .where(RequestItem.request_id == request_id, col(Assignment.withheld).is_(True))
    )
    return frozenset(f"{code}/{key}" for code, key in rows)


def _without(withheld: frozenset[str], sentence: str) -> str:
    """A sentence that lists rows, without those that are not to be named."""
    for key in withheld:
        sentence = re.sub(rf"{re.escape(key)}(?![.\w]*\w)", HIDDEN, sentence)
    return sentence


def _waiting(session: Session, request_id: int) -> tuple[Waiting, ...]:
    arrivals = session.exec(
        select(Arrival)
        .where(Arrival.request_id == request_id, Arrival.verdict == ArrivalVerdict.PERSON)
        .order_by(col(Arrival.id).desc())
        .limit(20)
    )
    return tuple(Waiting(a.file_name, vn_instant(a.received_at), a.note) for a in arrivals)


def _signed(session: Session, request_id: int) -> tuple[Signed, ...]:
    return tuple(
        Signed(
            signed.id or 0,
            signed.arrival_id,
            f"Báo cáo số {signed.number} ngày {vn_date(signed.signed_on)} do {signed.signer} ký",
            vn_instant(signed.added_at),
        )
        for signed in all_signed(session, request_id)
    )


def _returned(session: Session, request: Request) -> Returned | None:
    if request.state != RequestState.INCOMPLETE:
        return None
    row = open_returns(session, [request.id or 0]).get(request.id or 0)
    return Returned(tuple(row.comment.splitlines()), vn_date(row.due), vn_instant(row.at)) if row else None


def _recorded(session: Session, request: Request) -> str:
    record = standing_records(session, [request.id or 0]).get(request.id or 0)
    return record_in_words(record) if record else ""


def _ask(session: Session, request_id: int) -> Ask | None:
    ask = session.exec(
        select(ExtensionAsk)
        .where(ExtensionAsk.request_id == request_id)
        .order_by(col(ExtensionAsk.id).desc())
        .limit(1)
    ).first()
    if ask is None:
        return None
    return Ask(vn_date(ask.wanted), vn_instant(ask.asked_at), ask.granted, ask.answer)
