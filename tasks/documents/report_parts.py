"""What the program itself puts under a heading of the consolidated report: sentences, tables, charts.

A part is what the Word template lays out one after another; `kind` names its place in the template.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.codes import AssignmentClass, Basis, RequestState
from models.rules.completion import (
    Completion,
    OnBothBases,
    completion_on_both,
    cycle_rates,
    indicator_counts,
)
from models.rules.cycle_view import AssignmentView, CycleView
from models.rules.registers.classes import (
    completion_day,
    deciding_report,
    led_by_group,
    members_complete,
    stands,
)
from models.rules.registers.confirmed import confirmed_view
from models.rules.registers.same_task import once
from models.rules.report.coming import coming
from models.rules.report.narrative import Source
from models.rules.report.noted import Noted
from models.rules.report.progress import Progress, counted, progress
from models.rules.report.report_outline import ReportHeading
from models.rules.report.statistics import statistics
from models.rules.sentences import (
    Part as Count,
)
from models.rules.sentences import (
    indicators_sentence,
    members_sentence,
    quality_sentence,
    ratios_sentence,
    signed_sentence,
    submissions_sentence,
    total_sentence,
)
from models.rules.sentences import prose as in_prose
from models.time import vn_date
from tasks.documents import report_rows
from tasks.documents.charts import Picture, completion_charts, indicator_charts, submission_charts
from tasks.documents.report_prose import Part, text
from tasks.documents.report_tables import PRELIMINARY, deadline_text
from tasks.documents.report_text import ReportFacts
from tasks.documents.word_notes import Footnotes


@dataclass
class Writing:
    """One report being written: its figures, true of `day`; its submissions, looked at on `seen_on`."""

    view: CycleView
    day: date
    seen_on: date
    facts: ReportFacts
    notes: Footnotes = field(default_factory=Footnotes)
    tables: int = 0  # how many have their number

    @cached_property
    def both(self) -> OnBothBases:
        return completion_on_both(self.view, self.day)

    @property
    def basis(self) -> Basis:
        return self.both.basis

    @property
    def result(self) -> Completion:
        """The completion that the report counts, on its basis."""
        return self.both.on(self.basis)

    @cached_property
    def counted_view(self) -> CycleView:
        """The cycle by the words that the report counts."""
        return confirmed_view(self.view) if self.basis is Basis.CONFIRMED else self.view

    @cached_property
    def progress(self) -> list[Progress]:
        return progress(self.view.indicators, self.facts.last)

    def table(self, kind: str, title: str, note: str, **rows: object) -> Part:
        """A numbered table with what stands above it."""
        self.tables += 1
        return {"kind": kind, "caption": f"Biểu {self.tables}. {title}", "note": f"({note})", **rows}

    @property
    def tasks_note(self) -> str:
        """The day of the figures on tasks, and whose word they rest on."""
        words = self.both.words
        told = (
            f"{Basis.CONFIRMED.label}: {words.confirmed}/{words.declared} kê khai; {self.signed_note}"
            if self.basis is Basis.CONFIRMED
            else self.declared_note
        )
        return f"Tính đến ngày {vn_date(self.day)}; {told}"

    @property
    def declared_note(self) -> str:
        """Figures as declared: preliminary until their reports are signed."""
        rates = cycle_rates(self.view, self.seen_on)
        if not rates.signed:
            return PRELIMINARY[0].lower() + PRELIMINARY[1:]
        return f"{Basis.DECLARED.label}, chưa xác nhận; {self.signed_note}"

    @property
    def signed_note(self) -> str:
        rates = cycle_rates(self.view, self.seen_on)
        if not rates.preliminary:
            return "các báo cáo đã ký"
        return f"{rates.signed}/{rates.complete} báo cáo đã ký, còn lại là số liệu sơ bộ"


def parts_of(shown: str, heading: ReportHeading, writing: Writing) -> list[Part]:
    """The parts of one entry of a heading's `shows`; none when there is nothing to show."""
    return _BLOCKS[shown](heading, writing)


