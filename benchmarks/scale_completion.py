"""Completion over everything: a cycle of a country, with twelve cycles of history, read and counted in every cut.

Measured: tasks.cycle.cycle_view.read_cycle on the newest cycle (what is declared in it, what was completed in the
eleven before, confirmations, deadlines, who was asked), models.rules.completion.completion_on_both (by register,
section, quarter and agency; by what is declared and by what is confirmed) and cycle_rates. Not measured: opening the
database, and importing. An item is an assignment.
"""

from pathlib import Path

import sqlalchemy as sa

from benchmarks import country
from benchmarks.apart import Measured, clocked
from benchmarks.country import NEWEST, office_at
from models.codes import AssignmentClass
from models.rules.completion import completion_on_both, cycle_rates
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import find_cycle

prepare = country.prepare


def dondoc(home: Path, url: str, size: int) -> Measured:  # noqa: ARG001 - the country says it
    """All cuts of the newest cycle."""
    office = office_at(home, url)
    asked: list[str] = []
    sa.event.listen(office.store.engine, "before_cursor_execute", lambda *how: asked.append(how[2]))
    with clocked() as found:
        with office.store.reading() as session:
            cycle = find_cycle(session, NEWEST)
            view = read_cycle(session, cycle)
        both = completion_on_both(view, cycle.as_of)
        rates = cycle_rates(view, cycle.as_of)
        found.items, found.queries = len(view.assignments), len(asked)
    overall = both.declared.overall
    found.said = {
        "received": rates.reporting.text,
        "completed": overall.completed.text,
        "without report": overall.count([AssignmentClass.NO_REPORT]),
        "agencies": len(both.declared.by_agency),
    }
    office.store.engine.dispose()
    return found
