"""Every number of the workbook leads to rows of the database that make it: counted again here, from what is listed."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select

from models.codes import Basis, ReportStatus
from models.cycle import Cycle, Request
from models.directory import Agency
from models.register import Assignment, Register
from models.submission import Arrival, AssignmentReport, Submission
from models.time import VIETNAM
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import close_cycle, find_cycle
from tasks.documents.report_sheet import SUBMISSIONS, SUMMARY, report_workbook
from tasks.documents.trace_sheet import TRACE
from tasks.documents.trace_sources import read_sources
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.statuses.confirming import all_unconfirmed, confirm
from tasks.statuses.words import read_words
from tasks.steps import collect_step, one_after_another

CYCLE = "bcd-quy-2026-Q1"
T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)
SEEN = date(2026, 3, 24)
Rows = list[dict[str, Any]]


@pytest.fixture
def handed_in(few_both: Any) -> Any:
    """SNV hands in twice, a ward once, with a completion; SNV's words are confirmed; STC and SKHCN are silent."""
    few_both.mark_sent(T0 - HOUR)
    key = next(line.row_key for line in few_both.form("SNV").assignments if line.kind == "date")
    for name, agency, how in (
        ("snv-1", "SNV", {}),
        ("phuong", "3127", {}),
        ("snv-2", "SNV", {"status": {key.partition("/")[2]: "Hoàn thành"}}),
    ):
        (few_both.inbox / f"{name}.xlsx").write_bytes(few_both.filled(agency, **how))
        collect_step(few_both.office, T0 + HOUR * (1 + (name == "snv-2")), one_after_another)
    with few_both.store.writing() as session:
        cycle = find_cycle(session, CYCLE)
        agency_id = session.exec(select(Agency.id).where(Agency.code == "SNV")).one() or 0
        looks = all_unconfirmed(read_words(session, cycle), agency_id)
        confirm(session, cycle, looks, actor="Lò Thị Mai (mai.lt)", now=T0 + 3 * HOUR)
    return few_both


def workbook(province: Any) -> Any:
    with province.store.reading() as session:
        cycle = find_cycle(session, CYCLE)
        view = read_cycle(session, cycle)
        sources = read_sources(session, cycle, view)
    return load_workbook(BytesIO(report_workbook(view, view.as_of, seen_on=SEEN, sources=sources)))


def traced(book: Any) -> Rows:
    every = [[cell.value for cell in row] for row in book[TRACE].iter_rows()]
    header = next(number for number, row in enumerate(every) if row[0] == "Mã số liệu")
    return [dict(zip(every[header], row, strict=True)) for row in every[header + 1 :]]


def recounted(rows: Rows) -> dict[str, tuple[str, Any, int]]:
    """Code -> (where and what, value as printed, how many different rows stand there)."""
    found: dict[str, tuple[str, Any, int]] = {}
    for code in dict.fromkeys(row["Mã số liệu"] for row in rows):
        mine = [row for row in rows if row["Mã số liệu"] == code]
        how = mine[0]["Cách đếm"]
        if how in ("Đếm nhiệm vụ", "Đếm chỉ tiêu"):
            count = len({row["Mã dòng"] for row in mine})
        else:
            count = len({(row["Mã dòng"], row["Cơ quan, đơn vị"]) for row in mine})
        found[code] = (f"{mine[0]['Nơi ghi']}|{mine[0]['Số liệu']}", mine[0]["Giá trị"], count)
    return found


def test_every_number_is_made_by_the_rows_listed_for_it(handed_in: Any) -> None:
    counts = recounted(traced(workbook(handed_in)))
    whole = {code: (value, count) for code, (_, value, count) in counts.items() if isinstance(value, int)}
    assert len(whole) > 50
    assert {code: value for code, (value, _) in whole.items()} == {
        code: count for code, (_, count) in whole.items()
    }


