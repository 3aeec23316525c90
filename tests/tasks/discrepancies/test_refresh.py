"""Looking for contradictions again and again, on both databases, with reports as agencies hand them in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from annexes import ANNEX_V, OUTLINE, changed
from asked import ask, filled, reported_last
from contradictions import CYCLE, MENDED, PROCEDURES, at, hand_in, look
from sqlmodel import select

from models.codes import CycleState, DiscrepancyKind, DiscrepancyState
from models.cycle import Cycle
from models.discrepancy import Discrepancy
from models.fault import Fault
from models.history import StateChange
from tasks.cycle.cycles import find_cycle
from tasks.discrepancies.acts import explain
from tasks.discrepancies.points import points_of
from tasks.discrepancies.refresh import refresh
from tasks.registers.register_acts import find_assignment, set_withheld
from tasks.states import MACHINE, move_discrepancy
from tasks.steps import one_after_another, sweep_step

ON, OFF = "Thường xuyên, bảo đảm tiến độ", "Thường xuyên, chưa bảo đảm tiến độ"


def rows(province: Any, *where: Any) -> list[Discrepancy]:
    found: list[Discrepancy] = province.all(Discrepancy, *where)
    return found


BETWEEN_LEADS = Discrepancy.kind == DiscrepancyKind.LEADS


def moves(province: Any) -> list[tuple[str, str, str]]:
    return [
        (change.before, change.after, change.actor)
        for change in province.all(StateChange, StateChange.entity == "discrepancy")
    ]


def test_found_once_however_often_it_is_looked_for(few_both: Any) -> None:
    hand_in(few_both, "SNV", PROCEDURES, at(10, 9))
    assert (look(few_both, at(10, 10)).new, look(few_both, at(10, 11)).new) == (1, 0)
    (row,) = rows(few_both)
    assert (row.kind, row.state, row.found_at) == (DiscrepancyKind.FORM, DiscrepancyState.OPEN, at(10, 10))
    assert row.request_id == few_both.request_id("SNV")
    assert "166 (40 + 106 + 20), khác Tổng số TTHC là 149" in row.sentence
    assert row.source == "Sở Nội vụ, bản thứ 1 (nhận lúc 09:00 ngày 10/3/2026): trang “Phụ lục V”"
    assert moves(few_both) == []


def test_a_new_version_that_still_has_it_keeps_the_state_and_one_that_has_not_mends_it(few_both: Any) -> None:
    hand_in(few_both, "SNV", PROCEDURES, at(10, 9))
    look(few_both, at(10, 10))
    (row,) = rows(few_both)
    with few_both.store.writing() as session:
        held = session.get_one(Discrepancy, row.id)
        move_discrepancy(
            session, held, DiscrepancyState.ASKED, reason="hỏi lần 1", actor="Thư ký", now=at(10, 11)
        )
    hand_in(few_both, "SNV", {**PROCEDURES, "KH57-2026/III.2:percent": "50"}, at(11, 9))
    assert look(few_both, at(11, 10)).again == 0
    (row,) = rows(few_both)
    assert row.state is DiscrepancyState.ASKED
    assert "bản thứ 2" in row.source

    hand_in(few_both, "SNV", MENDED, at(12, 9))
    assert look(few_both, at(12, 10)).gone == 1
    assert look(few_both, at(12, 11)).gone == 0
    (row,) = rows(few_both)
    assert (row.state, row.gone_at) == (DiscrepancyState.MENDED, at(12, 10))
    assert moves(few_both)[-1] == ("asked", "mended", "Thư ký")

    hand_in(few_both, "SNV", {**PROCEDURES, "KH57-2026/III.2:percent": "60"}, at(13, 9))
    assert look(few_both, at(13, 10)).again == 1
    (row,) = rows(few_both)
    assert (row.state, row.gone_at) == (DiscrepancyState.OPEN, None)


def test_an_explanation_stands_for_the_figures_it_was_given_for(few_both: Any) -> None:
    hand_in(few_both, "SNV", PROCEDURES, at(10, 9))
    look(few_both, at(10, 10))
    with few_both.store.writing() as session:
        explain(
            session,
            rows(few_both)[0].id or 0,
            "TTHC dùng chung.",
            by="Lò Văn A",
            actor="Thư ký",
            now=at(10, 11),
        )
    hand_in(few_both, "SNV", {**PROCEDURES, "KH57-2026/III.2:percent": "50"}, at(11, 9))
    look(few_both, at(11, 10))
    assert rows(few_both)[0].state is DiscrepancyState.EXPLAINED
    hand_in(few_both, "SNV", {**PROCEDURES, "PL-V/10:C": "150"}, at(12, 9))
    look(few_both, at(12, 10))
    (row,) = rows(few_both)
    assert (row.state, row.answer) == (DiscrepancyState.OPEN, "TTHC dùng chung.")
    assert "150" in row.sentence


def test_leads_that_disagree(few: Any) -> None:
    hand_in(few, "SKHCN", {"KH57-2026/II.1:status": ON}, at(10, 9))
    hand_in(
        few,
        "SNV",
        {"KH57-2026/II.1:status": OFF, "KH57-2026/II.1:reason": "Thiếu kinh phí"},
        at(10, 10),
    )
    look(few, at(10, 11))
    (row,) = rows(few, BETWEEN_LEADS)
    assert (row.kind, row.request_id) == (DiscrepancyKind.LEADS, few.request_id("SNV"))
    assert "Sở Khoa học và Công nghệ (cơ quan đầu mối) báo “Thường xuyên, bảo đảm tiến độ”" in row.sentence
    assert "bảo đảm" not in row.source
    assert "Thiếu kinh phí" not in row.sentence


def test_further_back_than_last_period(few: Any) -> None:
    reported_last(few, "SNV", {**filled(few, "SNV", percent="80")})
    hand_in(few, "SNV", {"same_all": "x"}, at(10, 9))
    look(few, at(10, 11))
    found = rows(few)
    assert {row.kind for row in found} == {DiscrepancyKind.LAST_PERIOD}
    assert [row.sentence for row in found if "III.2" in row.sentence] == [
        (
            "Nhiệm vụ KH57-2026/III.2: tỷ lệ hoàn thành kỳ này 40%, kỳ trước 80%. Đề nghị xem lại, hoặc giải trình "
            "lý do."
        )
    ]
    assert all("Báo cáo Quý IV/2025" in row.source for row in found if "lui-so" in row.key)


def test_prose_beside_the_figures(few: Any) -> None:
    prose = (
        "Sở Nội vụ được giao 18 nhiệm vụ. Đã số hóa 18.672/28.005 hồ sơ, đạt khoảng 70%. "
        "Tiếp tục thực hiện theo kế hoạch."
    )
    hand_in(few, "SNV", {"loi-van:1.I.2": prose}, at(10, 9))
    look(few, at(10, 11))
    found = rows(few)
    assert {row.kind for row in found} == {DiscrepancyKind.PROSE}
    told = "\n".join(row.sentence for row in found)
    assert "Lời văn nêu 18 nhiệm vụ được giao, biểu ghi 7 (trang “Nhiệm vụ”)" in told
    assert "18.672/28.005" in told
    assert all("lời văn nhận lúc 09:00 ngày 10/3/2026: mục “2. Về việc" in row.source for row in found)


def test_prose_beside_the_total_of_an_annex(few: Any) -> None:
    total = ANNEX_V.asked[0].model_copy(update={"label": "Tổng số thủ tục hành chính – Cấp Trung ương"})
    ask(few, "SNV", changed(ANNEX_V, asked=(total, *ANNEX_V.asked[1:])), outline=OUTLINE)
    hand_in(few, "SNV", {"PL-V/6:B": "166", "loi-van:1.I": "Hiện có 149 thủ tục hành chính."}, at(10, 9))
    look(few, at(10, 11))
    (row,) = rows(few)
    assert row.sentence.startswith(
        "Lời văn nêu 149 thủ tục hành chính, biểu ghi 166 (trang “Phụ lục V”, ô B6)."
    )


def test_what_is_withheld_is_neither_found_nor_mended_nor_told(few: Any) -> None:
    hand_in(few, "SKHCN", {"KH57-2026/II.1:status": ON}, at(10, 9))
    hand_in(few, "SNV", {"KH57-2026/II.1:status": OFF, "KH57-2026/II.1:reason": "Lý do"}, at(10, 10))
    look(few, at(10, 11))
    with few.store.writing() as session:
        set_withheld(
            session,
            find_assignment(session, "KH57-2026/II.1"),
            withheld=True,
            reason="mật",
            actor="Thư ký",
            now=at(10, 12),
        )
    assert look(few, at(10, 13)).gone == 0
    assert rows(few, BETWEEN_LEADS)[0].state is DiscrepancyState.OPEN
    with few.store.reading() as session:
        (point,) = points_of(session, find_cycle(session, CYCLE), kind=DiscrepancyKind.LEADS)
    assert point.withheld
    assert (point.source, point.sentence) == (
        "Nhiệm vụ KH57-2026/II.1",
        "(nhiệm vụ không đưa lên hệ thống)",
    )


def test_the_sweep_looks_in_cycles_that_collect_and_a_draft_has_nothing(few: Any) -> None:
    hand_in(few, "SNV", PROCEDURES, at(10, 9))
    sweep_step(few.office, at(10, 10), one_after_another)
    assert [row.state for row in rows(few)] == [DiscrepancyState.OPEN]
    hand_in(few, "SNV", MENDED, at(10, 11))
    sweep_step(few.office, at(10, 12), one_after_another)
    assert [row.state for row in rows(few)] == [DiscrepancyState.MENDED]
    assert moves(few)[-1][2] == MACHINE
    with few.store.writing() as session:
        session.exec(select(Cycle)).one().state = CycleState.DRAFT
    with pytest.raises(Fault, match="còn là dự thảo"), few.store.writing() as session:
        refresh(session, CYCLE, at(10, 13))


def test_two_looks_at_once_find_it_once(few_both: Any) -> None:
    hand_in(few_both, "SNV", PROCEDURES, at(10, 9))
    start, failed = Barrier(2), []

    def one() -> None:
        store = few_both.open_again()
        start.wait()
        try:
            with store.writing() as session:
                refresh(session, CYCLE, at(10, 10))
        except Exception as error:
            failed.append(error)

    threads = [Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(rows(few_both)) == 1


@contextmanager
def counted(province: Any) -> Iterator[Callable[[], int]]:
    said: list[str] = []

    def note(*about: Any) -> None:
        said.append(about[2])

    sa.event.listen(province.store.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(said)
    finally:
        sa.event.remove(province.store.engine, "before_cursor_execute", note)


def test_the_number_of_queries_does_not_grow(few: Any) -> None:
    used = []
    for agency in ("SNV", "STC", "SKHCN"):
        hand_in(few, agency, {**PROCEDURES, "loi-van:1.I.2": "Được giao 99 nhiệm vụ."}, at(10, 9))
        look(few, at(10, 10))
        with counted(few) as queries:
            look(few, at(10, 11))
            used.append(queries())
    assert used[0] == used[1] == used[2]
    assert used[0] < 60
