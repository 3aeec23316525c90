"""The call sheet for print: every call on it, worst first, on landscape paper whose header repeats."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT

from models.rules.reminders.call_sheet import CallRow, Rank
from tasks.documents.call_sheet_word import write_call_sheet
from tasks.reminders.call_sheet import CallSheet
from templates import FOLDER

ROW = CallRow(
    agency="Sở <Nội vụ> & 1",
    officers=("Trần Văn B, 0215 3825 001", "Nguyễn Thị D, 0912 345 678"),
    heads=("Lê Thị C",),
    owed=("Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 02 ngày làm việc", "02 nhiệm vụ"),
    late="quá hạn 02 ngày làm việc",
    promises=("hẹn nộp 23/3/2026 (đã qua)",),
    faults=("tin không gửi được",),
    last_told="08:00 ngày 23/3/2026",
    rank=Rank.REPORT,
    since=date(2026, 3, 20),
    broken=True,
)
BARE = replace(ROW, agency="Sở Y tế", officers=(), heads=(), promises=(), faults=(), last_told="")
SHEET = CallSheet(
    day=date(2026, 3, 25),
    made_at=datetime(2026, 3, 25, 0, 30, tzinfo=UTC),
    unit="Tổ Giúp việc Ban Chỉ đạo tỉnh",
    rows=(ROW, BARE),
    notes=("Báo cáo rà soát: đang tạm dừng nhắc.",),
    zalo_text="",
)


def texts(sheet: CallSheet) -> list[str]:
    document = Document(io.BytesIO(write_call_sheet(sheet)))
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def table(sheet: CallSheet) -> list[list[str]]:
    (found,) = Document(io.BytesIO(write_call_sheet(sheet))).tables
    return [[cell.text for cell in row.cells] for row in found.rows]


def test_every_call_has_its_row_and_room_for_the_answer() -> None:
    assert table(SHEET) == [
        [
            "TT",
            "Cơ quan, đơn vị, địa phương",
            "Người cần gọi",
            "Còn nợ",
            "Đã nói; tin không tới",
            "Gửi tin gần nhất",
            "Kết quả gọi",
        ],
        [
            "1",
            "Sở <Nội vụ> & 1",
            "Trần Văn B, 0215 3825 001\nNguyễn Thị D, 0912 345 678\nThủ trưởng: Lê Thị C",
            "Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 02 ngày làm việc\n02 nhiệm vụ",
            "Hẹn nộp 23/3/2026 (đã qua)\nTin không gửi được",
            "23/3/2026",
            "",
        ],
        [
            "2",
            "Sở Y tế",
            "Chưa có đầu mối trong danh bạ",
            "Báo cáo Quý I/2026, hạn 20/3/2026, quá hạn 02 ngày làm việc\n02 nhiệm vụ",
            "",
            "Chưa gửi",
            "",
        ],
    ]


def test_it_says_whose_it_is_and_of_which_morning() -> None:
    assert texts(SHEET) == [
        "Tổ Giúp việc Ban Chỉ đạo tỉnh",
        "DANH SÁCH GỌI ĐÔN ĐỐC BÁO CÁO",
        "(Thứ Tư, ngày 25/3/2026; lập lúc 07:30)",
        "Báo cáo rà soát: đang tạm dừng nhắc.",
    ]


def test_an_empty_sheet_says_so() -> None:
    empty = replace(SHEET, rows=(), notes=())
    assert texts(empty)[-1] == "Không có cơ quan, đơn vị, địa phương nào phải gọi."
    assert Document(io.BytesIO(write_call_sheet(empty))).tables == []


def test_the_paper_lies_across_and_the_header_repeats() -> None:
    document = Document(io.BytesIO(write_call_sheet(SHEET)))
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert [round(length.mm) for length in (section.page_width, section.page_height) if length] == [297, 210]
    rows = document.tables[0].rows
    assert ["tblHeader" in row._tr.xml for row in rows] == [True, False, False]
    assert all("cantSplit" in row._tr.xml for row in rows)  # no call is torn in two by the end of a page
    assert "PAGE" in section.header._element.xml


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert write_call_sheet(SHEET) == write_call_sheet(SHEET)


@pytest.mark.parametrize("name", ["danh-sach-goi.docx", "don-doc.docx", "phieu-bao-cao.docx"])
def test_a_template_is_small_enough_to_be_kept(name: str) -> None:
    assert (FOLDER / "word" / name).stat().st_size < 60_000
