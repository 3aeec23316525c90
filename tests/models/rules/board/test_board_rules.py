"""Lights, standings, filters, charts and tokens of the board, as tables that a person can read."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from models.codes import AgencyKind, AssignmentClass, Basis, BoardLinkKind, Comparator, RequestState
from models.rules.board.board_filter import BoardFilter, read_filter
from models.rules.board.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, chart
from models.rules.board.glance import time_left
from models.rules.board.lamps import Lamp, lamp_of
from models.rules.board.link_tokens import board_address, board_token, in_force, read_board_token
from models.rules.board.signs import COLOURS, SIGNS
from models.rules.board.standing import Standing, standing_of
from models.rules.board.trend import period_name
from models.rules.cycle_view import IndicatorView, RequestView
from models.rules.links import link_token, read_token
from models.rules.text import plain
from models.rules.workdays import days_off_from, work_calendar
from models.time import at_hour, end_of

DUE = date(2026, 3, 20)
S = RequestState


def request(
    state: RequestState, received: datetime | None = None, complete: datetime | None = None
) -> RequestView:
    return RequestView(
        agency_code="SNV",
        state=state,
        due=DUE,
        sent_at=at_hour(date(2026, 3, 4), 9),
        first_received_at=received,
        complete_at=complete,
        nothing_reason="",
        exempt_reason="",
        versions=0,
    )


IN_TIME, LATE = end_of(DUE) - timedelta(seconds=1), end_of(DUE)


@pytest.mark.parametrize(
    ("view", "seen", "lamp"),
    [
        (request(S.PLANNED), DUE, Lamp.NOT_ASKED),
        (request(S.EXEMPT), date(2026, 4, 1), Lamp.EXEMPT),
        (request(S.SENT), DUE, Lamp.WAITING),
        (request(S.SENT), DUE + timedelta(1), Lamp.OVERDUE),
        (request(S.SENT, LATE), DUE + timedelta(1), Lamp.MENDING),
        (request(S.INCOMPLETE, IN_TIME), DUE + timedelta(9), Lamp.MENDING),
        (request(S.RECORDED, IN_TIME), DUE + timedelta(9), Lamp.RECORDED),
        (request(S.COMPLETE, IN_TIME, IN_TIME), DUE + timedelta(9), Lamp.ON_TIME),
        (request(S.COMPLETE, IN_TIME, LATE), DUE + timedelta(9), Lamp.LATE),
    ],
)
def test_lamps(view: RequestView, seen: date, lamp: Lamp) -> None:
    assert lamp_of(view, seen) is lamp


def test_no_two_lights_share_a_sign_and_every_one_has_words_and_a_colour() -> None:
    assert len({lamp.sign for lamp in Lamp}) == len(Lamp)
    assert len({standing.sign for standing in Standing}) == len(Standing)
    assert set(SIGNS) == set(COLOURS) == set(AssignmentClass)
    assert len(set(SIGNS.values())) == len(SIGNS)
    assert all(one.label and one.colour for one in (*Lamp, *Standing))


def indicator(value: str, target: str, comparator: Comparator | None, baseline: str = "50") -> IndicatorView:
    return IndicatorView(
        row_key="KH57-2026/I.1",
        register_code="KH57-2026",
        key="I.1",
        section="I",
        section_name="",
        number="1",
        name="",
        unit="%",
        baseline_raw=baseline,
        target_raw=target,
        target_comparator=comparator,
        target_value=Decimal(target) if target else None,
        note="",
        owner_code=None,
        owner_provisional=True,
        reported_raw=value,
        reported_value=Decimal(value) if value.replace(".", "").isdigit() else None,
        reported_as_of=None,
        source="",
    )


@pytest.mark.parametrize(
    ("value", "target", "comparator", "baseline", "standing"),
    [
        ("", "80", Comparator.GE, "50", Standing.NO_DATA),
        ("chưa có số liệu", "80", Comparator.GE, "50", Standing.NO_DATA),
        ("80", "80", Comparator.GE, "50", Standing.MET),
        ("60", "80", Comparator.GE, "50", Standing.ON_WAY),
        ("50", "80", Comparator.GE, "50", Standing.BEHIND),
        ("40", "80", Comparator.GT, "50", Standing.BEHIND),
        ("15", "10", Comparator.LE, "20", Standing.ON_WAY),
        ("25", "10", Comparator.LE, "20", Standing.BEHIND),
        ("60", "80", Comparator.GE, "", Standing.UNSURE),
        ("60", "80", None, "50", Standing.ON_WAY),
        ("45", "80", None, "50", Standing.BEHIND),
        ("90", "80", None, "50", Standing.UNSURE),
        ("80", "80", None, "50", Standing.MET),
        ("5", "4", None, "12", Standing.ON_WAY),  # a target below its baseline
        ("60", "80", None, "80", Standing.UNSURE),
        ("khoảng 60", "80", Comparator.GE, "50", Standing.UNSURE),
        ("60", "", None, "50", Standing.UNSURE),
    ],
)
def test_standings(
    value: str, target: str, comparator: Comparator | None, baseline: str, standing: Standing
) -> None:
    assert standing_of(indicator(value, target, comparator, baseline)) is standing


def test_a_filter_is_its_address_and_back() -> None:
    asked = BoardFilter(
        kind=AgencyKind.COMMUNE,
        section="KH57-2026/V",
        of_class=AssignmentClass.BEHIND,
        lamp=Lamp.OVERDUE,
        q="Điện Biên",
        basis=Basis.CONFIRMED,
    )
    assert read_filter(asked.query) == asked
    assert asked.address.startswith("?kind=commune&section=KH57-2026%2FV&class=behind&state=overdue&q=")
    assert asked.words == (
        "khối Xã, phường; tình hình gửi báo cáo “Chưa gửi, quá hạn”; lĩnh vực V (KH57-2026); "
        "xếp loại nhiệm vụ “Chậm, quá hạn”; có chữ “Điện Biên”"
    )
    assert (BoardFilter().address, BoardFilter().words) == ("", "")
    assert replace(BoardFilter(), basis=Basis.CONFIRMED).words == ""


def test_what_a_filter_does_not_know_restricts_nothing() -> None:
    assert read_filter({"kind": "x", "state": "đỏ", "class": "", "basis": "?", "other": "1"}) == BoardFilter()
    assert len(read_filter({"q": "a" * 5000}).q) == 100


@pytest.mark.parametrize(
    ("typed", "text", "found"),
    [
        ("dien bien", "UBND phường Điện Biên Phủ", True),
        ("ĐIỆN", "Điện Biên", True),
        ("so noi vu", "Sở Nội vụ", True),
        ("sở ngoại vụ", "Sở Nội vụ", False),
        ("uỷ ban", "Ủy ban nhân dân", True),
    ],
)
def test_searching_needs_no_marks(typed: str, text: str, found: bool) -> None:
    assert (BoardFilter(q=typed).wanted in plain(text)) is found
    assert plain("Đ") == "d"


def test_time_left() -> None:
    none = {"confirmed_years": [2026], "cultural_day_24_11": False}
    calendar = work_calendar(days_off_from(none), [2026])
    assert time_left(calendar, date(2026, 3, 12), DUE).text == "còn 08 ngày (06 ngày làm việc)"
    assert time_left(calendar, DUE, DUE).text == "hết hạn trong hôm nay"
    assert time_left(calendar, date(2026, 3, 24), DUE).text == "đã quá hạn 04 ngày (02 ngày làm việc)"
    assert time_left(calendar, date(2026, 3, 21), DUE).text == "đã quá hạn 01 ngày"
    assert time_left(calendar, date(2036, 3, 20), DUE).text == "đã quá hạn 3653 ngày"


def test_a_chart_keeps_within_its_frame_and_breaks_where_a_value_is_missing() -> None:
    drawn = chart([[0, 50, None, 100, 120], [None] * 5], ["a", "b", "c", "d", "e"], 100, "%")
    first, second = drawn.lines
    assert [len(run) for run in first] == [2, 2]
    assert second == ()
    spots = [spot for run in first for spot in run]
    assert all(LEFT <= spot.x <= WIDTH - RIGHT and TOP <= spot.y <= HEIGHT - BOTTOM for spot in spots)
    assert (spots[0].y, spots[-1].y) == (HEIGHT - BOTTOM, TOP)  # 120 is the top: nothing is cut off
    assert [mark.text for mark in drawn.levels] == ["0%", "30%", "60%", "90%", "120%"]
    assert len(chart([[1.0] * 60], [str(n) for n in range(60)], 60).steps) <= 12
    assert chart([[0.0]], ["a"], 0).lines[0][0][0].y == HEIGHT - BOTTOM
    assert chart([[]], [], 0).lines == ((),)


KEY, OTHER = b"k" * 32, b"o" * 32


def test_a_token_opens_what_it_was_made_for_and_nothing_else() -> None:
    page, api = board_token(7, BoardLinkKind.PAGE, KEY), board_token(7, BoardLinkKind.API, KEY)
    assert read_board_token(page, BoardLinkKind.PAGE, KEY) == 7
    assert read_board_token(page, BoardLinkKind.API, KEY) is None
    assert read_board_token(api, BoardLinkKind.PAGE, KEY) is None
    assert read_board_token(page, BoardLinkKind.PAGE, OTHER) is None
    assert read_board_token(page.replace("7-", "8-", 1), BoardLinkKind.PAGE, KEY) is None
    for odd in ("", "7", "7-", "0-" + page[2:], page + "a", page.upper(), "７-" + page[2:]):
        assert read_board_token(odd, BoardLinkKind.PAGE, KEY) is None
    request_link = link_token(7, 1, KEY)
    assert read_board_token(request_link, BoardLinkKind.PAGE, KEY) is None
    assert read_token(page, KEY) is None
    assert board_address("https://x.example/so/", page) == f"https://x.example/so/xem/{page}"
    with pytest.raises(ValueError, match="khóa"):
        board_token(7, BoardLinkKind.PAGE, b"")


@pytest.mark.parametrize(
    ("last_day", "revoked", "opens"),
    [(None, False, True), (DUE, False, True), (DUE - timedelta(1), False, False), (None, True, False)],
)
def test_in_force(last_day: date | None, revoked: bool, opens: bool) -> None:
    assert in_force(last_day, revoked, DUE) is opens


@pytest.mark.parametrize(("period", "name"), [("2026-Q1", "Quý I/2026"), ("dot-xuat-1", "dot-xuat-1")])
def test_period_names(period: str, name: str) -> None:
    assert period_name(period) == name
