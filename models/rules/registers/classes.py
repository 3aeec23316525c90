"""Where an assignment stands on a day: exactly one class, found by the first rule that matches.

The order (design, "Statistics as the committee writes them"):

1. a proposal (không thực hiện, phối hợp) that the committee has accepted;
2. complete: on time if ngày hoàn thành is not after the due date in force, else late;
3. past due, silent ones included: behind. The due date is the last good day, so past due is `due < day`;
   a date that a decision has moved counts from the day of that decision (`AssignmentView.due_on`);
4. nothing that stands was said: no report;
5. recurring: on schedule or not, as reported;
6. reported behind;
7. not started and not due;
8. in progress.

Decisions that the words above leave open:

* A word stands when it was accepted in this cycle, or says "complete" in an earlier one (complete stays
  complete). Any other word of an earlier cycle is silence now.
* Complete on a date after `day` is not yet complete on `day`: a table prints the day its figures are true of.
* Complete without a date: on time while the due date has not passed (it cannot have been later), and on time
  where there is no due date to miss; after the due date it cannot be known to have been on time, so it counts
  as late until somebody gives the date. `lacks_date` names these cases.
* Recurring is on schedule only when the agency says so: "in progress" does not confirm it.
* A proposal that is declared but not accepted leaves the duty where it was: not started, or, if recurring,
  not on schedule; past its due date it is behind.
* A leading group: complete when every member is, on time when every member was. Otherwise its slowest member
  that has spoken decides: one member behind (or off schedule) puts the group there; not started when all who
  spoke say so; else in progress. "Recurring, on schedule" must be confirmed by every member: while one is
  silent and none is off schedule, the group has no report. What the secretariat says of the whole stands over
  its members' words, and a silent member of one that is complete so owes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.codes import AssignmentClass, DeadlineKind, ReportStatus
from models.rules.cycle_view import AssignmentView, ConfirmedWord, LeadReport

DONE = frozenset({AssignmentClass.DONE_ON_TIME, AssignmentClass.DONE_LATE})

_DATED = {
    ReportStatus.COMPLETE: AssignmentClass.IN_PROGRESS,  # on a date still to come
    ReportStatus.IN_PROGRESS: AssignmentClass.IN_PROGRESS,
    ReportStatus.ON_SCHEDULE: AssignmentClass.IN_PROGRESS,
    ReportStatus.NOT_STARTED: AssignmentClass.NOT_STARTED,
    ReportStatus.PROPOSED_OUT: AssignmentClass.NOT_STARTED,
    ReportStatus.BEHIND: AssignmentClass.BEHIND,
    ReportStatus.OFF_SCHEDULE: AssignmentClass.BEHIND,
}
_RECURRING_ON = frozenset({ReportStatus.ON_SCHEDULE, ReportStatus.COMPLETE})


@dataclass(frozen=True)
class Contradictions:
    """Who says otherwise than the lead of record. It changes no class; a person looks at it.

    `said`: the lead of record first (when it has spoken), then every lead whose status differs; empty when
    none differs. `silent`: agencies that were asked and have said nothing that stands; they block nothing.
    """

    said: tuple[LeadReport, ...]
    silent: tuple[str, ...]


def deadline_kind(assignment: AssignmentView) -> DeadlineKind:
    """What the deadline is in fact: a guided one to which the secretariat gave a day has a date."""
    if assignment.kind is DeadlineKind.RECURRING:
        return DeadlineKind.RECURRING
    if assignment.due is not None:
        return DeadlineKind.DATE
    return DeadlineKind.UNCLEAR if assignment.kind is DeadlineKind.DATE else assignment.kind


def led_by_group(assignment: AssignmentView) -> bool:
    """Whether a group is the lead of record: then `reports` holds its members."""
    return assignment.lead_of_record is not None and assignment.lead_of_record.kind == "group"


def stands(report: LeadReport) -> bool:
    """Whether this word counts now: accepted this cycle, or complete since an earlier one."""
    return report.status is not None and (report.this_cycle or report.status is ReportStatus.COMPLETE)


def classify(assignment: AssignmentView, day: date) -> AssignmentClass:
    """The class of an assignment on a day, by its lead of record."""
    if assignment.proposal_accepted:
        return AssignmentClass.PROPOSED_OUT
    if led_by_group(assignment):
        if assignment.whole is not None:
            return _own(assignment, _said_of_whole(assignment.whole), day)
        return _group_class(assignment, (_own(assignment, r, day) for r in assignment.reports), day)
    return _own(assignment, deciding_report(assignment), day)


def member_class(assignment: AssignmentView, agency_code: str, day: date) -> AssignmentClass:
    """The class of an assignment for one agency that leads it or belongs to the leading group.

    A silent co-lead of an assignment that its lead of record has completed owes nothing: it shares the class.
    KeyError when the agency neither leads the assignment nor belongs to its leading group.
    """
    if assignment.proposal_accepted:
        return AssignmentClass.PROPOSED_OUT
    if agency_code not in bearers(assignment):
        raise KeyError(f"{agency_code} không chủ trì {assignment.row_key}")
    report = _report(assignment, agency_code)
    if not stands(report) and (assignment.whole is not None or not led_by_group(assignment)):
        whole = classify(assignment, day)
        if whole in DONE:
            return whole
    return _own(assignment, report, day)


def classes_of(
    assignment: AssignmentView, reports: Sequence[LeadReport], day: date
) -> tuple[AssignmentClass, dict[str, AssignmentClass]]:
    """What `classify` says of an assignment of which this is reported, and `member_class` for every bearer, by agency
    code: a group has thousands of members, who are gone through once. Of whom `reports` leaves out nothing is said."""
    codes = bearers(assignment)
    if assignment.proposal_accepted:
        return AssignmentClass.PROPOSED_OUT, dict.fromkeys(codes, AssignmentClass.PROPOSED_OUT)
    said = {report.agency_code: report for report in reversed(reports)}
    own = {code: _own(assignment, said.get(code), day) for code in codes}
    lead = assignment.lead_of_record
    if lead is None or lead.kind == "agency":
        whole = own[lead.code] if lead is not None else _own(assignment, None, day)
    elif assignment.whole is not None:
        whole = _own(assignment, _said_of_whole(assignment.whole), day)
    else:
        return _group_class(assignment, own.values(), day), own
    if whole in DONE:  # who was silent owes nothing
        for code in codes:
            if code not in said or not stands(said[code]):
                own[code] = whole
    return whole, own


def bearers(assignment: AssignmentView) -> tuple[str, ...]:
    """The agencies that lead an assignment, themselves or as members of the leading group, each once."""
    codes = dict.fromkeys(report.agency_code for report in assignment.reports)
    if assignment.lead_of_record is not None and assignment.lead_of_record.kind == "agency":
        codes.setdefault(assignment.lead_of_record.code)
    return tuple(codes)


def deciding_report(assignment: AssignmentView) -> LeadReport | None:
    """The lead of record's word; None when a group leads, or nobody was recognised as lead."""
    lead = assignment.lead_of_record
    if lead is None or lead.kind != "agency":
        return None
    return _report(assignment, lead.code)


