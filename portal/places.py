"""Where an issue is to be mended: in words, and as a place of the form page that a link can lead to."""

from collections.abc import Collection
from dataclasses import dataclass

from models.rules.form import SHEET_TEXT, Form, Issue
from models.rules.prose.outline import label as heading_label
from models.rules.typed_form import TEXT_ROW, annex_fields, field_names, field_of, text_field
from tasks.letters.wording import Fault


@dataclass(frozen=True)
class Remark(Issue):
    """An issue with its place. `anchor` is the field or the row of the form page, "" where it is none of these."""

    place: str = ""
    anchor: str = ""


def field_of_issue(names: Collection[str], issue: Issue) -> str:
    """Which of these fields an issue speaks of; "" when none, or the report as a whole."""
    name = field_of(issue.row_key, issue.cell) if issue.row_key else ""
    return name if name in names else ""


def row_of_issue(form: Form, issue: Issue) -> str:
    """The row, the code of the annex, or the prose, that an issue speaks of; "" when of none of these."""
    if issue.row_key in {line.row_key for line in form.assignments} | {i.row_key for i in form.indicators}:
        return issue.row_key
    for annex in form.annexes:
        if issue.row_key in (annex.code, annex.confirm_field):
            return annex.code
        if not issue.row_key and issue.sheet == annex.sheet:
            return annex.code
    return TEXT_ROW if form.outline and not issue.row_key and issue.sheet == SHEET_TEXT else ""


def remarks(form: Form, issues: Collection[Issue]) -> tuple[Remark, ...]:
    """The issues with their places, in the order given."""
    names = frozenset(field_names(form))
    labels = _labels(form)
    return tuple(
        Remark(
            **vars(issue),
            place=_place(issue, labels.get(issue.row_key, "")),
            anchor=field_of_issue(names, issue) or row_of_issue(form, issue),
        )
        for issue in issues
    )


def _place(issue: Issue, label: str) -> str:
    """Trang “Phụ lục V”, ô D9; typed on the page, where there is no cell: Trang “Phụ lục V”, mục “Cấp tỉnh”."""
    place = Fault(issue.sheet, issue.cell, issue.sentence).place
    named = issue.cell or label in issue.sentence
    return f"{place}, mục “{label}”" if label and issue.sheet and not named else place


def _labels(form: Form) -> dict[str, str]:
    """Field -> what it is called, of those whose issues bear the field's name."""
    labels = {name: label for annex in form.annexes for name, label in annex_fields(annex).items()}
    headings = form.outline.headings if form.outline else ()
    return labels | {text_field(h.code): heading_label(h) for h in headings}
