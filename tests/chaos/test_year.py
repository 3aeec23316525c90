"""`make soak` in small: a quarter of a country of few agencies, and its count, which must be able to fail."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.year import counted, soak, text_of
from benchmarks.year_count import Counted
from benchmarks.year_drive import Soak
from benchmarks.year_plan import Shape
from benchmarks.year_servers import Sqlite

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("year")]

SHAPE = Shape(
    agencies=14, cycles=1, seed=57, close_after=1, duties=7, open_before=4, kill_every=4, brief=True
)


@dataclass
class Ran:
    """A year that was run, and a way to count a copy of it after something was done to the copy."""

    year: Soak
    found: Counted
    scratch: Path

    def after(self, change: Callable[[Path], None]) -> list[str]:
        """What the count says once the copy was changed."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        shutil.copytree(self.year.folder, self.scratch)
        change(self.scratch)
        home, folder = self.year.home, self.year.folder
        self.year.home, self.year.folder = self.scratch / "home", self.scratch
        try:
            return counted(self.year, Sqlite()).broken
        finally:
            self.year.home, self.year.folder = home, folder


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A soak, once for all."""
    year, found, ended = soak(tmp_path_factory.mktemp("year") / "soak", Sqlite(), SHAPE)
    assert ended
    return Ran(year, found, tmp_path_factory.mktemp("copy") / "soak")


def test_a_small_year_holds_every_promise(ran: Ran) -> None:
    assert ran.found.broken == []
    figures = ran.found.figures
    assert figures["requests"] == 14
    assert figures["cycles closed"] == 1
    assert figures["of these shown as undeliverable"] == 1
    assert figures["kills, those between runs too"] >= 3
    assert figures["falls of the database"] >= 1
    assert figures["days on which the mail server was down"] >= 1
    assert figures["versions accepted"] >= 5
    assert figures["steps of requests that had their turn, as counted here"] >= 8
    text = text_of(ran.year, ran.found, Sqlite(), 1.0)
    assert "| requests | 14 |" in text
    assert "Every promise held." in text


def _sql(*statements: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "home" / "dondoc.sqlite3", isolation_level=None)) as database:
            triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in triggers:
                database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                assert database.execute(statement).rowcount == 1, statement

    return change


def _mails(edit: Callable[[list[dict[str, object]]], None]) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        record = folder / "post.jsonl"
        lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        edit(lines)
        record.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")

    return change


def _second_send(lines: list[dict[str, object]]) -> None:
    lines.append(lines[-1])


def _chase_the_satisfied(lines: list[dict[str, object]]) -> None:
    reported_on_paper = "dau-moi@cq00003.example"
    chase = next(
        line for line in lines if line["names"] and not line["files"] and line["to"] == reported_on_paper
    )
    last = max(int(str(line["run"])) for line in lines)
    lines.append({**chase, "run": last + 1})


def _nobody_got_it(lines: list[dict[str, object]]) -> None:
    lines.remove(next(line for line in lines if line["files"]))


NOTICE = "WHERE id = (SELECT min(id) FROM notice WHERE state = 'sent' AND step = 'truoc-1')"
VERSION = "WHERE id = (SELECT min(id) FROM submission WHERE verdict = 'accepted')"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            _sql("DELETE FROM blob WHERE sha256 = (SELECT sha256 FROM submission LIMIT 1)"),
            "handed in, and its bytes are not kept",
        ),
        (
            _sql("UPDATE blob SET content = x'00' WHERE sha256 = (SELECT sha256 FROM submission LIMIT 1)"),
            "bytes that are not what their hash says",
        ),
        (
            _sql("DELETE FROM arrival WHERE id = (SELECT max(id) FROM arrival)"),
            "acknowledged, and no arrival",
        ),
        (_sql(f"UPDATE submission SET verdict = 'faulty' {VERSION}"), "files judged otherwise than they are"),
        (_sql(f"UPDATE notice SET state = 'due' {NOTICE}"), "notices without an end"),
        (
            _sql(f"UPDATE notice SET state = 'superseded' {NOTICE}"),
            "notices that did not go out, and nothing",
        ),
        (_sql(f"DELETE FROM notice {NOTICE}"), "steps that had their turn and have no notice"),
        (_sql("UPDATE cycle SET state = 'released'"), "cycles that are not closed"),
        (_sql("DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)"), "audit: not what it was"),
        (
            _sql("UPDATE state_change SET reason = 'khác' WHERE id = (SELECT max(id) FROM state_change)"),
            "state_change: not what it was",
        ),
        (
            _sql(
                "UPDATE request SET state = 'sent' WHERE id = (SELECT min(id) FROM request WHERE state = 'complete')"
            ),
            "requests that stand otherwise than they must",
        ),
        (_mails(_second_send), "sent again although the answer had been received"),
        (_mails(_chase_the_satisfied), "chased after they had reported"),
        (_mails(_nobody_got_it), "requests that were not sent as promised"),
    ],
)
def test_the_count_sees_what_is_broken(ran: Ran, change: Callable[[Path], None], said: str) -> None:
    broken = ran.after(change)
    assert any(sentence.startswith(said) for sentence in broken), broken
