"""A register in a Word file: the tables of its annexes, with the footnotes that their cells refer to.

The XML is read cell by cell, because python-docx gives a merged cell several times, leaves out what tracked
changes inserted, and knows no footnotes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from models.rules.registers.raw_register import (
    RawRegister,
    RawRow,
    RawTable,
    RegisterUnreadable,
    annex_heading,
    kind_of,
    numbers_rows,
    parse_register,
)
from tasks.prose.docx_text import GONE, LETTERS, SIGNS, inside, is_raised, raised, symbol

_AUTOMATIC_NUMBER = "số tự động của Word"

_NOTE_KINDS = (
    (qn("w:footnoteReference"), qn("w:footnote"), RELATIONSHIP_TYPE.FOOTNOTES),
    (qn("w:endnoteReference"), qn("w:endnote"), RELATIONSHIP_TYPE.ENDNOTES),
)
_REFERENCES = {reference for reference, _, _ in _NOTE_KINDS}


def read(path: Path) -> RawRegister:
    """The register in a .docx file."""
    try:
        document = docx.Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise RegisterUnreadable(
            f"Tệp “{path.name}” không phải là văn bản Word (.docx) hoặc đã hỏng; "
            "mở bằng Word, lưu lại rồi nạp lại."
        ) from error
    return parse_register(_tables(document))


def _tables(document: Any) -> list[RawTable]:
    """Every table of the document, with the lines above it.

    A table that only goes on from the one right before it (a page break had parted them) is one with it.
    """
    notes = _notes(document)
    tables: list[RawTable] = []
    above: list[str] = []
    for block in inside(document.element.body, {qn("w:p"), qn("w:tbl")}):
        if block.tag == qn("w:p"):
            above.append("".join(_texts(block)))
            continue
        rows = _rows(block, notes)
        if tables and not any(line.strip() for line in above) and _goes_on(tables[-1], rows):
            before = tables.pop()
            shifted = (RawRow(row.number + len(before.rows), row.cells, row.notes) for row in rows)
            tables.append(RawTable(before.annex, before.heading, (*before.rows, *shifted)))
        else:
            annex, heading = annex_heading(above, f"Bảng {len(tables) + 1}")
            tables.append(RawTable(annex, heading, tuple(rows)))
        above = []
    return tables


def _goes_on(table: RawTable, rows: list[RawRow]) -> bool:
    """Whether rows without a header of their own are a table's next page."""
    first = rows[0].cells if rows else ()
    width = len(table.rows[0].cells) if table.rows else 0
    return len(first) == width and kind_of(first) is None and not numbers_rows(first)


def _rows(table: Any, notes: dict[tuple[str, str], str]) -> list[RawRow]:
    """A table's rows.

    A cell merged over columns has empty ones behind it; one merged over rows says the same in each of them.
    """
    rows: list[RawRow] = []
    carried: dict[int, str] = {}
    for number, row in enumerate(inside(table, {qn("w:tr")}), 1):
        properties = row.find(qn("w:trPr"))
        if properties is not None and properties.find(qn("w:del")) is not None:
            continue
        cells = _Cells()
        cells.skip(_value(properties, "w:gridBefore"))
        for cell in inside(row, {qn("w:tc")}):
            settings = cell.find(qn("w:tcPr"))
            merged = settings.find(qn("w:vMerge")) if settings is not None else None
            at = len(cells.texts)
            if merged is not None and merged.get(qn("w:val")) != "restart":
                text = carried.get(at, "")
            else:
                text = _cell_text(cell, first=at == 0)
                cells.notes += _notes_of(cell, notes)
            carried[at] = text
            cells.texts.append(text)
            cells.skip(max(_value(settings, "w:gridSpan"), 1) - 1)
        rows.append(RawRow(number, tuple(cells.texts), tuple(cells.notes)))
    return rows


@dataclass
class _Cells:
    texts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def skip(self, columns: int) -> None:
        self.texts += [""] * columns


def _value(properties: Any, name: str) -> int:
    """A whole number among the properties of a row or cell; 0 when it is not there."""
    found = properties.find(qn(name)) if properties is not None else None
    return int(found.get(qn("w:val"), "0")) if found is not None else 0


def _cell_text(cell: Any, *, first: bool) -> str:
    """A cell's paragraphs as lines.

    An empty paragraph that Word numbers by itself says so in the first column: its number is not in the file.
    """
    lines = []
    for paragraph in _paragraphs(cell):
        text = "".join(_texts(paragraph))
        if first and not text.strip() and _is_numbered(paragraph):
            text = _AUTOMATIC_NUMBER
        lines.append(text)
    return "\n".join(lines)


def _paragraphs(element: Any) -> Iterator[Any]:
    """The paragraphs of a cell, those of a table inside it included."""
    for block in inside(element, {qn("w:p"), qn("w:tbl")}):
        if block.tag == qn("w:p"):
            yield block
            continue
        for row in inside(block, {qn("w:tr")}):
            for cell in inside(row, {qn("w:tc")}):
                yield from _paragraphs(cell)


def _is_numbered(paragraph: Any) -> bool:
    number = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:numId')}")
    return number is not None and number.get(qn("w:val")) != "0"


def _texts(element: Any) -> Iterator[str]:
    """What a reader sees of an element: insertions yes, deletions and footnote marks no."""
    superscript = is_raised(element)
    marks_note = any(child.get(qn("w:customMarkFollows")) in ("1", "true", "on") for child in element)
    for child in element:
        if child.tag in LETTERS:
            text = "" if marks_note else child.text or ""
            yield raised(text) if superscript else text
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag == qn("w:sym"):
            yield symbol(child)
        elif child.tag not in GONE:
            yield from _texts(child)


def _notes(document: Any) -> dict[tuple[str, str], str]:
    """The document's footnotes and endnotes, by the tag that refers to them and their id."""
    notes: dict[tuple[str, str], str] = {}
    for relation in document.part.rels.values():
        for reference, element, kind in _NOTE_KINDS:
            if relation.reltype == kind:
                for note in parse_xml(relation.target_part.blob).iter(element):
                    lines = ("".join(_texts(paragraph)) for paragraph in note.iter(qn("w:p")))
                    notes[reference, note.get(qn("w:id"))] = " ".join(lines).strip()
    return notes


def _notes_of(cell: Any, notes: dict[tuple[str, str], str]) -> list[str]:
    """The texts of the footnotes that a cell refers to."""
    referred = (
        element
        for element in cell.iter(*_REFERENCES)
        if not any(ancestor.tag in GONE for ancestor in element.iterancestors())
    )
    texts = (notes.get((element.tag, element.get(qn("w:id"))), "") for element in referred)
    return [text for text in texts if text]
