"""The directory as the secretariat looks at it: every agency, its contacts and what is amiss, in a few queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from models.codes import AgencyKind, ContactState, MessageState, PersonRole
from models.directory import Agency, ContactCheck, Person
from models.notice import Attempt, Message
from models.rules.text import fold
from tasks.directory.contact_rounds import open_round

NO_OFFICER = "chưa có đầu mối"
NO_ADDRESS = "đầu mối chưa có địa chỉ thư"
BOUNCED = "thư bị trả lại"
DEAD = "tin gần nhất không gửi được"
PROPOSED = "đề nghị sửa đầu mối"
FILTERS = {
    "can-xem": "Có điều cần xem lại",
    "thu-loi": "Thư bị trả lại hoặc không gửi được",
    "thieu-dau-moi": "Thiếu đầu mối hoặc địa chỉ thư",
    "chua-xac-nhan": "Chưa xác nhận đầu mối",
}
"""What the list may be narrowed to, by the word in its address."""
_OF_FILTER = {
    "thu-loi": {BOUNCED, DEAD},
    "thieu-dau-moi": {NO_OFFICER, NO_ADDRESS},
}
_UNCONFIRMED = (ContactState.ASKED, ContactState.PROPOSED)


@dataclass(frozen=True)
class Entry:
    """One agency, its contacts in use (officers first), what is amiss, and where it stands in the round that runs."""

    agency: Agency
    people: tuple[Person, ...]
    troubles: tuple[str, ...]
    check: ContactCheck | None = None


def read_entries(session: Session) -> list[Entry]:
    """Every agency in use, in the directory's order."""
    agencies = session.exec(
        select(Agency).where(col(Agency.active).is_(True)).order_by(col(Agency.position), col(Agency.id))
    ).all()
    people: dict[int, list[Person]] = {}
    for person in session.exec(
        select(Person)
        .where(col(Person.active).is_(True), col(Person.agency_id).is_not(None))
        .order_by(col(Person.role).desc(), col(Person.id))
    ):
        people.setdefault(person.agency_id or 0, []).append(person)
    running = open_round(session)
    checks: dict[int, ContactCheck] = {}
    if running is not None:
        found = session.exec(select(ContactCheck).where(ContactCheck.round_id == running.id))
        checks = {check.agency_id: check for check in found}
    dead = set(last_failures(session))
    return [
        Entry(
            agency=agency,
            people=tuple(people.get(agency.id or 0, ())),
            troubles=_troubles(people.get(agency.id or 0, ()), checks.get(agency.id or 0), dead),
            check=checks.get(agency.id or 0),
        )
        for agency in agencies
    ]


def narrowed(entries: Sequence[Entry], only: str = "", kind: str = "", words: str = "") -> list[Entry]:
    """The entries that a filter, a kind and some words of a name, a code or a contact leave."""
    wanted = fold(words)
    found = []
    for entry in entries:
        if only == "can-xem" and not entry.troubles:
            continue
        if only in _OF_FILTER and not _OF_FILTER[only] & set(entry.troubles):
            continue
        if only == "chua-xac-nhan" and (entry.check is None or entry.check.state not in _UNCONFIRMED):
            continue
        if kind in list(AgencyKind) and entry.agency.kind != kind:
            continue
        texts = [entry.agency.code, entry.agency.name, entry.agency.locality]
        texts += [text for person in entry.people for text in (person.name, person.email, person.phone)]
        if wanted and not any(wanted in fold(text) for text in texts):
            continue
        found.append(entry)
    return found


def last_failures(session: Session, agency_id: int | None = None) -> dict[int, str]:
    """Person -> the server's words, of everybody whose latest message was given up."""
    latest = select(Message.person_id, func.max(Message.id).label("id")).group_by(col(Message.person_id))
    if agency_id is not None:
        of_agency = select(Person.id).where(Person.agency_id == agency_id)
        latest = latest.where(col(Message.person_id).in_(of_agency))
    last = latest.subquery()
    rows = session.exec(
        select(Message.person_id, Attempt.answer)
        .join(last, last.c.id == Message.id)
        .outerjoin(
            Attempt, (col(Attempt.message_id) == col(Message.id)) & (col(Attempt.no) == col(Message.tries))
        )
        .where(Message.state == MessageState.FAILED)
    )
    return {person_id: answer or "" for person_id, answer in rows}


def _troubles(people: Sequence[Person], check: ContactCheck | None, dead: set[int]) -> tuple[str, ...]:
    officers = [person for person in people if person.role == PersonRole.OFFICER]
    found = []
    if not officers:
        found.append(NO_OFFICER)
    elif not any(person.email or person.zalo_chat_id or person.zalo_user_id for person in officers):
        found.append(NO_ADDRESS)
    if any(person.bounced_at is not None for person in people):
        found.append(BOUNCED)
    elif any(person.id in dead for person in people):
        found.append(DEAD)
    if check is not None and check.state == ContactState.PROPOSED:
        found.append(PROPOSED)
    return tuple(found)
