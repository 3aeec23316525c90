"""A regime (chế độ báo cáo): when its cycles fall due, who is reminded when, what its letters look like.

The secretariat writes regimes in a file; a cycle freezes its own when it opens (`model_dump(mode="json")`).
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from models.codes import PeriodKind, PersonRole, Roll
from models.rules.annexes.annex import AnnexFor, Outline
from models.rules.checks.check_levels import level_fault
from models.rules.checks.check_policy import CheckPolicy
from models.rules.files.file_faults import PlacedFault, read_as
from models.rules.files.file_lines import LinedDict
from models.rules.files.file_parts import Once, Part, Slug, Text
from models.rules.periods import (
    MONTHS,
    PARTS,
    Period,
    calendar_window,
    last_month,
    nd09_window,
    next_periods,
)
from models.rules.reminders.reminder_steps import Step, step_codes_differ
from models.rules.report.report_outline import ReportOutline
from models.rules.workdays import ONE_DAY, WorkCalendar
from models.time import vn_date

WINDOWS = {"nd09": nd09_window, "calendar": calendar_window}
LEAST_WORKING_DAYS = 1  # between cut-off and due date: NĐ 09/2019/NĐ-CP, Điều 8


def _with_a_calendar(kinds: list[PeriodKind]) -> list[PeriodKind]:
    if PeriodKind.ADHOC in kinds:
        raise ValueError("kỳ đột xuất không có lịch định sẵn, mở từng kỳ theo ngày ghi trong văn bản yêu cầu")
    return kinds


def _names_the_period(text: str) -> str:
    if "{ky}" not in text:
        raise ValueError(
            "phải có {ky} ở chỗ ghi tên kỳ, ví dụ: Báo cáo {ky} thực hiện Nghị quyết số 57-NQ/TW"
        )
    return text


class Due(Part):
    """A due day, counted from the period's last month; `day` 31 is the last day of a shorter month, too."""

    day: int = Field(ge=1, le=31)
    month_offset: int = Field(default=0, ge=0, le=12, description="0: last month of the period; 1: the next")
    roll: Roll

    def written(self, period: Period) -> date:
        """The day as the rule says it, day off or not."""
        months = period.last_day.month - 1 + self.month_offset
        year, month = period.year + months // 12, months % 12 + 1
        return date(year, month, min(self.day, monthrange(year, month)[1]))


class Letter(Part):
    """What stands in the head and at the foot of the regime's documents and mails.

    `issuer` stands in capitals in the head; `issuer_in_text` is how a sentence names it; `unit` is whoever
    collects the reports and answers questions (Tổ Giúp việc).
    Suffixes are what follows the number: 12-CV/BCĐ for the letter that asks, 12-BC/BCĐ for the report.
    """

    layout: Literal["party", "state"]
    superior: str
    issuer: Text
    issuer_in_text: Text
    unit: Text
    place: Text
    signer_office: str = ""
    signer_line: Text
    number_suffix: Text
    report_number_suffix: Text


