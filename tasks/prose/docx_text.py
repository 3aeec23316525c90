"""What a reader of Word's XML must know: where letters stand, what wraps them, and what of them is gone."""

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

WRAPPERS = {
    qn("w:sdt"),
    qn("w:sdtContent"),
    qn("w:ins"),
    qn("w:moveTo"),
    qn("w:customXml"),
    qn("w:smartTag"),
}
"""What stands around paragraphs, rows and cells without being one."""
GONE = {
    *(qn(f"w:{name}") for name in ("del", "moveFrom", "pPr", "rPr")),
    f"{MARKUP}Fallback",
}
"""What tracked changes took out, properties, and the second copy of what newer programs draw."""
LETTERS = {qn("w:t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Word's Symbol font, which old documents use for comparators; any other symbol is shown as unreadable.
_SYMBOLS = {"F0B3": "≥", "F0A3": "≤", "F03E": ">", "F03C": "<", "F025": "%", "F02D": "-"}
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
# A raised digit must not join the number before it: "4" with a hand-made footnote mark is not 411.
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def inside(element: Any, tags: set[str]) -> Iterator[Any]:
    """The nearest elements with these tags, also those inside content controls and tracked insertions."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag in WRAPPERS:
            yield from inside(child, tags)


def symbol(element: Any) -> str:
    """The character that a w:sym shows."""
    return _SYMBOLS.get(element.get(qn("w:char"), "").upper(), UNREADABLE)


def is_raised(run: Any) -> bool:
    """Whether a run is superscript."""
    raised = run.find(f"{qn('w:rPr')}/{qn('w:vertAlign')}")
    return raised is not None and raised.get(qn("w:val")) == "superscript"


def raised(text: str) -> str:
    """Its digits as superscript ones."""
    return text.translate(_RAISED)


def is_on(element: Any) -> bool:
    """Whether a switch such as w:b is on: it is there, and does not say otherwise."""
    return element is not None and element.get(qn("w:val"), "true") not in ("0", "false", "off", "none")
