"""Dispatch: every request gets its form and a notice to its officers, once; what failed can be sent again."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.codes import Channel, MessageState, NoticeState, PersonRole, RequestState
from models.cycle import Request
from models.directory import Agency, Person
from models.history import Audit, StateChange
from models.notice import Message, Notice
from models.submission import Blob
from models.time import VIETNAM
from tasks.blobs import bytes_of
from tasks.cycle.cycles import close_cycle
from tasks.cycle.dispatch import prepare_batch, settle_sent, to_prepare, undelivered
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.workbook.read import read_form

NOW = datetime(2026, 3, 4, 10, tzinfo=VIETNAM).astimezone(UTC)
LATER = NOW + timedelta(hours=3)


def waiting(province: Any, *, again: bool = False) -> list[int]:
    with province.store.reading() as session:
        return to_prepare(session, province.cycle(session), again=again)


def prepared(province: Any, *, again: bool = False, now: datetime = NOW) -> Any:
    ids = waiting(province, again=again)
    return prepare_batch(province.store, ids, province.office.key, now, again=again, actor="Thư ký")


def officer(province: Any, agency: str, email: str = "", *, active: bool = True) -> None:
    """Change an agency's officer, or add one with this address."""
    with province.store.writing() as session:
        agency_id = session.exec(select(Agency.id).where(Agency.code == agency)).one()
        if email:
            session.add(Person(agency_id=agency_id, role=PersonRole.OFFICER, name="Người mới", email=email))
            return
        session.execute(
            sa.update(Person)
            .where(col(Person.agency_id) == agency_id, col(Person.role) == PersonRole.OFFICER)
            .values(active=active)
        )


def end_notices(province: Any, state: NoticeState, sent_at: datetime | None = None) -> None:
    """As if the post room had carried every dispatch notice that is due."""
    with province.store.writing() as session:
        for notice in session.exec(select(Notice).where(Notice.state == NoticeState.DUE)).all():
            message = Message(
                channel=Channel.EMAIL,
                person_id=notice.person_id,
                message_id=f"<{notice.id}.{notice.created_at}>",
                template="request",
                state=MessageState.SENT if state == NoticeState.SENT else MessageState.FAILED,
                not_before=NOW,
                created_at=NOW,
                sent_at=sent_at,
            )
            session.add(message)
            session.flush()
            notice.state, notice.why, notice.message_id = state, "550 không có hộp thư", message.id


def test_each_request_gets_its_own_form_and_its_officer_a_notice(few_both: Any) -> None:
    result = prepared(few_both)
    assert (result.prepared, result.unreachable) == (4, ())
    assert few_both.count(Notice) == 4
    with few_both.store.reading() as session:
        for code in ("SNV", "STC", "SKHCN", "3127"):
            request = few_both.request(code)
            stamp = read_form(bytes_of(session, request.form_sha256)).stamp
            assert stamp is not None
            assert (stamp.request_id, stamp.agency_code) == (request.id, code)
            assert request.state == RequestState.PLANNED


def test_preparing_again_finds_everything_done(few: Any) -> None:
    prepared(few)
    rows = (few.count(Notice), few.count(Blob))
    assert waiting(few) == []
    ids = [request.id for request in few.all(Request)]
    prepare_batch(few.store, ids, few.office.key, LATER)
    assert (few.count(Notice), few.count(Blob)) == rows


def test_a_batch_that_died_halfway_is_taken_up(few: Any) -> None:
    first, *rest = waiting(few)
    prepare_batch(few.store, [first], few.office.key, NOW)
    assert waiting(few) == rest


def test_an_agency_without_an_officer_is_named_and_waits_for_one(few: Any) -> None:
    officer(few, "SNV", active=False)
    assert prepared(few).unreachable == ("SNV",)
    assert waiting(few) == [few.request_id("SNV")]
    officer(few, "SNV", "moi@snv.dien-bien.example")
    assert prepared(few).unreachable == ()
    assert waiting(few) == []
    assert few.count(Notice) == 4