def _submissions(_heading: ReportHeading, writing: Writing) -> list[Part]:
    view, rates = writing.view, cycle_rates(writing.view, writing.seen_on)
    seen = f"Tính đến ngày {vn_date(writing.seen_on)}"
    sentences = [f"{seen}: {submissions_sentence(rates)}. {quality_sentence(rates)}".strip()]
    if signed := signed_sentence(rates):
        sentences.append(signed)
    if rates.expected:
        sentences.append(
            f"Tỷ lệ báo cáo đạt yêu cầu là {rates.completeness.text}; tỷ lệ báo cáo đạt yêu cầu, đúng hạn là "
            f"{rates.timeliness.text}."
        )
    names = report_rows.names_of(view)
    exempt = [r for r in view.requests if r.state is RequestState.EXEMPT]
    if exempt:
        listed = "; ".join(
            f"{names.get(r.agency_code, r.agency_code)}{_because(r.exempt_reason)}" for r in exempt
        )
        sentences.append(f"Không yêu cầu báo cáo kỳ này: {in_prose(len(exempt))} cơ quan, đơn vị – {listed}.")
    if rates.not_asked:
        sentences.append(f"Chưa được gửi yêu cầu báo cáo: {in_prose(rates.not_asked)} cơ quan, đơn vị.")
    nothing = sum(bool(r.nothing_reason) for r in view.requests)
    if nothing:
        sentences.append(f"Báo cáo không phát sinh nội dung trong kỳ: {in_prose(nothing)} cơ quan, đơn vị.")
    return [text(sentence) for sentence in sentences]


def _because(reason: str) -> str:
    return f" ({reason[0].lower()}{reason[1:].rstrip('.')})" if reason else ""


def _laggards(_heading: ReportHeading, writing: Writing) -> list[Part]:
    groups = report_rows.laggards(writing.view, writing.seen_on)
    title = "Cơ quan, đơn vị chưa gửi, chưa hoàn thiện hoặc gửi sau hạn"
    note = f"Tính đến ngày {vn_date(writing.seen_on)}"
    return [writing.table("laggards", title, note, groups=groups)] if groups else []


def _statistics(_heading: ReportHeading, writing: Writing) -> list[Part]:
    lines = statistics(
        writing.counted_view,
        writing.day,
        writing.facts.outline.statistics,
        unconfirmed=writing.basis is Basis.CONFIRMED,
    )
    parts = [text(writing.notes.put(Noted(said(line.text, writing), line.notes))) for line in lines]
    if writing.both.on(writing.basis).counted_again:
        again = in_prose(writing.result.counted_again)
        parts.append(
            text(
                f"Trong đó có {again} lượt nhiệm vụ trùng giữa các văn bản, mỗi nhiệm vụ chỉ tính một lần trong tổng "
                f"số chung ({in_prose(writing.result.overall.total)} nhiệm vụ)."
            )
        )
    if writing.result.withheld:
        parts.append(
            text(
                f"- Ngoài ra có {in_prose(writing.result.withheld)} nhiệm vụ không đưa lên hệ thống, được theo dõi và "
                "báo cáo riêng."
            )
        )
    return parts


def said(written: str, writing: Writing) -> str:
    """A text of the outline with its places filled: {tinh_den}, {ky}, {ky_toi}; in capitals where it is."""
    places = {
        "{tinh_den}": f"tính đến ngày {vn_date(writing.day)}",
        "{ky}": writing.facts.period,
        "{ky_toi}": writing.facts.next_period,
    }
    for place, value in places.items():
        bare = written.replace(place, "")
        written = written.replace(place, value.upper() if bare and bare.upper() == bare else value)
    return written


def _ratios(_heading: ReportHeading, writing: Writing) -> list[Part]:
    """Both ratios, on each basis that there is, named."""
    both = writing.both
    if both.basis is Basis.DECLARED:
        return [text(f"- {ratios_sentence(both.declared.overall)}")]
    words = both.words
    return [
        text(f"- Theo số đã xác nhận: {ratios_sentence(both.confirmed.overall)}"),
        text(f"- Theo báo cáo của cơ quan, đơn vị: {ratios_sentence(both.declared.overall)}"),
        text(
            f"- Đã xác nhận {words.confirmed}/{words.declared} kê khai; {in_prose(words.unconfirmed)} kê khai chưa "
            "được xác nhận không tính vào số đã xác nhận."
        ),
    ]


