"""The issued report of a cycle: its number, day, signer and files, and where its Word file differs from what we wrote.

Append-only: recorded again it is a correction, and the latest one stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from models.codes import CycleState, DocumentKind
from models.cycle import Cycle, CycleDocument
from models.fault import Fault
from models.publication import Publication, PublicationDifference
from models.rules.publication.compare import Comparison, compare
from models.rules.text import clean, clean_lines
from models.time import local_day, vn_date, vn_instant
from tasks.blobs import bytes_of, keep_bytes
from tasks.cycle.cycles import find_cycle
from tasks.intake.read_arrival import is_pdf
from tasks.publication.read_word import read_report
from tasks.states import record_act

MOST_DIFFERENCES = 500
LEAST_KEPT = 0.05
"""A file in which less than this of our report is found is another document."""
LONGEST_NUMBER, LONGEST_SIGNER, LONGEST_NOTE = 100, 200, 2000


class PublicationFault(Fault):
    """A publication that makes no sense as it is told; the message says what is wrong and what to write instead."""


@dataclass(frozen=True)
class File:
    """A file as it was chosen."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Issued:
    """What is told of an issued report."""

    number: str
    signed_on: date
    signer: str
    pdf: File | None = None
    word: File | None = None
    note: str = ""


@dataclass(frozen=True)
class Recorded:
    """A publication with the differences found in its Word file; `is_new` unless it was recorded just so before."""

    publication: Publication
    differences: Sequence[PublicationDifference]
    is_new: bool

    @property
    def figures(self) -> int:
        """How many figures were changed by hand."""
        return sum(difference.figures for difference in self.differences)


def record_publication(
    session: Session,
    cycle_code: str,
    issued: Issued,
    *,
    actor: str,
    now: datetime,
    compared_id: int | None = None,
) -> Recorded:
    """Record that a cycle's report was issued, and hold its Word file against our latest report (or the one chosen).

    A file that is not given again is taken over from the record that stood. Recorded again with nothing changed it is
    the same record. PublicationFault when it cannot be so; a wrong Word file refuses all of it.
    """
    cycle = find_cycle(session, cycle_code)
    session.refresh(cycle, with_for_update=True)  # of two at once the second sees what the first recorded
    before = latest_publication(session, cycle)
    number, signer = clean(issued.number), clean(issued.signer)
    note = clean_lines(issued.note)[:LONGEST_NOTE]
    _sensible(cycle, number, issued.signed_on, signer, now)
    _right_files(issued, before)
    comparison = compared = None
    if issued.word is not None:
        compared = _ours(session, cycle, compared_id)
        comparison = _held_against(session, compared, issued.word) if compared is not None else None
    publication = Publication(
        cycle_id=cycle.id or 0,
        number=number,
        signed_on=issued.signed_on,
        signer=signer,
        **_kept(session, "pdf", issued.pdf, before, now),
        **_kept(session, "word", issued.word, before, now),
        compared_id=compared.id if compared else before.compared_id if before and not issued.word else None,
        note=note,
        actor=actor,
        at=now,
    )
    if before is not None and _same(before, publication):
        return Recorded(before, differences_of(session, before), is_new=False)
    session.add(publication)
    session.flush()
    if comparison is not None:
        _put_differences(session, publication, comparison)
    elif before is not None and issued.word is None:
        _take_over(session, publication, before)
    record_act(
        session,
        "dinh-chinh-cong-bo" if before else "ghi-cong-bo",
        "cycle",
        cycle.id,
        actor=actor,
        now=now,
        reason=note,
        before=_told(before) if before else None,
        after=_told(publication),
    )
    session.flush()
    return Recorded(publication, differences_of(session, publication), is_new=True)


def compare_with_ours(
    session: Session, cycle_code: str, word: File, compared_id: int | None = None
) -> tuple[Comparison, CycleDocument]:
    """Hold a Word file against our report of a cycle without recording anything."""
    cycle = find_cycle(session, cycle_code)
    ours = _ours(session, cycle, compared_id)
    if ours is None:
        raise PublicationFault(
            f"Kỳ {cycle_code} chưa có báo cáo do phần mềm lập để đối chiếu (dondoc consolidate {cycle_code})."
        )
    return _held_against(session, ours, word), ours


def latest_publication(session: Session, cycle: Cycle) -> Publication | None:
    """The publication of a cycle that stands."""
    return session.exec(
        select(Publication)
        .where(Publication.cycle_id == cycle.id)
        .order_by(col(Publication.id).desc())
        .limit(1)
    ).first()


def all_publications(session: Session, cycle: Cycle) -> list[Publication]:
    """Every record of a cycle's publication, the latest (which stands) first."""
    return list(
        session.exec(
            select(Publication).where(Publication.cycle_id == cycle.id).order_by(col(Publication.id).desc())
        )
    )


def published_sentences(session: Session) -> dict[int, str]:
    """Cycle id -> "Báo cáo số 125-BC/BCĐ ngày 25/3/2026, Lò Văn A ký" of the cycles that are published."""
    rows = session.exec(select(Publication).order_by(col(Publication.id)))
    return {publication.cycle_id: published_sentence(publication) for publication in rows}


def published_sentence(publication: Publication) -> str:
    """How a page says that a cycle is published."""
    return f"Báo cáo số {publication.number} ngày {vn_date(publication.signed_on)}, {publication.signer} ký"


