"""A table of a report as data, before Word or a workbook lays it out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

GROUP = "Nhóm"
"""The column that is no column: a heading across the table wherever it changes."""
Value = int | Decimal | str
Record = Mapping[str, Value]


@dataclass(frozen=True)
class Table:
    """Headings in their order, and rows by heading; what a row does not name is empty there.

    `rows` may be made while they are read, and are then read once: a country has tens of thousands.
    """

    columns: tuple[str, ...]
    rows: Iterable[Record]

    @property
    def shown(self) -> list[str]:
        """The columns that are drawn."""
        return [name for name in self.columns if name != GROUP]
