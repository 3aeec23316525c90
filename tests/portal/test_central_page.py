"""The page of the central systems: out, in, what differs, and deadlines taken over by a leader."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from models.codes import DeskRole
from models.desk_act import CentralCode
from models.history import Audit
from models.register import AssignmentRevision
from tasks.registers.register_acts import find_assignment

ROW_KEY = "KH57-2026/I.6"


@pytest.fixture
def province(few: Any, clock: Any) -> Any:
    few.mark_sent(clock() - timedelta(hours=1))
    return few


def carried(seat: Any, **changed: str) -> bytes:
    """The exported workbook with codes in every row and something changed in the row of I.6."""
    answer = seat.download("/trung-uong/nq57/xuat")
    assert answer.headers["content-disposition"] == 'attachment; filename="nq57-bcd-quy-2026-Q1.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        sheet.cell(row, columns["ID"]).value = f"N{row}"
        if sheet.cell(row, columns["Mã tại địa phương"]).value == ROW_KEY:
            for header, value in changed.items():
                sheet.cell(row, columns[header.replace("_", " ")]).value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bring(seat: Any, content: bytes) -> Any:
    return seat.post("/trung-uong/nq57/tep", files={"tep": ("tai ve.xlsx", content)})


def test_an_officer_brings_a_workbook_and_sees_what_differs(province: Any, desk_of: Any) -> None:
    officer = desk_of(province, DeskRole.OFFICER)
    assert "Hệ thống giám sát triển khai Nghị quyết số 57-NQ/TW" in officer.get("/trung-uong").text
    page = bring(officer, carried(officer, Thời_hạn_điều_chỉnh="31/12/2026", Tình_trạng="Đã hoàn thành"))
    assert "Đã nạp tệp" in page.text
    assert "Dòng khớp với nhiệm vụ của tỉnh 37" in page.text
    assert "31/12/2026" in page.text
    assert "Chưa có thông tin (chưa có báo cáo)" in page.text
    assert "/thoi-han" not in page.html  # a leader's act
    assert province.count(CentralCode) == 37
    assert "tai ve.xlsx" in officer.get("/trung-uong").text


def test_a_leader_takes_a_deadline_over_by_a_document(province: Any, desk_of: Any) -> None:
    officer, leader = desk_of(province, DeskRole.OFFICER), desk_of(province, DeskRole.LEADER)
    page = bring(officer, carried(officer, Thời_hạn_điều_chỉnh="31/12/2026"))
    here = re.search(r"/trung-uong/nq57/[0-9a-f]{64}", page.url)
    assert here is not None
    with province.store.reading() as session:
        assignment = find_assignment(session, ROW_KEY)
    said = {"nhiem_vu": str(assignment.id), "so": "15/KH-BCĐ", "ngay": "10/3/2026"}
    assert officer.post(f"{here[0]}/thoi-han", said).status == 403
    nothing = leader.post(f"{here[0]}/thoi-han", {**said, "so": ""})
    assert (nothing.status, "Chưa ghi số, ký hiệu văn bản" in nothing.text) == (422, True)
    done = leader.post(f"{here[0]}/thoi-han", said)
    assert "Đã điều chỉnh thời hạn theo văn bản" in done.text
    again = leader.post(f"{here[0]}/thoi-han", said)
    assert again.status == 200
    revisions = province.all(AssignmentRevision, AssignmentRevision.assignment_id == assignment.id)
    assert [(r.no, r.deadline_raw, r.source) for r in revisions][1:] == [
        (2, "31/12/2026", "15/KH-BCĐ ngày 10/3/2026")
    ]
    assert len([act for act in province.all(Audit) if act.act == "dieu-chinh-thoi-han"]) == 1
    board = leader.get(f"/bang/bcd-quy-2026-Q1/nhiem-vu/{assignment.id}")
    assert "điều chỉnh theo 15/KH-BCĐ ngày 10/3/2026" in board.text
    assert f"ban đầu: {revisions[0].deadline_raw}" in board.text


def test_a_row_is_named_and_a_code_taken_back(province: Any, desk_of: Any) -> None:
    officer = desk_of(province, DeskRole.OFFICER)
    page = bring(officer, carried(officer, Nhiệm_vụ="Việc khác hẳn"))
    assert "Việc khác hẳn (chưa khớp mã, tên)" in page.text
    here = re.search(r"/trung-uong/nq57/[0-9a-f]{64}", page.url)
    code = re.search(r'name="ma" value="(N\d+)"', page.html)
    assert here is not None
    assert code is not None
    with province.store.reading() as session:
        number = find_assignment(session, ROW_KEY).id
    assert "Chọn nhiệm vụ" in officer.post(f"{here[0]}/ma", {"ma": code[1]}).text
    named = officer.post(f"{here[0]}/ma", {"ma": code[1], "nhiem_vu": str(number)})
    assert "Đã ghi mã" in named.text
    assert "Mọi dòng đều khớp" in named.text
    dropped = officer.post(f"{here[0]}/bo-ma", {"nhiem_vu": str(number), "ly_do": "Nhầm"})
    assert "Đã bỏ mã" in dropped.text
    assert province.count(CentralCode, CentralCode.ended_at.is_not(None)) == 1


def test_what_cannot_be_taken_is_told(province: Any, desk_of: Any) -> None:
    officer = desk_of(province, DeskRole.OFFICER)
    assert "Chưa chọn tệp" in officer.post("/trung-uong/nq57/tep").text
    wrong = officer.post("/trung-uong/nq57/tep", files={"tep": ("x.pdf", b"%PDF-1.4")})
    assert (wrong.status, "phải là bảng tính .xlsx" in wrong.text) == (422, True)
    assert officer.get("/trung-uong/khac/xuat").status == 404
    assert officer.get(f"/trung-uong/nq57/{'0' * 64}").status == 404
    reader = desk_of(province, DeskRole.READER)
    assert 'type="file"' not in reader.get("/trung-uong").html
    assert bring(reader, b"").status == 403
