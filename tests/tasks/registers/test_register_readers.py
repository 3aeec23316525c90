"""One register, whichever file it comes in: the committee's annexes, and what files do to cells."""

import datetime
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table
from openpyxl import Workbook

from models.codes import DeadlineKind
from models.rules.deadlines import read_deadline
from models.rules.registers.raw_register import RawRegister
from tasks.registers.register_file import RegisterUnreadable, read_register

DATA = Path(__file__).parents[2] / "data"
TEXT = DATA / "bao-cao-bcd-2025.txt"
WORD = DATA / "bao-cao-bcd-2025.docx"
ANNEXES = Path(__file__).parents[3] / "deployments/dien-bien/register/ke-hoach-57-2026.docx"

TASKS = ("Stt", "Tên nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Kết quả", "Thời gian hoàn thành")
TARGETS = ("STT", "Mục tiêu", "Đơn vị tính", "Kết quả năm 2025", "Mục tiêu năm 2026")
TASK = ("1", "Việc", "Sở Nội vụ", "Các xã, phường", "Báo cáo", "Quý I/2026")


@pytest.fixture(scope="module")
def from_text() -> RawRegister:
    return read_register(TEXT)


@pytest.fixture(scope="module")
def from_word() -> RawRegister:
    return read_register(WORD)


@pytest.mark.parametrize("path", [TEXT, WORD, ANNEXES], ids=["text", "whole report", "annexes alone"])
def test_the_committees_register(path: Path) -> None:
    register = read_register(path)
    assert register.year == 2026
    assert register.problems == ()
    assert Counter(row.section for row in register.assignments) == {
        "I": 6,
        "II": 1,
        "III": 4,
        "IV": 2,
        "V": 17,
        "VI": 3,
        "VII": 1,
        "VIII": 3,
    }
    assert Counter(row.section for row in register.indicators) == {
        "I": 2,
        "II": 7,
        "III": 8,
        "IV": 11,
        "V": 18,
    }
    assert [row.number for row in register.indicators] == [str(number) for number in range(1, 47)]


def test_both_sources_say_the_same(from_text: RawRegister, from_word: RawRegister) -> None:
    assert from_text.assignments == from_word.assignments
    assert read_register(ANNEXES) == from_word
    assert [row.key for row in from_text.indicators] == [row.key for row in from_word.indicators]
    noted = {row.key for row in from_text.indicators if row.note}
    assert noted == {"III.11", "V.29", "V.31"}
    assert [row for row in from_text.indicators if row.key not in noted] == [
        row for row in from_word.indicators if row.key not in noted
    ]


def test_keys_in_order(from_word: RawRegister) -> None:
    keys = [row.key for row in from_word.assignments]
    assert keys[:8] == ["I.1", "I.2", "I.3", "I.4", "I.5", "I.6", "II.1", "III.1"]
    assert keys[13:19] == ["V.1.1", "V.1.2", "V.1.3", "V.1.4", "V.2", "V.3.1"]
    assert keys[26:] == [
        "V.4.4",
        "V.5.1",
        "V.5.2",
        "V.5.3",
        "VI.1",
        "VI.2",
        "VI.3",
        "VII.1",
        "VIII.1",
        "VIII.2",
        "VIII.3",
    ]


@pytest.mark.parametrize("path", [TEXT, WORD], ids=["text", "word"])
def test_rows_that_trip_a_naive_reader(path: Path) -> None:
    register = read_register(path)
    tasks = {row.key: row for row in register.assignments}
    assert tasks["V.2"].number == ""
    assert tasks["V.2"].subsection_name == "Về thủ tục hành chính, dịch vụ công trực tuyến"
    assert tasks["V.2"].deadline == "Thường xuyên"
    assert tasks["VIII.2"].result == "Đường truyền Internet bảo đảm ổn định; trang thiết bị CNTT được đảm bảo"
    assert tasks["VIII.2"].deadline == "Năm 2026"  # a blank line stands before it in the text
    assert tasks["V.5.1"].leads == "Các cơ quan, địa phương, đơn vị"
    targets = {row.key: row for row in register.indicators}
    assert (targets["III.11"].baseline, targets["III.11"].target) == ("12", "≥ 4")
    assert (targets["V.29"].baseline, targets["V.29"].target) == ("≥ 0,7", "≥ 0,7")
    assert (targets["V.31"].baseline, targets["V.31"].target) == ("100", "100")
    assert (targets["V.45"].baseline, targets["V.45"].target) == ("", "60")
    assert (targets["I.1"].baseline, targets["I.1"].target) == ("50 (5G)", "60 (5G)")


