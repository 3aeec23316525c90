"""A zip with several reports in it: each becomes an arrival of its own, and the zip is kept beside them."""

from datetime import datetime

from sqlmodel import Session

from models.submission import Arrival
from tasks.blobs import LARGEST
from tasks.intake.receive import put_arrival
from tasks.intake.zip_files import Unopened, Unpacked, is_archive, unpack

GUIDE_NAME = "HUONG-DAN.txt"
"""The guide in the zip that an agency is given: comes back when the whole folder is packed again, and is no report."""


def files_of(content: bytes) -> tuple[Unpacked, ...]:
    """The files of a zip that holds at least one workbook; none of anything else. Nothing is written to disk."""
    if not content.startswith(b"PK") or not is_archive(content):
        return ()
    try:
        files = unpack(content, LARGEST)
    except Unopened:
        return ()
    return files if any(_is_workbook(file) for file in files) else ()


def put_files(
    session: Session, package: Arrival, files: tuple[Unpacked, ...], now: datetime
) -> tuple[list[int], list[str]]:
    """Make each file an arrival that came as the package did. Returns their ids, and the names of zips within the
    zip, which are not followed."""
    ids = []
    nested = []
    for number, file in enumerate(files, start=1):
        name = file.name or f"khong-ten-{number}"
        if name == GUIDE_NAME:
            continue  # ours, come back with the rest
        if is_archive(file.content):
            nested.append(name)
            continue
        arrival_id = put_arrival(
            session,
            channel=package.channel,
            reference=f"{package.id} / {number}",
            file_name=f"{package.file_name[-150:]} / {name[-140:]}",
            content=file.content,
            received_at=package.received_at,
            now=now,
            sender=package.sender,
            request_id=package.request_id,
        )
        if arrival_id is not None:
            ids.append(arrival_id)
    return ids, nested


def _is_workbook(file: Unpacked) -> bool:
    return file.name.lower().endswith((".xlsx", ".xlsm")) and file.content.startswith(b"PK")
