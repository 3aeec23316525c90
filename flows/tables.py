"""Tables on the terminal: registers, status, completion. Every ratio with its two numbers, every table its day."""

import sys
from collections import Counter
from datetime import date, datetime

from rich import box
from rich.console import Console
from rich.table import Table
from sqlmodel import Session, col, select

from models.codes import AgencyKind, ArrivalVerdict, AssignmentClass, Basis, RequestState
from models.cycle import Cycle
from models.register import (
    Assignment,
    AssignmentRevision,
    Indicator,
    IndicatorRevision,
    Register,
    RegisterImport,
    RegisterProblem,
)
from models.rules.completion import Completion, Ratio, Tally, completion_on_both, cycle_rates, days_late
from models.rules.cycle_view import CycleView
from models.submission import Arrival
from models.time import local_day, vn_date, vn_instant
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle
from tasks.publication.publish import published_sentences

MOST_WAITING = 30
"""Files that wait for a person, listed at once."""
WIDE = 120
"""Columns where the output is no terminal: a file or a pipe has no width of its own."""

CONSOLE = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)

STANDING_MARK = {
    RequestState.PLANNED: "[dim]·[/]",
    RequestState.SENT: "[yellow]○[/]",
    RequestState.RECORDED: "[green]◑[/]",
    RequestState.INCOMPLETE: "[yellow]◐[/]",
    RequestState.COMPLETE: "[green]●[/]",
    RequestState.EXEMPT: "[dim]–[/]",
}


def _table(first: str, *others: str, title: str = "") -> Table:
    """A table whose first column is wide enough to say what a row is about."""
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(first, min_width=26)
    for name in others:
        table.add_column(name)
    return table


def print_registers(session: Session, code: str) -> None:
    """The registers there are; with a code, its rows and what could not be understood in its latest import."""
    if not code:
        table = _table("Tên", "Danh mục", "Năm", "Nhiệm vụ", "Chỉ tiêu")
        for register in session.exec(select(Register).order_by(col(Register.id))):
            assignments = session.exec(
                select(Assignment.id).where(
                    Assignment.register_id == register.id, col(Assignment.dropped_at).is_(None)
                )
            ).all()
            indicators = session.exec(
                select(Indicator.id).where(
                    Indicator.register_id == register.id, col(Indicator.dropped_at).is_(None)
                )
            ).all()
            table.add_row(
                register.name, register.code, str(register.year), str(len(assignments)), str(len(indicators))
            )
        CONSOLE.print(table)
        return
    table = Table(
        "Khóa",
        "Nội dung",
        "Chủ trì / đơn vị tính",
        "Thời hạn / mục tiêu",
        title=f"Danh mục {code}",
        box=box.SIMPLE,
    )
    for assignment, revision in session.exec(
        select(Assignment, AssignmentRevision)
        .join(AssignmentRevision, col(AssignmentRevision.assignment_id) == col(Assignment.id))
        .join(Register, col(Register.id) == col(Assignment.register_id))
        .where(
            Register.code == code,
            col(Assignment.dropped_at).is_(None),
            col(AssignmentRevision.no) == col(Assignment.revision_no),
        )
        .order_by(col(AssignmentRevision.position))
    ):
        key = f"{assignment.key} (không đưa lên hệ thống)" if assignment.withheld else assignment.key
        table.add_row(key, revision.name, revision.leads_raw, revision.deadline_raw)
    for indicator, figures in session.exec(
        select(Indicator, IndicatorRevision)
        .join(IndicatorRevision, col(IndicatorRevision.indicator_id) == col(Indicator.id))
        .join(Register, col(Register.id) == col(Indicator.register_id))
        .where(
            Register.code == code,
            col(Indicator.dropped_at).is_(None),
            col(IndicatorRevision.no) == col(Indicator.revision_no),
        )
        .order_by(col(IndicatorRevision.position))
    ):
        table.add_row(indicator.key, figures.name, figures.unit, figures.target_raw)
    CONSOLE.print(table)
    latest = session.exec(
        select(RegisterImport.id)
        .join(Register, col(Register.id) == col(RegisterImport.register_id))
        .where(Register.code == code)
        .order_by(col(RegisterImport.id).desc())
    ).first()
    for problem in session.exec(select(RegisterProblem).where(RegisterProblem.import_id == latest)):
        CONSOLE.print(f"! {problem.place}: “{problem.text}”. {problem.why}", style="yellow")


def print_status(session: Session, code: str, now: datetime) -> None:
    """The cycles there are; with a code, every agency of it."""
    if code:
        print_requests(read_cycle(session, find_cycle(session, code)), now)
        return
    table = _table(
        "Kỳ", "Trạng thái", "Số liệu đến", "Hạn cơ quan", "Hạn tỉnh", "Đã nhận", "Đạt yêu cầu", "Đúng hạn"
    )
    published = published_sentences(session)
    for cycle in session.exec(select(Cycle).order_by(col(Cycle.id))):
        rates = cycle_rates(read_cycle(session, cycle), local_day(now))
        issued = published.get(cycle.id or 0, "")
        table.add_row(
            f"{cycle.code}\n{cycle.name}" + (f"\nĐã công bố: {issued}" if issued else ""),
            cycle.state.label,
            vn_date(cycle.as_of),
            vn_date(cycle.due),
            vn_date(cycle.province_due),
            rates.reporting.text,
            rates.completeness.text,
            rates.timeliness.text,
        )
    if not table.row_count:
        CONSOLE.print("Chưa mở kỳ nào. Bắt đầu: dondoc setup, rồi dondoc cycle open 2026-Q1")
        return
    CONSOLE.print(table)
    _print_waiting(session)


