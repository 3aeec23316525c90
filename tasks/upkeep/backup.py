"""Everything in one file: every row, every byte that was received or issued, the key that signs.

The file belongs to no database engine: what was saved from SQLite is restored into PostgreSQL and the other way round,
and by a newer program, too. It is read row by row, written row by row: memory stays flat whatever the size.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

import sqlalchemy as sa

from models.fault import Fault
from models.tables import METADATA
from tasks.migrate import schema_version
from tasks.office import Office
from tasks.store import Store

MANIFEST = "dondoc.json"
KEY = "secret.key"
FORMAT = 1
BLOBS = "blob"
ROWS_AT_ONCE = 500


class BackupFault(Fault):
    """A backup that cannot be written, read or restored; the message says why and what to do."""


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself. `rows`: table -> how many; `blob_bytes`: of all that was received and issued."""

    schema: str
    made_at: datetime
    rows: dict[str, int]
    blob_bytes: int

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def back_up(office: Office, target: Path, now: datetime) -> Contents:
    """Write everything, as it stood at one moment, into a new file that only its owner can read.

    BackupFault when the file is there already. The file appears whole or not at all.
    """
    if target.exists():
        raise BackupFault(f"Tệp {target} đã có; hãy ghi sao lưu ra tệp mới.")
    if not target.parent.is_dir():
        raise BackupFault(f"Không có thư mục {target.parent}; hãy tạo trước.")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            contents = _write(office, file, now)
            file.flush()
            os.fsync(file.fileno())
        contents_of(part)  # what was written can be read again
        os.link(part, target)
    except OSError as error:
        raise BackupFault(f"Không ghi được {target}: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return contents


def contents_of(source: Path) -> Contents:
    """What a backup holds, having read every byte of it. BackupFault when it is damaged or none."""
    with opened(source) as (archive, contents):
        damaged = archive.testzip()
        if damaged is not None:
            raise BackupFault(f"Tệp sao lưu {source} bị hỏng ở phần {damaged}; hãy dùng bản khác.")
        names = {f"rows/{table}.jsonl" for table in contents.rows if table != BLOBS}
        missing = sorted(names - set(archive.namelist()))
        if missing:
            raise BackupFault(f"Tệp sao lưu {source} thiếu phần {missing[0]}.")
        return contents


def _write(office: Office, file: IO[bytes], now: datetime) -> Contents:
    rows: dict[str, int] = {}
    blob_bytes = 0
    schema = schema_version(office.store) or ""
    with _one_moment(office.store) as connection, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for table in METADATA.sorted_tables:
            if table.name == BLOBS:
                continue
            with archive.open(f"rows/{table.name}.jsonl", "w", force_zip64=True) as out:
                rows[table.name] = _write_rows(connection, table, out)
        blobs = METADATA.tables[BLOBS]
        hashes = connection.execute(sa.select(blobs.c.sha256).order_by(blobs.c.sha256)).scalars().all()
        rows[BLOBS] = len(hashes)
        for sha256 in hashes:
            content, stored_at = connection.execute(
                sa.select(blobs.c.content, blobs.c.stored_at).where(blobs.c.sha256 == sha256)
            ).one()
            # What comes in is packed already, as a rule; its instant is in the name so that no second list is needed.
            archive.writestr(f"blobs/{sha256}/{_plain(stored_at)}", content, ZIP_STORED)
            blob_bytes += len(content)
        archive.writestr(KEY, office.key.hex())
        said = {
            "format": FORMAT,
            "schema": schema,
            "made_at": now.isoformat(),
            "rows": rows,
            "blob_bytes": blob_bytes,
        }
        archive.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1))
    return Contents(schema, now, rows, blob_bytes)


def _write_rows(connection: sa.Connection, table: sa.Table, out: IO[bytes]) -> int:
    names = [column.name for column in table.columns]
    out.write(json.dumps(names).encode() + b"\n")
    count = 0
    query = sa.select(table).order_by(*table.primary_key.columns)
    for row in connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query):
        out.write(json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _plain(value: Any) -> Any:
    """A value as JSON has it; what it is follows from its column."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else value


@contextmanager
def _one_moment(store: Store) -> Iterator[sa.Connection]:
    """A look at the database that sees nothing of what is written meanwhile, and keeps nobody waiting."""
    options: dict[str, Any] = (
        {"read_only": True}
        if store.is_sqlite
        else {"isolation_level": "REPEATABLE READ", "stream_results": True}
    )
    with store.engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def opened(source: Path) -> Iterator[tuple[ZipFile, Contents]]:
    """A backup, open, with what it says of itself. BackupFault when it is none."""
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(ZipFile(source))
            said = json.loads(archive.read(MANIFEST))
            newer = said["format"] != FORMAT
            contents = Contents(
                said["schema"],
                datetime.fromisoformat(said["made_at"]),
                {str(name): int(count) for name, count in said["rows"].items()},
                int(said["blob_bytes"]),
            )
        except OSError as error:
            raise BackupFault(f"Không đọc được {source}: {error.strerror}.") from error
        except (BadZipFile, KeyError, ValueError) as error:
            raise BackupFault(f"Tệp {source} không phải tệp sao lưu của dondoc, hoặc đã hỏng.") from error
        if newer:
            raise BackupFault(f"Tệp {source} do phiên bản dondoc mới hơn lập; hãy cài phiên bản mới hơn.")
        yield archive, contents


def tables_with_rows(connection: sa.Connection) -> list[str]:
    """The tables of ours that hold something, of the database as it is."""
    there = set(sa.inspect(connection).get_table_names())
    return [
        name
        for name in METADATA.tables
        if name in there and connection.execute(sa.text(f"SELECT 1 FROM {name} LIMIT 1")).first() is not None
    ]
