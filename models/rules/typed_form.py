"""The web form: its fields by name, and what was typed into them as the same `Filled` that a workbook gives.

A field is named `row key:column`, e.g. KH57-2026/V.5.1:status, PL-V/8:C for a cell of an annex, loi-van:1.I.2 for
the prose under a heading; the general ones by their own names. Where a workbook names a cell (G7), a typed report
names the column as people see it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields as columns_of

from models.codes import CellKind, DeadlineKind
from models.rules.annexes.annex import Annex
from models.rules.form import (
    SHEET_ASSIGNMENTS,
    SHEET_GENERAL,
    SHEET_INDICATORS,
    SHEET_TEXT,
    AssignmentLine,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
    Form,
)
from models.rules.form_columns import (
    ASSIGNMENT_ASKED,
    INDICATOR_ASKED,
    PHONE,
    PREPARED_BY,
    REPORT_NUMBER,
    SAME,
    SIGNED_ON,
    SIGNER,
)
from models.rules.text import clean, clean_lines, fold

NOTHING_FIELD = "nothing"
REASON_FIELD = "nothing_reason"
PREPARED_FIELD = "prepared_by"
PHONE_FIELD = "phone"
SAME_ALL_FIELD = "same_all"
NUMBER_FIELD = "number"
SIGNED_ON_FIELD = "signed_on"
SIGNER_FIELD = "signer"
GENERAL = {
    NOTHING_FIELD: "Không phát sinh",
    REASON_FIELD: "Lý do",
    SAME_ALL_FIELD: "Như kỳ trước",
    PREPARED_FIELD: PREPARED_BY,
    PHONE_FIELD: PHONE,
    NUMBER_FIELD: REPORT_NUMBER,
    SIGNED_ON_FIELD: SIGNED_ON,
    SIGNER_FIELD: SIGNER,
}
NOT_REPORTED = frozenset(
    {PREPARED_FIELD, PHONE_FIELD, SAME_ALL_FIELD, NUMBER_FIELD, SIGNED_ON_FIELD, SIGNER_FIELD}
)
"""Fields that report nothing by themselves."""

SAME_COLUMN = "same"
"""The column by which a row (or a whole annex) carried over from last period is confirmed."""
TEXT_ROW = "loi-van"
"""What stands for a row key in the fields of the outline."""

LONGEST = 10_000
"""Letters in one field; more is cut. A page of text has about 3,000."""
LONGEST_TEXT = 60_000
"""Letters under one heading of the outline."""
_ONE_LINE = {
    "status",
    "percent",
    "completed_on",
    "value",
    "as_of",
    *GENERAL,
    SAME_COLUMN,
} - {REASON_FIELD}
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
    """Every row of a form, in its order; an annex by its code and version."""
    return (
        *(line.row_key for line in form.assignments),
        *(line.row_key for line in form.indicators),
        *(f"{annex.code}@{annex.version}" for annex in form.annexes),
    )


def text_field(code: str) -> str:
    """The field of the prose under a heading of the outline."""
    return field_name(TEXT_ROW, code)


def annex_fields(annex: Annex) -> dict[str, str]:
    """The fields of an annex, with what each is called, in the order of its lines."""
    return {field_name(line.row_key, cell.column): cell.label for line in annex.lines for cell in line.cells}


def field_names(form: Form) -> tuple[str, ...]:
    """Every field of a form, in the order of the page. What bears another name was not asked."""
    same = (SAME_COLUMN,) if form.last else ()
    return (
        *GENERAL,
        *(
            field_name(line.row_key, column)
            for line in form.assignments
            for column in (*columns_for(line), *same)
        ),
        *(
            field_name(line.row_key, column)
            for line in form.indicators
            for column in (*INDICATOR_ASKED, *same)
        ),
        *(name for annex in form.annexes for name in annex_fields(annex)),
        *(annex.confirm_field for annex in form.annexes if form.last and annex.carried),
        *(
            text_field(heading.code)
            for heading in (form.outline.headings if form.outline else ())
            if heading.asked
        ),
    )


def typed_texts(form: Form, said: Mapping[str, str]) -> dict[str, str]:
    """What was typed into the form's own fields, tidied; empty fields are left out."""
    several = {
        field_name(line.row_key, cell.column)
        for annex in form.annexes
        for line in annex.lines
        for cell in line.cells
        if cell.kind is CellKind.TEXT
    }
    annexed = {name for annex in form.annexes for name in annex_fields(annex)} - several
    texts = {}
    for name in field_names(form):
        one_line = name in annexed or name.rpartition(":")[2] in _ONE_LINE
        longest = LONGEST_TEXT if name.startswith(f"{TEXT_ROW}:") else LONGEST
        text = (clean if one_line else clean_lines)(said.get(name, "")[:longest])
        if text:
            texts[name] = text
    return texts


