"""Contacts by hand: added, changed, put out of use and back; an address that works again.

A contact is known by its address: another address is another row, which takes over, and the old row stays out of use.
So nothing is erased, and the province's files do not bring an old address back (models.codes.Origin).
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from models.codes import Origin, PersonRole
from models.directory import Agency, Person
from models.fault import Fault
from models.rules.directory.contact_fields import ABOVE, ContactFields, field_faults, same_address
from models.rules.text import fold
from tasks.states import record_act


class ContactFault(Fault):
    """A change of the directory that cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Done:
    """One change of one row, for the audit trail."""

    act: str
    person: Person
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reason: str = ""


def find_agency(session: Session, code: str) -> Agency:
    """The agency with this code, in capital letters or not. ContactFault when there is none."""
    found = session.exec(
        select(Agency).where(func.lower(Agency.code) == code.strip().lower()).order_by(col(Agency.id))
    ).first()
    if found is None:
        raise ContactFault(f"Không có cơ quan nào mang mã “{code.strip()[:60]}” trong danh bạ.")
    return found


def find_person(session: Session, person_id: int) -> Person:
    """A contact by its number. ContactFault when there is none. An act on it holds its agency first, then itself."""
    person = session.get(Person, person_id)
    if person is None:
        raise ContactFault(f"Không có người liên hệ số {person_id} trong danh bạ.")
    return person


def people_at_place(session: Session, agency_id: int | None) -> list[Person]:
    """Everybody of an agency, in use or not; without an agency, the secretariat and the leadership."""
    where = col(Person.agency_id).is_(None) if agency_id is None else Person.agency_id == agency_id
    return list(session.exec(select(Person).where(where).order_by(col(Person.id))))


def add_contact(
    session: Session, agency: Agency | None, fields: ContactFields, *, actor: str, now: datetime
) -> Person:
    """Put somebody into an agency's directory. Whoever was there with this address comes back into use."""
    here = _held(session, agency)
    known = _namesake(here, _checked(agency, fields))
    if known is not None and known.active:
        if fields_of(known) == fields.cleaned():
            return known
        raise ContactFault(
            f"{known.name} ({known.email or 'không có thư điện tử'}) đã có trong danh bạ với vai trò "
            f"{known.role.label.lower()}. Sửa người ấy thay vì thêm mới."
        )
    person, done = put_contact(here, agency.id if agency else None, fields.cleaned(), known)
    record_done(session, done, actor=actor, now=now)
    return person


def change_contact(
    session: Session, person: Person, fields: ContactFields, *, actor: str, now: datetime
) -> Person:
    """Change a contact; returns the row that stands from now on, another one when the address or the role changed."""
    agency = session.get(Agency, person.agency_id) if person.agency_id is not None else None
    here = _held(session, agency)
    wanted = _checked(agency, fields)
    other = _namesake([one for one in here if one.id != person.id], wanted)
    if other is not None and other.active:
        raise ContactFault(
            f"{other.name} ({other.email or 'không có thư điện tử'}) đã có trong danh bạ với vai trò "
            f"{other.role.label.lower()}. Một người chỉ ghi một lần."
        )
    if not person.active:
        raise ContactFault(f"{person.name} đã ngừng dùng. Dùng lại trước rồi sửa.")
    stands, done = put_contact(here, person.agency_id, wanted, person)
    record_done(session, done, actor=actor, now=now)
    return stands


def remove_contact(session: Session, person: Person, *, reason: str, actor: str, now: datetime) -> None:
    """Put somebody out of use: nothing is sent there any more. Twice changes nothing."""
    if not any(letter.isalnum() for letter in reason):
        raise ContactFault("Chưa ghi lý do ngừng dùng.")
    _held(session, session.get(Agency, person.agency_id) if person.agency_id is not None else None)
    if not person.active:
        return
    refuse_last_of_the_house(session, [person])
    record_done(session, [retire(person, reason)], actor=actor, now=now)


def restore_contact(session: Session, person: Person, *, actor: str, now: datetime) -> None:
    """Put somebody back into use; the address is tried afresh. Twice changes nothing."""
    agency = session.get(Agency, person.agency_id) if person.agency_id is not None else None
    here = _held(session, agency)
    if person.active:
        return
    other = _namesake([one for one in here if one.id != person.id and one.active], fields_of(person))
    if other is not None:
        raise ContactFault(f"{other.name} đang dùng với cùng vai trò. Sửa người ấy thay vì dùng lại.")
    _stand(agency)
    _stand_again(person)
    record_done(session, [Done("dung-lai-dau-moi", person, after=_facts(person))], actor=actor, now=now)


def mend_address(session: Session, person: Person, *, reason: str, actor: str, now: datetime) -> None:
    """Say that mail reaches this address after all, although it came back. Twice changes nothing."""
    _held(session, session.get(Agency, person.agency_id) if person.agency_id is not None else None)
    if person.bounced_at is None:
        return
    before = {"bị trả lại": person.bounced_at.isoformat(), "máy chủ báo": person.bounced_why}
    person.bounced_at, person.bounced_why = None, ""
    record_done(
        session, [Done("dia-chi-dung-duoc", person, before=before, reason=reason)], actor=actor, now=now
    )