class Regime(Part):
    """A standing duty to report.

    `open_before` counts working days before the cut-off at which the draft of a cycle opens.
    `close_after_days` counts days after the province's due date, when a cycle closes by itself.
    `cycle_title` names one cycle in letters and reports; {ky} stands for its period.
    `active` is false for a preset that the calendar does not open.
    `leadership_automatic`: what goes to the committee's leadership needs nobody's release.
    `answers` says which requests of other regimes need not be asked, because this one's answer them too:
    own part of the year -> regime -> parts; {"H1": {"bcd-quy": ["Q2"]}}: 6 months answer quarter II.
    `report` is what the consolidated report says under which heading; None: its figures alone.
    """

    code: Slug
    name: Text
    cycle_title: Annotated[Text, AfterValidator(_names_the_period)]
    active: bool = True
    period_kinds: Annotated[list[PeriodKind], Field(min_length=1), Once, AfterValidator(_with_a_calendar)]
    registers: Annotated[list[Text], Field(min_length=1), Once]
    window: Literal["nd09", "calendar"]
    agency_due: Due
    province_due: Due
    open_before: int = Field(ge=0, le=60)
    release: Literal["person", "auto"]
    letter: Letter
    asks_coordinators: bool = False
    steps: list[Step]
    leadership_automatic: bool = False
    close_after_days: int = Field(default=30, ge=0, le=365)
    annexes: list[AnnexFor] = Field(default_factory=list)
    outline: Outline | None = None
    report: ReportOutline | None = None
    checks: CheckPolicy = CheckPolicy()
    answers: dict[str, dict[str, list[str]]] = Field(default_factory=dict)

    def title_of(self, period: Period) -> str:
        """What a cycle of this regime is called: Báo cáo Quý I/2026 ..., Báo cáo năm 2026 ..."""
        name = period.name
        return self.cycle_title.replace("{ky}", f"năm{name[3:]}" if period.kind is PeriodKind.YEAR else name)

    @model_validator(mode="after")
    def _step_codes_differ(self) -> "Regime":
        step_codes_differ(self.steps)
        return self

    @model_validator(mode="after")
    def _a_person_writes_to_the_leadership(self) -> "Regime":
        for number, step in enumerate(self.steps):
            if (
                PersonRole.LEADERSHIP in step.audience
                and step.release == "auto"
                and not self.leadership_automatic
            ):
                raise PlacedFault(
                    ("steps", number, "release"),
                    f"bước “{step.code}” gửi {PersonRole.LEADERSHIP.label} phải ghi release: person (thư ký duyệt rồi "
                    "mới gửi), hoặc chế độ phải ghi leadership_automatic: true",
                )
        return self

    @model_validator(mode="after")
    def _answers_are_of_shorter_periods(self) -> "Regime":
        for own, _, part in self.answered:
            for written in (own, part):
                if written not in PARTS:
                    raise ValueError(f"answers ghi “{written}”, phải là một trong {', '.join(PARTS)}")
            if PARTS[own][0] not in self.period_kinds:
                raise ValueError(f"answers ghi “{own}” nhưng chế độ này không có kỳ đó trong period_kinds")
            if MONTHS[PARTS[part][0]] >= MONTHS[PARTS[own][0]] or last_month(part) != last_month(own):
                raise ValueError(
                    f"answers ghi “{own}” trả lời thay “{part}”, "
                    "mà chỉ thay được kỳ ngắn hơn kết thúc cùng tháng"
                )
        return self

    @model_validator(mode="after")
    def _levels_are_of_rules(self) -> "Regime":
        if fault := level_fault(self.checks.levels, [asked.annex for asked in self.annexes]):
            raise ValueError(f"checks › levels: {fault}")
        return self

    @property
    def answered(self) -> list[tuple[str, str, str]]:
        """`answers` as lines: own part of the year, regime, its part that is answered."""
        return [
            (own, code, part)
            for own, asked in self.answers.items()
            for code, parts in asked.items()
            for part in parts
        ]

    def data_window(self, period: Period) -> tuple[date, date]:
        """First and last day of the period's data; the last one is the cut-off."""
        return WINDOWS[self.window](period)

    def opens_on(self, period: Period, calendar: WorkCalendar) -> date:
        """The working day on which the draft of the period's cycle opens."""
        return calendar.add(self.data_window(period)[1], -self.open_before)


@dataclass(frozen=True)
class CycleDates:
    """All days of one cycle, local and inclusive. Written: as the rule says it; else effective."""

    data_from: date
    cut_off: date
    as_of: date
    due_written: date
    due: date
    province_due_written: date
    province_due: date
    opens_on: date


def cycle_dates(regime: Regime, period: Period, calendar: WorkCalendar) -> CycleDates:
    """The days of a regime's period; ValueError in Vietnamese, one fault a line, when they contradict a rule.

    `as_of` is the cut-off: on 14/3 nothing that is due on 31/3 is late.
    """
    title = f"{regime.name}, {period.name}"
    if period.kind not in regime.period_kinds:
        raise ValueError(f"{title}: chế độ này không có kỳ loại “{period.kind.label}”.")
    dates = _dates(regime, period, calendar)
    faults = policy_faults(regime, dates, calendar)
    if faults:
        raise ValueError("\n".join(f"{title}: {fault}" for fault in faults))
    return dates


