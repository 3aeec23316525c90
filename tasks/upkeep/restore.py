"""A backup put into an empty database of either engine: all of it in one transaction, or nothing.

The rows go into the schema they were saved from, which the migrations then bring up to this program's.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import sqlalchemy as sa

from tasks.blobs import digest
from tasks.migrate import schema_version, upgrade
from tasks.settings import Settings
from tasks.store import Store
from tasks.upkeep.backup import (
    BLOBS,
    KEY,
    ROWS_AT_ONCE,
    BackupFault,
    Contents,
    contents_of,
    opened,
    tables_with_rows,
)


def restore(settings: Settings, store: Store, source: Path) -> Contents:
    """Put a backup into this office's database and key file. BackupFault, and nothing changed, when either holds
    something else already, or the backup is damaged."""
    contents = contents_of(source)
    with store.engine.connect() as connection:
        filled = tables_with_rows(connection)
    if filled:
        raise BackupFault(
            f"Cơ sở dữ liệu đích đã có dữ liệu (bảng {', '.join(filled[:3])}…). Chỉ phục hồi vào cơ sở dữ liệu trống: "
            "đặt DONDOC_HOME hoặc DONDOC_DATABASE_URL tới nơi khác."
        )
    version = schema_version(store)
    if version not in (None, contents.schema):
        raise BackupFault(
            f"Cơ sở dữ liệu đích trống nhưng ở cấu trúc {version}, bản sao lưu ở {contents.schema}; "
            "hãy dùng cơ sở dữ liệu mới tạo."
        )
    with opened(source) as (archive, _):
        _check_key(settings, archive)
        upgrade(store, contents.schema)
        with store.engine.begin() as connection:
            _fill(connection, archive, contents)
            if store.is_sqlite and (
                broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            ):
                raise BackupFault(f"Bản sao lưu có liên kết hỏng, không phục hồi: {broken[:5]}")
        _put_key(settings, archive)
    upgrade(store)
    return contents


def _fill(connection: sa.Connection, archive: ZipFile, contents: Contents) -> None:
    schema = sa.MetaData()
    schema.reflect(connection, only=lambda name, _: name in contents.rows)
    missing = sorted(set(contents.rows) - set(schema.tables))
    if missing:
        raise BackupFault(f"Bản sao lưu có bảng {missing[0]} mà cấu trúc {contents.schema} không có.")
    _fill_blobs(connection, schema.tables[BLOBS], archive, contents.rows[BLOBS])
    for table in schema.sorted_tables:
        if table.name == BLOBS:
            continue
        count = 0
        for rows in _batches(archive, table, utc=connection.dialect.name == "postgresql"):
            connection.execute(sa.insert(table), rows)
            count += len(rows)
        if count != contents.rows[table.name]:
            raise BackupFault(
                f"Bảng {table.name} trong bản sao lưu có {count} dòng, mục lục ghi {contents.rows[table.name]}."
            )
        _go_on_counting(connection, table)


def _fill_blobs(connection: sa.Connection, table: sa.Table, archive: ZipFile, expected: int) -> None:
    count = 0
    for name in archive.namelist():
        if not name.startswith("blobs/"):
            continue
        _, sha256, stored_at = name.split("/", 2)
        content = archive.read(name)
        if digest(content) != sha256:
            raise BackupFault(f"Tệp đã nhận {sha256[:12]}… trong bản sao lưu không còn đúng như lúc nhận.")
        instant = datetime.fromisoformat(stored_at)
        if connection.dialect.name == "sqlite":
            instant = instant.astimezone(UTC).replace(tzinfo=None)
        connection.execute(
            sa.insert(table),
            {"sha256": sha256, "size": len(content), "content": content, "stored_at": instant},
        )
        count += 1
    if count != expected:
        raise BackupFault(f"Bản sao lưu có {count} tệp đã nhận, mục lục ghi {expected}.")


def _batches(archive: ZipFile, table: sa.Table, *, utc: bool) -> Iterator[list[dict[str, Any]]]:
    with archive.open(f"rows/{table.name}.jsonl") as lines:
        names = json.loads(next(lines))
        read = [_reader(table.c[name].type, utc=utc) for name in names]
        batch: list[dict[str, Any]] = []
        for line in lines:
            values = json.loads(line)
            batch.append({name: f(value) for name, f, value in zip(names, read, values, strict=True)})
            if len(batch) == ROWS_AT_ONCE:
                yield batch
                batch = []
        if batch:
            yield batch


def _reader(kind: sa.types.TypeEngine[Any], *, utc: bool) -> Any:
    """How a value of such a column is read from JSON."""

    def instant(value: str | None) -> datetime | None:
        if value is None:
            return None
        aware = datetime.fromisoformat(value)
        return aware if utc else aware.astimezone(UTC).replace(tzinfo=None)

    def day(value: str | None) -> date | None:
        return None if value is None else date.fromisoformat(value)

    if isinstance(kind, sa.DateTime):
        return instant
    return day if isinstance(kind, sa.Date) else lambda value: value


def _go_on_counting(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL counts ids by itself and must be told where it stands."""
    if connection.dialect.name != "postgresql" or "id" not in table.c:
        return
    connection.execute(
        sa.text(
            f"SELECT setval(pg_get_serial_sequence(:table, 'id'), COALESCE(MAX(id), 1), MAX(id) IS NOT NULL) "
            f"FROM {table.name}"
        ),
        {"table": table.name},
    )


def _check_key(settings: Settings, archive: ZipFile) -> None:
    if settings.key_file.exists() and settings.key_file.read_bytes().strip() != archive.read(KEY).strip():
        raise BackupFault(
            f"Tệp khóa {settings.key_file} khác khóa trong bản sao lưu: biểu mẫu, đường dẫn đã gửi sẽ không còn "
            "nhận ra. Chuyển tệp khóa ấy đi nơi khác rồi chạy lại."
        )


def _put_key(settings: Settings, archive: ZipFile) -> None:
    if settings.key_file.exists():
        return
    settings.key_file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(archive.read(KEY).strip())
