"""A sheet of a form while it is drawn, and its XML.

openpyxl builds an object for each cell, each style and each element; a form has four hundred cells, and a cycle
thousands of forms. So a form's sheets are written as text here. What they are made of (styles, theme, the names of
the parts) is openpyxl's own, made once (tasks.workbook.looks, tasks.workbook.form_book).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from tasks.workbook.looks import style_number

_USUAL_WIDTH = 13.0  # of a column of which nothing is said
_LONGEST = 32_767  # letters that Excel allows in a cell
_HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_VIEW = (
    '<sheetPr><outlinePr summaryBelow="1" summaryRight="1"/>{fit}</sheetPr><dimension ref="A1:{last}"/>'
    '<sheetViews><sheetView zoomScale="{zoom}" workbookViewId="0">{pane}</sheetView></sheetViews>'
    '<sheetFormatPr baseColWidth="8" defaultRowHeight="15"/>'
)
_TOP = '<selection activeCell="A1" sqref="A1"/>'
_FROZEN = (
    '<pane ySplit="{rows}" topLeftCell="A{below}" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft" activeCell="A1" sqref="A1"/>'
)
_PROTECTED = (
    '<sheetProtection selectLockedCells="0" selectUnlockedCells="0" sheet="1" objects="0" insertRows="1" '
    'insertHyperlinks="1" autoFilter="1" scenarios="0" formatColumns="{fixed}" deleteColumns="1" insertColumns="1" '
    'pivotTables="1" deleteRows="1" formatCells="1" formatRows="{fixed}" sort="1"/>'
)
_PAPER = (  # A4 landscape, as wide as the sheet; margins in inches
    '<printOptions horizontalCentered="1"/>'
    '<pageMargins left="0.6" right="0.4" top="0.5" bottom="0.7" header="0.3" footer="0.3"/>'
    '<pageSetup orientation="landscape" paperSize="9" fitToHeight="{high}" fitToWidth="1"/>'
    "<headerFooter><oddFooter>{footer}</oddFooter></headerFooter>"
)


@dataclass
class FormSheet:
    """What stands on one sheet. Widths in the unit of columns, heights in points; a row grows beyond its height with
    what people type into it. Columns and rows count from 1.

    `asked` are the ranges of the cells to fill: numbers that stand there as text are meant so, and are not to be marked
    as errors. `footer` is None on a sheet that nobody prints.
    """

    title: str
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    footer: str | None = None
    pages_high: int = 0
    zoom: int = 100
    headers: tuple[int, int] | None = None
    keys_hidden: bool = False
    hidden: bool = False
    asked: str = ""

    def put(self, row: int, column: int, text: str, look: str) -> None:
        """Writes text as text: a name that starts with = is no formula."""
        self.cells.setdefault(row, {})[column] = cell_xml(text, look)

    def width(self, first: int, last: int) -> float:
        """How wide these columns are together."""
        return sum(self.widths.get(column, _USUAL_WIDTH) for column in range(first, last + 1))

    def xml(self) -> str:
        """The part of the package that this sheet is."""
        return "".join(self._pieces())

    def _pieces(self) -> Iterator[str]:
        last = get_column_letter(max(max(row) for row in self.cells.values())) + str(max(self.cells))
        pane, fit = _TOP, '<pageSetUpPr fitToPage="1"/>' if self.footer is not None else "<pageSetUpPr/>"
        if self.headers:
            pane = _FROZEN.format(rows=self.headers[1], below=self.headers[1] + 1)
        yield _HEAD
        yield _VIEW.format(fit=fit, last=last, zoom=self.zoom, pane=pane)
        if self.widths:
            yield f"<cols>{''.join(self._columns())}</cols>"
        yield "<sheetData>"
        yield from self._rows()
        yield "</sheetData>"
        yield _PROTECTED.format(fixed=int(self.hidden))
        if self.merged:
            refs = "".join(f'<mergeCell ref="{ref}"/>' for ref in self.merged)
            yield f'<mergeCells count="{len(self.merged)}">{refs}</mergeCells>'
        if self.rules:
            yield f'<dataValidations count="{len(self.rules)}">{"".join(self.rules)}</dataValidations>'
        if self.footer is not None:
            yield _PAPER.format(high=self.pages_high, footer=escape(self.footer))
        if self.asked:
            yield f'<ignoredErrors><ignoredError sqref="{self.asked}" numberStoredAsText="1"/></ignoredErrors>'
        yield "</worksheet>"

    def _columns(self) -> Iterator[str]:
        for column, width in sorted(self.widths.items()):
            hidden = ' hidden="1"' if self.keys_hidden and column == 1 else ""
            yield f'<col width="{width:g}" customWidth="1"{hidden} min="{column}" max="{column}"/>'

    def _rows(self) -> Iterator[str]:
        for row in sorted(self.cells.keys() | self.heights.keys()):
            height = f' ht="{self.heights[row]:g}"' if row in self.heights else ""
            hidden = ' hidden="1"' if self.keys_hidden and row == 1 else ""
            yield f'<row r="{row}"{height}{hidden}>'
            cells = self.cells.get(row, {})
            for column in sorted(cells):
                yield f'<c r="{get_column_letter(column)}{row}"{cells[column]}'
            yield "</row>"


@lru_cache(maxsize=8192)  # most of what stands in a form stands in every form
def cell_xml(text: str, look: str) -> str:
    """A cell from its style on: what follows its place."""
    style = style_number(look)
    if not text:
        return f' s="{style}"/>'
    text = ILLEGAL_CHARACTERS_RE.sub(" ", text)[:_LONGEST]
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f' s="{style}" t="inlineStr"><is><t{kept}>{escape(text)}</t></is></c>'


def rule_xml(
    cells: Sequence[str],
    source: str = "",
    otherwise: tuple[str, str] | None = None,
    hint: tuple[str, str] | None = None,
) -> str:
    """What a program shows beside these cells and lets into them: the list `source`, with the title and the sentence
    for whoever types something else; the title and the text of a hint."""
    said = [f'<dataValidation sqref="{" ".join(cells)}" showDropDown="0"']
    said.append(
        f' showInputMessage="{int(hint is not None)}" showErrorMessage="{int(otherwise is not None)}"'
    )
    said.append(f' allowBlank="{int(otherwise is not None)}"')
    if otherwise:
        said.append(f" errorTitle={_attribute(otherwise[0])} error={_attribute(otherwise[1])}")
    if hint:
        said.append(f" promptTitle={_attribute(hint[0])} prompt={_attribute(hint[1])}")
    if otherwise is None:
        return "".join(said) + "/>"
    return (
        "".join(said)
        + f' type="list" errorStyle="stop"><formula1>{escape(source)}</formula1></dataValidation>'
    )


@lru_cache(maxsize=2048)
def _attribute(text: str) -> str:
    return quoteattr(text)
