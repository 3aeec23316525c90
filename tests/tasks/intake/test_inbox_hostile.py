"""The drop folder as people and programs leave it: half copies, locks, folders, zips; each file is taken once."""

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlmodel import col, select

from models.codes import ArrivalVerdict
from models.submission import Arrival, Submission
from models.time import VIETNAM
from tasks.intake.inbox import Received, receive_folder
from tasks.steps import collect_step, one_after_another
from tasks.store import Store

NOW = datetime(2100, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)  # after any file of this machine's clock
DAY = "da-nhan/2100-03-12"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "hop-nhan"
    made.mkdir()
    return made


def drop(folder: Path, name: str, content: bytes = b"x") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def arrived(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.exec(select(Arrival.file_name).order_by(col(Arrival.id))))


def workbook(size: int = 2000) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", os.urandom(size))
    return out.getvalue()


def when(path: Path, **later: float) -> datetime:
    """So long after the file changed."""
    return datetime.fromtimestamp(path.stat().st_ctime, UTC) + timedelta(**later)


# Half files


def test_half_an_archive_waits_while_it_is_young(sqlite_store: Store, folder: Path) -> None:
    """On a share a copy may stand still for longer than the two looks are apart."""
    content = workbook()
    path = drop(folder, "a.xlsx", content[:-100])
    assert receive_folder(sqlite_store, folder, when(path, seconds=30)) == Received(waiting=("a.xlsx",))
    path = drop(folder, "a.xlsx", content)
    assert receive_folder(sqlite_store, folder, when(path, seconds=30)) == Received(arrivals=1)
    assert len(arrived(sqlite_store)) == 1


def test_half_an_archive_that_stays_so_is_received_as_it_is(sqlite_store: Store, folder: Path) -> None:
    path = drop(folder, "a.xlsx", workbook()[:-100])
    assert receive_folder(sqlite_store, folder, when(path, seconds=61)) == Received(arrivals=1)


def test_an_empty_file_waits_while_it_is_young(sqlite_store: Store, folder: Path) -> None:
    path = drop(folder, "a.xlsx", b"")
    assert receive_folder(sqlite_store, folder, when(path, seconds=5)) == Received(waiting=("a.xlsx",))
    assert receive_folder(sqlite_store, folder, when(path, seconds=65)) == Received(arrivals=1)


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7 nua chung", b"\xd0\xcf\x11\xe0", b"van ban"], ids=["pdf", "xls", "text"]
)
def test_what_does_not_tell_its_end_does_not_wait(sqlite_store: Store, folder: Path, content: bytes) -> None:
    path = drop(folder, "a.bin", content)
    assert receive_folder(sqlite_store, folder, when(path, seconds=1)) == Received(arrivals=1)


def test_in_a_rehearsal_nothing_waits_for_ever(sqlite_store: Store, folder: Path) -> None:
    """Its clock is far from the files'."""
    drop(folder, "a.xlsx", workbook()[:-100])
    assert receive_folder(sqlite_store, folder, datetime(2026, 3, 1, tzinfo=UTC)) == Received(arrivals=1)


# What programs leave


def test_a_name_that_excel_saves_under_first_waits_while_it_is_young(
    sqlite_store: Store, folder: Path
) -> None:
    path = drop(folder, "6F3A9C10", workbook())
    assert receive_folder(sqlite_store, folder, when(path, seconds=10)) == Received(waiting=("6F3A9C10",))
    assert receive_folder(sqlite_store, folder, when(path, minutes=2)) == Received(arrivals=1)


@pytest.mark.parametrize(
    "name",
    [
        "~$bao-cao.xlsx",
        "~WRL0003.tmp",
        "lu2412abc.tmp",
        ".~bao-cao.xlsx",
        ".~lock.bao-cao.xlsx#",
        "Unconfirmed 12.crdownload",
        "bao-cao.xlsx.part",
        "bao-cao.xlsx.download",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "Xã A/~$bao-cao.xlsx",
        "Xã A/Thumbs.db",
    ],
)
def test_what_programs_leave_is_no_report(sqlite_store: Store, folder: Path, name: str) -> None:
    drop(folder, name)
    assert receive_folder(sqlite_store, folder, NOW) == Received()
    assert names(folder) == [name]


def test_a_name_that_only_looks_like_it_is_received(sqlite_store: Store, folder: Path) -> None:
    for name in ("~bao-cao.xlsx", "tmp.xlsx", "báo cáo.part.xlsx", "6f3a9c10.xlsx"):
        drop(folder, name, name.encode())
    assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=4)


@pytest.mark.parametrize("lock", ["~$a.xlsx", ".~lock.a.xlsx#"], ids=["Excel, WPS", "LibreOffice"])
def test_an_open_file_in_a_sub_folder_waits(sqlite_store: Store, folder: Path, lock: str) -> None:
    drop(folder, "Xã A/a.xlsx")
    path = drop(folder, f"Xã A/{lock}")
    assert receive_folder(sqlite_store, folder, when(path, hours=1)) == Received(waiting=("Xã A/a.xlsx",))
    path.unlink()
    assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=1)