def test_footnotes_of_the_text(from_text: RawRegister) -> None:
    notes = {row.key: row.note for row in from_text.indicators}
    assert notes["III.11"] == "Căn cứ hợp đồng thực hiện các nhiệm vụ năm 2026 có 4 nhiệm vụ."
    assert notes["V.29"] == (
        "Số liệu ước tính, năm 2025 Bộ Khoa học và Công nghệ chưa thực hiện đánh giá, chấm điểm."
    )
    assert notes["V.31"].startswith("Từ năm 2026 thực hiện thống nhất toàn quốc, do Bộ, ngành")


def test_what_is_due_by_the_end_of_each_quarter(from_word: RawRegister) -> None:
    deadlines = [read_deadline(row.deadline, from_word.year) for row in from_word.assignments]
    assert [deadline.doubt for deadline in deadlines if deadline.doubt] == []
    days = [deadline.due for deadline in deadlines if deadline.due is not None]
    ends = [datetime.date(2026, month, day) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))]
    assert [sum(day <= end for day in days) for end in ends] == [7, 16, 18, 24]
    assert Counter(deadline.kind for deadline in deadlines) == {
        DeadlineKind.DATE: 24,
        DeadlineKind.RECURRING: 12,
        DeadlineKind.GUIDED: 1,
    }


# --- Word ---------------------------------------------------------------------------------------------------

Change = Callable[[Table], None]


def word_file(path: Path, *rows: tuple[str, ...], change: Change = lambda table: None) -> Path:
    document = docx.Document()
    document.add_paragraph("Phụ lục II")
    document.add_paragraph("DANH MỤC NHIỆM VỤ NĂM 2026")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    change(table)
    document.save(str(path))
    return path


def append(table: Table, row: int, column: int, xml: str) -> None:
    """Put content of a paragraph at the end of a cell."""
    wrapped = parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>")
    for element in list(wrapped):
        table.cell(row, column).paragraphs[0]._p.append(element)


def merge_section(table: Table) -> None:
    table.cell(1, 1).merge(table.cell(1, 5))


def merge_leads_down(table: Table) -> None:
    table.cell(3, 2).text = ""
    table.cell(2, 2).merge(table.cell(3, 2))


def test_word_merged_cells(tmp_path: Path) -> None:
    rows = (TASKS, ("I", "Mục một", "", "", "", ""), TASK, ("2", *TASK[1:]))
    for change in (merge_section, merge_leads_down):
        register = read_register(word_file(tmp_path / "a.docx", *rows, change=change))
        assert [(row.key, row.section_name, row.leads) for row in register.assignments] == [
            ("I.1", "Mục một", "Sở Nội vụ"),
            ("I.2", "Mục một", "Sở Nội vụ"),
        ]
        assert register.problems == ()


def test_word_tracked_changes_are_read_as_they_look_when_accepted(tmp_path: Path) -> None:
    def change(table: Table) -> None:
        append(
            table,
            1,
            1,
            '<w:ins w:id="1" w:author="A"><w:r><w:t xml:space="preserve"> mới</w:t></w:r></w:ins>',
        )
        append(table, 1, 1, '<w:del w:id="2" w:author="A"><w:r><w:t>cũ</w:t></w:r></w:del>')
        properties = table.rows[2]._tr.get_or_add_trPr()
        properties.append(parse_xml(f'<w:del {nsdecls("w")} w:id="3" w:author="A"/>'))

    register = read_register(word_file(tmp_path / "a.docx", TASKS, TASK, ("2", *TASK[1:]), change=change))
    assert [(row.key, row.name) for row in register.assignments] == [("1", "Việc mới")]


