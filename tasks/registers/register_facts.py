"""The registers as they stand, read from the database in a handful of queries whatever their size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.codes import AgencyKind, PartyRole
from models.directory import Agency, AgencyGroup, Membership
from models.register import (
    Assignment,
    AssignmentParty,
    AssignmentRevision,
    Indicator,
    IndicatorOwner,
    IndicatorRevision,
    Register,
)
from models.rules.registers.names import Bearer
from models.rules.registers.owing import Group


@dataclass(frozen=True)
class AssignmentFacts:
    """An assignment, a revision of it, and who is named in that revision, in the order written."""

    register: Register
    assignment: Assignment
    revision: AssignmentRevision
    leads: tuple[Bearer, ...]
    coordinators: tuple[Bearer, ...]
    lead_of_record: Bearer | None

    @property
    def row_key(self) -> str:
        return f"{self.register.code}/{self.assignment.key}"


@dataclass(frozen=True)
class IndicatorFacts:
    """An indicator, a revision of it, and its owner."""

    register: Register
    indicator: Indicator
    revision: IndicatorRevision
    owner_code: str | None
    owner_provisional: bool

    @property
    def row_key(self) -> str:
        return f"{self.register.code}/{self.indicator.key}"


@dataclass(frozen=True)
class Directory:
    """Agencies and groups by id and code; groups with their members on a day, enterprises left out."""

    agencies: dict[int, Agency]
    group_names: dict[int, AgencyGroup]
    groups: dict[str, Group]
    ids: dict[str, int] = field(default_factory=dict)

    def bearer(self, agency_id: int | None, group_id: int | None) -> Bearer | None:
        if agency_id is not None:
            return Bearer("agency", self.agencies[agency_id].code)
        if group_id is not None:
            return Bearer("group", self.group_names[group_id].code)
        return None


def read_directory(session: Session, day: date) -> Directory:
    """Everybody, with the groups as they are on a day."""
    agencies = {
        a.id: a for a in session.exec(select(Agency).order_by(col(Agency.position))) if a.id is not None
    }
    names = {g.id: g for g in session.exec(select(AgencyGroup)) if g.id is not None}
    members: dict[int, list[str]] = {group_id: [] for group_id in names}
    in_force = session.exec(
        select(Membership).where(
            col(Membership.from_day) <= day,
            col(Membership.to_day).is_(None) | (col(Membership.to_day) >= day),
        )
    ).all()
    for membership in sorted(in_force, key=lambda m: agencies[m.agency_id].position):
        agency = agencies[membership.agency_id]
        listed = members[membership.group_id]
        if agency.active and agency.kind != AgencyKind.ENTERPRISE and agency.code not in listed:
            members[membership.group_id].append(agency.code)
    return Directory(
        agencies=agencies,
        group_names=names,
        groups={names[gid].code: Group(names[gid].name, tuple(codes)) for gid, codes in members.items()},
        ids={agency.code: agency_id for agency_id, agency in agencies.items()},
    )


def assignments_in_force(
    session: Session, directory: Directory, register_codes: list[str]
) -> list[AssignmentFacts]:
    """Every assignment of these registers that is not dropped, at its present revision, in register order."""
    rows = session.exec(
        select(Register, Assignment, AssignmentRevision)
        .join(Assignment, col(Assignment.register_id) == col(Register.id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(*_in_force(register_codes))
        .order_by(col(Register.id), col(AssignmentRevision.position))
    ).all()
    return _with_parties(session, directory, list(rows))


def _in_force(register_codes: list[str]) -> tuple[sa.ColumnElement[bool], ...]:
    """Of registers joined with assignments and their revisions: those of these registers that are not dropped, at their
    present revision."""
    return (
        col(Register.code).in_(register_codes),
        col(Assignment.dropped_at).is_(None),
        col(AssignmentRevision.no) == col(Assignment.revision_no),
    )


class BearersInForce(NamedTuple):
    """Who bears an assignment at its present revision."""

    assignment_id: int
    revision_id: int
    withheld: bool
    leads: tuple[Bearer, ...]
    coordinators: tuple[Bearer, ...]
    lead_of_record: Bearer | None


def bearers_in_force(
    session: Session, directory: Directory, register_codes: list[str]
) -> Iterator[BearersInForce]:
    """Of every assignment of these registers that is not dropped, in register order: no entities, since a country has
    40,000 assignments."""
    in_force = (
        sa.select(col(AssignmentRevision.id))
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(*_in_force(register_codes))
    )
    bearers: dict[tuple[int | None, int | None], Bearer | None] = {}

    def bearer(agency_id: int | None, group_id: int | None) -> Bearer | None:
        if (agency_id, group_id) not in bearers:
            bearers[agency_id, group_id] = directory.bearer(agency_id, group_id)
        return bearers[agency_id, group_id]

    named: dict[PartyRole, dict[int, list[Bearer]]] = {role: {} for role in PartyRole}
    parties = session.execute(
        sa.select(
            col(AssignmentParty.revision_id),
            col(AssignmentParty.role),
            col(AssignmentParty.agency_id),
            col(AssignmentParty.group_id),
        )
        .where(col(AssignmentParty.revision_id).in_(in_force))
        .order_by(col(AssignmentParty.position))
    )
    for revision_id, role, agency_id, group_id in parties:
        if (found := bearer(agency_id, group_id)) is not None:
            named[role].setdefault(revision_id, []).append(found)
    rows = session.execute(
        in_force.with_only_columns(
            col(Assignment.id),
            col(AssignmentRevision.id),
            col(Assignment.withheld),
            col(Assignment.lead_agency_id),
            col(Assignment.lead_group_id),
        ).order_by(col(Register.id), col(AssignmentRevision.position))
    )
    leads, coordinators = named[PartyRole.LEAD], named[PartyRole.COORDINATOR]
    for assignment_id, revision_id, withheld, agency_id, group_id in rows:
        yield BearersInForce(
            assignment_id,
            revision_id,
            withheld,
            tuple(leads.get(revision_id, ())),
            tuple(coordinators.get(revision_id, ())),
            bearer(agency_id, group_id),
        )


def assignments_of(session: Session, directory: Directory, revision_ids: set[int]) -> list[AssignmentFacts]:
    """The assignments of these revisions, as those revisions say, in register order."""
    rows = session.exec(
        select(Register, Assignment, AssignmentRevision)
        .join(Assignment, col(Assignment.register_id) == col(Register.id))
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(col(AssignmentRevision.id).in_(revision_ids))
        .order_by(col(Register.id), col(AssignmentRevision.position))
    ).all()
    return _with_parties(session, directory, list(rows))


def _with_parties(
    session: Session,
    directory: Directory,
    rows: list[tuple[Register, Assignment, AssignmentRevision]],
) -> list[AssignmentFacts]:
    named: dict[tuple[int, PartyRole], list[Bearer]] = {}
    parties = session.exec(
        select(AssignmentParty)
        .where(col(AssignmentParty.revision_id).in_([revision.id for _, _, revision in rows]))
        .order_by(col(AssignmentParty.position))
    )
    for party in parties:
        bearer = directory.bearer(party.agency_id, party.group_id)
        if bearer is not None:
            named.setdefault((party.revision_id, party.role), []).append(bearer)
    return [
        AssignmentFacts(
            register=register,
            assignment=assignment,
            revision=revision,
            leads=tuple(named.get((revision.id or 0, PartyRole.LEAD), ())),
            coordinators=tuple(named.get((revision.id or 0, PartyRole.COORDINATOR), ())),
            lead_of_record=directory.bearer(assignment.lead_agency_id, assignment.lead_group_id),
        )
        for register, assignment, revision in rows
    ]


def withheld_rows() -> SelectOfScalar[str]:
    """Row keys of the assignments that are not to be put on the system."""
    return (
        select(col(Register.code) + "/" + col(Assignment.key))
        .join(Assignment, col(Assignment.register_id) == col(Register.id))
        .where(col(Assignment.withheld).is_(True))
    )


def indicators_in_force(
    session: Session, directory: Directory, register_codes: list[str]
) -> list[IndicatorFacts]:
    """Every indicator of these registers that is not dropped, at its present revision, in register order."""
    rows = session.exec(
        select(Register, Indicator, IndicatorRevision)
        .join(Indicator, col(Indicator.register_id) == col(Register.id))
        .join(IndicatorRevision, col(IndicatorRevision.indicator_id) == col(Indicator.id))
        .where(
            col(Register.code).in_(register_codes),
            col(Indicator.dropped_at).is_(None),
            col(IndicatorRevision.no) == col(Indicator.revision_no),
        )
        .order_by(col(Register.id), col(IndicatorRevision.position))
    ).all()
    return _with_owners(session, directory, list(rows))


def indicators_of(session: Session, directory: Directory, revision_ids: set[int]) -> list[IndicatorFacts]:
    """The indicators of these revisions, as those revisions say, in register order."""
    rows = session.exec(
        select(Register, Indicator, IndicatorRevision)
        .join(Indicator, col(Indicator.register_id) == col(Register.id))
        .join(IndicatorRevision, col(IndicatorRevision.indicator_id) == col(Indicator.id))
        .where(col(IndicatorRevision.id).in_(revision_ids))
        .order_by(col(Register.id), col(IndicatorRevision.position))
    ).all()
    return _with_owners(session, directory, list(rows))


def _with_owners(
    session: Session, directory: Directory, rows: list[tuple[Register, Indicator, IndicatorRevision]]
) -> list[IndicatorFacts]:
    owners = {owner.indicator_id: owner for owner in session.exec(select(IndicatorOwner))}
    facts = []
    for register, indicator, revision in rows:
        owner = owners.get(indicator.id or 0)
        facts.append(
            IndicatorFacts(
                register=register,
                indicator=indicator,
                revision=revision,
                owner_code=directory.agencies[owner.agency_id].code if owner else None,
                owner_provisional=owner.provisional if owner else True,
            )
        )
    return facts
