"""Our assignments as a central system's workbook has them: withheld ones are in no such workbook."""

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, select

from models.codes import Basis
from models.desk_act import CentralCode
from models.rules.board.glance import AssignmentLine, Glance
from models.rules.central.central_file import CentralField, CentralSystem
from models.rules.central.central_match import OurRow
from models.rules.cycle_view import AssignmentView
from models.rules.numbers import write_number
from models.rules.registers.classes import completion_day, deciding_report, led_by_group, stands
from models.time import vn_date

CONFIRMED = "đã xác nhận"
DECLARED = "theo báo cáo của cơ quan, đơn vị, chưa xác nhận"
SILENT = "chưa có báo cáo"


def codes_in_force(session: Session, system: str) -> dict[int, str]:
    """Assignment id -> the code that the system knows it by."""
    rows = session.exec(
        select(CentralCode).where(CentralCode.system == system, col(CentralCode.ended_at).is_(None))
    )
    return {row.assignment_id: row.code for row in rows}


def basis_of(assignment: AssignmentView) -> Basis:
    """Whose word the class of an assignment rests on in a central workbook: the confirmed one where there is one.

    One that a group leads is confirmed as a whole, or by every member that has spoken.
    """
    if assignment.proposal_accepted:
        return Basis.CONFIRMED
    if led_by_group(assignment):
        spoken = [report for report in assignment.reports if stands(report)]
        all_looked_at = bool(spoken) and all(report.confirmed is not None for report in spoken)
        return Basis.CONFIRMED if assignment.whole is not None or all_looked_at else Basis.DECLARED
    lead = deciding_report(assignment)
    confirmed = lead is not None and stands(lead) and lead.confirmed is not None
    return Basis.CONFIRMED if confirmed else Basis.DECLARED


def basis_words(assignment: AssignmentView) -> str:
    """The same in words."""
    if basis_of(assignment) is Basis.CONFIRMED:
        return CONFIRMED
    return DECLARED if any(stands(report) for report in assignment.reports) else SILENT


def our_rows(told: Glance, codes: Mapping[int, str]) -> list[OurRow]:
    """Every assignment of the cycle that may be compared."""
    return [
        OurRow(
            id=line.assignment.id,
            row_key=line.assignment.row_key,
            name=line.assignment.name,
            code=codes.get(line.assignment.id, ""),
            due_raw=line.assignment.deadline_raw,
            due=line.assignment.due,
            of_class=line.classes[basis_of(line.assignment)],
            basis=basis_words(line.assignment),
        )
        for line in told.assignments
    ]


def cells_of(
    line: AssignmentLine, number: int, told: Glance, system: CentralSystem, codes: Mapping[int, str]
) -> dict[CentralField, str]:
    """What each field of one assignment's row says."""
    assignment = line.assignment
    basis = basis_of(assignment)
    lead = deciding_report(assignment)
    done = completion_day(assignment, told.day) if basis is Basis.DECLARED else _confirmed_day(assignment)
    directives = {register.code: register.name for register in told.view.registers}
    return {
        CentralField.THEIR_CODE: codes.get(assignment.id, ""),
        CentralField.ROW_KEY: assignment.row_key,
        CentralField.NUMBER: str(number),
        CentralField.NAME: assignment.name,
        CentralField.SECTION: f"{assignment.section}. {assignment.section_name}",
        CentralField.DIRECTIVE: directives.get(assignment.register_code, assignment.register_code),
        CentralField.LEADS: assignment.leads_raw,
        CentralField.COORDINATORS: assignment.coordinators_raw,
        CentralField.RESULT: assignment.result,
        CentralField.FIRST_DUE: _first_due(assignment),
        CentralField.DUE: vn_date(assignment.due) if assignment.due else assignment.deadline_raw,
        CentralField.STATUS: system.word_for(line.classes[basis]),
        CentralField.PERCENT: _percent(assignment) or line.members,
        CentralField.COMPLETED_ON: vn_date(done) if done else "",
        CentralField.PRODUCT: lead.product if lead is not None and stands(lead) else "",
        CentralField.REASON: lead.reason if lead is not None and stands(lead) else "",
        CentralField.BASIS: basis_words(assignment),
        CentralField.AS_OF: vn_date(told.day),
    }


def _first_due(assignment: AssignmentView) -> str:
    if not assignment.moved:
        return vn_date(assignment.due) if assignment.due else assignment.deadline_raw
    return vn_date(assignment.first_due) if assignment.first_due else assignment.first_deadline_raw


def _percent(assignment: AssignmentView) -> str:
    lead = deciding_report(assignment)
    if lead is None or not stands(lead) or lead.percent is None:
        return ""
    return f"{write_number(lead.percent)}%"


def _confirmed_day(assignment: AssignmentView) -> date | None:
    lead = deciding_report(assignment)
    word = assignment.whole if led_by_group(assignment) else lead.confirmed if lead is not None else None
    return word.completed_on if word is not None else None
