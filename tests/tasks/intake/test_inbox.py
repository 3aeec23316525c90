"""The drop folder: bytes are kept before anything is judged, and no file is lost, halved or taken twice."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from models.history import Audit
from models.submission import Arrival, Blob
from models.time import VIETNAM
from tasks.blobs import digest
from tasks.intake import inbox
from tasks.intake.inbox import Received, receive_folder
from tasks.intake.receive import Incoming, receive_together
from tasks.store import Store, open_store

NOW = datetime(2100, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)  # after any file of this machine's clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "hop-nhan"
    made.mkdir()
    return made


def drop(folder: Path, name: str, content: bytes = b"x") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def arrivals(store: Store) -> list[Arrival]:
    from sqlmodel import col, select

    with store.reading() as session:
        return list(session.exec(select(Arrival).order_by(col(Arrival.id))))


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_stored_whole_and_moved_to_the_day_s_folder(store: Store, folder: Path) -> None:
    reached = drop(folder, "Báo cáo SNV.xlsx", b"noi dung").stat().st_ctime
    assert receive_folder(store, folder, NOW) == Received(arrivals=1)
    assert names(folder) == ["da-nhan/2100-03-12/Báo cáo SNV.xlsx"]
    (arrival,) = arrivals(store)
    assert arrival.file_name == "Báo cáo SNV.xlsx"
    assert arrival.stored_at == NOW
    assert abs(arrival.received_at.timestamp() - reached) < 0.001
    with store.reading() as session:
        assert session.get_one(Blob, digest(b"noi dung")).content == b"noi dung"
    assert receive_folder(store, folder, NOW) == Received()


def test_files_are_stored_together_and_one_by_one_where_that_fails(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        drop(folder, f"{number}.xlsx", b"twice" if number in (0, 1) else b"%d" % number)
    together: list[int] = []

    def take(store: Store, channel: str, several: Sequence[Incoming], now: datetime) -> int:
        together.append(len(several))
        new = receive_together(store, channel, several, now)
        if len(several) == 3:
            raise OperationalError("INSERT", {}, Exception("stored, and then the connection was cut"))
        return new

    monkeypatch.setattr(inbox, "receive_together", take)
    monkeypatch.setattr(inbox, "TOGETHER", 3)
    assert receive_folder(store, folder, NOW).arrivals == 2
    assert together == [3, 1, 1, 1, 2]
    assert [arrival.file_name for arrival in arrivals(store)] == [f"{number}.xlsx" for number in range(5)]
    assert names(folder) == [f"da-nhan/2100-03-12/{number}.xlsx" for number in range(5)]


def test_a_file_never_arrives_after_it_was_looked_at(sqlite_store: Store, folder: Path) -> None:
    """In a rehearsal time is virtual; on a share the clocks may differ."""
    drop(folder, "a.xlsx")
    then = datetime(2026, 3, 1, tzinfo=UTC)
    receive_folder(sqlite_store, folder, then)
    assert arrivals(sqlite_store)[0].received_at == then


@pytest.mark.parametrize(
    "name",
    ["~$bao-cao.xlsx", ".an", "bao-cao.xlsx.part", "X.TMP", "a.crdownload", ".~lock.bao-cao.xlsx#"],
)
def test_what_is_no_finished_file_is_left(sqlite_store: Store, folder: Path, name: str) -> None:
    drop(folder, name)
    assert receive_folder(sqlite_store, folder, NOW) == Received()
    assert names(folder) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "không dấu cách.XLSX",
        "a\nb\t'\";--.xlsx",
        "tệp 🎉.xlsx",
        "ba\u0301o ca\u0301o.xlsx",
        "x" * 250,
        "khong-duoi",
        "-rf",
        "a.tar.gz",
    ],
    ids=["spaces", "control characters", "emoji", "NFD", "long", "no suffix", "an option", "two suffixes"],
)
def test_odd_names_are_received(sqlite_store: Store, folder: Path, name: str) -> None:
    written = name.replace("\n", " ").replace("\t", " ")  # as a line of a letter can hold it
    drop(folder, name, b"1")
    assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=1)
    drop(folder, name, b"2")
    assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=1)
    assert [arrival.file_name for arrival in arrivals(sqlite_store)] == [written, written]
    assert len(names(folder)) == 2


def test_a_name_in_no_encoding_stops_nothing(store: Store, folder: Path) -> None:
    with open(os.fsencode(folder) + b"/b\xe1o c\xe1o.xlsx", "wb") as file:  # noqa: PTH123 - the name is bytes
        file.write(b"tcvn3")
    drop(folder, "zz.xlsx")
    assert receive_folder(store, folder, NOW) == Received(arrivals=2)
    assert [arrival.file_name for arrival in arrivals(store)] == ["b\\xe1o c\\xe1o.xlsx", "zz.xlsx"]


def test_two_files_of_one_name_on_one_day_are_both_kept(sqlite_store: Store, folder: Path) -> None:
    for content in (b"1", b"2", b"3"):
        drop(folder, "a.xlsx", content)
        receive_folder(sqlite_store, folder, NOW)
    day = folder / "da-nhan" / "2100-03-12"
    assert {path.name: path.read_bytes() for path in day.iterdir()} == {
        "a.xlsx": b"1",
        "a (2).xlsx": b"2",
        "a (3).xlsx": b"3",
    }


def test_too_large_is_put_aside_and_said(
    sqlite_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "LARGEST", 100)
    drop(folder, "lon.zip", b"x" * 101)
    drop(folder, "vua.zip", b"x" * 100)
    assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=1, too_large=("lon.zip",))
    assert names(folder) == ["can-xem-xet/lon.zip", "da-nhan/2100-03-12/vua.zip"]
    from sqlmodel import select

    with sqlite_store.reading() as session:
        (act,) = session.exec(select(Audit))
    assert (act.act, "lon.zip" in act.reason) == ("tep-qua-lon", True)


def test_a_growing_file_waits_until_it_is_whole(
    sqlite_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SETTLE_SECONDS", 0.2)
    drop(folder, "xong.xlsx")
    stop = Event()
    whole: list[bytes] = []

    def write() -> None:
        with (folder / "lon.xlsx").open("wb") as file:
            while not stop.wait(0.02):
                file.write(b"x" * 100)
                file.flush()
                whole.append(b"x" * 100)

    thread = Thread(target=write)
    thread.start()
    try:
        while not whole:
            stop.wait(0.01)
        assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=1, waiting=("lon.xlsx",))
    finally:
        stop.set()
        thread.join()
    assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=1)
    with sqlite_store.reading() as session:
        assert session.get_one(Blob, digest(b"".join(whole))).size == 100 * len(whole)


def test_a_file_that_grew_between_reading_and_moving_goes_back(sqlite_store: Store, folder: Path) -> None:
    path = drop(folder, "a.xlsx", b"nua dau")
    read = path.stat()
    path.write_bytes(b"nua dau, nua sau")
    assert inbox._move(path, folder / "da-nhan", read) is False
    assert names(folder) == ["a.xlsx"]
    assert path.read_bytes() == b"nua dau, nua sau"


@pytest.mark.parametrize("lock", ["~$a.xlsx", ".~lock.a.xlsx#"], ids=["Excel, WPS", "LibreOffice"])
def test_an_open_file_waits_but_not_for_a_lock_left_by_a_crash(
    sqlite_store: Store, folder: Path, lock: str
) -> None:
    drop(folder, "a.xlsx")
    locked = datetime.fromtimestamp(drop(folder, lock).stat().st_mtime, UTC)
    soon = locked + timedelta(hours=23)
    assert receive_folder(sqlite_store, folder, soon) == Received(waiting=("a.xlsx",))
    assert receive_folder(sqlite_store, folder, soon + timedelta(hours=2)) == Received(arrivals=1)


def test_what_cannot_be_read_stops_no_other_and_is_said(
    sqlite_store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.xlsx")
    drop(folder, "b.xlsx")
    (folder / "lien-ket.xlsx").symlink_to(folder / "b.xlsx")
    read_bytes = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "a.xlsx":
            raise PermissionError(13, "Permission denied")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    received = receive_folder(sqlite_store, folder, NOW)
    assert received == Received(arrivals=1, refused=("a.xlsx", "lien-ket.xlsx"))
    assert (folder / "a.xlsx").exists()


def test_a_crash_between_store_and_move_is_one_arrival(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.xlsx")
    with monkeypatch.context() as patched:

        def dies(*_: Any) -> bool:
            raise KeyboardInterrupt

        patched.setattr(inbox, "_move", dies)
        with pytest.raises(KeyboardInterrupt):
            receive_folder(store, folder, NOW)
    assert receive_folder(store, folder, NOW) == Received(arrivals=0)
    assert len(arrivals(store)) == 1
    assert names(folder) == ["da-nhan/2100-03-12/a.xlsx"]


def test_two_that_look_at_once_take_each_file_once(store: Store, folder: Path) -> None:
    for number in range(15):
        drop(folder, f"{number}.xlsx", str(number).encode())
    barrier = Barrier(3)
    results: list[Any] = []

    def look() -> None:
        own = open_store(store.engine.url.render_as_string(hide_password=False))
        barrier.wait()
        try:
            results.append(receive_folder(own, folder, NOW))
        except Exception as error:
            results.append(error)
        finally:
            own.engine.dispose()

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(result.arrivals for result in results) == 15
    assert len(arrivals(store)) == 15
    # One that comes too late may hold a name for a moment, and the file then lies there as "1 (2).xlsx".
    kept = [path.read_bytes() for path in (folder / "da-nhan" / "2100-03-12").iterdir()]
    assert sorted(kept) == sorted(str(number).encode() for number in range(15))
    assert len(names(folder)) == 15
