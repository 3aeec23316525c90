"""Rounds of confirming contacts: started and ended by the secretariat, who has not answered reminded once.

Nothing of a round is written into the directory here (tasks.directory.contact_answers).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from models.codes import Channel, ContactState, NoticeState, PersonRole
from models.directory import Agency, ContactCheck, ContactRound, Person
from models.fault import Fault
from models.notice import Notice
from models.rules.directory.rounds import LONGEST, SHORTEST, is_over, reminds_on
from models.rules.links import contact_address, contact_token
from models.rules.workdays import WorkCalendar
from models.time import end_of, local_day, vn_date
from tasks.office import Office
from tasks.states import MACHINE, record_act

ASK = "xac-nhan-dau-moi"
"""The step of the notice that asks an agency to confirm its contacts. Subject: contact:<check id>."""
REMIND = "nhac-xac-nhan-dau-moi"
"""The step of the one reminder before the last day."""
OVER = "đợt xác nhận đầu mối đã kết thúc"
ANSWERED = "cơ quan đã trả lời"


class RoundFault(Fault):
    """A round, or an answer in it, that cannot be as asked; the message says why."""


@dataclass(frozen=True)
class Standing:
    """One agency in a round. `asked`: whom it was written to; empty where nobody has a mail address."""

    check: ContactCheck
    agency: Agency
    asked: tuple[str, ...]


def open_round(session: Session) -> ContactRound | None:
    """The round that runs, held by nobody; None when none does. One past its last day counts until it is ended."""
    return session.exec(
        select(ContactRound).where(col(ContactRound.ended_at).is_(None)).order_by(col(ContactRound.id).desc())
    ).first()


def find_round(session: Session, round_id: int | None = None) -> ContactRound:
    """A round by its number, by default the latest. RoundFault when there is none."""
    wanted = select(ContactRound).order_by(col(ContactRound.id).desc())
    if round_id is not None:
        wanted = wanted.where(ContactRound.id == round_id)
    found = session.exec(wanted).first()
    if found is None:
        raise RoundFault(
            f"Không có đợt xác nhận đầu mối số {round_id}."
            if round_id
            else "Chưa có đợt xác nhận đầu mối nào."
        )
    return found


def all_rounds(session: Session) -> list[tuple[ContactRound, dict[ContactState, int]]]:
    """Every round, the latest first, with how many agencies stand where."""
    counts: dict[int, dict[ContactState, int]] = {}
    for round_id, state, count in session.exec(
        select(ContactCheck.round_id, ContactCheck.state, func.count()).group_by(
            col(ContactCheck.round_id), col(ContactCheck.state)
        )
    ):
        counts.setdefault(round_id, {})[ContactState(state)] = count
    rounds = session.exec(select(ContactRound).order_by(col(ContactRound.id).desc()))
    return [(one, counts.get(one.id or 0, {})) for one in rounds]


def start_round(session: Session, answer_by: date, *, actor: str, now: datetime) -> ContactRound:
    """Ask every agency in use whether its contacts are still right, to be answered by the end of this day.

    Pressed twice, it is one round. RoundFault while another one runs.
    """
    today = local_day(now)
    if not today + SHORTEST <= answer_by <= today + LONGEST:
        raise RoundFault(
            f"Hạn trả lời {vn_date(answer_by)} phải từ ngày {vn_date(today + SHORTEST)} đến ngày "
            f"{vn_date(today + LONGEST)}."
        )
    agencies = session.exec(  # held: of two who start a round at once, one waits for the other
        select(Agency).where(col(Agency.active).is_(True)).order_by(col(Agency.id)).with_for_update()
    ).all()
    running = open_round(session)
    if running is not None:
        if running.answer_by == answer_by and not is_over(running.answer_by, running.ended_at, now):
            return running
        if not is_over(running.answer_by, running.ended_at, now):
            raise RoundFault(
                f"Đợt xác nhận đầu mối số {running.id} đang chờ trả lời đến hết ngày {vn_date(running.answer_by)}. "
                "Kết thúc đợt ấy trước khi mở đợt mới."
            )
        _end(session, running, MACHINE, now)
    started = ContactRound(answer_by=answer_by, actor=actor, started_at=now)
    session.add(started)
    session.flush()
    checks = [ContactCheck(round_id=started.id or 0, agency_id=agency.id or 0) for agency in agencies]
    session.add_all(checks)
    session.flush()
    _put(session, checks, ASK, now)
    record_act(
        session,
        "mo-dot-xac-nhan",
        "contact_round",
        started.id,
        actor=actor,
        now=now,
        after={"hạn trả lời": str(answer_by), "cơ quan": len(checks)},
    )
    return started


def end_round(session: Session, found: ContactRound, *, actor: str, now: datetime) -> None:
    """End a round: its links open no more. What was proposed can still be decided. Twice changes nothing."""
    held = session.get_one(ContactRound, found.id, with_for_update=True, populate_existing=True)
    if held.ended_at is None:
        _end(session, held, actor, now)


def look_after_rounds(office: Office, now: datetime) -> int:
    """Remind who has not answered, once, and end what is over; returns how many were reminded.

    For every sweep: a missed run loses nothing, a second one repeats nothing.
    """
    with office.store.reading() as session:
        if open_round(session) is None:
            return 0
    with office.store.writing() as session:
        running = session.exec(
            select(ContactRound).where(col(ContactRound.ended_at).is_(None)).with_for_update()
        ).all()
        return sum(_look_after(session, one, office.calendar(local_day(now)), now) for one in running)


def _look_after(session: Session, running: ContactRound, calendar: WorkCalendar, now: datetime) -> int:
    if is_over(running.answer_by, running.ended_at, now):
        _end(session, running, MACHINE, now)
        return 0
    day = reminds_on(running.answer_by, running.started_at, calendar)
    if day is None or local_day(now) < day:
        return 0
    silent = session.exec(
        select(ContactCheck).where(
            ContactCheck.round_id == running.id, ContactCheck.state == ContactState.ASKED
        )
    ).all()
    return _put(session, silent, REMIND, now)


def standings(session: Session, found: ContactRound) -> list[Standing]:
    """Every agency of a round in the directory's order, in a fixed number of queries."""
    rows = session.exec(
        select(ContactCheck, Agency)
        .join(Agency, col(Agency.id) == col(ContactCheck.agency_id))
        .where(ContactCheck.round_id == found.id)
        .order_by(col(Agency.position), col(Agency.id))
    ).all()
    subjects = {subject_of(check): check.id for check, _ in rows}
    asked: dict[int | None, list[str]] = {}
    for subject, name in session.exec(
        select(Notice.subject, Person.name)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(Notice.step == ASK, col(Notice.subject).in_(subjects))
        .order_by(col(Notice.id))
    ):
        asked.setdefault(subjects[subject], []).append(name)
    return [Standing(check, agency, tuple(asked.get(check.id, ()))) for check, agency in rows]


