"""Completion by agency as bars: every assignment that an agency leads is in exactly one of five bands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.codes import AgencyKind, AssignmentClass
from models.rules.completion import AgencyCut, Tally

C = AssignmentClass
BANDS: tuple[tuple[str, frozenset[AssignmentClass]], ...] = (
    ("Hoàn thành", frozenset({C.DONE_ON_TIME, C.DONE_LATE})),
    ("Đúng tiến độ, chưa đến hạn", frozenset({C.IN_PROGRESS, C.NOT_STARTED, C.RECURRING_ON})),
    ("Chậm, chưa bảo đảm tiến độ", frozenset({C.BEHIND, C.RECURRING_OFF})),
    ("Chưa có báo cáo", frozenset({C.NO_REPORT})),
    ("Đề xuất không thực hiện, phối hợp", frozenset({C.PROPOSED_OUT})),
)
"""In the order they are drawn: what they are called, which classes are in them."""
MOST_BARS = 28  # what one page can show and a person can read
_WORST = 15  # of a group that is larger than that
_COMMUNES = frozenset({AgencyKind.COMMUNE, AgencyKind.COMMUNE_PARTY})


@dataclass(frozen=True)
class AgencyBar:
    """One agency: how many assignments are in each of BANDS."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def wanting(self) -> int:
        """Behind, or without a report."""
        return self.counts[2] + self.counts[3]


@dataclass(frozen=True)
class AgencyBars:
    """One picture. `of` is how many agencies the group has where only the worst of them are shown, else None."""

    group: str
    bars: tuple[AgencyBar, ...]
    of: int | None = None


def agency_bars(cuts: Iterable[AgencyCut]) -> tuple[AgencyBars, ...]:
    """Province's agencies, then communes; of a group too large for one page, the agencies with most that is wanting."""
    groups: dict[str, list[AgencyBar]] = {"Cơ quan, đơn vị cấp tỉnh": [], "Xã, phường": []}
    province, communes = groups.values()
    for cut in cuts:
        bars = communes if cut.agency.kind in _COMMUNES else province
        bars.append(AgencyBar(cut.agency.name, band_counts(cut.tally)))
    return tuple(_one(name, bars) for name, bars in groups.items() if bars)


def band_counts(tally: Tally) -> tuple[int, ...]:
    """A tally by BANDS; they add up to its total."""
    return tuple(tally.count(classes) for _, classes in BANDS)


def _one(name: str, bars: Sequence[AgencyBar]) -> AgencyBars:
    if len(bars) <= MOST_BARS:
        return AgencyBars(name, tuple(bars))
    worst = sorted(bars, key=lambda bar: -bar.wanting)[:_WORST]  # of equals the first of the directory
    return AgencyBars(name, tuple(worst), len(bars))
