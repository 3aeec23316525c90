"""Assignments past their own deadline, agency by agency: as the reminders of the assignments see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col

from models.register import AssignmentRevision
from models.rules.reminders.step_plan import StepPlan
from models.time import local_day
from tasks.reminders.assignment_sweep import assignment_names
from tasks.reminders.duties import read_duties


@dataclass(frozen=True)
class OverdueAssignment:
    """One assignment that one agency has not reported complete, past its deadline."""

    agency_id: int
    key: str  # V.5.1
    name: str
    due: date


def overdue_assignments(
    session: Session, steps: Mapping[str, tuple[StepPlan, ...]], now: datetime
) -> list[OverdueAssignment]:
    """Of the registers that `steps` names (Profile.assignment_steps), the earliest deadline first."""
    duties = read_duties(session, steps, now, col(AssignmentRevision.due) < local_day(now))
    late = [d for d in duties.by_subject.values() if not d.settled]
    names = assignment_names(session, {duty.assignment_id for duty in late}) if late else {}
    found = [OverdueAssignment(duty.agency_id, *names[duty.assignment_id][:2], duty.due) for duty in late]
    return sorted(found, key=lambda late: (late.due, late.agency_id, late.key))
