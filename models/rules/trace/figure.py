"""A number of a report with the rows it was counted from: a number that its rows do not make cannot be written."""

from dataclasses import dataclass
from enum import StrEnum

from models.codes import Basis
from models.rules.completion import SumError


class Counted(StrEnum):
    """What a number counts among its rows."""

    ASSIGNMENTS = "Đếm nhiệm vụ"
    MEMBERS = "Đếm cơ quan thành viên"
    AGENCIES = "Đếm cơ quan, đơn vị"
    INDICATORS = "Đếm chỉ tiêu"
    REPORTED = "Số liệu cơ quan báo cáo"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where to look: a row of a register and whose word of it. "" where a number rests on no row, or on no word.

    `note` says what a person cannot see from the two: that a group leads, that nobody has reported.
    """

    row_key: str = ""
    agency_code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: where it stands, in which line, under which name, and what it was made of.

    SumError when the rows do not make the value; `value` is text where the agency's own figure is printed.
    """

    place: str
    line: str
    name: str
    value: int | str
    counted: Counted
    rows: tuple[SourceRow, ...]
    basis: Basis = Basis.DECLARED

    def __post_init__(self) -> None:
        if isinstance(self.value, int) and recount(self.counted, self.rows) != self.value:
            raise SumError(
                f"{self.place}, {self.line}, {self.name}: ghi {self.value} nhưng các dòng nguồn là "
                f"{recount(self.counted, self.rows)}"
            )


def recount(counted: Counted, rows: tuple[SourceRow, ...]) -> int:
    """How many of what is counted the rows hold."""
    if counted in (Counted.ASSIGNMENTS, Counted.INDICATORS):
        return len({row.row_key for row in rows if row.row_key})
    return len({(row.row_key, row.agency_code) for row in rows if row.agency_code})
