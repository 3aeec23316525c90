"""The tables of the consolidated report as data, which the workbook and the Word document lay out.

A column's name is its heading. Cells are text or plain whole numbers: no leading zeros, no "không có".
Withheld assignments are in no table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from models.codes import AssignmentClass, Basis, ReportStatus, RequestState
from models.rules.board.signs import SIGNS, signed
from models.rules.completion import (
    Completion,
    OnBothBases,
    Tally,
    days_late,
    is_expected,
    is_on_time,
    is_received,
    meets_target,
    members_text,
)
from models.rules.cycle_view import (
    AssignmentView,
    ConfirmedWord,
    CycleView,
    IndicatorView,
    LeadReport,
    RequestView,
)
from models.rules.numbers import write_number
from models.rules.registers.classes import (
    classes_of,
    classify,
    completion_day,
    contradictions,
    deciding_report,
    lacks_date,
    led_by_group,
    stands,
)
from models.rules.registers.confirmed import confirmed_assignment
from models.time import vn_date, vn_instant
from tasks.documents.table import GROUP, Record, Table

PRELIMINARY = "Số liệu sơ bộ, theo báo cáo của các cơ quan, đơn vị, chưa xác nhận"
COMPLETED = "Hoàn thành/ có thời hạn"
ON_SCHEDULE = "Bảo đảm tiến độ/ tổng số"
CLASS = "Xếp loại"
TOTAL = "Tổng số"
CONFIRMED_STATUS = "Trạng thái xác nhận"
COMPLETED_AS_DECLARED = "Hoàn thành/ có thời hạn (theo báo cáo)"
ON_SCHEDULE_AS_DECLARED = "Bảo đảm tiến độ/ tổng số (theo báo cáo)"
_BESIDE = (COMPLETED_AS_DECLARED, ON_SCHEDULE_AS_DECLARED)
_TALLY = (TOTAL, *(signed(of_class) for of_class in SIGNS), COMPLETED, ON_SCHEDULE)
_MOST_NAMES = 5  # more silent agencies than this are counted here and named in the detail table


def basis_note(both: OnBothBases) -> str:
    """Whose word the figures of a table rest on, as it stands under its title."""
    if both.basis is Basis.DECLARED:
        return PRELIMINARY
    words = both.words
    return (
        f"Số liệu {Basis.CONFIRMED.label} ({words.confirmed}/{words.declared} trạng thái); trạng thái chưa xác nhận "
        f"không tính; số liệu {Basis.DECLARED.label} nêu bên cạnh"
    )


def tally_cells(tally: Tally) -> dict[str, int | str]:
    """A tally as cells: total, every class, both ratios."""
    return {
        TOTAL: tally.total,
        **{signed(of_class): tally.by_class[of_class] for of_class in SIGNS},
        COMPLETED: tally.completed.text,
        ON_SCHEDULE: tally.on_schedule.text,
    }


def cuts_table(result: Completion, declared: Completion | None = None) -> Table:
    """All assignments, then by register, section and quarter; "Nhóm" names the cut, "Nội dung" its line.

    With `declared`, the ratios as the agencies declare them stand beside those of `result`.
    """
    groups = (
        ("Theo văn bản giao nhiệm vụ", result.by_register, declared and declared.by_register),
        ("Theo lĩnh vực", result.by_section, declared and declared.by_section),
        ("Theo thời hạn hoàn thành", result.by_quarter, declared and declared.by_quarter),
    )
    whole = _beside(declared.overall) if declared else {}
    rows: list[Record] = [{GROUP: "", "Nội dung": "Toàn bộ nhiệm vụ", **tally_cells(result.overall), **whole}]
    for name, cuts, others in groups:
        beside = {cut.code: _beside(cut.tally) for cut in others or ()}
        rows += [
            {GROUP: name, "Nội dung": cut.name, **tally_cells(cut.tally), **beside.get(cut.code, {})}
            for cut in cuts
        ]
    return Table((GROUP, "Nội dung", *_TALLY, *(_BESIDE if declared else ())), rows)


def _beside(tally: Tally) -> dict[str, int | str]:
    """Both ratios as declared, beside the confirmed ones."""
    return {COMPLETED_AS_DECLARED: tally.completed.text, ON_SCHEDULE_AS_DECLARED: tally.on_schedule.text}


def agencies_table(view: CycleView, result: Completion, seen_on: date) -> Table:
    """What each agency leads, in the directory's order, and whether it has reported in this cycle."""
    standing = {request.agency_code: standing_text(request, seen_on) for request in view.requests}
    roles = ("Chủ trì", "Cùng chủ trì", "Thành viên nhóm")
    return Table(
        ("TT", "Cơ quan, đơn vị", "Khối", *roles, *_TALLY, "Báo cáo kỳ này"),
        (
            {
                "TT": number,
                "Cơ quan, đơn vị": cut.agency.name,
                "Khối": cut.agency.kind.label,
                **dict(zip(roles, (cut.as_lead, cut.as_co_lead, cut.as_member), strict=True)),
                **tally_cells(cut.tally),
                "Báo cáo kỳ này": standing.get(cut.agency.code, "Không thuộc diện yêu cầu"),
            }
            for number, cut in enumerate(result.by_agency, start=1)
        ),
    )


