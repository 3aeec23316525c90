"""Databases for a measurement: made on the PostgreSQL server, empty or as a copy, and dropped afterwards."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

POSTGRES = os.environ.get("DONDOC_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432").rstrip("/")


@contextmanager
def database(server: str, copy_of: str = "") -> Iterator[str]:
    """The address of a database of our own; `copy_of` is the address of one that nobody is connected to."""
    name = f"dondoc_bench_{uuid.uuid4().hex[:12]}"
    template = f" TEMPLATE {copy_of.rpartition('/')[2]}" if copy_of else ""
    engine = sa.create_engine(
        server.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}{template}")
    try:
        yield f"{server}/{name}"
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        engine.dispose()
