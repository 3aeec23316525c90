"""Reports of a cycle on other levels than the whole: one agency, one section, two periods.

Each is made from one look at the database, without keeping a writer waiting; then it is kept as made, and written where
the secretariat finds it.
"""

from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, select

from models.codes import CycleState, DocumentKind
from models.cycle import Cycle, CycleRegister
from models.rules.policy import Letter, Regime
from models.rules.report_compare.compare import Comparison, compare
from models.time import local_day
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import CycleFault, find_cycle
from tasks.documents.agency_report import agency_document, agency_workbook
from tasks.documents.comparison_report import comparison_document, comparison_workbook
from tasks.documents.keeping import Made, keep_made
from tasks.documents.section_report import section_document, section_workbook
from tasks.documents.trace_sources import read_sources
from tasks.store import Store


def write_agency_report(
    store: Store, code: str, agency_code: str, folder: Path, *, actor: str, now: datetime
) -> tuple[Path, ...]:
    """The sheet of one agency, in Word and Excel; LevelFault when the cycle knows no such agency."""
    with store.reading() as session:
        cycle = _with_something(session, code)
        view = read_cycle(session, cycle)
        sources = read_sources(session, cycle, view)
    day, seen_on = cycle.as_of, seen_day(cycle, now)
    return _keep_both(
        store,
        code,
        DocumentKind.AGENCY_RESULT,
        folder,
        f"ket-qua-{agency_code}-{code}",
        agency_document(view, agency_code, day, letter_of(cycle), seen_on=seen_on),
        agency_workbook(view, agency_code, day, seen_on=seen_on, sources=sources),
        actor=actor,
        now=now,
    )


def write_section_report(
    store: Store, code: str, section_code: str, folder: Path, *, actor: str, now: datetime
) -> tuple[Path, ...]:
    """The report of one section, in Word and Excel; LevelFault when the cycle has no such section."""
    with store.reading() as session:
        cycle = _with_something(session, code)
        view = read_cycle(session, cycle)
        sources = read_sources(session, cycle, view)
    day, seen_on = cycle.as_of, seen_day(cycle, now)
    return _keep_both(
        store,
        code,
        DocumentKind.SECTION_RESULT,
        folder,
        f"linh-vuc-{section_code.replace('/', '-')}-{code}",
        section_document(view, section_code, day, letter_of(cycle), seen_on=seen_on),
        section_workbook(view, section_code, day, seen_on=seen_on, sources=sources),
        actor=actor,
        now=now,
    )


def write_comparison(
    store: Store, code: str, earlier_code: str, folder: Path, *, actor: str, now: datetime
) -> tuple[str, tuple[Path, ...]]:
    """A cycle held against an earlier one ("": the one before it), in Word and Excel. Returns the earlier one's code,
    too; CycleFault when there is none, or it is the later."""
    with store.reading() as session:
        cycle = _with_something(session, code)
        earlier = find_cycle(session, earlier_code) if earlier_code else cycle_before(session, cycle)
        found = comparison_of(session, cycle, earlier, now)
    return earlier.code, _keep_both(
        store,
        code,
        DocumentKind.COMPARISON,
        folder,
        f"so-sanh-{code}-voi-{earlier.code}",
        comparison_document(found, letter_of(cycle), cycle.as_of),
        comparison_workbook(found),
        actor=actor,
        now=now,
    )


def comparison_of(session: Session, cycle: Cycle, earlier: Cycle, now: datetime) -> Comparison:
    """Two cycles held against each other; CycleFault when there is nothing to compare, or the earlier is the later."""
    _has_something(cycle)
    _has_something(earlier)
    if earlier.as_of >= cycle.as_of:
        raise CycleFault(
            f"Kỳ {earlier.code} không trước kỳ {cycle.code}: hãy chọn kỳ có ngày chốt số liệu sớm hơn."
        )
    return compare(
        read_cycle(session, earlier),
        read_cycle(session, cycle),
        seen_day(earlier, now),
        seen_day(cycle, now),
    )


def earlier_cycles(session: Session, cycle: Cycle) -> list[Cycle]:
    """The cycles that this one can be held against: released before it, of a register it has, too; the latest first."""
    registers = select(CycleRegister.register_id).where(CycleRegister.cycle_id == cycle.id)
    return list(
        session.exec(
            select(Cycle)
            .where(
                col(Cycle.as_of) < cycle.as_of,
                Cycle.state != CycleState.DRAFT,
                col(Cycle.id).in_(
                    select(CycleRegister.cycle_id).where(col(CycleRegister.register_id).in_(registers))
                ),
            )
            .order_by(col(Cycle.as_of).desc(), col(Cycle.id).desc())
        )
    )


def cycle_before(session: Session, cycle: Cycle) -> Cycle:
    """The cycle that this one is held against unless another is named; CycleFault when there is none."""
    found = earlier_cycles(session, cycle)
    if not found:
        raise CycleFault(f"Chưa có kỳ nào trước kỳ {cycle.code} để so sánh.")
    return found[0]


def seen_day(cycle: Cycle, now: datetime) -> date:
    """The day on which submissions are looked at: of a closed cycle that of its closing, for ever."""
    return local_day(cycle.closed_at or now)


def letter_of(cycle: Cycle) -> Letter:
    """What stands in the head and at the foot of a cycle's documents."""
    return Regime.model_validate(cycle.policy).letter


def _with_something(session: Session, code: str) -> Cycle:
    cycle = find_cycle(session, code)
    _has_something(cycle)
    return cycle


def _has_something(cycle: Cycle) -> None:
    if cycle.state == CycleState.DRAFT:
        raise CycleFault(f"Kỳ {cycle.code} còn là dự thảo, chưa có gì để tổng hợp.")


def _keep_both(
    store: Store,
    code: str,
    kind: DocumentKind,
    folder: Path,
    name: str,
    document: bytes,
    workbook: bytes,
    *,
    actor: str,
    now: datetime,
) -> tuple[Path, ...]:
    made = (Made(kind, f"{name}.docx", document), Made(kind, f"{name}.xlsx", workbook))
    with store.writing() as session:
        return keep_made(session, find_cycle(session, code), made, folder, actor=actor, now=now)