# Folders dropped in whole


def test_folders_dropped_in_are_received_with_their_names(store: Store, folder: Path) -> None:
    drop(folder, "Các xã/Xã A/bao-cao.xlsx", b"a")
    drop(folder, "Các xã/Xã B/bao-cao.xlsx", b"b")
    drop(folder, "so.xlsx", b"c")
    assert receive_folder(store, folder, NOW) == Received(arrivals=3)
    assert arrived(store) == ["Các xã/Xã A/bao-cao.xlsx", "Các xã/Xã B/bao-cao.xlsx", "so.xlsx"]
    assert names(folder) == [
        f"{DAY}/Các xã/Xã A/bao-cao.xlsx",
        f"{DAY}/Các xã/Xã B/bao-cao.xlsx",
        f"{DAY}/so.xlsx",
    ]
    assert not (folder / "Các xã").exists()
    assert receive_folder(store, folder, NOW) == Received()


def test_a_new_empty_folder_is_left_to_be_filled(sqlite_store: Store, folder: Path) -> None:
    (folder / "Xã A").mkdir()
    assert receive_folder(sqlite_store, folder, when(folder / "Xã A", seconds=20)) == Received()
    assert (folder / "Xã A").is_dir()
    receive_folder(sqlite_store, folder, NOW)
    assert not (folder / "Xã A").exists()


def test_links_are_not_followed_out_of_the_folder(sqlite_store: Store, folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "noi-khac"
    drop(elsewhere, "mat.xlsx")
    (folder / "thu-muc").symlink_to(elsewhere)
    (folder / "tep.xlsx").symlink_to(elsewhere / "mat.xlsx")
    drop(folder, "Xã A/a.xlsx")
    (folder / "Xã A" / "vong").symlink_to(folder)
    received = receive_folder(sqlite_store, folder, NOW)
    assert received == Received(arrivals=1, refused=("Xã A/vong", "tep.xlsx", "thu-muc"))
    assert (elsewhere / "mat.xlsx").exists()


def test_a_folder_too_deep_down_is_said_and_left(sqlite_store: Store, folder: Path) -> None:
    deep = "/".join("abcdefghij")
    drop(folder, f"{deep}/x.xlsx")
    drop(folder, "a/y.xlsx")
    received = receive_folder(sqlite_store, folder, NOW)
    assert received == Received(arrivals=1, refused=("a/b/c/d/e/f/g/h/i",))
    assert f"{deep}/x.xlsx" in names(folder)


def test_what_was_received_is_not_received_again(sqlite_store: Store, folder: Path) -> None:
    drop(folder, "da-nhan/2100-03-01/a.xlsx")
    drop(folder, "can-xem-xet/b.xlsx")
    assert receive_folder(sqlite_store, folder, NOW) == Received()
    drop(folder, "Xã A/da-nhan/c.xlsx")  # somebody's own folder of that name
    assert receive_folder(sqlite_store, folder, NOW) == Received(arrivals=1)


# Twice, and several in one


def collected(province: Any, now: datetime) -> str:
    return collect_step(province.office, now, one_after_another).sentence


T0 = datetime(2026, 3, 12, 9, tzinfo=VIETNAM).astimezone(UTC)


def test_the_same_file_dropped_twice_is_one_submission_with_two_arrivals(few: Any) -> None:
    content = few.filled("SNV")
    drop(few.inbox, "a.xlsx", content)
    drop(few.inbox, "Bản sao/a (1).xlsx", content)
    assert "1 báo cáo đạt yêu cầu, 0 cần hoàn thiện, 1 trùng" in collected(few, T0)
    assert few.count(Submission) == 1
    assert {a.verdict for a in few.all(Arrival)} == {ArrivalVerdict.SUBMISSION, ArrivalVerdict.DUPLICATE}
    assert len({a.request_id for a in few.all(Arrival)}) == 1


def test_a_zip_dropped_in_gives_each_form_its_own_arrival(few: Any) -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for code in ("SNV", "STC", "3127"):
            archive.writestr(f"../{code}/bieu.xlsx", few.filled(code))
    drop(few.inbox, "ca huyen.zip", out.getvalue())
    assert "3 báo cáo đạt yêu cầu, 0 cần hoàn thiện" in collected(few, T0)
    assert [a.verdict for a in few.all(Arrival)] == [ArrivalVerdict.PACKAGE] + [ArrivalVerdict.SUBMISSION] * 3
    assert names(few.inbox) == ["da-nhan/2026-03-12/ca huyen.zip"]
    assert few.count(Submission) == 3


def test_half_a_zip_waits_like_half_a_workbook(few: Any) -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("bieu.xlsx", few.filled("SNV"))
    path = drop(few.inbox, "a.zip", out.getvalue()[:-50])
    assert "để lượt sau: a.zip" in collected(few, when(path, seconds=10))
    assert few.count(Arrival) == 0
