"""A backup holds everything, belongs to no engine, and is restored whole or not at all."""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from flows.cli import cli
from models.history import Audit
from models.submission import Blob
from models.tables import METADATA
from tasks.blobs import digest
from tasks.intake.judge import judge_batch, to_judge
from tasks.intake.receive import receive
from tasks.migrate import newest_version, schema_version, upgrade
from tasks.office import Office
from tasks.settings import Settings
from tasks.states import record_act
from tasks.store import Store, open_store
from tasks.upkeep.backup import KEY, MANIFEST, BackupFault, back_up, contents_of
from tasks.upkeep.restore import restore

NOW = datetime(2026, 3, 18, 3, tzinfo=UTC)


@pytest.fixture
def filled(few: Any) -> Any:
    """The quarter with reports that came in, good and bad, and something that is no report."""
    things = {
        "snv.xlsx": few.filled("SNV", status={"I.3": "Hoàn thành"}),
        "stc.xlsx": few.filled("STC", leave_out=1),
        "thu.txt": b"=khong phai bao cao\x00",
    }
    for name, content in things.items():
        receive(
            few.store,
            channel="thu-muc",
            reference=name,
            file_name=name,
            content=content,
            received_at=NOW,
            now=NOW,
        )
    with few.store.reading() as session:
        waiting = to_judge(session)
    judge_batch(few.store, waiting, few.office.key, NOW)
    return few


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.engine.connect() as connection:
        return {
            table.name: [
                tuple(row)
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in METADATA.sorted_tables
        }


@pytest.fixture
def empty_place(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Office]]:
    """Makes an office with an empty database and no key: `empty_place("postgres")`."""
    stores = []

    def make(engine: str) -> Office:
        home = tmp_path / f"other-{engine}-{len(stores)}"
        home.mkdir()
        url = f"sqlite:///{home / 'dondoc.sqlite3'}"
        if engine == "postgres":
            url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://", 1)
        stores.append(open_store(url))
        return Office(settings=Settings(home=home), store=stores[-1])

    yield make
    for store in stores:
        store.engine.dispose()


@pytest.mark.postgres
def test_from_sqlite_to_postgres_and_back_nothing_changes(
    filled: Any, empty_place: Callable[[str], Office], tmp_path: Path
) -> None:
    before = everything(filled.store)
    assert len(before["submission"]) == 2
    first = back_up(filled.office, tmp_path / "a.dondoc", NOW)
    there = empty_place("postgres")
    restore(there.settings, there.store, tmp_path / "a.dondoc")
    assert everything(there.store) == before
    assert there.key == filled.office.key
    with there.store.writing() as session:  # PostgreSQL goes on counting where it was
        record_act(session, "gia-han", "cycle", 1, actor="Thư ký", now=NOW)
    back_up(there, tmp_path / "b.dondoc", NOW)
    back = empty_place("sqlite")
    second = restore(back.settings, back.store, tmp_path / "b.dondoc")
    after = everything(back.store)
    assert after.pop("audit")[:-1] == before.pop("audit")
    assert after == before
    assert second.total == first.total + 1
    with back.store.reading() as session:
        for blob in session.exec(sa.select(Blob)).scalars():  # type: ignore[call-overload]
            assert digest(blob.content) == blob.sha256
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), back.store.writing() as session:
        session.execute(sa.delete(Audit))


def test_what_is_written_meanwhile_is_not_half_in_it(
    filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.upkeep import backup

    write_rows = backup._write_rows

    def and_somebody_acts(connection: Any, table: Any, out: Any) -> int:
        with filled.store.writing() as session:
            record_act(session, "gia-han", "cycle", 1, actor="Người khác", now=NOW)
        return write_rows(connection, table, out)

    monkeypatch.setattr(backup, "_write_rows", and_somebody_acts)
    acts = filled.count(Audit)
    contents = back_up(filled.office, tmp_path / "a.dondoc", NOW)
    assert contents.rows["audit"] in (acts, acts + 1)  # of the moment at which it began, whenever that was
    assert filled.count(Audit) > acts + 20


def test_the_file_is_the_owners_alone_and_never_overwritten(filled: Any, tmp_path: Path) -> None:
    target = tmp_path / "a.dondoc"
    back_up(filled.office, target, NOW)
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupFault, match="đã có"):
        back_up(filled.office, target, NOW)
    assert [path.name for path in tmp_path.glob(".*part")] == []
    with pytest.raises(BackupFault, match="Không có thư mục"):
        back_up(filled.office, tmp_path / "khong-co" / "a.dondoc", NOW)


def test_a_database_that_holds_something_is_not_touched(filled: Any, tmp_path: Path) -> None:
    back_up(filled.office, tmp_path / "a.dondoc", NOW)
    before = everything(filled.store)
    with pytest.raises(BackupFault, match="đã có dữ liệu"):
        restore(filled.office.settings, filled.store, tmp_path / "a.dondoc")
    assert everything(filled.store) == before


