"""What is to be done next: overdue first, then what falls due by the end of the next period."""

from dataclasses import replace
from datetime import date

from small_cycle import VIEW

from models.codes import DeadlineKind, ReportStatus
from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.report.coming import coming

DAY, UNTIL = date(2026, 3, 14), date(2026, 6, 30)


def task(
    number: int, due: date | None, status: ReportStatus | None = None, **changes: object
) -> AssignmentView:
    said = LeadReport("SKHCN", True, status, completed_on=DAY if status is ReportStatus.COMPLETE else None)
    base = VIEW.assignments[0]
    return replace(
        base,
        row_key=f"K/{number}",
        key=str(number),
        due=due,
        dues=(),
        kind=DeadlineKind.DATE if due else DeadlineKind.RECURRING,
        reports=(replace(said, agency_code=base.lead_of_record.code if base.lead_of_record else ""),),
        withheld=False,
        **changes,  # type: ignore[arg-type]
    )


def test_open_tasks_by_their_deadlines() -> None:
    going = ReportStatus.IN_PROGRESS
    found = coming(
        [
            task(1, date(2026, 6, 30), going),
            task(2, date(2026, 7, 1), going),
            task(3, date(2026, 2, 1), going),
            task(4, date(2026, 3, 31), ReportStatus.COMPLETE),
            task(5, None, ReportStatus.ON_SCHEDULE),
            replace(task(6, None), kind=DeadlineKind.GUIDED),
            replace(task(7, date(2026, 4, 1), going), withheld=True),
            replace(task(8, date(2026, 4, 1)), proposal_accepted=True),
        ],
        DAY,
        UNTIL,
    )
    assert [one.key for one in found.due] == ["3", "1"]
    assert [one.key for one in found.recurring] == ["5"]
    assert [one.key for one in found.undated] == ["6"]
    assert found.later == 1


def test_a_task_of_two_registers_is_named_once() -> None:
    one, other = task(1, UNTIL, linked=("K/2",)), task(2, UNTIL, linked=("K/1",))
    assert [found.key for found in coming([one, other], DAY, UNTIL).due] == ["1"]
