"""The fields of the web form and what is typed into them: the same report as by workbook."""

from datetime import date

import pytest

from models.codes import DeadlineKind, Severity
from models.rules.checks.check import check
from models.rules.form import (
    AssignmentLine,
    Cell,
    Filled,
    FilledAssignment,
    FilledIndicator,
    Form,
    IndicatorLine,
)
from models.rules.typed_form import (
    LONGEST,
    field_name,
    field_names,
    field_of,
    filled_from,
    row_keys,
    texts_from,
    typed_texts,
)

DATED = AssignmentLine(
    "KH/III.2", "Bố trí cán bộ", "Chủ trì", "", "Quý II/2026", DeadlineKind.DATE, date(2026, 6, 30)
)
RECURRING = AssignmentLine("KH/II.1", "Rà soát", "Chủ trì", "", "Thường xuyên", DeadlineKind.RECURRING, None)
FIGURE = IndicatorLine("KH/V.45", "Tỷ lệ hồ sơ trực tuyến", "%", "40", "≥ 50")
FORM = Form(
    request_id=7,
    version=1,
    cycle_code="bcd-quy-2026-Q1",
    cycle_name="Báo cáo Quý I/2026",
    agency_code="SNV",
    agency_name="Sở Nội vụ",
    data_from=date(2025, 12, 15),
    as_of=date(2026, 3, 14),
    due=date(2026, 3, 20),
    contact="",
    assignments=(DATED, RECURRING),
    indicators=(FIGURE,),
)


def test_what_recurs_is_not_asked_for_an_end() -> None:
    assert [name for name in field_names(FORM) if name.startswith("KH/II.1")] == [
        "KH/II.1:status",
        "KH/II.1:product",
        "KH/II.1:reason",
        "KH/II.1:proposal",
    ]
    assert {"KH/III.2:percent", "KH/III.2:completed_on", "KH/V.45:value", "prepared_by"} <= set(
        field_names(FORM)
    )


def test_only_the_forms_own_fields_are_taken_and_tidied() -> None:
    said = {
        "KH/III.2:status": " Đang \u00a0thực hiện ",
        "KH/III.2:product": "Quyết định 1\r\n\r\n Quyết định 2 ",
        "KH/III.2:reason": "   ",
        "KH/IX.9:status": "Hoàn thành",
        "ban": "3",
    }
    assert typed_texts(FORM, said) == {
        "KH/III.2:status": "Đang thực hiện",
        "KH/III.2:product": "Quyết định 1\nQuyết định 2",
    }
    assert len(typed_texts(FORM, {"KH/III.2:product": "x" * 20_000})["KH/III.2:product"]) == LONGEST


def test_an_issue_finds_its_field() -> None:
    texts = {
        "KH/III.2:status": "Hoàn thành",
        "KH/II.1:status": "Thường xuyên, bảo đảm tiến độ",
        "KH/V.45:value": "1.2.3",
    }
    filled = filled_from(texts, ["KH/III.2", "KH/II.1"], ["KH/V.45"])
    issues = [i for i in check(FORM, filled).issues if i.severity is Severity.BLOCK]
    assert [field_of(issue.row_key, issue.cell) for issue in issues] == [
        "KH/III.2:completed_on",
        "KH/III.2:product",
        "KH/V.45:value",
    ]
    assert [field_of("", "Lý do"), field_of("", "G7"), field_of("KH/V.45", "G7")] == [
        "nothing_reason",
        "",
        "",
    ]


@pytest.mark.parametrize("label_is_at_most", [20])
def test_every_field_fits_where_issues_keep_their_place(label_is_at_most: int) -> None:
    filled = filled_from({}, ["KH/III.2"], ["KH/V.45"])
    cells = [*vars(filled.assignments[0]).values(), *vars(filled.indicators[0]).values(), filled.nothing]
    assert max(len(cell.ref) for cell in cells if isinstance(cell, Cell)) <= label_is_at_most


def test_a_workbook_fills_the_fields_also_when_its_keys_were_retyped() -> None:
    filled = Filled(
        assignments=(FilledAssignment("kh/iii.2", status=Cell("Đang thực hiện"), percent=Cell("40")),),
        indicators=(
            FilledIndicator("KH/V.45", value=Cell("1.294")),
            FilledIndicator("KH/X.1", value=Cell("9")),
        ),
    )
    assert texts_from(FORM, filled) == {
        "KH/III.2:status": "Đang thực hiện",
        "KH/III.2:percent": "40",
        "KH/V.45:value": "1.294",
    }


def test_names_are_made_of_key_and_column() -> None:
    assert field_name("KH/V.45", "value") == "KH/V.45:value"
    assert row_keys(FORM) == ("KH/III.2", "KH/II.1", "KH/V.45")
