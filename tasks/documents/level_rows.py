"""What the report of one agency and of one section says, as rows that Word and the workbook lay out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.codes import Basis
from models.rules.board.signs import SIGNS, signed
from models.rules.charts.agency_bars import band_counts
from models.rules.completion import (
    AgencyCut,
    OnBothBases,
    Ratio,
    Tally,
    completion_on_both,
    indicator_counts,
    is_expected,
)
from models.rules.cycle_view import CycleView
from models.rules.registers.confirmed import word_count
from models.time import vn_date, vn_instant
from tasks.documents.report_tables import (
    CLASS,
    CONFIRMED_STATUS,
    deadline_text,
    details_table,
    standing_text,
)
from tasks.documents.table import GROUP, Record, Table

Facts = list[tuple[str, int | str]]


@dataclass(frozen=True)
class Level:
    """A part of a cycle and its completion on both bases."""

    view: CycleView
    both: OnBothBases

    @property
    def day(self) -> date:
        return self.both.declared.day


def level(view: CycleView, day: date) -> Level:
    """A narrowed cycle with its completion."""
    return Level(view, completion_on_both(view, day))


def own_tallies(of: Level, code: str) -> dict[Basis, AgencyCut | None]:
    """What the agency leads, on each basis that has any word of its own."""
    own = {
        basis: next((cut for cut in of.both.on(basis).by_agency if cut.agency.code == code), None)
        for basis in Basis
    }
    spoken = sum(
        report.confirmed is not None
        for assignment in of.view.assignments
        for report in assignment.reports
        if report.agency_code == code
    )
    return own if spoken else {Basis.DECLARED: own[Basis.DECLARED]}


def request_facts(of: Level, seen_on: date) -> Facts:
    """How the agency's report of this cycle stands."""
    if not of.view.requests:
        return [("Tình trạng báo cáo kỳ này", "Không thuộc diện yêu cầu báo cáo")]
    (request,) = of.view.requests
    facts: Facts = [
        ("Tình trạng báo cáo kỳ này", standing_text(request, seen_on)),
        ("Hạn gửi báo cáo", vn_date(request.due)),
        (
            "Nhận lần đầu",
            vn_instant(request.first_received_at) if request.first_received_at else "Chưa nhận",
        ),
        ("Nhận bản đạt yêu cầu", vn_instant(request.complete_at) if request.complete_at else "Chưa có"),
        ("Báo cáo đã ký", request.signed[:1].upper() + request.signed[1:] or "Chưa có, số liệu là sơ bộ"),
    ]
    if request.nothing_reason:
        facts.append(("Không phát sinh", request.nothing_reason))
    if not is_expected(request) and request.exempt_reason:
        facts.append(("Lý do không yêu cầu báo cáo", request.exempt_reason))
    return facts


def agency_facts(of: Level, code: str) -> Facts:
    """What the agency leads: in which part, in which class, both ratios on each basis."""
    tallies = own_tallies(of, code)
    cut = tallies[Basis.DECLARED]
    if cut is None:
        return [("Nhiệm vụ chủ trì", 0)]
    facts: Facts = [
        ("Nhiệm vụ chủ trì", cut.as_lead),
        ("Nhiệm vụ cùng chủ trì", cut.as_co_lead),
        ("Nhiệm vụ là thành viên nhóm chủ trì", cut.as_member),
        *class_facts(cut.tally),
    ]
    for basis, told in tallies.items():
        if told is not None:
            facts += ratio_facts(told.tally, basis)
    return facts


def class_facts(tally: Tally) -> Facts:
    """Every class that has any, of all, and their total."""
    return [
        *((signed(of), Ratio(tally.by_class[of], tally.total).text) for of in SIGNS if tally.by_class[of]),
        ("Tổng số nhiệm vụ", tally.total),
    ]


