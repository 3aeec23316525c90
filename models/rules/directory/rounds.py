"""A round of confirming contacts ("xác nhận đầu mối"): how long it runs, when it reminds, what an agency proposes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from models.codes import ContactState, PersonRole
from models.rules.directory.contact_fields import ContactFields
from models.rules.workdays import WorkCalendar
from models.time import end_of, local_day

SHORTEST = timedelta(days=1)
LONGEST = timedelta(days=60)
REMINDED_BEFORE = 1
"""Working days before the last day on which who has not answered is reminded."""
OPEN_TO_ANSWERS = (ContactState.ASKED, ContactState.CONFIRMED, ContactState.PROPOSED)
"""States in which an agency may answer, or answer otherwise: nobody has decided yet."""


def is_over(answer_by: date, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a round takes no more answers: ended by a person, or past its last day."""
    return ended_at is not None or now >= end_of(answer_by)


def reminds_on(answer_by: date, started_at: datetime, calendar: WorkCalendar) -> date | None:
    """The day on which who has not answered is reminded; None in a round too short to remind anybody."""
    day = calendar.add(answer_by, -REMINDED_BEFORE)
    return day if day > local_day(started_at) else None


@dataclass(frozen=True)
class Proposal:
    """What an agency proposes about one contact: another text (`fields`), somebody new, or that somebody has left.

    `person_id` is None of somebody new; `leaves`: no longer to be written to.
    """

    fields: ContactFields
    person_id: int | None = None
    leaves: bool = False


def as_json(proposals: Sequence[Proposal], note: str) -> dict[str, Any]:
    """Proposals as they are kept (ContactCheck.proposed)."""
    return {
        "people": [
            {
                "person": one.person_id,
                "leaves": one.leaves,
                "role": one.fields.role.value,
                "name": one.fields.name,
                "title": one.fields.title,
                "email": one.fields.email,
                "phone": one.fields.phone,
            }
            for one in proposals
        ],
        "note": note,
    }


def from_json(kept: dict[str, Any] | None) -> tuple[tuple[Proposal, ...], str]:
    """Proposals and the note with them, from what was kept."""
    kept = kept or {}
    people = tuple(
        Proposal(
            ContactFields(PersonRole(one["role"]), one["name"], one["title"], one["email"], one["phone"]),
            one["person"],
            one["leaves"],
        )
        for one in kept.get("people", ())
    )
    return people, str(kept.get("note", ""))