def why_not_due(session: Session, notice: Notice, now: datetime) -> str:
    """Why an agency need not be asked any more; "" when it must."""
    check = session.get_one(ContactCheck, int(notice.subject.partition(":")[2]))
    found = session.get_one(ContactRound, check.round_id)
    if is_over(found.answer_by, found.ended_at, now):
        return OVER
    return ANSWERED if check.state != ContactState.ASKED else ""


def subject_of(check: ContactCheck) -> str:
    """What the notices to one agency in a round are about."""
    return f"contact:{check.id}"


def link_of_check(office: Office, check: ContactCheck) -> str:
    """The address of the page on which the agency answers, "" where no pages are published (DONDOC_PORTAL_URL)."""
    if not office.settings.portal_url:
        return ""
    return contact_address(office.settings.portal_url, contact_token(check.id or 0, office.key))


def people_to_ask(session: Session, agency_ids: Collection[int]) -> dict[int, list[Person]]:
    """Agency id -> its officers with a mail address; its heads where no officer has one."""
    found: dict[int, dict[PersonRole, list[Person]]] = {}
    people = session.exec(
        select(Person)
        .where(col(Person.agency_id).in_(list(agency_ids)), col(Person.active).is_(True), Person.email != "")
        .order_by(col(Person.id))
    )
    for person in people:
        found.setdefault(person.agency_id or 0, {}).setdefault(person.role, []).append(person)
    return {
        agency_id: by_role.get(PersonRole.OFFICER) or by_role.get(PersonRole.HEAD, [])
        for agency_id, by_role in found.items()
    }


def _put(session: Session, checks: Sequence[ContactCheck], step: str, now: datetime) -> int:
    """A notice for each person to ask, unless it is there; the round is held, so nobody else writes them now."""
    people = people_to_ask(session, [check.agency_id for check in checks])
    known = set(
        session.exec(
            select(Notice.subject, Notice.person_id).where(
                Notice.step == step, col(Notice.subject).in_([subject_of(check) for check in checks])
            )
        )
    )
    fresh = [
        Notice(
            subject=subject_of(check),
            plan_no=1,
            step=step,
            person_id=person.id or 0,
            channel=Channel.EMAIL,
            state=NoticeState.DUE,
            created_at=now,
        )
        for check in checks
        for person in people.get(check.agency_id, ())
        if (subject_of(check), person.id) not in known
    ]
    session.add_all(fresh)
    session.flush()
    return len(fresh)


def _end(session: Session, running: ContactRound, actor: str, now: datetime) -> None:
    by_itself = actor == MACHINE
    running.ended_at = min(now, end_of(running.answer_by)) if by_itself else now
    session.add(running)
    record_act(session, "ket-thuc-dot-xac-nhan", "contact_round", running.id, actor=actor, now=now)
