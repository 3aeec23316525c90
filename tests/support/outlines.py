"""What the tests of the Word outline share: a form that asks for prose, and Word files spoilt or filled in by hand."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import docx

from models.codes import CellKind, DeadlineKind
from models.rules.annexes.annex import Annex, AskedCell, Outline
from models.rules.form import AssignmentLine, Form, IndicatorLine
from models.rules.prose.outline import label
from models.rules.text import clean
from tasks.profile import read_profile
from tasks.prose.outline_read import Part, ReadOutline
from tasks.settings import CHECKOUT

KEY = b"mot khoa bi mat chi dung de thu!"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def province_outline() -> Outline:
    """The outline that the province's quarterly regime names."""
    outline = read_profile(CHECKOUT / "deployments" / "dien-bien").regime("bcd-quy").outline
    assert outline is not None
    return outline


OUTLINE = province_outline()
ANNEX = Annex(
    code="PL-V",
    title="Thủ tục hành chính",
    sheet="Phụ lục V",
    given=(),
    asked=(
        AskedCell(row=8, column="C", kind=CellKind.WHOLE, label="Số TTHC cấp tỉnh"),
        AskedCell(row=9, column="C", kind=CellKind.WHOLE, label="Số TTHC cấp xã"),
    ),
)
FORM = Form(
    request_id=12,
    version=2,
    cycle_code="bcd-quy-2026-Q1",
    cycle_name="Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW",
    agency_code="SNV",
    agency_name="Sở Nội vụ",
    data_from=date(2025, 12, 15),
    as_of=date(2026, 3, 14),
    due=date(2026, 3, 20),
    contact="Tổ giúp việc",
    assignments=(
        AssignmentLine(
            "KH57-2026/I.1",
            "Rà soát cơ chế",
            "Chủ trì",
            "Văn bản",
            "Quý I/2026",
            DeadlineKind.DATE,
            date(2026, 3, 31),
        ),
        AssignmentLine(
            "KH57-2026/I.2",
            "Bố trí nhân lực",
            "Chủ trì",
            "Đề án",
            "28/02/2026",
            DeadlineKind.DATE,
            date(2026, 2, 28),
        ),
        AssignmentLine(
            "KH57-2026/V.2",
            "Cập nhật dữ liệu",
            "Chủ trì",
            "Báo cáo",
            "Thường xuyên",
            DeadlineKind.RECURRING,
            None,
        ),
    ),
    indicators=(
        IndicatorLine("KH57-2026/II.3", "Chi ngân sách", "%", "1,08", "≥ 3"),
        IndicatorLine("KH57-2026/II.4", "Hồ sơ trực tuyến", "%", "", "80"),
    ),
    annexes=(ANNEX,),
    outline=OUTLINE,
)
ANSWERS = {
    "KH57-2026/I.1:status": "Hoàn thành",
    "KH57-2026/I.1:completed_on": "10/3/2026",
    "KH57-2026/I.1:product": "Công văn số 15/SNV-CCHC",
    "KH57-2026/I.2:status": "Đang thực hiện",
    "KH57-2026/I.2:percent": "40",
    "KH57-2026/I.2:reason": "Chờ hướng dẫn",
    "KH57-2026/II.3:value": "1,2",
    "KH57-2026/II.4:value": "chưa có số liệu",
    "PL-V/8:C": "106",
}


def headings_of(outline: Outline = OUTLINE) -> list[str]:
    return [label(heading) for heading in outline.headings]


def word_of(lines: list[Any], **styles: str) -> bytes:
    """A plain Word file: a line is a text, "**bold**", or a list of rows for a table."""
    document = docx.Document()
    for line in lines:
        if isinstance(line, str):
            bold = line.startswith("**")
            document.add_paragraph(style=styles.get(line)).add_run(line.strip("*")).bold = bold or None
            continue
        table = document.add_table(rows=0, cols=len(line[0]))
        for texts in line:
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text
    return saved(document)


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def changed(content: bytes, change: Callable[[Any], object]) -> bytes:
    """The file after a person opened it, did something to it, and saved it."""
    document = docx.Document(BytesIO(content))
    change(document)
    return saved(document)


def under(document: Any, title: str) -> Any:
    """The first empty paragraph below a heading: where an officer writes."""
    paragraphs = iter(document.paragraphs)
    next(p for p in paragraphs if title in p.text and p.style.name.startswith("Heading"))
    return next(p for p in paragraphs if p.style.name == "Nội dung" and not p.text)


def package(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(parts: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def with_notes(content: bytes, notes: Mapping[str, str], kind: str = "footnote") -> bytes:
    """The file with footnotes (or endnotes): {{1}} in its text becomes the call of note 1."""
    parts = package(content)
    body = parts["word/document.xml"].decode()
    for number in notes:
        call = f'</w:t></w:r><w:r><w:{kind}Reference w:id="{number}"/></w:r><w:r><w:t xml:space="preserve">'
        body = body.replace("{{" + number + "}}", call)
    parts["word/document.xml"] = body.encode()
    each = "".join(
        f'<w:{kind} w:id="{number}"><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:{kind}>'
        for number, text in notes.items()
    )
    line = f'<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    parts[f"word/{kind}s.xml"] = f'<w:{kind}s xmlns:w="{WORD}">{line}{each}</w:{kind}s>'.encode()
    _relate(parts, f"{kind}s", f"{kind}s.xml")
    return repacked(parts)


def _relate(parts: dict[str, bytes], kind: str, target: str) -> None:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = parts["word/_rels/document.xml.rels"].decode()
    entry = f'<Relationship Id="rT{kind}" Type="{base}/{kind}" Target="{target}"/></Relationships>'
    parts["word/_rels/document.xml.rels"] = rels.replace("</Relationships>", entry).encode()
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = parts["[Content_Types].xml"].decode()
    entry = f'<Override PartName="/word/{target}" ContentType="{word}.{kind}+xml"/></Types>'
    parts["[Content_Types].xml"] = types.replace("</Types>", entry).encode()


def with_comment(content: bytes, text: str) -> bytes:
    parts = package(content)
    comment = f'<w:comment w:id="0" w:author="A"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:comment>'
    parts["word/comments.xml"] = f'<w:comments xmlns:w="{WORD}">{comment}</w:comments>'.encode()
    _relate(parts, "comments", "comments.xml")
    return repacked(parts)


def written(read: ReadOutline) -> list[Part]:
    """The parts in which something stands."""
    return [part for part in read.parts if part.text or part.notes]


def words_in(text: str) -> list[str]:
    return re.findall(r"\w+", clean(text))
