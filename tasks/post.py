"""The post room: which letter a notice is, what stands in it now, whether it is still due; then out it goes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from sqlmodel import Session, col, select

from models.agency_act import ExtensionAsk
from models.codes import CycleState, RequestState, Severity
from models.cycle import Cycle, Request
from models.directory import Agency, Person
from models.notice import Message, Notice
from models.rules.form import AssignmentLine, IndicatorLine, Issue
from models.rules.notices import hold_until, state_sentence, time_left, why_not_now
from models.rules.policy import Regime
from models.rules.receipts import receipt_number
from models.rules.ways import WAYS
from models.submission import Arrival, Submission, SubmissionIssue
from models.time import local_day, vn_date, vn_instant
from tasks import agency_acts, dispatch, judge, mail_answers, mail_hints
from tasks.annotate import annotate
from tasks.blobs import bytes_of, keep_bytes
from tasks.forms import form_name, forms_of
from tasks.letters import (
    ArrivedFile,
    AskedExtension,
    Contact,
    EscalationLetter,
    Fault,
    FaultsLetter,
    Item,
    LetterContext,
    Line,
    ReceiptLetter,
    ReminderLetter,
    RequestLetter,
    SecretariatLetter,
    render,
)
from tasks.mail_channel import mail_channel
from tasks.mail_message import Attachment
from tasks.notices import secretariat
from tasks.office import Office
from tasks.register_facts import withheld_rows
from tasks.request_acts import link_of
from tasks.sender_lock import sender_lock
from tasks.sending import Composed, SendReport, bundle, send_ready
from tasks.sweep import facts_of, step_plans
from tasks.workbook_read import read_form
from tasks.workbook_write import write_form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOW_TO_RETURN = (
    "Gửi lại tệp đã điền bằng cách trả lời thư này kèm tệp, "
    "hoặc chép tệp vào thư mục nhận báo cáo của Ban Chỉ đạo."
)
ANSWERS = {
    dispatch.STEP: "request",
    judge.RECEIPT: "receipt",
    judge.FAULTS: "faults",
    judge.FOR_A_PERSON: "secretariat",
    agency_acts.STEP: "secretariat",
    **mail_answers.LETTERS,
}
"""Steps that are no reminder of a policy, and their letters."""
RECIPIENT_LEFT = "người nhận không còn trong danh bạ"
DECIDED = "thư ký đã quyết định"
LATER_VERSION = "đã có bản gửi sau"


def way_of(channel: str) -> str:
    """The way in, as a person calls it."""
    return WAYS.get(channel, channel)


def send_due(office: Office, now: datetime) -> SendReport | None:
    """Bundle what is due and hand it to the mail server. None when no mail server is set: everything is kept."""
    settings = office.settings
    if not settings.mail_url:
        return None
    clock = ticking(now)
    channel = mail_channel(settings.mail_url, settings.mail_password(), clock)
    clerk = PostRoom(office, now)
    with office.store.writing() as session:
        bundle(
            session,
            now,
            channel.sender.domain,
            lambda notice: clerk.template_of(session, notice),
            lambda notice: clerk.not_before(session, notice),
        )
    return send_ready(
        office.store.writing,
        channel,
        clerk.compose,
        clerk.still_due,
        clock,
        settings.mail_max_tries,
        sender_lock(office.store.engine, settings.home),
    )


def _subject_id(notice: Notice) -> int:
    """The 7 of submission:7."""
    return int(notice.subject.partition(":")[2])


def ticking(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` at first and goes on at the pace of time: a round takes minutes, and each try is
    recorded when it ended, in a rehearsal's time as in ours."""
    began = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - began)