def contradictions(assignment: AssignmentView) -> Contradictions:
    """Which leads say otherwise than the lead of record, and who is silent.

    Members of a leading group do not contradict each other: they differ, which their ratio shows.
    """
    heard = {report.agency_code for report in assignment.reports if stands(report)}
    silent = tuple(code for code in bearers(assignment) if code not in heard)
    if led_by_group(assignment):
        return Contradictions(said=(), silent=silent)
    lead = deciding_report(assignment)
    spoken = tuple(report for report in assignment.reports if stands(report))
    if lead is None or not stands(lead):
        return Contradictions(said=spoken, silent=silent)
    others = tuple(report for report in spoken if report.status is not lead.status)
    return Contradictions(said=(lead, *others) if others else (), silent=silent)


def members_complete(assignment: AssignmentView, day: date) -> tuple[int, int]:
    """Members of the leading group that are complete (recurring: on schedule) on a day, and all members."""
    good = DONE | {AssignmentClass.RECURRING_ON}
    return sum(_own(assignment, report, day) in good for report in assignment.reports), len(
        assignment.reports
    )


def completion_day(assignment: AssignmentView, day: date) -> date | None:
    """When it was completed, as declared; a group: when its last member was, unless the secretariat has spoken of
    the whole. None: not done, or not said."""
    if classify(assignment, day) not in DONE:
        return None
    if assignment.whole is not None and led_by_group(assignment):
        return assignment.whole.completed_on
    lead = deciding_report(assignment)
    reports = assignment.reports if lead is None else (lead,)
    days = [report.completed_on for report in reports]
    return None if None in days else max(d for d in days if d is not None)