def put_contact(
    here: Sequence[Person], agency_id: int | None, fields: ContactFields, known: Person | None
) -> tuple[Person, list[Done]]:
    """Make a contact say this; `known` is the row that speaks of the same person, `here` all rows of the place.

    Changes rows without writing them; what was done is to be recorded (record_done), which writes them.
    """
    if known is None:
        person = Person(agency_id=agency_id, **asdict(fields), origin=Origin.DESK)
        return person, [Done("them-dau-moi", person, after=_facts(person))]
    moves = known.role != fields.role or not same_address(known.email, fields.email)
    taken = _namesake([one for one in here if one is not known], fields)
    if moves and (known.email or taken is not None):
        return _replaced(known, fields, taken)
    before, was_active = _facts(known), known.active
    _write(known, fields)
    if not was_active:
        _stand_again(known)
    after = _facts(known)
    if was_active and before == after:
        return known, []
    known.origin = Origin.DESK
    return known, [Done("sua-dau-moi" if was_active else "dung-lai-dau-moi", known, before, after)]


def retire(person: Person, reason: str = "") -> Done:
    """Put a row out of use without writing it."""
    before = _facts(person)
    person.active, person.origin = False, Origin.DESK
    return Done("ngung-dau-moi", person, before=before, reason=reason)


def record_done(session: Session, done: Iterable[Done], *, actor: str, now: datetime) -> None:
    """Write these rows and put each change into the audit trail."""
    changes = list(done)
    session.add_all([change.person for change in changes])
    session.flush()
    for change in changes:
        record_act(
            session,
            change.act,
            "person",
            change.person.id,
            actor=actor,
            now=now,
            reason=change.reason,
            before=change.before,
            after=change.after,
        )


def refuse_last_of_the_house(session: Session, leaving: Sequence[Person]) -> None:
    """ContactFault when nobody of the secretariat would be left: alarms would reach nobody."""
    ids = {person.id for person in leaving if person.role == PersonRole.SECRETARIAT}
    if not ids:
        return
    stay = session.exec(
        select(Person.id).where(
            col(Person.agency_id).is_(None),
            Person.role == PersonRole.SECRETARIAT,
            col(Person.active).is_(True),
            col(Person.id).not_in(ids),
        )
    ).first()
    if stay is None:
        raise ContactFault(
            "Phải còn ít nhất một thư ký trong danh bạ để nhận báo động của hệ thống. Thêm người thay trước."
        )


def fields_of(person: Person) -> ContactFields:
    """A contact as a person would type it."""
    return ContactFields(person.role, person.name, person.title, person.email, person.phone)


def _replaced(known: Person, fields: ContactFields, stands: Person | None) -> tuple[Person, list[Done]]:
    """Another address takes over, with the Zalo ids when the person is the same; the old row goes out of use."""
    if stands is None:
        stands = Person(agency_id=known.agency_id, **asdict(fields), origin=Origin.DESK)
    else:
        _write(stands, fields)
        _stand_again(stands)
    if fold(known.name) == fold(fields.name):  # a chat belongs to a person, not to a desk
        stands.zalo_chat_id = known.zalo_chat_id or stands.zalo_chat_id
        stands.zalo_user_id = known.zalo_user_id or stands.zalo_user_id
    before = _facts(known)
    known.active, known.origin = False, Origin.DESK
    return stands, [
        Done("thay-dau-moi", known, before=before, after=_facts(known)),
        Done("thay-dau-moi", stands, before=before, after=_facts(stands)),
    ]


def _namesake(here: Iterable[Person], fields: ContactFields) -> Person | None:
    """Who has this address in this role; of somebody without one, who bears this name without one."""
    for person in here:
        if person.role != fields.role:
            continue
        if fields.email and same_address(person.email, fields.email):
            return person
        if not fields.email and not person.email and fold(person.name) == fold(fields.name):
            return person
    return None


def _checked(agency: Agency | None, fields: ContactFields) -> ContactFields:
    """The cleaned fields; ContactFault says everything that is wrong with them."""
    cleaned = fields.cleaned()
    said = [fault.sentence for fault in field_faults(cleaned)]
    if (cleaned.role in ABOVE) != (agency is None):
        said.append(f"Vai trò {cleaned.role.label.lower()} không dùng ở đây.")
    if said:
        raise ContactFault(" ".join(said))
    _stand(agency)
    return cleaned


def _stand(agency: Agency | None) -> None:
    if agency is not None and not agency.active:
        raise ContactFault(f"{agency.name} đã ngừng dùng trong danh bạ.")


def _held(session: Session, agency: Agency | None) -> list[Person]:
    """Everybody of a place, with the place held: of two people who add the same contact, one waits for the other."""
    if agency is not None:
        session.get_one(Agency, agency.id, with_for_update=True, populate_existing=True)
    where = col(Person.agency_id).is_(None) if agency is None else Person.agency_id == agency.id
    return list(
        session.exec(
            select(Person)
            .where(where)
            .order_by(col(Person.id))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _write(person: Person, fields: ContactFields) -> None:
    person.role, person.name, person.title, person.phone = (
        fields.role,
        fields.name,
        fields.title,
        fields.phone,
    )
    if not same_address(person.email, fields.email):
        person.email = fields.email


def _stand_again(person: Person) -> None:
    person.active, person.origin = True, Origin.DESK
    person.bounced_at, person.bounced_why = None, ""


def _facts(person: Person) -> dict[str, Any]:
    return {
        "vai trò": person.role.label,
        "họ tên": person.name,
        "chức vụ": person.title,
        "thư điện tử": person.email,
        "điện thoại": person.phone,
        "đang dùng": person.active,
    }
