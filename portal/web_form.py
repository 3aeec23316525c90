"""The web form as the template shows it: rows of fields, each with what was typed and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.rules.form import AssignmentLine, Form, IndicatorLine, Issue
from models.rules.form_columns import INDICATOR_ASKED, NO_FIGURE, statuses_for
from models.rules.typed_form import (
    GENERAL,
    NUMBER_FIELD,
    PHONE_FIELD,
    PREPARED_FIELD,
    SAME_ALL_FIELD,
    SAME_COLUMN,
    SIGNED_ON_FIELD,
    SIGNER_FIELD,
    TEXT_ROW,
    columns_for,
    field_name,
    field_names,
)
from models.time import vn_date
from portal.annex_form import AnnexPart, annex_part
from portal.carried import Carried, carried
from portal.fields import Field, Said
from portal.places import field_of_issue, row_of_issue
from portal.prose_form import ProsePart, prose_parts

_LONG = {"product", "reason", "proposal"}
_LATER = {"reason", "proposal"}
_KEYBOARD = {"percent": "decimal", PHONE_FIELD: "tel"}
_COMPLETE = {PREPARED_FIELD: "name", PHONE_FIELD: "tel"}
_HINTS = {
    "percent": "Số từ 0 đến 100, ví dụ 75 hoặc 66,67.",
    "completed_on": "Bắt buộc khi đã hoàn thành. Ví dụ 10/3/2026.",
    "product": "Số, ngày văn bản hoặc sản phẩm cụ thể. Bắt buộc khi đã hoàn thành.",
    "reason": "Bắt buộc khi chậm hoặc đã quá thời hạn.",
    "value": f"Ví dụ 28,48 hoặc 1.294. Chưa có thì ghi: {NO_FIGURE}.",
}
BRIEF = 90
"""Letters of one field in the line that stands for a row carried over."""
ALL_THE_SAME = "Mọi nội dung còn ghi “như kỳ trước” vẫn đúng"


@dataclass(frozen=True)
class Row:
    """One assignment or indicator: what is given, what is asked, what may be added."""

    key: str
    title: str
    given: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    later: tuple[Field, ...] = ()
    same: Carried | None = None
    issues: tuple[Issue, ...] = ()  # of the row, where they name no field

    @property
    def number(self) -> str:
        return self.key.partition("/")[2]

    @property
    def open(self) -> bool:
        """Whether what may be added is to be seen at once."""
        return any(field.begun for field in self.later)

    @property
    def brief(self) -> str:
        """What was carried over and still stands, in a line; "" where the fields themselves are to be seen."""
        every = (*self.fields, *self.later)
        if (
            self.same is None
            or not self.same.unchanged
            or any(f.issues or f.other is not None for f in every)
        ):
            return ""
        return "; ".join(_short(field) for field in every if field.text)


@dataclass(frozen=True)
class WebForm:
    assignments: tuple[Row, ...]
    indicators: tuple[Row, ...]
    annexes: tuple[AnnexPart, ...]
    prose: tuple[ProsePart, ...]
    prose_issues: tuple[Issue, ...]
    general: tuple[Field, ...]
    signed: tuple[Field, ...]  # number, day and signer of the signed report
    same_all: Field | None
    issues: tuple[Issue, ...]  # of the whole

    @property
    def unconfirmed(self) -> int:
        """Rows and annexes that still show last period's answers, unconfirmed."""
        rows = [row.same for row in (*self.assignments, *self.indicators)]
        carrying = [*rows, *(annex.same for annex in self.annexes)]
        return sum(same is not None and same.unchanged and not same.confirmed for same in carrying)


def _short(field: Field) -> str:
    text = field.text if len(field.text) <= BRIEF else f"{field.text[:BRIEF].rstrip()}…"
    return f"{text}%" if field.name.endswith(":percent") and not text.endswith("%") else text


