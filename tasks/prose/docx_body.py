"""A Word document as lines in reading order: paragraphs and rows of tables, with how they look and what they call.

Nothing is left out that a reader sees: text boxes follow the paragraph that holds them, footnotes and endnotes are
kept with the line that calls them, headers and footers come apart. Of tracked changes, what was put in is read and
what was taken out is not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import join, normpath
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from models.rules.text import clean, clean_lines
from tasks.office_package import Parts
from tasks.prose.docx_numbering import Numbering
from tasks.prose.docx_text import GONE, LETTERS, MARKUP, SIGNS, is_on, is_raised, raised, symbol
from tasks.prose.word_package import MAIN, not_well_made

_NOTES = {
    qn("w:footnoteReference"): (RELATIONSHIP_TYPE.FOOTNOTES, qn("w:footnote")),
    qn("w:endnoteReference"): (RELATIONSHIP_TYPE.ENDNOTES, qn("w:endnote")),
}
_BOX = qn("w:txbxContent")
_CHANGED = tuple(qn(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo"))
_DRAWN = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart",
    "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds",
    "{urn:schemas-microsoft-com:vml}imagedata",
    qn("w:object"),
    qn("w:altChunk"),
)
_HEADING_STYLE = re.compile(r"heading ([1-9])")
_CALL = re.compile(r"\[\^(\d{1,5})\]")
_ONLY_PAGE = re.compile(r"(?:trang\s*)?[\d\s/|.\-–]*", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A paragraph, or a row of a table (its cells parted by " | ").

    `text`: lines of the paragraph, [^1] where a note is called. `number`: what Word counts before it, "" for nothing.
    `level`: of a heading, else 0. `strong`: all of it is bold or in capitals. `notes`: those it calls, [^1] ....
    """

    text: str
    style: str = ""
    number: str = ""
    level: int = 0
    strong: bool = False
    row: bool = False
    notes: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The text with the number that Word shows before it."""
        return f"{self.number} {self.text}".strip()


@dataclass(frozen=True)
class Body:
    """A document as read. `findings` say in Vietnamese what a person should know of the file itself."""

    lines: tuple[Line, ...]
    margins: tuple[str, ...]  # texts of headers and footers, page numbers aside
    left_over: tuple[str, ...]  # notes that nothing calls
    properties: dict[str, str]  # the document's own properties that programs put there
    findings: tuple[str, ...]


def row_line(cells: Sequence[str]) -> str:
    """A row of a table as a line; "" when all of its cells are empty."""
    texts = [clean(cell) for cell in cells]
    return " | ".join(texts) if any(texts) else ""


def read_body(parts: Parts) -> Body:
    """The lines of a document; UnreadableForm when its XML cannot be followed."""
    try:
        reader = _Reader(parts)
        lines = tuple(reader.lines(reader.main))
        margins = tuple(dict.fromkeys(reader.margins()))
        return Body(lines, margins, tuple(reader.left_over()), reader.properties(), tuple(reader.findings()))
    except (ValueError, SyntaxError, KeyError, RecursionError) as broken:
        raise not_well_made() from broken


@dataclass(frozen=True)
class _Style:
    name: str = ""
    based_on: str = ""
    bold: bool | None = None
    level: int = 0
    number: tuple[str, int] | None = None  # numId, ilvl


@dataclass
class _Reader:
    parts: Parts
    called: dict[tuple[str, str], int] = field(default_factory=dict)  # reference and id -> number of the note
    now_called: list[tuple[str, str]] = field(default_factory=list)  # by the line that is being read
    boxes: list[Any] = field(default_factory=list)  # of the line that is being read

    @cached_property
    def main(self) -> Any:
        return parse_xml(self.parts[MAIN])

    @cached_property
    def related(self) -> dict[str, list[str]]:
        """Type of relation -> names of the parts that the document relates to."""
        found: dict[str, list[str]] = {}
        rels = self.parts.get("word/_rels/document.xml.rels")
        for relation in parse_xml(rels) if rels else ():
            if relation.get("TargetMode") != "External":
                name = normpath(join("/word", relation.get("Target", ""))).lstrip("/")
                found.setdefault(relation.get("Type", ""), []).append(name)
        return found

    def roots(self, kind: str) -> list[Any]:
        """The parts of this type, parsed."""
        return [parse_xml(self.parts[name]) for name in self.related.get(kind, ()) if name in self.parts]

    @cached_property
    def styles(self) -> dict[str, _Style]:
        made: dict[str, _Style] = {}
        for root in self.roots(RELATIONSHIP_TYPE.STYLES):
            for style in root.iter(qn("w:style")):
                name = _value(style, "w:name").casefold()
                found = _HEADING_STYLE.fullmatch(name)
                outline = _value(style, "w:pPr/w:outlineLvl")
                bold = style.find(f"{qn('w:rPr')}/{qn('w:b')}")
                made[style.get(qn("w:styleId"), "")] = _Style(
                    name=name,
                    based_on=_value(style, "w:basedOn"),
                    bold=None if bold is None else is_on(bold),
                    level=int(found[1]) if found else _level(outline),
                    number=_numbered(style),
                )
        return made

    @cached_property
    def numbering(self) -> Numbering:
        roots = self.roots(RELATIONSHIP_TYPE.NUMBERING)
        return Numbering.of(roots[0] if roots else None)

    @cached_property
    def notes(self) -> dict[tuple[str, str], str]:
        """The texts of footnotes and endnotes, by the tag that refers to them and their id."""
        made: dict[tuple[str, str], str] = {}
        for reference, (kind, tag) in _NOTES.items():
            for root in self.roots(kind):
                for note in root.iter(tag):
                    text = clean(" ".join("".join(self._letters(p)) for p in note.iter(qn("w:p"))))
                    if text and note.get(qn("w:type"), "normal") == "normal":
                        made[reference, note.get(qn("w:id"), "")] = text
        return made

    @cached_property
    def first_note(self) -> int:
        """Notes are numbered after those that stand in the text in our own way of writing."""
        written = "".join(element.text or "" for element in self.main.iter(qn("w:t")))
        return 1 + max((int(number) for number in _CALL.findall(written)), default=0)

    def lines(self, element: Any) -> Iterator[Line]:
        for block in _blocks(element):
            yield from self._paragraph(block) if block.tag == qn("w:p") else self._table(block)

    def _paragraph(self, paragraph: Any) -> Iterator[Line]:
        self.now_called, self.boxes = [], []
        text = clean_lines("".join(self._letters(paragraph)))
        called, boxes = self.now_called, self.boxes
        chain = self._chain(_value(paragraph, "w:pPr/w:pStyle"))
        own = _numbered(paragraph)
        number_id, depth = own or next((style.number for style in chain if style.number), None) or ("0", 0)
        number = self.numbering.next(number_id, depth) if text else ""
        if text:
            yield Line(
                text,
                style=chain[0].name if chain else "",
                number=number,
                level=_level(_value(paragraph, "w:pPr/w:outlineLvl"))
                or next((style.level for style in chain if style.level), 0),
                strong=text.isupper() or self._all_bold(paragraph, chain),
                notes=self._noted(called),
            )
        for box in boxes:
            yield from self.lines(box)

    def _table(self, table: Any) -> Iterator[Line]:
        rows = [
            row for row in _nearest(table, qn("w:tr")) if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None
        ]
        cells = [list(_nearest(row, qn("w:tc"))) for row in rows]
        if all(len(row) <= 1 for row in cells):  # a frame drawn around text
            for row in cells:
                for cell in row:
                    yield from self.lines(cell)
            return
        for row in cells:
            inner = [list(self.lines(cell)) for cell in row]
            texts = [" ".join(line.written for line in lines) for lines in inner]
            if text := row_line(texts):
                everything = [line for lines in inner for line in lines]
                notes = tuple(note for line in everything for note in line.notes)
                yield Line(text, style=everything[0].style, row=True, notes=notes)

    def _chain(self, style_id: str) -> list[_Style]:
        """A style and those it is based on."""
        chain: list[_Style] = []
        style = self.styles.get(style_id)
        while style is not None and len(chain) < 20:
            chain.append(style)
            style = self.styles.get(style.based_on)
        return chain

    def _all_bold(self, paragraph: Any, chain: list[_Style]) -> bool:
        by_style = next((style.bold for style in chain if style.bold is not None), False)
        seen = False
        for run in paragraph.iter(qn("w:r")):
            if not any(child.tag in LETTERS and (child.text or "").strip() for child in run):
                continue
            seen = True
            bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
            character = self._chain(_value(run, "w:rPr/w:rStyle"))
            said = next((style.bold for style in character if style.bold is not None), by_style)
            if not (said if bold is None else is_on(bold)):
                return False
        return seen

    def _letters(self, element: Any) -> Iterator[str]:
        """What a reader sees of a paragraph; a call of a note as [^1]; text boxes are laid aside."""
        superscript = is_raised(element)
        own_mark = any(child.get(qn("w:customMarkFollows")) in ("1", "true", "on") for child in element)
        for child in element:
            if child.tag in LETTERS:
                text = "" if own_mark else child.text or ""
                yield raised(text) if superscript else text
            elif child.tag in SIGNS:
                yield SIGNS[child.tag]
            elif child.tag == qn("w:sym"):
                yield symbol(child)
            elif child.tag in _NOTES:
                yield self._call((child.tag, child.get(qn("w:id"), "")))
            elif child.tag == _BOX:
                self.boxes.append(child)
            elif child.tag == f"{MARKUP}AlternateContent":
                for shown in _shown(child):
                    yield from self._letters(shown)
            elif child.tag not in GONE:
                yield from self._letters(child)

    def _call(self, key: tuple[str, str]) -> str:
        if key not in self.notes:
            return ""
        number = self.called.setdefault(key, self.first_note + len(self.called))
        self.now_called.append(key)
        return f"[^{number}]"

    def _noted(self, called: list[tuple[str, str]]) -> tuple[str, ...]:
        return tuple(f"[^{self.called[key]}] {self.notes[key]}" for key in dict.fromkeys(called))

    def left_over(self) -> Iterator[str]:
        """Notes that nothing calls; to be asked when all lines are read."""
        for key, text in self.notes.items():
            if key not in self.called:
                yield text

    def margins(self) -> Iterator[str]:
        for kind in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
            for root in self.roots(kind):
                for line in self.lines(root):
                    if not _ONLY_PAGE.fullmatch(clean(line.text)):
                        yield line.written

    def properties(self) -> dict[str, str]:
        content = self.parts.get("docProps/custom.xml")
        return {
            named.get("name", ""): "".join(named.itertext())
            for named in (parse_xml(content) if content else ())
        }

    def findings(self) -> Iterator[str]:
        notes = [root for kind, _ in _NOTES.values() for root in self.roots(kind)]
        if any(True for root in (self.main, *notes) for _ in root.iter(*_CHANGED)):
            yield (
                "Văn bản còn dấu vết sửa (Track Changes): phần thêm vào được giữ, phần đã xóa được bỏ. Đề nghị chấp "
                "nhận hoặc từ chối hết các chỗ sửa trước khi trình ký."
            )
        comments = sum(
            1 for root in self.roots(RELATIONSHIP_TYPE.COMMENTS) for _ in root.iter(qn("w:comment"))
        )
        if comments:
            yield f"Văn bản có {comments} ý kiến bên lề (Comment); ý kiến không phải nội dung báo cáo, không được đọc."
        if any(True for _ in self.main.iter(*_DRAWN)):
            yield (
                "Văn bản có ảnh, biểu đồ hoặc tệp nhúng; chữ trong đó không đọc được. Số liệu trong ảnh, nếu có, đề "
                "nghị viết lại bằng chữ."
            )


def _blocks(element: Any) -> Iterator[Any]:
    """Paragraphs and tables in an element, whatever wraps them."""
    for child in element:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag == f"{MARKUP}AlternateContent":
            for shown in _shown(child):
                yield from _blocks(shown)
        elif child.tag not in GONE:
            yield from _blocks(child)


def _nearest(element: Any, tag: str) -> Iterator[Any]:
    """The nearest elements of this tag, whatever wraps them."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in GONE:
            yield from _nearest(child, tag)


def _shown(alternatives: Any) -> list[Any]:
    """Of what is drawn twice, for newer and for older programs, the one that holds the text."""
    choices = alternatives.findall(f"{MARKUP}Choice")
    told = [choice for choice in choices if any(True for _ in choice.iter(*LETTERS))]
    return told[:1] or alternatives.findall(f"{MARKUP}Fallback")[:1]


def _value(element: Any, path: str) -> str:
    """The w:val at this path; "" when it is not there."""
    found = element.find("/".join(qn(name) for name in path.split("/")))
    return "" if found is None else found.get(qn("w:val"), "")


def _level(outline: str) -> int:
    """The level of a heading by w:outlineLvl, which counts from 0 and says 9 for a paragraph of text."""
    return int(outline) + 1 if outline.isdigit() and int(outline) < 9 else 0


def _numbered(element: Any) -> tuple[str, int] | None:
    """The list and its level that a paragraph or a style is in; None when it says nothing of that."""
    number = _value(element, "w:pPr/w:numPr/w:numId")
    depth = _value(element, "w:pPr/w:numPr/w:ilvl")
    return (number, int(depth) if depth.isdigit() else 0) if number else None
