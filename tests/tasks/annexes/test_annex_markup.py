"""Marked-up workbooks: the five of Điện Biên as they are meant; every mistake told, all at once; hostile files."""

import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from models.codes import CellKind, Relation, Severity
from models.rules.annexes.annex import Annex, Repeat
from tasks.annexes.markup import MOST_FIELDS, RULE_COLUMNS, SHEET_ABOUT, SHEET_RULES, AnnexFault, read_annex
from tasks.settings import CHECKOUT

FOLDER = CHECKOUT / "deployments" / "dien-bien" / "annexes"
FILES = sorted(FOLDER.glob("*.xlsx"))


def annex(code: str) -> Annex:
    return read_annex((FOLDER / f"{code}.xlsx").read_bytes(), f"{code}.xlsx")


def labels(read: Annex) -> dict[str, str]:
    return {f"{cell.column}{cell.row}": cell.label for cell in read.asked}


# ------------------------------------------------------------------ Điện Biên's five


def test_all_five_are_there() -> None:
    assert [file.stem for file in FILES] == ["PL-I", "PL-SL", "PL-V", "PL-VII", "PL-VIII"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_of_the_five_is_read(file: Path) -> None:
    read = read_annex(file.read_bytes(), file.name)
    assert read.code == file.stem
    assert read.version == 1
    assert all(len(rule.sentence) > 30 and rule.sentence.endswith(".") for rule in read.rules)
    assert all(not cell.label.startswith("Ô ") for cell in read.asked)
    assert len(set(labels(read).values())) == len(read.asked)
    assert any(cell.bold and cell.centred and not cell.header and cell.row == 1 for cell in read.given)
    assert {cell.column for cell in read.asked} <= set(read.widths)


def test_procedures_by_level() -> None:
    read = annex("PL-V")
    assert labels(read)["C8"] == "Cấp tỉnh – Số TTHC"
    assert labels(read)["E9"] == "Cấp xã – Số DVCTT – Một phần"
    assert labels(read)["F16"] == "Cấp tỉnh – Hồ sơ trực tiếp và hình thức khác – Lũy kế"
    assert {cell.kind for cell in read.asked} == {CellKind.WHOLE}
    assert {f"{c.column}{c.row}" for c in read.asked if c.required} == {"C10", "G18"}
    by_level = next(rule for rule in read.rules if rule.code == "tthc-theo-cap")
    assert (by_level.severity, by_level.relation) == (Severity.WARN, Relation.SUM)
    assert (by_level.cells, by_level.against) == (("C7", "C8", "C9"), "C10")
    assert {rule.severity for rule in read.rules if rule.code.startswith("ho-so-")} == {Severity.BLOCK}
    assert {(c.row, c.column) for c in read.given if c.header} >= {(5, "D"), (6, "D"), (6, "E"), (14, "F")}


def test_problem_groups_with_a_state_to_choose() -> None:
    read = annex("PL-I")
    assert read.optional
    states = [cell for cell in read.asked if cell.kind is CellKind.CHOICE]
    assert [cell.options for cell in states] == [("Đã hoàn thành", "Chưa hoàn thành")] * 3
    assert states[0].label == "Việc bảo đảm nhân lực chuyên trách cho chuyển đổi số, CNTT – Trạng thái"
    assert {rule.relation for rule in read.rules} == {Relation.NEEDED_WHEN}
    assert set(read.heights) == {7, 9, 11}


def test_databases_as_a_repeated_line() -> None:
    read = annex("PL-VII")
    assert read.repeats == (Repeat(row=9, times=15),)
    assert [line.row_key for line in read.lines][1] == "PL-VII/9.2"
    assert [c.label for c in read.asked if c.kind is CellKind.MARK] == [
        "Tiến độ thực hiện – Đã hoàn thành và đưa vào sử dụng",
        "Tiến độ thực hiện – Đang triển khai, hoàn thiện",
        "Tiến độ thực hiện – Chưa triển khai",
    ]
    assert [(rule.relation, rule.cells, rule.against) for rule in read.rules][:2] == [
        (Relation.ONE_OF, ("D9", "E9", "F9"), ""),
        (Relation.AT_MOST, ("H9",), "G9"),
    ]


def test_staff_with_words_for_numbers() -> None:
    read = annex("PL-VIII")
    assert [f"{c.column}{c.row}" for c in read.asked if c.text_allowed] == ["B5", "D5"]
    needed = next(rule for rule in read.rules if rule.relation is Relation.NEEDED_WHEN)
    assert (needed.cells, needed.against, needed.text) == (("E5",), "D5", "")


def test_the_figures_of_the_prose() -> None:
    read = annex("PL-SL")
    assert labels(read)["D7"] == "Nhiệm vụ đã hoàn thành (nhiệm vụ)"
    assert labels(read)["D22"] == "Số tiền chi trả lũy kế kỳ này (tỷ đồng)"
    relations = {rule.relation for rule in read.rules}
    assert relations == {
        Relation.SUM,
        Relation.SHARE,
        Relation.AT_MOST,
        Relation.SAME_SIZE,
        Relation.NOT_BELOW_LAST,
    }


# ------------------------------------------------------------------ a workbook made by hand

ABOUT = (("Mã", "PL-X"), ("Tên", "Biểu thử"), ("Trang", "Phụ lục X"))
RULE = ("tong", "Chặn", "Tổng bằng", "C3:C4", "C5", "", "", "Không khớp.")


def workbook(
    change: Callable[[Workbook], object] = lambda book: None,
    *,
    about: Sequence[Sequence[str]] = ABOUT,
    rules: Sequence[Sequence[str]] = (RULE,),
) -> bytes:
    """A small annex: two lines and a total; `change` spoils it."""
    book = Workbook()
    drawn = book.active
    assert isinstance(drawn, Worksheet)
    drawn.title = "Phụ lục X"
    drawn.append(["BIỂU THỬ"])
    drawn.merge_cells("A1:C1")
    drawn.append(["STT", "Nội dung", "Năm 2026"])
    for row in (
        (1, "Trực tuyến", "[[số]]"),
        (2, "Trực tiếp", "[[số]]"),
        ("", "Tổng số", "[[số | bắt buộc]]"),
    ):
        drawn.append(row)
    sheet = book.create_sheet(SHEET_ABOUT)
    for line in about:
        sheet.append(line)
    sheet = book.create_sheet(SHEET_RULES)
    sheet.append(list(RULE_COLUMNS.values()))
    for line in rules:
        sheet.append(line)
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(**cells: object) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        for place, value in cells.items():
            book["Phụ lục X"][place] = value

    return change


def test_what_is_not_said_has_its_usual_meaning() -> None:
    read = read_annex(workbook(), "x.xlsx")
    assert (read.code, read.title, read.sheet) == ("PL-X", "Biểu thử", "Phụ lục X")
    assert (read.optional, read.carried) == (False, True)
    assert labels(read) == {
        "C3": "Trực tuyến – Năm 2026",
        "C4": "Trực tiếp – Năm 2026",
        "C5": "Tổng số – Năm 2026",
    }
    assert [cell.text for cell in read.given if cell.row == 3] == ["1", "Trực tuyến"]
    assert [(m.first_row, m.first_column, m.last_row, m.last_column) for m in read.merges] == [
        (1, "A", 1, "C")
    ]


def test_case_spacing_and_accents_are_forgiven() -> None:
    def change(book: Workbook) -> None:
        for sheet in book.worksheets:
            sheet.title = unicodedata.normalize("NFD", sheet.title.upper())
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("["):
                        cell.value = unicodedata.normalize("NFD", f"  {cell.value.upper()} ")
                    elif isinstance(cell.value, str) and sheet.title != "PHỤ LỤC X":
                        cell.value = unicodedata.normalize("NFD", cell.value)

    about = (("mã:", "pl-x"), ("TÊN", "Biểu thử"), ("trang ", "Phụ  lục X"))
    assert read_annex(workbook(change, about=about), "x.xlsx") == read_annex(workbook(), "x.xlsx")


def test_answers_about_the_annex() -> None:
    about = (
        *ABOUT,
        ("Được để trống hết", "Có"),
        ("Điền sẵn số kỳ trước", "không", "vì số liệu mới hoàn toàn"),
        ("Lưu ý: trang này do thư ký điền",),
    )
    read = read_annex(workbook(about=about), "x.xlsx")
    assert (read.optional, read.carried) == (True, False)


def test_looks_widths_and_heights_that_a_person_has_set() -> None:
    def change(book: Workbook) -> None:
        drawn = book["Phụ lục X"]
        drawn["A1"].font = Font(bold=True)
        drawn["A1"].alignment = Alignment(horizontal="center")
        drawn.column_dimensions["B"].width = 30.7
        drawn.column_dimensions["Q"].width = 9
        drawn.row_dimensions[4].height = 44.6
        drawn.row_dimensions[90].height = 50

    read = read_annex(workbook(change), "x.xlsx")
    assert (read.given[0].bold, read.given[0].centred) == (True, True)
    assert not any(cell.bold or cell.centred for cell in read.given[1:])
    assert read.widths == {"B": 31.0}
    assert read.heights == {4: 45.0}


def test_numbers_and_days_are_given_as_a_person_writes_them() -> None:
    from datetime import datetime

    read = read_annex(workbook(put(A3=1.5, A4=datetime(2026, 3, 31))), "x.xlsx")  # noqa: DTZ001 - a cell has no zone
    assert {cell.text for cell in read.given if cell.column == "A" and cell.row > 2} == {"1,5", "31/03/2026"}


def test_a_merged_cell_may_be_asked() -> None:
    def change(book: Workbook) -> None:
        book["Phụ lục X"].merge_cells("C3:D3")

    read = read_annex(workbook(change, rules=((*RULE[:3], "D3; C4", *RULE[4:]),)), "x.xlsx")
    assert read.rules[0].cells == ("C3", "C4")


def test_hidden_and_empty_sheets_and_remarks_count_for_nothing() -> None:
    def change(book: Workbook) -> None:
        notes = book.create_sheet("Ghi chú")
        notes["A1"] = "[[nháp]]"
        notes.sheet_state = "hidden"
        book.create_sheet("Sheet3")

    rules = (RULE, ("",), ("Chép từ biểu năm 2025",))
    assert len(read_annex(workbook(change, rules=rules), "x.xlsx").rules) == 1


def test_no_rules_are_needed() -> None:
    assert read_annex(workbook(lambda book: book.remove(book[SHEET_RULES])), "x.xlsx").rules == ()


# ------------------------------------------------------------------ mistakes


def renamed(book: Workbook) -> None:
    book["Phụ lục X"].sheet_state = "hidden"


def two_sheets(book: Workbook) -> None:
    book.create_sheet("Phụ lục Y")["A1"] = "Biểu khác"


def merged_over_a_repeated_line(book: Workbook) -> None:
    book["Phụ lục X"]["C3"] = "[[số | lặp 3 dòng]]"
    book["Phụ lục X"].merge_cells("C3:C4")


def about(*rows: Sequence[str], without: str = "") -> bytes:
    told = {row[0] for row in rows} | {without}
    return workbook(about=(*(row for row in ABOUT if row[0] not in told), *rows))


MISTAKES = [
    (workbook(put(C3="[[sô]]")), "Trang “Phụ lục X”, ô C3: không có loại ô “sô”"),
    (workbook(put(D3="[[chọn]]")), "ô D3: [[chọn]] phải kèm ít nhất hai phương án"),
    (workbook(put(B3="Số [[số]] hồ sơ")), "ô B3: “Số [[số]] hồ sơ” không phải một dấu hỏi đúng cách"),
    (workbook(put(B3="=1+1")), "ô B3: chứa công thức chưa có kết quả"),
    (workbook(put(C3="x", C4="y", C5="z"), rules=()), "Trang “Phụ lục X”: chưa có ô nào để điền"),
    (workbook(put(C3="[[số | lặp 3 dòng]]", D3="[[số | lặp 4 dòng]]"), rules=()), "ô D3: dòng 3 đã ghi lặp 3 dòng"),
    (workbook(merged_over_a_repeated_line, rules=()), "ô C3: ô cần điền gộp qua dòng lặp 3"),
    (workbook(put(A500="Lưu ý")), "ô A500: biểu vượt quá 400 dòng"),
    (workbook(put(**{f"D{row}": "[[số | lặp 200 dòng]]" for row in range(6, 17)})), f"quá mức {MOST_FIELDS}"),
    (workbook(renamed), "Tệp chưa có trang vẽ biểu"),
    (workbook(two_sheets), "Tệp có 2 trang vẽ biểu (“Phụ lục X”, “Phụ lục Y”)"),
    (workbook(lambda book: book.remove(book[SHEET_ABOUT])), "Tệp chưa có trang “Thông tin biểu”"),
    (about(without="Mã"), "dòng Mã: còn trống; ghi mã của phụ lục"),
    (about(("Mã", "Phụ lục 5")), "dòng Mã: đang ghi “PHỤ LỤC 5”"),
    (about(("Mã", "PL/5")), "dòng Mã: đang ghi “PL/5”"),
    (about(without="Tên"), "dòng Tên: còn trống"),
    (about(("Trang", "Phụ lục: V")), "dòng Trang: đang ghi “Phụ lục: V”"),
    (about(("Trang", "Phụ lục về thủ tục hành chính và dịch vụ")), "tối đa 31 ký tự"),
    (about(("Trang", "thông tin CHUNG")), "biểu nào cũng có sẵn trang"),
    (about(("Được để trống hết", "tùy")), "dòng Được để trống hết: ghi có hoặc không (đang ghi “tùy”)"),
    (about(("Cơ quan", "Sở Nội vụ")), "ô A4: không có mục “Cơ quan”"),
    (about(("Mã", "PL-X"), ("mã", "PL-Y")), "mục “Mã” ghi hai lần"),
    (workbook(rules=((*RULE[:3], "C3; B4", *RULE[4:]),)), "Trang “Quy tắc”, dòng 2: cột Các ô: B4 không phải ô"),
    (workbook(rules=((*RULE[:2], "Bằng nhau", *RULE[3:]),)), "dòng 2: không có quan hệ “Bằng nhau”"),
    (workbook(rules=(RULE, RULE)), "dòng 3: mã “tong” đã dùng cho quy tắc khác"),
    (workbook(lambda book: book[SHEET_RULES].delete_rows(1)), "Trang “Quy tắc”: chưa có đủ dòng tiêu đề"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), MISTAKES, ids=[said for _, said in MISTAKES])
def test_a_mistake_is_told_with_its_place(content: bytes, said: str) -> None:
    with pytest.raises(AnnexFault) as refused:
        read_annex(content, "PL-X.xlsx")
    assert len(refused.value.mistakes) == 1, refused.value.mistakes
    assert said in refused.value.mistakes[0]
    assert refused.value.mistakes[0].endswith(".")
    assert not refused.value.mistakes[0].endswith("..")
    assert str(refused.value).startswith("Tệp PL-X.xlsx có 1 chỗ phải sửa:\n- ")


def test_all_mistakes_are_told_at_once() -> None:
    content = workbook(
        put(C3="[[sô]]", B5="=A1"), about=(("Mã", "PL X"),), rules=(("a", "b", "c", "d", "", "", "", "e"),)
    )
    with pytest.raises(AnnexFault) as refused:
        read_annex(content, "PL-X.xlsx")
    told = "\n".join(refused.value.mistakes)
    for place in (
        "ô C3",
        "ô B5",
        "dòng Mã",
        "dòng Tên",
        "dòng Trang",
        "cột Mức",
        "quan hệ “c”",
        "không hiểu “D”",
    ):
        assert place in told


# ------------------------------------------------------------------ files that are none


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp rỗng"),
        (b"%PDF-1.7", "tệp PDF"),
        (workbook()[:2000], "bị hỏng"),
    ],
    ids=["empty", "pdf", "torn"],
)
def test_what_is_no_workbook_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(AnnexFault) as refused:
        read_annex(content, "x.xlsx")
    assert said in str(refused.value)
    assert "kèm theo yêu cầu báo cáo" not in str(refused.value)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return out.getvalue()