def test_an_officer_who_leaves_before_the_mail_went_is_replaced(few: Any) -> None:
    prepared(few)
    officer(few, "SNV", active=False)
    officer(few, "SNV", "moi@snv.dien-bien.example")
    assert waiting(few) == [few.request_id("SNV")]
    prepared(few)
    assert waiting(few) == []
    assert few.count(Notice, Notice.request_id == few.request_id("SNV")) == 2


def test_what_could_not_be_delivered_is_named_and_sent_again_only_when_asked(few: Any) -> None:
    prepared(few)
    end_notices(few, NoticeState.FAILED)
    with few.store.reading() as session:
        assert undelivered(session, [1]) == ["SKHCN", "SNV", "STC", "3127"]
    assert waiting(few) == []
    assert len(waiting(few, again=True)) == 4
    prepared(few, again=True, now=LATER)
    notices = few.all(Notice)
    assert [(n.state, n.message_id, n.why) for n in notices] == [(NoticeState.DUE, None, "")] * 4
    acts = [act for act in few.all(Audit) if act.act == "gui-lai-yeu-cau"]
    assert [(act.actor, act.reason) for act in acts] == [
        ("Thư ký", "Lần trước không gửi được: 550 không có hộp thư")
    ] * 4
    with few.store.reading() as session:
        assert undelivered(session, [1]) == []


def test_a_request_is_sent_when_a_server_took_it(few_both: Any) -> None:
    prepared(few_both)
    assert settle_sent(few_both.store, LATER) == 0
    end_notices(few_both, NoticeState.SENT, NOW + timedelta(minutes=1))
    assert settle_sent(few_both.store, LATER) == 4
    assert settle_sent(few_both.store, LATER) == 0
    requests = few_both.all(Request)
    assert {(r.state, r.sent_at) for r in requests} == {(RequestState.SENT, NOW + timedelta(minutes=1))}
    assert few_both.count(StateChange, StateChange.entity == "request") == 4


def test_a_report_before_the_mail_is_not_set_back_to_sent(few: Any) -> None:
    """A form that was carried by hand comes back while the mail server is down."""
    prepared(few)
    with few.store.writing() as session:
        session.get_one(Request, few.request_id("SNV")).state = RequestState.INCOMPLETE
    end_notices(few, NoticeState.SENT, NOW)
    settle_sent(few.store, LATER)
    request = few.request("SNV")
    assert (request.state, request.sent_at) == (RequestState.INCOMPLETE, NOW)


def test_nothing_is_prepared_for_a_draft_or_a_closed_cycle(few: Any) -> None:
    with few.store.writing() as session:
        close_cycle(session, few.cycle(session), reason="", actor="Thư ký", now=NOW)
    assert waiting(few) == []


def test_a_form_that_has_not_left_is_withdrawn_when_a_row_is_withheld(few: Any) -> None:
    prepared(few)
    row_key = few.form("SNV").assignments[0].row_key
    with few.store.writing() as session:
        assignment = find_assignment(session, row_key)
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=NOW)
    assert few.request("SNV").form_sha256 is None
    assert few.request_id("SNV") in waiting(few)
    prepared(few)
    with few.store.reading() as session:
        stamp = read_form(bytes_of(session, few.request("SNV").form_sha256)).stamp
    assert stamp is not None
    assert row_key not in stamp.row_keys
    assert few.count(Notice, Notice.request_id == few.request_id("SNV")) == 1


@pytest.mark.parametrize("work", ["prepare", "settle"])
def test_several_at_once_do_everything_once(few_both: Any, work: str) -> None:
    ids = waiting(few_both)
    if work == "settle":
        prepared(few_both)
        end_notices(few_both, NoticeState.SENT, NOW)
    stores = [few_both.open_again() for _ in range(3)]
    barrier = Barrier(3)
    results: list[Any] = []
    key = few_both.office.key

    def run(store: Any) -> None:
        barrier.wait()
        try:
            if work == "prepare":
                results.append(prepare_batch(store, ids, key, NOW).prepared)
            else:
                results.append(settle_sent(store, NOW))
        except Exception as error:
            results.append(error)

    threads = [Thread(target=run, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ([4, 4, 4] if work == "prepare" else [0, 0, 4])
    assert few_both.count(Notice) == 4
    assert few_both.count(StateChange, StateChange.entity == "request") == (0 if work == "prepare" else 4)
