"""A document of a cycle, stored as it was made. Whoever only sends mail needs no more than this of documents."""

from datetime import datetime

from sqlmodel import Session

from models.codes import DocumentKind
from models.cycle import Cycle, CycleDocument
from tasks.blobs import keep_bytes
from tasks.cycle.cycles import cycle_id_of
from tasks.once import put_once
from tasks.states import record_act


def keep_document(
    session: Session,
    cycle: Cycle,
    kind: DocumentKind,
    name: str,
    content: bytes,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Store a document as made; the same bytes again are neither a new document nor an act."""
    sha256 = keep_bytes(session, content, now)
    document = CycleDocument(
        cycle_id=cycle_id_of(cycle), kind=kind, sha256=sha256, file_name=name, actor=actor, made_at=now
    )
    if put_once(session, document):
        record_act(
            session,
            "lap-van-ban",
            "cycle",
            cycle.id,
            actor=actor,
            now=now,
            after={"tệp": name, "sha256": sha256},
        )
