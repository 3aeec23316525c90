"""The draft of a report that is being typed on the page: kept on the server with every save."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.agency_act import Draft
from tasks.once import put_once


@dataclass(frozen=True)
class Saved:
    """What became of a save: its revision, and what somebody else had typed meanwhile where it differs.

    With `others` nothing was written: whoever saves decides, having seen both.
    """

    revision: int
    others: dict[str, str]


def save_draft(
    session: Session, request_id: int, texts: Mapping[str, str], seen: int, now: datetime
) -> Saved:
    """Keep what was typed. `seen` is the revision that the page was filled from (0: there was none)."""
    first = Draft(request_id=request_id, texts=dict(texts), revision=1, saved_at=now)
    if put_once(session, first):
        return Saved(1, {})
    draft = session.get_one(Draft, request_id, with_for_update=True, populate_existing=True)
    differing = {
        name: draft.texts.get(name, "")
        for name in {*draft.texts, *texts}
        if draft.texts.get(name, "") != texts.get(name, "")
    }
    if not differing:
        return Saved(draft.revision, {})
    if seen != draft.revision:
        return Saved(draft.revision, differing)
    draft.texts = dict(texts)
    draft.revision += 1
    draft.saved_at = now
    session.add(draft)
    return Saved(draft.revision, {})