def test_word_signs_that_are_not_letters(tmp_path: Path) -> None:
    def fill(table: Table) -> None:
        append(table, 1, 2, "<w:r><w:t>Người</w:t><w:noBreakHyphen/><w:t>năm</w:t><w:br/><w:t>x</w:t></w:r>")
        append(table, 1, 3, '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>4</w:t></w:r>')
        append(table, 1, 4, "<w:r><w:t>4</w:t></w:r>")
        append(table, 1, 4, '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>11</w:t></w:r>')
        append(table, 2, 4, '<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>')

    rows = (TARGETS, ("1", "Chỉ số", "", "", ""), ("2", "Chỉ số", "", "", ""))
    first, second = read_register(word_file(tmp_path / "a.docx", *rows, change=fill)).indicators
    assert (first.unit, first.baseline, first.target) == ("Người-năm x", "≥4", "4¹¹")
    assert second.target == "\N{REPLACEMENT CHARACTER}"


def test_word_cells_inside_content_controls_and_tables_inside_cells(tmp_path: Path) -> None:
    def wrap(table: Table) -> None:
        inner = table.cell(1, 1).add_table(rows=1, cols=2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "trong", "bảng"
        row = table.rows[2]._tr
        control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
        row.addprevious(control)
        control[0].append(row)

    register = read_register(word_file(tmp_path / "a.docx", TASKS, TASK, ("2", *TASK[1:]), change=wrap))
    assert [(row.key, row.name) for row in register.assignments] == [("1", "Việc trong bảng"), ("2", "Việc")]


def test_word_footnotes(tmp_path: Path) -> None:
    def refer(table: Table) -> None:
        append(table, 1, 4, '<w:r><w:footnoteReference w:id="2"/></w:r>')
        append(table, 1, 4, '<w:r><w:footnoteReference w:id="3" w:customMarkFollows="1"/><w:t>*</w:t></w:r>')

    path = word_file(tmp_path / "a.docx", TARGETS, ("1", "Chỉ số", "%", "12", "≥ 4"), change=refer)
    document = docx.Document(str(path))
    footnotes = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        for number, text in ((1, "Của chỗ khác."), (2, "Căn cứ hợp đồng."), (3, "Ước tính."))
    )
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        f"<w:footnotes {nsdecls('w')}>{footnotes}</w:footnotes>".encode(),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(str(path))
    row = read_register(path).indicators[0]
    assert (row.target, row.note) == ("≥ 4", "Căn cứ hợp đồng. Ước tính.")


def test_word_automatic_numbers_are_told_since_no_file_holds_them(tmp_path: Path) -> None:
    def number(table: Table) -> None:
        properties = table.cell(2, 0).paragraphs[0]._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>')
        )

    path = word_file(tmp_path / "a.docx", TASKS, TASK, ("", *TASK[1:]), change=number)
    register = read_register(path)
    assert [row.key for row in register.assignments] == ["1"]
    (problem,) = register.problems
    assert problem.place == "Phụ lục II, dòng 3"
    assert problem.why.startswith("Không hiểu số thứ tự “số tự động của Word”")


def test_word_a_table_that_a_page_break_parted(tmp_path: Path) -> None:
    path = word_file(tmp_path / "a.docx", TASKS, TASK)
    document = docx.Document(str(path))
    for text in ("", "Nơi nhận:"):
        document.add_paragraph(text)
        table = document.add_table(rows=1, cols=6)
        for cell, value in zip(table.rows[0].cells, ("2", *TASK[1:]), strict=True):
            cell.text = value
    document.save(str(path))
    register = read_register(path)
    assert [(row.key, row.place) for row in register.assignments] == [
        ("1", "Phụ lục II, dòng 2 (số 1)"),
        ("2", "Phụ lục II, dòng 3 (số 2)"),
    ]


