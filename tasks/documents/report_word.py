"""The consolidated report of a cycle as a Word draft: sentences, rates, tables, who has not reported.

What is in it follows from the cycle's view; a person completes the wording, gives it a number and signs it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from models.codes import AssignmentClass, RequestState
from models.rules.completion import (
    Completion,
    CycleRates,
    SumError,
    Tally,
    completion,
    cycle_rates,
    days_late,
    indicator_counts,
    is_expected,
    is_on_time,
    is_received,
    meets_target,
)
from models.rules.cycle_view import AssignmentView, CycleView, IndicatorView, RequestView
from models.rules.policy import Letter
from models.rules.registers.classes import deciding_report, led_by_group, members_complete, stands
from models.rules.sentences import (
    indicators_sentence,
    members_sentence,
    prose,
    quality_sentence,
    ratios_sentence,
    register_sentence,
    signed_sentence,
    submissions_sentence,
)
from models.time import vn_date, vn_instant
from tasks.documents.report_tables import PRELIMINARY, deadline_text, standing_text
from tasks.documents.word_document import head, render

C = AssignmentClass

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


def report_document(view: CycleView, day: date, letter: Letter, *, seen_on: date | None = None) -> bytes:
    """The draft report (DOCX), its number and date left open. The same arguments give the same bytes.

    `day`: the day that every figure on assignments and indicators is true of, as a rule the cycle's `as_of`.
    `seen_on`: the day on which the submissions are looked at; default `day`.
    """
    seen_on = seen_on or day
    result = completion(view, day)
    rates = cycle_rates(view, seen_on)
    context: dict[str, Any] = {
        **head(letter, letter.report_number_suffix, "", None, seen_on.year),
        "title": view.name.removeprefix("Báo cáo "),
        "on_day": f"Tính đến ngày {vn_date(day)}",
        "seen_on": f"Tính đến ngày {vn_date(seen_on)}",
        "preliminary": PRELIMINARY[0].lower() + PRELIMINARY[1:],
        "opening": (
            f"Trên cơ sở báo cáo của các cơ quan, đơn vị, địa phương, {letter.issuer_in_text} báo cáo tình "
            "hình, kết quả thực hiện nhiệm vụ, chỉ tiêu được giao, số liệu từ ngày "
            f"{vn_date(view.data_from)} đến hết ngày {vn_date(view.cut_off)}{_true_of(view, day)}, như sau:"
        ),
        "submission_sentences": _submission_sentences(view, rates, seen_on),
        "laggards": _laggards(view, seen_on),
        "task_sentences": _task_sentences(view, result),
        "cuts": _cuts(result),
        "behind": _behind(view, result),
        "agencies": [tally_row(cut.agency.name, cut.tally) for cut in result.by_agency],
        "indicator_sentences": [indicators_sentence(indicator_counts(view))] if view.indicators else [],
        "indicator_sections": _indicator_sections(view),
        "unmet": _unmet(view),
        "closing": (
            "Trên đây là tổng hợp tình hình, kết quả thực hiện nhiệm vụ, chỉ tiêu được giao; số liệu chi "
            "tiết tại Phụ lục I và Phụ lục II kèm theo."
        ),
        "copies": _copies(letter),
        "signer_name": "",
    }
    return render("bao-cao.docx", context, seen_on)


def tally_row(name: str, tally: Tally) -> dict[str, Any]:
    """A row of the narrow table; SumError when its columns would not make its total."""
    counts = [tally.count(classes) for classes in _COLUMNS]
    if sum(counts) != tally.total:
        raise SumError(f"{name}: tổng số là {tally.total} nhưng các cột cộng lại là {sum(counts)}")
    return {"name": name, "total": tally.total, "counts": counts, "completed": tally.completed.text}


def _true_of(view: CycleView, day: date) -> str:
    return "" if day == view.cut_off else f", tính đến ngày {vn_date(day)}"


def _submission_sentences(view: CycleView, rates: CycleRates, seen_on: date) -> list[str]:
    sentences = [
        f"Tính đến ngày {vn_date(seen_on)}: {submissions_sentence(rates)}. {quality_sentence(rates)}".strip()
    ]
    if signed := signed_sentence(rates):
        sentences.append(signed)
    if rates.expected:
        sentences.append(
            f"Tỷ lệ báo cáo đạt yêu cầu là {rates.completeness.text}; tỷ lệ báo cáo đạt yêu cầu, đúng hạn là "
            f"{rates.timeliness.text}."
        )
    exempt = [r for r in view.requests if r.state is RequestState.EXEMPT]
    if exempt:
        names = _names(view)
        listed = "; ".join(
            f"{names.get(r.agency_code, r.agency_code)}{_because(r.exempt_reason)}" for r in exempt
        )
        sentences.append(f"Không yêu cầu báo cáo kỳ này: {prose(len(exempt))} cơ quan, đơn vị – {listed}.")
    if rates.not_asked:
        sentences.append(f"Chưa được gửi yêu cầu báo cáo: {prose(rates.not_asked)} cơ quan, đơn vị.")
    nothing = [r for r in view.requests if r.nothing_reason]
    if nothing:
        sentences.append(f"Báo cáo không phát sinh nội dung trong kỳ: {prose(len(nothing))} cơ quan, đơn vị.")
    return sentences


def _because(reason: str) -> str:
    return f" ({reason[0].lower()}{reason[1:].rstrip('.')})" if reason else ""


def _laggards(view: CycleView, seen_on: date) -> list[dict[str, Any]]:
    """Who has not reported, who has to mend, who was late: each group in the order of days late."""
    expected = [request for request in view.requests if is_expected(request)]
    silent = [r for r in expected if not is_received(r)]
    recorded = [r for r in expected if r.state is RequestState.RECORDED]
    mending = [
        r
        for r in expected
        if is_received(r) and r.state not in (RequestState.COMPLETE, RequestState.RECORDED)
    ]
    late = [r for r in expected if r.state is RequestState.COMPLETE and not is_on_time(r)]
    names = _names(view)
    order = {agency.code: agency.position for agency in view.agencies}

    def rows(requests: Iterable[RequestView]) -> list[dict[str, Any]]:
        return [
            {
                "name": names.get(request.agency_code, request.agency_code),
                "due": vn_date(request.due),
                "arrived": _arrived(request),
                "standing": standing_text(request, seen_on),
            }
            for request in sorted(
                requests, key=lambda r: (-days_late(r, seen_on), order.get(r.agency_code, len(order)))
            )
        ]

    groups = (
        ("Chưa gửi báo cáo", silent),
        ("Đã gửi, chờ hoàn thiện", mending),
        ("Đã nhận bằng đường khác, chờ số liệu", recorded),
        ("Gửi sau hạn", late),
    )
    return [{"name": f"{name} ({len(of)})", "rows": rows(of)} for name, of in groups if of]


def _arrived(request: RequestView) -> str:
    arrived = request.complete_at or request.first_received_at
    return vn_instant(arrived) if arrived else ""


def _task_sentences(view: CycleView, result: Completion) -> list[str]:
    sentences = [f"- {register_sentence(cut.name, cut.tally, result.day)}" for cut in result.by_register]
    sentences += [f"- {sentence}" for sentence in _member_sentences(view, result.day)]
    sentences.append(f"- {ratios_sentence(result.overall)}")
    if result.withheld:
        sentences.append(
            f"- Ngoài ra có {prose(result.withheld)} nhiệm vụ không đưa lên hệ thống, được theo dõi và "
            "báo cáo riêng."
        )
    return sentences


def _member_sentences(view: CycleView, day: date) -> list[str]:
    """How many members of a leading group have completed its assignment."""
    return [
        f"Nhiệm vụ “{assignment.name.rstrip(' ;.')}”: "
        + members_sentence(
            *members_complete(assignment, day), assignment.member_noun or "cơ quan, đơn vị", "hoàn thành"
        )
        for assignment in view.assignments
        if led_by_group(assignment) and not assignment.withheld
    ]


def _cuts(result: Completion) -> list[dict[str, Any]]:
    groups = (
        ("Theo văn bản giao nhiệm vụ", result.by_register),
        ("Theo lĩnh vực", result.by_section),
        ("Theo thời hạn hoàn thành", result.by_quarter),
    )
    whole = {"name": "Tổng hợp chung", "rows": [tally_row("Toàn bộ nhiệm vụ", result.overall)]}
    return [
        whole,
        *({"name": name, "rows": [tally_row(cut.name, cut.tally) for cut in cuts]} for name, cuts in groups),
    ]


def _behind(view: CycleView, result: Completion) -> list[dict[str, str]]:
    wanted = (C.BEHIND, C.RECURRING_OFF)
    return [
        {
            "key": assignment.key if len(view.registers) < 2 else assignment.row_key,
            "name": assignment.name,
            "leads": assignment.leads_raw,
            "deadline": deadline_text(assignment),
            "reason": _reason(assignment, result.day),
        }
        for assignment in view.assignments
        if result.classes.get(assignment.row_key) in wanted
    ]


def _reason(assignment: AssignmentView, day: date) -> str:
    """Why it is behind, as the deciding lead reports it."""
    if led_by_group(assignment):
        done, members = members_complete(assignment, day)
        return f"{done}/{members} {assignment.member_noun or 'cơ quan, đơn vị'} hoàn thành"
    report = deciding_report(assignment)
    if report is None or not stands(report):
        return "Chưa có báo cáo"
    return report.reason or "Chưa nêu nguyên nhân"


def _indicator_sections(view: CycleView) -> list[dict[str, Any]]:
    sections: dict[tuple[str, str, str], list[IndicatorView]] = {}
    for indicator in view.indicators:
        key = (indicator.register_code, indicator.section, indicator.section_name)
        sections.setdefault(key, []).append(indicator)
    rows = [
        {"name": f"{section}. {name}", "counts": _indicator_cells(of)}
        for (_, section, name), of in sections.items()
    ]
    return [*rows, {"name": "Cộng", "counts": _indicator_cells(view.indicators)}] if rows else []


def _indicator_cells(indicators: Iterable[IndicatorView]) -> list[int]:
    """All, with a figure, target met, not met, without a figure."""
    some = list(indicators)
    met = [meets_target(indicator) for indicator in some]
    reported = sum(bool(indicator.reported_raw) for indicator in some)
    return [len(some), reported, met.count(True), met.count(False), len(some) - reported]


def _unmet(view: CycleView) -> list[dict[str, str]]:
    return [
        {
            "number": indicator.number,
            "name": indicator.name,
            "unit": indicator.unit,
            "target": indicator.target_raw,
            "reported": indicator.reported_raw,
            "as_of": vn_date(indicator.reported_as_of) if indicator.reported_as_of else "",
        }
        for indicator in view.indicators
        if meets_target(indicator) is False
    ]


def _copies(letter: Letter) -> list[str]:
    if letter.layout == "party":
        return ["Các thành viên Ban Chỉ đạo,", "Lưu Văn phòng."]
    return ["Các thành viên Ban Chỉ đạo;", "Lưu: VT."]


def _names(view: CycleView) -> dict[str, str]:
    return {agency.code: agency.name for agency in view.agencies}