def lacks_date(assignment: AssignmentView, day: date) -> bool:
    """Complete, with a due date, but without the ngày hoàn thành that would show whether it was on time."""
    return (
        classify(assignment, day) in DONE
        and deadline_kind(assignment) is DeadlineKind.DATE
        and completion_day(assignment, day) is None
    )


def _report(assignment: AssignmentView, agency_code: str) -> LeadReport:
    """What an agency said; silence when it was not asked."""
    for report in assignment.reports:
        if report.agency_code == agency_code:
            return report
    return LeadReport(agency_code=agency_code, this_cycle=False)


def _said_of_whole(word: ConfirmedWord) -> LeadReport:
    return LeadReport("", this_cycle=True, status=word.status, completed_on=word.completed_on)


def _past_due(assignment: AssignmentView, day: date) -> bool:
    due = assignment.due_on(day)
    return deadline_kind(assignment) is DeadlineKind.DATE and due is not None and due < day


def _own(assignment: AssignmentView, report: LeadReport | None, day: date) -> AssignmentClass:
    """The class by one agency's word alone."""
    status = report.status if report is not None and stands(report) else None
    done_on = report.completed_on if report is not None else None
    if status is ReportStatus.COMPLETE and (done_on is None or done_on <= day):
        due = assignment.due_on(day)
        if deadline_kind(assignment) is not DeadlineKind.DATE or due is None:
            return AssignmentClass.DONE_ON_TIME
        on_time = (done_on or day) <= due
        return AssignmentClass.DONE_ON_TIME if on_time else AssignmentClass.DONE_LATE
    if _past_due(assignment, day):
        return AssignmentClass.BEHIND
    if status is None:
        return AssignmentClass.NO_REPORT
    if assignment.kind is DeadlineKind.RECURRING:
        return AssignmentClass.RECURRING_ON if status in _RECURRING_ON else AssignmentClass.RECURRING_OFF
    return _DATED[status]


def _group_class(
    assignment: AssignmentView, members: Iterable[AssignmentClass], day: date
) -> AssignmentClass:
    """The class of an assignment led by a group, from its members' classes (see the module's decisions)."""
    found = set(members)
    if found and found <= DONE:
        late = AssignmentClass.DONE_LATE in found
        return AssignmentClass.DONE_LATE if late else AssignmentClass.DONE_ON_TIME
    if _past_due(assignment, day):
        return AssignmentClass.BEHIND
    spoken = found - {AssignmentClass.NO_REPORT}
    if not spoken:
        return AssignmentClass.NO_REPORT
    if assignment.kind is DeadlineKind.RECURRING:
        if AssignmentClass.RECURRING_OFF in spoken:
            return AssignmentClass.RECURRING_OFF
        return AssignmentClass.NO_REPORT if spoken < found else AssignmentClass.RECURRING_ON
    if AssignmentClass.BEHIND in spoken:
        return AssignmentClass.BEHIND
    return (
        AssignmentClass.NOT_STARTED
        if spoken == {AssignmentClass.NOT_STARTED}
        else AssignmentClass.IN_PROGRESS
    )
