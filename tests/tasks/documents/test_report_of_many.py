"""The report of more agencies than one reads about: it tells the most telling and says where all of it stands."""

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from small_cycle import AS_OF, SEEN, VIEW, R, S, request, said, task

from models.codes import AgencyKind
from models.rules.completion import completion_on_both
from models.rules.cycle_view import AgencyView, CycleView
from models.rules.policy import Letter
from models.rules.registers.names import Bearer
from models.rules.report.narrative import Piece, Source
from models.rules.report.report_outline import ReportOutline
from models.rules.report.shortened import FEW, LONGEST
from tasks.documents.report_sheet import report_workbook
from tasks.documents.report_text import Contradiction, ReportFacts
from tasks.documents.report_word import report_document

MANY = LONGEST + 10
EVERY_LINE = ("Phụ lục II", "Lời văn", "Chi tiết kê khai")
LETTER = Letter(
    layout="party",
    superior="TỈNH ỦY ĐIỆN BIÊN",
    issuer="BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
    issuer_in_text="Ban Chỉ đạo chuyển đổi số tỉnh Điện Biên",
    unit="Tổ Giúp việc Ban Chỉ đạo",
    place="Điện Biên",
    signer_line="T/M BAN CHỈ ĐẠO",
    number_suffix="CV/BCĐ",
    report_number_suffix="BC/BCĐ",
)
SHOWS = [
    "submissions",
    "laggards",
    "statistics",
    "ratios",
    "cuts",
    "done",
    "behind",
    "agencies",
    "section-tasks",
    "next-tasks",
    "form-proposals",
]


def codes() -> list[str]:
    return [f"X{number:04d}" for number in range(MANY)]


def country() -> CycleView:
    """Each agency leads a task that is overdue, one that is done and a standing one; half are silent."""
    tasks = []
    for number, code in enumerate(codes()):
        lead: dict[str, Any] = {"lead_of_record": Bearer("agency", code), "leads_raw": f"UBND xã {number}"}
        day = date(2025, 1, 1) + timedelta(days=number)
        tasks += [
            task(f"{number}.1", day, said(code, S.BEHIND, proposal=f"Xin thêm {number} máy"), **lead),
            task(f"{number}.2", date(2026, 12, 31), said(code, S.COMPLETE, completed_on=day), **lead),
            task(f"{number}.3", None, said(code, S.ON_SCHEDULE), **lead),
        ]
    return replace(
        VIEW,
        agencies=tuple(
            AgencyView(code, f"UBND xã {at}", AgencyKind.COMMUNE, at) for at, code in enumerate(codes())
        ),
        assignments=tuple(tasks),
        requests=tuple(request(code, R.SENT) for code in codes()),
    )


def facts() -> ReportFacts:
    pieces = []
    for at, code in enumerate(codes()):
        source = Source(code, f"UBND xã {at}", f"UBND xã {at} – bản 1")
        told = "Kinh phí còn thiếu." if at % 2 else f"Thôn {at} chưa có sóng."
        pieces += [
            Piece("1", "Kết quả", f"Xã {at} đã làm.", "", source),
            Piece("2", "Khó khăn", told, "", source),
        ]
        pieces.append(Piece("9", "Đề mục lạ", f"Việc riêng {at}", "", source))
    outline = ReportOutline.model_validate(
        {
            "code": "nhieu",
            "headings": [
                {"number": "I", "title": "CHUNG", "level": 2, "shows": SHOWS, "sections": ["I"]},
                {"number": "II", "title": "KẾT QUẢ", "level": 2, "from": ["1"]},
                {"number": "III", "title": "KHÓ KHĂN", "level": 2, "from": ["2"], "group": "points"},
            ],
        }
    )
    wrong = Contradiction("UBND xã 1", "Trong một báo cáo", "Biểu", "Cộng không khớp.", "Chưa hỏi")
    return ReportFacts(outline=outline, pieces=tuple(pieces), contradictions=(wrong,) * MANY)


@pytest.fixture(scope="module")
def document() -> Any:
    return Document(io.BytesIO(report_document(country(), AS_OF, LETTER, seen_on=SEEN, facts=facts())))


def paragraphs(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_no_list_is_longer_than_a_person_reads(document: Any) -> None:
    assert max(len(table._tbl.tr_lst) for table in document.tables) <= 2 * FEW + 5
    assert len(paragraphs(document)) < 13 * FEW


def test_it_says_how_many_there_are_and_where_all_of_them_stand(document: Any) -> None:
    said_so = "\n".join(paragraphs(document))
    for words in (
        f"nêu {FEW} nhiệm vụ quá hạn lâu nhất trong {MANY} nhiệm vụ, đầy đủ ở trang “Phụ lục II”",
        "từng cơ quan: đầy đủ ở trang “Theo cơ quan” của sổ phụ lục (Excel)",
        f"Chưa gửi báo cáo, theo khối: xã, phường {MANY}/{MANY} (100%).",
        f"Tiếp tục thực hiện {MANY} nhiệm vụ thường xuyên",
        f"Và {MANY - FEW} đề xuất khác: đầy đủ ở trang “Chi tiết kê khai”",
        f"Nêu trên là 12 nội dung nhiều cơ quan, đơn vị nêu nhất trong {MANY} nội dung",
        "- Kinh phí còn thiếu (UBND xã 1; UBND xã 3;",
        f"Và {MANY - FEW} nội dung khác chưa xếp mục",
        f"Và {MANY - FEW} nguồn khác",
        f"chỉ in {FEW} điểm đầu; toàn bộ ở phiếu đối chiếu",
    ):
        assert words in said_so, words


def test_the_longest_overdue_are_told_first(document: Any) -> None:
    keys = [
        row.cells[0].text
        for table in document.tables
        for row in table.rows
        if "Chưa nêu nguyên nhân" in row.cells[-1].text
    ]
    assert keys == [f"I.{number}.1" for number in range(FEW)]


def test_the_workbook_holds_every_line_and_all_prose() -> None:
    view = country()
    content = report_workbook(view, AS_OF, seen_on=SEEN, facts=facts(), both=completion_on_both(view, AS_OF))
    book = load_workbook(io.BytesIO(content), read_only=True)
    lines = {name: [row[0] for row in book[name].iter_rows(values_only=True)] for name in EVERY_LINE}
    assert sum(str(cell).endswith(".1") for cell in lines["Phụ lục II"]) == MANY
    assert len(lines["Lời văn"]) == 3 * MANY + 5
    assert len(lines["Chi tiết kê khai"]) == 3 * MANY + 5
