"""Statuses confirmed: what stands, what no longer does, what the figures say on each basis; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.codes import AssignmentClass, ReportStatus
from models.desk_act import Confirmation
from models.directory import Agency
from models.history import Audit
from models.register import Assignment
from models.rules.completion import completion_on_both
from models.rules.cycle_view import AssignmentView, CycleView, LeadReport
from models.time import VIETNAM, end_of
from tasks.cycle.cycle_view import read_cycle
from tasks.cycle.cycles import close_cycle, find_cycle, who_owes
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.statuses.confirming import (
    Look,
    StatusFault,
    all_unconfirmed,
    confirm,
    correct,
    say_of_whole,
    withdraw,
)
from tasks.statuses.words import read_words
from tasks.steps import collect_step, one_after_another, open_step, release_step

CYCLE = "bcd-quy-2026-Q1"
H1 = "bcd-6-thang-2026-H1"
T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
HOUR = timedelta(hours=1)
BY = {"actor": "Lò Thị Mai (mai.lt)", "now": T0 + 5 * HOUR}


def hand_in(province: Any, at: datetime, **files: bytes) -> None:
    for name, content in files.items():
        (province.inbox / f"{name}.xlsx").write_bytes(content)
    collect_step(province.office, at, one_after_another)


def view_of(province: Any, code: str = CYCLE) -> CycleView:
    with province.store.reading() as session:
        return read_cycle(session, find_cycle(session, code))


def row(view: CycleView, row_key: str) -> AssignmentView:
    (found,) = [a for a in view.assignments if a.row_key == row_key]
    return found


def word(province: Any, agency: str, row_key: str, code: str = CYCLE) -> LeadReport:
    (found,) = [r for r in row(view_of(province, code), row_key).reports if r.agency_code == agency]
    return found


def dated(province: Any, agency: str) -> str:
    return str(next(line.row_key for line in province.form(agency).assignments if line.kind == "date"))


def key_of(row_key: str) -> str:
    return row_key.partition("/")[2]


def ids(province: Any, agency: str, row_key: str) -> tuple[int, int]:
    with province.store.reading() as session:
        assignment = find_assignment(session, row_key)
        (found,) = province.all(Agency, Agency.code == agency)
        return assignment.id or 0, found.id


def look(province: Any, agency: str, row_key: str, **more: Any) -> Look:
    return Look(*ids(province, agency, row_key), **more)


def confirmed(province: Any, *looks: Look, code: str = CYCLE, **by: Any) -> int:
    with province.store.writing() as session:
        return confirm(session, find_cycle(session, code), looks, **{**BY, **by})


@pytest.fixture
def reported(few_both: Any) -> Any:
    """SNV has reported its first dated row complete on 10/3; everything else under way or on schedule."""
    few_both.row_key = dated(few_both, "SNV")
    hand_in(few_both, T0, a=few_both.filled("SNV", status={key_of(few_both.row_key): "Hoàn thành"}))
    return few_both


def test_a_confirmation_stands_beside_the_declaration(reported: Any) -> None:
    assert word(reported, "SNV", reported.row_key).confirmed is None
    assert (
        confirmed(reported, look(reported, "SNV", reported.row_key, document="45/KH-UBND ngày 10/3/2026"))
        == 1
    )
    said = word(reported, "SNV", reported.row_key)
    assert said.confirmed is not None
    assert (said.status, said.confirmed.status, said.confirmed.completed_on) == (
        ReportStatus.COMPLETE,
        ReportStatus.COMPLETE,
        date(2026, 3, 10),
    )
    assert (said.confirmed.document, said.confirmed.by) == ("45/KH-UBND ngày 10/3/2026", BY["actor"])
    (act,) = reported.all(Audit, Audit.act == "xac-nhan-trang-thai")
    assert (act.actor, act.after) == (BY["actor"], {"kỳ": CYCLE, "cơ quan": "SNV"})


def test_pressing_twice_confirms_once(reported: Any) -> None:
    mine = look(reported, "SNV", reported.row_key)
    assert [confirmed(reported, mine), confirmed(reported, mine)] == [1, 0]
    assert reported.count(Confirmation) == 1


def test_all_of_an_agency_at_once(reported: Any) -> None:
    with reported.store.writing() as session:
        cycle = find_cycle(session, CYCLE)
        _, agency_id = ids(reported, "SNV", reported.row_key)
        looks = all_unconfirmed(read_words(session, cycle), agency_id)
        assert len(looks) == len(reported.form("SNV").assignments)
        assert confirm(session, cycle, looks, **BY) == len(looks)
    both = completion_on_both(view_of(reported), date(2026, 3, 14))
    assert (both.words.declared, both.words.confirmed) == (len(looks), len(looks))
    assert both.declared == both.confirmed


def test_an_unconfirmed_word_is_silence_and_is_counted(reported: Any) -> None:
    day = date(2026, 3, 14)
    asked = len(reported.form("SNV").assignments)
    before = completion_on_both(view_of(reported), day)
    assert before.declared.classes[reported.row_key] is AssignmentClass.DONE_ON_TIME
    assert before.confirmed.classes[reported.row_key] is AssignmentClass.NO_REPORT
    confirmed(reported, look(reported, "SNV", reported.row_key))
    after = completion_on_both(view_of(reported), day)
    assert after.confirmed.classes[reported.row_key] is AssignmentClass.DONE_ON_TIME
    assert (after.confirmed.overall.completed.numerator, after.words.unconfirmed) == (1, asked - 1)


@pytest.mark.parametrize(
    ("change", "stands"),
    [({}, True), ({"percent": "95"}, True), ({"product": "Kế hoạch số 99"}, False)],
    ids=["the same", "another percentage", "another product"],
)
def test_it_stands_while_the_agency_declares_the_same(reported: Any, change: Any, stands: bool) -> None:
    confirmed(reported, look(reported, "SNV", reported.row_key))
    again = {"status": {key_of(reported.row_key): "Hoàn thành"}, "percent": "41", **change}
    hand_in(reported, T0 + HOUR, b=reported.filled("SNV", **again))
    assert (word(reported, "SNV", reported.row_key).confirmed is not None) is stands


def test_another_status_undoes_it(reported: Any) -> None:
    confirmed(reported, look(reported, "SNV", reported.row_key))
    hand_in(reported, T0 + HOUR, b=reported.filled("SNV"))
    said = word(reported, "SNV", reported.row_key)
    assert (said.status, said.confirmed) == (ReportStatus.IN_PROGRESS, None)


def test_what_was_not_seen_is_not_confirmed(reported: Any) -> None:
    seen = word(reported, "SNV", reported.row_key).report_id
    hand_in(reported, T0 + HOUR, b=reported.filled("SNV"))
    with pytest.raises(StatusFault, match="báo cáo mới"):
        confirmed(reported, look(reported, "SNV", reported.row_key, report_id=seen))
    with pytest.raises(StatusFault, match="chưa có báo cáo đạt yêu cầu"):
        confirmed(reported, look(reported, "STC", dated(reported, "STC")))
    assert reported.count(Confirmation) == 0


def corrected(
    province: Any, status: ReportStatus, day: date | None = None, note: str = "Chưa có sản phẩm"
) -> bool:
    with province.store.writing() as session:
        seen = look(province, "SNV", province.row_key, note=note)
        return correct(session, find_cycle(session, CYCLE), seen, status, day, **BY)


def test_a_correction_counts_on_the_confirmed_basis_alone(reported: Any) -> None:
    assert corrected(reported, ReportStatus.IN_PROGRESS)
    assert not corrected(reported, ReportStatus.IN_PROGRESS)
    both = completion_on_both(view_of(reported), date(2026, 3, 14))
    assert both.declared.classes[reported.row_key] is AssignmentClass.DONE_ON_TIME
    assert both.confirmed.classes[reported.row_key] is AssignmentClass.IN_PROGRESS
    assert word(reported, "SNV", reported.row_key).confirmed.corrected  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("status", "day", "note", "said"),
    [
        (ReportStatus.COMPLETE, date(2026, 3, 10), "x", "đúng như báo cáo"),
        (ReportStatus.COMPLETE, None, "x", "Ghi ngày hoàn thành"),
        (ReportStatus.COMPLETE, date(2026, 5, 1), "x", "tương lai"),
        (ReportStatus.IN_PROGRESS, date(2026, 3, 1), "x", "Chỉ ghi ngày hoàn thành khi"),
        (ReportStatus.ON_SCHEDULE, None, "x", "không dùng cho nhiệm vụ"),
        (ReportStatus.IN_PROGRESS, None, " ", "Chưa ghi lý do"),
    ],
)
def test_corrections_that_make_no_sense(
    reported: Any, status: ReportStatus, day: date | None, note: str, said: str
) -> None:
    with pytest.raises(StatusFault if note.strip() else ValueError, match=said):
        corrected(reported, status, day, note)
    assert reported.count(Confirmation) == 0


def test_withdrawing_leaves_it_unconfirmed_and_erases_nothing(reported: Any) -> None:
    confirmed(reported, look(reported, "SNV", reported.row_key))
    assignment_id, agency_id = ids(reported, "SNV", reported.row_key)

    def take_back() -> bool:
        with reported.store.writing() as session:
            assignment = session.get_one(Assignment, assignment_id)
            cycle = find_cycle(session, CYCLE)
            return withdraw(session, cycle, assignment, agency_id, reason="Nhầm dòng", **BY)

    assert [take_back(), take_back()] == [True, False]
    assert word(reported, "SNV", reported.row_key).confirmed is None
    assert [c.verdict.value for c in reported.all(Confirmation)] == ["confirmed", "withdrawn"]
    assert confirmed(reported, look(reported, "SNV", reported.row_key)) == 1


def test_a_withheld_row_is_not_confirmed(reported: Any) -> None:
    with reported.store.writing() as session:
        assignment = find_assignment(session, reported.row_key)
        set_withheld(session, assignment, withheld=True, reason="mật", actor="Thư ký", now=T0)
    with pytest.raises(StatusFault, match="không đưa lên hệ thống"):
        confirmed(reported, look(reported, "SNV", reported.row_key))
    with reported.store.reading() as session:
        words = read_words(session, find_cycle(session, CYCLE))
    assert ids(reported, "SNV", reported.row_key) not in words.by_agency
    assert row(view_of(reported), reported.row_key).reports[0].status is None


def test_a_closed_cycle_stays_as_it_is(reported: Any) -> None:
    with reported.store.writing() as session:
        close_cycle(session, find_cycle(session, CYCLE), reason="Hết kỳ", actor="Thư ký", now=T0)
    with pytest.raises(StatusFault, match="đã đóng kỳ"):
        confirmed(reported, look(reported, "SNV", reported.row_key))


def next_cycle(province: Any) -> None:
    signed = date(2026, 6, 5)
    open_step(province.office, "2026-H1", end_of(signed))
    release_step(province.office, H1, "40-CV/BCĐ", signed, end_of(signed))


def test_what_was_confirmed_complete_stays_confirmed(reported: Any) -> None:
    confirmed(reported, look(reported, "SNV", reported.row_key))
    next_cycle(reported)
    said = word(reported, "SNV", reported.row_key, H1)
    assert (said.this_cycle, said.status) == (False, ReportStatus.COMPLETE)
    assert said.confirmed is not None
    assert reported.row_key not in [line.row_key for line in reported.form("SNV", H1).assignments]


def test_a_completion_that_was_corrected_is_asked_about_again(reported: Any) -> None:
    corrected(reported, ReportStatus.IN_PROGRESS)
    next_cycle(reported)
    assert reported.row_key in [line.row_key for line in reported.form("SNV", H1).assignments]
    assert word(reported, "SNV", reported.row_key, H1).confirmed is None


def test_an_earlier_cycle_does_not_see_a_later_confirmation(reported: Any) -> None:
    next_cycle(reported)
    assert (
        confirmed(reported, look(reported, "SNV", reported.row_key), code=H1, now=end_of(date(2026, 6, 8)))
        == 1
    )
    assert word(reported, "SNV", reported.row_key, H1).confirmed is not None
    assert word(reported, "SNV", reported.row_key).confirmed is None


def test_the_secretariat_speaks_for_a_whole_group(reported: Any) -> None:
    view = view_of(reported)
    (led,) = [a.row_key for a in view.assignments if a.member_noun and a.key == "III.4"]

    def whole(document: str = "Báo cáo số 5/BC-TGV") -> bool:
        with reported.store.writing() as session:
            return say_of_whole(
                session,
                find_cycle(session, CYCLE),
                find_assignment(session, led),
                ReportStatus.COMPLETE,
                date(2026, 3, 11),
                document=document,
                **BY,
            )

    with pytest.raises(StatusFault, match="Ghi số, ngày văn bản"):
        whole("")
    assert [whole(), whole()] == [True, False]
    both = completion_on_both(view_of(reported), date(2026, 3, 14))
    assert both.declared.classes[led] is both.confirmed.classes[led] is AssignmentClass.DONE_ON_TIME
    with reported.store.reading() as session:
        _, owed = who_owes(session, find_cycle(session, CYCLE), date(2026, 3, 14))
        revision = {a.key: a for a in reported.all(Assignment)}["III.4"]
    assert led.endswith(revision.key)
    asked = {line.revision_id for line in owed["3127"] if line.kind == "assignment"}
    with reported.store.writing() as session:
        assert withdraw(
            session, find_cycle(session, CYCLE), find_assignment(session, led), None, reason="Nhầm", **BY
        )
        _, again = who_owes(session, find_cycle(session, CYCLE), date(2026, 3, 14))
    assert len({line.revision_id for line in again["3127"] if line.kind == "assignment"} - asked) == 1
    with pytest.raises(StatusFault, match="không do nhóm"), reported.store.writing() as session:
        say_of_whole(
            session,
            find_cycle(session, CYCLE),
            find_assignment(session, reported.row_key),
            ReportStatus.COMPLETE,
            date(2026, 3, 11),
            document="x",
            **BY,
        )


def test_two_officers_at_once_confirm_once(reported: Any) -> None:
    """Each in a process of its own, as the database sees it: the second finds what the first has done."""
    mine = look(reported, "SNV", reported.row_key, document="45/KH-UBND")
    stores = [reported.open_again(), reported.open_again()]

    def press(store: Any) -> int:
        with store.writing() as session:
            return confirm(session, find_cycle(session, CYCLE), [mine], **BY)

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(press, stores)) == [0, 1]
    assert reported.count(Confirmation) == 1
    assert reported.count(Audit, Audit.act == "xac-nhan-trang-thai") == 1
