"""Last period's numbers of an annex, where they are of the same thing.

The third line of a repeated one may be about something else this time: it is held against last period's third line
only where both begin with the same words.
"""

from collections.abc import Mapping
from decimal import Decimal

from models.codes import CellKind
from models.rules.annexes.annex import Annex, AnnexLine
from models.rules.annexes.annex_cells import ReadCell
from models.rules.annexes.annex_mark import NUMERIC
from models.rules.form import Last
from models.rules.numbers import read_number
from models.rules.text import fold
from models.rules.typed_form import field_name

_LONGEST_RAW = 200


def last_numbers(annex: Annex, cells: Mapping[str, ReadCell], last: Last | None) -> dict[str, Decimal]:
    """By field name; what was no plain number then is left out."""
    if last is None:
        return {}
    numbers = {}
    for line in annex.lines:
        if line.number and not _is_the_same(line, cells, last):
            continue
        for asked in line.cells:
            name = field_name(line.row_key, asked.column)
            value = read_number(last.texts.get(name, "")[:_LONGEST_RAW]).value
            if asked.kind in NUMERIC and value is not None:
                numbers[name] = value
    return numbers


def _is_the_same(line: AnnexLine, cells: Mapping[str, ReadCell], last: Last) -> bool:
    named = [cell for cell in line.cells if cell.kind in (CellKind.TEXT, CellKind.CHOICE)]
    name = field_name(line.row_key, named[0].column) if named else ""
    return bool(name) and fold(cells[name].raw) == fold(last.texts.get(name, "")) != ""
