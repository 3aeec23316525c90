"""The drop folder: every file in it becomes an arrival, its bytes stored before anything is judged.

What was received moves to the folder "da-nhan" beside it (one folder a day, with the sub-folders it came in); what
is too large to store moves to "can-xem-xet". No file is deleted; a sub-folder that is empty goes. A file that is still
growing, that somebody has open, or that cannot be read is left for the next time, and said so.
"""

import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from sqlalchemy.exc import SQLAlchemyError

from models.time import local_day
from tasks.blobs import LARGEST, digest
from tasks.intake.receive import Incoming, printable, receive_together
from tasks.states import MACHINE, record_act
from tasks.store import Store

CHANNEL = "thu-muc"
RECEIVED = "da-nhan"
ASIDE = "can-xem-xet"
UNFINISHED = (".part", ".tmp", ".crdownload", ".partial", ".download")
LEFT_BEHIND = ("thumbs.db", "desktop.ini")

FRESH_SECONDS = 10
"""A file that changed this short a time ago may still be growing: it is looked at twice."""
SETTLE_SECONDS = 1.0
"""The time between the two looks, once for the whole folder."""
HALF_FOR = timedelta(minutes=1)
"""An archive without its end is taken for one that is still being copied for so long: on a share, a copy may pause for
longer than the two looks are apart."""
TOGETHER = 20
"""So many files are stored in one transaction, and fewer when they are large: a write to the disk for each would be
most of what receiving costs."""
MOST_TOGETHER = 8 * 1024 * 1024
DEEPEST = 8
"""Folders within folders are looked into so far."""
LONGEST_NAME = 255
OPEN_FOR = timedelta(days=1)
"""An office program's lock beside a file is believed for so long; an older one was left by a crash."""


@dataclass(frozen=True)
class Received:
    """What one look into the folder brought: new arrivals, files put aside because they are too large, and what was
    left where it is: `waiting` for the next time (growing, half, or open in an office program), `refused` until
    somebody helps (a file that cannot be read, a link, a folder too deep down). Names are told with their folders."""

    arrivals: int = 0
    too_large: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Read:
    """One finished file as it was read."""

    path: Path
    stat: os.stat_result
    incoming: Incoming


def receive_folder(store: Store, folder: Path, now: datetime) -> Received:
    """Store every finished file of the drop folder, some in a transaction; one bad file stops no other. A file moves
    away once what was read of it is stored."""
    new = 0
    too_large, waiting, refused = [], [], []
    growing = _growing(folder)
    held: list[_Read] = []
    for path in _dropped(folder):
        name = printable(path.relative_to(folder).as_posix())
        if not path.is_file() or path.is_symlink():
            if path.is_symlink() or path.exists():
                refused.append(name)
            continue
        if path in growing or _is_open(path, now):
            waiting.append(name)
            continue
        try:
            before = path.stat()
            if before.st_size > LARGEST:
                if _move(path, _beside(folder, path, ASIDE), before):
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
        if _looks(before) != _looks(after) or _is_half(path, content, after, now):
            waiting.append(name)
            continue
        held.append(_Read(path, after, _incoming(name, content, after)))
        if len(held) == TOGETHER or sum(len(one.incoming.content) for one in held) > MOST_TOGETHER:
            new += _take_in(store, folder, held, now)
            held = []
    new += _take_in(store, folder, held, now)
    _drop_empty(folder, now)
    return Received(new, tuple(too_large), tuple(waiting), tuple(refused))


def _take_in(store: Store, folder: Path, held: Sequence[_Read], now: datetime) -> int:
    """Store these together, one by one where that fails; then move each away. How many were not here before."""
    if not held:
        return 0
    try:
        new = receive_together(store, CHANNEL, [one.incoming for one in held], now)
    except SQLAlchemyError:
        if len(held) == 1:
            raise
        return sum(_take_in(store, folder, [one], now) for one in held)
    for one in held:
        _move(one.path, _beside(folder, one.path, f"{RECEIVED}/{local_day(now):%Y-%m-%d}"), one.stat)
    return new


