"""The assignments' own deadlines, from the real register: seven are due on 31/3/2026, one of them with two leads."""

from collections import Counter
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from models.codes import NoticeState
from models.directory import Agency, Membership
from models.notice import Notice
from models.register import Assignment, AssignmentParty, AssignmentRevision
from models.time import VIETNAM, local_day
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.reminders import assignment_sweep
from tasks.reminders.assignment_sweep import (
    assignment_lines,
    look_at_assignments,
    plan_assignments,
    standing_of_assignment_notice,
    unsaid_of_assignments,
)
from tasks.steps import collect_step, one_after_another

DUE_IN_MARCH = ["I.5", "IV.2", "IV.2", "V.1.1", "V.3.1", "V.3.3", "V.4.1", "VI.2"]


def at(day: int, hour: int = 8, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=VIETNAM).astimezone(UTC)


def planned(province: Any, now: datetime, store: Any = None) -> tuple[int, int, int]:
    look = plan_assignments(
        store or province.store,
        province.office.profile.assignment_steps,
        province.office.calendar(local_day(now)),
        now,
    )
    return look.new, look.skipped, look.given_up


def keys(province: Any, *where: Any) -> list[str]:
    """The numbers of the assignments that notices are about."""
    with province.store.reading() as session:
        found = session.exec(select(Notice).where(col(Notice.subject).like("assignment:%"), *where)).all()
        return sorted(line.key for line in assignment_lines(session, found))


def lines(province: Any, key: str) -> list[tuple[str, str, str]]:
    with province.store.reading() as session:
        mine = select(Notice).where(col(Notice.subject).like("assignment:%"))
        found = session.exec(mine.order_by(col(Notice.id))).all()
        about = {line.notice_id for line in assignment_lines(session, found) if line.key == key}
        return [(n.step, n.state.value, n.why) for n in found if n.id in about]


@pytest.mark.parametrize(
    ("day", "month", "step", "expected"),
    [
        (16, 3, "", []),
        (17, 3, "nv-truoc-10", DUE_IN_MARCH),
        (26, 3, "nv-truoc-3", DUE_IN_MARCH),
        (1, 4, "nv-sau-1", DUE_IN_MARCH),
        (7, 4, "nv-sau-5", DUE_IN_MARCH),
    ],
)
def test_each_lead_hears_of_its_assignments_by_the_steps(
    imported: Any, day: int, month: int, step: str, expected: list[str]
) -> None:
    planned(imported, at(day, month=month))
    assert keys(imported, Notice.step == step, Notice.state == NoticeState.DUE) == expected
    assert planned(imported, at(day, 9, month=month)) == (0, 0, 0)


def test_every_member_of_a_leading_group_hears_for_itself(imported: Any) -> None:
    """III.4 is led by the 45 communes; due on 30/6."""
    planned(imported, at(16, month=6))
    assert (
        Counter(keys(imported, Notice.state == NoticeState.DUE, Notice.step == "nv-truoc-10"))["III.4"] == 45
    )


def test_a_fortnight_off_leaves_no_backlog(imported_both: Any) -> None:
    """Nothing ran from 16/3 to 7/4: the officer hears once, the head once, the rest is recorded as past."""
    assert planned(imported_both, at(7, month=4)) == (16, 16, 0)
    assert lines(imported_both, "I.5") == [
        ("nv-truoc-10", "superseded", "đã qua thời điểm nhắc"),
        ("nv-truoc-3", "superseded", "đã qua thời điểm nhắc"),
        ("nv-sau-1", "due", ""),
        ("nv-sau-5", "due", ""),
    ]


@pytest.mark.parametrize(("day", "month"), [(2, 1), (17, 3), (31, 3), (7, 4), (16, 6), (1, 7), (30, 12)])
def test_asking_only_for_what_is_near_finds_what_asking_for_everything_finds(
    imported: Any, monkeypatch: pytest.MonkeyPatch, day: int, month: int
) -> None:
    steps = imported.office.profile.assignment_steps
    planned(imported, at(17))
    now = at(day, month=month)

    def seen() -> tuple[list[Any], list[Any]]:
        with imported.store.reading() as session:
            look = look_at_assignments(session, steps, imported.office.calendar(local_day(now)), now)
        told = [(x.subject, x.plan_no, x.step, x.person.id, x.channel, x.standing) for x in look.lines]
        return told, [(move.line.id, move.to) for move in look.moves]

    near = seen()
    monkeypatch.setattr(assignment_sweep, "near", lambda *_asked: sa.true())
    assert near == seen()


