"""How the sheets of annexes and prose say what they are, so that they are known wherever people move things.

The first row and the first column are hidden. Their common cell says whose sheet it is (`dondoc:PL-V`); the row has
above each column its letter in the marked-up workbook; the column has beside each line to fill its key (`PL-V/8`,
`PL-VII/9.1`), beside the line that confirms what was carried over that field's name (`PL-V:same`; the cell to mark is
the first lettered one), and beside every other row a dash: a row with nothing there was put in by somebody.
"""

from models.rules.typed_form import TEXT_ROW

MARK = "dondoc:"
TEXT_MARK = MARK + TEXT_ROW
"""Of the prose: the keys are the codes of the headings, and one column has a letter, that of the answers."""
NO_KEY = "-"


def mark_of(code: str) -> str:
    """What the corner of the sheet of this annex says."""
    return MARK + code
