"""The board at the desk: what it says is what the figures say, what is filtered is what is downloaded, and nothing of a
withheld assignment is anywhere."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import select

from models.codes import AssignmentClass, Basis, ConfirmationVerdict, DeskRole, ReportStatus
from models.desk_act import Confirmation
from models.register import Assignment
from models.rules.board.glance import Glance
from models.submission import AssignmentReport
from tasks.board.reading import Board
from tasks.cycle.cycles import find_cycle
from tasks.cycle.request_acts import extend_request, find_request
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.steps import collect_step, one_after_another, open_step

CYCLE = "bcd-quy-2026-Q1"
HOUR = timedelta(hours=1)


@pytest.fixture
def province(few: Any, clock: Any) -> Any:
    """Sở Nội vụ has reported, Sở Tài chính with faults, two are silent."""
    few.mark_sent(clock() - HOUR)
    (few.inbox / "SNV.xlsx").write_bytes(few.filled("SNV"))
    (few.inbox / "STC.xlsx").write_bytes(few.filled("STC", leave_out=1))
    collect_step(few.office, clock(), one_after_another)
    return few


@pytest.fixture
def reader(province: Any, desk_of: Any) -> Any:
    return desk_of(province, DeskRole.READER)


def told(province: Any, clock: Any) -> Glance:
    with province.store.reading() as session:
        return Board(province.store, session, clock()).glance(find_cycle(session, CYCLE))


def withhold(province: Any, row_key: str, now: Any) -> None:
    with province.store.writing() as session:
        set_withheld(
            session, find_assignment(session, row_key), withheld=True, reason="Mật", actor="Thư ký", now=now
        )


def id_of(province: Any, row_key: str) -> int:
    with province.store.reading() as session:
        return find_assignment(session, row_key).id or 0


def test_the_page_says_what_the_figures_say(province: Any, reader: Any, clock: Any) -> None:
    page = reader.get("/bang")
    assert page.status == 200
    figures = told(province, clock)
    overall = figures.on(Basis.DECLARED).overall
    assert "tính đến ngày 14/3/2026" in page.text
    assert "Tình hình gửi báo cáo: tính đến hết ngày 12/3/2026" in page.text
    assert "Còn 08 ngày (06 ngày làm việc)" in page.text
    assert "Đã nhận báo cáo 2/4 (50%)" in page.text
    assert "Đạt yêu cầu 1/4 (25%)" in page.text
    assert "Quá hạn chưa gửi 0/4 (0%)" in page.text
    assert f"Tổng số {overall.total} nhiệm vụ" in page.text
    assert f"Bảo đảm tiến độ/tổng số {overall.on_schedule.text}" in page.text
    assert "Đạt yêu cầu, đúng hạn: 1" in page.text
    assert "Đã gửi, chờ hoàn thiện: 1" in page.text
    assert "Chưa gửi, còn hạn: 2" in page.text
    assert "Chưa xác nhận trạng thái nào" in page.text
    assert len([tag for tag in page.tags if tag[0] == "h1"]) == 1


def test_overdue_is_seen_the_day_after(province: Any, desk_of: Any, clock: Any) -> None:
    clock.at += timedelta(days=9)
    page = desk_of(province, DeskRole.READER).get(f"/bang/{CYCLE}")
    assert "Đã quá hạn 01 ngày Đã nhận" in page.text
    assert "Quá hạn chưa gửi 2/4 (50%)" in page.text
    assert "Chưa gửi, quá hạn 01 ngày" in page.text


def test_confirmed_figures_stand_beside_the_declared_ones_and_are_named(
    province: Any, reader: Any, clock: Any
) -> None:
    with province.store.writing() as session:
        report = session.exec(
            select(AssignmentReport).where(AssignmentReport.status == ReportStatus.IN_PROGRESS)
        ).first()
        assert report is not None
        session.add(
            Confirmation(
                cycle_id=find_cycle(session, CYCLE).id or 0,
                assignment_id=report.assignment_id,
                agency_id=find_request(session, CYCLE, "SNV").agency_id,
                assignment_report_id=report.id,
                verdict=ConfirmationVerdict.CONFIRMED,
                status=report.status,
                actor="Thư ký",
                at=clock(),
            )
        )
    page = reader.get(f"/bang/{CYCLE}")
    assert "Theo số đã xác nhận" in page.text
    assert "Theo báo cáo của cơ quan, đơn vị" in page.text
    assert "Đã xác nhận 1/" in page.text
    confirmed = told(province, clock).on(Basis.CONFIRMED).overall
    assert f"{confirmed.on_schedule.text}" in page.text
    switched = reader.get(f"/bang/{CYCLE}?basis=confirmed")
    assert "Đang xem theo số đã xác nhận" in switched.text


def test_filters_stand_in_the_address(province: Any, reader: Any, clock: Any) -> None:
    whole = reader.get(f"/bang/{CYCLE}")
    assert "Sở Nội vụ" in whole.text
    communes = reader.get(f"/bang/{CYCLE}?kind=commune&state=waiting")
    assert "Đang lọc: khối Xã, phường; tình hình gửi báo cáo “Chưa gửi, còn hạn”" in communes.text
    links = [str(a["href"]) for a in communes.fields("a") if "/co-quan/" in str(a.get("href"))]
    assert links == [f"/thu-ky/bang/{CYCLE}/co-quan/3127"]
    found = reader.get(f"/bang/{CYCLE}?q=so+tai+chinh")  # typed without marks
    assert {a["href"] for a in found.fields("a") if "/co-quan/" in str(a.get("href"))} == {
        f"/thu-ky/bang/{CYCLE}/co-quan/STC"
    }
    section = reader.get(f"/bang/{CYCLE}?section=KH57-2026/VIII")
    assert "3/37 nhiệm vụ" in section.text
    odd = reader.get(f"/bang/{CYCLE}?kind=nonsense&class=&state=")
    assert "Đang lọc" not in odd.text


@pytest.mark.parametrize("asked", ["", "?kind=commune", "?section=KH57-2026/V&class=no_report", "?q=chinh"])
def test_downloads_are_exactly_what_is_shown(reader: Any, asked: str) -> None:
    page = reader.get(f"/bang/{CYCLE}{asked}")
    shown = {str(a["href"]).rpartition("/")[2] for a in page.fields("a") if "/co-quan/" in str(a.get("href"))}
    tasks = [a["href"] for a in page.fields("a") if "/nhiem-vu/" in str(a.get("href"))]
    assert all("/tai/" in str(a["href"]) for a in page.fields("a") if str(a.get("href")).endswith(".xlsx"))
    answer = reader.download(f"/bang/{CYCLE}/tai/bang.xlsx{asked}")
    assert answer.headers["content-disposition"] == f'attachment; filename="{CYCLE}-bang-theo-doi.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    codes = {row[0].value for row in book["Cơ quan"].iter_rows(min_row=5) if row[0].value}
    keys = [row[0].value for row in book["Nhiệm vụ"].iter_rows(min_row=5) if row[0].value]
    assert codes == shown
    assert len(keys) == len(tasks)
    assert "14/3/2026" in str(book["Nhiệm vụ"]["A2"].value)
    text = reader.download(f"/bang/{CYCLE}/tai/nhiem-vu.csv{asked}").content.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), delimiter=";"))
    assert [row[0] for row in rows[4:]] == keys
    assert "14/3/2026" in rows[1][0]


def test_an_unknown_file_cycle_agency_or_assignment_is_told(reader: Any) -> None:
    for path in ("/tai/bang.exe", "/tai/khac.csv", "/tai/bang.csv", "/co-quan/ZZZ", "/nhiem-vu/99999"):
        assert reader.get(f"/bang/{CYCLE}{path}").status == 404, path
    assert reader.get("/bang/khong-co").status == 404


def test_a_draft_is_not_on_the_board(province: Any, reader: Any, clock: Any) -> None:
    open_step(province.office, "2026-Q2", clock())
    assert reader.get("/bang/bcd-quy-2026-Q2").status == 404
    assert "bcd-quy-2026-Q2" not in reader.get("/bang").html


def test_one_agency(province: Any, reader: Any, clock: Any) -> None:
    with province.store.writing() as session:
        request = find_request(session, CYCLE, "STC")
        extend_request(session, request, date(2026, 3, 27), reason="Chờ số liệu", actor="Thư ký", now=clock())
    page = reader.get(f"/bang/{CYCLE}/co-quan/STC")
    assert "Hạn gửi 27/3/2026 (ban đầu: 20/3/2026 )" in page.text
    assert "Cần hoàn thiện" in page.text
    assert "chưa có (số liệu sơ bộ)" in page.text
    own = reader.get(f"/bang/{CYCLE}/co-quan/SNV")
    assert "Đúng hạn 1/1 (100%) kỳ" in own.text
    assert "Đang thực hiện trong hạn" in own.text
    for row_key in (line.row_key for line in province.form("SNV").assignments):
        assert f"/thu-ky/bang/{CYCLE}/nhiem-vu/{id_of(province, row_key)}" in own.html


def test_one_assignment_with_its_history(province: Any, reader: Any) -> None:
    row_key = next(line.row_key for line in province.form("SNV").assignments if line.kind == "date")
    page = reader.get(f"/bang/{CYCLE}/nhiem-vu/{id_of(province, row_key)}")
    assert row_key.partition("/")[2] in page.text
    assert "thời hạn ban đầu" in page.text
    assert "Đang thực hiện, 40%" in page.text
    assert "Công văn số 15/SNV-CCHC" in page.text
    assert "chưa xác nhận" in page.text


def test_a_withheld_assignment_is_only_its_key_at_the_desk(province: Any, reader: Any, clock: Any) -> None:
    row_key = next(line.row_key for line in province.form("SNV").assignments)
    figures = told(province, clock)
    name = next(line.assignment.name for line in figures.assignments if line.assignment.row_key == row_key)
    assert name in reader.get(f"/bang/{CYCLE}").text
    withhold(province, row_key, clock())
    page = reader.get(f"/bang/{CYCLE}")
    assert "Không gồm 01 nhiệm vụ không đưa lên hệ thống" in page.text
    own = reader.get(f"/bang/{CYCLE}/nhiem-vu/{id_of(province, row_key)}")
    assert row_key in own.text
    assert "không đưa lên hệ thống" in own.text
    book = reader.download(f"/bang/{CYCLE}/tai/bang.xlsx").content
    cells = "\n".join(
        str(cell.value) for sheet in load_workbook(BytesIO(book)) for row in sheet.iter_rows() for cell in row
    )
    for text in (page.text, own.text, reader.get(f"/bang/{CYCLE}/co-quan/SNV").text, cells):
        assert name not in text


def test_the_class_filter_leaves_what_has_that_class(province: Any, reader: Any, clock: Any) -> None:
    figures = told(province, clock)
    for of_class in AssignmentClass:
        expected = sum(line.classes[Basis.DECLARED] is of_class for line in figures.assignments)
        page = reader.get(f"/bang/{CYCLE}?class={of_class.value}")
        assert f"{expected}/37 nhiệm vụ" in page.text, of_class


def test_a_group_shows_its_members(province: Any, reader: Any) -> None:
    with province.store.reading() as session:
        led = session.exec(select(Assignment).where(Assignment.key == "III.4")).one()
    page = reader.get(f"/bang/{CYCLE}/nhiem-vu/{led.id}")
    assert "0/1 xã, phường" in page.text


def test_the_board_leads_to_where_one_acts(province: Any, desk_of: Any) -> None:
    officer = desk_of(province, DeskRole.OFFICER)
    row_key = province.form("SNV").assignments[0].row_key
    number = id_of(province, row_key)
    for page, ways in (
        (f"/bang/{CYCLE}", [f"/ky/{CYCLE}"]),
        (f"/bang/{CYCLE}/co-quan/SNV", ["/danh-ba/SNV", f"/xac-nhan/{CYCLE}/SNV"]),
        (f"/bang/{CYCLE}/nhiem-vu/{number}", [f"/nhiem-vu/{number}"]),
    ):
        html = officer.get(page).html
        for way in ways:
            assert f'href="/thu-ky{way}"' in html
            assert officer.get(way).status == 200, way
