"""One agency, one section: what is theirs and nothing else, and counts that agree with the whole."""

from dataclasses import replace

import pytest
from small_cycle import AS_OF, VIEW, said, task

from models.codes import ReportStatus
from models.rules.completion import completion
from models.rules.cycle_view import CycleView, RegisterView
from models.rules.levels.narrow import LevelFault, of_agency, of_section, sections_of


def keys(view: CycleView) -> list[str]:
    return [one.key for one in view.assignments]


@pytest.mark.parametrize(
    ("agency", "assignments", "indicators"),
    [("SKHCN", ["I.1", "I.2", "I.3"], 0), ("SNV", ["I.1"], 1), ("X1", ["I.4"], 0), ("X2", ["I.4"], 0)],
)
def test_what_an_agency_leads_itself_beside_others_or_as_a_member(
    agency: str, assignments: list[str], indicators: int
) -> None:
    view = of_agency(VIEW, agency)
    assert keys(view) == assignments
    assert len(view.indicators) == indicators
    assert [one.agency_code for one in view.requests] == [agency]


@pytest.mark.parametrize("agency", ["SKHCN", "SNV", "X1", "X2"])
def test_its_counts_are_those_of_its_line_in_the_whole(agency: str) -> None:
    (whole,) = [cut for cut in completion(VIEW, AS_OF).by_agency if cut.agency.code == agency]
    (own,) = [
        cut for cut in completion(of_agency(VIEW, agency), AS_OF).by_agency if cut.agency.code == agency
    ]
    assert own == whole


def test_a_lead_that_was_not_asked_is_silent_in_its_own_sheet() -> None:
    unasked = task("9", AS_OF, said("SNV", ReportStatus.COMPLETE))
    (one,) = of_agency(replace(VIEW, assignments=(unasked,)), "SKHCN").assignments
    assert [(report.agency_code, report.status) for report in one.reports] == [
        ("SNV", ReportStatus.COMPLETE),
        ("SKHCN", None),
    ]


def test_nothing_withheld_is_left() -> None:
    assert "I.5" not in keys(of_agency(VIEW, "SKHCN"))
    assert "I.5" not in keys(of_section(VIEW, "I")[1])


def test_an_agency_that_the_cycle_does_not_know() -> None:
    with pytest.raises(LevelFault, match="không có cơ quan mang mã 'ABC'"):
        of_agency(VIEW, "ABC")


def test_a_section_with_the_agencies_that_lead_in_it() -> None:
    other = task("1", None, section="II", section_name="Hạ tầng số", row_key="KH57-2026/II.1", key="II.1")
    view = replace(VIEW, assignments=(*VIEW.assignments, other))
    assert [(one.code, one.name) for one in sections_of(view)] == [
        ("I", "Công tác chỉ đạo"),
        ("II", "Hạ tầng số"),
    ]
    section, narrowed = of_section(view, "II")
    assert (section.name, keys(narrowed)) == ("Hạ tầng số", ["II.1"])
    assert [one.agency_code for one in narrowed.requests] == ["SKHCN"]
    assert of_section(view, "I")[1].indicators == ()


def test_the_indicators_of_a_section_are_those_under_the_same_name() -> None:
    named = replace(VIEW.indicators[0], section_name="CÔNG TÁC CHỈ ĐẠO")
    assert len(of_section(replace(VIEW, indicators=(named,)), "I")[1].indicators) == 1


def test_sections_of_several_registers_are_named_with_theirs() -> None:
    other = replace(VIEW.assignments[0], register_code="NQ71", row_key="NQ71/I.1")
    registers = (*VIEW.registers, RegisterView("NQ71", "Nghị quyết số 71/NQ-CP", 2025))
    view = replace(VIEW, registers=registers, assignments=(*VIEW.assignments, other))
    assert [one.code for one in sections_of(view)] == ["KH57-2026/I", "NQ71/I"]
    assert [one.row_key for one in of_section(view, "NQ71/I")[1].assignments] == ["NQ71/I.1"]
    with pytest.raises(LevelFault, match=r"Các lĩnh vực: KH57-2026/I \(Công tác chỉ đạo\)"):
        of_section(view, "I")
