"""What the consolidated report says beside its figures: the agencies' prose, last period's figures, contradictions.

Read in a fixed number of queries. Of a closed cycle only what had come by its closing is read, so that the same cycle
gives the same report whenever it is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlmodel import Session, col, or_, select

from models.codes import DiscrepancyState, PeriodKind
from models.cycle import Cycle, Request
from models.directory import Agency
from models.discrepancy import Discrepancy
from models.register import Assignment, Indicator, Register
from models.rules.cycle_view import CycleView
from models.rules.form_columns import NO_FIGURE
from models.rules.periods import next_periods, parse_period
from models.rules.policy import Regime
from models.rules.report.narrative import Piece, Source
from models.rules.report.progress import LastFigure
from models.rules.report.report_outline import PLAIN_REPORT, ReportOutline
from models.rules.text import fold
from models.submission import IndicatorReport, Narrative, NarrativePart, Submission
from models.time import vn_instant
from tasks.cycle.cycles import counting_versions

UNSETTLED = (DiscrepancyState.OPEN, DiscrepancyState.ASKED, DiscrepancyState.EXPLAINED)
"""What the sheet of contradictions lists: an explanation smooths nothing over."""


@dataclass(frozen=True)
class Contradiction:
    """One line of the phiếu đối chiếu."""

    agency: str
    kind: str
    source: str
    sentence: str
    state: str


@dataclass(frozen=True)
class ReportFacts:
    """What a report is written from beside the view of its cycle.

    `period` and `next_period` are names ("Quý I/2026"); `until`: the last day of the next period, local.
    """

    outline: ReportOutline = PLAIN_REPORT
    pieces: tuple[Piece, ...] = ()
    last: Mapping[str, LastFigure] = field(default_factory=dict)
    contradictions: tuple[Contradiction, ...] = ()
    period: str = ""
    next_period: str = "kỳ tiếp theo"
    until: date | None = None


def read_report_facts(session: Session, cycle: Cycle, view: CycleView) -> ReportFacts:
    """Everything of a cycle's report that its view does not hold; `view` is of the same cycle."""
    policy = Regime.model_validate(cycle.policy)
    period, following, until = _periods(cycle)
    return ReportFacts(
        outline=policy.report or PLAIN_REPORT,
        pieces=_pieces(session, cycle, view),
        last=_last_figures(session, cycle),
        contradictions=_contradictions(session, cycle),
        period=period,
        next_period=following,
        until=until,
    )


def _periods(cycle: Cycle) -> tuple[str, str, date]:
    """Names of this period and of the next, and the next one's last day; an ad-hoc review has 90 days."""
    if cycle.period_kind == PeriodKind.ADHOC:
        return cycle.name, "thời gian tới", cycle.as_of + timedelta(days=90)
    period = parse_period(cycle.period)
    year_after = date(period.last_day.year + 1, 12, 31)
    following = next_periods([period.kind], period.last_day, year_after)[0]
    return _said(period.name), _said(following.name), following.last_day


def _said(name: str) -> str:
    """A period as a sentence calls it: "năm 2026", "quý I/2026"."""
    return name[0].lower() + name[1:]