def submissions_table(view: CycleView, seen_on: date) -> Table:
    """Every request of the cycle: the missing first, the longest overdue at the top, then as listed."""
    names = {agency.code: agency.name for agency in view.agencies}
    positions = {agency.code: agency.position for agency in view.agencies}

    def place(request: RequestView) -> tuple[int, int, int]:
        return (
            _rank(request),
            -days_late(request, seen_on),
            positions.get(request.agency_code, len(positions)),
        )

    return Table(
        (
            "TT",
            "Cơ quan, đơn vị",
            "Trạng thái",
            "Hạn gửi",
            "Nhận lần đầu",
            "Nhận bản đạt yêu cầu",
            "Đúng hạn/quá hạn",
            "Số lần gửi",
            "Ghi chú",
        ),
        (
            {
                "TT": number,
                "Cơ quan, đơn vị": names.get(request.agency_code, request.agency_code),
                "Trạng thái": request.state.label,
                "Hạn gửi": vn_date(request.due),
                "Nhận lần đầu": vn_instant(request.first_received_at) if request.first_received_at else "",
                "Nhận bản đạt yêu cầu": vn_instant(request.complete_at) if request.complete_at else "",
                "Đúng hạn/quá hạn": punctuality(request, seen_on),
                "Số lần gửi": request.versions,
                "Ghi chú": _request_note(request),
            }
            for number, request in enumerate(sorted(view.requests, key=place), start=1)
        ),
    )


def indicators_table(view: CycleView) -> Table:
    """Annex I with what was reported; "Nhóm" is the register and section of a line."""
    names = {agency.code: agency.name for agency in view.agencies}
    years = {register.code: register.year for register in view.registers}
    one_year = len(set(years.values())) == 1
    year = next(iter(years.values()), view.as_of.year)
    baseline, target = (
        (f"Kết quả năm {year - 1}", f"Mục tiêu năm {year}") if one_year else ("Kết quả gốc", "Mục tiêu")
    )
    registers = register_names(view)
    return Table(
        (
            GROUP,
            "TT",
            "Chỉ tiêu",
            "Đơn vị tính",
            baseline,
            target,
            "Số liệu báo cáo",
            "Tính đến ngày",
            "So với mục tiêu",
            "Nguồn số liệu",
            "Cơ quan báo cáo",
            "Ghi chú",
        ),
        (
            {
                GROUP: _group(registers, indicator),
                "TT": indicator.number,
                "Chỉ tiêu": indicator.name,
                "Đơn vị tính": indicator.unit,
                baseline: indicator.baseline_raw,
                target: indicator.target_raw,
                "Số liệu báo cáo": indicator.reported_raw or "Chưa có số liệu",
                "Tính đến ngày": vn_date(indicator.reported_as_of) if indicator.reported_as_of else "",
                "So với mục tiêu": _against_target(indicator),
                "Nguồn số liệu": indicator.source,
                "Cơ quan báo cáo": _owner(indicator, names),
                "Ghi chú": indicator.note,
            }
            for indicator in view.indicators
        ),
    )