def test_a_merge_over_the_whole_sheet_is_read_as_far_as_it_may_go() -> None:
    content = with_part(workbook(), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"A1:C1", b"A1:XFD1"))
    read = read_annex(content, "x.xlsx")
    assert read.merges[0].last_column == "CV"


@pytest.mark.parametrize("ref", [b"A1:C", b"", b"A1:ZZZZ9", b"x"])
def test_a_merge_of_nonsense_breaks_nothing(ref: bytes) -> None:
    content = with_part(workbook(), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"A1:C1", ref))
    with pytest.raises(AnnexFault, match=r"hỏng hoặc không đúng cấu trúc"):
        read_annex(content, "x.xlsx")


def test_a_bomb_is_refused() -> None:
    content = with_part(
        workbook(),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b"<sheetData>", b'<!DOCTYPE a [<!ENTITY b "c">]><sheetData>'),
    )
    with pytest.raises(AnnexFault, match="không đúng cấu trúc"):
        read_annex(content, "x.xlsx")


# ------------------------------------------------------------------ saved by another program


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="cần LibreOffice (soffice)")
def test_saved_by_libreoffice_they_are_the_same_annexes(tmp_path: Path) -> None:
    out = tmp_path / "ra"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(out),
            *map(str, FILES),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    for file in FILES:
        saved = (out / file.name).read_bytes()
        assert saved != file.read_bytes()
        assert read_annex(saved, file.name) == read_annex(file.read_bytes(), file.name)


