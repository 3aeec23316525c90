"""The auditor: asks what should have gone out and has not, tells the secretariat, and says outside when all is well.

It does nothing itself about what it finds: who mends is the next sweep, or a person.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import httpx
import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from models.channel import ChannelState
from models.codes import ArrivalVerdict, CycleState, MessageState, NoticeState, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency
from models.notice import Attempt, Message, Notice
from models.rules.reminders.audit import STUCK_AFTER, AuditFacts, Backlog, Finding, findings
from models.rules.reminders.notices import WAITS_FOR_RELEASE
from models.rules.workdays import unconfirmed_year
from models.submission import Arrival
from models.time import local_day
from tasks.office import Office
from tasks.reminders.assignment_sweep import unsaid_of_assignments
from tasks.reminders.notices import put_notice, secretariat
from tasks.reminders.run_marks import last_runs
from tasks.reminders.sweep import unsaid

LOG = logging.getLogger("dondoc.auditor")

STEP = "kiem-tra"
LOOKS_BACK = timedelta(days=7)
"""Messages that failed longer ago, and files that wait longer for a person, are told of no more: they would keep the
sign of life from being given for ever. `dondoc status` goes on listing the files."""
HEARTBEAT_SECONDS = 10.0


@dataclass(frozen=True)
class Audited:
    """What the auditor found, and whether the heartbeat went out (None: none is set, or all is not well)."""

    findings: tuple[Finding, ...]
    heartbeat: bool | None


def audit(office: Office, now: datetime) -> Audited:
    """Ask, tell the secretariat once a day of what is the same, and give the sign of life when all is well."""
    with office.store.reading() as session:
        found = found_now(session, office, now)
    if found:
        with office.store.writing() as session:
            for person in secretariat(session):
                put_notice(
                    session,
                    subject=f"audit:{digest_of(found)}",
                    plan_no=local_day(now).toordinal(),
                    step=STEP,
                    person=person,
                    now=now,
                )
        return Audited(found, None)
    url = office.settings.heartbeat_url
    return Audited((), _sign_of_life(url) if url else None)


def found_now(session: Session, office: Office, now: datetime) -> tuple[Finding, ...]:
    """What is not as it should be."""
    return findings(audit_facts(session, office, now), now)


def audit_facts(session: Session, office: Office, now: datetime) -> AuditFacts:
    """What the rules must know, in a fixed number of queries."""
    since = now - LOOKS_BACK
    released = col(Cycle.state) == CycleState.RELEASED

    def backlog(moment: Any, table: type[Any], *where: Any) -> Backlog:
        count, oldest = session.execute(
            sa.select(func.count(), func.min(moment)).select_from(table).where(*where)
        ).one()
        return Backlog(count, oldest)

    return AuditFacts(
        started_at=session.exec(select(func.min(Cycle.released_at))).one(),
        last_runs=last_runs(session),
        sending=_sending(session),
        ready=backlog(
            col(Message.not_before),
            Message,
            Message.state == MessageState.READY,
            col(Message.not_before) <= now,
            col(Message.channel).not_in(
                select(ChannelState.channel).where(col(ChannelState.stopped_at).is_not(None))
            ),
        ),
        unbundled=backlog(
            col(Notice.created_at), Notice, Notice.state == NoticeState.DUE, col(Notice.message_id).is_(None)
        ),
        failed=_ended(session, MessageState.FAILED, since),
        unknown=_ended(session, MessageState.UNKNOWN, since),
        held_for_release=backlog(
            col(Notice.created_at), Notice, Notice.state == NoticeState.HELD, Notice.why == WAITS_FOR_RELEASE
        ),
        unread=backlog(col(Arrival.stored_at), Arrival, Arrival.verdict == ArrivalVerdict.UNREAD),
        for_a_person=backlog(
            col(Arrival.stored_at),
            Arrival,
            Arrival.verdict == ArrivalVerdict.PERSON,
            col(Arrival.stored_at) > since,
        ),
        unsent=_unsent(session, released),
        missing=_missing(session, office, now - STUCK_AFTER),
        stopped={
            state.channel.label: state.why
            for state in session.exec(select(ChannelState).where(col(ChannelState.stopped_at).is_not(None)))
        },
        mail_is_set=bool(office.settings.mail_url),
        unconfirmed_year=unconfirmed_year(office.profile.days_off, local_day(now)),
    )


def _sending(session: Session) -> Backlog:
    """Messages that are being sent, by when their last try began."""
    began = (
        sa.select(func.max(col(Attempt.started_at)).label("at"))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(col(Message.state) == MessageState.SENDING)
        .group_by(col(Attempt.message_id))
        .subquery()
    )
    count, oldest = session.execute(sa.select(func.count(), func.min(began.c.at))).one()
    return Backlog(count, oldest)


def _ended(session: Session, state: MessageState, since: datetime) -> Backlog:
    """Messages that ended so of late, by when their last try ended."""
    ended = (
        sa.select(func.max(col(Attempt.started_at)).label("at"))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(col(Message.state) == state)
        .group_by(col(Attempt.message_id))
        .having(func.max(col(Attempt.started_at)) > since)
        .subquery()
    )
    count, oldest = session.execute(sa.select(func.count(), func.min(ended.c.at))).one()
    return Backlog(count, oldest)


def _unsent(session: Session, released: Any) -> Backlog:
    count, oldest = session.execute(
        sa.select(func.count(), func.min(col(Cycle.released_at)))
        .select_from(Request)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(released, col(Request.state) == RequestState.PLANNED)
    ).one()
    return Backlog(count, oldest)


def _missing(session: Session, office: Office, then: datetime) -> tuple[tuple[str, str], ...]:
    """What had its turn by `then` and is not even put down: the same question that the sweep asks, asked apart."""
    calendar = office.calendar(local_day(then))
    names = {agency.id: agency.code for agency in session.exec(select(Agency))}
    missing = unsaid(session, calendar, then)
    missing += unsaid_of_assignments(session, office.profile.assignment_steps, calendar, then)
    return tuple((names.get(agency_id, "toàn kỳ"), label) for agency_id, label in missing)


def digest_of(found: Sequence[Finding]) -> str:
    """The same findings are the same, however much time has passed over them."""
    return sha256("\n".join(sorted(finding.code for finding in found)).encode()).hexdigest()[:16]


def _sign_of_life(url: str, get: Callable[..., httpx.Response] = httpx.get) -> bool:
    """Tell a watcher outside that all is well; a watcher that cannot be reached is its own alarm."""
    try:
        return get(url, timeout=HEARTBEAT_SECONDS, follow_redirects=False, trust_env=False).is_success
    except httpx.HTTPError as error:
        LOG.warning("the heartbeat could not be sent: %s", type(error).__name__)  # the address may hold a key
        return False