def _pieces(session: Session, cycle: Cycle, view: CycleView) -> tuple[Piece, ...]:
    """The prose that counts, in the order of the directory, each piece with its source."""
    signed = {request.agency_code: request.signed for request in view.requests}
    rows = sorted(
        session.exec(
            select(Narrative, Agency)
            .join(Request, col(Request.id) == col(Narrative.request_id))
            .join(Agency, col(Agency.id) == col(Request.agency_id))
            .where(Request.cycle_id == cycle.id)
        ),
        key=lambda row: (row[1].position, row[1].code, row[0].received_at, row[0].id or 0),
    )
    latest: dict[str, tuple[Narrative, Agency, int]] = {}
    for narrative, agency in rows:
        if cycle.closed_at is not None and narrative.received_at > cycle.closed_at:
            continue
        version = latest[agency.code][2] + 1 if agency.code in latest else 1
        latest[agency.code] = narrative, agency, version
    sources = {
        narrative.id: _source(narrative, agency, version, signed.get(agency.code, ""))
        for narrative, agency, version in latest.values()
    }
    parts: dict[int, list[Piece]] = {}
    written = session.execute(
        select(  # type: ignore[call-overload]
            col(NarrativePart.narrative_id),
            col(NarrativePart.code),
            col(NarrativePart.heading),
            col(NarrativePart.text),
            col(NarrativePart.notes),
        )
        .join(Narrative, col(Narrative.id) == col(NarrativePart.narrative_id))
        .join(Request, col(Request.id) == col(Narrative.request_id))
        .where(Request.cycle_id == cycle.id)
        .order_by(col(NarrativePart.narrative_id), col(NarrativePart.position))
    )
    for narrative_id, code, heading, text, notes in written:
        if narrative_id in sources:
            piece = Piece(code, heading, text, notes, sources[narrative_id])
            parts.setdefault(narrative_id, []).append(piece)
    return tuple(
        piece
        for narrative_id in sources
        for piece in parts.get(narrative_id or 0, [])
        if piece.text or piece.notes
    )


def _source(narrative: Narrative, agency: Agency, version: int, signed: str) -> Source:
    which = f", bản thứ {version}" if version > 1 else ""
    came = f"lời văn nhận {vn_instant(narrative.received_at)}{which}"
    paper = f"Báo cáo {signed}; {came}" if signed else f"{came}, sơ bộ (chưa có bản ký)"
    return Source(agency.code, agency.name, f"{agency.name} – {paper}")


def _last_figures(session: Session, cycle: Cycle) -> dict[str, LastFigure]:
    """Row key -> the latest figure that an earlier cycle reported."""
    found: dict[str, LastFigure] = {}
    rows = session.execute(
        select(  # type: ignore[call-overload]
            col(IndicatorReport.raw),
            col(IndicatorReport.value),
            col(Register.code),
            col(Indicator.key),
            col(Cycle.name),
        )
        .join(Submission, col(Submission.id) == col(IndicatorReport.submission_id))
        .join(Request, col(Request.id) == col(Submission.request_id))
        .join(Cycle, col(Cycle.id) == col(Request.cycle_id))
        .join(Indicator, col(Indicator.id) == col(IndicatorReport.indicator_id))
        .join(Register, col(Register.id) == col(Indicator.register_id))
        .where(col(Submission.id).in_(counting_versions()), col(Cycle.as_of) < cycle.as_of)
        .order_by(col(Cycle.as_of), col(Cycle.id), col(Submission.id))
    )
    for raw, value, register, key, name in rows:
        if raw and fold(raw) != NO_FIGURE:
            found[f"{register}/{key}"] = LastFigure(raw, value, name)
    return found


def _contradictions(session: Session, cycle: Cycle) -> tuple[Contradiction, ...]:
    """Those that are not mended; none that speaks of a withheld assignment."""
    rows = session.exec(
        select(Discrepancy, Agency)
        .join(Agency, col(Agency.id) == col(Discrepancy.agency_id), isouter=True)
        .join(Assignment, col(Assignment.id) == col(Discrepancy.assignment_id), isouter=True)
        .where(
            Discrepancy.cycle_id == cycle.id,
            col(Discrepancy.state).in_(UNSETTLED),
            col(Discrepancy.gone_at).is_(None),
            or_(col(Discrepancy.assignment_id).is_(None), col(Assignment.withheld).is_(False)),
        )
    ).all()
    return tuple(
        Contradiction(
            agency=agency.name if agency is not None else "Ban Chỉ đạo",
            kind=one.kind.label,
            source=one.source,
            sentence=one.sentence,
            state=f"{one.state.label}: {one.answer}" if one.answer else one.state.label,
        )
        for one, agency in sorted(rows, key=_order)
    )


def _order(row: tuple[Discrepancy, Agency | None]) -> tuple[int, str]:
    found, agency = row
    return (agency.position if agency is not None else -1), found.key
