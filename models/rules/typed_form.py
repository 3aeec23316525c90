"""The web form: its fields by name, and what was typed into them as the same `Filled` that a workbook gives.

A field is named `row key:column`, e.g. KH57-2026/V.5.1:status; the general ones by their own names. Where a
workbook names a cell (G7), a typed report names the column as people see it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields as columns_of

from models.codes import DeadlineKind
from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_INDICATORS,
    AssignmentLine,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
    Form,
)
from models.rules.form_columns import ASSIGNMENT_ASKED, INDICATOR_ASKED, PHONE, PREPARED_BY
from models.rules.text import clean, clean_lines, fold

NOTHING_FIELD = "nothing"
REASON_FIELD = "nothing_reason"
PREPARED_FIELD = "prepared_by"
PHONE_FIELD = "phone"
GENERAL = {
    NOTHING_FIELD: "Không phát sinh",
    REASON_FIELD: "Lý do",
    PREPARED_FIELD: PREPARED_BY,
    PHONE_FIELD: PHONE,
}

LONGEST = 10_000
"""Letters in one field; more is cut. A page of text has about 3,000."""
_ONE_LINE = {
    "status",
    "percent",
    "completed_on",
    "value",
    "as_of",
    NOTHING_FIELD,
    PREPARED_FIELD,
    PHONE_FIELD,
}
_OF_DATED = {"percent", "completed_on"}


def field_name(row_key: str, column: str) -> str:
    """The name of one field of a row."""
    return f"{row_key}:{column}"


def columns_for(line: AssignmentLine) -> dict[str, str]:
    """What the web form asks of an assignment: one without an end has no percentage and no day of completion."""
    recurring = line.kind is DeadlineKind.RECURRING
    return {
        column: label for column, label in ASSIGNMENT_ASKED.items() if not (recurring and column in _OF_DATED)
    }


def row_keys(form: Form) -> tuple[str, ...]:
    """Every row of a form, in its order."""
    return (*(line.row_key for line in form.assignments), *(line.row_key for line in form.indicators))


def field_names(form: Form) -> tuple[str, ...]:
    """Every field of a form, in the order of the page. What bears another name was not asked."""
    return (
        *GENERAL,
        *(field_name(line.row_key, column) for line in form.assignments for column in columns_for(line)),
        *(field_name(line.row_key, column) for line in form.indicators for column in INDICATOR_ASKED),
    )


def typed_texts(form: Form, said: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the form's own fields, tidied; empty fields are left out."""
    texts = {}
    for name in field_names(form):
        tidy = clean if name.rpartition(":")[2] in _ONE_LINE else clean_lines
        text = tidy(said.get(name, "")[:LONGEST])
        if text:
            texts[name] = text
    return texts


def filled_from(texts: Mapping[str, str], assignments: Iterable[str], indicators: Iterable[str]) -> Filled:
    """A typed report with rows of these keys, as the checks take it."""

    def cell(name: str, sheet: str, label: str) -> Cell:
        return Cell(texts.get(name, ""), sheet, label)

    return Filled(
        nothing=cell(NOTHING_FIELD, SHEET_GENERAL, GENERAL[NOTHING_FIELD]),
        nothing_reason=cell(REASON_FIELD, SHEET_GENERAL, GENERAL[REASON_FIELD]),
        assignments=tuple(
            FilledAssignment(
                row_key,
                **{
                    column: cell(field_name(row_key, column), SHEET_ASSIGNMENTS, label)
                    for column, label in ASSIGNMENT_ASKED.items()
                },
            )
            for row_key in assignments
        ),
        indicators=tuple(
            FilledIndicator(
                row_key,
                **{
                    column: cell(field_name(row_key, column), SHEET_INDICATORS, label)
                    for column, label in INDICATOR_ASKED.items()
                },
            )
            for row_key in indicators
        ),
    )


def texts_from(form: Form, filled: Filled) -> dict[str, str]:
    """What the fields would show for a report that came as a workbook: typed once, mended on the page."""
    said: dict[str, str] = {}
    rows: list[FilledAssignment | FilledIndicator] = [*filled.assignments, *filled.indicators]
    keys = {fold(key): key for key in row_keys(form)}
    for row in rows:
        key = keys.get(fold(row.row_key), row.row_key)  # as a person may have retyped it
        for column in columns_of(row)[1:]:
            said[field_name(key, column.name)] = getattr(row, column.name).text
    return typed_texts(form, said)


def field_of(row_key: str, cell: str) -> str:
    """The field that an issue of a typed report speaks of, "" when it speaks of no single one."""
    general = {label: name for name, label in GENERAL.items()}
    if not row_key:
        return general.get(cell, "")
    columns = {label: column for column, label in (ASSIGNMENT_ASKED | INDICATOR_ASKED).items()}
    return field_name(row_key, columns[cell]) if cell in columns else ""