def _members(_heading: ReportHeading, writing: Writing) -> list[Part]:
    """How many members of a leading group have completed its task."""
    return [
        text(
            f"- Nhiệm vụ “{one.name.rstrip(' ;.')}”: "
            + members_sentence(
                *members_complete(one, writing.day), one.member_noun or "cơ quan, đơn vị", "hoàn thành"
            )
        )
        for one in once(report_rows.shown(writing.counted_view))
        if led_by_group(one)
    ]


def _cuts(_heading: ReportHeading, writing: Writing) -> list[Part]:
    title = "Kết quả thực hiện nhiệm vụ theo văn bản, lĩnh vực và thời hạn"
    return [writing.table("cuts", title, writing.tasks_note, groups=report_rows.cuts(writing.both))]


def _behind(_heading: ReportHeading, writing: Writing) -> list[Part]:
    rows = report_rows.behind(writing.counted_view, writing.result.classes, writing.day)
    title = "Nhiệm vụ chậm, quá hạn hoặc thường xuyên chưa bảo đảm tiến độ"
    return [writing.table("behind", title, writing.tasks_note, table=rows)] if rows else []


def _done(_heading: ReportHeading, writing: Writing) -> list[Part]:
    groups = report_rows.done(writing.counted_view, writing.result.classes, writing.day)
    title = "Nhiệm vụ đã hoàn thành"
    return [writing.table("done", title, writing.tasks_note, groups=groups)] if groups else []


def _agencies(_heading: ReportHeading, writing: Writing) -> list[Part]:
    rows = [report_rows.tally_row(cut.agency.name, cut.tally) for cut in writing.result.by_agency]
    title = "Kết quả thực hiện nhiệm vụ theo cơ quan chủ trì"
    return [writing.table("agencies", title, writing.tasks_note, table=rows)] if rows else []


def _indicators(_heading: ReportHeading, writing: Writing) -> list[Part]:
    if not writing.view.indicators:
        return []
    counts = counted(writing.progress)
    standings = total_sentence(
        "Đánh giá so với mục tiêu và kỳ trước: tổng số chỉ tiêu",
        len(writing.progress),
        [Count(count, f"chỉ tiêu {standing.lower()}") for standing, count in counts.items() if count],
        "chỉ tiêu",
    )
    return [text(indicators_sentence(indicator_counts(writing.view))), text(standings)]


def _indicator_note(writing: Writing) -> str:
    return f"Tính đến ngày {vn_date(writing.day)}; {writing.declared_note}"


def _indicator_sections(_heading: ReportHeading, writing: Writing) -> list[Part]:
    rows = report_rows.indicator_sections(writing.view)
    title = "Tình hình báo cáo chỉ tiêu theo lĩnh vực"
    note = _indicator_note(writing)
    return [writing.table("indicator_sections", title, note, table=rows)] if rows else []


def _indicator_table(_heading: ReportHeading, writing: Writing) -> list[Part]:
    if not writing.view.indicators:
        return []
    groups = report_rows.indicator_groups(writing.progress, writing.notes)
    title = "Các chỉ tiêu so với mục tiêu và kỳ trước"
    return [writing.table("indicators", title, _indicator_note(writing), groups=groups)]


def _section_tasks(heading: ReportHeading, writing: Writing) -> list[Part]:
    """What was reported of the tasks of these sections, one by one; the silent ones by their keys."""
    view = writing.counted_view
    tasks = [
        one
        for one in once(report_rows.shown(view))
        if heading.sections and heading.holds(one.register_code, one.section)
    ]
    silent = [one for one in tasks if writing.result.classes[one.row_key] is AssignmentClass.NO_REPORT]
    parts = [text(_task_line(one, writing)) for one in tasks if one not in silent]
    if silent:
        keys = ", ".join(report_rows.key_of(view, one) for one in silent)
        what = "chưa có báo cáo" if writing.basis is Basis.DECLARED else "chưa có báo cáo được xác nhận"
        parts.append(
            text(f"- {in_prose(len(silent))[0].upper()}{in_prose(len(silent))[1:]} nhiệm vụ {what}: {keys}.")
        )
    return parts


