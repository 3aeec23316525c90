"""The package that the sheets of a form go into: the workbook's own parts, and those that every form shares.

The same sheets give the same bytes: nothing in it depends on the hour of writing.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from tasks.packed_zip import Part, pack, zip_of
from tasks.workbook.form_sheet import FormSheet
from tasks.workbook.looks import style_sheet

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    "<dc:creator>dondoc</dc:creator><dc:title>{title}</dc:title>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{day}T00:00:00Z</dcterms:modified></cp:coreProperties>'
)
_APP = (
    f'<Properties xmlns="{_OFFICE}/extended-properties"><Application>dondoc</Application>'
    "<AppVersion>1.0</AppVersion></Properties>"
)
_TOP = (("officeDocument", "xl/workbook.xml"), ("extended-properties", "docProps/app.xml"))
_VIEWS = (
    '<bookViews><workbookView visibility="visible" minimized="0" showHorizontalScroll="1" showVerticalScroll="1" '
    'showSheetTabs="1" tabRatio="600" firstSheet="0" activeTab="0" autoFilterDateGrouping="1"/></bookViews>'
)


def book_of(sheets: Sequence[FormSheet], title: str, made: date) -> bytes:
    """These sheets as an XLSX file with this title, which says it was made on that day."""
    own = [
        pack("docProps/core.xml", _CORE.format(title=escape(title), day=made.isoformat())),
        _workbook(tuple((sheet.title, sheet.hidden, sheet.headers) for sheet in sheets)),
        *(pack(f"xl/worksheets/sheet{number}.xml", sheet.xml()) for number, sheet in enumerate(sheets, 1)),
    ]
    return zip_of([*_shared(len(sheets)), *own])


@cache
def _shared(sheets: int) -> tuple[Part, ...]:
    """The parts that a workbook of so many sheets has in any case."""
    looks = style_sheet()
    numbers = range(1, sheets + 1)
    parts = {
        "/xl/styles.xml": f"{_SHEET_TYPE}.styles+xml",
        "/xl/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "/xl/workbook.xml": f"{_SHEET_TYPE}.sheet.main+xml",
    } | {f"/xl/worksheets/sheet{number}.xml": f"{_SHEET_TYPE}.worksheet+xml" for number in numbers}
    types = "".join(
        f'<Override PartName="{name}" ContentType="{content_type}"/>' for name, content_type in parts.items()
    )
    inside = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    inside += [("styles", "styles.xml"), ("theme", "theme/theme1.xml")]
    return (
        pack(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        ),
        pack(
            "_rels/.rels",
            _relationships(
                [
                    *((f"{_OFFICE}/relationships/{kind}", target) for kind, target in _TOP),
                    (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                ]
            ),
        ),
        pack("docProps/app.xml", _APP),
        pack(
            "xl/_rels/workbook.xml.rels",
            _relationships([(f"{_OFFICE}/relationships/{kind}", target) for kind, target in inside]),
        ),
        pack("xl/styles.xml", looks.styles),
        pack("xl/theme/theme1.xml", looks.theme),
    )


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    said = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


@cache
def _workbook(sheets: tuple[tuple[str, bool, tuple[int, int] | None], ...]) -> Part:
    """The part that names the sheets (title, whether out of sight, rows of headings): one for each shape of form."""
    named = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{number}" state="{"veryHidden" if hidden else "visible"}" '
        f'r:id="rId{number}"/>'
        for number, (title, hidden, _headers) in enumerate(sheets, 1)
    )
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        f"{escape(_quoted(title))}!${headers[0]}:${headers[1]}</definedName>"
        for place, (title, _hidden, headers) in enumerate(sheets)
        if headers
    )
    names = f"<definedNames>{repeated}</definedNames>" if repeated else ""
    return pack(
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><workbookPr/><workbookProtection/>{_VIEWS}'
        f'<sheets>{named}</sheets>{names}<calcPr calcId="124519" fullCalcOnLoad="1"/></workbook>',
    )


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