def report_complete(province: Any, agency: str, key: str, now: datetime) -> None:
    (province.inbox / f"{agency}.xlsx").write_bytes(province.filled(agency, status={key: "Hoàn thành"}))
    collect_step(province.office, now, one_after_another)


def test_who_has_reported_it_complete_is_left_alone(few: Any) -> None:
    few.mark_sent(at(4, 10))
    planned(few, at(17))
    report_complete(few, "SKHCN", "V.1.1", at(18))
    assert planned(few, at(18, 10)) == (0, 0, 1)
    assert lines(few, "V.1.1") == [("nv-truoc-10", "superseded", "đã báo cáo hoàn thành")]
    planned(few, at(1, month=4))
    assert lines(few, "V.1.1") == [("nv-truoc-10", "superseded", "đã báo cáo hoàn thành")]
    assert ("nv-sau-1", "due", "") in lines(few, "V.3.1")


def test_a_silent_co_lead_owes_nothing_once_the_lead_of_record_is_done(few: Any) -> None:
    """IV.2 is led by STC, the lead of record, and SKHCN."""
    few.mark_sent(at(4, 10))
    planned(few, at(17))
    report_complete(few, "STC", "IV.2", at(18))
    planned(few, at(18, 10))
    assert sorted(lines(few, "IV.2")) == [
        ("nv-truoc-10", "superseded", "cơ quan chủ trì chính đã báo cáo hoàn thành"),
        ("nv-truoc-10", "superseded", "đã báo cáo hoàn thành"),
    ]


def test_a_co_lead_s_word_settles_nothing_for_the_lead_of_record(few: Any) -> None:
    few.mark_sent(at(4, 10))
    planned(few, at(17))
    report_complete(few, "SKHCN", "IV.2", at(18))
    planned(few, at(18, 10))
    assert sorted(lines(few, "IV.2")) == [
        ("nv-truoc-10", "due", ""),
        ("nv-truoc-10", "superseded", "đã báo cáo hoàn thành"),
    ]


def revise(province: Any, key: str, now: datetime, **changed: Any) -> None:
    """A next revision that says something else, as an import or a decision makes it."""
    with province.store.writing() as session:
        assignment = session.exec(select(Assignment).where(Assignment.key == key)).one()
        last = session.exec(
            select(AssignmentRevision).where(
                AssignmentRevision.assignment_id == assignment.id,
                AssignmentRevision.no == assignment.revision_no,
            )
        ).one()
        values = last.model_dump(exclude={"id", "no", "made_at"})
        assignment.revision_no += 1
        new = AssignmentRevision(**{**values, **changed, "no": assignment.revision_no, "made_at": now})
        session.add(new)
        session.flush()
        for party in session.exec(
            select(AssignmentParty).where(AssignmentParty.revision_id == last.id)
        ).all():
            copied = party.model_dump(exclude={"id", "revision_id"})
            session.add(AssignmentParty(**copied, revision_id=new.id))


def test_a_deadline_that_is_moved_starts_afresh_and_other_words_do_not(imported: Any) -> None:
    planned(imported, at(17))
    revise(imported, "V.1.1", at(18), name="Tên viết lại")
    assert planned(imported, at(18, 9)) == (0, 0, 0)
    revise(imported, "V.1.1", at(18, 10), due=date(2026, 4, 15), deadline_raw="15/4/2026")
    assert planned(imported, at(18, 11)) == (0, 0, 1)
    assert lines(imported, "V.1.1") == [("nv-truoc-10", "superseded", "thời hạn của nhiệm vụ đã thay đổi")]
    planned(imported, at(1, month=4))
    assert lines(imported, "V.1.1")[1:] == [("nv-truoc-10", "due", "")]


