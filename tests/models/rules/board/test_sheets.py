"""A long list of agencies in parts: those to look at first, first."""

from datetime import date

from models.codes import AgencyKind
from models.rules.board.glance import AgencyLine
from models.rules.board.lamps import Lamp
from models.rules.board.sheets import PER_SHEET, WHOLE, kind_rows, sheet_of
from models.rules.cycle_view import AgencyView, RequestView

DUE = date(2026, 3, 20)


def line(number: int, lamp: Lamp | None, late: int = 0, kind: AgencyKind = AgencyKind.COMMUNE) -> AgencyLine:
    request: RequestView | None = None
    return AgencyLine(AgencyView(f"X{number}", f"Xã {number}", kind, number), request, lamp, late, {})


def test_a_short_list_is_shown_whole_in_its_order() -> None:
    lines = [line(n, Lamp.ON_TIME if n % 2 else Lamp.OVERDUE) for n in range(WHOLE)]
    sheet = sheet_of(lines, 7)
    assert (sheet.lines, sheet.number, sheet.many) == (tuple(lines), 1, 1)


def test_of_a_long_list_whoever_is_overdue_longest_comes_first_and_nobody_is_left_out() -> None:
    lines = [
        *(line(n, Lamp.ON_TIME) for n in range(PER_SHEET)),
        line(900, None),
        *(line(1000 + n, Lamp.OVERDUE, n) for n in range(PER_SHEET)),
        line(2000, Lamp.MENDING),
    ]
    first, last = sheet_of(lines, 1), sheet_of(lines, 99)
    assert [one.days_late for one in first.lines[:2]] == [PER_SHEET - 1, PER_SHEET - 2]
    assert (last.number, last.many, last.first) == (3, 3, 2 * PER_SHEET + 1)
    assert last.lines[-1].lamp is None
    shown = [one.agency.code for n in (1, 2, 3) for one in sheet_of(lines, n).lines]
    assert sorted(shown) == sorted(one.agency.code for one in lines)
    assert sheet_of(lines, 2).lines[0].lamp is Lamp.MENDING


def test_each_kind_is_counted_by_its_lights() -> None:
    lines = [line(1, Lamp.OVERDUE), line(2, None), line(3, Lamp.LATE, kind=AgencyKind.DEPARTMENT)]
    rows = kind_rows(lines)
    assert [(row.kind, row.total) for row in rows] == [(AgencyKind.DEPARTMENT, 1), (AgencyKind.COMMUNE, 2)]
    assert rows[1].lamps[Lamp.OVERDUE] == 1
    assert sum(rows[1].lamps.values()) == 1