def assignments_table(view: CycleView, result: Completion, basis: Basis = Basis.DECLARED) -> Table:
    """Annex II with the class of every assignment on a basis, what its lead of record declared, what is confirmed."""
    names = {agency.code: agency.name for agency in view.agencies}
    registers = register_names(view)
    return Table(
        (
            GROUP,
            "TT",
            "Nhiệm vụ",
            "Cơ quan chủ trì",
            "Kết quả phải đạt",
            "Thời hạn",
            CLASS,
            "Trạng thái kê khai",
            CONFIRMED_STATUS,
            "Tỷ lệ (%)",
            "Ngày hoàn thành",
            "Sản phẩm, kết quả",
            "Nguyên nhân, đề xuất",
            "Thành viên hoàn thành",
            "Nội dung cần xem xét",
        ),
        (_assignment_row(one, result, basis, names, registers) for one in _shown(view)),
    )


def _assignment_row(
    assignment: AssignmentView,
    result: Completion,
    basis: Basis,
    names: Mapping[str, str],
    registers: Mapping[str, str],
) -> Record:
    report = deciding_report(assignment)
    spoken = report if report is not None and stands(report) else None
    counted = confirmed_assignment(assignment) if basis is Basis.CONFIRMED else assignment
    done_on = completion_day(counted, result.day)
    if done_on is None and basis is Basis.DECLARED and spoken is not None:
        done_on = spoken.completed_on
    return {
        GROUP: _group(registers, assignment),
        "TT": assignment.number or assignment.subsection,
        "Nhiệm vụ": assignment.name,
        "Cơ quan chủ trì": assignment.leads_raw,
        "Kết quả phải đạt": assignment.result,
        "Thời hạn": deadline_text(assignment),
        CLASS: signed(result.classes[assignment.row_key]),
        "Trạng thái kê khai": _declared(assignment, spoken),
        CONFIRMED_STATUS: _confirmed(assignment, spoken),
        "Tỷ lệ (%)": write_number(spoken.percent) if spoken and spoken.percent is not None else "",
        "Ngày hoàn thành": vn_date(done_on) if done_on else "",
        "Sản phẩm, kết quả": _product(assignment, spoken),
        "Nguyên nhân, đề xuất": _lines((spoken.reason, spoken.proposal)) if spoken else "",
        "Thành viên hoàn thành": members_text(assignment, result.day),
        "Nội dung cần xem xét": _to_look_at(assignment, names, result.day),
    }


def details_table(view: CycleView, day: date) -> Table:
    """Who said what: every lead's and member's own declaration, in the order of the register."""
    names = {agency.code: agency.name for agency in view.agencies}
    return Table(
        (
            "Mã",
            "Nhiệm vụ",
            "Cơ quan",
            "Vai trò",
            CLASS,
            "Trạng thái kê khai",
            CONFIRMED_STATUS,
            "Tỷ lệ (%)",
            "Ngày hoàn thành",
            "Sản phẩm, kết quả",
            "Nguyên nhân",
            "Đề xuất",
        ),
        (row for assignment in _shown(view) for row in _said_of(assignment, names, day)),
    )


def _said_of(assignment: AssignmentView, names: Mapping[str, str], day: date) -> Iterator[Record]:
    _, classes = classes_of(assignment, assignment.reports, day)
    for report in assignment.reports:
        told = write_number(report.percent) if stands(report) and report.percent is not None else ""
        yield {
            "Mã": assignment.row_key,
            "Nhiệm vụ": assignment.name,
            "Cơ quan": names.get(report.agency_code, report.agency_code),
            "Vai trò": _role(assignment, report),
            CLASS: signed(classes[report.agency_code]),
            "Trạng thái kê khai": _declared_by(report),
            CONFIRMED_STATUS: _confirmed_of(report),
            "Tỷ lệ (%)": told,
            "Ngày hoàn thành": vn_date(report.completed_on) if report.completed_on else "",
            "Sản phẩm, kết quả": report.product,
            "Nguyên nhân": report.reason,
            "Đề xuất": report.proposal,
        }


