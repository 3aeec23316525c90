"""The issued report recorded from the console: its files are named, and lie in one folder."""

from datetime import date, datetime
from pathlib import Path

from models.fault import Fault
from models.time import vn_date
from tasks.blobs import LARGEST
from tasks.cycle.cycles import find_cycle
from tasks.office import Office
from tasks.publication.publish import (
    File,
    Issued,
    latest_publication,
    published_sentence,
    record_publication,
)

FOLDER = "ban-ky"
"""Under DONDOC_HOME: a form names a file in it, and reaches no other."""


class FileFault(Fault):
    """The file named is not there; the message says where it must lie."""


def issued_file(office: Office, name: str) -> File | None:
    """The file of this name in the folder; None for no name. FileFault when it is not there, or too large."""
    if not name.strip():
        return None
    folder = office.settings.home / FOLDER
    path = folder / name.strip()
    if Path(name.strip()).name != name.strip() or not path.is_file():
        raise FileFault(f"Không có tệp “{name}” trong thư mục {folder}. Chép tệp vào đó rồi ghi lại tên.")
    if path.stat().st_size > LARGEST:
        raise FileFault(f"Tệp “{name}” quá 25 MB.")
    return File(path.name, path.read_bytes())


def publication_question(office: Office, code: str) -> str:
    """In Markdown: which cycle's report, and what is on record already."""
    (office.settings.home / FOLDER).mkdir(exist_ok=True)
    with office.store.reading() as session:
        cycle = find_cycle(session, code)
        last = latest_publication(session, cycle)
        known = (
            f"Đã ghi nhận: {published_sentence(last)} Ghi lại là đính chính." if last else "Chưa ghi nhận."
        )
        return (
            f"### Ghi nhận phát hành: {cycle.name}\n\nMã kỳ **{cycle.code}**, số liệu chốt ngày "
            f"**{vn_date(cycle.as_of)}**. {known}\n\nChép bản PDF đã ký (và bản Word đã ký, nếu có) vào thư mục "
            f"`{office.settings.home / FOLDER}` rồi ghi tên tệp."
        )


def record_issued(
    office: Office,
    code: str,
    *,
    number: str,
    signed_on: date,
    signer: str,
    pdf: File | None,
    word: File | None,
    actor: str,
    now: datetime,
) -> str:
    """Record the publication; what was recorded, and what was changed by hand in the Word file, in a sentence."""
    issued = Issued(number, signed_on, signer, pdf, word)
    with office.store.writing() as session:
        recorded = record_publication(session, code, issued, actor=actor, now=now)
        said = published_sentence(recorded.publication)
    if not recorded.is_new:
        return f"Không có gì thay đổi. {said}"
    changed = f" Có {recorded.figures:02d} số liệu sửa tay trong bản Word." if recorded.figures else ""
    return f"{said}{changed}"