def differences_of(session: Session, publication: Publication) -> list[PublicationDifference]:
    """The differences found in a publication's Word file, in the order of the document."""
    return list(
        session.exec(
            select(PublicationDifference)
            .where(PublicationDifference.publication_id == publication.id)
            .order_by(col(PublicationDifference.position))
        )
    )


def reports_of(session: Session, cycle: Cycle) -> list[CycleDocument]:
    """The reports that were written of a cycle, the latest first."""
    return list(
        session.exec(
            select(CycleDocument)
            .where(CycleDocument.cycle_id == cycle.id, CycleDocument.kind == DocumentKind.REPORT)
            .order_by(col(CycleDocument.made_at).desc(), col(CycleDocument.id).desc())
        )
    )


def _kept(
    session: Session, kind: str, file: File | None, before: Publication | None, now: datetime
) -> dict[str, Any]:
    """The hash and the name of a file: of the one given, else of the one that there was."""
    if file is not None:
        return {f"{kind}_sha256": keep_bytes(session, file.content, now), f"{kind}_name": file.name[:300]}
    names = (f"{kind}_sha256", f"{kind}_name")
    return {name: getattr(before, name) for name in names} if before is not None else {}


def _ours(session: Session, cycle: Cycle, compared_id: int | None) -> CycleDocument | None:
    """The report to hold against: the one chosen, else our latest; None when we have written none."""
    reports = reports_of(session, cycle)
    if compared_id is None:
        return reports[0] if reports else None
    chosen = next((report for report in reports if report.id == compared_id), None)
    if chosen is None:
        known = ", ".join(f"{report.id} (lập lúc {vn_instant(report.made_at)})" for report in reports)
        raise PublicationFault(
            f"Kỳ {cycle.code} không có báo cáo số {compared_id} để đối chiếu. Các bản hiện có: {known or 'không có'}."
        )
    return chosen


def _held_against(session: Session, ours: CycleDocument, word: File) -> Comparison:
    theirs = read_report(word.content, word.name)
    comparison = compare(read_report(bytes_of(session, ours.sha256), ours.file_name), theirs)
    if comparison.kept < LEAST_KEPT:
        raise PublicationFault(
            f"Tệp “{word.name}” không có đoạn nào của báo cáo đã lập cho kỳ này: có thể chọn nhầm tệp. Chọn "
            "đúng tệp Word của báo cáo đã ký."
        )
    return comparison


def _put_differences(session: Session, publication: Publication, comparison: Comparison) -> None:
    """Figures first where there are too many to keep all of them."""
    kept = set((*comparison.figures, *comparison.words)[:MOST_DIFFERENCES])
    in_order = [difference for difference in comparison.differences if difference in kept]
    for position, difference in enumerate(in_order):
        session.add(
            PublicationDifference(
                publication_id=publication.id or 0,
                position=position,
                place=difference.place[:300],
                ours=difference.ours,
                theirs=difference.theirs,
                figures=difference.figures,
            )
        )


def _take_over(session: Session, publication: Publication, before: Publication) -> None:
    for difference in differences_of(session, before):
        session.add(
            PublicationDifference(
                **{
                    **difference.model_dump(exclude={"id"}),
                    "publication_id": publication.id,
                }
            )
        )


def _same(before: Publication, after: Publication) -> bool:
    left_out = {"id", "actor", "at", "pdf_name", "word_name"}
    return before.model_dump(exclude=left_out) == after.model_dump(exclude=left_out)


def _told(publication: Publication) -> dict[str, str]:
    return {
        "số": publication.number,
        "ngày ký": str(publication.signed_on),
        "người ký": publication.signer,
        "PDF": publication.pdf_sha256 or "",
        "Word": publication.word_sha256 or "",
    }


def _right_files(issued: Issued, before: Publication | None) -> None:
    if issued.pdf is None and (before is None or before.pdf_sha256 is None):
        raise PublicationFault("Chưa chọn bản PDF của báo cáo đã ký. Chọn bản quét hoặc bản ký số.")
    if issued.pdf is not None and not is_pdf(issued.pdf.content):
        raise PublicationFault(
            f"Tệp “{issued.pdf.name}” không phải tệp PDF. Chọn bản quét hoặc bản ký số ở định dạng PDF."
        )


def _sensible(cycle: Cycle, number: str, signed_on: date, signer: str, now: datetime) -> None:
    if cycle.state == CycleState.DRAFT:
        raise PublicationFault(f"Kỳ {cycle.code} còn là dự thảo, chưa thu báo cáo nên chưa thể công bố.")
    if not any(letter.isdigit() for letter in number) or len(number) > LONGEST_NUMBER:
        raise PublicationFault("Chưa rõ số báo cáo. Ghi đúng như trên bản ký, ví dụ 125-BC/BCĐ.")
    if signed_on > local_day(now):
        raise PublicationFault(f"Ngày ký {vn_date(signed_on)} chưa đến. Xem lại ngày ghi trên bản ký.")
    if signed_on < cycle.as_of:
        raise PublicationFault(
            f"Ngày ký {vn_date(signed_on)} trước ngày chốt số liệu của kỳ ({vn_date(cycle.as_of)}): có thể là báo cáo "
            "của kỳ trước. Xem lại ngày, hoặc chọn đúng kỳ."
        )
    if not any(letter.isalpha() for letter in signer) or len(signer) > LONGEST_SIGNER:
        raise PublicationFault("Chưa rõ người ký. Ghi họ tên, có thể kèm chức vụ.")
