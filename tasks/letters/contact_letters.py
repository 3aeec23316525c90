"""The letters of a round of confirming contacts: to the agencies, and to the secretariat about their proposals."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import ContactState
from models.directory import Agency, ContactCheck, ContactRound, Person
from models.notice import Notice
from models.rules.directory.contact_fields import masked_email, masked_phone
from models.rules.reminders.notices import time_left
from models.time import vn_date
from tasks.directory.contact_answers import PROPOSED
from tasks.directory.contact_rounds import ASK, REMIND, link_of_check, why_not_due
from tasks.letters.clerk import Clerk, Written, subject_id
from tasks.letters.wording import AskedContact, ContactAnswersLetter, ContactLetter

LETTERS = {ASK: "contact", REMIND: "contact", PROPOSED: "contact_answers"}
"""Steps, and their letters."""
DECIDED = "thư ký đã quyết định"


def contact_letter(clerk: Clerk, _person: Person, notices: Sequence[Notice]) -> Written:
    """Asks an agency whether its contacts are still right. Of the first question and the reminder, one letter."""
    notice = notices[-1]
    check = clerk.session.get_one(ContactCheck, subject_id(notice))
    found = clerk.session.get_one(ContactRound, check.round_id)
    agency = clerk.session.get_one(Agency, check.agency_id)
    return ContactLetter(
        to=agency.name,
        contact=clerk.contact(None),
        agency=agency.name,
        answer_by=vn_date(found.answer_by),
        left=time_left(found.answer_by, clerk.calendar, clerk.now),
        people=asked_contacts(clerk.session, check.agency_id),
        link=link_of_check(clerk.office, check),
        again=notice.step == REMIND,
    ), ()


def contact_answers_letter(clerk: Clerk, person: Person, notices: Sequence[Notice]) -> Written:
    """Tells the secretariat which agencies propose to change their contacts."""
    ids = [subject_id(notice) for notice in notices]
    names = clerk.session.exec(
        select(Agency.name)
        .join(ContactCheck, col(ContactCheck.agency_id) == col(Agency.id))
        .where(col(ContactCheck.id).in_(ids))
        .order_by(col(Agency.position))
    )
    return ContactAnswersLetter(person.name, clerk.contact(None), tuple(names)), ()


def asked_contacts(session: Session, agency_id: int) -> tuple[AskedContact, ...]:
    """An agency's contacts in use, with as much of them as may pass through other hands."""
    people = session.exec(
        select(Person)
        .where(Person.agency_id == agency_id, col(Person.active).is_(True))
        .order_by(col(Person.role).desc(), col(Person.id))
    )
    return tuple(
        AskedContact(
            person.role.label.lower(),
            person.name,
            person.title,
            masked_email(person.email),
            masked_phone(person.phone),
        )
        for person in people
    )


def settled(session: Session, notice: Notice, now: datetime) -> str:
    """Why a letter of a round need not be sent any more; "" when it must."""
    if notice.step == PROPOSED:
        check = session.get_one(ContactCheck, subject_id(notice))
        return "" if check.state == ContactState.PROPOSED else DECIDED
    return why_not_due(session, notice, now)
