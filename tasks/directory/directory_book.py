"""The directory read from the database as the rules compare it, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.codes import CycleState, RequestState
from models.cycle import Cycle, Request
from models.directory import Agency, Alias, Person
from models.rules.directory.directory_known import Known, KnownAgency, KnownPerson
from models.rules.text import fold
from tasks.directory.contacts import fields_of


@dataclass(frozen=True)
class Book:
    """The directory as the rules see it, with the rows that stand behind it."""

    known: Known
    agencies: dict[str, Agency]  # by code
    people: dict[int, Person]
    aliases: dict[str, Alias]  # by folded name


def read_book(session: Session, *, held: bool = False) -> Book:
    """The whole directory. `held` keeps everybody else from changing it until the transaction ends."""
    agencies_wanted = select(Agency).order_by(col(Agency.position), col(Agency.id))
    people_wanted = select(Person).order_by(col(Person.id))
    if held:
        agencies_wanted = agencies_wanted.with_for_update()
        people_wanted = people_wanted.with_for_update()
    agencies = session.exec(agencies_wanted).all()
    people = session.exec(people_wanted).all()
    aliases = session.exec(select(Alias).order_by(col(Alias.id))).all()
    codes = {agency.id: agency.code for agency in agencies}
    known = Known(
        agencies=_agencies(agencies, aliases, _owed(session)),
        people=tuple(
            KnownPerson(
                id=person.id or 0,
                agency=codes.get(person.agency_id, "") if person.agency_id is not None else "",
                fields=fields_of(person),
                active=person.active,
            )
            for person in people
        ),
        groups=frozenset(alias.folded for alias in aliases if alias.group_id is not None),
    )
    return Book(
        known=known,
        agencies={agency.code: agency for agency in agencies},
        people={person.id or 0: person for person in people},
        aliases={alias.folded: alias for alias in aliases},
    )


def _agencies(
    agencies: Sequence[Agency], aliases: Sequence[Alias], owed: dict[int, list[str]]
) -> tuple[KnownAgency, ...]:
    names: dict[int, list[str]] = {}
    for alias in aliases:
        if alias.agency_id is not None:
            names.setdefault(alias.agency_id, []).append(alias.written)
    return tuple(
        KnownAgency(
            id=agency.id or 0,
            code=agency.code,
            name=agency.name,
            kind=agency.kind,
            locality=agency.locality,
            aliases=tuple(name for name in names.get(agency.id or 0, ()) if fold(name) != fold(agency.name)),
            active=agency.active,
            owes=tuple(owed.get(agency.id or 0, ())),
        )
        for agency in agencies
    )


def _owed(session: Session) -> dict[int, list[str]]:
    """Agency id -> the running cycles in which a report is asked of it."""
    rows = session.exec(
        select(Request.agency_id, Cycle.name)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .where(Cycle.state == CycleState.RELEASED, Request.state != RequestState.EXEMPT)
        .order_by(col(Cycle.id))
    )
    found: dict[int, list[str]] = {}
    for agency_id, cycle in rows:
        found.setdefault(agency_id, []).append(cycle)
    return found
