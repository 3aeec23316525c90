"""The prose of reports: put down piece by piece as it came, and found again for the page and the next outline."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.rules.annexes.annex import Outline
from models.rules.prose.outline import label
from models.rules.prose.prose import split_notes
from models.submission import Arrival, Narrative, NarrativePart
from tasks.once import put_once
from tasks.prose.outline_read import BACK, FRONT, MARGINS, Part

_FRAME = frozenset({FRONT, BACK, MARGINS})


def put_narrative(
    session: Session,
    request_id: int,
    arrival: Arrival,
    parts: Sequence[Part],
    findings: Iterable[str],
    now: datetime,
) -> Narrative | None:
    """The prose of an arrival as a narrative of this request; None when nobody wrote any.

    Once an arrival: a second time gives the narrative that is there. A letterhead or a signature block alone is no
    prose. `now` counts where the arrival does not say when it came.
    """
    if not any(part.text or part.notes for part in parts if part.code or part.heading not in _FRAME):
        return None
    narrative = Narrative(
        request_id=request_id,
        arrival_id=arrival.id or 0,
        received_at=arrival.received_at or now,
        note="\n".join(findings),
    )
    if not put_once(session, narrative):
        return session.exec(
            select(Narrative).where(
                Narrative.request_id == request_id, Narrative.arrival_id == narrative.arrival_id
            )
        ).one()
    kept = [part for part in parts if part.text or part.notes or not part.code]
    for position, part in enumerate(kept):
        session.add(
            NarrativePart(
                narrative_id=narrative.id or 0,
                position=position,
                code=part.code,
                heading=part.heading,
                text=part.text,
                notes=part.notes,
            )
        )
    session.flush()
    return narrative


_NARRATIVES = (  # asked for every letter, so put together once
    select(Narrative)
    .where(col(Narrative.request_id).in_(sa.bindparam("ids", expanding=True)))
    .order_by(col(Narrative.received_at), col(Narrative.id))
)


def latest_narrative(
    session: Session, request_ids: Sequence[int]
) -> dict[int, tuple[Narrative, list[NarrativePart]]]:
    """Request id -> its narrative that counts, the latest received, with its parts in order; in two queries."""
    latest = {
        narrative.request_id: narrative
        for narrative in session.exec(_NARRATIVES, params={"ids": request_ids})
    }
    if not latest:
        return {}
    parts: dict[int, list[NarrativePart]] = {}
    for part in session.exec(
        select(NarrativePart)
        .where(col(NarrativePart.narrative_id).in_([narrative.id for narrative in latest.values()]))
        .order_by(col(NarrativePart.narrative_id), col(NarrativePart.position))
    ):
        parts.setdefault(part.narrative_id, []).append(part)
    return {
        request_id: (narrative, parts.get(narrative.id or 0, [])) for request_id, narrative in latest.items()
    }


def texts_of(parts: Iterable[Part | NarrativePart]) -> dict[str, str]:
    """Code of the heading -> its prose with the notes below it, for the page and the next outline.

    Parts under no heading of the outline are not here: they belong in no field.
    """
    texts: dict[str, list[str]] = {}
    for part in parts:
        if part.code:
            texts.setdefault(part.code, []).extend(text for text in (part.text, part.notes) if text)
    return {code: "\n".join(pieces) for code, pieces in texts.items() if pieces}


def parts_from_texts(outline: Outline, texts: Mapping[str, str]) -> tuple[Part, ...]:
    """The prose that came by fields (the page, a workbook) as parts, in the outline's order.

    A field that the outline does not know is kept without code.
    """
    known = [
        Part(heading.code, label(heading), *split_notes(texts[heading.code]))
        for heading in outline.headings
        if texts.get(heading.code)
    ]
    codes = {heading.code for heading in outline.headings}
    return (*known, *(Part("", code, text) for code, text in texts.items() if code not in codes and text))
