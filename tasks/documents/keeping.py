"""Documents of a cycle: made, stored as made, and written where the secretariat finds them."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session, select

from models.codes import CycleState, DocumentKind
from models.cycle import Cycle, CycleDocument, Request
from models.directory import Agency
from models.rules.completion import OnBothBases
from models.rules.cycle_view import CycleView
from models.rules.policy import Regime
from models.time import local_day
from tasks.blobs import digest
from tasks.cycle.cycles import CycleFault, registers_of, who_owes
from tasks.cycle.forms import contact_line
from tasks.documents.keep_one import keep_document
from tasks.documents.letter_word import LetterFacts, letter_document
from tasks.documents.report_sheet import report_workbook
from tasks.documents.report_text import read_report_facts
from tasks.documents.report_word import report_document
from tasks.documents.trace_sources import read_sources
from tasks.intake.read_arrival import is_pdf


class Made(NamedTuple):
    """A document that was made and is yet to be kept."""

    kind: DocumentKind
    name: str
    content: bytes


def write_letter(session: Session, cycle: Cycle, folder: Path, *, actor: str, now: datetime) -> Path:
    """The công văn of a cycle: blank number and date while a draft, filled in once it is released."""
    policy = Regime.model_validate(cycle.policy)
    facts = LetterFacts(
        letter=policy.letter,
        cycle_name=cycle.name,
        data_from=cycle.data_from,
        cut_off=cycle.cut_off,
        as_of=cycle.as_of,
        due=cycle.due,
        province_due=cycle.province_due,
        registers=tuple(register.name for register in registers_of(session, cycle)),
        recipients=_recipients(session, cycle, now),
        contact=contact_line(session),
        number=cycle.document_number.partition("-")[0].partition("/")[0],
        day=cycle.document_date,
    )
    if not facts.recipients:
        raise CycleFault(
            "Không cơ quan nào phải báo cáo: hãy kiểm tra danh bạ và danh mục nhiệm vụ (dondoc setup)."
        )
    released = cycle.state != CycleState.DRAFT
    kind = DocumentKind.LETTER if released else DocumentKind.LETTER_DRAFT
    name = f"{'cong-van' if released else 'du-thao-cong-van'}-{cycle.code}.docx"
    return _keep(session, cycle, kind, folder, name, letter_document(facts), actor=actor, now=now)


def _recipients(session: Session, cycle: Cycle, now: datetime) -> tuple[str, ...]:
    """Who is asked: the requests once there are any, before that everyone who owes something."""
    asked = session.exec(
        select(Agency.name).join(Request).where(Request.cycle_id == cycle.id).order_by(Agency.position)  # type: ignore[arg-type]
    ).all()
    if asked:
        return tuple(asked)
    directory, owed = who_owes(session, cycle, local_day(now))
    return tuple(directory.agencies[directory.ids[code]].name for code in owed)


def made_report(
    session: Session,
    cycle: Cycle,
    view: CycleView,
    day: date,
    now: datetime,
    both: OnBothBases | None = None,
) -> tuple[Made, ...]:
    """The report (DOCX) and the annexes (XLSX) of a cycle, their figures true of `day`; `both`: its completion on that
    day, where it is known. Nothing is written: it takes seconds, and no writer has to wait for it."""
    policy = Regime.model_validate(cycle.policy)
    seen_on = local_day(
        cycle.closed_at or now
    )  # a closed cycle gives the same report whenever it is asked for
    facts = read_report_facts(session, cycle, view)
    report = report_document(view, day, policy.letter, seen_on=seen_on, facts=facts, both=both)
    annexes = report_workbook(
        view, day, seen_on=seen_on, sources=read_sources(session, cycle, view), facts=facts, both=both
    )
    return (
        Made(DocumentKind.REPORT, f"bao-cao-{cycle.code}.docx", report),
        Made(DocumentKind.ANNEXES, f"phu-luc-{cycle.code}.xlsx", annexes),
    )


def keep_made(
    session: Session, cycle: Cycle, made: Iterable[Made], folder: Path, *, actor: str, now: datetime
) -> tuple[Path, ...]:
    """Store documents as made, and write their files."""
    return tuple(
        _keep(session, cycle, one.kind, folder, one.name, one.content, actor=actor, now=now) for one in made
    )


def _keep(
    session: Session,
    cycle: Cycle,
    kind: DocumentKind,
    folder: Path,
    name: str,
    content: bytes,
    *,
    actor: str,
    now: datetime,
) -> Path:
    """Store a document's bytes and write its file."""
    keep_document(session, cycle, kind, name, content, actor=actor, now=now)
    path = _place(session, cycle, kind, folder / cycle.code / name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def keep_scan(session: Session, cycle: Cycle, scan: bytes, *, actor: str, now: datetime) -> None:
    """Keep the scan (PDF) of a cycle's signed công văn; the latest one counts. CycleFault when it is no PDF."""
    if not is_pdf(scan):
        raise CycleFault(
            "Bản quét công văn không phải tệp PDF. Chọn bản quét hoặc bản ký số ở định dạng PDF."
        )
    name = f"cong-van-{cycle.code}.pdf"
    keep_document(session, cycle, DocumentKind.LETTER, name, scan, actor=actor, now=now)


def _place(session: Session, cycle: Cycle, kind: DocumentKind, path: Path) -> Path:
    """Where a document is written: over what we wrote there before, never over what somebody has edited since."""
    ours = set(
        session.exec(
            select(CycleDocument.sha256).where(CycleDocument.cycle_id == cycle.id, CycleDocument.kind == kind)
        )
    )
    place = path
    number = 1
    while place.exists() and digest(place.read_bytes()) not in ours:
        number += 1
        place = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return place