def _print_waiting(session: Session) -> None:
    """What came in and waits for a person, the latest first."""
    waiting = session.exec(
        select(Arrival)
        .where(Arrival.verdict == ArrivalVerdict.PERSON)
        .order_by(col(Arrival.received_at).desc(), col(Arrival.id).desc())
        .limit(MOST_WAITING)
    ).all()
    if not waiting:
        return
    table = _table("Nhận lúc", "Tệp", "Vì sao", title="Tệp đã nhận, chờ thư ký xem xét")
    for arrival in waiting:
        table.add_row(vn_instant(arrival.received_at), arrival.file_name, arrival.note)
    CONSOLE.print(table)


def print_requests(view: CycleView, now: datetime) -> None:
    """Who has reported in a cycle, who has not; those to chase first."""
    today = local_day(now)
    table = _table(
        "Cơ quan",
        "Mã",
        "",
        "Trạng thái",
        "Hạn",
        "Nhận bản\nđạt yêu cầu",
        "Quá hạn\n(ngày)",
        "Báo cáo ký",
        title=f"{view.name}: tình hình gửi báo cáo đến ngày {vn_date(today)}",
    )
    chased_first = {RequestState.SENT: 0, RequestState.INCOMPLETE: 1}
    for request in sorted(view.requests, key=lambda r: chased_first.get(r.state, 2)):
        late = days_late(request, today)
        state = request.state.label + (" (không phát sinh)" if request.nothing_reason else "")
        table.add_row(
            view.agency(request.agency_code).name,
            request.agency_code,
            STANDING_MARK[request.state],
            state,
            vn_date(request.due),
            vn_date(local_day(request.complete_at)) if request.complete_at else "",
            str(late) if late else "",
            request.signed or ("sơ bộ" if request.state is RequestState.COMPLETE else ""),
        )
    CONSOLE.print(table)


def print_completion(view: CycleView, day: date, now: datetime) -> None:
    """Completion by every cut, on each basis that there is, and the cycle's completeness and timeliness."""
    both = completion_on_both(view, day)
    rates = cycle_rates(view, local_day(now))
    about = f"{view.name}: kết quả thực hiện nhiệm vụ, tính đến ngày {vn_date(day)}"
    if both.basis is Basis.CONFIRMED:
        _print_cuts(f"{about}, {Basis.CONFIRMED.label}", both.confirmed, "Chưa báo cáo,\nchưa xác nhận")
    _print_cuts(
        f"{about}, {Basis.DECLARED.label} (số liệu sơ bộ, chưa xác nhận)", both.declared, "Chưa có\nbáo cáo"
    )
    words = both.words
    CONSOLE.print(
        f"Xác nhận: {Ratio(words.confirmed, words.declared).text} trạng thái cơ quan khai đã được xác nhận; "
        f"{words.unconfirmed} chưa xác nhận."
    )
    CONSOLE.print(
        f"Gửi báo cáo: đã nhận {rates.reporting.text}; đạt yêu cầu {rates.completeness.text}; "
        f"đạt yêu cầu đúng hạn {rates.timeliness.text}."
    )


def _print_cuts(title: str, result: Completion, silent: str) -> None:
    table = _table(
        "",
        "Nhiệm vụ",
        "Hoàn thành /\ncó thời hạn",
        "Bảo đảm tiến độ /\ntổng số",
        "Chậm",
        silent,
        title=title,
    )
    _row(table, "Chung", result.overall, "bold")
    for heading, cuts in (
        ("Theo danh mục", result.by_register),
        ("Theo lĩnh vực", result.by_section),
        ("Theo thời hạn", result.by_quarter),
    ):
        table.add_section()
        table.add_row(f"[bold]{heading}[/]")
        for cut in cuts:
            _row(table, cut.name, cut.tally)
    table.add_section()
    table.add_row("[bold]Theo cơ quan[/]")
    communes = [agency for agency in result.by_agency if agency.agency.kind == AgencyKind.COMMUNE]
    for agency in result.by_agency:
        if agency not in communes:
            _row(table, agency.agency.name, agency.tally)
    if communes:
        together = sum((Counter(agency.tally.counts) for agency in communes), Counter())
        name = f"{len(communes)} xã, phường (cộng các phần việc)"
        _row(table, name, Tally(counts=together, total=together.total()))
    if result.counted_again:
        note = f"Số chung tính một lần {result.counted_again} nhiệm vụ có ở nhiều danh mục."
        table.caption = note
    CONSOLE.print(table)


def _row(table: Table, name: str, tally: Tally, style: str = "") -> None:
    table.add_row(
        name,
        str(tally.total),
        tally.completed.text,
        tally.on_schedule.text,
        str(tally.by_class[AssignmentClass.BEHIND]),
        str(tally.by_class[AssignmentClass.NO_REPORT]),
        style=style,
    )
