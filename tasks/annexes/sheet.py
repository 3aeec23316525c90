"""The sheets of a marked-up workbook as they are drawn: texts, how they look, what is merged, how wide and how high.

The workbook comes from the secretariat, but by way of anybody's machine: it is looked into as a received one is
(tasks.workbook.package), and no range in it is believed before it is known to be small.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from models.rules.annexes.annex_labels import Block, Place
from models.rules.text import clean
from tasks.workbook.cells import Sheet, sheets_of
from tasks.workbook.package import MOST_COLUMNS, MOST_ROWS, Parts, not_well_made, packed, parts_of

_MOST_MERGES = 1_000


@dataclass(frozen=True)
class Look:
    """How the text of a cell is drawn."""

    bold: bool = False
    centred: bool = False


@dataclass(frozen=True)
class DrawnSheet:
    """A sheet: its cells, and what openpyxl's quick reading does not tell. Widths by column letter, heights by row,
    only those that a person has set."""

    cells: Sheet
    visible: bool
    looks: Mapping[Place, Look]
    blocks: tuple[Block, ...]
    widths: Mapping[str, float]
    heights: Mapping[int, float]

    @property
    def title(self) -> str:
        return self.cells.title


def drawn_sheets(content: bytes) -> list[DrawnSheet]:
    """Every sheet of a workbook; UnreadableForm when it is none, or none that may be opened."""
    parts = parts_of(content)
    cells = sheets_of(parts)
    try:
        layouts = _layouts(parts)
        looks = _looks(parts)
    except Exception as broken:  # bytes from outside can break a parser in any way
        raise not_well_made() from broken
    drawn = []
    for sheet in cells:
        if sheet.title not in layouts:
            raise not_well_made()
        visible, layout = layouts[sheet.title]
        drawn.append(
            DrawnSheet(
                sheet, visible, looks.get(sheet.title, {}), _blocks(layout), _widths(layout), _heights(layout)
            )
        )
    return drawn


def _looks(parts: Parts) -> dict[str, dict[Place, Look]]:
    """The look of every cell with a text, by title of the sheet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of everything that openpyxl leaves out
        book = load_workbook(packed(parts), read_only=True, keep_links=False)
        return {
            clean(sheet.title): {
                (cell.row, cell.column): Look(
                    bool(cell.font and cell.font.b),
                    bool(cell.alignment and cell.alignment.horizontal in ("center", "centerContinuous")),
                )
                for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
                for cell in row
                if cell.value is not None
            }
            for sheet in book.worksheets
        }


def _layouts(parts: Parts) -> dict[str, tuple[bool, Element]]:
    """Title of a sheet -> whether it is seen, and its XML."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in fromstring(parts["xl/_rels/workbook.xml.rels"])
    }
    layouts = {}
    for sheet in _all(fromstring(parts["xl/workbook.xml"]), "sheet"):
        relation = next(value for name, value in sheet.attrib.items() if name.endswith("}id"))
        target = targets[relation]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in parts:
            visible = sheet.get("state", "visible") == "visible"
            layouts[clean(sheet.get("name", ""))] = visible, fromstring(parts[part])
    return layouts


def _all(root: Element, name: str) -> list[Element]:
    """Elements of a name in whichever of the format's two namespaces."""
    return [element for element in root.iter() if element.tag.rpartition("}")[2] == name]


def _blocks(layout: Element) -> tuple[Block, ...]:
    blocks = []
    for merged in _all(layout, "mergeCell")[:_MOST_MERGES]:
        bounds = range_boundaries(merged.get("ref", ""))
        first_column, first_row, last_column, last_row = (bound or 1 for bound in bounds)
        last = min(last_row, MOST_ROWS), min(last_column, MOST_COLUMNS)
        if first_row <= last[0] and first_column <= last[1] and (first_row, first_column) != last:
            blocks.append(Block((first_row, first_column), last))
    return tuple(sorted(blocks, key=lambda block: block.first))


def _widths(layout: Element) -> dict[str, float]:
    """Whole digits: programs do not agree on fractions of them."""
    widths = {}
    for column in _all(layout, "col"):
        width = _number(column, "width")
        first, last = int(column.get("min", "1")), int(column.get("max", "1"))
        if width and column.get("customWidth") in _TRUE:
            for number in range(first, min(last, MOST_COLUMNS) + 1):
                widths[get_column_letter(number)] = float(max(1, round(width)))
    return widths


def _heights(layout: Element) -> dict[int, float]:
    """Whole points, of rows that a person has made as high as they are."""
    return {
        int(row.get("r", "0")): float(round(height))
        for row in _all(layout, "row")
        if row.get("customHeight") in _TRUE and (height := _number(row, "ht"))
    }


_TRUE = ("1", "true")


def _number(element: Element, name: str) -> float:
    written: Any = element.get(name, "0")
    return float(written)
