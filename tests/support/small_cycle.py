"""A small cycle as rules and documents see it: four agencies, five assignments (one withheld), one indicator."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from models.codes import AgencyKind, Comparator, DeadlineKind, ReportStatus, RequestState
from models.rules.cycle_view import (
    AgencyView,
    AssignmentView,
    CycleView,
    IndicatorView,
    LeadReport,
    RegisterView,
    RequestView,
)
from models.rules.registers.names import Bearer
from models.time import at_hour

AS_OF, DUE, SEEN = date(2026, 3, 14), date(2026, 3, 20), date(2026, 3, 24)
S = ReportStatus
R = RequestState


def task(number: str, due: date | None, *reports: LeadReport, **changes: object) -> AssignmentView:
    view = AssignmentView(
        row_key=f"KH57-2026/I.{number}",
        register_code="KH57-2026",
        key=f"I.{number}",
        section="I",
        section_name="Công tác chỉ đạo",
        subsection="",
        subsection_name="",
        number=number,
        name=f"Nhiệm vụ số {number}",
        leads_raw="Sở Khoa học và Công nghệ",
        coordinators_raw="",
        result="Kế hoạch được ban hành",
        deadline_raw="Quý I/2026" if due else "Thường xuyên",
        kind=DeadlineKind.DATE if due else DeadlineKind.RECURRING,
        due=due,
        lead_of_record=Bearer("agency", "SKHCN"),
        member_noun="",
        reports=reports,
        withheld=False,
        proposal_accepted=False,
    )
    return replace(view, **changes)  # type: ignore[arg-type]


def said(by: str, status: ReportStatus | None, **more: object) -> LeadReport:
    return LeadReport(agency_code=by, this_cycle=status is not None, status=status, **more)  # type: ignore[arg-type]


def request(by: str, state: RequestState, arrived: date | None = None, **more: str) -> RequestView:
    at = at_hour(arrived, 9) if arrived else None
    return RequestView(
        agency_code=by,
        state=state,
        due=DUE,
        sent_at=at_hour(date(2026, 2, 25), 8),
        first_received_at=at,
        complete_at=at if state is R.COMPLETE else None,
        nothing_reason=more.get("nothing", ""),
        exempt_reason=more.get("exempt", ""),
        versions=int(arrived is not None),
    )


VIEW = CycleView(
    code="bcd-quy-2026-Q1",
    name="Báo cáo quý I năm 2026",
    data_from=date(2025, 12, 15),
    cut_off=AS_OF,
    as_of=AS_OF,
    due=DUE,
    province_due=date(2026, 3, 25),
    registers=(RegisterView("KH57-2026", "Kế hoạch năm 2026", 2026),),
    agencies=(
        AgencyView("SKHCN", "Sở Khoa học và Công nghệ", AgencyKind.DEPARTMENT, 0),
        AgencyView("SNV", "Sở Nội vụ", AgencyKind.DEPARTMENT, 1),
        AgencyView("X1", "UBND phường Mường Thanh", AgencyKind.COMMUNE, 2),
        AgencyView("X2", "UBND xã Nà Hỳ", AgencyKind.COMMUNE, 3),
    ),
    assignments=(
        task(
            "1",
            date(2026, 3, 31),
            said("SKHCN", S.COMPLETE, completed_on=AS_OF, percent=Decimal("100"), product="=1+1"),
            said("SNV", S.IN_PROGRESS, percent=Decimal("66.67"), reason="Chờ kinh phí"),
        ),
        task("2", date(2026, 1, 31), said("SKHCN", None)),
        task("3", None, said("SKHCN", S.ON_SCHEDULE)),
        task(
            "4",
            date(2026, 6, 30),
            said("X1", S.COMPLETE, completed_on=AS_OF, product="Đã tập huấn"),
            said("X2", None),
            lead_of_record=Bearer("group", "XP"),
            leads_raw="UBND các xã, phường",
            member_noun="xã, phường",
        ),
        task("5", date(2026, 3, 31), name="Nhiệm vụ có nội dung mật", withheld=True),
    ),
    indicators=(
        IndicatorView(
            row_key="KH57-2026/II.3",
            register_code="KH57-2026",
            key="II.3",
            section="II",
            section_name="Phát triển nguồn lực",
            number="3",
            name="Chi ngân sách cho khoa học, công nghệ",
            unit="% tổng chi",
            baseline_raw="1,08",
            target_raw="≥ 3",
            target_comparator=Comparator.GE,
            target_value=Decimal(3),
            note="",
            owner_code="SNV",
            owner_provisional=True,
            reported_raw="2,5",
            reported_value=Decimal("2.5"),
            reported_as_of=AS_OF,
            source="Sở Tài chính",
        ),
    ),
    requests=(
        request("SKHCN", R.COMPLETE, date(2026, 3, 18)),
        request("SNV", R.COMPLETE, date(2026, 3, 23), nothing="Không có nhiệm vụ đến hạn"),
        request("X1", R.EXEMPT, exempt="Đang sắp xếp lại"),
        request("X2", R.SENT),
    ),
)
