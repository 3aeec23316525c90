"""What part of the board is looked at: it stands in the address, so that a view can be sent to somebody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from models.codes import AgencyKind, AssignmentClass, Basis, Code
from models.rules.board.lamps import Lamp
from models.rules.text import clean, plain

T = TypeVar("T", bound=Code)

LONGEST = 100
"""Letters of a search."""


@dataclass(frozen=True)
class BoardFilter:
    """Each field empty or None: no restriction. `section` is a register and its section, KH57-2026/V. `basis` and
    `sheet` restrict nothing: by whose word classes and ratios are shown, which part of a long list of agencies."""

    kind: AgencyKind | None = None
    section: str = ""
    of_class: AssignmentClass | None = None
    lamp: Lamp | None = None
    q: str = ""
    basis: Basis = Basis.DECLARED
    sheet: int = 1

    @property
    def query(self) -> dict[str, str]:
        """The filter as the address has it."""
        said = {
            "kind": self.kind or "",
            "section": self.section,
            "class": self.of_class or "",
            "state": self.lamp or "",
            "q": self.q,
            "basis": self.basis if self.basis is not Basis.DECLARED else "",
            "trang": self.sheet if self.sheet > 1 else "",
        }
        return {name: str(value) for name, value in said.items() if value}

    @property
    def address(self) -> str:
        """ "?kind=commune&state=overdue", or "" when nothing is restricted."""
        return f"?{urlencode(self.query)}" if self.query else ""

    @property
    def words(self) -> str:
        """What is restricted, in words; "" when nothing is."""
        parts = [
            self.kind and f"khối {self.kind.label}",
            self.lamp and f"tình hình gửi báo cáo “{self.lamp.label}”",
            self.section
            and f"lĩnh vực {self.section.rpartition('/')[2]} ({self.section.rpartition('/')[0]})",
            self.of_class and f"xếp loại nhiệm vụ “{self.of_class.label}”",
            self.q and f"có chữ “{self.q}”",
        ]
        return "; ".join(part for part in parts if part)

    def takes_agency(self, kind: AgencyKind, lamp: Lamp | None) -> bool:
        """Whether an agency's line is shown. `lamp` is None of one that was not asked in the cycle. What is
        searched for (`wanted`) is looked for apart, here and below."""
        return (self.kind is None or kind is self.kind) and (self.lamp is None or lamp is self.lamp)

    def takes_assignment(self, section: str, of_class: AssignmentClass) -> bool:
        """Whether an assignment's line is shown."""
        return (not self.section or section == self.section) and (
            self.of_class is None or of_class is self.of_class
        )

    def takes_row(self, section: str) -> bool:
        """Whether a line that has no class (an indicator) is shown."""
        return not self.section or section == self.section

    @property
    def wanted(self) -> str:
        """What is searched for, as `plain` writes it; "" finds everything."""
        return plain(self.q)


def read_filter(said: Mapping[str, str]) -> BoardFilter:
    """The filter of an address. What it does not know restricts nothing: the page says in words what is in force."""
    return BoardFilter(
        kind=_code(AgencyKind, said.get("kind", "")),
        section=clean(said.get("section", ""))[:LONGEST],
        of_class=_code(AssignmentClass, said.get("class", "")),
        lamp=_code(Lamp, said.get("state", "")),
        q=clean(said.get("q", ""))[:LONGEST],
        basis=_code(Basis, said.get("basis", "")) or Basis.DECLARED,
        sheet=_sheet(said.get("trang", "")),
    )


def _sheet(said: str) -> int:
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 6 else 1


def _code(kind: type[T], said: str) -> T | None:
    return next((member for member in kind if member.value == said), None)