def _dates(regime: Regime, period: Period, calendar: WorkCalendar) -> CycleDates:
    data_from, cut_off = regime.data_window(period)
    due_written = regime.agency_due.written(period)
    province_due_written = regime.province_due.written(period)
    return CycleDates(
        data_from=data_from,
        cut_off=cut_off,
        as_of=cut_off,
        due_written=due_written,
        due=calendar.roll(due_written, regime.agency_due.roll),
        province_due_written=province_due_written,
        province_due=calendar.roll(province_due_written, regime.province_due.roll),
        opens_on=regime.opens_on(period, calendar),
    )


def policy_faults(regime: Regime, dates: CycleDates, calendar: WorkCalendar) -> list[str]:
    """What is wrong with the days of a cycle, its regime's own or overridden ones: Vietnamese sentences."""
    faults = []
    if dates.data_from > dates.cut_off:
        faults.append(
            f"Kỳ số liệu bắt đầu ngày {vn_date(dates.data_from)}, "
            f"sau ngày chốt số liệu {vn_date(dates.cut_off)}."
        )
    if calendar.working_days_between(dates.cut_off, dates.due) < LEAST_WORKING_DAYS:
        faults.append(
            f"Từ ngày chốt số liệu {vn_date(dates.cut_off)} đến hạn của cơ quan, đơn vị "
            f"{vn_date(dates.due)} phải có ít nhất 01 ngày làm việc (Điều 8 Nghị định 09/2019/NĐ-CP)."
        )
    if dates.due > dates.province_due:
        faults.append(
            f"Hạn của cơ quan, đơn vị {vn_date(dates.due)} "
            f"sau hạn tỉnh phải gửi {vn_date(dates.province_due)}."
        )
    for step in late_steps(regime, dates, calendar):
        faults.append(
            f"Bước “{step.label}” ({step.code}) rơi vào ngày {vn_date(step.day(dates.due, calendar))}, "
            f"sau hạn tỉnh phải gửi {vn_date(dates.province_due)}."
        )
    return faults


def late_steps(regime: Regime, dates: CycleDates, calendar: WorkCalendar) -> list[Step]:
    """The steps that would fall past the province's own due day, when it is too late to chase anybody."""
    return [
        step
        for step in regime.steps
        if step.when == "after" and step.day(dates.due, calendar) > dates.province_due
    ]


@dataclass(frozen=True)
class ComingFault:
    """What is wrong with a period that is still to come; `steps` are the codes of the steps at fault, if any."""

    regime: str
    sentence: str
    steps: tuple[str, ...] = ()


def coming_faults(regimes: Iterable[Regime], calendar: WorkCalendar, day: date) -> list[ComingFault]:
    """What is wrong with the periods that the regimes in use will open from a day on, as far as the calendar goes.

    Asked when the file is loaded: a policy that cannot hold is refused then, not when its cycle opens.
    """
    regimes = list(regimes)
    last = date(max(calendar.years) - 1, 12, 31)  # a due day may lie in the year after its period
    found: dict[tuple[str, tuple[str, ...]], ComingFault] = {}
    for regime in regimes:
        for period in next_periods(regime.period_kinds, day, last):
            if not regime.active or replaced_by(regimes, regime.code, period) is not None:
                continue
            try:
                cycle_dates(regime, period, calendar)
            except ValueError as wrong:
                dates = _dates(regime, period, calendar)
                steps = tuple(step.code for step in late_steps(regime, dates, calendar))
                found.setdefault((regime.code, steps), ComingFault(regime.code, str(wrong), steps))
    return list(found.values())


