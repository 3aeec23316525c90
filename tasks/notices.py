"""Writing notices: a line due to a person is a row, once, before it is any message."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import Channel, NoticeState, PersonRole
from models.directory import Person
from models.notice import Notice
from tasks.once import put_once


def people_of(
    session: Session, agency_ids: Iterable[int], roles: Iterable[PersonRole]
) -> dict[int, list[Person]]:
    """Agency id -> its active people in these roles."""
    found: dict[int, list[Person]] = {}
    people = session.exec(
        select(Person)
        .where(
            col(Person.agency_id).in_(list(agency_ids)),
            col(Person.role).in_(list(roles)),
            col(Person.active).is_(True),
        )
        .order_by(col(Person.id))
    )
    for person in people:
        found.setdefault(person.agency_id or 0, []).append(person)
    return found


def secretariat(session: Session) -> list[Person]:
    """The active people of the secretariat."""
    return list(
        session.exec(
            select(Person)
            .where(Person.role == PersonRole.SECRETARIAT, col(Person.active).is_(True))
            .order_by(col(Person.id))
        )
    )


def put_notice(
    session: Session,
    *,
    subject: str,
    step: str,
    person: Person,
    now: datetime,
    plan_no: int = 1,
    request_id: int | None = None,
    superseded: str = "",
) -> bool:
    """Write a notice unless its key is there already; `superseded` records one that was skipped, and why.

    Returns whether it is new; of two processes that write it at once, one writes it.
    """
    return put_once(
        session,
        Notice(
            subject=subject,
            plan_no=plan_no,
            step=step,
            person_id=person.id or 0,
            channel=Channel.EMAIL,
            request_id=request_id,
            state=NoticeState.SUPERSEDED if superseded else NoticeState.DUE,
            why=superseded,
            created_at=now,
        ),
    )
