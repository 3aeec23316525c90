"""What a mail's sender and references suggest: whom to answer, and a hint to the secretariat. Never a decision.

A From address and a reply's reference are easily forged, and officers write from each other's desks. So whose
report it is, the form's stamp alone decides; and where both hints together speak against the stamp, a person does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models.codes import PersonRole
from models.cycle import Request
from models.directory import Agency, Person
from models.mail import ReceivedMail
from models.notice import Message, Notice
from models.submission import Arrival

CHANNEL = "hop-thu"


@dataclass(frozen=True)
class Doubt:
    """What speaks against the agency that a form names: a sentence, and whether it takes a person to decide."""

    sentence: str = ""
    for_a_person: bool = False


def people_at(session: Session, address: str) -> list[Person]:
    """The active people who have this address; one person may serve several agencies."""
    if not address:
        return []
    return list(
        session.exec(
            select(Person)
            .where(func.lower(Person.email) == address.lower(), col(Person.active).is_(True))
            .order_by(col(Person.id))
        )
    )


def one_agency(people: Sequence[Person]) -> int | None:
    """The agency of these people when it is one and the same; None otherwise."""
    agencies = {person.agency_id for person in people if person.agency_id is not None}
    return agencies.pop() if len(agencies) == 1 else None


def answered_message(session: Session, ids: Sequence[str]) -> Message | None:
    """Our message that a mail answers: the nearest of the Message-IDs it names that is ours."""
    ours = {
        message.message_id: message
        for message in session.exec(select(Message).where(col(Message.message_id).in_(list(ids))))
    }
    return next((ours[found] for found in ids if found in ours), None)


def agency_of_message(session: Session, message: Message) -> int | None:
    """Whose requests our message spoke of, when they are one agency's."""
    agencies = set(
        session.exec(
            select(Request.agency_id)
            .join(Notice, col(Notice.request_id) == col(Request.id))
            .where(Notice.message_id == message.id)
        )
    )
    return agencies.pop() if len(agencies) == 1 else None


def mail_of(session: Session, arrival: Arrival) -> ReceivedMail | None:
    """The mail that brought an arrival; None when it came another way."""
    if arrival.channel != CHANNEL:
        return None
    reference = arrival.reference.rsplit("|", 2)[0]
    return session.exec(select(ReceivedMail).where(ReceivedMail.reference == reference)).first()


def hint_of(session: Session, arrival: Arrival) -> str:
    """What the mail suggests of a file that nobody's stamp attributes, for the secretariat; "" without a mail."""
    mail = mail_of(session, arrival)
    if mail is None:
        return ""
    sentences = [_sender_sentence(session, mail)]
    if mail.replied_agency_id is not None:
        sentences.append(f"Thư trả lời thư đã gửi {_name(session, mail.replied_agency_id)}.")
        if mail.sender_agency_id not in (None, mail.replied_agency_id):
            sentences.append("Hai dấu hiệu này chỉ hai cơ quan khác nhau.")
    return " ".join(sentences)


def doubt_of(session: Session, arrival: Arrival, agency_id: int) -> Doubt:
    """What the mail says against the agency that a genuine stamp names."""
    mail = mail_of(session, arrival)
    if mail is None:
        return Doubt()
    against = [
        hint for hint in (mail.sender_agency_id, mail.replied_agency_id) if hint not in (None, agency_id)
    ]
    by_stamp = _name(session, agency_id)
    if len(against) == 2:
        return Doubt(
            f"Biểu mẫu là của {by_stamp}, nhưng cả người gửi và thư được trả lời đều của cơ quan khác.",
            for_a_person=True,
        )
    taken = f"Đã ghi nhận là báo cáo của {by_stamp} theo biểu mẫu."
    if against:
        return Doubt(f"{taken} {hint_of(session, arrival)}")
    people = people_at(session, mail.sender)
    if not any(p.agency_id == agency_id or p.role == PersonRole.SECRETARIAT for p in people):
        return Doubt(f"{taken} {_sender_sentence(session, mail)}")
    return Doubt()


def _sender_sentence(session: Session, mail: ReceivedMail) -> str:
    sender = mail.sender or "(không ghi địa chỉ)"
    people = people_at(session, mail.sender)
    if not people:
        return f"Người gửi {sender} không có trong danh bạ."
    places = dict.fromkeys(
        _name(session, person.agency_id) if person.agency_id is not None else person.role.label
        for person in people
    )
    return f"Người gửi {sender} theo danh bạ thuộc: {', '.join(places)}."


def _name(session: Session, agency_id: int) -> str:
    return session.get_one(Agency, agency_id).name
