"""The documents of a cycle as they were made: found again, for downloading, as PDF."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from models.codes import DocumentKind
from models.cycle import Cycle, CycleDocument
from models.fault import Fault
from models.submission import Blob
from tasks.cycle.cycles import find_cycle
from tasks.documents.pdf import to_pdf
from tasks.office import Office

REPORTS = frozenset(
    {
        DocumentKind.REPORT,
        DocumentKind.ANNEXES,
        DocumentKind.AGENCY_RESULT,
        DocumentKind.SECTION_RESULT,
        DocumentKind.COMPARISON,
    }
)


class NotKept(Fault):
    """A document that a cycle does not have; the message lists what it has."""


@dataclass(frozen=True)
class Kept:
    """One document as it was made. `latest`: none of the same name was made after it."""

    id: int
    kind: DocumentKind
    file_name: str
    made_at: datetime
    actor: str
    latest: bool


def documents_of(session: Session, cycle: Cycle, kinds: Collection[DocumentKind] = REPORTS) -> list[Kept]:
    """The documents of a cycle, the newest first; of one moment the Word file before its workbook."""
    rows = session.exec(
        select(CycleDocument)
        .where(CycleDocument.cycle_id == cycle.id, col(CycleDocument.kind).in_(kinds))
        .order_by(col(CycleDocument.id).desc())
    )
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append(
            Kept(row.id or 0, row.kind, row.file_name, row.made_at, row.actor, row.file_name not in seen)
        )
        seen.add(row.file_name)
    return sorted(found, key=lambda one: (-one.made_at.timestamp(), one.file_name))


def content_of(session: Session, cycle: Cycle, document_id: int) -> tuple[str, bytes]:
    """Name and bytes of one document of this cycle; NotKept when it is none of its reports."""
    row = session.exec(
        select(CycleDocument.file_name, Blob.content)
        .join(Blob, col(Blob.sha256) == col(CycleDocument.sha256))
        .where(
            CycleDocument.id == document_id,
            CycleDocument.cycle_id == cycle.id,
            col(CycleDocument.kind).in_(REPORTS),
        )
    ).first()
    if row is None:
        raise NotKept(f"Kỳ {cycle.code} không có văn bản số {document_id}. Tải lại trang rồi chọn lại.")
    return row


def write_pdf(office: Office, code: str, file_name: str = "") -> Path:
    """The latest document of this name ("": the consolidated report) as PDF, in the cycle's folder `pdf`, over what
    was made there before.

    NotKept when there is none, PdfFault when LibreOffice is not there or cannot do it.
    """
    with office.store.reading() as session:
        cycle = find_cycle(session, code)
        kept = [one for one in documents_of(session, cycle) if one.latest]
        wanted = [one for one in kept if one.file_name == file_name] or [
            one for one in kept if not file_name and one.kind is DocumentKind.REPORT
        ]
        if not wanted:
            names = ", ".join(one.file_name for one in kept)
            raise NotKept(
                f"Kỳ {code} chưa lập {file_name or 'báo cáo tổng hợp'}. "
                + (f"Đã lập: {names}." if names else f"Lập trước: dondoc consolidate {code}")
            )
        name, content = content_of(session, cycle, wanted[0].id)
    pdf = to_pdf(office.settings, name, content)
    path = office.settings.reports / code / "pdf" / f"{Path(name).stem}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf)
    return path
