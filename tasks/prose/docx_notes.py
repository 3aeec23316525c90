"""Footnotes for a document that is being written: python-docx has none, so their part of the file is written here."""

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from models.rules.text import clean
from tasks.prose.docx_markup import run, style_id

_CALL = re.compile(r"\[\^(\d{1,5})\]")
_TEXT_STYLE, _CALL_STYLE = "footnote text", "footnote reference"
_LINES = ((-1, "separator"), (0, "continuationSeparator"))


def add_note_styles(styles: Any) -> None:
    """The styles of footnotes and of the numbers that call them."""
    text = styles.add_style(_TEXT_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    text.base_style, text.font.size = styles["Normal"], Pt(10)
    styles.add_style(_CALL_STYLE, WD_STYLE_TYPE.CHARACTER).font.superscript = True


class Footnotes:
    """The footnotes of a document, in the order in which they are called."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def runs(self, line: str, notes: Mapping[str, str]) -> str:
        """The line as the content of a paragraph; where it says [^1] and there is such a note, a footnote."""
        pieces = _CALL.split(line)
        runs = [run(pieces[0])]
        for number, text in zip(pieces[1::2], pieces[2::2], strict=True):
            runs.append(self._call(notes[number]) if number in notes else run(f"[^{number}]"))
            if text:
                runs.append(run(text))
        return "".join(runs)

    def _call(self, note: str) -> str:
        self._texts.append(clean(note))
        look = f'<w:rPr><w:rStyle w:val="{style_id(_CALL_STYLE)}"/></w:rPr>'
        return f'<w:r>{look}<w:footnoteReference w:id="{len(self._texts)}"/></w:r>'

    def part(self) -> str:
        """The footnotes' part of the file; "" when none was called."""
        if not self._texts:
            return ""
        mark = f'<w:r><w:rPr><w:rStyle w:val="{style_id(_CALL_STYLE)}"/></w:rPr><w:footnoteRef/></w:r>'
        look = f'<w:pPr><w:pStyle w:val="{style_id(_TEXT_STYLE)}"/></w:pPr>'
        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in _LINES
        )
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p>{look}{mark}'
            f'<w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
            for number, text in enumerate(self._texts, 1)
        )
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return f"{head}<w:footnotes {nsdecls('w')}>{lines}{notes}</w:footnotes>"
