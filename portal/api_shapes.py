"""What the interface answers, field by field, made from the same figures as the board's pages."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import BaseModel, Field

from models.codes import AgencyKind, AssignmentClass, Basis, CycleState, DeadlineKind
from models.cycle import Cycle
from models.rules.board import glance as seen
from models.rules.board.lamps import Lamp
from models.rules.board.standing import Standing
from models.rules.board.trend import TrendPoint
from models.rules.completion import Cut as CutOf
from models.rules.completion import Ratio as RatioOf
from models.rules.completion import Tally as TallyOf
from models.rules.registers.classes import deadline_kind


class Ratio(BaseModel):
    """A share with its two numbers."""

    numerator: int = Field(description="Tử số")
    denominator: int = Field(description="Mẫu số")
    percent: str = Field(description="Tỷ lệ phần trăm, một chữ số thập phân; trống khi mẫu số bằng 0")
    text: str = Field(description="Viết đủ: 56/60 (93,3%)")


class Tally(BaseModel):
    """Assignments by class, and both ratios."""

    total: int = Field(description="Tổng số nhiệm vụ")
    by_class: dict[AssignmentClass, int] = Field(
        description="Số nhiệm vụ theo xếp loại; cộng lại bằng tổng số"
    )
    completed_of_dated: Ratio = Field(description="Đã hoàn thành trên tổng số nhiệm vụ có thời hạn")
    on_schedule_of_all: Ratio = Field(description="Bảo đảm tiến độ trên tổng số nhiệm vụ")


class CycleLine(BaseModel):
    """A reporting cycle."""

    code: str = Field(description="Mã kỳ báo cáo, ví dụ bcd-quy-2026-Q1")
    name: str
    regime: str = Field(description="Mã chế độ báo cáo")
    period: str
    state: CycleState
    as_of: date = Field(description="Số liệu nhiệm vụ, chỉ tiêu tính đến ngày này")
    due: date = Field(description="Hạn báo cáo của cơ quan, đơn vị")
    province_due: date = Field(description="Hạn báo cáo của tỉnh")


class Cycles(BaseModel):
    """The cycles that have figures."""

    cycles: list[CycleLine]


class Reporting(BaseModel):
    """Who has reported."""

    seen_on: date = Field(description="Tình hình gửi báo cáo tính đến hết ngày này")
    expected: int = Field(
        description="Số cơ quan phải báo cáo: đã được yêu cầu, trừ cơ quan không yêu cầu báo cáo kỳ này"
    )
    exempt: int
    received: Ratio = Field(description="Đã nhận trên phải nhận, gồm cả bản chờ hoàn thiện")
    complete: Ratio = Field(description="Đạt yêu cầu trên phải nhận")
    on_time: Ratio = Field(description="Đạt yêu cầu, đúng hạn trên phải nhận")
    overdue: Ratio = Field(description="Quá hạn chưa gửi trên phải nhận")
    preliminary: int = Field(description="Số báo cáo đạt yêu cầu chưa có bản ký (số liệu sơ bộ)")
    by_state: dict[Lamp, int] = Field(description="Số cơ quan theo tình hình gửi báo cáo")


class Cut(BaseModel):
    """The assignments of one section, deadline or register."""

    code: str
    name: str
    tally: Tally


class OnBasis(BaseModel):
    """Assignments by one party's word."""

    basis: Basis = Field(description="declared: theo báo cáo của cơ quan; confirmed: theo số đã xác nhận")
    overall: Tally
    by_register: list[Cut]
    by_section: list[Cut]
    by_deadline: list[Cut]


class TrendLine(BaseModel):
    """One cycle of the same regime."""

    code: str
    name: str
    as_of: date
    received: Ratio
    on_time: Ratio
    completed_of_dated: dict[Basis, Ratio]
    on_schedule_of_all: dict[Basis, Ratio]


