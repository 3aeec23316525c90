"""The steps as a person meets them: what they say, what they write, and that they may be run again."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from models.codes import CycleState, RequestState
from models.cycle import Cycle, CycleDocument
from models.fault import Fault
from models.history import Audit
from models.submission import Arrival, Submission
from models.time import VIETNAM
from tasks import steps
from tasks.blobs import digest
from tasks.cycle.cycles import CycleFault
from tasks.registers.register_import import ImportRefused
from tasks.setup import SetupFault, import_register, set_up
from tasks.steps import (
    batches_of,
    collect_step,
    consolidate_step,
    dispatch_step,
    one_after_another,
    open_step,
    release_step,
    sweep_step,
)
from tasks.store import Store
from tasks.workbook.read import UnreadableForm

CYCLE = "bcd-quy-2026-Q1"


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=VIETNAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("count", "size", "sizes"), [(0, 5, []), (1, 5, [1]), (5, 5, [5]), (11, 5, [5, 5, 1])]
)
def test_batches_lose_nothing(count: int, size: int, sizes: list[int]) -> None:
    batches = batches_of(list(range(count)), size)
    assert [len(batch) for batch in batches] == sizes
    assert [item for batch in batches for item in batch] == list(range(count))


@pytest.mark.parametrize("error", [ImportRefused, UnreadableForm, CycleFault, SetupFault])
def test_what_a_person_can_mend_is_a_fault(error: type[Exception]) -> None:
    assert issubclass(error, Fault)


def test_opening_says_the_dates_and_writes_the_letter(imported: Any) -> None:
    outcome = open_step(imported.office, "2026-q1", at(2))
    assert outcome.cycle == CYCLE
    assert "bcd-quy-2026-Q1" in outcome.sentence
    for day in ("14/3/2026", "20/3/2026", "25/3/2026"):
        assert day in outcome.sentence
    (path,) = outcome.paths
    assert path.parent.name == CYCLE
    text = "\n".join(p.text for p in Document(str(path)).paragraphs)
    assert "20/3/2026" in text
    assert imported.all(Audit)[-1].actor == "Thư ký"


def test_opening_again_says_so_and_makes_no_second_document(imported: Any) -> None:
    first = open_step(imported.office, "2026-Q1", at(2))
    rows = (imported.count(Cycle), imported.count(CycleDocument), imported.count(Audit))
    again = open_step(imported.office, "2026-Q1", at(3))
    assert "đã mở từ trước" in again.sentence
    assert again.paths == first.paths
    assert (imported.count(Cycle), imported.count(CycleDocument), imported.count(Audit)) == rows


def test_a_letter_that_the_secretariat_has_edited_is_never_written_over(imported: Any) -> None:
    (path,) = open_step(imported.office, "2026-Q1", at(2)).paths
    path.write_bytes(b"da sua tay")
    for _ in range(2):
        (other,) = open_step(imported.office, "2026-Q1", at(3)).paths
        assert path.read_bytes() == b"da sua tay"
        assert other == path.with_name(f"{path.stem} (2).docx")


@pytest.mark.parametrize(
    ("period", "how", "why"),
    [
        ("quý 1", {}, "không phải là mã kỳ báo cáo"),
        ("2026-Q1", {"regime_code": "x"}, "Không có chế độ báo cáo 'x'"),
        ("2026-Q1", {"due": date(2026, 4, 20)}, "sau hạn tỉnh phải gửi"),
        ("2026-Q1", {"regime_code": "bcd-nam"}, "không có kỳ loại “Quý”"),
    ],
    ids=["no period", "no regime", "due too late", "a period of another regime"],
)
def test_what_cannot_be_opened_is_said(imported: Any, period: str, how: dict[str, Any], why: str) -> None:
    with pytest.raises(Fault, match=why):
        open_step(imported.office, period, at(2), **how)
    assert imported.count(Cycle) == 0


def test_a_release_to_a_country_tells_the_planner_of_its_rows(
    imported: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(Store, "take_stock", lambda _: told.append("told"))
    open_step(imported.office, "2026-Q1", at(2))
    monkeypatch.setattr(steps, "MANY", 1)
    release_step(imported.office, CYCLE, "12-CV/BCĐ", date(2026, 3, 4), at(4))
    assert told == ["told"]
    monkeypatch.setattr(steps, "MANY", 500)
    release_step(imported.office, CYCLE, "12-CV/BCĐ", date(2026, 3, 4), at(4))
    assert told == ["told"]


def test_release_counts_whom_it_asks_and_writes_the_letter_with_its_number(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", at(2))
    outcome = release_step(imported.office, CYCLE, "12-CV/BCĐ", date(2026, 3, 4), at(4))
    assert "60 cơ quan" in outcome.sentence
    (path,) = outcome.paths
    with imported.store.reading() as session:
        assert imported.cycle(session).state == CycleState.RELEASED
    assert digest(path.read_bytes()) in {document.sha256 for document in imported.all(CycleDocument)}


def test_the_work_goes_in_batches_that_somebody_may_watch(few: Any) -> None:
    seen: list[tuple[str, list[int]]] = []

    def watched(
        work: Callable[[Sequence[Any]], Any], batches: Sequence[Sequence[Any]], name: str
    ) -> list[Any]:
        seen.append((name, [len(batch) for batch in batches]))
        return one_after_another(work, batches, name)

    small = few.with_settings(batch_size=3)
    sentence = dispatch_step(small.office, CYCLE, at(4), watched).sentence
    assert seen == [("Lập biểu mẫu", [3, 1])]
    assert sentence.startswith("Lập 4 biểu mẫu")


def test_collecting_says_what_came_and_what_did_not(few: Any) -> None:
    report = few.filled("SNV")
    (few.inbox / "snv.xlsx").write_bytes(report)
    (few.inbox / "snv ban hai.xlsx").write_bytes(report)
    (few.inbox / "stc.xlsx").write_bytes(few.filled("STC", leave_out=1))
    (few.inbox / "anh.jpg").write_bytes(b"\xff\xd8\xff")
    (few.inbox / "dang mo.xlsx").write_bytes(b"x")
    (few.inbox / "~$dang mo.xlsx").write_bytes(b"x")
    said = collect_step(few.office, at(10), one_after_another).sentence
    assert "1 báo cáo đạt yêu cầu, 1 cần hoàn thiện, 1 trùng, 1 chờ thư ký xem xét." in said
    assert "dang mo.xlsx" in said
    again = collect_step(few.office, at(10), one_after_another).sentence
    assert "0 báo cáo đạt yêu cầu, 0 cần hoàn thiện, 0 trùng, 0 chờ thư ký xem xét." in again
    assert (few.count(Arrival), few.count(Submission)) == (4, 2)


def test_what_an_earlier_run_received_and_did_not_judge_is_judged(
    few: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (few.inbox / "snv.xlsx").write_bytes(few.filled("SNV"))

    def dies(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tasks.intake.read_arrival.read_form", dies)
        with pytest.raises(KeyboardInterrupt):
            collect_step(few.office, at(10), one_after_another)
    assert few.count(Arrival) == 1
    sweep_step(few.office, at(10, 10), one_after_another)
    assert few.request("SNV").state == RequestState.COMPLETE


def test_consolidating_writes_the_report_and_its_annexes_once(few: Any) -> None:
    (few.inbox / "snv.xlsx").write_bytes(few.filled("SNV"))
    collect_step(few.office, at(10), one_after_another)
    outcome = consolidate_step(few.office, CYCLE, at(23))
    assert sorted(path.name for path in outcome.paths) == [
        "bao-cao-bcd-quy-2026-Q1.docx",
        "phu-luc-bcd-quy-2026-Q1.xlsx",
    ]
    assert "14/3/2026" in outcome.sentence
    assert [row["Đã nhận"] for row in outcome.table] == ["chưa", "có", "chưa", "chưa"]
    rows = (few.count(CycleDocument), few.count(Audit))
    assert consolidate_step(few.office, CYCLE, at(23)).paths == outcome.paths
    assert (few.count(CycleDocument), few.count(Audit)) == rows


def test_a_draft_has_nothing_to_consolidate(imported: Any) -> None:
    open_step(imported.office, "2026-Q1", at(2))
    with pytest.raises(CycleFault, match="còn là dự thảo"):
        consolidate_step(imported.office, CYCLE, at(2))


def test_setting_up_again_changes_nothing(imported_both: Any) -> None:
    acts = imported_both.count(Audit)
    said = list(set_up(imported_both.office, at(3), "Thư ký"))
    assert "0 thay đổi" in said[0]
    assert "thêm 0, sửa 0, khôi phục 0, bỏ 0" in said[1]
    assert imported_both.count(Audit) == acts


def test_a_dry_run_of_an_import_changes_nothing(imported: Any, tmp_path: Path) -> None:
    file = imported.office.profile.folder / "register" / "ke-hoach-57-2026.docx"
    acts = imported.count(Audit)
    said = list(import_register(imported.office, file, "KHAC", at(3), "Thư ký", dry_run=True))
    assert "Sẽ thêm 83" in said[0]
    assert imported.count(Audit) == acts
    with pytest.raises(SetupFault, match=r"nhiem-vu:IX\.9"):
        list(import_register(imported.office, file, "", at(3), "Thư ký", accept=["nhiem-vu:IX.9"]))
    with pytest.raises(Fault):
        list(import_register(imported.office, tmp_path / "khong-co.docx", "", at(3), "Thư ký"))
