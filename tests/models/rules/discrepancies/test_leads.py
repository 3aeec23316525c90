"""Contradictions between agencies: leads of one task, the same task in two registers."""

from dataclasses import replace
from datetime import date

from models.codes import DeadlineKind, DiscrepancyKind, ReportStatus
from models.rules.cycle_view import AssignmentView, LeadReport
from models.rules.discrepancies.leads import between_leads, between_registers
from models.rules.registers.names import Bearer

NAMES = {"SNV": "Sở Nội vụ", "STC": "Sở Tài chính", "CAT": "Công an tỉnh"}
DONE, DOING = ReportStatus.COMPLETE, ReportStatus.IN_PROGRESS


def said(agency: str, status: ReportStatus | None, day: date | None = None) -> LeadReport:
    return LeadReport(agency_code=agency, this_cycle=status is not None, status=status, completed_on=day)


def task(*reports: LeadReport, key: str = "V.2", lead: str = "SNV", withheld: bool = False) -> AssignmentView:
    return AssignmentView(
        row_key=f"KH57-2026/{key}",
        register_code="KH57-2026",
        key=key,
        section="V",
        section_name="",
        subsection="",
        subsection_name="",
        number="2",
        name="Nhiệm vụ",
        leads_raw="",
        coordinators_raw="",
        result="",
        deadline_raw="",
        kind=DeadlineKind.DATE,
        due=date(2026, 6, 30),
        lead_of_record=Bearer("agency", lead),
        member_noun="",
        reports=reports,
        withheld=withheld,
        proposal_accepted=False,
    )


def where(agency: str) -> str:
    return f"{NAMES[agency]}, bản thứ 1"


def test_a_lead_that_says_otherwise_is_asked() -> None:
    (found,) = between_leads([task(said("SNV", DONE), said("STC", DOING), said("CAT", DONE))], NAMES, where)
    assert (found.kind, found.agency_code, found.row_key) == (DiscrepancyKind.LEADS, "STC", "KH57-2026/V.2")
    assert found.sentence == (
        "Nhiệm vụ KH57-2026/V.2: Sở Nội vụ (cơ quan đầu mối) báo “Hoàn thành”, Sở Tài chính báo “Đang thực hiện”. "
        "Đề nghị thống nhất với Sở Nội vụ, báo lại trạng thái đúng hoặc giải trình."
    )
    # The source goes into mails: whose versions they are, and nothing of what they say.
    assert found.source == "Nhiệm vụ KH57-2026/V.2: Sở Nội vụ, bản thứ 1; Sở Tài chính, bản thứ 1"


def test_while_the_lead_of_record_is_silent_the_others_are_held_together() -> None:
    silent = task(said("SNV", None), said("STC", DOING), said("CAT", DONE))
    (found,) = between_leads([silent], NAMES, where)
    assert (found.agency_code, "Sở Tài chính (cùng chủ trì)" in found.sentence) == ("CAT", True)


def test_agreement_silence_and_withheld_are_no_contradiction() -> None:
    tasks = [
        task(said("SNV", DONE), said("STC", DONE)),
        task(said("SNV", None), said("STC", DOING)),
        task(said("SNV", DONE), said("STC", DOING), withheld=True),
    ]
    assert list(between_leads(tasks, NAMES, where)) == []


def linked(one: AssignmentView, other: AssignmentView) -> list[AssignmentView]:
    return [replace(one, linked=(other.row_key,)), replace(other, linked=(one.row_key,))]


def test_the_same_task_in_two_registers_said_differently_by_one_agency() -> None:
    pair = linked(task(said("SNV", DONE)), task(said("SNV", DOING), key="I.1"))
    (found,) = between_registers(pair, NAMES, where)
    assert (found.kind, found.agency_code, found.row_key) == (
        DiscrepancyKind.REGISTERS,
        "SNV",
        "KH57-2026/I.1",
    )
    assert (
        "KH57-2026/V.2, Sở Nội vụ báo “Hoàn thành”; KH57-2026/I.1, Sở Nội vụ báo “Đang thực hiện”"
        in found.sentence
    )
    assert found.source == "Nhiệm vụ KH57-2026/V.2 và KH57-2026/I.1: Sở Nội vụ, bản thứ 1"


def test_the_leads_of_the_two_are_held_together() -> None:
    pair = linked(task(said("SNV", DONE)), task(said("STC", DOING), key="I.1", lead="STC"))
    (found,) = between_registers(pair, NAMES, where)
    assert found.agency_code == "STC"
    assert found.source.endswith("Sở Nội vụ, bản thứ 1; Sở Tài chính, bản thứ 1")


def test_two_days_of_completion_differ() -> None:
    march, april = date(2026, 3, 10), date(2026, 4, 10)
    one, other = task(said("SNV", DONE, march)), task(said("SNV", DONE, april), key="I.1")
    (found,) = between_registers(linked(one, other), NAMES, where)
    assert "“Hoàn thành” ngày 10/3/2026" in found.sentence
    assert "ngày 10/4/2026" not in found.source
    assert list(between_registers([one, other], NAMES, where)) == []  # nobody has linked them
    assert list(between_registers(linked(one, replace(other, withheld=True)), NAMES, where)) == []
