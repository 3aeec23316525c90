"""Word documents from the templates that the secretariat may edit in Word (templates/word/*.docx).

Both layouts, the Party's and that of Nghị định 30/2020/NĐ-CP, stand in each template; `party` tells which.
"""

import re
from datetime import date
from io import BytesIO
from typing import Any

from docxtpl import DocxTemplate

from models.rules.policy import Letter
from models.time import vn_date, vn_date_long
from tasks.steady_zip import steady_zip
from templates import FOLDER

_BLANK = "\N{NO-BREAK SPACE}" * 5  # left open for a pen or for the number that the clerk gives
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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


def render(template: str, context: dict[str, Any], made: date) -> bytes:
    """The document (DOCX), dated `made`; the same template and context give the same bytes."""
    document = DocxTemplate(FOLDER / "word" / template)
    document.render(printable(context), autoescape=True)
    content = BytesIO()
    document.save(content)
    return steady_zip(content.getvalue(), made)


def printable(value: Any) -> Any:
    """The same without the characters that no XML may hold: people paste them without seeing them."""
    if isinstance(value, str):
        return _NOT_XML.sub(" ", value)
    if isinstance(value, dict):
        return {key: printable(inner) for key, inner in value.items()}
    return [printable(inner) for inner in value] if isinstance(value, list | tuple) else value
