"""Footnotes of the report: real ones, called where the text calls them, and by nothing that somebody typed."""

import io
import re
from dataclasses import replace
from zipfile import ZipFile

from docx import Document
from small_cycle import AS_OF, VIEW

from models.rules.policy import Letter
from models.rules.report.narrative import Piece, Source
from models.rules.report.noted import Noted
from models.rules.report.report_outline import ReportHeading, ReportOutline
from tasks.documents.report_text import ReportFacts
from tasks.documents.report_word import report_document
from tasks.documents.word_notes import Footnotes, Marked, without_marks

LETTER = Letter(
    layout="party",
    superior="TỈNH ỦY",
    issuer="BAN CHỈ ĐẠO",
    issuer_in_text="Ban Chỉ đạo",
    unit="Tổ Giúp việc",
    place="Điện Biên",
    signer_line="T/M BAN CHỈ ĐẠO",
    number_suffix="CV/BCĐ",
    report_number_suffix="BC/BCĐ",
)
HEADINGS = [
    ReportHeading(number="I", title="CHỈ TIÊU", level=2, shows=["indicator-table"]),
    ReportHeading.model_validate({"number": "II", "title": "LỜI VĂN", "level": 2, "from": ["1.II"]}),
]


def written(note: str, text: str, notes: str = "") -> tuple[str, str, list[str]]:
    """Body, notes and paragraphs of a report with one indicator's note and one piece of prose."""
    noted = replace(VIEW, indicators=(replace(VIEW.indicators[0], note=note),))
    piece = Piece("1.II", "II.", text, notes, Source("SNV", "Sở Nội vụ", "Sở Nội vụ"))
    facts = ReportFacts(outline=ReportOutline(code="thu", headings=HEADINGS), pieces=(piece,))
    content = report_document(noted, AS_OF, LETTER, facts=facts)
    with ZipFile(io.BytesIO(content)) as package:
        body = package.read("word/document.xml").decode()
        names = package.namelist()
        kept = package.read("word/footnotes.xml").decode() if "word/footnotes.xml" in names else ""
    return body, kept, [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


def notes_of(xml: str) -> dict[str, str]:
    return {
        number: "".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", inner)).strip()
        for number, inner in re.findall(r'<w:footnote w:id="(\d+)">(.*?)</w:footnote>', xml)
        if number != "0"
    }


def test_notes_of_indicators_and_of_prose_are_footnotes() -> None:
    body, kept, paragraphs = written(
        "Theo hợp đồng & kế hoạch.", "Ban hành[^2] rồi[^1] xong.", "[^1] Một.\n[^2] Hai."
    )
    assert notes_of(kept) == {"1": "Theo hợp đồng &amp; kế hoạch.", "2": "Hai.", "3": "Một."}
    assert re.findall(r'<w:footnoteReference w:id="(\d+)"/>', body) == ["1", "2", "3"]
    assert "Ban hành rồi xong." in paragraphs


def test_a_report_without_notes_has_no_part_for_them() -> None:
    body, kept, _ = written("", "Không có chú thích.")
    assert kept == ""
    assert "footnoteReference" not in body


def test_what_somebody_typed_calls_no_note() -> None:
    forged = Marked("\ue0001\ue001")
    body, kept, paragraphs = written(forged, f"Chữ {forged} lạ.")
    assert notes_of(kept) == {"1": "1"}
    assert body.count("footnoteReference") == 1
    assert "Chữ 1 lạ." in paragraphs
    assert without_marks(forged) == "1"


def test_a_call_beyond_the_notes_stays_as_it_was_written() -> None:
    assert Footnotes().put(Noted("Xem [^3].", ("Một.",))) == "Xem [^3]."
