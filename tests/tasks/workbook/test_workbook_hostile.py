"""Workbooks made to harm: each gets a clear answer, in bounded memory, from a reader that evaluates nothing."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl import load_workbook
from openpyxl.xml import functions

from models.codes import DeadlineKind
from models.rules.form import AssignmentLine, Form, IndicatorLine
from tasks.settings import CHECKOUT
from tasks.workbook.cells import careful_sheets, quick_sheets, sheets_of
from tasks.workbook.package import LARGEST, parts_of
from tasks.workbook.read import UnreadableForm, read_form
from tasks.workbook.write import write_form

KEY = b"mot khoa bi mat chi dung de thu!"
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
    contact="Tổ giúp việc",
    assignments=(
        AssignmentLine(
            "KH57-2026/I.5",
            "Xây dựng",
            "Chủ trì",
            "Kế hoạch",
            "Quý I/2026",
            DeadlineKind.DATE,
            date(2026, 3, 31),
        ),
    ),
    indicators=(IndicatorLine("KH57-2026/II.3", "Chi ngân sách", "%", "1,08", "≥ 3"),),
)
SHEET = "xl/worksheets/sheet3.xml"


@pytest.fixture(scope="module")
def filled() -> bytes:
    book = load_workbook(BytesIO(write_form(FORM, KEY)))
    sheet = book["Nhiệm vụ"]
    for ref, text in {"F5": "Đang thực hiện", "G5": "40", "I5": "Công văn số 15"}.items():
        sheet[ref].value = text
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass
class Package:
    """A workbook to be spoilt: its parts by name."""

    parts: dict[str, bytes]

    def content(self) -> bytes:
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for name, part in self.parts.items():
                archive.writestr(name, part)
        return out.getvalue()


@pytest.fixture
def package(filled: bytes) -> Package:
    with ZipFile(BytesIO(filled)) as archive:
        return Package({name: archive.read(name) for name in archive.namelist()})


# Entities


def test_the_safe_xml_reader_is_in_force() -> None:
    """openpyxl falls back to the unsafe one without a word where defusedxml is missing or switched off."""
    assert openpyxl.DEFUSEDXML is True
    assert (
        functions.iterparse.__module__ == "defusedxml.common"
        or "defusedxml" in functions.iterparse.__module__
    )


LAUGHS = '<!DOCTYPE x [<!ENTITY a "hahaha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
PARTS = [
    SHEET,
    "xl/workbook.xml",
    "xl/styles.xml",
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "docProps/core.xml",
    "xl/theme/theme1.xml",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("doctype", [LAUGHS, OUTSIDE, REMOTE], ids=["laughs", "a file", "a server"])
@pytest.mark.parametrize("name", PARTS)
def test_a_part_with_a_document_type_is_refused(
    package: Package, name: str, doctype: str, encoding: str
) -> None:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", package.parts[name].decode())
    head = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    package.parts[name] = (head + doctype + text).encode(encoding)
    with pytest.raises(UnreadableForm, match="không đúng cấu trúc"):
        read_form(package.content())


# Encodings


def in_encoding(part: bytes, said: str, written: str) -> bytes:
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", part.decode())
    return f'<?xml version="1.0" encoding="{said}"?>{text}'.encode(written, "xmlcharrefreplace")


def test_utf_16_is_read_like_utf_8(filled: bytes, package: Package) -> None:
    package.parts[SHEET] = in_encoding(package.parts[SHEET], "UTF-16", "utf-16")
    assert read_form(package.content()) == read_form(filled)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("UTF-8", "cp1258"),
        ("UTF-8", "latin-1"),
        ("windows-1258", "cp1258"),
        ("cp037", "cp037"),
        ("UTF-7", "utf-8"),
    ],
)
def test_another_encoding_is_refused_and_never_guessed(package: Package, said: str, written: str) -> None:
    part = in_encoding(package.parts[SHEET], said, written)
    package.parts[SHEET] = part.replace(b"40", b"\xe1\xe3", 1) if said == "UTF-8" else part
    with pytest.raises(UnreadableForm, match="không đúng cấu trúc"):
        read_form(package.content())


# Formulas, macros, links


@pytest.mark.parametrize(
    ("cell", "text", "rules"),
    [
        ('<c r="I5"><f>WEBSERVICE("http://x.example")</f><v>7</v></c>', "7", []),
        ('<c r="I5" t="str"><f>HYPERLINK("http://x.example","bấm")</f><v>bấm</v></c>', "bấm", []),
        ('<c r="I5"><f>1+1</f></c>', "", ["o-khong-co-gia-tri"]),
        ('<c r="I5"><f t="shared" ref="I5:I9" si="0">A1</f></c>', "", ["o-khong-co-gia-tri"]),
        ('<c r="I5"><f t="array" ref="I5">SUM(1)</f><v>1</v></c>', "1", []),
        ('<c r="I5"><f t="dataTable" ref="I5" dt2D="0" r1="A1"/><v>1</v></c>', "1", []),
        ('<c r="I5" t="e"><v>#REF!</v></c>', "", ["o-khong-co-gia-tri"]),
        ('<c r="I5" t="inlineStr"><is><t>=1+1</t></is></c>', "=1+1", []),
        ('<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="I5"><x:f>1</x:f></x:c>', "",
         ["o-khong-co-gia-tri"]),
    ],
)  # fmt: skip
def test_a_formula_is_never_worked_out(package: Package, cell: str, text: str, rules: list[str]) -> None:
    package.parts[SHEET] = re.sub(rb'<c r="I5".*?</c>', cell.encode(), package.parts[SHEET], count=1)
    read = read_form(package.content())
    assert read.filled.assignments[0].product.text == text
    assert [problem.rule for problem in read.filled.problems] == rules


def test_a_long_formula_shared_by_many_cells_is_not_spelt_out(package: Package) -> None:
    shared = b'<c r="M%d"><f t="shared" ref="M9:M4000" si="0">' + b"A1+" * 10_000 + b"A1</f></c>"
    rows = (shared % 9) + b"".join(b'<c r="M%d"><f t="shared" si="0"/></c>' % n for n in range(10, 4000))
    package.parts[SHEET] = package.parts[SHEET].replace(
        b"</sheetData>", b"<row>" + rows + b"</row></sheetData>"
    )
    assert peak_of(package.content()) < 60
    assert read_form(package.content()).filled.assignments[0].percent.text == "40"


def test_macros_and_links_are_not_looked_at(package: Package, filled: bytes) -> None:
    package.parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0" + bytes(1000)
    package.parts["xl/externalLinks/externalLink1.xml"] = (
        b'<externalLink><externalBook r:id="rId1"/></externalLink>'
    )
    types = package.parts["[Content_Types].xml"]
    package.parts["[Content_Types].xml"] = types.replace(
        b"spreadsheetml.sheet.main+xml", b"sheet.macroEnabled.main+xml"
    ).replace(
        b"application/vnd.openxmlformats-officedocument.sheet.macro", b"application/vnd.ms-excel.sheet.macro"
    )
    assert read_form(package.content()) == read_form(filled)


# Names of parts


@pytest.mark.parametrize(
    "name", ["../../../tmp/x.xml", "/etc/x.xml", "C:\\x.xml", "xl/../../x.xml", "xl/\n.xml"]
)
def test_paths_in_names_of_parts_mean_nothing(
    package: Package, filled: bytes, name: str, tmp_path: Path
) -> None:
    package.parts[name] = b"<x/>"
    assert read_form(package.content()) == read_form(filled)
    assert list(tmp_path.iterdir()) == []


def test_two_parts_of_one_name_are_read_as_one_reader_reads_them(filled: bytes) -> None:
    out = BytesIO(filled)
    with ZipFile(BytesIO(filled)) as archive:
        other = archive.read(SHEET).replace(b">40<", b">90<")
    with pytest.warns(UserWarning, match="Duplicate name"), ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr(SHEET, other)
    content = out.getvalue()
    assert read_form(content).filled.assignments[0].percent.text == "90"
    assert sheets_of(parts_of(content)) == careful_sheets(parts_of(content))


# Where the two readers could differ


def test_a_form_as_issued_is_read_alike_by_both(filled: bytes) -> None:
    parts = parts_of(filled)
    assert quick_sheets(parts) == careful_sheets(parts) == sheets_of(parts)


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="I5" t="s"><v>999999</v></c>',
        '<c r="I5" t="n"><v>abc</v></c>',
        '<c r="I5"><v>1E999</v></c>',
        '<c r="I5" t="b"><v>1</v></c>',
        '<c r="I5" t="d"><v>2026-03-31</v></c>',
        '<c t="inlineStr"><is><t>không có địa chỉ</t></is></c>',
        '<c r="I5" t="inlineStr"><is><r><t>hai </t></r><r><t>đoạn</t></r></is></c>',
        '<c r="I5" t="inlineStr"><is><t xml:space="preserve">  giữ  </t></is></c>',
        '<c r="I5" t="inlineStr"><is><t>_x000D_xuống_x0041_</t></is></c>',
        '<c r="I5" t="inlineStr"><is><t><![CDATA[<thô>]]></t></is></c>',
        "<c r='I5' t='inlineStr'><is><t>nháy đơn</t></is></c>",
        '<c r="I5" t="&#115;"><v>0</v></c>',
        '<c r="XFD1048576" t="inlineStr"><is><t>xa</t></is></c>',
        '<c r="A99999" t="inlineStr"><is><t>xa</t></is></c>',
        '<c r="i5" t="inlineStr"><is><t>thường</t></is></c>',
        '<c r="I5" t="inlineStr"><is><t>một</t></is></c><c r="I5" t="inlineStr"><is><t>hai</t></is></c>',
        '<c r="I5"/><!-- chú thích --><c r="J5"><v>3.10</v></c>',
    ],
)
def test_what_is_unusual_is_read_as_the_careful_reader_reads_it(package: Package, cell: str) -> None:
    package.parts[SHEET] = re.sub(rb'<c r="I5".*?</c>', cell.encode(), package.parts[SHEET], count=1)
    parts = parts_of(package.content())
    assert answer(lambda: sheets_of(parts)) == answer(lambda: careful_sheets(parts))


def answer(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except Exception:
        return "không đọc được"


# Memory


def bomb_of_zeros(package: Package) -> None:
    package.parts["xl/media/image1.png"] = bytes(61 * 1024 * 1024)


def bomb_of_spaces(package: Package) -> None:
    package.parts[SHEET] = package.parts[SHEET].replace(
        b"<sheetData>", b" " * (31 * 1024 * 1024) + b"<sheetData>"
    )


def bomb_of_one_text(package: Package) -> None:
    long = b"<is><t>" + b"x" * (28 * 1024 * 1024) + b"</t></is>"
    package.parts[SHEET] = re.sub(
        rb'<c r="I5".*?</c>', b'<c r="I5" t="inlineStr">' + long + b"</c>", package.parts[SHEET], count=1
    )


def many_cells(package: Package) -> None:
    flood = b"".join(b"<row>" + b'<c r="Z9" s="1"/>' * 1000 + b"</row>" for _ in range(310))
    package.parts[SHEET] = package.parts[SHEET].replace(b"</sheetData>", flood + b"</sheetData>")


def many_styles(package: Package) -> None:
    styles = package.parts["xl/styles.xml"]
    package.parts["xl/styles.xml"] = styles.replace(
        b"</cellXfs>", b'<xf numFmtId="9"/>' * 70_000 + b"</cellXfs>"
    )


def two_corners(package: Package) -> None:
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    package.parts[SHEET] = package.parts[SHEET].replace(b"</sheetData>", corner + b"</sheetData>")


def two_corners_elsewhere(package: Package) -> None:
    two_corners(package)
    package.parts["xl/khac.xml"] = package.parts.pop(SHEET)
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        package.parts[name] = package.parts[name].replace(b"worksheets/sheet3.xml", b"khac.xml")


def a_huge_dimension(package: Package) -> None:
    package.parts[SHEET] = re.sub(
        rb"<dimension[^>]*>", b'<dimension ref="A1:XFD1048576"/>', package.parts[SHEET]
    )


def deep_xml(package: Package) -> None:
    package.parts[SHEET] = package.parts[SHEET].replace(
        b"</worksheet>", b"<a>" * 140_000 + b"</a>" * 140_000 + b"</worksheet>"
    )


def deep_styles(package: Package) -> None:
    package.parts["xl/styles.xml"] = b"<styleSheet>" + b"<a>" * 29_000 + b"</a>" * 29_000 + b"</styleSheet>"


HARMS: list[tuple[Callable[[Package], None], str]] = [
    (bomb_of_zeros, "quá lớn"),
    (bomb_of_spaces, "quá lớn"),
    (bomb_of_one_text, ""),
    (many_cells, "quá nhiều ô"),
    (many_styles, "quá nhiều ô"),
    (two_corners, ""),
    (two_corners_elsewhere, ""),
    (a_huge_dimension, ""),
    (deep_xml, "any"),
    (deep_styles, "any"),
]
MEMORY = """
import resource, sys, tracemalloc
from tasks.workbook.read import UnreadableForm, read_form
content = sys.stdin.buffer.read()
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_form(content)
    said = ""
