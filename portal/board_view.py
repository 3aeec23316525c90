"""The pages of the board, the same for the desk and for whoever holds a link for looking. Looking changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi.responses import Response
from sqlmodel import Session, select

from models.codes import AgencyKind, AssignmentClass, Basis, CycleState
from models.cycle import Cycle
from models.directory import Agency
from models.rules.board.board_filter import BoardFilter, read_filter
from models.rules.board.chart import Chart, chart
from models.rules.board.glance import Glance, time_left
from models.rules.board.lamps import Lamp
from models.rules.board.shown import shown
from models.rules.board.signs import COLOURS, SIGNS
from models.rules.board.standing import Standing
from models.rules.board.trend import TrendPoint
from models.rules.completion import Ratio
from models.rules.numbers import write_number
from models.rules.registers.classes import bearers, member_class
from models.time import local_day
from portal import show
from portal.refusal import Refusal
from tasks.board.export import as_csv, as_workbook
from tasks.board.history import agency_history, assignment_history, assignment_named
from tasks.board.reading import Board, shown_cycle, shown_cycles
from tasks.board.tables import CODES, board_tables
from tasks.cycle.cycles import CycleFault
from tasks.office import Office

MOST_ASSIGNMENTS = 60
"""Assignments listed at once; the filter and the downloads have all of them."""
NO_CYCLE = "Bảng theo dõi không có kỳ báo cáo nào mang mã này."
NO_AGENCY = "Kỳ báo cáo này không có cơ quan, đơn vị nào mang mã ấy."
NO_ASSIGNMENT = "Kỳ báo cáo này không có nhiệm vụ ấy."
NO_FILE = "Không có tệp nào mang tên này để tải."


@dataclass(frozen=True)
class Looker:
    """Whoever looks: `path` is the address of the board's first page, `render` shows a template in the right frame."""

    office: Office
    now: datetime
    path: str
    render: Callable[..., Response]
    at_desk: bool


def board_page(looker: Looker, code: str, said: Mapping[str, str]) -> Response:
    """A cycle at a glance; "" is the one released last."""
    asked = read_filter(said)
    with looker.office.store.reading() as session:
        cycle = _cycle(session, code)
        board = Board(looker.office.store, session, looker.now)
        told, points = board.glance(cycle), board.trend(cycle)
        cycles = [(one.code, one.name) for one in shown_cycles(session)]
    lists = shown(told, asked)
    return looker.render(
        "board",
        **_common(looker, told),
        asked=asked,
        lists=lists,
        assignments=lists.assignments[:MOST_ASSIGNMENTS],
        points=points,
        trend=_trend_chart(points, asked.basis),
        curve=_curve(told),
        cycles=cycles,
        closed=cycle.state is CycleState.CLOSED,
        left=time_left(looker.office.calendar(min(told.seen, told.view.due)), told.seen, told.view.due),
        with_=lambda **changed: _changed(asked, **changed),
        kinds=[kind for kind in AgencyKind if any(line.agency.kind is kind for line in told.agencies)],
        lamps=[(lamp, count) for lamp, count in told.lamps.items() if count],
        all_lamps=list(Lamp),
        classes=list(SIGNS),
        standings=[(standing, told.standings[standing]) for standing in Standing],
    )


def agency_page(looker: Looker, code: str, agency_code: str) -> Response:
    """One agency: its requests through the cycles, and where what it leads stands."""
    with looker.office.store.reading() as session:
        cycle = _cycle(session, code)
        told = Board(looker.office.store, session, looker.now).glance(cycle)
        line = told.agency_line(agency_code)
        agency = session.exec(select(Agency).where(Agency.code == agency_code)).first()
        if line is None or agency is None:
            raise Refusal(404, NO_AGENCY)
        history = agency_history(session, cycle, agency, told.seen)
    mine = [one for one in told.assignments if agency_code in bearers(one.assignment)]
    return looker.render(
        "board_agency",
        **_common(looker, told),
        line=line,
        history=history,
        mine=[(one, member_class(one.assignment, agency_code, told.day)) for one in mine],
        indicators=[one for one in told.indicators if one.indicator.owner_code == agency_code],
    )


