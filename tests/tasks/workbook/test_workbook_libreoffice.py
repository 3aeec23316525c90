"""A form that an officer saves with LibreOffice comes back whole; and it prints as it should."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from annexes import ANNEX_VII, changed
from forms import CARRIED, LAST, opened, put, saved
from openpyxl import load_workbook

from models.codes import DeadlineKind
from models.rules.annexes.annex import Repeat
from models.rules.form import AssignmentLine, FilledAssignment, FilledIndicator, Form, IndicatorLine
from models.rules.stamp import is_genuine
from tasks.workbook.read import ReadForm, read_form
from tasks.workbook.write import write_form

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="cần LibreOffice (soffice)"),
]

KEY = b"mot khoa bi mat chi dung de thu!"
LAST_WORDS = "từ cuối cùng của tên nhiệm vụ này"
FORM = Form(
    request_id=12,
    version=2,
    cycle_code="KH57-2026-Q1",
    cycle_name="Quý I/2026",
    agency_code="SKHCN",
    agency_name="Sở Khoa học và Công nghệ",
    data_from=date(2025, 12, 15),
    as_of=date(2026, 3, 14),
    due=date(2026, 3, 20),
    contact="Tổ giúp việc Ban Chỉ đạo, 0215.000.0000, thuky@dienbien.example",
    assignments=tuple(
        AssignmentLine(
            f"KH57-2026/I.{number}",
            "Rà soát, tham mưu điều chỉnh, bổ sung những cơ chế, chính sách chưa được giải quyết. " * 5
            + LAST_WORDS,
            "Chủ trì",
            "Các văn bản quy định cơ chế, chính sách",
            "Quý I/2026",
            DeadlineKind.DATE,
            date(2026, 3, 31),
        )
        for number in range(1, 13)
    ),
    indicators=(IndicatorLine("KH57-2026/II.3", "Chi ngân sách", "% tổng chi NSNN", "1,08", "≥ 3"),),
)


def converted(content: bytes, target: str, folder: Path) -> bytes:
    """The workbook as LibreOffice saves it (xlsx, ods) or prints it (pdf)."""
    source = folder / "bieu.xlsx"
    source.write_bytes(content)
    out = folder / "ra"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(out),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return (out / f"bieu.{target}").read_bytes()


def filled_in() -> bytes:
    """A form filled in with texts, numbers, dates, a percentage and a formula."""
    book = load_workbook(BytesIO(write_form(FORM, KEY)))
    tasks = book["Nhiệm vụ"]
    tasks["F5"].value = "Hoàn thành"
    tasks["G5"].value, tasks["G5"].number_format = 1, "0%"
    tasks["H5"].value, tasks["H5"].number_format = date(2026, 3, 9), "dd/mm/yyyy"
    tasks["I5"].value = "- Kế hoạch số 45/KH-UBND\n- Đăng Cổng thông tin"
    tasks["F6"].value = "Đang thực hiện"
    tasks["G6"].value, tasks["G6"].number_format = "=40+26.5", "General"
    tasks["H6"].value = "03/04/2026"
    tasks["J6"].value = "-chờ hướng dẫn"
    book["Chỉ tiêu"]["F5"].value = "1,078"
    book["Thông tin chung"]["B9"].value = "x"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def answers(read: ReadForm) -> dict[tuple[str, str], str]:
    rows: list[FilledAssignment | FilledIndicator] = [*read.filled.assignments, *read.filled.indicators]
    return {
        (row.row_key, name): cell.text
        for row in rows
        for name, cell in vars(row).items()
        if name != "row_key" and cell.text
    }


def test_saved_again_by_libreoffice_keeps_every_answer_and_the_stamp(tmp_path: Path) -> None:
    content = converted(filled_in(), "xlsx", tmp_path)
    read = read_form(content)
    assert answers(read) == {
        ("KH57-2026/I.1", "status"): "Hoàn thành",
        ("KH57-2026/I.1", "percent"): "100%",
        ("KH57-2026/I.1", "completed_on"): "09/03/2026",
        ("KH57-2026/I.1", "product"): "- Kế hoạch số 45/KH-UBND\n- Đăng Cổng thông tin",
        ("KH57-2026/I.2", "status"): "Đang thực hiện",
        ("KH57-2026/I.2", "percent"): "66,5",
        ("KH57-2026/I.2", "completed_on"): "03/04/2026",
        ("KH57-2026/I.2", "reason"): "-chờ hướng dẫn",
        ("KH57-2026/II.3", "value"): "1,078",
    }
    assert read.filled.problems == ()
    assert read.filled.nothing.text == "x"
    assert read.stamp is not None
    assert is_genuine(read.stamp, KEY)
    book = load_workbook(BytesIO(content))
    assert book["_dondoc"].sheet_state != "visible"
    assert book["Nhiệm vụ"].protection.sheet
    assert [v.type for v in book["Nhiệm vụ"].data_validations.dataValidation].count("list") == 1


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="cần pdftotext (poppler-utils)")
def test_prints_every_word_with_the_header_on_every_page(tmp_path: Path) -> None:
    form = replace(FORM, indicators=())
    printed = tmp_path / "bieu.pdf"
    printed.write_bytes(converted(write_form(form, KEY), "pdf", tmp_path))
    text = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    pages = text.removesuffix("\f").split("\f")
    tables = [page for page in pages if "KH57-2026/I." in page and "Tên nhiệm vụ" in page]
    assert len(tables) >= 2
    assert len(pages) == len(tables) + 2  # the guide and the general information take a page each
    words = " ".join(text.split())
    assert words.count("nhiệm vụ này") == len(FORM.assignments)
    assert f"Trang {len(pages)}/{len(pages)}" in words


def test_annexes_prose_and_last_answers_come_through_libreoffice(tmp_path: Path) -> None:
    book = opened(write_form(CARRIED, KEY))
    put(book["Nhiệm vụ"], {"L5": "x"})
    put(book["Phụ lục V"], {"C7": "41", "G12": "1.294"})
    put(book["Phụ lục VII"], {"C6": "CSDL cán bộ,\ncông chức", "E6": "Chưa triển khai", "B12": "x"})
    sheet = book["Phụ lục VIII"]
    put(sheet, {"C4": "=chưa giao", "E4": "Không xác định", "G4": "x", "H4": "14/6/2026", "J4": "Kiêm nhiệm"})
    sheet["D4"].value, sheet["D4"].number_format = "=20+7", "General"
    sheet["I4"].value, sheet["I4"].number_format = 0.6667, "0.00%"
    put(book["Lời văn"], {"D6": "- Đoạn một\n- Đoạn hai", "D10": "=Tiếp tục"})
    put(book["Thông tin chung"], {"B11": "x", "B13": "12/BC-SNV", "B14": "15/6/2026", "B15": "Lò Văn A"})
    content = converted(saved(book), "xlsx", tmp_path)
    filled = read_form(content).filled
    assert filled.problems == ()
    asked = [
        f"{line.row_key}:{cell.column}"
        for annex in CARRIED.annexes
        for line in annex.lines
        for cell in line.cells
    ]
    assert {name: filled.cells[name].text for name in asked if filled.cells[name].text} == {
        "PL-V/6:B": "41",
        "PL-V/6:D": LAST.texts["PL-V/6:D"],
        "PL-V/11:F": "1.294",
        "PL-VII/5.1:B": "CSDL cán bộ,\ncông chức",
        "PL-VII/5.1:D": "Chưa triển khai",
        "PL-VII/5.2:B": LAST.texts["PL-VII/5.2:B"],
        "PL-VIII/3:B": "=chưa giao",
        "PL-VIII/3:C": "27",
        "PL-VIII/3:D": "Không xác định",
        "PL-VIII/3:F": "x",
        "PL-VIII/3:G": "14/6/2026",
        "PL-VIII/3:H": "66,67%",
        "PL-VIII/3:I": "Kiêm nhiệm",
    }
    assert (filled.cells["PL-V:same"].text, filled.cells["PL-VII:same"].text) == ("", "x")
    assert {code: cell.text for code, cell in filled.texts.items() if cell.text} == {
        "1.I": "- Đoạn một\n- Đoạn hai",
        "2": "=Tiếp tục",
    }
    assert (filled.assignments[0].product.text, filled.assignments[0].same.text) == (
        LAST.texts["KH57-2026/I.5:product"],
        "x",
    )
    general = (filled.same_all, filled.number, filled.signed_on, filled.signer)
    assert [cell.text for cell in general] == ["x", "12/BC-SNV", "15/6/2026", "Lò Văn A"]
    again = opened(content)["Phụ lục VII"]
    assert again.row_dimensions[1].hidden
    assert again.column_dimensions["A"].hidden
    assert again.protection.sheet


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="cần pdftotext (poppler-utils)")
def test_an_annex_prints_its_headings_on_every_page_and_none_of_its_keys(tmp_path: Path) -> None:
    many = changed(ANNEX_VII, repeats=(Repeat(row=5, times=60),))
    form = replace(FORM, assignments=(), indicators=(), annexes=(many,))
    printed = tmp_path / "bieu.pdf"
    printed.write_bytes(converted(write_form(form, KEY), "pdf", tmp_path))
    text = subprocess.run(
        ["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True, text=True, timeout=60
    ).stdout
    pages = text.removesuffix("\f").split("\f")[2:]
    assert len(pages) >= 3
    assert all("Cơ quan chủ quản" in page and "Đã giải ngân" in page for page in pages)
    assert not re.search(r"PL-VII/|dondoc:", text)