class Figures(BaseModel):
    """A cycle at a glance."""

    cycle: CycleLine
    as_of: date
    reporting: Reporting
    assignments: list[OnBasis] = Field(description="Hai cách tính, không cộng lẫn")
    confirmed_words: Ratio = Field(description="Số trạng thái đã xác nhận trên số trạng thái được báo cáo")
    withheld: int = Field(description="Số nhiệm vụ không đưa lên hệ thống, không tính ở trên")
    indicators: dict[Standing, int] = Field(description="Số chỉ tiêu so với mục tiêu")
    trend: list[TrendLine] = Field(description="Các kỳ cùng chế độ, cũ nhất trước, tối đa 12 kỳ")


class AgencyLine(BaseModel):
    """One agency in a cycle."""

    code: str
    name: str
    kind: AgencyKind
    state: Lamp | None = Field(description="Tình hình gửi báo cáo; null: không thuộc diện yêu cầu")
    due: date | None
    first_received_at: datetime | None
    complete_at: datetime | None
    days_late: int
    signed: str = Field(description="Số, ngày báo cáo đã ký; trống: số liệu sơ bộ")
    leads: dict[Basis, Tally] = Field(
        description="Nhiệm vụ cơ quan chủ trì; trống khi không chủ trì nhiệm vụ nào"
    )


class Agencies(BaseModel):
    """The agencies of a cycle."""

    cycle: str
    as_of: date
    seen_on: date
    agencies: list[AgencyLine]


class AssignmentLine(BaseModel):
    """One assignment in a cycle."""

    id: int
    key: str = Field(description="Mã nhiệm vụ, ví dụ KH57-2026/V.5.1")
    section: str
    section_name: str
    name: str
    leads: str
    lead_agency_codes: list[str] = Field(description="Các cơ quan chủ trì hoặc thuộc nhóm chủ trì")
    result: str
    deadline: str = Field(description="Thời hạn đang áp dụng, như ghi trong văn bản")
    deadline_kind: DeadlineKind
    due: date | None
    first_deadline: str = Field(description="Thời hạn ban đầu")
    first_due: date | None
    deadline_source: str = Field(description="Văn bản điều chỉnh thời hạn; trống khi không điều chỉnh")
    classes: dict[Basis, AssignmentClass]
    members: str = Field(description="Số thành viên đã hoàn thành của nhóm chủ trì, ví dụ 41/45 xã, phường")


class Assignments(BaseModel):
    """The assignments of a cycle."""

    cycle: str
    as_of: date
    withheld: int
    assignments: list[AssignmentLine]


class IndicatorLine(BaseModel):
    """One indicator in a cycle."""

    key: str
    section: str
    section_name: str
    name: str
    unit: str
    baseline: str
    target: str
    reported: str = Field(description="Như cơ quan ghi; trống khi chưa có số liệu")
    value: str | None = Field(
        description="Số đúng, dấu thập phân là dấu chấm; null khi không đọc được thành số"
    )
    reported_as_of: date | None
    standing: Standing
    owner: str | None = Field(description="Mã cơ quan báo cáo")
    owner_provisional: bool


class Indicators(BaseModel):
    """The indicators of a cycle."""

    cycle: str
    as_of: date
    indicators: list[IndicatorLine]


def ratio(of: RatioOf) -> Ratio:
    percent = of.percent
    return Ratio(
        numerator=of.numerator,
        denominator=of.denominator,
        percent="" if percent is None else f"{percent:f}",
        text=of.text,
    )


def tally(of: TallyOf) -> Tally:
    return Tally(
        total=of.total,
        by_class=of.by_class,
        completed_of_dated=ratio(of.completed),
        on_schedule_of_all=ratio(of.on_schedule),
    )


def cycle_line(cycle: Cycle) -> CycleLine:
    return CycleLine(
        code=cycle.code,
        name=cycle.name,
        regime=cycle.regime_code,
        period=cycle.period,
        state=cycle.state,
        as_of=cycle.as_of,
        due=cycle.due,
        province_due=cycle.province_due,
    )


