"""The assignments of a cycle as its figures see them: columns, not entities, since a country has 40,000 of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from models.codes import DeadlineKind, PartyRole
from models.cycle import Cycle, Request, RequestItem
from models.register import Assignment, AssignmentParty, AssignmentRevision, Register
from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.registers.dues import Deadline, dues_since
from models.rules.registers.names import Bearer
from models.rules.registers.same_task import groups_of
from tasks.registers.link_acts import linked_pairs
from tasks.registers.proposal_acts import accepted_proposals
from tasks.registers.register_facts import Directory
from tasks.statuses.words import Words

Reports = Mapping[int, Mapping[int, LeadReport]]  # assignment id -> agency id -> what it last declared
_TOGETHER = 5_000  # ids in one statement


class _Line(NamedTuple):
    """One assignment as one revision has it."""

    register_id: int
    position: int
    revision_id: int
    assignment_id: int
    key: str
    section: str
    section_name: str
    subsection: str
    subsection_name: str
    number: str
    name: str
    leads_raw: str
    coordinators_raw: str
    result: str
    raw: str
    kind: DeadlineKind
    due: date | None
    source: str
    lead_agency_id: int | None
    lead_group_id: int | None
    withheld: bool


@dataclass(frozen=True)
class _Names:
    """Who is named, and who is silent: one object for each agency, however many assignments it has."""

    directory: Directory
    bearers: dict[tuple[int | None, int | None], Bearer | None] = field(default_factory=dict)
    silences: dict[int, LeadReport] = field(default_factory=dict)

    def bearer(self, agency_id: int | None, group_id: int | None) -> Bearer | None:
        key = agency_id, group_id
        if key not in self.bearers:
            self.bearers[key] = self.directory.bearer(agency_id, group_id)
        return self.bearers[key]

    def silence(self, agency_id: int) -> LeadReport:
        if agency_id not in self.silences:
            code = self.directory.agencies[agency_id].code
            self.silences[agency_id] = LeadReport(agency_code=code, this_cycle=False)
        return self.silences[agency_id]


def read_assignments(
    session: Session,
    cycle: Cycle,
    directory: Directory,
    register_codes: Sequence[str],
    words: Words,
    reports: Reports,
) -> Iterator[AssignmentView]:
    """Every assignment of the registers, in their order: as frozen by this cycle's requests, else (not asked) as it
    stands; with what is declared of it, and what the secretariat has decided (of a closed cycle, by the time it was
    closed)."""
    lines = _lines(session, cycle, register_codes)
    heard = _heard(session, cycle, lines, reports)
    names = _Names(directory)
    order = _named_order(
        session, names, [line.revision_id for line in lines if len(heard[line.assignment_id]) > 1]
    )
    deadlines = _deadlines(session, cycle, {line.register_id for line in lines})
    accepted = accepted_proposals(session, cycle.closed_at)
    linked = groups_of(linked_pairs(session, cycle.closed_at))
    registers: dict[int, str] = dict(session.execute(sa.select(col(Register.id), col(Register.code))).all())  # type: ignore[arg-type]
    row_keys = {line.assignment_id: f"{registers[line.register_id]}/{line.key}" for line in lines}
    nouns = {group.code: group.member_noun for group in directory.group_names.values()}
    known: dict[str, str] = {}
    same = known.setdefault  # one text for the thousands of rows that say it
    for line in lines:
        found = line.assignment_id
        lead = names.bearer(line.lead_agency_id, line.lead_group_id)
        revised = deadlines.get(found, ())
        first, in_force = (revised[0], revised[-1]) if revised else (line, line)
        agency_ids = heard[found]
        if places := order.get(line.revision_id):
            agency_ids = sorted(agency_ids, key=lambda i, places=places: places.get(i, len(places)))  # type: ignore[misc]
        declared = reports.get(found, {})
        yield AssignmentView(
            row_key=row_keys[found],
            register_code=registers[line.register_id],
            key=line.key,
            section=same(line.section, line.section),
            section_name=same(line.section_name, line.section_name),
            subsection=same(line.subsection, line.subsection),
            subsection_name=same(line.subsection_name, line.subsection_name),
            number=line.number,
            name=line.name,
            leads_raw=same(line.leads_raw, line.leads_raw),
            coordinators_raw=same(line.coordinators_raw, line.coordinators_raw),
            result=same(line.result, line.result),
            deadline_raw=same(in_force.raw, in_force.raw),
            kind=in_force.kind,
            due=in_force.due,
            lead_of_record=lead,
            member_noun=nouns[lead.code] if lead is not None and lead.kind == "group" else "",
            reports=tuple(declared.get(i) or names.silence(i) for i in agency_ids),
            withheld=line.withheld,
            proposal_accepted=found in accepted,
            id=found,
            first_deadline_raw=same(first.raw, first.raw),
            first_due=first.due,
            due_source=in_force.source,
            dues=dues_since(revised),
            whole=words.whole.get(found),
            linked=tuple(row_keys[other] for other in linked.get(found, ()) if other in row_keys),
        )


def _lines(session: Session, cycle: Cycle, register_codes: Sequence[str]) -> list[_Line]:
    """The registers' assignments, in their order."""
    frozen = (
        sa.select(col(RequestItem.assignment_revision_id))
        .join(Request, col(Request.id) == col(RequestItem.request_id))
        .where(col(Request.cycle_id) == cycle.id, col(RequestItem.assignment_revision_id).is_not(None))
    )
    asked = sa.select(col(AssignmentRevision.assignment_id)).where(col(AssignmentRevision.id).in_(frozen))
    in_force = (
        sa.select(col(Assignment.id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(col(Register.code).in_(register_codes), col(Assignment.dropped_at).is_(None))
    )
    lines = [
        *_revisions(session, col(AssignmentRevision.id).in_(frozen)),
        *_revisions(
            session,
            col(Assignment.id).in_(sa.except_(in_force, asked)),
            col(AssignmentRevision.no) == col(Assignment.revision_no),
        ),
    ]
    return sorted(lines, key=lambda line: (line.register_id, line.position))


def _revisions(session: Session, *which: sa.ColumnElement[bool]) -> Iterator[_Line]:
    """Revisions with their assignments."""
    said, of = AssignmentRevision, Assignment
    rows = session.execute(
        sa.select(
            col(of.register_id),
            col(said.position),
            col(said.id),
            col(of.id),
            col(of.key),
            col(said.section),
            col(said.section_name),
            col(said.subsection),
            col(said.subsection_name),
            col(said.number),
            col(said.name),
            col(said.leads_raw),
            col(said.coordinators_raw),
            col(said.result),
            col(said.deadline_raw),
            col(said.deadline_kind),
            col(said.due),
            col(said.source),
            col(of.lead_agency_id),
            col(of.lead_group_id),
            col(of.withheld),
        )
        .join(of, col(of.id) == col(said.assignment_id))
        .where(*which)
    )
    return map(_Line._make, rows)


def _heard(
    session: Session, cycle: Cycle, lines: Iterable[_Line], reports: Reports
) -> Mapping[int, Sequence[int]]:
    """Assignment id -> ids of the agencies asked about it in this cycle, in the order of the requests, then of others
    whose word stands."""
    rows = session.execute(
        sa.select(col(RequestItem.assignment_revision_id), col(Request.agency_id))
        .join(Request, col(Request.id) == col(RequestItem.request_id))
        .where(col(Request.cycle_id) == cycle.id, col(RequestItem.assignment_revision_id).is_not(None))
        .order_by(col(Request.id))
    )
    subjects = {line.revision_id: line.assignment_id for line in lines}
    heard: dict[int, dict[int, None]] = {assignment_id: {} for assignment_id in subjects.values()}
    for revision_id, agency_id in rows:
        if revision_id in subjects:  # else put down since the lines were read
            heard[subjects[revision_id]][agency_id] = None
    for assignment_id, declared in reports.items():
        if assignment_id in heard:
            heard[assignment_id].update(dict.fromkeys(declared))
    return {assignment_id: tuple(agencies) for assignment_id, agencies in heard.items()}


def _named_order(session: Session, names: _Names, revision_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """Revision id -> agency id -> its place among those named: the leads as written, then who coordinates, each group
    in the directory's order."""
    directory = names.directory
    places: dict[int, dict[int, int]] = {revision_id: {} for revision_id in revision_ids}
    for start in range(0, len(revision_ids), _TOGETHER):
        rows = session.execute(
            sa.select(
                col(AssignmentParty.revision_id),
                col(AssignmentParty.agency_id),
                col(AssignmentParty.group_id),
            )
            .where(col(AssignmentParty.revision_id).in_(revision_ids[start : start + _TOGETHER]))
            .order_by(
                sa.case((col(AssignmentParty.role) == PartyRole.LEAD, 0), else_=1),
                col(AssignmentParty.position),
            )
        )
        for revision_id, agency_id, group_id in rows:
            found = places[revision_id]
            if agency_id is not None:
                found.setdefault(agency_id, len(found))
            elif group_id is not None:
                for code in directory.groups[directory.group_names[group_id].code].member_codes:
                    found.setdefault(directory.ids[code], len(found))
    return places


def _deadlines(session: Session, cycle: Cycle, register_ids: Collection[int]) -> dict[int, list[Deadline]]:
    """Assignment id -> the deadlines of its revisions, the first one first; of those that were ever revised."""
    said = AssignmentRevision
    rows = session.execute(
        sa.select(
            col(said.assignment_id),
            col(said.deadline_raw),
            col(said.deadline_kind),
            col(said.due),
            col(said.source),
            col(said.decided_on),
        )
        .join(Assignment, col(Assignment.id) == col(said.assignment_id))
        .where(
            col(Assignment.register_id).in_(register_ids),
            col(Assignment.revision_no) > 1,
            sa.true() if cycle.closed_at is None else col(said.made_at) <= cycle.closed_at,
        )
        .order_by(col(said.assignment_id), col(said.no))
    )
    found: dict[int, list[Deadline]] = {}
    for assignment_id, raw, kind, due, source, decided_on in rows:
        found.setdefault(assignment_id, []).append(Deadline(raw, DeadlineKind(kind), due, source, decided_on))
    return found
