"""A register's rows between tables and what revisions say: read with their history, written as new ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.codes import PartyRole
from models.directory import Agency, AgencyGroup, Alias
from models.register import (
    Assignment,
    AssignmentParty,
    AssignmentRevision,
    Indicator,
    IndicatorRevision,
)
from models.rules.registers.names import Bearer, NameBook, Named
from models.rules.registers.register_meaning import Names
from models.rules.registers.register_merge import AnyContent, AssignmentContent, IndicatorContent

_ASSIGNMENT_COLUMNS = (
    "position",
    "section",
    "section_name",
    "subsection",
    "subsection_name",
    "number",
    "name",
    "leads_raw",
    "coordinators_raw",
    "result",
    "deadline_raw",
    "deadline_kind",
    "due",
    "source",
    "decided_on",
)
_INDICATOR_COLUMNS = (
    "position",
    "section",
    "section_name",
    "number",
    "name",
    "unit",
    "baseline_raw",
    "baseline_comparator",
    "baseline_value",
    "target_raw",
    "target_comparator",
    "target_value",
    "note",
)


@dataclass(frozen=True)
class Bearers:
    """Agencies and groups by their ids in the database."""

    by_agency: dict[int, Bearer]
    by_group: dict[int, Bearer]
    ids: dict[Bearer, int]
    names: Names

    def of(self, agency_id: int | None, group_id: int | None) -> Bearer | None:
        if agency_id is not None:
            return self.by_agency[agency_id]
        return self.by_group[group_id] if group_id is not None else None

    def columns(self, bearer: Bearer | None) -> tuple[int | None, int | None]:
        """The pair (agency id, group id) that names a bearer."""
        if bearer is None:
            return None, None
        return (self.ids[bearer], None) if bearer.kind == "agency" else (None, self.ids[bearer])


@dataclass(frozen=True)
class StoredRow:
    """An assignment or indicator of a register with all its revisions, oldest first, and who made each."""

    row: Assignment | Indicator
    revisions: tuple[tuple[AnyContent, bool], ...]  # with whether a file made it
    lead: Bearer | None

    @property
    def current(self) -> AnyContent:
        return self.revisions[-1][0]

    @property
    def dropped(self) -> bool:
        return self.row.dropped_at is not None


def read_bearers(session: Session) -> Bearers:
    """The directory with its names."""
    agencies = session.exec(select(Agency)).all()
    by_agency = {row.id: Bearer("agency", row.code) for row in agencies if row.id is not None}
    groups = session.exec(select(AgencyGroup)).all()
    by_group = {row.id: Bearer("group", row.code) for row in groups if row.id is not None}
    ids = {bearer: row_id for found in (by_agency, by_group) for row_id, bearer in found.items()}
    aliases: dict[str, Bearer] = {}
    written: dict[str, str] = {}
    for alias in session.exec(select(Alias)):
        bearer = by_agency[alias.agency_id] if alias.agency_id is not None else by_group[alias.group_id or 0]
        aliases[alias.folded] = bearer
        written[alias.folded] = alias.written
    inactive = frozenset(Bearer("agency", row.code) for row in agencies if not row.active)
    return Bearers(by_agency, by_group, ids, Names(NameBook(aliases), written, inactive))


def read_assignments(session: Session, register_id: int, bearers: Bearers) -> dict[str, StoredRow]:
    """The register's assignments by key, the dropped ones included."""
    found = session.exec(
        select(Assignment, AssignmentRevision)
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(Assignment.register_id == register_id)
        .order_by(col(AssignmentRevision.no))
    ).all()
    parties: dict[tuple[int, PartyRole], list[Named]] = {}
    named = session.exec(
        select(AssignmentParty)
        .join(AssignmentRevision, col(AssignmentParty.revision_id) == col(AssignmentRevision.id))
        .join(Assignment, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .where(Assignment.register_id == register_id)
        .order_by(col(AssignmentParty.position))
    )
    for party in named:
        bearer = bearers.of(party.agency_id, party.group_id)
        parties.setdefault((party.revision_id, party.role), []).append(Named(party.raw, bearer))
    stored: dict[str, StoredRow] = {}
    for row, revision in found:
        content = AssignmentContent(
            **{name: getattr(revision, name) for name in _ASSIGNMENT_COLUMNS},
            leads=tuple(parties.get((revision.id or 0, PartyRole.LEAD), ())),
            coordinators=tuple(parties.get((revision.id or 0, PartyRole.COORDINATOR), ())),
        )
        earlier = stored[row.key].revisions if row.key in stored else ()
        lead = bearers.of(row.lead_agency_id, row.lead_group_id)
        stored[row.key] = StoredRow(row, (*earlier, (content, revision.import_id is not None)), lead)
    return stored


def read_indicators(session: Session, register_id: int) -> dict[str, StoredRow]:
    """The register's indicators by key, the dropped ones included."""
    found = session.exec(
        select(Indicator, IndicatorRevision)
        .join(IndicatorRevision, col(IndicatorRevision.indicator_id) == col(Indicator.id))
        .where(Indicator.register_id == register_id)
        .order_by(col(IndicatorRevision.no))
    ).all()
    stored: dict[str, StoredRow] = {}
    for row, revision in found:
        content = IndicatorContent(**{name: getattr(revision, name) for name in _INDICATOR_COLUMNS})
        earlier = stored[row.key].revisions if row.key in stored else ()
        stored[row.key] = StoredRow(row, (*earlier, (content, revision.import_id is not None)), None)
    return stored


def add_revisions(
    session: Session,
    rows: Iterable[tuple[Assignment | Indicator, AnyContent]],
    bearers: Bearers,
    import_id: int | None,
    now: datetime,
) -> None:
    """Give each row (saved before) a next revision that says this, with its parties, and put it in force.

    `import_id`: the file that says so; None: a decision of a person.
    """
    parties: list[tuple[AssignmentRevision, AssignmentContent]] = []
    for row, content in rows:
        row.revision_no += 1
        session.add(row)
        made: dict[str, Any] = {"no": row.revision_no, "import_id": import_id, "made_at": now}
        if isinstance(content, AssignmentContent):
            said = {name: getattr(content, name) for name in _ASSIGNMENT_COLUMNS}
            revision = AssignmentRevision(assignment_id=row.id or 0, **said, **made)
            session.add(revision)
            parties.append((revision, content))
        else:
            said = {name: getattr(content, name) for name in _INDICATOR_COLUMNS}
            session.add(IndicatorRevision(indicator_id=row.id or 0, **said, **made))
    session.flush()
    for revision, content in parties:
        for role, named in ((PartyRole.LEAD, content.leads), (PartyRole.COORDINATOR, content.coordinators)):
            for position, each in enumerate(named, 1):
                agency_id, group_id = bearers.columns(each.bearer)
                session.add(
                    AssignmentParty(
                        revision_id=revision.id or 0,
                        role=role,
                        position=position,
                        raw=each.raw,
                        agency_id=agency_id,
                        group_id=group_id,
                    )
                )
    session.flush()
