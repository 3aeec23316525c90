"""What a letter lists of a request is what its form asks, without the form being read."""

from datetime import UTC, datetime
from typing import Any

from models.cycle import Request
from tasks.cycle.forms import asked_about, forms_of
from tasks.registers.register_acts import find_assignment, set_withheld

NOW = datetime(2026, 3, 12, 3, tzinfo=UTC)


def listed(province: Any) -> dict[int, list[tuple[str, str]]]:
    ids = [request.id for request in province.all(Request)]
    with province.store.reading() as session:
        forms = forms_of(session, ids)
        asked = asked_about(session, ids)
    for request_id, form in forms.items():
        lines = [*form.assignments, *form.indicators]
        assert asked.get(request_id, []) == [(line.row_key.partition("/")[2], line.name) for line in lines]
    return asked


def test_numbers_and_names_are_those_of_the_form(few_both: Any) -> None:
    before = listed(few_both)
    assert any(form.indicators for form in map(few_both.form, ("SNV", "STC", "SKHCN")))
    hidden = few_both.form("SNV").assignments[0]
    with few_both.store.writing() as session:
        assignment = find_assignment(session, hidden.row_key)
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=NOW)
    after = listed(few_both)
    snv = few_both.request_id("SNV")
    assert (hidden.row_key.partition("/")[2], hidden.name) in before[snv]
    assert (hidden.row_key.partition("/")[2], hidden.name) not in after.get(snv, [])
