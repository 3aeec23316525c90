"""Footnotes for a document that is being written: python-docx has none, so their part of the file is written here."""

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

from models.rules.text import clean

_CALL = re.compile(r"\[\^(\d{1,5})\]")
_TEXT_STYLE, _CALL_STYLE = "footnote text", "footnote reference"
_LINES = ((-1, "separator"), (0, "continuationSeparator"))


class Footnotes:
    """The footnotes of a document, in the order in which they are called."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._texts: list[str] = []

    def write(self, paragraph: Any, line: str, notes: Mapping[str, str]) -> None:
        """The line into the paragraph; where it says [^1] and there is such a note, a footnote."""
        pieces = _CALL.split(line)
        paragraph.add_run(pieces[0])
        for number, text in zip(pieces[1::2], pieces[2::2], strict=True):
            if number in notes:
                self._call(paragraph, notes[number])
            else:
                paragraph.add_run(f"[^{number}]")
            if text:
                paragraph.add_run(text)

    def _call(self, paragraph: Any, note: str) -> None:
        if not self._texts:
            self._add_styles()
        self._texts.append(clean(note))
        run = paragraph.add_run()
        run.style = _CALL_STYLE
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(len(self._texts)))
        run._r.append(reference)

    def _add_styles(self) -> None:
        styles = self._document.styles
        text = styles.add_style(_TEXT_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        text.base_style, text.font.size = styles["Normal"], Pt(10)
        styles.add_style(_CALL_STYLE, WD_STYLE_TYPE.CHARACTER).font.superscript = True

    def finish(self) -> None:
        """Put the footnotes into the file; nothing when none was called."""
        if not self._texts:
            return
        styles = self._document.styles
        text_id, call_id = styles[_TEXT_STYLE].style_id, styles[_CALL_STYLE].style_id
        mark = f'<w:r><w:rPr><w:rStyle w:val="{call_id}"/></w:rPr><w:footnoteRef/></w:r>'
        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in _LINES
        )
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{text_id}"/></w:pPr>{mark}'
            f'<w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
            for number, text in enumerate(self._texts, 1)
        )
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        xml = f"{head}<w:footnotes {nsdecls('w')}>{lines}{notes}</w:footnotes>"
        owner = self._document.part
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, xml.encode(), owner.package)
        owner.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
