"""The tables of the consolidated report in Word, as rows for its template. Withheld assignments are in none."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from models.codes import AgencyKind, AssignmentClass, Basis, RequestState
from models.rules.completion import (
    AgencyCut,
    OnBothBases,
    SumError,
    Tally,
    days_late,
    has_figure,
    is_expected,
    is_on_time,
    is_received,
    meets_target,
)
from models.rules.cycle_view import AssignmentView, CycleView, IndicatorView, LeadReport, RequestView
from models.rules.registers.classes import (
    completion_day,
    deciding_report,
    led_by_group,
    members_complete,
    stands,
)
from models.rules.registers.same_task import once
from models.rules.report.noted import Noted
from models.rules.report.progress import BEHIND, NO_DATA, STANDINGS, UNSURE, Progress
from models.rules.report.shortened import Shortened, shortened
from models.time import vn_date, vn_instant
from tasks.documents.report_tables import deadline_text, standing_text
from tasks.documents.word_notes import Footnotes

C = AssignmentClass
Row = dict[str, Any]

# The columns of the tables by section and by agency: every class is in exactly one.
_COLUMNS: tuple[frozenset[AssignmentClass], ...] = (
    frozenset({C.DONE_ON_TIME}),
    frozenset({C.DONE_LATE}),
    frozenset({C.IN_PROGRESS, C.NOT_STARTED}),
    frozenset({C.RECURRING_ON}),
    frozenset({C.RECURRING_OFF}),
    frozenset({C.BEHIND}),
    frozenset({C.PROPOSED_OUT}),
    frozenset({C.NO_REPORT}),
)


def tally_row(name: str, tally: Tally) -> Row:
    """A row of the narrow table; SumError when its columns would not make its total."""
    counts = [tally.count(classes) for classes in _COLUMNS]
    if sum(counts) != tally.total:
        raise SumError(f"{name}: tổng số là {tally.total} nhưng các cột cộng lại là {sum(counts)}")
    return {"name": name, "total": tally.total, "counts": counts, "completed": tally.completed.text}


def laggards(view: CycleView, seen_on: date) -> list[Row]:
    """Who has not reported, who has to mend, whose figures are still to come, who was late: each group in the order of
    days late."""
    expected = [request for request in view.requests if is_expected(request)]
    mending = (RequestState.COMPLETE, RequestState.RECORDED)
    groups = (
        ("Chưa gửi báo cáo", [r for r in expected if not is_received(r)]),
        ("Đã gửi, chờ hoàn thiện", [r for r in expected if is_received(r) and r.state not in mending]),
        (
            "Đã nhận bằng đường khác, chờ số liệu",
            [r for r in expected if r.state is RequestState.RECORDED],
        ),
        ("Gửi sau hạn", [r for r in expected if r.state is RequestState.COMPLETE and not is_on_time(r)]),
    )
    names = names_of(view)
    order = {agency.code: agency.position for agency in view.agencies}

    def rows(requests: Iterable[RequestView]) -> list[Row]:
        return [
            {
                "name": names.get(request.agency_code, request.agency_code),
                "due": vn_date(request.due),
                "arrived": _arrived(request),
                "standing": standing_text(request, seen_on),
            }
            for request in requests
        ]

    def place(request: RequestView) -> tuple[int, int]:
        return -days_late(request, seen_on), order.get(request.agency_code, len(order))

    found = [(name, shortened(sorted(of, key=place))) for name, of in groups]
    return [{"name": _counted(name, few), "rows": rows(few.lines)} for name, few in found if few.of]


def _counted(name: str, few: Shortened[Any]) -> str:
    """What a group of lines is called: how many there are, and how many of these are printed."""
    return f"{name} ({few.of}; nêu {len(few.lines)})" if few.left else f"{name} ({few.of})"


def _arrived(request: RequestView) -> str:
    if request.state is RequestState.RECORDED and request.recorded_at is not None:
        return vn_instant(request.recorded_at)
    arrived = request.complete_at or request.first_received_at
    return vn_instant(arrived) if arrived else ""


def cuts(both: OnBothBases) -> list[Row]:
    """All tasks, on both bases once any word is confirmed; then by directive, section and quarter."""
    result = both.on(both.basis)
    whole = [tally_row("Toàn bộ nhiệm vụ", result.overall)]
    if both.basis is Basis.CONFIRMED:
        whole = [
            tally_row(f"Toàn bộ nhiệm vụ, {basis.label}", both.on(basis).overall)
            for basis in (Basis.CONFIRMED, Basis.DECLARED)
        ]
    groups = (
        ("Theo văn bản giao nhiệm vụ", result.by_register),
        ("Theo lĩnh vực", result.by_section),
        ("Theo thời hạn hoàn thành", result.by_quarter),
    )
    return [
        {"name": "Tổng hợp chung", "rows": whole},
        *({"name": name, "rows": [tally_row(cut.name, cut.tally) for cut in cuts]} for name, cuts in groups),
    ]


def behind(view: CycleView, classes: Mapping[str, AssignmentClass], day: date) -> Shortened[Row]:
    """Tasks that are behind or off schedule, each with the reason that its lead gives; of too many those that are
    longest overdue."""
    wanted = (C.BEHIND, C.RECURRING_OFF)
    few = shortened([one for one in once(shown(view)) if classes.get(one.row_key) in wanted], longest_overdue)
    rows = [
        {
            "key": key_of(view, assignment),
            "name": assignment.name,
            "leads": assignment.leads_raw,
            "deadline": deadline_text(assignment),
            "reason": _reason(assignment, day),
        }
        for assignment in few.lines
    ]
    return Shortened(rows, few.of)


def longest_overdue(assignment: AssignmentView) -> date:
    """Sorts the tasks that are longest overdue first, those without a day last."""
    return assignment.due or date.max


def done(view: CycleView, classes: Mapping[str, AssignmentClass], day: date) -> list[Row]:
    """Tasks that are done: on time first, then late with the reason; each with its day and its product. Of too many
    those that were done last."""
    groups = ((C.DONE_ON_TIME, "Hoàn thành đúng hạn"), (C.DONE_LATE, "Hoàn thành quá hạn"))
    found = []

    def last_done(one: AssignmentView) -> int:
        return -(completion_day(one, day) or date.min).toordinal()

    for of_class, name in groups:
        few = shortened([one for one in once(shown(view)) if classes.get(one.row_key) is of_class], last_done)
        if few.of:
            rows = [_done_row(view, one, of_class, day) for one in few.lines]
            found.append({"name": _counted(name, few), "rows": rows})
    return found


def by_kind(cuts: Sequence[AgencyCut]) -> list[Row]:
    """What the agencies of each kind lead together: a task of several leads counts for each of them."""
    kinds: dict[AgencyKind, list[AgencyCut]] = {}
    for cut in cuts:
        kinds.setdefault(cut.agency.kind, []).append(cut)
    rows = []
    for kind in AgencyKind:
        if mine := kinds.get(kind):
            counts = sum((Counter(cut.tally.counts) for cut in mine), Counter())
            rows.append(tally_row(f"{kind.label} ({len(mine)})", Tally(counts, counts.total())))
    return rows


def most_wanting(cut: AgencyCut) -> int:
    """Sorts the agencies with most that is behind or without a report first."""
    return -cut.tally.count({C.BEHIND, C.RECURRING_OFF, C.NO_REPORT})


def _done_row(view: CycleView, assignment: AssignmentView, of_class: AssignmentClass, day: date) -> Row:
    report = deciding_report(assignment)
    finished = completion_day(assignment, day)
    product = report.product if report is not None and stands(report) else ""
    if led_by_group(assignment):
        complete, members = members_complete(assignment, day)
        product = f"{complete}/{members} {assignment.member_noun or 'cơ quan, đơn vị'} hoàn thành"
    late = of_class is C.DONE_LATE
    return {
        "key": key_of(view, assignment),
        "name": assignment.name,
        "leads": assignment.leads_raw,
        "deadline": deadline_text(assignment),
        "finished": vn_date(finished) if finished else "Chưa ghi ngày",
        "product": "\n".join(
            text for text in (product, f"Lý do quá hạn: {_late_reason(report)}" if late else "") if text
        ),
    }


def _late_reason(report: LeadReport | None) -> str:
    return report.reason if report is not None and stands(report) and report.reason else "chưa nêu"


def _reason(assignment: AssignmentView, day: date) -> str:
    """Why it is behind, as the deciding lead reports it."""
    if led_by_group(assignment):
        complete, members = members_complete(assignment, day)
        return f"{complete}/{members} {assignment.member_noun or 'cơ quan, đơn vị'} hoàn thành"
    report = deciding_report(assignment)
    if report is None or not stands(report):
        return "Chưa có báo cáo"
    return report.reason or "Chưa nêu nguyên nhân"


def indicator_sections(view: CycleView) -> list[Row]:
    """By section: all, with a figure, target met, not met, without a figure; then the sum of all."""
    sections: dict[tuple[str, str, str], list[IndicatorView]] = {}
    for indicator in view.indicators:
        key = (indicator.register_code, indicator.section, indicator.section_name)
        sections.setdefault(key, []).append(indicator)
    rows: list[Row] = [
        {"name": f"{section}. {name}", "counts": _indicator_cells(of)}
        for (_, section, name), of in sections.items()
    ]
    return [*rows, {"name": "Cộng", "counts": _indicator_cells(view.indicators)}] if rows else []


def _indicator_cells(indicators: Iterable[IndicatorView]) -> list[int]:
    some = list(indicators)
    met = [meets_target(indicator) for indicator in some]
    reported = sum(has_figure(indicator) for indicator in some)
    return [len(some), reported, met.count(True), met.count(False), len(some) - reported]


def telling(found: Sequence[Progress]) -> Shortened[Progress]:
    """The indicators to print, in their order: of too many those that have not moved on, then those without a figure,
    then those of which nobody can say."""
    order = (BEHIND, NO_DATA, UNSURE, *STANDINGS)
    few = shortened(found, lambda one: order.index(one.standing))
    printed = {one.indicator.row_key for one in few.lines}
    return Shortened([one for one in found if one.indicator.row_key in printed], few.of)


def indicator_groups(found: Sequence[Progress], notes: Footnotes) -> list[Row]:
    """Indicators under their sections, against their target and the last period, their footnotes kept as such."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for one in found:
        indicator = one.indicator
        name = notes.put(
            Noted(f"{indicator.name}[^1]", (indicator.note,)) if indicator.note else Noted(indicator.name)
        )
        groups.setdefault((indicator.section, indicator.section_name), []).append(
            {
                "number": indicator.number,
                "name": name,
                "unit": indicator.unit,
                "last": one.last.raw if one.last is not None else indicator.baseline_raw,
                "reported": indicator.reported_raw or "–",
                "as_of": _day_of(indicator),
                "target": indicator.target_raw,
                "standing": one.standing,
            }
        )
    return [{"name": f"{section}. {name}", "rows": rows} for (section, name), rows in groups.items()]


def _day_of(indicator: IndicatorView) -> str:
    day = indicator.reported_as_of if has_figure(indicator) else None
    return vn_date(day) if day is not None else ""


def shown(view: CycleView) -> list[AssignmentView]:
    """The assignments that may be spoken of."""
    return [assignment for assignment in view.assignments if not assignment.withheld]


def key_of(view: CycleView, assignment: AssignmentView) -> str:
    """What a row is called: its key, with its register where the cycle has several."""
    return assignment.key if len(view.registers) < 2 else assignment.row_key


def names_of(view: CycleView) -> dict[str, str]:
    """Agency code -> name."""
    return {agency.code: agency.name for agency in view.agencies}
