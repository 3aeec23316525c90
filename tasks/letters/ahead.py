"""The forms that are sent next, read together: one by one, each costs three questions to the database.

Only of requests that have not gone out yet. A form of theirs that was read a moment ago still speaks while its request
and its workbook are the same: every act that changes what such a form says (withheld, a deadline moved, more time)
takes the workbook back.
"""

from collections.abc import Callable
from time import monotonic

from sqlmodel import Session, col, select

from models.codes import RequestState
from models.cycle import Request
from models.rules.form import Form
from tasks.cycle.forms import form_facts

MOST = 64
"""Forms that are read together. The first time it is one, then two, four...: most rounds have a letter or two."""
SECONDS = 10.0
"""So long what was read together speaks; then it is read anew, however slow the mail server is."""


class FormsAhead:
    """Gives the forms of planned requests, as they come one after the other; for one sender's round."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._together = 1
        self._read_at = 0.0
        self._known: dict[int, tuple[str | None, Form]] = {}

    def form(self, session: Session, request: Request, contact: str) -> Form:
        """The form of a planned request, as forms_of gives it; `contact` is the contact's line on it."""
        known = self._known.get(request.id or 0)
        if known is None or not self._speaks(known, request):
            self._read(session, request, contact)
            known = self._known[request.id or 0]
        return known[1]

    def _speaks(self, known: tuple[str | None, Form], request: Request) -> bool:
        sha256, form = known
        return (
            sha256 is not None
            and (sha256, form.version, form.due) == (request.form_sha256, request.form_version, request.due)
            and self._clock() - self._read_at < SECONDS
        )

    def _read(self, session: Session, request: Request, contact: str) -> None:
        """This form and those of the planned requests after it. Their workbooks are noted first: a form that changes
        while it is read is another one when it is asked for."""
        sums = dict(
            session.exec(
                select(Request.id, Request.form_sha256)
                .where(
                    Request.cycle_id == request.cycle_id,
                    (col(Request.id) == request.id)
                    | (col(Request.id) > request.id) & (col(Request.state) == RequestState.PLANNED),
                )
                .order_by(col(Request.id))
                .limit(self._together)
            ).all()
        )
        self._together = min(2 * self._together, MOST)
        self._read_at = self._clock()
        facts = form_facts(session, [one or 0 for one in sums], contact)
        self._known = {one: (sums[one], found.form) for one, found in facts.items()}