def standing_text(request: RequestView, seen_on: date) -> str:
    """A request in a few words: "Đã nhận đúng hạn", "Chưa gửi, quá hạn 4 ngày"."""
    late = days_late(request, seen_on)
    if not is_expected(request):
        return request.state.label
    if request.state is RequestState.COMPLETE:
        return "Đã nhận đúng hạn" if is_on_time(request) else f"Đã nhận, quá hạn {late} ngày"
    if request.state is RequestState.RECORDED:
        return f"Chờ số liệu (nhận bằng đường khác{f', quá hạn {late} ngày' if late else ''})"
    word = "Chờ hoàn thiện" if is_received(request) else "Chưa gửi"
    return f"{word}, quá hạn {late} ngày" if late else f"{word}, chưa đến hạn"


def punctuality(request: RequestView, seen_on: date) -> str:
    """On time, or by how many days not; "" of a request that binds nobody."""
    if not is_expected(request):
        return ""
    if is_on_time(request):
        return "Đúng hạn"
    late = days_late(request, seen_on)
    if request.state is RequestState.RECORDED and not late:
        return "Đúng hạn"
    return f"Quá hạn {late} ngày" if late else "Chưa đến hạn"


def deadline_text(assignment: AssignmentView) -> str:
    """The deadline as the register writes it, and the day in force where the words do not name it; where it was moved,
    the first one and the document that moved it."""
    due = vn_date(assignment.due) if assignment.due else ""
    named = due in assignment.deadline_raw
    return _lines(
        (
            assignment.deadline_raw if named else f"{assignment.deadline_raw}\n({due})",
            f"Hạn lần đầu: {_first_deadline(assignment)}" if assignment.moved else "",
            f"Điều chỉnh theo {assignment.due_source}" if assignment.moved and assignment.due_source else "",
        )
    )


def _first_deadline(assignment: AssignmentView) -> str:
    first = vn_date(assignment.first_due) if assignment.first_due else ""
    raw = assignment.first_deadline_raw
    return raw if not first or first in raw else f"{raw} ({first})"


def _rank(request: RequestView) -> int:
    """Who is to be called first: the silent, those who must mend, the late, the rest, who owes nothing."""
    if request.state is RequestState.PLANNED:
        return 4
    if request.state is RequestState.EXEMPT:
        return 5
    if not is_received(request):
        return 0
    if request.state is not RequestState.COMPLETE:
        return 1
    return 3 if is_on_time(request) else 2


def _request_note(request: RequestView) -> str:
    return _lines(
        (
            f"Không phát sinh: {request.nothing_reason}" if request.nothing_reason else "",
            f"Lý do không yêu cầu: {request.exempt_reason}" if request.exempt_reason else "",
        )
    )


def _shown(view: CycleView) -> list[AssignmentView]:
    return [assignment for assignment in view.assignments if not assignment.withheld]


def register_names(view: CycleView) -> Mapping[str, str]:
    """Code -> name of the registers; none where the cycle has one alone, which then goes without saying."""
    return {register.code: register.name for register in view.registers} if len(view.registers) > 1 else {}


def _group(registers: Mapping[str, str], row: AssignmentView | IndicatorView) -> str:
    """The heading a row stands under: its section, with the register where the cycle has several."""
    section = f"{row.section}. {row.section_name}"
    if isinstance(row, AssignmentView) and row.subsection and row.subsection_name:
        section = f"{section} – {row.subsection}. {row.subsection_name}"
    return f"{registers.get(row.register_code, row.register_code)} – {section}" if registers else section


def _declared(assignment: AssignmentView, spoken: LeadReport | None) -> str:
    """What the lead of record declared; of a leading group, how many members declared what."""
    if not led_by_group(assignment):
        return _declared_by(spoken) if spoken else "Chưa có báo cáo"
    said = Counter(report.status for report in assignment.reports if stands(report))
    lines = [f"{status.label}: {said[status]}" for status in ReportStatus if said[status]]
    silent = sum(not stands(report) for report in assignment.reports)
    return _lines([*lines, f"Chưa có báo cáo: {silent}" if silent else ""])