def web_form(
    form: Form, texts: Mapping[str, str], issues: Iterable[Issue], others: Mapping[str, str]
) -> WebForm:
    """The form with these texts; each issue stands where it is to be mended."""
    said, whole = _said(form, texts, issues, others)
    last = form.last
    return WebForm(
        assignments=tuple(_assignment(line, said) for line in form.assignments),
        indicators=tuple(_indicator(form, line, said) for line in form.indicators),
        annexes=tuple(annex_part(annex, said) for annex in form.annexes),
        prose=prose_parts(form.outline, said) if form.outline else (),
        prose_issues=said.by_row.get(TEXT_ROW, ()),
        general=tuple(_general(name, said) for name in (PREPARED_FIELD, PHONE_FIELD)),
        signed=tuple(_general(name, said) for name in (NUMBER_FIELD, SIGNED_ON_FIELD, SIGNER_FIELD)),
        same_all=said.into(Field(SAME_ALL_FIELD, ALL_THE_SAME, kind="mark")) if last and last.texts else None,
        issues=whole,
    )


def _said(
    form: Form, texts: Mapping[str, str], issues: Iterable[Issue], others: Mapping[str, str]
) -> tuple[Said, tuple[Issue, ...]]:
    """What there is to show in the fields; and the issues that belong to none of them, nor to a row."""
    names = frozenset(field_names(form))
    by_field: dict[str, tuple[Issue, ...]] = {}
    by_row: dict[str, tuple[Issue, ...]] = {}
    whole: list[Issue] = []
    for issue in issues:
        name, row = field_of_issue(names, issue), row_of_issue(form, issue)
        if name:
            by_field[name] = (*by_field.get(name, ()), issue)
        elif row:
            by_row[row] = (*by_row.get(row, ()), issue)
        else:
            whole.append(issue)
    last = form.last.texts if form.last else {}
    return Said(texts, last, others, by_field, by_row), tuple(whole)


def _assignment(line: AssignmentLine, said: Said) -> Row:
    labels = columns_for(line)
    made = {
        column: said.into(
            Field(
                field_name(line.row_key, column),
                label,
                kind="list" if column == "status" else "long" if column in _LONG else "line",
                hint=_HINTS.get(column, ""),
                keyboard=_KEYBOARD.get(column, ""),
                options=tuple(s.label for s in statuses_for(line.kind)) if column == "status" else (),
            )
        )
        for column, label in labels.items()
    }
    given = (("Vai trò", line.role), ("Kết quả phải đạt", line.result), ("Thời hạn", line.deadline))
    return Row(
        key=line.row_key,
        title=line.name,
        given=tuple((label, text) for label, text in given if text),
        fields=tuple(made[column] for column in made if column not in _LATER),
        later=tuple(made[column] for column in made if column in _LATER),
        same=_same(line.row_key, tuple(labels), said),
        issues=said.by_row.get(line.row_key, ()),
    )


def _indicator(form: Form, line: IndicatorLine, said: Said) -> Row:
    hints = {**_HINTS, "as_of": f"Để trống nếu là ngày {vn_date(form.as_of)}."}
    given = (("Đơn vị tính", line.unit), ("Kết quả kỳ gốc", line.baseline), ("Mục tiêu", line.target))
    return Row(
        key=line.row_key,
        title=line.name,
        given=tuple((label, text) for label, text in given if text),
        fields=tuple(
            said.into(Field(field_name(line.row_key, column), label, hint=hints.get(column, "")))
            for column, label in INDICATOR_ASKED.items()
        ),
        same=_same(line.row_key, tuple(INDICATOR_ASKED), said),
        issues=said.by_row.get(line.row_key, ()),
    )


def _same(row_key: str, columns: tuple[str, ...], said: Said) -> Carried | None:
    names = tuple(field_name(row_key, column) for column in columns)
    return carried(said, names, field_name(row_key, SAME_COLUMN))


def _general(name: str, said: Said) -> Field:
    return said.into(
        Field(name, GENERAL[name], keyboard=_KEYBOARD.get(name, ""), complete=_COMPLETE.get(name, "off"))
    )