def test_what_is_gone_from_the_register_or_the_system_is_given_up(imported: Any) -> None:
    planned(imported, at(17))
    with imported.store.writing() as session:
        set_withheld(
            session,
            find_assignment(session, "KH57-2026/V.1.1"),
            withheld=True,
            reason="mật",
            actor="Thư ký",
            now=at(18),
        )
        session.exec(select(Assignment).where(Assignment.key == "V.3.1")).one().dropped_at = at(18)
    revise(imported, "V.3.3", at(18), due=None, deadline_raw="Thường xuyên")
    planned(imported, at(18, 9))
    assert lines(imported, "V.1.1") == [("nv-truoc-10", "superseded", "nhiệm vụ không đưa lên hệ thống")]
    assert lines(imported, "V.3.1") == [("nv-truoc-10", "superseded", "nhiệm vụ không còn trong danh mục")]
    with imported.store.reading() as session:
        (undated,) = session.exec(
            select(Notice).where(Notice.why == "nhiệm vụ không còn thời hạn cụ thể")
        ).all()
    assert undated.state == NoticeState.SUPERSEDED


def test_who_left_a_leading_group_is_left_alone(imported: Any) -> None:
    planned(imported, at(16, month=6))
    with imported.store.writing() as session:
        ward = session.exec(select(Agency).where(Agency.code == "3127")).one()
        for membership in session.exec(select(Membership).where(Membership.agency_id == ward.id)):
            membership.to_day = date(2026, 6, 16)
    planned(imported, at(17, month=6))
    given_up = imported.all(Notice, Notice.why == "cơ quan không còn chủ trì nhiệm vụ")
    assert [n.subject.rpartition(":")[2] for n in given_up] == [str(ward.id)]


def test_asked_again_at_the_moment_of_sending(few: Any) -> None:
    few.mark_sent(at(4, 10))
    planned(few, at(17))
    (before,) = {n.why or n.state.value for n in few.all(Notice)}
    assert before == "due"
    report_complete(few, "SKHCN", "V.1.1", at(18))
    steps, calendar = few.office.profile.assignment_steps, few.office.calendar(date(2026, 3, 18))
    with few.store.reading() as session:
        found = session.exec(select(Notice).where(Notice.step == "nv-truoc-10")).all()
        now_stand = {
            line.key: standing_of_assignment_notice(session, notice, steps, calendar, at(18, 10)).why
            for notice in found
            for line in assignment_lines(session, [notice])
        }
    assert now_stand["V.1.1"] == "đã báo cáo hoàn thành"
    assert {why for key, why in now_stand.items() if key != "V.1.1"} == {""}


def test_several_at_once_put_everything_down_once(imported_both: Any) -> None:
    barrier = Barrier(3)
    results: list[Any] = []

    def run() -> None:
        store = imported_both.open_again()
        barrier.wait()
        try:
            for now in (at(17), at(26), at(1, month=4)):
                planned(imported_both, now, store)
            results.append("done")
        except Exception as error:
            results.append(error)

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["done"] * 3
    found = imported_both.all(Notice)
    assert len({(n.subject, n.plan_no, n.step, n.person_id, n.channel) for n in found}) == len(found)
    assert sum(n.state == NoticeState.DUE for n in found) == 8


def test_a_look_with_nothing_to_do_asks_the_same_of_one_agency_as_of_sixty(imported: Any) -> None:
    counted = []
    for day, month in (
        (17, 3),
        (16, 6),
        (17, 12),
    ):  # 8 lines; with the communes of III.4; with everyone, of V.5.1
        planned(imported, at(day, month=month))
        said: list[str] = []

        def listen(_connection: Any, _cursor: Any, statement: str, *_: Any, said: list[str] = said) -> None:
            said.append(statement)

        sa.event.listen(imported.store.engine, "before_cursor_execute", listen)
        assert planned(imported, at(day, 9, month=month)) == (0, 0, 0)
        sa.event.remove(imported.store.engine, "before_cursor_execute", listen)
        counted.append(len(said))
    assert len(set(counted)) == 1
    assert counted[0] < 15


def test_what_should_have_been_put_down_and_was_not_is_known(imported: Any) -> None:
    steps, calendar = imported.office.profile.assignment_steps, imported.office.calendar(date(2026, 3, 17))
    with imported.store.reading() as session:
        missing = unsaid_of_assignments(session, steps, calendar, at(17))
    assert {label for _, label in missing} == {"Nhắc nhiệm vụ trước hạn 10 ngày làm việc"}
    planned(imported, at(17))
    with imported.store.reading() as session:
        assert unsaid_of_assignments(session, steps, calendar, at(17)) == []