def test_the_numbers_of_the_summary_are_all_traced(handed_in: Any) -> None:
    book = workbook(handed_in)
    by_name = {name: value for name, value, _ in recounted(traced(book)).values()}
    every = [[cell.value for cell in row] for row in book[SUMMARY].iter_rows()]
    header = next(number for number, row in enumerate(every) if row[:2] == ["Nội dung", "Tổng số"])
    checked = 0
    for row in every[header + 1 :]:
        for name, value in zip(every[header][1:], row[1:], strict=True):
            if isinstance(value, int) and value:
                traced_value = by_name[f"Tổng hợp, mục IV: {row[0]}|{name} ({Basis.CONFIRMED.label})"]
                assert traced_value == value, (row[0], name)
                checked += 1
    assert checked > 30
    assert by_name["Tổng hợp, mục I: Cơ quan, đơn vị|Phải gửi báo cáo"] == 4
    assert by_name["Tổng hợp, mục I: Cơ quan, đơn vị|Đạt yêu cầu, đúng hạn"] == 2
    assert by_name["Tổng hợp, mục I: Cơ quan, đơn vị|Chưa gửi, đã quá hạn"] == 2
    assert len([1 for row in book[SUBMISSIONS].iter_rows() if row[0].value in (1, 2, 3, 4)]) == 4


def test_each_word_leads_to_the_version_and_the_file_it_came_in(handed_in: Any) -> None:
    """Held against the tables themselves: the declaration of the last accepted version."""
    with handed_in.store.reading() as session:
        rows = session.execute(
            select(
                Register.code,
                Assignment.key,
                Agency.name,
                AssignmentReport.status,
                Submission.version,
                Arrival.id,
            )
            .join(Assignment, col(Assignment.register_id) == col(Register.id))
            .join(AssignmentReport, col(AssignmentReport.assignment_id) == col(Assignment.id))
            .join(Submission, col(Submission.id) == col(AssignmentReport.submission_id))
            .join(Arrival, col(Arrival.id) == col(Submission.arrival_id))
            .join(Request, col(Request.id) == col(Submission.request_id))
            .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
            .join(Agency, col(Agency.id) == col(Request.agency_id))
            .where(Cycle.code == CYCLE)
            .order_by(col(Submission.version))
        ).all()
    said = {
        (f"{register}/{key}", name): (status, version, arrival)
        for register, key, name, status, version, arrival in rows
    }
    assert {version for _, version, _ in said.values()} == {1, 2}
    seen = set()
    for row in traced(workbook(handed_in)):
        spoken = said.get((row["Mã dòng"], row["Cơ quan, đơn vị"]))
        if spoken is None or not row["Phiên bản"]:
            assert row["Phiên bản"] is None or not row["Mã dòng"], row
            continue
        status, version, arrival = spoken
        assert row["Phiên bản"] == f"Lần {version}, kỳ {CYCLE}"
        assert str(row["Kê khai"]).startswith(ReportStatus(status).label)
        assert str(row["Tệp nhận"]).endswith(f"(thư mục nhận báo cáo, tệp đến số {arrival})")
        seen.add((row["Mã dòng"], row["Cơ quan, đơn vị"]))
    assert len(seen) > 5


def test_confirmed_numbers_are_named_so_and_say_who_confirmed(handed_in: Any) -> None:
    rows = [row for row in traced(workbook(handed_in)) if "theo số đã xác nhận" in str(row["Số liệu"])]
    assert rows
    mine = [row for row in rows if row["Cơ quan, đơn vị"] == "Sở Nội vụ" and row["Phiên bản"]]
    assert mine
    assert all(str(row["Đã xác nhận"]).endswith("(Lò Thị Mai (mai.lt))") for row in mine)
    others = [row for row in rows if row["Cơ quan, đơn vị"] != "Sở Nội vụ" and row["Phiên bản"]]
    assert others
    assert {row["Đã xác nhận"] for row in others} == {"Chưa xác nhận"}


def test_a_withheld_assignment_is_in_no_line(handed_in: Any) -> None:
    key = handed_in.form("SNV").assignments[0].row_key
    with handed_in.store.writing() as session:
        assignment = find_assignment(session, key)
        set_withheld(session, assignment, withheld=True, reason="Mật", actor="Thư ký", now=T0 + 4 * HOUR)
    assert all(row["Mã dòng"] != key for row in traced(workbook(handed_in)))


def test_the_workbook_of_a_closed_cycle_is_the_same_whenever_it_is_made(handed_in: Any) -> None:
    def made() -> bytes:
        with handed_in.open_again().reading() as session:
            cycle = find_cycle(session, CYCLE)
            view = read_cycle(session, cycle)
            sources = read_sources(session, cycle, view)
        return report_workbook(view, view.as_of, seen_on=SEEN, sources=sources)

    with handed_in.store.writing() as session:
        close_cycle(session, find_cycle(session, CYCLE), reason="Hết kỳ", actor="Thư ký", now=T0 + 5 * HOUR)
    first = made()
    (handed_in.inbox / "muon.xlsx").write_bytes(handed_in.filled("STC"))
    assert made() == first
