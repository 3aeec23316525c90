"""What the program itself puts under a heading of the consolidated report: sentences, tables, charts.

A part is what the Word template lays out one after another; `kind` names its place in the template.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from models.codes import AgencyKind, AssignmentClass, Basis, RequestState
from models.rules.completion import (
    Completion,
    OnBothBases,
    Ratio,
    completion_on_both,
    cycle_rates,
    indicator_counts,
    is_expected,
    is_received,
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
from models.rules.report.shortened import FEW, LONGEST, shortened
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
from tasks.documents.charts import completion_charts, indicator_charts, submission_charts
from tasks.documents.report_prose import Part, text
from tasks.documents.report_tables import PRELIMINARY, deadline_text
from tasks.documents.report_text import ReportFacts
from tasks.documents.word_document import Picture
from tasks.documents.word_notes import Footnotes


@dataclass
class Writing:
    """One report being written: its figures, true of `day`; its submissions, looked at on `seen_on`. `known`: its
    completion on `day`, where it is known."""

    view: CycleView
    day: date
    seen_on: date
    facts: ReportFacts
    known: OnBothBases | None = None
    notes: Footnotes = field(default_factory=Footnotes)
    tables: int = 0  # how many have their number

    @cached_property
    def both(self) -> OnBothBases:
        return self.known or completion_on_both(self.view, self.day)

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
        few = shortened(exempt)
        listed = "; ".join(
            f"{names.get(r.agency_code, r.agency_code)}{_because(r.exempt_reason)}" for r in few.lines
        )
        listed += f"; và {few.left} cơ quan, đơn vị khác" if few.left else ""
        sentences.append(f"Không yêu cầu báo cáo kỳ này: {in_prose(len(exempt))} cơ quan, đơn vị – {listed}.")
    if rates.not_asked:
        sentences.append(f"Chưa được gửi yêu cầu báo cáo: {in_prose(rates.not_asked)} cơ quan, đơn vị.")
    if rates.expected > LONGEST and rates.missing:
        sentences.append(f"Chưa gửi báo cáo, theo khối: {_missing_by_kind(view)}.")
    nothing = sum(bool(r.nothing_reason) for r in view.requests)
    if nothing:
        sentences.append(f"Báo cáo không phát sinh nội dung trong kỳ: {in_prose(nothing)} cơ quan, đơn vị.")
    return [text(sentence) for sentence in sentences]


def _missing_by_kind(view: CycleView) -> str:
    kinds = {agency.code: agency.kind for agency in view.agencies}
    asked = Counter(kinds[one.agency_code] for one in view.requests if is_expected(one))
    missing = Counter(
        kinds[one.agency_code] for one in view.requests if is_expected(one) and not is_received(one)
    )
    return "; ".join(
        f"{kind.label[0].lower()}{kind.label[1:]} {Ratio(missing[kind], asked[kind]).text}"
        for kind in AgencyKind
        if asked[kind]
    )


def _because(reason: str) -> str:
    return f" ({reason[0].lower()}{reason[1:].rstrip('.')})" if reason else ""


def _laggards(_heading: ReportHeading, writing: Writing) -> list[Part]:
    groups = report_rows.laggards(writing.view, writing.seen_on)
    title = "Cơ quan, đơn vị chưa gửi, chưa hoàn thiện hoặc gửi sau hạn"
    note = f"Tính đến ngày {vn_date(writing.seen_on)}"
    if any(_is_short(group) for group in groups):
        note += f"; nhóm dài chỉ nêu {FEW} cơ quan quá hạn lâu nhất, {_in_annex('Tình hình nộp')}"
    return [writing.table("laggards", title, note, groups=groups)] if groups else []


def _is_short(group: Mapping[str, Any]) -> bool:
    return "; nêu " in group["name"]


def _in_annex(sheet: str) -> str:
    """Where all lines stand of a list that is told by a few."""
    return f"đầy đủ ở trang “{sheet}” của sổ phụ lục (Excel)"


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
    few = shortened([one for one in once(report_rows.shown(writing.counted_view)) if led_by_group(one)])
    return [
        text(
            f"- Nhiệm vụ “{one.name.rstrip(' ;.')}”: "
            + members_sentence(
                *members_complete(one, writing.day), one.member_noun or "cơ quan, đơn vị", "hoàn thành"
            )
        )
        for one in few.lines
    ] + (
        [text(f"- Ngoài ra, {few.left} nhiệm vụ khác do nhóm cơ quan chủ trì: {_in_annex('Phụ lục II')}.")]
        if few.left
        else []
    )


def _cuts(_heading: ReportHeading, writing: Writing) -> list[Part]:
    title = "Kết quả thực hiện nhiệm vụ theo văn bản, lĩnh vực và thời hạn"
    return [writing.table("cuts", title, writing.tasks_note, groups=report_rows.cuts(writing.both))]


def _behind(_heading: ReportHeading, writing: Writing) -> list[Part]:
    rows = report_rows.behind(writing.counted_view, writing.result.classes, writing.day)
    title = "Nhiệm vụ chậm, quá hạn hoặc thường xuyên chưa bảo đảm tiến độ"
    note = writing.tasks_note
    if rows.left:
        note += f"; nêu {len(rows.lines)} nhiệm vụ quá hạn lâu nhất trong {rows.of} nhiệm vụ, {_in_annex('Phụ lục II')}"
    return [writing.table("behind", title, note, table=rows.lines)] if rows.of else []


def _done(_heading: ReportHeading, writing: Writing) -> list[Part]:
    groups = report_rows.done(writing.counted_view, writing.result.classes, writing.day)
    title = "Nhiệm vụ đã hoàn thành"
    note = writing.tasks_note
    if any(_is_short(group) for group in groups):
        note += f"; nhóm dài chỉ nêu {FEW} nhiệm vụ hoàn thành gần đây nhất, {_in_annex('Phụ lục II')}"
    return [writing.table("done", title, note, groups=groups)] if groups else []


def _agencies(_heading: ReportHeading, writing: Writing) -> list[Part]:
    cuts = writing.result.by_agency
    few = shortened(cuts, report_rows.most_wanting)
    rows = [report_rows.tally_row(cut.agency.name, cut.tally) for cut in few.lines]
    title = "Kết quả thực hiện nhiệm vụ theo cơ quan chủ trì"
    if few.left:
        worst = f"{len(rows)} cơ quan còn nhiều nhiệm vụ chậm, chưa có báo cáo nhất"
        note = f"{writing.tasks_note}; từng cơ quan: {_in_annex('Theo cơ quan')}"
        groups = [
            {"name": "Theo khối (số cơ quan)", "rows": report_rows.by_kind(cuts)},
            {"name": worst, "rows": rows},
        ]
        return [writing.table("cuts", title, note, groups=groups)]
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
    few = report_rows.telling(writing.progress)
    groups = report_rows.indicator_groups(few.lines, writing.notes)
    title = "Các chỉ tiêu so với mục tiêu và kỳ trước"
    note = _indicator_note(writing)
    if few.left:
        note += (
            f"; nêu {len(few.lines)} trong {few.of} chỉ tiêu: chưa chuyển biến, chưa có số liệu trước, "
            f"{_in_annex('Phụ lục I')}"
        )
    return [writing.table("indicators", title, note, groups=groups)]


def _section_tasks(heading: ReportHeading, writing: Writing) -> list[Part]:
    """What was reported of the tasks of these sections, one by one; the silent ones by their keys."""
    view = writing.counted_view
    tasks = [
        one
        for one in once(report_rows.shown(view))
        if heading.sections and heading.holds(one.register_code, one.section)
    ]
    classes = writing.result.classes
    silent = [one for one in tasks if classes[one.row_key] is AssignmentClass.NO_REPORT]
    if len(tasks) > LONGEST:
        return _many_tasks(tasks, writing)
    parts = [
        text(_task_line(one, writing))
        for one in tasks
        if classes[one.row_key] is not AssignmentClass.NO_REPORT
    ]
    if silent:
        keys = ", ".join(report_rows.key_of(view, one) for one in silent)
        what = "chưa có báo cáo" if writing.basis is Basis.DECLARED else "chưa có báo cáo được xác nhận"
        parts.append(
            text(f"- {in_prose(len(silent))[0].upper()}{in_prose(len(silent))[1:]} nhiệm vụ {what}: {keys}.")
        )
    return parts


def _many_tasks(tasks: Sequence[AssignmentView], writing: Writing) -> list[Part]:
    """Too many to be told one by one: how many are in which class, then those that are longest overdue."""
    classes = writing.result.classes
    counts = Counter(classes[one.row_key] for one in tasks)
    parts = [
        Count(counts[of_class], _lower(of_class.label)) for of_class in AssignmentClass if counts[of_class]
    ]
    wanting = (AssignmentClass.BEHIND, AssignmentClass.RECURRING_OFF)
    behind = sorted(
        (one for one in tasks if classes[one.row_key] in wanting), key=report_rows.longest_overdue
    )
    told = [text(f"- {total_sentence('Tổng số nhiệm vụ', len(tasks), parts)}")]
    told += [text(_task_line(one, writing)) for one in behind[:FEW]]
    more = (
        f"; nêu trên là {FEW} trong {len(behind)} nhiệm vụ chậm, quá hạn lâu nhất"
        if len(behind) > FEW
        else ""
    )
    return [*told, text(f"- Kết quả từng nhiệm vụ: {_in_annex('Phụ lục II')}{more}.")]


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
    due, undated, recurring = (shortened(of) for of in (found.due, found.undated, found.recurring))
    parts = [text(_next_line(one, writing.day)) for one in due.lines]
    if due.left:
        parts.append(
            text(
                f"- Và {due.left} nhiệm vụ khác đã quá hạn hoặc đến hạn đến hết ngày {vn_date(until)}: "
                f"{_in_annex('Phụ lục II')}."
            )
        )
    if undated.left:
        parts.append(text(f"- {undated.of} nhiệm vụ chưa xác định thời hạn: {_in_annex('Phụ lục II')}."))
    else:
        parts += [
            text(f"- {_named(one)} ({one.leads_raw}; {_lower(one.deadline_raw)}).") for one in undated.lines
        ]
    if recurring.left:
        parts.append(
            text(f"- Tiếp tục thực hiện {recurring.of} nhiệm vụ thường xuyên: {_in_annex('Phụ lục II')}.")
        )
    else:
        parts += [
            text(f"- Tiếp tục: {_named(one)} ({one.leads_raw}; thường xuyên).") for one in recurring.lines
        ]
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
    few = shortened(form_proposals(writing))
    parts = [text(f"- {proposal.text.rstrip(' .;')} ({source.agency}).") for proposal, source in few.lines]
    more = f"- Và {few.left} đề xuất khác: {_in_annex('Chi tiết kê khai')}."
    return [*parts, text(more)] if few.left else parts


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