def filled_from(texts: Mapping[str, str], assignments: Iterable[str], indicators: Iterable[str]) -> Filled:
    """A typed report with rows of these keys, as the checks take it. What belongs to no such row, and is none of the
    general fields, is a cell of an annex or a piece of the prose."""

    def cell(name: str, sheet: str, label: str) -> Cell:
        return Cell(texts.get(name, ""), sheet, label)

    def general(name: str) -> Cell:
        return cell(name, SHEET_GENERAL, GENERAL[name])

    rows = {*assignments, *indicators}
    others = {
        name: text
        for name, text in texts.items()
        if name not in GENERAL and name.rpartition(":")[0] not in rows
    }
    prose = f"{TEXT_ROW}:"
    return Filled(
        nothing=general(NOTHING_FIELD),
        nothing_reason=general(REASON_FIELD),
        same_all=general(SAME_ALL_FIELD),
        number=general(NUMBER_FIELD),
        signed_on=general(SIGNED_ON_FIELD),
        signer=general(SIGNER_FIELD),
        assignments=tuple(
            FilledAssignment(
                row_key,
                **{
                    column: cell(field_name(row_key, column), SHEET_ASSIGNMENTS, label)
                    for column, label in (ASSIGNMENT_ASKED | {SAME_COLUMN: SAME}).items()
                },
            )
            for row_key in assignments
        ),
        indicators=tuple(
            FilledIndicator(
                row_key,
                **{
                    column: cell(field_name(row_key, column), SHEET_INDICATORS, label)
                    for column, label in (INDICATOR_ASKED | {SAME_COLUMN: SAME}).items()
                },
            )
            for row_key in indicators
        ),
        cells={name: Cell(text) for name, text in others.items() if not name.startswith(prose)},
        texts={
            name.removeprefix(prose): Cell(text, SHEET_TEXT)
            for name, text in others.items()
            if name.startswith(prose)
        },
    )


def texts_from(form: Form, filled: Filled) -> dict[str, str]:
    """What the fields would show for a report that came as a workbook: typed once, mended on the page."""
    said: dict[str, str] = {
        NOTHING_FIELD: filled.nothing.text,
        REASON_FIELD: filled.nothing_reason.text,
        SAME_ALL_FIELD: filled.same_all.text,
        NUMBER_FIELD: filled.number.text,
        SIGNED_ON_FIELD: filled.signed_on.text,
        SIGNER_FIELD: filled.signer.text,
    }
    rows: list[FilledAssignment | FilledIndicator] = [*filled.assignments, *filled.indicators]
    keys = {fold(key): key for key in row_keys(form)}
    for row in rows:
        key = keys.get(fold(row.row_key), row.row_key)  # as a person may have retyped it
        for column in columns_of(row)[1:]:
            said[field_name(key, column.name)] = getattr(row, column.name).text
    said |= {name: cell.text for name, cell in filled.cells.items()}
    said |= {text_field(code): cell.text for code, cell in filled.texts.items()}
    return typed_texts(form, said)


def field_of(row_key: str, cell: str) -> str:
    """The field that an issue speaks of, "" when it speaks of no single one. An issue with a cell of an annex, or with
    a piece of the prose, has its field as row key."""
    if ":" in row_key:
        return row_key
    general = {label: name for name, label in GENERAL.items()}
    if not row_key:
        return general.get(cell, "")
    columns = {label: column for column, label in (ASSIGNMENT_ASKED | INDICATOR_ASKED).items()}
    return field_name(row_key, columns[cell]) if cell in columns else ""
