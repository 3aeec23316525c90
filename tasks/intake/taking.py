"""What becomes of something that is known to be a request's: a version with its answer, or prose beside the figures.

Whose it is was said before, by the form's stamp (tasks.intake.judge) or by a person (tasks.intake.settle).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import ArrivalVerdict, PersonRole, RequestState, SubmissionVerdict
from models.cycle import Request
from models.desk_act import RecordedReport
from models.directory import Person
from models.rules.checks.prose_checks import heading_findings, prose_findings
from models.submission import Arrival, Submission
from tasks.among import evened
from tasks.cycle.forms import form_facts
from tasks.cycle.standing import standing_records
from tasks.intake.mail_hints import doubt_of, people_at
from tasks.intake.record import Judged, record_versions
from tasks.letters.mail_answers import OTHER_SENDER
from tasks.prose.narratives import latest_narrative, parts_from_texts, put_narrative, texts_of
from tasks.prose.outline_read import ReadOutline
from tasks.reminders.notices import Answer, put_answers, secretariat
from tasks.reminders.replan import give_up_overtaken
from tasks.states import MACHINE, move_request

RECEIPT = "bien-nhan"
FAULTS = "can-hoan-thien"
PROSE = "nhan-loi-van"
NO_PROSE = "Đề cương Word chưa có lời văn nào dưới các mục; chưa ghi nhận."


def take_versions(session: Session, judged: Sequence[Judged], now: datetime) -> list[Submission]:
    """Write each down as the next version of its request, answer its sender, and move the request on."""
    submissions = record_versions(session, judged, now)
    maybe = [one.request.id or 0 for one in judged if one.recorded]
    records = standing_records(session, maybe) if maybe else {}
    _answer(session, judged, submissions, now)
    moved = [
        one.request
        for one, submission in zip(judged, submissions, strict=True)
        if _take_note(session, one.request, submission, records, now)
    ]
    give_up_overtaken(session, moved, actor=MACHINE, now=now)
    for one in judged:
        _keep_prose(session, one, now)
    return submissions


def take_prose(
    session: Session, arrival: Arrival, request: Request, read: ReadOutline, now: datetime
) -> bool:
    """A Word outline that came back: its prose beside the figures, and its findings told to who sent it. False when
    there is no prose in it."""
    outline = form_facts(session, [request.id or 0])[request.id or 0].form.outline
    matched = read.matched(outline)
    texts = texts_of(matched.parts)
    issues = [*heading_findings(outline, texts), *prose_findings(texts, outline=outline)]
    findings = [*matched.findings, *(issue.sentence for issue in issues)]
    said = put_narrative(session, request.id or 0, arrival, matched.parts, findings, now)
    if said is None:
        return False
    arrival.verdict = ArrivalVerdict.NARRATIVE
    session.add(arrival)
    officers = _officers_of(session, {request.agency_id}).get(request.agency_id, [])
    told = _told(session, arrival, request, f"narrative:{said.id}", PROSE, officers)
    put_answers(session, told, now)
    return True


def _keep_prose(session: Session, judged: Judged, now: datetime) -> None:
    """The prose that came with the figures."""
    outline, texts = judged.facts.form.outline, judged.judgement.texts
    if outline is not None and texts:
        request_id = judged.request.id or 0
        latest = latest_narrative(session, [request_id]).get(request_id)
        if latest is not None and texts_of(latest[1]) == texts:
            return  # the page shows the prose that is there: sending it along makes no new one
        parts = parts_from_texts(outline, texts)
        put_narrative(session, judged.request.id or 0, judged.arrival, parts, (), now)


def _take_note(
    session: Session,
    request: Request,
    submission: Submission,
    records: Mapping[int, RecordedReport],
    now: datetime,
) -> bool:
    """Move the request on; returns whether it is one that was chased. A later wrong version never displaces an accepted
    one, nor a report that the secretariat has recorded; what was recorded counts from the day on which it came,
    whenever its figures come."""
    if request.first_received_at is None or submission.received_at < request.first_received_at:
        request.first_received_at = submission.received_at
    session.add(request)
    chased: tuple[RequestState, ...] = (RequestState.PLANNED, RequestState.SENT, RequestState.INCOMPLETE)
    if submission.verdict == SubmissionVerdict.ACCEPTED:
        record = records.get(request.id or 0)
        arrived = min(submission.received_at, record.received_at) if record else submission.received_at
        if request.complete_at is None or arrived < request.complete_at:
            request.complete_at = arrived
        target, reason = RequestState.COMPLETE, f"Nhận bản {submission.version}, đạt yêu cầu"
        chased = (*chased, RequestState.RECORDED)
    else:
        target, reason = RequestState.INCOMPLETE, f"Nhận bản {submission.version}, còn nội dung phải sửa"
    if request.state not in chased:
        return False
    move_request(session, request, target, reason=reason, actor=MACHINE, now=now)
    return True


def _answer(
    session: Session, judged: Sequence[Judged], submissions: Sequence[Submission], now: datetime
) -> None:
    """Put down the answers: a receipt, or the list of what to mend."""
    officers = _officers_of(session, {one.request.agency_id for one in judged})
    answers: list[Answer] = []
    for one, submission in zip(judged, submissions, strict=True):
        doubt = doubt_of(session, one.arrival, one.request.agency_id)
        if doubt.sentence:
            one.arrival.note = doubt.sentence
            answers += [
                Answer(f"arrival:{one.arrival.id}", OTHER_SENDER, person) for person in secretariat(session)
            ]
        step = FAULTS if submission.verdict == SubmissionVerdict.FAULTY else RECEIPT
        asked = officers.get(one.request.agency_id, [])
        answers += _told(session, one.arrival, one.request, f"submission:{submission.id}", step, asked)
    put_answers(session, answers, now)


def _told(
    session: Session,
    arrival: Arrival,
    request: Request,
    subject: str,
    step: str,
    officers: Sequence[Person],
) -> list[Answer]:
    """An answer to the agency's officers, and to who sent it when that is somebody else whom the directory knows as
    this agency's."""
    asked = {person.email.lower() for person in officers}
    known = people_at(session, arrival.sender) if "@" in arrival.sender else []
    writers = [p for p in known if p.agency_id == request.agency_id]
    return [
        Answer(subject, step, person, request.plan_no, request.id)
        for person in (*officers, *(p for p in writers[:1] if p.email.lower() not in asked))
    ]


def _officers_of(session: Session, agency_ids: Iterable[int]) -> dict[int, list[Person]]:
    """Agency id -> its active officers."""
    found: dict[int, list[Person]] = {}
    for person in session.execute(_OFFICERS, {"ids": evened(sorted(agency_ids))}).scalars():
        found.setdefault(person.agency_id or 0, []).append(person)
    return found


_OFFICERS = (
    select(Person)
    .where(
        col(Person.agency_id).in_(sa.bindparam("ids", expanding=True)),
        Person.role == PersonRole.OFFICER,
        col(Person.active).is_(True),
    )
    .order_by(col(Person.id))
)