def figures(cycle: Cycle, told: seen.Glance, points: Sequence[TrendPoint]) -> Figures:
    words = told.both.words
    return Figures(
        cycle=cycle_line(cycle),
        as_of=told.day,
        reporting=Reporting(
            seen_on=told.seen,
            expected=told.rates.expected,
            exempt=told.rates.exempt,
            received=ratio(told.rates.reporting),
            complete=ratio(told.rates.completeness),
            on_time=ratio(told.rates.timeliness),
            overdue=ratio(told.overdue),
            preliminary=told.rates.preliminary,
            by_state=dict(told.lamps),
        ),
        assignments=[
            OnBasis(
                basis=basis,
                overall=tally(told.on(basis).overall),
                by_register=_cuts(told.on(basis).by_register),
                by_section=_cuts(told.on(basis).by_section),
                by_deadline=_cuts(told.on(basis).by_quarter),
            )
            for basis in Basis
        ],
        confirmed_words=ratio(RatioOf(words.confirmed, words.declared)),
        withheld=told.both.declared.withheld,
        indicators=dict(told.standings),
        trend=[
            TrendLine(
                code=point.code,
                name=point.name,
                as_of=point.as_of,
                received=ratio(point.reporting),
                on_time=ratio(point.timeliness),
                completed_of_dated={basis: ratio(one) for basis, one in point.completed.items()},
                on_schedule_of_all={basis: ratio(one) for basis, one in point.on_schedule.items()},
            )
            for point in points
        ],
    )


def _cuts(cuts: Sequence[CutOf]) -> list[Cut]:
    return [Cut(code=cut.code, name=cut.name, tally=tally(cut.tally)) for cut in cuts]


def agencies(told: seen.Glance, lines: Sequence[seen.AgencyLine]) -> Agencies:
    return Agencies(
        cycle=told.view.code,
        as_of=told.day,
        seen_on=told.seen,
        agencies=[
            AgencyLine(
                code=line.agency.code,
                name=line.agency.name,
                kind=line.agency.kind,
                state=line.lamp,
                due=line.request.due if line.request else None,
                first_received_at=line.request.first_received_at if line.request else None,
                complete_at=line.request.complete_at if line.request else None,
                days_late=line.days_late,
                signed=line.request.signed if line.request else "",
                leads={basis: tally(one) for basis, one in line.tallies.items()},
            )
            for line in lines
        ],
    )


def assignments(told: seen.Glance, lines: Sequence[seen.AssignmentLine]) -> Assignments:
    return Assignments(
        cycle=told.view.code,
        as_of=told.day,
        withheld=told.both.declared.withheld,
        assignments=[
            AssignmentLine(
                id=line.assignment.id,
                key=line.assignment.row_key,
                section=line.section,
                section_name=line.assignment.section_name,
                name=line.assignment.name,
                leads=line.leads,
                lead_agency_codes=[report.agency_code for report in line.assignment.reports],
                result=line.assignment.result,
                deadline=line.assignment.deadline_raw,
                deadline_kind=deadline_kind(line.assignment),
                due=line.assignment.due,
                first_deadline=line.assignment.first_deadline_raw or line.assignment.deadline_raw,
                first_due=line.assignment.first_due if line.assignment.moved else line.assignment.due,
                deadline_source=line.assignment.due_source if line.assignment.moved else "",
                classes=dict(line.classes),
                members=line.members,
            )
            for line in lines
        ],
    )


def indicators(told: seen.Glance) -> Indicators:
    return Indicators(
        cycle=told.view.code,
        as_of=told.day,
        indicators=[
            IndicatorLine(
                key=line.indicator.row_key,
                section=line.section,
                section_name=line.indicator.section_name,
                name=line.indicator.name,
                unit=line.indicator.unit,
                baseline=line.indicator.baseline_raw,
                target=line.indicator.target_raw,
                reported=line.indicator.reported_raw,
                value=None if line.indicator.reported_value is None else f"{line.indicator.reported_value:f}",
                reported_as_of=line.indicator.reported_as_of,
                standing=line.standing,
                owner=line.indicator.owner_code,
                owner_provisional=line.indicator.owner_provisional,
            )
            for line in told.indicators
        ],
    )
