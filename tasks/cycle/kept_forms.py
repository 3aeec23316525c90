"""Forms that were read a moment ago, kept in the process: an agency that looks at its page, hands in and reads the
verdict asks for the same form three times within minutes.

Whoever takes one asks the database whether it is still that form: what it says hangs on the request, its cycle and
agency, and on where its assignments stand (tasks.cycle.assignment_standing). All else in it is frozen.
"""

from dataclasses import replace
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlmodel import Session

from models.cycle import Cycle, Request
from models.directory import Agency
from tasks.cycle.forms import FormFacts, form_facts

MOST = 1_000
"""Forms that are kept for a database, some 20 kB each; the one that was put away first goes first."""

_KEPT: WeakKeyDictionary[sa.Pool, dict[int, FormFacts]] = WeakKeyDictionary()
_LOCK = Lock()


def kept_facts(session: Session, request_id: int) -> FormFacts | None:
    """What was read of a request's form last, its contact left open; it may have changed since."""
    return _KEPT.get(_database(session), {}).get(request_id)


def keep_facts(session: Session, facts: FormFacts) -> None:
    """Keep what has just been read."""
    facts = replace(facts, form=replace(facts.form, contact=""))
    with _LOCK:
        kept = _KEPT.setdefault(_database(session), {})
        kept.pop(facts.form.request_id, None)
        kept[facts.form.request_id] = facts
        if len(kept) > MOST:
            del kept[next(iter(kept))]


def form_now(
    session: Session, request: Request, cycle: Cycle, agency: Agency, standing: frozenset[str], contact: str
) -> FormFacts:
    """The form of a request as it is now. `standing`: where its assignments stand now; `contact`: whom it names."""
    facts = kept_facts(session, request.id or 0)
    if facts is None or not _is_still(facts, request, cycle, agency, standing):
        facts = form_facts(session, [request.id or 0], contact="")[request.id or 0]
        keep_facts(session, facts)
    return replace(facts, form=replace(facts.form, contact=contact))


def _is_still(
    facts: FormFacts, request: Request, cycle: Cycle, agency: Agency, standing: frozenset[str]
) -> bool:
    form = facts.form
    return (
        facts.standing,
        facts.last_submission_id,
        form.version,
        form.due,
        form.cycle_name,
        form.data_from,
        form.as_of,
        form.agency_code,
        form.agency_name,
    ) == (
        standing,
        request.last_submission_id,
        request.form_version,
        request.due,
        cycle.name,
        cycle.data_from,
        cycle.as_of,
        agency.code,
        agency.name,
    )


def _database(session: Session) -> sa.Pool:
    return session.get_bind().engine.pool