def assignment_page(looker: Looker, code: str, assignment_id: int) -> Response:
    """One assignment with its history. Of a withheld one the desk sees the key and the mark, others nothing."""
    with looker.office.store.reading() as session:
        cycle = _cycle(session, code)
        told = Board(looker.office.store, session, looker.now).glance(cycle)
        named = assignment_named(session, assignment_id)
        if named is None:
            raise Refusal(404, NO_ASSIGNMENT)
        assignment, row_key = named
        line = told.assignment_line(row_key)
        if assignment.withheld and looker.at_desk:
            return looker.render("board_withheld", **_common(looker, told), row_key=row_key)
        if assignment.withheld or line is None:
            raise Refusal(404, NO_ASSIGNMENT)
        history = assignment_history(session, assignment_id, cycle)
    return looker.render(
        "board_assignment",
        **_common(looker, told),
        line=line,
        history=history,
        write=write_number,
        names={agency.code: agency.name for agency in told.view.agencies},
        members=[
            (report, member_class(line.assignment, report.agency_code, told.day))
            for report in line.assignment.reports
        ],
    )


def download(looker: Looker, code: str, name: str, said: Mapping[str, str]) -> Response:
    """What the page shows with this filter, as a file: every table as a workbook, or one as CSV."""
    stem, _, kind = name.rpartition(".")
    if (stem, kind) != ("bang", "xlsx") and (stem not in CODES or kind != "csv"):
        raise Refusal(404, NO_FILE)
    with looker.office.store.reading() as session:
        cycle = _cycle(session, code)
        board = Board(looker.office.store, session, looker.now)
        tables = board_tables(board.glance(cycle), board.trend(cycle), read_filter(said))
    if kind == "xlsx":
        return show.download(as_workbook(tables.values()), f"{cycle.code}-bang-theo-doi.xlsx")
    return Response(
        as_csv(tables[stem]),
        media_type="text/csv; charset=utf-8",
        headers=show.to_keep(f"{cycle.code}-{stem}.csv"),
    )


def chosen(looker: Looker, code: str) -> Response:
    """To the page of the cycle that was chosen."""
    with looker.office.store.reading() as session:
        cycle = _cycle(session, code)
    return show.go_to(f"{looker.path}/{cycle.code}")


def _cycle(session: Session, code: str) -> Cycle:
    try:
        return shown_cycle(session, code)
    except CycleFault as fault:
        raise Refusal(404, NO_CYCLE if code else str(fault)) from fault


def _common(looker: Looker, told: Glance) -> dict[str, Any]:
    return {
        "told": told,
        "issuer": looker.office.profile.regimes[0].letter.issuer_in_text,
        "board": looker.path,
        "here": f"{looker.path}/{told.view.code}",
        "at_desk": looker.at_desk,
        "signs": SIGNS,
        "colours": COLOURS,
        # While nothing is confirmed, figures on the confirmed basis would only say that.
        "bases": list(Basis) if told.both.words.confirmed else [Basis.DECLARED],
        "DECLARED": Basis.DECLARED,
        "CONFIRMED": Basis.CONFIRMED,
        "ratio": Ratio,
        "local_day": local_day,
        "BEHIND": AssignmentClass.BEHIND,
        "NO_REPORT": AssignmentClass.NO_REPORT,
    }


def _changed(asked: BoardFilter, **changed: str) -> str:
    """The address of the same view with one restriction changed; "" takes it away."""
    names = {"of_class": "class", "lamp": "state"}
    said = {**asked.query, **{names.get(name, name): str(value) for name, value in changed.items()}}
    return read_filter(said).address


def _trend_chart(points: Sequence[TrendPoint], basis: Basis) -> Chart:
    lines = [
        [_percent(point.timeliness) for point in points],
        [_percent(point.completed[basis]) for point in points],
        [_percent(point.on_schedule[basis]) for point in points],
    ]
    return chart(lines, [_short(point.name) for point in points], 100, "%")


def _percent(ratio: Ratio) -> float | None:
    return None if ratio.percent is None else float(ratio.percent)


def _short(name: str) -> str:
    """Quý I/2026 as the axis has room for it: I/26."""
    part, _, year = name.removeprefix("Quý ").rpartition("/")
    return f"{part}/{year[-2:]}" if part and year.isdigit() else name[-8:]


@dataclass(frozen=True)
class Curve:
    """Reports received by day: the chart, and where its deadline stands (None: outside the days shown)."""

    drawn: Chart
    due_at: int | None
    expected: int


def _curve(told: Glance) -> Curve | None:
    counts = told.received_by_day
    if not counts:
        return None
    labels = [f"{count.day.day:02d}/{count.day.month}" for count in counts]
    drawn = chart([[float(count.received) for count in counts]], labels, told.rates.expected)
    days = [count.day for count in counts]
    due_at = drawn.lines[0][0][days.index(told.view.due)].x if told.view.due in days else None
    return Curve(drawn, due_at, told.rates.expected)
