"""The schema comes by migrations alone, from an empty and from a filled database, on both engines."""

from datetime import UTC, datetime

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