# --- plain text ---------------------------------------------------------------------------------------------


def text_file(path: Path, body: str, encoding: str = "utf-8") -> Path:
    path.write_text(body.replace("→", "\t"), encoding=encoding)
    return path


TEXT_HEADER = """
[bookmark: x]Phụ lục I
CHỈ TIÊU NĂM 2026

→STT
→Mục tiêu
→Đơn vị tính
→Kết quả năm 2025
→Mục tiêu năm 2026

"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_in_unicode(tmp_path: Path, encoding: str) -> None:
    path = text_file(tmp_path / "a.txt", TEXT_HEADER + "→1\n→Tỷ lệ\n→%\n→\n→60\n", encoding)
    assert [(row.key, row.baseline, row.target) for row in read_register(path).indicators] == [
        ("1", "", "60")
    ]


def test_text_in_an_old_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Phụ lục".encode("cp1258", errors="replace") + b"\xff")
    with pytest.raises(RegisterUnreadable, match="không ở bảng mã Unicode"):
        read_register(path)


def test_text_rows_broken_by_blank_lines_and_footnotes(tmp_path: Path) -> None:
    body = """→1
→Tỷ lệ

→%
→12
→≥ 4[footnoteRef:1] [1:  Căn cứ

hợp đồng.]

→2
→Tỷ lệ
tiếp theo
→%
→1
→2

→3
→Thiếu một ô
→%
→4

→4
→Đủ
→%
→5
→6

→5
→Hết

