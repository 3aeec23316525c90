"""Letters about received mails: which notice is which letter, and the facts that stand in it."""

from collections.abc import Sequence

from sqlmodel import Session

from models.directory import Agency, Person
from models.mail import ReceivedMail
from models.notice import Notice
from models.submission import Arrival
from models.time import vn_instant
from tasks.letters.wording import (
    BouncedAddress,
    BounceLetter,
    Contact,
    MailboxLetter,
    MailToSee,
    NoFormLetter,
    UnansweredMail,
)

BOUNCE = "thu-bao-loi"
MAIL_TO_SEE = "thu-can-xem"
OTHER_SENDER = "nguoi-gui-khac"
NO_FORM = "thu-khong-co-bieu"
NO_FORM_LETTER = "no_form"

LETTERS = {
    BOUNCE: "bounce",
    MAIL_TO_SEE: "mailbox",
    OTHER_SENDER: "mailbox",
    NO_FORM: NO_FORM_LETTER,
}
"""Steps of notices about mails, and their letters. Their subject is mail:<id>, of OTHER_SENDER arrival:<id>."""


def mail_letter(
    session: Session, template: str, person: Person, contact: Contact, notices: Sequence[Notice], how: str
) -> BounceLetter | MailboxLetter | NoFormLetter:
    """The facts of a letter about mails. `how` says how a form is handed in."""
    if template == "bounce":
        return BounceLetter(person.name, contact, tuple(_bounced(session, notice) for notice in notices))
    if template == "mailbox":
        return MailboxLetter(person.name, contact, tuple(_to_see(session, notice) for notice in notices))
    mails = [session.get_one(ReceivedMail, _subject_id(notice)) for notice in notices]
    unanswered = tuple(UnansweredMail(m.subject, vn_instant(m.received_at), m.note) for m in mails)
    agency = session.get(Agency, person.agency_id)
    return NoFormLetter(agency.name if agency else person.name, contact, unanswered, how)


def _subject_id(notice: Notice) -> int:
    return int(notice.subject.partition(":")[2])


def _bounced(session: Session, notice: Notice) -> BouncedAddress:
    mail = session.get_one(ReceivedMail, _subject_id(notice))
    person = session.get(Person, mail.person_id)
    agency = session.get(Agency, person.agency_id) if person is not None else None
    return BouncedAddress(
        name=person.name if person is not None else "",
        place=agency.name if agency is not None else person.role.label if person is not None else "",
        address=mail.address,
        words=mail.note,
        when=vn_instant(mail.received_at),
    )


def _to_see(session: Session, notice: Notice) -> MailToSee:
    if notice.step == OTHER_SENDER:
        arrival = session.get_one(Arrival, _subject_id(notice))
        return MailToSee(arrival.sender, arrival.file_name, vn_instant(arrival.received_at), arrival.note)
    mail = session.get_one(ReceivedMail, _subject_id(notice))
    return MailToSee(mail.sender, mail.subject, vn_instant(mail.received_at), mail.note)
