"""Forms read together: the same as one by one, and never one that has changed since."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.codes import RequestState
from models.cycle import Request
from models.rules.form import Form
from tasks.cycle.dispatch import prepare_batch
from tasks.cycle.forms import forms_of
from tasks.letters import ahead
from tasks.letters.ahead import FormsAhead
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.sending.lanes import LANES

NOW = datetime(2026, 3, 4, 3, tzinfo=UTC)
CONTACT = "Trần Thị C, 0215 000 000"


class Asked:
    """Stands before form_facts and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.of: list[list[int]] = []
        really = ahead.form_facts

        def ask(session: Session, ids: list[int], contact: str) -> Any:
            self.of.append(list(ids))
            return really(session, ids, contact)

        monkeypatch.setattr(ahead, "form_facts", ask)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


@pytest.fixture
def ready(few: Any) -> Any:
    """Their forms are written, nothing has gone out."""
    prepare_batch(few.store, [request.id for request in few.all(Request)], few.office.key, NOW)
    return few


def every(ready: Any, forms: FormsAhead) -> list[Form]:
    """The forms one after the other, each in a session of its own as the sender asks."""
    found = []
    for request_id in [request.id for request in ready.all(Request)]:
        with ready.store.reading() as session:
            found.append(forms.of(session, session.get_one(Request, request_id), CONTACT).form)
    return found


def test_they_are_the_forms_and_are_read_one_then_two_then_more(ready: Any, asked: Asked) -> None:
    forms = every(ready, FormsAhead(lambda: 0.0))
    ids = [request.id for request in ready.all(Request)]
    with ready.store.reading() as session:
        alone = forms_of(session, ids)
    assert [form.assignments for form in forms] == [alone[one].assignments for one in ids]
    assert {form.contact for form in forms} == {CONTACT}
    assert asked.of == [ids[:1], ids[1:3], ids[3:7]]


def test_what_is_withheld_meanwhile_is_in_none(ready: Any, asked: Asked) -> None:
    forms = FormsAhead(lambda: 0.0)
    every(ready, forms)
    forms_before = every(ready, forms)
    hidden = forms_before[-1].assignments[0].row_key
    with ready.store.writing() as session:
        assignment = find_assignment(session, hidden)
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=NOW)
    assert all(hidden not in [line.row_key for line in form.assignments] for form in every(ready, forms))


@pytest.mark.parametrize("change", ["due", "form_version", "form_sha256"])
def test_a_request_that_has_changed_is_read_anew(ready: Any, asked: Asked, change: str) -> None:
    forms = FormsAhead(lambda: 0.0)
    every(ready, forms)
    last = ready.all(Request)[-1]
    values = {"due": date(2026, 4, 9), "form_version": 2, "form_sha256": None}
    with ready.store.writing() as session:
        setattr(session.get_one(Request, last.id), change, values[change])
    before = len(asked.of)
    with ready.store.reading() as session:
        request = session.exec(select(Request).where(col(Request.id) == last.id)).one()
        form = forms.of(session, request, CONTACT).form
    assert (form.due, form.version) == (request.due, request.form_version)
    assert len(asked.of) == before + 1


def test_one_that_another_process_has_just_sent_is_read_all_the_same(ready: Any, asked: Asked) -> None:
    forms = FormsAhead(lambda: 0.0)
    every(ready, forms)
    first, *_, last = ready.all(Request)
    with ready.store.reading() as session:
        held = session.get_one(Request, first.id)
    with ready.store.writing() as session:
        session.get_one(Request, first.id).state = RequestState.SENT
    with ready.store.reading() as session:
        form = forms.of(session, held, CONTACT).form
    assert form.request_id == first.id
    assert asked.of[-1][0] == first.id
    assert last.id in asked.of[-1]


def test_after_a_while_they_are_read_anew(ready: Any, asked: Asked) -> None:
    time = [0.0]
    forms = FormsAhead(lambda: time[0])
    last = ready.all(Request)[-1].id
    for seconds in (0.0, ahead.SECONDS - 1, ahead.SECONDS + 1):
        time[0] = seconds
        with ready.store.reading() as session:
            forms.of(session, session.get_one(Request, last), CONTACT)
    assert asked.of == [[last], [last]]


def test_of_a_lane_only_its_own_are_read_together(ready: Any, asked: Asked) -> None:
    requests = ready.all(Request)
    lane = requests[0].agency_id % len(LANES)
    others = {request.id for request in requests if request.agency_id % len(LANES) != lane}
    assert others
    forms = FormsAhead(lambda: 0.0, lane)
    for request in requests:
        if request.id not in others:
            with ready.store.reading() as session:
                assert forms.of(session, session.get_one(Request, request.id), CONTACT).form
    assert not others & {one for ids in asked.of for one in ids}
