"""Bars by agency: who has one, what is in it, and which are left out where there are too many."""

import pytest

from models.codes import AgencyKind, AssignmentClass, DeadlineKind
from models.rules.charts.agency_bars import BANDS, MOST_BARS, agency_bars, band_counts
from models.rules.completion import AgencyCut, Tally
from models.rules.cycle_view import AgencyView

C = AssignmentClass


def cut(code: str, kind: AgencyKind, *classes: AssignmentClass) -> AgencyCut:
    tally = Tally.over((of, DeadlineKind.DATE) for of in classes)
    return AgencyCut(AgencyView(code, f"Cơ quan {code}", kind, 0), tally, len(classes), 0, 0)


def test_every_class_is_in_exactly_one_band() -> None:
    assert sorted(of for _, classes in BANDS for of in classes) == sorted(C)


@pytest.mark.parametrize("of", C)
def test_the_bands_of_a_tally_add_up(of: AssignmentClass) -> None:
    tally = Tally.over([(of, DeadlineKind.DATE)] * 3)
    assert sum(band_counts(tally)) == 3


def test_province_and_communes_are_apart_in_the_order_of_the_directory() -> None:
    province, communes = agency_bars(
        [
            cut("SNV", AgencyKind.DEPARTMENT, C.DONE_LATE, C.BEHIND),
            cut("X1", AgencyKind.COMMUNE, C.NO_REPORT),
            cut("VPTU", AgencyKind.PARTY, C.IN_PROGRESS),
            cut("DU1", AgencyKind.COMMUNE_PARTY, C.PROPOSED_OUT),
        ]
    )
    assert [(bar.name, bar.counts) for bar in province.bars] == [
        ("Cơ quan SNV", (1, 0, 1, 0, 0)),
        ("Cơ quan VPTU", (0, 1, 0, 0, 0)),
    ]
    assert [bar.counts for bar in communes.bars] == [(0, 0, 0, 1, 0), (0, 0, 0, 0, 1)]
    assert province.of is None


def test_of_too_many_those_with_most_that_is_wanting_are_shown_and_their_number_told() -> None:
    cuts = [cut(f"X{no}", AgencyKind.COMMUNE, C.DONE_ON_TIME) for no in range(MOST_BARS)]
    (shown,) = agency_bars([*cuts, cut("Y", AgencyKind.COMMUNE, C.BEHIND, C.NO_REPORT)])
    assert (shown.of, shown.bars[0].name, shown.bars[0].wanting) == (MOST_BARS + 1, "Cơ quan Y", 2)
    assert [bar.name for bar in shown.bars[1:3]] == ["Cơ quan X0", "Cơ quan X1"]


def test_nobody_who_leads_anything_has_no_picture() -> None:
    assert agency_bars([]) == ()
