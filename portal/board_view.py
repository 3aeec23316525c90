"""The pages of the board, the same for the desk and for whoever holds a link for looking. Looking changes nothing.

What is made here is the same for everybody who asks for it: the frame around it (portal.board_frame) has what is a
reader's own, and where a link's address belongs, PLACE stands.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from models.codes import AssignmentClass, Basis, CycleState
from models.cycle import Cycle
from models.directory import Agency
from models.rules.board.board_filter import BoardFilter, read_filter
from models.rules.board.chart import Chart, chart
from models.rules.board.glance import Glance, time_left
from models.rules.board.lamps import Lamp
from models.rules.board.sheets import kind_rows, sheet_of
from models.rules.board.shown import shown
from models.rules.board.signs import COLOURS, SIGNS
from models.rules.board.trend import TrendPoint
from models.rules.completion import Ratio
from models.rules.numbers import write_number
from models.rules.registers.classes import member_class
from models.time import local_day
from portal.api_lists import LISTS, api_list
from portal.board_ask import Answer, Ask
from portal.desk.access import HOME
from portal.desk.desk_page import desk_templates
from portal.show import kind_of
from tasks.board.export import as_csv, as_workbook
from tasks.board.history import agency_history, assignment_history, assignment_named
from tasks.board.keeper import Known
from tasks.board.tables import CODES, board_tables
from tasks.office import Office

PLACE = "\x02"
"""Stands where the address of a reader's link belongs; no text has this sign."""
PARTED = "\x03"
"""Between title and main part."""
MOST_ASSIGNMENTS = 60
"""Assignments listed at once; the filter and the downloads have all of them."""
NO_CYCLE = "Bảng theo dõi không có kỳ báo cáo nào mang mã này."
NO_AGENCY = "Kỳ báo cáo này không có cơ quan, đơn vị nào mang mã ấy."
NO_ASSIGNMENT = "Kỳ báo cáo này không có nhiệm vụ ấy."
NO_FILE = "Không có tệp nào mang tên này để tải."


@dataclass(frozen=True)
class Place:
    """Where the board is shown."""

    office: Office
    base: str  # the path under which the pages are published

    def board(self, ask: Ask) -> str:
        """The address of the board's first page."""
        return f"{self.base}{HOME}/bang" if ask.at_desk else PLACE


def make(place: Place, ask: Ask, known: Known, cycles: Sequence[Cycle]) -> Answer:
    """The answer to one who asks of a cycle."""
    return _MAKERS[ask.page](place, ask, known, cycles)


def _board(place: Place, ask: Ask, known: Known, cycles: Sequence[Cycle]) -> Answer:
    """A cycle at a glance."""
    told, asked, points = known.told, ask.said, known.points
    lists, rows = shown(told, asked), kind_rows(told.agencies)
    return _page(
        place,
        "board",
        **_common(place, ask, told),
        asked=asked,
        lists=lists,
        sheet=sheet_of(lists.agencies, asked.sheet),
        kind_rows=rows,
        assignments=lists.assignments[:MOST_ASSIGNMENTS],
        points=points,
        missing=known.missing,
        trend=_trend_chart(points, asked.basis),
        curve=_curve(told),
        cycles=[(one.code, one.name) for one in cycles],
        closed=known.cycle.state is CycleState.CLOSED,
        left=time_left(place.office.calendar(min(told.seen, told.view.due)), told.seen, told.view.due),
        with_=lambda **changed: _changed(asked, **changed),
        kinds=[row.kind for row in rows],
        lamps=[(lamp, count) for lamp, count in told.lamps.items() if count],
        all_lamps=list(Lamp),
        classes=list(SIGNS),
        standings=[(standing, count) for standing, count in told.standings.items()],
    )


def _agency(place: Place, ask: Ask, known: Known, _cycles: Sequence[Cycle]) -> Answer:
    """One agency: its requests through the cycles, and where what it leads stands."""
    told = known.told
    line = told.agency_line(ask.name)
    with place.office.store.reading() as session:
        agency = session.exec(select(Agency).where(Agency.code == ask.name)).first()
        if line is None or agency is None:
            return Answer(404, refused=NO_AGENCY)
        history = agency_history(session, known.cycle, agency, told.seen)
    return _page(
        place,
        "board_agency",
        **_common(place, ask, told),
        line=line,
        history=history,
        mine=[(one, member_class(one.assignment, ask.name, told.day)) for one in told.led_by(ask.name)],
        indicators=[one for one in told.indicators if one.indicator.owner_code == ask.name],
    )


def _assignment(place: Place, ask: Ask, known: Known, _cycles: Sequence[Cycle]) -> Answer:
    """One assignment with its history. Of a withheld one the desk sees the key and the mark, others nothing."""
    told, number = known.told, int(ask.name)
    with place.office.store.reading() as session:
        named = assignment_named(session, number)
        if named is None:
            return Answer(404, refused=NO_ASSIGNMENT)
        assignment, row_key = named
        line = told.assignment_line(row_key)
        if assignment.withheld and ask.at_desk:
            return _page(place, "board_withheld", **_common(place, ask, told), row_key=row_key)
        if assignment.withheld or line is None:
            return Answer(404, refused=NO_ASSIGNMENT)
        history = assignment_history(session, number, known.cycle)
    return _page(
        place,
        "board_assignment",
        **_common(place, ask, told),
        line=line,
        history=history,
        write=write_number,
        names=told.names,
        members=[
            (report, member_class(line.assignment, report.agency_code, told.day))
            for report in line.assignment.reports
        ],
    )


def _file(_place: Place, ask: Ask, known: Known, _cycles: Sequence[Cycle]) -> Answer:
    """What the page shows with this filter, as a file: every table as a workbook, or one as CSV."""
    stem, _, kind = ask.name.rpartition(".")
    if (stem, kind) != ("bang", "xlsx") and (stem not in CODES or kind != "csv"):
        return Answer(404, refused=NO_FILE)
    tables = board_tables(known.told, known.points, ask.said)
    name = f"{known.cycle.code}-{'bang-theo-doi' if kind == 'xlsx' else stem}.{kind}"
    body = as_workbook(tables.values()) if kind == "xlsx" else as_csv(tables[stem])
    return Answer(body=body, media=kind_of(name), file_name=name)


Maker = Callable[[Place, Ask, Known, Sequence[Cycle]], Answer]
_MAKERS: dict[str, Maker] = {
    "board": _board,
    "agency": _agency,
    "assignment": _assignment,
    "file": _file,
    **{name: lambda _place, ask, known, _cycles: api_list(ask, known) for name in LISTS},
}


def _page(place: Place, template: str, **facts: Any) -> Answer:
    text = (
        desk_templates()
        .get_template(f"{template}.html.j2")
        .render(layout="board_main.html.j2", base=place.base, path=f"{place.base}{HOME}", **facts)
    )
    title, _, main = text.partition(PARTED)
    body = main.encode()
    return Answer(body=body, title=title.strip(), tag=hashlib.sha256(text.encode()).hexdigest()[:24])


def _common(place: Place, ask: Ask, told: Glance) -> dict[str, Any]:
    board = place.board(ask)
    return {
        "told": told,
        "issuer": place.office.profile.regimes[0].letter.issuer_in_text,
        "board": board,
        "here": f"{board}/{told.view.code}",
        "at_desk": ask.at_desk,
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
    said = {
        **asked.query,
        "trang": "",
        **{names.get(name, name): str(value) for name, value in changed.items()},
    }
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