# ------------------------------------------------------------------ the guide


GUIDE = (CHECKOUT / "docs" / "phu-luc.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", CellKind)
def test_every_kind_of_cell_is_in_the_guide(kind: CellKind) -> None:
    assert re.search(rf"^\| `\[\[{kind.label}(\]\]|:[^]]*\]\])` \|", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("relation", Relation)
def test_every_relation_is_in_the_guide(relation: Relation) -> None:
    from models.rules.annexes.annex_relations import PLACES

    assert f"\n| {relation.label} |" in GUIDE
    assert all(f"`{{{name}}}`" in GUIDE for name in PLACES[relation])


def test_the_sheets_and_their_rows_are_in_the_guide() -> None:
    for label in (*RULE_COLUMNS.values(), "Mã", "Tên", "Trang", "Được để trống hết", "Điền sẵn số kỳ trước"):
        assert f"\n| {label} |" in GUIDE
    for modifier in ("bắt buộc", "từ 0", "đến 100", "cho phép ghi chữ", "lặp 15 dòng"):
        assert f"\n| `{modifier}` |" in GUIDE


def test_the_lists_of_the_rules_sheet_offer_every_relation() -> None:
    for file in FILES:
        offered = [v.formula1 for v in load_workbook(file)[SHEET_RULES].data_validations.dataValidation]
        assert f'"{",".join(relation.label for relation in Relation)}"' in offered
