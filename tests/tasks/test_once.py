"""Writing a row once: what the database keeps of it, and that its statement is spelled once and not for every row."""

from datetime import UTC, datetime

from sqlmodel import col, select

from models.submission import Blob
from tasks.once import _insert, put_each_once, put_once
from tasks.store import Store

NOW = datetime(2026, 3, 12, 2, tzinfo=UTC)


def blob(content: bytes) -> Blob:
    return Blob(sha256="a" * 64, size=len(content), content=content, stored_at=NOW)


def test_what_is_there_already_is_left_as_it_is(store: Store) -> None:
    with store.writing() as session:
        assert put_once(session, blob(b"first"))
        assert not put_once(session, blob(b"second"))
        rows = [blob(b"third").model_dump(), {**blob(b"other").model_dump(), "sha256": "b" * 64}]
        assert put_each_once(session, Blob, rows, "sha256") == ["b" * 64]
    with store.reading() as session:
        kept = session.exec(select(Blob.content).order_by(col(Blob.sha256))).all()
    assert kept == [b"first", b"other"]


def test_its_statement_is_kept_in_the_cache_of_statements() -> None:
    statement = _insert(Blob.__table__, "sha256")  # type: ignore[attr-defined]
    assert statement._generate_cache_key() is not None