except UnreadableForm as refusal:
    said = str(refusal)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sys.stdout.buffer.write(f"{(after - before) // 1024}\\n{said}".encode())
"""


def read_apart(content: bytes) -> tuple[int, str]:
    """Megabytes that reading takes at most, in a process of its own, and what it says."""
    run = subprocess.run(
        [sys.executable, "-c", MEMORY],
        input=content,
        capture_output=True,
        cwd=CHECKOUT,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr.decode()[-2000:]
    used, _, said = run.stdout.decode().partition("\n")
    return int(used), said


def peak_of(content: bytes) -> int:
    return read_apart(content)[0]


@pytest.mark.parametrize(("harm", "told"), HARMS, ids=lambda value: getattr(value, "__name__", ""))
def test_memory_is_bounded_whatever_the_file_claims(
    package: Package, harm: Callable[[Package], None], told: str
) -> None:
    harm(package)
    used, said = read_apart(package.content())
    assert used < 300
    if told != "any":
        assert told in said
        assert bool(said) == bool(told)


def test_sizes_that_lie_are_not_believed_by_the_fast_reader(package: Package) -> None:
    """A part that says it is short, with the check sum of the short part: Python reads the short one, and the reader
    below must not be given the long one."""
    from zlib import crc32

    part = package.parts[SHEET]
    package.parts[SHEET] = part + b" " * (40 * 1024 * 1024)
    content = bytearray(package.content())
    for mark, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        start = content.find(mark)
        while start >= 0:
            name_at = start + (30 if mark.endswith(b"\x04") else 46)
            if content[name_at : name_at + len(SHEET)] == SHEET.encode():
                content[start + at : start + at + 4] = crc32(part).to_bytes(4, "little")
                content[start + at + 8 : start + at + 12] = len(part).to_bytes(4, "little")
            start = content.find(mark, start + 4)
    used, said = read_apart(bytes(content))
    assert used < 60
    assert said == ""


def test_more_than_25_mb_is_refused_unopened() -> None:
    with pytest.raises(UnreadableForm, match="50 MB, lớn hơn mức 25 MB"):
        read_form(b"PK\x03\x04" + bytes(50 * 1024 * 1024))
    assert LARGEST == 25 * 1024 * 1024
