"""The form of each request, from the revisions it froze."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.codes import PersonRole
from models.cycle import Cycle, Request, RequestItem
from models.directory import Agency, Person
from models.register import Assignment, AssignmentRevision, Indicator, IndicatorRevision, Register
from models.rules.form import AssignmentLine, Form, IndicatorLine


def form_name(agency_code: str, cycle_code: str) -> str:
    """The file name of an agency's form: bieu-bao-cao-SNV-bcd-quy-2026-Q1.xlsx."""
    return f"bieu-bao-cao-{agency_code}-{cycle_code}.xlsx"


def contact_line(session: Session) -> str:
    """Whom an agency asks: the first of the secretariat, in one line; "" when nobody is in the directory."""
    person = session.exec(
        select(Person)
        .where(Person.role == PersonRole.SECRETARIAT, col(Person.active).is_(True))
        .order_by(col(Person.id))
    ).first()
    if person is None:
        return ""
    return ", ".join(part for part in (person.name, person.phone, person.email) if part)


def forms_of(session: Session, request_ids: Sequence[int]) -> dict[int, Form]:
    """Request id -> its form, in a fixed number of queries. A withheld assignment is on no form."""
    assignments = _assignment_lines(session, request_ids)
    indicators = _indicator_lines(session, request_ids)
    contact = contact_line(session)
    rows = session.exec(
        select(Request, Cycle, Agency)
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(Agency, col(Agency.id) == col(Request.agency_id))
        .where(col(Request.id).in_(request_ids))
    )
    forms = {}
    for request, cycle, agency in rows:
        request_id = request.id or 0
        forms[request_id] = Form(
            request_id=request_id,
            version=request.form_version,
            cycle_code=cycle.code,
            cycle_name=cycle.name,
            agency_code=agency.code,
            agency_name=agency.name,
            data_from=cycle.data_from,
            as_of=cycle.as_of,
            due=request.due,
            contact=contact,
            assignments=tuple(assignments.get(request_id, ())),
            indicators=tuple(indicators.get(request_id, ())),
        )
    return forms


def _assignment_lines(session: Session, request_ids: Sequence[int]) -> dict[int, list[AssignmentLine]]:
    rows = session.exec(
        select(RequestItem, AssignmentRevision, Assignment, Register.code)
        .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
        .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(col(RequestItem.request_id).in_(request_ids), col(Assignment.withheld).is_(False))
        .order_by(col(RequestItem.request_id), col(RequestItem.position))
    )
    lines: dict[int, list[AssignmentLine]] = {}
    for item, revision, assignment, register_code in rows:
        lines.setdefault(item.request_id, []).append(
            AssignmentLine(
                row_key=f"{register_code}/{assignment.key}",
                name=revision.name,
                role=item.role,
                result=revision.result,
                deadline=revision.deadline_raw,
                kind=revision.deadline_kind,
                due=revision.due,
            )
        )
    return lines


def _indicator_lines(session: Session, request_ids: Sequence[int]) -> dict[int, list[IndicatorLine]]:
    rows = session.exec(
        select(RequestItem, IndicatorRevision, Indicator, Register.code)
        .join(IndicatorRevision, col(IndicatorRevision.id) == col(RequestItem.indicator_revision_id))
        .join(Indicator, col(Indicator.id) == col(IndicatorRevision.indicator_id))
        .join(Register, col(Register.id) == col(Indicator.register_id))
        .where(col(RequestItem.request_id).in_(request_ids))
        .order_by(col(RequestItem.request_id), col(RequestItem.position))
    )
    lines: dict[int, list[IndicatorLine]] = {}
    for item, revision, indicator, register_code in rows:
        lines.setdefault(item.request_id, []).append(
            IndicatorLine(
                row_key=f"{register_code}/{indicator.key}",
                name=revision.name,
                unit=revision.unit,
                baseline=revision.baseline_raw,
                target=revision.target_raw,
            )
        )
    return lines
