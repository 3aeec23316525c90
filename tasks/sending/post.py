"""The post room: which letter a notice is, from when it may go out, whether it is still due; then out it goes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial, reduce
from time import monotonic
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, func, select

from models.agency_act import ExtensionAsk
from models.codes import Channel, CycleState, NoticeState
from models.cycle import Cycle, Request
from models.directory import Person
from models.notice import Message, Notice
from models.rules.reminders.notices import BY_HAND, DUE, Standing, hold_until, next_morning, superseded
from models.submission import Submission
from models.time import local_day
from tasks.channels import alarms
from tasks.channels.base import Courier
from tasks.channels.mail import message_domain
from tasks.channels.registry import CHANNELS, address_of, couriers
from tasks.cycle import agency_acts, dispatch, request_acts
from tasks.cycle.frozen_policy import regime_of
from tasks.cycle.light import LIGHT
from tasks.directory import contact_rounds
from tasks.discrepancies import acts as discrepancy_acts
from tasks.discrepancies.letter import NOTHING_ASKED, discrepancy_letter, still_asked
from tasks.intake import taking
from tasks.letters import act_letters, contact_letters, mail_answers
from tasks.letters.ahead import FormsAhead
from tasks.letters.answers import (
    decided_letter,
    faults_letter,
    narrative_letter,
    receipt_letter,
    request_letter,
)
from tasks.letters.clerk import Clerk, Written, subject_id
from tasks.letters.digests import digest_letter
from tasks.letters.incident_letters import incident_letter
from tasks.letters.inside_letters import (
    DEAD,
    audit_letter,
    audit_settled,
    call_sheet_letter,
    channel_letter,
    dead_letter,
    mail_letter,
    put_dead_letters,
    secretariat_letter,
)
from tasks.letters.letter_facts import letter_code, letter_facts, link_in
from tasks.letters.wording import render
from tasks.office import Office
from tasks.reminders import auditor, incidents, morning
from tasks.reminders.assignment_sweep import SUBJECT, standing_of_assignment_notice
from tasks.reminders.grounds import grounds_of
from tasks.reminders.notices import FOR_A_PERSON, secretariat
from tasks.reminders.pauses import BY_HAND_TEMPLATE
from tasks.reminders.replan import SETTLED
from tasks.reminders.sweep import standing_of_notice, step_plans
from tasks.sending import second
from tasks.sending.bundles import bundle
from tasks.sending.lanes import FIRST, LANES, waiting_messages
from tasks.sending.rounds import SendReport, send_ready
from tasks.sending.sender_lock import sender_lock
from tasks.sending.terms import Composed, Post
from tasks.settings import Settings
from tasks.store import open_store

Writer = Callable[[Clerk, Person, Sequence[Notice]], Written]

LETTERS: dict[str, str] = {
    dispatch.STEP: "request",
    taking.RECEIPT: "receipt",
    taking.FAULTS: "faults",
    taking.PROSE: "narrative",
    request_acts.DECIDED: "decided",
    discrepancy_acts.STEP: "discrepancies",
    FOR_A_PERSON: "secretariat",
    agency_acts.STEP: "secretariat",
    auditor.STEP: "auditor",
    incidents.STEP: "incident",
    morning.STEP: "callsheet",
    DEAD: "dead",
    **contact_letters.LETTERS,
    **act_letters.LETTERS,
    **mail_answers.LETTERS,
    **alarms.LETTERS,
}
"""Steps that are no reminder of a policy, and their letters."""

WRITERS: dict[str, Writer] = {
    "request": request_letter,
    "receipt": receipt_letter,
    "faults": faults_letter,
    "narrative": narrative_letter,
    "decided": decided_letter,
    "returned": act_letters.returned_letter,
    "exempted": act_letters.exempt_letter,
    "deadline": act_letters.deadline_letter,
    "discrepancies": discrepancy_letter,
    "secretariat": secretariat_letter,
    "auditor": audit_letter,
    "incident": incident_letter,
    "callsheet": call_sheet_letter,
    "dead": dead_letter,
    "contact": contact_letters.contact_letter,
    "contact_answers": contact_letters.contact_answers_letter,
    **{template: partial(mail_letter, template) for template in mail_answers.LETTERS.values()},
    **dict.fromkeys(alarms.LETTERS.values(), channel_letter),
}
"""Letters, and who writes them; every other template is a digest of reminders."""

RECIPIENT_LEFT = "người nhận không còn trong danh bạ"
DECIDED = "thư ký đã quyết định"
LATER_VERSION = "đã có bản gửi sau"
ANOTHER_DAY = "đã qua buổi sáng của danh sách"
_HELD = "cycle"
"""A cycle, its policy a page of JSON, is asked for several times of each line: a session forgets what nobody holds."""


def send_due(
    office: Office, now: datetime, meanwhile: Callable[[], bool] = lambda: False
) -> SendReport | None:
    """Bundle what is due and hand it to its channels. None when none is set up: everything is kept.

    What a channel could not carry, and what there is to say of it, goes out by mail in the same round. `meanwhile` is
    done in any case, and says whether it has put something down, which then goes out in this round, too; where there
    is so much to send that two do it, the other is sending already.
    """
    settings = office.settings
    clock = ticking(now)
    ready, faults = couriers(settings, clock)
    if not ready:
        meanwhile()
        if faults:
            raise faults[0]
        return None
    report = SendReport(stopped=(*map(str, faults), *_not_set_up(office, ready)))
    part = _round(office, now, clock, ready, meanwhile)
    report = report.plus(part)
    mail: dict[Channel, Courier] = {code: courier for code, courier in ready.items() if code is Channel.EMAIL}
    with office.store.writing() as session:
        given_up = put_dead_letters(session, now)
    if mail and (part.instead or part.stopped or given_up):
        report = report.plus(_round(office, now, clock, mail))
    return report


def _round(
    office: Office,
    now: datetime,
    clock: Callable[[], datetime],
    ready: Mapping[Channel, Courier],
    meanwhile: Callable[[], bool] = lambda: False,
) -> SendReport:
    """One round of these channels."""
    settings = office.settings
    clerk = PostRoom(office, now)

    def bundled() -> None:
        with office.store.writing() as session:
            bundle(
                session,
                now,
                message_domain(settings, clock),
                lambda notice: clerk.template_of(session, notice),
                lambda notice: clerk.not_before(session, notice),
                ready,
            )

    bundled()
    with office.store.reading() as session:
        mails = len(waiting_messages(session, Channel.EMAIL, clock())) if Channel.EMAIL in ready else 0
    if not second.pays(settings, mails):
        if meanwhile():
            bundled()
        post = _post_of(office, clerk, clock)
        return send_ready(post, ready, sender_lock(office.store.engine, settings.home))
    with second.second_sender(settings, clock(), send_from_the_last) as done:
        if meanwhile():
            bundled()
        first = _send_lanes(office, now, clock, ready, LANES)
        report = done()
        if report is None:
            report = _send_lanes(office, now, clock, ready, LANES)
    # Who is busy with a lane at this moment sends it to its end.
    return first if report.busy else report if first.busy else first.plus(report)


def send_from_the_last(settings: Settings, now: datetime, goes_on: Callable[[], bool]) -> SendReport:
    """The second sender's round, in its own process: mail alone, the lanes from the last on. Never the first lane: with
    it go the other channels and what is nobody's agency's, which the first sender may put down while this one sends."""
    office = Office(settings=settings, store=open_store(settings.engine_url))
    clock = ticking(now)
    mail = CHANNELS[Channel.EMAIL].courier(settings, clock)
    try:
        return _send_lanes(office, now, clock, {Channel.EMAIL: mail}, LANES[:FIRST:-1], goes_on)
    finally:
        office.store.engine.dispose()


def _send_lanes(
    office: Office,
    now: datetime,
    clock: Callable[[], datetime],
    ready: Mapping[Channel, Courier],
    lanes: Sequence[int],
    goes_on: Callable[[], bool] = lambda: True,
) -> SendReport:
    """These lanes of the mail in this order, but for those that another is at, and with the first lane all of the other
    channels. Busy where another is at every one. A server that takes nothing is not tried lane after lane."""
    reports = []
    for lane in lanes:
        if not goes_on():
            break
        post = _post_of(office, PostRoom(office, now, lane), clock, goes_on)
        lock = sender_lock(office.store.engine, office.settings.home, [lane])
        served = ready if lane == FIRST else {Channel.EMAIL: ready[Channel.EMAIL]}
        report = send_ready(post, served, lock, lane)
        reports += [] if report.busy else [report]
        if Channel.EMAIL in report.down and not report.sent:
            break
    else:
        if not reports:
            return SendReport(busy=True)
    return reduce(SendReport.plus, reports, SendReport())


def _post_of(
    office: Office,
    room: "PostRoom",
    clock: Callable[[], datetime],
    goes_on: Callable[[], bool] = lambda: True,
) -> Post:
    """What a sender of this office goes by."""
    return Post(
        writing=office.store.writing,
        looking=office.store.reading,
        compose=room.compose,
        still_due=room.still_due,
        clock=clock,
        max_tries=office.settings.mail_max_tries,
        next_morning=room.next_morning,
        not_before=room.not_before,
        goes_on=goes_on,
        ahead=lambda template: template not in WRITERS,
        grounds=grounds_of,
    )


def _not_set_up(office: Office, ready: Collection[Channel]) -> list[str]:
    """A sentence for each channel that notices wait for and that nobody has set up."""
    with office.store.reading() as session:
        waiting = session.exec(
            select(Notice.channel, func.count())
            .where(Notice.state == NoticeState.DUE, col(Notice.message_id).is_(None))
            .where(col(Notice.channel).not_in(list(ready)))
            .group_by(col(Notice.channel))
        ).all()
    return [
        f"{channel.label}: {CHANNELS[channel].missing(office.settings) or 'chưa dùng được'}; "
        f"{count:02d} thông báo được giữ lại."
        for channel, count in ((Channel(code), count) for code, count in waiting)
    ]


def ticking(now: datetime) -> Callable[[], datetime]:
    """A clock that shows `now` at first and goes on at the pace of time: a round takes minutes, and each try is
    recorded when it ended, in a rehearsal's time as in ours."""
    began = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - began)


