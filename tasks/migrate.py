"""The database's schema: brought up by migrations, refused when it is older or newer than the program."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import models.migrations
from models.fault import Fault
from tasks.store import Store

VERSION_TABLE = "dondoc_version"  # Prefect's own alembic_version may live in the same database

UPGRADE_LOCK = int.from_bytes(b"luoc-do")
"""Two processes that find an empty PostgreSQL database at once upgrade it one after the other."""


class SchemaMismatch(Fault):
    """The database and the program are of different versions; the message says what to run."""


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(models.migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    return config


def schema_version(store: Store) -> str | None:
    """The migration the database is at; None for an empty one."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE}
        ).get_current_revision()


def newest_version() -> str | None:
    """The migration this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def upgrade(store: Store, to: str = "head") -> None:
    """Run the migrations. On SQLite foreign keys are off meanwhile (a batch rebuild would delete children by
    cascade without a word) and every reference is checked before the change is kept."""
    with store.engine.connect() as connection:
        if store.is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.rollback()
            raw = connection.connection.dbapi_connection
            assert raw is not None  # noqa: S101 - for the type checker: a live connection has one
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not store.is_sqlite:  # SQLite's BEGIN IMMEDIATE lets one in at a time by itself
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(UPGRADE_LOCK)))
                command.upgrade(_config(connection), to)
                if store.is_sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise SchemaMismatch(f"Nâng cấp làm hỏng liên kết dữ liệu, đã hủy: {broken[:5]}")
        finally:
            if store.is_sqlite:
                connection.invalidate()  # the next connection has foreign keys on again


def ensure_schema(store: Store) -> None:
    """Create the schema in an empty database; refuse one of another version, saying what to run."""
    version = schema_version(store)
    if version is None:
        upgrade(store)
        return
    newest = newest_version()
    if version == newest:
        return
    if version in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}:
        raise SchemaMismatch(
            f"Cơ sở dữ liệu ở phiên bản {version}, chương trình cần {newest}. "
            "Hãy sao lưu rồi chạy: dondoc db upgrade"
        )
    raise SchemaMismatch(
        f"Cơ sở dữ liệu ở phiên bản {version}, mới hơn chương trình này. Hãy cài phiên bản dondoc mới hơn."
    )
