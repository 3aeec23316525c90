"""What the letters that send out forms are written from, read together for those that go next: one by one, each costs
half a dozen questions to the database.

Only of requests that have not gone out yet. What was read a moment ago still speaks while its request and its workbook
are the same: every act that changes what such a form says (withheld, a deadline moved, more time) takes the workbook
back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic

import sqlalchemy as sa
from sqlmodel import Session, col, select

from models.codes import RequestState
from models.cycle import Request
from models.rules.form import Form
from models.submission import Blob, Narrative, Submission
from tasks.cycle.agency_acts import last_promises
from tasks.cycle.forms import form_facts
from tasks.sending.lanes import in_lane

MOST = 64
"""Requests that are read together. The first time it is one, then two, four...: most rounds have a letter or two."""
SECONDS = 10.0
"""So long what was read together speaks; then it is read anew, however slow the mail server is."""


@dataclass(frozen=True)
class Planned:
    """What is known of a request that is to go out: its form, the workbook (b"" where it was withdrawn, and is to be
    written anew), whether nothing has come for it yet, and the promise that stands."""

    form: Form
    workbook: bytes
    untouched: bool
    promised: date | None


class FormsAhead:
    """Gives what is known of planned requests, as they come one after the other; for one sender's round, or for its
    lane of it."""

    def __init__(self, clock: Callable[[], float] = monotonic, lane: int | None = None) -> None:
        self._clock = clock
        self._lane = lane
        self._together = 1
        self._read_at = 0.0
        self._known: dict[int, tuple[str | None, Planned]] = {}

    def of(self, session: Session, request: Request, contact: str) -> Planned:
        """What is known of a planned request; its form as forms_of gives it, `contact` the contact's line on it."""
        known = self._known.get(request.id or 0)
        if known is None or not self._speaks(known, request):
            self._read(session, request, contact)
            known = self._known[request.id or 0]
        return known[1]

    def _speaks(self, known: tuple[str | None, Planned], request: Request) -> bool:
        sha256, planned = known
        return (
            request.state == RequestState.PLANNED
            and sha256 is not None
            and (sha256, planned.form.version, planned.form.due)
            == (request.form_sha256, request.form_version, request.due)
            and self._clock() - self._read_at < SECONDS
        )

    def _read(self, session: Session, request: Request, contact: str) -> None:
        """This request and the planned ones after it. Their workbooks are noted first: a form that changes while it is
        read is another one when it is asked for."""
        after = [col(Request.id) > request.id, col(Request.state) == RequestState.PLANNED]
        if self._lane is not None:
            after.append(in_lane(Request.agency_id, self._lane))
        sums = dict(
            session.exec(
                select(Request.id, Request.form_sha256)
                .where(
                    Request.cycle_id == request.cycle_id,
                    (col(Request.id) == request.id) | sa.and_(*after),
                )
                .order_by(col(Request.id))
                .limit(self._together)
            ).all()
        )
        self._together = min(2 * self._together, MOST)
        self._read_at = self._clock()
        ids = [one or 0 for one in sums]
        workbooks = _workbooks(session, [sha256 for sha256 in sums.values() if sha256])
        promises = last_promises(session, ids)
        touched = _touched(session, ids)
        self._known = {
            one: (
                sums[one],
                Planned(
                    form=found.form,
                    workbook=workbooks.get(sums[one] or "", b""),
                    untouched=one not in touched,
                    promised=promises.get(one),
                ),
            )
            for one, found in form_facts(session, ids, contact).items()
        }


def _workbooks(session: Session, sums: Sequence[str]) -> Mapping[str, bytes]:
    """Hash -> bytes."""
    return dict(session.execute(_CONTENTS, {"sums": sums}).tuples().all())


def _touched(session: Session, request_ids: Sequence[int]) -> frozenset[int]:
    """Those of these requests for which prose or a version has come."""
    return frozenset(session.execute(_TOUCHED, {"ids": request_ids}).scalars())


_CONTENTS = sa.select(col(Blob.sha256), col(Blob.content)).where(
    col(Blob.sha256).in_(sa.bindparam("sums", expanding=True))
)
_TOUCHED = sa.union_all(
    *(
        sa.select(col(table.request_id)).where(col(table.request_id).in_(sa.bindparam("ids", expanding=True)))
        for table in (Narrative, Submission)
    )
)