def ratio_facts(tally: Tally, basis: Basis) -> Facts:
    """Both ratios, with the basis named."""
    return [
        (f"Hoàn thành trên số nhiệm vụ có thời hạn, {basis.label}", tally.completed.text),
        (f"Bảo đảm tiến độ trên tổng số nhiệm vụ, {basis.label}", tally.on_schedule.text),
    ]


def section_facts(of: Level) -> Facts:
    """The classes of a section and both ratios on each basis that has any word."""
    facts = class_facts(of.both.declared.overall)
    bases = [Basis.DECLARED, *([Basis.CONFIRMED] if of.both.words.confirmed else [])]
    for basis in bases:
        facts += ratio_facts(of.both.on(basis).overall, basis)
    words = word_count(of.view)
    return [*facts, ("Kê khai đã được xác nhận", Ratio(words.confirmed, words.declared).text)]


def indicator_facts(view: CycleView) -> Facts:
    """How many indicators there are, have a figure, meet their target."""
    counts = indicator_counts(view)
    return [
        ("Chỉ tiêu đã có số liệu", Ratio(counts.reported, counts.total).text),
        ("Trong đó: đạt mức đề ra", counts.met),
        ("Trong đó: chưa đạt mức đề ra", counts.not_met),
    ]


def own_tasks(of: Level, code: str) -> Table:
    """What one agency said of each assignment that it leads, with the deadline in force."""
    details = details_table(of.view, of.day)
    name = of.view.agency(code).name
    by_key = {one.row_key: one for one in of.view.assignments}
    rows: list[Record] = []
    for row in details.rows:
        if row["Cơ quan"] == name:
            one = by_key[str(row["Mã"])]
            rows.append({**row, GROUP: f"{one.section}. {one.section_name}", "Thời hạn": deadline_text(one)})
    key, task, _, role, *others = details.columns
    return Table((GROUP, key, task, role, "Thời hạn", *others), rows)


def task_groups(of: Level, rows: Iterable[Record], role: str) -> list[dict[str, Any]]:
    """The rows of a table of tasks for Word, by section; `role` is the column that stands for the agency's part."""
    prefix = f"{of.view.registers[0].code}/" if len(of.view.registers) == 1 else ""
    groups: list[dict[str, Any]] = []
    for row in rows:
        if not groups or groups[-1]["name"] != row[GROUP]:
            groups.append({"name": row[GROUP], "rows": []})
        groups[-1]["rows"].append(
            {
                "key": str(row["Mã"]).removeprefix(prefix),
                "name": row["Nhiệm vụ"],
                "role": row[role],
                "deadline": row["Thời hạn"],
                "of_class": row[CLASS],
                "said": _said(row, of.both.basis),
            }
        )
    return groups


def _said(record: Record, basis: Basis) -> str:
    """Status as declared and (as soon as any is) as confirmed, percentage, product, reason: one below the other."""
    status = str(record["Trạng thái kê khai"])
    if record["Tỷ lệ (%)"]:
        status += f" ({record['Tỷ lệ (%)']}%)"
    confirmed = str(record[CONFIRMED_STATUS]).replace("\n", ", ") if basis is Basis.CONFIRMED else ""
    reasons = [
        str(record[name]) for name in ("Nguyên nhân", "Đề xuất", "Nguyên nhân, đề xuất") if record.get(name)
    ]
    lines = [
        status,
        f"Xác nhận: {confirmed}" if confirmed else "",
        str(record["Sản phẩm, kết quả"]),
        *reasons,
    ]
    return "\n".join(line for line in lines if line)


def section_agencies(of: Level) -> list[dict[str, Any]]:
    """What each agency leads in a section, by bands, as declared."""
    rows = []
    for cut in of.both.declared.by_agency:
        done, on_way, behind, silent, out = band_counts(cut.tally)
        rows.append(
            {
                "name": cut.agency.name,
                "total": cut.tally.total,
                "done": done,
                "on_way": on_way,
                "behind": behind,
                "silent": silent,
                "out": out,
            }
        )
    return rows
