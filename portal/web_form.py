"""The web form as the template shows it: rows of fields, each with what was typed and what is wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from models.codes import Severity
from models.rules.form import AssignmentLine, Form, IndicatorLine, Issue
from models.rules.form_columns import INDICATOR_ASKED, NO_FIGURE, statuses_for
from models.rules.text import fold
from models.rules.typed_form import (
    GENERAL,
    PHONE_FIELD,
    PREPARED_FIELD,
    columns_for,
    field_name,
    field_of,
    row_keys,
)
from models.time import vn_date

_LONG = {"product", "reason", "proposal"}
_LATER = {"reason", "proposal"}
_KEYBOARD = {"percent": "decimal", PHONE_FIELD: "tel"}
_COMPLETE = {PREPARED_FIELD: "name", PHONE_FIELD: "tel"}


@dataclass(frozen=True)
class Field:
    """One field. `options` make it a list to choose from; `other` is what somebody else has saved meanwhile."""

    name: str
    label: str
    text: str
    hint: str = ""
    long: bool = False
    keyboard: str = ""
    complete: str = ""
    options: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    other: str | None = None

    @property
    def wrong(self) -> bool:
        return any(issue.severity == Severity.BLOCK for issue in self.issues)


@dataclass(frozen=True)
class Row:
    """One assignment or indicator: what is given, what is asked, what may be added."""

    number: str
    title: str
    given: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    later: tuple[Field, ...] = ()
    issues: tuple[Issue, ...] = ()  # of the row, where they name no field

    @property
    def open(self) -> bool:
        """Whether what may be added is to be seen at once."""
        return any(field.text or field.issues or field.other is not None for field in self.later)


@dataclass(frozen=True)
class WebForm:
    assignments: tuple[Row, ...]
    indicators: tuple[Row, ...]
    general: tuple[Field, ...]
    issues: tuple[Issue, ...]  # of the whole


def web_form(
    form: Form, texts: Mapping[str, str], issues: Iterable[Issue], others: Mapping[str, str]
) -> WebForm:
    """The form with these texts; each issue stands where it is to be mended."""
    by_field: dict[str, list[Issue]] = {}
    by_row: dict[str, list[Issue]] = {}
    whole: list[Issue] = []
    rows = set(row_keys(form))
    for issue in issues:
        name = field_of(issue.row_key, issue.cell)
        if issue.row_key not in rows:
            whole.append(issue)
        elif name:
            by_field.setdefault(name, []).append(issue)
        else:
            by_row.setdefault(issue.row_key, []).append(issue)

    def field(
        name: str, label: str, *, hint: str = "", long: bool = False, options: tuple[str, ...] = ()
    ) -> Field:
        column = name.rpartition(":")[2]
        return Field(
            name=name,
            label=label,
            text=_chosen(texts.get(name, ""), options),
            hint=hint,
            long=long,
            keyboard=_KEYBOARD.get(column, ""),
            complete=_COMPLETE.get(column, "off"),
            options=options,
            issues=tuple(by_field.get(name, ())),
            other=others.get(name),
        )

    return WebForm(
        assignments=tuple(
            _assignment(line, field, tuple(by_row.get(line.row_key, ()))) for line in form.assignments
        ),
        indicators=tuple(
            _indicator(form, line, field, tuple(by_row.get(line.row_key, ()))) for line in form.indicators
        ),
        general=tuple(field(name, GENERAL[name]) for name in (PREPARED_FIELD, PHONE_FIELD)),
        issues=tuple(whole),
    )


_HINTS = {
    "percent": "Số từ 0 đến 100, ví dụ 75 hoặc 66,67.",
    "completed_on": "Bắt buộc khi đã hoàn thành. Ví dụ 10/3/2026.",
    "product": "Số, ngày văn bản hoặc sản phẩm cụ thể. Bắt buộc khi đã hoàn thành.",
    "reason": "Bắt buộc khi chậm hoặc đã quá thời hạn.",
    "value": f"Ví dụ 28,48 hoặc 1.294. Chưa có thì ghi: {NO_FIGURE}.",
}


def _assignment(line: AssignmentLine, field: Callable[..., Field], issues: tuple[Issue, ...]) -> Row:
    options = tuple(status.label for status in statuses_for(line.kind))
    made = {
        column: field(
            field_name(line.row_key, column),
            label,
            hint=_HINTS.get(column, ""),
            long=column in _LONG,
            options=options if column == "status" else (),
        )
        for column, label in columns_for(line).items()
    }
    given = (("Vai trò", line.role), ("Kết quả phải đạt", line.result), ("Thời hạn", line.deadline))
    return Row(
        number=line.row_key.partition("/")[2],
        title=line.name,
        given=tuple((label, text) for label, text in given if text),
        fields=tuple(made[column] for column in made if column not in _LATER),
        later=tuple(made[column] for column in made if column in _LATER),
        issues=issues,
    )


def _indicator(
    form: Form, line: IndicatorLine, field: Callable[..., Field], issues: tuple[Issue, ...]
) -> Row:
    hints = {**_HINTS, "as_of": f"Để trống nếu là ngày {vn_date(form.as_of)}."}
    given = (("Đơn vị tính", line.unit), ("Kết quả kỳ gốc", line.baseline), ("Mục tiêu", line.target))
    return Row(
        number=line.row_key.partition("/")[2],
        title=line.name,
        given=tuple((label, text) for label, text in given if text),
        fields=tuple(
            field(field_name(line.row_key, column), label, hint=hints.get(column, ""))
            for column, label in INDICATOR_ASKED.items()
        ),
        issues=issues,
    )


def _chosen(text: str, options: tuple[str, ...]) -> str:
    """The option that a text means, however it was typed in a workbook; the text itself where none."""
    return next((option for option in options if fold(option) == fold(text)), text)
