"""The drop folder: every file in it becomes an arrival, its bytes stored before anything is judged.

What was received moves to the folder "da-nhan" beside it (one folder a day); what is too large to store moves to
"can-xem-xet". Nothing is deleted. A file that is still growing, or that Excel holds open, is left for the next time.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from models.submission import Arrival
from models.time import local_day
from tasks.blobs import LARGEST, digest, keep_bytes
from tasks.states import MACHINE, record_act
from tasks.store import Store

CHANNEL = "thu-muc"
RECEIVED = "da-nhan"
ASIDE = "can-xem-xet"
UNFINISHED = (".part", ".tmp", ".crdownload", ".partial")


@dataclass(frozen=True)
class Received:
    """What one look into the folder brought: new arrivals, and files put aside because they are too large."""

    arrivals: int
    too_large: tuple[str, ...]


def receive_folder(store: Store, folder: Path, now: datetime) -> Received:
    """Store every finished file of the drop folder. Each file is one transaction: one bad file stops no other."""
    new = 0
    too_large = []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.is_symlink() or _is_unfinished(path.name):
            continue
        before = path.stat()
        if before.st_size > LARGEST:
            too_large.append(path.name)
            _put_aside(store, folder, path, now)
            continue
        content = path.read_bytes()
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            continue  # still being written
        new += _store(store, path.name, content, after, now)
        _move(path, folder / RECEIVED / f"{local_day(now):%Y-%m-%d}")
    return Received(arrivals=new, too_large=tuple(too_large))


def _is_unfinished(name: str) -> bool:
    return name.startswith(("~$", ".")) or name.lower().endswith(UNFINISHED)


def _store(store: Store, name: str, content: bytes, stat: os.stat_result, now: datetime) -> int:
    # The inode's change time is when the file reached this folder; a copied file keeps the time it was last edited.
    reached = min(datetime.fromtimestamp(stat.st_ctime, UTC), now)
    sha256 = digest(content)
    reference = f"{name}|{stat.st_mtime_ns}|{sha256[:16]}"[:400]
    with store.writing() as session:
        same = select(Arrival.id).where(Arrival.channel == CHANNEL, Arrival.reference == reference)
        if session.exec(same).first() is not None:
            return 0  # stored before, but the program died before it moved the file
        keep_bytes(session, content, now)
        session.add(
            Arrival(
                channel=CHANNEL,
                reference=reference,
                file_name=name[:300],
                sha256=sha256,
                received_at=reached,
                stored_at=now,
            )
        )
    return 1


def _put_aside(store: Store, folder: Path, path: Path, now: datetime) -> None:
    with store.writing() as session:
        record_act(
            session,
            "tep-qua-lon",
            "file",
            None,
            actor=MACHINE,
            now=now,
            reason=f"Tệp {path.name} lớn hơn 25 MB, để ở thư mục {ASIDE} chờ thư ký xem xét",
        )
    _move(path, folder / ASIDE)


def _move(path: Path, folder: Path) -> None:
    """Move a file into a folder under a name that is free there."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / path.name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem} ({number}){path.suffix}"
    path.rename(target)
