"""From an arrival to a submission: read the form, say whose it is, check it, record what it declares.

Attribution is by the form's stamp alone, never by guess. Whatever cannot be attributed goes to a person.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, func, select

from models.codes import (
    ArrivalVerdict,
    CycleState,
    PersonRole,
    RequestState,
    SubmissionVerdict,
)
from models.cycle import Cycle, Request
from models.register import Assignment, Indicator, Register
from models.rules.checks import Judgement, check
from models.rules.form import Form
from models.rules.stamp import Stamp, is_genuine
from models.submission import (
    Arrival,
    AssignmentReport,
    Blob,
    IndicatorReport,
    Submission,
    SubmissionIssue,
)
from tasks.forms import forms_of
from tasks.mail_answers import OTHER_SENDER
from tasks.mail_hints import doubt_of, hint_of, people_at
from tasks.notices import people_of, put_notice, secretariat
from tasks.packages import files_of, put_files
from tasks.states import MACHINE, move_request
from tasks.store import Store
from tasks.typed_report import is_typed, read_typed
from tasks.workbook_read import ReadForm, UnreadableForm, read_form
from tasks.zip_files import Unpacked

LOG = logging.getLogger("dondoc.judge")

RECEIPT = "bien-nhan"
FAULTS = "can-hoan-thien"
FOR_A_PERSON = "can-xem-xet"
TRIPPED = "Chương trình gặp lỗi khi đọc tệp này; tệp vẫn được lưu nguyên. Hãy mở tệp và báo bộ phận kỹ thuật."


@dataclass(frozen=True)
class Verdicts:
    """What became of a batch of arrivals, counted."""

    accepted: int = 0
    faulty: int = 0
    duplicate: int = 0
    person: int = 0

    def plus(self, other: "Verdicts") -> "Verdicts":
        return Verdicts(
            self.accepted + other.accepted,
            self.faulty + other.faulty,
            self.duplicate + other.duplicate,
            self.person + other.person,
        )


def to_judge(session: Session) -> list[int]:
    """Arrivals that nobody has judged yet, in the order in which they reached us."""
    return [
        arrival_id
        for arrival_id in session.exec(
            select(Arrival.id)
            .where(Arrival.verdict == ArrivalVerdict.UNREAD)
            .order_by(col(Arrival.received_at), col(Arrival.id))
        )
        if arrival_id is not None
    ]


def judge_batch(store: Store, arrival_ids: list[int], key: bytes, now: datetime) -> Verdicts:
    """Judge these arrivals, each in a transaction of its own: one bad file stops no other."""
    verdicts = Verdicts()
    for arrival_id in arrival_ids:
        verdicts = verdicts.plus(judge_one(store, arrival_id, key, now))
    return verdicts


def judge_one(store: Store, arrival_id: int, key: bytes, now: datetime) -> Verdicts:
    """Judge one arrival, whichever way it came, in a transaction of its own; nothing when it is judged already.
    What cannot be judged goes to a person."""
    try:
        return _judge(store, arrival_id, key, now)
    except OperationalError:
        raise  # the database, not the file: judged the next time
    except Exception:
        # A file that trips the program itself must not stop the others, nor be tried for ever.
        LOG.exception("arrival %s could not be judged", arrival_id)
        with store.writing() as session:
            arrival = _unread(session, arrival_id)
            return Verdicts() if arrival is None else _leave_to_a_person(session, arrival, TRIPPED, now)


def _judge(store: Store, arrival_id: int, key: bytes, now: datetime) -> Verdicts:
    with store.reading() as session:
        content = session.exec(
            select(Blob.content)
            .join(Arrival, col(Arrival.sha256) == col(Blob.sha256))
            .where(Arrival.id == arrival_id)
        ).one()
    files = files_of(content)
    if files:
        return _judge_files(store, arrival_id, files, key, now)
    read: ReadForm | None
    try:
        read, fault = (read_typed if is_typed(content) else read_form)(content), ""
    except UnreadableForm as error:
        read, fault = None, str(error)
    with store.writing() as session:
        arrival = _unread(session, arrival_id)
        if arrival is None:
            return Verdicts()  # another process was quicker
        if read is None:
            return _leave_to_a_person(session, arrival, fault, now)
        stamp = read.stamp
        if stamp is None:
            return _leave_to_a_person(
                session,
                arrival,
                "Tệp không có dấu nhận dạng của biểu mẫu dondoc (sheet ẩn đã mất hoặc không phải biểu đã gửi).",
                now,
            )
        if not is_genuine(stamp, key):
            return _leave_to_a_person(
                session,
                arrival,
                "Dấu nhận dạng của biểu mẫu không khớp (tệp tự nhận là của "
                f"{stamp.agency_code}, kỳ {stamp.cycle_code}): biểu do nơi khác lập hoặc phần ẩn đã bị sửa.",
                now,
            )
        return _submit(session, arrival, stamp, read, now)


def _judge_files(
    store: Store, arrival_id: int, files: tuple[Unpacked, ...], key: bytes, now: datetime
) -> Verdicts:
    """Judge each file of a zip as if it had come by itself."""
    with store.writing() as session:
        package = _unread(session, arrival_id)
        if package is None:
            return Verdicts()
        ids, nested = put_files(session, package, files, now)
        verdicts = Verdicts()
        if nested:
            why = f"Đã tách {len(ids)} tệp để xét riêng; không mở tệp nén nằm trong tệp nén: {', '.join(nested)}."
            verdicts = _leave_to_a_person(session, package, why, now)
        else:
            package.verdict = ArrivalVerdict.PACKAGE
            package.note = f"Đã tách thành {len(ids)} tệp."
            session.add(package)
    return verdicts.plus(judge_batch(store, ids, key, now))


def _unread(session: Session, arrival_id: int) -> Arrival | None:
    """The arrival, held until this transaction ends; None when it has been judged meanwhile."""
    arrival = session.get_one(Arrival, arrival_id, with_for_update=True)
    return arrival if arrival.verdict == ArrivalVerdict.UNREAD else None


def _leave_to_a_person(session: Session, arrival: Arrival, why: str, now: datetime) -> Verdicts:
    arrival.verdict = ArrivalVerdict.PERSON
    arrival.note = f"{why} {hint_of(session, arrival)}".strip()
    session.add(arrival)
    for person in secretariat(session):
        put_notice(session, subject=f"arrival:{arrival.id}", step=FOR_A_PERSON, person=person, now=now)
    return Verdicts(person=1)


def _submit(session: Session, arrival: Arrival, stamp: Stamp, read: ReadForm, now: datetime) -> Verdicts:
    # Held, so that two versions judged at once get two numbers, and the later one sees what the first changed.
    request = session.get(Request, stamp.request_id, with_for_update=True)
    if request is None:
        return _leave_to_a_person(
            session, arrival, f"Không có yêu cầu số {stamp.request_id} trong cơ sở dữ liệu này.", now
        )
    if arrival.request_id not in (None, request.id):
        return _leave_to_a_person(
            session,
            arrival,
            f"Biểu là của {stamp.agency_code}, kỳ {stamp.cycle_code}, nhưng được nộp ở chỗ của yêu cầu khác.",
            now,
        )
    arrival.request_id = request.id
    cycle = session.get_one(Cycle, request.cycle_id)
    if cycle.state == CycleState.CLOSED and (
        cycle.closed_at is None or arrival.received_at >= cycle.closed_at
    ):
        return _leave_to_a_person(session, arrival, f"Đến sau khi kỳ {cycle.code} đã đóng.", now)
    if stamp.version != request.form_version:
        return _leave_to_a_person(
            session,
            arrival,
            f"Biểu mẫu cũ (bản {stamp.version}); yêu cầu hiện dùng bản {request.form_version}.",
            now,
        )
    same = select(Submission.id).where(
        Submission.request_id == request.id, Submission.sha256 == arrival.sha256
    )
    if session.exec(same).first() is not None:
        arrival.verdict = ArrivalVerdict.DUPLICATE
        session.add(arrival)
        return Verdicts(duplicate=1)
    doubt = doubt_of(session, arrival, request.agency_id)
    if doubt.for_a_person:
        return _leave_to_a_person(session, arrival, doubt.sentence, now)
    if doubt.sentence:
        arrival.note = doubt.sentence
        for person in secretariat(session):
            put_notice(session, subject=f"arrival:{arrival.id}", step=OTHER_SENDER, person=person, now=now)
    form = forms_of(session, [request.id or 0])[request.id or 0]
    judgement = check(form, read.filled)
    submission = _record(session, arrival, request, form, judgement, now)
    _take_note(session, request, submission, now)
    _answer(session, request, submission, now)
    faulty = submission.verdict == SubmissionVerdict.FAULTY
    return Verdicts(faulty=1) if faulty else Verdicts(accepted=1)


def _record(
    session: Session, arrival: Arrival, request: Request, form: Form, judgement: Judgement, now: datetime
) -> Submission:
    """Write one version with its issues and everything that it declares."""
    last = session.exec(select(func.max(Submission.version)).where(Submission.request_id == request.id)).one()
    submission = Submission(
        request_id=request.id or 0,
        version=(last or 0) + 1,
        sha256=arrival.sha256,
        arrival_id=arrival.id or 0,
        received_at=arrival.received_at,
        verdict=SubmissionVerdict.FAULTY if judgement.blocking else SubmissionVerdict.ACCEPTED,
        nothing_to_report=judgement.nothing,
        nothing_reason=judgement.nothing_reason,
        judged_at=now,
    )
    session.add(submission)
    arrival.verdict = ArrivalVerdict.SUBMISSION
    session.add(arrival)
    session.flush()
    submission_id = submission.id or 0
    for issue in judgement.issues:
        session.add(
            SubmissionIssue(
                submission_id=submission_id,
                severity=issue.severity,
                rule=issue.rule,
                sheet=issue.sheet,
                cell=issue.cell,
                row_key=issue.row_key,
                sentence=issue.sentence,
            )
        )
    assignments = _ids(session, Assignment, [line.row_key for line in form.assignments])
    for declared in judgement.assignments:
        session.add(
            AssignmentReport(
                submission_id=submission_id,
                assignment_id=assignments[declared.row_key],
                status=declared.status,
                percent_raw=declared.percent_raw[:60],
                percent=declared.percent,
                completed_on=declared.completed_on,
                product=declared.product,
                reason=declared.reason,
                proposal=declared.proposal,
            )
        )
    indicators = _ids(session, Indicator, [line.row_key for line in form.indicators])
    for value in judgement.indicators:
        session.add(
            IndicatorReport(
                submission_id=submission_id,
                indicator_id=indicators[value.row_key],
                raw=value.raw[:200],
                comparator=value.comparator,
                value=value.value,
                as_of=value.as_of,
                source=value.source,
            )
        )
    session.flush()
    return submission


def _ids(session: Session, table: type[Assignment] | type[Indicator], row_keys: list[str]) -> dict[str, int]:
    """Row key -> id of the assignments or indicators that a form asks about."""
    wanted = set(row_keys)
    codes = {row_key.partition("/")[0] for row_key in wanted}
    rows = session.exec(
        select(Register.code, table.key, table.id)
        .join(table, col(table.register_id) == col(Register.id))
        .where(col(Register.code).in_(codes))
    )
    return {f"{code}/{key}": row_id or 0 for code, key, row_id in rows if f"{code}/{key}" in wanted}


def _take_note(session: Session, request: Request, submission: Submission, now: datetime) -> None:
    """Move the request on. A later wrong version never displaces an accepted one."""
    if request.first_received_at is None or submission.received_at < request.first_received_at:
        request.first_received_at = submission.received_at
    session.add(request)
    if submission.verdict == SubmissionVerdict.ACCEPTED:
        if request.complete_at is None or submission.received_at < request.complete_at:
            request.complete_at = submission.received_at
        target, reason = RequestState.COMPLETE, f"Nhận bản {submission.version}, đạt yêu cầu"
    else:
        target, reason = RequestState.INCOMPLETE, f"Nhận bản {submission.version}, còn nội dung phải sửa"
    chased = (RequestState.PLANNED, RequestState.SENT, RequestState.INCOMPLETE)
    if request.state in chased:
        move_request(session, request, target, reason=reason, actor=MACHINE, now=now)


def _answer(session: Session, request: Request, submission: Submission, now: datetime) -> None:
    """Put down the answer: a receipt, or the list of what to mend. It goes to the agency's officers, and to who
    sent the report when that is somebody else whom the directory knows as this agency's."""
    step = FAULTS if submission.verdict == SubmissionVerdict.FAULTY else RECEIPT
    people = people_of(session, [request.agency_id], [PersonRole.OFFICER]).get(request.agency_id, [])
    asked = {person.email.lower() for person in people}
    arrival = session.get_one(Arrival, submission.arrival_id)
    writers = [p for p in people_at(session, arrival.sender) if p.agency_id == request.agency_id]
    people += [person for person in writers[:1] if person.email.lower() not in asked]
    for person in people:
        put_notice(
            session,
            subject=f"submission:{submission.id}",
            plan_no=request.plan_no,
            step=step,
            person=person,
            request_id=request.id,
            now=now,
        )
