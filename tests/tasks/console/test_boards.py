"""The console's boards, against the requests as they stand: rows, words, pictures; nothing of a withheld task."""

import base64
import re
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from models.codes import NoticeState, RequestState
from models.notice import Notice
from models.rules.board.lamps import Lamp
from models.time import VIETNAM
from tasks.console import boards
from tasks.console.boards import cycle_boards, held_and_failed, standing_sentence
from tasks.console.lights_picture import COLUMNS, lights_picture
from tasks.console.submission_chart import submission_chart
from tasks.reminders.pauses import pause_cycle
from tasks.reminders.sweep import plan_notices
from tasks.states import MACHINE, move_request
from tasks.steps import collect_step, one_after_another

NOW = datetime(2026, 3, 4, 9, tzinfo=VIETNAM).astimezone(UTC)
LATE = datetime(2026, 3, 23, 9, tzinfo=VIETNAM).astimezone(UTC)


@pytest.fixture
def under_way(few: Any) -> Any:
    """SNV has reported in time; STC, SKHCN and a ward have not, and the deadline is past."""
    province = few.with_settings(portal_url="https://bao-cao.example/tinh")
    province.mark_sent(NOW)
    (province.inbox / "SNV.xlsx").write_bytes(province.filled("SNV"))
    collect_step(province.office, NOW, one_after_another)
    assert province.request("SNV").state == RequestState.COMPLETE
    return province


def pictures(markdown: str) -> list[ElementTree.Element]:
    found = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", markdown)
    return [ElementTree.fromstring(base64.b64decode(content)) for content in found]


def test_the_board_of_a_cycle(under_way: Any) -> None:
    (board,) = cycle_boards(under_way.office, LATE)
    assert board.headline.startswith("Đã nhận 01/04 báo cáo; còn 03 cơ quan, đơn vị chưa gửi. Hạn 20/3/2026")
    assert [row["Tình trạng"] for row in board.agencies] == ["▲ Chưa gửi, quá hạn"] * 3 + [
        "● Đạt yêu cầu, đúng hạn"
    ]
    assert board.agencies[-1]["Cơ quan, đơn vị, địa phương"] == "Sở Nội vụ"
    assert board.agencies[-1]["Nhận lúc"].endswith("04/3/2026")
    assert [row["Mã"] for row in board.missing] == ["SKHCN", "STC", "3127"]
    assert {row["Còn / quá hạn"] for row in board.missing} == {"quá hạn 03 ngày"}
    assert "(https://bao-cao.example/tinh/thu-ky/bang/bcd-quy-2026-Q1)" in board.words
    lights, chart = pictures(board.words)
    said = "".join(lights.itertext())
    assert "Sở Nội vụ" in said
    assert said.count("▲") == 3
    assert "01/4" not in "".join(chart.itertext())
    assert "1/4 báo cáo đến ngày" in "".join(chart.itertext())
    assert standing_sentence(under_way.office, LATE) == (
        "Đã nhận 01/04 báo cáo; còn 03 cơ quan, đơn vị chưa gửi."
    )


def test_a_ministry_gets_the_worst_in_the_picture_and_all_in_the_table(
    under_way: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "MOST_LIGHTS", 3)
    (board,) = cycle_boards(under_way.office, LATE)
    lights, _ = pictures(board.words)
    assert "Sở Nội vụ" not in "".join(lights.itertext())
    assert "Còn 1 nơi khác" in board.words
    assert len(board.agencies) == 4


def test_nobody_is_missing_who_owes_nothing(under_way: Any) -> None:
    with under_way.store.writing() as session:
        request = under_way.request("STC")
        request = session.merge(request)
        move_request(session, request, RequestState.EXEMPT, reason="thử", actor=MACHINE, now=LATE)
    (board,) = cycle_boards(under_way.office, LATE)
    assert [row["Mã"] for row in board.missing] == ["SKHCN", "3127"]


def test_without_a_cycle_there_is_nothing_to_show(imported: Any) -> None:
    assert cycle_boards(imported.office, LATE) == []
    assert standing_sentence(imported.office, LATE) == ""
    assert held_and_failed(imported.office, LATE) == ()


def test_what_is_held_and_what_failed(few_both: Any) -> None:
    under_way, office = few_both, few_both.office
    under_way.mark_sent(NOW)
    with under_way.store.writing() as session:
        pause_cycle(session, "bcd-quy-2026-Q1", reason="Chờ công văn mới", actor="Thư ký", now=LATE)
        cycle_id = under_way.cycle(session).id or 0
    plan_notices(under_way.store, cycle_id, office.calendar(date(2026, 3, 23)), LATE)
    rows = held_and_failed(office, LATE)
    assert {row["Tình trạng"] for row in rows} == {NoticeState.HELD.label}
    assert {row["Kỳ"] for row in rows} == {"bcd-quy-2026-Q1"}
    assert all("Chờ công văn mới" in row["Vì sao"] for row in rows)
    held = [notice for notice in under_way.all(Notice) if notice.state == NoticeState.HELD]
    assert len(rows) == len(held) > 0


def test_the_chart_stands_alone_and_says_its_deadline() -> None:
    days = [(date(2026, 3, 12), 14), (date(2026, 3, 20), 52)]
    svg = submission_chart(days, expected=60, due=date(2026, 3, 20), seen=date(2026, 3, 25))
    picture = ElementTree.fromstring(svg)
    said = "".join(picture.itertext())
    assert "Hạn 20/3/2026" in said
    assert "52/60 báo cáo đến ngày 20/3/2026" in said
    assert not re.search(r"<script|style=|href|url\(", svg)
    assert submission_chart([], expected=60, due=date(2026, 3, 20), seen=date(2026, 3, 25)) == ""


def test_every_light_has_its_sign_and_a_name_that_is_a_tag_does_no_harm() -> None:
    lights = [(f"Cơ quan <b>{lamp.value}</b>", lamp) for lamp in Lamp]
    picture = ElementTree.fromstring(lights_picture(lights))
    said = "".join(picture.itertext())
    assert all(lamp.sign in said and lamp.label in said for lamp in Lamp)
    assert "<b>overdue</b>" in said
    assert picture.get("viewBox", "").split()[3] == str(-(-len(lights) // COLUMNS) * 27 + 16)
    assert lights_picture([]) == ""