class PostRoom:
    """Answers the sender's questions from the database as it stands at the moment of sending."""

    def __init__(self, office: Office, now: datetime, lane: int | None = None) -> None:
        self._office = office
        self._now = now
        self._calendar = office.calendar(local_day(now))
        self._people: tuple[Person, ...] | None = None
        """Whom every letter names to be asked; read once a round."""
        self._ahead = FormsAhead(lane=lane)
        self._policies: dict[int, dict[str, Any]] = {}
        """Of the cycles that letters are about: pages of JSON, frozen; read once a round."""

    def next_morning(self, instant: datetime) -> datetime:
        """When an office opens next."""
        return next_morning(instant, self._calendar)

    def template_of(self, session: Session, notice: Notice) -> str:
        """Which letter a notice is, by its step."""
        if notice.step in LETTERS:
            return LETTERS[notice.step]
        if notice.subject.startswith(SUBJECT):
            steps = [step for plan in self._office.profile.assignment_steps.values() for step in plan]
        else:
            steps = list(step_plans(self._cycle(session, notice)))
        return {step.code: step.template for step in steps}.get(notice.step, BY_HAND_TEMPLATE)

    def not_before(self, session: Session, notice: Notice) -> datetime:
        """From when it may go out: answers and what a person released at once, reminders in working hours."""
        if notice.step == contact_rounds.REMIND:
            return hold_until(self._now, self._calendar, urgent=False)
        if notice.step in LETTERS and notice.step != dispatch.STEP:
            return self._now
        if notice.subject.startswith(SUBJECT):
            return hold_until(self._now, self._calendar, urgent=False)
        if notice.step.startswith(BY_HAND):
            return self._now
        cycle = self._cycle(session, notice)
        if notice.step == dispatch.STEP and regime_of(cycle).release == "person":
            return self._now
        return hold_until(self._now, self._calendar, cycle.urgent)

    def still_due(self, session: Session, notice: Notice) -> Standing:
        """What has become of a line since it was put down: due, held back or not to be said any more, with why."""
        if not session.get_one(Person, notice.person_id).active:
            return superseded(RECIPIENT_LEFT)
        if notice.step in LETTERS:
            why = self._why_not(session, notice)
            return superseded(why) if why else DUE
        if notice.subject.startswith(SUBJECT):
            steps = self._office.profile.assignment_steps
            return standing_of_assignment_notice(session, notice, steps, self._calendar, self._now)
        self._cycle(session, notice)  # held from here on
        return standing_of_notice(session, notice, self._calendar, self._now)

    def _why_not(self, session: Session, notice: Notice) -> str:
        """Why a letter that is no reminder need not be sent any more; "" when it must."""
        if notice.step == agency_acts.STEP:
            return DECIDED if session.get_one(ExtensionAsk, subject_id(notice)).decided_at else ""
        if notice.step == FOR_A_PERSON:
            return act_letters.why_seen(session, notice)
        if notice.step in act_letters.LETTERS:
            return act_letters.why_overtaken(session, notice)
        if notice.step in contact_letters.LETTERS:
            return contact_letters.settled(session, notice, self._now)
        if notice.step in alarms.LETTERS:
            return alarms.settled(session, notice)
        if notice.step == auditor.STEP:
            return audit_settled(session, self._clerk(session), notice)
        if notice.step == morning.STEP:
            return "" if notice.subject == f"sheet:{local_day(self._now):%Y%m%d}" else ANOTHER_DAY
        if notice.step == discrepancy_acts.STEP:
            return "" if still_asked(session, notice) else NOTHING_ASKED
        if notice.step == taking.FAULTS:
            return LATER_VERSION if _has_later_version(session, notice) else ""
        if notice.step == dispatch.STEP:
            request = session.get_one(Request, notice.request_id)
            cycle = self._cycle(session, notice)
            if cycle.state != CycleState.RELEASED:
                return f"kỳ báo cáo: {cycle.state.label.lower()}"
            return request.state.label.lower() if request.state in SETTLED else ""
        return ""

    def compose(self, session: Session, message: Message, notices: Sequence[Notice]) -> Composed:
        """The letter with the lines still due, to the person's address of this moment."""
        person = session.get_one(Person, message.person_id)
        write = WRITERS.get(message.template, digest_letter)
        context, attachments = write(self._clerk(session), person, notices)
        letter = render(message.template, context)
        return Composed(
            name=person.name,
            address=address_of(message.channel, person),
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            attachments=attachments,
            facts=letter_facts(context, person.name),
            link=link_in(context),
            letter=letter_code(context, message.template),
        )

    def _clerk(self, session: Session) -> Clerk:
        if self._people is None:
            self._people = tuple(secretariat(session))
        return Clerk(self._office, session, self._calendar, self._now, self._people, self._ahead)

    def _cycle(self, session: Session, notice: Notice) -> Cycle:
        """The cycle that a notice about a request, or about the cycle itself, belongs to."""
        if notice.request_id is None:
            cycle_id = subject_id(notice)
        else:
            cycle_id = session.get_one(Request, notice.request_id).cycle_id
        cycle = session.get_one(Cycle, cycle_id, options=[LIGHT])
        session.info[_HELD, cycle_id] = cycle
        if cycle_id not in self._policies:
            self._policies[cycle_id] = cycle.policy
        set_committed_value(cycle, "policy", self._policies[cycle_id])
        return cycle


def _has_later_version(session: Session, notice: Notice) -> bool:
    """Whether the agency has sent a version after the one that this notice finds fault with."""
    faulty = session.get_one(Submission, subject_id(notice))
    later = select(Submission.id).where(
        Submission.request_id == faulty.request_id, Submission.version > faulty.version
    )
    return session.exec(later).first() is not None
