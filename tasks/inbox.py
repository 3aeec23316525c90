"""The drop folder: every file in it becomes an arrival, its bytes stored before anything is judged.

What was received moves to the folder "da-nhan" beside it (one folder a day); what is too large to store moves to
"can-xem-xet". Nothing is deleted. A file that is still growing, that somebody has open, or that cannot be read is
left for the next time, and said so.
"""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.time import local_day
from tasks.blobs import LARGEST, digest
from tasks.receive import printable, receive
from tasks.states import MACHINE, record_act
from tasks.store import Store

CHANNEL = "thu-muc"
RECEIVED = "da-nhan"
ASIDE = "can-xem-xet"
UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")

FRESH_SECONDS = 10
"""A file that changed this short a time ago may still be growing: it is looked at twice."""
SETTLE_SECONDS = 1.0
"""The time between the two looks, once for the whole folder."""
OPEN_FOR = timedelta(days=1)
"""An office program's lock beside a file is believed for so long; an older one was left by a crash."""


@dataclass(frozen=True)
class Received:
    """What one look into the folder brought: new arrivals, files put aside because they are too large, and what was
    left where it is: `waiting` for the next time (growing, or open in an office program), `refused` until somebody
    helps (a file that cannot be read, a folder)."""

    arrivals: int = 0
    too_large: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def receive_folder(store: Store, folder: Path, now: datetime) -> Received:
    """Store every finished file of the drop folder. Each file is one transaction: one bad file stops no other."""
    new = 0
    too_large, waiting, refused = [], [], []
    growing = _growing(folder)
    for path in sorted(folder.iterdir()):
        name = printable(path.name)
        if _is_unfinished(path.name) or path.name in (RECEIVED, ASIDE):
            continue
        if not path.is_file() or path.is_symlink():
            if path.is_symlink() or path.exists():
                refused.append(name)
            continue
        if path.name in growing or _is_open(path, now):
            waiting.append(name)
            continue
        try:
            before = path.stat()
            if before.st_size > LARGEST:
                if _move(path, folder / ASIDE, before):
                    too_large.append(name)
                    _tell_too_large(store, name, now)
                continue
            content = path.read_bytes()
            after = path.stat()
        except FileNotFoundError:
            continue  # another process has received it
        except OSError:
            refused.append(name)
            continue
        if _looks(before) != _looks(after):
            waiting.append(name)
            continue
        new += _store(store, name, content, after, now)
        _move(path, folder / RECEIVED / f"{local_day(now):%Y-%m-%d}", after)
    return Received(new, tuple(too_large), tuple(waiting), tuple(refused))


def _is_unfinished(name: str) -> bool:
    return name.startswith(("~$", ".")) or name.lower().endswith(UNFINISHED)


def _looks(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


def _growing(folder: Path) -> set[str]:
    """Names of files that change while one looks. A file that is moved away while it is being written would be
    received in half, and the rest of it never. The folder's own clock says what is fresh: it may be another
    machine's."""
    probe = folder / f".dondoc-{os.getpid()}-{time.monotonic_ns()}"
    probe.touch()
    clock = probe.stat().st_ctime
    probe.unlink()
    first = {name: stat for name, stat in _stats(folder) if abs(clock - stat.st_ctime) < FRESH_SECONDS}
    if not first:
        return set()
    time.sleep(SETTLE_SECONDS)
    return {name for name, stat in _stats(folder) if name in first and _looks(first[name]) != _looks(stat)}


def _stats(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            stat = path.stat()
            if path.is_file() and not _is_unfinished(path.name):
                yield path.name, stat


def _is_open(path: Path, now: datetime) -> bool:
    """Whether Excel or WPS (~$name) or LibreOffice (.~lock.name#) has the file open."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        with suppress(FileNotFoundError):
            if now - datetime.fromtimestamp(lock.stat().st_mtime, UTC) < OPEN_FOR:
                return True
    return False


def _store(store: Store, name: str, content: bytes, stat: os.stat_result, now: datetime) -> bool:
    # The inode's change time is when the file reached this folder; a copied file keeps the time it was last edited.
    reached = datetime.fromtimestamp(stat.st_ctime, UTC)
    # What was stored, but not moved because the program died, is the same arrival the next time.
    reference = f"{stat.st_mtime_ns}|{digest(content)[:16]}|{name}"
    return (
        receive(
            store,
            channel=CHANNEL,
            reference=reference,
            file_name=name,
            content=content,
            received_at=reached,
            now=now,
        )
        is not None
    )


def _tell_too_large(store: Store, name: str, now: datetime) -> None:
    with store.writing() as session:
        record_act(
            session,
            "tep-qua-lon",
            "file",
            None,
            actor=MACHINE,
            now=now,
            reason=f"Tệp {name} lớn hơn 25 MB, để ở thư mục {ASIDE} chờ thư ký xem xét",
        )


def _move(path: Path, folder: Path, read: os.stat_result) -> bool:
    """Move a file into a folder under a name that is free there; False when it is not the file that was read:
    another process has moved that one, or it has grown meanwhile. A file that nobody has read goes back."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    number = 1
    while True:
        try:
            target.touch(exist_ok=False)  # the name is ours, also before another process that looks now
            break
        except FileExistsError:
            number += 1
            target = folder / f"{path.stem} ({number}){path.suffix}"
    try:
        path.replace(target)
    except FileNotFoundError:
        target.unlink()
        return False
    moved = target.stat()
    if (moved.st_ino, *_looks(moved)) == (read.st_ino, *_looks(read)):
        return True
    target.replace(path)
    return False
