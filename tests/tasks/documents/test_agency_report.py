"""One agency's own sheet, in Word and Excel: its own words and figures, nobody else's."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from small_cycle import AS_OF, SEEN, VIEW

from models.codes import ReportStatus
from models.rules.cycle_view import ConfirmedWord, CycleView
from models.rules.levels.narrow import LevelFault
from models.rules.policy import Letter
from tasks.documents.agency_report import INDICATORS, SUMMARY, TASKS, agency_document, agency_workbook
from tasks.documents.trace_sheet import TRACE

PARTY = Letter(
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
STATE = PARTY.model_copy(update={"layout": "state"})


def word(code: str, letter: Letter = PARTY, view: CycleView = VIEW) -> tuple[str, list[list[list[str]]]]:
    """All text of the document, and its tables with more than the head and the signature."""
    document: Any = Document(io.BytesIO(agency_document(view, code, AS_OF, letter, seen_on=SEEN)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return text, tables[1:-1]


def facts(rows: list[list[str]]) -> dict[str, str]:
    return {row[0]: row[1] for row in rows}


def test_its_standing_its_classes_and_its_tasks() -> None:
    text, (standing, classes, tasks) = word("SKHCN")
    assert "PHIẾU KẾT QUẢ\nthực hiện nhiệm vụ, chỉ tiêu được giao của Sở Khoa học và Công nghệ" in text
    assert facts(standing)["Tình trạng báo cáo kỳ này"] == "Đã nhận đúng hạn"
    assert facts(standing)["Báo cáo đã ký"] == "Chưa có, số liệu là sơ bộ"
    assert facts(classes)["Nhiệm vụ chủ trì"] == "3"
    assert facts(classes)["● Hoàn thành đúng hạn"] == "1/3 (33,3%)"
    assert (
        facts(classes)["Hoàn thành trên số nhiệm vụ có thời hạn, theo báo cáo của cơ quan, đơn vị"]
        == "1/2 (50%)"
    )
    rows = {row[0]: row for row in tasks}
    assert rows["I.1"][2:] == [
        "Chủ trì",
        "Quý I/2026\n(31/3/2026)",
        "● Hoàn thành đúng hạn",
        "Hoàn thành (100%)\n=1+1",
    ]
    assert rows["I.2"][5] == "Chưa có báo cáo"


def test_the_words_of_others_are_not_in_it() -> None:
    text, tables = word("SKHCN")
    assert "Chờ kinh phí" not in f"{text}{tables}"
    _, (*_, tasks, _) = word("SNV")
    assert "Chờ kinh phí" in str(tasks)
    assert "=1+1" not in str(tasks)


def test_a_member_of_a_group_and_an_agency_without_anything() -> None:
    _, (standing, _, tasks) = word("X2")
    assert facts(standing)["Nhận lần đầu"] == "Chưa nhận"
    assert [row[2] for row in tasks if row[0] == "I.4"] == ["Thành viên nhóm chủ trì"]
    _, (standing, classes) = word("X1", view=replace(VIEW, assignments=()))
    assert facts(classes) == {"Nội dung": "Kết quả", "Nhiệm vụ chủ trì": "0"}
    assert facts(standing)["Lý do không yêu cầu báo cáo"] == "Đang sắp xếp lại"


def test_indicators_stand_where_it_reports_any() -> None:
    text, (*_, indicators) = word("SNV")
    assert "III- KẾT QUẢ THỰC HIỆN CHỈ TIÊU" in text
    assert indicators[1] == [
        "3",
        "Chi ngân sách cho khoa học, công nghệ",
        "% tổng chi",
        "≥ 3",
        "2,5",
        "14/3/2026",
        "Chưa đạt",
    ]
    assert "CHỈ TIÊU\n" not in word("SKHCN")[0]


def test_what_is_confirmed_stands_beside() -> None:
    first = VIEW.assignments[0]
    said = replace(first.reports[0], confirmed=ConfirmedWord(ReportStatus.IN_PROGRESS, corrected=True))
    view = replace(VIEW, assignments=(replace(first, reports=(said, *first.reports[1:])),))
    text, (_, classes, tasks) = word("SKHCN", view=view)
    assert "Xác nhận: Đang thực hiện (khác báo cáo)" in str(tasks)
    assert facts(classes)["Hoàn thành trên số nhiệm vụ có thời hạn, theo số đã xác nhận"] == "0/1 (0%)"
    assert "số liệu theo số đã xác nhận nêu riêng" in text


@pytest.mark.parametrize(
    ("letter", "head", "mark"), [(PARTY, "ĐẢNG CỘNG SẢN VIỆT NAM", "I-"), (STATE, "CỘNG HÒA", "I.")]
)
def test_both_layouts(letter: Letter, head: str, mark: str) -> None:
    content = agency_document(VIEW, "SNV", AS_OF, letter, seen_on=SEEN)
    document: Any = Document(io.BytesIO(content))
    assert head in document.tables[0].cell(0, 1).text
    assert f"{mark} TÌNH HÌNH GỬI BÁO CÁO" in "\n".join(p.text for p in document.paragraphs)
    assert content == agency_document(VIEW, "SNV", AS_OF, letter, seen_on=SEEN)


def test_tables_repeat_their_header_and_rows_stay_whole() -> None:
    document: Any = Document(io.BytesIO(agency_document(VIEW, "SNV", AS_OF, PARTY, seen_on=SEEN)))
    for table in document.tables[1:-1]:
        first = table.rows[0]._tr
        assert first.xpath("./w:trPr/w:tblHeader")
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)


def test_the_workbook_says_the_same() -> None:
    book = load_workbook(io.BytesIO(agency_workbook(VIEW, "SNV", AS_OF, seen_on=SEEN)))
    assert book.sheetnames == [SUMMARY, TASKS, INDICATORS, TRACE]
    said = {row[0].value: row[1].value for row in book[SUMMARY].iter_rows()}
    assert said["Nhiệm vụ cùng chủ trì"] == 1
    assert said["Chỉ tiêu đã có số liệu"] == "1/1 (100%)"
    texts = [str(cell.value) for row in book[TASKS].iter_rows() for cell in row]
    assert "Chờ kinh phí" in texts
    assert "=1+1" not in texts
    names = {row[6].value for row in book[TRACE].iter_rows(min_row=6)}
    assert names == {"Sở Nội vụ"}


def test_the_same_cycle_gives_the_same_bytes() -> None:
    assert agency_workbook(VIEW, "SNV", AS_OF) == agency_workbook(VIEW, "SNV", AS_OF)


def test_nothing_withheld_and_no_unknown_agency() -> None:
    assert "mật" not in str(word("SKHCN"))
    with pytest.raises(LevelFault, match="không có cơ quan mang mã"):
        agency_document(VIEW, "ABC", date(2026, 3, 14), PARTY)
