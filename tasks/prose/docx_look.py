"""The look of an agency's report: page, fonts and styles of Nghị định 30/2020/NĐ-CP."""

from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Mm, Pt, RGBColor

from tasks.prose.outline_mark import FIGURES_STYLE, GUIDE_STYLE

TEXT = "Nội dung"
TABLE = f"{FIGURES_STYLE} (bảng)"
HEAD, TITLE, LIST = "Đầu văn bản", "Tên văn bản", "Nơi nhận"
HIDDEN = "Dấu dondoc"

WIDTH = Mm(165)  # A4 less margins of 30 and 15 mm
_FONT = "Times New Roman"
_GREY = RGBColor(0x59, 0x59, 0x59)
_LANGUAGE = "vi-VN"

_CENTRE, _BOTH, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
_INDENT = Cm(1.27)


def new_document() -> Any:
    """An empty A4 document with the styles of this module; page numbers top centre from the second page on."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    section.different_first_page_header_footer = True
    _set_styles(document)
    _number_pages(section)
    return document


def _set_styles(document: Any) -> None:
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for language in defaults.findall(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)
    normal = document.styles["Normal"]
    _set(normal, size=14, align=_LEFT)
    _set(document.styles["Header"], size=14, align=_CENTRE)
    body: dict[str, Any] = {"size": 14, "align": _BOTH, "indent": _INDENT, "after": 6, "spacing": 1.15}
    text = _style(document, TEXT)
    _set(text, **body)
    guide = _style(document, GUIDE_STYLE)
    _set(guide, **body, italic=True)
    guide.font.color.rgb = _GREY
    guide.next_paragraph_style = text
    _set(_style(document, FIGURES_STYLE), **body)
    _set(_style(document, TABLE), size=12, align=_LEFT)
    _set(_style(document, HEAD), size=13, align=_CENTRE)
    _set(_style(document, TITLE), size=14, align=_CENTRE, bold=True)
    _set(_style(document, LIST), size=11, align=_LEFT)
    _set(_style(document, HIDDEN), size=1, align=_LEFT)
    for level in range(1, 5):
        heading = document.styles[f"Heading {level}"]
        looks: dict[str, Any] = {
            "size": 14,
            "bold": True,
            "italic": level == 4,
            "after": 6,
            "spacing": 1.15,
            "before": 6,
        }
        _set(heading, **looks, align=_CENTRE if level == 1 else _BOTH, indent=None if level == 1 else _INDENT)
        heading.next_paragraph_style = text
        heading.paragraph_format.keep_with_next = True


def _style(document: Any, name: str) -> Any:
    return document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)


def _set(
    style: Any,
    *,
    size: float,
    align: WD_ALIGN_PARAGRAPH,
    bold: bool = False,
    italic: bool = False,
    indent: Length | None = None,
    before: float = 0,
    after: float = 0,
    spacing: float = 1.0,
) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = _FONT, Pt(size), bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):  # the theme's fonts would win over those named here
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), _FONT)
    form = style.paragraph_format
    form.alignment, form.first_line_indent = align, indent
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), spacing


def _number_pages(section: Any) -> None:
    paragraph = section.header.paragraphs[0]
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("text", "2"), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