def _task_line(one: AssignmentView, writing: Writing) -> str:
    said_class = writing.result.classes[one.row_key].label
    report = deciding_report(one)
    told = [said_class[0].lower() + said_class[1:]]
    finished = completion_day(one, writing.day)
    if finished:
        told[0] += f" (ngày {vn_date(finished)})"
    if led_by_group(one):
        complete, members = members_complete(one, writing.day)
        told.append(f"{complete}/{members} {one.member_noun or 'cơ quan, đơn vị'} hoàn thành")
    elif report is not None and stands(report):
        told += [report.product.replace("\n", "; ")] if report.product else []
        told += [f"lý do: {report.reason}"] if report.reason else []
    return f"- {one.name.rstrip(' ;.')} ({one.leads_raw}): {'; '.join(part.rstrip(' .;') for part in told)}."


def _next_tasks(heading: ReportHeading, writing: Writing) -> list[Part]:
    until = writing.facts.until or writing.view.province_due
    mine = [
        one
        for one in report_rows.shown(writing.counted_view)
        if heading.holds(one.register_code, one.section)
    ]
    found = coming(mine, writing.day, until)
    parts = [text(_next_line(one, writing.day)) for one in found.due]
    parts += [
        text(f"- {_named(one)} ({one.leads_raw}; {_lower(one.deadline_raw)}).") for one in found.undated
    ]
    parts += [text(f"- Tiếp tục: {_named(one)} ({one.leads_raw}; thường xuyên).") for one in found.recurring]
    if found.later:
        parts.append(
            text(
                f"- Ngoài ra, {in_prose(found.later)} nhiệm vụ có thời hạn sau ngày {vn_date(until)} (Phụ lục II)."
            )
        )
    return parts


def _next_line(one: AssignmentView, day: date) -> str:
    overdue = ", đã quá hạn" if one.due is not None and one.due < day else ""
    return f"- {_named(one)} ({one.leads_raw}; thời hạn {_lower(deadline_text(one).replace(chr(10), ' '))}{overdue})."


def _named(one: AssignmentView) -> str:
    return one.name.rstrip(" ;.")


def _lower(written: str) -> str:
    return written[:1].lower() + written[1:]


def form_proposals(writing: Writing) -> list[tuple[Noted, Source]]:
    """What agencies propose in their forms, task by task."""
    names = report_rows.names_of(writing.view)
    found = []
    for one in report_rows.shown(writing.view):
        for report in one.reports:
            if report.proposal and report.this_cycle and stands(report):
                agency = names.get(report.agency_code, report.agency_code)
                key = report_rows.key_of(writing.view, one)
                source = Source(report.agency_code, agency, f"{agency} – biểu báo cáo")
                proposal = report.proposal.strip(" .;\n")
                found.append((Noted(f"{proposal} (nhiệm vụ {key})"), source))
    return found


def _form_proposals(heading: ReportHeading, writing: Writing) -> list[Part]:
    """Apart where the heading does not gather points: there they are among these."""
    if heading.group:
        return []
    return [
        text(f"- {proposal.text.rstrip(' .;')} ({source.agency}).")
        for proposal, source in form_proposals(writing)
    ]


def _pictures(found: tuple[Picture, ...]) -> list[Part]:
    return [{"kind": "picture", "caption": one.title, "picture": one} for one in found]


def _chart_agencies(_heading: ReportHeading, writing: Writing) -> list[Part]:
    return _pictures(completion_charts(writing.result, writing.basis))


def _chart_submissions(_heading: ReportHeading, writing: Writing) -> list[Part]:
    return _pictures(submission_charts(writing.view, writing.seen_on))


def _chart_indicators(_heading: ReportHeading, writing: Writing) -> list[Part]:
    return _pictures(indicator_charts(writing.view))


_BLOCKS: Mapping[str, Callable[[ReportHeading, Writing], list[Part]]] = {
    "submissions": _submissions,
    "laggards": _laggards,
    "statistics": _statistics,
    "members": _members,
    "ratios": _ratios,
    "cuts": _cuts,
    "agencies": _agencies,
    "done": _done,
    "behind": _behind,
    "indicators": _indicators,
    "indicator-sections": _indicator_sections,
    "indicator-table": _indicator_table,
    "section-tasks": _section_tasks,
    "next-tasks": _next_tasks,
    "form-proposals": _form_proposals,
    "chart-agencies": _chart_agencies,
    "chart-submissions": _chart_submissions,
    "chart-indicators": _chart_indicators,
}