Nơi nhận:
"""
    register = read_register(text_file(tmp_path / "a.txt", TEXT_HEADER + body))
    assert [(row.key, row.name, row.target, row.note) for row in register.indicators] == [
        ("1", "Tỷ lệ", "≥ 4", "Căn cứ hợp đồng."),
        ("2", "Tỷ lệ tiếp theo", "2", ""),
        ("4", "Đủ", "6", ""),
    ]
    assert [(problem.place, problem.text) for problem in register.problems] == [
        ("Phụ lục I, dòng 4 (số 3)", "3 | Thiếu một ô | % | 4"),
        ("Phụ lục I, dòng 6 (số 5)", "5 | Hết Nơi nhận:"),
    ]


# --- Excel --------------------------------------------------------------------------------------------------


def sheet_file(path: Path, sheets: dict[str, list[tuple[object, ...]]]) -> Path:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    workbook.save(path)
    return path


def test_sheet_with_moved_columns_and_values_that_excel_keeps_as_numbers(tmp_path: Path) -> None:
    targets: list[tuple[object, ...]] = [
        ("Phụ lục I",),
        ("Mục tiêu năm 2026", "Ghi chú", "Mục tiêu", "STT", "Kết quả năm 2025", "Đơn vị tính"),
        (34, "Dự kiến", "Chỉ số PII", 18, 28.48, "Điểm"),
        (0.85, None, "Tỷ lệ", 1.1, None, "%"),
        (1294, None, "Số văn bản", "2", "1.078", None),
    ]
    tasks: list[tuple[object, ...]] = [
        ("DANH MỤC NHIỆM VỤ NĂM 2026",),
        TASKS,
        ("1", "Việc", "Sở Nội vụ", None, "Báo cáo", datetime.date(2026, 6, 30)),
    ]
    path = sheet_file(tmp_path / "a.xlsx", {"Chỉ tiêu": targets, "Nhiệm vụ": tasks})
    workbook_percent(path, "Chỉ tiêu", "A4")
    register = read_register(path)
    assert [(row.key, row.baseline, row.target, row.unit, row.note) for row in register.indicators] == [
        ("18", "28,48", "34", "Điểm", "Dự kiến"),
        ("1.1", "", "85%", "%", ""),
        ("2", "1.078", "1294", "", ""),
    ]
    assert [(row.key, row.deadline, row.place) for row in register.assignments] == [
        ("1", "30/6/2026", "Nhiệm vụ, dòng 3 (số 1)")
    ]
    assert register.problems == ()


def workbook_percent(path: Path, sheet: str, ref: str) -> None:
    workbook = openpyxl.load_workbook(path)
    workbook[sheet][ref].number_format = "0%"
    workbook.save(path)


def test_sheet_cells_that_do_not_say_what_they_show(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        TARGETS,
        ("1", "Tỷ lệ", "%", "=1+1", 4),
        ("2", "Tỷ lệ", "%", "1", "≥ 2"),
    ]
    path = sheet_file(tmp_path / "a.xlsx", {"Bảng": rows})
    workbook = openpyxl.load_workbook(path)
    workbook["Bảng"]["E2"].number_format = '"≥ "0'
    workbook.save(path)
    register = read_register(path)
    assert [(row.baseline, row.target) for row in register.indicators] == [("", "4"), ("1", "≥ 2")]
    assert [(problem.place, problem.text, problem.why.split(";")[0]) for problem in register.problems] == [
        (
            "Bảng, ô D2",
            "=1+1",
            "Ô là công thức chưa có kết quả nên không đọc được",
        ),
        ("Bảng, ô E2", "4", 'Ô là số nhưng hiển thị thêm chữ do định dạng “"≥ "0”'),
    ]


def test_sheet_with_both_annexes_on_one_page_and_merged_cells(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [
        ("Phụ lục I",),
        TARGETS,
        ("I", "Hạ tầng", None, None, None),
        ("1", "Tỷ lệ", "%", "1", "2"),
        ("2", "Tỷ lệ khác", None, "1", "2"),
        (),
        ("Phụ lục II",),
        ("NHIỆM VỤ NĂM 2026",),
        TASKS,
        TASK,
    ]
    path = sheet_file(tmp_path / "a.xlsx", {"Danh mục": rows})
    workbook = openpyxl.load_workbook(path)
    workbook["Danh mục"].merge_cells("C4:C5")
    workbook["Danh mục"].merge_cells("B3:E3")
    workbook.save(path)
    register = read_register(path)
    assert [(row.key, row.unit) for row in register.indicators] == [("I.1", "%"), ("I.2", "%")]
    assert [(row.key, row.place) for row in register.assignments] == [("1", "Phụ lục II, dòng 10 (số 1)")]
    assert register.problems == ()


# --- what is no register ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.doc", "Không đọc được danh mục từ tệp “a.doc”: mở bằng Word và lưu lại thành .docx rồi nạp lại."),
        ("a.PDF", "Không đọc được danh mục từ tệp “a.PDF”: dùng tệp Word gốc (.docx) rồi nạp lại."),
        ("a", "Không đọc được danh mục từ tệp “a”: lưu phụ lục thành tệp Word (.docx) hoặc Excel (.xlsx)"),
        ("hong.docx", "Tệp “hong.docx” không phải là văn bản Word (.docx) hoặc đã hỏng; mở bằng Word,"),
        ("hong.xlsx", "Tệp “hong.xlsx” không phải là bảng tính Excel (.xlsx) hoặc đã hỏng; mở bằng Excel,"),
        ("trong.txt", "Tệp không có phụ lục chỉ tiêu hoặc phụ lục nhiệm vụ nào nhận ra được."),
    ],
)
def test_other_files(tmp_path: Path, name: str, why: str) -> None:
    path = tmp_path / name
    path.write_text("không phải danh mục", encoding="utf-8")
    with pytest.raises(RegisterUnreadable) as refused:
        read_register(path)
    assert str(refused.value).startswith(why)


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_one_kind_of_file_under_the_name_of_another(tmp_path: Path, name: str) -> None:
    other = word_file(tmp_path / "b.docx", TASKS, TASK)
    if name == "a.docx":
        other = sheet_file(tmp_path / "b.xlsx", {"A": [TASKS, TASK]})
    shutil.copy(other, tmp_path / name)
    with pytest.raises(RegisterUnreadable, match="hoặc đã hỏng"):
        read_register(tmp_path / name)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(RegisterUnreadable, match="Không tìm thấy tệp"):
        read_register(tmp_path / "a.docx")
