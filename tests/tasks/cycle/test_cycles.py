"""Opening, releasing, closing: each once, by the rules, frozen as it was, in the audit trail."""

import shutil
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlmodel import col, select

from models.codes import CycleState, RequestState
from models.cycle import Cycle, DueChange, Request, RequestItem
from models.directory import Agency
from models.history import Audit, StateChange
from models.rules.periods import parse_period
from models.rules.policy import Regime
from models.time import VIETNAM, end_of
from tasks.cycle.cycles import (
    CycleFault,
    DateOverrides,
    close_cycle,
    due_to_close,
    find_cycle,
    open_cycle,
)
from tasks.cycle.release import release_cycle
from tasks.intake.judge import judge_batch
from tasks.registers.register_acts import NoSuchRow, find_assignment, set_withheld
from tasks.store import Store

NOW = datetime(2026, 3, 2, 8, tzinfo=VIETNAM).astimezone(UTC)
SIGNED = date(2026, 3, 4)
RELEASED = datetime(2026, 3, 4, 9, tzinfo=VIETNAM).astimezone(UTC)
CODE = "bcd-quy-2026-Q1"


def regime(province: Any, code: str = "bcd-quy", **changed: Any) -> Regime:
    found: Regime = province.office.profile.regime(code)
    return found.model_copy(update=changed)


def opened(province: Any, period: str = "2026-Q1", code: str = "bcd-quy", **how: Any) -> tuple[Cycle, bool]:
    with province.store.writing() as session:
        return open_in(session, province, period, code, **how)


def open_in(session: Any, province: Any, period: str, code: str, **how: Any) -> tuple[Cycle, bool]:
    return open_cycle(
        session,
        how.pop("regime", None) or regime(province, code),
        parse_period(period),
        province.office.calendar(parse_period(period).last_day),
        **{"actor": "Thư ký", "now": NOW, **how},
    )


def release(province: Any, code: str = CODE, store: Store | None = None, **how: Any) -> int:
    with (store or province.store).writing() as session:
        given = {"number": "12-CV/BCĐ", "signed_on": SIGNED, "actor": "Thư ký", "now": RELEASED}
        return release_cycle(session, find_cycle(session, code), **{**given, **how})


def test_a_cycle_opens_as_a_draft_with_the_dates_of_its_regime(imported_both: Any) -> None:
    cycle, is_new = opened(imported_both)
    assert is_new
    assert (cycle.code, cycle.state, cycle.name) == (
        CODE,
        CycleState.DRAFT,
        "Báo cáo Quý I/2026 thực hiện Nghị quyết số 57-NQ/TW",
    )
    assert (cycle.data_from, cycle.cut_off, cycle.as_of) == (
        date(2025, 12, 15),
        date(2026, 3, 14),
        date(2026, 3, 14),
    )
    assert (cycle.due_written, cycle.due, cycle.province_due) == (
        date(2026, 3, 20),
        date(2026, 3, 20),
        date(2026, 3, 25),
    )
    assert imported_both.count(Request) == 0
    assert [act.act for act in imported_both.all(Audit) if act.entity == "cycle"] == ["mo-ky"]


def test_opening_again_changes_nothing_whatever_the_regime_says_now(imported: Any) -> None:
    opened(imported)
    acts = imported.count(Audit)
    changed = regime(imported, name="Tên khác", steps=[])
    cycle, is_new = opened(imported, regime=changed, now=NOW + timedelta(days=3), urgent=True)
    assert not is_new
    assert (cycle.urgent, cycle.opened_at, imported.count(Audit)) == (False, NOW, acts)
    frozen = Regime.model_validate(cycle.policy)
    assert frozen == regime(imported)
    assert [step.code for step in frozen.steps] == [
        "truoc-5",
        "truoc-1",
        "sau-1",
        "sau-2-thu-truong",
        "sau-3-lanh-dao",
    ]


def test_dates_may_be_set_on_one_cycle(imported: Any) -> None:
    how = DateOverrides(as_of=date(2026, 3, 10), due=date(2026, 3, 18))
    cycle, _ = opened(imported, overrides=how)
    assert (cycle.as_of, cycle.due_written, cycle.due, cycle.cut_off) == (
        date(2026, 3, 10),
        date(2026, 3, 18),
        date(2026, 3, 18),
        date(2026, 3, 14),
    )


