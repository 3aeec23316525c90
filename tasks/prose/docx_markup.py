"""What a page of an outline is made of, as WordprocessingML: paragraphs, tables, rules.

Written as text: an outline has two hundred paragraphs, a cycle thousands of outlines, and python-docx looks each style
up among all others. The styles themselves are python-docx's work (tasks.prose.docx_look).
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

from docx.shared import Length, Mm, Pt

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = re.compile("([\t\r\n])")
_CENTRED = '<w:jc w:val="center"/>'


def style_id(name: str) -> str:
    """By what a paragraph names its style: python-docx leaves out the spaces of its name."""
    return name.replace(" ", "")


@lru_cache(maxsize=4096)  # most of an outline stands in every outline
def run(text: str, *, bold: bool = False, italic: bool = False, hidden: bool = False, points: int = 0) -> str:
    """Text of one look; a line feed in it is a line break."""
    look = "<w:b/>" * bold + "<w:i/>" * italic + "<w:vanish/>" * hidden
    look += f'<w:sz w:val="{points * 2}"/>' if points else ""
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{_content(text)}</w:r>"


def _content(text: str) -> str:
    pieces = _BREAKS.split(_NOT_XML.sub(" ", text))
    return "".join(
        (_text(piece) if at % 2 == 0 else "<w:tab/>" if piece == "\t" else "<w:br/>")
        for at, piece in enumerate(pieces)
        if piece
    )


def _text(text: str) -> str:
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<w:t{kept}>{escape(text)}</w:t>"


def paragraph(
    style: str,
    *runs: str,
    centred: bool = False,
    before: Length | None = None,
    after: Length | None = None,
) -> str:
    """A paragraph of these runs in a style, by its name; `before` and `after` are the space around it."""
    space = f' w:before="{before.twips}"' if before is not None else ""
    space += f' w:after="{after.twips}"' if after is not None else ""
    spacing = f"<w:spacing{space}/>" if space else ""
    look = f'<w:pStyle w:val="{style_id(style)}"/>{spacing}{_CENTRED if centred else ""}'
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(runs)}</w:p>"


def rule(style: str, width: Length, share: float) -> str:
    """A line across the middle of a cell or page of this width, as long as its share of it."""
    side = Length(int(width * (1 - share) / 2)).twips
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style_id(style)}"/>'
        '<w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="{Pt(4).twips}" w:line="{Pt(6).twips}" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def table(widths: Sequence[float], rows: Iterable[str], *, grid: bool) -> str:
    """Rows in columns of these widths (mm): with lines, or only to place things side by side."""
    style = f'<w:tblStyle w:val="{style_id("Table Grid")}"/>' if grid else ""
    margins = '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    columns = "".join(f'<w:gridCol w:w="{Mm(width).twips}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr>{style}<w:tblW w:type="auto" w:w="0"/>{_CENTRED}<w:tblLayout w:type="fixed"/>'
        f"{'' if grid else margins}"
        '<w:tblLook w:firstColumn="1" w:firstRow="1" w:lastColumn="0" w:lastRow="0" w:noHBand="0" w:noVBand="1" '
        f'w:val="04A0"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def row(cells: Iterable[str], widths: Sequence[float], *, header: bool = False) -> str:
    """A row that no page break cuts, of cells that are paragraphs already; a header is repeated on each page."""
    drawn = "".join(
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{Mm(width).twips}"/></w:tcPr>{cell}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' * header}</w:trPr>{drawn}</w:tr>"