def _dropped(folder: Path, depth: int = 0) -> Iterator[Path]:
    """What lies in the folder and in those dropped into it, in the order of names; links are not followed."""
    for path in sorted(folder.iterdir()):
        if _is_unfinished(path.name) or (depth == 0 and path.name in (RECEIVED, ASIDE)):
            continue
        if path.is_dir() and not path.is_symlink() and depth < DEEPEST:
            try:
                yield from _dropped(path, depth + 1)
            except OSError:
                yield path  # not ours to open, or gone: `refused` says so
        else:
            yield path


def _beside(folder: Path, path: Path, name: str) -> Path:
    """Where a file goes: into the folder of this name, within the sub-folders it came in."""
    return folder / name / path.parent.relative_to(folder)


def _drop_empty(folder: Path, now: datetime) -> None:
    """Take away the sub-folders that have been emptied; a new one may be about to be filled."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink() and path.name not in (RECEIVED, ASIDE):
            with suppress(OSError):  # not empty, or gone
                _drop_empty(path, now)
                if not _is_young(path.stat(), now):
                    path.rmdir()


def _is_young(stat: os.stat_result, now: datetime) -> bool:
    return abs(now - datetime.fromtimestamp(stat.st_ctime, UTC)) < HALF_FOR


def _is_half(path: Path, content: bytes, stat: os.stat_result, now: datetime) -> bool:
    """Whether this may be a file of which the rest has yet to come: a young archive without its end, or what an
    office program writes before it gives it its name."""
    if not _is_young(stat, now):
        return False
    if _BEFORE_ITS_NAME.fullmatch(path.name):
        return True
    if not content.startswith(b"PK"):
        return not content
    try:
        ZipFile(BytesIO(content)).close()
    except BadZipFile:
        return True
    except Exception:  # an archive that is whole, and strange: the reader says what is wrong with it
        return False
    return False


_BEFORE_ITS_NAME = re.compile(r"[0-9A-F]{8}")  # Excel saves under such a name first


def _is_unfinished(name: str) -> bool:
    """What is nobody's report: locks and temporary files of office programs and browsers, what systems leave."""
    return name.startswith(("~$", ".")) or name.lower().endswith(UNFINISHED) or name.lower() in LEFT_BEHIND


def _looks(stat: os.stat_result) -> tuple[int, int]:
    return stat.st_size, stat.st_mtime_ns


def _growing(folder: Path) -> set[Path]:
    """Files that change while one looks. A file that is moved away while it is being written would be received in
    half, and the rest of it never. The folder's own clock says what is fresh: it may be another machine's."""
    probe = folder / f".dondoc-{os.getpid()}-{time.monotonic_ns()}"
    probe.touch()
    clock = probe.stat().st_ctime
    probe.unlink()
    first = {path: stat for path, stat in _stats(folder) if abs(clock - stat.st_ctime) < FRESH_SECONDS}
    if not first:
        return set()
    time.sleep(SETTLE_SECONDS)
    return {path for path, stat in _stats(folder) if path in first and _looks(first[path]) != _looks(stat)}


def _stats(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in _dropped(folder):
        with suppress(OSError):
            stat = path.stat()
            if path.is_file():
                yield path, stat


def _is_open(path: Path, now: datetime) -> bool:
    """Whether Excel or WPS (~$name) or LibreOffice (.~lock.name#) has the file open."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        with suppress(OSError):  # none there, or a name that is too long for a lock
            if now - datetime.fromtimestamp(lock.stat().st_mtime, UTC) < OPEN_FOR:
                return True
    return False


def _incoming(name: str, content: bytes, stat: os.stat_result) -> Incoming:
    return Incoming(
        # What was stored, but not moved because the program died, is the same arrival the next time.
        reference=f"{stat.st_mtime_ns}|{digest(content)[:16]}|{name}",
        file_name=name,
        content=content,
        # The inode's change time is when the file reached this folder; a copied file keeps the time it was last edited.
        received_at=datetime.fromtimestamp(stat.st_ctime, UTC),
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
            target = folder / _numbered(path, number)
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


def _numbered(path: Path, number: int) -> str:
    """bao-cao (2).xlsx, within the 255 bytes of a file name."""
    end = os.fsencode(f" ({number}){path.suffix}")
    return os.fsdecode(
        os.fsencode(path.stem)[: LONGEST_NAME - len(end)].decode("utf-8", "ignore").encode() + end
    )
