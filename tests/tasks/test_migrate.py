"""The schema comes by migrations alone, from an empty and from a filled database, on both engines."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import select

from models.history import Audit, StateChange
from models.tables import METADATA
from tasks.migrate import (
    VERSION_TABLE,
    SchemaMismatch,
    ensure_schema,
    newest_version,
    schema_version,
    upgrade,
)
from tasks.store import Store, open_store

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def test_migrations_make_exactly_the_tables_of_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []


def test_every_constraint_of_the_models_has_a_name() -> None:
    nameless = [
        (table.name, type(constraint).__name__)
        for table in METADATA.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert nameless == []


def test_upgrading_a_filled_database_again_keeps_everything(store: Store) -> None:
    with store.writing() as session:
        session.add(Audit(actor="Thư ký", act="thử", entity="cycle", at=NOW))
    upgrade(store)
    ensure_schema(store)
    with store.reading() as session:
        assert [audit.act for audit in session.exec(select(Audit))] == ["thử"]
    assert schema_version(store) == newest_version()


@pytest.mark.parametrize("table", ["state_change", "audit"])
@pytest.mark.parametrize("act", ["UPDATE {table} SET actor = 'x'", "DELETE FROM {table}"])
def test_history_can_only_be_added_to(store: Store, table: str, act: str) -> None:
    with store.writing() as session:
        session.add(Audit(actor="Thư ký", act="thử", entity="cycle", at=NOW))
        session.add(
            StateChange(
                entity="cycle",
                entity_id=1,
                before="draft",
                after="released",
                reason="",
                actor="Thư ký",
                at=NOW,
            )
        )
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.writing() as session:
        session.execute(sa.text(act.format(table=table)))
    with store.reading() as session:
        actors = session.execute(sa.text(f"SELECT actor FROM {table}")).scalars().all()
    assert actors == ["Thư ký"]


def test_a_database_of_a_newer_program_is_refused(sqlite_store: Store) -> None:
    with sqlite_store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(SchemaMismatch, match="mới hơn chương trình"):
        ensure_schema(sqlite_store)


def test_an_empty_database_gets_the_schema(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('fresh') / 'x.sqlite3'}")
    assert schema_version(store) is None
    ensure_schema(store)
    assert schema_version(store) == newest_version()
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A database in which nothing was ever made."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://", 1)
    store = open_store(url)
    yield store
    store.engine.dispose()


SET = {("alias", "agency_id"), ("request_item", "assignment_revision_id"), ("person", "agency_id")}
"""What may be empty by itself, but not in a row that has nothing else."""


def a_row_of_each_table(store: Store) -> dict[str, dict[str, Any]]:
    """One row in every table of the schema as it stands."""
    schema = sa.MetaData()
    schema.reflect(store.engine)
    codes = {name: _codes(store, name) for name in schema.tables}
    rows: dict[str, dict[str, Any]] = {}
    for table in schema.sorted_tables:
        if table.name == VERSION_TABLE:
            continue
        values = {
            column.name: _value(column, codes[table.name])
            for column in table.columns
            if not column.nullable or (table.name, column.name) in SET
        }
        with store.writing() as session:
            session.execute(sa.insert(table).values(values))
        rows[table.name] = values
    return rows


def _value(column: sa.Column[Any], codes: dict[str, list[str]]) -> Any:
    if column.name in codes:
        return codes[column.name][0]
    if any(key.column.name == "sha256" for key in column.foreign_keys) or column.name == "sha256":
        return "a" * 64
    kind = column.type.python_type
    made = {int: 1, str: "chữ", bool: False, date: date(2026, 3, 4), datetime: NOW, bytes: b"x"}
    return made.get(kind, {"a": 1})


def _codes(store: Store, table: str) -> dict[str, list[str]]:
    """Column -> the codes it takes, by the CHECKs that the database has."""
    found = {}
    for check in sa.inspect(store.engine).get_check_constraints(table):
        text = str(check["sqltext"])
        codes = re.findall(r"'([^']*)'", text)
        column = re.match(r"\W*(\w+)", text)
        if codes and column and " = (" not in text:
            found[column.group(1)] = codes
    return found


@pytest.mark.parametrize("start", ["0001", "0002", "0003"])
def test_upgrading_a_filled_database_keeps_every_row(empty: Store, start: str) -> None:
    upgrade(empty, start)
    before = a_row_of_each_table(empty)
    assert len(before) > 20
    upgrade(empty)
    after = sa.MetaData()
    after.reflect(empty.engine)
    with empty.reading() as session:
        for name, values in before.items():
            row = session.execute(sa.select(after.tables[name])).mappings().one()
            kept = {column: row[column] for column in values}
            assert {c: _plain(v) for c, v in kept.items()} == {c: _plain(v) for c, v in values.items()}, name


def _plain(value: Any) -> Any:
    return (
        value.replace(tzinfo=None)
        if isinstance(value, datetime) and value.tzinfo is UTC
        else (
            value.astimezone(UTC).replace(tzinfo=None)
            if isinstance(value, datetime) and value.tzinfo
            else value
        )
    )


def test_the_database_takes_exactly_the_codes_of_the_models(store: Store) -> None:
    in_models = {
        (table.name, column.name): sorted(column.type.enums)
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.Enum)
    }
    in_database = {
        (name, column): sorted(codes)
        for name in METADATA.tables
        for column, codes in _codes(store, name).items()
    }
    assert in_database == in_models
