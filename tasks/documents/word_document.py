"""Word documents from the templates that the secretariat may edit in Word (templates/word/*.docx).

Both layouts, the Party's and that of Nghị định 30/2020/NĐ-CP, stand in each template; `party` tells which.
"""

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage

from models.rules.policy import Letter
from models.time import vn_date, vn_date_long
from tasks.documents.word_notes import Footnotes, Marked, without_marks
from tasks.steady_zip import steady_zip
from templates import FOLDER

WIDTH_CM = 16.5  # between the margins of an A4 page
_BLANK = "\N{NO-BREAK SPACE}" * 5  # left open for a pen or for the number that the clerk gives
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Picture:
    """A picture (PNG) in a context. `title` belongs above it, `words` is what it shows for whoever cannot see it."""

    title: str
    words: str
    content: bytes
    width_cm: float = WIDTH_CM


def head(letter: Letter, suffix: str, number: str, day: date | None, year: int) -> dict[str, Any]:
    """Names, number, place and date as the layout writes them; number "" and day None are left open."""
    party = letter.layout == "party"
    written = f"{number or _BLANK}-{suffix}" if party else f"{number or _BLANK}/{suffix}"
    in_text = day_in_words(day, year)
    short = f"ngày {vn_date(day)}" if day else in_text
    return {
        "party": party,
        "superior": letter.superior,
        "issuer": letter.issuer,
        "number": f"Số {written}" if party else f"Số: {written}",
        "number_in_text": f"số {written}{',' if party else ''} {short}",
        "place_and_date": f"{letter.place}, {in_text}",
        "mark": "-" if party else ".",
        "signer_line": letter.signer_line,
        "signer_office": letter.signer_office,
    }


def day_in_words(day: date | None, year: int) -> str:
    """A day as a document writes it; without one, day and month are left open for a pen."""
    return vn_date_long(day) if day else f"ngày{_BLANK}tháng{_BLANK}năm {year}"


def render(template: str, context: dict[str, Any], made: date, notes: Footnotes | None = None) -> bytes:
    """The document (DOCX), dated `made`; the same template and context give the same bytes.

    A picture in the context stands where the template writes it. `notes`: the footnotes that its texts call.
    """
    document = DocxTemplate(FOLDER / "word" / template)
    words: list[str] = []
    document.render(_placed(printable(context), document, words), autoescape=True)
    if notes is not None:
        notes.write(document.docx)
    described = document.docx.element.body.iter(qn("wp:docPr"))
    for drawing, said in zip(described, words, strict=False):
        drawing.set("descr", said)
    content = BytesIO()
    document.save(content)
    return steady_zip(content.getvalue(), made)


def _placed(value: Any, document: DocxTemplate, words: list[str]) -> Any:
    """The same with pictures as the template can hold them; what they show in words is noted in their order."""
    if isinstance(value, Picture):
        words.append(value.words)
        return InlineImage(document, BytesIO(value.content), width=Cm(value.width_cm))
    if isinstance(value, dict):
        return {key: _placed(inner, document, words) for key, inner in value.items()}
    return [_placed(inner, document, words) for inner in value] if isinstance(value, list) else value


def printable(value: Any) -> Any:
    """The same without the characters that no XML may hold: people paste them without seeing them."""
    if isinstance(value, Marked):
        return Marked(_NOT_XML.sub(" ", value))
    if isinstance(value, str):
        return _NOT_XML.sub(" ", without_marks(value))
    if isinstance(value, dict):
        return {key: printable(inner) for key, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value
