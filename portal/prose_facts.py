"""The prose that has come for a request, as the page tells of it: which headings are filled, what to look at."""

from dataclasses import dataclass

from sqlmodel import Session

from models.rules.form import Form
from models.rules.prose.outline import label
from models.time import vn_instant
from tasks.prose.narratives import latest_narrative, texts_of


@dataclass(frozen=True)
class Prose:
    """The latest prose. `missing` names the headings that ask for text and have none; `findings` are what the reader
    has to say of the file."""

    arrival_id: int
    received: str
    asked: int
    missing: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def written(self) -> int:
        return self.asked - len(self.missing)


def prose_of(session: Session, form: Form) -> Prose | None:
    """What there is of the request's prose; None when nothing has come, or the regime asks for none."""
    if form.outline is None:
        return None
    latest = latest_narrative(session, [form.request_id]).get(form.request_id)
    if latest is None:
        return None
    narrative, parts = latest
    texts = texts_of(parts)
    asked = [heading for heading in form.outline.headings if heading.asked]
    return Prose(
        arrival_id=narrative.arrival_id,
        received=vn_instant(narrative.received_at),
        asked=len(asked),
        missing=tuple(label(h) for h in asked if not texts.get(h.code, "").strip()),
        findings=tuple(line for line in narrative.note.split("\n") if line.strip()),
    )
