"""Footnotes of a Word document that is made from a template: real ones, as Word keeps and numbers them.

A text calls its notes by marks that no text holds; when the document is made, each mark becomes a reference, and the
notes a part of the file.
"""

import re
from copy import deepcopy
from typing import Any
from xml.sax.saxutils import escape

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

from models.rules.report.noted import CALL, Noted

STYLE = "Chúthíchcuốitrang"  # id of the template's style of footnotes
_OPEN, _CLOSE = "\ue000", "\ue001"  # private letters: a received text that holds them loses them
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RAISED = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'


class Marked(str):
    """A text with calls of notes in it: the only one that may hold such marks."""

    __slots__ = ()


class Footnotes:
    """The notes of one document, in the order in which they are called."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def put(self, paragraph: Noted) -> Marked:
        """The paragraph's text for the template, its notes taken up."""

        def marked(match: re.Match[str]) -> str:
            number = int(match[1])
            if not 0 < number <= len(paragraph.notes):
                return match[0]
            self._texts.append(without_marks(paragraph.notes[number - 1]))
            return f"{_OPEN}{len(self._texts)}{_CLOSE}"

        return Marked(CALL.sub(marked, without_marks(paragraph.text)))

    def write(self, document: Any) -> None:
        """Put the notes into a rendered document (python-docx); nothing where none is called."""
        if not self._texts:
            return
        for run in document.element.body.xpath(f".//w:r[w:t[contains(text(), '{_OPEN}')]]"):
            _split(run)
        package = document.part.package
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, self._xml(), package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    def _xml(self) -> bytes:
        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{mark}/></w:r></w:p></w:footnote>'
            for kind, number, mark in (
                ("separator", -1, "separator"),
                ("continuationSeparator", 0, "continuationSeparator"),
            )
        )
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{STYLE}"/></w:pPr>'
            f'<w:r>{_RAISED}<w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r>'
            "</w:p></w:footnote>"
            for number, text in enumerate(self._texts, 1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f"<w:footnotes {nsdecls('w')}>{lines}{notes}</w:footnotes>"
        ).encode()


def _split(run: Any) -> None:
    """A run as the runs between its marks, each mark a reference; what else it holds keeps its place."""
    properties = run.find(qn("w:rPr"))
    runs = [_empty(properties)]
    for child in [child for child in run if child.tag != qn("w:rPr")]:
        pieces = _MARK.split(child.text or "") if child.tag == qn("w:t") else [""]
        if len(pieces) == 1:
            runs[-1].append(child)
            continue
        runs[-1].append(_text(pieces[0]))
        for number, after in zip(pieces[1::2], pieces[2::2], strict=True):
            call = f'<w:r {nsdecls("w")}>{_RAISED}<w:footnoteReference w:id="{number}"/></w:r>'
            runs += [parse_xml(call), _empty(properties)]
            runs[-1].append(_text(after))
    for made in runs:
        run.addprevious(made)
    run.getparent().remove(run)


def _empty(properties: Any) -> Any:
    run = parse_xml(f"<w:r {nsdecls('w')}/>")
    if properties is not None:
        run.append(deepcopy(properties))
    return run


def _text(text: str) -> Any:
    made = parse_xml(f'<w:t {nsdecls("w")} xml:space="preserve"/>')
    made.text = text
    return made


def without_marks(text: str) -> str:
    """A text that calls no note, whatever somebody has typed into it."""
    return text.replace(_OPEN, "").replace(_CLOSE, "")