@pytest.mark.parametrize(
    ("due", "why"),
    [
        pytest.param(date(2026, 3, 26), "sau hạn tỉnh phải gửi 25/3/2026", id="after the province's"),
        pytest.param(date(2026, 3, 25), "sau hạn tỉnh phải gửi", id="no room for the steps after it"),
        pytest.param(date(2026, 3, 15), "ít nhất 01 ngày làm việc", id="no working day after the cut-off"),
        pytest.param(date(2062, 3, 20), "Lịch làm việc chưa có năm", id="a slip of the finger"),
    ],
)
def test_dates_that_make_no_sense_are_refused_in_words(imported: Any, due: date, why: str) -> None:
    with pytest.raises(CycleFault, match=why):
        opened(imported, overrides=DateOverrides(due=due))
    assert imported.count(Cycle) == 0


def test_a_register_that_is_not_imported_is_named(imported: Any) -> None:
    with pytest.raises(CycleFault, match="NQ71 chưa được nạp"):
        opened(imported, regime=regime(imported, registers=["NQ71"]))


def test_an_unknown_cycle_lists_those_there_are(imported: Any) -> None:
    with imported.store.reading() as session, pytest.raises(CycleFault, match="Chưa mở kỳ nào"):
        find_cycle(session, "x")
    opened(imported)
    with imported.store.reading() as session, pytest.raises(CycleFault, match=f"Các kỳ hiện có: {CODE}"):
        find_cycle(session, "x")


def test_release_asks_every_owing_agency_once(imported_both: Any) -> None:
    """15 agencies of the province and 45 communes; enterprises and who only coordinates are not asked."""
    opened(imported_both)
    assert release(imported_both) == 60
    with imported_both.store.reading() as session:
        kinds = [a.kind.value for a in session.exec(select(Agency).join(Request))]
    assert kinds.count("commune") == 45
    assert "enterprise" not in kinds
    requests = imported_both.all(Request)
    assert len({request.agency_id for request in requests}) == len(requests) == 60
    assert {(r.state, r.due, r.plan_no) for r in requests} == {(RequestState.PLANNED, date(2026, 3, 20), 1)}
    assert imported_both.count(DueChange) == 60
    (change,) = imported_both.all(StateChange)
    assert (change.before, change.after, change.actor) == ("draft", "released", "Thư ký")


def test_release_again_with_the_same_document_changes_nothing_with_another_it_is_refused(
    imported: Any,
) -> None:
    opened(imported)
    release(imported)
    acts = imported.count(Audit)
    assert release(imported, now=RELEASED + timedelta(hours=1), number=" 12-CV/BCĐ ") == 60
    assert (imported.count(Audit), imported.count(Request), imported.count(StateChange)) == (acts, 60, 1)
    with pytest.raises(CycleFault, match="đã phát hành theo công văn số 12-CV/BCĐ"):
        release(imported, number="13-CV/BCĐ")


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"number": "  "}, "Cần số của công văn đã ký"),
        ({"signed_on": date(2026, 3, 5)}, "ở tương lai"),
        ({"signed_on": date(2026, 3, 21), "now": RELEASED + timedelta(days=30)}, "sau hạn báo cáo 20/3/2026"),
    ],
    ids=["no number", "signed tomorrow", "signed after the deadline"],
)
def test_a_release_without_a_proper_document_is_refused(imported: Any, how: dict[str, Any], why: str) -> None:
    opened(imported)
    with pytest.raises(CycleFault, match=why):
        release(imported, **how)
    assert imported.count(Request) == 0
    with imported.store.reading() as session:
        assert find_cycle(session, CODE).state == CycleState.DRAFT


def test_a_withheld_assignment_is_on_no_form_and_in_no_request(imported: Any) -> None:
    with imported.store.writing() as session:
        assignment = find_assignment(session, "KH57-2026/V.5.1")
        revision_no = assignment.revision_no
        assert set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=NOW)
        assert not set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=NOW)
    opened(imported)
    release(imported)
    from models.register import Assignment, AssignmentRevision

    with imported.store.reading() as session:
        asked = session.exec(
            select(RequestItem.id)
            .join(AssignmentRevision, col(AssignmentRevision.id) == col(RequestItem.assignment_revision_id))
            .join(Assignment, col(Assignment.id) == col(AssignmentRevision.assignment_id))
            .where(Assignment.key == "V.5.1")
        ).all()
    assert (revision_no, asked) == (1, [])
    assert [act.act for act in imported.all(Audit)].count("khong-dua-len-he-thong") == 1


def test_an_unknown_row_is_told(imported: Any) -> None:
    with imported.store.reading() as session, pytest.raises(NoSuchRow, match="khóa viết như"):
        find_assignment(session, "KH57-2026/IX.9")


