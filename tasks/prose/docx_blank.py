"""The Word file that every outline is put into: made once a process by python-docx, and filled in as text.

The same content gives the same bytes: nothing in it depends on the hour of writing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as DocxPart
from docx.oxml.ns import qn

from tasks.packed_zip import Part, pack, zip_of
from tasks.prose.docx_look import new_document
from tasks.prose.docx_notes import add_note_styles

_BODY, _CORE, _OWN, _NOTES = (
    "word/document.xml",
    "docProps/core.xml",
    "docProps/custom.xml",
    "word/footnotes.xml",
)
_USED_TABLES = {"Normal Table", "Table Grid"}
_STANDALONE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ABOUT = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title>'
    "<dc:creator>dondoc</dc:creator><cp:lastModifiedBy>dondoc</cp:lastModifiedBy><cp:revision>1</cp:revision>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified>'
    "<dc:language>vi</dc:language></cp:coreProperties>"
)
_PROPERTIES = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">{entries}</Properties>'
)


@dataclass(frozen=True)
class _Blank:
    """What stands before and after the body of a document, and the parts that need nothing more."""

    before: str
    after: str
    parts: tuple[Part, ...]


def document_of(body: str, notes: str, title: str, properties: Mapping[str, str], made: date) -> bytes:
    """A DOCX file with this body and these footnotes ("" without any), its title and its own properties, which says it
    was made on that day."""
    blank = _blank(with_notes=bool(notes))
    filled = {
        _BODY: f"{blank.before}{body}{blank.after}",
        _CORE: _STANDALONE + _ABOUT.format(title=escape(title), day=made.isoformat()),
        _OWN: _own_properties(properties),
    } | ({_NOTES: notes} if notes else {})
    return zip_of([*blank.parts, *(pack(name, text) for name, text in filled.items())])


@cache
def _blank(*, with_notes: bool) -> _Blank:
    document = new_document()
    add_note_styles(document.styles)
    _leave_out(document)
    package = document.part.package
    own = DocxPart(PackURI(f"/{_OWN}"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, b"<x/>", package)
    package.relate_to(own, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
    if with_notes:
        footnotes = DocxPart(PackURI(f"/{_NOTES}"), CONTENT_TYPE.WML_FOOTNOTES, b"<x/>", package)
        document.part.relate_to(footnotes, RELATIONSHIP_TYPE.FOOTNOTES)
    written = BytesIO()
    document.save(written)
    with ZipFile(written) as archive:
        whole = archive.read(_BODY).decode()
        start = whole.index("<w:body>") + len("<w:body>")
        parts = tuple(
            pack(name, archive.read(name))
            for name in archive.namelist()
            if name not in (_BODY, _CORE, _OWN, _NOTES)
        )
    return _Blank(whole[:start], whole[start:], parts)


def _leave_out(document: Any) -> None:
    """What python-docx's template carries and no outline uses: four fifths of the file."""
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        name = style.find(qn("w:name")).get(qn("w:val"))
        if style.get(qn("w:type")) == "table" and name not in _USED_TABLES:
            styles.remove(style)
    for owner in (document.part, document.part.package):
        for key, relation in list(owner.rels.items()):
            if relation.reltype.endswith(("/stylesWithEffects", "/thumbnail", "/customXml")):
                del owner.rels[key]


def _own_properties(properties: Mapping[str, str]) -> str:
    """python-docx has no way to the document's own properties."""
    entries = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(properties.items(), 2)
    )
    return _STANDALONE + _PROPERTIES.format(entries=entries)
