"""What was carried over from last period and stands in a form as it came back: confirmed, changed, or neither.

A row, or an annex as a whole, that says what was put into it and bears no mark is nobody's answer yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from models.rules.annexes.annex import Annex
from models.rules.checks.marks import is_marked, is_unmarked
from models.rules.form import Cell, Filled, FilledAssignment, FilledIndicator, Form
from models.rules.form_columns import ASSIGNMENT_ASKED, INDICATOR_ASKED
from models.rules.text import fold
from models.rules.typed_form import annex_fields, field_name

IN_WORDS = "như kỳ trước"
"""What a person may write instead of an x."""


class Standing(Enum):
    """FRESH: nothing had been put in. CHANGED: another text in any cell, also none at all."""

    FRESH = "fresh"
    CHANGED = "changed"
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Carried:
    """The standing of every row (by its key) and annex (by its code) of a form."""

    rows: Mapping[str, Standing]
    annexes: Mapping[str, Standing]

    def unconfirmed(self, key: str) -> bool:
        return self._of(key) is Standing.UNCONFIRMED

    def changed(self, key: str) -> bool:
        return self._of(key) is Standing.CHANGED

    def as_last(self, key: str) -> bool:
        return self._of(key) is Standing.CONFIRMED

    def _of(self, key: str) -> Standing:
        return self.rows.get(key) or self.annexes.get(key) or Standing.FRESH

    @property
    def any_unconfirmed(self) -> bool:
        return Standing.UNCONFIRMED in (*self.rows.values(), *self.annexes.values())


def carried(form: Form, filled: Filled) -> Carried:
    """Where each row and annex stands; none is known where nothing was carried over."""
    if form.last is None:
        return Carried({}, {})
    last, every = form.last.texts, is_marked(filled.same_all.text, IN_WORDS)
    rows: dict[str, Standing] = {}
    for row_key, row in rows_of(form, filled):
        columns = ASSIGNMENT_ASKED if isinstance(row, FilledAssignment) else INDICATOR_ASKED
        now = {field_name(row_key, column): getattr(row, column).text for column in columns}
        rows[row_key] = _standing(now, last, row.same.text, every=every)
    annexes = {
        annex.code: _standing(_texts(annex, filled), last, _mark(annex, filled), every=every)
        for annex in form.annexes
        if annex.carried
    }
    return Carried(rows, annexes)


def rows_of(form: Form, filled: Filled) -> Iterator[tuple[str, FilledAssignment | FilledIndicator]]:
    """The rows that were asked and came back, each with the key that the form gave it."""
    assignments = {fold(row.row_key): row for row in filled.assignments}
    indicators = {fold(row.row_key): row for row in filled.indicators}
    for line in form.assignments:
        if assignment := assignments.get(fold(line.row_key)):
            yield line.row_key, assignment
    for figure in form.indicators:
        if indicator := indicators.get(fold(figure.row_key)):
            yield figure.row_key, indicator


def _standing(now: Mapping[str, str], last: Mapping[str, str], mark: str, *, every: bool) -> Standing:
    had = {name: text for name in now if (text := fold(last.get(name, "")))}
    if not had:
        return Standing.FRESH
    if any(fold(text) != had.get(name, "") for name, text in now.items()):
        return Standing.CHANGED
    # A mark of its own that says something else than "yes" is not overruled by the one for everything.
    confirmed = is_marked(mark, IN_WORDS) or (every and is_unmarked(mark))
    return Standing.CONFIRMED if confirmed else Standing.UNCONFIRMED


def _texts(annex: Annex, filled: Filled) -> dict[str, str]:
    return {name: filled.cells.get(name, Cell()).text for name in annex_fields(annex)}


def _mark(annex: Annex, filled: Filled) -> str:
    return filled.cells.get(annex.confirm_field, Cell()).text
