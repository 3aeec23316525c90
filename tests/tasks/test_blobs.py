"""Bytes by their hash: once, whole, never above what the database takes in one piece."""

from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlmodel import func, select

from models.fault import Fault
from models.submission import Blob
from tasks import blobs
from tasks.blobs import TooLarge, bytes_of, digest, keep_bytes
from tasks.store import Store

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


def test_bytes_come_back_as_they_were_and_are_kept_once(store: Store) -> None:
    content = bytes(range(256)) * 10
    with store.writing() as session:
        assert keep_bytes(session, content, NOW) == keep_bytes(session, content, NOW) == digest(content)
    with store.writing() as session:
        keep_bytes(session, content, NOW)
    with store.reading() as session:
        assert bytes_of(session, digest(content)) == content
        assert session.exec(select(func.count()).select_from(Blob)).one() == 1
        assert session.get_one(Blob, digest(content)).size == 2560


def test_what_is_too_large_is_refused_in_words(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "LARGEST", 10)
    with sqlite_store.writing() as session:
        keep_bytes(session, b"x" * 10, NOW)
        with pytest.raises(TooLarge, match="lớn hơn mức 25 MB") as refused:
            keep_bytes(session, b"x" * 11, NOW)
    assert isinstance(refused.value, Fault)


def test_unknown_bytes_are_a_key_error(sqlite_store: Store) -> None:
    with sqlite_store.reading() as session, pytest.raises(KeyError):
        bytes_of(session, digest(b"khong co"))


def test_two_that_store_the_same_bytes_at_once_store_them_once(store: Store) -> None:
    barrier = Barrier(2)
    ended: list[Any] = []

    def keep() -> None:
        barrier.wait()
        try:
            for number in range(20):
                with store.writing() as session:
                    keep_bytes(session, str(number).encode() * 1000, NOW)
            ended.append("kept")
        except Exception as error:
            ended.append(error)

    threads = [Thread(target=keep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ended == ["kept", "kept"]
    with store.reading() as session:
        assert session.exec(select(func.count()).select_from(Blob)).one() == 20