def test_another_key_is_not_overwritten(
    filled: Any, empty_place: Callable[[str], Office], tmp_path: Path
) -> None:
    back_up(filled.office, tmp_path / "a.dondoc", NOW)
    there = empty_place("sqlite")
    assert there.key != filled.office.key
    with pytest.raises(BackupFault, match="khác khóa"):
        restore(there.settings, there.store, tmp_path / "a.dondoc")
    assert schema_version(there.store) is None


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda name, content: b"khac" if name.startswith("blobs/") else content, "không còn đúng"),
        (lambda name, content: None if name == "rows/audit.jsonl" else content, "thiếu phần"),
        (lambda name, content: None if name.startswith("blobs/") else content, "mục lục ghi"),
        (lambda name, content: None if name == MANIFEST else content, "không phải tệp sao lưu"),
        (
            lambda name, content: (
                b"\n".join(content.splitlines()[:-1]) + b"\n"
                if name == "rows/state_change.jsonl"
                else content
            ),
            "mục lục ghi",
        ),
    ],
    ids=["bytes", "table", "blobs", "manifest", "row"],
)
def test_a_damaged_backup_leaves_nothing_behind(
    filled: Any, empty_place: Callable[[str], Office], tmp_path: Path, change: Any, why: str
) -> None:
    back_up(filled.office, tmp_path / "a.dondoc", NOW)
    bad = rewritten(tmp_path / "a.dondoc", tmp_path / "b.dondoc", change)
    there = empty_place("sqlite")
    with pytest.raises(BackupFault, match=why):
        restore(there.settings, there.store, bad)
    assert not there.settings.key_file.exists()
    if schema_version(there.store) is not None:
        assert all(rows == [] for rows in everything(there.store).values())
    restore(there.settings, there.store, tmp_path / "a.dondoc")  # and the good one still goes in
    assert everything(there.store) == everything(filled.store)


def test_what_is_no_backup_is_said_so(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"\xff" * 100):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(BackupFault, match="không phải tệp sao lưu"):
            contents_of(tmp_path / "x")


def test_a_backup_of_an_older_program_is_brought_up(
    empty_place: Callable[[str], Office], tmp_path: Path
) -> None:
    old = empty_place("sqlite")
    upgrade(old.store, "0003")
    schema = sa.MetaData()
    schema.reflect(old.store.engine)
    with zipfile.ZipFile(tmp_path / "old.dondoc", "w") as archive:
        rows = {}
        for table in schema.sorted_tables:
            if table.name in ("dondoc_version", "blob"):
                continue
            said = [[column.name for column in table.columns]]
            if table.name == "agency":
                values = {"id": 7, "code": "SNV", "name": "Sở Nội vụ", "kind": "department", "position": 1}
                said.append([{**values, "active": True}[name] for name in said[0]])
            archive.writestr(f"rows/{table.name}.jsonl", "".join(json.dumps(line) + "\n" for line in said))
            rows[table.name] = len(said) - 1
        archive.writestr(f"blobs/{digest(b'x')}/2026-03-04T02:00:00+00:00", b"x")
        archive.writestr(KEY, "ab" * 32)
        facts = {"format": 1, "schema": "0003", "made_at": NOW.isoformat(), "blob_bytes": 1}
        archive.writestr(MANIFEST, json.dumps({**facts, "rows": {**rows, "blob": 1}}))
    there = empty_place("sqlite")
    restore(there.settings, there.store, tmp_path / "old.dondoc")
    assert schema_version(there.store) == newest_version()
    found = everything(there.store)
    assert [row[:3] for row in found["agency"]] == [(7, "SNV", "Sở Nội vụ")]
    assert len(found["blob"]) == 1
    assert there.key == bytes.fromhex("ab" * 32)


def test_both_are_one_command_each(filled: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_HOME", str(filled.office.settings.home))
    saved = CliRunner().invoke(cli, ["backup", str(tmp_path / "a.dondoc")])
    assert saved.exit_code == 0, saved.output
    assert "đã đọc lại để kiểm tra" in saved.output
    monkeypatch.setenv("DONDOC_HOME", str(tmp_path / "fresh"))
    checked = CliRunner().invoke(cli, ["restore", "--check", str(tmp_path / "a.dondoc")])
    assert "Tệp sao lưu đọc được" in checked.output
    put_back = CliRunner().invoke(cli, ["restore", str(tmp_path / "a.dondoc")])
    assert put_back.exit_code == 0, put_back.output
    assert "bcd-quy-2026-Q1" in CliRunner().invoke(cli, ["status"]).output
    again = CliRunner().invoke(cli, ["restore", str(tmp_path / "a.dondoc")])
    assert again.exit_code == 1
    assert "đã có dữ liệu" in again.output
