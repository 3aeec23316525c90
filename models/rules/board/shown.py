"""The lines of a glance that a filter leaves: the page, the downloads and the interface all show these."""

from dataclasses import dataclass

from models.codes import AgencyKind
from models.rules.board.board_filter import BoardFilter
from models.rules.board.glance import AgencyLine, AssignmentLine, Glance, IndicatorLine

LOCAL = frozenset({AgencyKind.COMMUNE, AgencyKind.COMMUNE_PARTY})


@dataclass(frozen=True)
class Shown:
    """What is left of each list, in its order."""

    agencies: tuple[AgencyLine, ...]
    assignments: tuple[AssignmentLine, ...]
    indicators: tuple[IndicatorLine, ...]

    @property
    def offices(self) -> tuple[AgencyLine, ...]:
        """The province's own agencies."""
        return tuple(line for line in self.agencies if line.agency.kind not in LOCAL)

    @property
    def communes(self) -> tuple[AgencyLine, ...]:
        """Communes and wards."""
        return tuple(line for line in self.agencies if line.agency.kind in LOCAL)


def shown(told: Glance, asked: BoardFilter) -> Shown:
    """The lines that the filter takes."""
    if not asked.words:
        return Shown(told.agencies, told.assignments, told.indicators)
    wanted = asked.wanted
    return Shown(
        agencies=tuple(
            line
            for line in told.agencies
            if asked.takes_agency(line.agency.kind, line.lamp) and (not wanted or wanted in line.searched)
        ),
        assignments=tuple(
            line
            for line in told.assignments
            if (asked.kind is None or asked.kind.value in line.kinds)
            and asked.takes_assignment(line.section, line.classes[asked.basis])
            and (not wanted or wanted in line.searched)
        ),
        indicators=tuple(
            line
            for line in told.indicators
            if asked.takes_row(line.section) and (not wanted or wanted in line.searched)
        ),
    )
