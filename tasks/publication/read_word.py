"""A report in Word as paragraphs and tables with their places. What came from outside is looked into before it is
parsed (tasks.office_package); of tracked changes what was put in is read, what was taken out is not."""

from collections.abc import Iterator
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from models.fault import Fault
from models.rules.publication.content import (
    FOR_US,
    Content,
    Paragraph,
    Places,
    Row,
    Table,
    column_names,
    for_us,
    title_of,
    written,
)
from tasks.prose.docx_text import GONE, LETTERS, SIGNS, inside, is_on, symbol
from tasks.prose.word_package import MAIN, is_word, not_well_made, word_parts

_FOOTNOTES = "word/footnotes.xml"
_MOST_PIECES = 20_000
_LAYOUT_ROWS, _LAYOUT_COLUMNS = 4, 2
"""A table without a title that is no larger is the letterhead or the place of the signature."""


class NoReport(Fault):
    """A file that is no report in Word, or too large for one; the message says what to choose instead."""


def read_report(content: bytes, name: str) -> Content:
    """The report in a .docx file called `name`. NoReport, or UnreadableForm when it may not be opened."""
    if not is_word(content):
        raise NoReport(
            f"Tệp “{name}” không phải văn bản Word .docx. Mở bằng Word hoặc LibreOffice, lưu thành .docx rồi chọn lại."
        )
    try:
        parts = word_parts(content)
        read = _read(parse_xml(parts[MAIN]), _notes(parts.get(_FOOTNOTES)))
    except (SyntaxError, KeyError, RecursionError) as broken:
        raise not_well_made() from broken
    if read.size > _MOST_PIECES:
        raise NoReport(
            f"Tệp “{name}” có {read.size} đoạn và dòng bảng, quá dài so với một báo cáo nên không đối chiếu."
        )
    return read


def _read(document: Any, notes: dict[str, str]) -> Content:
    """`notes`: the text of each footnote by its id; those are read that the report calls."""
    called: list[str] = []
    paragraphs: list[Paragraph] = []
    tables: list[Table] = []
    places = Places()
    title = ""
    body = document.find(qn("w:body"))
    if body is None:
        raise not_well_made()
    for block in inside(body, {qn("w:p"), qn("w:tbl")}):
        if block.tag == qn("w:p"):
            text = _text(block)
            if text.upper().startswith(FOR_US):
                break  # of our draft, and taken off before the signature
            if not text or for_us(text):
                continue
            called += _called(block)
            title = title_of(text) or (
                title if text.startswith("(") else ""
            )  # "(Tính đến ngày ...)" below a title
            paragraphs.append(Paragraph(places.of(text), text))
            continue
        if not title and _is_layout(block):
            texts = (_text(paragraph) for paragraph in block.iter(qn("w:p")))
            paragraphs += [Paragraph(places.of(text), text) for text in texts if text]
            continue
        called += _called(block)
        tables.append(_table(block, title or f"Bảng {len(tables) + 1}"))
        title = ""
    for number, note in enumerate(dict.fromkeys(called), start=1):
        if text := notes.get(note, ""):
            paragraphs.append(Paragraph(f"Chú thích {number}", text))
    return Content(tuple(paragraphs), tuple(tables))


def _notes(xml: bytes | None) -> dict[str, str]:
    """The text of each footnote by its id."""
    return {
        note.get(qn("w:id"), ""): " ".join(_text(paragraph) for paragraph in note.iter(qn("w:p"))).strip()
        for note in (parse_xml(xml).iter(qn("w:footnote")) if xml else ())
    }


def _called(block: Any) -> list[str]:
    return [call.get(qn("w:id"), "") for call in block.iter(qn("w:footnoteReference"))]


def _is_layout(table: Any) -> bool:
    rows = list(inside(table, {qn("w:tr")}))
    widest = max((len(list(inside(row, {qn("w:tc")}))) for row in rows), default=0)
    return len(rows) <= _LAYOUT_ROWS and widest <= _LAYOUT_COLUMNS


def _table(table: Any, name: str) -> Table:
    rows = [row for row in inside(table, {qn("w:tr")}) if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None]
    laid = [_cells(row) for row in rows]
    heads = max(1, sum(is_on(row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}")) for row in rows))
    names = column_names(laid[:heads])
    return Table(
        name,
        tuple(
            Row(
                number=max(0, at - heads + 1),
                cells=tuple(text for _, _, text in cells),
                columns=tuple(names.get(start, "") for start, _, _ in cells),
            )
            for at, cells in enumerate(laid)
        ),
    )


def _cells(row: Any) -> list[tuple[int, int, str]]:
    """The cells of a row: where on the grid each begins, over how many columns it goes, what stands in it."""
    cells = []
    start = 0
    for cell in inside(row, {qn("w:tc")}):
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        wide = span.get(qn("w:val"), "1") if span is not None else "1"
        width = int(wide) if wide.isdigit() and 0 < int(wide) < 100 else 1
        text = " ".join(found for paragraph in cell.iter(qn("w:p")) if (found := _text(paragraph)))
        cells.append((start, width, text))
        start += width
    return cells


def _text(paragraph: Any) -> str:
    return written("".join(_letters(paragraph)))


def _letters(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in LETTERS:
            yield child.text or ""
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag == qn("w:sym"):
            yield symbol(child)
        elif child.tag not in GONE:
            yield from _letters(child)