def replaced_by(regimes: Iterable[Regime], regime_code: str, period: Period) -> str | None:
    """The regime whose request is asked instead of this regime's in this period; None when this one is asked.

    Followed to the end: quarter IV is answered by the second half-year, and that by the year. Presets
    that are not active answer nothing.
    """
    answer_to = {
        (code, part): (regime.code, own)
        for regime in regimes
        if regime.active
        for own, code, part in regime.answered
    }
    asked = regime_code, period.part
    while asked in answer_to:  # ends: every answer is of a longer period
        asked = answer_to[asked]
    return None if asked == (regime_code, period.part) else asked[0]


def openings(regime: Regime, calendar: WorkCalendar, since: date, until: date) -> list[tuple[date, Period]]:
    """The days from `since` to `until` on which a draft of this regime opens, each with its period, in order.

    Whether the regime is active, and whether another answers the period, is for the caller to ask.
    The calendar must know the year before `since` and the one after `until`.
    """
    periods = next_periods(regime.period_kinds, since - ONE_DAY, date(until.year + 1, 12, 31))
    days = [(regime.opens_on(period, calendar), period) for period in periods]
    return sorted((pair for pair in days if since <= pair[0] <= until), key=lambda pair: pair[0])


def regimes_from(data: object) -> list[Regime]:
    """The regimes of a file as loaded from YAML; ValueError in Vietnamese, one sentence a line.

    The file has `regimes`, a list, and may have `defaults`: fields for regimes that do not write their own.
    """
    read_as(_RegimesFile, data, "Tệp chế độ báo cáo")
    assert isinstance(data, dict)  # noqa: S101 - read above
    defaults = data.get("defaults") or {}
    faults: list[str] = []
    regimes: list[Regime] = []
    for number, own in enumerate(data["regimes"], start=1):
        where = f"Chế độ {own.get('code', f'thứ {number}')}"
        merged = own.over(defaults) if isinstance(own, LinedDict) else {**defaults, **own}
        try:
            regimes.append(read_as(Regime, merged, where))
        except ValueError as wrong:
            faults.append(str(wrong))
    faults = faults or _faults_together(regimes)
    if faults:
        raise ValueError("\n".join(faults))
    return regimes


class _RegimesFile(Part):
    defaults: dict[str, object] = Field(default_factory=dict)
    regimes: list[dict[str, object]] = Field(min_length=1)


def _faults_together(regimes: list[Regime]) -> list[str]:
    """What no regime can know alone: doubled codes, answers to what is not asked, or answered by two."""
    codes = [regime.code for regime in regimes]
    doubled = sorted({code for code in codes if codes.count(code) > 1})
    if doubled:
        return [f"Tệp chế độ báo cáo: có hai chế độ cùng mã {code}." for code in doubled]
    known = {regime.code: regime for regime in regimes}
    faults = []
    answered_by: dict[tuple[str, str], str] = {}
    for regime in regimes:
        where = f"Chế độ {regime.code}, trường “answers”"
        for _, code, part in regime.answered:
            fault = _answer_fault(regime, known, code, part)
            if fault:
                faults.append(f"{where}: {fault}.")
            elif regime.active and (code, part) in answered_by:
                faults.append(f"{where}: kỳ {part} của {code} đã có {answered_by[code, part]} trả lời thay.")
            elif regime.active:
                answered_by[code, part] = regime.code
    return faults


def _answer_fault(regime: Regime, known: Mapping[str, Regime], code: str, part: str) -> str:
    asked = known.get(code)
    if asked is None:
        return f"không có chế độ nào mã “{code}”"
    if PARTS[part][0] not in asked.period_kinds:
        return f"chế độ {code} không có kỳ {part}"
    if asked.window != regime.window:
        return f"kỳ số liệu (window) của {code} khác, không trả lời thay được"
    missing = [register for register in asked.registers if register not in regime.registers]
    if missing:
        return f"{code} hỏi danh mục nhiệm vụ {', '.join(missing)} mà chế độ này không hỏi"
    if asked.asks_coordinators and not regime.asks_coordinators:
        return f"{code} hỏi cả cơ quan phối hợp mà chế độ này không hỏi"
    return ""
