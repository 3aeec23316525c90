"""An annex (phụ lục): a table that the secretariat marks up itself, as data. No programmer is needed for a new one.

Places are those of the marked-up workbook: a row number and a column letter. A row key is `code/row`, e.g. PL-V/8; the
rows of a repeated line are PL-VII/9.1, PL-VII/9.2, ... A cell is named by both, as a field of the page is: PL-V/8:C.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.codes import CellKind, Relation, Severity


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GivenCell(_Part):
    """A cell that the secretariat has written: a title, a header, a given text."""

    row: int
    column: str = Field(description="letter, as in the marked-up workbook")
    text: str
    bold: bool = False
    centred: bool = False
    header: bool = Field(default=False, description="a heading of columns; it is drawn as such")


class AskedCell(_Part):
    """A cell to fill. `label` says in words what it is (row, then column headings), for the page and for sentences."""

    row: int
    column: str
    kind: CellKind
    label: str
    required: bool = False
    options: tuple[str, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    text_allowed: bool = Field(
        default=False, description="a number that may be answered in words: kept, and pointed out"
    )


class Repeat(_Part):
    """A line that an agency fills as often as it needs, at most `times` times; `row` is where it stands."""

    row: int
    times: int


class Merge(_Part):
    """Cells drawn as one, e.g. B3:D3; rows are those of the marked-up workbook."""

    first_row: int
    first_column: str
    last_row: int
    last_column: str


class AnnexRule(_Part):
    """A relation between cells, with what is said when it does not hold.

    `cells` and `against` are places of the marked-up workbook (C8). On a repeated line the rule holds line by line.

    SUM: cells add up to `against`. SHARE: cells are part and whole, `against` the stated percentage. AT_MOST,
    AT_LEAST: each cell against `against`. NOT_BELOW_LAST: each cell against its own last period. NEAR_LAST: as that,
    within `tolerance` per cent. SAME_SIZE: the largest is at most `tolerance` times the smallest. NEEDED_WHEN: each
    cell must be filled when the cell `against` says `text` (or anything but 0, when `text` is empty). ONE_OF: exactly
    one of the cells is filled.
    """

    code: str
    severity: Severity
    relation: Relation
    cells: tuple[str, ...]
    against: str = ""
    text: str = ""
    tolerance: Decimal | None = None
    sentence: str = Field(
        description="what the officer reads; {…} places as models.rules.annexes.annex_relations says"
    )


class Annex(_Part):
    """One annex as it is asked. `version` grows each time the secretariat loads a changed workbook of this code."""

    code: str
    version: int = 1
    title: str
    sheet: str = Field(description="title of the sheet in the agency's form, e.g. Phụ lục V")
    optional: bool = Field(default=False, description="may be left wholly empty")
    carried: bool = Field(default=True, description="last period's answers are put in for confirmation")
    given: tuple[GivenCell, ...]
    asked: tuple[AskedCell, ...]
    repeats: tuple[Repeat, ...] = ()
    merges: tuple[Merge, ...] = ()
    widths: dict[str, float] = Field(default_factory=dict)
    heights: dict[int, float] = Field(default_factory=dict)
    rules: tuple[AnnexRule, ...] = ()

    @cached_property
    def lines(self) -> tuple["AnnexLine", ...]:
        """Every line with something to fill, in order, repeated ones as often as they may be."""
        return tuple(self._lines())

    def _lines(self) -> Iterator["AnnexLine"]:
        times = {repeat.row: repeat.times for repeat in self.repeats}
        for row in sorted({cell.row for cell in self.asked}):
            cells = tuple(cell for cell in self.asked if cell.row == row)
            if row not in times:
                yield AnnexLine(f"{self.code}/{row}", row, 0, cells)
                continue
            for number in range(1, times[row] + 1):
                yield AnnexLine(f"{self.code}/{row}.{number}", row, number, cells)

    @property
    def confirm_field(self) -> str:
        """The field by which an agency confirms that what was carried over still holds."""
        return f"{self.code}:same"


@dataclass(frozen=True)
class AnnexLine:
    """One line to fill. `number` is 0 where the line is not a repeated one."""

    row_key: str
    row: int
    number: int
    cells: tuple[AskedCell, ...]


class AnnexFor(_Part):
    """Of whom a regime asks an annex: everyone, or agencies of these kinds and these agencies, less those excepted."""

    annex: str
    kinds: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    except_: tuple[str, ...] = Field(default=(), alias="except")
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def asks(self, agency_code: str, kind: str) -> bool:
        """Whether this agency is asked for the annex."""
        if agency_code in self.except_:
            return False
        return not (self.kinds or self.agencies) or kind in self.kinds or agency_code in self.agencies


class Heading(_Part):
    """One heading of the outline (đề cương). `asked` is false for a heading that only groups others."""

    code: str = Field(description="1.I.2: unique in the outline; parts are levels")
    number: str = Field(description="as it stands before the title: I., 1., a), Phần 1")
    title: str
    level: int = Field(ge=1, le=4)
    asked: bool = True
    guide: str = Field(default="", description="what is expected here, one or two sentences")
    figures: Literal["", "assignments", "indicators", "annex"] = ""
    annex: str = Field(default="", description="whose figures are put in, when figures is annex")


class Outline(_Part):
    """The outline of the prose that a regime asks for, frozen with the cycle's policy."""

    code: str
    title: str
    headings: tuple[Heading, ...]