def accept(province: Any, content: bytes, at: datetime) -> None:
    from models.submission import Arrival
    from tasks.blobs import keep_bytes

    with province.store.writing() as session:
        arrival = Arrival(
            channel="thử",
            reference=at.isoformat(),
            file_name="a.xlsx",
            sha256=keep_bytes(session, content, at),
            received_at=at,
            stored_at=at,
        )
        session.add(arrival)
        session.flush()
        arrival_id = arrival.id or 0
    assert judge_batch(province.store, [arrival_id], province.office.key, at).accepted == 1


def h1_lines(province: Any, agency: str) -> list[str]:
    signed = date(2026, 6, 5)
    opened(province, "2026-H1", "bcd-6-thang", now=end_of(signed))
    release(province, "bcd-6-thang-2026-H1", number="40-CV/BCĐ", signed_on=signed, now=end_of(signed))
    return [
        line.row_key.partition("/")[2] for line in province.form(agency, "bcd-6-thang-2026-H1").assignments
    ]


def dated_key(province: Any, agency: str) -> str:
    line = next(line for line in province.form(agency).assignments if line.kind == "date")
    return str(line.row_key).partition("/")[2]


def test_what_was_reported_complete_is_not_asked_again(few: Any) -> None:
    key = dated_key(few, "SNV")
    accept(few, few.filled("SNV", status={key: "Hoàn thành"}), RELEASED)
    asked = [line.row_key.partition("/")[2] for line in few.form("SNV").assignments]
    assert h1_lines(few, "SNV") == [other for other in asked if other != key]


def test_what_a_later_version_took_back_is_asked_again(few: Any) -> None:
    key = dated_key(few, "SNV")
    accept(few, few.filled("SNV", status={key: "Hoàn thành"}), RELEASED)
    accept(few, few.filled("SNV"), RELEASED + timedelta(hours=1))
    assert key in h1_lines(few, "SNV")


def test_closing_is_for_released_cycles_and_once(few: Any) -> None:
    last = date(2026, 3, 25) + timedelta(days=30)
    with few.store.writing() as session:
        cycle = few.cycle(session)
        assert not due_to_close(cycle, end_of(last) - timedelta(seconds=1))
        assert due_to_close(cycle, end_of(last))
        for hour in range(2):
            close_cycle(
                session, cycle, reason="xong", actor="Thư ký", now=end_of(last) + timedelta(hours=hour)
            )
        assert (cycle.state, cycle.closed_at) == (CycleState.CLOSED, end_of(last))
        assert not due_to_close(cycle, end_of(last))
    assert [act.act for act in few.all(Audit)].count("dong-ky") == 1
    with pytest.raises(CycleFault, match="không phát hành lại bằng số khác"):
        release(few, number="99")


def test_a_draft_cannot_be_closed(imported: Any) -> None:
    opened(imported)
    with imported.store.writing() as session, pytest.raises(CycleFault, match="còn là dự thảo"):
        close_cycle(session, find_cycle(session, CODE), reason="", actor="Thư ký", now=NOW)


def at_once(province: Any, work: Any, number: int = 3) -> list[Any]:
    stores = [province.open_again() for _ in range(number)]
    barrier = Barrier(number)
    results: list[Any] = []

    def run(store: Store) -> None:
        barrier.wait()
        try:
            results.append(work(store))
        except Exception as error:
            results.append(error)

    threads = [Thread(target=run, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_several_that_open_and_release_at_once_do_it_once(imported_both: Any) -> None:
    def open_one(store: Store) -> bool:
        with store.writing() as session:
            return open_in(session, imported_both, "2026-Q1", "bcd-quy")[1]

    assert sorted(at_once(imported_both, open_one)) == [False, False, True]
    assert at_once(imported_both, lambda store: release(imported_both, store=store)) == [60, 60, 60]
    assert (imported_both.count(Cycle), imported_both.count(Request)) == (1, 60)
    assert imported_both.count(StateChange) == 1
    assert [act.act for act in imported_both.all(Audit) if act.entity == "cycle"] == ["mo-ky", "phat-hanh-ky"]


def test_an_agency_that_has_left_is_in_no_group_any_more(imported: Any, tmp_path: Any) -> None:
    from tasks.profile import apply_directory, read_profile

    folder = tmp_path / "tinh"
    shutil.copytree(imported.office.settings.profile, folder)
    profile = read_profile(folder)
    fewer = profile.model_copy(
        update={
            "agencies": [a for a in profile.agencies if a.code != "3151"],
            "people": [p for p in profile.people if p.agency != "3151"],
        }
    )
    with imported.store.writing() as session:
        apply_directory(session, fewer, actor="Thư ký", now=NOW)
    opened(imported)
    assert release(imported) == 59
