"""A small form and reports typed into it, for tests of the rules: fields by name, as the page has them.

Two assignments (one overdue since 31/03/2026, one recurring), two indicators; annexes and prose as a test adds them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from models.codes import CellKind, DeadlineKind, Relation, Severity
from models.rules.annexes.annex import Annex, AnnexRule, AskedCell, Repeat
from models.rules.checks.check import Judgement, check
from models.rules.form import AssignmentLine, Form, IndicatorLine, Last
from models.rules.typed_form import filled_from

DATED, RECURRING, SHARE, COUNT = "KH/I.5", "KH/I.1", "KH/V.41", "KH/III.12"
FORM = Form(
    request_id=12,
    version=1,
    cycle_code="bcd-quy-2026-Q2",
    cycle_name="Quý II/2026",
    agency_code="SNV",
    agency_name="Sở Nội vụ",
    data_from=date(2026, 3, 15),
    as_of=date(2026, 6, 14),
    due=date(2026, 6, 19),
    contact="Tổ Giúp việc",
    assignments=(
        AssignmentLine(
            DATED, "Kế hoạch", "Chủ trì", "Kế hoạch", "Quý I/2026", DeadlineKind.DATE, date(2026, 3, 31)
        ),
        AssignmentLine(
            RECURRING, "Đôn đốc", "Chủ trì", "Văn bản", "Thường xuyên", DeadlineKind.RECURRING, None
        ),
    ),
    indicators=(
        IndicatorLine(SHARE, "Chữ ký số", "%", "10", "> 15"),
        IndicatorLine(COUNT, "Cán bộ nghiên cứu", "người", "300", "≥ 350"),
    ),
)
TYPED: Mapping[str, str] = {
    f"{DATED}:status": "Hoàn thành",
    f"{DATED}:completed_on": "20/3/2026",
    f"{DATED}:product": "Kế hoạch số 45/KH-UBND",
    f"{RECURRING}:status": "Thường xuyên, bảo đảm tiến độ",
    f"{SHARE}:value": "12,5",
    f"{COUNT}:value": "310",
}
EMPTY_FORM = replace(FORM, assignments=(), indicators=())


def judged(form: Form, texts: Mapping[str, str]) -> Judgement:
    """What becomes of these fields."""
    return check(
        form,
        filled_from(
            texts, [line.row_key for line in form.assignments], [line.row_key for line in form.indicators]
        ),
    )


def rules(judgement: Judgement) -> list[tuple[str, str, str]]:
    """Level, rule and row of every issue."""
    return [(issue.severity.value, issue.rule, issue.row_key) for issue in judgement.issues]


def asked(place: str, kind: CellKind = CellKind.NUMBER, **more: Any) -> AskedCell:
    """An asked cell by its place (C8), called by that place unless a label is given."""
    return AskedCell(row=int(place[1:]), column=place[0], kind=kind, **{"label": f"ô {place}", **more})


def annex_of(*cells: AskedCell, times: Mapping[int, int] | None = None, **more: Any) -> Annex:
    """An annex PL-V of these cells; `times` says which rows are repeated how often."""
    repeats = tuple(Repeat(row=row, times=count) for row, count in (times or {}).items())
    given = {"code": "PL-V", "title": "Số liệu", "sheet": "Phụ lục V", "given": ()}
    return Annex(**{**given, "asked": cells, "repeats": repeats, **more})


def rule_of(relation: Relation, cells: str, against: str = "", **more: Any) -> AnnexRule:
    """A rule `r` between cells written as "C8 D8"."""
    known = {"code": "r", "severity": Severity.BLOCK, "sentence": "{o}"}
    return AnnexRule(
        **{**known, "relation": relation, "cells": tuple(cells.split()), "against": against, **more}
    )


def after(form: Form, texts: Mapping[str, str]) -> Form:
    """The form of the next period, with these answers put in."""
    return replace(form, last=Last("Quý I/2026", dict(texts)))


def asking(*annexes: Annex, last: Mapping[str, str] | None = None) -> Form:
    """A form of annexes alone."""
    form = replace(EMPTY_FORM, annexes=annexes)
    return after(form, last) if last is not None else form
