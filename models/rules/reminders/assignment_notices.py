"""Who is reminded of an assignment's own deadline: each agency that leads it, until it has reported it complete.

This goes on beside the cycles: an assignment due on 31/3 is due then, whichever report is asked for meanwhile.
A deadline that is moved by a decision starts the steps afresh, under the number of the revision that moved it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.codes import PersonRole
from models.rules.reminders.notices import DUE, Standing, StepStanding, held, superseded
from models.rules.reminders.step_plan import NOT_YET, POLICY_CHANGED, StepPlan, reached
from models.rules.workdays import WorkCalendar
from models.time import local_day

DEADLINE_CHANGED = "thời hạn của nhiệm vụ đã thay đổi"
COMPLETE = "đã báo cáo hoàn thành"
COMPLETED_BY_LEAD = "cơ quan chủ trì chính đã báo cáo hoàn thành"
PROPOSAL_ACCEPTED = "đề xuất không thực hiện hoặc phối hợp đã được chấp nhận"
WITHHELD = "nhiệm vụ không đưa lên hệ thống"
DROPPED = "nhiệm vụ không còn trong danh mục"
NO_LONGER_LEADS = "cơ quan không còn chủ trì nhiệm vụ"
NO_DATE = "nhiệm vụ không còn thời hạn cụ thể"


@dataclass(frozen=True)
class AssignmentDuty:
    """What one agency owes of one assignment with a date.

    `plan_no` is the number of the revision since which the date stands, `began_at` when that was. `settled` says
    why nothing is owed any more, "" while it is. `done_steps` as in RequestFacts.
    """

    assignment_id: int
    agency_id: int
    plan_no: int
    due: date
    began_at: datetime
    settled: str = ""
    done_steps: frozenset[tuple[PersonRole, str]] = frozenset()

    @property
    def subject(self) -> str:
        """What its notices are about."""
        return f"assignment:{self.assignment_id}:{self.agency_id}"

    @property
    def began(self) -> date:
        """The day from which the deadline was known."""
        return local_day(self.began_at)


def why_settled(
    *, withheld: bool, own_complete: bool, lead_complete: bool, spoke: bool, accepted: bool
) -> str:
    """Why an agency owes nothing of an assignment; "" when it does.

    `lead_complete`: the lead of record has reported it complete, which settles it for a co-lead that is silent
    (`spoke` is false), not for one that says otherwise.
    """
    if withheld:
        return WITHHELD
    if accepted:
        return PROPOSAL_ACCEPTED
    if own_complete:
        return COMPLETE
    return COMPLETED_BY_LEAD if lead_complete and not spoke else ""


def duty_standings(
    duty: AssignmentDuty, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[StepStanding, ...]:
    """Every step of the duty whose day has come, for every role: the latest is due, the rest are past."""
    if duty.settled:
        return ()
    found = []
    for one in reached(duty.due, duty.began, steps, calendar, now):
        found += [StepStanding(step, one.role, superseded(why)) for step, why in one.passed]
        if one.latest is not None:
            found.append(StepStanding(one.latest, one.role, DUE, one.since))
    return tuple(found)


def new_duty_standings(
    duty: AssignmentDuty, steps: Sequence[StepPlan], calendar: WorkCalendar, now: datetime
) -> tuple[StepStanding, ...]:
    """The standings of the steps that no notice has been written for."""
    return tuple(
        found
        for found in duty_standings(duty, steps, calendar, now)
        if (found.role, found.step.code) not in duty.done_steps
    )


def duty_standing_now(
    duty: AssignmentDuty,
    plan_no: int,
    step_code: str,
    role: PersonRole,
    steps: Sequence[StepPlan],
    calendar: WorkCalendar,
    now: datetime,
) -> Standing:
    """What is to become of one notice of a duty, asked at each sweep and again at the moment of sending."""
    if duty.settled:
        return superseded(duty.settled)
    if plan_no != duty.plan_no:
        return superseded(DEADLINE_CHANGED)
    one = {found.role: found for found in reached(duty.due, duty.began, steps, calendar, now)}[role]
    if one.latest is not None and one.latest.code == step_code:
        return DUE
    if step_code in one.ahead:
        return held(NOT_YET)
    return superseded(one.why_passed.get(step_code, POLICY_CHANGED))


def assignment_state(due: date, now: datetime) -> str:
    """What a reminder says of an assignment that is not reported complete."""
    return (
        "Đã quá hạn, chưa có báo cáo hoàn thành." if local_day(now) > due else "Chưa có báo cáo hoàn thành."
    )
