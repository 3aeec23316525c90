"""Writing notices: a line due to a person is a row, once, before it is any message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.codes import Channel, NoticeState, PersonRole
from models.directory import Person
from models.notice import Notice
from tasks.among import among
from tasks.once import put_each_once, put_once

FOR_A_PERSON = "can-xem-xet"
"""The step of a notice that tells the secretariat of something that arrived and that only a person can place."""


def people_of(
    session: Session, agency_ids: Iterable[int], roles: Iterable[PersonRole]
) -> dict[int, list[Person]]:
    """Agency id -> its active people in these roles."""
    found: dict[int, list[Person]] = {}
    people = session.exec(
        select(Person)
        .where(
            among(Person.agency_id, agency_ids),
            col(Person.role).in_(list(roles)),
            col(Person.active).is_(True),
        )
        .order_by(col(Person.id))
    )
    for person in people:
        found.setdefault(person.agency_id or 0, []).append(person)
    return found


def people_above(session: Session, roles: Iterable[PersonRole]) -> list[Person]:
    """The active people in these roles that belong to no agency: the secretariat, the leadership."""
    return list(
        session.exec(
            select(Person)
            .where(
                col(Person.role).in_(list(roles)),
                col(Person.agency_id).is_(None),
                col(Person.active).is_(True),
            )
            .order_by(col(Person.id))
        )
    )


_SECRETARIAT = (  # asked for every letter, so put together once
    select(Person)
    .where(
        col(Person.agency_id).is_(None),  # always so of the secretariat; and it has an index
        Person.role == PersonRole.SECRETARIAT,
        col(Person.active).is_(True),
    )
    .order_by(col(Person.id))
)


def secretariat(session: Session) -> list[Person]:
    """The active people of the secretariat."""
    return list(session.exec(_SECRETARIAT))


def put_notice(
    session: Session,
    *,
    subject: str,
    step: str,
    person: Person,
    now: datetime,
    plan_no: int = 1,
    request_id: int | None = None,
    channel: Channel = Channel.EMAIL,
    state: NoticeState = NoticeState.DUE,
    why: str = "",
) -> bool:
    """Write a notice unless its key is there already: due, held back or superseded, the last two with why.

    Returns whether it is new; of two processes that write it at once, one writes it.
    """
    return put_once(
        session,
        Notice(
            subject=subject,
            plan_no=plan_no,
            step=step,
            person_id=person.id or 0,
            channel=channel,
            request_id=request_id,
            state=state,
            why=why,
            created_at=now,
        ),
    )


@dataclass(frozen=True)
class Answer:
    """A notice by mail that is due at once; its fields as put_notice has them."""

    subject: str
    step: str
    person: Person
    plan_no: int = 1
    request_id: int | None = None


def put_answers(session: Session, answers: Sequence[Answer], now: datetime) -> None:
    """Write these, each unless its key is there already."""
    put_each_once(
        session,
        Notice,
        [
            {
                "subject": answer.subject,
                "plan_no": answer.plan_no,
                "step": answer.step,
                "person_id": answer.person.id or 0,
                "channel": Channel.EMAIL,
                "request_id": answer.request_id,
                "state": NoticeState.DUE,
                "why": "",
                "created_at": now,
            }
            for answer in answers
        ],
    )