class PostRoom:
    """Answers the sender's questions from the database as it stands at the moment of sending."""

    def __init__(self, office: Office, now: datetime) -> None:
        self._office = office
        self._now = now
        self._calendar = office.calendar(local_day(now))

    def template_of(self, session: Session, notice: Notice) -> str:
        """Which letter a notice is, by its step."""
        if notice.step in ANSWERS:
            return ANSWERS[notice.step]
        cycle = self._cycle(session, session.get_one(Request, notice.request_id))
        return {plan.code: plan.template for plan in step_plans(cycle)}[notice.step]

    def not_before(self, session: Session, notice: Notice) -> datetime:
        """From when it may go out: answers and what a person released at once, reminders in working hours."""
        if notice.step in ANSWERS and notice.step != dispatch.STEP:
            return self._now
        cycle = self._cycle(session, session.get_one(Request, notice.request_id))
        if notice.step == dispatch.STEP and Regime.model_validate(cycle.policy).release == "person":
            return self._now
        return hold_until(self._now, self._calendar, cycle.urgent)

    def still_due(self, session: Session, notice: Notice) -> str:
        """Why a line is not to be said any more; "" when it is."""
        person = session.get_one(Person, notice.person_id)
        if not person.active:
            return RECIPIENT_LEFT
        if notice.step == agency_acts.STEP:
            return DECIDED if session.get_one(ExtensionAsk, _subject_id(notice)).decided_at else ""
        if notice.step in (judge.RECEIPT, judge.FOR_A_PERSON, *mail_answers.LETTERS):
            return ""
        request = session.get_one(Request, notice.request_id)
        if notice.step == judge.FAULTS:
            return LATER_VERSION if self._has_later_version(session, notice) else ""
        cycle = self._cycle(session, request)
        if notice.step == dispatch.STEP:
            if cycle.state != CycleState.RELEASED:
                return f"kỳ báo cáo: {cycle.state.label.lower()}"
            answered = request.state in (RequestState.COMPLETE, RequestState.EXEMPT)
            return request.state.label.lower() if answered else ""
        facts = facts_of(session, cycle, [request])[0]
        steps = step_plans(cycle)
        return why_not_now(facts, notice.plan_no, notice.step, person.role, steps, self._calendar, self._now)

    def _has_later_version(self, session: Session, notice: Notice) -> bool:
        """Whether the agency has sent a version after the one that this notice finds fault with."""
        faulty = session.get_one(Submission, _subject_id(notice))
        later = select(Submission.id).where(
            Submission.request_id == faulty.request_id, Submission.version > faulty.version
        )
        return session.exec(later).first() is not None

    def compose(self, session: Session, message: Message, notices: Sequence[Notice]) -> Composed:
        """The letter with the lines still due, to the person's address of this moment."""
        person = session.get_one(Person, message.person_id)
        context, attachments = self._context(session, message.template, person, notices)
        letter = render(message.template, context)
        return Composed(
            name=person.name,
            address=person.email,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            attachments=attachments,
        )

    def _context(
        self, session: Session, template: str, person: Person, notices: Sequence[Notice]
    ) -> tuple[LetterContext, tuple[Attachment, ...]]:
        if template == "secretariat":
            return SecretariatLetter(
                person.name,
                self._contact(session, None),
                self._files(session, [n for n in notices if n.step != agency_acts.STEP]),
                self._asks(session, [n for n in notices if n.step == agency_acts.STEP]),
            ), ()
        if template in mail_answers.LETTERS.values():
            contact = self._contact(session, None)
            return mail_answers.mail_letter(session, template, person, contact, notices, HOW_TO_RETURN), ()
        requests = [session.get_one(Request, notice.request_id) for notice in notices]
        first = requests[0]
        cycle = self._cycle(session, first)
        contact = self._contact(session, cycle)
        if template == "request":
            return self._request_letter(session, first, cycle, contact)
        if template in ("receipt", "faults"):
            return self._answer_letter(session, template, notices[0], first, contact)
        lines = tuple(self._line(session, request) for request in requests)
        if template == "escalation":
            return EscalationLetter(self._agency(session, first).name, contact, lines), ()
        return ReminderLetter(self._agency(session, first).name, contact, lines, HOW_TO_RETURN), ()

    def _request_letter(
        self, session: Session, request: Request, cycle: Cycle, contact: Contact
    ) -> tuple[RequestLetter, tuple[Attachment, ...]]:
        agency = self._agency(session, request)
        name = form_name(agency.code, cycle.code)
        if cycle.document_date is None:
            raise ValueError(f"yêu cầu {request.id} chưa có công văn")
        if request.form_sha256 is None:  # withdrawn when an assignment was withheld
            form = forms_of(session, [request.id or 0])[request.id or 0]
            request.form_sha256 = keep_bytes(session, write_form(form, self._office.key), self._now)
        letter = RequestLetter(
            to=agency.name,
            contact=contact,
            line=self._line(session, request),
            document=f"Công văn số {cycle.document_number} ngày {vn_date(cycle.document_date)}",
            file_name=name,
            how_to_return=HOW_TO_RETURN,
        )
        return letter, (Attachment(name, bytes_of(session, request.form_sha256), XLSX),)

    def _answer_letter(
        self, session: Session, template: str, notice: Notice, request: Request, contact: Contact
    ) -> tuple[ReceiptLetter | FaultsLetter, tuple[Attachment, ...]]:
        submission = session.get_one(Submission, _subject_id(notice))
        issues = session.exec(
            select(SubmissionIssue)
            .where(
                SubmissionIssue.submission_id == submission.id,
                col(SubmissionIssue.row_key).not_in(withheld_rows()),
            )
            .order_by(col(SubmissionIssue.id))
        ).all()
        faults = tuple(
            Fault(issue.sheet, issue.cell, issue.sentence, must=issue.severity == Severity.BLOCK)
            for issue in issues
        )
        to = self._agency(session, request).name
        line = self._line(session, request)
        received = vn_instant(submission.received_at)
        if template == "receipt":
            number = receipt_number(submission.id or 0, self._agency(session, request).code)
            return ReceiptLetter(to, contact, line, received, submission.version, faults, number), ()
        copies = self._marked_copy(session, submission, request, issues)
        name = copies[0].name if copies else ""
        letter = FaultsLetter(to, contact, line, received, submission.version, faults, HOW_TO_RETURN, name)
        return letter, copies

    def _marked_copy(
        self, session: Session, submission: Submission, request: Request, issues: Sequence[SubmissionIssue]
    ) -> tuple[Attachment, ...]:
        """What came by mail goes back by mail with its faults marked. What came another way is not put into a mail:
        letters say nothing of what was reported; nor is a form with a row that has been withheld since."""
        if session.get_one(Arrival, submission.arrival_id).channel != mail_hints.CHANNEL:
            return ()
        content = bytes_of(session, submission.sha256)
        stamp = read_form(content).stamp
        withheld = set(session.exec(withheld_rows()))
        if stamp is None or not withheld.isdisjoint(stamp.row_keys):
            return ()
        told = [Issue(i.severity, i.rule, i.sentence, i.sheet, i.cell, i.row_key) for i in issues]
        form = form_name(self._agency(session, request).code, self._cycle(session, request).code)
        name = f"{form.removesuffix('.xlsx')} - can hoan thien.xlsx"
        return (Attachment(name, annotate(content, told), XLSX),)

    def _files(self, session: Session, notices: Sequence[Notice]) -> tuple[ArrivedFile, ...]:
        arrivals = [session.get_one(Arrival, _subject_id(notice)) for notice in notices]
        return tuple(
            ArrivedFile(
                arrival.file_name, vn_instant(arrival.received_at), way_of(arrival.channel), arrival.note
            )
            for arrival in arrivals
        )

    def _asks(self, session: Session, notices: Sequence[Notice]) -> tuple[AskedExtension, ...]:
        asks = []
        for notice in notices:
            ask = session.get_one(ExtensionAsk, _subject_id(notice))
            request = session.get_one(Request, ask.request_id)
            agency, cycle = self._agency(session, request), self._cycle(session, request)
            words = f"dondoc request extend {cycle.code} {agency.code} --until {vn_date(ask.wanted)} --reason"
            asks.append(
                AskedExtension(
                    agency=agency.name,
                    cycle=cycle.name,
                    due=vn_date(request.due),
                    wanted=vn_date(ask.wanted),
                    asked=vn_instant(ask.asked_at),
                    command=f'{words} "…"',
                )
            )
        return tuple(asks)

    def _line(self, session: Session, request: Request) -> Line:
        form = forms_of(session, [request.id or 0])[request.id or 0]
        lines: list[AssignmentLine | IndicatorLine] = [*form.assignments, *form.indicators]
        return Line(
            agency=form.agency_name,
            cycle=form.cycle_name,
            due=vn_date(request.due),
            left=time_left(request.due, self._calendar, self._now),
            days_left=(request.due - local_day(self._now)).days,
            state=state_sentence(request.state),
            items=tuple(Item(line.row_key.partition("/")[2], line.name) for line in lines),
            mending=request.state == RequestState.INCOMPLETE,
            link=link_of(self._office, request),
        )

    def _contact(self, session: Session, cycle: Cycle | None) -> Contact:
        people = secretariat(session)
        regimes = self._office.profile.regimes
        letter = Regime.model_validate(cycle.policy).letter if cycle else regimes[0].letter
        return Contact(
            issuer=letter.issuer_in_text,
            unit=letter.unit,
            name=people[0].name if people else letter.unit,
            phone=people[0].phone if people else "",
            email=people[0].email if people else "",
        )

    def _agency(self, session: Session, request: Request) -> Agency:
        return session.get_one(Agency, request.agency_id)

    def _cycle(self, session: Session, request: Request) -> Cycle:
        return session.get_one(Cycle, request.cycle_id)
