"""Many batches are done in several processes, with the same outcome; one that dies takes nothing along."""

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlmodel import func, select

from models.submission import AssignmentReport, Submission
from models.time import VIETNAM
from tasks import apart
from tasks.blobs import digest
from tasks.intake.inbox import receive_folder
from tasks.intake.judge import judge_batch, to_judge
from tasks.steps import collect_step, dispatch_step, one_after_another

T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)
CYCLE = "bcd-quy-2026-Q1"
AGENCIES = ("3127", "SKHCN", "SNV", "STC")


def with_processes(province: Any, processes: int, batch_size: int) -> Any:
    asked = {"processes": processes, "batch_size": batch_size}
    return replace(province.office, settings=province.office.settings.model_copy(update=asked))


def drop(province: Any) -> None:
    for agency in AGENCIES:
        (province.inbox / f"{agency}.xlsx").write_bytes(province.filled(agency))


def versions(province: Any) -> int:
    with province.store.reading() as session:
        assert session.exec(select(func.count()).select_from(AssignmentReport)).one() > 0
        return int(session.exec(select(func.count()).select_from(Submission)).one())


def test_judged_in_two_processes(few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    few.mark_sent(T0)
    drop(few)
    monkeypatch.setattr(apart, "WORTH_IT", 3)
    outcome = collect_step(with_processes(few, 2, 2), T0, one_after_another)
    assert outcome.sentence.startswith("Nhận 4 tệp: 4 báo cáo đạt yêu cầu")
    assert versions(few) == 4


def test_forms_written_in_two_processes(few: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH_IT", 3)
    outcome = dispatch_step(with_processes(few, 2, 2), CYCLE, T0, one_after_another)
    assert outcome.sentence.startswith("Lập 4 biểu mẫu")
    for agency in AGENCIES:
        assert few.request(agency).form_sha256 == digest(few.blank(agency))


class DeadPool:
    """A pool whose only process dies over what it is given first."""

    given = 0

    def submit(self, _work: Any, *_how: Any) -> Future[Any]:
        self.given += 1
        if self.given > 1:
            raise BrokenProcessPool
        done: Future[Any] = Future()
        done.set_exception(BrokenProcessPool())
        return done


def test_what_a_process_died_over_is_judged_here(few: Any) -> None:
    few.mark_sent(T0)
    drop(few)
    receive_folder(few.store, few.inbox, T0)
    office, pool = with_processes(few, 2, 1), DeadPool()
    with few.store.reading() as session:
        waiting = to_judge(session)
    work = partial(judge_batch, key=office.key, now=T0)
    first = apart._in_processes(pool, office, waiting[:2], work)  # type: ignore[arg-type]
    then = apart._in_processes(pool, office, waiting[2:], work)  # type: ignore[arg-type]
    assert (first.accepted, then.accepted, pool.given) == (2, 2, 2)
    assert versions(few) == 4
