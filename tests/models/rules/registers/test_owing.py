"""Who is asked what: leads, members of a leading group, owners; each line once, withheld and settled ones never."""

import pytest

from models.rules.registers.names import Bearer
from models.rules.registers.owing import Asked, AssignmentToAsk, Group, IndicatorToAsk, what_each_owes

SNV, STC, SKHCN = (Bearer("agency", code) for code in ("SNV", "STC", "SKHCN"))
COMMUNES = Bearer("group", "XA")
NOBODY = Bearer("group", "TRONG")
GROUPS = {"XA": Group("UBND các xã, phường", ("3127", "3151")), "TRONG": Group("Các đảng ủy", ())}


def task(*leads: Bearer, number: int = 1, **facts: object) -> AssignmentToAsk:
    made: dict[str, object] = {
        "revision_id": number,
        "leads": leads,
        "coordinators": (),
        "lead_of_record": leads[0] if leads else None,
        "withheld": False,
    }
    return AssignmentToAsk(**{**made, **facts})  # type: ignore[arg-type]


def roles(owed: dict[str, tuple[Asked, ...]]) -> dict[str, list[tuple[int, str]]]:
    return {code: [(line.revision_id, line.role) for line in lines] for code, lines in owed.items()}


MEMBER = "Chủ trì (thành viên “UBND các xã, phường”)"
GROUP_WITH_SNV = {"XA": Group("UBND các xã, phường", ("SNV", "3127"))}


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        pytest.param(task(SNV), {"SNV": "Chủ trì"}, id="one lead"),
        pytest.param(task(SNV, STC), {"SNV": "Chủ trì", "STC": "Cùng chủ trì"}, id="two leads"),
        pytest.param(
            task(SNV, STC, lead_of_record=STC),
            {"SNV": "Cùng chủ trì", "STC": "Chủ trì"},
            id="lead of record edited",
        ),
        pytest.param(task(SNV, SNV), {"SNV": "Chủ trì"}, id="named twice"),
        pytest.param(task(COMMUNES), {"3127": MEMBER, "3151": MEMBER}, id="a group leads"),
        pytest.param(task(NOBODY), {}, id="a group without members"),
        pytest.param(task(), {}, id="nobody recognised"),
        pytest.param(task(SNV, withheld=True), {}, id="withheld"),
        pytest.param(
            task(SNV, STC, settled=frozenset({"SNV"})), {"STC": "Cùng chủ trì"}, id="settled by one lead"
        ),
        pytest.param(
            task(COMMUNES, settled=frozenset({"3127"})), {"3151": MEMBER}, id="settled by one member"
        ),
        pytest.param(task(SNV, coordinators=(STC,)), {"SNV": "Chủ trì"}, id="coordinators are not asked"),
    ],
)
def test_an_assignment_is_owed_by(assignment: AssignmentToAsk, expected: dict[str, str]) -> None:
    owed = what_each_owes([assignment], [], GROUPS)
    assert roles(owed) == {code: [(1, role)] for code, role in expected.items()}


@pytest.mark.parametrize("leads", [(COMMUNES, SNV), (SNV, COMMUNES)], ids=["group first", "agency first"])
def test_who_is_named_itself_is_asked_in_its_own_name(leads: tuple[Bearer, ...]) -> None:
    owed = what_each_owes([task(*leads, lead_of_record=SNV)], [], GROUP_WITH_SNV)
    assert roles(owed) == {
        "SNV": [(1, "Chủ trì")],
        "3127": [(1, "Cùng chủ trì (thành viên “UBND các xã, phường”)")],
    }


def test_coordinators_are_asked_where_the_regime_says_so_and_a_lead_only_as_lead() -> None:
    owed = what_each_owes([task(SNV, coordinators=(STC, SNV))], [], GROUPS, asks_coordinators=True)
    assert roles(owed) == {"SNV": [(1, "Chủ trì")], "STC": [(1, "Phối hợp")]}


def test_lines_stand_in_register_order_assignments_before_indicators() -> None:
    owed = what_each_owes(
        [task(STC, number=5), task(SNV, STC, number=2)],
        [IndicatorToAsk(9, "STC"), IndicatorToAsk(3, "SKHCN"), IndicatorToAsk(4, None)],
        GROUPS,
    )
    assert owed["STC"] == (
        Asked("assignment", 5, "Chủ trì"),
        Asked("assignment", 2, "Cùng chủ trì"),
        Asked("indicator", 9, "Báo cáo chỉ tiêu"),
    )
    assert owed["SKHCN"] == (Asked("indicator", 3, "Báo cáo chỉ tiêu"),)
    assert sorted(owed) == ["SKHCN", "SNV", "STC"]