def _confirmed(assignment: AssignmentView, spoken: LeadReport | None) -> str:
    """What the secretariat has confirmed of it; of a leading group, of how many members."""
    if assignment.whole is not None and led_by_group(assignment):
        return f"Chung cả nhóm: {_said_so(assignment.whole)}"
    if not led_by_group(assignment):
        return _confirmed_of(spoken) if spoken else ""
    words = [report for report in assignment.reports if stands(report)]
    return f"Đã xác nhận {sum(r.confirmed is not None for r in words)}/{len(words)}" if words else ""


def _confirmed_of(report: LeadReport) -> str:
    if not stands(report):
        return ""
    return _said_so(report.confirmed) if report.confirmed is not None else "Chưa xác nhận"


def _said_so(word: ConfirmedWord) -> str:
    day = f" ngày {vn_date(word.completed_on)}" if word.completed_on else ""
    return _lines((f"{word.status.label}{day}{' (khác báo cáo)' if word.corrected else ''}", word.document))


def _product(assignment: AssignmentView, spoken: LeadReport | None) -> str:
    if led_by_group(assignment) and any(report.product for report in assignment.reports):
        return "Xem bảng chi tiết"
    return spoken.product if spoken else ""


def _declared_by(report: LeadReport) -> str:
    if report.status is None or not stands(report):
        return "Chưa có báo cáo"
    return report.status.label if report.this_cycle else f"{report.status.label} (từ kỳ trước)"


def _role(assignment: AssignmentView, report: LeadReport) -> str:
    if led_by_group(assignment):
        return "Thành viên nhóm chủ trì"
    lead = assignment.lead_of_record
    return "Chủ trì" if lead is not None and lead.code == report.agency_code else "Cùng chủ trì"


def _to_look_at(assignment: AssignmentView, names: Mapping[str, str], day: date) -> str:
    """What a person must look at: contradictions with who said what, the silent, a missing date."""
    found = contradictions(assignment)
    notes = []
    if found.said:
        said = "; ".join(f"{names.get(r.agency_code, r.agency_code)}: {_with_day(r)}" for r in found.said)
        notes.append(f"Kê khai khác nhau – {said}.")
    if found.silent:
        many = len(found.silent) > _MOST_NAMES
        who = (
            f"{len(found.silent)} {assignment.member_noun or 'cơ quan, đơn vị'} (xem bảng chi tiết)"
            if many
            else "; ".join(names.get(code, code) for code in found.silent)
        )
        notes.append(f"Chưa có báo cáo: {who}.")
    if lacks_date(assignment, day):
        notes.append("Hoàn thành nhưng chưa ghi ngày hoàn thành.")
    if assignment.lead_of_record is None:
        notes.append("Chưa xác định được cơ quan chủ trì.")
    if _completes_later(assignment, day):
        notes.append(f"Kê khai hoàn thành sau ngày {vn_date(day)}.")
    return _lines(notes)


def _completes_later(assignment: AssignmentView, day: date) -> bool:
    """Whether the deciding word is a completion on a day after the one the table is true of."""
    report = deciding_report(assignment)
    return (
        report is not None
        and report.status is ReportStatus.COMPLETE
        and report.completed_on is not None
        and report.completed_on > day
        and classify(assignment, day) is not AssignmentClass.PROPOSED_OUT
    )


def _with_day(report: LeadReport) -> str:
    day = f" ngày {vn_date(report.completed_on)}" if report.completed_on else ""
    return f"{_declared_by(report)}{day}"


def _owner(indicator: IndicatorView, names: Mapping[str, str]) -> str:
    if indicator.owner_code is None:
        return "Chưa phân công"
    name = names.get(indicator.owner_code, indicator.owner_code)
    return f"{name} (tạm phân công)" if indicator.owner_provisional else name


def _against_target(indicator: IndicatorView) -> str:
    met = meets_target(indicator)
    return "" if met is None else "Đạt" if met else "Chưa đạt"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)
